"""What each way out of a claim costs, reckoned here by hand; the seller's own odds; the order of several currencies."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from atoz_cli.answers.claims import Alternative, Verdict
from atoz_cli.policy import load
from atoz_cli.triage import Own, judge, outcomes, own_odds, ranked
from atoz_cli.triage.case import Case
from test_triage import BOOK, SITUATIONS, case_of, verdict_of

DAY = date(2026, 11, 22)
RATES = BOOK.at("odds", DAY).table("rates")
SIGNED = SITUATIONS["delivered and signed for, own label"]


def staked(case: Case, **odr: Any) -> Case:
    """The case on an order of 2026-11-01, in the window from 11-16 to 2027-01-14."""
    usual = {
        "enters_on": date(2026, 11, 16),
        "leaves_on": date(2027, 1, 15),
        "headroom": 10,
        "already_defective": False,
    }
    return replace(case, odr=replace(case.odr, **(usual | odr)))


def ways(verdict: Verdict) -> dict[str, Alternative]:
    return {one.action: one for one in verdict.alternatives}


def test_contest_refund_and_nothing_by_hand() -> None:
    verdict = judge(staked(case_of(SIGNED)), BOOK)
    assert [one.action for one in verdict.alternatives] == ["contest", "refund", "none"]
    assert verdict.alternatives[0].chosen
    # A defect: 20 dollars × 54 of 60 days (22 November to 14 January) × 1.
    assert verdict.defect_price == Decimal("18.00")
    found = ways(verdict)
    # Strong proof: 0.2 lost × (the whole 40.00 + 0.05 × 18.00) + 5.00 of work.
    assert (found["contest"].chance, found["contest"].chance_from) == (0.8, "policy")
    assert found["contest"].money == Decimal("8.00")
    assert found["contest"].defects == 0.01
    assert found["contest"].cost == Decimal("13.18")
    assert found["contest"].rate == pytest.approx(0.005 + 0.01 * 0.001, abs=1e-6)
    assert found["contest"].formula == "0.2 lost × (1 × 40.00 + 0.05 × 18.00 a defect) + 5.00 work = 13.18"
    assert found["refund"].cost == found["none"].cost == Decimal("58.00")
    assert found["refund"].rate == 0.006
    assert found["refund"].warning and "still counts" in found["refund"].warning
    assert found["none"].warning and "lost" in found["none"].warning


@pytest.mark.parametrize(
    ("odr", "price"),
    [
        ({"headroom": 4}, "18.00"), ({"headroom": 3}, "72.00"), ({"headroom": 1}, "72.00"), ({"headroom": 0}, "360.00"),
        ({"headroom": -1}, "54.00"), ({"headroom": None}, "18.00"), ({"already_defective": True}, "0"),
        ({"leaves_on": date(2026, 11, 23)}, "2.86"), ({"leaves_on": DAY}, "0.00"),
        ({"enters_on": date(2026, 12, 1), "leaves_on": date(2027, 1, 30)}, "20.00"),
    ],
)  # fmt: skip
def test_the_price_of_a_defect_by_headroom_and_days(odr: dict[str, Any], price: str) -> None:
    assert judge(staked(case_of(SIGNED), **odr), BOOK).defect_price == Decimal(price)


def test_the_price_is_told_in_the_currency_of_the_claim() -> None:
    euro = judge(replace(staked(case_of(SIGNED)), currency="EUR"), BOOK)
    assert euro.defect_price == (Decimal(18) / Decimal("1.15")).quantize(Decimal("0.01"))
    strange = judge(replace(staked(case_of(SIGNED)), currency="XXX"), BOOK)
    assert strange.defect_price == 0 and "no rough rate for XXX" in (strange.defect_formula or "")


def test_without_an_amount_nothing_is_reckoned() -> None:
    verdict = judge(replace(staked(case_of(SIGNED)), amount=None), BOOK)
    assert {one.cost for one in verdict.alternatives} == {None}


def test_a_protected_claim_warns_of_the_refund() -> None:
    verdict = verdict_of(SITUATIONS["claims protected label, scanned in time: never refund it"])
    assert "Never refund a protected claim" in (ways(verdict)["refund"].warning or "")
    contest, refund = ways(verdict)["let_amazon_refund"], ways(verdict)["refund"]
    assert contest.cost is not None and refund.cost is not None and contest.cost < refund.cost


def test_what_came_back_is_excused_whoever_refunds() -> None:
    refund = ways(verdict_of(SITUATIONS["refused, brought back by the carrier"]))["refund"]
    assert refund.defects == 0.05


def test_a_refund_made_already_is_no_way_out() -> None:
    assert "refund" not in ways(verdict_of(SITUATIONS["refunded in full before it was filed"]))


def test_an_appeal_against_accepting() -> None:
    verdict = verdict_of(SITUATIONS["lost though protected: appeal, and the contradiction is said"])
    assert [one.action for one in verdict.alternatives] == ["appeal", "accept"]


def test_a_chargeback_is_never_refunded() -> None:
    for situation in SITUATIONS.values():
        if situation["claim"].get("type") == "chargeback":
            assert "refund" not in ways(verdict_of(situation))


def test_amazons_own_orders_have_no_ways_out() -> None:
    fba = {**SIGNED, "order": {"channel": "afn"}}
    assert verdict_of(fba).alternatives == ()


def test_more_proof_never_makes_a_win_less_likely() -> None:
    for name, row in BOOK.at("odds", DAY).table("chance").items():
        assert row["none"] <= row["some"] <= row["strong"], name


def test_own_odds_take_over_when_there_are_enough() -> None:
    group = ("item_not_received", "strong")
    few = judge(case_of(SIGNED), BOOK, own=Own({group: 5}, {group: 19}))
    assert (few.alternatives[0].chance, few.alternatives[0].chance_from) == (0.8, "policy")
    enough = judge(case_of(SIGNED), BOOK, own=Own({group: 5}, {group: 20}))
    assert (enough.alternatives[0].chance, enough.alternatives[0].chance_from) == (0.25, "outcomes")
    assert enough.alternatives[0].rule == "odds.enough"


def test_what_outcomes_say() -> None:
    usual = replace(case_of(SIGNED), decided_at=datetime(2026, 11, 21, 10, tzinfo=UTC))

    def ended(**how: Any) -> list[tuple[str, str]]:
        return [(one.what, one.ended) for one in outcomes([replace(usual, **how)], BOOK)]

    assert ended(decision="denied") == [("claim", "won")]
    assert ended(decision="granted", funded_by="seller") == [("claim", "lost")]
    assert ended(decision="granted", funded_by="amazon") == [("claim", "won")]
    assert ended(decision="granted_by_default") == [("claim", "unanswered")]
    assert ended(withdrawn_at=datetime(2026, 11, 21, tzinfo=UTC)) == [("claim", "withdrawn")]
    assert ended(decision="denied", refunded_in_full_at=datetime(2026, 11, 21, 9, tzinfo=UTC)) == [
        ("claim", "refunded")
    ]
    assert ended(decision="granted", appeal_decision="won_odr_only") == [("claim", "lost"), ("appeal", "won")]
    assert ended() == []
    assert ended(decision="denied", decided_at=datetime(2025, 11, 22, 9, tzinfo=UTC)) == [], "older than a year"
    assert ended(decision="denied", decided_at=datetime(2025, 11, 22, 11, tzinfo=UTC)) == [("claim", "won")]
    assert ended(type="chargeback", chargeback_class="service", decision="reversed") == [("chargeback", "won")]
    own = own_odds(outcomes([replace(usual, decision="denied"), replace(usual, decision="granted")], BOOK))
    assert (own.won, own.decided) == ({("item_not_received", "strong"): 1}, {("item_not_received", "strong"): 2})


def test_a_users_own_odds_stand_over_ours(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        "[[odds.change]]\nfrom = 2026-01-01\nchance.item_not_received.strong = 0.5\nlast_hours = 30\n", "utf-8"
    )
    verdict = judge(case_of(SIGNED), load(mine))
    assert verdict.alternatives[0].chance == 0.5
    assert any("ONLY 24.0 hours left" in one.text for one in verdict.why)


def test_currencies_are_put_in_order_by_rough_rates() -> None:
    usual = verdict_of(SIGNED)
    money = [("100.00", "USD"), ("95.00", "EUR"), ("9000.00", "JPY"), ("5.00", "XXX"), ("7.00", "XXX")]
    several = [replace(usual, amount=Decimal(amount), currency=currency) for amount, currency in money]
    order = [(str(one.amount), one.currency) for one in ranked(several, RATES)]
    assert order == [("95.00", "EUR"), ("100.00", "USD"), ("9000.00", "JPY"), ("7.00", "XXX"), ("5.00", "XXX")]
