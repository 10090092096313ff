"""A text column in, the SQL that reads moments out of it: what `dates.py` says, for whole files.

Rare ways of writing stand in a lambda: what a CASE names twice would be computed for every row.
"""

from __future__ import annotations

from collections.abc import Mapping

from atoz_cli import dates

PLAIN = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}( " + dates.CLOCK + ")?( UTC)?"
YEAR_FIRST = r"\d{4}[/.].*"
GROUPS = ("h", "i", "s", "part", "half", "zone", "shift")


def text(value: str) -> str:
    """A SQL string."""
    return "'" + value.replace("'", "''") + "'"


def moment(raw: str, order: str | None) -> str:
    """The UTC timestamp that the text `raw` names, NULL where it names none."""
    iso = f"WHEN regexp_full_match({raw}, {text(dates.ISO)}) THEN try_cast({raw} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    spoken = f"WHEN regexp_full_match({raw}, {text(dates.SPOKEN)}) THEN {_spoken(raw)}"
    read = f"CASE {iso} {spoken} {_numeric(raw, order)} END"
    low, high = (bound.strftime("%Y-%m-%d") for bound in (dates.EARLIEST, dates.LATEST))
    return f"CASE WHEN {read} >= TIMESTAMP '{low}' AND {read} < TIMESTAMP '{high}' THEN {read} END"


def _numeric(raw: str, order: str | None) -> str:
    dashed = f"regexp_replace(regexp_replace({raw}, ' UTC$', ''), '^(\\d+)[/.-](\\d+)[/.-]', '\\1-\\2-')"
    plain = f"regexp_full_match({raw}, {text(PLAIN)})"
    cases = f"WHEN regexp_full_match({raw}, {text(YEAR_FIRST)}) AND {plain} THEN {_parsed(dashed, ['%Y-%m-%d'])}"
    cases += f" WHEN regexp_full_match({raw}, {text(YEAR_FIRST)}) THEN {_clocked(raw, 'ymd')}"
    if order is None:
        return cases
    day = "-".join({"y": "%y", "m": "%m", "d": "%d"}[part] for part in order)
    of_day = f"regexp_full_match({raw}, {text(dates.NUMERIC_DAY)})"
    return (
        f"{cases} WHEN {plain} AND {of_day} THEN {_parsed(dashed, [day, day.replace('%y', '%Y')])} "
        f"WHEN {of_day} THEN {_clocked(raw, order)}"
    )


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
    said = ", ".join(text(name) for name in names)
    clock = "e.h || ':' || e.i || ':' || CASE WHEN e.s = '' THEN '0' ELSE e.s END || '.' || CASE WHEN e.part = '' THEN '0' ELSE e.part END"
    half = f"try_strptime({day} || ' ' || {clock} || ' ' || e.half || 'M', '%Y-%m-%d %I:%M:%S.%f %p')"
    whole = f"try_strptime({day} || ' ' || {clock}, '%Y-%m-%d %H:%M:%S.%f')"
    bare = f"try_strptime({day}, '%Y-%m-%d')"
    moment = f"CASE WHEN e.h = '' THEN {bare} WHEN e.half = '' THEN {whole} ELSE {half} END"
    found = f"list_transform([regexp_extract({raw}, {text(f'^(?:{pattern})$')}, [{said}])], lambda e: {moment} - {_ahead()})"
    return f"{found}[1]"


def _ahead() -> str:
    """The interval by which a zone is ahead of UTC, NULL for one that we do not know."""
    digits = "replace(e.shift[2:], ':', '')"
    hours = f"try_cast(CASE WHEN length({digits}) > 2 THEN {digits}[:-3] ELSE {digits} END AS INTEGER)"
    minutes = f"try_cast(CASE WHEN length({digits}) > 2 THEN {digits}[-2:] ELSE '0' END AS INTEGER)"
    sign = "CASE WHEN starts_with(e.shift, '-') THEN -1 ELSE 1 END"
    zone = f"{_map(dates.zones())}[CASE WHEN e.zone = '' THEN 'UTC' ELSE e.zone END]"
    shifted = f"CASE WHEN {zone} = 0 AND {hours} <= 14 THEN ({hours} * 60 + {minutes}) * {sign} END"
    return f"to_minutes(CASE WHEN e.shift = '' THEN {zone} ELSE {shifted} END)"


def _map(values: Mapping[str, int]) -> str:
    return "MAP {" + ", ".join(f"{text(name)}: {number}" for name, number in values.items()) + "}"
