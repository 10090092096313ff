"""The rate day by day ahead as people read it: what happens, on what it stands, the dates that matter, a row a week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.projection import Moving, Possible, ProjectedDay, Projection
from atoz_cli.sheets.words import chance, count, day, percent, place, several, where

BLOCKS = 6
"""Up to so many projections each get a block of their own; more become a table."""
WEEK = 7
DATES = 6
NOT = "not by then"
NOTE = (
    "8 of 10 cases: the rate with the defects that come late, as late as yours have come. Known: which part of the orders in the "
    "window is placed already. Out, In: defective orders that leave and enter in that week."
)


def ahead(projections: Sequence[Projection], supposed: Sequence[str]) -> list[Sheet]:
    """`atoz project`: a block for each, worst first, or a row each where there are many. `supposed`: what the user asked for."""
    many = several(one.account for one in projections)
    if len(projections) <= BLOCKS:
        return [_block(one, supposed, many, last=one is projections[-1]) for one in projections]
    columns = (
        *([Column("Account")] if many else []), Column("Where"), Column("ODR now", "right"), Column("Missed from"),
        Column("Met again"), Column("Upper end missed from"), Column("Highest", "right", spare=True),
    )  # fmt: skip
    rows = tuple(_line(one, many) for one in projections)
    days = f"From {day(projections[0].today.day)} to {day(projections[0].days[-1].day)}"
    return [Sheet("Order Defect Rate ahead", (days, *supposed), columns, rows)]


def _line(one: Projection, many: bool) -> tuple[str | Cell, ...]:
    out, top = one.outlook, _highest(one)
    return (
        *((one.account,) if many else ()), where(one.marketplace, one.channel), Cell(_rate(one.today), _tone(one)),
        Cell(day(out.first_missed_on) or NOT, _tone(one)), day(out.first_met_on),
        day(out.high_first_missed_on) or (NOT if out.late_learned_from else "not known"), f"{_rate(top)} {day(top.day)}",
    )  # fmt: skip


def _highest(one: Projection) -> ProjectedDay:
    return max(one.days, key=lambda row: row.rate or 0.0)  # the first of equals


def _tone(one: Projection) -> Tone:
    if one.outlook.first_missed_on:
        return "bad"
    return "warn" if one.outlook.high_first_missed_on else "good"


def _rate(row: ProjectedDay) -> str:
    return percent(row.rate, row.limit)


# --- a block -------------------------------------------------------------------------------------------------------


def _block(one: Projection, supposed: Sequence[str], many: bool, *, last: bool) -> Sheet:
    lead: list[str | Cell] = [Cell(_what_happens(one), _tone(one))]
    lead += supposed
    lead += [*_range(one), *_stands_on(one), *_pending(one)]
    lead += [
        line
        for line in (_dates("leaves", one, lambda row: row.leaves), _dates("enters", one, lambda row: row.enters))
        if line
    ]
    lead += chance(one.today.orders, one.today.interval)
    where_ = place(one.account, one.marketplace, one.channel, many=many)
    return Sheet(
        f"Order Defect Rate ahead: {where_}", tuple(lead), _COLUMNS, tuple(_weeks(one)), (NOTE,) if last else ()
    )


def _what_happens(one: Projection) -> str:
    today, out, last = one.today, one.outlook, one.days[-1]
    if today.status == "no_orders":
        return "No orders are in the window today: there is no rate yet"
    now = f"{_rate(today)} now ({today.defective_orders:,} of {today.orders:,} orders)"
    if out.first_missed_on is None:
        top = _highest(one)
        highest = "" if top is today else f"; highest {_rate(top)} on {day(top.day)}"
        return f"{now}: met up to {day(last.day)}{highest}"
    begins = "MISSED" if out.first_missed_on == today.day else f"met, but MISSED from {day(out.first_missed_on)}"
    if out.first_met_on is None:
        return f"{now}: {begins}, and not met again up to {day(last.day)}"
    return f"{now}: {begins}, met again on {day(out.first_met_on)}{_if_orders_come(one)}{_to_and_fro(out.first_met_on, out.last_missed_on)}"


def _to_and_fro(met: date, last: date | None) -> str:
    """What else is to be said where a rate near its limit does not stay on one side of it."""
    return "" if last is None or last < met else f", then missed again on some days up to {day(last)}"


def _if_orders_come(one: Projection) -> str:
    """What has to come true for the rate to be met again on a day whose window is not known yet."""
    until, met = one.outlook.known_until, one.outlook.first_met_on
    if met is None or (until is not None and met <= until):
        return ""
    return " if the orders to come are as supposed, and none of them turns defective"


def _range(one: Projection) -> Iterator[str | Cell]:
    out = one.outlook
    if out.late_learned_from is None:
        yield "How late defects come could not be learned: those that are still to come are in no figure here"
        return
    at = next((row for row in one.days[1:] if row.day == out.known_until), one.days[-1])
    learned = f"learned from {count(out.late_learned_from, 'defect')}"
    learned += "" if out.late_learned_in == "channel" else " of the whole account"
    said = f"With the defects that come late, in 8 of 10 cases: {_span(at.low, at.high, at.limit)} on {day(at.day)}"
    yield Cell(f"{said}; at the upper end {_upper_end(one)} ({learned})", _tone(one))


def _upper_end(one: Projection) -> str:
    out, last = one.outlook, day(one.days[-1].day)
    if out.high_first_missed_on is None:
        return f"met up to {last}"
    begins = "" if out.high_first_missed_on == one.today.day else f"missed from {day(out.high_first_missed_on)}, "
    if out.high_first_met_on is None:
        return f"{begins}not met again up to {last}"
    again = _to_and_fro(out.high_first_met_on, out.high_last_missed_on)
    return f"{begins}met again on {day(out.high_first_met_on)}{again}"


def _span(low: Possible | None, high: Possible | None, limit: float) -> str:
    """`0.87 to 1.24 %`."""
    if low is None or high is None:
        return ""
    ends = percent(low.rate, limit), percent(high.rate, limit)
    return ends[0] if ends[0] == ends[1] else f"{ends[0].removesuffix(' %')} to {ends[1]}"


def _stands_on(one: Projection) -> Iterator[str]:
    out = one.outlook
    last = one.days[-1].day
    if out.known_until is not None and out.known_until >= last:
        yield "Every order that matters is placed already: nothing about orders is supposed"
        return
    until = (
        f"Up to {day(out.known_until)} the window holds only orders already placed"
        if out.known_until
        else (f"Orders are known up to {day(out.known_through)}, and today's window ends later")
    )
    if out.orders_per_day is None:
        yield f"{until}; after that fewer and fewer orders are in it, since no pace is known"
        return
    pace = "your pace" if out.orders_per_day_from == "pace" else "as you say"
    yield f"{until}; after that more and more supposed ones, {out.orders_per_day:,g} a day ({pace}), none of them defective"


def _pending(one: Projection) -> Iterator[str | Cell]:
    if all(row.if_pending_lost.defective_orders == row.defective_orders for row in one.days):
        return
    today = one.today
    more = today.if_pending_lost.defective_orders - today.defective_orders
    rate = percent(today.if_pending_lost.rate, today.limit)
    said = f"Pending: {count(more, 'more defective order')} today if all of it is lost: {rate}"
    first = next((row.day for row in one.days if row.if_pending_lost.status == "missed"), None)
    if first is None:
        yield f"{said}; met up to {day(one.days[-1].day)} even so"
    else:
        yield Cell(f"{said}; missed {'today' if first == today.day else f'from {day(first)}'}", "bad")


def _dates(verb: str, one: Projection, moving: Callable[[ProjectedDay], Moving]) -> str:
    """`Leaving: 2 defective orders on 2026-12-08, 1 on 2026-12-20`."""
    found = [(row.day, moving(row).defective_orders) for row in one.days if moving(row).defective_orders]
    if not found:
        return ""
    (first, number), *more = found
    parts = [
        f"{count(number, 'defective order')} on {day(first)}",
        *(f"{n} on {day(on)}" for on, n in more[: DATES - 1]),
    ]
    rest = f" and {sum(n for _, n in more[DATES - 1 :])} later" if len(more) >= DATES else ""
    return f"{'Leaving' if verb == 'leaves' else 'Entering'} the window: {', '.join(parts)}{rest}"


# --- a row a week --------------------------------------------------------------------------------------------------

_COLUMNS = (
    Column("Day"), Column("ODR", "right"), Column("Status"), Column("8 of 10 cases", "right"),
    Column("Defective", "right", spare=True), Column("Room", "right", spare=True), Column("Known", "right", spare=True),
    Column("Out", "right", spare=True), Column("In", "right", spare=True),
)  # fmt: skip


def _weeks(one: Projection) -> Iterator[tuple[str | Cell, ...]]:
    last = len(one.days) - 1
    before = 0
    for at in [*range(0, last, WEEK), last]:
        row, since = one.days[at], one.days[before + 1 : at + 1]
        before = at
        tone: Tone = "bad" if row.status == "missed" else "plain"
        said = (Cell(_rate(row), tone), Cell(row.status.replace("_", " "), tone))
        if not row.known_orders:  # a rate of supposed orders alone would be made up
            said = (Cell("-", "dim"), Cell("supposed" if row.orders else "no orders", "dim"))
        high = row.high is not None and row.high.status == "missed"
        yield (
            day(row.day), *said, Cell(_span(row.low, row.high, row.limit), "warn" if high else "plain"),
            f"{row.defective_orders:,} of {row.orders:,}", "" if row.headroom is None else f"{row.headroom:,}",
            _share(row.known_orders, row.orders), _number(sum(day.leaves.defective_orders for day in since)),
            _number(sum(day.enters.defective_orders for day in since)),
        )  # fmt: skip


def _share(part: int, whole: int) -> str:
    """Whole percents, and neither all nor nothing unless it is."""
    if not whole:
        return ""
    return f"{part * 100 // whole if part == whole or part * 100 >= whole or not part else 1} %"


def _number(value: int) -> str:
    return f"{value:,}" if value else ""
