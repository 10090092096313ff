"""A metric and a question in; the metric of every day of a span out, with what happened on the way.

All days are counted at once, each with what was known on it: facts dated after that day are unknown to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import cache

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Window
from atoz_cli.answers.trend import Mark, PointLost, TrendPoint
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics.arithmetic import rate, wilson
from atoz_cli.metrics.question import Question, Store
from atoz_cli.policy import Book
from atoz_cli.trend.counting import METRICS, Counted, Limit, Metric, Place, limit_of
from atoz_cli.trend.days import DAY, By, begins, days_of, last_of_each, parts
from atoz_cli.trend.holes import Hole, holes
from atoz_cli.trend.marks import begin_mark, crossing_marks, hole_marks, lag_marks, missing, policy_marks

__all__ = ["METRICS", "By", "Metric", "Series", "Trend", "every", "trend"]

NO_ORDERS = ("no orders in any window of these days", "import All Orders, or look at --as-of, --days and the filters")
PLACED = "SELECT account, marketplace, channel, placed_on, orders FROM placed_days ORDER BY ALL"


@dataclass(frozen=True)
class Series:
    """The points of one account, marketplace and channel, a day each, and all that happened on the way."""

    points: tuple[TrendPoint, ...]
    marks: tuple[Mark, ...]
    limit: Limit | None
    """of the last day"""


@dataclass(frozen=True)
class Trend:
    """The answer: series by account, marketplace and channel, what the user should know, and the question as it was asked."""

    series: tuple[Series, ...]
    notices: tuple[Notice, ...]
    question: Question


def trend(store: Store, book: Book, question: Question, metric: Metric, first: date) -> Trend:
    """The metric on each day from the first to the one asked. EmptyStore where no window has an order.

    A series begins with the first day on which an order is in its window; a later day without one is `no_orders`.
    """
    begin, notices = begins(store, book, question, (*metric.policies, metric.name), first)
    whole = replace(question, channel=None, days=days_of(question, begin))  # gaps are told by all channels together
    counted: list[Counted] = []
    windows: dict[tuple[date, Place], Window] = {}
    told: list[Notice] = []
    for part in parts(book, whole):
        found = metric.count(store, book, part, metric.name)
        counted += found.counted
        windows |= found.windows
        told = found.notices
    by_series: dict[tuple[str, str | None, str | None], dict[date, Counted]] = {}
    for one in counted:
        if question.channel in (None, one.channel):
            by_series.setdefault((one.account, one.marketplace, one.channel), {})[one.day] = one
    if not by_series:
        raise EmptyStore(*NO_ORDERS)
    days = [asked.day for asked in whole.days]
    around = _Around(store, book, whole, metric, first, days, windows)
    series = tuple(around.series(*by_series[key].values()) for key in sorted(by_series, key=_rank))
    return Trend(series, (*notices, *told, *around.notices()), whole)


def _rank(key: tuple[str, str | None, str | None]) -> tuple[str, str, bool, str]:
    """By account and marketplace, mfn before afn, what is not known last."""
    account, marketplace, channel = key
    return account, marketplace or "~", channel != "mfn", channel or "~"


class _Around:
    """What the series of a trend share: days, windows, limits, and the orders of each account and marketplace."""

    def __init__(
        self, store: Store, book: Book, question: Question, metric: Metric, first: date, days: Sequence[date],
        windows: Mapping[tuple[date, Place], Window],
    ) -> None:  # fmt: skip
        self.book, self.question, self.metric, self.first, self.days, self.windows = (
            book, question, metric, first, days, windows,
        )  # fmt: skip
        self.placed: dict[Place, Counter[date]] = defaultdict(Counter)
        self.oldest: dict[tuple[str, str | None, str | None], date] = {}
        for account, marketplace, channel, day, orders in store.ask(PLACED):
            self.placed[account, marketplace or None][day] += int(orders)
            self.oldest.setdefault((account, marketplace or None, channel or None), day)
        self.spans: dict[Place, list[tuple[date, date]]] = defaultdict(list)
        for (day, place), window in windows.items():
            self.spans[place].append((window.from_, self._over(day, window)))
        self.holes = cache(self._holes)
        self.limit = cache(self._limit)

    def series(self, *counted: Counted) -> Series:
        """The points and marks of one account, marketplace and channel."""
        by_day, one = {here.day: here for here in counted}, counted[0]
        place, begin = (one.account, one.marketplace), min(by_day)
        days = [day for day in self.days if day >= begin]
        found = self.holes(place)
        points = [self._point(by_day.get(day), one, day, found) for day in days]
        limits = {day: self.limit(day, one.marketplace) for day in days}
        seen = [(day, window) for day in days if (window := self.windows.get((day, place)))]
        marks = [
            *policy_marks(self.book, self.question, self.metric, one.marketplace, days),
            *lag_marks(seen),
            *begin_mark(found, points, self.oldest[(*place, one.channel)], self.first),
            *hole_marks(found, points),
            *crossing_marks(points, by_day, limits),
        ]
        marks.sort(key=lambda mark: mark.day)
        return Series(_marked(points, marks), tuple(marks), limits[days[-1]])

    def _point(self, here: Counted | None, like: Counted, day: date, found: Sequence[Hole]) -> TrendPoint:
        numerator, denominator = (here.numerator, here.denominator) if here else (0, 0)
        limit, window = self.limit(day, like.marketplace), self.windows.get((day, (like.account, like.marketplace)))
        lost = here.lost if here and denominator else None
        return TrendPoint(
            day=day,
            account=like.account,
            marketplace=like.marketplace,
            channel=like.channel,
            metric=self.metric.name,
            numerator=numerator,
            denominator=denominator,
            rate=rate(numerator, denominator),
            limit=float(limit.value) if limit else None,
            status="no_orders" if not denominator else limit.status(numerator, denominator) if limit else None,
            interval=wilson(numerator, denominator),
            window=window,
            if_pending_lost=None
            if lost is None
            else PointLost(lost, rate(lost, denominator), limit.status(lost, denominator) if limit else None),
            incoming=here.incoming if here else None,
            complete=not window or not any(hole.touches(window.from_, self._over(day, window)) for hole in found),
        )

    def _over(self, day: date, window: Window) -> date:
        """The end of the window; on the day asked its last day that was over when it was asked."""
        if day < self.question.day or window.to < day - DAY:
            return window.to
        there = self.question.as_of.astimezone(self.question.zone())
        return min(window.to, there.date() if there.time() == time.max else there.date() - DAY)

    def _holes(self, place: Place) -> list[Hole]:
        return holes(self.placed[place], self.spans[place])

    def _limit(self, day: date, marketplace: str | None) -> Limit | None:
        return limit_of(self.book, self.metric.name, day, marketplace)

    def notices(self) -> list[Notice]:
        """A warning for each account and marketplace of which orders are missing on the way."""
        many = len({account for account, _ in self.placed}) > 1
        found = []
        for account, marketplace in sorted(self.placed, key=lambda place: (place[0], place[1] or "~")):
            place = account, marketplace
            now = self.windows.get((self.question.day, place))
            here = [
                hole for hole in self.holes(place) if hole.edge != "before" or (now and hole.touches(now.from_, now.to))
            ]
            if here:
                where = ", ".join([account] * many + [marketplace or "marketplace unknown"])
                told = "; ".join(missing(hole) for hole in here[:6]) + (
                    f" and {len(here) - 6} more" if here[6:] else ""
                )
                said = f"{where}: {told}; the rates over them are not complete: download All Orders for them"
                found.append(Notice("orders_missing", said))
        return found


def _marked(points: Sequence[TrendPoint], marks: Sequence[Mark]) -> tuple[TrendPoint, ...]:
    """Each mark on the point of its day, or on the first one after it."""
    by_day: dict[date, list[Mark]] = {}
    for mark in marks:
        by_day.setdefault(max(mark.day, points[0].day), []).append(mark)
    return tuple(replace(one, marks=tuple(by_day[one.day])) if one.day in by_day else one for one in points)


def every(series: Series, by: By) -> tuple[TrendPoint, ...]:
    """A point for each day, week or month: that of its last day, with the marks of all of its days."""
    if by == "day":
        return series.points
    last = last_of_each([one.day for one in series.points], by)
    kept, marks = [], list[Mark]()
    for one in series.points:
        marks += one.marks
        if one.day in last:
            kept.append(replace(one, marks=tuple(marks)))
            marks = []
    return tuple(kept)
