"""One file on its way through an import: what is known of it, its receipt, its line in the list of imports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.files import Period, Receipt, Refusal, Understood
from atoz_cli.errors import BadRows
from atoz_cli.sources.declare import Source, sources
from atoz_cli.sources.mapping import Map
from atoz_cli.sources.opening import Survey
from atoz_cli.store.duck import Opened
from atoz_cli.store.merge import Merged
from atoz_cli.store.staging import Stage


class Named(Struct, frozen=True):
    """A file to import: where it lies, and how the user named it. `asked` is false for what only lay in a folder."""

    path: Path
    name: str
    asked: bool = True
    made_of: str | None = None
    """what it was unpacked from: gzip, zip, xlsx, xls"""


class How(Struct, frozen=True):
    """The options of an import."""

    store: Path
    account: str = "default"
    marketplace: str | None = None
    source: str | None = None
    date_order: str | None = None
    strict: bool = False
    dry_run: bool = False
    wait: float = 30.0
    claims_first: bool = False
    mapped: Map | None = None
    rejects: bool = False
    """whether the texts of the refused rows are asked for"""

    @property
    def source_is_table(self) -> bool:
        """Whether what was asked for is read from a table."""
        return self.mapped is not None or (self.source is not None and sources()[self.source].reader is None)

    def constants(self, source: Source, fields: Collection[str]) -> dict[str, str]:
        """What holds for every row that does not say otherwise, among these fields."""
        place = {"marketplace": self.marketplace} if self.marketplace else {}
        return {name: value for name, value in {**source.constants, **place}.items() if name in fields}


class File(Struct):
    """One file on its way: what is known of it so far."""

    named: Named
    survey: Survey
    source: Source
    rows: int = 0
    skipped: int = 0
    lax: bool = False
    """whether its rows are shorter or longer than the header"""
    marketplace: str | None = None
    refusals: list[Refusal] = field(default_factory=list)
    refused_texts: list[dict[str, str | None]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    covers: Period | None = None
    understood: tuple[Understood, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def encoding(self) -> str:
        """How it was written; a workbook says so itself."""
        return self.named.made_of if self.named.made_of in ("xlsx", "xls") else self.survey.encoding


class Done(Struct, frozen=True):
    """A receipt with what does not stand in it: the notices, and the texts of the refused rows."""

    receipt: Receipt
    notices: tuple[Notice, ...] = ()
    refused_texts: tuple[Mapping[str, str | None], ...] = ()
    claims_on: tuple[str, ...] = ()
    """order ids of the A-to-z claims in the file, where `claims_first` asked for them"""
    chargebacks_on: tuple[str, ...] = ()


Ready = Callable[[Opened], Done]
"""A file read and checked: give it the opened store, and it is merged."""


def receipt_of(file: File, how: How, merged: Merged) -> Receipt:
    """The receipt of a file with what the merge did."""
    return Receipt(
        file=file.named.name,
        sha256=file.survey.sha256,
        source=file.source.name,
        account=how.account,
        marketplace=file.marketplace or how.marketplace or file.source.constants.get("marketplace"),
        encoding=file.encoding,
        rows=file.rows,
        added=merged.added,
        updated=merged.updated,
        unchanged=merged.unchanged,
        skipped=file.skipped,
        refused=len(file.refusals),
        refusals=tuple(file.refusals),
        dry_run=how.dry_run,
        covers=file.covers,
        understood=file.understood,
        ignored=file.ignored,
    )


def refused_strictly(file: File, how: How) -> BadRows:
    """With --strict: the error of a file with a bad row, with its receipt."""
    count = len(file.refusals)
    error = BadRows(
        f"{file.named.name}: {count} row{'s' if count > 1 else ''} refused, so nothing of it is loaded (--strict)",
        "mend the rows, or import without --strict",
    )
    empty = replace(
        receipt_of(file, how, Merged(0, 0, 0)), error=error.message, hint=error.hint, skipped=0, refused=file.rows
    )
    error.receipt = empty  # type: ignore[attr-defined]
    return error


def next_id(stage: Stage) -> int:
    """The number of the import that begins; the store is attached."""
    return int(stage.run("SELECT coalesce(max(import_id), 0) + 1 FROM store.imports").fetchone()[0])


def note(stage: Stage, receipts: Mapping[int, Receipt]) -> None:
    """Write imports, by their numbers, into the list of the store, so that every fact can say where it is from."""
    rows = [
        (number, one.sha256, Path(one.file).name, one.source, one.account, one.marketplace, one.rows, one.added,
         one.updated, one.refused)
        for number, one in receipts.items()
    ]  # fmt: skip
    marks = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)
    stage.connection.execute(f"INSERT INTO store.imports VALUES {marks}", [value for row in rows for value in row])
