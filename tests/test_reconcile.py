"""Our figures against Amazon's totals: the same facts agree, every planted disagreement is named as what it is."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oracle
from amazon import FIRST, LAST, Case, Cases, Said, Seller, agrees, atoz, causes, entry, figure, moves, report, told
from atoz_cli.policy import load
from atoz_cli.reconcile.alike import same_rate
from atoz_cli.schemas import schema_of
from oracle import Row
from test_oracle import accounts

FILES = Path(__file__).with_name("files")
SAMPLE = Path(__file__).parents[1] / "sample_data"
CASES = Cases("reconcile_totals")
BOOK = load()


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ATOZ_ACCOUNT", "ATOZ_POLICY", "ATOZ_STORE", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


# --- each planted disagreement ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """All cases at once: one seller, one report, one question."""
    seller = Seller(tmp_path_factory.mktemp("totals")).has(CASES.facts())
    places: dict[str, dict[str, Any]] = {}
    for case in CASES.all:
        places.setdefault(case.marketplace, {})[case.channel] = entry(**case.said["theirs"])
    said = seller.against(report(*places.items()), "--as-of", "2026-11-22")
    jsonschema.Draft202012Validator(schema_of("reconcile")).validate(said.answer)
    return said


@pytest.mark.parametrize("case", CASES.all, ids=CASES.names)
def test_a_disagreement_is_named_as_what_it_is(answered: Said, case: Case) -> None:
    row = answered.row(case.channel, case.marketplace)
    assert row["verdict"] == "differs"
    for name, value in case.said["theirs"].items():
        assert figure(row, name)[0] == value
    found = causes(row)
    for cause, equal in case.said.get("explains", {}).items():
        assert found[cause] is told(equal), cause
    if case.said.get("all"):
        equal = {cause for cause, value in case.said["explains"].items() if value is True}
        assert {cause for cause, value in found.items() if value} == equal
    orders = {one["order_id"]: one for one in row["orders"]}
    for wanted in case.said.get("found", []):
        mine = orders[case.order_id(wanted.get("n", 1))]
        agrees(mine, wanted)
        assert mine["theirs"] is None
        if mine["rule"]:
            name, _, key = mine["rule"].partition(".")
            assert mine["cite"] == BOOK.at(name, date(2026, 11, 22), case.marketplace).cite(key)
    if case.said.get("only"):
        assert set(orders) == {case.order_id(one.get("n", 1)) for one in case.said.get("found", [])}


def test_what_a_candidate_moves_is_what_it_would_change(answered: Said) -> None:
    """The moves, added to ours, are theirs exactly where it is said that they make all equal."""
    for row in answered.data:
        ours = {found["figure"]: found["ours"] for found in row["figures"]}
        theirs = {found["figure"]: found["theirs"] for found in row["figures"] if found["theirs"] is not None}
        for one in [*row["orders"], *row["explained_by"]]:
            if one["moves"] is None:
                continue
            then = {name: ours[name] + change for name, change in one["moves"].items()}
            equal = all(then[name] == value for name, value in theirs.items() if name != "rate")
            if "rate" in theirs:
                exact = Fraction(then["defective_orders"], then["orders"])
                equal = equal and abs(exact - Fraction(str(theirs["rate"]))) <= Fraction(1, 20000)
            assert one["makes_equal"] is equal, one


# --- the same facts agree --------------------------------------------------------------------------------------------


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(accounts(), st.sampled_from([0, 14, 15, 16]))
def test_a_report_made_of_the_same_facts_is_the_same(facts: dict[str, list[Row]], lag: int) -> None:
    """The report is counted by pandas from the files, and never by the program."""
    day = date(2026, 10, 12)
    span = day - timedelta(days=lag + 59), day - timedelta(days=lag)
    with tempfile.TemporaryDirectory(prefix="atoz-") as folder:
        seller = Seller(Path(folder)).has(facts | {"reports": []})
        as_of = datetime(2026, 10, 12, 23, 59, 59, 999999, UTC)
        counted = oracle.Seller(seller.folder / "files-1").odr(as_of, day, lag=lag).measures
        names = ("orders", "defective_orders", "negative_feedback_orders", "claim_orders", "chargeback_orders", "rate")
        places: dict[str, dict[str, Any]] = {}
        for one in counted:
            figures = {name: one[name] for name in names}
            places.setdefault(one["marketplace"], {})[one["channel"]] = entry(*span, **figures)
        if not places:
            return
        said = seller.against(report(*places.items(), made_on=day), "--account", "default")
        assert len(said.data) == len(counted)
        for one in counted:
            row = said.row(one["channel"], one["marketplace"])
            assert (row["verdict"], row["explained_by"], row["orders"], row["notes"]) == (
                "same", [], [], row["notes"] if lag != 15 else [],
            )  # fmt: skip
            assert (row["window"]["from"], row["window"]["to"]) == (str(span[0]), str(span[1]))
            assert (row["window"]["lag_days"], row["window"]["lag_source"]) == (lag, "report")
            for name in names:
                assert figure(row, name)[:2] == (one[name], one[name])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty clean orders in the US, shipped by the seller, one of them in Germany and one by Amazon; to read only."""
    seller = Seller(tmp_path_factory.mktemp("small"))
    clean = [order(number, str(FIRST + timedelta(days=3 * number))) for number in range(1, 19)]
    seller.has({"orders": [*clean, order(19, marketplace="DE"), order(20, channel="afn")], "claims": [DENIED], **QUIET})
    return seller.store


