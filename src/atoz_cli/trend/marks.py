"""The points of one account, marketplace and channel in; what happened on the way, each with its day and words, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from atoz_cli.answers.rates import Window
from atoz_cli.answers.trend import Mark, TrendPoint
from atoz_cli.metrics.question import Question
from atoz_cli.policy import Book
from atoz_cli.trend.counting import Counted, Limit, Metric
from atoz_cli.trend.holes import DAY, Hole

SHOWN = 3
"""Of more values than this that change on a day only the names are said."""
OF_THE_WINDOW = ("window_days", "lag_days", "cancelled_orders")
"""What the policy `odr` says of every metric over its orders; the rest is about the ODR itself."""
RUNS = {"report": "as Amazon's performance report shows", "policy": "by the policy", "option": "as you asked"}


def policy_marks(
    book: Book, question: Question, metric: Metric, marketplace: str | None, days: Sequence[date]
) -> Iterator[Mark]:
    """Where the policies changed in that marketplace, after the first day of the span."""
    given = {
        "window_days": question.window_days, "lag_days": question.lag_days,
        "cancelled_orders": question.leave_out_cancelled,
    }  # fmt: skip
    for name in metric.policies:
        for day, keys in book.history(name, marketplace)[1:]:
            told = [key for key in keys if name != "odr" or given.get(key) is None]
            if name == "odr" and metric.name != "odr":
                told = [key for key in told if key in OF_THE_WINDOW]
            if told and days[0] < day <= days[-1]:
                yield Mark(day, "policy_changed", f"the policy changed: {_changes(book, name, marketplace, day, told)}")


def _changes(book: Book, name: str, marketplace: str | None, day: date, keys: Sequence[str]) -> str:
    now, before = book.at(name, day, marketplace), book.at(name, day - DAY, marketplace)
    if len(keys) > SHOWN:
        return f"{len(keys)} values of {name} (see atoz rules {name})"
    said = "; ".join(f"{name}.{key} {_value(before.get(key))} → {_value(now.get(key))}" for key in keys)
    return said + (" (your policy file)" if any(now.line(key).yours for key in keys) else "")


def _value(value: object) -> str:
    if value is None:
        return "(none)"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def lag_marks(windows: Sequence[tuple[date, Window]]) -> Iterator[Mark]:
    """Where the end of the window moved, mostly since a performance report taught another lag."""
    for (_, before), (day, now) in pairwise(windows):
        if before.lag_days != now.lag_days:
            yield Mark(
                day,
                "lag_changed",
                f"the window ends {now.lag_days} days back from here on, {RUNS[now.lag_source]}; before "
                f"{before.lag_days}, {RUNS[before.lag_source]}",
            )


def hole_marks(holes: Sequence[Hole], points: Sequence[TrendPoint]) -> Iterator[Mark]:
    """Where a window first touches days without their orders; what only begins late is told by `begin_mark`."""
    for hole in holes:
        touched = [one.day for one in points if one.window and hole.touches(*_ends(one.window))]
        if not touched or hole.edge == "before":
            continue
        yield Mark(
            touched[0],
            "orders_missing",
            f"{missing(hole)}: the rates of {_span(touched[0], touched[-1])} are not complete",
        )


def missing(hole: Hole) -> str:
    """`orders of 2026-10-04 … 06 seem to be missing`."""
    if hole.edge == "before":
        return f"no order placed before {hole.to + DAY} is known"
    if hole.edge == "after":
        return f"no order placed after {hole.from_ - DAY} is known"
    return f"orders of {_span(hole.from_, hole.to)} seem to be missing"


def _span(first: date, last: date) -> str:
    """`2026-10-04 … 06`: of the last day only what differs."""
    if first == last:
        return first.isoformat()
    shared = 0 if first.year != last.year else 5 if first.month != last.month else 8
    return f"{first} … {last.isoformat()[shared:]}"


def begin_mark(holes: Sequence[Hole], points: Sequence[TrendPoint], oldest: date, asked: date) -> Iterator[Mark]:
    """On the first day, where it is later than the one asked for, or where windows go back to before there are orders."""
    before = [hole for hole in holes if hole.edge == "before"]
    short = [one.day for one in points if one.window and any(hole.touches(*_ends(one.window)) for hole in before)]
    if short or points[0].day > asked:
        part = f": until {short[-1]} windows begin before it, and their rates are not complete" if short else ""
        yield Mark(points[0].day, "orders_begin", f"the oldest order known was placed on {oldest}{part}")


def _ends(window: Window) -> tuple[date, date]:
    return window.from_, window.to


def crossing_marks(
    points: Sequence[TrendPoint], counted: Mapping[date, Counted], limits: Mapping[date, Limit | None]
) -> Iterator[Mark]:
    """Where the limit was crossed; days without orders in between count for nothing."""
    judged = [one for one in points if one.status in ("met", "missed")]
    for before, now in pairwise(judged):
        limit = limits[now.day]
        if before.status == now.status or limit is None:
            continue
        here = counted[now.day]
        yield Mark(
            now.day,
            "missed" if now.status == "missed" else "met",
            f"{before.status} → {now.status}: {here.numerator:,} of {here.denominator:,}, before "
            f"{before.numerator:,} of {before.denominator:,} (target: {'above' if limit.above else 'below'} "
            f"{_percent(limit)})",
        )


def _percent(limit: Limit) -> str:
    return f"{(limit.value * 100).normalize():f} %"
