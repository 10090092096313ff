"""The days to come in, stretches of them out between changes of policy that the SQL would tell from what is known, not from the day.

What a standing is worth, the limit and the window go by the day already (`eras`, `windows`). Which stars are negative, which
codes are fraud and whether cancelled orders count go by the moment until which things are known: for a day to come that
is today, and would miss a change that is written down for tomorrow. So each such stretch is laid out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from msgspec.structs import replace

from atoz_cli.metrics.question import Asked, Question, Store
from atoz_cli.metrics.subjects import FOREVER, IDENTITY, NEVER, SPELL
from atoz_cli.policy import Book

POLICIES = ("odr", "standings", "chargebacks")
OF_STARS = {"rating": "INTEGER", "meaning": "VARCHAR"}
OF_CLASSES = {
    "account": "VARCHAR",
    "order_id": "VARCHAR",
    "chargeback_id": "VARCHAR",
    "filed_at": IDENTITY["filed_at"],
    "class": "VARCHAR",
}
HELD = {"stars": OF_STARS, "chargeback_classes": OF_CLASSES}


def stretches(book: Book, question: Question, ahead: int) -> Iterator[Question]:
    """The question on its day and so many days after, in order: one for each run of days under one policy."""
    days = [Asked(question.as_of, question.day + timedelta(days=number)) for number in range(ahead + 1)]
    changes = {day for name in POLICIES for day in book.days_of_change(name)}
    begins = [number for number, asked in enumerate(days) if number == 0 or asked.day in changes]
    for begin, end in pairwise([*begins, len(days)]):
        yield replace(question, day=days[begin].day, days=tuple(days[begin:end]))


def hold(store: Store, day: date) -> None:
    """Let what the policy says on a day to come be so whenever it is asked: after `lay_out` of a stretch."""
    at = datetime.combine(day, time.min)
    for name, columns in HELD.items():
        rows = store.ask(f"SELECT {', '.join(columns)} FROM {name} WHERE since <= ? AND until > ?", [at, at])
        store.put(name, columns | SPELL, [(*row, NEVER, FOREVER) for row in rows])
