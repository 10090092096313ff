"""What the store lacks: days of which a file was forgotten, and every finding with a store that has it and one that has not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import atoz_cli
from atoz_cli.answers.doctor import Gap
from atoz_cli.cli import run
from atoz_cli.metrics.gaps import empty_runs, missing
from atoz_cli.schemas import schema_of
from atoz_cli.sheets.doctor import doctor as sheet
from atoz_cli.views import render
from oracle import Row, write

AS_OF = date(2026, 11, 22)
FIRST, LAST = date(2026, 9, 9), date(2026, 11, 7)
"""The window of that day: 60 days, ending 15 days back."""
DAY = timedelta(days=1)
CLAIMED = "111-0000000-0000001"
WORLD = {
    "feedback": [{"order_id": "A-1", "left_at": "2026-11-20", "rating": 5}],
    "claims": [
        {
            "order_id": "A-1",
            "filed_at": "2026-11-10",
            "claim_id": "C-1",
            "decision": "denied",
            "decided_at": "2026-11-12",
        }
    ],
    "reports": [{"day": "2026-11-21", "to": "2026-11-06"}],
}
"""Beside the orders, all that a store wants."""


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.out)["data"]
        return found

    @property
    def warnings(self) -> list[str]:
        return [one["message"] for one in json.loads(self.out)["warnings"] if one["code"] == "orders_missing"]

    def code(self, code: str) -> list[dict[str, Any]]:
        return [one for one in self.data if one["code"] == code]


class Seller:
    """A seller's store: `has` imports facts, `asks` a question of it on the day."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.times = folder, capsys, 0
        self.store = folder / "store.duckdb"

    def has(self, facts: Mapping[str, list[Row]], account: str = "default") -> Seller:
        self.times += 1
        files = write(self.folder / f"files-{self.times}", facts)
        said = self.runs("import", *map(str, files), "--account", account, "--json")
        assert [one["refused"] for one in said.data] == [0] * len(files)
        return self

    def runs(self, *arguments: str) -> Said:
        self.capsys.readouterr()
        status = run([*arguments, "--store", str(self.store)])
        return Said(status, *self.capsys.readouterr())

    def asks(self, command: str, *, as_of: date | str = AS_OF) -> Said:
        said = self.runs(*command.split(), "--as-of", str(as_of), "--json")
        assert said.status == 0, said.err
        return said


