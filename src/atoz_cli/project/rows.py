"""What was counted for one account, marketplace and channel in; a row a day out, and what all of them come to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from msgspec import Struct

from atoz_cli.answers.projection import Moving, Outlook, Possible, ProjectedDay, Projection, StatusAhead
from atoz_cli.metrics import Span, window_of
from atoz_cli.metrics.arithmetic import headroom, rate, status, wilson
from atoz_cli.policy import Book
from atoz_cli.project.counting import METRIC, Bad, Counted
from atoz_cli.project.late import Cumulated, Learned, range_of, still_to_come
from atoz_cli.project.scenario import Place

DAY = timedelta(days=1)
NOTHING = Moving(0, 0, ())


class _Day(Struct, frozen=True):
    """One day: its window, the orders in it, the defective ones, those that may come, and what became known as defective."""

    span: Span
    limit: Decimal
    orders: int
    known: int
    now: Possible
    lost: Possible
    late: float | None
    low: Possible | None
    high: Possible | None
    bad: Sequence[Bad]
    """the defective orders of all windows, oldest first"""


def projection(counted: Counted, book: Book, place: Place, how: Learned | None) -> Projection:
    """One place on all days asked. `how` says how its defects come late, None where that is not known."""
    orders = Cumulated(_sum(counted.placed.get(place, {}), counted.planned.get(place, {})))
    supposed = Cumulated(counted.planned.get(place, {}))
    days = [_day(counted, book, place, span, orders, supposed, how) for span in counted.spans[place[:2]]]
    outlook = _outlook(counted, place, how, days)
    rows = [
        _row(place, day, _moving(orders, before, day), _moving(orders, day, before), outlook)
        for before, day in zip([days[0], *days], days, strict=False)
    ]
    return Projection(place[0], place[1] or None, place[2] or None, outlook, tuple(rows))


def _sum(some: dict[date, int], others: dict[date, int]) -> dict[date, int]:
    return some | {day: orders + some.get(day, 0) for day, orders in others.items()}


def _day(
    counted: Counted, book: Book, place: Place, span: Span, orders: Cumulated, supposed: Cumulated, how: Learned | None
) -> _Day:
    measure = counted.measures.get((place, span.day))
    limit = cast(Decimal, book.at(METRIC, span.day, place[1] or None)["below"])
    whole = measure.orders if measure else 0
    bad = measure.defective_orders if measure else 0
    late = low = high = None
    if how is not None and whole:
        more = still_to_come(how, orders, counted.basis.today, span.day, span.starts_on, span.ends_on)
        late = round(more.mean, 2)
        low, high = (_possible(min(bad + number, whole), whole, limit) for number in range_of(more))
    return _Day(
        span=span,
        limit=limit,
        orders=whole,
        known=whole - supposed.between(span.starts_on.toordinal(), span.ends_on.toordinal()),
        now=_possible(bad, whole, limit),
        lost=_possible(measure.if_pending_lost.defective_orders if measure else 0, whole, limit),
        late=late,
        low=low,
        high=high,
        bad=counted.defective[span.day].get(place, ()),
    )


def _possible(part: int, whole: int, limit: Decimal) -> Possible:
    said: StatusAhead = status(part, whole, limit) if whole else "no_orders"
    return Possible(part, rate(part, whole), said)


def _moving(orders: Cumulated, inside: _Day, outside: _Day) -> Moving:
    """What is in the window of the one day and not in that of the other; defective as it is on the first."""
    runs = (
        (inside.span.starts_on, min(inside.span.ends_on, outside.span.starts_on - DAY)),
        (max(inside.span.starts_on, outside.span.ends_on + DAY), inside.span.ends_on),
    )
    number, found = 0, list[Bad]()
    for first, last in runs:
        if first <= last:
            number += orders.between(first.toordinal(), last.toordinal())
            begin = bisect_left(inside.bad, first, key=lambda one: one.placed_on)
            found += inside.bad[begin : bisect_right(inside.bad, last, key=lambda one: one.placed_on)]
    return Moving(number, len(found), tuple(one.order_id for one in found)) if number else NOTHING


def _row(place: Place, day: _Day, leaves: Moving, enters: Moving, outlook: Outlook) -> ProjectedDay:
    bad, through = day.now.defective_orders, outlook.known_through
    return ProjectedDay(
        account=place[0],
        marketplace=place[1] or None,
        channel=place[2] or None,
        day=day.span.day,
        window=window_of(day.span),
        days_known=max((min(day.span.ends_on, through) - day.span.starts_on).days + 1, 0),
        orders=day.orders,
        known_orders=day.known,
        defective_orders=bad,
        rate=day.now.rate,
        limit=float(day.limit),
        status=day.now.status,
        headroom=headroom(bad, day.orders, day.limit) if day.orders else None,
        interval=wilson(bad, day.orders),
        if_pending_lost=day.lost,
        leaves=leaves,
        enters=enters,
        late=day.late,
        low=day.low,
        high=day.high,
        outlook=outlook,
    )


def _outlook(counted: Counted, place: Place, how: Learned | None, days: Sequence[_Day]) -> Outlook:
    basis = counted.basis
    through, pace = basis.through[place[:2]], basis.paces.get(place)
    missed, met, last = _turns([day.now for day in days], days)
    high_missed, high_met, high_last = _turns([day.high for day in days], days)
    return Outlook(
        known_through=through,
        known_until=_known_until(days, through),
        first_missed_on=missed,
        first_met_on=met,
        last_missed_on=last,
        high_first_missed_on=high_missed,
        high_first_met_on=high_met,
        high_last_missed_on=high_last,
        orders_per_day=pace.per_day if pace else None,
        orders_per_day_from=("pace" if pace.weeks else "option") if pace else None,
        late_learned_from=how.defects if how else None,
        late_learned_in=("account" if how.pooled else "channel") if how else None,
    )


def _turns(said: Sequence[Possible | None], days: Sequence[_Day]) -> tuple[date | None, date | None, date | None]:
    """The first day on which it is missed, the first one after that on which it is met, and the last on which it is missed."""
    missed = [day.span.day for one, day in zip(said, days, strict=True) if one is not None and one.status == "missed"]
    met = [day.span.day for one, day in zip(said, days, strict=True) if one is not None and one.status == "met"]
    if not missed:
        return None, None, None
    return missed[0], next((day for day in met if day > missed[0]), None), missed[-1]


def _known_until(days: Sequence[_Day], through: date) -> date | None:
    """The last day up to which all windows hold only days of which orders are known, be it after the last day asked."""
    found: date | None = None
    for day in days:
        if day.span.ends_on > through:
            return found
        found = day.span.day
    return through + timedelta(days=days[-1].span.lag_days)
