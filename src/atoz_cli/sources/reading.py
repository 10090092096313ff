"""How the dates and numbers of one file are written: decided once for the file, never per value.

From the column itself, else the option, else the marketplace; if nothing tells, the file is refused and we ask.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from atoz_cli.cells import BLANKS, COMMA_NUMBER, DOT_NUMBER, TRIMMED, Reading, bare_amount
from atoz_cli.dates import DAY, ISO, NUMERIC_DAY, parse_moment
from atoz_cli.errors import AmbiguousFile
from atoz_cli.sources.columns import layout_of, place_of, places_of
from atoz_cli.sources.declare import AMAZON_ORDER, Source, codes, marketplaces
from atoz_cli.sources.moments import PLAIN, PLAIN_YEAR_FIRST
from atoz_cli.sources.table import SAMPLE_ROWS, Table

KANA = re.compile("[\u3040-\u30ff]")
PLAIN_MOMENT = re.compile(f"{ISO}|{PLAIN}|{PLAIN_YEAR_FIRST}", re.ASCII)
Values = Callable[[Sequence[int]], Mapping[str, int]]
"""Column positions in, the distinct numeric-looking days (or shapes of numbers) of the whole file with their counts out."""


def decide(
    source: Source,
    table: Table,
    at: Mapping[str, int],
    kinds: Mapping[str, str],
    *,
    days_of: Values,
    date_order: str | None,
    decimal: str | None,
    marketplace: str | None,
    name: str,
) -> Reading:
    """The reading of a file. `at`: field to column; `kinds`: field to kind of value; AmbiguousFile if it cannot be told."""
    place = marketplaces().get(marketplace or "", {})
    dated = [field for field, kind in kinds.items() if kind in ("moment", "deadline")]
    dates = _columns(source, table, at, dated)
    money = _columns(source, table, at, [field for field, kind in kinds.items() if kind == "money"])
    order = date_order
    if order is None and _any(table, dates, _is_numeric_day):
        order = _order(_days(table, dates, days_of), place.get("dates"), _japanese(table), name)
    patterns = {field: column.form for field, column in source.columns.items() if column.form}
    if layout_of(source, table) is not None:
        patterns["order_id"] = AMAZON_ORDER
    mark = decimal or _decimal(table, money, place.get("decimal") or ("." if _japanese(table) else None), name)
    return Reading(
        date_order=order,
        decimal=mark,
        codes={field: codes()[column.codes] for field, column in source.columns.items() if column.codes},
        patterns=patterns,
        quoted_cells=table.quoted_cells,
        plain_dates=[field for field in dated if _all_plain(table, _columns(source, table, at, [field]))],
    )


def _all_plain(table: Table, columns: Sequence[int]) -> bool:
    """Whether the first rows hold nothing in these columns but moments in ISO and plain numeric days."""
    return all(PLAIN_MOMENT.fullmatch(text) or text in BLANKS for text in _cells(table, columns))


def _days(table: Table, dates: Sequence[int], days_of: Values) -> Mapping[str, int]:
    """The numeric days that settle the order: those of the first rows if they do, else those of the whole file."""
    days = Counter(
        found[0] for text in _cells(table, dates) if (found := re.match(DAY, text)) and _is_numeric_day(text)
    )
    settled = {order for order in ("mdy", "dmy") if all(_reads(day, order) for day in days)}
    return days if len(settled) == 1 and len(table.sample) >= SAMPLE_ROWS else days_of(dates)


def _columns(source: Source, table: Table, at: Mapping[str, int], fields: Sequence[str]) -> list[int]:
    """Every column that is read for one of these fields: that of its first name, of its further names, of what is added."""
    found: list[int] = []
    for field in fields:
        if field in at:
            found += places_of(source, table.header, at, field)
            found += [one for names in source.columns[field].plus if (one := place_of(table.header, names)) is not None]
    return [*dict.fromkeys(found)]


def _cells(table: Table, columns: Sequence[int]) -> list[str]:
    cut = TRIMMED + '"'
    return [text for row in table.sample for at in columns if at < len(row) and (text := row[at].strip(cut))]


def _any(table: Table, columns: Sequence[int], fits: Callable[[str], bool]) -> bool:
    return any(fits(text) for text in _cells(table, columns))


def _is_numeric_day(text: str) -> bool:
    return re.fullmatch(NUMERIC_DAY, text, re.ASCII) is not None and not text[:4].isdigit()


def _japanese(table: Table) -> bool:
    if table.survey.encoding == "cp932":
        return True
    rows = ("".join(row) for row in (table.header, *table.sample))
    return any(not row.isascii() and KANA.search(row) for row in rows)


def _reads(day: str, order: str) -> bool:
    try:
        parse_moment(day, order)
    except ValueError:
        return False
    return True


def _order(days: Mapping[str, int], hint: str | None, japanese: bool, name: str) -> str:
    """Two-digit years come last, but in Japan and Sweden; dots mean the day first. What no order can read decides nothing."""
    orders = ["dmy"] if days and all("." in day for day in days) else ["mdy", "dmy"]
    if hint == "ymd" or japanese:
        orders.append("ymd")
    fits = {day: {order for order in orders if _reads(day, order)} for day in days}
    readable = [found for found in fits.values() if found]
    common = set(orders).intersection(*readable) if readable else set()
    if len(common) == 1:
        return common.pop()
    if japanese and hint is None and "ymd" in common:
        return "ymd"
    if hint in common:
        return str(hint)
    if readable and not common:
        one = next(day for day, found in fits.items() if found)
        other = next(day for day, found in fits.items() if found and not found & fits[one])
        raise AmbiguousFile(
            f"{name}: its dates are written in two orders ({one} and {other})",
            "split the file, or write the dates as 2026-11-22",
        )
    shown = next(iter(days), "")
    raise AmbiguousFile(
        f"{name}: its dates can be read with the month or with the day first (such as {shown})",
        "say which: --marketplace US (or UK, DE, …), or --date-order mdy|dmy|ymd",
    )


def _decimal(table: Table, columns: Sequence[int], hint: str | None, name: str) -> str:
    """The decimal mark that most amounts of the first rows ask for; a lone group of three digits asks the marketplace."""
    votes: Counter[str] = Counter()
    doubtful = None
    for text in _cells(table, columns):
        text = bare_amount(text)
        if not re.search("[.,]", text):
            continue
        dot = re.fullmatch(DOT_NUMBER, text, re.ASCII) is not None
        comma = re.fullmatch(COMMA_NUMBER, text, re.ASCII) is not None
        if dot and comma:
            doubtful = text
        elif dot or comma:
            votes["." if dot else ","] += 1
    if votes:
        return votes.most_common(1)[0][0]
    if doubtful is None or hint is not None:
        return hint if doubtful is not None and hint is not None else "."
    raise AmbiguousFile(
        f"{name}: {doubtful} can be a thousand or a fraction",
        "say where the file is from: --marketplace US (or DE, …)",
    )
