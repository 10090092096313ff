"""Text flows in, and out to stdout or, whole or not at all, to a file. Always UTF-8 and `\\n`."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from atoz_cli.errors import AtozError, BadUsage, DiskFull

_FULL = (errno.ENOSPC, errno.EDQUOT)
_AT_ONCE = 1 << 18
"""So many bytes are written at a time: an answer may be many times as long."""


def write(text: str | Iterable[bytes], path: Path | None) -> None:
    """Writes the text, or its pieces in UTF-8, to stdout, or atomically to `path`. A reader that went away (`| head`) is no error.

    Raises BadUsage where the path cannot be written, DiskFull where there is no room; the old file is then unchanged.
    """
    data = [text.encode("utf-8", "backslashreplace")] if isinstance(text, str) else text
    if path is None:
        _to_stdout(data)
        return
    try:
        _to_file(data, path)
    except OSError as problem:
        raise _refusal(problem, path) from problem


def _to_stdout(data: Iterable[bytes]) -> None:
    if sys.stdout is None or sys.stdout.closed:
        return
    try:
        sys.stdout.flush()
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:  # replaced by something that takes text only
            sys.stdout.writelines(part.decode("utf-8") for part in data)
        else:
            buffer.writelines(data)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
    except OSError as problem:
        _silence()
        if problem.errno in _FULL:
            raise DiskFull("there is no room left to write the answer", "free some space and run it again") from problem
        raise BadUsage(f"stdout cannot be written: {problem.strerror}") from problem


def _silence() -> None:
    """What is left in the buffer goes nowhere: Python would try, and complain, once more when it exits."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _to_file(data: Iterable[bytes], path: Path) -> None:
    """A new file takes the place of the old one once it is on the disk. Links are followed, modes kept."""
    mode = _mode(path)
    if mode is not None and stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if mode is not None and not stat.S_ISREG(mode):  # /dev/stdout, a named pipe: nothing to take the place of
        with open(path, "wb") as out:
            out.writelines(data)
        return
    target = os.path.realpath(path)
    if mode is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    temporary = os.path.join(os.path.dirname(target), f".atoz-{os.urandom(6).hex()}.tmp")
    made = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with open(made, "wb", _AT_ONCE) as out:
            out.writelines(data)
            out.flush()
            os.fsync(out.fileno())
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode(path: Path) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _refusal(problem: OSError, path: Path) -> AtozError:
    if problem.errno in _FULL:
        return DiskFull(f"there is no room left to write {path}", "free some space, or name a file on another disk")
    if isinstance(problem, IsADirectoryError):
        return BadUsage(f"{path} is a folder", f"name a file, such as {path / 'answer.txt'}")
    if isinstance(problem, (FileNotFoundError, NotADirectoryError)):
        return BadUsage(f"there is no folder {path.parent}", "make it first, or name a file in a folder that exists")
    if isinstance(problem, PermissionError) or problem.errno == errno.EROFS:
        return BadUsage(f"{path} cannot be written: not allowed", "name a file in a folder that you may write to")
    return BadUsage(f"{path} cannot be written: {problem.strerror or problem}", "name another file")
