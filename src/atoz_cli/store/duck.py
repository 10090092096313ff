"""The store as one DuckDB file: opening it to ask or to write, waiting for it, and saying clearly why it cannot be used.

Readers open it read-only and close at once. A writer works on an in-memory database and attaches the file for one
short transaction, so a killed import leaves the file as it was.
"""

from __future__ import annotations

import errno
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atoz_cli.errors import DiskFull, EmptyStore, StoreBusy, StoreDamaged, StoreNewer, StoreUnusable
from atoz_cli.store.asking import Duck, literal
from atoz_cli.store.noted import FORGET

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Opened = Callable[[], AbstractContextManager[None]]
"""Opens the store for writing, for as long as its `with` lasts."""
VERSION = 4
"""The schema that this program writes: the number of the newest file in `migrations/`."""
MIGRATIONS = Path(__file__).parent / "migrations"
PAUSE = 0.05
NO_ROOM = ("no space left", "enospc", "could not write all", "file too large", "disk quota exceeded")


def engine() -> Any:
    """DuckDB itself. The package around it takes twice as long to import as the engine, for things we do not use."""
    from importlib import import_module

    try:
        return import_module("_duckdb")
    except ImportError:
        return import_module("duckdb")


def connect(path: str, *, read_only: bool = False) -> DuckDBPyConnection:
    """A connection with UTC as its zone. Raises what DuckDB raises."""
    connection: DuckDBPyConnection = engine().connect(
        path, read_only=read_only, config={"autoinstall_known_extensions": "false"}
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def reading(path: Path, wait: float, engine: DuckDBPyConnection | None = None) -> Iterator[Duck]:
    """The store, read-only. EmptyStore where there is none; StoreBusy, StoreDamaged, StoreNewer as they happen.

    `engine`: one that has done its work, which reads the store sooner than another is started.
    """
    if not path.exists():
        raise EmptyStore("there is no store yet", "import your files first: atoz import FILE…")
    _is_ours(path)
    connection = _patiently(path, wait, lambda: _opened(path, engine))
    try:
        if _checked(connection, path, "main") < VERSION:
            _let_go(connection, engine)
            with writing(connect(":memory:"), path, wait):
                pass  # which brings it to our schema
            connection = _patiently(path, wait, lambda: _opened(path, engine))
        yield Duck(connection, still=True)
    except Exception as error:
        raise translated(error, path) from error
    finally:
        _let_go(connection, engine)


def _opened(path: Path, engine: DuckDBPyConnection | None) -> DuckDBPyConnection:
    if engine is None:
        return connect(str(path), read_only=True)
    engine.execute(f"ATTACH {literal(path)} AS read_store (READ_ONLY)")
    engine.execute("RESET memory_limit")
    connection = engine.cursor()
    connection.execute("USE read_store")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _let_go(connection: DuckDBPyConnection, engine: DuckDBPyConnection | None) -> None:
    connection.close()
    if engine is not None:
        engine.execute("DETACH DATABASE IF EXISTS read_store")


@contextmanager
def writing(connection: DuckDBPyConnection, path: Path, wait: float) -> Iterator[None]:
    """The store attached as `store` inside one transaction: committed at the end, nothing of it kept on an error."""
    _is_ours(path)
    fresh = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"the folder of the store cannot be made: {error.strerror}", "choose another --store"
        ) from None
    try:
        _patiently(path, wait, lambda: connection.execute(f"ATTACH {literal(path)} AS store"))
    except DiskFull:
        if fresh:
            _remove_if_empty(path)
        raise
    try:
        connection.execute("BEGIN")
        migrate(connection, path, fresh=fresh and _is_small(path))
        if not fresh:
            connection.execute(FORGET)
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        _quietly(connection, "ROLLBACK")
        _quietly(connection, "DETACH store")
        if fresh:
            _remove_if_empty(path)
        raise translated(error, path) from error
    try:
        connection.execute("DETACH store")
    except Exception as error:
        raise translated(error, path) from error


def copied(path: Path, target: Path, wait: float) -> None:
    """A copy of the store, made while nobody writes to it; none where there is nothing to copy."""
    try:
        with reading(path, wait):
            shutil.copyfile(path, target)
            if (log := path.with_name(path.name + ".wal")).exists():
                shutil.copyfile(log, target.with_name(target.name + ".wal"))
    except EmptyStore:
        return


