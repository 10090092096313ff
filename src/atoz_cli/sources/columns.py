"""A source and the header of a file in; which field stands in which column out: by place, by name or by meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence

from atoz_cli.cells import BLANKS, TRIMMED, Is
from atoz_cli.records import kinds_of_value
from atoz_cli.sources.declare import AMAZON_ORDER, Layout, Source
from atoz_cli.sources.table import Table
from atoz_cli.words import squash

SURE = 0.8


def fields_of(source: Source) -> dict[str, tuple[Is, bool]]:
    """Every field that the facts of a source have: kind of value, and whether it must be there."""
    merged: dict[str, tuple[Is, bool]] = {}
    for fact in source.facts:
        for name, (kind, required) in kinds_of_value(fact).items():
            merged[name] = (kind, required or merged.get(name, (kind, False))[1])
    return merged


def columns_at(source: Source, table: Table) -> dict[str, int]:
    """Field to column of the file (from 0): by place for a layout that goes by position, else by name, else by meaning."""
    layout: Layout | None = layout_of(source, table)
    if layout is not None:
        return dict(layout.fields)
    return found_in(source, table.header)


def found_in(source: Source, header: Sequence[str]) -> dict[str, int]:
    """Field to its place in a header, by name, else by meaning."""
    found = {}
    for field, column in source.columns.items():
        place = place_of(header, column.names)
        if place is not None:
            found[field] = place
    for field, column in source.columns.items():
        if field not in found and (place := _meant(header, column.meaning, set(found.values()))) is not None:
            found[field] = place
    return found


def place_of(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Where the first of these (squashed) names stands in a header."""
    squashed = [squash(name) for name in header]
    return next((squashed.index(name) for name in names if name in squashed), None)


def _meant(header: Sequence[str], meaning: Sequence[Sequence[str]], taken: set[int]) -> int | None:
    """The first free column whose header holds all the words of one set (and none of those with ! in front)."""
    for words in meaning:
        asked, barred = {word for word in words if word[0] != "!"}, {word[1:] for word in words if word[0] == "!"}
        for place, name in enumerate(header):
            said = set(re.findall(r"\w+", name.lower().replace("_", " ")))
            if place not in taken and asked <= said and not barred & said:
                return place
    return None


def layout_of(source: Source, table: Table) -> Layout | None:
    """The layout by position that a table has: a known header, or cells that look like one in nearly every row."""
    for layout in source.layouts:
        if len(table.header) != layout.width:
            continue
        if tuple(squash(text) for text in table.header) in source.headers or _looks(layout, table):
            return layout
    return None


def _looks(layout: Layout, table: Table) -> bool:
    rows = [[cell.strip(TRIMMED + '"') for cell in row] for row in table.sample if len(row) == layout.width]
    good = [
        row
        for row in rows
        if re.fullmatch("[1-5]", row[layout.rating])
        and (row[layout.order_id] in BLANKS or re.fullmatch(AMAZON_ORDER, row[layout.order_id]))
        and (row[layout.mail] in BLANKS or "@" in row[layout.mail])
    ]
    return len(good) > SURE * len(rows) and any(row[layout.order_id] not in BLANKS for row in good)
