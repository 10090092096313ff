"""What is missing in the orders: all of them, the newest, days in between, the marketplace, the channel, the lag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from atoz_cli.answers.doctor import Finding, Gap, Severity
from atoz_cli.doctor.look import Look, count, download
from atoz_cli.metrics import Question, Span
from atoz_cli.metrics.gaps import LEAST_DAYS, gaps, implausible, missing

STALE_DAYS = 3
UNLESS = "if nothing was sold then, nothing is missing"
BLANK = """SELECT p.account, p.marketplace, SUM(CASE WHEN p.channel = '' THEN p.orders ELSE 0 END), SUM(p.orders)
    FROM placed_days p JOIN windows w USING (account, marketplace) WHERE p.placed_on >= w.starts_on
    GROUP BY ALL ORDER BY ALL"""
APART = "they make a row of their own, though Amazon judges each apart"


def findings(look: Look) -> Iterator[Finding]:
    """Of each account and marketplace with orders, and of each account without any."""
    for account in look.accounts:
        if account not in look.selling:
            message = "no orders are known, and without them there is no rate"
            yield Finding(account, None, "no_orders", "error", message, download("all_orders"))
    holes: dict[tuple[str, str | None], list[Gap]] = {}
    for gap in gaps(look.store, look.question, look.spans):
        holes.setdefault((gap.account, gap.marketplace), []).append(gap)
    for span in look.spans:
        yield from _days(look, span, holes.get((span.account, span.marketplace or None), []))
        if span.lag_source == "policy":
            message = (
                f"no performance report is known: that the window ends {span.lag_days} days back is the policy's word"
            )
            place = span.marketplace or None
            yield Finding(span.account, place, "no_performance_report", "info", message, download("performance_v2"))
    yield from _blanks(look)


def _days(look: Look, span: Span, found: Sequence[Gap]) -> Iterator[Finding]:
    """The gaps found, and how old the newest order is; days missing at the end are the latter's alone."""
    account, place = span.account, span.marketplace or None
    placed, hint = look.placed[account, span.marketplace], f"{download('all_orders')}; {UNLESS}"
    late = _stale(look.question, span, placed)
    if late is not None:
        yield Finding(account, place, "orders_stale", *late, hint)
    found = [gap for gap in found if late is None or gap.from_ <= max(placed)]
    if found:
        yield Finding(account, place, "orders_missing", "warning", missing(found), hint)


def _stale(question: Question, span: Span, placed: Mapping[date, int]) -> tuple[Severity, str] | None:
    """Milder where the silence may be believed: at the pace of as many days before the newest order as a window has."""
    newest = max(placed)
    age = (question.day - newest).days
    if age <= STALE_DAYS:
        return None
    days = min(span.days, (newest - min(placed)).days + 1)
    recent = [orders for day, orders in placed.items() if day > newest - timedelta(days=days)]
    odd = len(recent) < LEAST_DAYS or implausible(sum(recent) / days, age)
    said = f"the newest order is of {newest}, {age} days before the day asked"
    if newest < span.ends_on:
        effect = f"the window goes on to {span.ends_on}, so the rate is not complete"
        return "error" if odd else "warning", f"{said}: {effect}"
    return "warning" if odd else "info", f"{said}: newer orders, and what is claimed about them, are not known"


def _blanks(look: Look) -> Iterator[Finding]:
    """Orders in a window or entering it of which no file says the marketplace or the channel."""
    for account, place, without, orders in look.rows(BLANK):
        if not place:
            message = f"{count(int(orders), 'order')} without a marketplace: {APART}"
            hint = f"give --marketplace on import, or {download('all_orders')}"
            yield Finding(account, None, "orders_without_marketplace", "warning", message, hint)
        if without:
            message = f"{count(int(without), 'order')} without a channel: {APART}"
            yield Finding(account, place or None, "orders_without_channel", "warning", message, download("all_orders"))
