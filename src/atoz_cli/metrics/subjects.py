"""What claims and chargebacks are about: the kinds and classes that the standings depend on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from atoz_cli.answers import Notice
from atoz_cli.metrics.question import Question, Store, filters, holds_from, naive, sql
from atoz_cli.policy import Book

if TYPE_CHECKING:
    from atoz_cli.kinds import Guess

IDENTITY = {"account": "VARCHAR", "order_id": "VARCHAR", "claim_id": "VARCHAR", "filed_at": "TIMESTAMP"}


NEVER, FOREVER = datetime(1, 1, 1), datetime(9999, 12, 31)
SPELL = {"since": "TIMESTAMP", "until": "TIMESTAMP"}
"""From when until when, the end not included, something is so."""


def put_not_received(store: Store) -> None:
    """`not_received`: the claims of that kind, looked at only where a protected label could make it matter.

    What reason or words say is so on every day; what only the facts say, on the days on which they did.
    """
    claims = store.ask(
        "SELECT c.account, c.order_id, c.claim_id, c.filed_at, c.reason, c.comment FROM every_claim c "
        "SEMI JOIN (SELECT account, order_id FROM shipments WHERE claims_protected) s USING (account, order_id) "
        "ORDER BY ALL"
    )
    kinds = {said: _said_to_be(*said) for said in {claim[4:] for claim in claims}}
    rows = [(*claim[:4], NEVER, FOREVER) for claim in claims if kinds[claim[4:]] == "item_not_received"]
    silent = [claim for claim in claims if kinds[claim[4:]] is None]
    rows += [
        (*silent[number][:4], since, after if number == same else FOREVER)
        for (since, number, guess), (after, same, _) in pairwise([*guesses(store, silent), (FOREVER, -1, None)])
        if guess is not None and guess.kind == "item_not_received"
    ]
    store.put("not_received", IDENTITY | SPELL, rows)


def _said_to_be(reason: str | None, comment: str | None) -> str | None:
    """The kind that a claim's reason or words name, None where only facts could tell."""
    from atoz_cli.kinds import Facts, classify

    guess = classify(reason, comment, Facts())
    return None if guess.kind_from == "facts" else guess.kind


def guessed(store: Store, claims: Sequence[tuple[Any, ...]]) -> dict[int, Guess]:
    """The kind of each claim (account, order_id, claim_id, filed_at, reason, comment), as the facts stood on the one day."""
    return {number: guess for _, number, guess in guesses(store, claims)}


FACTS = (
    """SELECT case_no, MIN(as_of), COLUMNS(* EXCLUDE (case_no, as_of)) FROM facts_around GROUP BY ALL ORDER BY 1, 2"""
)


def guesses(store: Store, claims: Sequence[tuple[Any, ...]]) -> Iterator[tuple[datetime, int, Guess]]:
    """The kind of each claim by what is known: from which day asked on, the number of the claim, and the guess.

    A claim after the other, each day on which the facts around it are other ones: none comes back once it is gone.
    """
    if not claims:
        return
    from atoz_cli.kinds import Facts, classify

    columns = {"case_no": "INTEGER", "account": "VARCHAR", "order_id": "VARCHAR"}
    store.put("cases", columns, [(number, *claim[:2]) for number, claim in enumerate(claims)])
    store.view("facts_around", sql("claim_facts"))
    for case_no, moment, *facts in store.ask(FACTS):
        reason, comment = claims[case_no][4:]
        cancelled, delivered, signed, back, late, asked_back, returned, refunded, return_reason, shipped = facts
        yield (
            moment,
            case_no,
            classify(
                reason,
                comment,
                Facts(
                    order_cancelled=bool(cancelled),
                    delivered=_maybe(delivered),
                    signed=_maybe(signed),
                    came_back=bool(back),
                    past_promise=_maybe(late),
                    return_requested=bool(asked_back),
                    return_delivered=bool(returned),
                    refunded=bool(refunded),
                    return_reason=return_reason,
                    shipped=_maybe(shipped),
                ),
            ),
        )


def _maybe(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def chargeback_class(book: Book, day: date, marketplace: str | None, row: tuple[str | None, ...]) -> tuple[str, str]:
    """Class (`fraud`, `service`, `unknown`) and kind of a chargeback from (network, code, reason), by the policy's lists."""
    network, code, reason = row
    lists = book.at("chargebacks", day, marketplace)
    hits = {
        group
        for group in ("fraud", "item_not_received", "not_as_described", "return_not_refunded", "other")
        for name, codes in lists.table(group).items()
        if code is not None and (network is None or network == name) and _code(code) in {_code(one) for one in codes}
    }
    classes = {"fraud" if group == "fraud" else "service" for group in hits}
    if len(classes) == 1:
        kind = "unauthorized_purchase" if classes == {"fraud"} else hits.pop() if len(hits) == 1 else "other"
        return classes.pop(), kind
    if hits or code is not None or reason is None:
        return "unknown", "other"
    from atoz_cli.kinds import of_reason

    said = of_reason(reason)
    if said == "unauthorized_purchase":
        return "fraud", said
    return ("service", said) if said is not None and said != "other" else ("unknown", "other")


def _code(code: str) -> str:
    return code.strip().upper().lstrip("0") or "0"


def put_chargeback_classes(store: Store, book: Book, question: Question, *, there: bool) -> list[Notice]:
    """`chargeback_classes`: fraud, service or unknown; a notice for each that no list settles. None where none is `there`."""
    rows = (
        store.ask(
            "SELECT account, order_id, claim_id, filed_at, network, reason_code, reason, "
            "coalesce(decision IN ('won', 'reversed') AND coalesce(decided_at <= $1, true), false) "
            "OR coalesce(counts_in_odr, false) AS over, told_by, coalesce(known_until > $1, true) AS best "
            "FROM every_chargeback WHERE known_at IS NULL OR known_at <= $1 ORDER BY ALL",
            [naive(question.as_of)],
        )
        if there
        else []
    )
    days = [day for day in book.days_of_change("chargebacks") if day <= question.day]
    begins = [holds_from(question, day) for day in days]
    class_of = cache(lambda day, said: chargeback_class(book, day, None, said)[0])
    classes = [
        (*row[:4], class_of(day, row[4:7]), since, until)
        for day, since, until in zip(days, begins, [*begins[1:], FOREVER], strict=True)
        for row in rows
    ]
    columns = {"chargeback_id" if name == "claim_id" else name: kind for name, kind in IDENTITY.items()}
    store.put("chargeback_classes", columns | {"class": "VARCHAR"} | SPELL, classes)
    asked = filters(question).get("account")
    return [
        _unsettled(row)
        for row, known in zip(rows, classes[len(classes) - len(rows) :], strict=True)
        if known[4] == "unknown" and not row[7] and row[9] and asked in (None, row[0])
    ]


def _unsettled(row: tuple[Any, ...]) -> Notice:
    if row[8] != "file":
        what = {"mail": "a mail", "list": "Amazon's list of order defects"}.get(row[8], "Amazon's books")
        return Notice(
            "chargeback_only_traced",
            f"order {row[1]}: its chargeback is known only from {what}, which does not say whether it is fraud or "
            "service; it is pending here: add it to your chargebacks with its reason code",
        )
    return Notice(
        "unknown_chargeback_code",
        f"order {row[1]}: the policy does not settle whether chargeback code {row[5] or row[6] or '(none)'} of "
        f"{row[4] or 'an unnamed network'} is fraud or service; it is pending here (see atoz rules chargebacks)",
    )
