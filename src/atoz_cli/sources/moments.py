"""A text column in, the SQL that reads moments out of it: what `dates.py` says, for whole files.

Rare ways of writing stand in a lambda: what a CASE names twice would be computed for every row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from atoz_cli import dates

CLOCKED = "( " + dates.CLOCK + "( UTC)?)?"
PLAIN = r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})" + CLOCKED
PLAIN_YEAR_FIRST = r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2}" + CLOCKED
YEAR_FIRST = r"\d{4}[/.-].*"
BETWEEN = {"mdy": "/", "dmy": "/."}
"""What stands in the days with a whole year that most files have: these are read at once."""
GROUPS = ("h", "i", "s", "part", "half", "zone", "shift")


def text(value: str) -> str:
    """A SQL string."""
    return "'" + value.replace("'", "''") + "'"


def moment(raw: str, order: str | None, *, rare: bool = True) -> str:
    """The UTC timestamp that the text `raw` names, NULL where it names none.

    Without `rare` only ISO moments and plain numeric days are read: the rest makes a query of many pages, which takes
    longer to plan than a small file to read.
    """
    iso = f"WHEN regexp_full_match({raw}, {text(dates.ISO)}) THEN try_cast({raw} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    cases = [iso, *_plain(raw, order), *(_rare(raw, order) if rare else ())]
    low, high = (f"TIMESTAMP '{bound:%Y-%m-%d}'" for bound in (dates.EARLIEST, dates.LATEST))
    read = f"CASE {' '.join(cases)} END"
    if rare:
        return f"list_filter([{read}], lambda one: one >= {low} AND one < {high})[1]"
    return f"CASE WHEN {read} BETWEEN {low} AND {high} - INTERVAL 1 MICROSECOND THEN {read} END"


def _plain(raw: str, order: str | None) -> Iterator[str]:
    """A numeric day, alone or with a time of two digits each: put into the order of ISO, which is cast in no time."""
    yield f"WHEN regexp_full_match({raw}, {text(PLAIN_YEAR_FIRST)}) THEN {_as_iso(raw, 'ymd')}"
    if order is not None:
        for mark in BETWEEN.get(order, ""):
            form = f"%{order[0]}{mark}%{order[1]}{mark}%Y"
            yield f"WHEN regexp_full_match({raw}, '\\d{{1,2}}[{mark}]\\d{{1,2}}[{mark}]\\d{{4}}') THEN try_strptime({raw}, {text(form)})"
        yield f"WHEN regexp_full_match({raw}, {text(PLAIN)}) THEN {_as_iso(raw, order)}"


def _as_iso(raw: str, order: str) -> str:
    year, month, day = (order.index(part) + 1 for part in "ymd")
    turned = f"regexp_replace({raw}, '^(\\d+)[/.-](\\d+)[/.-](\\d+)(.*?)( UTC)?$', '\\{year}-\\{month}-\\{day}\\4')"
    old = f"regexp_replace({turned}, '^(69|[7-9]\\d)-', '19\\1-')"
    return f"try_cast(regexp_replace({old}, '^(\\d\\d)-', '20\\1-') AS TIMESTAMP)"


USUAL = (
    ("{month} \\d{{1,2}}, \\d{{4}} {clock} [AP]M {zone}", "%b %d, %Y %I:%M:%S %p"),
    ("\\d{{1,2}} {month} \\d{{4}} {clock} [AP]M {zone}", "%d %b %Y %I:%M:%S %p"),
    ("\\d{{1,2}}-{month}-\\d{{4}}", "%d-%b-%Y"),
)
"""Months in English as the files with most rows write them, and how the engine reads them at once."""
ENGLISH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
CLOCK_OF_12 = r"(0?[1-9]|1[0-2]):[0-5]\d:[0-5]\d"


def _usual(raw: str) -> Iterator[str]:
    """What the general way reads too, in a quarter of the time."""
    zones = {name: ahead for name, ahead in dates.zones().items() if len(name) == 3}
    for shape, form in USUAL:
        pattern = shape.format(month=ENGLISH, clock=CLOCK_OF_12, zone=f"({'|'.join(zones)})")
        read = f"try_strptime({raw}, {text(form)})"
        if "zone" in shape:
            ahead = f"to_minutes({_map(zones)}[right({raw}, 3)])"
            read = f"try_strptime(left({raw}, length({raw}) - 4), {text(form)}) - {ahead}"
        yield f"WHEN regexp_full_match({raw}, {text(pattern)}) THEN {read}"


def _rare(raw: str, order: str | None) -> Iterator[str]:
    """Months in words, and numeric days with AM, PM or a zone behind their time."""
    yield from _usual(raw)
    yield f"WHEN regexp_full_match({raw}, {text(dates.SPOKEN)}) THEN {_spoken(raw)}"
    yield f"WHEN regexp_full_match({raw}, {text(YEAR_FIRST)}) THEN {_clocked(raw, 'ymd')}"
    if order is not None:
        yield f"WHEN regexp_full_match({raw}, {text(dates.NUMERIC_DAY)}) THEN {_clocked(raw, order)}"


def _clocked(raw: str, order: str) -> str:
    """A numeric day with AM, PM or a zone behind its time."""
    short = "CASE WHEN length(e.y) > 2 THEN '' WHEN try_cast(e.y AS INTEGER) < 69 THEN '20' ELSE '19' END"
    return _read(raw, dates.NUMERIC, (*order, *GROUPS), f"{short} || e.y || '-' || e.m || '-' || e.d")


def _spoken(raw: str) -> str:
    names = ("d1", "m1", "y1", "m2", "d2", "y2", *GROUPS)
    month = f"{_map(dates.months())}[lower(e.m1 || e.m2)]"
    return _read(raw, dates.SPOKEN, names, f"e.y1 || e.y2 || '-' || {month} || '-' || e.d1 || e.d2")


def _read(raw: str, pattern: str, names: tuple[str, ...], day: str) -> str:
    """The moment of the parts that a pattern finds: each step in a lambda of its own, so that nothing stands twice."""
    said = ", ".join(text(name) for name in names)
    parts = f"regexp_extract({raw}, {text(f'^(?:{pattern})$')}, [{said}])"
    afternoon = "CASE WHEN lower(e.half) = 'p' THEN 12 ELSE 0 END"
    hour = (
        f"list_transform([try_cast(e.h AS INTEGER)], lambda o: CASE WHEN e.half = '' THEN CASE WHEN o < 24 THEN o END "
        f"WHEN o >= 1 AND o <= 12 THEN o % 12 + {afternoon} END)[1]"
    )
    second = "CASE WHEN e.s = '' THEN '0' ELSE e.s END || '.' || CASE WHEN e.part = '' THEN '0' ELSE e.part END"
    whole = f"{day} || CASE WHEN e.h = '' THEN '' ELSE ' ' || {hour} || ':' || e.i || ':' || {second} END"
    return f"list_transform([{parts}], lambda e: try_cast({whole} AS TIMESTAMP) - {_ahead()})[1]"


def _ahead() -> str:
    """The interval by which a zone is ahead of UTC, NULL for one that we do not know."""
    zone = f"{_map(dates.zones())}[CASE WHEN e.zone = '' THEN 'UTC' ELSE e.zone END]"
    hours = "try_cast(CASE WHEN length(g) > 2 THEN g[:-3] ELSE g END AS INTEGER)"
    minutes = "try_cast(CASE WHEN length(g) > 2 THEN g[-2:] ELSE '0' END AS INTEGER)"
    shift = f"CASE WHEN {hours} <= 14 THEN {hours} * 60 + {minutes} END"
    digits = "replace(e.shift[2:], ':', '')"
    sign = "CASE WHEN starts_with(e.shift, '-') THEN -1 ELSE 1 END"
    shifted = f"CASE WHEN z = 0 THEN list_transform([{digits}], lambda g: {shift})[1] * {sign} END"
    return f"to_minutes(list_transform([{zone}], lambda z: CASE WHEN e.shift = '' THEN z ELSE {shifted} END)[1])"


def _map(values: Mapping[str, int]) -> str:
    return "MAP {" + ", ".join(f"{text(name)}: {number}" for name, number in values.items()) + "}"
