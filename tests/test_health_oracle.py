"""Random sellers: every number of every metric that counts units is the oracle's (tests/health_oracle.py), and laws hold."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from atoz_cli.ingest import How, Named, run
from atoz_cli.metrics.asking import lay_out_orders
from atoz_cli.metrics.metric import METRICS
from atoz_cli.metrics.question import Asked, Question
from atoz_cli.metrics.units import unit_measures
from atoz_cli.policy import load
from atoz_cli.store import duck
from health_oracle import Seller, moment, write

Row = dict[str, Any]
Facts = dict[str, list[Row]]
BOOK = load()
TODAY = date(2026, 11, 22)
AS_OF = datetime.combine(TODAY, time.max, UTC)
DAY = timedelta(days=1)
PLACED = [f"2026-{day}Z" for day in (
    "09-13T12:00:00", "09-15T00:00:00", "10-02T23:59:59", "10-23T23:59:59", "10-24T00:00:00", "10-28T10:00:00",
    "11-01T08:00:00", "11-12T23:59:59", "11-13T00:00:00", "11-14T12:00:00", "11-15T00:00:00", "11-21T23:59:59", "11-22T12:00:00",
)]  # fmt: skip
"""Around the edges of the windows that are asked about."""
PROMISES = [
    "", "", "2026-10-13", "2026-10-14", "2026-11-01", "2026-11-02", "2026-11-02T07:59:59Z", "2026-11-12", "2026-11-15",
    "2026-11-16",
]  # fmt: skip
SHIP_BY = ["", "2026-10-26", "2026-11-04", "2026-11-04T18:00:00Z", "2026-11-16"]
MOMENTS = [
    "", "", "2026-10-20T12:00:00Z", "2026-10-26T23:59:59Z", "2026-11-01", "2026-11-02T08:00:00Z", "2026-11-04T18:00:00Z",
    "2026-11-04T18:00:01Z", "2026-11-13T00:00:00Z", "2026-11-18T09:00:00Z", "2026-11-22T13:00:00Z",
]  # fmt: skip


def order_id(number: int) -> str:
    return f"111-0000000-{number:07d}"


class Random(random.Random):
    """A die that picks."""

    def promise(self, placed: str) -> str:
        """A promise that was not over before the order was placed, or none."""
        return self.choice([one for one in PROMISES if not one or one[:10] >= placed[:10]])

    def pick(self, *values: str) -> str:
        return self.choice(values)

    def chance(self, share: float) -> bool:
        return self.random() < share


def seller(seed: int) -> Facts:
    """Files of 10 to 60 orders and what happened to them; an order has packages of ours, or a place on one of Amazon's lists."""
    dice = Random(seed)
    facts: Facts = {}
    for number in range(dice.randint(10, 60)):
        one, placed = order_id(number), dice.choice(PLACED)
        _order(dice, facts, one, placed)
        _shipping(dice, facts, number, one, placed)
        if dice.chance(0.2):
            row = {"Order Date": placed[:10], "Order ID": one, "Impacts Account Health": dice.pick("Yes", "No", "N/A")}
            facts.setdefault("cancellations", []).append(row)
        after = [text for text in MOMENTS[2:] if (at := moment(text)) and (bought := moment(placed)) and at >= bought]
        if after and dice.chance(0.5):
            facts.setdefault("messages", []).append({
                "order_id": dice.pick(one, one, order_id(9_000_000 + number)), "received_at": dice.choice(after),
                "answered_at": dice.choice(MOMENTS), "topic": dice.pick("", "return", "return", "product"),
            })  # fmt: skip
        if dice.chance(0.3):
            row = {
                "order_id": one,
                "refunded_at": dice.choice(MOMENTS[2:]),
                "amount": "5.00",
                "by": dice.pick("", "seller", "amazon"),
            }
            facts.setdefault("refunds", []).append(row)
        asked = [
            day for day in ("23-Oct-2026", "24-Oct-2026", "10-Nov-2026", "22-Nov-2026") if str(moment(day)) > placed
        ]
        if asked and dice.chance(0.3):
            facts.setdefault("returns", []).append({
                "Order ID": one, "Return request date": dice.choice(asked),
                "Return request status": dice.pick("Approved", "Rejected", "Rejected", "Closed"), "Amazon RMA ID": f"R{number}",
                "In policy": dice.pick("Y", "Y", "N", ""),
            })  # fmt: skip
    return facts


