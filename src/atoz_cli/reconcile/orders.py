"""A window in, the single orders out that could be counted otherwise: with a defect, at an edge, cancelled, or unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from msgspec import Struct

from atoz_cli.answers.rates import DefectKind
from atoz_cli.metrics import rule_of
from atoz_cli.metrics.question import utc
from atoz_cli.reconcile.ours import Asking, Ours

DAY = timedelta(days=1)
PARTS: dict[DefectKind, str] = {
    "negative_feedback": "negative_feedback_orders",
    "a_to_z_claim": "claim_orders",
    "chargeback": "chargeback_orders",
}
"""Kind of defect to the figure that counts it."""


class Known(Struct, frozen=True):
    """One defect as it stood. `claim_id` is "" and `filed_at` naive UTC, as the store keeps them."""

    kind: DefectKind
    claim_id: str
    filed_at: datetime | None
    standing: str
    counts: bool | None
    """None: pending"""

    @property
    def rule(self) -> str:
        """The rule that says what it is worth."""
        return rule_of(self.kind, self.standing)


class Order(Struct, frozen=True, dict=True):
    """An order with its defects. `placed_on` None: no file lists the order, or not as one of Amazon's orders here."""

    order_id: str
    marketplace: str
    channel: str
    placed_on: date | None
    placed_at: datetime | None
    cancelled: bool
    listed: bool
    """whether some file of orders has it"""
    defects: tuple[Known, ...] = ()

    @cached_property
    def counting(self) -> tuple[DefectKind, ...]:
        """The kinds of its defects that count."""
        kinds = {one.kind for one in self.defects if one.counts}
        return tuple(kind for kind in PARTS if kind in kinds)

    @property
    def deciding(self) -> Known | None:
        """The defect that says most: one that counts, else one that is pending, else any."""
        by_worth = sorted(self.defects, key=lambda one: {True: 0, None: 1, False: 2}[one.counts])
        return by_worth[0] if by_worth else None


DISPUTED = """SELECT d.order_id, coalesce(p.marketplace, ''), coalesce(p.channel, ''), o.placed_on, p.placed_at,
    coalesce(p.status = 'cancelled', false), p.order_id IS NOT NULL,
    d.kind, d.claim_id, d.on_at, d.standing, d.counts, d.pends
    FROM counted_defects d LEFT JOIN asked_at_stake o USING (account, order_id)
    LEFT JOIN orders_at_stake p USING (account, order_id)
    WHERE d.account = $1 AND (o.placed_on IS NULL OR o.placed_on BETWEEN $2 AND $3)
    AND d.era = (SELECT min(era) FROM windows WHERE day = $4) ORDER BY ALL"""
SAID_OF = """SELECT order_id, max(marketplace) FROM (SELECT account, order_id, marketplace FROM all_claims
    UNION ALL SELECT account, order_id, marketplace FROM all_chargebacks) WHERE account = $1 AND marketplace IS NOT NULL
    GROUP BY order_id"""


def disputed(ours: Ours, asking: Asking, around: int) -> list[Order]:
    """The orders with a defect, of the window and so many days around it, and those that no file lists."""
    said_of = dict(ours.ask(asking, SAID_OF, [asking.account]))
    between = asking.starts_on - around * DAY, asking.ends_on + around * DAY
    found: dict[tuple[Any, ...], list[Known]] = {}
    for row in ours.ask(asking, DISPUTED, [asking.account, *between, asking.day]):
        kind, claim_id, on, standing, counts, pends = row[7:]
        found.setdefault(row[:7], []).append(Known(kind, claim_id, on, standing, None if pends else bool(counts)))
    return [
        Order(
            order_id, place or said_of.get(order_id, ""), channel, placed_on, utc(placed_at), cancelled, listed,
            tuple(defects),
        )
        for (order_id, place, channel, placed_on, placed_at, cancelled, listed), defects in found.items()
    ]  # fmt: skip


PLACED = """SELECT o.order_id, o.marketplace, o.channel, o.placed_on, p.placed_at, coalesce(o.status = 'cancelled', false)
    FROM orders_asked o JOIN orders p USING (account, order_id)
    WHERE o.account = $1 AND o.marketplace = $2 AND ({}) ORDER BY ALL"""


def at_the_edges(ours: Ours, asking: Asking, marketplace: str, days: Sequence[date]) -> Iterator[Order]:
    """The orders of some days, with or without a defect; no defects are told."""
    marks = ", ".join(f"DATE '{day}'" for day in days)
    yield from _placed(ours, asking, f"o.placed_on IN ({marks})", marketplace)


def cancelled(ours: Ours, asking: Asking, marketplace: str) -> Iterator[Order]:
    """The cancelled orders of the window; no defects are told."""
    inside = f"o.placed_on BETWEEN DATE '{asking.starts_on}' AND DATE '{asking.ends_on}'"
    yield from _placed(ours, asking, f"o.status = 'cancelled' AND {inside}", marketplace)


def _placed(ours: Ours, asking: Asking, which: str, marketplace: str) -> Iterator[Order]:
    rows = ours.ask(asking, PLACED.format(which), [asking.account, marketplace])
    for order_id, place, channel, placed_on, placed_at, dead in rows:
        yield Order(order_id, place, channel, placed_on, utc(placed_at), dead, True)
