"""A question and what is watched in; everything that needs somebody out, worst first.

Silence is never taken for health: what the data cannot say is a finding of its own (`unknown`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from atoz_cli.answers import Notice
from atoz_cli.answers.check import Alert
from atoz_cli.check.amazon import differing
from atoz_cli.check.claims import due_claims
from atoz_cli.check.data import lacking
from atoz_cli.check.rates import rate_alerts
from atoz_cli.check.units import unit_alerts
from atoz_cli.check.watch import Watch
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book

__all__ = ["Watch", "cannot_tell", "check"]

WORST = ("error", "unknown", "warning")
IMPORTED = "SELECT DISTINCT account FROM imports ORDER BY account"
Watching = Callable[[str], Watch]
"""An account to what is watched of it."""


def check(
    store: Store, book: Book, question: Question, watching: Watching, known: Iterable[str] = ()
) -> tuple[list[Alert], list[Notice]]:
    """All findings of every account that a file was imported for, or that is `known` by its name.

    EmptyStore where the account asked for is neither.
    """
    accounts = [
        name
        for name in dict.fromkeys([*(row[0] for row in store.ask(IMPORTED)), *known])
        if question.account in (None, name)
    ]
    if not accounts:
        raise EmptyStore("nothing of that account is in the store", "look at --account, or import its files")
    watches = {name: watching(name) for name in accounts}
    rates, notices, rated = rate_alerts(store, book, question, watches)

    def of_units() -> list[Alert]:
        with store.beside() as other:
            return list(unit_alerts(other, book, question, watches))

    with ThreadPoolExecutor(1) as meanwhile:
        units = meanwhile.submit(of_units)
        found = [
            *rates,
            *due_claims(store, book, question, watches),  # by the layout that the rates have
            *differing(store, book, question, watches),
            *lacking(store, book, question, watches, rated),
            *units.result(),
        ]
    return sorted(found, key=_rank), notices


def cannot_tell(found: Sequence[Alert]) -> bool:
    """Whether all that is found is that the data cannot say."""
    return bool(found) and all(one.severity == "unknown" for one in found)


def _rank(one: Alert) -> tuple[int, date, str, str, str, str, str]:
    """Errors first, the next deadline first among them; then by account and place."""
    return (
        WORST.index(one.severity), one.act_by.date() if one.act_by else date.max, one.account or "~", one.marketplace or "~",
        one.channel or "~", one.code, one.about or "",
    )  # fmt: skip
