"""A question in, the claims and chargebacks of the store judged: each read with the facts known that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from atoz_cli.answers import Notice
from atoz_cli.answers.claims import Verdict, WinRate
from atoz_cli.cases.around import Around, Key, Row
from atoz_cli.cases.outcomes import won_of
from atoz_cli.cases.reading import Wanted, found_of
from atoz_cli.cases.soon import may_be_due
from atoz_cli.metrics import Question, Span, lay_out
from atoz_cli.metrics.evidence import TOLD_BY
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.triage import (
    Advice,
    Outcome,
    Own,
    advise,
    findings,
    is_open,
    judge,
    outcomes,
    own_odds,
    ranked,
    row_of,
)
from atoz_cli.triage.case import Case

# No fewer than there are, whatever is said twice: as long as even these are too few, nobody's own odds need to be looked for.
DECISIONS = """SELECT (SELECT count(decision) + count(appeal_decision) FROM claims) + (SELECT count(decision) FROM chargebacks)
    + (SELECT count(decision) FROM claim_mails)"""
MANY = 20_000
"""Fewer claims are judged before another process is ready to."""
COUNT = "SELECT (SELECT count(*) FROM claims) + (SELECT count(*) FROM chargebacks)"


def triage(
    store: Store, book: Book, question: Question, wanted: Wanted, response_hours: int | None = None
) -> tuple[list[Verdict], list[Notice]]:
    """The verdicts, first to do first, and what the user should know."""
    cases, own, notices = _asked(store, book, question, wanted)
    verdicts = [judge(case, book, response_hours=response_hours, own=own) for case in used_up(cases)]
    return ranked(verdicts, book.at("odds", question.day).table("rates")), notices


def due(store: Store, book: Book, question: Question, until: datetime) -> list[tuple[Case, Advice]]:
    """The open claims that may ask for something by then, with what to do: nothing that does is missing."""
    spans, _ = lay_out(store, book, question)
    only = may_be_due(store, book, question, spans, until)
    found = found_on(store, book, question, spans, only, rated=False)
    return [(case, advise(findings(case, book))) for case in among(found, book, question, Wanted())]


def very_many(store: Store) -> bool:
    """Whether there are so many claims that they are better judged side by side (`cases.spread`)."""
    return bool(store.ask(COUNT)[0][0] >= MANY)


def judged(
    store: Store, book: Book, question: Question, wanted: Wanted, response_hours: int | None = None
) -> tuple[list[tuple[Case, Verdict]], list[Notice]]:
    """The same, each verdict with the case that it is of."""
    cases, own, notices = _asked(store, book, question, wanted)
    verdicts = [judge(case, book, response_hours=response_hours, own=own) for case in cases]
    of = {id(verdict): case for verdict, case in zip(verdicts, cases, strict=True)}
    rates = book.at("odds", question.day).table("rates")
    return [(of[id(verdict)], verdict) for verdict in ranked(verdicts, rates)], notices


def used_up(cases: list[Case]) -> Iterator[Case]:
    """Each case once, and forgotten then: of very many, cases and verdicts together are a lot to hold."""
    cases.reverse()
    while cases:
        yield cases.pop()


def _asked(store: Store, book: Book, question: Question, wanted: Wanted) -> tuple[list[Case], Own, list[Notice]]:
    """The cases to judge, the seller's own odds, and what the user should know."""
    spans, notices = lay_out(store, book, question)
    around = Around(store, book, question, spans)
    found = found_of(store, book, question, around, wanted)
    asked, own = among(found, book, question, wanted), own_odds(_decided(store, book, question, around, found, wanted))
    return asked, own, [*notices, *flag_notices(flagged_of(store, asked))]


def found_on(
    store: Store, book: Book, question: Question, spans: Sequence[Span], only: frozenset[Key], *, rated: bool = True
) -> list[Case]:
    """All cases on these orders; `lay_out` comes before."""
    around = Around(store, book, question, spans, only, rated=rated)
    return found_of(store, book, question, around, Wanted())


def among(found: list[Case], book: Book, question: Question, wanted: Wanted) -> list[Case]:
    """Of these cases those that are asked about."""
    return [
        case
        for case in found
        if (wanted.kind is None or case.kind == wanted.kind)
        and (question.account is None or case.account == question.account)
        and (question.marketplace is None or case.marketplace == question.marketplace)
        and (wanted.closed_too or is_open(case, book))
    ]


def ended(found: list[Case], book: Book, question: Question) -> list[Outcome]:
    """How those of the accounts asked ended that were decided."""
    return outcomes([case for case in found if question.account in (None, case.account)], book)


def flagged_of(store: Store, asked: list[Case]) -> list[Row]:
    """Account, order and by what it is told, of the claims among these cases that only a flag tells of."""
    shown = {(case.account, case.order_id) for case in asked}
    every = "SELECT account, order_id, told_by FROM all_claims WHERE from_flag = 1 ORDER BY ALL"
    return [row for row in store.ask(every) if row[:2] in shown]


def flag_notices(flagged: list[Row]) -> list[Notice]:
    """What to say of them."""
    return [
        Notice(
            "claim_only_flagged",
            f"order {order}: its claim is known only from {TOLD_BY[told_by]}; add it to your claims",
        )
        for _, order, told_by in flagged
    ]


def one(
    store: Store, book: Book, question: Question, wanted: str, response_hours: int | None = None
) -> tuple[list[tuple[Case, Verdict, str | None]], list[Notice]]:
    """The claims of an id (or, without one, of an order) with their verdicts and rows of the decision table."""
    spans, notices = lay_out(store, book, question)
    around, every = Around(store, book, question, spans, named=True), Wanted(closed_too=True)
    found = found_of(store, book, question, around, every)
    own = own_odds(_decided(store, book, question, around, found, every))
    mine = among(found, book, question, every)
    named = [case for case in mine if case.claim_id == wanted] or [case for case in mine if case.order_id == wanted]
    return [
        (case, judge(case, book, response_hours=response_hours, own=own), row_of(case, book)) for case in named
    ], notices


def win_rates(store: Store, book: Book, question: Question) -> tuple[list[WinRate], list[Notice]]:
    """How the claims, appeals and chargebacks of the store ended (`atoz outcomes`), and what the user should know."""
    spans, notices = lay_out(store, book, question)
    around, wanted = Around(store, book, question, spans), Wanted(closed_too=True)
    found = found_of(store, book, question, around, wanted)
    if question.marketplace:
        found = [case for case in found if case.marketplace == question.marketplace]
    return won_of(_decided(store, book, question, around, found, wanted), book, question), notices


def _decided(
    store: Store, book: Book, question: Question, around: Around, found: list[Case], wanted: Wanted
) -> list[Outcome]:
    """Of all decided claims of the accounts asked, also where only those of some orders are judged."""
    if wanted.claims_of is not None:
        if store.ask(DECISIONS)[0][0] < book.at("odds", question.day)["enough"]:
            return []
        every = Wanted(closed_too=True)
        found = found_of(store, book, question, around, every)
    return ended(found, book, question)


__all__ = ["Wanted", "triage"]
