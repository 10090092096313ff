"""The values of Account Health: each metric with what is certain, what is in doubt, and Amazon's own figure beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, field

from atoz_cli.answers.rates import Window

HealthStatus = Literal["met", "missed", "unknown", "no_data", "no_orders"]
Condition = Literal["below", "above"]
BAD = (
    "BAD", "POOR", "AT_RISK", "AT RISK", "AT_RISK_OF_DEACTIVATION", "DEACTIVATED", "SUSPENDED", "CRITICAL", "UNHEALTHY",
)  # fmt: skip
"""Words of Amazon's for what is not well; they differ from report to report."""


class UnitMeasure(Struct, frozen=True):
    """One metric of one account, marketplace and channel in one window, None where only Amazon tells of it.

    `channel` None: not told, or all together. `numerator` is certain, `numerator_at_most` holds what is in doubt too;
    both None where nothing is known of any unit. `status` is None without a target. `headroom`: how many more late
    (cancelled, …) ones keep it met, or how many good ones may be lost; negative where it is missed: by so many.
    """

    account: str
    marketplace: str | None
    channel: str | None
    metric: str
    category: str | None
    window: Window | None
    numerator: int | None
    numerator_at_most: int | None
    denominator: int | None
    rate: float | None
    rate_at_most: float | None
    limit: float | None
    condition: Condition | None
    status: HealthStatus | None
    headroom: int | None
    interval: tuple[float, float] | None
    doubts: Mapping[str, int] = field(default_factory=dict)
    """how many units are in doubt, by why"""


class Missing(Struct, frozen=True):
    """What is not known of a metric: `units` of how many of its units, and the file that would tell, as `atoz sources` names it."""

    code: str
    units: int | None
    message: str
    source: str | None
    hint: str | None


class Reported(Struct, frozen=True):
    """What Amazon's newest performance report with this metric says. `status` is Amazon's word, as it stands."""

    day: date | None
    from_: date | None
    to: date | None
    numerator: int | None
    denominator: int | None
    rate: float | None
    target: float | None
    condition: str | None
    status: str | None
    score: float | None

    @property
    def is_bad(self) -> bool:
        """Whether Amazon's word is that it is not well."""
        return (self.status or "").upper() in BAD

    @property
    def misses(self) -> bool | None:
        """Whether the figure misses the target that stands beside it, whatever Amazon's word is."""
        if self.rate is None or self.target is None or self.condition not in ("below", "above"):
            return None
        return self.rate >= self.target if self.condition == "below" else self.rate <= self.target


class HealthMeasure(UnitMeasure, frozen=True):
    """One row of `atoz health`: ours, what is missing for it, and Amazon's own figure."""

    missing: tuple[Missing, ...] = ()
    reported: Reported | None = None
