"""A file as it lies there in, a survey of its bytes and a plain UTF-8 copy of it out (the file itself where it is one).

Encodings as real files have them (formats.md 0.3): UTF-8 with or without a mark, UTF-16 with or without, cp932, cp1252.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atoz_cli.errors import UnknownFile, UnreadableFile

PIECE = 1 << 20
ODD_SPACE = ("\u00a0".encode(), b"\n" + codecs.BOM_UTF8, b"\t" + codecs.BOM_UTF8)
NOT_TEXT = {
    b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image",
    b"PK\x03\x04": "a zip or Excel file", b"\x1f\x8b": "a gzip file", b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"SQLite format 3": "a database",
}  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """What one pass over the bytes tells: nothing of a file is read before this."""

    path: Path
    sha256: str
    size: int
    encoding: str
    quotes: bool
    odd_space: bool
    """whether space other than a plain one may stand at the edge of a cell"""
    mixed_ends: bool
    """whether lines end now with a return before the line feed, now without"""
    returns: str
    """where a carriage return stands without a line feed: "" nowhere, "ends" it ends the lines, "inside" in texts"""


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                yield piece
    except OSError as error:
        raise UnreadableFile(f"{path.name}: cannot be read ({error.strerror})") from None


def digested(path: Path, encoding: str) -> Survey:
    """The digest and size of what is read by other means than as text."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
    return Survey(path, digest.hexdigest(), size, encoding, quotes=False, odd_space=False, mixed_ends=False, returns="")


def survey(path: Path, name: str, *, japanese: bool = False, encoding: str | None = None) -> Survey:
    """One pass: digest, size, encoding (or the one said), whether quotes stand in it. UnknownFile for what is no text."""
    digest, size, quotes, lone, pairs, feeds, last = hashlib.sha256(), 0, False, 0, 0, 0, b""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    valid, head, odd = True, b"", False
    for piece in _pieces(path):
        digest.update(piece)
        head = head or piece
        size += len(piece)
        quotes = quotes or b'"' in piece
        plain = piece.isascii()
        odd = odd or (not plain and any(space in piece for space in ODD_SPACE))
        split = last[-1:] == b"\r" and piece[:1] == b"\n"
        whole = piece.count(b"\r\n") + split
        lone, pairs, feeds = lone + piece.count(b"\r") - whole, pairs + whole, feeds + piece.count(b"\n")
        last = piece[-2:]
        if valid and not (plain and not utf8.getstate()[0]):
            try:
                utf8.decode(piece)
            except UnicodeDecodeError:
                valid = False
    if valid:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    for magic, what in NOT_TEXT.items():
        if head.startswith(magic):
            raise UnknownFile(f"{name}: this is {what}, not an export in text", "unpack it, or save it as CSV or text")
    if encoding is not None and not _decodes(path, encoding):
        raise UnknownFile(f"{name}: is not written in {encoding}", "leave the encoding out of the map: it is found")
    encoding = encoding or _encoding(path, head, valid, japanese)
    if encoding is None or (encoding.startswith("utf-8") and b"\0" in head):
        raise UnknownFile(f"{name}: this is not a text file", "give the file as Seller Central made it")
    returns = "" if not lone or encoding.startswith("utf-16") else "inside" if feeds else "ends"
    odd = odd or not encoding.startswith("utf-8")
    return Survey(path, digest.hexdigest(), size, encoding, quotes, odd, 0 < pairs < feeds, returns)


def _encoding(path: Path, head: bytes, valid_utf8: bool, japanese: bool) -> str | None:
    if head.startswith(codecs.BOM_UTF8) and valid_utf8:
        return "utf-8-sig"
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le" if _decodes(path, "utf-16-le") else None
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be" if _decodes(path, "utf-16-be") else None
    start = head[:400]
    if len(start) >= 4 and start[1::2].count(0) * 2 > len(start[1::2]):
        return "utf-16-le" if _decodes(path, "utf-16-le") else None
    if len(start) >= 4 and start[0::2].count(0) * 2 > len(start[0::2]):
        return "utf-16-be" if _decodes(path, "utf-16-be") else None
    if valid_utf8:
        return "utf-8"
    if _japanese(path, japanese):
        return "cp932"
    return "cp1252" if b"\0" not in head and _decodes(path, "cp1252") else None


def decoded(path: Path, encoding: str) -> Iterator[str]:
    """The text of a file in pieces, without the mark in front. UnicodeDecodeError where the bytes are of another."""
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)()
    first = True
    for piece in _pieces(path):
        text = decoder.decode(piece)
        yield text.removeprefix("\ufeff") if first else text
        first = False
    yield decoder.decode(b"", final=True)


def _decodes(path: Path, encoding: str) -> bool:
    try:
        for _ in decoded(path, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _japanese(path: Path, expected: bool) -> bool:
    """cp932 only with kana or the locale as a sign: German in cp1252 may decode as kanji by chance."""
    kana = expected
    try:
        for text in decoded(path, "cp932"):
            kana = kana or any("\u3040" <= char <= "\u30ff" for char in text) or "Amazon.co.jp" in text
    except UnicodeDecodeError:
        return False
    return kana
