"""Command lines in; how long each took as a whole process, and the most memory it held, out."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""`ru_maxrss` is in bytes on macOS and in KiB on Linux."""

EVERY = 0.5
"""Seconds between two looks at what processes hold."""


@dataclass(frozen=True)
class Took:
    """One run, or the medians of several. `work`: seconds of all cores; `peak` in MiB; `trouble`: how it failed."""

    seconds: float
    work: float
    peak: float
    trouble: str = ""


def run(command: Sequence[str]) -> Took:
    """Start the command, wait for it, and ask the system what it used."""
    # As for a user: modules are compiled once and kept, whatever this shell says.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, env=env)
        with _watched(process.pid) as held:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").strip().splitlines()
    trouble = "" if process.returncode == 0 else lines[-1] if lines else f"exit status {process.returncode}"
    peak = max(usage.ru_maxrss * PEAK_UNIT / (1 << 20), *held)
    return Took(seconds, usage.ru_utime + usage.ru_stime, peak, trouble)


@contextmanager
def _watched(process: int) -> Iterator[list[float]]:
    """What a process and those that it started hold together, in MiB, time after time; on Linux alone."""
    held, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            if len(family := list(_family(process))) > 1:  # of one alone the system knows better
                held.append(sum(map(_held, family)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield held
    finally:
        over.set()
        watcher.join()


def _family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # gone meanwhile
            for child in task.read_text().split():
                yield from _family(int(child))


def _held(process: int) -> float:
    """What a process holds, of what it shares with others its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def typical(runs: Sequence[Took]) -> Took:
    """The medians; whatever trouble there was."""
    trouble = next((one.trouble for one in runs if one.trouble), "")
    seconds = median(one.seconds for one in runs)
    return Took(seconds, median(one.work for one in runs), median(one.peak for one in runs), trouble)


def times(took: Took, factor: float) -> Took:
    """As if it had taken so many times as long; of its memory that says nothing."""
    return replace(took, seconds=took.seconds * factor, work=took.work * factor, peak=0)
