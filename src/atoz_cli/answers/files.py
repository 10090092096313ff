"""The values of files: receipts of imports, and what can be imported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct


class Refusal(Struct, frozen=True):
    """One refused value: `row` counts records from 1, `line` is the first physical line of the record."""

    row: int
    line: int
    column: str | None
    value: str | None
    reason: str


class Period(Struct, frozen=True):
    """The days that a file speaks of, both included."""

    from_: date
    to: date


class Understood(Struct, frozen=True):
    """A column that was found by what it means, and the field it fills."""

    column: str
    field: str


class Receipt(Struct, frozen=True):
    """What became of one file or archive member: rows = added + updated + unchanged + skipped + refused."""

    file: str
    sha256: str | None
    source: str | None
    account: str
    marketplace: str | None
    encoding: str | None
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0
    refusals: tuple[Refusal, ...] = ()
    error: str | None = None
    hint: str | None = None
    dry_run: bool = False
    covers: Period | None = None
    understood: tuple[Understood, ...] = ()
    """where columns are found by meaning or by a map: those that were read"""
    ignored: tuple[str, ...] = ()
    """the columns of such a file that were not"""


class SourceColumn(Struct, frozen=True):
    """A column of a source: our name, the names it has in files, whether it must be there, what it means.

    `meant_by`: sets of words, by language: a header that holds all words of one set, and none with !, is the column.
    `added`: the columns whose amounts are added to it. `words`: those of ours where it is one of a list.
    `only`: what of it is read where that is not all.
    """

    field: str
    names: tuple[str, ...]
    required: bool
    phrase: str
    meant_by: Mapping[str, tuple[str, ...]]
    added: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    only: str | None


class Given(Struct, frozen=True):
    """A field and its text: of every row, or of an example."""

    field: str
    text: str


class SourceLayout(Struct, frozen=True):
    """A layout that goes by position: the field of each column (none: not read), its headers by language."""

    fields: tuple[str | None, ...]
    headers: Mapping[str, tuple[str, ...]]


class SourceCard(Struct, frozen=True):
    """What can be imported, and where to download it. Lines of text are sentences, with `code` in back quotes."""

    source: str
    title: str
    what: str
    where: str
    report: str | None
    facts: tuple[str, ...]
    template: bool
    good_for: str | None
    traps: tuple[str, ...]
    cite: str
    columns: tuple[SourceColumn, ...]
    recognised: tuple[str, ...]
    merged_by: tuple[str, ...]
    constants: tuple[Given, ...]
    read_as: tuple[str, ...]
    """how its rows are read where that is more than a row a fact, and which are skipped"""
    layouts: tuple[SourceLayout, ...]
    example: tuple[Given, ...]
