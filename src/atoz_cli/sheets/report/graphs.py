"""The days behind and the days ahead of each marketplace and channel in, a graph each out."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Column, Sheet
from atoz_cli.answers.page import Band, Graph, Stroke
from atoz_cli.answers.projection import ProjectedDay, Projection
from atoz_cli.answers.trend import Mark, TrendPoint
from atoz_cli.sheets.words import day, percent, place

Line = tuple[Sequence[TrendPoint], Sequence[Mark]]
Key = tuple[str | None, str | None]
MARKS = 6
NOT_SEEN = ("policy_changed", "lag_changed", "orders_begin", "orders_missing")
"""What the lines of a graph do not show by themselves."""
WEEK = 7


def graphs(lines: Sequence[Line], projections: Sequence[Projection], every: int = 1) -> list[Graph]:
    """One for each marketplace and channel that has a past or a future, in the order of the past; `every` so many weeks a row."""
    past: dict[Key, Line] = {(line[0][-1].marketplace, line[0][-1].channel): line for line in lines}
    ahead: dict[Key, Projection] = {(one.marketplace, one.channel): one for one in projections}
    return [_graph(past.get(key, ((), ())), ahead.get(key), every) for key in dict.fromkeys([*past, *ahead])]


def _graph(line: Line, projection: Projection | None, every: int) -> Graph:
    points, marks = line
    days = list(projection.days) if projection else []
    first = points[0].day if points else days[0].day
    last = days[-1].day if days else points[-1].day
    whole = (last - first).days + 1
    one: TrendPoint | ProjectedDay = points[-1] if points else days[0]
    rate, unsure, lost, limits = _empty(whole), _empty(whole), _empty(whole), _empty(whole)
    for point in points:
        at = (point.day - first).days
        (rate if point.complete else unsure)[at], limits[at] = point.rate, point.limit
        lost[at] = (
            point.if_pending_lost.rate
            if point.if_pending_lost and point.if_pending_lost.numerator > point.numerator
            else None
        )
    ahead, low, high = _empty(whole), _empty(whole), _empty(whole)
    for row in days:
        at = (row.day - first).days
        ahead[at], limits[at] = row.rate, row.limit
        low[at] = row.low.rate if row.low else None
        high[at] = row.high.rate if row.high else None
    strokes = [Stroke("ODR", "rate", tuple(rate))]
    if any(share is not None for share in unsure):
        strokes.append(Stroke("Not complete", "unsure", tuple(unsure)))
    if any(share is not None for share in lost):
        strokes.append(Stroke("If pending lost", "lost", tuple(lost)))
    if days:
        strokes.append(Stroke("Ahead, as known", "ahead", tuple(ahead)))
    band = Band("With late defects", tuple(low), tuple(high)) if any(share is not None for share in high) else None
    return Graph(
        title=place(one.account, one.marketplace, one.channel, many=False),
        says=_says(points, days),
        first=first,
        strokes=tuple(strokes),
        limits=tuple(limits),
        band=band,
        today=days[0].day if days else points[-1].day,
        marks=tuple((max(mark.day, first), mark.text) for mark in marks if mark.kind in NOT_SEEN)[-MARKS:],
        table=_table(points, days, WEEK * every),
    )


def _empty(days: int) -> list[float | None]:
    return [None] * days


def _says(points: Sequence[TrendPoint], days: Sequence[ProjectedDay]) -> str:
    """What the graph shows, in words."""
    said = []
    rated = [point for point in points if point.rate is not None and point.complete]
    if rated:
        top = max(rated, key=lambda point: point.rate or 0.0)
        said.append(
            f"{percent(rated[-1].rate, rated[-1].limit)} on {rated[-1].day}, highest {percent(top.rate, top.limit)} on {top.day}"
        )
    if days:
        out = days[0].outlook
        if out.first_missed_on is None:
            said.append(f"met up to {day(days[-1].day)} by what is known")
        elif out.first_missed_on > days[0].day:
            said.append(f"missed from {day(out.first_missed_on)}")
        elif out.first_met_on:
            said.append(f"met again on {day(out.first_met_on)}")
        else:
            said.append(f"not met again by {day(days[-1].day)}")
    return "; ".join(said) + "." if said else ""


def _table(points: Sequence[TrendPoint], days: Sequence[ProjectedDay], step: int) -> Sheet:
    """A row every so many days, back and ahead; today is among them."""
    columns = (
        Column("Day"),
        Column("ODR", "right"),
        Column("Defective", "right"),
        Column("Range with late defects", "right"),
    )
    rows = [
        (day(point.day), percent(point.rate, point.limit), f"{point.numerator:,} of {point.denominator:,}", "")
        for point in points[::-1][::step][::-1]
    ]
    rows += [
        (day(row.day), percent(row.rate, row.limit), f"{row.defective_orders:,} of {row.orders:,}", _range(row))
        for row in days[step::step]
    ]
    return Sheet("", (), columns, tuple(rows))


def _range(row: ProjectedDay) -> str:
    return f"{percent(row.low.rate, row.limit)} to {percent(row.high.rate, row.limit)}" if row.low and row.high else ""
