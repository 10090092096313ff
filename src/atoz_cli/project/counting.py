"""A question and a scenario in; what the SQL counts for each day out: measures, windows, and which orders are defective when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Measure
from atoz_cli.metrics import Question, Span, lay_out
from atoz_cli.metrics.asking import eras, put_windows
from atoz_cli.metrics.question import Store, sql
from atoz_cli.metrics.rates import measured
from atoz_cli.policy import Book
from atoz_cli.project.pace import Basis, basis, planned
from atoz_cli.project.scenario import Order, Place, Placed, Scenario, let_pending_end, suppose, youngest_clean
from atoz_cli.project.stretches import hold, stretches

METRIC = "odr"
KNOWN = "SELECT account, marketplace, channel, placed_on, orders FROM placed_days"


class Bad(Struct, frozen=True):
    """An order with a defect that counts, and when the first of these came, where that is known."""

    placed_on: date
    order_id: str
    first_at: datetime | None


class Counted(Struct):
    """All days asked, counted, and what they stand on."""

    basis: Basis
    placed: Placed
    planned: Placed
    supposed: list[Order]
    """the orders that `add_defects` made defective"""
    notices: list[Notice]
    spans: dict[tuple[str, str], list[Span]] = field(default_factory=lambda: defaultdict(list))
    """account and marketplace to its windows, a day after the other"""
    measures: dict[tuple[Place, date], Measure] = field(default_factory=dict)
    """none of a day without orders in the window"""
    defective: dict[date, dict[Place, list[Bad]]] = field(default_factory=dict)
    """on each day the orders that count as defective, in a window or not, by the day they were placed"""


def counted(store: Store, book: Book, question: Question, scenario: Scenario) -> Counted:
    """Lay out and count each stretch of days under one policy; what is supposed is settled once, by what is known today."""
    found: Counted | None = None
    for stretch in stretches(book, question, scenario.days):
        spans, notices = lay_out(store, book, stretch, METRIC)
        if found is not None:
            hold(store, stretch.day)
        let_pending_end(store, scenario)
        if found is None:
            found = _begun(store, question, scenario, spans, notices)
        suppose(store, scenario, found.planned, found.supposed)
        _count(store, book, stretch, spans, found)
    assert found is not None
    return found


def _begun(
    store: Store, question: Question, scenario: Scenario, spans: Sequence[Span], notices: list[Notice]
) -> Counted:
    placed: Placed = defaultdict(dict)
    for account, marketplace, channel, placed_on, orders in store.ask(KNOWN):
        placed[account, marketplace, channel][placed_on] = int(orders)
    stands_on = basis(question, scenario, placed, spans)
    first = {(span.account, span.marketplace): span for span in spans if span.day == question.day}
    supposed = youngest_clean(store, list(stands_on.paces), first, scenario.add_defects)
    to_come = planned(stands_on, question.day + timedelta(days=scenario.days))
    return Counted(stands_on, dict(placed), to_come, supposed, notices)


def _count(store: Store, book: Book, stretch: Question, spans: Sequence[Span], found: Counted) -> None:
    era_of = eras(book, stretch, METRIC)
    if found.planned:  # what is supposed is known as soon as it is in a window
        spans = [replace(span, known_on=max(span.known_on, span.ends_on)) for span in spans]
        put_windows(store, spans, era_of)
    for span in spans:
        found.spans[span.account, span.marketplace].append(span)
    for day, one in measured(store, book, spans):
        found.measures[(one.account, one.marketplace or "", one.channel or ""), day] = one
    bad: dict[int, dict[Place, list[Bad]]] = defaultdict(lambda: defaultdict(list))
    for _, era, account, marketplace, channel, order_id, placed_on, first_at in store.ask(sql("first_defects")):
        bad[era][account, marketplace, channel].append(Bad(placed_on, order_id, first_at))
    for places in bad.values():
        for orders in places.values():
            orders.sort(key=lambda one: (one.placed_on, one.order_id))
    for asked in stretch.asked:
        found.defective[asked.day] = bad[era_of[asked.day]]
