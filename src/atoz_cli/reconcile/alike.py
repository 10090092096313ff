"""Two integers and a rate as somebody else wrote it in; whether they are the same out: rounded or cut off, never guessed."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=40)
"""As many places as no rate that anybody wrote has."""


def same_rate(part: int, whole: int, written: Decimal, places: int) -> bool:
    """Whether a written fraction can stand for part ÷ whole: to `places` (or more, as it is written), rounded or cut off."""
    exponent = written.as_tuple().exponent
    shown = max(places, -exponent if isinstance(exponent, int) else 0)
    step = Decimal(1).scaleb(-min(shown, 30))
    exact = EXACT.divide(Decimal(part), Decimal(whole))
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
    return written in {exact.quantize(step, rounding=way, context=EXACT) for way in ways}
