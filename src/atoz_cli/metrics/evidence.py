"""What tells of claims and refunds without being a list of them: Amazon's mails, its books and lists, flags of returns.

Most stores have little of it, so each relation is counted once; where there is nothing, it is an empty one.
"""

from __future__ import annotations

from atoz_cli.metrics.question import Store, sql

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
THERE = """SELECT EXISTS (SELECT 1 FROM claim_mails), EXISTS (SELECT 1 FROM returns WHERE a_to_z_claim)
    OR EXISTS (SELECT 1 FROM money WHERE kind <> 'refund') OR EXISTS (SELECT 1 FROM health_orders),
    EXISTS (SELECT 1 FROM money WHERE kind = 'refund')"""


def put_evidence(store: Store) -> None:
    """`mail_claims`, `traces` and `booked_refunds`."""
    ((mails, traces, refunds),) = store.ask(THERE)
    for there, name, columns in (
        (mails, "mail_claims", OF_MAILS),
        (traces, "traces", OF_TRACES),
        (refunds, "booked_refunds", OF_REFUNDS),
    ):
        if there:
            store.keep(name, sql(name))
        else:
            store.put(name, columns, [])
