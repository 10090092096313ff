"""Orders by day and the windows of a span in; the runs of days out of which orders seem to be missing, out.

The rule is that of `metrics.gaps`, asked in every window of the span: a run that is not to be believed in one of them
is a hole in all, so a rate is not called complete where `odr` of that day would warn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise

from msgspec import Struct

from atoz_cli.metrics.gaps import LEAST_DAYS, implausible

DAY = timedelta(days=1)


class Hole(Struct, frozen=True):
    """Days in a row without an order, both ends included; `edge` where no order is known before, or after it."""

    from_: date
    to: date
    edge: str = ""

    def touches(self, first: date, last: date) -> bool:
        """Whether it lies in those days, or partly."""
        return self.from_ <= last and self.to >= first


def holes(placed: Mapping[date, int], windows: Sequence[tuple[date, date]]) -> list[Hole]:
    """The runs without orders that are implausible at the pace of some window (its first and last day), oldest first."""
    known = sorted(placed)
    windows = sorted({(first, last) for first, last in windows if first <= last})
    if not known or not windows:
        return []
    orders = [0, *accumulate(placed[day] for day in known)]
    first, last = min(first for first, _ in windows), max(last for _, last in windows)
    runs = _runs(known, min(first, known[0]), max(last, known[-1]))
    begins, ends = [run.from_ for run in runs], [run.to for run in runs]
    found: set[int] = set()
    for first, last in windows:
        low, high = bisect_left(known, first), bisect_right(known, last)
        if high - low < LEAST_DAYS:
            continue
        days, inside = (last - first).days + 1, orders[high] - orders[low]
        for at in range(bisect_left(ends, first), bisect_right(begins, last)):
            length = (min(ends[at], last) - max(begins[at], first)).days + 1
            if at not in found and implausible(inside / (days - length), length):
                found.add(at)
    return [runs[at] for at in sorted(found)]


def _runs(known: Sequence[date], first: date, last: date) -> list[Hole]:
    """All runs of days without an order, oldest first."""
    found = [Hole(one + DAY, other - DAY) for one, other in pairwise(known) if (other - one).days > 1]
    before = [Hole(first, known[0] - DAY, "before")] if first < known[0] else []
    after = [Hole(known[-1] + DAY, last, "after")] if known[-1] < last else []
    return [*before, *found, *after]
