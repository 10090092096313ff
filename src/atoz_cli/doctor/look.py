"""One look at a store: what is asked of it, what several findings need to know, and the words that they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from atoz_cli.metrics import Question, Span
from atoz_cli.metrics.question import Store, naive
from atoz_cli.sources.where import download

__all__ = ["Look", "count", "download", "some"]

SHOWN = 5


class Look(Struct, frozen=True):
    """`placed`: account and marketplace ("" where no file says it) to the orders of each day, as known that day."""

    store: Store
    question: Question
    spans: Sequence[Span]
    accounts: Sequence[str]
    placed: Mapping[tuple[str, str], Mapping[date, int]]

    @property
    def selling(self) -> list[str]:
        """The accounts with orders."""
        return sorted({account for account, _ in self.placed})

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query that begins with account and marketplace, and may name the moment asked as $1."""
        values = [naive(self.question.as_of)] if "$1" in query else []
        here = (None, "", self.question.marketplace)
        return [
            row
            for row in self.store.ask(query, values)
            if row[0] in self.accounts and (self.question.marketplace is None or row[1] in here)
        ]

    def orders(self, query: str) -> Iterator[tuple[str, str | None, list[str]]]:
        """Account, marketplace and all their order ids, of a query with a row an order."""
        found: dict[tuple[str, str | None], list[str]] = {}
        for account, place, order_id in self.rows(query):
            found.setdefault((account, place or None), []).append(order_id)
        for (account, place), ids in found.items():
            yield account, place, ids


def count(number: int, one: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def some(ids: Sequence[str]) -> str:
    """The first few order ids, and how many more."""
    more = f" and {len(ids) - SHOWN:,} more" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + more
