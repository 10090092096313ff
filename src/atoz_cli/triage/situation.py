"""Which row of the decision table (actions.rows) a case is, and what the facts say of it in one sentence."""

from __future__ import annotations

from msgspec import Struct

from atoz_cli.triage import facts
from atoz_cli.triage.case import Case
from atoz_cli.triage.law import when
from atoz_cli.triage.protection import Protection


class Situation(Struct, frozen=True):
    """A row's name, None where the facts fit none, and what they say."""

    row: str | None
    text: str


def situation(case: Case, protection: Protection) -> Situation:
    """The first that fits: fraud, cancelled, refunded before, brought back, refunded after, then by kind."""
    if case.type == "chargeback":
        return _chargeback(case)
    if case.kind == "unauthorized_purchase":
        return Situation(
            "unauthorized", "The buyer says the purchase was not theirs: payment fraud is Amazon's to bear."
        )
    if facts.cancelled(case):
        return Situation("order_cancelled", "The order is cancelled.")
    return _refunded(case) or _paid_by_amazon(case, protection) or by_kind(case, protection)


def _chargeback(case: Case) -> Situation:
    code = f" ({case.network or 'code'} {case.reason_code})" if case.reason_code else ""
    if case.chargeback_class == "fraud":
        text = f"A chargeback for payment fraud{code}: Amazon bears it; send the proof of shipment."
        return Situation("unauthorized", text)
    doubt = "" if case.chargeback_class == "service" else " whose code does not say whether it is fraud or service"
    return Situation("service_chargeback", f"A chargeback about the goods or the service{code}{doubt}.")


def _refunded(case: Case) -> Situation | None:
    before, back, after = facts.refunded_before(case), facts.came_back(case), facts.refunded_after(case)
    if before:
        return Situation("already_refunded", f"The buyer had the whole money back on {when(before)}, before filing.")
    if back:
        return Situation(
            "refused_returned", f"The carrier brought the parcel back (refused or undeliverable) on {when(back)}."
        )
    if after:
        return Situation("already_refunded", f"You refunded it in full on {when(after)}, after it was filed.")
    if full := case.refunded_in_full_at:
        return Situation(
            "already_refunded", f"You refunded it in full on {when(full)}; when it was filed is not known."
        )
    return None


def _paid_by_amazon(case: Case, protection: Protection) -> Situation | None:
    """Amazon gave the money back: what comes back with a return, and what is protected, have rows of their own."""
    paid = facts.amazon_paid(case)
    if paid is None or case.returns or protection.protected or case.odr.standing == "protected":
        return None
    return Situation("already_refunded", f"Amazon refunded the buyer in full on {when(paid)}.")


def by_kind(case: Case, protection: Protection) -> Situation:
    """The row of the kind alone."""
    if case.kind == "item_not_received":
        return _not_received(case, protection)
    if case.kind == "not_as_described":
        return _not_as_described(case)
    if case.kind == "return_not_refunded":
        return _return(case) or Situation(None, "No return of this order is in the files: import the returns report.")
    if case.kind == "return_not_provided":
        return _return_not_provided(case)
    if case.kind == "extra_charges":
        return Situation("extra_charges", "The buyer was charged extra (customs, fees).")
    if case.kind == "unauthorized_purchase":
        return Situation("unauthorized", "The buyer says the purchase was not theirs.")
    return Situation(None, "What the claim is about is not known: read it before you answer.")


def _not_received(case: Case, protection: Protection) -> Situation:
    if protection.protected or case.odr.standing == "protected":
        return Situation("protected_inr", "Not received, on a Claims Protected label that was scanned in time.")
    if facts.delivered(case):
        return _delivered(case)
    if facts.carrier_fault(case) and facts.tracked(case):
        return Situation("lost_by_carrier", "By Amazon's reason the carrier lost or damaged it, and it has tracking.")
    if facts.late_to_ship(case):
        return Situation("not_shipped", f"Not shipped, nor confirmed, by the ship-by date{_promise(case)}.")
    if facts.shipped(case) is False and facts.ship_by(case) is None:
        return Situation(None, "Not shipped, and no ship-by date is in the files: ship it, or cancel it in time.")
    if facts.shipped(case) is False:
        return Situation(None, f"Not shipped yet, and the ship-by date{_promise(case)} is not past: ship it.")
    if not case.shipments:
        return Situation(None, "No tracking of this order is in the files: import its shipment, or look it up.")
    if not facts.tracked(case):
        return Situation("no_tracking", "A package of this order has no tracking number and no scan.")
    return _on_its_way(case, protection)


def _delivered(case: Case) -> Situation:
    on = facts.latest(one.delivered_at for one in case.shipments)
    text = f"Scanned as delivered on {when(on) if on else 'an unknown day'}"
    if facts.signed(case):
        return Situation("own_tracking_signed", f"{text}, and signed for.{_elsewhere(case)}")
    return Situation("delivered_unsigned", f"{text}, without a signature.{_elsewhere(case)}")


def _elsewhere(case: Case) -> str:
    match = facts.postal_match(case)
    if match is None:
        return ""
    return " The postal code matches the order's." if match else " But NOT to the postal code of the order."


def _on_its_way(case: Case, protection: Protection) -> Situation:
    promise = facts.deliver_by(case)
    scan = facts.earliest(one.first_scan_at for one in case.shipments)
    scanned = f"first scanned on {when(scan)}" if scan else "tracking number known, no scan in the files"
    late = f"promised by {when(promise)}" if promise else "no promised day in the files"
    text = f"Shipped ({scanned}; {late}), with no delivery scan."
    bought = all(one.label == "buy_shipping" for one in case.shipments)
    if bought and protection.protected is False and not facts.seller_refunds(case):
        return Situation("protected_late_scan", f"{text} The Buy Shipping label does not protect it.")
    return Situation("in_transit", text)


def _not_as_described(case: Case) -> Situation:
    if found := _return(case):
        return found
    return Situation(
        "not_as_described", "Not as described, and no return request is in the files: offer the return now."
    )


def _return(case: Case) -> Situation | None:
    back = facts.return_back(case)
    if facts.refunded_by_report(case) and not facts.kept_back(case):
        return Situation("already_refunded", "The returns report says that the whole price was refunded.")
    if back and back.delivered_at and facts.kept_back(case):
        text = f"The return reached you on {when(back.delivered_at)} and only a part was refunded."
        return Situation("returned_different", text)
    if back and back.delivered_at and (facts.amazon_refunds(case) or facts.first_scan_refund(case)):
        return Situation(
            "already_refunded", f"The return reached you on {when(back.delivered_at)}; Amazon refunded it."
        )
    if back and back.delivered_at:
        return Situation(
            "return_delivered", f"The return reached you on {when(back.delivered_at)}; no full refund is known."
        )
    if not case.returns:
        return None
    if case.kind == "return_not_refunded" or any(one.tracking_number for one in case.returns):
        return Situation("return_not_received", "A return is on file, but it has not reached you.")
    if facts.return_offered(case):
        return Situation("not_returned", "The return was authorised and a label offered, but nothing came back.")
    return Situation(
        "not_as_described", "The buyer asked for a return, and no authorisation or label is on file: give it now."
    )


def _return_not_provided(case: Case) -> Situation:
    if facts.return_back(case) or facts.return_offered(case):
        return _return(case) or Situation("not_returned", "A return was offered.")
    return Situation("not_as_described", "No return authorisation, label or domestic address is on file: give one now.")


def _promise(case: Case) -> str:
    promise = facts.ship_by(case)
    return f" {when(promise)}" if promise else ""
