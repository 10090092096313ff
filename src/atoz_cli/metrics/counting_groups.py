"""A question in; the orders in the windows, group by group, and everything of the defective ones out: integers and sums.

The orders get a number once, so that every grouping joins and counts small keys; a million orders take a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from atoz_cli.metrics.groupings import Among, grouped
from atoz_cli.metrics.kinds_of_defects import kinds_of
from atoz_cli.metrics.question import Question, Store, sql
from atoz_cli.policy import Book

Place = tuple[str, str, str]
"""Account, marketplace and channel; blanks for what is not known."""
Places = Mapping[int, Place]
"""By the number that each has here."""
PLACES = """SELECT row_number() OVER () AS place_no, * FROM (SELECT DISTINCT p.account, p.marketplace, p.channel,
    w.starts_on, w.ends_on FROM placed_days p JOIN windows w ON w.account = p.account AND w.marketplace = p.marketplace)"""
INSIDE = """SELECT o.order_no, p.place_no, o.account, o.order_id, o.placed_on, o.service, o.ship_state
    FROM orders_asked o JOIN places_asked p ON p.account = o.account AND p.marketplace = o.marketplace
    AND p.channel = o.channel AND o.placed_on >= p.starts_on AND o.placed_on <= p.ends_on"""
DEFECTIVE = """SELECT o.* FROM orders_inside o SEMI JOIN (SELECT account, order_id FROM order_flags WHERE {flag} = 1) f
    USING (account, order_id)"""
OF_INSIDE = {
    "items_inside": """SELECT o.order_no, o.place_no, i.sku, i.asin, i.currency, i.amount FROM orders_inside o
        LEFT JOIN items i ON i.account = o.account AND i.order_id = o.order_id""",
    "parcels_inside": """SELECT o.order_no, o.place_no, s.carrier, s.ship_from, s.first_scan_at, s.confirmed_at, s.shipped_at
        FROM orders_inside o LEFT JOIN shipments s ON s.account = o.account AND s.order_id = o.order_id""",
}
NEEDED = {
    "items_inside": ("sku", "asin", "price"),
    "parcels_inside": ("carrier", "ship_from", "handling"),
}
EVERY = "SELECT g.place_no, g.grp, g.orders FROM group_sizes g"
TELLING = f"{EVERY} WHERE g.grp = '' OR (g.place_no, g.grp) IN (SELECT b.place_no, b.grp FROM bad_groups b)"
QUIET = """SELECT g.place_no, g.orders, count(*) FROM group_sizes g ANTI JOIN bad_groups b USING (place_no, grp)
    WHERE g.grp <> '' GROUP BY ALL"""
LARGE = ("orders_inside", *OF_INSIDE, "group_sizes")
OF_DEFECTIVE = "SELECT i.* FROM {} i SEMI JOIN defective_inside d USING (order_no)"
SEVERAL = ("sku", "asin", "carrier", "ship_from")
"""Of these an order may have a known group and one that is not known."""
AMONG = Among("orders_inside o", "items_inside o", "parcels_inside o", "order_no", "o.order_no, o.place_no")
AMONG_DEFECTIVE = Among("defective_inside o", "items_defective o", "parcels_defective o", AMONG.key, AMONG.kept)


class Counted(Struct):
    """How many orders there are of each place and each group (`''`: not known), and the numbers of the defective ones."""

    orders: dict[Place, int] = field(default_factory=dict)
    groups: dict[tuple[str, Place], dict[str, int]] = field(default_factory=dict)
    """grouping and place to the orders of each group that is told of"""
    quiet: dict[tuple[str, Place], dict[int, int]] = field(default_factory=dict)
    """grouping and place to how many groups of so many orders, none of them defective, are not told of one by one"""
    known: dict[tuple[str, Place], int] = field(default_factory=dict)
    """grouping and place to the orders of which a group is known"""
    defective: dict[Place, set[int]] = field(default_factory=dict)
    bad: dict[tuple[str, Place], dict[str, set[int]]] = field(default_factory=dict)
    """grouping and place to the defective orders of each group"""
    kinds: dict[int, set[str]] = field(default_factory=dict)
    """a defective order to what its defects are about"""
    claimed: dict[int, dict[str | None, Decimal]] = field(default_factory=dict)
    """a defective order to the sums, by currency, of the claims and chargebacks that make it one"""
    paid: dict[int, dict[str | None, Decimal]] = field(default_factory=dict)
    """a defective order to what its items cost, by currency"""


def count_groups(
    store: Store, book: Book, question: Question, by: Sequence[str], *, pending: bool, everything: bool
) -> Counted:
    """The counts of every grouping asked; `lay_out` comes before. `pending`: what is pending makes defective too.

    Most groups of a large store have no defective order: unless `everything` is asked only their sizes are told.
    """
    store.keep("places_asked", PLACES)
    store.keep("orders_inside", INSIDE)
    store.keep("counted_defects")
    store.keep("defective_inside", DEFECTIVE.format(flag="lost" if pending else "defective"))
    worth = "counts = 1 OR pends = 1" if pending else "counts = 1"
    store.view("counting_defects", f"SELECT * FROM counted_defects WHERE {worth}")
    for name, text in OF_INSIDE.items():
        if set(NEEDED[name]) & set(by):
            store.keep(name, text)
            store.keep(name.replace("inside", "defective"), OF_DEFECTIVE.format(name))
    places: Places = {
        row[0]: row[1:] for row in store.ask("SELECT place_no, account, marketplace, channel FROM places_asked")
    }
    found = Counted()
    for place, number in store.ask("SELECT place_no, count(*) FROM orders_inside GROUP BY ALL ORDER BY ALL"):
        found.orders[places[place]] = int(number)
    for place, order in store.ask("SELECT place_no, order_no FROM defective_inside"):
        found.defective.setdefault(places[place], set()).add(order)
    for one in by:
        if one != "kind":
            _count(store, question, one, places, found, everything=everything)
    _describe(store, book, question, found)
    for name in LARGE:
        store.drop(name)
    return found


def _count(store: Store, question: Question, by: str, places: Places, found: Counted, *, everything: bool) -> None:
    store.view("grouped_orders", grouped(by, question, AMONG))
    store.keep("group_sizes", sql("group_counts"))
    store.keep("bad_groups", grouped(by, question, AMONG_DEFECTIVE))
    for place, grp, number in store.ask(EVERY if everything else TELLING):
        found.groups.setdefault((by, places[place]), {})[grp] = int(number)
    for place, orders, number in () if everything else store.ask(QUIET):
        found.quiet.setdefault((by, places[place]), {})[int(orders)] = int(number)
    for order, place, grp in store.ask("SELECT order_no, place_no, grp FROM bad_groups"):
        found.bad.setdefault((by, places[place]), {}).setdefault(grp, set()).add(order)
    several = by in SEVERAL and any(found.groups.get((by, place), {}).get("") for place in found.orders)
    known = {places[place]: int(orders) for place, orders in store.ask(sql("known_counts"))} if several else {}
    for place, orders in found.orders.items():
        unknown = found.groups.get((by, place), {}).get("", 0)
        found.known[by, place] = known.get(place, 0) if several else orders - unknown


def _describe(store: Store, book: Book, question: Question, found: Counted) -> None:
    abouts = {tuple(defect[1:-1]): defect[-1] for defect in kinds_of(store, book, question)}
    for order, *defect in store.ask(sql("counting_inside")):
        found.kinds.setdefault(order, set()).add(abouts.get(tuple(defect), "other"))
    _sum(found.claimed, store.ask(sql("defect_money")))
    _sum(found.paid, store.ask(sql("order_money")))


def _sum(sums: dict[int, dict[str | None, Decimal]], rows: Sequence[tuple[Any, ...]]) -> None:
    for order, currency, amount in rows:
        mine = sums.setdefault(order, {})
        mine[currency] = mine.get(currency, Decimal(0)) + amount


def total(sums: Mapping[int, Mapping[str | None, Decimal]], orders: Iterable[int]) -> dict[str | None, Decimal]:
    """The sums of some orders together, by currency."""
    found: dict[str | None, Decimal] = {}
    for order in orders:
        for currency, amount in sums.get(order, {}).items():
            found[currency] = found.get(currency, Decimal(0)) + amount
    return found
