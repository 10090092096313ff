"""A metric and a question in; the metric of every day of a span out, with what happened on the way.

All days are counted at once, each with what was known on it: facts dated after that day are unknown to it.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Window
from atoz_cli.answers.trend import Mark, TrendPoint
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics.asking import put_orders
from atoz_cli.metrics.evidence import only_traced
from atoz_cli.metrics.question import Question, Store
from atoz_cli.policy import Book
from atoz_cli.trend.counting import METRICS, Counted, Metric, Place
from atoz_cli.trend.days import NO_ORDERS, By, begins, days_of, last_of_each, parts
from atoz_cli.trend.series import Around, Series

__all__ = ["METRICS", "By", "Metric", "Series", "Trend", "every", "trend"]


class Trend(Struct, frozen=True):
    """The answer: series by account, marketplace and channel, what the user should know, and the question as it was asked."""

    series: tuple[Series, ...]
    notices: tuple[Notice, ...]
    question: Question


def trend(store: Store, book: Book, question: Question, metric: Metric, first: date) -> Trend:
    """The metric on each day from the first to the one asked. EmptyStore where no window has an order.

    A series begins with the first day on which an order is in its window; a later day without one is `no_orders`.
    """
    begin, notices = begins(store, book, question, (*metric.policies, metric.ruled_by), first)
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
        raise EmptyStore(*_nothing(metric))
    around = Around(store, book, whole, metric, first, windows)
    series = tuple(around.series(by_series[key]) for key in sorted(by_series, key=_rank))
    if metric.by_order:
        put_orders(store, book, question)
        told = [*told, *only_traced(store, question)]
    return Trend(series, (*notices, *told, *around.notices()), whole)


def _nothing(metric: Metric) -> tuple[str, str]:
    if metric.by_order:
        return NO_ORDERS
    hint = f"`atoz health --metric {metric.name}` says which file tells of them"
    return f"nothing is known of {metric.denominator}s in any window of these days", hint


def _rank(key: tuple[str, str | None, str | None]) -> tuple[str, str, bool, str]:
    """By account and marketplace, mfn before afn, what is not known last."""
    account, marketplace, channel = key
    return account, marketplace or "~", channel != "mfn", channel or "~"


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
