"""The values of a comparison with Amazon's own figures: what each side says, and the orders that would explain a difference."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from atoz_cli.answers import Notice
from atoz_cli.answers.claims import Evidence
from atoz_cli.answers.rates import DefectKind, Window

FigureName = Literal[
    "orders", "defective_orders", "negative_feedback_orders", "claim_orders", "chargeback_orders", "rate"
]
Outcome = Literal["same", "differs", "cannot_compare"]
OrderClass = Literal[
    "same", "kind_differs", "theirs_only", "ours_only", "outside_window", "unknown_order",
    "doubtful", "not_counted", "counted", "edge", "cancelled",
]  # fmt: skip
"""Of a list: the first six and `doubtful`, each order of either side in one. Of totals alone, what an order would have
to be for it to explain a difference: `doubtful`, `not_counted`, `counted`, `edge`, `cancelled`, `unknown_order`."""
Cause = Literal[
    "timezone", "cancelled", "pending_counted", "lag", "channel", "orders_missing", "never_read", "unknown_place",
    "clean_orders",
]  # fmt: skip


class AmazonReport(Struct, frozen=True):
    """What Amazon's figures are from. `day`: when it was made, None where it does not show; `level`: totals, or a list of orders."""

    file: str
    source: str
    level: Literal["totals", "orders"]
    day: date | None
    account_status: str | None


class Figure(Struct, frozen=True):
    """One figure of both sides. None: that side does not say it. `difference`: ours − theirs, None where one is missing."""

    figure: FigureName
    theirs: int | float | None
    ours: int | float | None
    difference: int | float | None


class Moves(Struct, frozen=True):
    """By how much something would change our figures."""

    orders: int = 0
    defective_orders: int = 0
    negative_feedback_orders: int = 0
    claim_orders: int = 0
    chargeback_orders: int = 0


class Explanation(Struct, frozen=True):
    """One thing that would move our figures towards Amazon's, alone. `makes_equal`: then all that can be compared is equal."""

    cause: Cause
    value: str | None
    moves: Moves | None
    makes_equal: bool | None
    text: str
    rule: str | None
    cite: str | None


class ReconciledOrder(Struct, frozen=True):
    """One order, and what it has to do with the difference.

    `theirs`: the defects for which Amazon counts it, None where only totals are known; `ours`: those for which we do.
    `claim_id`, `standing`, `rule`, `text`, `cite`: of the defect that decides. `moves` and `makes_equal`: of totals alone.
    """

    order_id: str
    claim_id: str | None
    class_: OrderClass
    placed_on: date | None
    theirs: tuple[DefectKind, ...] | None
    ours: tuple[DefectKind, ...]
    standing: str | None
    rule: str | None
    text: str
    cite: str | None
    moves: Moves | None = None
    makes_equal: bool | None = None
    appealable: bool | None = None
    appeal_by: datetime | None = None
    days_left: int | None = None
    proof: tuple[Evidence, ...] = ()


class Fit(Struct, frozen=True):
    """How many of the known reports agree with ours in all figures when it is counted so."""

    counted: Literal["as_asked", "timezone", "cancelled"]
    value: str | None
    same: int
    reports: int


class Learned(Struct, frozen=True):
    """What the known reports teach. `lag_days`: of this report; `suggestion`: never applied by itself, None without evidence."""

    lag_days: int | None
    reports: int
    fits: tuple[Fit, ...]
    suggestion: str | None


class Reconciliation(Struct, frozen=True):
    """Our figures against Amazon's for the very same window, of one account, marketplace and channel (None: both channels)."""

    account: str
    marketplace: str | None
    channel: str | None
    window: Window | None
    as_of: date
    report: AmazonReport
    verdict: Outcome
    figures: tuple[Figure, ...]
    interval: tuple[float, float] | None
    explained_by: tuple[Explanation, ...]
    orders: tuple[ReconciledOrder, ...]
    learned: Learned | None
    notes: tuple[Notice, ...]
