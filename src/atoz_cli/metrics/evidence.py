"""What tells of claims and refunds without being a list of them: Amazon's mails, its books and lists, flags of returns.

Most stores have little of it, so each relation is counted once; where there is nothing, it is an empty one.
"""

from __future__ import annotations

from atoz_cli.answers import Notice
from atoz_cli.metrics.question import Question, Store, naive, sql

SHOWN = 10
TOLD_BY = {
    "return": "the flag of a return",
    "money": "Amazon's books (a settlement or payments report)",
    "list": "Amazon's list of order defects",
}

MOMENT, WORD, MONEY = "TIMESTAMP", "VARCHAR", "DECIMAL(18,4)"
OF_MAILS = {
    "account": WORD, "order_id": WORD, "about": WORD, "filed_at": MOMENT, "known_at": MOMENT, "marketplace": WORD,
    "reason": WORD, "amount": MONEY, "currency": WORD, "respond_by": MOMENT, "decided_at": MOMENT, "decision": WORD,
    "funded_by": WORD, "counts_in_odr": "BOOLEAN",
}  # fmt: skip
OF_TRACES = {
    "account": WORD, "order_id": WORD, "about": WORD, "told_by": WORD, "reason": WORD, "amount": MONEY,
    "currency": WORD, "counts_in_odr": "BOOLEAN", "known_at": MOMENT,
}  # fmt: skip
OF_REFUNDS = {"account": WORD, "order_id": WORD, "refunded_at": MOMENT, "amount": MONEY, "currency": WORD}
OF_CHARGEBACKS = {
    "account": WORD, "order_id": WORD, "claim_id": WORD, "filed_at": MOMENT, "marketplace": WORD, "network": WORD,
    "reason_code": WORD, "reason": WORD, "amount": MONEY, "currency": WORD, "status": WORD, "respond_by": MOMENT,
    "decided_at": MOMENT, "decision": WORD, "known_at": MOMENT, "from_flag": "INTEGER", "told_by": WORD,
    "counts_in_odr": "BOOLEAN", "known_until": MOMENT,
}  # fmt: skip
THERE = """SELECT EXISTS (SELECT 1 FROM claim_mails), EXISTS (SELECT 1 FROM returns WHERE a_to_z_claim)
    OR EXISTS (SELECT 1 FROM money WHERE kind <> 'refund') OR EXISTS (SELECT 1 FROM health_orders),
    EXISTS (SELECT 1 FROM money WHERE kind = 'refund'), EXISTS (SELECT 1 FROM chargebacks)"""


def put_evidence(store: Store) -> bool:
    """`mail_claims`, `traces`, `booked_refunds`, and with what they tell `every_claim` and `every_chargeback`.

    Whether there may be a chargeback at all: most stores have none.
    """
    ((mails, traces, refunds, chargebacks),) = store.ask(THERE)
    disputed = bool(chargebacks or mails or traces)
    for there, name, columns in (
        (mails, "mail_claims", OF_MAILS),
        (traces, "traces", OF_TRACES),
        (refunds, "booked_refunds", OF_REFUNDS),
        (disputed, "every_chargeback", OF_CHARGEBACKS),
    ):
        if there:
            store.keep(name, sql(name))
        else:
            store.put(name, columns, [])
    store.keep("every_claim", sql("every_claim"))
    return disputed


TRACED = """SELECT t.order_id, t.told_by FROM all_claims AS t JOIN asked_at_stake AS o USING (account, order_id)
    WHERE t.from_flag = 1 AND t.counts_in_odr IS NULL AND (t.known_at IS NULL OR t.known_at <= $1) ORDER BY ALL"""


def only_traced(store: Store, question: Question) -> list[Notice]:
    """A warning for each kind of trace that alone tells of claims: they are pending, since nobody says what became of them."""
    found: dict[str, list[str]] = {}
    for order_id, told_by in store.ask(TRACED, [naive(question.as_of)]):
        found.setdefault(told_by, []).append(order_id)
    return [
        Notice(
            "claim_only_traced",
            f"{'a claim is' if len(orders) == 1 else f'{len(orders)} claims are'} known only from {TOLD_BY[told_by]} and "
            f"pending here: order{'s' if len(orders) > 1 else ''} {', '.join(orders[:SHOWN])}"
            + (f" and {len(orders) - SHOWN} more" if len(orders) > SHOWN else "")
            + f"; add {'it' if len(orders) == 1 else 'them'} to your claims",
        )
        for told_by, orders in found.items()
    ]
