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
TELLING = (
    ("mails", "claim_mails"), ("traces", "returns WHERE a_to_z_claim"), ("traces", "money WHERE kind <> 'refund'"),
    ("traces", "health_orders"), ("refunds", "money WHERE kind = 'refund'"), ("chargebacks", "chargebacks"),
    ("noted", "noted_orders"),
)  # fmt: skip
"""What there may be, and a row of what shows it."""
THERE = " UNION ALL ".join(f"(SELECT '{what}' FROM {among} LIMIT 1)" for what, among in TELLING)


def put_evidence(store: Store) -> bool:
    """`mail_claims`, `traces`, `booked_refunds`, and with what they tell `every_claim` and `every_chargeback`.

    And `orders_told_of`: among which orders those with a defect are, the noted ones or all. Gives whether there may be a
    chargeback at all: most stores have none.
    """
    there = {what for (what,) in store.ask(THERE)}
    store.view("orders_told_of", f"SELECT * FROM {'noted_orders' if 'noted' in there else 'orders'}")
    disputed = not there.isdisjoint(("chargebacks", "mails", "traces"))
    for is_there, name, columns in (
        ("mails" in there, "mail_claims", OF_MAILS),
        ("traces" in there, "traces", OF_TRACES),
        ("refunds" in there, "booked_refunds", OF_REFUNDS),
        (disputed, "every_chargeback", OF_CHARGEBACKS),
    ):
        if is_there:
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
