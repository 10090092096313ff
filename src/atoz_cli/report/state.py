"""The answers about one account in, its state out; and what is summed up of its claims and of the defects that leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.doctor import Finding
from atoz_cli.answers.health import HealthMeasure
from atoz_cli.answers.projection import Projection
from atoz_cli.answers.rates import DefectiveOrder, Measure
from atoz_cli.answers.report import ActionCount, KindSum, State, Sum

RANK: tuple[State, ...] = ("missed", "at_risk", "unknown", "met")
"""Worst first: what is not known may be missed."""
NEAR = 2
"""With so many more defective orders, or fewer, the rate is missed."""
SOON = 14
"""Days within which a projected miss matters."""


def state(
    odr: Sequence[Measure],
    lacks: Sequence[Finding],
    ahead: Sequence[Projection],
    health: Sequence[HealthMeasure],
    day: date,
) -> State:
    """`missed` where a rate is, or another metric certainly; `unknown` where there is none, or it is wrong for want of data."""
    if any(one.status == "missed" for one in odr) or any(one.status == "missed" for one in health):
        return "missed"
    soon = day + timedelta(days=SOON)
    if any(one.headroom <= NEAR or one.if_pending_lost.status == "missed" for one in odr):
        return "at_risk"
    if any(one.outlook.first_missed_on is not None and one.outlook.first_missed_on <= soon for one in ahead):
        return "at_risk"
    if not odr or any(one.severity == "error" for one in lacks):
        return "unknown"
    return "met"


def by_kind(verdicts: Sequence[Verdict]) -> tuple[KindSum, ...]:
    """Open claims by kind, the most first; amounts of different currencies are not added up."""
    found: dict[str, list[Verdict]] = {}
    for one in verdicts:
        found.setdefault(one.kind, []).append(one)
    sums = [KindSum(kind, len(some), _money(some), _actions(some)) for kind, some in found.items()]
    return tuple(sorted(sums, key=lambda one: (-one.claims, one.kind)))


def _money(some: Sequence[Verdict]) -> tuple[Sum, ...]:
    sums: dict[str | None, Decimal] = {}
    for one in some:
        if one.amount is not None:
            sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return tuple(Sum(currency, amount) for currency, amount in sorted(sums.items(), key=lambda one: one[0] or "~"))


def _actions(some: Sequence[Verdict]) -> tuple[ActionCount, ...]:
    counted = Counter(one.action for one in some)
    return tuple(ActionCount(*one) for one in sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def leaving(now: Sequence[DefectiveOrder]) -> tuple[DefectiveOrder, ...]:
    """The orders that count now, by the day on which they leave the window."""
    counting = [one for one in now if any(defect.counts for defect in one.defects)]
    return tuple(sorted(counting, key=lambda one: (one.leaves_on, one.order_id)))
