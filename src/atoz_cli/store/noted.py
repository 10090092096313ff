"""A large store in; the orders that anything tells of which may count against the seller, kept once more, out.

They are few of many, and nearly every answer asks for them: so they need not be looked for among all orders each time.
Whatever is written forgets them in its own transaction, and the last of an import notes them again. Where none are
noted, all orders are looked through: the answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[[str], Any]
MANY = 100_000
"""With fewer orders, looking for them takes no time."""
BYTES_AN_ORDER = 20
"""No order takes fewer in the file."""
TELLING = {
    "claims": "true",
    "chargebacks": "true",
    "feedback": "true",
    "claim_mails": "true",
    "returns": "a_to_z_claim",
    "money": "kind IN ('a_to_z_claim', 'chargeback')",
    "health_orders": "negative_feedback OR a_to_z_claim OR chargeback",
}
"""The facts that tell of an order, and which of them do: all that `metrics/orders_at_stake.sql` may look for."""
FORGET = "DELETE FROM store.noted_orders"


def may_be_many(path: Path) -> bool:
    """Whether the file of a store is large enough to hold many orders."""
    return path.exists() and path.stat().st_size >= MANY * BYTES_AN_ORDER


def note(run: Run) -> None:
    """Note the orders of the attached store, where it has many."""
    if run("SELECT count(*) FROM store.orders").fetchone()[0] < MANY:
        return
    told = " UNION ALL ".join(f"SELECT order_id FROM store.{fact} WHERE {test}" for fact, test in TELLING.items())
    run(f"CREATE OR REPLACE TABLE store.noted_orders AS SELECT * FROM store.orders WHERE order_id IN ({told})")
