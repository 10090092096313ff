"""Weeks of (defects, orders) in; where they differ most, and how often chance alone would make them differ as much, out.

Plain arithmetic, without an approximation: given how many defects and orders there are in all, and nothing changed,
each way to deal the defects over the orders is as likely as any other (the hypergeometric law, as in Fisher's test).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, inf, lgamma, log, log1p
from operator import mul
from typing import Literal

from msgspec import Struct

Weeks = Sequence[tuple[int, int]]
"""(part, whole) of each week, oldest first; every whole is at least 1."""

LEAST_SHARE = 0.1
"""Each side of a split holds at least this share of all orders: fewer say more about themselves than about a change.

Who looks for a change at an unknown time leaves out both ends; Andrews (Econometrica 61, 1993) takes 15 % off each.
"""
SURE = 0.0001
"""Where Bonferroni's bound is below this already, it is not made exact."""
MANY = 5000
"""Of more defects than this, the bound is taken: to be exact takes seconds, and such counts do not need it."""
NEGLIGIBLE = 1e-18


class Split(Struct, frozen=True):
    """The split at which two rates are more likely than one by the largest factor: `ratio` is its logarithm."""

    at: int
    """how many weeks come before it"""
    ratio: float


class Chance(Struct, frozen=True):
    """How likely a split as odd as that is anywhere among the weeks if nothing changed."""

    p: float
    method: Literal["exact", "bonferroni"]


def log_choose(whole: int, part: int) -> float:
    """The logarithm of the ways to choose `part` of `whole`."""
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)


def at_least(seen: int, drawn: int, part: int, whole: int) -> float:
    """P(X ≥ seen) of the part among `drawn` of `whole`: Fisher's exact test, one-sided."""
    return _tail(seen, drawn, part, whole, 1)


def at_most(seen: int, drawn: int, part: int, whole: int) -> float:
    """P(X ≤ seen), the other side."""
    return _tail(seen, drawn, part, whole, -1)


def _tail(seen: int, drawn: int, part: int, whole: int, step: int) -> float:
    least, most = max(0, drawn + part - whole), min(drawn, part)
    if not least <= seen <= most:
        return 1.0 if (seen < least) == (step > 0) else 0.0
    if (seen - drawn * part / whole) * step < 0:  # the longer tail: what is left of the shorter one
        return 1.0 - _tail(seen - step, drawn, part, whole, -step) if least <= seen - step <= most else 1.0
    term = exp(log_choose(part, seen) + log_choose(whole - part, drawn - seen) - log_choose(whole, drawn))
    total = term
    while least <= seen + step <= most and term > total * NEGLIGIBLE:
        low = min(seen, seen + step)
        up = (part - low) * (drawn - low) / ((low + 1) * (whole - part - drawn + low + 1))
        term *= up if step > 0 else 1 / up
        total, seen = total + term, seen + step
    return min(1.0, total)


def oddest_split(weeks: Weeks) -> Split | None:
    """The split with the largest likelihood ratio; None where none leaves enough orders on both sides."""
    part, whole = _sums(weeks)
    found = [
        Split(at, _ratio(before, orders, part, whole)) for at, before, orders in _splits(weeks) if _fair(orders, whole)
    ]
    return max(found, key=lambda split: split.ratio, default=None)


def chance(weeks: Weeks, split: Split) -> Chance:
    """The chance of a split at least as odd, wherever it is: looking everywhere is in it already."""
    part, whole = _sums(weeks)
    if part in (0, whole):
        return Chance(1.0, "exact")
    fair = [(at, before, orders) for at, before, orders in _splits(weeks) if _fair(orders, whole)]
    ((before, orders),) = ((before, orders) for at, before, orders in fair if at == split.at)
    one_side = min(at_least(before, orders, part, whole), at_most(before, orders, part, whole))
    bound = min(1.0, 2 * len(fair) * one_side)
    if bound < SURE or part > MANY:
        return Chance(bound, "bonferroni")
    return Chance(_as_odd(weeks, split.ratio), "exact")


def could_tell(weeks: Weeks, level: float) -> bool:
    """Whether any way to deal these defects over these weeks would be below the level: without, there is nothing to see."""
    part, whole = _sums(weeks)
    if part in (0, whole):
        return False
    if part > 40:  # all on one side of the middle: 1 in 2 ** 40
        return True
    extremes = [
        _ratio(before, orders, part, whole)
        for _, _, orders in _splits(weeks)
        if _fair(orders, whole)
        for before in (max(0, part + orders - whole), min(part, orders))
    ]
    return bool(extremes) and _as_odd(weeks, max(extremes)) < level


