"""What may become a claim as people read it: one table, first to do first; then why, and what each thing to do means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.prevent import Risk
from atoz_cli.sheets.words import count, moment, money, phrase, several, where

SOON = timedelta(hours=24)
UNDATED = "no date"
NAMES = {
    "no_tracking": "no tracking number", "no_scan": "not scanned", "late_delivery": "delivery is late",
    "delivered_elsewhere": "delivered elsewhere", "delivered_unsigned": "delivered without signature",
    "return_unrefunded": "return not refunded", "sku_complaints": "many complaints of a product",
    "sku_cancellations": "product cancelled again and again", "unauthorized_pattern": "like unauthorized purchases",
}  # fmt: skip
"""Risks whose code is not how one would say it."""
DOES = {
    "check_payment": "wait for its payment",
    "answer_buyer_of_amazons": "answer buyer",
    "do_not_refund": "write, do NOT refund",
}


def prevent(risks: Sequence[Risk], now: datetime) -> list[Sheet]:
    """A table of all, the most urgent first; then the facts of each, and what to do once each. `now` is the as-of."""
    many = several(one.account for one in risks)
    columns = (
        Column("By (UTC)"), Column("Order or SKU"), *([Column("Account")] if many else []), Column("Where", spare=True),
        Column("Risk", whole=False), Column("Do", whole=False),
    )  # fmt: skip
    rows = tuple(_row(one, many, now) for one in risks)
    title = "What may become a claim"
    if not rows:
        return [Sheet(title, (_summary(risks, now),))]
    return [Sheet(title, (_summary(risks, now),), columns, rows), _whys(risks), _todo(risks)]


def _summary(risks: Sequence[Risk], now: datetime) -> Cell:
    if not risks:
        return Cell("No risks found in what is known", "plain")
    orders = len({(one.account, one.order_id) for one in risks if one.order_id})
    products = len({(one.account, one.marketplace, one.sku) for one in risks if not one.order_id})
    things = [count(orders, "order")] if orders else []
    things += [count(products, "product")] if products else []
    late = sum(one.act_by is not None and one.act_by < now for one in risks)
    today = sum(one.act_by is not None and now <= one.act_by <= now + SOON for one in risks)
    text = f"{count(len(risks), 'risk')} of {' and '.join(things)}: {late:,} overdue, {today:,} due within 24 hours"
    return Cell(text, "bad" if late else "warn" if today else "plain")


def _row(one: Risk, many: bool, now: datetime) -> tuple[str | Cell, ...]:
    tone: Tone = "plain"
    if one.act_by is not None:
        tone = "bad" if one.act_by < now else "warn" if one.act_by <= now + SOON else "plain"
    return (
        Cell(moment(one.act_by) or UNDATED, tone), _thing(one), *((one.account,) if many else ()), _place(one),
        Cell(_named(one), tone), DOES.get(one.action) or phrase(one.action),
    )  # fmt: skip


def _thing(one: Risk) -> str:
    return one.order_id or one.sku or ""


def _place(one: Risk) -> str:
    return where(one.marketplace, one.channel) if one.channel else one.marketplace or "?"


def _named(one: Risk) -> str:
    return NAMES.get(one.risk) or phrase(one.risk)


def _whys(risks: Sequence[Risk]) -> Sheet:
    rows = tuple((_thing(one), _why(one)) for one in risks)
    return Sheet("Why", (), (Column("Order or SKU"), Column("What is known", whole=False)), rows)


def _why(one: Risk) -> str:
    """`To be shipped by …; no confirmation is known. 19.90 USD [prevent.unshipped]`."""
    return " ".join(part for part in (one.why, money(one.amount, one.currency), f"[{one.rule}]") if part)


def _todo(risks: Sequence[Risk]) -> Sheet:
    note = "In brackets: the rule (atoz rules prevent), and the practice of the guide to the A-to-z Guarantee."
    return Sheet("What to do", tuple(_said(risks)), notes=(note,))


def _said(risks: Sequence[Risk]) -> Iterator[str]:
    """Each thing to do once, in the order in which it comes up."""
    first: dict[str, Risk] = {}
    for one in risks:
        first.setdefault(one.action, one)
    for action, one in first.items():
        name = DOES.get(action) or phrase(action)
        yield f"{name[:1].upper()}{name[1:]}: {one.text} [{one.practice}]"
