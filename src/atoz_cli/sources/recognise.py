"""Which export a file is, by its content and never by its name: all sources are tried, two matches are an error."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from atoz_cli.errors import AmbiguousFile, BadUsage, UnknownFile
from atoz_cli.records import kinds_of_value
from atoz_cli.sources.columns import columns_at, fields_of, found_in, layout_of, may_have, place_of, read_from
from atoz_cli.sources.declare import Source, sources
from atoz_cli.sources.opening import Survey
from atoz_cli.sources.table import Table, headers, look
from atoz_cli.words import squash


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
        return first, _source_of(first, name, source, claims_first)
    except UnknownFile:
        line = _header_below(survey, first.header_line, source)
        if not line:
            raise
    table = look(survey, name, line)
    return table, _source_of(table, name, source, claims_first)


def _source_of(table: Table, name: str, asked: str | None, claims_first: bool) -> Source:
    """The source of a table, with the facts that it can hold. UnknownFile where it lacks a column that it must have."""
    source = named(asked) if asked else of_table(table, name, claims_first=claims_first)
    found = columns_at(source, table)
    facts = tuple(
        fact
        for fact in source.facts
        if fact not in source.may_lack
        or all(field in found for field, (_, required) in kinds_of_value(fact).items() if required)
    )
    missing = [
        source.columns[field].written[0]
        for field, (_, required) in fields_of(replace(source, facts=facts)).items()
        if required and field in source.columns and field not in found
    ]
    if missing:
        raise UnknownFile(
            f"{name}: as {source.name} it lacks the column {', '.join(missing)}",
            f"`atoz sources {source.name}` lists the columns",
        )
    return source if facts == source.facts else replace(source, facts=facts)


def _header_below(survey: Survey, after: int, source: str | None) -> int:
    """The first of the next lines that has the columns of a source (of the one asked for), 0 where none has."""
    among = [named(source)] if source else [*sources().values()]
    for number, header in headers(survey):
        if number <= after or len(header) < 2:
            continue
        if any(_is_amazons(one, header) or (one.own and _has_all(one, header)) for one in among):
            return number
    return 0


def of_table(table: Table, name: str, *, claims_first: bool = False) -> Source:
    """The one source a table is. `claims_first`: what could be claims is claims (as `atoz triage FILE` asks)."""
    header = {squash(text) for text in table.header}
    found = [source for source in sources().values() if _is_amazons(source, table.header)]
    found += [source for source in sources().values() if layout_of(source, table)]
    ours = _ours(header)
    claims = sources()["claims"]
    if claims_first and not found and set(claims.required()) <= _fields(claims, header):
        return claims
    found += [own for own in ours if not any(_understands_more(export, own, table.header) for export in found)]
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
    if "html" in {sign.lower() for sign in signs}:
        raise UnknownFile(f"{name}: this is a web page, not an export", "download the report itself")
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
    if source.own or len(header) < 2 or not (source.needs or source.fields):
        return False
    squashed = {squash(text) for text in header}
    if not set(source.needs) <= squashed or set(source.without) & squashed:
        return False
    if not source.fields:
        return True
    barred = {field[1:] for field in source.fields if field.startswith("!")}
    asked = [set(choice.split("|")) for choice in source.fields if not choice.startswith("!")]
    if not all(any(may_have(source, header, field) for field in choice) for choice in asked):
        return False
    found = found_in(source, header)
    return (
        all(choice & set(found) for choice in asked)
        and not barred & set(found)
        and not (source.alone and len(set(found.values())) < len(header))
    )


def _understands_more(export: Source, own: Source, header: Sequence[str]) -> bool:
    """Whether an export that is known by its fields reads every column that one of our own files would, and others."""
    ours = {place for column in own.columns.values() if (place := place_of(header, column.names)) is not None}
    return bool(export.fields) and ours < set(read_from(export, header, found_in(export, header)))


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
    for source in sources().values():
        if source.instead_of is not None and set(source.instead_of.columns) & header:
            return source.instead_of.say
    fits = [
        source.name for source in sources().values() if source.own and set(source.required()) <= _fields(source, header)
    ]
    if fits:
        which = " or ".join(f"--as {name}" for name in fits)
        return f"if it is one of ours, say which: {which}; `atoz sources` lists all that can be imported"
    return "`atoz sources` lists what can be imported and where to download it"
