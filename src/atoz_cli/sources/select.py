"""A table and its declaration in, the one SELECT that reads it out: types and constraints are those of `cells.py`.

`typed` reads a whole file into stage columns: a value per field (text for words that stand for codes), `raw`, the
texts of a row in which some value is none, and whether the row says anything at all. No row becomes a Python object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atoz_cli import cells
from atoz_cli.cells import Is, Reading
from atoz_cli.records import kinds_of_value
from atoz_cli.sources.declare import Layout, Source
from atoz_cli.sources.recognise import layout_of
from atoz_cli.sources.table import Table
from atoz_cli.words import squash


def text(value: str) -> str:
    """A SQL string."""
    return "'" + value.replace("'", "''") + "'"


def fields_of(source: Source) -> dict[str, tuple[Is, bool]]:
    """Every field that the facts of a source have: kind of value, and whether it must be there."""
    merged: dict[str, tuple[Is, bool]] = {}
    for fact in source.facts:
        for name, (kind, required) in kinds_of_value(fact).items():
            merged[name] = (kind, required or merged.get(name, (kind, False))[1])
    return merged


def columns_at(source: Source, table: Table) -> dict[str, int]:
    """Field to column of the file (from 0), by name or, for a layout that goes by position, by place."""
    layout: Layout | None = layout_of(source, table)
    if layout is not None:
        return dict(layout.fields)
    header = [squash(name) for name in table.header]
    found = {}
    for field, column in source.columns.items():
        places = [header.index(name) for name in column.names if name in header]
        if places:
            found[field] = places[0]
    return found


def scan(table: Table, *, lax: bool = False) -> str:
    """The FROM of a table: `c0`, `c1`, … as text, blanks as NULL, rows in the order of the file."""
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(table.header)))
    quote = '"' if table.quoted else ""
    nulls = ", ".join(text(blank) for blank in cells.BLANKS)
    loose = ", strict_mode=false, null_padding=true, parallel=false" if lax else ""
    return (
        f"read_csv({text(str(table.path))}, auto_detect=false, header=false, skip={table.header_line}, "
        f"delim={text(table.delimiter)}, quote={text(quote)}, escape={text(quote)}, columns={{{columns}}}, "
        f"nullstr=[{nulls}], max_line_size=4194304{loose})"
    )


def cleaned(column: str, table: Table) -> str:
    """`cells.cleaned` in SQL; the blanks without space around them are NULL already.

    A lambda says what is seldom needed: what stands twice in a query, as nullif writes it, is computed for every row.
    """
    trimmed = f"trim({column}, {text(cells.TRIMMED)})"
    ends = f"starts_with({column}, ' ') OR ends_with({column}, ' ')"
    if table.survey.odd_space or table.quoted:
        ends = f"regexp_matches({column}, {text(f'^[{cells.TRIMMED}]|[{cells.TRIMMED}]$')})"
    if table.quoted_cells:
        inner = f"regexp_extract({trimmed}, {text(QUOTED)}, 1)"
        inner = f"trim(replace({inner}, {text(QUOTE * 2)}, {text(QUOTE)}), {text(cells.TRIMMED)})"
        trimmed = f"CASE WHEN regexp_full_match({trimmed}, {text(QUOTED)}) THEN {inner} ELSE {trimmed} END"
        ends = f"{ends} OR starts_with({column}, {text(QUOTE)})"
    blanks = ", ".join(text(blank) for blank in cells.BLANKS)
    said = f"list_filter([{trimmed}], lambda said: said NOT IN ({blanks}))[1]"
    return f"CASE WHEN {ends} THEN {said} ELSE {column} END"


def value(kind: Is, raw: str, reading: Reading, pattern: str | None) -> str:
    """The typed value of a cleaned text `raw`, NULL where it is none: what `cells.py` says of that kind of value."""
    match kind.name:
        case "text" if pattern is not None:
            return f"CASE WHEN regexp_full_match({raw}, {text(pattern)}) THEN {raw} END"
        case "comment":
            return _without_persons(raw)
        case "whole":
            number = f"try_cast(split_part({raw}, '.', 1) AS INTEGER)"
            bounds = [f"{number} >= {kind.ge}"] * (kind.ge is not None) + [f"{number} <= {kind.le}"] * (
                kind.le is not None
            )
            tests = " AND ".join([f"regexp_full_match({raw}, {text(cells.WHOLE)})", *bounds])
            return f"CASE WHEN {tests} THEN {number} END"
        case "money":
            return _money(raw, reading.decimal)
        case "moment":
            return _moment(raw, reading.date_order)
        case "deadline":
            moment = _moment(raw, reading.date_order)
            return f"{moment} + CASE WHEN contains({raw}, ':') THEN INTERVAL 0 SECOND ELSE INTERVAL 86399 SECOND END"
        case _:
            return raw


def _without_persons(raw: str) -> str:
    for pattern, mark in cells.PERSONAL:
        raw = f"regexp_replace({raw}, {text(pattern)}, {text(mark)}, 'g')"
    return raw


def _money(raw: str, decimal: str) -> str:
    bare = f"regexp_replace({raw}, {text(cells.CURRENCY_SIGNS)}, '', 'g')"
    if decimal == ",":
        form, plain = cells.COMMA_NUMBER, f"replace(replace({bare}, '.', ''), ',', '.')"
    else:
        form, plain = cells.DOT_NUMBER, f"replace({bare}, ',', '')"
    careful = f"WHEN regexp_full_match({bare}, {text(form)}) THEN try_cast({plain} AS DECIMAL(18,4)) END"
    if decimal == ",":
        return f"CASE {careful}"
    return f"CASE WHEN regexp_full_match({raw}, {text(cells.PLAIN_NUMBER)}) THEN try_cast({raw} AS DECIMAL(18,4)) {careful}"


QUOTE, QUOTED = '"', '(?s)"(.*)"'
YEAR_FIRST = r"\d{4}[/.].*"


def _parsed(plain: str, days: Sequence[str]) -> str:
    formats = ", ".join(text(f"{day}{clock}") for day in days for clock in ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f"))
    return f"try_strptime({plain}, [{formats}])"


def _moment(raw: str, order: str | None) -> str:
    iso = f"WHEN regexp_full_match({raw}, {text(cells.ISO)}) THEN try_cast({raw} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    named = (
        f"WHEN regexp_full_match({raw}, {text(cells.NAMED_MONTH)}) "
        f"THEN try_strptime({raw}, ['%d-%b-%Y', '%d-%b-%Y %H:%M:%S'])"
    )
    plain = f"regexp_replace(regexp_replace({raw}, ' UTC$', ''), '^(\\d+)[/.-](\\d+)[/.-]', '\\1-\\2-')"
    numeric = f"WHEN regexp_full_match({raw}, {text(YEAR_FIRST)}) THEN {_parsed(plain, ['%Y-%m-%d'])}"
    if order is not None:
        day = "-".join({"y": "%y", "m": "%m", "d": "%d"}[part] for part in order)
        both = _parsed(plain, [day, day.replace("%y", "%Y")])
        numeric += f" WHEN regexp_full_match({raw}, {text(cells.NUMERIC_DAY)}) THEN {both}"
    read = f"CASE {iso} {named} {numeric} END"
    low, high = (moment.strftime("%Y-%m-%d") for moment in (cells.EARLIEST, cells.LATEST))
    return f"CASE WHEN {read} >= TIMESTAMP '{low}' AND {read} < TIMESTAMP '{high}' THEN {read} END"


def typed(source: Source, table: Table, at: Mapping[str, int], reading: Reading, *, lax: bool = False) -> str:
    """The SELECT of a file: the fields of `at`, `raw_` (list of texts of a row that fails) and `blank_`."""
    kinds = fields_of(source)
    present = [field for field in kinds if field in at]
    inner = ", ".join(f"{cleaned(f'c{at[field]}', table)} AS t_{field}" for field in present)
    middle, bad = [], []
    for field in present:
        kind, required = kinds[field]
        if kind.name in cells.WORDS:
            middle.append(f"t_{field} AS v_{field}")
        else:
            middle.append(f"{value(kind, f't_{field}', reading, reading.patterns.get(field))} AS v_{field}")
            if kind.name not in ("comment",) and (kind.name != "text" or field in reading.patterns):
                bad.append(f"(v_{field} IS NULL AND t_{field} IS NOT NULL)")
        if required:
            bad.append(f"t_{field} IS NULL")
    texts = ", ".join(f"t_{field}" for field in present)
    outer = ", ".join(f"v_{field} AS {field}" for field in present)
    failed = " OR ".join(bad) or "false"
    blank = " AND ".join(f"t_{field} IS NULL" for field in present)
    return (
        f"SELECT {outer}, CASE WHEN {failed} THEN [{texts}] END AS raw_, {blank} AS blank_ FROM ("
        f"SELECT *, {', '.join(middle)} FROM (SELECT {inner} FROM {scan(table, lax=lax)}))"
    )


def numeric_days(table: Table, columns: Sequence[int]) -> str:
    """The distinct numeric-looking days of some columns with their counts."""
    cut = text(cells.TRIMMED + QUOTE)
    days = [f"trim(split_part(trim(c{at}, {cut}), ' ', 1))" for at in columns]
    unions = " UNION ALL ".join(f"SELECT {day} AS day FROM {scan(table, lax=True)}" for day in days)
    numeric = f"regexp_full_match(day, {text(cells.NUMERIC_DAY)}) AND NOT regexp_full_match(day, {text(YEAR_FIRST)})"
    return f"SELECT day, count(*) FROM ({unions}) WHERE {numeric} GROUP BY day"
