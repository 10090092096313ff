"""Which risk comes first: what is overdue, then what is due next, then money; all of one order stand together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from atoz_cli.answers.prevent import Risk

NEVER = datetime.max.replace(tzinfo=UTC)


def ranked(risks: Iterable[Risk]) -> list[Risk]:
    """By the nearest date of the order (or product), without a date last; then its amount, the larger first, and the ids.

    An order with several risks has a row for each, one below the other where its most urgent one belongs: who opens it
    does all of it at once.
    """
    found = list(risks)
    first: dict[tuple[Any, ...], datetime] = {}
    for one in found:
        thing = _thing(one)
        first[thing] = min(first.get(thing, NEVER), one.act_by or NEVER)
    return sorted(
        found, key=lambda one: (first[_thing(one)], -_amount(one), _thing(one), one.act_by or NEVER, one.risk)
    )


def _thing(one: Risk) -> tuple[str, str, str, str]:
    """What the risk is about: an order, or a product in a marketplace."""
    return one.account, one.marketplace or "", one.order_id or "", "" if one.order_id else one.sku or ""


def _amount(one: Risk) -> Decimal:
    return one.amount if one.amount is not None else Decimal(-1)
