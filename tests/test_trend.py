"""A trend: each day is what `odr` says of it alone, the last what it says now; marks where something happened; the test."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from atoz_cli import trend as room
from atoz_cli.answers.trend import TrendPoint
from atoz_cli.cli import run
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question, lay_out, measures
from atoz_cli.metrics.gaps import missing_orders
from atoz_cli.policy import Book, load
from atoz_cli.schemas import schema_of
from atoz_cli.store import duck
from atoz_cli.store.duck import Duck
from atoz_cli.trend.holes import holes
from oracle import Row, Seller
from test_metrics import at, imported, opened
from test_oracle import accounts, examples, questions, workshop

DAY = timedelta(days=1)
AS_OF = date(2026, 11, 22)
METRICS = {one.name: one for one in room.METRICS if one.by_order}


# --- each day alone ------------------------------------------------------------------------------------------------


def trend(store: Duck, book: Book, question: Question, first: date, metric: str = "odr") -> list[TrendPoint]:
    """All points, or none where there is nothing to say."""
    try:
        found = room.trend(store, book, question, METRICS[metric], first)
    except EmptyStore:
        return []
    return [point for series in found.series for point in series.points]


def alone(store: Duck, book: Book, question: Question, day: date, metric: str = "odr") -> dict[Any, tuple[Any, ...]]:
    """What `odr` says with `--as-of` the end of that day (the day asked: its own moment), by account, marketplace, channel."""
    zone = ZoneInfo(question.timezone)
    ends = datetime.combine(day, time.max, zone).astimezone(UTC)
    then = replace(question, as_of=question.as_of if day == question.day else ends, day=day)
    spans, _ = lay_out(store, book, then, metric, old_too=False)
    limited = metric == "odr"
    return {
        (one.account, one.marketplace, one.channel): (
            one.orders, one.defective_orders, one.rate, one.interval, one.window, one.incoming.orders,
            one.incoming.defective_orders, one.if_pending_lost.defective_orders, one.if_pending_lost.rate,
            *((one.limit, one.status, one.if_pending_lost.status) if limited else (None, None, None)),
        )
        for one in measures(store, book, then, spans)
    }  # fmt: skip


def said(point: TrendPoint) -> tuple[Any, ...]:
    """A point in the same words."""
    assert point.incoming and point.if_pending_lost
    return (
        point.denominator, point.numerator, point.rate, point.interval, point.window, point.incoming.denominator,
        point.incoming.numerator, point.if_pending_lost.numerator, point.if_pending_lost.rate, point.limit, point.status,
        point.if_pending_lost.status,
    )  # fmt: skip


def is_each_day_alone(
    store: Duck, book: Book, question: Question, points: list[TrendPoint], days: list[date], metric: str = "odr"
) -> None:
    """Every place and day that `odr` has, and nothing else but days without orders."""
    for day in days:
        ours = {(one.account, one.marketplace, one.channel): one for one in points if one.day == day}
        theirs = alone(store, book, question, day, metric)
        assert {place for place, one in ours.items() if one.denominator} == set(theirs), day
        for place, one in ours.items():
            if place in theirs:
                assert said(one) == theirs[place], (day, place)
            else:
                assert (one.status, one.rate, one.numerator) == ("no_orders", None, 0), (day, place)


@examples(4)
@given(st.lists(accounts(), min_size=1, max_size=2), questions, st.sampled_from([5, 40, 100]), st.data())
def test_each_day_is_what_odr_says_of_it_alone(
    facts: list[dict[str, list[Row]]], asked: Row, many: int, data: st.DataObject
) -> None:
    metric = data.draw(st.sampled_from([*METRICS]))
    with workshop() as folder:
        for name, one in zip(("east", "west"), facts, strict=False):
            imported(folder / name, folder / "atoz.duckdb", name, one)
        question = Question(
            asked["as_of"], asked["as_of"].astimezone(ZoneInfo(asked["zone"])).date(), window_days=asked["days"],
            lag_days=asked["lag"], timezone=asked["zone"], leave_out_cancelled=asked["leave_out_cancelled"],
        )  # fmt: skip
        book, first = load(), question.day - many * DAY
        with opened(folder / "atoz.duckdb") as store:
            points = trend(store, book, question, first, metric)
            eventful = [date(2026, 10, number) for number in (7, 8, 9, 10, 11, 12, 13)]
            days = [day for day in eventful if first <= day < question.day]
            some = data.draw(st.lists(st.sampled_from(days), max_size=2, unique=True)) if days else []
            is_each_day_alone(store, book, question, points, [*some, question.day], metric)
        if metric == "odr":
            is_the_oracles(Seller(folder), question, points, [*some, question.day])


def is_the_oracles(seller: Seller, question: Question, points: list[TrendPoint], days: list[date]) -> None:
    """The count of pandas, from the files."""
    zone = ZoneInfo(question.timezone)
    for day in days:
        ends = question.as_of if day == question.day else datetime.combine(day, time.max, zone).astimezone(UTC)
        theirs = seller.odr(
            ends, day, lag=question.lag_days, days=question.window_days or 60, zone=question.timezone,
            leave_out_cancelled=bool(question.leave_out_cancelled),
        ).measures  # fmt: skip
        ours = {
            (one.account, one.marketplace, one.channel): one for one in points if one.day == day and one.denominator
        }
        assert len(ours) == len(theirs)
        for row in theirs:
            one = ours[row["account"], row["marketplace"], row["channel"]]
            assert (one.numerator, one.denominator, one.rate) == (row["defective_orders"], row["orders"], row["rate"])
            assert one.status == row["status"]
            assert one.window and one.window.from_ == row["window"]["from"]
            assert one.window.lag_days == row["window"]["lag_days"]
            assert one.incoming and one.incoming.denominator == row["incoming"]["orders"]
            assert one.if_pending_lost and one.if_pending_lost.numerator == row["if_pending_lost"]["defective_orders"]


def placed(number: int, day: date, clock: str = "12:00:00Z", **more: str) -> Row:
    usual = {"marketplace": "US", "channel": "mfn", "status": "Shipped"}
    return usual | {"order_id": f"111-0000000-{number:07d}", "placed_at": f"{day}T{clock}"} | more


MAIL = {
    "account": "default", "about": "a_to_z_claim", "marketplace": "US", "reason": "Package didn't arrive", "import_id": 9,
}  # fmt: skip


@contextmanager
def eventful(folder: Path) -> Iterator[Duck]:
    """A seller with all that is told later and otherwise: mails before files, flags before claims, decisions, refunds."""
    orders = [placed(number, date(2026, 9, 1) + (number % 40) * DAY) for number in range(200)]
    orders += [placed(200 + number, date(2026, 9, 5), status="Cancelled") for number in range(9)]
    ids = [order["order_id"] for order in orders]
    claims = [
        # told by a mail since 10-02, by a file since 10-06, decided 10-12, appealed and won 10-20
        {"order_id": ids[1], "filed_at": "2026-10-06", "decided_at": "2026-10-12T10:00:00Z", "decision": "granted",
         "appeal_decision": "won", "appeal_decided_at": "2026-10-20"},
        # told by the flag of a return since 10-03, by a file since 10-09, withdrawn 10-15
        {"order_id": ids[2], "filed_at": "2026-10-09", "withdrawn_at": "2026-10-15T08:00:00Z"},
        # refunded after it was filed
        {"order_id": ids[3], "filed_at": "2026-10-04", "amount": "20.00"},
        # protected from its scan on, of a kind that only the facts tell
        {"order_id": ids[4], "filed_at": "2026-10-02"},
        {"order_id": ids[205], "filed_at": "2026-10-05"},
    ]  # fmt: skip
    facts = {
        "orders": orders,
        "claims": claims,
        "refunds": [{"order_id": ids[3], "refunded_at": "2026-10-08T09:00:00Z", "amount": "20.00"}],
        "shipments": [
            {"order_id": ids[4], "package_id": "1", "claims_protected": "yes", "ship_by": "2026-10-10",
             "first_scan_at": "2026-10-03T12:00:00Z", "deliver_by": "2026-10-07", "returned_at": "2026-10-17"},
        ],
        "feedback": [
            {"order_id": ids[5], "left_at": "2026-10-01", "rating": 1}, {"order_id": ids[6], "left_at": "2026-10-05", "rating": 2},
            {"order_id": ids[7], "left_at": "2026-10-05", "rating": 3},
        ],
        "feedback_events": [{"order_id": ids[5], "removed_at": "2026-10-14"}, {"order_id": ids[6], "struck_at": "2026-10-16"}],
        "chargebacks": [
            {"order_id": ids[8], "filed_at": "2026-10-06", "network": "visa", "reason_code": "13.1", "decision": "won",
             "decided_at": "2026-10-18"},
            {"order_id": ids[9], "filed_at": "2026-10-07", "network": "visa", "reason_code": "99"},
        ],
        "returns": [
            {"Order ID": ids[2], "Return request date": "03-Oct-2026", "A-to-Z Claim": "Y", "Amazon RMA ID": "R1",
             "Return Reason": "CR-DEFECTIVE"},
        ],
        "reports": [{"day": "2026-10-08", "to": "2026-09-26"}, {"day": "2026-10-15", "to": "2026-10-01"}],
    }  # fmt: skip
    path = folder / "atoz.duckdb"
    imported(folder / "default", path, "default", facts)
    mails = [
        (ids[1], "2026-10-02 09:00:00", "received", None), (ids[1], "2026-10-11 09:00:00", "decided", "granted"),
        (ids[10], "2026-10-05 09:00:00", "received", None), (ids[10], "2026-10-13 09:00:00", "decided", "granted"),
    ]  # fmt: skip
    connection = duck.connect(":memory:")
    with duck.writing(connection, path, 5.0):
        for number, (order, noticed, event, decision) in enumerate(mails):
            row = MAIL | {
                "order_id": order,
                "noticed_at": noticed,
                "event": event,
                "decision": decision,
                "row_no": number,
            }
            names = ", ".join(row)
            connection.execute(
                f"INSERT INTO store.claim_mails ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()]
            )
    connection.close()
    with opened(path) as store:
        yield store


CHANGED = """
[[standings.change]]
from = 2026-10-09
claim.pending = "yes"
claim.refunded_after_filing = "no"
feedback_stars.negative = [1, 2, 3]
feedback_stars.neutral = []

