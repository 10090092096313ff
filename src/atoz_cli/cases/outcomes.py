"""Outcomes → a win rate for each kind and strength of proof, with the odds that triage uses for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from atoz_cli.answers.claims import WinRate
from atoz_cli.metrics import Question
from atoz_cli.metrics.arithmetic import rate, wilson
from atoz_cli.policy import Book
from atoz_cli.triage import Outcome, own_odds
from atoz_cli.triage.law import Law
from atoz_cli.triage.odds import chance

WHAT = ("claim", "appeal", "chargeback")
STRENGTH = ("strong", "some", "none")


def won_of(found: Iterable[Outcome], book: Book, question: Question) -> list[WinRate]:
    """Claims first, then appeals and chargebacks; by kind, the strongest proof first."""
    ends: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    every = list(found)
    for one in every:
        ends[one.what, one.kind, one.strength][one.ended] += 1
    own, law = own_odds(every), Law(book, question.marketplace, question.day, question.day)
    order = sorted(ends, key=lambda key: (WHAT.index(key[0]), key[1], STRENGTH.index(key[2])))
    return [_rate(what, kind, strength, ends[what, kind, strength], chance(
        law, own, (kind if what == "claim" else what, strength)
    )) for what, kind, strength in order]  # fmt: skip


def _rate(what: str, kind: str, strength: str, ended: Counter[str], odds: tuple[object, str, str]) -> WinRate:
    won, decided = ended["won"], ended["won"] + ended["lost"]
    return WinRate(
        what=what,  # type: ignore[arg-type]
        kind=kind,
        evidence=strength,  # type: ignore[arg-type]
        decided=decided,
        won=won,
        rate=rate(won, decided),
        interval=wilson(won, decided),
        unanswered=ended["unanswered"],
        withdrawn=ended["withdrawn"],
        refunded=ended["refunded"],
        odds=float(odds[0]),  # type: ignore[arg-type]
        odds_from=odds[1],  # type: ignore[arg-type]
        rule=odds[2],
    )
