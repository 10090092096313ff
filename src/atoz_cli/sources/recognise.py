"""Which export a file is, by its content and never by its name: all sources are tried, two matches are an error."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from atoz_cli.cells import TRIMMED
from atoz_cli.errors import AmbiguousFile, BadUsage, UnknownFile
from atoz_cli.sources.columns import columns_at, fields_of, found_in, layout_of
from atoz_cli.sources.declare import Source, sources
from atoz_cli.sources.opening import Survey
from atoz_cli.sources.table import Table, delimiter_of, lines, look, unwrapped
from atoz_cli.words import squash

HEADER_WITHIN = 60
"""So many lines may stand above a header: those of a payment file tell what the columns mean."""


def named(name: str) -> Source:
    """The source of that name. BadUsage with the nearest name where there is none."""
    if name in sources():
        return sources()[name]
    near = difflib.get_close_matches(name, sources(), 1)
    raise BadUsage(
        f"no source is called {name!r}",
        f"did you mean {near[0]}?" if near else "`atoz sources` lists them",
    )


def table_of(
    survey: Survey, name: str, source: str | None = None, *, claims_first: bool = False
) -> tuple[Table, Source]:
    """The table that a file is, and its source; the header may stand below lines that only tell of the file."""
    first = look(survey, name)
    try:
        return first, _asked(first, name, source) if source else of_table(first, name, claims_first=claims_first)
    except UnknownFile:
        line = _header_below(survey, first.header_line, source)
        if not line:
            raise
    table = look(survey, name, line)
    return table, _asked(table, name, source) if source else of_table(table, name, claims_first=claims_first)


def _header_below(survey: Survey, after: int, source: str | None) -> int:
    """The first of the next lines that has the columns of a source (of the one asked for), 0 where none has."""
    among = [named(source)] if source else [*sources().values()]
    for number, line in enumerate(islice(lines(survey), HEADER_WITHIN), 1):
        if number <= after:
            continue
        text = unwrapped(line) if line.startswith('"') and line.endswith('"') and line.count('"') == 2 else line
        cells = next(csv.reader([text], delimiter=delimiter_of(text)), [])
        header = [cell.strip(TRIMMED) for cell in cells]
        if any(_is_amazons(one, header) or (one.own and _has_all(one, header)) for one in among):
            return number
    return 0


def _asked(table: Table, name: str, source: str) -> Source:
    """The source asked for. UnknownFile where the file lacks a column that it must have."""
    found = named(source)
    missing = [
        found.columns[field].written[0]
        for field, (_, required) in fields_of(found).items()
        if required and field in found.columns and field not in columns_at(found, table)
    ]
    if missing:
        raise UnknownFile(
            f"{name}: as {found.name} it lacks the column {', '.join(missing)}",
            f"`atoz sources {found.name}` lists the columns",
        )
    return found


def of_table(table: Table, name: str, *, claims_first: bool = False) -> Source:
    """The one source a table is. `claims_first`: what could be claims is claims (as `atoz triage FILE` asks)."""
    header = {squash(text) for text in table.header}
    found = [source for source in sources().values() if _is_amazons(source, table.header)]
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


def of_xml(signs: Collection[str], name: str) -> Source:
    """The one source an XML document is, by the names of its first elements."""
    found = [source for source in sources().values() if set(source.elements) & set(signs)]
    if len(found) == 1:
        return found[0]
    raise UnknownFile(f"{name}: this XML is no report that we know", "`atoz sources` lists what can be imported")


def document(text: str, name: str) -> Any:
    """A JSON text as values."""
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnknownFile(f"{name}: the JSON is broken{where}", "download it again") from None


def _is_amazons(source: Source, header: Sequence[str]) -> bool:
    """Whether a header has the columns by which an export of others is known, and none that it never has."""
    if source.own or not (source.needs or source.fields):
        return False
    squashed = {squash(text) for text in header}
    if not set(source.needs) <= squashed or set(source.without) & squashed:
        return False
    found = found_in(source, header) if source.fields else {}
    return all(set(choice.split("|")) & set(found) for choice in source.fields)


def _has_all(source: Source, header: Sequence[str]) -> bool:
    """Whether a header has the required columns of one of our own files, and others of it."""
    fields = _fields(source, {squash(text) for text in header})
    return set(source.required()) <= fields and len(fields) > len(source.required())


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