@pytest.fixture
def seller(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Seller:
    for name in ("ATOZ_ACCOUNT", "ATOZ_POLICY", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Seller(tmp_path, capsys)


def days(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


EVERY_DAY = days(FIRST - 5 * DAY, AS_OF)


def orders(each: Callable[[date], int], among: list[date] = EVERY_DAY, mark: str = "A", **more: str) -> list[Row]:
    """So many orders a day, at noon, in the US, shipped by the seller. The first is `A-1`."""
    placed = [day for day in among for _ in range(each(day))]
    usual = {"marketplace": "US", "channel": "mfn", "status": "Shipped", "sku": "S-1"} | more
    return [
        usual | {"order_id": f"{mark}-{number}", "placed_at": f"{day}T12:00:00Z"}
        for number, day in enumerate(placed, 1)
    ]


def but(*left_out: str, daily: int = 20) -> Callable[[date], int]:
    """So many a day, none on the days left out."""
    return lambda day: 0 if day.isoformat() in left_out else daily


# --- the rule ----------------------------------------------------------------------------------------------------


def runs(placed: Mapping[date, int], first: date = FIRST, last: date = LAST) -> list[tuple[str, int]]:
    return [(day.isoformat(), length) for day, length in empty_runs(placed, first, last)]


def test_three_days_without_orders_at_20_a_day_are_a_gap() -> None:
    placed = {day: 20 for day in days(FIRST, LAST) if not date(2026, 10, 4) <= day <= date(2026, 10, 6)}
    assert runs(placed) == [("2026-10-04", 3)]


def test_three_days_without_orders_at_3_in_10_days_are_nothing() -> None:
    placed = {FIRST + number * DAY: 1 for number in range(0, 60, 4)}
    assert runs(placed) == []


def test_weekends_of_a_small_seller_are_no_gaps() -> None:
    """2 orders every working day: a weekend off has a chance of 6 %."""
    assert runs({day: 2 for day in days(FIRST, LAST) if day.weekday() < 5}) == []


def test_one_day_at_8_a_day_is_a_gap_and_at_6_a_day_is_none() -> None:
    """exp(-8) is 0.3 in 1,000, exp(-6) is 2.5 in 1,000."""
    for daily, found in ((8, [("2026-10-20", 1)]), (6, [])):
        assert runs({day: daily for day in days(FIRST, LAST) if day != date(2026, 10, 20)}) == found


def test_days_missing_at_both_edges_of_the_window_are_gaps() -> None:
    placed = dict.fromkeys(days(FIRST + 2 * DAY, LAST - DAY), 20)
    assert runs(placed) == [("2026-09-09", 2), ("2026-11-07", 1)]


def test_days_outside_the_window_are_not_looked_at() -> None:
    placed = dict.fromkeys(days(FIRST, LAST), 20)
    assert runs(placed) == []
    assert runs(placed | {FIRST - 9 * DAY: 5, LAST + 9 * DAY: 5}) == []


def test_orders_of_two_days_are_too_few_to_tell() -> None:
    assert runs({FIRST: 500, LAST: 500}) == []
    assert runs({FIRST: 500, FIRST + DAY: 1, LAST: 500}) == [("2026-09-11", 57)]
    assert runs({}) == []


def test_a_gap_does_not_hide_another() -> None:
    without = {date(2026, 10, 20), *days(date(2026, 9, 20), date(2026, 10, 10))}
    assert runs({day: 20 for day in days(FIRST, LAST) if day not in without}) == [("2026-09-20", 21), ("2026-10-20", 1)]


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 5, 9, 30]), min_size=1, max_size=90))
def test_pandas_finds_the_same(daily: list[int]) -> None:
    """The rule of the contract, by another way than the code's own: runs of zeros of a series."""
    series = pd.Series(daily, index=pd.date_range("2026-09-09", periods=len(daily), freq="D"))
    found = []
    if (series > 0).sum() >= 3:
        for _, block in series.groupby((series.gt(0) != series.gt(0).shift()).cumsum()):
            if block.sum() == 0 and exp(-series.sum() / (len(series) - len(block)) * len(block)) < 0.001:
                found.append((block.index[0].date(), len(block)))
    placed = {day.date(): int(number) for day, number in series.items() if number}  # type: ignore[attr-defined]
    assert list(empty_runs(placed, FIRST, FIRST + (len(daily) - 1) * DAY)) == found


# --- how it is said ----------------------------------------------------------------------------------------------


def gap(first: str, last: str) -> Gap:
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    return Gap("default", "US", begins, ends, (ends - begins).days + 1)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([("2026-10-20", "2026-10-20")], "orders of 1 day in the window are missing: 2026-10-20"),
        ([("2026-10-04", "2026-10-06")], "orders of 3 days in the window are missing: 2026-10-04 … 06"),
        (
            [("2026-10-04", "2026-10-06"), ("2026-10-20", "2026-10-20")],
            "orders of 4 days in the window are missing: 2026-10-04 … 06, 2026-10-20",
        ),
        ([("2026-09-30", "2026-10-01")], "orders of 2 days in the window are missing: 2026-09-30 … 10-01"),
        ([("2026-12-31", "2027-01-01")], "orders of 2 days in the window are missing: 2026-12-31 … 2027-01-01"),
    ],
)
def test_runs_are_said_in_short(found: list[tuple[str, str]], said: str) -> None:
    assert missing([gap(*one) for one in found]) == said


def test_six_runs_are_said_and_the_rest_counted() -> None:
    found = [gap(f"2026-10-{day:02}", f"2026-10-{day:02}") for day in range(1, 16, 2)]
    assert missing(found).endswith("2026-10-09, 2026-10-11 and 2 more")
    assert missing(found).startswith("orders of 8 days")
    assert missing(found[:6]).endswith("2026-10-11")


# --- atoz odr and atoz feedback ----------------------------------------------------------------------------------

FORGOTTEN = ("2026-10-04", "2026-10-05", "2026-10-06")


