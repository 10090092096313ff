"""A question in, findings out: what the store lacks for a right answer, what is odd in it, and what to do about each.

What cannot be told because something else is missing is not said: one cause shows once.
"""

from __future__ import annotations

from datetime import date

from atoz_cli.answers.doctor import Finding
from atoz_cli.doctor import claims, files, orders
from atoz_cli.doctor.look import Look
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question, lay_out
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book

WORST = ("error", "warning", "info")
PLACED = "SELECT account, marketplace, placed_on, SUM(orders) FROM placed_days GROUP BY ALL ORDER BY ALL"


def examine(store: Store, book: Book, question: Question) -> list[Finding]:
    """All findings, worst first. EmptyStore where the account or marketplace asked for is not known."""
    from atoz_cli.doctor import keys  # which knows the records, and so pydantic: other rooms ask for single findings

    found = of_accounts(store, book, question)
    return sorted([*found, *keys.findings(store), keys.holds(store)], key=_rank)


def of_accounts(store: Store, book: Book, question: Question) -> list[Finding]:
    """The same without what is said of the store as a whole, which reads every row of it."""
    spans, _ = lay_out(store, book, question)
    placed: dict[tuple[str, str], dict[date, int]] = {}
    for account, place, day, number in store.ask(PLACED):
        placed.setdefault((account, place), {})[day] = int(number)
    accounts = {row[0] for row in store.ask("SELECT DISTINCT account FROM imports")}
    if question.account is not None:
        accounts &= {question.account}
    if question.marketplace is not None:
        accounts &= {account for account, _ in placed}
    if not accounts:
        raise EmptyStore(
            "nothing of that account or marketplace is in the store", "look at --account, --marketplace and --as-of"
        )
    look = Look(store, question, spans, sorted(accounts), placed)
    return sorted([*orders.findings(look), *files.findings(look), *claims.findings(look)], key=_rank)


def _rank(one: Finding) -> tuple[int, str, str, str, str]:
    """Worst first; what is said of an account before what is said of its marketplaces, of the whole store last."""
    return WORST.index(one.severity), one.account or "~", one.marketplace or "", one.code, one.message
