"""A path flows in, an error flows out before anything could hang on it or read half of it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atoz_cli.errors import DiskFull, InputRefused, UnreadableFile

Mark = tuple[int, int, int] | None

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
def unchanged(path: Path, name: str, since: Mark) -> Iterator[None]:
    """UnreadableFile at the end where the file is no longer the one of that mark.

    It takes the place of an InputRefused from inside: a file that is still being written looks damaged.
    """
    try:
        yield
    except InputRefused:
        _compare(since, path, name)
        raise
    _compare(since, path, name)


@contextmanager
def room(name: str) -> Iterator[None]:
    """DiskFull where what a file is unpacked or copied to has no room, UnreadableFile where the file cannot be read."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise DiskFull(f"no room left to read {name}", "free some space, and import it again") from error
        raise UnreadableFile(
            f"{name}: cannot be read ({error.strerror})", "look at the file, and at the temporary folder"
        ) from error


def _compare(since: Mark, path: Path, name: str) -> None:
    if mark(path) != since:
        raise UnreadableFile(f"{name}: changed while it was read", "import it again when it is complete")


def mark(path: Path) -> Mark:
    """What tells that a file is still the one it was; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino


def _status(path: Path, name: str) -> os.stat_result:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        raise UnreadableFile(f"{name}: is not there", "look at the spelling of the path") from None
    except OSError as error:
        raise UnreadableFile(f"{name}: cannot be read ({error.strerror})", "look at the path") from None
