"""A question in, what may become a claim out: every risk of open orders and of products, the most urgent first.

SQL finds (the `.sql` files of this folder, in the subset of the metrics' SQL) and Python words: an order without a risk
never becomes an object. Each finder below is one rule of the policy `prevent`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from atoz_cli.answers import Notice
from atoz_cli.answers.prevent import Risk
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.prevent.buyers import feedback_unanswered, message_unanswered, return_unanswered, return_unrefunded
from atoz_cli.prevent.delivery import delivered_elsewhere, delivered_unsigned, late_delivery
from atoz_cli.prevent.found import Finder, Found
from atoz_cli.prevent.fraud import unauthorized_pattern
from atoz_cli.prevent.lacks import lacks
from atoz_cli.prevent.look import Look, gather, look
from atoz_cli.prevent.products import sku_cancellations, sku_complaints
from atoz_cli.prevent.rank import ranked
from atoz_cli.prevent.shipping import invalid_tracking, no_scan, no_tracking, unshipped
from atoz_cli.prevent.told import put_told
from atoz_cli.triage.deadline import hours_left

__all__ = ["RISKS", "prevent"]

RISKS: Mapping[str, Finder] = {
    # the way of a parcel
    "unshipped": unshipped,
    "no_tracking": no_tracking,
    "invalid_tracking": invalid_tracking,
    "no_scan": no_scan,
    "late_delivery": late_delivery,
    "delivered_elsewhere": delivered_elsewhere,
    "delivered_unsigned": delivered_unsigned,
    # what a buyer waits for
    "message_unanswered": message_unanswered,
    "return_unanswered": return_unanswered,
    "return_unrefunded": return_unrefunded,
    "feedback_unanswered": feedback_unanswered,
    # what happens again and again
    "sku_complaints": sku_complaints,
    "sku_cancellations": sku_cancellations,
    "unauthorized_pattern": unauthorized_pattern,
}
"""The code of each risk, which is its rule in the policy, and what finds it."""

BESIDE_A_CLAIM = ("feedback_unanswered",)
"""What `atoz triage` says nothing of: it is shown also where the order has a claim or a chargeback."""


def prevent(
    store: Store, book: Book, question: Question, asked: Collection[str] = ()
) -> tuple[list[Risk], list[Notice]]:
    """The risks asked for (none named: all), and what the user should know. EmptyStore where no order is known by then."""
    seen = look(store, book, question)
    if not seen.spans:
        raise EmptyStore("no orders are known by that day", "import All Orders, or look at --as-of and the filters")
    put_told(seen)
    gather(seen)
    wanted = [
        code
        for code in RISKS
        if code in (asked or RISKS) and any(seen.rule(place, f"{code}.on") for place in seen.places)
    ]
    found = [
        one
        for one in chain.from_iterable(RISKS[code](seen) for code in wanted)
        if seen.rule(one.place, f"{one.risk}.on")
    ]
    left = [one for one in found if one.disputed and one.risk not in BESIDE_A_CLAIM]
    risks = ranked(_judged(seen, one) for one in found if one not in left)
    unlooked = [code for code in asked or RISKS if code not in wanted]
    return risks, [*seen.notices, *_left_to_triage(left), *_turned_off(unlooked), *lacks(seen, wanted)]


def _judged(seen: Look, one: Found) -> Risk:
    """A risk with its rule and citation, what to do in the policy's words, and the hours left."""
    rule, law = f"prevent.{one.risk}", seen.law(one.place)
    return Risk(
        account=one.account,
        marketplace=one.place or None,
        channel=one.channel,
        order_id=one.order_id,
        sku=one.sku,
        risk=one.risk,
        since=one.since,
        act_by=one.act_by,
        hours_left=None if one.act_by is None else hours_left(one.act_by, seen.as_of),
        amount=one.amount,
        currency=one.currency,
        action=one.action,
        text=str(law.value(f"prevent.actions.{one.action}.say")),
        why=one.why,
        rule=rule,
        cite=law.because(rule, "").cite,
        practice=str(law.value(f"prevent.actions.{one.action}.practice")),
    )


def _left_to_triage(found: list[Found]) -> Iterator[Notice]:
    """Orders with a claim or chargeback are not said here what triage says of them better."""
    orders = {(one.account, one.order_id) for one in found}
    if orders:
        few = len(orders) == 1
        yield Notice(
            "left_to_triage",
            f"{len(orders):,} {'order has' if few else 'orders have'} a claim or a chargeback already: "
            f"see `atoz triage --all` for {'it' if few else 'them'}",
        )


def _turned_off(risks: Collection[str]) -> Iterator[Notice]:
    if risks:
        yield Notice("turned_off", f"turned off by the policy and not looked for: {', '.join(risks)}")
