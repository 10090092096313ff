"""A case → plain answers to plain questions about its facts; no rule of Amazon's is known here. None means unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, wraps
from typing import TypeVar

from atoz_cli.triage.case import Case, RefundFacts, ReturnFacts, ShipmentFacts

Found = TypeVar("Found")
UNSHIPPED = ("unshipped", "pending", "payment_pending", "not_shipped")
APPROVED = ("approved", "authorized", "authorised", "completed", "closed")
# Words of Amazon's decision codes ("DELIVERED_NOT_RECEIVED_CARRIER_FAULT"); no other fact tells of a lost parcel.
CARRIER_FAULT = ("carrier fault", "lost by carrier", "lost in transit", "carrier lost", "damaged by carrier")


def once(read: Callable[[Case], Found]) -> Callable[[Case], Found]:
    """A fact that many rooms ask for: found out once for each case."""
    name = read.__name__

    @wraps(read)
    def known(case: Case) -> Found:
        kept = case.__dict__
        if name not in kept:
            kept[name] = read(case)
        found: Found = kept[name]
        return found

    return known


def by_amazon(case: Case) -> bool:
    """Amazon ships this order (FBA)."""
    return case.order is not None and case.order.channel == "afn"


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The last of the known ones."""
    known = [one for one in moments if one]
    return max(known) if known else None


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The first of the known ones."""
    known = [one for one in moments if one]
    return min(known) if known else None


@once
def deliver_by(case: Case) -> datetime | None:
    """The latest estimated delivery over the order and its packages."""
    return latest([case.order.deliver_by if case.order else None, *(one.deliver_by for one in case.shipments)])


def ship_by(case: Case, shipment: ShipmentFacts | None = None) -> datetime | None:
    """The promise to ship: the package's own, else the order's."""
    if shipment and shipment.ship_by:
        return shipment.ship_by
    return case.order.ship_by if case.order else None


@once
def first_delivery(case: Case) -> datetime | None:
    """The first delivered scan of any package."""
    return earliest(one.delivered_at for one in case.shipments)


def delivered(case: Case) -> bool:
    """Every package has a delivered scan."""
    return bool(case.shipments) and all(one.delivered_at for one in case.shipments)


def signed(case: Case) -> bool:
    """Every package was delivered and signed for."""
    return delivered(case) and all(one.signed for one in case.shipments)


@once
def came_back(case: Case) -> datetime | None:
    """When the carrier had brought every parcel back (refused, undeliverable); None while one is elsewhere."""
    if not case.shipments or any(one.returned_at is None for one in case.shipments):
        return None
    return latest(one.returned_at for one in case.shipments)


def partly_back(case: Case) -> str:
    """A sentence where the carrier brought some parcels back and not all; else nothing."""
    back = sum(one.returned_at is not None for one in case.shipments)
    if not back or back == len(case.shipments):
        return ""
    return f" The carrier brought {back} of {len(case.shipments)} parcels back: that excuses nothing until all are."


def tracked(case: Case) -> bool:
    """Every package has a tracking number or a carrier's scan."""
    return bool(case.shipments) and all(
        one.tracking_number or one.first_scan_at or one.delivered_at for one in case.shipments
    )


def shipped(case: Case) -> bool | None:
    """Whether anything left the house, by the packages, else by the order's status."""
    if any(one.confirmed_at or one.tracking_number or one.first_scan_at or one.delivered_at for one in case.shipments):
        return True
    if case.order and case.order.status in UNSHIPPED:
        return False
    return None if not case.shipments else False


def late_to_ship(case: Case) -> bool:
    """Nothing left the house and the ship-by date is past; without such a date it is not known to be late."""
    promise = ship_by(case)
    return shipped(case) is False and promise is not None and case.as_of > promise


def cancelled(case: Case) -> bool:
    """The order is cancelled, by its status or by the claim's own kind."""
    return case.kind == "order_cancelled" or bool(case.order and case.order.status in ("cancelled", "canceled"))