def test_the_rate_warns_of_orders_that_are_missing(seller: Seller) -> None:
    seller.has({"orders": orders(but(*FORGOTTEN))})
    said = ["US: orders of 3 days in the window are missing: 2026-10-04 … 06; download All Orders for them"]
    for question in ("odr", "odr --orders", "odr --by week", "odr --channel mfn", "feedback", "feedback --list"):
        assert seller.asks(question).warnings == said, question
    assert f"warning: {said[0]}\n" in seller.runs("odr", "--as-of", str(AS_OF)).err
    assert seller.asks("odr --window 20d").warnings == [], "the days are not in it"


def test_a_whole_store_warns_of_nothing(seller: Seller) -> None:
    seller.has({"orders": orders(but())})
    assert seller.asks("odr").warnings == seller.asks("feedback").warnings == []


def test_a_pause_of_one_channel_is_no_gap(seller: Seller) -> None:
    """On holiday the seller ships nothing, and Amazon goes on."""
    seller.has({"orders": orders(but(*FORGOTTEN)) + orders(but(daily=15), mark="B", channel="afn")})
    assert seller.asks("odr").warnings == []
    assert seller.asks("odr --channel mfn").warnings == []


def test_accounts_and_marketplaces_stand_apart(seller: Seller) -> None:
    seller.has({"orders": orders(but(*FORGOTTEN)) + orders(but(), mark="B", marketplace="DE")}, "alpha")
    seller.has({"orders": orders(but("2026-10-20"))}, "beta")
    alpha, beta = seller.asks("odr").warnings
    assert alpha.startswith("alpha, US: orders of 3 days")
    assert beta == "beta, US: orders of 1 day in the window are missing: 2026-10-20; download All Orders for them"
    assert seller.asks("odr --account alpha").warnings == [alpha.removeprefix("alpha, ")]
    assert seller.asks("odr --marketplace DE").warnings == []
    found = [(one["account"], one["marketplace"]) for one in seller.asks("doctor").code("orders_missing")]
    assert found == [("alpha", "US"), ("beta", "US")]


def test_a_day_that_is_not_over_is_not_missing(seller: Seller) -> None:
    """With no lag the window ends today: at one in the morning no order of today is no sign."""
    seller.has({"orders": orders(but(), among=days(FIRST, AS_OF - DAY))})
    assert seller.asks("odr --lag 0d", as_of=f"{AS_OF}T01:00:00Z").warnings == []
    assert seller.asks("odr --lag 0d --timezone America/Los_Angeles").warnings == [], "there it is still afternoon"
    (said,) = seller.asks("odr --lag 0d").warnings
    assert said.startswith("US: orders of 1 day in the window are missing: 2026-11-22;")


def test_the_days_are_those_of_the_time_zone(seller: Seller) -> None:
    """At noon UTC it is the next day in Auckland already (UTC+13 from the end of September 2026 on)."""
    seller.has({"orders": orders(but("2026-10-20"))})
    (said,) = seller.asks("odr --timezone Pacific/Auckland").warnings
    assert "2026-10-21;" in said


def test_what_is_imported_later_closes_the_gap(seller: Seller) -> None:
    seller.has({"orders": orders(but(*FORGOTTEN))})
    assert seller.asks("odr").warnings
    seller.has({"orders": orders(lambda _: 20, [date.fromisoformat(day) for day in FORGOTTEN], mark="B")})
    assert seller.asks("odr").warnings == []


# --- atoz doctor: each code, with a store that has it and one that has not ----------------------------------------


def whole(**more: list[Row]) -> dict[str, list[Row]]:
    """A store in which nothing is missing, and what comes on top."""
    world = {"orders": orders(but(daily=3)), **WORLD}
    return {kind: [*world.get(kind, []), *more.get(kind, [])] for kind in (*world, *more)}


def test_nothing_is_missing(seller: Seller) -> None:
    seller.has(whole())
    said = seller.asks("doctor")
    (about,) = said.data
    number = len(whole()["orders"])
    assert (about["code"], about["severity"], about["account"], about["hint"]) == ("store", "info", None, None)
    held = "4 imports, 240 orders, 240 items, 1 claim, 1 feedback, 1 report"
    assert about["message"].partition(": ")[2] == held.replace("240", str(number))
    assert about["message"].startswith("schema ")
    shown = seller.runs("doctor", "--as-of", str(AS_OF))
    assert shown.status == 0
    assert shown.out.splitlines()[:3] == ["What the store lacks", "Nothing is missing", ""]
    assert len(shown.out.splitlines()) == 4
    assert shown.err == ""


