"""The values of `atoz status`: one account in a line."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from atoz_cli.answers.rates import Measure


class AccountStatus(Struct, frozen=True):
    """One account: its rates, how many claims wait for an answer and until when, and the newest of each kind of data.

    `answers_due` and `next_answer_by` are of claims and chargebacks that are open and say until when to answer, or of which
    the policy does: `atoz triage` judges each.
    """

    account: str
    rates: tuple[Measure, ...]
    answers_due: int
    answers_overdue: int
    next_answer_by: datetime | None
    newest_order: date | None
    newest_feedback: date | None
    newest_claim: date | None
    newest_report: date | None
