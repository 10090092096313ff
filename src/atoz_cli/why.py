"""An order id in, its story out: what is known of it, from which file and row, and why it counts or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from atoz_cli.answers.claims import Event, JudgedDefect, OrderStory
from atoz_cli.answers.rates import Measure
from atoz_cli.errors import UnknownId
from atoz_cli.metrics import Question, Span, enters_and_leaves, lay_out, measures, rule_of
from atoz_cli.metrics.arithmetic import rate
from atoz_cli.metrics.question import Store, utc
from atoz_cli.policy import Book

Row = tuple[Any, ...]
DATED = {
    "orders": {"placed_at": "order placed"},
    "shipments": {
        "ship_by": "ship-by date", "shipped_at": "shipped, as you say", "confirmed_at": "shipment confirmed",
        "first_scan_at": "first carrier scan",
        "deliver_by": "latest promised delivery date", "delivered_at": "delivered", "returned_at": "brought back by the carrier",
    },
    "messages": {"received_at": "buyer wrote", "answered_at": "you answered"},
    "feedback": {"left_at": "feedback left"},
    "feedback_events": {"removed_at": "feedback removed", "struck_at": "feedback struck through"},
    "returns": {
        "requested_at": "return requested", "delivered_at": "return reached you", "safe_t_created_at": "SAFE-T claim filed",
    },
    "refunds": {"refunded_at": "refunded"},
    "claims": {
        "filed_at": "A-to-z claim filed", "respond_by": "answer to Amazon due", "refunded_at": "refunded (by the claims file)",
        "decided_at": "claim decided", "withdrawn_at": "claim withdrawn", "appealed_at": "appeal filed",
        "appeal_decided_at": "appeal decided",
    },
    "claim_mails": {"noticed_at": "Amazon wrote"},
    "money": {"posted_at": "Amazon booked"},
    "chargebacks": {"filed_at": "chargeback filed", "respond_by": "answer to the bank due", "decided_at": "chargeback decided"},
}  # fmt: skip
"""Table to its dated columns and what they mean."""
DETAIL = {
    "placed_at": ("status", "service"), "confirmed_at": ("carrier", "tracking_number"), "first_scan_at": ("carrier",),
    "left_at": ("rating",), "requested_at": ("reason",), "refunded_at": ("amount", "currency", "refunded_by"),
    "filed_at": ("reason", "reason_code", "amount", "currency"), "decided_at": ("decision", "funded_by"),
    "appeal_decided_at": ("appeal_decision",), "received_at": ("topic",), "posted_at": ("kind", "amount", "currency"),
    "noticed_at": ("about", "event", "decision", "funded_by", "amount", "currency"),
    "shipped_at": ("carrier", "tracking_number"),
}  # fmt: skip
SAID = {"funded_by": "{} funded", "refunded_by": "by {}", "rating": "{} of 5 stars", "reason_code": "code {}"}
LATER_IS_KNOWN = ("respond_by", "ship_by", "deliver_by")
LISTED = """SELECT t.account, i.file, t.row_no, t.metric, t.placed_at, t.negative_feedback, t.a_to_z_claim, t.chargeback, t.counts
    FROM health_orders t JOIN imports i USING (import_id) WHERE t.order_id = ? ORDER BY ALL"""
"""Amazon's lists of orders tell defects, and no day of them."""


def story(store: Store, book: Book, question: Question, order_id: str) -> list[OrderStory]:
    """One story per account that knows the order. UnknownId where none does."""
    spans, _ = lay_out(store, book, question)
    rates = measures(store, book, question, spans)
    events: dict[str, list[Event]] = {}
    for table in DATED:
        for account, found in _events(store, question, table, order_id):
            events.setdefault(account, []).extend(found)
    for account, listed in _listed(store, question, order_id):
        events.setdefault(account, []).append(listed)
    later = {
        row[0]
        for row in store.ask("SELECT account, placed_at FROM orders WHERE order_id = ?", [order_id])
        if utc(row[1]) > question.as_of
    }
    events = {account: found for account, found in events.items() if found and account not in later}
    if not events:
        raise UnknownId(f"no order {order_id} is known", "look at its spelling, or import the All Orders file it is in")
    return [
        _story(store, book, question, spans, rates, account, order_id, events[account])
        for account in sorted(events)
        if question.account in (None, account)
    ]


def _events(store: Store, question: Question, table: str, order_id: str) -> list[tuple[str, list[Event]]]:
    dated = DATED[table]
    details = [name for at in dated for name in DETAIL.get(at, ())]
    known = {row[0] for row in store.ask(f"SELECT column_name FROM (DESCRIBE {table})")}
    details = [name for name in dict.fromkeys(details) if name in known]
    columns = ", ".join(f"t.{name}" for name in (*dated, *details))
    rows = store.ask(
        f"SELECT t.account, i.file, t.row_no, {columns} FROM {table} t JOIN imports i USING (import_id) "
        "WHERE t.order_id = ? ORDER BY ALL",
        [order_id],
    )
    return [(row[0], _of_row(question, dated, details, row)) for row in rows]