def without(kind: str) -> dict[str, list[Row]]:
    return {name: rows for name, rows in whole().items() if name != kind}


CLAIM = {"order_id": CLAIMED, "filed_at": "2026-11-20", "claim_id": "C-9", "reason": "Package didn't arrive"}
OPEN = CLAIM | {"order_id": "A-9", "claim_id": "C-8"}
CODE = {"order_id": "A-9", "filed_at": "2026-11-02", "chargeback_id": "B-1", "network": "visa", "reason_code": "11.3"}
RETURN = {"Order ID": CLAIMED, "Return request date": "10-Nov-2026", "Amazon RMA ID": "R-1", "A-to-Z Claim": "Y"}
RETURNED = {"order_id": CLAIMED, "placed_at": "2026-10-01", "marketplace": "US", "channel": "mfn", "sku": "S-1"}
SHIPPED = {"order_id": "A-9", "package_id": "1", "tracking_number": "T-1", "confirmed_at": "2026-09-07"}
SITUATIONS: dict[str, tuple[dict[str, list[Row]], str, str, str]] = {
    "orders_missing": (
        whole() | {"orders": orders(but(*FORGOTTEN))}, "warning",
        "orders of 3 days in the window are missing: 2026-10-04 … 06", "All Orders",
    ),
    "orders_stale": (
        whole() | {"orders": orders(but(daily=3), EVERY_DAY[:-9])}, "warning",
        "the newest order is of 2026-11-13, 9 days before the day asked", "All Orders",
    ),
    "no_orders": (without("orders"), "error", "no orders are known", "All Orders"),
    "no_feedback": (without("feedback"), "warning", "no feedback is known", "Performance > Feedback"),
    "feedback_stale": (
        whole() | {"feedback": [{"order_id": "A-1", "left_at": "2026-10-22", "rating": 5}]}, "info",
        "the newest feedback is of 2026-10-22, 31 days before", "Performance > Feedback",
    ),
    "no_claims": (without("claims"), "warning", "the rate can only be a lower bound", "atoz template claims"),
    "no_performance_report": (without("reports"), "info", "15 days back is the policy's", "GET_V2_SELLER_PERFORMANCE"),
    "unknown_order": (
        whole(claims=[CLAIM]), "warning", f"1 order with a claim, a chargeback or feedback in no file of orders, "
        f"1 of them perhaps in the window: {CLAIMED}", "All Orders",
    ),
    "claim_only_flagged": (
        whole(orders=[RETURNED], returns=[RETURN]), "warning",
        f"1 claim known only from the flag of a return: {CLAIMED}", "atoz template claims",
    ),
    "unknown_chargeback_code": (
        whole(chargebacks=[CODE]), "warning", "1 chargeback neither fraud nor service by the policy's lists, so pending: A-9",
        "atoz rules chargebacks",
    ),
    "no_ship_dates": (
        whole(claims=[OPEN]), "warning", "1 open claim on what you shipped yourself, with no shipment known: A-9",
        "atoz template shipments",
    ),
    "orders_without_marketplace": (
        whole(orders=orders(but(daily=1), mark="B", marketplace="")), "warning", "75 orders without a marketplace",
        "--marketplace",
    ),
    "orders_without_channel": (
        whole(orders=orders(but(daily=1), mark="B", channel="")), "warning", "75 orders without a channel", "All Orders",
    ),
}  # fmt: skip
"""A code, and a store that has it: its facts, how bad it is, what is said, and where to get what lacks."""


@pytest.mark.parametrize("code", SITUATIONS)
def test_a_store_that_has_it_and_one_that_has_not(seller: Seller, code: str) -> None:
    facts, severity, said, hint = SITUATIONS[code]
    (found,) = seller.has(facts).asks("doctor").code(code)
    assert found["severity"] == severity
    assert said in found["message"]
    assert hint in found["hint"]
    assert found["account"] == "default"
    of_account = (
        "no_orders",
        "no_feedback",
        "feedback_stale",
        "no_claims",
        "unknown_order",
        "orders_without_marketplace",
    )
    assert found["marketplace"] == (None if code in of_account else "US")
    seller.store.unlink()
    assert seller.has(whole()).asks("doctor").code(code) == []


