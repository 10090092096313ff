"""A window and a way of counting in, our figures of every marketplace and channel out: each asked of the store once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers.doctor import Gap
from atoz_cli.answers.rates import DefectiveOrder, DefectKind, Measure
from atoz_cli.metrics import Question, Span, defective_orders, lay_out
from atoz_cli.metrics.asking import KINDS, lay_out_orders, let_pending_count
from atoz_cli.metrics.gaps import gaps
from atoz_cli.metrics.question import Asked, Store
from atoz_cli.metrics.rates import measured
from atoz_cli.policy import Book

DAY = timedelta(days=1)
Place = tuple[str, str]
"""Marketplace and channel, "" where no file says it."""


class Counts(NamedTuple):
    """Orders of a window, and those among them with a defect that counts."""

    orders: int = 0
    defective_orders: int = 0
    negative_feedback_orders: int = 0
    claim_orders: int = 0
    chargeback_orders: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(one + more for one, more in zip(self, other, strict=True)))

    def minus(self, other: Counts) -> Counts:
        """What is more here than there."""
        return Counts(*(one - less for one, less in zip(self, other, strict=True)))


def counts_of(one: Measure) -> Counts:
    """The numbers that a rate is made of."""
    parts = one.negative_feedback_orders, one.claim_orders, one.chargeback_orders
    return Counts(one.orders, one.defective_orders, *parts)


class Asking(Struct, frozen=True):
    """One account's window, until when things are known, and how it is counted."""

    account: str
    as_of: datetime
    day: date
    starts_on: date
    ends_on: date
    timezone: str = "UTC"
    leave_out_cancelled: bool | None = None
    """None: as the policy says"""
    pending_too: bool = False
    """whether what is pending counts"""

    @property
    def question(self) -> Question:
        """The same as the metrics ask it."""
        return Question(
            as_of=self.as_of,
            day=self.day,
            account=self.account,
            window_days=(self.ends_on - self.starts_on).days + 1,
            lag_days=(self.day - self.ends_on).days,
            timezone=self.timezone,
            leave_out_cancelled=self.leave_out_cancelled,
        )


class Ours:
    """What we count, remembered: reports of several marketplaces and channels share a window.

    The store is laid out once for a way of counting, with the windows some days earlier and later beside the one asked.
    """

    def __init__(self, store: Store, book: Book) -> None:
        self.store, self.book = store, book
        self._counts: dict[Asking, dict[Place, Counts]] = {}
        self._gaps: dict[Asking, list[Gap]] = {}
        self._days: dict[Question, list[tuple[date, Measure]]] = {}
        self._defective: dict[Asking, list[DefectiveOrder]] = {}
        self._asked: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        self._laid_out: Asking | None = None
        self._spans: list[Span] = []

    def lay_out(self, asking: Asking) -> None:
        """Put the relations for a way of counting: the defects of all orders, whenever they were placed."""
        if self._laid_out != asking:
            self._laid_out = None
            most = int(self.book.at("reconcile", asking.day)["lag_tried_days"])
            days = tuple(Asked(asking.as_of, asking.day + shift * DAY) for shift in range(-most, most + 1))
            question = replace(asking.question, days=days)
            self._spans, _ = lay_out(self.store, self.book, question)
            self._laid_out = asking

    def ask(self, asking: Asking, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of one SELECT over the store laid out for a way of counting."""
        key = (asking, query, *values)
        if key not in self._asked:
            self.lay_out(asking)
            self._asked[key] = self.store.ask(query, values)
        return self._asked[key]

    def counts(self, asking: Asking) -> Mapping[Place, Counts]:
        """Our figures of every marketplace and channel with orders in the window."""
        if asking not in self._counts:
            self.lay_out(replace(asking, pending_too=False))
            if asking.pending_too:
                let_pending_count(self.store)
                self._laid_out = None
            for span in self._spans:
                self._counts.setdefault(_moved(asking, span.day), {})
            for day, one in measured(self.store, self.book, self._spans):
                place = (one.marketplace or "", one.channel or "")
                self._counts[_moved(asking, day)][place] = counts_of(one)
        return self._counts.setdefault(asking, {})

    def of(self, asking: Asking, marketplace: str, channel: str | None) -> Counts:
        """Our figures of one marketplace and channel; of all its channels together where none is named."""
        whole = Counts()
        for (place, other), counts in self.counts(asking).items():
            if place == marketplace and channel in (None, other):
                whole = whole.plus(counts)
        return whole

    def gaps(self, asking: Asking, marketplace: str) -> list[Gap]:
        """Days of the window of which orders seem to be missing."""
        if asking not in self._gaps:
            spans = lay_out_orders(self.released(), self.book, asking.question)
            self._gaps[asking] = gaps(self.store, asking.question, spans)
        return [gap for gap in self._gaps[asking] if (gap.marketplace or "") == marketplace]

    def counted(self, asking: Asking, marketplace: str, channel: str) -> dict[str, tuple[DefectKind, ...]]:
        """The orders of a place that count in the window, each with the kinds of its defects that do."""
        if asking not in self._defective:
            spans = self.spans(asking.question)
            if asking.pending_too:
                let_pending_count(self.store)
            self._defective[asking] = defective_orders(self.store, spans)
        found = {}
        for one in self._defective[asking]:
            kinds = {defect.kind for defect in one.defects if defect.counts}
            if kinds and (one.marketplace or "", one.channel or "") == (marketplace, channel):
                found[one.order_id] = tuple(kind for kind in KINDS if kind in kinds)
        return found

    def spans(self, question: Question) -> list[Span]:
        """The windows of a question as it stands, laid out."""
        return lay_out(self.released(), self.book, question, old_too=False)[0]

    def days(self, question: Question) -> list[tuple[date, Measure]]:
        """The measures of every day of a question, each with its day."""
        if question not in self._days:
            self._days[question] = [*measured(self.store, self.book, self.spans(question))]
        return self._days[question]

    def released(self) -> Store:
        """The store, for whoever lays it out anew."""
        self._laid_out = None
        return self.store


def _moved(asking: Asking, day: date) -> Asking:
    """The same asking with the window that counts back from another day."""
    shift = day - asking.day
    return replace(asking, starts_on=asking.starts_on + shift, ends_on=asking.ends_on + shift) if shift else asking
