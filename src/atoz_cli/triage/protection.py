"""Is it Amazon's to pay under Claims Protection? Each condition met, failed or unknown, said in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from atoz_cli.answers.claims import Test
from atoz_cli.answers.rules import Reason
from atoz_cli.triage.case import Case, MessageFacts, ShipmentFacts
from atoz_cli.triage.facts import by_amazon, latest, seller_refunds, ship_by, shipped
from atoz_cli.triage.law import Law, when

CONDITIONS = ("label", "badge", "first_scan", "messages", "no_voluntary_refund")


class Condition(Struct, frozen=True):
    """One condition of the protection; `met` is None where the facts cannot say."""

    met: bool | None
    reason: Reason


class Protection(Struct, frozen=True):
    """`protected` is False if a condition failed, None if the label, the scan or the refunds are unknown, else True.

    `perhaps`: a Buy Shipping or Claims Protected label of which something else is not known: no refund before that is.
    """

    protected: bool | None
    why: tuple[Reason, ...]
    perhaps: bool = False
    tests: tuple[Test, ...] = ()


def protection(case: Case, law: Law) -> Protection:
    """Chargebacks and what Amazon ships have no such protection to ask about; other kinds are not covered."""
    if case.type == "chargeback" or by_amazon(case):
        return Protection(None, ())
    covered = tuple(law.value("protection.kinds"))
    if case.kind not in covered:
        text = 'Claims Protection does not cover this kind: only "Package didn\'t arrive".'
        return Protection(False, (law.because("protection.kinds", text),))
    bought, badge, scan, refunds = (test(case, law) for test in (_label, _badge, _scan, _no_refund))
    replies = _replies(case, law)
    conditions = (bought, badge, scan, replies, refunds)
    tests = tuple(
        Test("protection", name, one.met, one.reason.text, one.reason.rule)
        for name, one in zip(CONDITIONS, conditions, strict=True)
    )
    if bought.met is False:  # what hangs on the label decides nothing any more
        return Protection(False, (bought.reason,), tests=tests)
    why = tuple(one.reason for one in conditions)
    if any(one.met is False for one in conditions):
        return Protection(False, why, tests=tests)
    # That nobody complains of unanswered messages is taken for what it is: no condition failed (contract §6, line 7).
    if any(one.met is None for one in (bought, badge, scan, refunds)):
        said = any(one.claims_protected for one in case.shipments)
        return Protection(None, why, perhaps=bool(bought.met or said), tests=tests)
    return Protection(True, why, tests=tests)


def _label(case: Case, law: Law) -> Condition:
    rule = "protection.label"
    wanted = law.value(rule)
    met = _every(None if one.label is None else one.label == wanted for one in case.shipments)
    if shipped(case) is False:
        met = False
    words = {
        True: "met: the label was bought through Buy Shipping",
        False: "failed: no Buy Shipping label" if shipped(case) is not False else "failed: nothing was shipped",
        None: "unknown: no file says where the label was bought",
    }
    return Condition(met, law.because(rule, f"Protection, label: {words[met]}."))


def _badge(case: Case, law: Law) -> Condition:
    rule = "protection.claims_protected"
    ordered = case.order.placed_at.date() if case.order else law.day
    if not law.value(rule, ordered):
        return Condition(True, law.because(rule, "Protection, badge: not needed for an order of that time.", ordered))
    met = _every(one.claims_protected for one in case.shipments)
    words = {
        True: "met: the label says Claims Protected",
        False: "failed: the label is not Claims Protected (Late Delivery Risk)",
        None: "unknown: no file says whether the label is Claims Protected",
    }
    return Condition(met, law.because(rule, f"Protection, badge: {words[met]}.", ordered))


def _scan(case: Case, law: Law) -> Condition:
    met = _every(_scanned_in_time(case, one) for one in case.shipments)
    scan, promise = (
        latest(one.first_scan_at for one in case.shipments),
        latest(ship_by(case, s) for s in case.shipments),
    )
    if met is None:
        missing = "no carrier scan" if scan is None else "no ship-by date"
        text = f"unknown: {missing} is in the files"
    else:
        word, order = ("met", "by") if met else ("failed", "after")
        text = f"{word}: first scanned on {_on(scan)}, {order} the ship-by date {_on(promise)}"
    return Condition(met, law.because("protection.scan_by", f"Protection, first scan: {text}."))


def _scanned_in_time(case: Case, shipment: ShipmentFacts) -> bool | None:
    promise = ship_by(case, shipment)
    if shipment.first_scan_at is None or promise is None:
        return None
    return shipment.first_scan_at <= promise


def _replies(case: Case, law: Law) -> Condition:
    rule = "protection.reply_hours"
    hours = int(law.value(rule))
    asked = [one for one in case.messages if one.topic in ("delivery", None)]
    met = _every(_answered(case, one, hours) for one in asked) if asked else (True if case.messages else None)
    if met is None and not asked:
        text = f"unknown: no message is in the files; one left unanswered for {hours} hours would end the protection"
    elif met is None:
        text = f"open: a delivery message waits for an answer, within {hours} hours"
    else:
        text = (
            f"met: no delivery message was left unanswered for {hours} hours"
            if met
            else f"failed: a delivery message was not answered within {hours} hours"
        )
    return Condition(met, law.because(rule, f"Protection, messages: {text}."))


def _answered(case: Case, message: MessageFacts, hours: int) -> bool | None:
    limit = message.received_at + timedelta(hours=hours)
    if message.answered_at:
        return message.answered_at <= limit
    return False if case.as_of > limit else None


def _no_refund(case: Case, law: Law) -> Condition:
    rule = "protection.no_voluntary_refund"
    own = seller_refunds(case)
    late = [one.refunded_at for one in own if case.filed_at and one.refunded_at >= case.filed_at]
    met: bool | None = not late if case.filed_at or not own else None
    if late:
        text = f"failed: you refunded it yourself on {when(min(late))}, after it was filed"
    else:
        text = "met: you did not refund it yourself" if met else "unknown: no filing date to compare the refund with"
    return Condition(met if law.value(rule) else True, law.because(rule, f"Protection, refund: {text}."))


def _every(answers: Iterable[bool | None]) -> bool | None:
    """False if one is false, None if one is unknown or there is none, else True."""
    known = list(answers)
    if False in known:
        return False
    return None if None in known or not known else True


def _on(moment: datetime | None) -> str:
    return when(moment) if moment else "an unknown day"
