"""The kinds of claim, and the value that says which one it is and why."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

KINDS = (
    "item_not_received",
    "not_as_described",
    "unauthorized_purchase",
    "return_not_refunded",
    "return_not_provided",
    "extra_charges",
    "order_cancelled",
    "other",
)

SAID = {
    "item_not_received": "item not received",
    "not_as_described": "not as described",
    "unauthorized_purchase": "an unauthorised purchase",
    "return_not_refunded": "a return not refunded",
    "return_not_provided": "a return not provided",
    "extra_charges": "extra charges",
    "order_cancelled": "a cancelled order",
    "other": "something else",
}
"""How a kind reads in a sentence."""


class Guess(Struct, frozen=True):
    """One kind. `confidence` is 0..1; `words` decided it; `doubt` says where reason, words and facts disagree."""

    kind: str
    kind_from: Literal["reason", "text", "facts"]
    confidence: float
    words: tuple[str, ...] = ()
    doubt: str | None = None
