"""One account in, its state in a sentence or two out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from atoz_cli.answers import Tone
from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.projection import Outlook, ProjectedDay
from atoz_cli.answers.rates import Measure
from atoz_cli.answers.report import AccountReport, State
from atoz_cli.sheets.health import NAMES
from atoz_cli.sheets.words import count, day, percent, where

STATES: dict[State, tuple[str, Tone]] = {
    "missed": ("missed", "bad"),
    "at_risk": ("at risk", "warn"),
    "unknown": ("not known", "warn"),
    "met": ("met", "good"),
}
"""Worst first."""
SOON = timedelta(hours=24)


def busy(claims: Sequence[Verdict]) -> list[Verdict]:
    """Those that ask for something."""
    return [one for one in claims if one.action not in ("none", "accept")]


def worst_measure(one: AccountReport) -> Measure | None:
    """The rate with the least room."""
    return min(one.odr, key=lambda measure: (measure.headroom, -(measure.rate or 0.0)), default=None)


def claims_said(claims: Sequence[Verdict], now: datetime) -> str:
    """How many claims ask for something, and how many of them soon."""
    acting = busy(claims)
    if not acting:
        return ""
    late = sum(one.act_by is not None and one.act_by < now for one in acting)
    soon = sum(one.act_by is not None and now <= one.act_by <= now + SOON for one in acting)
    parts = [f"{late} overdue"] if late else []
    parts += [f"{soon} due within 24 hours"] if soon else []
    return f"{count(len(acting), 'claim')} to act on" + (f", {', '.join(parts)}." if parts else ".")


def said(one: AccountReport) -> str:
    """What is so, and how far it is."""
    missed = [measure for measure in one.odr if measure.status == "missed"]
    worst = worst_measure(one)
    if missed:
        return f"The ODR is missed in {'; '.join(_over(one, measure) for measure in missed)}."
    others = [unit for unit in one.health if unit.status == "missed"]
    if others:
        names = dict.fromkeys(
            f"{NAMES.get(unit.metric, unit.metric).lower()} in {where(unit.marketplace, unit.channel)}"
            for unit in others
        )
        ours = "The ODR is met" if one.odr else "The ODR is not known"
        return f"{ours}, but a target is missed: {', '.join(names)}."
    if worst is None:
        return "The ODR is not known: there are no orders in its window."
    if one.state == "unknown":
        wrong = [finding.message for finding in one.lacks if finding.severity == "error"]
        return f"The ODR cannot be told for sure: {wrong[0] if wrong else 'data is missing'}."
    here = where(worst.marketplace, worst.channel)
    if one.state == "at_risk":
        return f"The ODR is met, but {_danger(one, worst, here)}."
    room = count(worst.headroom + 1, "more defective order")
    return f"The ODR is met. Nearest to the limit is {here} with {percent(worst.rate, worst.limit)}: {room} and it is missed."


def _over(one: AccountReport, measure: Measure) -> str:
    back = next((line.outlook for line in _first_days(one) if _same(line, measure)), None)
    met = f", met again on {day(back.first_met_on)}" if back and back.first_met_on else ""
    return (
        f"{where(measure.marketplace, measure.channel)}: {percent(measure.rate, measure.limit)}, "
        f"{count(-measure.headroom, 'defective order')} too many{met}"
    )


def _danger(one: AccountReport, worst: Measure, here: str) -> str:
    if worst.headroom == 0:
        return f"in {here} ({percent(worst.rate, worst.limit)}) the next defective order puts it over"
    lost = [measure for measure in one.odr if measure.if_pending_lost.status == "missed"]
    if lost:
        there = ", ".join(where(measure.marketplace, measure.channel) for measure in lost)
        return f"it will be missed in {there} if the pending claims are lost"
    if worst.headroom <= 2:
        return f"in {here} ({percent(worst.rate, worst.limit)}) {count(worst.headroom + 1, 'more defective order')} put it over"
    ahead = [outlook.first_missed_on for outlook in _outlooks(one) if outlook.first_missed_on]
    return f"as it stands it will be missed from {day(min(ahead))}" if ahead else "it is near"


def _outlooks(one: AccountReport) -> list[Outlook]:
    return [line.outlook for line in _first_days(one)]


def _first_days(one: AccountReport) -> list[ProjectedDay]:
    """The day asked of each projection: all of its days say the same outlook."""
    found: dict[tuple[str | None, str | None], ProjectedDay] = {}
    for line in one.projection:
        found.setdefault((line.marketplace, line.channel), line)
    return list(found.values())


def _same(line: ProjectedDay, measure: Measure) -> bool:
    return (line.marketplace, line.channel) == (measure.marketplace, measure.channel)
