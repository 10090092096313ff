"""A what-if in; the small relations and views out that make the same SQL count it: other rows, never another count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from atoz_cli.metrics import Span
from atoz_cli.metrics.question import Store, sql

Place = tuple[str, str, str]
"""Account, marketplace and channel, as the store keeps them: blanks for what is not known."""
Placed = dict[Place, dict[date, int]]
"""How many orders were placed on each day."""
Order = tuple[str, str]
"""Account and order id."""
Ending = Literal["as-is", "lost", "won"]
PENDING: tuple[Ending, ...] = ("as-is", "lost", "won")


class Scenario(Struct, frozen=True):
    """What is supposed of the days to come. As it stands: orders at the account's own pace, and nothing else."""

    days: int = 90
    """how far it looks"""
    orders_per_day: Fraction | None = None
    """clean orders of each account, marketplace and channel; None: its own pace, with its weekly rhythm"""
    add_defects: int = 0
    """orders already placed that become defective, of each account, marketplace and channel"""
    without: tuple[str, ...] = ()
    """orders whose defects do not count"""
    pending: Ending = "as-is"


OF_COUNTED = {"era": "INTEGER", "marketplace": "VARCHAR", "kind": "VARCHAR", "standing": "VARCHAR"}
OF_COUNTED |= {"counts": "INTEGER", "pends": "INTEGER"}
OF_ORDERS = {"account": "VARCHAR", "order_id": "VARCHAR"}
OF_DAYS = {
    "account": "VARCHAR",
    "marketplace": "VARCHAR",
    "channel": "VARCHAR",
    "placed_on": "DATE",
    "orders": "INTEGER",
}
AT_STAKE = """SELECT * FROM orders_at_stake UNION
    SELECT o.account, o.order_id, o.placed_at, o.marketplace, o.sales_channel, o.channel, o.status, o.ship_by,
    o.deliver_by, o.ship_postal_code, o.ship_country FROM orders o SEMI JOIN supposed_defects s USING (account, order_id)"""
CLEAN = """SELECT o.order_id FROM orders_asked o ANTI JOIN counted_defects j USING (account, order_id)
    WHERE o.account = ? AND o.marketplace = ? AND o.channel = ? AND o.placed_on >= ? AND o.placed_on <= ?
    ORDER BY o.placed_on DESC, o.order_id LIMIT ?"""


def let_pending_end(store: Store, scenario: Scenario) -> None:
    """Let what is pending end as the scenario has it."""
    if scenario.pending != "as-is":
        lost = int(scenario.pending == "lost")
        rows = store.ask(f"SELECT {', '.join(OF_COUNTED)} FROM counted")
        store.put("counted", OF_COUNTED, [(*row[:4], lost, 0) if row[5] else row for row in rows])
        store.keep("counted_defects", sql("counted_defects"))


def youngest_clean(
    store: Store, places: Sequence[Place], span_of: Mapping[tuple[str, str], Span], number: int
) -> list[Order]:
    """The orders that `--add-defects` means: of each place the youngest in the window of the day asked, by day placed and
    order id, against which nothing at all is known. It is the worst case: they stay in the window the longest.
    """
    found = []
    for account, marketplace, channel in places if number else ():
        span = span_of[account, marketplace]
        rows = store.ask(CLEAN, [account, marketplace, channel, span.starts_on, span.ends_on, number])
        found += [(account, order_id) for (order_id,) in rows]
    return found


def suppose(store: Store, scenario: Scenario, planned: Placed, defective: Sequence[Order]) -> None:
    """Put the orders to come beside those placed, the supposed defects beside those known, and leave some out."""
    rows = [(*place, day, orders) for place, days in planned.items() for day, orders in days.items() if orders]
    store.put("supposed_orders", OF_DAYS, rows)
    store.keep("days_ahead", sql("supposed_days"))
    store.view("placed_days", "SELECT * FROM days_ahead")
    store.put("supposed_defects", OF_ORDERS, defective)
    if defective:
        store.keep("orders_at_stake", AT_STAKE)
        store.view("disputed", sql("disputed_orders"))
        store.view("watched", sql("supposed_watched"))
    store.put("left_out", {"order_id": "VARCHAR"}, [(order_id,) for order_id in dict.fromkeys(scenario.without)])
    store.view("known_flags", sql("order_flags"))
    store.view("order_flags", sql("supposed_flags"))
