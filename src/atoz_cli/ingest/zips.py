"""A zip flows in, its directory and what may be taken of it flow out: bounded, and with names that can be shown."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from atoz_cli.errors import UnreadableFile

if TYPE_CHECKING:
    from zipfile import ZipFile

MOST_MEMBERS = 20_000
MOST_OF_A_DIRECTORY = 8 << 20
"""bytes of a zip's directory: 20,000 members with names of 300 letters"""
METHODS = (0, 8)
"""ways of packing that are read, stored and deflated: zipfile unpacks others at once, however much a few bytes give"""


class _Bounded(io.BufferedReader):
    """A file that is not read in one go past the size of a directory: zipfile takes a directory's word for its size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file; MemoryError where it would be too much."""
        asked = -1 if size is None else size
        found = super().read(MOST_OF_A_DIRECTORY + 1 if asked < 0 else min(asked, MOST_OF_A_DIRECTORY + 1))
        if len(found) > MOST_OF_A_DIRECTORY:
            raise MemoryError
        return found


@contextmanager
def archive_at(path: Path, name: str) -> Iterator[ZipFile]:
    """The zip, opened. UnreadableFile where its directory is not there, damaged or past the limits."""
    from zipfile import ZipFile

    too_many = UnreadableFile(f"{name}: holds more than {MOST_MEMBERS:,} files", "unpack it, and import what is in it")
    with _Bounded(io.FileIO(path)) as source:
        # A damaged directory makes zipfile raise BadZipFile, ValueError, struct.error, UnicodeDecodeError, …
        try:
            archive = ZipFile(source)
        except MemoryError:
            raise too_many from None
        except Exception as problem:
            raise UnreadableFile(f"{name}: the zip file is damaged or cut off", "download it again") from problem
        with archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise too_many
            yield archive


def is_clutter(name: str) -> bool:
    """Folders, and what macOS and Windows leave beside the files."""
    *folders, last = name.split("/")
    return (bool(folders) and not last) or "__MACOSX" in folders or last in (".DS_Store", "Thumbs.db") \
        or last.startswith("._")  # fmt: skip


def is_unsafe(name: str) -> bool:
    """Names that mean a place outside of the archive on some system, and names that a terminal would obey."""
    drive = name[:1].isalpha() and name[1:2] == ":"
    outside = name.startswith("/") or "\\" in name or drive or ".." in name.split("/")
    return outside or not name or any(unicodedata.category(letter) == "Cc" for letter in name)


def as_shown(name: str, taken: set[str]) -> str:
    """A name on one line, unlike those before it: the second of two is `a.txt (2)`."""
    plain = "".join(f"\\x{ord(one):02x}" if unicodedata.category(one) == "Cc" else one for one in name)
    found, count = plain, 1
    while found in taken:
        count += 1
        found = f"{plain} ({count})"
    taken.add(found)
    return found


def mimetype(archive: ZipFile) -> bytes:
    """What an e-book or an OpenDocument file says of itself in its first part."""
    parts = archive.infolist()
    if parts and parts[0].filename == "mimetype" and parts[0].compress_type in METHODS:
        with suppress(Exception), archive.open(parts[0]) as stream:
            return stream.read(100)
    return b""
