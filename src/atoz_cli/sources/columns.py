"""A source and the header of a file in; which field stands in which column out: by place, by name or by meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from atoz_cli.cells import BLANKS, TRIMMED, Is
from atoz_cli.records import kinds_of_value
from atoz_cli.sources.declare import AMAZON_ORDER, Layout, Source, sources
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
    """Field to its place in a header, by name, else by meaning; in the order of the header."""
    if sources().get(source.name) is source:
        return dict(_found_before(source.name, tuple(header)))
    return _found(source, header)


@lru_cache(maxsize=2048)
def _found_before(name: str, header: tuple[str, ...]) -> dict[str, int]:
    """A folder often holds a thousand files of one kind: each header is looked at once."""
    return _found(sources()[name], header)


def _found(source: Source, header: Sequence[str]) -> dict[str, int]:
    found = {}
    for field, column in source.columns.items():
        place = place_of(header, column.names)
        if place is not None:
            found[field] = place
    for field, column in source.columns.items():
        if field not in found and (place := _meant(header, column.meaning, set(found.values()))) is not None:
            found[field] = place
    return dict(sorted(found.items(), key=lambda one: one[1]))


def may_have(source: Source, header: Sequence[str], field: str) -> bool:
    """Whether a header has a column that could be this field, were it not another one too: quick to say no."""
    column = source.columns.get(field)
    if column is None:
        return False
    return place_of(header, column.names) is not None or _meant(header, column.meaning, set()) is not None


def read_from(source: Source, header: Sequence[str], at: Mapping[str, int]) -> dict[int, str]:
    """Place in a header to the field that is read there; a field found by name is read from its further names too."""
    found = {place: field for field, place in at.items()}
    for field, place in at.items():
        names = source.columns[field].names
        if squash(header[place]) in names:
            found |= {other: field for other, name in enumerate(header) if squash(name) in names and other not in found}
    return dict(sorted(found.items()))


def place_of(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Where the first of these (squashed) names stands in a header."""
    squashed = [squash(name) for name in header]
    return next((squashed.index(name) for name in names if name in squashed), None)


def places_of(source: Source, header: Sequence[str], at: Mapping[str, int], field: str) -> list[int]:
    """The columns of a field: the one found, and where it was found by name those of its further names."""
    names = source.columns[field].names if field in source.columns else ()
    if place_of(header, names) != at[field]:
        return [at[field]]
    places = (place_of(header, (name,)) for name in names)
    return [*dict.fromkeys(place for place in places if place is not None)]


def _meant(header: Sequence[str], meaning: Sequence[Sequence[str]], taken: set[int]) -> int | None:
    """The first free column whose header holds all the words of one set (and none of those with ! in front)."""
    for words in meaning:
        for place, name in enumerate(header):
            if place not in taken and _says(name, tuple(words)):
                return place
    return None


@lru_cache(maxsize=4096)
def _says(name: str, words: tuple[str, ...]) -> bool:
    """Whether a header says all of these words, and none with ! in front; a * in a word stands for any letters."""
    said = said_in(name)
    return all(_said(word.removeprefix("!"), said) is not word.startswith("!") for word in words)


def _said(word: str, said: frozenset[str]) -> bool:
    word = _folded(word)
    return any(fnmatchcase(one, word) for one in said) if "*" in word else word in said


@lru_cache(maxsize=1024)
def said_in(name: str) -> frozenset[str]:
    """The words of a header without accents: `A-to-z Réclamation` is a, to, z, reclamation; `orderId` order, id, orderid."""
    humps = re.sub("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return frozenset(re.findall(r"[^\W_]+", _folded(f"{name} {humps}")))


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    """Small letters of plain width without accents (those of Japanese stay: they make other letters)."""
    bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).casefold()


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