def test_every_code_is_in_the_docs(seller: Seller) -> None:
    page = (Path(__file__).parents[1] / "docs" / "doctor.md").read_text("utf-8")
    for code in (*SITUATIONS, "refused_rows", "store_damaged_keys", "store"):
        assert f"| `{code}` |" in page


def test_refused_rows_until_the_file_is_mended(seller: Seller) -> None:
    good = "order_id,placed_at,marketplace,channel\nA-1,2026-10-01,US,mfn\n"
    seller.has(whole())
    file = seller.folder / "late.csv"
    file.write_text(good + "A-2,some day,US,mfn\nA-3,another,US,mfn\n", "utf-8")
    assert seller.runs("import", str(file), "--as", "orders").status == 0
    (found,) = seller.asks("doctor").code("refused_rows")
    assert (found["severity"], found["message"]) == ("warning", "2 rows of late.csv refused, so not in the store")
    assert "--rejects" in found["hint"]
    file.write_text(good + "A-2,2026-10-02,US,mfn\nA-3,2026-10-03,US,mfn\n", "utf-8")
    assert seller.runs("import", str(file), "--as", "orders").status == 0
    assert seller.asks("doctor").code("refused_rows") == []


HARM = {
    "keys of orders more than once: 1": "INSERT INTO orders SELECT * FROM orders WHERE order_id = 'A-1'",
    "keys of claims more than once: 1": "INSERT INTO claims SELECT * FROM claims",
    "items without an order: 1": "DELETE FROM orders WHERE order_id = 'A-1'",
    "orders without a date: 1": (
        "ALTER TABLE orders ALTER placed_at DROP NOT NULL; UPDATE orders SET placed_at = NULL WHERE order_id = 'A-1'"
    ),
}


@pytest.mark.parametrize("said", HARM)
def test_a_store_that_was_harmed(seller: Seller, said: str) -> None:
    from atoz_cli.store.duck import connect

    seller.has(whole())
    with connect(str(seller.store)) as connection:
        connection.execute(HARM[said])
    found = seller.asks("doctor")
    (first,) = found.code("store_damaged_keys")
    assert found.data[0] == first, "worst first"
    assert (first["severity"], first["account"]) == ("error", None)
    assert first["message"] == f"the store is damaged: {said}"


# --- atoz doctor: what is worse and what is milder ----------------------------------------------------------------


def test_orders_that_end_before_the_window_does_are_an_error(seller: Seller) -> None:
    seller.has(whole() | {"orders": orders(but(daily=3), EVERY_DAY[:-20])})
    said = seller.asks("doctor")
    (found,) = said.code("orders_stale")
    assert found["severity"] == "error"
    assert "goes on to 2026-11-07, so the rate is not complete" in found["message"]
    assert said.data[0] == found
    assert said.code("orders_missing") == [], "one cause shows once"
    assert seller.asks("odr").warnings != []


def test_two_orders_are_no_pace_that_could_excuse_a_silence(seller: Seller) -> None:
    seller.has({"orders": orders(but(daily=1), [date(2026, 10, 1), date(2026, 10, 31)])})
    (found,) = seller.asks("doctor").code("orders_stale")
    assert found["severity"] == "error"


def test_the_silence_of_a_small_seller_is_milder(seller: Seller) -> None:
    """An order every 4th day: a week without one is nothing much, three weeks may be."""
    seller.has({"orders": orders(but(daily=1), days(FIRST, LAST + 8 * DAY)[::4])})
    newest = LAST + 5 * DAY
    for age, severity in ((3, []), (7, ["info"]), (20, ["warning"]), (60, ["error"])):
        found = seller.asks("doctor", as_of=newest + age * DAY).code("orders_stale")
        assert [one["severity"] for one in found] == severity, age


def test_no_lag_and_the_orders_of_yesterday_are_fresh(seller: Seller) -> None:
    seller.has({"orders": orders(but(daily=3), EVERY_DAY[:-1])})
    assert seller.asks("doctor --lag 0d").code("orders_stale") == []


