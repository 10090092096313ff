"""What is not shipped, or was shipped so that nothing proves it: the look in; unshipped, untracked and unscanned orders out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from atoz_cli.metrics.question import utc
from atoz_cli.prevent.found import Found, of_order, some
from atoz_cli.prevent.look import Look, Row
from atoz_cli.triage.law import when

PENDING = ("pending", "payment_pending")


def unshipped(look: Look) -> Iterator[Found]:
    """Orders that wait to be shipped: the ship-by date is near or past, and no confirmation is known."""
    for row in look.rows("unshipped"):
        status, ship_by, placed_at, confirmed, shipped, scanned = row[8], *map(utc, row[9:])
        if ship_by is None:
            continue
        past = ship_by < look.as_of
        said = f"To be shipped by {when(ship_by)}{', which is past' if past else ''}"
        action = "ship"
        if confirmed:
            action, rest = "ship_rest", "only a part of it is shipped"
        elif scanned:
            action, rest = "confirm_shipment", f"the carrier has it since {when(scanned)}, and no confirmation is known"
        elif shipped:
            action, rest = "confirm_shipment", f"sent on {when(shipped)} by your own file, and no confirmation is known"
        elif status in PENDING:
            action, rest = "check_payment", "its payment is pending"
        elif status == "partially_shipped":
            action, rest = "ship_rest", "only a part of it is shipped"
        else:
            rest = "no confirmation is known"
        yield of_order("unshipped", row, placed_at, ship_by, action, f"{said}; {rest}.")


def no_tracking(look: Look) -> Iterator[Found]:
    """Packages without a tracking number or a scan, until they are late: then their delivery is the danger."""
    for row in _at(look, "no_tracking"):
        number, first, last = row[17], utc(row[18]), utc(row[19])
        since, act_by, rest = _mendable(look, row[1], first, last, "added")
        action = "add_tracking" if act_by else "tell_buyer"
        why = f"{_packages(number, row[10])} without a tracking number{_sent(first or utc(row[12]))}; {rest}."
        yield of_order("no_tracking", row, since or utc(row[12]), act_by, action, why)


def invalid_tracking(look: Look) -> Iterator[Found]:
    """Packages whose tracking Amazon's own list calls not valid."""
    for row in _at(look, "invalid_tracking"):
        number, first, last = row[20], utc(row[21]), utc(row[22])
        since, act_by, rest = _mendable(look, row[1], first, last, "changed")
        why = f"Amazon's list calls the tracking of {_packages(number, row[10]).lower()} not valid; {rest}."
        yield of_order("invalid_tracking", row, since or utc(row[12]), act_by, "check_tracking", why)


def no_scan(look: Look) -> Iterator[Found]:
    """Packages that the carrier has not scanned: some time after the confirmation, or near or past the ship-by date."""
    for row in _at(look, "no_scan"):
        number, since, scan_by, protected = row[23], utc(row[24]), utc(row[25]), bool(row[26])
        why = f"{_packages(number, row[10])} not scanned{_sent(since)}"
        action, act_by = "ask_carrier", scan_by
        if scan_by is None:
            act_by = since + timedelta(hours=int(look.rule(row[1], "no_scan.hours"))) if since else None
            why += "; no ship-by date is known"
        elif scan_by < look.as_of:
            lost = ": its label no longer protects against a claim" if protected else ""
            why += f"; the ship-by date was {when(scan_by)}{lost}"
        elif protected:
            action = "hand_over"
            why += f"; scanned after {when(scan_by)}, its label would no longer protect against a claim"
        else:
            why += f"; the ship-by date is {when(scan_by)}"
        yield of_order("no_scan", row, since, act_by, action, f"{why}.")


def _at(look: Look, stage: str) -> Iterator[Row]:
    return (row for row in look.on_their_way if row[8] == stage)


def _packages(number: int, of: int) -> str:
    """`The package`, `1 of 2 packages`."""
    return "The package" if of == 1 else f"{number} of {some(of, 'package')}"


def _sent(since: datetime | None) -> str:
    return f", shipped on {when(since)}" if since else ""


def _mendable(
    look: Look, place: str, first: datetime | None, last: datetime | None, what: str
) -> tuple[datetime | None, datetime | None, str]:
    """Since when, until when a number can still be given (None: no longer), and that in words."""
    if first is None or last is None:
        return first, None, "when it was confirmed is not known, so neither is whether a number can still be " + what
    by, end = (moment + look.hours(place, "tracking_hours", moment) for moment in (first, last))
    if look.as_of <= end:
        return first, by, f"it can be {what} until {when(by)}"
    return first, None, f"until {when(end)} it could be {what}, now a claim of not received is lost"