@pytest.fixture
def seller(small: Path, tmp_path: Path) -> Seller:
    """The small seller in a store of its own: 18 seller-fulfilled orders in the US."""
    found = Seller(tmp_path)
    shutil.copy(small, found.store)
    return found


def order(number: int, day: str = "2026-10-01", clock: str = "T12:00:00Z", **more: str) -> Row:
    usual = {"marketplace": "US", "channel": "mfn", "status": "Shipped"}
    return usual | {"order_id": f"111-0000000-{number:07d}", "placed_at": f"{day}{clock}"} | more


DENIED = {"order_id": "x", "filed_at": "2026-01-02", "reason": "Item defective", "decision": "denied"}
QUIET = {"feedback": [{"order_id": "x", "left_at": "2026-11-20", "rating": "5"}]}
"""So that no kind of file was never read."""


def mfn(**figures: Any) -> dict[str, Any]:
    return report(("US", {"mfn": entry(**figures)}))


def test_the_window_and_the_knowledge_are_those_of_the_report(seller: Seller) -> None:
    """An order on each side of both ends; a claim decided on the day of the report, and one a day later."""
    edges = [
        order(31, "2026-09-08", "T23:59:59Z"), order(32, "2026-09-09", "T00:00:00Z"),
        order(33, "2026-11-07", "T23:59:59Z"), order(34, "2026-11-08", "T00:00:00Z"),
    ]  # fmt: skip
    decisions = ("2026-11-01", "2026-11-22T23:59:59Z", "2026-11-23", "2026-11-01")
    claims = [
        {"order_id": one["order_id"], "filed_at": "2026-10-20", "decision": "granted", "decided_at": at}
        for one, at in zip(edges, decisions, strict=True)
    ]
    seller.has({"orders": edges, "claims": claims})
    row = seller.against(mfn(orders=20, defective_orders=1, claim_orders=1)).row()
    assert (row["verdict"], row["as_of"], row["notes"]) == ("same", "2026-11-22", [])
    later = seller.against(mfn(orders=20, defective_orders=1, claim_orders=1), "--as-of", "2026-11-23").row()
    assert (later["verdict"], later["as_of"]) == ("differs", "2026-11-23")
    assert figure(later, "defective_orders") == (1, 2, 1)
    assert [note["code"] for note in later["notes"]] == ["another_day"]


