"""A trend as people read it: the rate of the last day, a chart or its line, what happened on the way, and the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby

from msgspec.structs import replace

from atoz_cli.answers import Cell, Chart, Column, Dot, Sheet, Tone
from atoz_cli.answers.trend import Mark, TrendPoint, TrendTest
from atoz_cli.sheets.change import Named, verdict
from atoz_cli.sheets.words import chance, count, day, percent, place, plural, several, where

CHARTS = 5
"""So many are drawn, the worst first; the others have a line each."""
OTHERS = 50
LINES = 31
"""A table of more days shows weeks, of more weeks months: it is to be read."""
MARKS = 12
BARS, GAP, WIDTH = "▁▂▃▄▅▆▇█", "·", 60
KINDS = {
    "policy_changed": "policy", "lag_changed": "lag", "orders_begin": "first orders", "orders_missing": "orders missing",
    "missed": "missed", "met": "met again",
}  # fmt: skip

Line = tuple[Sequence[TrendPoint], Sequence[Mark], bool]
"""The points of one account, marketplace and channel, all that happened on the way, and whether met is above the limit."""


def trend(lines: Sequence[Line], tests: Sequence[TrendTest], named: Named, by: str | None) -> list[Sheet]:
    """`atoz trend`: a chart each for the worst, and a line each for the others."""
    many = several(one[0][0].account for one in lines)
    by_place = {_place(one): one for one in tests}
    ranked = sorted(lines, key=_worst)
    shown = [_sheet(one, by_place.get(_place(one[0][-1])), named, by, many) for one in ranked[:CHARTS]]
    shown[-1] = replace(shown[-1], notes=(*shown[-1].notes, *_said_once(ranked[:CHARTS], by)))
    return [*shown, _others(ranked[CHARTS:], named, many)] if ranked[CHARTS:] else shown


def _place(one: TrendPoint | TrendTest) -> tuple[str, str | None, str | None]:
    return one.account, one.marketplace, one.channel


def _worst(line: Line) -> tuple[int, float, int]:
    """Missed first, then the nearest to its limit (or the highest); without orders last."""
    last, above = line[0][-1], line[2]
    rate = -1.0 if last.rate is None else last.rate
    return (
        ("missed", "unknown", "no_data", "met", None, "no_orders").index(last.status),
        rate if above else -rate,
        -last.denominator,
    )


def _sheet(line: Line, test: TrendTest | None, named: Named, by: str | None, many: bool) -> Sheet:
    points, marks, above = line
    last = points[-1]
    lettered = [(mark, letter) for mark, letter in zip(marks[-MARKS:], "abcdefghijkl", strict=False)]
    lead: list[str | Cell] = [_now(last, above), _made_of(last, named), _range(points, by or "day")]
    lead += [verdict(test, named)] if test else []
    lead += chance(last.denominator, last.interval, f"{named[2]}s")
    notes = [f"{letter}  {mark.day}  {mark.text}" for mark, letter in lettered]
    if len(marks) > MARKS:
        notes.insert(0, f"and {len(marks) - MARKS} earlier ones (--json has all)")
    rows = tuple(_row(one) for one in _kept(points, by)[0])
    title = f"{named[0]}: {_where(last, named, many)}"
    return Sheet(title, tuple(lead), _COLUMNS, rows, tuple(notes), _chart(points, lettered))


def _where(last: TrendPoint, named: Named, many: bool) -> str:
    """What is not told by channel, such as messages, has none."""
    whole = place(last.account, last.marketplace, last.channel, many=many)
    return whole if last.channel or named[2] == "order" else whole.rpartition(", ")[0]


_COLUMNS = (
    Column("Day"),
    Column("Rate", "right"),
    Column("Status"),
    Column("Counted", "right"),
    Column("On the way", whole=False),
)


def _row(one: TrendPoint) -> tuple[str | Cell, ...]:
    happened = ", ".join(dict.fromkeys(KINDS[mark.kind] for mark in one.marks))
    rate = _rate(one) + ("" if one.complete or one.rate is None else " ?")
    status = (one.status or "").replace("_", " ")
    return (
        day(one.day), Cell(rate, _tone(one)), Cell(status, _tone(one)), f"{one.numerator:,} of {one.denominator:,}", happened,
    )  # fmt: skip


def _rate(one: TrendPoint) -> str:
    """Of what is in doubt both ends."""
    most = one.if_pending_lost.rate if one.status == "unknown" and one.if_pending_lost else None
    shown = percent(one.rate, one.limit)
    return shown if most is None else f"{shown.removesuffix(' %')} … {percent(most, one.limit)}"


def _tone(one: TrendPoint) -> Tone:
    tones: dict[str | None, Tone] = {
        "missed": "bad",
        "met": "good",
        "no_orders": "dim",
        "unknown": "warn",
        "no_data": "warn",
    }
    return tones.get(one.status, "plain")


def _now(last: TrendPoint, above: bool) -> Cell:
    if last.status == "no_orders":
        return Cell(f"No orders in the window on {last.day}", "dim")
    if last.status == "no_data":
        return Cell(f"Nothing is known that could tell on {last.day}: `atoz health` says which file would", "warn")
    met = {"met": "  met", "missed": "  MISSED", "unknown": "  not known"}.get(last.status or "", "")
    target = "" if last.limit is None else f"  (target: {'above' if above else 'below'} {percent(last.limit)})"
    return Cell(f"{_rate(last)}{met}{target} on {last.day}", _tone(last))


def _made_of(last: TrendPoint, named: Named) -> str:
    window = last.window
    word = " placed" if named[2] == "order" else ","
    over = f"{word} {day(window.from_)} to {day(window.to)} ({window.days} days)" if window else ""
    return f"{count(last.numerator, named[1], plural(named[1]))} of {count(last.denominator, named[2])}{over}"


def _range(points: Sequence[TrendPoint], word: str) -> str:
    """From when to when, the highest and the lowest, and how many days (or weeks, or months) were missed."""
    rated = [one for one in points if one.rate is not None]
    if not rated:
        return ""
    whole = [one for one in rated if one.complete]
    since = f"Since {rated[0].day}"
    if whole and len(whole) < len(rated):
        rated, since = whole, f"Of the {count(len(whole), 'complete ' + word)} since {whole[0].day}"
    high, low = max(rated, key=lambda one: one.rate or 0), min(rated, key=lambda one: one.rate or 0)
    missed = sum(one.status == "missed" for one in rated)
    told = f"; missed on {missed:,} of {count(len(rated), word)}" if high.limit is not None else ""
    return (
        f"{since}: highest {percent(high.rate, high.limit)} on {high.day}, "
        f"lowest {percent(low.rate, low.limit)} on {low.day}{told}"
    )


def _kept(points: Sequence[TrendPoint], by: str | None) -> tuple[Sequence[TrendPoint], str]:
    """The rows of the table, and what each stands for: what was asked for, else as much as can be read."""
    if by is not None or len(points) <= LINES:
        return points, by or "day"
    weeks = _together(points, _week)
    return (weeks, "week") if len(weeks) <= LINES else (_together(points, _month), "month")


def _together(points: Sequence[TrendPoint], name: Callable[[date], object]) -> list[TrendPoint]:
    """The last of the days that have a name in common, with what happened on all of them."""
    found = []
    for _, some in groupby(points, lambda one: name(one.day)):
        days = list(some)
        found.append(replace(days[-1], marks=tuple(mark for one in days for mark in one.marks)))
    return found


def _week(one: date) -> tuple[int, int]:
    return one.isocalendar()[:2]


def _month(one: date) -> tuple[int, int]:
    return one.year, one.month


def _said_once(lines: Sequence[Line], by: str | None) -> list[str]:
    """What is said below the last chart for all of them."""
    longest = max((one[0] for one in lines), key=len)
    _, word = _kept(longest, by)
    said = [f"Each day is answered with what was known on it.{_by_last_day(word, by, longest[-1])}"]
    if any(not point.complete for points, _, _ in lines for point in points):
        said.append(
            "Dotted in a chart, or ? in a table: the files do not tell all of the window, so the rate is not complete."
        )
    return said


def _by_last_day(word: str, by: str | None, last: TrendPoint) -> str:
    if word == "day":
        return ""
    more = "" if by else "; --by day shows every day, --format csv and --json have them all"
    return f" A table shows each {word} by its last day, the newest by {last.day}{more}."


def _chart(points: Sequence[TrendPoint], lettered: Sequence[tuple[Mark, str]]) -> Chart:
    dots = tuple(Dot(one.day, one.rate, one.complete) for one in points)
    limits = [(one.day, one.limit) for one in points if one.limit is not None]
    steps = [step for at, step in enumerate(limits) if at == 0 or limits[at - 1][1] != step[1]]
    first = points[0].day
    marks = tuple((max(mark.day, first), letter) for mark, letter in lettered)
    return Chart(dots, tuple(steps), marks, _line(points))


def _line(points: Sequence[TrendPoint]) -> str:
    rated = [one.rate for one in points if one.rate is not None]
    if not rated:
        return ""
    least, most = _scale(points)
    return f"{points[0].day} {spark(points)} {points[-1].day}  ({percent(least)} to {percent(most)})"


def _scale(points: Sequence[TrendPoint]) -> tuple[float, float]:
    """What the lowest and the highest bar stand for: from nothing to the highest rate or limit; of high rates from the lowest."""
    every = [one for point in points for one in (point.rate, point.limit) if one is not None]
    return (0.0 if min(every) < 0.5 else min(every)), max(every)


def spark(points: Sequence[TrendPoint], width: int = WIDTH) -> str:
    """The rates as a line of bars: of days that share one the last that has a rate; a dot where none has."""
    if not any(one.rate is not None for one in points):
        return GAP
    (least, most), bars = _scale(points), []
    many = min(width, len(points))
    for number in range(many):
        some = points[number * len(points) // many : (number + 1) * len(points) // many]
        rate = next((one.rate for one in reversed(some) if one.rate is not None), None)
        level = 0 if rate is None or most == least else round((rate - least) / (most - least) * (len(BARS) - 1))
        bars.append(GAP if rate is None else BARS[level])
    return "".join(bars)


def _others(lines: Sequence[Line], named: Named, many: bool) -> Sheet:
    """Those that have no chart, a line each."""
    columns = (
        *((Column("Account"),) if many else ()), Column("Where"), Column("Rate", "right"), Column("Status"),
        Column("Counted", "right"), Column("Trend"),
    )  # fmt: skip
    rows = tuple(
        (
            *((points[-1].account,) if many else ()),
            where(points[-1].marketplace, points[-1].channel),
            *_row(points[-1])[1:4],
            spark(points, 20),
        )
        for points, _, _ in lines[:OTHERS]
    )
    more = len(lines) - OTHERS
    notes = ("--account, --marketplace and --channel narrow; --format csv and --json have every day of all.",)
    return Sheet(
        f"{named[0]}: the others",
        (f"{count(len(lines), 'more line')}, the worst first" + (f"; {more:,} of them not shown" if more > 0 else ""),),
        columns,
        rows,
        notes,
    )
