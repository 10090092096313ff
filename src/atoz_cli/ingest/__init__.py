"""Files in, receipts out: recognise, read and check a file beside the store, then merge it in one short transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from atoz_cli.answers.files import Receipt
from atoz_cli.errors import InputRefused, UnknownFile
from atoz_cli.ingest.documents import read_document
from atoz_cli.ingest.file import Done, How, Named
from atoz_cli.ingest.tables import read_table
from atoz_cli.sources.opening import decoded, survey
from atoz_cli.store import duck
from atoz_cli.store.staging import Stage

__all__ = ["Done", "How", "Named", "run"]


def run(files: Sequence[Named], how: How) -> Iterator[Done]:
    """Import the files one after the other, a transaction each. A refused file gives a receipt with `error`.

    StoreUnusable and the like end the whole run: what was imported before stays.
    """
    with tempfile.TemporaryDirectory(prefix="atoz-", ignore_cleanup_errors=True) as folder:
        stage = Stage(Path(folder))
        store = _store(how, Path(folder))

        def opened() -> AbstractContextManager[None]:
            return duck.writing(stage.connection, store, how.wait)

        for named in files:
            try:
                yield _import(stage, named, how, Path(folder), opened)
            except InputRefused as error:
                yield Done(_refused(named, how, error))
        stage.connection.close()


def _store(how: How, folder: Path) -> Path:
    """The store to write to: for a dry run a copy of it, which is thrown away."""
    if not how.dry_run:
        return how.store
    path = folder / "dry.duckdb"
    duck.copied(how.store, path, how.wait)
    return path


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


def _import(stage: Stage, named: Named, how: How, folder: Path, opened: Any) -> Done:
    seen = survey(named.path, named.name, japanese=how.marketplace == "JP")
    start = next(decoded(seen.path, seen.encoding), "").lstrip()
    if start.startswith(("{", "[")):
        return read_document(stage, named, seen, how, opened)
    return read_table(stage, named, seen, how, folder, opened)
