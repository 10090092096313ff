"""The metrics of Account Health that count units (orders, packages, messages, …), each with its policy and its kind of unit."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Channels = Literal["mfn", "each", "all"]
"""Orders that the seller ships (or nobody says who does), each channel apart, or all of them together."""


class Metric(Struct, frozen=True):
    """One rate: units of one kind, over the window that its policy names.

    `days`: the key of the policy with the length of the window. `misses`: the numerator is what does not hit.
    `judged`: whether the policy's limit is this one's. `grouped`: whether Amazon judges groups (product categories) too.
    `blind`: no file can tell of one unit that it does not count, so it is never met.
    """

    name: str
    policy: str
    kind: str
    channels: Channels = "mfn"
    days: str = "window_days"
    misses: bool = False
    judged: bool = True
    grouped: bool = False
    blind: bool = False


METRICS: tuple[Metric, ...] = (
    Metric("late_shipment_rate", "late_shipment_rate", "late"),
    Metric("late_shipment_rate_10d", "late_shipment_rate", "late", days="short_window_days"),
    Metric("cancellation_rate", "cancellation_rate", "cancelled"),
    Metric("valid_tracking_rate", "valid_tracking_rate", "tracked", grouped=True),
    Metric("on_time_delivery_rate", "on_time_delivery_rate", "delivered"),
    Metric("contact_response_rate", "contact_response_rate", "answered", "all"),
    Metric("return_dissatisfaction_rate", "return_dissatisfaction_rate", "returned", blind=True),
    Metric("late_return_response_rate", "return_dissatisfaction_rate", "returns_answered", "all", misses=True, judged=False),
    Metric("invalid_rejection_rate", "return_dissatisfaction_rate", "rejected", judged=False),
    Metric("refund_rate", "refund_rate", "refunded", "each", judged=False),
)  # fmt: skip
