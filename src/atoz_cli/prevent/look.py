"""One look at a store: a question and the policy in, every relation laid out that the risks ask; rules by marketplace.

SQL finds and this only says from when to when: the policy's times become moments in the relation `reach`, a row for
each marketplace, so that no query holds a number or a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from atoz_cli.answers import Notice
from atoz_cli.metrics import Question, Span, lay_out
from atoz_cli.metrics.question import Store, filters, naive, text
from atoz_cli.policy import Book
from atoz_cli.triage.facts import UNSHIPPED
from atoz_cli.triage.law import Law

Row = tuple[Any, ...]
WAITING = (*UNSHIPPED, "partially_shipped", "invoice_unconfirmed")
"""Statuses of orders of which something is still to be shipped."""
REACH = {
    "place": "VARCHAR", "watch_from": "TIMESTAMP", "ship_soon": "TIMESTAMP", "unscanned_since": "TIMESTAMP",
    "scan_soon": "TIMESTAMP", "promised_from": "TIMESTAMP", "elsewhere_from": "TIMESTAMP", "unsigned_from": "TIMESTAMP",
    "dear": "DECIMAL(18,4)", "complaints_on": "DATE", "complaints_from": "TIMESTAMP", "least_complaints": "INTEGER",
    "cancelled_from": "TIMESTAMP", "least_cancelled": "INTEGER",
}  # fmt: skip
LETTERS = "regexp_replace(upper({}), '[^0-9A-Z]', '', 'g')"
"""A postal code as `triage.facts` compares it."""


@cache
def sql(name: str) -> str:
    """The text of `<name>.sql` of this folder."""
    return (Path(__file__).parent / f"{name}.sql").read_text("utf-8")


class Look(Struct, frozen=True, dict=True):
    """What every risk needs: the store laid out, and the policy of a marketplace ("" where no file says which)."""

    store: Store
    book: Book
    question: Question
    spans: Sequence[Span]
    notices: list[Notice]
    """what `lay_out` warns of"""

    @property
    def as_of(self) -> datetime:
        """Until when things are known."""
        return self.question.as_of

    @property
    def places(self) -> list[str]:
        """The marketplaces that are asked about, and that of orders whose marketplace is not known."""
        return sorted({span.marketplace for span in self.spans} | {""})

    def law(self, place: str) -> Law:
        """The policy of a marketplace as it stands on the day asked."""
        return Law(self.book, place or None, self.question.day, self.question.day)

    def rule(self, place: str, key: str) -> Any:
        """A value of the policy `prevent`."""
        return self.law(place).value(f"prevent.{key}")

    def hours(self, place: str, key: str, on: datetime) -> timedelta:
        """A time to answer in hours, by the rule of a day."""
        return timedelta(hours=int(self.law(place).value(f"deadlines.{key}", on.date())))

    @cached_property
    def on_their_way(self) -> list[Row]:
        """The orders whose delivery is in danger, each once, at its furthest stage."""
        return self.rows("in_delivery")

    def rows(self, name: str) -> list[Row]:
        """The rows of a query of this folder."""
        return self.store.ask(sql(name))


def look(store: Store, book: Book, question: Question) -> Look:
    """Lay the store out for a question, up to what must be known before `gather`. Without orders by then: no `spans`."""
    spans, notices = lay_out(store, book, question, old_too=False)
    found = Look(store, book, question, spans, notices)
    if spans:
        store.keep("counted_defects")
        _put_policy(found)
        _view_facts(found)
        for name in ("telling", "open_packages", "cancelled_lately", "feedback_unanswered"):
            store.keep(name, sql(name))
        _keep_delivered(found)
    return found


def gather(found: Look) -> None:
    """Read once what is known of every suspect order: `around` (all of them in `around_all`), its items, its packages.

    `complaining` and `unauthorized` come before.
    """
    store, question = found.store, found.question
    for name in ("suspects", "around_items", "around_parcels"):
        store.keep(name, sql(name))
    store.view("paid_back", sql("paid_back"))
    store.keep("around_all", sql("around"))
    columns = {"account": "account", "marketplace": "place", "channel": "channel"}
    tests = [f"{columns[name]} = {text(value)}" for name, value in filters(question).items()]
    store.view("around", f"SELECT * FROM around_all WHERE {' AND '.join(tests) or 'true'}")
    store.keep("waiting_orders", sql("waiting_orders"))


def _put_policy(found: Look) -> None:
    """`reach` and `horizon`: from when to when, by marketplace and over all; the statuses that ask for something."""
    as_of, day = naive(found.as_of), found.question.day
    rows = [_reach(found, place, as_of, day) for place in found.places]
    found.store.put("reach", REACH, rows)
    columns = list(REACH)
    first = min(row[columns.index("watch_from")] for row in rows)
    days = max(int(found.rule(place, "unauthorized_pattern.days")) for place in found.places)
    moments = {"as_of": "TIMESTAMP", "watch_from": "TIMESTAMP", "fraud_from": "TIMESTAMP"}
    found.store.put("horizon", moments, [(as_of, first, as_of - timedelta(days=days))])
    left_out = found.book.at("odr", day)["cancelled_orders"] == "leave_out"
    found.store.put("left_out", {"status": "VARCHAR"}, [("cancelled",)] if left_out else [])
    settled = {place: set(found.rule(place, "return_unrefunded.settled")) for place in found.places}
    pairs = {"place": "VARCHAR", "status": "VARCHAR"}
    found.store.put("settled_statuses", pairs, [(place, one) for place in settled for one in sorted(settled[place])])
    found.store.put(
        "settled_everywhere", {"status": "VARCHAR"}, [(one,) for one in set.intersection(*settled.values())]
    )
    waiting = [(place, one) for place in found.places for one in found.rule(place, "return_unanswered.waiting")]
    found.store.put("waiting_returns", pairs, waiting)


def _reach(found: Look, place: str, as_of: datetime, day: date) -> Row:
    def ago(key: str) -> datetime:
        return as_of - timedelta(days=int(found.rule(place, key)))

    def hours(key: str) -> timedelta:
        return timedelta(hours=int(found.rule(place, key)))

    complaints_on = day - timedelta(days=int(found.rule(place, "sku_complaints.days")) - 1)
    dear = Decimal(found.law(place).value("protection.signature_value"))
    return (
        place,
        ago("watch_days"),
        as_of + hours("unshipped.hours"),
        as_of - hours("no_scan.hours"),
        as_of + hours("no_scan.hours"),
        as_of - timedelta(days=int(found.law(place).value("eligibility.filing_days"))),
        ago("delivered_elsewhere.days"),
        ago("delivered_unsigned.days"),
        dear or None,
        complaints_on,
        datetime.combine(complaints_on, time.min),
        int(found.rule(place, "sku_complaints.least")),
        ago("sku_cancellations.days"),
        int(found.rule(place, "sku_cancellations.least")),
    )


def _view_facts(found: Look) -> None:
    """The facts that a day lets one see, with their moments written out so that the engine need not read the rest."""
    now, store = text(str(naive(found.as_of))), found.store
    known = ["coalesce(sales_channel, '') <> 'non_amazon'", f"placed_at <= TIMESTAMP {now}"]
    known += [f"{name} = {text(value)}" for name, value in filters(found.question).items()]
    for name, days in (
        ("orders_in_reach", ("watch_days", "sku_cancellations.days")),
        ("orders_of_period", ("sku_complaints.days",)),
    ):
        most = max(int(found.rule(place, key)) for place in found.places for key in days)
        tests = [*known, f"placed_at >= TIMESTAMP {text(str(naive(found.as_of) - timedelta(days=most)))}"]
        store.view(name, f"SELECT * FROM orders WHERE {' AND '.join(tests)}")
    store.view(
        "orders_waiting",
        f"SELECT account, order_id FROM orders_in_reach WHERE status IN ({', '.join(map(text, WAITING))})",
    )
    store.view("undelivered", f"SELECT * FROM shipments WHERE delivered_at IS NULL OR delivered_at > TIMESTAMP {now}")
    later = (
        f"SELECT account, order_id FROM shipments WHERE confirmed_at > TIMESTAMP {now} OR shipped_at > TIMESTAMP {now}"
    )
    store.view("sent_later", later)
    for name in ("open_messages", "open_returns"):
        store.view(name, sql(name))


def _keep_delivered(found: Look) -> None:
    """`elsewhere`: delivered lately in another postal code; `unsigned`: delivered lately, dear, and nobody signed."""
    store, now = found.store, naive(found.as_of)
    keys = {"account": "VARCHAR", "order_id": "VARCHAR"}

    def lately(risk: str) -> str:
        days = max(int(found.rule(place, f"{risk}.days")) for place in found.places)
        first, last = (text(str(moment)) for moment in (now - timedelta(days=days), now))
        return f"delivered_at BETWEEN TIMESTAMP {first} AND TIMESTAMP {last}"

    there, wanted = LETTERS.format("s.delivered_to_postal_code"), LETTERS.format("o.ship_postal_code")
    store.keep(
        "elsewhere",
        f"SELECT s.account, s.order_id, max(s.delivered_at) AS delivered_at, count(*) AS packages "
        f"FROM shipments s JOIN orders o ON o.order_id = s.order_id AND o.account = s.account "
        f"WHERE s.{lately('delivered_elsewhere')} AND CASE "  # nearly all are equal at once: the letters of the rest alone are looked at
        "WHEN starts_with(o.ship_postal_code, s.delivered_to_postal_code) THEN false "
        "WHEN starts_with(s.delivered_to_postal_code, o.ship_postal_code) THEN false "
        f"ELSE {there} <> '' AND {wanted} <> '' AND NOT starts_with({there}, {wanted}) AND NOT starts_with({wanted}, {there}) END "
        "GROUP BY s.account, s.order_id",
    )
    values = [found.law(place).value("protection.signature_value") for place in found.places]
    if not any(values):
        store.put("unsigned", keys, [])
        return
    least = min(value for value in values if value)
    dear = f"SELECT account, order_id FROM items GROUP BY account, order_id HAVING sum(amount) >= {least}"
    store.view("dear_orders", dear)
    store.view("delivered_lately", f"SELECT * FROM shipments WHERE {lately('delivered_unsigned')}")
    store.keep("unsigned", sql("unsigned"))
