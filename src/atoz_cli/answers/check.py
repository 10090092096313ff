"""The values of a check: what needs somebody, each with a stable code."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "unknown"]
"""`error`: a limit is missed or a deadline is there; `warning`: it comes near; `unknown`: the data cannot say."""
Code = Literal[
    "odr_missed", "headroom_low", "odr_missed_if_lost", "odr_missed_soon", "rate_over", "metric_missed",
    "claim_overdue", "claim_due",
    "no_orders", "orders_stale", "orders_missing", "no_feedback", "feedback_stale", "no_claims", "claims_stale",
    "report_stale", "figures_differ", "place_without_orders",
]  # fmt: skip


class Alert(Struct, frozen=True):
    """One finding of `atoz check`.

    `about`: the metric, order or kind of file; `act_by`: until when to act, where that is set; `weight`: the more the
    worse, to compare the same finding of two days.
    """

    account: str | None
    marketplace: str | None
    channel: str | None
    code: Code
    severity: Severity
    about: str | None
    act_by: datetime | None
    weight: int
    message: str
    hint: str
