"""A file flows in, the plain files that it holds flow out one by one: gzip, zip and Excel workbooks are opened.

What a file is, its content says. A member's name is never a path: it is shown, and nothing is written outside the
folder that the caller gives. Every limit is checked on the bytes that really come out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec import Struct, field

from atoz_cli.errors import InputRefused, UnknownFile, UnreadableFile
from atoz_cli.ingest import contents, workbooks
from atoz_cli.ingest.contents import HEAD
from atoz_cli.ingest.guards import plain_file, room
from atoz_cli.ingest.zips import METHODS, archive_at, as_shown, is_clutter, is_unsafe, mimetype

if TYPE_CHECKING:
    from gzip import GzipFile
    from zipfile import ZipFile, ZipInfo

    _Stream = IO[bytes] | GzipFile

MOST_OF_A_MEMBER = 4 << 30
MOST_TOGETHER = 16 << 30
MOST_RATIO = 200
"""unpacked to packed bytes, of a member and of all together; reports reach about 20"""
FREE_OF_RATIO = 50 << 20
"""unpacked bytes up to which the ratio does not matter"""
PIECE = 1 << 20

_UNPACK = "unpack it, and import what is in it"
_AGAIN = "download it again"


class Member(Struct, frozen=True):
    """A plain file to read: where it lies, how it is shown, and what it was: None (itself), gzip, zip, xlsx or xls."""

    path: Path
    name: str
    made_of: str | None = None


class Refused(Struct, frozen=True):
    """A file or a member that is not opened, and why."""

    name: str
    error: InputRefused


class _Flow(Struct):
    """How much has been unpacked of one archive so far, and the names shown: two members may have one."""

    packed: int
    unpacked: int = 0
    shown: set[str] = field(default_factory=set)

    def overflows(self) -> bool:
        """Whether the archive as a whole is past its limits."""
        return self.unpacked > MOST_TOGETHER or _is_bomb(self.packed, self.unpacked)


def members(path: Path, name: str, folder: Path) -> Iterator[Member | Refused]:
    """The plain files in a file, one at a time: unpacked into `folder`, gone when the next is asked for.

    A file that is no archive is its own only member. What is refused comes as Refused, the whole file too; only
    DiskFull is raised.
    """
    try:
        plain_file(path, name)
        yield from _opened(path, name, folder, None)
    except InputRefused as error:
        yield Refused(name, error)
    except OSError as error:  # gone since, or on a disk that fails
        yield Refused(name, UnreadableFile(f"{name}: cannot be read ({error.strerror})", "look at the file"))


def _opened(path: Path, name: str, folder: Path, made_of: str | None) -> Iterator[Member | Refused]:
    """What one file holds; with `made_of` it was unpacked already, and archives in it stay closed."""
    kind = contents.kind(_head(path))
    if kind is None:
        yield Member(path, name, made_of)
    elif kind == "ole":
        workbooks.check_ole(path, name)
        yield from _sheets(path, name, folder, "xls")
    elif kind == "zip" and _is_workbook(path, name):
        yield from _sheets(path, name, folder, "xlsx")
    elif kind == "a tar archive" and made_of == "gzip":
        raise UnknownFile(f"{name}: a tar archive is not opened", _UNPACK)
    elif made_of is not None:
        raise UnreadableFile(f"{name}: an archive inside an archive is not opened", _UNPACK)
    elif kind == "gzip":
        yield from _gzip(path, name, folder)
    elif kind == "zip":
        yield from _zip(path, name, folder)
    else:
        raise UnknownFile(f"{name}: this is {kind}, which is not opened", _UNPACK)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD)


# --- workbooks -------------------------------------------------------------------------------------------------------


def _is_workbook(path: Path, name: str) -> bool:
    """Whether a zip is a workbook. UnknownFile for another document, UnreadableFile for one past the limits."""
    with archive_at(path, name) as archive:
        parts = archive.infolist()
        kind = contents.kind_of_zip([part.filename for part in parts], mimetype(archive))
        if kind == "xlsx":
            workbooks.check_parts(name, path.stat().st_size, sum(part.file_size for part in parts))
        elif kind is not None:
            raise UnknownFile(f"{name}: this is {kind}, not an export", "save it as CSV or text")
    return kind == "xlsx"


def _sheets(path: Path, name: str, folder: Path, made_of: str) -> Iterator[Member]:
    """Each sheet with anything in it as a CSV. They lie in the folder together: one reading gives them all."""
    with tempfile.TemporaryDirectory(prefix="sheets-", dir=folder, ignore_cleanup_errors=True) as own:
        found = workbooks.sheets(path, name, Path(own))
        if not found:
            raise UnreadableFile(f"{name}: its sheets are empty", "look whether it is the right file")
        shown: set[str] = set()
        for sheet, csv in found:
            with _gone_after(csv):
                yield Member(csv, as_shown(f"{name}/{sheet}", shown) if len(found) > 1 else name, made_of)


# --- gzip ------------------------------------------------------------------------------------------------------------


def _gzip(path: Path, name: str, folder: Path) -> Iterator[Member | Refused]:
    import gzip

    target = folder / "unpacked"
    with _gone_after(target):
        size = path.stat().st_size
        with gzip.open(path) as stream:
            _unpack(stream, target, name, size, _Flow(size))
        yield from _opened(target, name, folder, "gzip")


# --- zip -------------------------------------------------------------------------------------------------------------


def _zip(path: Path, name: str, folder: Path) -> Iterator[Member | Refused]:
    flow = _Flow(path.stat().st_size)
    with archive_at(path, name) as archive:
        files = [one for one in archive.infolist() if not is_clutter(one.orig_filename)]
        if not files:
            raise UnreadableFile(f"{name}: holds no files", "look whether it is the right one")
        if sum(one.compress_size for one in files) > flow.packed:
            raise UnreadableFile(f"{name}: the zip file is damaged: its members overlap", _AGAIN)
        for file in files:
            if flow.overflows():
                raise UnreadableFile(f"{name}: unpacks to far too much; the rest of it is not read", _UNPACK)
            shown = as_shown(f"{name}/{file.orig_filename}", flow.shown)
            try:
                yield from _member(archive, file, shown, folder, flow)
            except InputRefused as error:
                yield Refused(shown, error)


def _member(archive: ZipFile, file: ZipInfo, name: str, folder: Path, flow: _Flow) -> Iterator[Member | Refused]:
    if is_unsafe(file.orig_filename):
        raise UnreadableFile(f"{name}: a name like this is not safe to unpack", "pack it again under a plain name")
    if file.flag_bits & 0x2041:  # encrypted, strongly encrypted, directory encrypted
        raise UnreadableFile(f"{name}: is encrypted", "unpack it with its password, and import what is in it")
    if file.compress_type not in METHODS:
        raise UnreadableFile(f"{name}: is packed in a way that is not read (method {file.compress_type})", _UNPACK)
    target = folder / "unpacked"
    with _gone_after(target):
        try:
            stream = archive.open(file)
        except Exception as problem:
            raise _damaged(name) from problem
        with stream:
            _unpack(stream, target, name, file.compress_size, flow)
        yield from _opened(target, name, folder, "zip")


# --- bytes -----------------------------------------------------------------------------------------------------------


def _unpack(stream: _Stream, target: Path, name: str, packed: int, flow: _Flow) -> None:
    """Write what comes out of a stream, and no more than the limits allow."""
    own = 0
    with room(name), target.open("wb") as out:
        for piece in _pieces(stream, name):
            own += len(piece)
            flow.unpacked += len(piece)
            if own > MOST_OF_A_MEMBER:
                raise UnreadableFile(f"{name}: is larger than {MOST_OF_A_MEMBER >> 30} GB unpacked", _UNPACK)
            if _is_bomb(min(packed, flow.packed), own) or flow.overflows():
                raise UnreadableFile(f"{name}: unpacks to far more than a report would", _UNPACK)
            out.write(piece)


def _is_bomb(packed: int, unpacked: int) -> bool:
    return unpacked > max(FREE_OF_RATIO, MOST_RATIO * packed)


def _pieces(stream: _Stream, name: str) -> Iterator[bytes]:
    while True:
        try:
            piece = stream.read(PIECE)
        except Exception as problem:  # cut off, wrong checksum, wrong bytes: each has a class of its own
            raise _damaged(name) from problem
        if not piece:
            return
        yield piece


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name}: is damaged or cut off", _AGAIN)


@contextmanager
def _gone_after(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(OSError):  # where the caller still holds it open on Windows, the folder goes later
            path.unlink(missing_ok=True)
