"""Which proof a case asks for (actions.rows.*.evidence), what the store has of it, and how strong that is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from atoz_cli.answers.claims import Evidence
from atoz_cli.triage import facts
from atoz_cli.triage.case import Case, ShipmentFacts
from atoz_cli.triage.law import Law, when

Found = tuple[bool | None, str | None]

# The rows whose proof can win a kind. The score is the best of them, so that it never falls with more proof.
DEFENCES: dict[str, tuple[str, ...]] = {
    "item_not_received": ("protected_inr", "own_tracking_signed", "refused_returned"),
    "not_as_described": ("not_as_described", "not_returned", "refused_returned"),
    "return_not_refunded": ("return_not_received", "refused_returned"),
    "return_not_provided": ("not_returned",),
    "extra_charges": ("extra_charges", "refused_returned"),
    "unauthorized_purchase": ("unauthorized",),
    "order_cancelled": ("already_refunded",),
    "other": ("own_tracking_signed", "not_returned", "refused_returned"),
}
# atoz's own weights: what the other slots of a row are worth little without.
WEIGHTS = {"signature": 3, "label": 3, "return_tracking": 2, "delivered_scan": 2, "first_scan": 2, "shipment_proof": 2}
NEEDS = {"protected_inr": "label"}
WITHOUT_RETURN = ("not_returned", "return_not_received")


def proof(
    case: Case, law: Law, row: str | None, attached: frozenset[str] = frozenset()
) -> tuple[tuple[Evidence, ...], float]:
    """The slots of the row and of the kind's defences, and the strength from 0 to 1; what is attached is had."""
    defences = _defences(case)
    found = {slot: _look(case, slot) for slot in _slots(law, row, defences)}
    found |= {slot: (True, found[slot][1] or "attached") for slot in attached if slot in found}
    shares = [_share(law.value(f"actions.rows.{one}.evidence"), found, NEEDS.get(one)) for one in defences]
    evidence = tuple(Evidence(slot, have, value, _note(slot, have)) for slot, (have, value) in found.items())
    return evidence, round(max(shares, default=0.0), 2)


@lru_cache(maxsize=10_000)
def _slots(law: Law, row: str | None, defences: tuple[str, ...]) -> tuple[str, ...]:
    """The slots of a row and of the defences, each once."""
    rows = dict.fromkeys((row, *defences) if row else defences)
    return tuple(dict.fromkeys(slot for one in rows for slot in law.value(f"actions.rows.{one}.evidence")))


def _defences(case: Case) -> tuple[str, ...]:
    if case.type == "chargeback":
        return ("unauthorized",) if case.chargeback_class == "fraud" else ("service_chargeback",)
    rows = DEFENCES.get(case.kind, DEFENCES["other"])
    if facts.return_back(case):
        rows = tuple(one for one in rows if one not in WITHOUT_RETURN)
    if not facts.came_back(case):
        rows = tuple(one for one in rows if one != "refused_returned")
    if facts.refunded_before(case) and "already_refunded" not in rows:
        rows = (*rows, "already_refunded")
    return rows


def _share(slots: tuple[str, ...], found: dict[str, Found], needs: str | None) -> float:
    if not slots or (needs and not found.get(needs, (None, None))[0]):
        return 0.0
    return _worth(tuple(slot for slot in slots if found[slot][0])) / _worth(slots)


@lru_cache(maxsize=1000)
def _worth(slots: tuple[str, ...]) -> int:
    return sum(WEIGHTS.get(slot, 1) for slot in slots)


def _look(case: Case, slot: str) -> Found:
    finder = FINDERS.get(slot)
    return finder(case) if finder else (None, None)


def _note(slot: str, have: bool | None) -> str | None:
    return None if have else NOTES.get(slot)


def _packages(case: Case, has: Callable[[ShipmentFacts], object]) -> Found:
    """True if a package has it; the count is said where not all have."""
    found = [one for one in case.shipments if has(one)]
    if not case.shipments:
        return None, None
    several = len(case.shipments) > 1
    return bool(found), f"{len(found)} of {len(case.shipments)} packages" if several and found else None


def _words(case: Case, has: Callable[[ShipmentFacts], str | None]) -> Found:
    words = dict.fromkeys(word for one in case.shipments if (word := has(one)))
    return (bool(words) if case.shipments else None), ", ".join(words) or None


def _label(case: Case) -> Found:
    have, count = _packages(case, lambda one: one.label == "buy_shipping" and one.claims_protected is not False)
    if not have and case.shipments and all(one.label is None for one in case.shipments):
        return None, None
    return have, count or ("Buy Shipping" if have else None)


