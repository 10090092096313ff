"""What triage says of given situations (tests/cases/triage_*.toml), and the laws that hold for all of them."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from atoz_cli.answers.claims import OdrEffect, Verdict
from atoz_cli.policy import load
from atoz_cli.triage import is_open, judge, ranked
from atoz_cli.triage.case import Case, MessageFacts, OrderFacts, RefundFacts, ReturnFacts, ShipmentFacts
from atoz_cli.triage.proof import DEFENCES, FINDERS, NOTES

BOOK = load()
FOLDER = Path(__file__).with_name("cases")
SITUATIONS: dict[str, dict[str, Any]] = {
    one["name"]: one
    for path in sorted(FOLDER.glob("triage*.toml"))
    for one in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
}
KNOWN = {"name", "as_of", "response_hours", "claim", "order", "no_order", "shipments", "returns", "refunds", "messages"}
KNOWN |= {"other_claims_filed_at", "chargebacks_filed_at", "expect"}
ACTIONS = {"contest", "answer_amazon", "refund", "let_amazon_refund", "appeal", "file_safe_t", "accept", "none"}
KINDS = sorted(DEFENCES)
USUAL_CLAIM = {"filed_at": datetime(2026, 11, 20, 10, tzinfo=UTC), "amount": "40.00", "currency": "USD"}
USUAL_ORDER = {
    "placed_at": datetime(2026, 11, 1, 10, tzinfo=UTC),
    "status": "shipped",
    "channel": "mfn",
    "ship_by": datetime(2026, 11, 4, 23, 59, 59, tzinfo=UTC),
    "deliver_by": datetime(2026, 11, 12, 23, 59, 59, tzinfo=UTC),
    "ship_postal_code": "98101",
    "product_names": ["Example mug"],
}


def plain(fields: dict[str, Any]) -> dict[str, Any]:
    """A table of a situation as field values: "none" is unknown, amounts are money."""
    found = {key: None if value == "none" else value for key, value in fields.items()}
    for key, value in found.items():
        if key.endswith("amount") and value is not None:
            found[key] = Decimal(value)
        elif isinstance(value, list):
            found[key] = tuple(value)
    return found


def effect(kind: str, standing: str) -> OdrEffect:
    """What a defect of that standing does, counted as the policy says."""
    counts = {"yes": True, "no": False, "pending": None}[
        BOOK.at("standings", datetime(2026, 11, 22).date())[f"{kind}.{standing}"]
    ]
    return OdrEffect(standing, counts, True, None, None, 0.005, 0.005 if counts else 0.006)


def case_of(situation: dict[str, Any]) -> Case:
    """The case of a situation."""
    claim = plain(USUAL_CLAIM | situation["claim"])
    claim.setdefault("type", "a_to_z_claim")
    table = "chargeback" if claim["type"] == "chargeback" else "claim"
    order = None if situation.get("no_order") else OrderFacts(**plain(USUAL_ORDER | situation.get("order", {})))
    return Case(
        **{"account": "default", "order_id": "111-1111111-1111111", "marketplace": "US", "claim_id": "C1"}
        | {
            "kind_from": "reason",
            "confidence": 1.0,
            "as_of": situation.get("as_of", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        }
        | {key: value for key, value in claim.items() if key != "standing"},
        odr=effect(table, claim.get("standing", "pending")),
        order=order,
        shipments=tuple(ShipmentFacts(**plain(one)) for one in situation.get("shipments", ())),
        returns=tuple(ReturnFacts(**plain(one)) for one in situation.get("returns", ())),
        refunds=tuple(RefundFacts(**plain(one)) for one in situation.get("refunds", ())),
        messages=tuple(MessageFacts(**plain(one)) for one in situation.get("messages", ())),
        other_claims_filed_at=tuple(situation.get("other_claims_filed_at", ())),
        chargebacks_filed_at=tuple(situation.get("chargebacks_filed_at", ())),
    )


def verdict_of(situation: dict[str, Any]) -> Verdict:
    return judge(case_of(situation), BOOK, response_hours=situation.get("response_hours"))


def rows_named(verdict: Verdict) -> set[str]:
    return {one.rule.removeprefix("actions.rows.") for one in verdict.why if one.rule.startswith("actions.rows.")}


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation(name: str) -> None:
    situation = SITUATIONS[name]
    assert set(situation) <= KNOWN
    verdict, expect = verdict_of(situation), dict(situation["expect"])
    text = "\n".join(one.text for one in verdict.why)
    for words in expect.pop("says", ()):
        assert words in text, text
    for words in expect.pop("says_not", ()):
        assert words not in text, text
    tests = {one.test: one.met for one in verdict.tests}
    for test, wanted in expect.pop("tests", {}).items():
        assert tests[test] is (None if wanted == "unknown" else wanted), test
    assert set(expect.pop("rules", ())) <= {one.rule for one in verdict.why}
    if row := expect.pop("row", None):
        assert rows_named(verdict) == ({row} - {"none"})
    if "open" in expect:
        assert is_open(case_of(situation), BOOK) is expect.pop("open")
    have = {one.slot: one.have for one in verdict.evidence}
    for slot, wanted in expect.pop("evidence", {}).items():
        assert have[slot] is wanted, slot
    for key, wanted in expect.items():
        wanted = None if wanted in ("none", "unknown") and key not in ("action", "expected_counts") else wanted
        found = getattr(verdict, key)
        assert (list(found) if isinstance(found, tuple) else found) == wanted, (key, text)


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_reason_is_a_rule(name: str) -> None:
    verdict = verdict_of(SITUATIONS[name])
    assert verdict.why
    for one in verdict.why:
        policy, _, key = one.rule.partition(".")
        assert BOOK.at(policy, datetime(2026, 11, 22).date(), "US").line(key).rule == one.rule
        assert one.cite and one.text.strip() and "None" not in one.text
    for rule in {one.rule for one in (*verdict.tests, *verdict.alternatives)}:
        policy, _, key = rule.partition(".")
        line = BOOK.at(policy, datetime(2026, 11, 22).date(), "US").line(key)
        assert line.rule == rule and line.text and line.url


def test_every_row_and_every_action_has_a_situation() -> None:
    seen = [verdict_of(one) for one in SITUATIONS.values()]
    rows = BOOK.at("actions", datetime(2026, 11, 22).date()).table("rows")
    assert set.union(*map(rows_named, seen)) == set(rows)
    assert {one.action for one in seen} == ACTIONS
    assert {code for one in seen for code in one.ineligible_because} == {
        *("too_early", "too_late", "did_not_wait", "chargeback_on_order", "excluded_goods", "duplicate")
    }


def test_every_slot_of_the_policy_is_known() -> None:
    rows = BOOK.at("actions", datetime(2026, 11, 22).date()).table("rows")
    slots = {slot for row in rows.values() for slot in row["evidence"]}
    assert slots == set(NOTES)
    assert set(FINDERS) <= slots
    assert {row for several in DEFENCES.values() for row in several} <= set(rows)


def test_no_personal_data_in_the_evidence() -> None:
    verdict = verdict_of(SITUATIONS["delivered and signed for, own label"])
    assert "98101" not in repr(verdict)


# -- laws, over all sorts of cases --

MOMENTS = st.datetimes(datetime(2026, 1, 5), datetime(2026, 11, 20)).map(lambda one: one.replace(tzinfo=UTC))
MAYBE = st.none() | MOMENTS
FLAG = st.sampled_from([None, True, False])
MONEY = st.none() | st.decimals("0.01", "500", places=2)
SHIPMENTS = st.builds(
    ShipmentFacts,
    carrier=st.sampled_from([None, "UPS"]),
    tracking_number=st.sampled_from([None, "1Z"]),
    ship_by=MAYBE,
    confirmed_at=MAYBE,
    first_scan_at=MAYBE,
    deliver_by=MAYBE,
    delivered_at=MAYBE,
    delivered_to_postal_code=st.sampled_from([None, "98101", "10001"]),
    signed=FLAG,
    label=st.sampled_from([None, "buy_shipping", "own"]),
    claims_protected=FLAG,
    returned_at=MAYBE,
)
RETURNS = st.builds(
    ReturnFacts,
    rma_id=st.sampled_from([None, "R1"]),
    requested_at=MAYBE,
    status=st.sampled_from([None, "Approved", "PendingApproval"]),
    label_type=st.sampled_from([None, "AmazonPrePaidLabel"]),
    tracking_number=st.sampled_from([None, "R9"]),
    resolution=st.sampled_from([None, "RefundAtFirstScan", "StandardRefund"]),
    delivered_at=MAYBE,
    order_amount=MONEY,
    refunded_amount=MONEY,
    safe_t_state=st.sampled_from([None, "Pending"]),
)
ORDERS = st.builds(
    OrderFacts,
    placed_at=MOMENTS,
    status=st.sampled_from([None, "shipped", "unshipped", "cancelled"]),
    channel=st.sampled_from([None, "mfn", "afn"]),
    ship_by=MAYBE,
    deliver_by=MAYBE,
    ship_postal_code=st.sampled_from([None, "98101"]),
)
CLAIM_STANDINGS = ["granted", "excused", "denied", "withdrawn", "protected", "amazon_funded", "pending"]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    chargeback = draw(st.booleans())
    standing = draw(st.sampled_from(["service", "fraud", "won", "unknown"] if chargeback else CLAIM_STANDINGS))
    decisions = ["won", "reversed", "lost", "refunded"] if chargeback else ["granted", "granted_by_default", "denied"]
    refund = st.builds(RefundFacts, MOMENTS, MONEY, by=st.sampled_from([None, "seller", "amazon"]))
    return Case(
        type="chargeback" if chargeback else "a_to_z_claim",
        account="a",
        order_id=draw(st.sampled_from(["1", "2"])),
        claim_id=draw(st.sampled_from(["C1", "C2"])),
        kind=draw(st.sampled_from(KINDS)),
        kind_from="facts",
        confidence=0.5,
        odr=effect("chargeback" if chargeback else "claim", standing),
        as_of=datetime(2026, 11, 22, tzinfo=UTC),
        marketplace=draw(st.sampled_from([None, "US", "DE"])),
        filed_at=draw(MAYBE),
        amount=draw(MONEY),
        status=draw(st.sampled_from([None, "action_required", "under_review", "option_to_appeal", "closed"])),
        respond_by=draw(MAYBE),
        decision=draw(st.sampled_from([None, *decisions])),
        decided_at=draw(MAYBE),
        funded_by=draw(st.sampled_from([None, "seller", "amazon"])),
        withdrawn_at=draw(st.none() | st.none() | MOMENTS),
        appealed_at=draw(MAYBE),
        appeal_decision=draw(st.sampled_from([None, "won", "lost", "won_odr_only", "won_refund_only"])),
        chargeback_class=draw(st.sampled_from(["fraud", "service", "unknown"])) if chargeback else None,
        refunded_in_full_at=draw(MAYBE),
        order=draw(st.none() | ORDERS),
        shipments=tuple(draw(st.lists(SHIPMENTS, max_size=2))),
        returns=tuple(draw(st.lists(RETURNS, max_size=2))),
        refunds=tuple(draw(st.lists(refund, max_size=2))),
        messages=tuple(
            draw(st.lists(st.builds(MessageFacts, MOMENTS, MAYBE, st.sampled_from(["delivery", None])), max_size=2))
        ),
        other_claims_filed_at=tuple(draw(st.lists(MOMENTS, max_size=1))),
        chargebacks_filed_at=tuple(draw(st.lists(MOMENTS, max_size=1))),
    )


@settings(max_examples=60, deadline=None)
@given(cases())
def test_whatever_the_facts_the_verdict_keeps_the_contract(case: Case) -> None:
    verdict = judge(case, BOOK)
    assert verdict.why and all(one.text and one.cite for one in verdict.why)
    assert verdict.place_because
    codes = [one.test for one in verdict.tests if one.of == "eligibility" and one.met is False]
    assert tuple(codes) == verdict.ineligible_because
    assert sum(one.chosen for one in verdict.alternatives) <= 1
    for way in verdict.alternatives:
        assert way.chance is None or 0 <= way.chance <= 1
        assert way.cost is None or way.cost >= 0
        if way.action == "refund":
            assert way.warning
    assert verdict.action in ACTIONS
    assert 0 <= verdict.evidence_score <= 1
    assert (verdict.eligible is False) == bool(verdict.ineligible_because)
    if verdict.action in ("none", "accept"):
        assert verdict.act_by is None
    if verdict.channel == "afn":
        assert verdict.action not in ("refund", "file_safe_t")
    if verdict.protected and not case.decision:
        assert verdict.action != "refund"
    if case.decision or case.withdrawn_at or case.status == "under_review":
        assert verdict.hours_left is None
    if case.type == "chargeback":
        assert verdict.eligible is None and verdict.protected is None
        assert verdict.action not in ("appeal", "let_amazon_refund", "file_safe_t")
    if verdict.action == "appeal":
        assert is_open(case, BOOK)


PROOF = ["carrier", "tracking_number", "confirmed_at", "first_scan_at", "delivered_at", "signed", "returned_at"]


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_more_evidence_never_lowers_the_score(case: Case, data: st.DataObject) -> None:
    moment = datetime(2026, 11, 3, tzinfo=UTC)
    values = {"carrier": "UPS", "tracking_number": "1Z", "signed": True}
    what = data.draw(st.sampled_from(["package", "return", "message", "refund"]))
    more = case
    if what == "package" and case.shipments:
        field = data.draw(st.sampled_from([*PROOF, "delivered_to_postal_code"]))
        first = case.shipments[0]
        if getattr(first, field) is None or field == "signed":
            values["delivered_to_postal_code"] = (case.order and case.order.ship_postal_code) or "98101"
            more = replace(case, shipments=(replace(first, **{field: values.get(field, moment)}), *case.shipments[1:]))
    elif what == "return" and case.returns:
        first_return = replace(case.returns[0], rma_id="R1", label_type="AmazonPrePaidLabel", tracking_number="R9")
        more = replace(case, returns=(first_return, *case.returns[1:]))
    elif what == "message":
        more = replace(case, messages=(*case.messages, MessageFacts(moment, moment + timedelta(hours=1), "delivery")))
    elif what == "refund" and case.filed_at:
        before = case.filed_at - timedelta(days=1)
        more = replace(case, refunds=(*case.refunds, RefundFacts(before)), refunded_in_full_at=before)
    assert judge(more, BOOK).evidence_score >= judge(case, BOOK).evidence_score


@settings(max_examples=30, deadline=None)
@given(st.lists(cases(), min_size=1, max_size=6), st.randoms())
def test_the_order_of_work(several: list[Case], random: Any) -> None:
    verdicts = [judge(one, BOOK) for one in several]
    order = ranked(verdicts)
    dates = [one.act_by for one in order]
    assert [one for one in dates if one] == sorted(one for one in dates if one)
    assert None not in dates[: sum(one is not None for one in dates)]
    shuffled = list(verdicts)
    random.shuffle(shuffled)
    keys = [(one.act_by, one.amount, one.order_id, one.claim_id) for one in order]
    assert keys == [(one.act_by, one.amount, one.order_id, one.claim_id) for one in ranked(shuffled)]


@settings(max_examples=30, deadline=None)
@given(cases(), MOMENTS, st.timedeltas(timedelta(seconds=1), timedelta(days=30)))
def test_an_earlier_deadline_never_ranks_later(case: Case, date: datetime, longer: timedelta) -> None:
    verdict = judge(case, BOOK)
    soon, late = replace(verdict, act_by=date), replace(verdict, act_by=date + longer)
    assert ranked([late, soon, replace(verdict, act_by=None)])[:2] == [soon, late]


def test_the_order_of_equal_dates() -> None:
    verdict = verdict_of(SITUATIONS["customs charges"])
    heavy = replace(verdict, odr=replace(verdict.odr, rate_if_lost=0.009), order_id="9")
    dear = replace(verdict, amount=Decimal(90), order_id="8")
    first = replace(verdict, order_id="1")
    assert ranked([verdict, first, dear, heavy]) == [heavy, dear, first, verdict]
