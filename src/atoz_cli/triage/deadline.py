"""By when: to answer, to refund what came back, to appeal, to ask SAFE-T. Wall-clock time, weekends included."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from atoz_cli.answers.rules import Reason
from atoz_cli.triage.case import Case
from atoz_cli.triage.facts import amazon_refunds, by_amazon, first_scan_refund, latest, return_back
from atoz_cli.triage.law import Law, when
from atoz_cli.triage.stage import answer_owed, stage


class Deadline(Struct, frozen=True):
    """A date with its rule; `left` in hours, None when nothing is owed."""

    by: datetime | None
    left: float | None
    why: tuple[Reason, ...]


def hours_left(until: datetime, now: datetime) -> float:
    """Hours to go, one decimal, negative when past."""
    return round((until - now).total_seconds() / 3600, 1) + 0.0


def respond_by(case: Case, law: Law, response_hours: int | None) -> Deadline:
    """The notice's own date first, else the policy's (or the option's) time from the filing."""
    if by_amazon(case) and stage(case) == "undecided":
        text = "Amazon ships this order and answers for it: no answer of yours is owed."
        return Deadline(case.respond_by, None, (law.because("deadlines.response_hours", text),))
    rule = "deadlines.chargeback_days" if case.type == "chargeback" else "deadlines.response_hours"
    if not answer_owed(case):
        said = "Amazon is looking at it" if stage(case) == "undecided" else "It is decided"
        if stage(case) == "over" and not case.decision and not case.withdrawn_at:
            said = "The file calls it closed and names no decision: look it up"
        return Deadline(case.respond_by, None, (law.because(rule, f"{said}: no answer is owed now."),))
    by, source = _answer_date(case, law, response_hours)
    if by is None:
        text = "An answer is owed, but neither the notice's date nor the filing date is known: look it up now."
        return Deadline(None, None, (law.because(rule, text),))
    left = hours_left(by, case.as_of)
    return Deadline(by, left, (law.because(rule, f"{_loud(left, law)}: answer by {when(by)} ({source})."),))


def _answer_date(case: Case, law: Law, response_hours: int | None) -> tuple[datetime | None, str]:
    if case.respond_by:
        return case.respond_by, "the notice's own date"
    if case.filed_at is None:
        return None, ""
    if case.type == "chargeback":
        days = int(law.value("deadlines.chargeback_days"))
        return case.filed_at + timedelta(days=days), f"{days} days from {when(case.filed_at)}"
    hours = response_hours if response_hours is not None else int(law.value("deadlines.response_hours"))
    whose = "your --response-hours" if response_hours is not None else "Amazon's rule of that day"
    return case.filed_at + timedelta(hours=hours), f"{hours} hours from {when(case.filed_at)}, {whose}"


def _loud(left: float, law: Law) -> str:
    if left < 0:
        return f"OVERDUE by {-left} hours; an unanswered claim is lost"
    if left <= law.value("odds.last_hours", law.today):
        return f"ONLY {left} hours left"
    return f"{left} hours left"


def refund_clock(case: Case, law: Law) -> tuple[datetime, Reason] | None:
    """When Amazon refunds by itself what came back, by the rule of the day it did; not for first-scan refunds."""
    back = return_back(case)
    if back is None or back.delivered_at is None or first_scan_refund(case):
        return None
    by, time = refund_by(back.delivered_at, law)
    text = f"The return reached you on {when(back.delivered_at)}: refund it by {when(by)} ({time}), or Amazon does."
    return by, law.because("deadlines.refund_clock.days", text, back.delivered_at.date())


def refund_by(delivered_at: datetime, law: Law) -> tuple[datetime, str]:
    """When Amazon refunds by itself a return that reached the seller then, by that day's rule, whose time is said too."""
    day = delivered_at.date()
    days, unit = int(law.value("deadlines.refund_clock.days", day)), str(law.value("deadlines.refund_clock.unit", day))
    counted = business_days(delivered_at, days) if unit == "business_days" else delivered_at + timedelta(days=days)
    return counted, f"{days} {unit.replace('_', ' ')}"


def business_days(start: datetime, days: int) -> datetime:
    """The same time of day so many working days later; Saturdays and Sundays do not count."""
    by = start
    while days > 0:
        by += timedelta(days=1)
        days -= by.weekday() < 5
    return by


def safe_t_by(case: Case, law: Law) -> tuple[datetime, Reason] | None:
    """The last moment for SAFE-T: from the later of the return's delivery and Amazon's refund, by that day's rule."""
    back = return_back(case)
    start = latest([back.delivered_at if back else None, *(one.refunded_at for one in amazon_refunds(case))])
    if start is None:
        return None
    days = int(law.value("deadlines.safe_t_days", start.date()))
    by = start + timedelta(days=days)
    text = f"SAFE-T: {days} days from {when(start)}, until {when(by)}."
    return by, law.because("deadlines.safe_t_days", text, start.date())
