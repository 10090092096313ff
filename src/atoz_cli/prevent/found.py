"""What the finders of risks hand on: one risk with its facts in words, before rule, citation and hours are put to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from atoz_cli.prevent.look import Look, Row


class Found(Struct, frozen=True):
    """One risk. `place` is the marketplace, "" where it is not known; `disputed`: the order has a claim or chargeback."""

    risk: str
    account: str
    place: str
    channel: str | None
    order_id: str | None
    sku: str | None
    amount: Decimal | None
    currency: str | None
    disputed: bool
    since: datetime | None
    act_by: datetime | None
    action: str
    why: str


Finder = Callable[[Look], Iterator[Found]]


def of_order(risk: str, row: Row, since: datetime | None, act_by: datetime | None, action: str, why: str) -> Found:
    """A risk of an order: `row` begins with account, place, channel, order id, SKU, amount, currency and disputed."""
    account, place, channel, order_id, sku, amount, currency, disputed = row[:8]
    return Found(
        risk,
        account,
        place,
        channel or None,
        order_id,
        sku,
        amount,
        currency,
        bool(disputed),
        since,
        act_by,
        action,
        why,
    )


def of_product(
    risk: str, account: str, place: str, channel: str | None, sku: str, since: datetime | None, action: str, why: str
) -> Found:
    """A risk of a product, which nothing dates."""
    return Found(risk, account, place, channel, None, sku, None, None, False, since, None, action, why)


def some(number: int, one: str, many: str | None = None) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
