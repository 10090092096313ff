"""Two integers and a limit in; rate, status, headroom, recovery and interval out. Integers decide, never floats."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil, floor, sqrt
from typing import Literal

from atoz_cli.answers.rates import Status

AtTarget = Literal["met", "missed", "unsettled"]
"""What a rate exactly at a target that asks for more is worth."""

Z = 1.959964


def rate(part: int, whole: int) -> float | None:
    """A fraction rounded to 6 places, None over nothing."""
    return round(part / whole, 6) if whole else None


def below(part: int, whole: int, limit: Decimal) -> bool:
    """Strictly below: exactly the limit is missed. Over nothing a rate is not below anything."""
    asked = _exact(limit)
    return whole > 0 and part * asked.denominator < asked.numerator * whole


def status(part: int, whole: int, limit: Decimal) -> Status:
    """`met` or `missed` against a limit that asks for less."""
    return "met" if below(part, whole, limit) else "missed"


def headroom(part: int, whole: int, limit: Decimal) -> int:
    """How many more of `part` keep the rate strictly below the limit; negative: over by that many."""
    asked = _exact(limit)
    return (asked.numerator * whole - 1) // asked.denominator - part


def above(part: int, whole: int, limit: Decimal, at_target: AtTarget) -> Status | None:
    """`met` or `missed` against a limit that asks for more; None exactly at one of which nobody says what that is worth."""
    share, asked = Fraction(part, whole), Fraction(limit)
    if share == asked:
        return None if at_target == "unsettled" else at_target
    return "met" if share > asked else "missed"


def spare(part: int, whole: int, limit: Decimal, at_target: AtTarget) -> int:
    """How many of `part` may be lost and the rate is still above the limit; negative: so many are missing."""
    asked = Fraction(limit) * whole
    return part - (ceil(asked) if at_target == "met" else floor(asked) + 1)


def to_recover(part: int, whole: int, limit: Decimal) -> int:
    """The least number of extra clean ones that bring the rate strictly below the limit; 0 where it is."""
    asked = _exact(limit)
    return max(0, part * asked.denominator // asked.numerator + 1 - whole) if asked else 0


@cache
def _exact(limit: Decimal) -> Fraction:
    return Fraction(limit)


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The Wilson score interval of 95 %, each end rounded to 6 places. None over nothing."""
    if not whole:
        return None
    share, square = part / whole, Z * Z
    middle = share + square / (2 * whole)
    half = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    low, high = (middle - half) / (1 + square / whole), (middle + half) / (1 + square / whole)
    return round(max(0.0, low), 6), round(min(1.0, high), 6)