def test_a_claim_of_long_ago_is_of_an_order_that_has_left(seller: Seller) -> None:
    old = [
        CLAIM | {"order_id": f"OLD-{number}", "claim_id": f"O-{number}", "filed_at": "2026-09-01"}
        for number in range(7)
    ]
    seller.has(whole(claims=old))
    (found,) = seller.asks("doctor").code("unknown_order")
    assert found["severity"] == "info"
    assert found["message"].endswith("too old for the window: OLD-0, OLD-1, OLD-2, OLD-3, OLD-4 and 2 more")
    seller.has({"feedback": [{"order_id": "NEW-1", "left_at": "2026-11-01", "rating": 1}]})
    (found,) = seller.asks("doctor").code("unknown_order")
    assert found["severity"] == "warning"
    assert "8 orders" in found["message"]
    assert "1 of them perhaps in the window: NEW-1, OLD-0" in found["message"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"claims": [OPEN], "shipments": [SHIPPED]}, "the shipment is known"),
        ({"claims": [OPEN | {"decision": "denied", "decided_at": "2026-11-21"}]}, "it is decided"),
        ({"claims": [OPEN | {"filed_at": "2026-11-23"}]}, "it is not filed yet"),
        (
            {"claims": [OPEN | {"order_id": "F-1"}], "orders": orders(but(daily=1), [FIRST], "F", channel="afn")},
            "Amazon's",
        ),
    ],
)
def test_a_shipment_is_asked_for_only_where_it_would_help(
    seller: Seller, facts: dict[str, list[Row]], why: str
) -> None:
    assert seller.has(whole(**facts)).asks("doctor").code("no_ship_dates") == [], why


def test_one_claim_chargeback_or_return_is_something(seller: Seller) -> None:
    for kind, row in (("chargebacks", CODE), ("returns", RETURN | {"A-to-Z Claim": "N"})):
        seller.store.unlink(missing_ok=True)
        assert seller.has(without("claims") | {kind: [row]}).asks("doctor").code("no_claims") == []
    assert seller.asks("doctor", as_of="2026-11-09").code("claim_only_flagged") == []


def test_a_lag_that_was_asked_for_needs_no_report(seller: Seller) -> None:
    seller.has(without("reports"))
    assert seller.asks("doctor --lag 10d").code("no_performance_report") == []


def test_each_account_is_examined_and_the_filters_pick(seller: Seller) -> None:
    seller.has(whole(), "alpha")
    seller.has({"orders": orders(but(daily=3), marketplace="DE")}, "beta")
    found = {(one["account"], one["code"]) for one in seller.asks("doctor").data}
    mine = {("beta", "no_feedback"), ("beta", "no_claims"), ("beta", "no_performance_report")}
    assert found == {*mine, (None, "store")}
    assert {one["account"] for one in seller.asks("doctor --account alpha").data} == {None}
    assert {one["account"] for one in seller.asks("doctor --marketplace DE").data} == {None, "beta"}
    for nothing in (("--account", "gamma"), ("--marketplace", "JP")):
        said = seller.runs("doctor", *nothing, "--as-of", str(AS_OF))
        assert (said.status, said.out) == (4, "")


def test_what_comes_later_is_not_known(seller: Seller) -> None:
    """Before the first order there was none, nor any claim on it."""
    seller.has(whole(claims=[CLAIM]))
    said = seller.asks("doctor", as_of="2026-08-01")
    assert [one["code"] for one in said.data] == ["no_orders", "store"]
    assert seller.asks("doctor", as_of="2026-11-19").code("unknown_order") == []


# --- the answer --------------------------------------------------------------------------------------------------


@pytest.fixture
def ill(seller: Seller) -> Seller:
    """A store that lacks much."""
    seller.has(whole(claims=[CLAIM, OPEN], chargebacks=[CODE], returns=[RETURN]), "alpha")
    seller.has({"orders": orders(but(*FORGOTTEN)) + orders(but(daily=2), mark="B", marketplace="", channel="")}, "beta")
    seller.has({"orders": orders(but(daily=3), EVERY_DAY[:-30], marketplace="DE")}, "beta")
    return seller


def test_the_answer_is_as_its_schema_says_and_the_same_twice(ill: Seller) -> None:
    said = ill.asks("doctor")
    answer = json.loads(said.out)
    assert list(answer) == ["schema", "tool_version", "as_of", "data", "warnings"]
    assert (answer["schema"], answer["as_of"], answer["warnings"]) == ("atoz.doctor/1", "2026-11-22", [])
    assert answer["tool_version"] == atoz_cli.__version__
    schema = schema_of("doctor")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(answer)
    assert list(said.data[0]) == ["account", "marketplace", "code", "severity", "message", "hint"]
    assert ill.asks("doctor").out == said.out