def _listed(store: Store, question: Question, order_id: str) -> list[tuple[str, Event]]:
    """What Amazon's own lists of orders say of it; no list says when a defect came, so these events have no date."""
    found = []
    for account, file, number, metric, placed_at, *defects, counts in store.ask(LISTED, [order_id]):
        if placed_at is not None and utc(placed_at) > question.as_of:
            continue
        kinds = ("negative feedback", "A-to-z claim", "chargeback")
        said = [kind for kind, given in zip(kinds, defects, strict=True) if given]
        said += {True: ["impact"], False: ["no impact"], None: []}[counts]
        what = f"on Amazon's list of {_said(metric)}"
        found.append((account, Event(None, f"{what} ({', '.join(said)})" if said else what, file, number)))
    return found


def _of_row(question: Question, dated: dict[str, str], details: Sequence[str], row: Row) -> list[Event]:
    _, file, number, *values = row
    moments = dict(zip(dated, values, strict=False))
    extra = dict(zip(details, values[len(dated) :], strict=True))
    events = []
    for name, what in dated.items():
        at = utc(moments[name])
        if at is None or (at > question.as_of and name not in LATER_IS_KNOWN):
            continue
        said = _details({one: extra[one] for one in DETAIL.get(name, ()) if extra.get(one) is not None})
        events.append(Event(at, f"{what} ({', '.join(said)})" if said else what, file, number))
    return events


def _details(known: dict[str, Any]) -> list[str]:
    """`Package didn't arrive`, `19.90 USD`, `seller funded`: what stands in brackets behind an event."""
    said = {name: SAID.get(name, "{}").format(_said(value)) for name, value in known.items()}
    if "amount" in said and "currency" in said:
        said["amount"] += f" {said.pop('currency')}"
    return list(said.values())


def _said(value: Any) -> str:
    return f"{value:.2f}" if hasattr(value, "quantize") else str(value).replace("_", " ")


def _story(
    store: Store, book: Book, question: Question, spans: Sequence[Span], rates: Sequence[Measure],
    account: str, order_id: str, events: list[Event],
) -> OrderStory:  # fmt: skip
    facts = store.ask(
        "SELECT marketplace, channel, placed_at, status FROM orders WHERE account = ? AND order_id = ?",
        [account, order_id],
    )
    marketplace, channel, placed_at, status = facts[0] if facts else (None, None, None, None)
    asked = store.ask("SELECT placed_on FROM orders_asked WHERE account = ? AND order_id = ?", [account, order_id])
    placed_on = asked[0][0] if asked else None
    span = next((one for one in spans if (one.account, one.marketplace) == (account, marketplace or "")), None)
    enters, leaves = enters_and_leaves(placed_on, span) if placed_on and span else (None, None)
    defects = _defects(store, book, question, account, order_id, marketplace)
    measure = next(
        (one for one in rates if (one.account, one.marketplace, one.channel) == (account, marketplace, channel)), None
    )
    inside = span.starts_on <= placed_on <= span.ends_on if placed_on and span else None
    counts = any(one.counts for one in defects)
    skus = store.ask(
        "SELECT DISTINCT sku FROM items WHERE account = ? AND order_id = ? AND sku IS NOT NULL ORDER BY 1",
        [account, order_id],
    )
    return OrderStory(
        account=account,
        marketplace=marketplace,
        channel=channel,
        order_id=order_id,
        placed_at=utc(placed_at),
        placed_on=placed_on,
        status=status,
        skus=tuple(row[0] for row in skus),
        in_window=inside,
        enters_on=enters,
        leaves_on=leaves,
        counts=True if counts else None if any(one.counts is None for one in defects) else False,
        defects=tuple(defects),
        rate_now=measure.rate if measure else None,
        rate_without=_without(measure, counts and bool(inside)),
        timeline=tuple(
            sorted(events, key=lambda one: (one.at or datetime.max.replace(tzinfo=UTC), one.what, one.file, one.row))
        ),
    )


def _without(measure: Measure | None, counted: bool) -> float | None:
    return rate(measure.defective_orders - 1, measure.orders) if measure and counted else None


def _defects(
    store: Store, book: Book, question: Question, account: str, order_id: str, marketplace: str | None
) -> list[JudgedDefect]:
    rows = store.ask(
        "SELECT kind, on_at, standing, counts, pends FROM counted_defects WHERE account = ? AND order_id = ? ORDER BY ALL",
        [account, order_id],
    )
    found = []
    for kind, on, standing, counts, pends in rows:
        name, _, key = rule_of(kind, standing).partition(".")
        line = book.at(name, question.day, marketplace).line(key)
        cite = book.at(name, question.day, marketplace).cite(key)
        at = utc(on)
        found.append(
            JudgedDefect(kind, at, standing, None if pends else bool(counts), f"{name}.{key}", line.text or "", cite)
        )
    return found