@pytest.mark.parametrize(
    ("part", "whole", "written", "same"),
    [
        (1, 21, "0.0476", True), (1, 21, "0.047619", True), (1, 21, "0.04761", True), (1, 21, "0.04762", True),
        (1, 21, "0.0477", False), (1, 21, "0.048", False), (3, 500, "0.006", True), (31, 5000, "0.006", False),
        (301, 50000, "0.006", True), (27896, 870669, "0.03203973037", True), (0, 5, "0", True), (1, 99999, "0", True),
        (1, 100, "0", False), (5, 5, "1", True), (2, 3, "0.6666", True), (2, 3, "0.6667", True), (2, 3, "0.6668", False),
        (1, 8, "0.12500", True), (1, 3, "0.3" + "3" * 20, True), (1078, 539000, "0.009", False),
    ],
)  # fmt: skip
def test_a_rate_is_the_same_rounded_or_cut_off(part: int, whole: int, written: str, same: bool) -> None:
    assert same_rate(part, whole, Decimal(written), 4) is same


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(4, 9))
def test_any_rounding_of_a_rate_is_it_and_what_is_further_off_is_not(part: int, more: int, places: int) -> None:
    whole, step = part + more, Fraction(1, 10**places)
    down = Fraction(part, whole) // step * step
    for shown, same in ((down, True), (down - step, False), (down + 2 * step, False)):
        written = (Decimal(shown.numerator) / Decimal(shown.denominator)).quantize(Decimal(1).scaleb(-places))
        assert same_rate(part, whole, written, places) is same
    assert same_rate(part, whole, round(Decimal(part) / Decimal(whole), places), places)


# --- what a report looks like ----------------------------------------------------------------------------------------


def codes(row: dict[str, Any]) -> list[str]:
    return [note["code"] for note in row["notes"]]


def test_amazons_own_example_is_read_and_its_contradictions_are_said(seller: Seller) -> None:
    said = seller.asks("reconcile", FILES / "performance_v2" / "amazons_example.json", "--json")
    assert said.status == 4  # no orders of 2020 in the store
    assert "none of it can be compared" in said.err
    for channel in ("mfn", "afn"):
        row = said.row(channel)
        assert (row["verdict"], row["report"]["account_status"]) == ("cannot_compare", "AT_RISK")
        assert (row["report"]["day"], row["window"]["lag_days"]) == ("2020-11-19", 15)
        assert (row["window"]["from"], row["window"]["to"]) == ("2020-09-06", "2020-11-04")
        assert figure(row, "defective_orders") == (1078, None, None)
        assert codes(row) == ["report_contradicts", "no_orders"]
        assert row["notes"][0]["message"] == "its rate 0.009 is not its 1,078 of 539,000 orders"


CONTRADICTIONS: Sequence[tuple[dict[str, Any], str, str]] = (
    ({"orders": 18, "defective_orders": 0, "rate": 0.009}, "its rate 0.009 is not its 0 of 18 orders", "same"),
    ({"orders": 5, "defective_orders": 6}, "it counts more defective orders (6) than orders (5)", "differs"),
    ({"defective_orders": 2, "claim_orders": 3}, "more orders with claims (3) than defective orders (2)", "differs"),
    (
        {"defective_orders": 4, "claim_orders": 1, "chargeback_orders": 1, "negative_feedback_orders": 1},
        "its parts add up to 3, fewer than its 4 defective orders", "differs",
    ),
    ({"rate": 0.02, "status": "GOOD", "targetValue": 0.01}, "it says GOOD of the rate 0.02, whose target is below 0.01", "differs"),
    ({"rate": 0, "status": "BAD", "targetValue": 0.01}, "it says BAD of the rate 0,", "same"),
    ({"rate": 1.2, "orders": 18}, "its rate 1.2 is no fraction, and is left out", "same"),
)  # fmt: skip


def test_what_contradicts_itself_is_said_and_nothing_is_rejected_for_it(seller: Seller) -> None:
    rows = seller.all([mfn(**figures) for figures, _, _ in CONTRADICTIONS])
    for row, (_, said, verdict) in zip(rows, CONTRADICTIONS, strict=True):
        assert row["verdict"] == verdict, said
        assert any(said in note["message"] for note in row["notes"] if note["code"] == "report_contradicts"), said


