"""One run at a time: a lock that the system lets go when its process ends, however it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atoz_cli.errors import BadUsage, StoreBusy

EVERY = 0.1
"""Seconds between two looks."""


@contextmanager
def alone(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock; StoreBusy where another run still holds it after `wait` seconds."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise BadUsage(
            f"{path} cannot be made: {problem.strerror}", "name a store in a folder that you may write to"
        ) from problem
    try:
        until = time.monotonic() + wait
        while not _taken(stream):
            if time.monotonic() >= until:
                raise StoreBusy(
                    "another `atoz run` is at work on this store",
                    "it will do what this one would have done; or give a longer --wait",
                )
            time.sleep(EVERY)
        yield
    finally:
        os.close(stream)


def _taken(stream: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(stream, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
