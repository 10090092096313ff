"""What the tests of files and of the store share: a store of its own for each test, and all and only what it holds."""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from atoz_cli import cli
from atoz_cli.ingest import Done, How, Named, run
from atoz_cli.records import RECORDS
from atoz_cli.store import duck

# Tables tell moments in the zone of the machine: here, as in the documents, that is UTC.
os.environ["TZ"] = "UTC"
if hasattr(time, "tzset"):
    time.tzset()

# The same examples for everyone and every day; `make fuzz` looks for new ones.
settings.register_profile("settled", derandomize=True, database=None)
if "ATOZ_EXAMPLES" not in os.environ:
    settings.load_profile("settled")


@cache
def empty_store() -> Path:
    """A store that holds nothing: making its tables again for each test would take longer than most imports."""
    path = Path(tempfile.mkdtemp(prefix="atoz-tests-")) / "empty.duckdb"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    with duck.writing(duck.connect(":memory:"), path, 5.0):
        pass
    return path


class Shop:
    """A seller's store in a folder of its own: `put` makes a file of content, `load` imports files, `facts` tells all."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "shop.duckdb"
        self.prepared = True
        """whether the first import finds an empty store, or none at all"""

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, *files: Path, **how: Any) -> list[Done]:
        if self.prepared and not self.path.exists() and not how.get("dry_run"):
            shutil.copyfile(empty_store(), self.path)
        return list(run([Named(path, path.name) for path in files], How(self.path, **how)))

    def facts(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table of facts, empty values and provenance left out, in a fixed order."""
        with duck.reading(self.path, 0) as store:
            return {name: rows for name in (*RECORDS, "reports") if (rows := _rows(store, name))}


def _rows(store: duck.Duck, name: str) -> list[dict[str, Any]]:
    found = store.connection.execute(f"SELECT * EXCLUDE (import_id, row_no) FROM {name}")
    columns = [column[0] for column in found.description]
    rows = [{k: _plain(v) for k, v in zip(columns, row, strict=True) if v is not None} for row in found.fetchall()]
    return sorted(rows, key=str)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


# --- the commands in this process ---------------------------------------------------------------------------------------


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def data(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json["data"]
        return found


Atoz = Callable[..., Said]


@pytest.fixture
def own_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine, and a store and a folder of one's own."""
    for name in ("ATOZ_ACCOUNT", "ATOZ_POLICY", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ATOZ_STORE", str(tmp_path / "store.duckdb"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def atoz(capsys: pytest.CaptureFixture[str]) -> Atoz:
    """Run one command in this process."""

    def ask(*arguments: str | Path) -> Said:
        capsys.readouterr()
        status = cli.run([str(one) for one in arguments])
        return Said(status, *capsys.readouterr())

    return ask


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample seller in it; to read only."""
    store = tmp_path_factory.mktemp("sample") / "sample.duckdb"
    with contextlib.redirect_stdout(io.StringIO()):
        assert cli.run(["import", str(Path(__file__).parents[1] / "sample_data"), "--store", str(store)]) == 0
    return store


@pytest.fixture(scope="session")
def _answers() -> dict[tuple[str, ...], Said]:
    return {}


@pytest.fixture
def asked(atoz: Atoz, sample: Path, _answers: dict[tuple[str, ...], Said]) -> Atoz:
    """The same as `atoz`, of the sample seller on the day of its report; each question is asked once a session."""

    def ask(*arguments: str) -> Said:
        if arguments not in _answers:
            _answers[arguments] = atoz(*arguments, "--as-of", "2026-11-22", "--store", sample)
        return _answers[arguments]

    return ask
