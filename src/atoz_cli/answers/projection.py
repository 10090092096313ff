"""The values of a projection: the rate on a day to come, what moves it, and how it turns out over all the days."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from atoz_cli.answers.rates import Window

StatusAhead = Literal["met", "missed", "no_orders"]
"""Over no orders a rate is neither met nor missed."""


class Possible(Struct, frozen=True):
    """The rate with so many defective orders."""

    defective_orders: int
    rate: float | None
    status: StatusAhead


class Moving(Struct, frozen=True):
    """The orders that enter or leave the window on a day; of the defective ones among them the ids."""

    orders: int
    defective_orders: int
    order_ids: tuple[str, ...]


class Outlook(Struct, frozen=True):
    """What all days of one account, marketplace and channel come to; it stands in each of their rows."""

    known_through: date
    """the last day of which orders are known: the last that was over, unless orders up to it seem to be missing"""
    known_until: date | None
    """the last day whose window ends with that: up to it nothing about the orders is supposed; None: not even today's"""
    first_missed_on: date | None
    first_met_on: date | None
    """the first day on which it is met again after that"""
    last_missed_on: date | None
    """later than that where it goes to and fro; the last day asked where it is not over by then"""
    high_first_missed_on: date | None
    """the same three of the upper end of the range"""
    high_first_met_on: date | None
    high_last_missed_on: date | None
    orders_per_day: float | None
    """how many orders are supposed for a day to come, on average over a week"""
    orders_per_day_from: Literal["pace", "option"] | None
    late_learned_from: int | None
    """of how many defects the range is learned; None: there is no range"""
    late_learned_in: Literal["channel", "account"] | None


class ProjectedDay(Struct, frozen=True):
    """The rate of one account, marketplace and channel on one day: the first is the day asked, with what is known on it.

    `defective_orders` are those known (and supposed), never those that may come late: `low` and `high` hold these too.
    """

    account: str
    marketplace: str | None
    channel: str | None
    day: date
    window: Window
    days_known: int
    """days of the window whose orders are all known"""
    orders: int
    known_orders: int
    defective_orders: int
    rate: float | None
    limit: float
    status: StatusAhead
    headroom: int | None
    interval: tuple[float, float] | None
    if_pending_lost: Possible
    leaves: Moving
    enters: Moving
    late: float | None
    """how many defective orders more are expected by that day; None where that cannot be learned"""
    low: Possible | None
    high: Possible | None
    outlook: Outlook


class Projection(Struct, frozen=True):
    """The days of one account, marketplace and channel, the first is the day asked."""

    account: str
    marketplace: str | None
    channel: str | None
    outlook: Outlook
    days: tuple[ProjectedDay, ...]

    @property
    def today(self) -> ProjectedDay:
        """The day asked."""
        return self.days[0]
