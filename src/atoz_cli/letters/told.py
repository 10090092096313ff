"""A case and its verdict → the plain values that templates may tell: dates, numbers, yes and no; nobody's name or address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from atoz_cli.answers.claims import Verdict
from atoz_cli.triage import facts
from atoz_cli.triage.case import Case, RefundFacts, ReturnFacts, ShipmentFacts
from atoz_cli.triage.law import when

# What a free cell of a file may hold and a letter must not: an address of mail, a long number with spaces as phones have.
PERSONAL = re.compile(r"[^\s@]+@[^\s@]+\.\w+|\+\d[\d ()/.-]{6,}\d")


class Parcel(Struct, frozen=True):
    """One package as a letter tells it."""

    number: int | None
    carrier: str | None
    tracking: str | None
    bought: bool
    protected: bool
    shipped: str | None
    scan: str | None
    in_time: bool
    ship_by: str | None
    delivered: str | None
    signed: bool
    returned: str | None


class Return(Struct, frozen=True):
    """One return as a letter tells it."""

    rma: str | None
    requested: str | None
    authorised: bool
    label: bool
    tracking: str | None
    delivered: str | None


class Refund(Struct, frozen=True):
    """One refund as a letter tells it."""

    on: str
    amount: str | None
    amazon: bool


class Messages(Struct, frozen=True):
    """How many messages there are, and the first."""

    count: int
    answered: int
    first: str


class Told(Struct, frozen=True):
    """Everything that a letter may say."""

    language: str
    order_id: str
    claim_id: str | None
    kind: str
    chargeback: bool
    action: str
    case: str
    amount: str | None
    placed: str | None
    ship_by: str | None
    deliver_by: str | None
    filed: str | None
    decided: str | None
    seller_pays: bool
    counts: bool
    protected: bool
    ineligible: tuple[str, ...]
    parcels: tuple[Parcel, ...]
    postal: bool
    returns: tuple[Return, ...]
    refunds: tuple[Refund, ...]
    messages: Messages | None
    carrier: str | None
    tracking: str | None
    delivered: str | None
    back: str | None
    requested: str | None
    return_received: str | None
    enclosed: tuple[str, ...]
    most: int = 6


def told(case: Case, verdict: Verdict, language: str, enclosed: Sequence[str] = ()) -> Told:
    """What the files hold of it."""
    order, several = case.order, len(case.shipments) > 1
    parcels = tuple(_parcel(case, one, at if several else None) for at, one in enumerate(case.shipments, 1))
    received = facts.return_back(case)
    numbers = [one.tracking for one in parcels if one.tracking]
    return Told(
        language=language,
        order_id=case.order_id,
        claim_id=_clean(case.claim_id),
        kind=case.kind,
        chargeback=case.type == "chargeback",
        action=verdict.action,
        case=_buyers_case(case, verdict),
        amount=None if case.amount is None else f"{case.amount:.2f} {case.currency or ''}".strip(),
        placed=_at(order.placed_at if order else None),
        ship_by=_at(facts.ship_by(case)),
        deliver_by=_at(facts.deliver_by(case)),
        filed=_at(case.filed_at),
        decided=_at(case.decided_at),
        seller_pays=case.funded_by != "amazon",
        counts=bool(case.odr.counts),
        protected=verdict.protected is True,
        ineligible=verdict.ineligible_because,
        parcels=parcels,
        postal=facts.postal_match(case) is True,
        returns=tuple(map(_return, case.returns)),
        refunds=tuple(map(_refund, case.refunds)),
        messages=_messages(case),
        carrier=next((one.carrier for one in parcels if one.carrier), None),
        tracking=", ".join(numbers) or None,
        delivered=_at(facts.latest(one.delivered_at for one in case.shipments)) if facts.delivered(case) else None,
        back=_at(facts.came_back(case)),
        requested=_at(facts.return_asked(case)),
        return_received=_at(received.delivered_at if received else None),
        enclosed=tuple(word.replace("_", " ") for word in enclosed),
    )


def _buyers_case(case: Case, verdict: Verdict) -> str:
    """Which sentence a message to the buyer has."""
    if verdict.action == "let_amazon_refund":
        return "protected"
    if case.kind == "unauthorized_purchase":
        return "not_yours"
    if verdict.action == "refund":
        return "refund"
    if facts.came_back(case):
        return "back"
    if facts.return_back(case):
        return "return_received"
    if case.returns:
        return "return_open"
    if case.kind == "item_not_received":
        return "delivered" if facts.delivered(case) else "on_its_way" if facts.shipped(case) else "ask"
    by_kind = {"not_as_described": "return_offer", "return_not_provided": "return_offer", "extra_charges": "charges"}
    return by_kind.get(case.kind, "ask")


def _parcel(case: Case, one: ShipmentFacts, number: int | None) -> Parcel:
    promise = facts.ship_by(case, one)
    return Parcel(
        number=number,
        carrier=_clean(one.carrier),
        tracking=_clean(one.tracking_number),
        bought=one.label == "buy_shipping",
        protected=bool(one.claims_protected),
        shipped=_at(one.confirmed_at),
        scan=_at(one.first_scan_at),
        in_time=bool(one.first_scan_at and promise and one.first_scan_at <= promise),
        ship_by=_at(promise),
        delivered=_at(one.delivered_at),
        signed=bool(one.signed and one.delivered_at),
        returned=_at(one.returned_at),
    )


def _return(one: ReturnFacts) -> Return:
    return Return(
        rma=_clean(one.rma_id),
        requested=_at(one.requested_at),
        authorised=(one.status or "").lower() in facts.APPROVED,
        label=bool(one.label_type),
        tracking=_clean(one.tracking_number),
        delivered=_at(one.delivered_at),
    )


def _refund(one: RefundFacts) -> Refund:
    amount = None if one.amount is None else f"{one.amount:.2f} {one.currency or ''}".strip()
    return Refund(when(one.refunded_at), amount, one.by == "amazon")


def _messages(case: Case) -> Messages | None:
    if not case.messages:
        return None
    answered = sum(one.answered_at is not None for one in case.messages)
    return Messages(len(case.messages), answered, when(min(one.received_at for one in case.messages)))


def _at(moment: datetime | None) -> str | None:
    return when(moment) if moment else None


def _clean(text: str | None) -> str | None:
    """A free cell on one line, without what looks like a mail address or a telephone number."""
    if text is None:
        return None
    return PERSONAL.sub("[removed]", " ".join(text.split()))[:120] or None
