"""When orders were placed and their first defects came in; how many defects are still to come, and how sure that is, out.

How it is done, for whoever checks it. An *age* is the number of days from an order to the first of its defects that counts.
For each age, of the orders that reached it within the last year, the share that got its defect exactly then is measured;
no order is waited for that is too young to tell, so nothing is cut off. The orders of a window will pass certain ages
between today and a day to come: these numbers times the shares, added up, are the defects to expect.

    share(j) = came(j) / reached(j)              expected = level × Σ will_pass(j) × share(j)

The shares are the channel's own where it has had 30 defects, else those of the whole account; the level says how the
channel compares with them: (own + ½) / (own expected + ½), which is 1 for shares of its own. What comes is spread as a
negative binomial: as a Poisson whose mean is itself uncertain, by the defects counted and by the errors of the shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import accumulate
from math import exp, lgamma, log, log1p, sqrt

from msgspec import Struct

LEAST_OWN = 30
"""With so many defects a channel has shares of its own."""
LEAST = 10
"""With fewer in the whole account nothing is learned."""
YEAR = 365
MATURE = 28
"""For so many days orders must have reached the highest age that matters."""
HALF = 0.5
LOW, HIGH = 0.1, 0.9
"""The range holds 8 of 10 cases."""
FAR = 7
"""So many standard deviations below the mean there is nothing."""

Came = tuple[date, date]
"""The day of an order and the day on which its first defect came."""


class Cumulated:
    """The orders of each day, ready to be summed up over any run of days; days are ordinals."""

    def __init__(self, placed: Mapping[date, int]) -> None:
        self._first = min(placed, default=date.max).toordinal()
        days = max(placed, default=date.min).toordinal() - self._first + 1
        each = [0] * max(days, 0)
        for day, orders in placed.items():
            each[day.toordinal() - self._first] += orders
        self._sums = [0, *accumulate(each)]

    def between(self, first: int, last: int) -> int:
        """The orders placed from the one day to the other, both included."""
        sums, begin = self._sums, self._first
        top = len(sums) - 1
        upto = min(max(last - begin + 1, 0), top)
        before = min(max(first - begin, 0), top)
        return sums[upto] - sums[before] if upto > before else 0


class Seen(Struct, frozen=True):
    """What one channel, or all of an account together, has shown within a year, by age."""

    came: tuple[int, ...]
    reached: tuple[int, ...]
    first: date
    """the first day on which an order was placed"""

    @property
    def defects(self) -> int:
        """Of all ages."""
        return sum(self.came)


class Learned(Struct, frozen=True):
    """How defects come late to one channel."""

    shares: tuple[tuple[int, float, int], ...]
    """age, share of the orders that got their defect at it, orders it was seen on; ages without any left out"""
    own: Seen
    source: Seen
    pooled: bool

    @property
    def defects(self) -> int:
        """Of how many it is learned."""
        return self.source.defects


def seen(placed: Mapping[date, int], came: Iterable[Came], through: date, ages: int) -> Seen:
    """Count the defects of each age up to `ages`, and the orders that reached it, in the year that ends on `through`."""
    counts, before = [0] * (ages + 1), through - timedelta(days=YEAR)
    for order_day, defect_day in came:
        came_on = max(order_day, defect_day)
        age = (came_on - order_day).days
        if age <= ages and before < came_on <= through:
            counts[age] += 1
    orders, end = Cumulated(placed), through.toordinal()
    reached = tuple(orders.between(end - YEAR + 1 - age, end - age) for age in range(ages + 1))
    return Seen(tuple(counts), reached, min(placed, default=date.max))


def learned(own: Seen, account: Seen, through: date) -> Learned | None:
    """From a channel's own defects where there are enough, else from its account's; None where these are too few too."""
    for source, least, pooled in ((own, LEAST_OWN, False), (account, LEAST, account is not own and account != own)):
        if source.defects >= least and old_enough(source, through):
            shares = tuple(
                (age, came / source.reached[age], source.reached[age])
                for age, came in enumerate(source.came)
                if came and source.reached[age]
            )
            return Learned(shares, own, source, pooled)
    return None


def days_needed(ages: int) -> int:
    """Of how many days orders must be known to learn from them."""
    return ages + MATURE


def old_enough(source: Seen, through: date) -> bool:
    """Whether orders have reached the highest age for long enough to tell that nothing, or something, comes so late."""
    return (through.toordinal() - source.first.toordinal() + 1) >= days_needed(len(source.came) - 1)


class Late(Struct, frozen=True):
    """Defects still to come: a negative binomial, by its mean and its size (mean ÷ size: how much wider than a Poisson)."""

    mean: float
    size: float

    def quantiles(self, *shares: float) -> tuple[int, ...]:
        """For each share, in rising order, the least number that is not exceeded in so many of the cases."""
        if self.mean <= 0:
            return (0,) * len(shares)
        size, mean = self.size, self.mean
        spread, more = sqrt(mean + mean * mean / size), mean / (size + mean)
        number = max(0, int(mean - FAR * spread))
        chance = exp(
            lgamma(number + size) - lgamma(size) - lgamma(number + 1) - size * log1p(mean / size) + number * log(more)
        )
        so_far, found = chance, []
        for share in shares:
            while so_far < share and chance > 0:
                chance *= (number + size) / (number + 1) * more
                number += 1
                so_far += chance
            found.append(number)
        return tuple(found)


def still_to_come(how: Learned, orders: Cumulated, today: date, day: date, starts_on: date, ends_on: date) -> Late:
    """The defects that come between today and `day` to the orders of a window: placed ones and supposed ones alike."""
    now, then, start, end = today.toordinal(), day.toordinal(), starts_on.toordinal(), ends_on.toordinal()
    passing = [orders.between(max(start, now + 1 - age), min(end, then - age)) for age, _, _ in how.shares]
    expected = sum(number * share for number, (_, share, _) in zip(passing, how.shares, strict=True))
    if not expected:
        return Late(0.0, 1.0)
    basis = HALF + own_expected(how)
    level = expected / basis
    error = sum(
        (number - level * how.own.reached[age]) ** 2 * share / on
        for number, (age, share, on) in zip(passing, how.shares, strict=True)
    )
    weight = how.own.defects + HALF
    return Late(weight * level, 1 / (1 / weight + error / expected**2))


def own_expected(how: Learned) -> float:
    """The defects that the channel would have had by the shares: its own number where they are its own."""
    return sum(how.own.reached[age] * share for age, share, _ in how.shares)


def range_of(late: Late) -> tuple[int, ...]:
    """The least and the most that come in 8 of 10 cases."""
    return late.quantiles(LOW, HIGH)