[[odr.change]]
from = 2026-10-12
window_days = 30
below = 0.03

[[odr.change]]
from = 2026-10-16
window_days = 50
lag_days = 5
cancelled_orders = "leave_out"

[[chargebacks.change]]
from = 2026-10-11
other.visa = ["99"]
"""
"""The window shrinks and grows again, so orders leave it and come back."""
SPAN = [date(2026, 9, 25) + number * DAY for number in range(36)]


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Tokyo"])
@pytest.mark.parametrize("policy", ["", CHANGED], ids=["the policy", "a policy that changes"])
def test_what_is_decided_superseded_or_changed_on_the_way(tmp_path: Path, policy: str, zone: str) -> None:
    overlay = tmp_path / "mine.toml"
    overlay.write_text(policy, "utf-8")
    book = load(overlay if policy else None)
    question = Question(at(str(SPAN[-1])), SPAN[-1], timezone=zone)
    with eventful(tmp_path) as store:
        for metric in METRICS if zone == "UTC" else ["odr"]:
            points = trend(store, book, question, SPAN[0], metric)
            some = SPAN if metric == "odr" and zone == "UTC" else SPAN[5:28:2]
            is_each_day_alone(store, book, question, points, some, metric)
            assert len({one.numerator for one in points}) > 1, "something happens"


def test_the_day_before_and_the_day_of_a_change_of_policy(tmp_path: Path) -> None:
    """By hand, from the facts above: the pending claims on orders 2 and 4 (and the unknown chargeback not) begin to count."""
    overlay = tmp_path / "mine.toml"
    overlay.write_text('[[standings.change]]\nfrom = 2026-10-09\nclaim.pending = "yes"\n', "utf-8")
    question = Question(at("2026-10-10"), date(2026, 10, 10), lag_days=0)
    with eventful(tmp_path) as store:
        usual = {one.day.day: one.numerator for one in trend(store, load(), question, date(2026, 10, 8))}
        yours = {one.day.day: one.numerator for one in trend(store, load(overlay), question, date(2026, 10, 8))}
    # feedback 5 and 6, chargeback 8, the refunded claim 3, the claim on the cancelled order 205
    assert usual == {8: 5, 9: 5, 10: 5}
    # and pending: 1 (a file and a mail), 2 (a file now), 10 (a mail); 4 is protected
    assert yours == {8: 5, 9: 8, 10: 8}


# --- which days there are ------------------------------------------------------------------------------------------


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
        return [one["code"] for one in json.loads(self.out)["warnings"]]

    def marks(self, kind: str) -> list[tuple[str, str]]:
        return [(mark["day"], mark["text"]) for one in self.data for mark in one["marks"] if mark["kind"] == kind]


class Shop:
    """A seller's store, asked through the command."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.store, self.times = folder, capsys, folder / "store.duckdb", 0

    def has(self, facts: dict[str, list[Row]], account: str = "default") -> Shop:
        self.times += 1
        imported(self.folder / f"files-{self.times}", self.store, account, facts)
        return self

    def asks(self, command: str, as_of: date = AS_OF) -> Said:
        self.capsys.readouterr()
        status = run([*command.split(), "--as-of", str(as_of), "--store", str(self.store)])
        return Said(status, *self.capsys.readouterr())


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    for name in ("ATOZ_ACCOUNT", "ATOZ_POLICY", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Shop(tmp_path, capsys)


def daily(first: date, last: date, each: Callable[[date], int], start: int = 0, **more: str) -> list[Row]:
    """So many orders a day."""
    days = [first + number * DAY for number in range((last - first).days + 1)]
    every = [day for day in days for _ in range(each(day))]
    return [placed(start + number, day, **more) for number, day in enumerate(every)]


def test_the_last_row_is_odr_and_every_day_has_one(shop: Shop) -> None:
    shop.has({"orders": daily(date(2026, 3, 1), AS_OF, lambda day: 2), "feedback": [
        {"order_id": f"111-0000000-{number:07d}", "left_at": f"2026-{number // 60 + 3:02d}-28", "rating": 1}
        for number in range(3, 530, 40)
    ]})  # fmt: skip
    said = shop.asks("trend odr --days 120 --json")
    assert said.status == 0
    jsonschema.validate(json.loads(said.out), schema_of("trend"))
    assert [one["day"] for one in said.data] == [str(AS_OF - number * DAY) for number in range(119, -1, -1)]
    (odr,) = shop.asks("odr --json").data
    last = said.data[-1]
    assert (last["numerator"], last["denominator"]) == (odr["defective_orders"], odr["orders"])
    for key in ("account", "marketplace", "channel", "rate", "limit", "status", "interval", "window"):
        assert last[key] == odr[key], key
    assert list(last)[:10] == [
        "day", "account", "marketplace", "channel", "metric", "numerator", "denominator", "rate", "limit", "status",
    ]  # fmt: skip
    assert all(one["complete"] and one["marks"] == [] for one in said.data if one["status"] == last["status"])
    rows = list(csv.DictReader(io.StringIO(shop.asks("trend odr --days 120 --format csv").out)))
    assert [(row["day"], row["numerator"]) for row in rows] == [
        (one["day"], str(one["numerator"])) for one in said.data
    ]
    assert shop.asks("trend odr --from 2026-07-26 --json").data == said.data
    assert shop.asks("trend odr --days 120d --json").out == said.out


def test_weeks_and_months_are_the_day_they_end_on(shop: Shop) -> None:
    shop.has({"orders": daily(date(2026, 3, 1), AS_OF - DAY, lambda day: 2)})
    days = {one["day"]: one for one in shop.asks("trend --days 200 --json").data}
    first, last = min(days), max(days)
    frame = pd.DataFrame(index=pd.DatetimeIndex(sorted(days)))
    for by, period in (("week", "W-SUN"), ("month", "M")):
        ends = frame.groupby(frame.index.to_period(period)).apply(lambda some: some.index.max())
        found = shop.asks(f"trend --days 200 --by {by} --json").data
        assert [one["day"] for one in found] == [str(end.date()) for end in ends]
        for one in found:
            assert one | {"marks": []} == days[one["day"]] | {"marks": []}
        assert Counter(mark["day"] for one in found for mark in one["marks"]) == Counter(
            mark["day"] for one in days.values() for mark in one["marks"]
        )
    assert (first, last) == (str(AS_OF - 199 * DAY), str(AS_OF))


def test_a_trend_begins_with_the_first_orders_and_says_no_orders_only_after_them(shop: Shop) -> None:
    shop.has({"orders": daily(date(2026, 6, 1), date(2026, 6, 30), lambda day: 20)})
    said = shop.asks("trend --days 365 --json")
    assert said.data[0]["day"] == "2026-06-16", "the first order enters the window 15 days after it"
    assert said.marks("orders_begin") == [(
        "2026-06-16",
        "the oldest order known was placed on 2026-06-01: until 2026-08-13 windows begin before it, and their rates are not complete",
    )]  # fmt: skip
    status = {one["day"]: one["status"] for one in said.data}
    assert (status["2026-09-12"], status["2026-09-13"], status["2026-11-22"]) == ("met", "no_orders", "no_orders")
    assert {one["rate"] for one in said.data if one["status"] == "no_orders"} == {None}
    assert {one["limit"] for one in said.data} == {0.01}
    assert not any(one["complete"] for one in said.data if one["denominator"])


def test_accounts_marketplaces_and_channels_each_begin_where_they_do(shop: Shop) -> None:
    shop.has({"orders": [
        *daily(date(2026, 3, 1), AS_OF, lambda day: 2),
        *daily(date(2026, 10, 1), AS_OF, lambda day: 2, start=5000, channel="afn"),
        *daily(date(2026, 9, 1), AS_OF, lambda day: 2, start=7000, marketplace="DE"),
    ]})  # fmt: skip
    shop.has({"orders": daily(date(2026, 8, 1), AS_OF, lambda day: 1)}, "other")
    first: dict[tuple[str, str, str], str] = {}
    for one in shop.asks("trend --days 150 --json").data:
        first.setdefault((one["account"], one["marketplace"], one["channel"]), one["day"])
    assert list(first.items()) == [
        (("default", "DE", "mfn"), "2026-09-16"), (("default", "US", "mfn"), "2026-06-26"),
        (("default", "US", "afn"), "2026-10-16"), (("other", "US", "mfn"), "2026-08-16"),
    ]  # fmt: skip
    only = shop.asks("trend --days 150 --channel afn --json").data
    assert {one["channel"] for one in only} == {"afn"}
    assert all(one["complete"] for one in only), "orders of the other channel say that nothing is missing"
    assert shop.asks("trend --marketplace JP").status == 4


def test_days_before_the_first_rule_are_left_out_with_a_word(shop: Shop) -> None:
    shop.has({"orders": daily(date(2015, 11, 1), date(2016, 1, 20), lambda day: 1)})
    said = shop.asks("trend --from 2015-01-01 --json", date(2016, 2, 1))
    assert said.data[0]["day"] == "2016-01-01"
    assert "before_policy" in said.warnings
    assert shop.asks("trend --days 5", date(2015, 12, 24)).status == 2


# --- marks ---------------------------------------------------------------------------------------------------------


def test_the_limit_is_crossed_on_the_day_on_which_it_is_known(shop: Shop) -> None:
    """10 orders a day: 600 in a window, 6 defective are missed. The sixth comes on 10-20, one is removed on 10-28."""
    orders = daily(date(2026, 7, 1), AS_OF, lambda day: 10)
    september = [row["order_id"] for row in orders if row["placed_at"].startswith("2026-09-20")][:6]
    left = ["2026-10-10"] * 5 + ["2026-10-20T23:59:59Z"]
    feedback = [{"order_id": one, "left_at": on, "rating": 1} for one, on in zip(september, left, strict=True)]
    shop.has(
        {
            "orders": orders,
            "feedback": feedback,
            "feedback_events": [{"order_id": september[0], "removed_at": "2026-10-28"}],
        }
    )
    said = shop.asks("trend --days 60 --json")
    assert said.marks("missed") == [("2026-10-20", "met → missed: 6 of 600, before 5 of 600 (target: below 1 %)")]
    assert said.marks("met") == [("2026-10-28", "missed → met: 5 of 600, before 6 of 600 (target: below 1 %)")]
    weekly = shop.asks("trend --days 60 --by week --json").data
    assert [(one["day"], one["status"], [mark["day"] for mark in one["marks"]]) for one in weekly if one["marks"]] == [
        ("2026-10-25", "missed", ["2026-10-20"]), ("2026-11-01", "met", ["2026-10-28"]),
    ]  # fmt: skip


def test_a_lag_that_a_report_teaches_is_marked_on_the_day_of_the_report(shop: Shop) -> None:
    shop.has({
        "orders": daily(date(2026, 7, 1), AS_OF, lambda day: 10),
        "reports": [{"day": "2026-10-10", "to": "2026-09-26"}, {"day": "2026-11-01", "to": "2026-10-17"}],
    })  # fmt: skip
    said = shop.asks("trend --days 60 --json")
    shown = "as Amazon's performance report shows"
    assert said.marks("lag_changed") == [
        ("2026-10-10", f"the window ends 14 days back from here on, {shown}; before 15, by the policy"),
        ("2026-11-01", f"the window ends 15 days back from here on, {shown}; before 14, {shown}"),
    ]  # fmt: skip
    lags = {one["day"]: one["window"]["lag_days"] for one in said.data}
    assert [lags[day] for day in ("2026-10-09", "2026-10-10", "2026-10-31", "2026-11-01")] == [15, 14, 14, 15]
    assert shop.asks("trend --days 60 --lag 10d --json").marks("lag_changed") == []


def test_a_change_of_policy_is_marked_where_it_says_something(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.has({"orders": daily(date(2026, 7, 1), AS_OF, lambda day: 10)})
    mine = shop.folder / "mine.toml"
    mine.write_text(
        "[[odr.change]]\nfrom = 2026-10-01\nbelow = 0.02\nwindow_days = 30\n"
        "[[standings.change]]\nfrom = 2026-10-20\nmarketplaces = ['US']\nclaim.granted = 'no'\n"
        "[[standings.change]]\nfrom = 2026-10-25\nmarketplaces = ['DE']\nclaim.granted = 'no'\n",
        "utf-8",
    )
    monkeypatch.setenv("ATOZ_POLICY", str(mine))
    said = shop.asks("trend --days 60 --json")
    assert said.marks("policy_changed") == [
        ("2026-10-01", "the policy changed: odr.below 0.01 → 0.02; odr.window_days 60 → 30 (your policy file)"),
        ("2026-10-20", "the policy changed: standings.claim.granted yes → no (your policy file)"),
    ]
    limits = {one["day"]: (one["limit"], one["window"]["days"]) for one in said.data}
    assert (limits["2026-09-30"], limits["2026-10-01"]) == ((0.01, 60), (0.02, 30))
    part = shop.asks("trend a_to_z_claim_rate --days 60 --window 20d --json")
    assert [day for day, _ in part.marks("policy_changed")] == ["2026-10-20"], (
        "the limit is not its own, the window was given"
    )
    assert {one["status"] for one in part.data} == {None} == {one["limit"] for one in part.data}


def test_orders_that_are_missing_are_marked_and_their_rates_are_not_complete(shop: Shop) -> None:
    """20 orders a day but on three days of October: they are in the windows of 10-19 to 12-20."""
    gone = {date(2026, 10, number) for number in (4, 5, 6)}
    shop.has({"orders": daily(date(2026, 6, 1), AS_OF, lambda day: 0 if day in gone else 20)})
    said = shop.asks("trend --days 60 --json")
    assert said.marks("orders_missing") == [(
        "2026-10-19", "orders of 2026-10-04 … 06 seem to be missing: the rates of 2026-10-19 … 11-22 are not complete"
    )]  # fmt: skip
    assert [one["day"] for one in said.data if not one["complete"]] == [
        str(date(2026, 10, 19) + number * DAY) for number in range(35)
    ]
    assert "orders_missing" in said.warnings
    assert "? " in shop.asks("trend --days 30 --by day").out


@examples(3)
@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 5, 9]), min_size=40, max_size=120), st.sampled_from([0, 5, 15]))
def test_a_rate_is_not_complete_where_odr_would_warn(each: list[int], lag: int) -> None:
    orders = [placed(100 * at + number, AS_OF - at * DAY) for at, many in enumerate(each) for number in range(many)]
    if not orders:
        return
    with workshop() as folder:
        imported(folder / "default", folder / "atoz.duckdb", "default", {"orders": orders})
        book, question = load(), Question(at(str(AS_OF)), AS_OF, lag_days=lag, window_days=30)
        with opened(folder / "atoz.duckdb") as store:
            points = trend(store, book, question, AS_OF - 60 * DAY)
            for point in points[::9]:
                then = replace(question, as_of=at(str(point.day)), day=point.day)
                spans, _ = lay_out(store, book, then, old_too=False)
                if missing_orders(store, book, then, spans) and point.denominator:
                    assert not point.complete, point.day