def migrate(connection: DuckDBPyConnection, path: Path, *, fresh: bool) -> None:
    """Bring the attached store to our schema: each numbered file of `migrations/` once, in order.

    `fresh`: it was made just now; any other is looked at, which takes as long as half of the schema.
    """
    version = 0 if fresh or _holds_nothing(connection, "store") else _checked(connection, path, "store")
    if version == VERSION:
        return
    connection.execute("USE store")
    try:
        for number in range(version + 1, VERSION + 1):
            connection.execute((MIGRATIONS / f"{number:03d}.sql").read_text("utf-8"))
        connection.execute("UPDATE meta SET schema_version = ?", [VERSION])
    finally:
        connection.execute("USE memory")


def _holds_nothing(connection: DuckDBPyConnection, catalog: str) -> bool:
    where = "NOT internal" if catalog == "main" else f"database_name = '{catalog}'"
    held = connection.execute(f"SELECT count(*) FROM duckdb_tables() WHERE {where}").fetchone()
    return not (held and held[0])


def _checked(connection: DuckDBPyConnection, path: Path, catalog: str) -> int:
    duckdb = engine()
    table = "meta" if catalog == "main" else f"{catalog}.meta"
    try:
        row = connection.execute(f"SELECT max(schema_version) FROM {table}").fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):
        row = None
        if catalog == "main" and _holds_nothing(connection, "main"):  # the first import was killed
            raise EmptyStore(
                "there is nothing in the store yet", "import your files first: atoz import FILE…"
            ) from None
    version = row[0] if row else None
    if not isinstance(version, int) or version < 1:
        raise StoreDamaged(f"{path} is a DuckDB file, but not a store of atoz", "choose another --store")
    if version > VERSION:
        raise StoreNewer(
            f"{path} was written by a newer atoz (schema {version}, this one knows {VERSION})", "update atoz"
        )
    return version


def _patiently(path: Path, wait: float, attempt: Any) -> Any:
    until, told = time.monotonic() + wait, False
    while True:
        try:
            return attempt()
        except Exception as error:
            if not _is_lock(error):
                raise translated(error, path) from error
            if time.monotonic() >= until:
                raise StoreBusy(
                    f"another process holds {path} (waited {wait:g} s)", "try again, or wait longer: --wait 5m"
                ) from None
        if not told:
            print(f"the store is in use; waiting up to {wait:g} s …", file=sys.stderr)
            told = True
        time.sleep(PAUSE)


def _is_lock(error: Exception) -> bool:
    text = str(error)
    return "Could not set lock" in text or "Conflicting lock" in text or "being used by another process" in text


def translated(error: BaseException, path: Path) -> BaseException:
    """An engine's error as one that the user can mend; anything else as it is."""
    duckdb = engine()
    kept: BaseException = error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return DiskFull(f"no room left while writing {path}", "free some space; the store is as it was")
    if not isinstance(error, duckdb.Error):
        return error
    text = str(error)
    if any(sign in text.lower() for sign in NO_ROOM):
        return DiskFull(f"no room left while writing {path}", "free some space; the store is as it was")
    if _is_lock(error):
        return StoreBusy(f"another process holds {path}", "try again, or wait longer: --wait 5m")
    if "newer version" in text or "storage version" in text.lower() or "version number" in text:
        return StoreNewer(f"{path} was written by a newer DuckDB", "update atoz")
    if "Permission denied" in text or "Read-only file system" in text:
        return StoreUnusable(f"{path} cannot be opened: permission denied", "choose another --store")
    broken: tuple[type[BaseException], ...] = (
        duckdb.SerializationException,
        duckdb.FatalException,
        duckdb.IOException,
        duckdb.InternalException,
    )
    if isinstance(error, broken) or "Corrupt database file" in text:
        return StoreDamaged(
            f"{path} is not a store, or is damaged", "restore it from a backup, or import your files into a new --store"
        )
    return kept


def _is_ours(path: Path) -> None:
    """A folder, or a file of another kind: the engine would take a CSV for a database in memory."""
    if path.is_dir():
        raise StoreUnusable(f"{path} is a folder", f"name a file in it: --store {path / 'atoz.duckdb'}")
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return  # not there yet, or the engine says why
    if head and head[8:12] != b"DUCK":
        raise StoreDamaged(
            f"{path} is not a store, or is damaged", "restore it from a backup, or import your files into a new --store"
        )


def _quietly(connection: DuckDBPyConnection, sql: str) -> None:
    try:
        connection.execute(sql)
    except Exception:
        return


def _remove_if_empty(path: Path) -> None:
    if path.exists() and _is_small(path):
        path.unlink(missing_ok=True)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _is_small(path: Path) -> bool:
    """Too small to hold a table: what the engine makes of no file, unless another process was faster."""
    return path.stat().st_size <= 1 << 14
