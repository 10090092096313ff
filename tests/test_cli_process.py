"""`atoz` as a process: pipes, terminals, signals, locks, locales, folders one may not write to."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len

from atoz_cli.cli import run

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
DAY = ("--as-of", "2026-11-22")
ATOZ = (sys.executable, "-m", "atoz_cli")
HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ATOZ_", "COLUMNS"))}
    for name in ("NO_COLOR", "FORCE_COLOR"):
        kept.pop(name, None)
    return {**kept, "PYTHONWARNINGS": "error", **more}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the sample seller, to read only."""
    store = tmp_path_factory.mktemp("process") / "sample.duckdb"
    assert run(["import", str(SAMPLE), "--store", str(store), "-o", os.devnull]) == 0
    return store


def on_terminal(*arguments: str, columns: int, **more: str) -> str:
    """What stands on a terminal of that width after the command."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*ATOZ, *arguments], stdin=slave, stdout=slave, stderr=subprocess.PIPE,
        env=environment(COLUMNS=str(columns), TERM="xterm", **more),
    )  # fmt: skip
    os.close(slave)
    found = b""
    while True:
        try:
            piece = os.read(master, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        found += piece
    os.close(master)
    assert process.stderr is not None
    process.stderr.close()
    assert process.wait() == 0
    return found.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_tables_fit_the_terminal_and_never_break_an_order_id(sample: Path, columns: int) -> None:
    for question in ("triage", "odr --orders"):
        text = on_terminal(*question.split(), *DAY, "--store", str(sample), columns=columns, NO_COLOR="1")
        assert max(map(cell_len, text.splitlines())) <= columns
        assert "\x1b" not in text
        with contextlib.redirect_stdout(io.StringIO()) as said:
            assert run([*question.split(), *DAY, "--store", str(sample), "--json"]) == 0
        ids = {one["order_id"] for one in json.loads(said.getvalue())["data"]}
        assert ids <= set(re.findall(r"\d{3}-\d{7}-\d{7}", text))
        if columns >= 80:
            assert text.count("Placed" if "orders" in question else "By (UTC)") == 1, "a table, not stacked records"


def test_colour_on_a_terminal_and_none_on_a_dumb_one(sample: Path) -> None:
    question = ("odr", *DAY, "--store", str(sample))
    coloured = on_terminal(*question, columns=80)
    assert "\x1b[" in coloured
    plain = on_terminal(*question, columns=80, NO_COLOR="1")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_a_reader_that_goes_away_is_no_error(sample: Path) -> None:
    for question in ("triage --all", "triage --all --json", "schema"):
        asked = [*ATOZ, *question.split()] + ([] if question == "schema" else [*DAY, "--store", str(sample)])
        process = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        complaints = [line for line in process.stderr.read().decode().splitlines() if not line.startswith("warning: ")]
        process.stderr.close()
        assert complaints == []
        assert process.wait() == 0


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Another process has the store open to write."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            other.communicate()


def test_a_store_that_another_process_holds_is_exit_5_after_the_wait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store.duckdb"
    claims = str(SAMPLE / "claims.csv")
    assert run(["import", claims, "--store", str(store)]) == 0
    with held(store):
        for question in (["odr", *DAY], ["import", claims]):
            capsys.readouterr()
            began = time.monotonic()
            status = run([*question, "--store", str(store), "--wait", "1s"])
            assert time.monotonic() - began >= 1
            said = capsys.readouterr()
            assert (status, said.out) == (5, "")
            assert said.err.splitlines()[0].startswith("the store is in use; waiting")
            assert f"error: another process holds {store}" in said.err
        assert run(["odr", *DAY, "--json", "--store", str(store), "--wait", "0s"]) == 5
        assert json.loads(capsys.readouterr().err)["error"]["code"] == "store_busy"
    assert run(["triage", *DAY, "--store", str(store)]) == 0


def test_an_interrupt_is_exit_130_and_the_store_stays_as_it_was(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    assert run(["import", str(SAMPLE / "claims.csv"), "--store", str(store), "-o", os.devnull]) == 0
    before = store.read_bytes()
    line = "111-{:07d}-{:07d},2026-10-01T12:00:00Z,US,mfn,Shipped\n"
    with (tmp_path / "orders.csv").open("w") as out:
        out.write("order_id,placed_at,marketplace,channel,status\n")
        out.writelines(line.format(number // 9999999, number % 9999999) for number in range(1_000_000))
    work = tmp_path / "work"
    work.mkdir()
    # a shell that starts the tests in the background has Ctrl-C ignored, and children inherit that
    heed = f"import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv({ATOZ[0]!r}, {[*ATOZ]!r} + ARGS)"
    process = subprocess.Popen(
        [ATOZ[0], "-c", heed.replace("ARGS", repr(["import", "orders.csv", "--store", str(store)]))],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(TMPDIR=str(work)),
    )  # fmt: skip
    until = time.monotonic() + 20
    while not list(work.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)  # it is reading now
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert (out, b"Traceback" in err) == (b"", False)
    assert store.read_bytes() == before
    assert run(["triage", *DAY, "--store", str(store), "-o", os.devnull]) == 0


def test_stdin_of_a_pipe(tmp_path: Path) -> None:
    said = subprocess.run(
        [*ATOZ, "import", "-", "--json", "--store", str(tmp_path / "store.duckdb")],
        input=(SAMPLE / "feedback-de.txt").read_bytes(), capture_output=True, env=environment(), check=True,
    )  # fmt: skip
    (receipt,) = json.loads(said.stdout)["data"]
    assert (receipt["file"], receipt["source"], receipt["rows"]) == ("-", "feedback", 13)
    assert said.stderr == b""


def test_a_locale_that_knows_no_utf8(sample: Path) -> None:
    said = subprocess.run(
        [*ATOZ, "odr", *DAY, "--by", "state", "--store", str(sample)],
        capture_output=True, env=environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"), check=True,
    )  # fmt: skip
    text = said.stdout.decode("utf-8")
    assert "─" in text
    wrong = subprocess.run(
        [*ATOZ, "why", "ünknöwn", *DAY, "--store", str(sample)],
        capture_output=True, env=environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"), check=False,
    )  # fmt: skip
    assert wrong.returncode == 4
    assert wrong.stderr.startswith(b"error: no order ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_one_may_not_write_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    try:
        claims = str(SAMPLE / "claims.csv")
        assert run(["import", claims, "--store", str(closed / "deeper" / "store.duckdb")]) == 5
        assert run(["import", claims, "--store", str(closed / "store.duckdb")]) == 5
        assert run(["rules", "-o", str(closed / "rules.txt")]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("error: ") == 3
        assert "Traceback" not in said.err
    finally:
        closed.chmod(0o700)


def test_a_store_one_may_only_read_answers(sample: Path, tmp_path: Path) -> None:
    """On a read-only medium, or in a folder of somebody else."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    store = folder / "store.duckdb"
    store.write_bytes(sample.read_bytes())
    store.chmod(0o400)
    folder.chmod(0o500)
    try:
        assert run(["odr", *DAY, "--store", str(store), "-o", os.devnull]) == 0
    finally:
        folder.chmod(0o700)
