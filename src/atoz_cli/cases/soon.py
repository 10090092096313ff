"""A question in; the orders whose claims may still ask for something out: the few of many that need to be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from atoz_cli.cases.around import Key
from atoz_cli.metrics import Question, Span
from atoz_cli.metrics.question import Store, naive
from atoz_cli.policy import Book

ENDS = """SELECT account, order_id, marketplace, decision, decided_at, coalesce(withdrawn_at, appealed_at) FROM all_claims
    UNION ALL SELECT account, order_id, marketplace, decision, decided_at, NULL FROM all_chargebacks"""


def may_be_open(store: Store, book: Book, question: Question, spans: Sequence[Span]) -> frozenset[Key]:
    """The orders of all claims and chargebacks that may be open on the day: no open one is missing (see `triage.is_open`).

    Over is only what was decided on a day whose time to appeal is past wherever the order may have been placed.
    """
    sold_in = {span.marketplace for span in spans} | {""}
    as_of = naive(question.as_of)

    @cache
    def longest(day: date, marketplace: str) -> timedelta:
        return max(_to_appeal(book, day, place) for place in {*sold_in, marketplace})

    return frozenset(
        (account, order_id)
        for account, order_id, place, decision, decided_at, unsettled in store.ask(ENDS)
        if decision is None
        or decided_at is None
        or unsettled is not None
        or decided_at + longest(decided_at.date(), place or "") >= as_of
    )


def _to_appeal(book: Book, day: date, place: str) -> timedelta:
    return timedelta(days=int(book.at("deadlines", day, place or None)["appeal_days"]))
