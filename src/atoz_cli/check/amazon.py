"""The newest performance report of each place in; a finding where its ODR is not ours for the very same window, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from atoz_cli.answers.check import Alert
from atoz_cli.answers.rates import Measure
from atoz_cli.check.watch import Watch
from atoz_cli.metrics import Question, lay_out, measures
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book

if TYPE_CHECKING:
    from atoz_cli.reconcile.theirs import Theirs

THERE = "SELECT EXISTS (SELECT 1 FROM reports)"
TOLERATED = 50
"""One order in so many may be on another side of midnight in Amazon's books."""
Window = tuple[date, date]


def differing(store: Store, book: Book, question: Question, watches: Mapping[str, Watch]) -> Iterator[Alert]:
    """Of each account, marketplace and channel whose newest report is young enough to be held against ours."""
    if not store.ask(THERE)[0][0]:
        return
    from atoz_cli.reconcile import known, newest  # many modules, for the few that have such a report

    theirs = [one for one in newest(known(store, book, question), question.day) if _is_held(one, question.day, watches)]
    by_window: dict[Window, list[Theirs]] = {}
    for one in theirs:
        if one.starts_on and one.ends_on:
            by_window.setdefault((one.starts_on, one.ends_on), []).append(one)
    for window, some in by_window.items():
        ours = _ours(store, book, question, window)
        for one in some:
            mine = ours.get((one.account, one.marketplace, one.channel or ""))
            if mine is not None and (text := _apart(one, mine)):
                yield Alert(
                    one.account, one.marketplace, one.channel, "figures_differ", "warning", "odr", None, 0, text,
                    "atoz reconcile names the orders that would explain it",
                )  # fmt: skip


def _is_held(one: Theirs, day: date, watches: Mapping[str, Watch]) -> bool:
    watch = watches.get(one.account)
    if watch is None or watch.unreconciled_days is None or one.made_on is None:
        return False
    return one.made_on >= day - timedelta(days=watch.unreconciled_days)


def _ours(store: Store, book: Book, question: Question, window: Window) -> dict[tuple[str, str, str], Measure]:
    """Our figures for that window, as they are known now."""
    first, last = window
    asked = replace(question, window_days=(last - first).days + 1, lag_days=max((question.day - last).days, 0))
    spans, _ = lay_out(store, book, asked)  # all but the windows is as the claims have it
    found = measures(store, book, asked, spans)
    return {(one.account, one.marketplace or "", one.channel or ""): one for one in found}


def _apart(one: Theirs, mine: Measure) -> str | None:
    """In words how the two differ, None where they do not."""
    defective, orders = one.said.defective_orders, one.said.orders
    where = f"{one.marketplace} {(one.channel or '').upper()}".strip()
    said = f"ODR {where} over {one.starts_on} to {one.ends_on}: Amazon's report of {one.made_on} counts"
    if defective is not None and defective != mine.defective_orders:
        return f"{said} {defective:,} defective orders, we count {mine.defective_orders:,}"
    if orders is not None and abs(orders - mine.orders) * TOLERATED > orders:
        return f"{said} {orders:,} orders, we know {mine.orders:,}"
    return None
