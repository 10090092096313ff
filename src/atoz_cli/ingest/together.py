"""Small tables of one shape that follow each other in, their receipts out: read with one statement, merged in one transaction.

A thousand files of some rows would otherwise cost a thousand times the planning of a long query. It is done only where
nothing asks for a closer look: no row refused, no word unknown, no key said in two ways. Whoever cannot be read so is
read by itself, and the answer is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from atoz_cli.cells import Reading
from atoz_cli.errors import InputRefused
from atoz_cli.ingest.file import Done, File, How, Named, next_id, note, receipt_of
from atoz_cli.ingest.guards import Mark, mark
from atoz_cli.ingest.looking import LookedTable, look_at
from atoz_cli.ingest.periods import covered
from atoz_cli.ingest.rows import any_doubtful, give_words
from atoz_cli.ingest.tables import decided, put_facts, tell_columns
from atoz_cli.ingest.unpacking import Member, Refused
from atoz_cli.sources import select
from atoz_cli.sources.columns import columns_at, fields_of
from atoz_cli.sources.declare import Source
from atoz_cli.sources.table import Table, plain
from atoz_cli.store.duck import Opened, engine
from atoz_cli.store.facts import tables
from atoz_cli.store.merge import Merged
from atoz_cli.store.several import Part, added_by, merge_together, put_parts
from atoz_cli.store.staging import Stage

LARGEST = 1 << 18
"""Bytes; reading a larger file takes longer than planning to."""
MOST = 256
"""So many files are read at once."""


class Small(Struct, frozen=True):
    """A small table, and what has to be alike in those that are read together."""

    named: Named
    since: Mark
    member: Member
    looked: LookedTable
    readable: Table
    at: dict[str, int]
    reading: Reading

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the statement that reads it is made of."""
        table, seen = self.readable, self.looked.survey
        return (
            self.looked.source, table.header, table.header_line, table.delimiter, table.quoted, table.quoted_cells,
            seen.odd_space, self.at, self.reading,
        )  # fmt: skip

    def forget(self) -> None:
        """Remove the plain copy that was made of it, if one was."""
        if self.readable.path != self.looked.survey.path:
            self.readable.path.unlink(missing_ok=True)


class _CloserLook(Exception):
    """The files must be taken one after the other."""


def small_file(
    stage: Stage, named: Named, member: Member | Refused, since: Mark, how: How, folder: Path
) -> Small | None:
    """A file that may be read together with others; None for all that is to be read by itself."""
    if isinstance(member, Refused) or member.path != named.path or how.claims_first:
        return None
    try:
        if named.path.stat().st_size > LARGEST:
            return None
        looked = look_at(named, how)
        if not isinstance(looked, LookedTable) or _has_its_own_way(looked.source):
            return None
        readable, at = plain(looked.table, folder, join=False), columns_at(looked.source, looked.table)
        reading = decided(stage, File(named, looked.survey, looked.source), readable, at, how)
    except (InputRefused, OSError):
        return None  # which is said when it is read by itself
    return Small(named, since, member, looked, readable, at, reading)


def _has_its_own_way(source: Source) -> bool:
    """Whether what a row says depends on the other rows of its file."""
    return bool(source.summed or source.once or source.whole)


def alike(one: Small, others: Sequence[Small]) -> bool:
    """Whether a file can be read by the statement of the others, and is none of them."""
    return one.shape == others[0].shape and all(one.readable.path != other.readable.path for other in others)


def read_together(stage: Stage, files: Sequence[Small], how: How, opened: Opened) -> list[Done] | None:
    """Read and merge them as if one after the other. None, and nothing done, where something asks for a closer look."""
    if not _staged(stage, files):
        return None
    rows, days, places = stage.rows_of(), covered(stage, files[0].looked.source), stage.only_meaning("marketplace")
    if any(mark(one.named.path) != one.since for one in files):
        return None
    done = []
    try:
        with opened():
            first = next_id(stage)
            parts = _parts(files, rows, first)
            added = _merged(stage, files[0].looked.source, how, parts)
            for one, part in zip(files, parts, strict=True):
                there, idle, _ = rows.get(_path(one), (0, 0, 0))
                new = added.get(part.import_id, 0)
                file = File(one.named, one.looked.survey, one.looked.source, rows=there, skipped=idle)
                file.marketplace, file.covers = places.get(_path(one)), days.get(_path(one))
                tell_columns(file, one.readable, one.at)
                done.append(Done(receipt_of(file, how, Merged(new, 0, there - idle - new))))
            note(stage, {part.import_id: one.receipt for part, one in zip(parts, done, strict=True)})
    except _CloserLook:
        return None
    return done


def _path(one: Small) -> str:
    return str(one.readable.path)


def _staged(stage: Stage, files: Sequence[Small]) -> bool:
    """Whether all rows of all files could be staged, and not one of them is doubtful."""
    first = files[0]
    source, table, at, reading = first.looked.source, first.readable, first.at, first.reading
    try:
        query = select.typed(source, table, at, reading, files=[_path(one) for one in files])
        stage.read(query, [name for name in fields_of(source) if name in at])
    except engine().Error:
        return False
    of_all = File(first.named, first.looked.survey, source)
    bad = give_words(stage, of_all, table, at, reading)
    stage.skip(source.skip_without, source.only_with)
    if any(bad.values()) or of_all.notices or any_doubtful(stage, source, bad):
        return False
    stage.refuse([])
    return True


def _parts(files: Sequence[Small], rows: dict[str, tuple[int, int, int]], first: int) -> list[Part]:
    """Where the rows of each file stand among all."""
    found = []
    for number, one in enumerate(files):
        there, _, before = rows.get(_path(one), (0, 0, 0))
        found.append(Part(first + number, before, before + there))
    return found


def _merged(stage: Stage, source: Source, how: How, parts: Sequence[Part]) -> dict[int, int]:
    """Import to how many of its rows added something. _CloserLook where it matters which file comes first."""
    if all(part.until == part.before for part in parts):
        return {}
    put_parts(stage.run, parts)
    for fact in source.facts:
        put_facts(stage, source, fact, how)
        if not merge_together(stage.run, tables()[fact], how.account):
            raise _CloserLook
    return added_by(stage.run, [tables()[fact] for fact in source.facts], parts)
