"""What buyers wait for: the look in; messages, return requests, returns without a refund and feedback without an answer out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from atoz_cli.metrics import enters_and_leaves
from atoz_cli.metrics.question import utc
from atoz_cli.prevent.found import Found, of_order, some
from atoz_cli.prevent.look import Look, Row
from atoz_cli.triage.deadline import refund_by
from atoz_cli.triage.law import when

CAUSES = {
    "delivery": "the delivery", "item": "what was in the parcel", "service": "the service", "product_review": "the product",
    "obscene": "something, in foul words", "personal_data": "something, with personal data in it",
    "promotional": "something else, as advertising", "price": "the price", "unclear": "something that its words do not tell",
}  # fmt: skip


def message_unanswered(look: Look) -> Iterator[Found]:
    """Messages without an answer; about a delivery or a return, a claim is granted when they stay so."""
    for row in look.rows("messages_unanswered"):
        number, received = row[8], utc(row[9])
        if received is None:
            continue
        by = received + look.hours(row[1], "message_hours", received)
        if by - look.as_of > timedelta(hours=int(look.rule(row[1], "message_unanswered.hours"))):
            continue
        amazons = row[2] == "afn"
        many = "" if number == 1 else f", the first of {some(number, 'message')}"
        why = f"The buyer wrote on {when(received)}{many}; {_at_stake(look, row, amazons)}."
        action = "answer_buyer_of_amazons" if amazons else "answer_buyer"
        yield of_order("message_unanswered", row, received, by, action, why)


def _at_stake(look: Look, row: Row, amazons: bool) -> str:
    claimable, untold = utc(row[10]), utc(row[11])
    if amazons or (claimable is None and untold is None):
        return "an answer is due within a day, weekends included"
    asked = claimable or untold
    assert asked is not None
    end = asked + look.hours(row[1], "buyer_reply_hours", asked)
    about = "" if claimable else " if it is about a delivery or a return"
    if end < look.as_of:
        return f"unanswered since {when(end)} a claim is granted and a label no longer protects{about}"
    return f"unanswered on {when(end)} a claim is granted and a label no longer protects{about}"


def return_unanswered(look: Look) -> Iterator[Found]:
    """Return requests that wait for approval."""
    for row in look.rows("returns_unanswered"):
        requested = utc(row[8])
        if requested is None:
            continue
        by = requested + look.hours(row[1], "buyer_reply_hours", requested)
        if by - look.as_of > timedelta(hours=int(look.rule(row[1], "return_unanswered.hours"))):
            continue
        said = f"unanswered {'since' if by < look.as_of else 'on'} {when(by)} a claim is granted"
        why = f"Return asked for on {when(requested)}, waiting for approval; {said}."
        yield of_order("return_unanswered", row, requested, by, "answer_return", why)


def return_unrefunded(look: Look) -> Iterator[Found]:
    """Returns that came back, one row an order: the earliest clock of those that the refunds do not cover."""
    back: dict[tuple[str, str], list[Row]] = {}
    for row in look.rows("returns_unrefunded"):
        back.setdefault((row[0], row[3]), []).append(row)
    for rows in back.values():
        first = min(rows, key=lambda row: row[8])
        delivered, paid, owed = utc(first[8]), first[10], _owed(rows)
        if delivered is None or (paid and (owed is None or paid >= owed)):
            continue
        by, time = refund_by(delivered, look.law(first[1]))
        part = f"only {paid:.2f} {first[6] or ''}".rstrip() + " is refunded" if paid else "no refund is known"
        over = "that is past: Amazon may have refunded it" if by < look.as_of else "then Amazon does it"
        why = (
            f"The return came on {when(delivered)} and {part}; the time to refund is {time}, until {when(by)}; {over}."
        )
        yield of_order("return_unrefunded", first, delivered, by, "refund_return", why)


def _owed(rows: list[Row]) -> Decimal | None:
    """The price of what came back, None where a price or a quantity is not known."""
    owed = Decimal(0)
    for row in rows:
        quantity, amount, of = row[9], row[11], row[12]
        if amount is None:
            return None
        owed += amount if not quantity or not of or quantity >= of else amount * quantity / of
    return owed


def feedback_unanswered(look: Look) -> Iterator[Found]:
    """Negative feedback that counts or will, and has no response."""
    from atoz_cli.kinds import cause

    spans = {(span.account, span.marketplace): span for span in look.spans}
    for row in look.store.ask(FEEDBACK):
        left, rating, comment, placed_on = utc(row[8]), row[9], row[10], row[11]
        span = spans[row[0], row[1]]
        enters, leaves = enters_and_leaves(placed_on, span)
        counts = f"it counts until {leaves - timedelta(days=1)}"
        if placed_on > span.ends_on:
            counts = f"it will count from {enters} on"
        about = CAUSES[cause(comment, rating).cause]
        why = f"{rating} stars on {_day(left)} about {about}, without a response; {counts}."
        yield of_order("feedback_unanswered", row, left, None, "answer_feedback", why.replace("1 stars", "1 star"))


FEEDBACK = """SELECT a.account, a.place, a.channel, a.order_id, a.sku, a.amount, a.currency, a.disputed, f.left_at, f.rating,
    f.comment, f.placed_on FROM feedback_unanswered f JOIN around a USING (account, order_id)"""


def _day(moment: datetime | None) -> str:
    return (moment or datetime.combine(datetime.min, time.min, UTC)).date().isoformat()
