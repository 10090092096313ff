"""Counts of a group and of the rest in; how likely chance alone makes the group that much worse, out. Plain arithmetic.

Given how many orders and how many defective ones there are in all, and no difference, every way to deal the defective
ones over the orders is as likely as any other: the hypergeometric law, as in Fisher's exact test, one-sided.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, lgamma

NEGLIGIBLE = 1e-17
"""A term that is so small beside the sum changes none of its digits."""


def at_least(seen: int, group: int, defective: int, orders: int) -> float:
    """P(X ≥ seen) of the `defective` among `orders` in a group of that size: Fisher's exact test, one-sided."""
    least, most = max(0, group + defective - orders), min(group, defective)
    if seen <= least:
        return 1.0
    if seen > most:
        return 0.0
    if seen * orders > group * defective:  # above the mean the terms only fall
        return min(1.0, _tail(seen, 1, group, defective, orders))
    return max(0.0, 1.0 - _tail(seen - 1, -1, group, defective, orders))


def all_defective(group: int, defective_rest: int, orders: int) -> float:
    """The same if every order of the group were defective, and the rest as it is: the least that it can be."""
    defective = defective_rest + group
    return exp(log_choose(defective, group) - log_choose(orders, group))


def _tail(start: int, step: int, group: int, defective: int, orders: int) -> float:
    """The sum of the terms from `start` outwards, each made from the one before it."""
    others = orders - group
    term = exp(log_choose(defective, start) + log_choose(orders - defective, group - start) - log_choose(orders, group))
    total, seen = 0.0, start
    while term > NEGLIGIBLE * total and term > 0:
        total += term
        if step > 0:
            term *= (group - seen) * (defective - seen) / ((seen + 1) * (others - defective + seen + 1))
        else:
            term *= seen * (others - defective + seen) / ((group - seen + 1) * (defective - seen + 1))
        seen += step
    return total


def log_choose(whole: int, part: int) -> float:
    """The logarithm of the ways to choose `part` of `whole`; minus infinity where there is none."""
    if not 0 <= part <= whole:
        return -inf
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)


def adjusted(chances: Sequence[float], certain: int = 0) -> list[float]:
    """Benjamini and Hochberg's q of each p: the share of false alarms among all that are at least as striking.

    `certain`: how many more were looked at whose p is 1.
    """
    count, least = len(chances) + certain, 1.0
    found = [1.0] * len(chances)
    ranked = sorted(range(len(chances)), key=lambda at: chances[at], reverse=True)
    for place, at in enumerate(ranked):
        least = min(least, chances[at] * count / (len(chances) - place))
        found[at] = least
    return found


def significant(value: float, digits: int = 6) -> float:
    """Rounded to so many significant digits: what differs after them is the machine's."""
    return float(f"{value:.{digits - 1}e}")
