"""What stood on an earlier day and what stands now in, what changed between them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct

from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.rates import DefectiveOrder, Measure
from atoz_cli.answers.report import Change, RateThen

Place = tuple[str, str | None, str | None]


class Then(Struct, frozen=True):
    """The earlier day: its last moment, its rates, and its orders with a defect."""

    day: date
    at: datetime
    odr: Sequence[Measure]
    defective: Sequence[DefectiveOrder]


def rates_since(account: str, then: Then, odr: Sequence[Measure]) -> tuple[RateThen, ...]:
    """Each rate of the account on both days; None where there were no orders in its window."""
    before = {_place(one): one for one in then.odr if one.account == account}
    now = {_place(one): one for one in odr if one.account == account}
    found = []
    for place in [*now, *(one for one in before if one not in now)]:
        old, new = before.get(place), now.get(place)
        limit = (new or before[place]).limit
        found.append(
            RateThen(
                *place,
                rate_then=old.rate if old else None,
                rate_now=new.rate if new else None,
                limit=limit,
                defective_orders_then=old.defective_orders if old else None,
                defective_orders_now=new.defective_orders if new else None,
            )
        )
    return tuple(found)


def changes(
    account: str, then: Then, now: Sequence[DefectiveOrder], claims: Sequence[Verdict], day: date
) -> tuple[Change, ...]:
    """What happened to single orders since the earlier day, oldest first. `claims`: all of the account, closed ones too."""
    found = [*_defects(account, then, now, day), *_claims(then, claims)]
    return tuple(sorted(found, key=lambda one: (one.at or "", one.order_id, one.kind)))


def _defects(account: str, then: Then, now: Sequence[DefectiveOrder], day: date) -> Iterator[Change]:
    before, after = _counting(account, then.defective), _counting(account, now)
    for order_id, one in after.items():
        if order_id not in before:
            on = [defect.on for defect in one.defects if defect.counts and defect.on is not None]
            entered = one.enters_on > then.day
            text = "entered the window with a defect" if entered else "has become defective"
            yield Change(
                "became_defective",
                *_place(one),
                order_id,
                _at(one.enters_on if entered else min(on, default=None)),
                text,
            )
    for order_id, one in before.items():
        if order_id not in after:
            if one.leaves_on <= day:
                yield Change(
                    "left_window", *_place(one), order_id, _at(one.leaves_on), "left the window: it counts no more"
                )
            else:
                yield Change(
                    "no_longer_counts", *_place(one), order_id, None, "counts no more, though still in the window"
                )


def _claims(then: Then, claims: Sequence[Verdict]) -> Iterator[Change]:
    for one in claims:
        what = "chargeback" if one.type == "chargeback" else "claim"
        if one.filed_at is not None and one.filed_at > then.at:
            yield Change("claim_filed", *_place(one), one.order_id, _at(one.filed_at), f"a {what} was filed")
        if one.decision is not None and one.decided_at is not None and one.decided_at > then.at:
            words = one.decision.replace("_", " ")
            yield Change(
                "claim_decided", *_place(one), one.order_id, _at(one.decided_at), f"its {what} was decided: {words}"
            )


def _at(when: datetime | date | None) -> str | None:
    """A moment or, where only that is known, a day."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}" if isinstance(when, datetime) else None if when is None else when.isoformat()


def _counting(account: str, orders: Sequence[DefectiveOrder]) -> dict[str, DefectiveOrder]:
    return {
        one.order_id: one for one in orders if one.account == account and any(defect.counts for defect in one.defects)
    }


def _place(one: Measure | DefectiveOrder | Verdict) -> Place:
    return one.account, one.marketplace, one.channel