def _order(dice: Random, facts: Facts, one: str, placed: str) -> None:
    place, channel = dice.pick("US", "US", "DE"), dice.pick("mfn", "mfn", "mfn", "afn")
    status = dice.pick("Shipped", "Shipped", "Shipped", "Unshipped", "Cancelled", "Pending", "")
    items = dice.choice([1, 1, 1, 2])
    if dice.chance(0.6):
        dates = {"ship_by": dice.choice(SHIP_BY), "deliver_by": dice.promise(placed)}
        facts.setdefault("orders", []).extend(
            {"order_id": one, "placed_at": placed, "order_item_id": f"{one}-{item}", "marketplace": place, "channel": channel,
             "status": status, "sku": f"S{item}", "quantity": dice.pick("1", "3", ""), **dates}
            for item in range(items)
        )  # fmt: skip
        return
    sales = "Non-Amazon" if dice.chance(0.1) else {"US": "Amazon.com", "DE": "Amazon.de"}[place]
    asked = dice.pick("", "true", "false")
    for item in range(items):
        cancelled = status == "Cancelled" or (status == "Shipped" and dice.chance(0.2))
        facts.setdefault("all_orders", []).append({
            "amazon-order-id": one, "purchase-date": placed, "last-updated-date": "2026-11-22T20:00:00Z",
            "order-status": status or "Shipped", "order-item-id": f"{one}-{item}",
            "fulfillment-channel": {"mfn": "Merchant", "afn": "Amazon"}[channel], "sales-channel": sales, "sku": f"S{item}",
            "item-status": "Cancelled" if cancelled else status, "quantity": dice.pick("1", "2"),
            "is-buyer-requested-cancellation": asked,
        })  # fmt: skip


def _shipping(dice: Random, facts: Facts, number: int, one: str, placed: str) -> None:
    """Packages, or a place on a list of Amazon's."""
    what = dice.randint(0, 9)
    if what < 5:
        for package in range(dice.choice([1, 1, 1, 2])):
            facts.setdefault("shipments", []).append({
                "order_id": one, "package_id": str(package), "tracking_number": dice.pick("", *[f"1Z{number}-{package}"] * 3),
                "ship_by": dice.choice(SHIP_BY), "confirmed_at": dice.choice(MOMENTS), "first_scan_at": dice.choice(MOMENTS),
                "deliver_by": dice.promise(placed), "delivered_at": dice.choice(MOMENTS), "ship_from": dice.pick("", "US", "CN"),
            })  # fmt: skip
    elif what == 5:
        facts.setdefault("tracking", []).append({
            "Order ID": one, "Tracking ID": dice.pick("", f"T{number}"), "Promised Delivery Date": dice.promise(placed),
            "Product Category": dice.pick("", "Kitchen", "Toys"), "Valid Tracking": dice.pick("Yes", "No", "X", ""),
        })  # fmt: skip
    elif what == 6:
        facts.setdefault("late_shipments", []).append({
            "Order ID": one, "Order Date": placed[:10], "Expected Ship Date": dice.choice(SHIP_BY),
            "Ship Confirmation Date": dice.choice(MOMENTS), "Impacts Account Health": dice.pick("Yes", "No", ""),
        })  # fmt: skip
    elif what == 7:
        facts.setdefault("on_time_delivery", []).append({
            "Order ID": one, "Promised delivery date": dice.promise(placed), "Actual delivery date": dice.choice(MOMENTS),
            "Delivered after promised date": dice.pick("Yes", "No", ""),
        })  # fmt: skip


