"""Moments in, as SQL: the day they fall on, and the number of the first moment asked about by which they are past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from atoz_cli.metrics.question import text

DAY = timedelta(days=1)
DAY_IN_MICROSECONDS = DAY // timedelta(microseconds=1)


def day_of(moment: str, zone: str) -> str:
    """The day of a moment, in UTC or in a zone."""
    local = moment if zone == "UTC" else f"timezone({text(zone)}, timezone('UTC', {moment}))"
    return f"CAST({local} AS DATE)"


def step_of(moment: str, asked: Sequence[datetime]) -> str:
    """The number of the first moment asked about by which a moment is past; NULL where it is later than all of them."""
    return f"CASE WHEN {moment} <= TIMESTAMP '{asked[-1]}' THEN {_halved(moment, asked, 0)} END"


def _halved(moment: str, asked: Sequence[datetime], first: int) -> str:
    """Moments a day apart are counted; others (a clock was set forward) are halved until they are."""
    if len(asked) == 1:
        return str(first)
    if all(later - earlier == DAY for earlier, later in pairwise(asked[:-1])) and asked[-1] - asked[-2] <= DAY:
        days = f"(date_diff('microsecond', TIMESTAMP '{asked[0]}', {moment}) + {DAY_IN_MICROSECONDS - 1}) // {DAY_IN_MICROSECONDS}"
        return f"{first} + greatest(0, {days})"
    half = len(asked) // 2
    earlier, later = _halved(moment, asked[:half], first), _halved(moment, asked[half:], first + half)
    return f"CASE WHEN {moment} <= TIMESTAMP '{asked[half - 1]}' THEN {earlier} ELSE {later} END"
