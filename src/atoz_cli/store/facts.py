"""The tables of the store: by which key the rows of a fact are merged, and which stamp says what is newer.

Each fact has a table of what holds now and a twin `<fact>_versions` with every differing row ever read of a key that
has more than one: the merge looks at all of them, so the order in which files come changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from atoz_cli.records import kinds_of_value


class Table(Struct, frozen=True):
    """`key` always identifies with the account; `own_id` is the export's own id, `without_id` stands in where it is blank.

    `may_be_nameless`: a row with neither is the only other one of its key, as a package of an order that has just one.
    """

    name: str
    key: tuple[str, ...]
    own_id: str | None = None
    without_id: tuple[str, ...] = ()
    stamp: str | None = None
    may_be_nameless: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields as columns, in order, without account and provenance."""
        return tuple(kinds_of_value(self.name))

    def identity(self, row: str) -> tuple[str, ...]:
        """SQL expressions over the row named `row` that together are the key within an account."""
        parts = [f"{row}.{name}" for name in self.key]
        if self.own_id is not None:
            spare = " || ' ' || ".join(f"coalesce(CAST({row}.{name} AS VARCHAR), '')" for name in self.without_id)
            parts.append(f"coalesce({row}.{self.own_id}, {spare})")
        return tuple(parts)


TABLES: tuple[Table, ...] = (
    Table("orders", ("order_id",), stamp="updated_at"),
    Table("items", ("order_id",), own_id="order_item_id", without_id=("sku",), stamp="updated_at"),
    Table("shipments", ("order_id",), own_id="package_id", without_id=("tracking_number",), may_be_nameless=True),
    Table("claims", (), own_id="claim_id", without_id=("order_id", "filed_at")),
    Table("chargebacks", (), own_id="chargeback_id", without_id=("order_id", "filed_at")),
    Table("feedback", ("order_id",)),
    Table("feedback_events", ("order_id",)),
    Table("returns", (), own_id="rma_id", without_id=("order_id", "requested_at", "sku")),
    Table("refunds", ("order_id", "refunded_at", "amount")),
    Table("messages", ("order_id", "received_at")),
    Table("claim_mails", ("order_id", "about", "event", "noticed_at")),
    Table("money", ("order_id", "kind", "book"), own_id="adjustment_id", without_id=("posted_at",)),
    Table("health_orders", ("order_id", "metric", "tracking_number")),
)


@cache
def tables() -> Mapping[str, Table]:
    """The tables by name."""
    return {table.name: table for table in TABLES}
