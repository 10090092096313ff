"""A question in; each account in a line out: its rates, what waits for an answer, how new the data is. Quick, so it judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Measure
from atoz_cli.answers.status import AccountStatus
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question, lay_out, measures
from atoz_cli.metrics.gaps import missing_orders
from atoz_cli.metrics.question import Store, naive, utc
from atoz_cli.policy import Book

OPEN = """SELECT account, coalesce(marketplace, ''), 'a_to_z_claim' AS kind, filed_at, respond_by FROM all_claims
    WHERE decision IS NULL AND withdrawn_at IS NULL AND coalesce(status, '') IN ('', 'action_required')
    UNION ALL SELECT account, coalesce(marketplace, ''), 'chargeback', filed_at, respond_by FROM all_chargebacks
    WHERE decision IS NULL AND coalesce(status, '') IN ('', 'action_required')"""
NEWEST = """SELECT account, max(placed_on), NULL, NULL, NULL FROM placed_days GROUP BY ALL
    UNION ALL SELECT account, NULL, max(left_at), NULL, NULL FROM feedback WHERE left_at <= $1 GROUP BY ALL
    UNION ALL SELECT account, NULL, NULL, max(filed_at), NULL FROM claims WHERE filed_at <= $1 GROUP BY ALL
    UNION ALL SELECT account, NULL, NULL, NULL, max(day) FROM reports WHERE day <= CAST($1 AS DATE) GROUP BY ALL
    UNION ALL SELECT DISTINCT account, NULL, NULL, NULL, NULL FROM imports"""


def status(store: Store, book: Book, question: Question) -> tuple[list[AccountStatus], list[Notice]]:
    """Every account, the one with the least room first. EmptyStore where the one asked for is not known."""
    spans, _ = lay_out(store, book, question, old_too=False)
    odr = measures(store, book, question, spans)
    notices = missing_orders(store, book, question, spans)
    due: dict[str, list[datetime]] = {}
    time_of = cache(lambda day, place, kind: _time(book, day, place, kind))
    for account, place, kind, filed_at, respond_by in store.ask(OPEN):
        if respond_by or filed_at:
            due.setdefault(account, []).append(respond_by or filed_at + time_of(filed_at.date(), place, kind))
    newest: dict[str, list[date | None]] = {}
    for account, *days in store.ask(NEWEST, [naive(question.as_of)]):
        known = newest.setdefault(account, [None] * len(days))
        newest[account] = [_later(one, _day(other)) for one, other in zip(known, days, strict=True)]
    accounts = [account for account in sorted(newest) if question.account in (None, account)]
    if not accounts:
        raise EmptyStore("nothing of that account is in the store", "look at --account, or import its files")
    now = naive(question.as_of)
    rows = [_row(account, odr, due.get(account, []), newest[account], now) for account in accounts]
    return sorted(rows, key=_room), notices


def _row(
    account: str, odr: Iterable[Measure], due: list[datetime], newest: list[date | None], now: datetime
) -> AccountStatus:
    mine = tuple(
        sorted((one for one in odr if one.account == account), key=lambda one: (one.headroom, -(one.rate or 0.0)))
    )
    coming = sorted(by for by in due if by >= now)
    return AccountStatus(account, mine, len(due), len(due) - len(coming), utc(coming[0]) if coming else None, *newest)


def _time(book: Book, day: date, place: str, kind: str) -> timedelta:
    """To answer in, where no notice says until when: by the rule of the day on which it was filed."""
    rule = book.at("deadlines", day, place or None)
    return (
        timedelta(days=int(rule["chargeback_days"]))
        if kind == "chargeback"
        else timedelta(hours=int(rule["response_hours"]))
    )


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _room(one: AccountStatus) -> tuple[bool, int, str]:
    """The least room first; without a rate before what is met."""
    return bool(one.rates) and one.rates[0].headroom > 0, one.rates[0].headroom if one.rates else 0, one.account
