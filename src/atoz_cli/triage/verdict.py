"""A case and the policy book → the verdict: what it is, what it is worth, who pays, what to do, by when, with what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from atoz_cli.answers.claims import Alternative, Verdict
from atoz_cli.answers.rules import Reason
from atoz_cli.triage import facts
from atoz_cli.triage.action import advise
from atoz_cli.triage.advice import Findings
from atoz_cli.triage.case import Case
from atoz_cli.triage.deadline import respond_by
from atoz_cli.triage.eligibility import eligibility
from atoz_cli.triage.law import law_of, when
from atoz_cli.triage.odds import NO_OWN, Own, alternatives, stake_of
from atoz_cli.triage.order import place
from atoz_cli.triage.proof import proof
from atoz_cli.triage.protection import protection
from atoz_cli.triage.situation import situation
from atoz_cli.triage.stage import appealable, stage

if TYPE_CHECKING:
    from atoz_cli.policy import Book


def findings(case: Case, book: Book, response_hours: int | None = None) -> Findings:
    """What there is to know before anything is advised; `response_hours` beats the policy's time to answer a claim."""
    law = law_of(case, book)
    guard = protection(case, law)
    return Findings(
        case=case,
        law=law,
        situation=situation(case, guard),
        eligibility=eligibility(case, law),
        protection=guard,
        deadline=respond_by(case, law, response_hours),
    )


def judge(case: Case, book: Book, *, response_hours: int | None = None, own: Own = NO_OWN) -> Verdict:
    """The verdict of one case as of its day."""
    found = findings(case, book, response_hours)
    law, guard, advice = found.law, found.protection, advise(found)
    evidence, score = proof(case, law, found.situation.row)
    stake = stake_of(case, law)
    ways = alternatives(found, advice, stake, score, own)
    row = found.situation.row
    return Verdict(
        account=case.account,
        marketplace=case.marketplace,
        channel=case.order.channel if case.order else None,
        claim_id=case.claim_id,
        order_id=case.order_id,
        type=case.type,
        kind=case.kind,
        kind_from=case.kind_from,
        confidence=case.confidence,
        filed_at=case.filed_at,
        status=case.status,
        respond_by=found.deadline.by,
        hours_left=found.deadline.left,
        decision=case.decision,
        decided_at=case.decided_at,
        amount=case.amount,
        currency=case.currency,
        funded_by=case.funded_by,
        odr=case.odr,
        eligible=found.eligibility.eligible,
        ineligible_because=found.eligibility.because,
        protected=guard.protected,
        action=advice.action,
        act_by=advice.act_by,
        why=(
            *_what(found),
            *found.eligibility.why,
            *guard.why,
            *found.deadline.why,
            *advice.why,
            *_dearer(found, ways),
            *_doubts(found),
        ),
        evidence=evidence,
        evidence_score=score,
        expected_payer=_row(found, "pays") if row else None,
        expected_counts=_row(found, "counts") if row else None,
        tests=(*found.eligibility.tests, *guard.tests),
        alternatives=ways,
        defect_price=stake.defect if ways else None,
        defect_formula=stake.said if ways else None,
        place_because=place(advice.act_by, case.odr, case.amount, case.currency),
    )


def _dearer(found: Findings, ways: tuple[Alternative, ...]) -> list[Reason]:
    """Where the estimates speak for another way than the rules do: said, never acted upon."""
    advised = next((one for one in ways if one.chosen), None)
    if advised is None or advised.cost is None:
        return []
    cheaper = min((one for one in ways if one.cost is not None), key=lambda one: one.cost or Decimal(0))
    work = found.law.value("odds.effort", found.law.today)
    if cheaper.cost is None or cheaper.cost + work > advised.cost:  # a few cents are no word against a rule
        return []
    text = (
        f"By our estimates {cheaper.action.replace('_', ' ')} would cost {cheaper.cost} and {advised.action.replace('_', ' ')} "
        f"{advised.cost} {found.case.currency or ''}".rstrip()
        + ": the rules come first, the choice is yours."
    )
    return [found.law.because(cheaper.rule, text, found.law.today)]


def _what(found: Findings) -> list[Reason]:
    """What it is, what it is worth today, who pays."""
    case = found.case
    words = f' ("{", ".join(case.kind_words)}")' if case.kind_words else ""
    kind = f"{case.kind.replace('_', ' ').capitalize()}, by the {case.kind_from}{words}."
    said = [found.because(f"{kind} {found.situation.text}"), _standing(found), _money(found)]
    if case.kind_doubt:
        said.insert(1, found.because(case.kind_doubt))
    return said