def test_holes_are_found_in_one_window_and_hold_in_all() -> None:
    first = date(2026, 9, 1)
    days = {first + number * DAY: 5 for number in range(60) if number not in (30, 31, 32)}
    windows = [(first + number * DAY, first + (number + 19) * DAY) for number in range(41)]
    (hole,) = holes(days, windows)
    assert (hole.from_, hole.to, hole.edge) == (first + 30 * DAY, first + 32 * DAY, "")
    assert hole.touches(first, first + 30 * DAY) and not hole.touches(first, first + 29 * DAY)
    assert [one.edge for one in holes(days, [(first - 5 * DAY, first + 20 * DAY)])] == ["before"]
    assert [one.edge for one in holes(days, [(first + 40 * DAY, first + 65 * DAY)])] == ["after"]
    assert holes(days, [(first, first + 29 * DAY)]) == [] == holes({}, windows) == holes(days, [])
    assert holes({first: 50, first + DAY: 50}, [(first, first + 50 * DAY)]) == [], "orders of two days have no pace"


# --- the command ---------------------------------------------------------------------------------------------------


def test_fail_over_looks_at_the_last_day_alone(shop: Shop) -> None:
    orders = daily(date(2026, 7, 1), AS_OF, lambda day: 10)
    bad = [row["order_id"] for row in orders if row["placed_at"].startswith("2026-09-01")][:9]
    shop.has({"orders": orders, "feedback": [{"order_id": one, "left_at": "2026-09-10", "rating": 1} for one in bad]})
    assert shop.asks("trend --days 60 --fail-over").status == 0, "it was missed, and is met now"
    assert shop.asks("trend --days 60 --fail-over", date(2026, 10, 10)).status == 1
    assert shop.asks("trend --days 60 --fail-over 0.1%", date(2026, 11, 14)).status == 1, "the last day with them"
    assert shop.asks("trend --days 60 --fail-over 0.1%", date(2026, 11, 15)).status == 0
    assert shop.asks("trend --days 60 --fail-over 1.6%", date(2026, 10, 10)).status == 0
    assert shop.asks("trend negative_feedback_rate --fail-over 1%", date(2026, 10, 10)).status == 1
    assert shop.asks("trend negative_feedback_rate --fail-over").status == 2
    over = shop.asks("trend --days 200 --fail-over", date(2027, 3, 1))
    assert over.status == 4 and "no_orders" not in over.err


