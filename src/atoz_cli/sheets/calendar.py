"""Projections and verdicts as dates of a calendar: when defects leave, when the rate turns, by when a claim asks for something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from atoz_cli.answers.calendar import CalendarEntry
from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.projection import ProjectedDay, Projection
from atoz_cli.sheets.words import count, day, moment, money, percent, phrase, where

NOTHING_TO_DO = ("none", "accept")


def entries(projections: Sequence[Projection], verdicts: Sequence[Verdict]) -> list[CalendarEntry]:
    """Every date, the earliest first. The same defect, turn or claim has the same uid whatever its date is this time.

    An order that enters again (a policy made the window longer) has one date: the last on which it leaves.
    """
    found = [entry for one in projections for entry in (*_leaving(one), *_turns(one))]
    found += [entry for one in verdicts for entry in _deadlines(one)]
    found.sort(key=lambda entry: (entry.on.isoformat(), entry.uid))
    last = {entry.uid: entry for entry in found}
    return [entry for entry in found if last[entry.uid] is entry]


def _leaving(one: Projection) -> Iterator[CalendarEntry]:
    for row in one.days:
        for order_id in row.leaves.order_ids:
            text = f"From this day on order {order_id} is not in the window of the Order Defect Rate. {_then(row)}"
            yield CalendarEntry(
                _uid("leaves", one.account, order_id), row.day, f"A defect leaves the ODR window ({_place(one)})", text
            )


def _turns(one: Projection) -> Iterator[CalendarEntry]:
    days = {row.day: row for row in one.days}
    out = one.outlook
    if out.first_missed_on is not None and out.first_missed_on != one.today.day:
        row = days[out.first_missed_on]
        yield CalendarEntry(
            _uid("missed", *_key(one)), row.day, f"ODR would be missed ({_place(one)})", _then(row), alarm=True
        )
    if out.first_met_on is not None:
        row, text = days[out.first_met_on], _then(days[out.first_met_on])
        if out.last_missed_on is not None and out.last_missed_on > row.day:
            text += f" After that it is missed again on some days up to {day(out.last_missed_on)}."
        yield CalendarEntry(_uid("met", *_key(one)), row.day, f"ODR is met again ({_place(one)})", text)


def _then(row: ProjectedDay) -> str:
    rate = percent(row.rate, row.limit)
    supposed = row.orders - row.known_orders
    of = f"{row.defective_orders:,} of {count(row.orders, 'order')}" + (
        f", {supposed:,} of them supposed" if supposed else ""
    )
    return f"The rate is then {rate} ({of}) if nothing else happens; the limit is {percent(row.limit)}."


def _deadlines(one: Verdict) -> Iterator[CalendarEntry]:
    if one.action in NOTHING_TO_DO:
        return
    what = "chargeback" if one.type == "chargeback" else "A-to-z claim"
    paid = money(one.amount, one.currency)
    about = f"{what} on order {one.order_id}" + (f", {paid}" if paid else "")
    key = (one.account, one.type, one.order_id, one.claim_id or "", moment(one.filed_at) if not one.claim_id else "")
    place = where(one.marketplace, one.channel)
    text = f"{phrase(one.kind).capitalize()}; {place}. atoz triage says why, and with what proof."
    if one.act_by is not None:
        yield CalendarEntry(_uid("act", *key), one.act_by, f"{phrase(one.action)}: {about}", text, alarm=True)
    if one.respond_by is not None and one.hours_left is not None and one.respond_by != one.act_by:
        yield CalendarEntry(_uid("answer", *key), one.respond_by, f"Last moment to answer: {about}", text, alarm=True)


def _place(one: Projection) -> str:
    """`US MFN`, the account in front where it has a name."""
    here = where(one.marketplace, one.channel)
    return here if one.account == "default" else f"{one.account}, {here}"


def _key(one: Projection) -> tuple[str, str, str]:
    return one.account, one.marketplace or "", one.channel or ""


def _uid(kind: str, *about: str) -> str:
    """Twenty hex digits: the same on every machine, and no account is named in them."""
    return f"{kind}-{sha256(chr(0).join(about).encode()).hexdigest()[:20]}@atoz-cli"