def _standing(found: Findings) -> Reason:
    odr = found.case.odr
    worth = {True: "it counts in the ODR", False: "it does not count in the ODR", None: "not decided whether it counts"}
    text = f"Standing today: {odr.standing.replace('_', ' ')}: {worth[odr.counts]}"
    if odr.in_window is False:
        text += "; its order is not in the window now"
    if odr.leaves_on and odr.in_window:
        text += f"; its order leaves the window on {odr.leaves_on}"
    return found.law.because(found.standing_rule, f"{text}.", found.case.as_of.date())


def _money(found: Findings) -> Reason:
    """Who pays and whether it counts are two answers: the decision's own, or what the row says to expect."""
    case, row = found.case, found.situation.row
    amount = facts.money(case)
    if stage(case) == "lost" and case.funded_by:
        return found.because(f"{case.funded_by.capitalize()} pays {amount}: that is decided apart from the ODR.")
    if stage(case) != "undecided" or row is None:
        return found.because(
            f"Who pays {amount} is not in the files." if stage(case) == "lost" else f"It is about {amount}."
        )
    pays = {"unknown": "who pays is not settled"}.get(_row(found, "pays"), f"the {_row(found, 'pays')} pays")
    counts = {"yes": "it counts if it is lost", "no": "it should not count"}.get(
        _row(found, "counts"), _unsettled(case)
    )
    return found.because(f"To expect, for {amount}: {pays.replace('the amazon', 'Amazon')}; {counts}.")


def _row(found: Findings, key: str) -> str:
    return str(found.law.value(f"actions.rows.{found.situation.row}.{key}"))


def _unsettled(case: Case) -> str:
    if facts.refunded_before(case):
        return "it should not count, as the refund came before the filing"
    return "a refund after filing still counts" if facts.refunded_after(case) else "whether it counts is not settled"


def _doubts(found: Findings) -> list[Reason]:
    """Where the standing and the facts do not say the same, and what the files leave open."""
    case, law, standing = found.case, found.law, found.case.odr.standing
    said = _slow(found)
    if partly := facts.partly_back(case):
        said.append(law.because("standings.claim.excused", partly.strip(), case.as_of.date()))
    if standing == "protected" and found.protection.protected is not True:
        text = "Doubt: the standing is protected, but not every condition of Amazon's page is met or known (see above)."
        said.append(law.because("protection.reply_hours", text))
    if found.protection.protected and case.odr.counts:
        text = f"Doubt: every known condition of protection is met, and yet it counts ({standing.replace('_', ' ')})."
        said.append(law.because("protection.kinds", text))
    if stage(case) == "lost" and appealable(case, law) is None:
        text = "Whether it can still be appealed is unknown: the day of the decision is not in the files."
        said.append(law.because("deadlines.appeal_days", text))
    if standing == "unknown":
        text = "Doubt: the reason code stands neither for fraud nor for service, or for both: look at the notice."
        said.append(law.because("standings.chargeback.unknown", text, case.as_of.date()))
    elif case.respond_by and case.filed_at and case.respond_by < case.filed_at:
        text = f"Doubt: the date to answer ({when(case.respond_by)}) is before the filing ({when(case.filed_at)})."
        said.append(law.because("deadlines.response_hours", text))
    return said


def _slow(found: Findings) -> list[Reason]:
    """What the buyer still waits for an answer to, by the time that lets Amazon grant a claim by itself."""
    case, law = found.case, found.law
    if stage(case) != "undecided" or case.type == "chargeback":
        return []
    said, hours = [], int(law.value("deadlines.buyer_reply_hours"))
    open_ = [
        one.received_at
        for one in case.messages
        if one.answered_at is None and one.topic in ("delivery", "return", None)
    ]
    if open_:
        by = min(open_) + timedelta(hours=hours)
        late = "that is past, the claim may be granted for it; answer" if by < case.as_of else "answer"
        text = f"The buyer's message of {when(min(open_))} has no answer: due by {when(by)} ({hours} hours), {late} it now."
        said.append(law.because("deadlines.buyer_reply_hours", text))
    asked = facts.return_asked(case)
    if case.kind == "return_not_provided" and asked and not facts.return_offered(case):
        days = int(law.value("deadlines.international_return_days"))
        text = f"If you sent it from abroad: offer the return by {when(asked + timedelta(days=days))} ({days} days), or Amazon refunds."
        said.append(law.because("deadlines.international_return_days", text))
    return said
