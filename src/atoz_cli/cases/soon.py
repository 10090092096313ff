"""A question in; the orders whose claims may ask for something soon out: the few of many that need to be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache

from atoz_cli.cases.around import Key
from atoz_cli.metrics import Question, Span
from atoz_cli.metrics.question import Store, naive
from atoz_cli.policy import Book

ENDS = """SELECT account, order_id, marketplace, decision, decided_at, coalesce(withdrawn_at, appealed_at),
    (account, order_id) IN (SELECT account, order_id FROM returns) FROM all_claims
    UNION ALL SELECT account, order_id, marketplace, decision, decided_at, NULL, false FROM all_chargebacks"""


def may_be_due(store: Store, book: Book, question: Question, spans: Sequence[Span], until: datetime) -> frozenset[Key]:
    """The orders of all claims and chargebacks that may have something to do by then: none that has is missing.

    What is decided asks for an appeal on one day only, its last, wherever the order may have been placed; where the order
    has a return, for money back (SAFE-T) on any. So a decision that is neither is as good as over.
    """
    sold_in = {span.marketplace for span in spans} | {""}
    as_of, end = naive(question.as_of), naive(until)

    @cache
    def to_appeal(day: date, marketplace: str) -> tuple[timedelta, timedelta]:
        times = [_to_appeal(book, day, place) for place in {*sold_in, marketplace}]
        return min(times), max(times)

    def waits(place: str, decided_at: datetime, returned: bool) -> bool:
        least, most = to_appeal(decided_at.date(), place)
        over = decided_at + most < as_of
        return not over and (returned or decided_at > as_of or decided_at + least <= end)

    return frozenset(
        (account, order_id)
        for account, order_id, place, decision, decided_at, unsettled, returned in store.ask(ENDS)
        if decision is None
        or decided_at is None
        or unsettled is not None
        or waits(place or "", decided_at, bool(returned))
    )


def _to_appeal(book: Book, day: date, place: str) -> timedelta:
    return timedelta(days=int(book.at("deadlines", day, place or None)["appeal_days"]))
