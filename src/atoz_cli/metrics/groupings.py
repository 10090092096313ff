"""A grouping in; the SELECT that puts each order into its groups out: one definition for `odr --by` and for `causes`.

An order with two SKUs or two carriers stands in both groups, once in each. `''` is the group of what no file says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import asdict

from atoz_cli.metrics.question import Question, naive, text

HANDLING = (0, 1, 2, 3, 4, 6, 8)
"""First day of each band of handling days: 0, 1, 2, 3, 4-5, 6-7, 8+."""
PRICES = (
    *(0, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500),
    *(10_000, 15_000, 20_000, 30_000, 50_000, 75_000, 100_000),
)
"""Where each price band begins, in whatever currency: round numbers, so that a band is the same tomorrow, and each about
half as wide again as the one before, so that they serve euros and yen."""
ZONED = "timezone({}, timezone('UTC', {}))"


class Among(Struct, frozen=True):
    """Where orders (as `o`), orders with their items and with their parcels are read from, and what is kept of an order."""

    orders: str = "orders_asked o"
    with_items: str = "orders_asked o LEFT JOIN items USING (account, order_id)"
    with_parcels: str = "orders_asked o LEFT JOIN shipments USING (account, order_id)"
    key: str = "account, order_id"
    kept: str = "o.account, o.order_id, o.marketplace, o.channel, o.placed_on"


OF_ITEMS = "SELECT DISTINCT {kept}, coalesce({by}, '') AS grp FROM {with_items}"
OF_PARCELS = "SELECT DISTINCT {kept}, coalesce({by}, '') AS grp FROM {with_parcels}"
OF_ORDERS = "SELECT {kept}, {value} AS grp FROM {orders}"
OF_HANDLING = (
    "SELECT {kept}, {band} AS grp FROM {orders} LEFT JOIN (SELECT {key}, CASE WHEN count({handed}) = count(*) "
    "THEN max({handed}) END AS handed_at FROM {with_parcels} GROUP BY {key}) h USING ({key})"
)
"""By the last parcel of an order to be handed over; not known where that of one of them is not."""
OF_PRICE = (
    "SELECT {kept}, coalesce(p.band, '') AS grp FROM {orders} LEFT JOIN (SELECT {key}, {band} || ' ' || currency "
    "AS band FROM {with_items} WHERE amount IS NOT NULL AND currency IS NOT NULL GROUP BY {key}, currency) p "
    "USING ({key})"
)
"""By the sum of the items of an order in each currency."""
OF_THE_ORDER = {
    "service": "coalesce(o.service, '')",
    "state": "coalesce(o.ship_state, '')",
    "week": "strftime(o.placed_on, '%G-W%V')",
    "weekday": "strftime(o.placed_on, '%A')",
}


def grouped(by: str, question: Question, among: Among | None = None) -> str:
    """The SELECT of `by`: one row is one order in one of its groups (`grp`)."""
    where = among or Among()
    words = {"by": by} | asdict(where)
    if by in ("sku", "asin"):
        return OF_ITEMS.format(**words)
    if by in ("carrier", "ship_from"):
        return OF_PARCELS.format(**words)
    if by == "handling":
        return OF_HANDLING.format(**words, handed=_handed(question), band=_handling(question))
    if by == "price":
        return OF_PRICE.format(**words, band=_price())
    return OF_ORDERS.format(**words, value=OF_THE_ORDER[by])


def _handed(question: Question) -> str:
    """When a parcel went out, as far as it was known: its first scan, else its confirmation, else what the seller wrote."""
    as_of = f"TIMESTAMP {text(str(naive(question.as_of)))}"
    known = (f"CASE WHEN {at} <= {as_of} THEN {at} END" for at in ("first_scan_at", "confirmed_at", "shipped_at"))
    return f"coalesce({', '.join(known)})"


def _handling(question: Question) -> str:
    """The band of the days from the order's day to the one on which it went out; before the order, it is not known."""
    handed = "h.handed_at" if question.timezone == "UTC" else ZONED.format(text(question.timezone), "h.handed_at")
    days = f"date_diff('day', o.placed_on, CAST({handed} AS DATE))"
    return f"CASE WHEN coalesce({days}, -1) < 0 THEN '' {_steps(days, HANDLING, _days)} END"


def _days(first: int, after: int | None) -> str:
    return f"{first}+" if after is None else str(first) if after == first + 1 else f"{first}-{after - 1}"


def _price() -> str:
    return f"CASE {_steps('sum(amount)', PRICES, _span)} END"


def _span(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else f"{low}-{high}"


def _steps(value: str, edges: Sequence[int], name: Callable[[int, int | None], str]) -> str:
    """WHEN … THEN … for each band, its lower edge included; the last has no end."""
    steps = [f"WHEN {value} < {after} THEN {text(name(first, after))}" for first, after in pairwise(edges)]
    return " ".join([*steps, f"ELSE {text(name(edges[-1], None))}"])
