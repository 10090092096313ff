"""A question in, the negative feedback rate out, and each negative feedback with what Amazon's policy lets one do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atoz_cli.answers.rates import FeedbackItem, FeedbackMeasure, GroupFeedbackMeasure, GroupMeasure, Measure
from atoz_cli.kinds import cause
from atoz_cli.metrics import Question, Span, enters_and_leaves
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book

LISTED = """SELECT f.account, f.order_id, f.left_at, f.rating, f.comment, o.marketplace, o.channel, o.placed_on,
    (SELECT bool_and(s.label = 'buy_shipping' AND s.first_scan_at <= coalesce(s.ship_by, p.ship_by))
     FROM shipments s JOIN orders p USING (account, order_id)
     WHERE s.account = f.account AND s.order_id = f.order_id) AS shipped_on_time
    FROM counted_defects d
    JOIN feedback f ON d.kind = 'negative_feedback' AND f.account = d.account AND f.order_id = d.order_id
    LEFT JOIN orders_asked o ON o.account = f.account AND o.order_id = f.order_id
    WHERE d.counts = 1 ORDER BY f.left_at, f.order_id"""


def rates(measures: Sequence[Measure]) -> list[FeedbackMeasure]:
    """Measures of the metric `negative_feedback_rate` as answers: it has no limit of its own."""
    return [_rate(one) for one in measures]


def _rate(one: Measure) -> FeedbackMeasure:
    kind: Any = FeedbackMeasure
    group = {}
    if isinstance(one, GroupMeasure):
        kind, group = GroupFeedbackMeasure, {"by": one.by, "group": one.group}
    measure: FeedbackMeasure = kind(
        account=one.account,
        marketplace=one.marketplace,
        channel=one.channel,
        window=one.window,
        orders=one.orders,
        negative_feedback_orders=one.defective_orders,
        rate=one.rate,
        interval=one.interval,
        incoming=one.incoming,
        **group,
    )
    return measure


def listed(store: Store, book: Book, question: Question, spans: Sequence[Span]) -> list[FeedbackItem]:
    """The negative feedback that counts: what is in the window or will enter it first, then what has left it."""
    windows = {(span.account, span.marketplace): span for span in spans}
    found = []
    for row in store.ask(LISTED):
        account, order_id, left_at, rating, comment, place, channel, placed_on, on_time = row
        if (question.account or question.marketplace or question.channel) and place is None:
            continue
        said = cause(comment, rating)
        removable, how, rule, why = _removable(said, channel, on_time)
        reason = book.reason(rule, question.day, place or None, why)
        leaves = enters_and_leaves(placed_on, windows[account, place])[1] if placed_on else None
        found.append(
            FeedbackItem(
                account, place or None, order_id, left_at.date(), rating, said.cause, removable, how, rule,  # type: ignore[arg-type]
                f"{reason.text} [{reason.cite}]", leaves,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.leaves_on is not None and one.leaves_on <= question.day, one.left_on))


def _removable(said: Any, channel: str | None, on_time: bool | None) -> tuple[bool | None, str | None, str, str]:
    """Whether, how, under which rule, and a sentence. What Amazon's text does not settle is None."""
    if said.cause in ("obscene", "personal_data"):
        return (
            True,
            "removed",
            f"feedback.removable.{said.cause}",
            f"Ask Amazon to remove it: {said.cause.replace('_', ' ')}.",
        )
    if said.mixed:
        return (
            None,
            None,
            "feedback.kept.mixed",
            "It speaks of more than one thing; Amazon removes what is entirely one. Answer it.",
        )
    if said.cause in ("promotional", "product_review"):
        words = said.cause.replace("_", " ")
        return True, "removed", f"feedback.removable.{said.cause}", f"Ask Amazon to remove it: it is entirely {words}."
    if said.cause == "delivery" and channel == "afn":
        return (
            True,
            "struck",
            "feedback.struck.afn_delivery",
            "Amazon delivered this order: ask Amazon to strike it through.",
        )
    if said.cause == "delivery" and on_time:
        text = "Bought through Buy Shipping and handed over in time: ask Amazon to strike it through."
        return True, "struck", "feedback.struck.buy_shipping_on_time", text
    if said.cause in ("price", "unclear"):
        return (
            None,
            None,
            f"feedback.unsettled.{said.cause}",
            "Amazon's text does not settle this. Answer it, and make it right with the buyer.",
        )
    return False, None, f"feedback.kept.{said.cause}", "Answer it, and make it right: the buyer can remove it."