def examples(number: int) -> Any:
    return settings(
        max_examples=int(os.environ.get("ATOZ_EXAMPLES", number)), deadline=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )  # fmt: skip


@contextmanager
def workshop() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="atoz-") as folder:
        yield Path(folder)


def imported(folder: Path, facts: Facts) -> Path:
    store = folder / "atoz.duckdb"
    files = write(folder / "files", facts)
    for path, done in zip(files, run([Named(path, path.name) for path in files], How(store)), strict=True):
        assert done.receipt.error is None, done.receipt.error
        assert not done.receipt.refusals, done.receipt.refusals
        assert done.receipt.source == path.stem
    return store


def asked(store: Path, question: Question) -> dict[date, dict[Any, tuple[int, int, int]]]:
    """Day to metric, marketplace, channel and category to the three integers."""
    found: dict[date, dict[Any, tuple[int, int, int]]] = {}
    with duck.reading(store, 5.0) as opened:
        lay_out_orders(opened, BOOK, question)
        for day, one in unit_measures(opened, BOOK, question, METRICS):
            doubts, whole = sum(one.doubts.values()), one.denominator or 0
            part = one.numerator if one.numerator is not None else 0
            most = part + doubts
            assert one.numerator_at_most in (most, None)
            assert 0 <= part <= most <= whole
            key = (one.metric, one.marketplace or "", one.channel or "", one.category or "")
            assert key not in found.setdefault(day, {})
            found[day][key] = (part, most, whole)
    return found


ASKED = [
    AS_OF, AS_OF - 3 * DAY, datetime(2026, 11, 22, 12, 30, tzinfo=UTC), datetime(2026, 11, 4, 18, tzinfo=UTC),
]  # fmt: skip
seeds = st.integers(0, 10**9)


def alone(store: Path, as_of: datetime) -> dict[Any, tuple[int, int, int]]:
    return asked(store, Question(as_of, as_of.date())).get(as_of.date(), {})


@examples(5)
@given(seeds)
def test_every_number_is_the_oracles(seed: int) -> None:
    with workshop() as folder:
        store = imported(folder, seller(seed))
        oracle = Seller(folder / "files")
        for as_of in ASKED:
            ours, theirs = alone(store, as_of), oracle.health(as_of, as_of.date())
            assert ours == {key: value for key, value in theirs.items() if key[0] in {one[0] for one in ours}}, as_of


@examples(2)
@given(seeds)
def test_many_days_in_one_question_are_each_day_alone(seed: int) -> None:
    """Days, an hour that is no midnight, and a clock that was set forward in between."""
    at = [AS_OF - number * DAY for number in range(40, 0, -1)] + [datetime(2026, 11, 22, 12, 30, tzinfo=UTC)]
    at = [one - timedelta(hours=one.day < 8) for one in at]
    with workshop() as folder:
        store = imported(folder, seller(seed))
        together = asked(store, Question(at[-1], TODAY, days=tuple(Asked(one, one.date()) for one in at)))
        for one in (*at[::9], *at[-2:]):
            assert together.get(one.date(), {}) == alone(store, one), one


DATED: dict[str, tuple[str, ...]] = {
    "orders": ("placed_at",), "all_orders": ("purchase-date",), "messages": ("received_at",), "refunds": ("refunded_at",),
    "returns": ("Return request date",),
}  # fmt: skip
LATER = {
    "messages": ("answered_at",), "shipments": ("confirmed_at", "first_scan_at", "delivered_at"),
    "late_shipments": ("Ship Confirmation Date",), "on_time_delivery": ("Actual delivery date",),
}  # fmt: skip
"""What a file did not say yet before a date."""


