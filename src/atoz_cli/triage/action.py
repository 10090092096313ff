"""Findings → what to do: undecided, lost and settled cases each by the decision tables of the policy."""

from __future__ import annotations

from datetime import datetime

from atoz_cli.answers.rules import Reason
from atoz_cli.triage import facts
from atoz_cli.triage.advice import Advice, Findings
from atoz_cli.triage.appeal import lost, safe_t, settled
from atoz_cli.triage.deadline import refund_clock
from atoz_cli.triage.law import when
from atoz_cli.triage.situation import by_kind
from atoz_cli.triage.stage import answer_owed, stage

# What each row asks for while the claim is undecided; `_special` has the rows that depend on more.
PLAN = {
    "protected_inr": "let_amazon_refund",
    "protected_late_scan": "refund",
    "own_tracking_signed": "contest",
    "delivered_unsigned": "contest",
    "no_tracking": "refund",
    "in_transit": "refund",
    "refused_returned": "contest",
    "lost_by_carrier": "contest",
    "not_shipped": "refund",
    "not_as_described": "answer_amazon",
    "not_returned": "contest",
    "return_delivered": "refund",
    "return_not_received": "contest",
    "returned_different": "answer_amazon",
    "extra_charges": "refund",
}
# Owed whatever Amazon decides: not put off by a question of dates, nor by Amazon looking at it.
OWED = ("return_delivered", "not_shipped")
NOT_DELIVERED_THERE = ("delivered_unsigned", "own_tracking_signed")

SAY = {
    "contest": "Contest it: answer the claim with the proof below.",
    "answer_amazon": "Answer Amazon in time with what you know: an unanswered claim is lost.",
    "refund": "Refund it now: it is owed. A refund after filing still counts: the claim stays in the ODR.",
    "let_amazon_refund": "Do NOT refund this one yourself: Amazon has to, or the protection ends and it counts. "
    "Answer with the label, the first scan and the messages.",
    "none": "Nothing to do now.",
    "accept": "Nothing is to be gained: accept it.",
}


def advise(found: Findings) -> Advice:
    """The action, its date and its reasons."""
    how_far = stage(found.case)
    if how_far == "lost":
        return lost(found)
    if how_far == "over":
        return settled(found)
    if facts.by_amazon(found.case):
        return Advice("none", None, (found.because("Amazon ships this order and answers for it: do not refund it."),))
    action, why = _chargeback(found) if found.case.type == "chargeback" else _claim(found)
    return _in_time(found, action, why)


def _claim(found: Findings) -> tuple[str, list[Reason]]:
    """What the row asks for, unless the claim was not allowed."""
    row = found.situation.row
    if row == "protected_inr":
        return "let_amazon_refund", []
    codes = found.eligibility.because
    disputed = "chargeback_on_order" in codes  # the bank has the money already: nothing is owed here
    if codes and (row not in OWED or disputed) and not facts.refunded_after(found.case):
        text = f"Contest it: the buyer was not allowed to file it ({', '.join(codes).replace('_', ' ')})."
        rule = found.eligibility.why[0].rule
        return "contest", [found.law.because(rule, text)]
    if row is None:
        text = "The files hold neither a ground to contest it nor a debt to pay."
        return "answer_amazon", [found.because(text)]
    return _special(found) or (PLAN[row], [])


def _special(found: Findings) -> tuple[str, list[Reason]] | None:
    case, row = found.case, found.situation.row
    if row in ("already_refunded", "order_cancelled"):
        return _refunded(found)
    if row == "unauthorized":
        return ("contest" if facts.shipped(case) else "answer_amazon"), [_not_yours(found)]
    elsewhere = row in NOT_DELIVERED_THERE and facts.postal_match(case) is False
    if found.protection.perhaps and (elsewhere or row in ("in_transit", "no_tracking")):
        text = "Do not refund before you know whether the label is Claims Protected: a refund ends the protection."
        return "answer_amazon", [found.law.because("protection.no_voluntary_refund", text)]
    if elsewhere:
        text = "It was delivered to another postal code than the order's: that proves nothing against the claim."
        return "refund", [found.because(text)]
    if row == "returned_different":
        text = (
            "Send pictures of what came back; if it is as you sent it, refund the rest. SAFE-T only if Amazon refunds."
        )
        return "answer_amazon", [found.because(text)]
    promise = facts.deliver_by(case)
    if row == "in_transit" and (promise is None or case.as_of <= promise):
        text = "It is not known to be late: send Amazon the scans and the promised day."
        return "answer_amazon", [found.because(text)]
    return None