def carrier_fault(case: Case) -> bool:
    """Amazon's reason says that the carrier lost or damaged it."""
    return _blames_carrier(" ".join((case.reason or "", *case.kind_words)))


@lru_cache(maxsize=1000)
def _blames_carrier(said: str) -> bool:
    words = re.sub(r"[^a-z]+", " ", said.lower())
    return any(one in words for one in CARRIER_FAULT)


@once
def postal_match(case: Case) -> bool | None:
    """Whether the parcels were delivered to the order's postal code; the shorter form of a code matches the longer."""
    wanted = _code(case.order.ship_postal_code if case.order else None)
    found = [_code(one.delivered_to_postal_code) for one in case.shipments if one.delivered_to_postal_code]
    if not wanted or not found:
        return None
    return all(one.startswith(wanted) or wanted.startswith(one) for one in found if one)


def _code(text: str | None) -> str:
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def seller_refunds(case: Case) -> list[RefundFacts]:
    """The seller's refunds: a blank `by` means the seller."""
    return [one for one in case.refunds if one.by != "amazon"]


def amazon_refunds(case: Case) -> list[RefundFacts]:
    """The refunds that Amazon issued."""
    return [one for one in case.refunds if one.by == "amazon"]


@once
def refunded_before(case: Case) -> datetime | None:
    """When the buyer had the whole money back, if that was before the filing: from the seller, or from Amazon."""
    if case.filed_at is None:
        return None
    if case.refunded_in_full_at and case.refunded_in_full_at < case.filed_at:
        return case.refunded_in_full_at
    early = [one for one in amazon_refunds(case) if one.refunded_at < case.filed_at]
    known = [one.amount for one in early if one.amount is not None]
    if early and (case.amount is None or len(known) < len(early) or sum(known, Decimal(0)) >= case.amount):
        return latest(one.refunded_at for one in early)
    return None


@once
def amazon_paid(case: Case) -> datetime | None:
    """When Amazon's own refunds became the whole claim; one of unknown amount is taken for the whole."""
    paid = Decimal(0)
    for one in sorted(amazon_refunds(case), key=lambda refund: refund.refunded_at):
        paid += one.amount or Decimal(0)
        if case.amount is None or one.amount is None or paid >= case.amount:
            return one.refunded_at
    return None


def refunded_by_report(case: Case) -> bool:
    """The returns report says that the whole price was refunded."""
    return any(
        one.refunded_amount is not None and one.order_amount and one.refunded_amount >= one.order_amount
        for one in case.returns
    )


def refunded_after(case: Case) -> datetime | None:
    """When the seller's refunds became full, if that was at or after the filing."""
    full = case.refunded_in_full_at
    return full if full and case.filed_at and full >= case.filed_at else None


def return_back(case: Case) -> ReturnFacts | None:
    """The buyer's return that reached the seller last."""
    back = [one for one in case.returns if one.delivered_at]
    return max(back, key=lambda one: str(one.delivered_at)) if back else None


def return_offered(case: Case) -> bool:
    """A return was authorised or given a label."""
    return any((one.status or "").lower() in APPROVED or one.label_type for one in case.returns)


def return_asked(case: Case) -> datetime | None:
    """When the buyer first asked to return it."""
    return earliest(one.requested_at for one in case.returns)


def first_scan_refund(case: Case) -> bool:
    """Amazon refunds this return at the carrier's first scan."""
    return any(re.sub(r"[^a-z]", "", (one.resolution or "").lower()) == "refundatfirstscan" for one in case.returns)


def kept_back(case: Case) -> bool:
    """Part of the price of a returned item was refunded: the seller says that it did not come back as it was sent."""
    if case.refunded_in_full_at or return_back(case) is None:
        return False
    row = any(
        one.refunded_amount and one.order_amount and Decimal(0) < one.refunded_amount < one.order_amount
        for one in case.returns
    )
    return row or bool(seller_refunds(case)) or any(one.safe_t_state for one in case.returns)


def money(case: Case) -> str:
    """The claimed amount in words."""
    return f"{case.amount:.2f} {case.currency or ''}".strip() if case.amount is not None else "the claimed amount"
