"""A chart and a width flow in, its lines for a terminal flow out. plotext sets the dots; it is imported when one is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from atoz_cli.answers import Chart, Dot

HEIGHT, LOW = 15, 12
"""Lines of a chart, and of one on a narrow terminal."""
NARROW = 70
LABEL = 14
"""Cells for each day below the chart."""
ROOM = 0.15
"""So much of the height stays free above the highest value, for the marks."""
ZOOM = 0.5
"""Shares that are all above this are not drawn from zero."""
LINE, UNSURE, LIMIT, MARK = "cyan", "gray", "red", "yellow"


def draw(chart: Chart, width: int, colour: bool) -> list[str]:
    """Lines of at most `width` cells; nothing where no day has a share."""
    shares = [dot.share for dot in chart.dots if dot.share is not None]
    if not shares:
        return []
    import plotext as plot

    days = [dot.day for dot in chart.dots]
    low, high = _heights(shares, [limit for _, limit in chart.limits])
    plot.clear_figure()
    plot.limit_size(False, False)
    plot.theme("clear")
    plot.plot_size(width, LOW if width < NARROW else HEIGHT)
    plot.ylim(low, high)
    plot.xlim(0, max(1, (days[-1] - days[0]).days))
    for start, end, limit in _steps(chart, days):
        plot.plot([(start - days[0]).days, (end - days[0]).days], [limit, limit], marker="─", color=LIMIT)
    for sure, xs, ys in _strokes(chart.dots, days[0]):
        plot.plot(xs, ys, marker="braille" if sure else "·", color=LINE if sure else UNSURE)
    for day, letter in chart.marks:
        plot.text(letter, (day - days[0]).days, high, color=MARK, alignment="center")
    heights = _ticks(low, high, shares, chart.limits)
    plot.yticks(heights, [_percent(height) for height in heights])
    below = _days_below(days, width)
    plot.xticks([(day - days[0]).days for day in below], [_label(day, days[0]) for day in below])
    text = plot.build()
    lines = (text if colour else plot.uncolorize(text)).split("\n")
    plot.clear_figure()
    return [line.rstrip() for line in lines if line.strip()]


def _heights(shares: Sequence[float], limits: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest share that is drawn."""
    every = [*shares, *limits]
    least, most = min(every), max(every)
    low = 0.0 if least < ZOOM else max(0.0, least - ROOM * (most - least or 0.01))
    return low, most + ROOM * (most - low or 0.01)


def _steps(chart: Chart, days: Sequence[date]) -> Iterator[tuple[date, date, float]]:
    """From when to when each limit is drawn."""
    ends = [day for day, _ in chart.limits[1:]] + [days[-1]]
    for (start, limit), end in zip(chart.limits, ends, strict=False):
        yield max(start, days[0]), end, limit


def _strokes(dots: Sequence[Dot], first: date) -> Iterator[tuple[bool, list[int], list[float]]]:
    """Days in a row that have a share and are as sure as each other; a stroke begins where the last one ended."""
    joint: list[tuple[int, float]] = []
    for (there, sure), some in groupby(dots, lambda dot: (dot.share is not None, dot.sure)):
        points = [((dot.day - first).days, dot.share) for dot in some if dot.share is not None]
        if there:
            together = [*(joint if sure else []), *points]
            yield sure, [x for x, _ in together], [y for _, y in together]
        joint = points[-1:]


def _ticks(low: float, high: float, shares: Sequence[float], limits: Sequence[tuple[date, float]]) -> list[float]:
    """Heights that are named: the limits, both ends, and the highest share; none too near to another."""
    apart, found = (high - low) / 8, list[float]()
    for height in (*(limit for _, limit in limits), low, max(shares), (low + max(shares)) / 2):
        if all(abs(height - other) > apart for other in found):
            found.append(height)
    return sorted(found)


def _days_below(days: Sequence[date], width: int) -> list[date]:
    """As many days, evenly, as have room for their names."""
    many = max(2, min(len(days), width // LABEL))
    if len(days) == 1:
        return [days[0]]
    return [days[round(number * (len(days) - 1) / (many - 1))] for number in range(many)]


def _label(day: date, first: date) -> str:
    return day.isoformat() if day == first else day.strftime("%m-%d")


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"
