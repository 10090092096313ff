"""Very many claims are judged by several processes: the answer is the same, and nothing of them is left behind."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atoz_cli import cases
from atoz_cli.cases import spread
from atoz_cli.errors import DiskFull, WorkEnded
from atoz_cli.metrics import Question
from atoz_cli.policy import load
from atoz_cli.store import duck
from atoz_cli.views.to_json import row
from conftest import Atoz, Shop
from test_metrics import at

TODAY = "2026-11-22"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The sample seller, with enough decided claims of one kind for odds of its own, and a claim that only a flag tells of."""
    shop = Shop(tmp_path_factory.mktemp("spread"))
    sample = Path(__file__).parents[1] / "sample_data"
    shop.load(*sorted(path for path in sample.iterdir() if path.suffix in (".txt", ".csv", ".tsv", ".json", ".xml")))
    lines = ["order_id,filed_at,claim_id,marketplace,reason,amount,currency,decided_at,decision,funded_by"]
    for number in range(60):
        decision = ("denied", "granted", "")[number % 3]
        decided, payer = ("2026-10-20", "seller" if decision == "granted" else "") if decision else ("", "")
        claim = f"701-0000000-{number:07d},2026-10-{number % 9 + 10},X{number},US,Extra charges,{number + 5}.50,USD"
        lines.append(f"{claim},{decided},{decision},{payer}")
    disputes = ["order_id,filed_at,chargeback_id,network,reason_code,amount,currency,decided_at,decision"]
    for number in range(60):
        decided, decision = (("2026-10-30", "won"), ("2026-10-30", "lost"), ("", ""))[number % 3]
        dispute = f"702-0000000-{number:07d},2026-10-{number % 9 + 10},D{number},visa,13.1,{number + 5}.50,USD"
        disputes.append(f"{dispute},{decided},{decision}")
    shop.load(
        shop.put("more-claims.csv", "\n".join(lines) + "\n"), shop.put("more-disputes.csv", "\n".join(disputes) + "\n")
    )
    return shop


@pytest.fixture(autouse=True)
def two_processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spread, "processes", lambda: 2)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def job(shop: Shop, write: Any = row) -> spread.Job:
    moment = at(TODAY)
    return spread.Job(shop.path, 5, load(), Question(moment, moment.date()), cases.Wanted(), None, write)


@pytest.mark.parametrize(
    "options",
    [
        ["--json"],
        ["--json", "--all"],
        ["--json", "--kind", "item_not_received", "--response-hours", "40"],
        ["--json", "--due", "10d", "--marketplace", "US"],
        ["--json", "--account", "nobody"],
        ["--all"],
        ["--format", "csv"],
        ["--fail-due", "10d", "--format", "markdown"],
    ],
)
def test_the_answer_is_the_same(shop: Shop, atoz: Atoz, monkeypatch: pytest.MonkeyPatch, options: list[str]) -> None:
    asked = ["triage", "--as-of", TODAY, "--store", str(shop.path), *options]
    alone = atoz(*asked)
    monkeypatch.setattr(cases, "MANY", 1)
    together = atoz(*asked)
    assert (together.status, together.out, together.err) == (alone.status, alone.out, alone.err)


def test_each_order_is_of_one_share_and_pieces_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "AT_ONCE", 7)
    orders = {("a", f"100-0000000-{number:07d}") for number in range(100)}
    shares = [list(spread._pieces(spread._mine(orders, (number, 3)))) for number in range(3)]
    every = [key for pieces in shares for piece in pieces for key in piece]
    assert sorted(every) == sorted(orders)
    assert all(len(piece) <= 7 for pieces in shares for piece in pieces)
    assert all(10 < sum(map(len, pieces)) < 60 for pieces in shares)
    again = set(spread._mine(sorted(orders)[::2], (0, 3)))
    assert again <= {key for piece in shares[0] for key in piece}  # whoever else is asked about


def test_it_is_by_the_odds_of_all_that_the_ways_out_are_priced(shop: Shop) -> None:
    with spread.triage(job(shop)) as (glances, _):
        verdicts = list(spread.verdicts(glances))
    for name in ("X2", "D2"):
        [one] = [one for one in verdicts if one.claim_id == name]
        [(chance, chance_from)] = [(way.chance, way.chance_from) for way in one.alternatives if way.chance is not None]
        assert (chance, chance_from) == (0.5, "outcomes"), name  # 20 of 40 won; each process saw some of them


def test_nothing_is_left_in_the_temporary_folder(shop: Shop, tmp_path: Path) -> None:
    with spread.triage(job(shop)) as (glances, _):
        assert glances[0].row is not None and json.loads(glances[0].row.read())["order_id"] == glances[0].order_id
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def ended(verdict: Any) -> bytes:
    os._exit(9)


def full(verdict: Any) -> bytes:
    raise OSError(errno.ENOSPC, "No space left on device")


def broken(verdict: Any) -> bytes:
    raise ZeroDivisionError("our own fault")


@pytest.mark.parametrize(
    ("write", "error", "says"),
    [
        (ended, WorkEnded, "ended from outside"),
        (full, DiskFull, "no room left"),
        (broken, RuntimeError, "our own fault"),
    ],
)
def test_what_fails_in_a_process_is_said_in_ours(shop: Shop, tmp_path: Path, write: Any, error: Any, says: str) -> None:
    with pytest.raises(error, match=says), spread.triage(job(shop, write)):
        pass
    assert not list(tmp_path.iterdir())
    with duck.reading(shop.path, 0) as store:  # nobody holds it
        assert store.ask("SELECT 1") == [(1,)]


def children(process: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # gone meanwhile
            continue
        if parent == process:
            yield int(stat.parent.name)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to look for processes in")
def test_ctrl_c_ends_them_all_and_is_told_once(shop: Shop, tmp_path: Path) -> None:
    program = (
        "import time; from atoz_cli import cases; from atoz_cli.cases import spread; cases.MANY = 1; spread.processes = lambda: 2\n"
        # there is time to press it; in short steps, since one that comes just before a sleep is heard after it
        "heard = spread._heard; spread._heard = lambda pipe: [time.sleep(0.01) for _ in range(1500)] and heard(pipe)\n"
        "from atoz_cli.__main__ import main; main()"
    )
    asked = ["triage", "--as-of", TODAY, "--store", str(shop.path), "--all", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-c", program, *asked],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    until = time.monotonic() + 20
    while (
        len(started := list(children(process.pid))) < 3 and time.monotonic() < until
    ):  # two, and the one that tidies up
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")
    assert len(started) == 3 and not out
    while any(map(alive, started)) and time.monotonic() < until + 20:  # what tidies up ends when nobody is left
        time.sleep(0.05)
    assert not [one for one in started if alive(one)]


def alive(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
