"""The orders of each marketplace and what is told about them in; where nothing at all is told although it should be, out.

Feedback and returns are downloaded for each marketplace apart, and a file of one says nothing of another: no feedback in
DE beside a hundred in the US is no clean record but a file that was never imported. How many there ought to be is what
the other marketplaces of the account have; where chance would leave none of so many, silence is not believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from atoz_cli.answers import Notice
from atoz_cli.metrics.gaps import implausible
from atoz_cli.metrics.question import Question, Store, naive

ORDERS = """SELECT account, coalesce(marketplace, ''), count(*) FROM orders
    WHERE placed_at <= $1 AND coalesce(sales_channel, '') <> 'non_amazon' GROUP BY ALL ORDER BY ALL"""
LAID_OUT = "SELECT account, marketplace, sum(orders) FROM placed_days GROUP BY ALL ORDER BY ALL"
"""The same where all of them are laid out."""
TOLD = """SELECT t.what, t.account, coalesce(o.marketplace, ''), count(DISTINCT o.order_id) FROM (
    SELECT 'feedback' AS what, account, order_id FROM feedback WHERE left_at <= $1
    UNION ALL SELECT 'claims', account, order_id FROM claims UNION ALL SELECT 'claims', account, order_id FROM chargebacks
    UNION ALL SELECT 'claims', account, order_id FROM returns UNION ALL SELECT 'claims', account, order_id FROM claim_mails
    UNION ALL SELECT what, account, order_id FROM health_orders, (VALUES ('feedback'), ('claims')) AS two(what)
    ) t JOIN orders o USING (account, order_id) WHERE o.placed_at <= $1 GROUP BY ALL"""
SAYS = {
    "feedback": ("no_feedback", "feedback", "negative feedback is missing in its rate"),
    "claims": ("no_claims", "claim, chargeback or return", "claims are missing in its rate"),
}
Place = tuple[str, str]


def silent(store: Store, question: Question) -> Iterator[tuple[str, Place, Notice]]:
    """What is not told (`feedback`, `claims`), of which account and marketplace, and the warning. `lay_out` comes before."""
    at = [naive(question.as_of)]
    narrowed = question.marketplace is not None or question.channel is not None
    rows = store.ask(ORDERS, at) if narrowed else store.ask(LAID_OUT)
    orders: dict[Place, int] = {(account, place): int(many) for account, place, many in rows}
    if not any(one > 1 for one in Counter(account for account, _ in orders).values()):
        return
    told: Counter[tuple[str, Place]] = Counter()
    for what, account, place, many in store.ask(TOLD, at):
        told[what, (account, place)] += int(many)
    accounts = {account for account, _ in orders}
    for place in orders:
        if question.account not in (None, place[0]) or question.marketplace not in (None, place[1] or None):
            continue
        for what in SAYS:
            if not told[what, place] and _should_be(what, place, orders, told):
                yield what, place, _notice(what, place, many=len(accounts) > 1)


def _should_be(what: str, place: Place, orders: Mapping[Place, int], told: Counter[tuple[str, Place]]) -> bool:
    """Whether chance would leave none here, at the pace of the account's other marketplaces."""
    others = [one for one in orders if one[0] == place[0] and one != place]
    known, whole = sum(told[what, one] for one in others), sum(orders[one] for one in others)
    return bool(known) and implausible(known / whole, orders[place])


def _notice(what: str, place: Place, *, many: bool) -> Notice:
    code, word, effect = SAYS[what]
    where = ", ".join([place[0]] * many + [place[1] or "marketplace unknown"])
    text = f"{where}: no {word} of any order is known, though there is of other marketplaces: {effect} if its file was not imported"
    return Notice(code, text)