def test_the_overlap_of_the_parts_is_no_contradiction(seller: Seller) -> None:
    """As in Amazon's example: 442 + 15 + 628 are more than 1,078, for an order counts once."""
    parts = {"claim_orders": 442, "chargeback_orders": 15, "negative_feedback_orders": 628}
    assert codes(seller.against(mfn(orders=539000, defective_orders=1078, **parts)).row()) == []


def test_live_shapes(seller: Seller) -> None:
    """A channel without counts or a range, a report without its day, a marketplace that nobody knows."""
    said = seller.asks("reconcile", FILES / "performance_v2" / "live.json", "--json")
    assert said.status == 0
    assert [note["code"] for note in said.answer["warnings"]] == ["rows_refused", "not_imported"]
    assert (said.row()["verdict"], said.row()["window"]["lag_days"], codes(said.row())) == (
        "differs",
        14,
        ["other_lag"],
    )
    silent = said.row("afn")
    assert (silent["verdict"], figure(silent, "rate")) == ("cannot_compare", (None, 0.0, None))
    assert codes(silent) == ["report_contradicts", "other_lag", "no_figures"]
    germany = said.row(marketplace="DE")
    assert (germany["report"]["day"], germany["as_of"]) == (None, "2026-11-17")
    assert (germany["window"]["lag_source"], figure(germany, "rate")) == ("policy", (0.02, 0.0, -0.02))
    assert codes(germany) == ["report_day_unknown"]


def test_no_orders_on_both_sides_is_the_same_and_no_orders_here_is_not_zero(seller: Seller) -> None:
    theirs = report(
        ("DE", {"mfn": entry(orders=1), "afn": entry(orders=0, rate=0, status="NONE")}),
        ("CA", {"mfn": entry(orders=9, rate=0.5)}),
    )
    said = seller.against(theirs)
    nobody = said.row("afn", "DE")
    assert (nobody["verdict"], figure(nobody, "rate"), nobody["interval"]) == ("same", (None, None, None), None)
    unknown = said.row("mfn", "CA")
    assert (unknown["verdict"], codes(unknown)) == ("cannot_compare", ["no_orders"])
    assert [found["ours"] for found in unknown["figures"]] == [None] * 6


def test_odd_values_are_read_or_left_out(seller: Seller) -> None:
    odd = [
        {"orders": "18", "defective_orders": "0"}, {"orders": 18.0, "defective_orders": 0},
        {"orders": None, "defective_orders": 0}, {"orders": 18, "defective_orders": True}, {"orders": [18], "rate": 0.0},
        {"orders": -1, "defective_orders": 0}, {"orders": 18, "rate": "NaN"}, {"orders": 18, "claim_orders": "1e999999"},
        {"orders": 18, "rate": {"of": 1}}, {"orders": 18, "rate": "0.00000"},
    ]  # fmt: skip
    assert [row["verdict"] for row in seller.all([mfn(**figures) for figures in odd])] == ["same"] * len(odd)


def test_odd_ranges_end_in_a_note(seller: Seller) -> None:
    odd = {
        (date(2026, 11, 7), date(2026, 9, 9)): "report_contradicts", (date(2026, 10, 9), date(2026, 11, 7)): "other_window",
        (date(1, 1, 1), date(1, 3, 1)): "no_window", (date(2009, 1, 1), date(2009, 3, 1)): "no_policy",
        (date(9998, 1, 1), date(9999, 12, 31)): "no_window",
    }  # fmt: skip
    rows = seller.all([report(("US", {"mfn": entry(*span, orders=3)}), made_on=None) for span in odd])
    for row, code in zip(rows, odd.values(), strict=True):
        assert code in codes(row)
        assert row["verdict"] == ("differs" if code == "other_window" else "cannot_compare")


