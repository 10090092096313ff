"""The FILE arguments of a command in, the files behind them out: folders walked, globs opened, stdin put down."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from atoz_cli.errors import InputRefused, UnreadableFile

if TYPE_CHECKING:
    from atoz_cli.ingest import Named


@contextmanager
def stdin(paths: Sequence[str]) -> Iterator[Path | None]:
    """What stands on stdin, as a file for as long as it is needed."""
    if "-" not in paths:
        yield None
        return
    if sys.stdin is None:
        raise UnreadableFile("-: nothing stands on stdin", "give the name of a file")
    import shutil
    import tempfile

    from atoz_cli.ingest.guards import room

    with tempfile.TemporaryDirectory(prefix="atoz-") as folder:
        path = Path(folder) / "stdin"
        with room("-"), path.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out)
        yield path


def found_files(paths: Sequence[str], spooled: Path | None) -> tuple[list[Named], list[tuple[str, InputRefused]]]:
    """The files that the user named, one by one, and what is not there."""
    from atoz_cli.ingest import Named

    found: list[Named] = []
    missing: list[tuple[str, InputRefused]] = []
    for name in paths:
        path = Path(os.path.expanduser(name))  # which leaves `~$orders.xlsx` as it is
        if name == "-" and spooled is not None:
            found.append(Named(spooled, "-"))
        elif _is(path, "dir"):
            inside, closed = _inside(path)
            found += [Named(one, _said(Path(name) / one.relative_to(path)), asked=False) for one in inside]
            missing += [
                (_said(one), UnreadableFile(f"{_said(one)}: {why}", "see who may read it")) for one, why in closed
            ]
            if not inside and not closed:
                missing.append(
                    (name, UnreadableFile(f"{name}: the folder is empty", "give the folder of your downloads"))
                )
        elif _is(path, "there"):
            found.append(Named(path, _said(name)))
        elif matches := _glob(name):
            found += [Named(one, _said(one)) for one in matches]
        else:
            missing.append(
                (_said(name), UnreadableFile(f"{_said(name)}: is not there", "look at the spelling of the path"))
            )
    return found, missing


def _is(path: Path, what: str) -> bool:
    """Whether a path is a folder, a file or there at all; one that may not be looked at is not."""
    try:
        return {"dir": path.is_dir, "file": path.is_file, "there": path.exists}[what]()
    except OSError:
        return False


def _inside(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files in a folder and in those below it, hidden ones left out; and the folders that may not be read."""
    files: list[Path] = []
    closed: list[tuple[Path, str]] = []

    def refused(error: OSError) -> None:
        closed.append((Path(error.filename), f"cannot be read ({error.strerror})"))

    for place, folders, names in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [path for name in names if not name.startswith(".") and _is(path := Path(place) / name, "file")]
    return sorted(files), closed


def _said(name: str | Path) -> str:
    """The name of a file as it can be shown, also where its bytes are no text."""
    return str(name).encode("utf-8", "backslashreplace").decode("utf-8")


def _glob(pattern: str) -> list[Path]:
    import glob

    return [Path(name) for name in sorted(glob.glob(pattern, recursive=True)) if Path(name).is_file()]
