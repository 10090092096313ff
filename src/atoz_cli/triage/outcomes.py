"""Decided cases → how they ended, by kind and strength of proof; and from that the seller's own odds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from atoz_cli.triage.case import Case
from atoz_cli.triage.law import law_of
from atoz_cli.triage.odds import Own, band
from atoz_cli.triage.proof import proof
from atoz_cli.triage.protection import protection
from atoz_cli.triage.situation import situation

if TYPE_CHECKING:
    from atoz_cli.policy import Book

WON = {"denied": "won", "granted": "lost", "granted_by_default": "unanswered", "withdrawn": "withdrawn"}
BANK = {"won": "won", "reversed": "won", "lost": "lost", "refunded": "refunded"}
APPEAL = {"won": "won", "won_refund_only": "won", "won_odr_only": "won", "lost": "lost"}


class Outcome(NamedTuple):
    """How one fight ended. `what`: `claim`, `appeal` or `chargeback`; only `won` and `lost` make odds."""

    what: str
    kind: str
    strength: str
    ended: str


def outcomes(cases: Iterable[Case], book: Book) -> list[Outcome]:
    """What was decided within the days that the policy looks back (odds.own_days), the appeals beside the claims."""
    return [one for case in cases for one in _of(case, book)]


def row_of(case: Case, book: Book) -> str | None:
    """The row of the decision table (actions.rows) that a case is."""
    return situation(case, protection(case, law_of(case, book))).row


def own_odds(found: Iterable[Outcome]) -> Own:
    """Won and decided by group; what was not fought for (unanswered, withdrawn, refunded) says nothing."""
    won: Counter[tuple[str, str]] = Counter()
    decided: Counter[tuple[str, str]] = Counter()
    for one in found:
        if one.ended in ("won", "lost"):
            group = (one.kind if one.what == "claim" else one.what, one.strength)
            decided[group] += 1
            won[group] += one.ended == "won"
    return Own(won, decided)


def _of(case: Case, book: Book) -> list[Outcome]:
    ends = _ends(case)
    if not ends or (case.order is not None and case.order.channel == "afn"):  # Amazon answers for those
        return []
    law = law_of(case, book)
    since = case.as_of - timedelta(days=int(law.value("odds.own_days", law.today)))
    if case.decided_at is not None and case.decided_at < since:
        return []
    strength = band(law, proof(case, law, row_of(case, book))[1])
    return [Outcome(what, case.kind, strength, ended) for what, ended in ends]


def _ends(case: Case) -> list[tuple[str, str]]:
    if case.type == "chargeback":
        return [("chargeback", BANK[case.decision])] if case.decision in BANK else []
    ends: list[tuple[str, str]] = []
    if case.withdrawn_at or case.decision == "withdrawn":
        ends.append(("claim", "withdrawn"))
    elif case.decision in WON:
        full, filed = case.refunded_in_full_at, case.filed_at
        early = full and filed and filed <= full and (case.decided_at is None or full <= case.decided_at)
        won = "won" if case.decision == "granted" and case.funded_by == "amazon" else WON[case.decision]
        ends.append(("claim", "refunded" if early else won))
    if case.appeal_decision in APPEAL:
        ends.append(("appeal", APPEAL[case.appeal_decision]))
    return ends
