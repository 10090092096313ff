"""The values of a calendar."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct


class CalendarEntry(Struct, frozen=True):
    """A date worth keeping: a whole day, or a moment. The same thing has the same `uid` whenever it is written."""

    uid: str
    on: date | datetime
    summary: str
    text: str
    alarm: bool = False
    """whether the calendar should speak up a day before"""
