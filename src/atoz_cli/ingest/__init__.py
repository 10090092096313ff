"""Files in, receipts out: recognise, read and check a file beside the store, then merge it in one short transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

from msgspec.structs import replace

from atoz_cli.answers.files import Receipt
from atoz_cli.errors import DiskFull, InputRefused, StoreBusy, UnknownFile
from atoz_cli.ingest.documents import read_document
from atoz_cli.ingest.file import Done, How, Named, Ready
from atoz_cli.ingest.guards import Mark, mark, room, unchanged
from atoz_cli.ingest.looking import Looked, LookedTable, look_at
from atoz_cli.ingest.tables import read_table
from atoz_cli.ingest.together import MOST, Small, alike, read_together, small_file
from atoz_cli.ingest.unpacking import Member, Refused, members
from atoz_cli.store import duck
from atoz_cli.store.noted import may_be_many, note
from atoz_cli.store.staging import Stage, opened

__all__ = ["Done", "How", "Named", "run"]


def run(files: Sequence[Named], how: How, stage: Stage | None = None) -> Iterator[Done]:
    """Import the files one after the other, a transaction each. A refused file gives a receipt with `error`.

    Archives and workbooks are opened, a receipt for each file in them. Small files of one kind that follow each other
    are read together where that makes no difference. StoreUnusable and the like end the whole run: what was imported
    before stays. `stage`: where they are read; one is set up where none is given.
    """
    with nullcontext(stage) if stage is not None else opened() as stage:
        bench = _Bench(stage, how, _store(how, stage.folder), stage.folder)
        waiting: list[Small] = []
        for named in files:
            since = mark(named.path)
            for member in members(named.path, named.name, bench.folder):
                small = small_file(bench.stage, named, member, since, how, bench.folder) if len(files) > 1 else None
                if waiting and (small is None or not alike(small, waiting) or len(waiting) == MOST):
                    yield from bench.settled(waiting)
                    waiting = []
                if small is None:
                    yield bench.imported(named, since, member)
                else:
                    waiting.append(small)
        yield from bench.settled(waiting)
        bench.note_orders()


def _store(how: How, folder: Path) -> Path:
    """The store to write to: for a dry run a copy of it, which is thrown away."""
    if not how.dry_run:
        return how.store
    path = folder / "dry.duckdb"
    duck.copied(how.store, path, how.wait)
    return path


class _Bench:
    """Where the files of one run are read: the stage, the options, the store and a folder for what is put down."""

    def __init__(self, stage: Stage, how: How, store: Path, folder: Path) -> None:
        self.stage, self.how, self.store, self.folder = stage, how, store, folder
        self.has_written = False

    def opened(self) -> AbstractContextManager[None]:
        """The store, for one transaction."""
        self.has_written = True
        return duck.writing(self.stage.connection, self.store, self.how.wait)

    def note_orders(self) -> None:
        """What was written forgot which orders are told of. Where there is no room, or somebody else is writing, they stay so."""
        if not self.has_written or not may_be_many(self.store):
            return
        with suppress(DiskFull, StoreBusy), duck.writing(self.stage.connection, self.store, 0):
            note(self.stage.run)

    def settled(self, small: Sequence[Small]) -> Iterator[Done]:
        """Small files that are alike: together, or in halves, or each by itself where it asks for a closer look."""
        if len(small) < 2:
            for one in small:
                yield self.imported(one.named, one.since, one.member, one.looked)
                one.forget()
            return
        done = read_together(self.stage, small, self.how, self.opened)
        if done is None:
            yield from self.settled(small[: len(small) // 2])
            yield from self.settled(small[len(small) // 2 :])
            return
        yield from done
        for one in small:
            one.forget()

    def imported(self, named: Named, since: Mark, member: Member | Refused, looked: LookedTable | None = None) -> Done:
        """One file, or one member of an archive. `looked`: what it is, where that is known already."""
        inside = replace(named, name=member.name, asked=named.asked and member.name == named.name)
        try:
            with unchanged(named.path, named.name, since), room(inside.name):
                if isinstance(member, Refused):
                    raise member.error
                inside = replace(inside, path=member.path, made_of=member.made_of)
                ready = self._prepared(inside, looked or look_at(inside, self.how))
            return ready(self.opened)
        except InputRefused as error:
            return Done(_refused(inside, self.how, error))

    def _prepared(self, named: Named, looked: Looked | LookedTable) -> Ready:
        """A file read and checked, ready to be merged."""
        if isinstance(looked, LookedTable):
            return read_table(self.stage, named, looked, self.how, self.folder)
        return read_document(self.stage, named, looked, self.how, self.folder)


def _refused(named: Named, how: How, error: InputRefused) -> Receipt:
    known = getattr(error, "receipt", None)
    if isinstance(known, Receipt):
        return known
    nothing = isinstance(error, UnknownFile) and not named.asked
    return Receipt(
        file=named.name,
        sha256=None,
        source=None,
        account=how.account,
        marketplace=how.marketplace,
        encoding=None,
        error=None if nothing else error.message,
        hint=None if nothing else error.hint,
        dry_run=how.dry_run,
    )
