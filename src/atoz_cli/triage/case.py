"""One claim or chargeback with everything the store knew of it on the day asked: what the judges judge.

Every moment is UTC and aware of it; facts dated after `as_of` are already left out. Empty means unknown.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from atoz_cli.answers.claims import OdrEffect


class OrderFacts(Struct, frozen=True):
    """The order under the claim. `status` in our words: `cancelled`, `pending`, `unshipped`, `shipped`, …"""

    placed_at: datetime
    status: str | None = None
    channel: str | None = None
    ship_by: datetime | None = None
    deliver_by: datetime | None = None
    ship_postal_code: str | None = None
    ship_country: str | None = None
    product_names: tuple[str, ...] = ()


class ShipmentFacts(Struct, frozen=True):
    """One package. `label`: `buy_shipping` or `own`; `returned_at`: the carrier brought it back."""

    carrier: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    ship_by: datetime | None = None
    confirmed_at: datetime | None = None
    first_scan_at: datetime | None = None
    deliver_by: datetime | None = None
    delivered_at: datetime | None = None
    delivered_to_postal_code: str | None = None
    signed: bool | None = None
    label: str | None = None
    claims_protected: bool | None = None
    returned_at: datetime | None = None
    ship_from: str | None = None


class ReturnFacts(Struct, frozen=True):
    """One return request. `delivered_at`: the buyer's return reached the seller."""

    rma_id: str | None = None
    requested_at: datetime | None = None
    status: str | None = None
    reason: str | None = None
    label_type: str | None = None
    label_paid_by: str | None = None
    tracking_number: str | None = None
    resolution: str | None = None
    in_policy: bool | None = None
    delivered_at: datetime | None = None
    order_amount: Decimal | None = None
    refunded_amount: Decimal | None = None
    safe_t_state: str | None = None


class RefundFacts(Struct, frozen=True):
    """One refund. `by`: `seller` or `amazon`; blank means the seller. No amount: unknown."""

    refunded_at: datetime
    amount: Decimal | None = None
    currency: str | None = None
    by: str | None = None


class MessageFacts(Struct, frozen=True):
    """One message of the buyer. `topic`: `delivery`, `return`, `product`, `other`."""

    received_at: datetime
    answered_at: datetime | None = None
    topic: str | None = None


class Case(Struct, frozen=True, dict=True):
    """A claim or chargeback and the facts around it. `kind` and its origin are already settled (see `kinds`).

    What `facts` finds out of it is remembered with it.
    """

    type: Literal["a_to_z_claim", "chargeback"]
    account: str
    order_id: str
    kind: str
    kind_from: Literal["reason", "text", "facts"]
    confidence: float
    odr: OdrEffect
    as_of: datetime
    kind_words: tuple[str, ...] = ()
    """the words or codes that decided the kind"""
    kind_doubt: str | None = None
    """a sentence where reason, text and facts disagree"""
    marketplace: str | None = None
    claim_id: str | None = None
    filed_at: datetime | None = None
    reason: str | None = None
    comment: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    status: str | None = None
    """`action_required`, `under_review`, `option_to_appeal`, `closed`"""
    respond_by: datetime | None = None
    decision: str | None = None
    """claims: `granted`, `granted_by_default`, `denied`, `withdrawn`; chargebacks: `won`, `reversed`, `lost`, `refunded`"""
    decided_at: datetime | None = None
    funded_by: str | None = None
    counts_in_odr: bool | None = None
    withdrawn_at: datetime | None = None
    appealed_at: datetime | None = None
    appeal_decision: str | None = None
    appeal_decided_at: datetime | None = None
    network: str | None = None
    reason_code: str | None = None
    chargeback_class: str | None = None
    """`fraud`, `service`, `unknown`"""
    refunded_in_full_at: datetime | None = None
    """when the seller's refunds became full (contract §6), whatever that was before or after the filing"""
    order: OrderFacts | None = None
    shipments: tuple[ShipmentFacts, ...] = ()
    returns: tuple[ReturnFacts, ...] = ()
    refunds: tuple[RefundFacts, ...] = ()
    """the seller's and Amazon's, also a claims file's own `refunded_at` (of unknown amount)"""
    messages: tuple[MessageFacts, ...] = ()
    other_claims_filed_at: tuple[datetime, ...] = field(default=())
    """when other A-to-z claims on the same order were filed"""
    chargebacks_filed_at: tuple[datetime, ...] = field(default=())
    """when chargebacks on the same order were filed (of other cases than this one)"""
