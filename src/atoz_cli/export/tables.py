"""Which tables leave the store, with which columns, and what each column means.

The facts as they were read, and what is made of them: the rate of every account, and the orders that it counts. Money
has its currency beside it, moments are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from atoz_cli.sources.declare import phrase
from atoz_cli.store.facts import TABLES

ACCOUNT = "the seller account"
MADE: Mapping[str, Mapping[str, str]] = {
    "odr": {
        "account": ACCOUNT, "marketplace": "the Amazon marketplace, two letters",
        "channel": "who ships: mfn (you) or afn (Amazon)", "day": "the day asked about",
        "window_from": "the first order day of the window", "window_to": "the last one",
        "orders": "orders placed in the window", "defective_orders": "those with a defect that counts",
        "rate": "the one divided by the other", "limit": "what it must stay below", "status": "met or missed",
        "headroom": "how many more defective orders keep it met", "negative_feedback_orders": "orders with negative feedback",
        "claim_orders": "orders with an A-to-z claim that counts", "chargeback_orders": "orders with a service chargeback",
        "lost_defective_orders": "defective orders if every pending claim is lost",
    },
    "defects": {
        "account": ACCOUNT, "order_id": "the order", "marketplace": "the Amazon marketplace, two letters",
        "channel": "who ships: mfn (you) or afn (Amazon)", "placed_on": "the day of the order",
        "kind": "negative_feedback, a_to_z_claim or chargeback", "on": "when it was left or filed",
        "standing": "what it is worth (see atoz rules standings)", "counts": "whether it counts; empty while it is pending",
        "enters_on": "the first day on which its order is in the window", "leaves_on": "the first day on which it no longer is",
    },
}  # fmt: skip


class Exported(Struct, frozen=True):
    """One table: its name, what a row is, and its columns with what they mean."""

    name: str
    about: str
    columns: Mapping[str, str]


ABOUT = {
    "orders": "an order", "items": "a line of an order", "shipments": "a package", "claims": "an A-to-z claim as a file tells it",
    "chargebacks": "a chargeback as a file tells it", "feedback": "what a buyer said of an order",
    "feedback_events": "a feedback that was removed or struck through", "returns": "a return request",
    "refunds": "money given back", "messages": "a message of a buyer; its words are not kept",
    "claim_mails": "what one of Amazon's mails says of a claim", "money": "what Amazon booked on an order",
    "health_orders": "an order that Amazon lists under a metric of Account Health",
    "odr": "the Order Defect Rate of an account, marketplace and channel",
    "defects": "a defect that counts or is pending, of an order in the window",
}  # fmt: skip


@cache
def exported() -> Mapping[str, Exported]:
    """The tables by name: the facts first, then what is made of them."""
    facts = {
        table.name: {"account": ACCOUNT} | {column: phrase(table.name, column) for column in table.columns}
        for table in TABLES
    }
    return {name: Exported(name, ABOUT[name], columns) for name, columns in (facts | dict(MADE)).items()}
