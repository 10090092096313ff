"""The policy book as the judges hold it: opened at one marketplace and at the day the claim was filed."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from atoz_cli.answers.rules import Reason
from atoz_cli.triage.case import Case

if TYPE_CHECKING:
    from atoz_cli.policy import Book


class Law(Struct, frozen=True):
    """Values and reasons by rule id ("deadlines.appeal_days"), of the day of filing unless another day is named."""

    book: Book
    marketplace: str | None
    day: date
    today: date

    def value(self, rule: str, on: date | None = None) -> Any:
        """What the policy says."""
        return _value(self.book, rule, on or self.day, self.marketplace)

    def because(self, rule: str, text: str, on: date | None = None) -> Reason:
        """A sentence with its rule and citation."""
        return Reason(rule, text, _cite(self.book, rule, on or self.day, self.marketplace))


@lru_cache(maxsize=100_000)
def _value(book: Book, rule: str, day: date, marketplace: str | None) -> Any:
    name, _, key = rule.partition(".")
    found = book.at(name, day, marketplace)
    return found[key] if key in found else found.table(key)


@lru_cache(maxsize=100_000)
def _cite(book: Book, rule: str, day: date, marketplace: str | None) -> str:
    return book.reason(rule, day, marketplace, "").cite


def law_of(case: Case, book: Book) -> Law:
    """The law of the day the claim was filed; of the day asked about where the filing is not known."""
    today = case.as_of.date()
    return Law(book, case.marketplace, case.filed_at.date() if case.filed_at else today, today)


TWO = tuple(f"{number:02}" for number in range(60))
"""Hours and minutes as they are written: every sentence with a moment asks for them."""


@lru_cache(maxsize=10_000)
def when(moment: datetime) -> str:
    """A moment in a sentence; a bare day (its start or its end) as the day alone."""
    if (moment.hour, moment.minute) in ((0, 0), (23, 59)) and moment.second in (0, 59):
        return moment.date().isoformat()
    return f"{moment.date()} {TWO[moment.hour]}:{TWO[moment.minute]} UTC"
