"""The days on which orders were placed in; how far they are known, the pace of orders and the orders of days to come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from atoz_cli.answers.doctor import Gap
from atoz_cli.metrics import Question, Span
from atoz_cli.metrics.gaps import empty_runs, last_whole_day, there_and_then
from atoz_cli.project.scenario import Place, Placed, Scenario

WEEKS = 8
WEEK = 7
DAY = timedelta(days=1)


class Pace(Struct, frozen=True):
    """Orders a day, Monday first, on average of so many weeks; of none where they are as the user says."""

    means: tuple[Fraction, ...]
    weeks: int

    @property
    def per_day(self) -> float:
        """On average over a week."""
        return round(float(sum(self.means) / WEEK), 2)


class Basis(Struct, frozen=True):
    """What the days to come stand on: until when orders are known, and how many a day come in."""

    today: date
    """the last day that has begun: what is supposed begins the day after"""
    whole: date
    """the last day that is over"""
    through: dict[tuple[str, str], date]
    """account and marketplace to the last day of which orders are known"""
    gaps: list[Gap]
    paces: dict[Place, Pace | None]
    """of each place with orders in a window or on the way into it; None where too few weeks are known"""


def basis(question: Question, scenario: Scenario, placed: Placed, spans: Sequence[Span]) -> Basis:
    """Of the windows of the first day the orders, counted by day."""
    whole, today = last_whole_day(question), max(question.day, there_and_then(question).date())
    through: dict[tuple[str, str], date] = {}
    gaps: list[Gap] = []
    paces: dict[Place, Pace | None] = {}
    for span in spans:
        if span.day != question.day:
            continue
        here = {place: days for place, days in placed.items() if place[:2] == (span.account, span.marketplace)}
        together = Counter[date]()
        for days in here.values():
            together.update(days)
        known, missing = known_through(span, together, whole)
        through[span.account, span.marketplace] = known
        gaps += missing
        for place, days in here.items():
            if max(days) < span.starts_on:
                continue
            paces[place] = pace(days, min(together), known)
            if scenario.orders_per_day is not None:
                paces[place] = Pace((scenario.orders_per_day,) * WEEK, 0)
    return Basis(today, whole, through, gaps, paces)


def known_through(span: Span, placed: Mapping[date, int], whole: date) -> tuple[date, list[Gap]]:
    """The last day of which orders are known, and the days since the window's start out of which they seem to be missing.

    It is `whole`, the last day that was over, unless all the days up to it are implausibly without an order.
    """
    runs = list(empty_runs(placed, span.starts_on, whole)) if span.starts_on <= whole else []
    gaps = [Gap(span.account, span.marketplace or None, begin, begin + (days - 1) * DAY, days) for begin, days in runs]
    return (gaps[-1].from_ - DAY if gaps and gaps[-1].to == whole else whole), gaps


def pace(placed: Mapping[date, int], since: date, through: date) -> Pace | None:
    """The mean of each weekday over the last 8 full weeks up to `through`, or as many as there are since `since`."""
    weeks = min(WEEKS, ((through - since).days + 1) // WEEK)
    if weeks < 1:
        return None
    first = through - timedelta(days=weeks * WEEK - 1)
    sums = [0] * WEEK
    for day, orders in placed.items():
        if first <= day <= through:
            sums[day.weekday()] += orders
    return Pace(tuple(Fraction(orders, weeks) for orders in sums), weeks)


def planned(found: Basis, last: date) -> Placed:
    """The orders of each day to come, at their pace."""
    return {
        place: whole_orders(own.means, found.today + DAY, last)
        for place, own in found.paces.items()
        if own is not None and any(own.means)
    }


def whole_orders(means: Sequence[Fraction], first: date, last: date) -> dict[date, int]:
    """Whole orders of each day: what a day leaves over is carried to the next, so that the sum never runs ahead."""
    days, carried = {}, Fraction(0)
    for ahead in range((last - first).days + 1):
        day = first + ahead * DAY
        carried += means[day.weekday()]
        days[day] = int(carried)
        carried -= days[day]
    return days
