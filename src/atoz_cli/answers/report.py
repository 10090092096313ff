"""The values of a report: everything about one account, and what changed since an earlier day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from atoz_cli.answers.causes import CauseGroup
from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.doctor import Finding
from atoz_cli.answers.health import HealthMeasure
from atoz_cli.answers.prevent import Risk
from atoz_cli.answers.projection import ProjectedDay
from atoz_cli.answers.rates import DefectiveOrder, FeedbackItem, Measure
from atoz_cli.answers.rules import Reason
from atoz_cli.answers.trend import TrendPoint

State = Literal["missed", "at_risk", "met", "unknown"]
ChangeKind = Literal["became_defective", "left_window", "no_longer_counts", "claim_filed", "claim_decided"]


class Change(Struct, frozen=True):
    """Something about one order that an earlier report could not say. `at`: a moment (UTC) or a day, None where nobody tells when."""

    kind: ChangeKind
    account: str
    marketplace: str | None
    channel: str | None
    order_id: str
    at: str | None
    text: str


class RateThen(Struct, frozen=True):
    """A rate on the earlier day, and now."""

    account: str
    marketplace: str | None
    channel: str | None
    rate_then: float | None
    rate_now: float | None
    limit: float
    defective_orders_then: int | None
    defective_orders_now: int | None


class Sum(Struct, frozen=True):
    """Money in one currency."""

    currency: str | None
    amount: Decimal


class ActionCount(Struct, frozen=True):
    """What to do with how many claims."""

    action: str
    claims: int


class KindSum(Struct, frozen=True):
    """The open claims of one kind: how many, what they cost in each currency, and what to do with them."""

    kind: str
    claims: int
    money: tuple[Sum, ...]
    actions: tuple[ActionCount, ...]


class AccountReport(Struct, frozen=True):
    """One account: its state, then every answer about it, each as its own command gives it; of the trend a point a week."""

    account: str
    state: State
    odr: tuple[Measure, ...]
    trend: tuple[TrendPoint, ...]
    projection: tuple[ProjectedDay, ...]
    claims: tuple[Verdict, ...]
    claims_by_kind: tuple[KindSum, ...]
    leaving: tuple[DefectiveOrder, ...]
    risks: tuple[Risk, ...]
    causes: tuple[CauseGroup, ...]
    feedback: tuple[FeedbackItem, ...]
    health: tuple[HealthMeasure, ...]
    lacks: tuple[Finding, ...]
    since: date
    rates_since: tuple[RateThen, ...]
    changes: tuple[Change, ...]
    policy: str
    """the fingerprint of the rules that were applied"""
    rules: tuple[Reason, ...]
    """what was assumed, each with its citation"""
