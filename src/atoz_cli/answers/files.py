"""The values of files: receipts of imports, and what can be imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Refusal:
    """One refused value: `row` counts records from 1, `line` is the first physical line of the record."""

    row: int
    line: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class Period:
    """The days that a file speaks of, both included."""

    from_: date
    to: date


@dataclass(frozen=True)
class Understood:
    """A column that was found by what it means, and the field it fills."""

    column: str
    field: str


@dataclass(frozen=True)
class Receipt:
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


@dataclass(frozen=True)
class SourceColumn:
    """A column of a source: our name, the names it has in files, whether it must be there."""

    field: str
    names: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class SourceCard:
    """What can be imported, and where to download it."""

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
