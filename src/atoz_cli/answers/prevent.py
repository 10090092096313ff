"""The value of what may become a claim: one risk of one order, or of one product."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class Risk(Struct, frozen=True):
    """One risk and what to do about it.

    `order_id` is None for a risk of a product, `sku` None for an order of several. `since`: the fact from which the
    danger runs; `act_by`: until when the action helps, None where no time is set (or it is over and nothing brings it
    back); `amount`: the order's. `rule` is an id of `atoz rules`, `practice` the line of the guide that `action` follows.
    """

    account: str
    marketplace: str | None
    channel: str | None
    order_id: str | None
    sku: str | None
    risk: str
    since: datetime | None
    act_by: datetime | None
    hours_left: float | None
    amount: Decimal | None
    currency: str | None
    action: str
    text: str
    why: str
    rule: str
    cite: str
    practice: str
