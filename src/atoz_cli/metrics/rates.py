"""A question in, measures out: the SQL counts, this judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from atoz_cli.answers.rates import (
    Defect,
    DefectiveOrder,
    DefectKind,
    GroupMeasure,
    Incoming,
    Measure,
    PendingLost,
    Window,
)
from atoz_cli.metrics.arithmetic import headroom, rate, status, to_recover, wilson
from atoz_cli.metrics.asking import KINDS
from atoz_cli.metrics.groupings import grouped
from atoz_cli.metrics.kinds_of_defects import put_kinds
from atoz_cli.metrics.question import Question, Span, Store, sql, utc
from atoz_cli.policy import Book


def measures(
    store: Store, book: Book, question: Question, spans: Sequence[Span], by: str | None = None
) -> list[Measure]:
    """One measure per account, marketplace, channel (and group) with orders in its window; by name, mfn before afn.

    With `by`: a row per group, most defective orders first. `lay_out` comes before.
    """
    if by is not None:
        group(store, book, question, by)
    found = [one for _, one in measured(store, book, spans, by)]
    if by is None:
        return sorted(found, key=_place)
    return sorted(
        found, key=lambda one: (-one.defective_orders, -one.orders, _place(one), cast(GroupMeasure, one).group or "~")
    )


def measured(
    store: Store, book: Book, spans: Sequence[Span], by: str | None = None
) -> Iterator[tuple[date, Measure | GroupMeasure]]:
    """The measures of every day asked, each with its day, in no order: those with orders in their window.

    With `by`, `group` comes before.
    """
    windows = {(span.day, span.account, span.marketplace): span for span in spans}
    if not windows:
        return
    for day, account, place, channel, value, counts in counted(store, by):
        limit = cast(Decimal, book.at("odr", day, place or None)["below"])
        whole = _measure(account, place, channel, windows[day, account, place], counts, limit)
        yield day, GroupMeasure(**_shallow(whole), by=by, group=value or None) if by is not None else whole


def counted(store: Store, by: str | None = None) -> Iterator[tuple[date, str, str, str, str, dict[str, Any]]]:
    """Day, account, marketplace, channel and group with what was counted (`COUNTS`), where orders are in the window."""
    if by is None:
        store.view("grouped_flags", "SELECT f.*, '' AS grp FROM order_flags f")
        store.view("placed_orders", "SELECT p.*, '' AS grp FROM placed_days p")
    for row in store.ask(sql("defect_rate")):
        _, day, account, place, channel, value = row[:6]
        counts = dict(zip(COUNTS, row[6:], strict=True))
        if counts["orders"]:
            yield day, account, place, channel, value, counts


def _place(one: Measure) -> tuple[str, str, bool, str]:
    """By account and marketplace, mfn before afn, what is not known last."""
    return one.account, one.marketplace or "~", one.channel != "mfn", one.channel or "~"


COUNTS = (
    "orders", "defective", "negative_feedback", "claim", "chargeback", "lost", "incoming", "incoming_defective", "leaving",
)  # fmt: skip


def group(store: Store, book: Book, question: Question, by: str) -> None:
    """Lay out `grouped_flags` and `placed_orders` of a grouping: by what orders are, or by what their defects are."""
    if by in ("reason", "kind"):
        if by == "kind":
            put_kinds(store, book, question)
        store.view("grouped_flags", sql(f"{by}_flags"))
        store.view("placed_orders", sql("reason_orders"))
        return
    store.view("grouped_orders", grouped(by, question))
    store.view("grouped_flags", sql("grouped_flags"))
    store.view("placed_orders", sql("placed_orders"))


def _shallow(measure: Measure) -> dict[str, Any]:
    return {name: getattr(measure, name) for name in measure.__struct_fields__}


def _measure(account: str, place: str, channel: str, span: Span, counts: dict[str, Any], limit: Decimal) -> Measure:
    orders, defective, lost = int(counts["orders"]), int(counts["defective"]), int(counts["lost"])
    leaving = cast("date | None", counts["leaving"])
    return Measure(
        account=account,
        marketplace=place or None,
        channel=channel or None,
        window=window_of(span),
        orders=orders,
        defective_orders=defective,
        rate=rate(defective, orders),
        limit=float(limit),
        status=status(defective, orders, limit),
        headroom=headroom(defective, orders, limit),
        orders_to_recover=to_recover(defective, orders, limit),
        interval=wilson(defective, orders),
        negative_feedback_orders=int(counts["negative_feedback"]),
        claim_orders=int(counts["claim"]),
        chargeback_orders=int(counts["chargeback"]),
        if_pending_lost=PendingLost(lost, rate(lost, orders), status(lost, orders, limit)),
        incoming=Incoming(int(counts["incoming"]), int(counts["incoming_defective"])),
        next_leaves_on=leaving + timedelta(days=span.lag_days + span.days) if leaving else None,
    )


def window_of(span: Span) -> Window:
    """The window as answers show it."""
    return Window(span.starts_on, span.ends_on, span.days, span.lag_days, span.lag_source)


def defective_orders(store: Store, spans: Sequence[Span]) -> list[DefectiveOrder]:
    """The orders in the windows with a defect that counts or is pending, oldest first."""
    windows = {(span.account, span.marketplace): span for span in spans}
    found: dict[tuple[Any, ...], list[Defect]] = {}
    for row in sorted(
        store.ask(sql("defective_orders")), key=lambda row: (*row[1:4], row[5], row[4], row[6], str(row[7]), row[8])
    ):
        _, account, place, channel, order_id, placed_on, kind, on, standing, counts, pends = row
        defect = Defect(
            kind,
            utc(on),
            standing,
            None if pends else bool(counts),
            rule_of(kind, standing),
        )
        found.setdefault((account, place, channel, order_id, placed_on), []).append(defect)
    return [
        DefectiveOrder(
            account, place or None, channel or None, order_id, placed_on, tuple(defects),
            *enters_and_leaves(placed_on, windows[account, place]),
        )
        for (account, place, channel, order_id, placed_on), defects in found.items()
    ]  # fmt: skip


def enters_and_leaves(placed_on: date, span: Span) -> tuple[date, date]:
    """First day on which an order is in the window, and first day on which it no longer is."""
    enters = placed_on + timedelta(days=span.lag_days)
    return enters, enters + timedelta(days=span.days)


def rule_of(kind: DefectKind, standing: str) -> str:
    """The id of the rule that says what a standing is worth."""
    return f"standings.{KINDS[kind]}.{standing}"
