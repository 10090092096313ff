"""The facts at the border: what a valid order, claim, shipment … is. Text of a file in, a typed fact or the reason out.

A field without a default must be there. The types say how a cell is read (`cells.py`); what a file calls the columns
and its codes stands in `sources/*.toml`; where the facts live and by which key they are merged in `store/facts.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import get_args, get_type_hints

from pydantic import BaseModel, ConfigDict

from atoz_cli.cells import (
    Amount,
    Code,
    Comment,
    Currency,
    Deadline,
    Flag,
    Is,
    Marketplace,
    Moment,
    Present,
    Quantity,
    Rating,
    Text,
)


class Fact(BaseModel):
    """A row that may be stored. Columns that we did not ask for are not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class Order(Fact):
    """One order. Its day is the UTC day of `placed_at`; `channel` is `mfn` or `afn`."""

    order_id: Text
    placed_at: Moment
    updated_at: Moment | None = None
    marketplace: Marketplace | None = None
    sales_channel: Code | None = None
    channel: Code | None = None
    status: Code | None = None
    service: Text | None = None
    ship_by: Deadline | None = None
    deliver_by: Deadline | None = None
    ship_state: Text | None = None
    ship_postal_code: Text | None = None
    ship_country: Text | None = None
    buyer_requested_cancel: Flag | None = None
    signature_recommended: Flag | None = None


class Item(Fact):
    """One line of an order. `amount` is for the whole quantity, in `currency`."""

    order_id: Text
    order_item_id: Text | None = None
    updated_at: Moment | None = None
    sku: Text | None = None
    asin: Text | None = None
    product_name: Text | None = None
    item_status: Code | None = None
    quantity: Quantity | None = None
    amount: Amount | None = None
    currency: Currency | None = None


class Shipment(Fact):
    """One package. `shipped_at`: as the seller says; `confirmed_at`: when the seller told Amazon, which is what Amazon judges.

    `returned_at`: the carrier brought it back; `signed`: someone signed, nobody's name is kept.
    """

    order_id: Text
    package_id: Text | None = None
    carrier: Text | None = None
    service: Text | None = None
    tracking_number: Text | None = None
    ship_by: Deadline | None = None
    shipped_at: Moment | None = None
    confirmed_at: Moment | None = None
    first_scan_at: Moment | None = None
    deliver_by: Deadline | None = None
    delivered_at: Moment | None = None
    delivered_to_postal_code: Text | None = None
    signed: Present | None = None
    label: Code | None = None
    claims_protected: Flag | None = None
    returned_at: Moment | None = None
    ship_from: Text | None = None


class Claim(Fact):
    """One A-to-z claim, as far as the seller wrote it down."""

    order_id: Text
    filed_at: Moment
    claim_id: Text | None = None
    marketplace: Marketplace | None = None
    reason: Comment | None = None
    comment: Comment | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    status: Code | None = None
    respond_by: Deadline | None = None
    decided_at: Moment | None = None
    decision: Code | None = None
    funded_by: Code | None = None
    counts_in_odr: Flag | None = None
    refunded_at: Moment | None = None
    withdrawn_at: Moment | None = None
    appealed_at: Moment | None = None
    appeal_decision: Code | None = None
    appeal_decided_at: Moment | None = None


class Chargeback(Fact):
    """One chargeback. `reason_code` is the card network's."""

    order_id: Text
    filed_at: Moment
    chargeback_id: Text | None = None
    marketplace: Marketplace | None = None
    network: Code | None = None
    reason_code: Text | None = None
    reason: Comment | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    status: Code | None = None
    respond_by: Deadline | None = None
    decided_at: Moment | None = None
    decision: Code | None = None


class Feedback(Fact):
    """What a buyer said of an order, 1 to 5 stars."""

    order_id: Text
    left_at: Moment
    rating: Rating
    comment: Comment | None = None
    response: Comment | None = None


class FeedbackEvent(Fact):
    """A feedback that Amazon or the buyer took away, or that Amazon struck through."""

    order_id: Text
    removed_at: Moment | None = None
    struck_at: Moment | None = None


