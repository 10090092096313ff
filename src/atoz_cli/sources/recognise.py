"""Which export a file is, by its content and never by its name: all sources are tried, two matches are an error."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from typing import Any

from atoz_cli.cells import BLANKS, TRIMMED
from atoz_cli.errors import AmbiguousFile, BadUsage, UnknownFile
from atoz_cli.sources.declare import AMAZON_ORDER, Layout, Source, sources
from atoz_cli.sources.table import Table
from atoz_cli.words import squash

SURE = 0.8


def named(name: str) -> Source:
    """The source of that name. BadUsage with the nearest name where there is none."""
    if name in sources():
        return sources()[name]
    near = difflib.get_close_matches(name, sources(), 1)
    raise BadUsage(
        f"no source is called {name!r}",
        f"did you mean {near[0]}?" if near else "`atoz sources` lists them",
    )


def of_table(table: Table, name: str, *, claims_first: bool = False) -> Source:
    """The one source a table is. `claims_first`: what could be claims is claims (as `atoz triage FILE` asks)."""
    header = {squash(text) for text in table.header}
    found = [source for source in sources().values() if not source.own and _is_amazons(source, header)]
    found += [source for source in sources().values() if layout_of(source, table)]
    ours = _ours(header)
    claims = sources()["claims"]
    if claims_first and not found and set(claims.required()) <= _fields(claims, header):
        return claims
    found += ours
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(source.name for source in found)
        raise AmbiguousFile(
            f"{name}: the columns fit more than one kind of file ({names})",
            " or ".join(f"--as {source.name}" for source in found),
        )
    raise UnknownFile(f"{name}: not a file that we know: {_shown(table, header)}", _way_out(header))


def of_document(document: Any, name: str) -> Source:
    """The one source a JSON document is."""
    keys = set(document) if isinstance(document, Mapping) else set()
    found = [source for source in sources().values() if source.keys and set(source.keys) <= keys]
    if len(found) == 1:
        return found[0]
    raise UnknownFile(f"{name}: this JSON is no report that we know", "`atoz sources` lists what can be imported")


def document(text: str, name: str) -> Any:
    """A JSON text as values."""
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnknownFile(f"{name}: the JSON is broken{where}", "download it again") from None


def _is_amazons(source: Source, header: set[str]) -> bool:
    return bool(source.needs) and set(source.needs) <= header and not set(source.without) & header


def _fields(source: Source, header: set[str]) -> set[str]:
    return {field for field, column in source.columns.items() if set(column.names) & header}


def _ours(header: set[str]) -> list[Source]:
    """Our own files are told apart by their further columns: one that no other candidate has."""
    candidates = {
        source.name: _fields(source, header)
        for source in sources().values()
        if source.own
        and set(source.required()) <= _fields(source, header)
        and len(_fields(source, header)) > len(source.required())
        and not set(source.without) & header
    }
    asked = {name: set(sources()[name].required()) for name in candidates}
    candidates = {
        name: fields for name, fields in candidates.items() if not any(asked[name] < other for other in asked.values())
    }
    names = {
        name: {word for field in fields for word in sources()[name].columns[field].names} & header
        for name, fields in candidates.items()
    }
    if len(candidates) == 1:
        return [sources()[name] for name in candidates]
    telling = [
        sources()[name]
        for name in candidates
        if names[name] - {word for other, words in names.items() if other != name for word in words}
    ]
    return telling or [sources()[name] for name in candidates]


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


def _shown(table: Table, header: set[str]) -> str:
    """What is missing from the nearest export; never what stands in the file, which may be somebody's name."""
    if len(table.header) < 2:
        return "its first line has no columns"
    amazons = [source for source in sources().values() if source.needs and set(source.needs) & header]
    if not amazons:
        return f"its {len(table.header)} columns are none that we look for"
    near = max(amazons, key=lambda source: (len(set(source.needs) & header), -len(source.needs)))
    missing = [
        text
        for field in near.required()
        for text in near.columns[field].written[:1]
        if field not in _fields(near, header)
    ]
    return f"nearest is {near.name}" + (f", which also needs {', '.join(missing)}" if missing else "")


def _way_out(header: set[str]) -> str:
    fits = [
        source.name for source in sources().values() if source.own and set(source.required()) <= _fields(source, header)
    ]
    if fits:
        return "if it is one of ours, say which: " + " or ".join(f"--as {name}" for name in fits)
    return "`atoz sources` lists what can be imported and where to download it"
