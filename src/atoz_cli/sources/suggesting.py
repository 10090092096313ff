"""A table that we do not know in, a map to start from out: which of our sources it could be, and which column is which."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence

from atoz_cli.cells import TRIMMED, WORDS
from atoz_cli.dates import NUMERIC_DAY, parse_moment
from atoz_cli.sources.columns import fields_of
from atoz_cli.sources.declare import Source, codes, guesses, sources
from atoz_cli.sources.mapping import mappable
from atoz_cli.sources.table import Table
from atoz_cli.words import squash

ALIKE = 0.84
"""How alike two squashed names must be to be taken for one."""
SHOWN_WORDS = 12


def suggested(table: Table, wanted: str | None) -> str:
    """The text of a map for this table, for the source asked for or the one that fits best."""
    found = {name: _columns(sources()[name], table) for name in ([wanted] if wanted else mappable())}
    name = max(found, key=lambda one: _worth(sources()[one], found[one]))
    source, columns = sources()[name], found[name]
    return (
        "\n".join(
            [*_head(source, table, columns), *_column_lines(source, table, columns), *_values(source, table, columns)]
        )
        + "\n"
    )


def _worth(source: Source, columns: Mapping[str, int]) -> tuple[float, int]:
    """How well a source fits: first the part of its required columns that is there, then how many are."""
    needed = [field for field, (_, required) in fields_of(source).items() if required]
    return sum(field in columns for field in needed) / len(needed), len(columns)


def _names(source: Source, field: str) -> list[str]:
    """What our own file, any other source and other shops call a field, squashed."""
    own = source.columns[field].names if field in source.columns else ()
    others = [
        name
        for one in sources().values()
        if field in one.columns and set(one.facts) & set(source.facts)
        for name in one.columns[field].names
    ]
    return list(dict.fromkeys([squash(field), *own, *others, *map(squash, guesses().get(field, ()))]))


def _columns(source: Source, table: Table) -> dict[str, int]:
    """Field to column: the surest pairs first, each column once."""
    pairs = []
    header = [squash(name) for name in table.header]
    for field in fields_of(source):
        names = _names(source, field)
        for place, title in enumerate(header):
            likeness = 1.0 - names.index(title) / 1000 if title in names else _likeness(title, names)
            if likeness >= ALIKE:
                pairs.append((likeness, -place, field))
    found: dict[str, int] = {}
    for _, place, field in sorted(pairs, reverse=True):
        if field not in found and -place not in found.values():
            found[field] = -place
    return found


def _likeness(title: str, names: Sequence[str]) -> float:
    return max((difflib.SequenceMatcher(None, title, name).ratio() for name in names if title), default=0.0) - 0.01


def _head(source: Source, table: Table, columns: Mapping[str, int]) -> list[str]:
    survey = table.survey
    lines = [
        "# A map to start from: look through it, mend it, save it as map.toml, then: atoz import FILE --map map.toml",
        f"# {source.title}: {source.what}",
        f"# The sources a map may lead to: {', '.join(mappable())}",
        f'source = "{source.name}"',
        f"delimiter = {json.dumps(table.delimiter)}",
        f'# encoding = "{survey.encoding}"   # found; say so only where it is wrong',
    ]
    numeric = [
        text
        for text in _cells(source, table, columns, ("moment", "deadline"))
        if re.fullmatch(NUMERIC_DAY, text, re.ASCII)
    ]
    if numeric:
        among = ("dmy",) if all("." in text for text in numeric) else ("mdy", "dmy", "ymd")
        orders = [order for order in among if all(_reads(text, order) for text in numeric)]
        sure = "" if len(orders) == 1 else f"   # or {', '.join(orders[1:])}: its dates do not tell" if orders else ""
        lines.append(f'date_order = "{orders[0] if orders else "mdy"}"{sure}')
    amounts = _cells(source, table, columns, ("money",))
    if any(re.search(r"[.,]", text) for text in amounts):
        comma = sum(bool(re.search(r",\d{1,2}\D*$", text)) for text in amounts) * 2 > len(amounts)
        lines.append(f'decimal = "{"," if comma else "."}"')
    return lines


def _cells(source: Source, table: Table, columns: Mapping[str, int], kinds: Sequence[str]) -> list[str]:
    places = [
        columns[field] for field, (kind, _) in fields_of(source).items() if kind.name in kinds and field in columns
    ]
    return [text for row in table.sample for at in places if at < len(row) and (text := row[at].strip(TRIMMED + '"'))]


def _reads(text: str, order: str) -> bool:
    try:
        parse_moment(text, order)
    except ValueError:
        return False
    return True


def _column_lines(source: Source, table: Table, columns: Mapping[str, int]) -> list[str]:
    lines = ["", "[columns]   # our name = the name in the file"]
    for field, (_, required) in fields_of(source).items():
        ours = source.columns[field].written[0] if field in source.columns else field
        key = ours if re.fullmatch("[A-Za-z0-9_-]+", ours) else json.dumps(ours, ensure_ascii=False)
        if field in columns:
            lines.append(f"{key} = {json.dumps(table.header[columns[field]], ensure_ascii=False)}")
        elif required:
            lines.append(f'# {key} = ""   # needed: which column is it?')
        else:
            lines.append(f'# {key} = ""')
    unused = [name for place, name in enumerate(table.header) if place not in columns.values()]
    return [*lines, f"# Not used: {', '.join(unused)}"] if unused else lines


def _values(source: Source, table: Table, columns: Mapping[str, int]) -> list[str]:
    """The words of code columns that we do not know yet, to be given ours."""
    lines = []
    for field, place in columns.items():
        list_name = source.columns[field].codes if field in source.columns else None
        if list_name is None or fields_of(source)[field][0].name not in WORDS:
            continue
        known = codes()[list_name]
        said = dict.fromkeys(row[place].strip(TRIMMED + '"') for row in table.sample if place < len(row))
        unknown = [word for word in said if word and squash(word) not in known][:SHOWN_WORDS]
        if unknown:
            ours = sorted({word for word in known.values() if word})
            lines += [
                "",
                f"# [values.{source.columns[field].written[0]}]   # their word = one of ours: {', '.join(ours)}",
            ]
            lines += [f'# {json.dumps(word, ensure_ascii=False)} = ""' for word in unknown]
    return lines
