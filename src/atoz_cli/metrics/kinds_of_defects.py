"""What each defect is about: the kind of a claim or chargeback, the cause of a feedback, as `triage` and `feedback` say it."""

from __future__ import annotations

from typing import Any

from atoz_cli.metrics.question import Question, Store, moments
from atoz_cli.metrics.subjects import IDENTITY, chargeback_class, guesses
from atoz_cli.policy import Book

COLUMNS = {"as_of": "TIMESTAMP", "kind": "VARCHAR", **IDENTITY, "about": "VARCHAR"}
DEFECTS = """WITH standing AS (SELECT DISTINCT account, order_id, kind, claim_id, on_at FROM counted_defects
    WHERE counts = 1 OR pends = 1) """
CLAIMS = (
    DEFECTS
    + """SELECT c.account, c.order_id, c.claim_id, c.filed_at, c.reason, c.comment FROM all_claims c
    JOIN standing d ON d.kind = 'a_to_z_claim' AND d.account = c.account AND d.order_id = c.order_id
    AND d.claim_id = c.claim_id AND d.on_at IS NOT DISTINCT FROM c.filed_at ORDER BY ALL"""
)
CHARGEBACKS = (
    DEFECTS
    + """SELECT b.account, b.order_id, b.claim_id, b.filed_at, b.network, b.reason_code, b.reason FROM all_chargebacks b
    JOIN standing d ON d.kind = 'chargeback' AND d.account = b.account AND d.order_id = b.order_id
    AND d.claim_id = b.claim_id AND d.on_at IS NOT DISTINCT FROM b.filed_at ORDER BY ALL"""
)
FEEDBACK = (
    DEFECTS
    + """SELECT d.account, d.order_id, d.claim_id, d.on_at, f.comment, f.rating FROM standing d
    LEFT JOIN feedback f ON f.account = d.account AND f.order_id = d.order_id
    WHERE d.kind = 'negative_feedback' ORDER BY ALL"""
)


def kinds_of(store: Store, book: Book, question: Question) -> list[tuple[Any, ...]]:
    """Every defect that counts or is pending, with what it is about: rows of `COLUMNS`. `lay_out` comes before."""
    from atoz_cli.kinds import cause

    claims = store.ask(CLAIMS)
    found: list[tuple[Any, ...]] = [
        (moment, "a_to_z_claim", *claims[number][:4], guess.kind) for moment, number, guess in guesses(store, claims)
    ]
    for moment in moments(question):
        for *defect, network, code, reason in store.ask(CHARGEBACKS):
            about = chargeback_class(book, question.day, None, (network, code, reason))[1]
            found.append((moment, "chargeback", *defect, about))
        for *defect, comment, rating in store.ask(FEEDBACK):
            about = "unclear" if rating is None else cause(comment, rating).cause
            found.append((moment, "negative_feedback", *defect, about))
    return found


def put_kinds(store: Store, book: Book, question: Question) -> None:
    """The same as the relation `defect_kinds`."""
    store.put("defect_kinds", COLUMNS, kinds_of(store, book, question))
