"""The first bytes and the parts of a file flow in, what kind of file it is flows out. Its name is never asked."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = 512
"""bytes that `kind` wants to see"""

_STARTS = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"PK\x07\x08", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!\x1a\x07", "a rar archive"), (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"), (b"MSCF\0\0\0\0", "a cab archive"),
)  # fmt: skip

# The streams of an OLE file, in the order in which they decide: a document can hold a workbook, so its own come first.
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint file"),
    ("__properties_version1.0", "an Outlook message"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)


def kind(head: bytes) -> str | None:
    """`gzip`, `zip`, `ole`, another archive by what it is called ("a tar archive"), or None for what may be text."""
    if head[257:263] in (b"ustar\0", b"ustar "):
        return "a tar archive"
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "a bzip2 archive"
    return next((what for start, what in _STARTS if head.startswith(start)), None)


def kind_of_zip(names: Sequence[str], mimetype: bytes) -> str | None:
    """`xlsx`, a document by what it is called, or None for a plain archive of files.

    `names` are those of its parts, `mimetype` the start of the part that is called so, where there is one.
    """
    if b"epub" in mimetype:
        return "an e-book"
    if b"opendocument" in mimetype:
        return "an OpenDocument file"
    if "[Content_Types].xml" in names:
        for folder, what in (("xl", "xlsx"), ("word", "a Word document"), ("ppt", "a PowerPoint file")):
            if any(one.startswith((f"{folder}/", f"{folder}\\")) for one in names):
                return what
        return "an Office document"
    if "META-INF/MANIFEST.MF" in names:
        return "a Java archive"
    return "a Numbers or Pages file" if "Index/Document.iwa" in names else None


def kind_of_ole(content: bytes) -> str:
    """`xls`, `encrypted` (an Office file of today with a password), or an old document by what it is called."""
    return next(
        (what for stream, what in _STREAMS if stream.encode("utf-16-le") + b"\0\0" in content), "an old Office file"
    )
