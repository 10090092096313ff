"""Whatever befalls a file, it is read or refused: never a trace, never a hang, never half of it in the store.

A seed makes one file (mutations.py). ATOZ_FUZZ says how many seeds are tried, ATOZ_FUZZ_FROM the first of them;
`make fuzz` tries thousands. What fails is kept as a file, named in the message with its seed.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from atoz_cli.ingest import Done, How, Named, run
from atoz_cli.records import RECORDS
from atoz_cli.store import duck
from mutations import SAMPLES, damaged, packed

COUNT = int(os.environ.get("ATOZ_FUZZ", "160"))
FIRST = int(os.environ.get("ATOZ_FUZZ_FROM", "0"))
SECONDS = 20
"""that one file may take"""
ALL = 30
"""of them go into one store"""
CONTENTS = [path.read_bytes() for path in SAMPLES]
WAYS: tuple[dict[str, Any], ...] = (
    {}, {"strict": True}, {"marketplace": "JP"}, {"dry_run": True}, {"marketplace": "US"}, {"claims_first": True},
    {"marketplace": "DE"}, {"source": "feedback", "marketplace": "UK"}, {"date_order": "mdy"}, {"source": "claims"},
)  # fmt: skip


def made(seed: int) -> bytes:
    """The file of a seed: every sample has its turn, and seeds that are near are of different sources."""
    chance = Random(seed)
    content, other = CONTENTS[seed * 61 % len(CONTENTS)], chance.choice(CONTENTS)
    if seed % 6 == 5:
        return packed(chance, [content, other])
    return damaged(chance, content, other)


# --- every import is watched -----------------------------------------------------------------------------------------


class TooSlow(BaseException):
    """A file that takes longer than it may: no import catches this."""


class Turns(list[Named]):
    """Files to import. `now` is the one that is being read, and a bell rings when it takes too long."""

    now: Named

    def __iter__(self) -> Iterator[Named]:
        for self.now in list(super().__iter__()):
            _set_bell(SECONDS)
            yield self.now
        _set_bell(0)


def _set_bell(seconds: int) -> None:
    """TooSlow after so long; where not even that is heard, the process ends and shows where it hangs."""
    if seconds:
        faulthandler.dump_traceback_later(3 * seconds, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _ring if seconds else signal.SIG_DFL)
        signal.alarm(seconds)


def _ring(*_: object) -> None:
    raise TooSlow


def state(store: Path) -> list[tuple[str, int, int]]:
    """What tells whether anything was written to a store."""
    found = sorted(store.parent.glob(store.name + "*"))
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def wrong(done: Done, written: bool) -> str | None:
    """What is not as it must be with a receipt, and with the store that was written to or not."""
    receipt = done.receipt
    parts = (receipt.added, receipt.updated, receipt.unchanged, receipt.skipped, receipt.refused)
    if receipt.rows != sum(parts) or min(parts) < 0:
        return f"{receipt.rows} rows are not {parts}"
    refused = receipt.error is not None or receipt.source is None
    if not refused and receipt.refused != len(receipt.refusals):
        return f"{receipt.refused} rows refused, {len(receipt.refusals)} explained"
    if refused and (receipt.added or receipt.updated or receipt.unchanged):
        return f"rows of a refused file are counted as loaded: {receipt}"
    if written is (refused or receipt.dry_run):
        return f"{'written' if written else 'not written'} to the store: {receipt}"
    if receipt.error is not None and ("\n" in receipt.error or receipt.file not in receipt.error):
        return f"the message is not one line about the file: {receipt.error!r}"
    return None


def tried(files: Sequence[Named], how: How) -> Iterator[tuple[str, str]]:
    """Names of files that are not read as they must be, with what went wrong; after an error a new run goes on."""
    left = list(files)
    while left:
        turns, before = Turns(left), state(how.store)
        left = []
        try:
            for done in run(turns, how):
                after = state(how.store)
                if problem := wrong(done, after != before):
                    yield turns.now.name, problem
                before = after
        except (Exception, TooSlow):
            yield turns.now.name, traceback.format_exc(limit=-10)
            left = turns[turns.index(turns.now) + 1 :]
        finally:
            _set_bell(0)


# --- the runs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(0, COUNT, ALL))
def test_whatever_befalls_a_file_it_is_read_or_refused(tmp_path: Path, part: int) -> None:
    seeds = range(FIRST + part, FIRST + min(COUNT, part + ALL))
    files = []
    for seed in seeds:
        path = tmp_path / f"seed-{seed}"
        path.write_bytes(made(seed))
        files.append(Named(path, path.name))
    store, way = tmp_path / "store" / "s.duckdb", WAYS[(FIRST + part) // ALL % len(WAYS)]
    store.parent.mkdir()
    failed = [f"{tmp_path / name} {way}: {problem}" for name, problem in tried(files, How(store, **way))]
    assert not failed, "\n\n".join(failed)
    _is_usable(store)


def _is_usable(path: Path) -> None:
    """A store that still does what it should: a good file is taken, and everything in it can be read."""
    good = Path(__file__).with_name("files") / "refunds" / "refunds.csv"
    (done,) = run([Named(good, good.name)], How(path, account="another"))
    assert (done.receipt.added, done.receipt.refused) == (3, 0)
    with duck.reading(path, 0) as store:
        for name in RECORDS:
            found = store.connection.execute(f"SELECT * FROM {name}").fetchall()
            assert all(row[0] for row in found)
            ids = store.connection.execute(f"SELECT count(*) FROM {name} WHERE order_id IS NULL OR order_id = ''")
            assert ids.fetchone() == (0,)
