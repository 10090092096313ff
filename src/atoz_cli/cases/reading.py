"""The rows of claims and chargebacks in, each as a `Case` with the facts known on the day asked out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from atoz_cli.cases.around import CHARGEBACK, CLAIM, Around, Key, Row
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store, utc
from atoz_cli.metrics.subjects import chargeback_class, guessed
from atoz_cli.policy import Book
from atoz_cli.triage.case import Case

AFTER_DECISION = ("closed", "option_to_appeal", "resolved", "seller_refunded")


class Wanted(Struct, frozen=True):
    """Which claims: of these orders only (by type), also closed ones, of one kind."""

    claims_of: frozenset[Key] | None = None
    chargebacks_of: frozenset[Key] | None = None
    closed_too: bool = False
    kind: str | None = None


def found_of(store: Store, book: Book, question: Question, around: Around, wanted: Wanted) -> list[Case]:
    """All cases known of the orders wanted."""
    return [*_claims(store, question, around, wanted), *_chargebacks(store, book, question, around, wanted)]


def _claims(store: Store, question: Question, around: Around, wanted: Wanted) -> Iterator[Case]:
    rows = [row for row in around.claims if _there(row, row[-1], around, wanted.claims_of)]
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
    for row in around.chargebacks:
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
    mine = (written["claim_id"], written["filed_at"])
    others = [one[1] for one in around.claims_on.get(key, []) if kind != "a_to_z_claim" or one != mine]
    disputes = [one[1] for one in around.chargebacks_on.get(key, []) if kind != "chargeback" or one != mine]
    return {
        "account": key[0],
        "order_id": key[1],
        "marketplace": around.placed(key)[0] or written["marketplace"],
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