def as_it_stood(facts: Facts, as_of: datetime) -> Facts:
    """The files as a seller had them on that day. A package of which nothing had happened was not known."""
    found: Facts = {}
    for kind, rows in facts.items():
        for row in rows:
            if any((at := moment(row[name])) is not None and at > as_of for name in DATED.get(kind, ())):
                continue
            known = [name for name in LATER.get(kind, ()) if (at := moment(row[name])) is not None and at <= as_of]
            told = [name for name in LATER.get(kind, ()) if row[name]]
            if kind == "shipments" and told and not known:
                continue
            blank = {name: "" for name in told if name not in known}
            found.setdefault(kind, []).append(row | blank)
    return found


@examples(3)
@given(seeds, st.sampled_from(ASKED[1:]))
def test_what_comes_later_does_not_change_what_was(seed: int, as_of: datetime) -> None:
    facts = seller(seed)
    for kind in ("late_shipments", "on_time_delivery", "tracking"):
        facts.pop(kind, None)  # their rows make packages, which these lists date only in part
    facts["shipments"] = [row for row in facts.get("shipments", []) if row["package_id"] == "0"]
    for row in facts["shipments"]:
        row["ship_by"] = row["deliver_by"] = ""  # what has no date itself would be known before its package is
        row["tracking_number"] = row["tracking_number"] or "1Z" * bool(row["first_scan_at"] or row["delivered_at"])
    with workshop() as folder:
        (folder / "then").mkdir()
        then = alone(imported(folder / "then", as_it_stood(facts, as_of)), as_of)
        now = alone(imported(folder, facts), as_of)
    told = {key[0] for key in then}
    assert then == {key: value for key, value in now.items() if key[0] in told}


GOOD: dict[str, Facts] = {
    "a shipped order": {
        "orders": [{
            "order_id": order_id(999), "placed_at": "2026-11-16T10:00:00Z", "order_item_id": "1", "marketplace": "US",
            "channel": "mfn", "status": "Shipped", "sku": "S", "quantity": "1", "ship_by": "2026-11-18", "deliver_by": "2026-11-20",
        }],
        "shipments": [{"order_id": order_id(999), "package_id": "1", "tracking_number": "1ZGOOD", "confirmed_at": "2026-11-17",
                       "first_scan_at": "2026-11-17", "delivered_at": "2026-11-19"}],
    },
    "a delivered order": {
        "orders": [{
            "order_id": order_id(999), "placed_at": "2026-10-28T10:00:00Z", "order_item_id": "1", "marketplace": "US",
            "channel": "mfn", "status": "Shipped", "sku": "S", "quantity": "1", "ship_by": "2026-10-30", "deliver_by": "2026-11-05",
        }],
        "shipments": [{"order_id": order_id(999), "package_id": "1", "tracking_number": "1ZGOOD", "confirmed_at": "2026-10-29",
                       "first_scan_at": "2026-10-29", "delivered_at": "2026-11-03"}],
        "messages": [{"order_id": order_id(999), "received_at": "2026-11-04", "answered_at": "2026-11-04", "topic": "return"}],
        "returns": [{"Order ID": order_id(999), "Return request date": "10-Nov-2026", "Return request status": "Approved",
                     "Amazon RMA ID": "RGOOD", "In policy": "Y"}],
    },
}  # fmt: skip
ABOVE = ("valid_tracking_rate", "on_time_delivery_rate", "contact_response_rate")


@examples(2)
@given(seeds, st.sampled_from(sorted(GOOD)))
def test_what_is_well_makes_no_rate_worse(seed: int, good: str) -> None:
    with workshop() as folder:
        store = imported(folder, seller(seed))
        before = alone(store, AS_OF)
        imported(folder, GOOD[good])
        after = alone(store, AS_OF)
    worse = 0
    for key, (part, most, whole) in after.items():
        old = before.get(key)
        if old is None or not old[2]:
            continue
        assert whole >= old[2]
        sign = -1 if key[0] in ABOVE else 1
        for mine, its in ((part, old[0]), (most, old[1])):
            assert sign * Fraction(mine, whole) <= sign * Fraction(its, old[2]), key
        worse += whole > old[2]
    assert worse, "it is in no window"
