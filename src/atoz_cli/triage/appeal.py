"""Lost and settled cases: appeal with grounds, SAFE-T where Amazon issued the refund, else accept or nothing."""

from __future__ import annotations

from atoz_cli.answers.rules import Reason
from atoz_cli.triage import facts
from atoz_cli.triage.advice import Advice, Findings
from atoz_cli.triage.case import Case
from atoz_cli.triage.deadline import hours_left, safe_t_by
from atoz_cli.triage.law import when
from atoz_cli.triage.stage import appeal_running, appeal_until, appealable

# Rows that speak against a defect, and those that speak against paying as well.
AGAINST_PAYING = ("protected_inr", "own_tracking_signed", "unauthorized", "not_returned", "return_not_received")
AGAINST_DEFECT = (*AGAINST_PAYING, "refused_returned", "lost_by_carrier")


def lost(found: Findings) -> Advice:
    """What can still be won after a decision against the seller: the defect and the money, each by itself."""
    case = found.case
    if case.type == "chargeback":
        return _chargeback(found)
    if appeal_running(case) and case.appealed_at:
        text = f"Your appeal of {when(case.appealed_at)} is not decided: wait. Until it is, the decision stands."
        return Advice("none", None, (_by_appeal(found, text),))
    if case.appeal_decision:
        text = f"Your appeal was decided: {case.appeal_decision.replace('_', ' ')}."
        return _end(found, text)
    if not case.odr.counts and not seller_pays(case):
        return Advice("none", None, (found.because("It does not count and you do not pay: nothing to win."),))
    again = safe_t(found)
    if again and not case.odr.counts:
        return again
    return _appeal(found) or again or _end(found, "No ground to appeal is in the files, or the time to appeal is past.")


def settled(found: Findings) -> Advice:
    """Denied, withdrawn, won: only money that Amazon gave away may be asked for."""
    return safe_t(found) or _end(found, "It is settled.")


def seller_pays(case: Case) -> bool:
    """The seller's money is gone, or may be: Amazon is not named as the one who pays."""
    return case.funded_by != "amazon"


def grounds(found: Findings) -> list[Reason]:
    """Why the decision is wrong, by the facts; grounds about the defect alone only where it counts."""
    case, row = found.case, found.situation.row
    said: list[Reason] = []
    if facts.by_amazon(case):
        said.append(found.because("Ground: Amazon ships this order and answers for it."))
    if case.odr.counts and case.funded_by == "amazon":
        text = "Ground: Amazon paid for it, and yet it counts."
        said.append(found.law.because("standings.claim.amazon_funded", text, case.as_of.date()))
    said += [found.law.because(one.rule, f"Ground: {one.text}") for one in _not_allowed(found)]
    wins = AGAINST_DEFECT if case.odr.counts else AGAINST_PAYING
    unsigned = row == "delivered_unsigned" and bool(case.odr.counts) and facts.postal_match(case) is True
    if (row in wins or unsigned) and not _elsewhere(found):
        said.append(found.because(f"Ground: {found.situation.text}"))
    if facts.refunded_before(case) and row != "order_cancelled":
        said.append(found.because(f"Ground: {found.situation.text}"))
    return said


def _not_allowed(found: Findings) -> tuple[Reason, ...]:
    return found.eligibility.why if found.eligibility.because else ()


def _elsewhere(found: Findings) -> bool:
    return found.situation.row == "own_tracking_signed" and facts.postal_match(found.case) is False


def _appeal(found: Findings) -> Advice | None:
    case = found.case
    may, said = appealable(case, found.law), grounds(found)
    if may is False or not said:
        return None
    until = appeal_until(case, found.law)
    if until is None:
        days = found.law.value("deadlines.appeal_days")
        text = f"Appeal, if it is not too late: {days} days from the decision, whose date is not in the files."
        return Advice("appeal", None, (*said, _by_appeal(found, text)))
    left = hours_left(until, case.as_of)
    text = f"Appeal by {when(until)}: {left} hours left. Refund and ODR are reversed apart: ask for both."
    return Advice("appeal", until, (*said, _by_appeal(found, text)))


def _by_appeal(found: Findings, text: str) -> Reason:
    decided = found.case.decided_at
    return found.law.because("deadlines.appeal_days", text, decided.date() if decided else None)


def _chargeback(found: Findings) -> Advice:
    text = "The chargeback is decided; the bank's word is not open to an A-to-z appeal."
    return _end(found, text)


def _end(found: Findings, text: str) -> Advice:
    """Accept what counts or was paid, nothing for what neither counts nor cost."""
    case = found.case
    won = case.decision in ("denied", "won", "reversed", "withdrawn") or case.appeal_decision == "won"
    won = won or (found.situation.row == "unauthorized" and case.funded_by != "seller")
    if case.odr.counts or (
        not won and case.decision and seller_pays(case) and case.appeal_decision != "won_refund_only"
    ):
        counts = "It counts" if case.odr.counts else "It does not count, but the money is lost"
        return Advice("accept", None, (found.because(f"{text} {counts}: accept it; there is nothing more to gain."),))
    return Advice("none", None, (found.because(f"{text} Nothing to do."),))


def safe_t(found: Findings) -> Advice | None:
    """Amazon refunded a return that never came, or not as sent, of a seller-fulfilled order: within its days."""
    case = found.case
    if case.type == "chargeback" or facts.by_amazon(case) or not seller_pays(case) or not case.returns:
        return None
    issued = bool(facts.amazon_refunds(case)) or facts.first_scan_refund(case)
    ground = facts.return_back(case) is None or facts.kept_back(case)
    if not issued or not ground or any(one.safe_t_state for one in case.returns):
        return None
    missing = "has not reached you" if facts.return_back(case) is None else "did not come back as it was sent"
    text = f"Amazon issued the refund and the return {missing}: file a SAFE-T claim. It does not take a defect away."
    limit = safe_t_by(case, found.law)
    if limit is None:
        days = found.law.value("deadlines.safe_t_days", case.as_of.date())
        late = f"{text} Within {days} days of the refund, whose date is not in the files."
        return Advice("file_safe_t", None, (found.law.because("deadlines.safe_t_days", late, case.as_of.date()),))
    if case.as_of > limit[0]:
        return None
    return Advice("file_safe_t", limit[0], (found.because(text), limit[1]))