def _as_odd(weeks: Weeks, ratio: float) -> float:
    """P(the largest ratio of all splits ≥ ratio), exactly: week by week, the chance of each sum so far without such a split.

    Weeks that draw independently (binomial, at the rate of all) are, given their sum, dealt as the law says.
    """
    part, whole = _sums(weeks)
    rate, first, ways, orders = part / whole, 0, [1.0], 0
    for _, size in weeks[:-1]:
        orders += size
        first, ways = _added(first, ways, *_binomial(size, rate, part), *_inside(orders, part, whole, ratio))
    start, last = _binomial(weeks[-1][1], rate, part)
    without = sum(
        way * last[part - so_far - start]
        for so_far, way in enumerate(ways, first)
        if 0 <= part - so_far - start < len(last)
    )
    all_ways = exp(log_choose(whole, part) + part * log(rate) + (whole - part) * log1p(-rate))
    return min(1.0, max(0.0, 1.0 - without / all_ways))


def _added(
    first: int, ways: list[float], start: int, more: list[float], least: int, most: int
) -> tuple[int, list[float]]:
    """The ways after one more week, for sums from `least` to `most`: the two lists folded into one."""
    lowest = max(least, first + start)
    highest = min(most, first + len(ways) - 1 + start + len(more) - 1)
    backwards = more[::-1]
    folded = []
    for total in range(lowest, highest + 1):
        # ways[i] meets more[total - first - start - i]
        reach = total - first - start
        begin, end = max(0, reach - len(more) + 1), min(len(ways), reach + 1)
        offset = len(more) - 1 - reach
        folded.append(sum(map(mul, ways[begin:end], backwards[begin + offset : end + offset])))
    return lowest, folded


def _binomial(size: int, rate: float, most: int) -> tuple[int, list[float]]:
    """The first number that is not negligible, and the chances of it and of those after it."""
    middle = min(int(size * rate), most)
    peak = exp(log_choose(size, middle) + middle * log(rate) + (size - middle) * log1p(-rate))
    odds = rate / (1 - rate)
    below, above, term, at = [], [], peak, middle
    while at > 0 and term > NEGLIGIBLE:
        term *= at / (size - at + 1) / odds
        below.append(term)
        at -= 1
    term, up = peak, middle
    while up < min(size, most) and term > NEGLIGIBLE:
        term *= (size - up) / (up + 1) * odds
        above.append(term)
        up += 1
    return at, [*reversed(below), peak, *above]


def _inside(orders: int, part: int, whole: int, ratio: float) -> tuple[int, int]:
    """The least and the most defects before a split of so many orders that leave its ratio below; all where it is not fair."""
    least, most = max(0, part + orders - whole), min(part, orders)
    if not _fair(orders, whole):
        return least, most
    ratio *= 1 - 1e-9  # the split itself is as odd as itself
    middle = part * orders // whole  # the nearest to what is expected, on the side that is less odd
    middle = min(range(max(least, middle), min(most, middle + 1) + 1), key=lambda at: _ratio(at, orders, part, whole))
    if _ratio(middle, orders, part, whole) >= ratio:
        return 1, 0
    low, high = least - 1, middle
    while high - low > 1:
        at = (low + high) // 2
        low, high = (low, at) if _ratio(at, orders, part, whole) < ratio else (at, high)
    found, low, high = high, middle, most + 1
    while high - low > 1:
        at = (low + high) // 2
        low, high = (at, high) if _ratio(at, orders, part, whole) < ratio else (low, at)
    return found, low


def _ratio(before: int, orders: int, part: int, whole: int) -> float:
    """The logarithm of the likelihood ratio of two rates to one."""
    after, rest = part - before, whole - orders
    if min(before, orders - before, after, rest - after) < 0:
        return inf
    return _likely(before, orders) + _likely(after, rest) - _likely(part, whole)


def _likely(part: int, whole: int) -> float:
    """The logarithm of the likelihood of a part at its own rate."""
    rest = whole - part
    return sum(one * log(one / whole) for one in (part, rest) if one)


def _splits(weeks: Weeks) -> Iterator[tuple[int, int, int]]:
    """How many weeks come before it, and their defects and orders."""
    part = whole = 0
    for at, (defects, orders) in enumerate(weeks[:-1], 1):
        part, whole = part + defects, whole + orders
        yield at, part, whole


def _fair(orders: int, whole: int) -> bool:
    return LEAST_SHARE * whole <= orders <= (1 - LEAST_SHARE) * whole


def _sums(weeks: Weeks) -> tuple[int, int]:
    return sum(part for part, _ in weeks), sum(whole for _, whole in weeks)
