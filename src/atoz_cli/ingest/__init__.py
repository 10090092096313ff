"""Files in, receipts out: recognise, read and check a file beside the store, then merge it in one short transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from atoz_cli.answers.files import Receipt
from atoz_cli.errors import InputRefused, UnknownFile
from atoz_cli.ingest.documents import read_mail, read_report_or_rows, read_xml
from atoz_cli.ingest.file import Done, How, Named, Ready
from atoz_cli.ingest.guards import Mark, mark, room, unchanged
from atoz_cli.ingest.tables import read_table
from atoz_cli.ingest.unpacking import Member, Refused, members
from atoz_cli.sources import claim_mail, xml
from atoz_cli.sources.opening import decoded, survey
from atoz_cli.store import duck
from atoz_cli.store.staging import Stage

__all__ = ["Done", "How", "Named", "run"]

HEAD = 1 << 16


def run(files: Sequence[Named], how: How) -> Iterator[Done]:
    """Import the files one after the other, a transaction each. A refused file gives a receipt with `error`.

    Archives and workbooks are opened, a receipt for each file in them. StoreUnusable and the like end the whole run:
    what was imported before stays.
    """
    with tempfile.TemporaryDirectory(prefix="atoz-", ignore_cleanup_errors=True) as folder:
        stage = Stage(Path(folder))
        store = _store(how, Path(folder))

        def opened() -> AbstractContextManager[None]:
            return duck.writing(stage.connection, store, how.wait)

        for named in files:
            since = mark(named.path)
            for member in members(named.path, named.name, Path(folder)):
                yield _imported(stage, named, since, member, how, Path(folder), opened)
        stage.connection.close()


def _store(how: How, folder: Path) -> Path:
    """The store to write to: for a dry run a copy of it, which is thrown away."""
    if not how.dry_run:
        return how.store
    path = folder / "dry.duckdb"
    duck.copied(how.store, path, how.wait)
    return path


def _imported(
    stage: Stage, named: Named, since: Mark, member: Member | Refused, how: How, folder: Path, opened: duck.Opened
) -> Done:
    inside = replace(named, name=member.name, asked=named.asked and member.name == named.name)
    try:
        with unchanged(named.path, named.name, since), room(inside.name):
            if isinstance(member, Refused):
                raise member.error
            inside = replace(inside, path=member.path, made_of=member.made_of)
            ready = _prepared(stage, inside, how, folder)
        return ready(opened)
    except InputRefused as error:
        return Done(_refused(inside, how, error))


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


def _prepared(stage: Stage, named: Named, how: How, folder: Path) -> Ready:
    """A file read and checked, ready to be merged: what it is, its first bytes say."""
    with named.path.open("rb") as stream:
        head = stream.read(HEAD)
    if not how.source_is_table and claim_mail.looks(head):
        return read_mail(stage, named, how, folder)
    if not how.mapped and xml.root_name(head) is not None:
        return read_xml(stage, named, head, how, folder)
    said = how.mapped.encoding if how.mapped else None
    seen = survey(named.path, named.name, japanese=how.marketplace == "JP", encoding=said)
    if not how.mapped and next(decoded(seen.path, seen.encoding), "").lstrip().startswith(("{", "[")):
        return read_report_or_rows(stage, named, seen, how, folder)
    return read_table(stage, named, seen, how, folder)
