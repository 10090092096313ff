"""Counts in, the chance out: Fisher's exact test, one-sided, of a part of the orders against the rest."""

from __future__ import annotations

from math import exp, lgamma


def chance(bad: int, part: int, all_bad: int, whole: int) -> float:
    """The chance that at least `bad` of the `part` orders are among the `all_bad` of the `whole`, were they drawn blindly."""
    least, most = max(0, part + all_bad - whole), min(part, all_bad)
    if bad <= least:
        return 1.0
    if bad > most:
        return 0.0
    term = exp(_log_choose(all_bad, bad) + _log_choose(whole - all_bad, part - bad) - _log_choose(whole, part))
    total = 0.0
    for hits in range(bad, most + 1):
        total += term
        if term <= total * 1e-17:
            break
        term *= (all_bad - hits) * (part - hits) / ((hits + 1) * (whole - all_bad - part + hits + 1))
    return min(1.0, total)


def _log_choose(of: int, number: int) -> float:
    return lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)
