"""The state as people read it: a line a rate, then what is due and how new the data is. Ten lines at most for one account."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.rates import Measure
from atoz_cli.answers.status import AccountStatus
from atoz_cli.sheets.words import count, day, moment, percent, several, where

MOST = 20
"""So many accounts are told; more are in the JSON."""


def status(rows: Sequence[AccountStatus], as_of: str) -> list[Sheet]:
    """`atoz status`."""
    many = several(one.account for one in rows)
    columns = (
        *((Column("Account"),) if many else ()), Column("Where"), Column("ODR", "right"), Column("Status"),
        Column("Defective", "right"), Column("Room", "right"),
    )  # fmt: skip
    shown = rows[:MOST]
    table = tuple(
        (
            *((one.account,) if many else ()), where(rate.marketplace, rate.channel), Cell(percent(rate.rate, rate.limit), _tone(rate)),
            Cell(rate.status, _tone(rate)), f"{rate.defective_orders:,} of {rate.orders:,}", f"{rate.headroom:,}",
        )
        for one in shown
        for rate in one.rates
    )  # fmt: skip
    notes = [_claims(one, many) for one in shown if one.answers_due] + [_data(one, many) for one in shown]
    if len(rows) > MOST:
        notes.append(f"{count(len(rows) - MOST, 'more account')}: atoz status --json")
    return [Sheet(f"As of {as_of}", _lead(shown), columns if table else (), table, tuple(notes))]


def _tone(one: Measure) -> Tone:
    if one.status == "missed":
        return "bad"
    return "warn" if one.headroom <= 2 or one.if_pending_lost.status == "missed" else "good"


def _lead(rows: Sequence[AccountStatus]) -> tuple[str | Cell, ...]:
    missed = sum(rate.status == "missed" for one in rows for rate in one.rates)
    rates = sum(len(one.rates) for one in rows)
    if not rates:
        return (Cell("No orders are in any window: there is no rate", "warn"),)
    if missed:
        return (Cell(f"{missed} of {count(rates, 'rate')} missed", "bad"),)
    met = f"All of {count(rates, 'rate')} met"
    untold = sorted({what for one in rows for what in _untold(one)})
    if untold:
        return (Cell(f"{met} by what is known, but no {' and no '.join(untold)} was ever imported", "warn"),)
    return (Cell(met, "good"),)


def _untold(one: AccountStatus) -> tuple[str, ...]:
    """What makes orders defective and was never read of an account: it may have none, or nobody imported it."""
    known = (("feedback", one.newest_feedback), ("claim", one.newest_claim))
    return tuple(what for what, newest in known if newest is None)


def _claims(one: AccountStatus, many: bool) -> str:
    late = f", {one.answers_overdue} past their date" if one.answers_overdue else ""
    coming = f"; the next by {moment(one.next_answer_by)} UTC" if one.next_answer_by else ""
    return f"{_whose(one, many)}{count(one.answers_due, 'claim waits', 'claims wait')} for an answer{late}{coming}: atoz triage"


def _data(one: AccountStatus, many: bool) -> str:
    parts = [
        f"{name} {day(newest) or 'none'}"
        for name, newest in (
            ("order", one.newest_order), ("feedback", one.newest_feedback), ("claim", one.newest_claim),
            ("Amazon's report", one.newest_report),
        )
    ]  # fmt: skip
    return f"{_whose(one, many)}newest {', '.join(parts)}"


def _whose(one: AccountStatus, many: bool) -> str:
    return f"{one.account}: " if many else ""
