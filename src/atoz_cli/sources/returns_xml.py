"""The XML twin of the returns report in, a row of texts per return out, keyed by the fields of a `Return`.

Amazon repeats `item_details` within a return (formats.md 6): identical ones are one item. Of different ones the first
gives SKU, ASIN, reason, policy and resolution; their quantities and refunds are added up, so that one RMA is one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from atoz_cli.sources.xml import Node, records, texts
from atoz_cli.words import squash

FIELDS = {
    "order_id": ("order_id",),
    "rma_id": ("amazon_rma_id",),
    "requested_at": ("return_request_date",),
    "status": ("return_request_status",),
    "reason": ("return_reason_code", "return_reason"),
    "sku": ("merchant_sku",),
    "asin": ("asin",),
    "quantity": ("return_quantity",),
    "label_type": ("label_type",),
    "label_paid_by": ("label_to_be_paid_by",),
    "carrier": ("return_carrier",),
    "tracking_number": ("tracking_id",),
    "a_to_z_claim": ("a_to_z_claim",),
    "in_policy": ("in_policy",),
    "return_type": ("return_type",),
    "resolution": ("resolution",),
    "delivered_at": ("return_delivery_date",),
    "order_amount": ("order_amount",),
    "refunded_amount": ("refund_amount", "refunded_amount"),
    "currency": ("currency_code",),
    "safe_t_claim_id": ("safe_t_claim_id",),
    "safe_t_state": ("safe_t_claim_state",),
    "safe_t_created_at": ("safe_t_claim_creation_time",),
    "safe_t_amount": ("safe_t_claim_reimbursement_amount",),
}
KEYS = {name: tuple(squash(text) for text in names) for name, names in FIELDS.items()}
ITEM = squash("item_details")


def rows(path: Path, name: str) -> Iterator[tuple[int, dict[str, str | None]]]:
    """The line where each `return_details` begins, and its texts by field, None where there is none.

    Streams. UnknownFile for XML that is broken, cut off or hostile, maybe after rows: take all of a file or nothing.
    """
    for found in records(texts(path, name), name, squash("return_details")):
        yield found.line, _row(found)


def _row(found: Node) -> dict[str, str | None]:
    items = [dict(item) for item in dict.fromkeys(_texts([part]) for part in found.parts if part.key == ITEM)]
    own = dict(_texts(part for part in found.parts if part.key != ITEM))
    values = {**own, **items[0]} if items else own
    row = {name: next((values[key] for key in keys if key in values), None) for name, keys in KEYS.items()}
    if len(items) > 1:
        row["quantity"] = _quantity(_of(items, "quantity"))
        row["refunded_amount"] = _amount(_of(items, "refunded_amount"))
    return row


def _texts(nodes: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    """Squashed name and text of all that has a text, at any depth; the first of a name."""
    found: dict[str, str] = {}
    for node in nodes:
        for part in node.walk():
            if part.text:
                found.setdefault(part.key, part.text)
    return tuple(sorted(found.items()))


def _of(items: Sequence[Mapping[str, str]], name: str) -> list[str]:
    found = (next((item[key] for key in KEYS[name] if key in item), None) for item in items)
    return [text for text in found if text]


def _quantity(found: Sequence[str]) -> str | None:
    """The sum. A text that is no whole number stands for all: the row is refused with it, not guessed at."""
    odd = next((text for text in found if not re.fullmatch(r"\d{1,9}(\.0+)?", text, re.ASCII)), None)
    return odd or (str(sum(int(text.split(".")[0]) for text in found)) if found else None)


def _amount(found: Sequence[str]) -> str | None:
    """The sum, None where one is not written plainly: part of a sum would be wrong, and no money is read from here."""
    if not found or not all(re.fullmatch(r"\d{1,14}(\.\d{1,4})?", text, re.ASCII) for text in found):
        return None
    return str(sum(map(Decimal, found)))
