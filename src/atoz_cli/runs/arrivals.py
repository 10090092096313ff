"""The watched folders in; the files that are new or have changed since they were dealt with, out."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.runs.plan import Folder, Plan
from atoz_cli.runs.state import Seen, State

UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart")
"""How browsers and file transfers name what they are still writing."""
BLOCK = 1 << 20


class Arrival(Struct, frozen=True):
    """A file to deal with, as it is now."""

    path: Path
    account: str
    seen: Seen


class Arrived(Struct, frozen=True):
    """What lies in the folders: the new files, those dealt with before, how many are still being written, what is not there."""

    new: tuple[Arrival, ...]
    old: tuple[Arrival, ...]
    unfinished: int
    missing: tuple[Path, ...]


def arrived(plan: Plan, state: State) -> Arrived:
    """Look into the folders, not into folders in them: there `move` puts what is done."""
    new, old, unfinished, missing = list[Arrival](), list[Arrival](), 0, list[Path]()
    for folder in plan.folders:
        if not folder.path.is_dir():
            missing.append(folder.path)
            continue
        for path in _files(folder):
            try:
                found = _look(path, folder.account, state, plan.settle)
            except FileNotFoundError:  # gone since the folder was read
                continue
            if found is None:
                unfinished += 1
            else:
                (old if state.files.get(str(path)) == found.seen else new).append(found)
    return Arrived(tuple(new), tuple(old), unfinished, tuple(missing))


def _files(folder: Folder) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder.path), key=lambda one: one.name):
        if entry.is_file() and not entry.name.startswith((".", "~$")):
            yield Path(entry.path)


def _look(path: Path, account: str, state: State, settle: float) -> Arrival | None:
    """The file as it is, None where it is still being written. What is known of it stays known where only its time is new."""
    if path.name.lower().endswith(UNFINISHED):
        return None
    now = path.stat()
    if time.time() - now.st_mtime < settle:
        return None
    before = state.files.get(str(path))
    if before is not None and (before.size, before.mtime_ns) == (now.st_size, now.st_mtime_ns):
        return Arrival(path, account, before)
    digest = _digest(path)
    if before is not None and before.sha256 == digest:
        state.files[str(path)] = replace(before, size=now.st_size, mtime_ns=now.st_mtime_ns)
        return Arrival(path, account, state.files[str(path)])
    return Arrival(path, account, Seen(now.st_size, now.st_mtime_ns, digest))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def by_account(new: Sequence[Arrival]) -> dict[str, list[Arrival]]:
    """The new files of each account, in the order of their folders and names."""
    found: dict[str, list[Arrival]] = {}
    for one in new:
        found.setdefault(one.account, []).append(one)
    return found