def _first_scan(case: Case) -> Found:
    return _words(case, lambda one: when(one.first_scan_at) if one.first_scan_at else None)


def _delivered(case: Case) -> Found:
    return _words(case, lambda one: when(one.delivered_at) if one.delivered_at else None)


def _signature(case: Case) -> Found:
    have, count = _packages(case, lambda one: one.signed)
    return have, count or ("signed" if have else None)


def _postal(case: Case) -> Found:
    match = facts.postal_match(case)
    return match, None if match is None else ("postal code: yes" if match else "postal code: no")


def _messages(case: Case) -> Found:
    answered = sum(one.answered_at is not None for one in case.messages)
    if not case.messages:
        return None, None
    return bool(answered), f"{len(case.messages)} messages, {answered} answered"


def _shipped(case: Case) -> Found:
    return _words(case, lambda one: when(at) if (at := one.confirmed_at or one.first_scan_at) else None)


def _shipment(case: Case) -> Found:
    have, _ = _packages(case, lambda one: one.tracking_number or one.confirmed_at or one.first_scan_at)
    return have, _words(case, lambda one: one.tracking_number)[1]


def _return_tracking(case: Case) -> Found:
    if back := facts.came_back(case):
        return True, f"brought back {when(back)}"
    numbers = [one.tracking_number for one in case.returns if one.tracking_number]
    return (bool(numbers) if case.returns else None), ", ".join(numbers) or None


def _authorised(case: Case) -> Found:
    ids = [one.rma_id for one in case.returns if one.rma_id]
    have = facts.return_offered(case) if case.returns else None
    return have, (", ".join(ids) or None) if have else None


def _return_label(case: Case) -> Found:
    types = [f"{one.label_type}, paid by {one.label_paid_by or 'unknown'}" for one in case.returns if one.label_type]
    return (bool(types) if case.returns else None), "; ".join(types) or None


def _refund(case: Case) -> Found:
    lines = [
        f"{when(one.refunded_at)} {one.amount if one.amount is not None else 'unknown amount'} by {one.by or 'seller'}"
        for one in case.refunds
    ]
    return (True if lines else None), "; ".join(lines) or None


FINDERS: dict[str, Callable[[Case], Found]] = {
    "label": _label,
    "first_scan": _first_scan,
    "scans": _first_scan,
    "messages": _messages,
    "carrier": lambda case: _words(case, lambda one: one.carrier),
    "tracking_number": lambda case: _words(case, lambda one: one.tracking_number),
    "signature": _signature,
    "address_match": _postal,
    "postal_code_match": _postal,
    "delivered_scan": _delivered,
    "delivery_proof": _delivered,
    "ship_date": _shipped,
    "shipment_proof": _shipment,
    "return_tracking": _return_tracking,
    "return_authorisation": _authorised,
    "return_label": _return_label,
    "refund_record": _refund,
}

NOTES = {
    "label": 'Manage Orders, the order, its Buy Shipping label: a picture of "Claims Protected".',
    "first_scan": "The carrier's tracking page: first physical scan.",
    "scans": "The carrier's tracking page: every scan.",
    "messages": "Buyer-Seller Messages of the order.",
    "carrier": "The order's shipping details.",
    "tracking_number": "The order's shipping details.",
    "signature": "Ask the carrier for the proof of delivery with signature.",
    "address_match": "The carrier's proof of delivery: the address it was handed over at.",
    "postal_code_match": "The carrier's proof of delivery: city and postal code.",
    "delivered_scan": "The carrier's tracking page: delivery scan.",
    "photo": "The carrier's picture or position of the delivery; often turned down.",
    "delivery_proof": "The carrier's proof of delivery, and the customs papers if duties were paid.",
    "ship_date": "The order's shipping details: ship confirmation.",
    "shipment_proof": "The carrier's receipt or tracking page to the order's address.",
    "carrier_claim": "File a claim with the carrier and keep its number.",
    "return_tracking": "Manage Returns, or the carrier's tracking page of the return.",
    "return_authorisation": "Manage Returns: the authorisation of the return.",
    "return_label": "Manage Returns: the prepaid label that was sent.",
    "return_policy": "The return policy that the listing showed.",
    "return_photos": "Your pictures of what came back.",
    "serial_number": "The serial number sent and the one that came back.",
    "refund_record": "Manage Orders: the refund's id, date and amount.",
    "listing": "The listing's text and pictures as sold.",
    "photos_before_dispatch": "Your pictures from before dispatch.",
    "shipping_terms": "The listing's shipping terms, who pays duties.",
}
