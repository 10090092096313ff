"""The days of the windows in, the days out of which orders seem to be missing.

A file of All Orders holds 30 days, so a window needs several of them, and one that was forgotten makes the rate wrong
without a sound. The rule, per account and marketplace, channels together: for every run of days in a row without any
order, pace = orders in the window ÷ (days of the window − length of the run). Orders that come one by one at that
pace leave the whole run empty with the chance exp(−pace × length); where that is below 1 in 1,000 the run is a gap.
A run at an edge of the window is tested in the same way. Orders on fewer than 3 days are too few to tell a pace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from math import exp

from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.doctor import Gap
from atoz_cli.metrics.asking import lay_out_orders
from atoz_cli.metrics.question import Question, Span, Store, sql
from atoz_cli.policy import Book

LEAST_CHANCE = 0.001
LEAST_DAYS = 3
"""Orders on fewer days than this have no pace."""
SHOWN = 6
DAY = timedelta(days=1)


def gaps(store: Store, question: Question, spans: Sequence[Span]) -> list[Gap]:
    """The gaps of every window, by account, marketplace and day. `lay_out` of the same question comes before.

    A question of one channel cannot tell: a pause of that channel alone is no gap. Ask it without one.
    """
    placed: dict[tuple[str, str], dict[date, int]] = {}
    for account, marketplace, day, orders in store.ask(sql("window_days")):
        placed.setdefault((account, marketplace), {})[day] = int(orders)
    return [
        Gap(span.account, span.marketplace or None, first, first + (length - 1) * DAY, length)
        for span in spans
        for first, length in empty_runs(
            placed.get((span.account, span.marketplace), {}), span.starts_on, _last_day(span, question)
        )
    ]


def empty_runs(placed: Mapping[date, int], first: date, last: date) -> Iterator[tuple[date, int]]:
    """First day and length of each run that is a gap; `placed` are the orders of the days that have some."""
    known = sorted(day for day in placed if first <= day <= last)
    if len(known) < LEAST_DAYS:
        return
    orders, days = sum(placed[day] for day in known), (last - first).days + 1
    for before, after in pairwise([first - DAY, *known, last + DAY]):
        length = (after - before).days - 1
        if length and implausible(orders / (days - length), length):
            yield before + DAY, length


def implausible(pace: float, days: int) -> bool:
    """Whether so many days without an order are not to be believed at so many orders a day."""
    return exp(-pace * days) < LEAST_CHANCE


def _last_day(span: Span, question: Question) -> date:
    """The end of the window; with next to no lag, its last day that was over when it was asked."""
    return span.ends_on if span.ends_on < question.day - DAY else min(span.ends_on, last_whole_day(question))


def last_whole_day(question: Question) -> date:
    """The last day that was over, in the question's time zone, when it was asked."""
    there = there_and_then(question)
    return there.date() if there.time() == time.max else there.date() - DAY


def there_and_then(question: Question) -> datetime:
    """Until when things are known, by the clocks of the question's time zone."""
    return question.as_of.astimezone(question.zone())


def missing_orders(store: Store, book: Book, question: Question, spans: Sequence[Span]) -> list[Notice]:
    """A warning for each account and marketplace with gaps. To be asked last: it may lay the store out for all channels."""
    if question.channel is not None:
        question = replace(question, channel=None)
        spans = lay_out_orders(store, book, question)
    many = len({span.account for span in spans}) > 1
    found = []
    for (account, marketplace), mine in groupby(
        gaps(store, question, spans), lambda gap: (gap.account, gap.marketplace)
    ):
        place = marketplace or "marketplace unknown"
        where = f"{account}, {place}" if many else place
        found.append(Notice("orders_missing", f"{where}: {missing(list(mine))}; download All Orders for them"))
    return found


def missing(found: Sequence[Gap], where: str = "in the window") -> str:
    """`orders of 4 days in the window are missing: 2026-10-04 … 06, 2026-10-20`."""
    days = sum(gap.days for gap in found)
    runs = ", ".join(_run(gap) for gap in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"orders of {days} {'day' if days == 1 else 'days'} {where} are missing: {runs}{more}"


def _run(gap: Gap) -> str:
    """`2026-10-04 … 06`: of the last day only what differs."""
    if gap.from_ == gap.to:
        return gap.from_.isoformat()
    shared = 0 if gap.from_.year != gap.to.year else 5 if gap.from_.month != gap.to.month else 8
    return f"{gap.from_} … {gap.to.isoformat()[shared:]}"
