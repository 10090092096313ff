"""How far a claim is on the day: undecided, lost, or over; and whether anything can still be done about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from atoz_cli.triage.case import Case
from atoz_cli.triage.law import Law, law_of

if TYPE_CHECKING:
    from atoz_cli.policy import Book

Stage = Literal["undecided", "lost", "over"]

LOST = ("granted", "granted_by_default", "lost")


def stage(case: Case) -> Stage:
    """Undecided, lost, or over. Without a decision the status speaks: "option to appeal" is lost, "closed" is over."""
    if case.withdrawn_at:
        return "over"
    if case.decision:
        return "lost" if case.decision in LOST else "over"
    if case.status == "option_to_appeal":
        return "lost"
    return "over" if case.status == "closed" else "undecided"


def answer_owed(case: Case) -> bool:
    """Amazon waits for an answer: undecided, and not already looking at one."""
    return stage(case) == "undecided" and case.status != "under_review"


def appeal_until(case: Case, law: Law) -> datetime | None:
    """The last moment to appeal, by the rule of the day of the decision; None where that day is not known."""
    if case.decided_at is None:
        return None
    return case.decided_at + timedelta(days=int(law.value("deadlines.appeal_days", case.decided_at.date())))


def appeal_running(case: Case) -> bool:
    """An appeal was filed and is not decided."""
    return case.appealed_at is not None and case.appeal_decision is None


def appealable(case: Case, law: Law) -> bool | None:
    """Whether it can still be appealed; None where the day of the decision is not known."""
    if stage(case) != "lost" or case.appeal_decision or case.appealed_at:
        return False
    until = appeal_until(case, law)
    if until is None:
        return False if case.status == "closed" else None
    return case.as_of <= until


def is_open(case: Case, book: Book) -> bool:
    """Undecided on the day, or lost and still appealable, or its appeal not yet decided; unknown is taken for open."""
    how_far = stage(case)
    if how_far != "lost":
        return how_far == "undecided"
    return appeal_running(case) or appealable(case, law_of(case, book)) is not False
