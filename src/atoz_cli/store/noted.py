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
CLAIMED = (
    ("claims", "true", None),
    ("chargebacks", None, "true"),
    ("returns", "a_to_z_claim", None),
    ("claim_mails", "about = 'a_to_z_claim'", "about = 'chargeback'"),
    ("money", "kind = 'a_to_z_claim'", "kind = 'chargeback'"),
    ("health_orders", "a_to_z_claim", "chargeback"),
)
"""Fact, and which of its rows tell of a claim and of a chargeback."""
RATED = (("feedback", "true"), ("health_orders", "negative_feedback"))
"""And of feedback, where the policy says which stars are negative. All that `metrics/orders_at_stake.sql` may look for."""
FORGET = "DELETE FROM store.noted_orders"


def may_be_many(path: Path) -> bool:
    """Whether the file of a store is large enough to hold many orders."""
    return path.exists() and path.stat().st_size >= MANY * BYTES_AN_ORDER


def note(run: Run) -> None:
    """Note the orders of the attached store, where it has many."""
    if run("SELECT count(*) FROM store.orders").fetchone()[0] < MANY:
        return
    telling = [*((fact, test) for fact, *tests in CLAIMED for test in tests if test), *RATED]
    told = " UNION ALL ".join(f"SELECT order_id FROM store.{fact} WHERE {test}" for fact, test in telling)
    run(f"CREATE OR REPLACE TABLE store.noted_orders AS SELECT * FROM store.orders WHERE order_id IN ({told})")
