"""The values of the rates: measures, defective orders, feedback."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

Status = Literal["met", "missed"]


DefectKind = Literal["negative_feedback", "a_to_z_claim", "chargeback"]


class Window(Struct, frozen=True):
    """The order dates a rate looks at, both ends included."""

    from_: date
    to: date
    days: int
    lag_days: int
    lag_source: Literal["policy", "report", "option"]


class PendingLost(Struct, frozen=True):
    """The rate if every pending claim and chargeback in the window went against the seller."""

    defective_orders: int
    rate: float | None
    status: Status


class Incoming(Struct, frozen=True):
    """Orders placed after the window's end, which will enter it."""

    orders: int
    defective_orders: int


class Measure(Struct, frozen=True):
    """One rate of one account, marketplace and channel in one window, with the integers it is made of."""

    account: str
    marketplace: str | None
    channel: str | None
    window: Window
    orders: int
    defective_orders: int
    rate: float | None
    limit: float
    status: Status
    headroom: int
    orders_to_recover: int
    interval: tuple[float, float] | None
    negative_feedback_orders: int
    claim_orders: int
    chargeback_orders: int
    if_pending_lost: PendingLost
    incoming: Incoming
    next_leaves_on: date | None = None


class GroupMeasure(Measure, frozen=True):
    """A measure of one group (`--by sku`: one row a SKU)."""

    by: str = ""
    group: str | None = None


class Defect(Struct, frozen=True):
    """One defect of one order on one day. `counts` is None while it is pending; `rule` is an id of `atoz rules`."""

    kind: DefectKind
    on: datetime | None
    standing: str
    counts: bool | None
    rule: str


class DefectiveOrder(Struct, frozen=True):
    """An order in the window with a defect that counts or is pending."""

    account: str
    marketplace: str | None
    channel: str | None
    order_id: str
    placed_on: date
    defects: tuple[Defect, ...]
    enters_on: date
    leaves_on: date


class FeedbackMeasure(Struct, frozen=True):
    """The negative feedback rate: a part of the ODR, over the same window."""

    account: str
    marketplace: str | None
    channel: str | None
    window: Window
    orders: int
    negative_feedback_orders: int
    rate: float | None
    interval: tuple[float, float] | None
    incoming: Incoming


class GroupFeedbackMeasure(FeedbackMeasure, frozen=True):
    """The negative feedback rate of one group."""

    by: str = ""
    group: str | None = None


class FeedbackItem(Struct, frozen=True):
    """One negative feedback: what it is about, whether Amazon's policy lets it be taken away, and what that would do.

    `ask_by`: until when Amazon takes the request; `rate_now` and `rate_without`: the ODR of its account, marketplace and
    channel, and the same without this feedback; None where its order is in no window now.
    """

    account: str
    marketplace: str | None
    order_id: str
    left_on: date
    rating: int
    cause: str
    removable: bool | None
    how: Literal["removed", "struck"] | None
    rule: str | None
    why: str
    leaves_on: date | None
    channel: str | None
    ask_by: date | None
    days_left: int | None
    rate_now: float | None
    rate_without: float | None


class RatingSpan(Struct, frozen=True):
    """The ratings left on so many days, by the day they were left: what buyers see, and another number than the ODR.

    `positive`, `average`, `negative_share` and its Wilson `interval` are None where the files hold no rating above 3 of
    these days, or of fewer days that have ratings: Amazon's report leaves them out, and a share of what is left would be
    wrong. What was removed or struck through by then is not counted.
    """

    account: str
    marketplace: str | None
    days: int
    from_: date
    to: date
    negative: int
    neutral: int
    positive: int | None
    average: float | None
    negative_share: float | None
    interval: tuple[float, float] | None