def test_the_worst_comes_first_then_account_and_marketplace(ill: Seller) -> None:
    rank = {"error": 0, "warning": 1, "info": 2}
    found = [
        (rank[one["severity"]], one["account"] or "~", one["marketplace"] or "", one["code"])
        for one in ill.asks("doctor").data
    ]
    assert found == sorted(found)
    assert {one[0] for one in found} == {0, 1, 2}
    assert found[-1][-1] == "store"


def test_every_format(ill: Seller) -> None:
    number = len(ill.asks("doctor").data)
    csv = ill.runs("doctor", "--as-of", str(AS_OF), "--format", "csv")
    assert csv.out.splitlines()[0] == "account,marketplace,code,severity,message,hint"
    assert len(csv.out.splitlines()) == number + 1
    markdown = ill.runs("doctor", "--as-of", str(AS_OF), "--format", "markdown")
    assert markdown.status == csv.status == 0
    assert "| error |" in markdown.out


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_table_is_never_cropped(ill: Seller, width: int) -> None:
    from atoz_cli.answers import Answer
    from atoz_cli.answers.doctor import Finding

    findings = [Finding(**one) for one in ill.asks("doctor").data]
    answer = Answer("atoz.doctor/1", "2026-11-22", tuple(findings))
    text = render(answer, "table", sheets=lambda: sheet(findings), width=width, colour=False)
    words = set(text.split())
    for one in findings:
        assert set(f"{one.message} {one.hint or ''}".split()) <= words
        for order in (CLAIMED, "A-9"):
            assert order in text
    assert all(len(line) <= width for line in text.splitlines())
    assert text.splitlines()[1] == summary(findings)


def summary(findings: list[Any]) -> str:
    def many(severity: str, word: str) -> str:
        number = sum(one.severity == severity and one.code != "store" for one in findings)
        return f"{number} {word}{'' if number == 1 else 's'}"

    return ", ".join([many("error", "error"), many("warning", "warning"), many("info", "note")])


def test_no_store_is_exit_4(seller: Seller) -> None:
    said = seller.runs("doctor", "--json")
    assert (said.status, said.out) == (4, "")
    assert json.loads(said.err)["error"]["code"] == "empty_store"


@pytest.mark.parametrize(
    "asked", ["--format xml", "--window 0d", "--lag 3", "--timezone Mars/Olympus", "--marketplace XX"]
)
def test_wrong_usage_is_exit_2(seller: Seller, asked: str) -> None:
    said = seller.runs("doctor", *asked.split())
    assert (said.status, said.out) == (2, "")


def test_a_gap_is_the_one_that_pandas_sees_in_the_files(seller: Seller) -> None:
    """Orders of uneven days, three marketplaces, one of them forgotten for a while: counted from the file as written."""
    rows = [
        one
        for place, daily in (("US", 11), ("CA", 4), ("DE", 1))
        for one in orders(
            lambda day, daily=daily, place=place: 0 if place != "DE" and day.day in (13, 14) else day.day * 7 % (2 * daily),  # type: ignore[misc]
            mark=place, marketplace=place,
        )
    ]  # fmt: skip
    seller.has({"orders": rows})
    frame = pd.DataFrame(rows)
    frame["day"] = pd.to_datetime(frame["placed_at"]).dt.date
    expected = {}
    for place, mine in frame.groupby("marketplace"):
        daily = mine.groupby("day").size().reindex(days(FIRST, LAST), fill_value=0)
        zero = daily.eq(0)
        missed = 0
        for _, block in daily.groupby(zero.ne(zero.shift()).cumsum()):
            pace = daily.sum() / (60 - len(block))
            missed += len(block) if block.sum() == 0 and exp(-pace * len(block)) < 0.001 else 0
        if missed:
            expected[place] = f"orders of {missed} days"
    found = {one["marketplace"]: one["message"][:16] for one in seller.asks("doctor").code("orders_missing")}
    assert found == expected
    assert "US" in found


@pytest.fixture(autouse=True)
def _no_leftovers(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.glob("*.wal"))