def test_a_long_trend_is_a_short_table_and_says_how_to_get_all(shop: Shop) -> None:
    for number, place in enumerate(("US", "DE", "FR", "IT", "ES", "UK", "CA")):
        shop.has(
            {
                "orders": daily(
                    date(2024, 6, 1), AS_OF, lambda day: day.day % 9 == 1, start=1000 * number, marketplace=place
                )
            }
        )
    said = shop.asks("trend --from 2024-06-01")
    lines = said.out.splitlines()
    assert len(lines) < 400
    assert "--by day shows every day, --format csv and --json have them all" in said.out
    assert sum(line.startswith("Order Defect Rate: ") for line in lines) == 6, "five charts, and the others"
    assert "2 more lines, the worst first" in said.out
    assert len(shop.asks("trend --from 2024-06-01 --by day").out.splitlines()) > 4000
    assert len(shop.asks("trend --from 2024-06-01 --format csv").out.splitlines()) > 6000
    some = shop.asks("trend --days 20").out
    assert "2026-11-03" in some and "2026-11-22" in some and "--by day" not in some


def test_a_table_shows_weeks_and_their_marks(shop: Shop) -> None:
    shop.has({"orders": daily(date(2026, 7, 1), AS_OF, lambda day: 10)})
    out = shop.asks("trend --days 60").out
    assert "each week by its last day, the newest by 2026-11-22" in out
    assert "2026-11-15  0.00 %  met     0 of 600" in out
    assert "2026-09-24 ▁▁▁▁" in out


