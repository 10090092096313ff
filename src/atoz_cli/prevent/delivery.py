"""Parcels that did not come, or not to the buyer: the look in; late, misdelivered and unsigned orders out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from atoz_cli.metrics.question import utc
from atoz_cli.prevent.found import Found, of_order, some
from atoz_cli.prevent.look import Look, Row
from atoz_cli.triage.law import when


def late_delivery(look: Look) -> Iterator[Found]:
    """Past the latest delivery date without a delivery scan, for as long as a claim may be filed."""
    for row in look.on_their_way:
        if row[8] != "late_delivery":
            continue
        promise, returned = utc(row[9]), utc(row[13])
        if promise is None:
            continue
        law = look.law(row[1])
        start = promise + timedelta(days=int(law.value("eligibility.delivery_wait_days")))
        end = promise + timedelta(days=int(law.value("eligibility.filing_days")))
        claim = f"a claim is possible {'since' if start <= look.as_of else 'from'} {when(start)} until {when(end)}"
        action = "refund_or_resend" if returned else "do_not_refund" if row[14] else "tell_buyer"
        yield of_order("late_delivery", row, promise, start, action, f"{_late(row)}; {claim}.")


def _late(row: Row) -> str:
    """`Promised by 2026-11-19, last seen by the carrier on 2026-11-15 20:03 UTC, no delivery scan`."""
    promise, carrier, returned, tracked, scanned = utc(row[9]), row[11], utc(row[13]), row[15], utc(row[16])
    said = f"Promised by {when(promise)}" if promise else "Promised"
    if returned:
        return f"{said}, brought back by the carrier on {when(returned)}"
    who = carrier or "the carrier"
    if scanned:
        return f"{said}, first scanned by {who} on {when(scanned)}, no delivery scan"
    return f"{said}, {'no scan at all' if tracked else 'no tracking number and no scan'}"


def delivered_elsewhere(look: Look) -> Iterator[Found]:
    """Delivered in another postal code than the order's."""
    for row in look.rows("delivered_elsewhere"):
        delivered = utc(row[8])
        if delivered is None:
            continue
        by = delivered + timedelta(hours=int(look.rule(row[1], "delivered_elsewhere.hours")))
        which = "" if row[9] == 1 else f" ({some(row[9], 'package')})"
        why = f"Delivered on {when(delivered)} in another postal code than the order's{which}; a claim is possible at once."
        yield of_order("delivered_elsewhere", row, delivered, by, "find_parcel", why)


def delivered_unsigned(look: Look) -> Iterator[Found]:
    """Delivered, of high value by the seller's own word, and nobody signed."""
    for row in look.rows("unsigned_orders"):
        delivered = utc(row[10])
        value = f"{row[8]:.2f} {row[6] or ''}".rstrip()
        why = f"Delivered on {when(delivered) if delivered else 'an unknown day'} without a signature; worth {value} or more."
        yield of_order("delivered_unsigned", row, delivered, None, "keep_proof", why)
