"""What was counted of each day in; the points of each account, marketplace and channel with their marks out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, time
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Window
from atoz_cli.answers.trend import Mark, PointLost, PointStatus, TrendPoint
from atoz_cli.metrics.arithmetic import rate, wilson
from atoz_cli.metrics.gaps import SHOWN
from atoz_cli.metrics.question import Question, Store
from atoz_cli.policy import Book
from atoz_cli.trend.counting import Counted, Limit, Metric, Place, limit_of
from atoz_cli.trend.holes import DAY, Hole, holes
from atoz_cli.trend.marks import begin_mark, crossing_marks, hole_marks, lag_marks, missing, policy_marks

IN_DOUBT = ("unknown", "no_data")
PLACED = "SELECT account, marketplace, channel, placed_on, orders FROM placed_days ORDER BY ALL"


class Series(Struct, frozen=True):
    """The points of one account, marketplace and channel, a day each, and all that happened on the way."""

    points: tuple[TrendPoint, ...]
    marks: tuple[Mark, ...]
    limit: Limit | None
    """of the last day"""


class Around:
    """What the series of a trend share: days, windows, limits, and the orders of each account and marketplace."""

    def __init__(
        self, store: Store, book: Book, question: Question, metric: Metric, first: date,
        windows: Mapping[tuple[date, Place], Window],
    ) -> None:  # fmt: skip
        self.book, self.question, self.metric, self.first, self.windows = book, question, metric, first, windows
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

    def series(self, by_day: Mapping[date, Counted]) -> Series:
        """The points and marks of one account, marketplace and channel, from the first day on which it has orders."""
        begin = min(by_day)
        one, days = by_day[begin], [asked.day for asked in self.question.asked if asked.day >= begin]
        place = one.account, one.marketplace
        found = self.holes(place)
        if not self.metric.by_order and one.channel is None:  # messages: no orders are looked at
            found = []
        points = [self._point(by_day.get(day), one, day, found) for day in days]
        limits = {day: self.limit(day, one.marketplace) for day in days}
        seen = [(day, window) for day in days if (window := self.windows.get((day, place)))]
        marks = [
            *policy_marks(self.book, self.question, self.metric, one.marketplace, days),
            *lag_marks(seen),
            *self._begin(found, points, (*place, one.channel)),
            *hole_marks(found, points),
            *crossing_marks(points, by_day, limits),
        ]
        marks.sort(key=lambda mark: mark.day)
        return Series(_marked(points, marks), tuple(marks), limits[days[-1]])

    def _point(self, here: Counted | None, like: Counted, day: date, found: Sequence[Hole]) -> TrendPoint:
        numerator, denominator = (here.numerator, here.denominator) if here else (0, 0)
        limit, window = self.limit(day, like.marketplace), self.windows.get((day, (like.account, like.marketplace)))
        lost = here.lost if here and denominator else None
        known = here is None or here.status != "no_data"
        return TrendPoint(
            day=day,
            account=like.account,
            marketplace=like.marketplace,
            channel=like.channel,
            metric=self.metric.name,
            numerator=numerator,
            denominator=denominator,
            rate=rate(numerator, denominator) if known else None,
            limit=float(limit.value) if limit else None,
            status=self._status(here, limit),
            interval=wilson(numerator, denominator) if known else None,
            window=window,
            if_pending_lost=None
            if lost is None
            else PointLost(lost, rate(lost, denominator), limit.status(lost, denominator) if limit else None),
            incoming=here.incoming if here else None,
            complete=(here is None or here.status not in IN_DOUBT)
            and (not window or not any(hole.touches(window.from_, self._over(day, window)) for hole in found)),
        )

    def _status(self, here: Counted | None, limit: Limit | None) -> PointStatus | None:
        if here is None or not here.denominator:
            return "no_orders"
        if not self.metric.by_order:
            return here.status
        return limit.status(here.numerator, here.denominator) if limit else None

    def _begin(
        self, found: Sequence[Hole], points: Sequence[TrendPoint], key: tuple[str, str | None, str | None]
    ) -> list[Mark]:
        """Of the channel, or of all of them together."""
        days = [
            day
            for (account, place, channel), day in self.oldest.items()
            if (account, place) == key[:2] and key[2] in (None, channel)
        ]
        return list(begin_mark(found, points, min(days), self.first)) if days else []

    def _over(self, day: date, window: Window) -> date:
        """The end of the window; on the day asked its last day that was over when it was asked."""
        if day < self.question.day or window.to < day - DAY:
            return window.to
        there = self.question.as_of.astimezone(self.question.zone())
        return min(window.to, there.date() if there.time() == time.max else there.date() - DAY)

    def _holes(self, place: Place) -> list[Hole]:
        return holes(self.placed[place], self.spans[place])

    def _limit(self, day: date, marketplace: str | None) -> Limit | None:
        return limit_of(self.book, self.metric, day, marketplace)

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
                told = "; ".join(missing(hole) for hole in here[:SHOWN])
                told += f" and {len(here) - SHOWN} more" if here[SHOWN:] else ""
                said = f"{where}: {told}; the rates over them are not complete: download All Orders for them"
                found.append(Notice("orders_missing", said))
        return found


def _marked(points: Sequence[TrendPoint], marks: Sequence[Mark]) -> tuple[TrendPoint, ...]:
    """Each mark on the point of its day, or on the first one after it."""
    by_day: dict[date, list[Mark]] = {}
    for mark in marks:
        by_day.setdefault(max(mark.day, points[0].day), []).append(mark)
    return tuple(replace(one, marks=tuple(by_day[one.day])) if one.day in by_day else one for one in points)
