"""The values of a trend: a metric day by day with what happened on the way, and whether a change is more than chance."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from atoz_cli.answers.rates import Status, Window

MarkKind = Literal["policy_changed", "lag_changed", "orders_begin", "orders_missing", "missed", "met"]
PointStatus = Literal["met", "missed", "no_orders", "unknown", "no_data"]
"""`unknown` and `no_data`: of metrics that count other units than orders, where the files cannot tell enough."""
Verdict = Literal["rose", "fell", "no_change", "too_few"]


class Mark(Struct, frozen=True):
    """Something that happened on a day of a trend: `missed` and `met` are the days on which the limit was crossed."""

    day: date
    kind: MarkKind
    text: str


class PointLost(Struct, frozen=True):
    """The rate if every pending claim and chargeback in the window went against the seller."""

    numerator: int
    rate: float | None
    status: Status | None


class PointIncoming(Struct, frozen=True):
    """What comes after the end of the window and will enter it."""

    denominator: int
    numerator: int


class TrendPoint(Struct, frozen=True):
    """A metric of one account, marketplace and channel on one day, with what was known on it.

    `limit` and `status` are None for a metric without a limit of its own. Not `complete`: orders of some days of the
    window seem to be missing, or (of other units) the files do not tell which side of the limit it is on;
    `if_pending_lost` then has the other end of what it may be. `marks` are of this day, or of the days since the row before.
    """

    day: date
    account: str
    marketplace: str | None
    channel: str | None
    metric: str
    numerator: int
    denominator: int
    rate: float | None
    limit: float | None
    status: PointStatus | None
    interval: tuple[float, float] | None
    window: Window | None
    if_pending_lost: PointLost | None
    incoming: PointIncoming | None
    complete: bool
    marks: tuple[Mark, ...] = ()


class Side(Struct, frozen=True):
    """The weeks before or after a change, together."""

    from_: date
    to: date
    numerator: int
    denominator: int
    rate: float | None
    interval: tuple[float, float] | None


class Week(Struct, frozen=True):
    """The orders placed in one week, and those of them with a defect that counted a fixed time after its end."""

    from_: date
    to: date
    numerator: int
    denominator: int


class TrendTest(Struct, frozen=True):
    """Whether the rate of orders changed within the span, week of orders by week of orders, all looked at at one age.

    `week` is the Monday from which on it is another one, `before` and `after` are the weeks on both sides of it; None
    where there are too few defects to tell. `p` is the chance that some split of the weeks looks as odd as this one if
    nothing changed. `undated_defects` were left out, since nobody says when they came; `undated_decisions` are taken as
    known from the filing on.
    """

    account: str
    marketplace: str | None
    channel: str | None
    metric: str
    verdict: Verdict
    week: date | None
    p: float | None
    method: Literal["exact", "bonferroni"] | None
    before: Side | None
    after: Side | None
    from_: date | None
    to: date | None
    numerator: int
    denominator: int
    follow_up_days: int
    undated_defects: int
    undated_decisions: int
    weeks: tuple[Week, ...]
