"""A question and how far back it goes in; every day of the span out, each with the moment until which things were known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Literal

from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics.question import Asked, Question, Store, filters, naive, utc
from atoz_cli.policy import Book

By = Literal["day", "week", "month"]
DAY = timedelta(days=1)
NO_ORDERS = ("no orders in any window of these days", "import All Orders, or look at --as-of, --days and the filters")
END = time.max.replace(fold=1)  # where clocks go back at midnight, 23:59:59 comes twice: the day ends with the second


def days_of(question: Question, first: date) -> tuple[Asked, ...]:
    """From the first day to the day asked: of each what was known at its end there, of the last what the question knows."""
    there = question.zone()
    days = [first + number * DAY for number in range((question.day - first).days)]
    ends = [min(datetime.combine(day, END, there).astimezone(UTC), question.as_of) for day in days]
    before = [Asked(end, day) for end, day in zip(ends, days, strict=True)]
    return (*before, Asked(question.as_of, question.day))


def begins(
    store: Store, book: Book, question: Question, policies: Sequence[str], first: date
) -> tuple[date, list[Notice]]:
    """The first day that can be asked: not before any order is known, nor before the first rule of a policy.

    NoPolicy where there is no rule on the day asked either; EmptyStore where no order is known by then.
    """
    notices = []
    for name in policies:
        book.at(name, question.day)
    ruled = max(history[0][0] for name in policies if (history := book.history(name)))
    if first < ruled:
        notices.append(Notice("before_policy", f"days before {ruled} are left out: no rule is written down for them"))
        first = ruled
    oldest = _oldest_order(store, question)
    if oldest is None:
        raise EmptyStore(*NO_ORDERS)
    return min(question.day, max(first, oldest)), notices


def _oldest_order(store: Store, question: Question) -> date | None:
    tests = ["placed_at <= $1"]
    asked = [(name, value) for name, value in filters(question).items() if name != "channel"]
    tests += [f"{name} = ${number}" for number, (name, _) in enumerate(asked, 2)]
    values = [naive(question.as_of), *(value for _, value in asked)]
    ((oldest,),) = store.ask(f"SELECT MIN(placed_at) FROM orders WHERE {' AND '.join(tests)}", values)
    return utc(oldest).astimezone(question.zone()).date() if oldest else None


def parts(book: Book, question: Question) -> Iterator[Question]:
    """The question in as many as there are words of the policy about cancelled orders: mostly one."""

    def leave_out(asked: Asked) -> bool:
        return bool(book.at("odr", asked.day)["cancelled_orders"] == "leave_out")

    if question.leave_out_cancelled is not None:
        yield question
        return
    for out, days in groupby(question.days, leave_out):
        together = tuple(days)
        last = together[-1]
        yield replace(question, as_of=last.as_of, day=last.day, days=together, leave_out_cancelled=out)


def last_of_each(days: Sequence[date], by: By) -> set[date]:
    """The last day of each week (from Monday to Sunday) or month, and the last of all."""
    if by == "day":
        return set(days)
    name = (lambda day: day.isocalendar()[:2]) if by == "week" else (lambda day: (day.year, day.month))
    return {day for day in days if name(day) != name(day + DAY)} | {days[-1]}
