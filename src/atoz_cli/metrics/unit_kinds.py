"""The kinds of unit that metrics count: the `.sql` of each, what it wants to know of the policy, and what could tell of it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from atoz_cli.metrics.question import Store

WORD = "VARCHAR"


class Kind(Struct, frozen=True):
    """Units that are counted in one way: the `.sql`, what could tell of them, and what it wants to know of the policy."""

    sql: str
    told: tuple[str, ...]
    """the facts of which one is enough, as `seen` names them"""
    rules: Mapping[str, tuple[str, str]]
    """column of `unit_rules` to SQL type and key of the policy, or `=value`"""
    local: bool = False
    """whether the days are those of the zone that the policy names already"""


KINDS: Mapping[str, Kind] = {
    "late": Kind(
        "late_units", ("shipments", "ship_by", "late_shipments"),
        {"by_day": (WORD, "day"), "unconfirmed": (WORD, "unconfirmed"), "cancelled_orders": (WORD, "cancelled_orders")},
    ),
    "cancelled": Kind(
        "cancelled_units", ("orders",), {"buyer_requested": (WORD, "buyer_requested"), "items": (WORD, "items")},
    ),
    "tracked": Kind(
        "tracked_units", ("shipments", "tracking"),
        {"reach": ("INTERVAL", "longest_promise_days"), "too_late": ("INTERVAL", "too_late_days"), "zone": (WORD, "=UTC")},
    ),
    "delivered": Kind(
        "delivered_units", ("shipments", "on_time_delivery"),
        {"reach": ("INTERVAL", "longest_promise_days"), "too_late": ("INTERVAL", "=0"), "zone": (WORD, "zone")}, local=True,
    ),
    "answered": Kind("message_units", ("messages",), {"span": ("INTERVAL", "hours"), "about": (WORD, "=")}),
    "returns_answered": Kind("message_units", ("messages",), {"span": ("INTERVAL", "hours"), "about": (WORD, "=return")}),
    "returned": Kind("return_units", ("returns",), {"whole": ("INTEGER", "=1")}),
    "rejected": Kind("return_units", ("returns",), {"whole": ("INTEGER", "=0")}),
    "refunded": Kind("refund_units", ("refunds", "booked", "claims"), {}),
}  # fmt: skip
THERE = {
    "orders": "orders", "ship_by": "orders WHERE ship_by IS NOT NULL", "shipments": "shipments", "messages": "messages",
    "returns": "returns WHERE requested_at IS NOT NULL", "refunds": "refunds", "booked": "money WHERE kind = 'refund'",
    "claims": "claims WHERE refunded_at IS NOT NULL",
}  # fmt: skip
"""What is looked for to know whether anything could tell."""


def seen(store: Store) -> frozenset[str]:
    """The facts that the store has some of: those of `THERE`, and the metrics of Amazon's lists."""
    looks = [f"SELECT '{name}' FROM (SELECT 1 FROM {among} LIMIT 1)" for name, among in THERE.items()]
    return frozenset(
        name for (name,) in store.ask(" UNION ALL ".join([*looks, "SELECT DISTINCT metric FROM health_orders"]))
    )
