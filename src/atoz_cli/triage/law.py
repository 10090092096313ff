"""The policy book as the judges hold it: opened at one marketplace and at the day the claim was filed."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from atoz_cli.answers.rules import Reason
from atoz_cli.triage.case import Case

if TYPE_CHECKING:
    from atoz_cli.policy import Book


class Law(Struct, frozen=True, eq=False):
    """Values and reasons by rule id ("deadlines.appeal_days"), of the day of filing unless another day is named."""

    book: Book
    marketplace: str | None
    day: date
    today: date
    _values: dict[tuple[str, date], Any] = field(default_factory=dict)
    _cites: dict[tuple[str, date], str] = field(default_factory=dict)

    def value(self, rule: str, on: date | None = None) -> Any:
        """What the policy says."""
        asked = (rule, on or self.day)
        if asked not in self._values:
            name, _, key = rule.partition(".")
            found = self.book.at(name, asked[1], self.marketplace)
            self._values[asked] = found[key] if key in found else found.table(key)
        return self._values[asked]

    def because(self, rule: str, text: str, on: date | None = None) -> Reason:
        """A sentence with its rule and citation."""
        asked = (rule, on or self.day)
        cite = self._cites.get(asked)
        if cite is None:
            cite = self._cites[asked] = self.book.reason(rule, asked[1], self.marketplace, "").cite
        return Reason(rule, text, cite)


def law_of(case: Case, book: Book) -> Law:
    """The law of the day the claim was filed; of the day asked about where the filing is not known."""
    today = case.as_of.date()
    return _law(book, case.marketplace, case.filed_at.date() if case.filed_at else today, today)


_law = lru_cache(maxsize=10_000)(Law)
"""What one claim asked of the law of its day needs not be looked up for the next."""


BARE = ("00:00:00", "00:00:59", "23:59:00", "23:59:59")
"""The times of day of what is known by its day alone."""


@lru_cache(maxsize=10_000)
def when(moment: datetime) -> str:
    """A moment in a sentence; a bare day (its start or its end) as the day alone."""
    text = str(moment)
    return text[:10] if text[11:19] in BARE else f"{text[:16]} UTC"
