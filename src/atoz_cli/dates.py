"""A date as files write it: text in, the moment in UTC out, or the reason why it is none.

`sources/moments.py` says the same in SQL; both read the names of months and zones from `dates.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import tomli

CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
ISO = r"\d{4}-\d{2}-\d{2}([T ]" + CLOCK + r"(Z| UTC|[+-](0\d|1[0-4]):?[0-5]\d)?)?"
SPACE = "[ \u00a0\u202f]"
CLOCKED = rf":|{SPACE}\d{{1,2}}\.[0-5]\d"
"""What stands in a text that tells a time and not a day alone."""
TIME = rf"(\d{{1,2}})[:.]([0-5]\d)(?:[:.]([0-5]\d)(?:\.(\d{{1,6}}))?)?(?:{SPACE}?([AaPp])\.?{SPACE}?[Mm]\.?)?"
ZONE = rf"(?:{SPACE}?([A-Z]{{1,5}})?([+-]\d{{1,2}}(?::?[0-5]\d)?)?)?"
MONTH = "([A-Za-z\u00c0-\u024f]{3,12})"
SPOKEN = (
    rf"(?:(\d{{1,2}})\.?[ -](?:de )?{MONTH}\.?[ -](?:de )?(\d{{4}})|{MONTH}\.? (\d{{1,2}}),? (\d{{4}}))"
    rf"(?:,?{SPACE}(?:à |um |at )?{TIME}{ZONE})?"
)
"""`10-Jul-2025`, `1 déc. 2017 12:38:23 UTC+01:00`, `Dec 1, 2017 12:38:23 AM PST`, `1 dic 2017 12.38.23 GMT+01:00`."""
NUMERIC = rf"(\d{{1,4}})[/.-](\d{{1,2}})[/.-](\d{{4}}|\d{{2}}|\d)(?:,?{SPACE}{TIME}{ZONE})?"
"""`1/13/17`, `02.12.2015 03:27:08 UTC`, `2017/12/01 12:38:23JST`: which part is which is asked of the file."""
DAY = r"(\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})"
NUMERIC_DAY = rf"{DAY}(,?{SPACE}.*)?"
EARLIEST, LATEST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@cache
def _toml() -> Mapping[str, Any]:
    return tomli.loads(Path(__file__).with_name("dates.toml").read_text("utf-8"))


@cache
def months() -> Mapping[str, int]:
    """Name of a month in small letters to its number."""
    return {
        name: number
        for line in _toml()["months"].values()
        for number, names in enumerate(line.split(), 1)
        for name in names.split("|")
    }


@cache
def zones() -> Mapping[str, int]:
    """Name of a time zone to minutes ahead of UTC."""
    return dict(_toml()["zones"])


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.ASCII) for form in (ISO, SPOKEN, NUMERIC_DAY, NUMERIC))


def parse_moment(text: str, order: str | None) -> datetime:
    """The UTC moment that a cell names; `order` mdy, dmy or ymd. ValueError with the reason where it names none."""
    iso, spoken, numeric_day, numeric = _forms()
    if iso.fullmatch(text):
        return _in_range(_iso(text))
    if found := spoken.fullmatch(text):
        return _in_range(_spoken(found))
    if numeric_day.fullmatch(text) and (found := numeric.fullmatch(text)):
        return _in_range(_numeric(found, order))
    raise ValueError("is not a date (write 2026-11-22 or 2026-11-22T18:30:00Z)")


def _iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace(" UTC", "Z"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _spoken(found: re.Match[str]) -> datetime:
    day, name, year = found.group(1, 2, 3) if found[1] else found.group(5, 4, 6)
    month = months().get(name.lower())
    if month is None:
        raise ValueError("has a month that we do not know")
    return _at(datetime(int(year), month, int(day)), found.groups()[6:])


def _numeric(found: re.Match[str], order: str | None) -> datetime:
    if len(found[1]) == 4:
        order = "ymd"
    if order is None:
        raise ValueError("can be read as two dates: give --date-order")
    parts = dict(zip(order, found.group(1, 2, 3), strict=True))
    century = 0 if len(parts["y"]) > 2 else 2000 if int(parts["y"]) < 69 else 1900
    day = datetime(century + int(parts["y"]), int(parts["m"]), int(parts["d"]))
    return _at(day, found.groups()[3:])


def _at(day: datetime, clock: tuple[str | None, ...]) -> datetime:
    hour, minute, second, part, half, zone, shift = clock
    if hour is None:
        return day.replace(tzinfo=UTC)
    hours = int(hour)
    if half is not None:
        if not 1 <= hours <= 12:
            raise ValueError("is a day or time that does not exist")
        hours = hours % 12 + 12 * (half in "Pp")
    moment = datetime.combine(
        day, time(hours, int(minute or 0), int(second or 0), int((part or "0").ljust(6, "0"))), UTC
    )
    return moment - timedelta(minutes=_ahead(zone, shift))


def _ahead(zone: str | None, shift: str | None) -> int:
    """Minutes ahead of UTC. ValueError for a zone that we do not know."""
    known = zones().get(zone or "UTC")
    if known is None or (shift is not None and known != 0):
        raise ValueError("has a time zone that we do not know")
    if shift is None:
        return known
    digits = shift[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14:
        raise ValueError("has a time zone that we do not know")
    return (hours * 60 + minutes) * (-1 if shift[0] == "-" else 1)


def _in_range(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError("is no date of an Amazon order")
    return moment
