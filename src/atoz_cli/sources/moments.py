"""A text column in, the SQL that reads moments out of it: what `dates.py` says, for whole files.

Rare ways of writing stand in a lambda: what a CASE names twice would be computed for every row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from atoz_cli import dates

CLOCKED = "( " + dates.CLOCK + ")?( UTC)?"
PLAIN = r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})" + CLOCKED
PLAIN_YEAR_FIRST = r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2}" + CLOCKED
YEAR_FIRST = r"\d{4}[/.-].*"
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
    low, high = (bound.strftime("%Y-%m-%d") for bound in (dates.EARLIEST, dates.LATEST))
    read = f"CASE {' '.join(cases)} END"
    if rare:
        return f"list_filter([{read}], lambda one: one >= TIMESTAMP '{low}' AND one < TIMESTAMP '{high}')[1]"
    return f"CASE WHEN {read} >= TIMESTAMP '{low}' AND {read} < TIMESTAMP '{high}' THEN {read} END"


def _plain(raw: str, order: str | None) -> Iterator[str]:
    """A numeric day, alone or with a time of two digits each."""
    dashed = f"regexp_replace(regexp_replace({raw}, ' UTC$', ''), '^(\\d+)[/.-](\\d+)[/.-]', '\\1-\\2-')"
    year_first = f"regexp_full_match({raw}, {text(PLAIN_YEAR_FIRST)})"
    yield f"WHEN {year_first} THEN {_parsed(dashed, ['%Y-%m-%d'])}"
    if order is not None:
        day = "-".join({"y": "%y", "m": "%m", "d": "%d"}[part] for part in order)
        yield f"WHEN regexp_full_match({raw}, {text(PLAIN)}) THEN {_parsed(dashed, [day, day.replace('%y', '%Y')])}"


def _rare(raw: str, order: str | None) -> Iterator[str]:
    """Months in words, and numeric days with AM, PM or a zone behind their time."""
    yield f"WHEN regexp_full_match({raw}, {text(dates.SPOKEN)}) THEN {_spoken(raw)}"
    yield f"WHEN regexp_full_match({raw}, {text(YEAR_FIRST)}) THEN {_clocked(raw, 'ymd')}"
    if order is not None:
        yield f"WHEN regexp_full_match({raw}, {text(dates.NUMERIC_DAY)}) THEN {_clocked(raw, order)}"


def _parsed(plain: str, days: list[str]) -> str:
    formats = ", ".join(text(f"{day}{clock}") for day in days for clock in ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f"))
    return f"try_strptime({plain}, [{formats}])"


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
    clock = "e.h || ':' || e.i || ':' || CASE WHEN e.s = '' THEN '0' ELSE e.s END || '.' || CASE WHEN e.part = '' THEN '0' ELSE e.part END"
    whole = f"CASE WHEN e.h = '' THEN d ELSE d || ' ' || {clock} || CASE WHEN e.half = '' THEN '' ELSE ' ' || e.half || 'M' END END"
    formats = "['%Y-%m-%d', '%Y-%m-%d %H:%M:%S.%f', '%Y-%m-%d %I:%M:%S.%f %p']"
    moment = f"list_transform([{day}], lambda d: try_strptime({whole}, {formats}))[1]"
    return f"list_transform([{parts}], lambda e: {moment} - {_ahead()})[1]"


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
