"""What is watched of an account, each with its default; `None` switches a thing off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct, field


class Watch(Struct, frozen=True):
    """The limits of one account. Rates by the name of their metric; spans of days are whole days."""

    rates: Mapping[str, Decimal] = field(default_factory=dict)
    """limits of one's own, below (or above) Amazon's"""
    headroom: int | None = 2
    missed_within: int | None = 14
    due: timedelta = timedelta(hours=24)
    orders_days: int | None = 3
    feedback_days: int | None = 30
    claims_days: int | None = 30
    report_days: int | None = 30
    unreconciled_days: int | None = 45
    gaps: bool = True
    marketplaces: tuple[str, ...] = ()
    """where it sells: a place without orders is found"""