# --- is it more than chance? ---------------------------------------------------------------------------------------


def test_weeks_are_counted_at_one_age_and_a_rise_is_found(shop: Shop) -> None:
    """70 orders a week; one in 70 goes wrong, from the week of 2026-08-24 on five. What comes later than 30 days is not seen."""
    orders = daily(date(2026, 5, 1), AS_OF, lambda day: 10)
    feedback, seen = [], Counter[date]()
    for row in orders:
        day, number = date.fromisoformat(row["placed_at"][:10]), int(row["order_id"][-7:])
        monday = day - day.weekday() * DAY
        wrong = 5 if monday >= date(2026, 8, 24) else 1
        if number % 70 < wrong:
            after = (3, 20, 29, 50)[number % 4]
            feedback.append({"order_id": row["order_id"], "left_at": f"{day + after * DAY}T10:00:00Z", "rating": 2})
            seen[monday] += day + after * DAY <= monday + 36 * DAY
    shop.has({"orders": orders, "feedback": feedback})
    said = shop.asks("trend --days 160 --test --json")
    jsonschema.validate(json.loads(said.out), schema_of("trend_test"))
    (test,) = said.data
    mondays = [date.fromisoformat(week["from"]) for week in test["weeks"]]
    # days 2026-06-16 … 2026-11-22 are asked: the first Sunday 30 days before is 05-17, the last 10-18
    assert (mondays[0], mondays[-1]) == (date(2026, 5, 11), date(2026, 10, 12))
    assert [week["numerator"] for week in test["weeks"]] == [seen[monday] for monday in mondays]
    assert {week["denominator"] for week in test["weeks"]} == {70}
    assert (test["verdict"], test["week"]) == ("rose", "2026-08-24")
    assert test["p"] < 0.05
    for side, weeks in (("before", mondays[:15]), ("after", mondays[15:])):
        assert test[side]["numerator"] == sum(seen[monday] for monday in weeks)
        assert test[side]["denominator"] == 70 * len(weeks)
        assert (test[side]["from"], test[side]["to"]) == (str(weeks[0]), str(weeks[-1] + 6 * DAY))
    out = shop.asks("trend --days 160").out
    assert "It rose from " in out and "with the orders of the week of 2026-08-24: more than chance (p = " in out
    assert "rose from here on" in shop.asks("trend --days 160 --test").out


