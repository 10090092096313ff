"""Amazon's list of orders with defects as a store keeps it in, the listed orders out, and where each of them belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property

from msgspec import Struct

from atoz_cli.answers.rates import DefectKind
from atoz_cli.metrics.question import Question, Store, naive, utc
from atoz_cli.reconcile.ours import Place

LISTED = """SELECT order_id, bool_or(coalesce(negative_feedback, false)), bool_or(coalesce(a_to_z_claim, false)),
    bool_or(coalesce(chargeback, false)), bool_and(coalesce(counts, true)), min(placed_at)
    FROM health_orders WHERE metric = 'order_defects' GROUP BY order_id ORDER BY order_id"""
KINDS: tuple[DefectKind, ...] = ("negative_feedback", "a_to_z_claim", "chargeback")
HIDDEN = {
    "account": "VARCHAR", "order_id": "VARCHAR", "metric": "VARCHAR", "placed_at": "TIMESTAMP", "tracking_number": "VARCHAR",
    "negative_feedback": "BOOLEAN", "a_to_z_claim": "BOOLEAN", "chargeback": "BOOLEAN", "valid_tracking": "BOOLEAN",
    "late": "BOOLEAN", "counts": "BOOLEAN", "import_id": "BIGINT", "row_no": "BIGINT",
}  # fmt: skip


class Row(Struct, frozen=True):
    """One listed order: its defects as Amazon says, whether it is said to count, and its date if the list has one."""

    order_id: str
    kinds: tuple[DefectKind, ...]
    counts: bool
    placed_on: date | None

    @property
    def counting(self) -> tuple[DefectKind, ...]:
        """The defects for which Amazon counts it."""
        return self.kinds if self.counts else ()


class Listing(Struct, frozen=True):
    """A list, or several of one file: the orders with a defect, and how many of its orders have none."""

    file: str
    source: str
    rows: tuple[Row, ...]
    without_defect: int = 0


class Standing(Struct, frozen=True):
    """What the store knows of a listed order. `asked`: whether it is among the orders that a rate looks at."""

    marketplace: str
    channel: str
    placed_on: date
    placed_at: datetime
    asked: bool


def listing(store: Store, file: str, source: str) -> Listing:
    """The orders of a store that holds nothing but a list."""
    rows: list[Row] = []
    without = 0
    for order_id, *flags, counts, placed_at in store.ask(LISTED):
        kinds = tuple(kind for kind, there in zip(KINDS, flags, strict=True) if there)
        without += not kinds
        if kinds:
            rows.append(Row(order_id, kinds, bool(counts), placed_at.date() if placed_at else None))
    return Listing(file, source, tuple(rows), without)


def hide_lists(store: Store) -> bool:
    """What the store has of Amazon's lists does not testify for itself: ours is what the other files say. Whether it has any."""
    ((held,),) = store.ask("SELECT EXISTS (SELECT 1 FROM health_orders WHERE metric = 'order_defects')")
    store.put("health_orders", HIDDEN, [])
    return bool(held)


WHERE_THEY_ARE = """SELECT l.order_id, coalesce(p.marketplace, ''), coalesce(p.channel, ''), o.placed_on, p.placed_at
    FROM listed_ids l JOIN orders p ON p.account = $1 AND p.order_id = l.order_id
    LEFT JOIN orders_asked o ON o.account = p.account AND o.order_id = p.order_id
    WHERE p.placed_at <= $2 ORDER BY ALL"""


def standings(store: Store, asked: Question, rows: Sequence[Row]) -> dict[str, Standing]:
    """Order id to what the store knows of it, of those that it knows. The store is laid out for what is asked."""
    store.put("listed_ids", {"order_id": "VARCHAR"}, [(one.order_id,) for one in rows])
    found = store.ask(WHERE_THEY_ARE, [asked.account, naive(asked.as_of)])
    return {
        order_id: Standing(place, channel, placed_on or placed_at.date(), utc(placed_at), placed_on is not None)
        for order_id, place, channel, placed_on, placed_at in found
    }


class Spread(Struct, frozen=True, dict=True):
    """The listed orders by marketplace and channel. Those that the store lacks are where all the others are, if that is one place."""

    rows: Sequence[Row]
    standings: Mapping[str, Standing]
    marketplace: str | None
    """the only one asked about, None: all"""
    channel: str | None

    @cached_property
    def places(self) -> list[Place]:
        """Where the known ones are, of what is asked about."""
        found = {(one.marketplace, one.channel) for one in self.standings.values()}
        return sorted(place for place in found if self._asked(place))

    def _asked(self, place: Place) -> bool:
        return self.marketplace in (None, place[0]) and self.channel in (None, place[1])

    @property
    def home(self) -> Place:
        """Where orders belong that no file lists."""
        known = {(one.marketplace, one.channel) for one in self.standings.values()}
        places, channels = {place for place, _ in known}, {channel for _, channel in known}
        return (
            self.marketplace or (places.pop() if len(places) == 1 else ""),
            self.channel or (channels.pop() if len(channels) == 1 else ""),
        )

    def of(self, place: Place) -> list[Row]:
        """The listed orders of one place."""
        found = []
        for row in self.rows:
            known = self.standings.get(row.order_id)
            if ((known.marketplace, known.channel) if known else self.home) == place:
                found.append(row)
        return found
