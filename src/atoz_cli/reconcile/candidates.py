"""Totals that differ in, the single orders out that would explain it: each alone, with how much it would move which figure.

Totals name no orders. An order stands here only where counting it otherwise moves our figures towards Amazon's and none
away; whether Amazon does count it so, nobody can see from a total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers.rates import DefectKind
from atoz_cli.answers.reconcile import OrderClass
from atoz_cli.policy import Book
from atoz_cli.reconcile import orders as room
from atoz_cli.reconcile.compare import Compared
from atoz_cli.reconcile.orders import PARTS, Known, Order
from atoz_cli.reconcile.ours import Asking, Counts, Ours
from atoz_cli.reconcile.switches import leaves_out, local_day, zone_of
from atoz_cli.reconcile.words import IS, stands

DAY = timedelta(days=1)
MOST = 50
"""Orders without a defect are named where one of them alone would explain it all, and up to so many; else only counted."""


class Candidate(Struct, frozen=True):
    """An order, how it would be counted otherwise, and what that changes. `defect`: the one that decides, where one does.

    `ours`: the kinds of defect for which it counts in the window as it is.
    """

    order: Order
    ours: tuple[DefectKind, ...]
    class_: OrderClass
    moves: Counts
    makes_equal: bool
    rule: str | None
    defect: Known | None
    text: str


class Where(Struct, frozen=True):
    """What is being explained: our figures there against theirs."""

    ours: Ours
    asking: Asking
    marketplace: str
    channel: str | None
    compared: Compared

    def here(self, order: Order) -> bool:
        """Whether an order is of this marketplace and channel; of one that no file lists it may be."""
        if not order.listed:
            return order.marketplace in ("", self.marketplace)
        return order.marketplace == self.marketplace and self.channel in (None, order.channel)

    def inside(self, order: Order) -> bool:
        """Whether it is in the window."""
        return order.placed_on is not None and self.asking.starts_on <= order.placed_on <= self.asking.ends_on


def candidates(where: Where) -> tuple[list[Candidate], int]:
    """The orders that would explain a difference, one entry each, the best first; and how many more there are unnamed."""
    around = int(where.ours.book.at("reconcile", where.asking.day, where.marketplace or None)["lag_tried_days"])
    disputed = [one for one in room.disputed(where.ours, where.asking, max(around, 1)) if where.here(one)]
    found: dict[str, list[Candidate]] = {}
    for order in disputed:
        for one in _hypotheses(where, order, around):
            if where.compared.helps(one.moves):
                found.setdefault(order.order_id, []).append(one)
    best = [min(several, key=lambda one: not one.makes_equal) for several in found.values()]
    clean = [one for one in _clean(where, {order.order_id for order in disputed}) if where.compared.helps(one.moves)]
    named = clean if len(clean) <= MOST and any(one.makes_equal for one in clean) else []
    return [*best, *named], len(clean) - len(named)


def _hypotheses(where: Where, order: Order, around: int) -> Iterator[Candidate]:
    if not order.listed:
        yield from _unknown(where, order)
    elif where.inside(order):
        for defect in order.defects:
            yield _flipped(where, order, defect)
        yield from _at_an_edge(where, order, around)
        if order.cancelled:
            yield _cancelled(where, order)
    elif order.placed_on is not None:
        yield from _at_an_edge(where, order, around)


def _flipped(where: Where, order: Order, defect: Known) -> Candidate:
    """One defect counted that does not, or not counted that does."""
    others = [one for one in order.defects if one is not defect]
    before, after = flags(order.defects), flags([*others, replace(defect, counts=not defect.counts)])
    sure = confidence(where.ours.book, where.asking, where.marketplace, defect) == "A"
    granted_too = defect.standing == "protected"
    if defect.counts:
        class_: OrderClass = "counted" if sure else "doubtful"
    else:
        class_ = "not_counted" if sure and not granted_too else "doubtful"
    text = f"{stands(defect)}; Amazon may hold that it {IS[not defect.counts]}"
    return _candidate(where, order, class_, after.minus(before), defect.rule, defect, text)


def _at_an_edge(where: Where, order: Order, around: int) -> Iterator[Candidate]:
    """On a first or last day, or just outside: another clock or another lag puts it on the other side."""
    day, first, last = order.placed_on, where.asking.starts_on, where.asking.ends_on
    if day is None:
        return
    zone = zone_of(where.ours.book, where.asking, where.marketplace)
    there = local_day(order.placed_at, zone) if zone and zone != where.asking.timezone else None
    inside = first <= day <= last
    crosses = there is not None and inside != (first <= there <= last)
    near = min(abs((day - edge).days) + int(inside) for edge in (first, last)) <= around
    if not crosses and not near:
        return
    moves = Counts(orders=1).plus(flags(order.defects))
    moves = Counts().minus(moves) if inside else moves
    said = f"placed on {day}, {'inside' if inside else 'outside'} by a day or less"
    text = (
        f"{said}; by the clock of {zone} it is {there}" if crosses else f"{said}: a lag of a day more or less moves it"
    )
    yield _candidate(where, order, "edge", moves, "odr.day" if crosses else "odr.lag_days", None, text)


def _cancelled(where: Where, order: Order) -> Candidate:
    moves = Counts().minus(Counts(orders=1).plus(flags(order.defects)))
    text = "cancelled, and among the orders here; Amazon may leave cancelled orders out"
    return _candidate(where, order, "cancelled", moves, "odr.cancelled_orders", None, text)


def _unknown(where: Where, order: Order) -> Iterator[Candidate]:
    """A defect on an order that no file lists: perhaps it is in the window, for a defect is never older than its order."""
    dated = [one.filed_at.date() for one in order.defects if one.filed_at]
    if dated and max(dated) < where.asking.starts_on:
        return
    lost = [replace(one, counts=one.counts is not False) for one in order.defects]
    for defects in (order.defects, lost):
        if any(one.counts for one in defects):
            decides = order.deciding
            text = "no file of orders lists it, so it is counted nowhere here: import All Orders of its days"
            moves = Counts(orders=1).plus(flags(defects))
            yield _candidate(where, order, "unknown_order", moves, decides.rule if decides else None, decides, text)


def _clean(where: Where, disputed: set[str]) -> Iterator[Candidate]:
    """Orders without a defect that another clock moves over an edge, or that are cancelled: only where the numbers of orders differ."""
    needed = where.compared.needed.get("orders", 0)
    if not needed:
        return
    asking, first, last = where.asking, where.asking.starts_on, where.asking.ends_on
    zone = zone_of(where.ours.book, asking, where.marketplace)
    if zone and zone != asking.timezone:
        for order in room.at_the_edges(where.ours, asking, where.marketplace, (first - DAY, first, last, last + DAY)):
            if order.order_id not in disputed and where.here(order):
                yield from (one for one in _at_an_edge(where, order, 0) if one.rule == "odr.day")
    out = leaves_out(where.ours.book, asking)
    if (needed > 0) == out:
        counted = replace(asking, leave_out_cancelled=False) if out else asking
        for order in room.cancelled(where.ours, counted, where.marketplace):
            if order.order_id not in disputed and where.here(order):
                found = _cancelled(where, order)
                yield replace(found, moves=Counts().minus(found.moves)) if out else found


def _candidate(
    where: Where, order: Order, class_: OrderClass, moves: Counts, rule: str | None, defect: Known | None, text: str
) -> Candidate:
    equal = where.compared.equal(where.compared.counts.plus(moves))
    ours = order.counting if where.inside(order) else ()
    return Candidate(order, ours, class_, moves, equal, rule, defect, text)


def flags(defects: Sequence[Known]) -> Counts:
    """What an order with these defects adds to the figures beside the orders themselves."""
    kinds: set[DefectKind] = {one.kind for one in defects if one.counts}
    parts = {figure: int(kind in kinds) for kind, figure in PARTS.items()}
    return Counts(defective_orders=int(bool(kinds)), **parts)


def confidence(book: Book, asking: Asking, marketplace: str, defect: Known) -> str:
    """How sure it is what the standing of a defect is worth."""
    name, _, key = defect.rule.partition(".")
    return book.at(name, asking.day, marketplace or None).line(key).confidence