def test_few_orders_are_too_few_and_a_steady_rate_is_no_change(shop: Shop) -> None:
    orders = daily(date(2026, 5, 1), AS_OF, lambda day: 3)
    shop.has(
        {"orders": orders, "feedback": [{"order_id": orders[200]["order_id"], "left_at": "2026-07-20", "rating": 1}]}
    )
    (test,) = shop.asks("trend --test --json").data
    assert (test["verdict"], test["p"], test["week"], test["before"]) == ("too_few", None, None, None)
    assert "Too few to tell a change from chance: 1 defective order of " in shop.asks("trend").out
    more = [
        {"order_id": row["order_id"], "left_at": f"{row['placed_at'][:10]}T20:00:00Z", "rating": 1}
        for row in orders[::20]
    ]
    shop.has({"feedback": more})
    (test,) = shop.asks("trend --test --json").data
    assert test["verdict"] == "no_change" and test["p"] > 0.5
    assert "No change that chance could not make: " in shop.asks("trend").out


def test_only_weeks_under_todays_policy_are_compared(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.has({"orders": daily(date(2026, 5, 1), AS_OF, lambda day: 3)})
    mine = shop.folder / "mine.toml"
    mine.write_text("[[standings.change]]\nfrom = 2026-10-01\nfeedback_stars.negative = [1]\n", "utf-8")
    monkeypatch.setenv("ATOZ_POLICY", str(mine))
    (test,) = shop.asks("trend --test --json").data
    assert test["weeks"][0]["to"] == "2026-09-06", "the first Sunday whose 30 days ended under it"
    mine.write_text("[[odr.change]]\nfrom = 2026-10-01\nbelow = 0.02\n", "utf-8")
    (test,) = shop.asks("trend --test --json").data
    assert test["weeks"][0]["to"] < "2026-06-01", "a limit is no matter for it"


def test_a_window_of_a_day_tests_no_week_that_it_does_not_know(shop: Shop) -> None:
    shop.has({"orders": daily(date(2026, 5, 1), AS_OF, lambda day: 3)})
    (test,) = shop.asks("trend --test --days 10 --window 1d --lag 0d --json").data
    assert (test["verdict"], test["weeks"], test["from"]) == ("too_few", [], None)


def test_defects_without_a_date_are_left_out_and_counted(shop: Shop) -> None:
    orders = daily(date(2026, 5, 1), AS_OF, lambda day: 3)
    shop.has({"orders": orders, "claims": [
        {"order_id": orders[100]["order_id"], "filed_at": "2026-06-20", "decision": "granted", "decided_at": ""},
    ]})  # fmt: skip
    listed = shop.folder / "store.duckdb"
    connection = duck.connect(":memory:")
    with duck.writing(connection, listed, 5.0):
        connection.execute(
            "INSERT INTO store.health_orders (account, order_id, metric, negative_feedback, counts, import_id, row_no) "
            "VALUES ('default', ?, 'order_defect_rate', true, true, 9, 1)", [orders[120]["order_id"]],
        )  # fmt: skip
    connection.close()
    (test,) = shop.asks("trend --test --json").data
    assert (test["numerator"], test["undated_defects"], test["undated_decisions"]) == (1, 1, 1)
    assert (
        "1 order whose defect has no date left out; 1 order whose claim was decided without a date"
        in shop.asks("trend --test").out
    )


def test_a_limit_may_be_above() -> None:
    """For metrics that ask for more than it: exactly the limit is missed on both sides."""
    from atoz_cli.trend.counting import Limit

    for above, statuses in ((False, ["met", "missed", "missed"]), (True, ["missed", "missed", "met"])):
        limit = Limit(Decimal("0.95"), above)
        assert [limit.status(part, 100) for part in (94, 95, 96)] == statuses
