"""A table and its declaration in, the one SELECT that reads it out: types and constraints are those of `cells.py`.

`typed` reads a whole file into stage columns: a value per field (text for words that stand for codes), `raw`, the
texts of a row in which some value is none, and whether the row says anything at all. No row becomes a Python object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atoz_cli import cells
from atoz_cli.cells import Is, Reading
from atoz_cli.dates import CLOCKED, DAY
from atoz_cli.sources import moments
from atoz_cli.sources.columns import fields_of, place_of, places_of
from atoz_cli.sources.declare import Source, idle_words
from atoz_cli.sources.moments import text
from atoz_cli.sources.table import Table


def scan(table: Table, *, lax: bool = False, files: Sequence[str] = ()) -> str:
    """The FROM of a table: `c0`, `c1`, … as text, blanks as NULL, rows in the order of the file.

    `files`: several of the same shape instead of the one, in this order; `file_` says from which of them a row is.
    """
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(table.header)))
    quote = '"' if table.quoted else ""
    nulls = ", ".join(text(blank) for blank in cells.BLANKS)
    loose = ", strict_mode=false, null_padding=true, parallel=false" if lax else ""
    path = f"[{', '.join(map(text, files))}]" if files else text(str(table.path))
    loose += ", filename='file_'" if files else ""
    return (
        f"read_csv({path}, auto_detect=false, header=false, skip={table.header_line}, "
        f"delim={text(table.delimiter)}, quote={text(quote)}, escape={text(quote)}, columns={{{columns}}}, "
        f"nullstr=[{nulls}], max_line_size=4194304, compression='none'{loose})"
    )


def cleaned(column: str, table: Table) -> str:
    """`cells.cleaned` in SQL; the blanks without space around them are NULL already.

    A lambda says what is seldom needed: what stands twice in a query, as nullif writes it, is computed for every row.
    """
    trimmed = f"trim({column}, {text(cells.TRIMMED)})"
    ends = f"{column} < '!' OR {column}[-1] < '!'"  # every plain space sorts before it, and so does nothing at all
    if table.survey.odd_space:
        ends = f"regexp_matches({column}, {text(f'^[{cells.TRIMMED}]|[{cells.TRIMMED}]$')})"
    if table.quoted_cells:
        inner = f"regexp_extract({trimmed}, {text(QUOTED)}, 1)"
        inner = f"trim(replace({inner}, {text(QUOTE * 2)}, {text(QUOTE)}), {text(cells.TRIMMED)})"
        trimmed = f"CASE WHEN regexp_full_match({trimmed}, {text(QUOTED)}) THEN {inner} ELSE {trimmed} END"
        ends = f"{ends} OR starts_with({column}, {text(QUOTE)})"
    blanks = ", ".join(text(blank) for blank in cells.BLANKS)
    said = f"list_filter([{trimmed}], lambda said: said NOT IN ({blanks}))[1]"
    return f"CASE WHEN {ends} THEN {said} ELSE {column} END"


def value(kind: Is, raw: str, reading: Reading, field: str) -> str:
    """The typed value of a cleaned text `raw`, NULL where it is none: what `cells.py` says of that kind of value."""
    pattern = reading.patterns.get(field)
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
            return moments.moment(raw, reading.date_order, rare=field not in reading.plain_dates)
        case "deadline":
            at = moments.moment(raw, reading.date_order, rare=field not in reading.plain_dates)
            clocked = f"contains({raw}, ':') OR regexp_matches({raw}, {text(CLOCKED)})"
            return f"{at} + CASE WHEN {clocked} THEN INTERVAL 0 SECOND ELSE INTERVAL 86399 SECOND END"
        case _:
            return raw


def _without_persons(raw: str) -> str:
    """Each of the patterns asks for a digit or an @: most comments have neither."""
    bare = raw
    for pattern, mark in cells.PERSONAL:
        bare = f"regexp_replace({bare}, {text(pattern)}, {text(mark)}, 'g')"
    return f"CASE WHEN regexp_matches({raw}, '[0-9@]') THEN {bare} ELSE {raw} END"


def _money(raw: str, decimal: str) -> str:
    bare = f"replace(regexp_replace({raw}, {text(cells.CURRENCY_SIGNS)}, '', 'g'), {text(cells.MINUS)}, '-')"
    if decimal == ",":
        form, plain = cells.COMMA_NUMBER, f"replace(replace({bare}, '.', ''), ',', '.')"
    else:
        form, plain = cells.DOT_NUMBER, f"replace({bare}, ',', '')"
    careful = f"WHEN regexp_full_match({bare}, {text(form)}) THEN try_cast({plain} AS DECIMAL(18,4)) END"
    if decimal == ",":
        return f"CASE {careful}"
    return f"CASE WHEN regexp_full_match({raw}, {text(cells.PLAIN_NUMBER)}) THEN try_cast({raw} AS DECIMAL(18,4)) {careful}"


SUMS = (
    "(grand |sub ?)?(total|totals|totale|total general|summe|gesamt|gesamtsumme|somme|suma|razem|summa|toplam|合計|合计|总计)"
    "( amount)?[ :]*"
)
"""What stands in front of the sums that people and programs put under a table."""
QUOTE, QUOTED = '"', '(?s)"(.*)"'


def typed(
    source: Source,
    table: Table,
    at: Mapping[str, int],
    reading: Reading,
    *,
    lax: bool = False,
    files: Sequence[str] = (),
) -> str:
    """The SELECT of a file (or of several, see `scan`): the fields of `at`, `raw_`, the texts of a row that fails, `blank_`,
    whether it is no record, and `file_`, empty for one file.
    """
    kinds = fields_of(source)
    present = [field for field in kinds if field in at]
    idle = _idle(source, table, at)
    added = [
        field for field in present if source.columns and source.columns[field].plus and kinds[field][0].name == "money"
    ]
    lists = [f"[{', '.join(_parts(source, table, at, field))}] AS p_{field}" for field in added]
    sums = [f"list_transform(p_{field}, lambda one: {_money('one', reading.decimal)}) AS m_{field}" for field in added]
    inner = ", ".join(f"{_text(source, table, at, field, idle)} AS t_{field}" for field in present)
    middle, bad = [], []
    for field in present:
        kind, required = kinds[field]
        if kind.name in cells.WORDS:
            middle.append(f"t_{field} AS v_{field}")
        elif field in added:
            middle.append(f"{_sum(field)} AS v_{field}")
        else:
            middle.append(f"{value(kind, f't_{field}', reading, field)} AS v_{field}")
        if kind.name not in (*cells.WORDS, "comment") and (kind.name != "text" or field in reading.patterns):
            bad.append(f"(v_{field} IS NULL AND t_{field} IS NOT NULL)")
        if required:
            bad.append(f"t_{field} IS NULL")
    texts = ", ".join(f"t_{field}" for field in present)
    outer = ", ".join(f"v_{field} AS {field}" for field in present)
    failed = " OR ".join(bad) or "false"
    blank = " OR ".join(
        [" AND ".join(f"t_{field} IS NULL" for field in present), *_no_record(source, table, at, present)]
    )
    whole = [f"{made} AS {name}" for name, made in _whole(source, table, reading).items()]
    first = ", ".join(["*", *lists, *whole, f"{idle} AS idle_"])
    begun = f"SELECT {first} FROM {scan(table, lax=lax, files=files)}"
    second = f"SELECT *, {', '.join(sums)} FROM ({begun})" if sums else begun
    outer = ", ".join([outer, *(WHOLE if whole else ()), "file_" if files else "'' AS file_"])
    return (
        f"SELECT {outer}, CASE WHEN {failed} THEN [{texts}] END AS raw_, {blank} AS blank_ FROM ("
        f"SELECT *, {', '.join(middle)} FROM (SELECT *, {inner} FROM ({second})))"
    )


def _idle(source: Source, table: Table, at: Mapping[str, int]) -> str:
    """Whether a row is of a kind that is not needed, by the word as it is usually written: the rest of it is not read."""
    for field in source.skip_without:
        words = idle_words(source.columns[field].codes or "") if field in at else ()
        if words:
            return f"coalesce({cleaned(f'c{at[field]}', table)} IN ({', '.join(map(text, words))}), false)"
    return "false"


def _text(source: Source, table: Table, at: Mapping[str, int], field: str, idle: str) -> str:
    """The text of a field: of its column, of the part of it that is read, or of the amount among several that is none."""
    column = source.columns.get(field)
    texts = [cleaned(f"c{place}", table) for place in places_of(source, table.header, at, field)]
    if column is not None and column.part:
        texts = [f"nullif(regexp_extract({one}, {text(column.part)}), '')" for one in texts]
    said = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
    if column is not None and column.plus:
        said = _first_of_sum(field, nonzero=column.nonzero)
    elif column is not None and column.where:
        place = place_of(table.header, column.where[0])
        words = ", ".join(text(word.lower()) for word in column.where[1])
        there = f"lower({cleaned(f'c{place}', table)}) IN ({words})"
        said = f"CASE WHEN {there} THEN {said} END" if place is not None else "CAST(NULL AS VARCHAR)"
    if column is not None and column.values:
        words = " ".join(f"WHEN {text(theirs)} THEN {text(ours)}" for theirs, ours in column.values.items())
        said = f"CASE {said} {words} ELSE {said} END"
    return said if idle == "false" else f"CASE WHEN NOT idle_ THEN {said} END"


def _parts(source: Source, table: Table, at: Mapping[str, int], field: str) -> list[str]:
    """The cells whose amounts are added, as cleaned texts."""
    places = [at[field], *(place_of(table.header, names) for names in source.columns[field].plus)]
    return [cleaned(f"c{place}", table) for place in dict.fromkeys(places) if place is not None]


def _first_of_sum(field: str, *, nonzero: bool) -> str:
    """The text that stands for a sum: the first of its cells that is no amount, else the first that is one."""
    wrong = f"list_filter(p_{field}, lambda one, place: one IS NOT NULL AND m_{field}[place] IS NULL)[1]"
    wrong = f"CASE WHEN list_count(p_{field}) > list_count(m_{field}) THEN {wrong} END"
    some = f"list_filter(p_{field}, lambda one, place: m_{field}[place] {'<> 0' if nonzero else 'IS NOT NULL'})[1]"
    return f"coalesce({wrong}, {some})"


def _sum(field: str) -> str:
    """The sum of what stands there, NULL where one of the cells is no amount."""
    good = f"t_{field} IS NOT NULL AND list_count(p_{field}) = list_count(m_{field})"
    return f"CASE WHEN {good} THEN CAST(list_sum(m_{field}) AS DECIMAL(18,4)) END"


def _no_record(source: Source, table: Table, at: Mapping[str, int], present: Sequence[str]) -> list[str]:
    """Rows that are no record: the header again in the middle of the file, and sums at its end."""
    plain = [field for field in present if field not in source.columns or not _is_made(source, field)][:2]
    header = [f"t_{field} = {text(table.header[at[field]])}" for field in plain if at[field] < len(table.header)]
    key = "t_order_id" if "order_id" in present else "NULL"
    first = ", ".join([key, *(f"c{place}" for place in range(min(3, len(table.header))))])
    sums = f"length({key}) < 16 OR {key} IS NULL" if key != "NULL" else "true"
    total = (
        f"CASE WHEN {sums} THEN coalesce(regexp_full_match(lower(trim(coalesce({first}))), {text(SUMS)}), false) END"
    )
    return [f"coalesce({' AND '.join(header) or 'false'}, false)", f"coalesce({total}, false)"]


def _is_made(source: Source, field: str) -> bool:
    column = source.columns[field]
    return bool(column.plus or column.part or column.where)


WHOLE = ("by_", "told_", "sum_")
"""Of a file that tells its own total: what belongs together, the total told, and what a row adds to it."""
TOTALS = "SELECT sum(sum_), max(told_) AS told FROM stage GROUP BY by_ HAVING told <> sum(sum_)"
"""What does not add up: the sum of the rows and the total told."""


def _whole(source: Source, table: Table, reading: Reading) -> dict[str, str]:
    """The columns WHOLE, for a file that tells its own total."""
    if source.whole is None:
        return {}
    by, total = (place_of(table.header, names) for names in (source.whole.by, source.whole.total))
    parts = [place for name in source.whole.parts if (place := place_of(table.header, (name,))) is not None]
    if by is None or total is None or not parts:
        return {}
    amounts = [f"coalesce({_money(cleaned(f'c{place}', table), reading.decimal)}, 0)" for place in parts]
    told = _money(cleaned(f"c{total}", table), reading.decimal)
    return dict(zip(WHOLE, (cleaned(f"c{by}", table), told, " + ".join(amounts)), strict=True))


def tells_its_total(source: Source, table: Table) -> bool:
    """Whether TOTALS can be asked of a file once it is staged."""
    return bool(_whole(source, table, Reading()))


def numeric_days(table: Table, columns: Sequence[int], *, lax: bool) -> str:
    """The distinct numeric-looking days of some columns with their counts."""
    cut = text(cells.TRIMMED + QUOTE)
    days = [f"regexp_extract(trim(c{at}, {cut}), {text(f'^{DAY}')})" for at in columns]
    unions = " UNION ALL ".join(f"SELECT {day} AS day FROM {scan(table, lax=lax)}" for day in days)
    numeric = f"day <> '' AND NOT regexp_full_match(day, {text(moments.YEAR_FIRST)})"
    return f"SELECT day, count(*) FROM ({unions}) WHERE {numeric} GROUP BY day"
