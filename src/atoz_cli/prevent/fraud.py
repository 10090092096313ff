"""Purchases that their card holders did not make: the look in; open orders that are like several of them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from atoz_cli.metrics.question import naive, utc
from atoz_cli.prevent.found import Found, of_order, some
from atoz_cli.prevent.look import Look, Row
from atoz_cli.triage.law import when

REPORTED = """SELECT u.account, a.place, u.order_id, u.filed_at, i.sku, a.ship_country, a.ship_state, a.ship_postal_code
    FROM unauthorized u JOIN around_all a USING (account, order_id) LEFT JOIN around_items i USING (account, order_id)
    WHERE a.placed_at IS NOT NULL ORDER BY ALL"""
KINDS = ("sku_area", "sku_state", "area")
"""The narrowest first."""
PATTERNS = {
    "pattern": "INTEGER", "account": "VARCHAR", "place": "VARCHAR", "sku": "VARCHAR", "country": "VARCHAR",
    "state": "VARCHAR", "area": "VARCHAR",
}  # fmt: skip


class Pattern(Struct, frozen=True):
    """What purchases have in common. None: it does not matter."""

    kind: str
    account: str
    place: str
    sku: str | None
    country: str | None
    state: str | None
    area: str | None


def _patterns(look: Look) -> dict[Pattern, list[datetime]]:
    """The patterns that enough purchases share, the narrowest first."""
    as_of = naive(look.as_of)
    shared: dict[Pattern, dict[str, datetime]] = defaultdict(dict)
    for row in look.store.ask(REPORTED):
        place, order_id, filed_at = row[1], row[2], row[3]
        if place not in look.places or filed_at < as_of - timedelta(
            days=int(look.rule(place, "unauthorized_pattern.days"))
        ):
            continue
        for pattern in _of(look, row):
            shared[pattern][order_id] = filed_at
    enough = [
        (one, sorted(orders.values()))
        for one, orders in shared.items()
        if 0 < int(look.rule(one.place, f"unauthorized_pattern.{one.kind}")) <= len(orders)
    ]
    return dict(sorted(enough, key=lambda each: (KINDS.index(each[0].kind), -len(each[1]), str(each[0]))))


def _of(look: Look, row: Row) -> Iterator[Pattern]:
    """The patterns that one purchase may be of."""
    account, place, _, _, sku, country, state, code = row
    area = (code or "").strip()[: int(look.rule(place, "unauthorized_pattern.letters"))]
    area = area if area.isalnum() else ""
    if sku and area:
        yield Pattern("sku_area", account, place, sku, country, None, area)
    if sku and state:
        yield Pattern("sku_state", account, place, sku, country, state, None)
    if area:
        yield Pattern("area", account, place, None, country, None, area)


def unauthorized_pattern(look: Look) -> Iterator[Found]:
    """Orders that wait to be shipped and are like several purchases which nobody had authorised."""
    patterns = list(_patterns(look).items())
    rows = [
        (number, one.account, one.place, one.sku, one.country, one.state, f"{one.area}%" if one.area else None)
        for number, (one, _) in enumerate(patterns)
    ]
    look.store.put("patterns", PATTERNS, rows)
    for row in look.rows("fitting") if rows else ():
        placed_at, ship_by, (pattern, told) = utc(row[8]), utc(row[9]), patterns[row[10]]
        first = utc(told[0])
        since = f" since {when(first)[:10]}" if first else ""
        why = f"{some(len(told), 'unauthorized purchase')}{since} with {_like(pattern)}: so is this one; nothing about buyers is kept."
        yield of_order("unauthorized_pattern", row, placed_at, ship_by, "look_before_shipping", why)


def _like(pattern: Pattern) -> str:
    parts = [f"SKU {pattern.sku}"] if pattern.sku else []
    parts += [f"state {pattern.state}"] if pattern.state else []
    parts += [f"a postal code {pattern.area}…"] if pattern.area else []
    return " and ".join(parts)