class Return(Fact):
    """One return request. `delivered_at`: it reached the seller; `a_to_z_claim`: Amazon flags a claim on the order."""

    order_id: Text
    rma_id: Text | None = None
    requested_at: Moment | None = None
    status: Code | None = None
    reason: Text | None = None
    sku: Text | None = None
    asin: Text | None = None
    quantity: Quantity | None = None
    label_type: Code | None = None
    label_paid_by: Code | None = None
    carrier: Text | None = None
    tracking_number: Text | None = None
    a_to_z_claim: Flag | None = None
    in_policy: Flag | None = None
    return_type: Code | None = None
    resolution: Code | None = None
    disposition: Code | None = None
    comment: Comment | None = None
    delivered_at: Moment | None = None
    order_amount: Amount | None = None
    refunded_amount: Amount | None = None
    currency: Currency | None = None
    safe_t_claim_id: Text | None = None
    safe_t_state: Code | None = None
    safe_t_created_at: Moment | None = None
    safe_t_amount: Amount | None = None


class Refund(Fact):
    """Money given back. `refunded_by`: `seller` or `amazon`; blank means the seller."""

    order_id: Text
    refunded_at: Moment
    amount: Amount | None = None
    currency: Currency | None = None
    refunded_by: Code | None = None


class Message(Fact):
    """A message of a buyer and when it was answered; the words are not kept."""

    order_id: Text
    received_at: Moment
    answered_at: Moment | None = None
    topic: Code | None = None


class ClaimMail(Fact):
    """What one of Amazon's mails says of a claim or chargeback; the mail itself is not kept."""

    order_id: Text
    noticed_at: Moment
    about: Code
    event: Code
    marketplace: Marketplace | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    reason: Comment | None = None
    respond_by: Deadline | None = None
    decision: Code | None = None
    funded_by: Code | None = None
    counts_in_odr: Flag | None = None


class Money(Fact):
    """What Amazon booked on an order for a claim, chargeback or refund: evidence that there is one, never its kind.

    `amount` is what went back to the buyer, `net` what it was for the seller, both as booked (negative: out of the
    account). `book` says which of Amazon's two books it is from: `settlement` or `payments`.
    """

    order_id: Text
    posted_at: Moment
    kind: Code
    about: Code | None = None
    book: Code | None = None
    settlement_id: Text | None = None
    adjustment_id: Text | None = None
    channel: Code | None = None
    amount: Amount | None = None
    net: Amount | None = None
    currency: Currency | None = None


class HealthOrder(Fact):
    """An order that Amazon lists under a metric of Account Health, with what it says of it."""

    order_id: Text
    metric: Code
    placed_at: Moment | None = None
    tracking_number: Text | None = None
    negative_feedback: Present | None = None
    a_to_z_claim: Present | None = None
    chargeback: Present | None = None
    valid_tracking: Flag | None = None
    late: Flag | None = None
    counts: Flag | None = None
    category: Text | None = None


RECORDS: dict[str, type[Fact]] = {
    "orders": Order,
    "items": Item,
    "shipments": Shipment,
    "claims": Claim,
    "chargebacks": Chargeback,
    "feedback": Feedback,
    "feedback_events": FeedbackEvent,
    "returns": Return,
    "refunds": Refund,
    "messages": Message,
    "claim_mails": ClaimMail,
    "money": Money,
    "health_orders": HealthOrder,
}
"""The kinds of fact, by the name of their table."""


@cache
def kinds_of_value(fact: str) -> Mapping[str, tuple[Is, bool]]:
    """Field name to (what kind of value it is, whether it must be there) of a kind of fact, in order."""
    record = RECORDS[fact]
    hints = get_type_hints(record, include_extras=True)
    return {name: (_marker(hints[name]), info.is_required()) for name, info in record.model_fields.items()}


def _marker(hint: object) -> Is:
    for part in (hint, *get_args(hint)):
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, Is):
                return meta
    raise TypeError(f"{hint} has no kind of value")
