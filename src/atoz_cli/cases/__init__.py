"""A question in, the claims and chargebacks of the store judged: each read with the facts known that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.claims import Verdict, WinRate
from atoz_cli.cases.around import Around, Key, Row, utc
from atoz_cli.cases.outcomes import won_of
from atoz_cli.cases.soon import may_be_due
from atoz_cli.metrics import Question, Span, lay_out
from atoz_cli.metrics.evidence import TOLD_BY
from atoz_cli.metrics.question import Store
from atoz_cli.metrics.subjects import chargeback_class, guessed
from atoz_cli.policy import Book
from atoz_cli.triage import Outcome, Own, is_open, judge, outcomes, own_odds, ranked, row_of
from atoz_cli.triage.case import Case

CLAIM = (
    "account", "order_id", "claim_id", "filed_at", "marketplace", "reason", "comment", "amount", "currency", "status",
    "respond_by", "decided_at", "decision", "funded_by", "counts_in_odr", "withdrawn_at", "appealed_at",
    "appeal_decision", "appeal_decided_at", "known_at",
)  # fmt: skip
CHARGEBACK = (
    "account", "order_id", "claim_id", "filed_at", "marketplace", "network", "reason_code", "reason", "amount",
    "currency", "status", "respond_by", "decided_at", "decision", "counts_in_odr", "known_at",
)  # fmt: skip
CHARGEBACKS = f"SELECT {', '.join(CHARGEBACK)} FROM all_chargebacks {{}} ORDER BY ALL"
# No fewer than there are, whatever is said twice: as long as even these are too few, nobody's own odds need to be looked for.
DECISIONS = """SELECT (SELECT count(decision) + count(appeal_decision) FROM claims) + (SELECT count(decision) FROM chargebacks)
    + (SELECT count(decision) FROM claim_mails)"""
MANY = 20_000
"""Fewer claims are judged before another process is ready to."""
COUNT = "SELECT (SELECT count(*) FROM claims) + (SELECT count(*) FROM chargebacks)"
AFTER_DECISION = ("closed", "option_to_appeal", "resolved", "seller_refunded")


class Wanted(Struct, frozen=True):
    """Which claims: of these orders only (by type), also closed ones, of one kind.

    With `due_by` only those that may ask for something until then, and nothing of what they cost: neither the ways out,
    nor what they do to the rate.
    """

    claims_of: frozenset[Key] | None = None
    chargebacks_of: frozenset[Key] | None = None
    closed_too: bool = False
    kind: str | None = None
    due_by: datetime | None = None


def triage(
    store: Store, book: Book, question: Question, wanted: Wanted, response_hours: int | None = None
) -> tuple[list[Verdict], list[Notice]]:
    """The verdicts, first to do first, and what the user should know."""
    cases, own, notices = _asked(store, book, question, wanted)
    priced = wanted.due_by is None
    verdicts = [judge(case, book, response_hours=response_hours, own=own, priced=priced) for case in used_up(cases)]
    return ranked(verdicts, book.at("odds", question.day).table("rates")), notices


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
    only = None if wanted.due_by is None else may_be_due(store, book, question, spans, wanted.due_by)
    around = Around(store, book, question, spans, only, rated=wanted.due_by is None)
    found = _found(
        store, book, question, around, wanted if only is None else replace(wanted, claims_of=only, chargebacks_of=only)
    )
    asked = _among(found, book, question, wanted)
    ended = _decided(store, book, question, around, found, wanted) if wanted.due_by is None else []
    return asked, own_odds(ended), [*notices, *flag_notices(flagged_of(store, asked))]


def cases_of(
    store: Store, book: Book, question: Question, wanted: Wanted, spans: Sequence[Span], only: frozenset[Key]
) -> list[Case]:
    """The cases to judge on these orders; `lay_out` comes before."""
    around = Around(store, book, question, spans, only)
    return _among(_found(store, book, question, around, Wanted(only, only, True)), book, question, wanted)


def ended_of(
    store: Store, book: Book, question: Question, spans: Sequence[Span], only: frozenset[Key]
) -> list[Outcome]:
    """How what was decided on these orders ended; `lay_out` comes before."""
    around = Around(store, book, question, spans, only, rated=False)
    found = _found(store, book, question, around, Wanted(only, only, True))
    return outcomes([case for case in found if question.account in (None, case.account)], book)


def _found(store: Store, book: Book, question: Question, around: Around, wanted: Wanted) -> list[Case]:
    """All cases known of the orders wanted."""
    return [*_claims(store, question, around, wanted), *_chargebacks(store, book, question, around, wanted)]


def _among(found: list[Case], book: Book, question: Question, wanted: Wanted) -> list[Case]:
    """Of these cases those that are asked about."""
    return [
        case
        for case in found
        if (wanted.kind is None or case.kind == wanted.kind)
        and (question.account is None or case.account == question.account)
        and (question.marketplace is None or case.marketplace == question.marketplace)
        and (wanted.closed_too or is_open(case, book))
    ]


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
    around, every = Around(store, book, question, spans), Wanted(closed_too=True)
    found = _found(store, book, question, around, every)
    own = own_odds(_decided(store, book, question, around, found, every))
    mine = [
        case
        for case in found
        if (question.account is None or case.account == question.account)
        and (question.marketplace is None or case.marketplace == question.marketplace)
    ]
    named = [case for case in mine if case.claim_id == wanted] or [case for case in mine if case.order_id == wanted]
    return [
        (case, judge(case, book, response_hours=response_hours, own=own), row_of(case, book)) for case in named
    ], notices


def win_rates(store: Store, book: Book, question: Question) -> tuple[list[WinRate], list[Notice]]:
    """How the claims, appeals and chargebacks of the store ended (`atoz outcomes`), and what the user should know."""
    spans, notices = lay_out(store, book, question)
    around, wanted = Around(store, book, question, spans), Wanted(closed_too=True)
    found = _found(store, book, question, around, wanted)
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
        found = _found(store, book, question, around, every)
    mine = [case for case in found if question.account in (None, case.account)]
    return outcomes(mine, book)


def _claims(store: Store, question: Question, around: Around, wanted: Wanted) -> Iterator[Case]:
    every = f"SELECT {', '.join(CLAIM)} FROM all_claims {around.among} ORDER BY account, order_id, claim_id, filed_at"
    rows = store.ask(every)
    rows = [row for row in rows if _there(row, row[-1], around, wanted.claims_of)]
    guesses = guessed(store, [(*row[:4], row[5], row[6]) for row in rows])
    for number, row in enumerate(rows):
        written, guess = dict(zip(CLAIM, row, strict=True)), guesses[number]
        key = (written["account"], written["order_id"])
        decided = written["decided_at"] is None or around.known(written["decided_at"]) is not None
        withdrawn_later = written["decision"] == "withdrawn" and _later(written["withdrawn_at"], around)
        decided = decided and not withdrawn_later
        appealed = written["appeal_decided_at"] is None or around.known(written["appeal_decided_at"]) is not None
        yield Case(
            type="a_to_z_claim",
            kind=guess.kind,
            kind_from=guess.kind_from,
            confidence=guess.confidence,
            kind_words=guess.words,
            kind_doubt=guess.doubt,
            reason=written["reason"],
            comment=written["comment"],
            status=_status(written["status"], decided and not _later(written["withdrawn_at"], around)),
            decision=written["decision"] if decided else None,
            decided_at=utc(written["decided_at"]) if decided else None,
            funded_by=written["funded_by"] if decided else None,
            counts_in_odr=written["counts_in_odr"] if decided else None,
            withdrawn_at=around.known(written["withdrawn_at"]),
            appealed_at=around.known(written["appealed_at"]),
            appeal_decision=written["appeal_decision"] if appealed else None,
            appeal_decided_at=utc(written["appeal_decided_at"]) if appealed else None,
            refunded_in_full_at=around.known(around.full.get((*key, written["claim_id"], written["filed_at"]))),
            **_common(around, key, written, "a_to_z_claim", decided and written["decision"] is not None),
        )


def _chargebacks(store: Store, book: Book, question: Question, around: Around, wanted: Wanted) -> Iterator[Case]:
    for row in store.ask(CHARGEBACKS.format(around.among)):
        if not _there(row, row[-1], around, wanted.chargebacks_of):
            continue
        written = dict(zip(CHARGEBACK, row, strict=True))
        key = (written["account"], written["order_id"])
        code = (written["network"], written["reason_code"], written["reason"])
        group, kind = chargeback_class(book, question.day, None, code)
        group = "service" if written["counts_in_odr"] else group
        decided = written["decided_at"] is None or around.known(written["decided_at"]) is not None
        yield Case(
            type="chargeback",
            kind=kind,
            kind_from="facts" if kind == "other" and group == "unknown" else "reason",
            confidence=0.0 if group == "unknown" and kind == "other" else 1.0,
            kind_words=tuple(word for word in code if word),
            network=written["network"],
            reason_code=written["reason_code"],
            reason=written["reason"],
            chargeback_class=group,
            status=_status(written["status"], decided),
            decision=written["decision"] if decided else None,
            decided_at=utc(written["decided_at"]) if decided else None,
            **_common(around, key, written, "chargeback", decided and written["decision"] is not None),
        )


def _common(around: Around, key: Key, written: dict[str, Any], kind: str, decided: bool) -> dict[str, Any]:
    order = around.order(key)
    placed = around.placed.get(key)
    mine = (written["claim_id"], written["filed_at"])
    others = [one[1] for one in around.claims_on.get(key, []) if kind != "a_to_z_claim" or one != mine]
    disputes = [one[1] for one in around.chargebacks_on.get(key, []) if kind != "chargeback" or one != mine]
    return {
        "account": key[0],
        "order_id": key[1],
        "marketplace": (placed[2] if placed else None) or written["marketplace"],
        "claim_id": written["claim_id"] or None,
        "filed_at": utc(written["filed_at"]),
        "amount": written["amount"],
        "currency": written["currency"],
        "respond_by": utc(written["respond_by"]),
        "odr": around.effect(key, kind, written["claim_id"], written["filed_at"], decided),
        "as_of": around.as_of,
        "order": order,
        "shipments": tuple(around.shipments.get(key, ())),
        "returns": tuple(around.returns.get(key, ())),
        "refunds": tuple(around.refunds.get(key, ())),
        "messages": tuple(around.messages.get(key, ())),
        "other_claims_filed_at": tuple(at for at in map(around.known, others) if at),
        "chargebacks_filed_at": tuple(at for at in map(around.known, disputes) if at),
    }


def _there(row: Row, known_at: datetime | None, around: Around, only: frozenset[Key] | None) -> bool:
    """Known by the day asked, and among the orders wanted."""
    return (known_at is None or around.known(known_at) is not None) and (only is None or (row[0], row[1]) in only)


def _later(moment: datetime | None, around: Around) -> bool:
    return moment is not None and around.known(moment) is None


def _status(status: str | None, decided: bool) -> str | None:
    """A status that speaks of a decision which was not known yet is not known either."""
    return None if status in AFTER_DECISION and not decided else status


__all__ = ["Wanted", "triage"]
