"""A path flows in, an error flows out before anything could hang on it or read half of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atoz_cli.errors import InputRefused, UnreadableFile

_OTHER_THINGS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def plain_file(path: Path, name: str) -> None:
    """UnreadableFile for all but a regular file that may be read. A pipe is never opened: that alone would hang."""
    mode = _status(path, name).st_mode
    if not stat.S_ISREG(mode):
        what = next((said for fits, said in _OTHER_THINGS if fits(mode)), "something else")
        raise UnreadableFile(f"{name}: is {what}, not a file", "give a file; what comes through a pipe is read with -")
    try:
        path.open("rb").close()
    except OSError as error:
        hint = "see who may read it, and whether another program holds it open"
        raise UnreadableFile(f"{name}: cannot be read ({error.strerror})", hint) from None


@contextmanager
def unchanged(path: Path, name: str) -> Iterator[None]:
    """UnreadableFile at the end where the file is no longer the one it was at the start.

    It takes the place of an InputRefused from inside: a file that is still being written looks damaged.
    """
    before = _mark(_status(path, name))
    try:
        yield
    except InputRefused:
        _compare(before, path, name)
        raise
    _compare(before, path, name)


def _compare(before: tuple[int, int, int], path: Path, name: str) -> None:
    try:
        same = _mark(_status(path, name)) == before
    except UnreadableFile:
        same = False
    if not same:
        raise UnreadableFile(f"{name}: changed while it was read", "import it again when it is complete")


def _mark(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _status(path: Path, name: str) -> os.stat_result:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        raise UnreadableFile(f"{name}: is not there", "look at the spelling of the path") from None
    except OSError as error:
        raise UnreadableFile(f"{name}: cannot be read ({error.strerror})", "look at the path") from None