def test_the_old_report_tells_no_channel(seller: Seller) -> None:
    """Both channels together are compared; where one of them alone is what Amazon counts, that is found."""
    block = (
        "<timeFrame><start>2026-09-09</start><end>2026-11-07</end></timeFrame><orders><count>{}</count></orders>"
        "<orderWithDefects><count>0</count><rate>0%</rate></orderWithDefects>"
    )
    whole = "<sellerPerformanceReport><marketplaceId>US</marketplaceId><d><m>{}</m></d></sellerPerformanceReport>"
    both, one = seller.all([whole.format(block.format(orders)) for orders in (19, 18)])
    assert (both["verdict"], one["verdict"]) == ("same", "differs")
    for row in (both, one):
        assert (row["channel"], row["report"]["source"]) == (None, "performance_v1")
        assert set(codes(row)) == {"no_channel", "report_day_unknown"}
    assert {cause: equal for cause, equal in causes(one).items() if cause.startswith("channel")} == {
        "channel mfn": True, "channel afn": False,
    }  # fmt: skip


def test_the_samples_of_the_old_report_are_read(seller: Seller) -> None:
    names = ("us.xml", "de_several.xml", "malformed.xml")
    rows = seller.all([(FILES / "performance_v1" / name).read_text("utf-8") for name in names])
    assert [(row["marketplace"], row["verdict"]) for row in rows] == [
        ("US", "differs"), ("DE", "differs"), ("UK", "cannot_compare"),
    ]  # fmt: skip


# --- what the store lacks --------------------------------------------------------------------------------------------


def test_days_without_orders_are_named_where_amazon_has_more(tmp_path: Path) -> None:
    gap = {date(2026, 10, 4), date(2026, 10, 5)}
    every = [day for number in range(60) if (day := FIRST + timedelta(days=number)) not in gap]
    many = [order(number * 10 + at, str(day)) for number, day in enumerate(every, 1) for at in range(8)]
    seller = Seller(tmp_path).has({"orders": many, "claims": [DENIED], **QUIET})
    row, fewer = seller.all([mfn(orders=len(many) + more, defective_orders=0) for more in (16, -16)])
    (found,) = [one for one in row["explained_by"] if one["cause"] == "orders_missing"]
    assert (found["value"], found["moves"], found["makes_equal"]) == ("2", None, None)
    assert "2026-10-04 … 05" in found["text"]
    assert "orders_missing" not in {one["cause"] for one in fewer["explained_by"]}


def test_a_file_that_was_never_read_is_named_where_amazon_counts_more(tmp_path: Path) -> None:
    bare = Seller(tmp_path).has({"orders": [order(number) for number in range(1, 21)]})
    says = {"orders": 20, "defective_orders": 1, "chargeback_orders": 0}
    feedback, claims, rate, fewer = bare.all([
        mfn(**says, claim_orders=0, negative_feedback_orders=1), mfn(**says, claim_orders=1, negative_feedback_orders=0),
        mfn(rate=0.05), mfn(orders=19, defective_orders=0),
    ])  # fmt: skip
    assert causes(feedback) == {"never_read no_feedback": None}
    assert causes(claims) == {"never_read no_claims": None}
    assert set(causes(rate)) == {"never_read no_feedback", "never_read no_claims"}
    assert causes(fewer) == {}
    whole = bare.has({"claims": [DENIED], **QUIET}).against(mfn(rate=0.05)).row()
    assert causes(whole) == {}


def test_orders_of_which_no_file_says_the_marketplace_may_belong_here(seller: Seller) -> None:
    seller.has({"orders": [order(40, marketplace=""), order(41, marketplace="", channel="")]})
    row = seller.against(mfn(orders=20, defective_orders=0)).row()
    assert causes(row)["unknown_place marketplace"] is True


# --- what is learned -------------------------------------------------------------------------------------------------


def pull(day: date, orders: int) -> dict[str, Any]:
    """A report of a day with the usual lag."""
    last = day - timedelta(days=15)
    return report(
        ("US", {"mfn": entry(last - timedelta(days=59), last, orders=orders, defective_orders=0)}), made_on=day
    )


