"""Accounts in, the page that people open in the morning out: the state in a sentence, then everything, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from atoz_cli.answers import Cell, Column, Notice, Sheet, Tone
from atoz_cli.answers.causes import CausePlace
from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.page import Page, Part, Section
from atoz_cli.answers.projection import Projection
from atoz_cli.answers.report import AccountReport
from atoz_cli.answers.trend import Mark, TrendPoint
from atoz_cli.sheets.claims import triage
from atoz_cli.sheets.report.account import account_sections, assumed
from atoz_cli.sheets.report.sentence import STATES, busy, claims_said, said, worst_measure
from atoz_cli.sheets.words import count, moment, percent, where

__all__ = ["Drawn", "page"]

NOTICES = 100
AGENCY = 5
"""Of more accounts each is told in brief: one page is to be read, and opened from a mail."""
QUEUE = 25
"""So many claims of all accounts stand on the front."""
TITLE = "Account health report"


class Drawn(Struct, frozen=True):
    """One account, with the days of its charts (a line for each marketplace and channel) and its causes by place."""

    report: AccountReport
    lines: tuple[tuple[Sequence[TrendPoint], Sequence[Mark]], ...]
    projections: tuple[Projection, ...]
    causes: tuple[CausePlace, ...]


def page(drawn: Sequence[Drawn], notices: Sequence[Notice], as_of: str, now: datetime, made_by: str) -> Page:
    """The page. `as_of` is the day as the user said it, `now` its last moment."""
    reports = [one.report for one in drawn]
    parts = tuple(
        Part(
            f"account-{number}",
            one.report.account,
            said(one.report),
            claims_said(one.report.claims, now),
            STATES[one.report.state][1],
            account_sections(one, f"a{number}", now, brief=len(drawn) > AGENCY),
        )
        for number, one in enumerate(drawn, 1)
    )
    urgent = claims_said([claim for one in reports for claim in one.claims], now)
    return Page(TITLE, _says(reports), urgent, _tone(reports), as_of, made_by, _front(reports, notices, now), parts)


def _tone(reports: Sequence[AccountReport]) -> Tone:
    return STATES[reports[0].state][1]


def _says(reports: Sequence[AccountReport]) -> str:
    if len(reports) == 1:
        return said(reports[0])
    parts = []
    for state, (words, _) in STATES.items():
        number = sum(one.state == state for one in reports)
        if number:
            parts.append(f"{number} {words}")
    return f"{count(len(reports), 'account')}: {', '.join(parts)}"


def _front(reports: Sequence[AccountReport], notices: Sequence[Notice], now: datetime) -> tuple[Section, ...]:
    found = []
    if len(reports) > 1:
        found.append(Section("accounts", "Accounts, worst first", (_accounts(reports, now),)))
        queue = _queue([claim for one in reports for claim in one.claims], now)
        if queue:
            found.append(Section("queue", "Deadlines of all accounts", (queue,)))
    if notices:
        lines = tuple(dict.fromkeys(one.message for one in notices))
        lines = (*lines[:NOTICES], f"and {len(lines) - NOTICES:,} more (--json)") if len(lines) > NOTICES else lines
        title = f"{count(len(lines), 'thing')} to know about these figures"
        found.append(Section("notices", title, (Sheet("", notes=lines),), folded=True))
    if len(reports) > AGENCY:
        found.append(Section("assumed", "What these figures rest on", (assumed(reports[0]),), folded=True))
    return tuple(found)


def _accounts(reports: Sequence[AccountReport], now: datetime) -> Sheet:
    columns = (
        Column("Account"), Column("State"), Column("Worst ODR", "right"), Column("Where"), Column("Headroom", "right"),
        Column("Claims to act on", "right"), Column("Next deadline (UTC)"),
    )  # fmt: skip
    return Sheet("", (), columns, tuple(_account(one) for one in reports))


def _account(one: AccountReport) -> tuple[str | Cell, ...]:
    words, tone = STATES[one.state]
    worst, acting = worst_measure(one), busy(one.claims)
    deadlines = [claim.act_by for claim in acting if claim.act_by is not None]
    return (
        one.account, Cell(words, tone), percent(worst.rate, worst.limit) if worst else "N/A",
        where(worst.marketplace, worst.channel) if worst else "", f"{worst.headroom:,}" if worst else "",
        f"{len(acting):,}", moment(min(deadlines, default=None)),
    )  # fmt: skip


def _queue(claims: Sequence[Verdict], now: datetime) -> Sheet | None:
    acting = sorted(busy(claims), key=lambda one: (one.act_by is None, one.act_by or now, one.account, one.order_id))
    if not acting:
        return None
    table = triage(acting[:QUEUE], now)[0]
    more = len(acting) - QUEUE
    notes = (f"{count(more, 'more claim')} in the parts below.",) if more > 0 else ()
    return Sheet("", table.lead if more <= 0 else (), table.columns, table.rows, notes)