def _not_yours(found: Findings) -> Reason:
    return found.because(
        "Do not refund it: Amazon bears payment fraud. Send the proof of shipment to the order's address."
    )


def _refunded(found: Findings) -> tuple[str, list[Reason]]:
    """Money given back before the filing is a case; after it, an answer saves paying twice, and it counts."""
    case, row = found.case, found.situation.row
    if facts.refunded_before(case):
        return "contest", [found.because("Contest it with the refund's id, date and amount: nothing more is owed.")]
    if case.refunded_in_full_at is None and row == "already_refunded":
        return "contest", [
            found.because("Do not refund it again: contest it with the record of the refund, the buyer has the money.")
        ]
    if case.refunded_in_full_at is None:
        text = "Tell Amazon that the order was cancelled, and whether the buyer was charged; a claim on it counts."
        return "answer_amazon", [found.because(text)]
    text = "A refund after filing still counts in the ODR. Send Amazon its record, so that you do not pay twice."
    return ("answer_amazon" if answer_owed(case) else "accept"), [found.because(text)]


def _chargeback(found: Findings) -> tuple[str, list[Reason]]:
    """Fraud is Amazon's to bear; a service chargeback is fought with the proof of its kind, or left as it is."""
    case = found.case
    if found.situation.row == "unauthorized":
        return "answer_amazon", [_not_yours(found)]
    if case.refunded_in_full_at or facts.refunded_before(case):
        text = "You refunded this order already: contest it with the refund's record, or you pay twice."
        return "contest", [found.because(text)]
    if facts.came_back(case):
        text = "The carrier brought the parcel back: contest it with the tracking."
        return "contest", [found.because(text)]
    like = by_kind(case, found.protection)
    action = PLAN.get(like.row or "", "answer_amazon")
    mismatch = facts.postal_match(case) is False and like.row in NOT_DELIVERED_THERE
    if mismatch or action == "refund":
        text = f"{like.text} That is no proof to win with; the bank has taken the money, so a refund would pay twice."
        return "accept", [found.because(text)]
    if like.row == "protected_inr":
        action = "answer_amazon"
    return action, [found.because(like.text)]


def _in_time(found: Findings, action: str, why: list[Reason]) -> Advice:
    """Nothing is answered that Amazon has not asked; what is owed is owed all the same."""
    case, row = found.case, found.situation.row
    waiting = action in ("contest", "answer_amazon") or (action == "refund" and row not in OWED)
    if not answer_owed(case) and waiting:
        if again := safe_t(found):
            return again
        text = "Amazon is looking at it: nothing to do now. Keep the proof ready; a refund now would count for sure."
        return Advice("none", None, (*why, found.because(text)))
    said = (*why, found.because(SAY[action]))
    if action == "accept":
        return Advice(action, None, said)
    by = found.deadline.by if answer_owed(case) else None
    return _with_clock(found, action, by, said)


def _with_clock(found: Findings, action: str, by: datetime | None, said: tuple[Reason, ...]) -> Advice:
    clock = refund_clock(found.case, found.law) if action == "refund" else None
    if clock is None:
        return Advice(action, by, said)
    first = min(one for one in (by, clock[0]) if one)
    late = " That is past: do it today." if first < found.case.as_of else ""
    return Advice(action, first, (*said, clock[1], found.because(f"Act by {when(first)}.{late}")))