def test_reports_that_agree_by_another_clock_suggest_it(tmp_path: Path) -> None:
    """An order at 03:00 of the day after each window's end belongs to its last day in Seattle."""
    late = [order(number, f"2026-11-{6 + number:02d}", "T03:00:00Z") for number in (1, 2, 3)]  # 7, 8, 9 November
    middle = [order(number) for number in range(11, 31)]
    seller = Seller(tmp_path).has({"orders": [*late, *middle], "claims": [DENIED], **QUIET})
    pulls = [pull(date(2026, 11, 20 + number), 20 + number) for number in (1, 2, 3)]  # ends on 6, 7, 8 November
    for one in pulls[:2]:
        assert seller.asks("import", seller.put(one), "-o", seller.folder / "x").status == 0
    row = seller.against(pulls[2]).row()
    fits = {one["counted"]: (one["value"], one["same"], one["reports"]) for one in row["learned"]["fits"]}
    assert fits == {
        "as_asked": (None, 0, 3), "timezone": ("America/Los_Angeles", 3, 3), "cancelled": ("out", 0, 3),
    }  # fmt: skip
    assert row["learned"]["suggestion"] == (
        "3 of 3 known reports agree in all figures with --timezone America/Los_Angeles, 0 without: "
        "an assumption to try, not a rule of Amazon's"
    )
    tried = seller.against(pulls[2], "--timezone", "America/Los_Angeles").row()
    assert (tried["verdict"], tried["learned"]["suggestion"]) == ("same", None)


def test_cancelled_orders_are_learned_too_and_a_later_report_is_unknown(seller: Seller) -> None:
    seller.has({"orders": [order(40, status="Cancelled")]})
    for day in (20, 22):
        seller.asks("import", seller.put(pull(date(2026, 11, day), 18)), "-o", seller.folder / "x")
    row = seller.asks("reconcile", "--json").row()
    assert row["report"]["day"] == "2026-11-22"
    assert row["learned"]["suggestion"].startswith(
        "2 of 2 known reports agree in all figures with --cancelled-out, 0 w"
    )
    earlier = seller.asks("reconcile", "--json", "--as-of", "2026-11-21").row()
    assert (earlier["report"]["day"], earlier["learned"]["reports"]) == ("2026-11-20", 1)
    said = seller.asks("reconcile", "--as-of", "2026-11-19")
    assert said.status == 4
    assert "no performance report is known by that day" in said.err


# --- files, accounts, exit codes -------------------------------------------------------------------------------------


def test_the_store_is_not_changed_and_that_is_said(seller: Seller) -> None:
    before = hashlib.sha256(seller.store.read_bytes()).hexdigest()
    said = seller.against(mfn(orders=18))
    assert [one["code"] for one in said.answer["warnings"]] == ["not_imported"]
    assert hashlib.sha256(seller.store.read_bytes()).hexdigest() == before
    assert seller.asks("reconcile").status == 4
    kept = seller.against(mfn(orders=18), "--import")
    assert [one["code"] for one in kept.answer["warnings"]] == ["imported"]
    assert kept.row() | {"report": None} == said.row() | {"report": None}
    learned = seller.asks("reconcile", "--json").row()["learned"]
    assert (learned["lag_days"], learned["reports"], learned["suggestion"]) == (15, 1, None)  # one is no evidence


