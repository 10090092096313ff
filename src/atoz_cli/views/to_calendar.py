"""Calendar entries flow in, an iCalendar file flows out (RFC 5545): the same entries and moment, the same text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from atoz_cli.answers.calendar import CalendarEntry
from atoz_cli.views.visible import shown

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MOST = (1 << 31) - 1
"""What RFC 5545 lets an integer be."""


def render(entries: Sequence[CalendarEntry], as_of: datetime) -> str:
    """The whole file. `as_of` is the stamp of all: a calendar takes the entry of the later one for the same uid."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//atoz//atoz-cli//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Order Defect Rate")
    for entry in entries:
        calendar.add_component(_event(entry, as_of.replace(microsecond=0)))
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")


def _event(entry: CalendarEntry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("sequence", min(max(int(stamp.timestamp()) // 60, 0), MOST))
    if isinstance(entry.on, datetime):  # what has to be done by then ends then
        event.add("dtstart", entry.on.replace(microsecond=0) - HOUR)
        event.add("dtend", entry.on.replace(microsecond=0))
    else:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + DAY)
        event.add("transp", "TRANSPARENT")
    event.add("summary", shown(entry.summary))
    event.add("description", shown(entry.text))
    event.add("categories", ["Order Defect Rate"])
    if entry.alarm:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", shown(entry.summary))
        alarm.add("trigger", -DAY)
        event.add_component(alarm)
    return event
