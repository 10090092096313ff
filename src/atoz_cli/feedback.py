"""A question in, the negative feedback rate out, and each negative feedback with what Amazon's policy lets one do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from atoz_cli.answers.rates import (
    FeedbackItem,
    FeedbackMeasure,
    GroupFeedbackMeasure,
    GroupMeasure,
    Measure,
    RatingSpan,
)
from atoz_cli.kinds import cause
from atoz_cli.metrics import Question, Span, enters_and_leaves, lay_out, measures
from atoz_cli.metrics.arithmetic import rate, wilson
from atoz_cli.metrics.question import Store, naive
from atoz_cli.policy import Book

LISTED = """SELECT f.account, f.order_id, f.left_at, f.rating, f.comment, o.marketplace, o.channel, o.placed_on,
    (SELECT bool_and(s.label = 'buy_shipping' AND s.first_scan_at <= coalesce(s.ship_by, p.ship_by))
     FROM shipments s JOIN orders p USING (account, order_id)
     WHERE s.account = f.account AND s.order_id = f.order_id) AS shipped_on_time
    FROM counted_defects d
    JOIN feedback f ON d.kind = 'negative_feedback' AND f.account = d.account AND f.order_id = d.order_id
    LEFT JOIN orders_asked o ON o.account = f.account AND o.order_id = f.order_id
    WHERE d.counts = 1 ORDER BY f.left_at, f.order_id"""


IN_WINDOW = """SELECT f.account, f.order_id, greatest(f.claim, f.chargeback) AS other FROM order_flags f
    JOIN orders_asked o USING (account, order_id) JOIN windows w ON w.account = o.account AND w.marketplace = o.marketplace
    AND o.placed_on >= w.starts_on AND o.placed_on <= w.ends_on WHERE f.negative_feedback = 1"""
RATED = """SELECT f.account, o.marketplace, f.left_at, f.rating FROM feedback f LEFT JOIN orders o USING (account, order_id)
    LEFT JOIN feedback_events e USING (account, order_id) WHERE f.left_at <= $1 AND f.rating IS NOT NULL
    AND coalesce(e.removed_at > $1, TRUE) AND coalesce(e.struck_at > $1, TRUE) ORDER BY ALL"""
SPANS = (30, 90, 365)
NEUTRAL = 3


def rates(found: Sequence[Measure]) -> list[FeedbackMeasure]:
    """Measures of the metric `negative_feedback_rate` as answers: it has no limit of its own."""
    return [_rate(one) for one in found]


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
    """The negative feedback that counts: what is in the window or will enter it first, then what has left it.

    The store is laid out anew for the ODR afterwards.
    """
    windows = {(span.account, span.marketplace): span for span in spans}
    rows = store.ask(LISTED)
    effects = _Effects(store, book, question)
    found = []
    for row in rows:
        account, order_id, left_at, rating, comment, place, channel, placed_on, on_time = row
        if (question.account or question.marketplace or question.channel) and place is None:
            continue
        said = cause(comment, rating)
        removable, how, rule, why = _removable(said, channel, on_time)
        reason = book.reason(rule, question.day, place or None, why)
        leaves = enters_and_leaves(placed_on, windows[account, place])[1] if placed_on else None
        ask_by = None
        if removable is not False:
            ask_by = left_at.date() + timedelta(days=int(book.at("feedback", question.day, place or None)["ask_days"]))
        now, without = effects.of(account, place or "", channel or "", order_id)
        found.append(
            FeedbackItem(
                account, place or None, order_id, left_at.date(), rating, said.cause, removable, how, rule,  # type: ignore[arg-type]
                f"{reason.text} [{reason.cite}]", leaves, channel or None, ask_by,
                (ask_by - question.day).days if ask_by else None, now, without,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.leaves_on is not None and one.leaves_on <= question.day, one.left_on))


class _Effects:
    """What the ODR would be without one feedback, for every order in a window with one that counts."""

    def __init__(self, store: Store, book: Book, question: Question) -> None:
        spans, _ = lay_out(store, book, question, old_too=False)
        store.keep("counted_defects")
        found = measures(store, book, question, spans)
        self._measures = {(one.account, one.marketplace or "", one.channel or ""): one for one in found}
        self._alone = {(account, order_id): not other for account, order_id, other in store.ask(IN_WINDOW)}

    def of(self, account: str, place: str, channel: str, order_id: str) -> tuple[float | None, float | None]:
        """The rate now and without it: the same where the order has another defect that counts."""
        one, alone = self._measures.get((account, place, channel)), self._alone.get((account, order_id))
        if one is None or alone is None:
            return None, None
        return one.rate, rate(one.defective_orders - alone, one.orders)


def ratings(store: Store, question: Question) -> list[RatingSpan]:
    """How the ratings of the last 30, 90 and 365 days were, by the day they were left; by account and marketplace."""
    rows = store.ask(RATED, [naive(question.as_of)])
    places: dict[tuple[str, str | None], list[tuple[date, int]]] = {}
    for account, place, left_at, rating in rows:
        if question.account in (None, account) and question.marketplace in (None, place):
            places.setdefault((account, place or None), []).append((left_at.date(), int(rating)))
    order = sorted(places, key=lambda one: (one[0], one[1] or "~"))
    return [one for key in order for one in _spans(key, places[key], question.day)]


def _spans(key: tuple[str, str | None], rated: Sequence[tuple[date, int]], today: date) -> Iterator[RatingSpan]:
    """Each span of a place, shortest first. Of older days a file may tell all ratings, of newer ones another file only
    those up to 3 stars: once a span has ratings and none above, the longer ones are not known in full either."""
    full = True
    for days in SPANS:
        first = today - timedelta(days=days - 1)
        stars = [rating for day, rating in rated if first <= day <= today]
        full = full and (not stars or max(stars) > NEUTRAL)
        yield _span(key, stars, (first, today), full and bool(stars))


def _span(key: tuple[str, str | None], stars: Sequence[int], between: tuple[date, date], full: bool) -> RatingSpan:
    first, today = between
    negative, neutral = sum(one < NEUTRAL for one in stars), sum(one == NEUTRAL for one in stars)
    return RatingSpan(
        *key, (today - first).days + 1, first, today, negative, neutral,
        len(stars) - negative - neutral if full else None,
        round(sum(stars) / len(stars), 2) if full else None,
        rate(negative, len(stars)) if full else None,
        wilson(negative, len(stars)) if full else None,
    )  # fmt: skip


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
