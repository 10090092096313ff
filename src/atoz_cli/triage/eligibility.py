"""Was the buyer allowed to file it? One small test per rule, each failed, passed or unknown, with its dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from atoz_cli.answers.claims import Test
from atoz_cli.answers.rules import Reason
from atoz_cli.triage.case import Case
from atoz_cli.triage.facts import deliver_by, earliest, first_delivery, return_asked
from atoz_cli.triage.law import Law, when


class Eligibility(Struct, frozen=True):
    """`eligible` is False if any code applies, None if a test cannot be settled, else True."""

    eligible: bool | None
    because: tuple[str, ...]
    why: tuple[Reason, ...]
    tests: tuple[Test, ...] = ()


class Check(Struct, frozen=True):
    """One test: failed, passed, or (`fails` is None) the facts cannot say; with its dates in a sentence."""

    code: str
    fails: bool | None
    reason: Reason


def eligibility(case: Case, law: Law) -> Eligibility:
    """All tests of a claim; a chargeback has none."""
    if case.type == "chargeback":
        return Eligibility(None, (), ())
    checks = [test(case, law) for test in TESTS]
    tests = tuple(
        Test("eligibility", one.code, _met(one.fails), one.reason.text or None, one.reason.rule) for one in checks
    )
    if failed := [one for one in checks if one.fails]:
        return Eligibility(False, tuple(one.code for one in failed), tuple(one.reason for one in failed), tests)
    if unknown := [one.reason for one in checks if one.fails is None]:
        return Eligibility(None, (), tuple(unknown), tests)
    text = f"The buyer was allowed to file it: {_dates(case)}"
    return Eligibility(True, (), (law.because("eligibility.filing_days", text),), tests)


def _met(fails: bool | None) -> bool | None:
    return None if fails is None else not fails


def too_early(case: Case, law: Law) -> Check:
    """A parcel that did not come may be claimed some days after the promise, or once it is scanned as delivered."""
    rule = "eligibility.delivery_wait_days"
    promise, scan, filed = deliver_by(case), first_delivery(case), case.filed_at
    if case.kind != "item_not_received":
        return Check("too_early", False, law.because(rule, ""))
    if scan and filed and filed >= scan:
        text = f"Not too early: filed on {when(filed)}, after the delivered scan of {when(scan)}."
        return Check("too_early", False, law.because(rule, text))
    if promise is None or filed is None:
        missing = "latest delivery date" if promise is None else "filing date"
        return Check("too_early", None, law.because(rule, f"Whether it was filed too early is unknown: no {missing}."))
    start = promise + timedelta(days=int(law.value(rule)))
    if filed >= start:
        text = f"Not too early: filed on {when(filed)}, allowed from {when(start)} (promised by {when(promise)})."
        return Check("too_early", False, law.because(rule, text))
    text = (
        f"Filed too early: on {when(filed)}, but a parcel promised by {when(promise)} may be claimed from "
        f"{when(start)}, or once it is scanned as delivered."
    )
    return Check("too_early", True, law.because(rule, text))


def too_late(case: Case, law: Law) -> Check:
    """The last day to file."""
    rule = "eligibility.filing_days"
    promise, filed = deliver_by(case), case.filed_at
    if promise is None or filed is None:
        missing = "latest delivery date" if promise is None else "filing date"
        return Check("too_late", None, law.because(rule, f"Whether it was filed too late is unknown: no {missing}."))
    end = promise + timedelta(days=int(law.value(rule)))
    if filed <= end:
        text = f"Not too late: filed on {when(filed)}, the last day was {when(end)} (promised by {when(promise)})."
        return Check("too_late", False, law.because(rule, text))
    text = f"Filed too late: on {when(filed)}, but the last day was {when(end)} (promised by {when(promise)})."
    return Check("too_late", True, law.because(rule, text))


def did_not_wait(case: Case, law: Law) -> Check:
    """The buyer must write to the seller first and wait; a return request is a way of writing."""
    rule = "eligibility.contact_wait_hours"
    hours = int(law.value(rule))
    returned = earliest(one.returned_at for one in case.shipments)
    contact = earliest([*(one.received_at for one in case.messages), return_asked(case)])
    filed = case.filed_at
    if returned and filed and returned <= filed:
        text = f"No contact was needed: the carrier brought the parcel back on {when(returned)}, before it was filed."
        return Check("did_not_wait", False, law.because(rule, text))
    waited = None if contact is None or filed is None else filed >= contact + timedelta(hours=hours)
    if waited:
        text = f"The buyer waited: wrote on {_on(contact)}, filed on {_on(filed)}, {hours} hours later or more."
        return Check("did_not_wait", False, law.because(rule, text))
    if case.messages and waited is False:
        text = f"The buyer did not wait: first wrote on {_on(contact)}, filed on {_on(filed)}, not {hours} hours later."
        return Check("did_not_wait", True, law.because(rule, text))
    text = (
        f"Whether the buyer wrote to you and waited {hours} hours is unknown: no message from before is in the files."
    )
    return Check("did_not_wait", None, law.because(rule, text))


def chargeback_on_order(case: Case, law: Law) -> Check:
    """An order with a chargeback cannot be claimed as well."""
    rule = "eligibility.chargeback_excludes"
    if not case.chargebacks_filed_at or not law.value(rule):
        text = ""
        return Check("chargeback_on_order", False, law.because(rule, text))
    day = earliest(case.chargebacks_filed_at)
    text = f"There is a chargeback on this order, filed on {_on(day)}: it cannot be claimed as well."
    return Check("chargeback_on_order", True, law.because(rule, text))


def excluded_goods(case: Case, law: Law) -> Check:
    """Digital goods and stored value, known by the words of their names; every item of the order must be one."""
    rule = "eligibility.excluded_goods"
    names = case.order.product_names if case.order else ()
    words = excluded_words(law.value("eligibility.excluded_words"), names) if names else []
    if not names or len(words) < len(names):
        return Check("excluded_goods", False, law.because(rule, ""))
    text = (
        f'By its name ("{", ".join(words)}") it is digital or stored value, which cannot be claimed: make sure it is.'
    )
    return Check("excluded_goods", True, law.because(rule, text))


def excluded_words(words: tuple[str, ...], names: Iterable[str]) -> list[str]:
    """Of each name that has one of the words, the first."""
    if not words:
        return []
    pattern = _pattern(words)
    return [found.group() for name in names if (found := pattern.search(name.lower()))]


def duplicate(case: Case, law: Law) -> Check:
    """One claim an order."""
    rule = "eligibility.one_claim_per_order"
    filed = case.filed_at
    before = [one for one in case.other_claims_filed_at if filed and one < filed]
    if not before or not law.value(rule):
        return Check("duplicate", False, law.because(rule, ""))
    text = f"An earlier claim on this order was filed on {_on(earliest(before))}: one claim an order."
    return Check("duplicate", True, law.because(rule, text))


TESTS = (too_early, too_late, did_not_wait, chargeback_on_order, excluded_goods, duplicate)


def _dates(case: Case) -> str:
    promise = deliver_by(case)
    return f"promised by {_on(promise)}, filed on {_on(case.filed_at)}, and the buyer wrote first and waited."


def _on(moment: datetime | None) -> str:
    return when(moment) if moment else "an unknown day"


@lru_cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(word.lower()) for word in words) + r")s?\b")