def test_whose_report_it_is_is_asked_where_several_could_be_meant(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller.has({"orders": [order(number) for number in range(500, 505)]}, account="other")
    said = seller.asks("reconcile", seller.put(mfn(orders=18)))
    assert said.status == 2
    assert "several accounts (default, other)" in said.err
    monkeypatch.setenv("ATOZ_ACCOUNT", "other")
    assert seller.against(mfn(orders=6), "--import").row()["account"] == "other"
    monkeypatch.delenv("ATOZ_ACCOUNT")
    assert seller.against(mfn(orders=18), "--import", "--account", "default").row()["verdict"] == "same"
    both = seller.asks("reconcile", "--json").data
    assert [(one["account"], one["verdict"]) for one in both] == [("other", "differs"), ("default", "same")]


def test_marketplace_and_channel_narrow(seller: Seller) -> None:
    theirs = report(("US", {"mfn": entry(orders=18), "afn": entry(orders=1)}), ("DE", {"mfn": entry(orders=1)}))
    assert len(seller.against(theirs).data) == 3
    assert [one["channel"] for one in seller.against(theirs, "--channel", "afn").data] == ["afn"]
    assert [one["marketplace"] for one in seller.against(theirs, "--marketplace", "DE").data] == ["DE"]
    assert seller.against(theirs, "--marketplace", "JP", status=4).out == ""


def test_a_check_exits_with_one_where_it_differs(seller: Seller) -> None:
    path, same = seller.put(mfn(orders=20, defective_orders=0)), seller.put(mfn(orders=18, defective_orders=0))
    rate = seller.put(mfn(rate=0.1111))  # 2 of 18
    asked = [
        (path, ["--fail-differs"], 1), (path, ["--fail-over", "2"], 0), (rate, ["--fail-over", "1"], 1),
        (same, ["--fail-differs", "--fail-over", "0"], 0),
    ]  # fmt: skip
    assert [seller.asks("reconcile", file, *options).status for file, options, _ in asked] == [one[2] for one in asked]


@pytest.mark.parametrize(
    "options",
    [
        ["--import"], ["--as", "performance_v2"], ["--date-order", "mdy"], ["-", "--format", "html"], ["--as-of", "soon"],
        ["x", "--as", "nothing"], ["x", "--date-order", "ydm"], ["--fail-over"], ["--fail-over", "1%"],
        ["--fail-over", "-1"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_options_are_clear_errors(tmp_path: Path, options: list[str]) -> None:
    said = Seller(tmp_path).asks("reconcile", *options)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert "hint: " in said.err


def test_without_a_store_or_a_marketplace_there_is_nothing_to_compare(tmp_path: Path, seller: Seller) -> None:
    empty = Seller(tmp_path / "none")
    empty.folder.mkdir()
    assert (empty.asks("reconcile").status, empty.asks("reconcile", empty.put(mfn(orders=20))).status) == (4, 4)
    said = seller.asks("reconcile", FILES / "performance_v2" / "no_marketplaces.json")
    assert said.status == 4
    assert "names no marketplace that we know" in said.err


HOSTILE = (
    "broken.json", "list.json", "cut.gz.txt", "two_sources.csv", "binary.txt", "image.txt", "empty.zip.txt",
    "nested.gz.txt", "document.txt",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_an_import_refuses_is_refused_alike(tmp_path: Path, name: str) -> None:
    path, seller = FILES / "refused" / name, Seller(tmp_path)
    imported = seller.asks("import", path, "-o", seller.folder / "x")
    said = seller.asks("reconcile", path)
    assert (said.status, said.out, said.err) == (3, "", imported.err)


def test_hostile_documents_are_refused_alike(tmp_path: Path) -> None:
    seller = Seller(tmp_path)
    laughs = (
        '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sellerPerformanceReports>&b;</sellerPerformanceReports>'
    )
    contents: Sequence[tuple[str, str | bytes]] = [
        ("laughs.xml", laughs), ("deep.json", '{"performanceMetrics": ' + "[" * 100_000),
        ("digits.json", '{"performanceMetrics": [{"orderDefectRate": ' + "9" * 10_000 + "}]}"),
        ("none.json", ""), ("folder", b"\0\1\2"),
    ]  # fmt: skip
    for name, content in contents:
        path = seller.put(content, name)
        imported = seller.asks("import", path, "-o", seller.folder / "x")
        said = seller.asks("reconcile", path)
        assert (said.status, said.err) == (3, imported.err), name
    assert seller.asks("reconcile", seller.folder / "nowhere.json").status == 3


@pytest.mark.parametrize("name", ["claims.csv", "feedback-us.txt"])
def test_a_file_of_another_kind_is_named(tmp_path: Path, name: str) -> None:
    said = Seller(tmp_path).asks("reconcile", SAMPLE / name)
    assert said.status == 3
    assert "holds none of Amazon's own figures" in said.err


def test_archives_are_opened_as_on_import(seller: Seller) -> None:
    good, other = json.dumps(mfn(orders=18)), json.dumps(mfn(orders=19))
    packed = seller.folder / "pulls.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("monday.json", good)
        archive.writestr("tuesday.json", other)
        archive.writestr("letter.txt", "dear Amazon,\nhello\n")
        archive.writestr("nested.gz", gzip.compress(good.encode()))
    said = seller.asks("reconcile", packed, "--json")
    assert said.status == 3  # what was refused is said, the rest is answered
    assert [(one["report"]["file"], one["verdict"]) for one in said.data] == [
        (f"{packed}/tuesday.json", "differs"),
        (f"{packed}/monday.json", "same"),
    ]
    alone = seller.put(gzip.compress(good.encode()), "pull.json.gz")
    assert seller.asks("reconcile", alone, "--json").row()["report"]["file"] == str(alone)


def test_a_report_comes_through_a_pipe(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(mfn(orders=18)).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    said = seller.asks("reconcile", "-", "--import", "--json")
    assert (said.row()["verdict"], said.row()["report"]["file"]) == ("same", "-")
    assert seller.asks("reconcile", "--json").row()["verdict"] == "same"


# --- how it is shown -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("sample") / "store.duckdb"
    assert atoz("import", SAMPLE, "--store", store).status == 0
    return store


def test_the_sample_seller_has_one_claim_too_many_at_amazon(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As sample_data/README.md says: C-100261, protected and paid by Amazon, is counted all the same."""
    from atoz_cli import views
    from atoz_cli.cli import asking

    drawn: dict[tuple[str, int | None], str] = {}
    whole = asking.show

    def in_every_way(answer: Any, sheets: Any, *how: Any) -> None:
        for kind, width in (("table", 60), ("table", 80), ("table", 200), ("csv", None), ("markdown", None)):
            drawn[kind, width] = views.render(answer, kind, sheets=sheets, width=width, colour=False)
        whole(answer, sheets, *how)

    monkeypatch.setattr(asking, "show", in_every_way)
    ask = ("reconcile", "--as-of", "2026-11-22", "--store", sample, "--json")
    said = atoz(*ask)
    assert [(one["marketplace"], one["channel"], one["verdict"]) for one in said.data] == [
        ("US", "mfn", "differs"), ("DE", "mfn", "same"), ("DE", "afn", "same"), ("US", "afn", "same"),
    ]  # fmt: skip
    row = said.row()
    assert (figure(row, "defective_orders"), figure(row, "claim_orders")) == ((8, 7, -1), (5, 4, -1))
    (found,) = [one for one in row["orders"] if one["claim_id"] == "C-100261"]
    assert (found["makes_equal"], found["appealable"], found["days_left"]) == (True, True, 6)
    assert (found["appeal_by"], moves(found)) == ("2026-11-29T12:44:00Z", {"defective_orders": 1, "claim_orders": 1})
    rows = list(csv.DictReader(io.StringIO(drawn["csv", None])))
    assert [row["verdict"] for row in rows] == ["differs", "same", "same", "same"]
    assert json.loads(rows[0]["figures"])[0]["figure"] == "orders"
    titles = (
        "Against Amazon's figures", "Ours against Amazon's: US", "What would explain it", "What looks appealable",
        "Orders that could be it",
    )  # fmt: skip
    for (kind, width), out in drawn.items():
        if kind != "csv":
            places = [out.index(title) for title in titles]
            assert places == sorted(places)
        if width is not None:
            assert max(map(len, out.splitlines())) <= width
            assert "111-9493005-4772024" in out


def test_few_orders_are_said_with_what_chance_makes_of_them(seller: Seller) -> None:
    said = seller.asks("reconcile", seller.put(mfn(orders=18, defective_orders=1)))
    assert "Few orders: chance alone would put such a rate anywhere from 0.00 % to 17.59 %." in said.out
    assert (LAST - FIRST).days == 59
