"""A file as it lies there in, a survey of its bytes and a plain UTF-8 copy of it out (the file itself where it is one).

Encodings as real files have them (formats.md 0.3): UTF-8 with or without a mark, UTF-16 with or without, cp932, cp1252.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from atoz_cli.errors import UnknownFile, UnreadableFile

PIECE = 1 << 20
HEAD = 1 << 12
"""Bytes within which what is no text has a NUL."""
ODD_SPACE = ("\u00a0".encode(), codecs.BOM_UTF8)
NOT_TEXT = {
    b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image",
    b"SQLite format 3": "a database",
}  # fmt: skip
KANA = re.compile("[\u3040-\u30ff]")
NOT_TELLING = bytes(range(128)).replace(b" ", b"")
NOT_IN_CP1252 = rb"[\x81\x8d\x8f\x90\x9d]"
SURELY_UTF8 = re.compile(rb"[\xc2\xc3][\x80-\xbf]|(?:[\xc4-\xdf][\x80-\xbf]){2,}|[\xe0-\xf4][\x80-\xbf]{2,3}")
"""Letters as UTF-8 writes them. Not one of \xc4 to \xdf alone: `ß“` and the like in cp1252 are the same bytes."""


class Survey(Struct, frozen=True):
    """What one pass over the bytes tells: nothing of a file is read before this."""

    path: Path
    name: str
    """as it is shown"""
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
        raise UnreadableFile(f"{path.name}: cannot be read ({error.strerror})", "look at the file") from None


def digested(path: Path, name: str, encoding: str) -> Survey:
    """The digest and size of what is read by other means than as text."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
    seen = digest.hexdigest()
    return Survey(path, name, seen, size, encoding, quotes=False, odd_space=False, mixed_ends=False, returns="")


def survey(path: Path, name: str, *, japanese: bool = False, encoding: str | None = None) -> Survey:
    """One pass: digest, size, encoding (or the one said), whether quotes stand in it. UnknownFile for what is no text."""
    digest, size, quotes, lone, pairs, feeds, last = hashlib.sha256(), 0, False, 0, 0, 0, b""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    wrong, head, odd, nul = None, b"", False, False
    for piece in _pieces(path):
        if not size:
            head = piece
            _check(head, name)
        digest.update(piece)
        quotes = quotes or b'"' in piece
        nul = nul or b"\0" in piece
        plain = piece.isascii()
        odd = odd or (not plain and any(piece.find(space, 0 if size else 1) >= 0 for space in ODD_SPACE))
        split = last[-1:] == b"\r" and piece[:1] == b"\n"
        if b"\r" in piece or split:
            whole = piece.count(b"\r\n") + split
            lone, pairs, feeds = lone + piece.count(b"\r") - whole, pairs + whole, feeds + piece.count(b"\n")
        else:  # most files have none: then how many line feeds there are is not asked
            feeds += b"\n" in piece
        last = piece[-2:]
        begun = utf8.getstate()[0] if wrong is None else b""
        if wrong is None and (begun or not plain):
            try:
                utf8.decode(piece)
            except UnicodeDecodeError as error:
                wrong = size - len(begun) + error.start
        size += len(piece)
    if wrong is None and (begun := utf8.getstate()[0]):
        wrong = size - len(begun)
    if encoding is not None and not _decodes(path, encoding):
        raise UnknownFile(f"{name}: is not written in {encoding}", "leave the encoding out of the map: it is found")
    encoding = encoding or _encoding(path, name, head, wrong, japanese)
    if nul and not encoding.startswith("utf-16"):
        line = _line(path, _first(path, b"\0"))
        raise UnreadableFile(f"{name}: is damaged: line {line} holds a NUL byte", "download it again")
    returns = "" if not lone or encoding.startswith("utf-16") else "inside" if feeds else "ends"
    odd = odd or not encoding.startswith("utf-8")
    return Survey(path, name, digest.hexdigest(), size, encoding, quotes, odd, 0 < pairs < feeds, returns)


def _check(head: bytes, name: str) -> None:
    """UnknownFile for what is no text, by its first bytes: however large it is, no more of it is read."""
    for magic, what in NOT_TEXT.items():
        if head.startswith(magic):
            raise UnknownFile(f"{name}: this is {what}, not an export", "download it as CSV or text")
    if b"\0" in head[:HEAD] and _utf16(head) is None:
        raise UnknownFile(f"{name}: this is not a text file", "give the file as Seller Central made it")


def _utf16(head: bytes) -> str | None:
    """Which UTF-16 it is, by its mark or by the NULs in every other byte."""
    marked = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(head[:2])
    start = head[:400]
    even, odd = (start[at::2].count(0) * 2 > len(start[at::2]) for at in (0, 1))
    if marked or len(start) < 4 or even == odd:
        return marked
    return "utf-16-le" if odd else "utf-16-be"


def _encoding(path: Path, name: str, head: bytes, wrong: int | None, japanese: bool) -> str:
    """The encoding of a file. `wrong` is where it is not UTF-8, None where it is; UnknownFile where it is none that we read."""
    if encoding := _utf16(head):
        if not _decodes(path, encoding):
            raise UnknownFile(f"{name}: this is not a text file, or not a whole one ({encoding})", "download it again")
        return encoding
    if wrong is None:
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    if _japanese(path, japanese):
        return "cp932"
    if head.startswith(codecs.BOM_UTF8) or _is_mixed(path):
        raise UnreadableFile(
            f"{name}: two encodings in one file: it is written in UTF-8, but line {_line(path, wrong)} is not",
            "mend the line in an editor, and save the file as UTF-8",
        )
    if _decodes(path, "cp1252"):
        return "cp1252"
    line = _line(path, _first(path, NOT_IN_CP1252))
    said = f"this is not a text file, or in an encoding that is not read here (line {line})"
    raise UnknownFile(f"{name}: {said}", "if it is text, save it as UTF-8")


def _is_mixed(path: Path) -> bool:
    """Whether a good part of what is not ASCII is certainly UTF-8, in a file that is not: two programs wrote into it."""
    sure = other = 0
    for piece in _pieces(path):
        bare = piece.translate(None, NOT_TELLING)
        found = SURELY_UTF8.findall(bare)
        sure += len(found)
        other += len(bare) - bare.count(b" ") - sum(map(len, found))
    return sure * 10 > other


def _first(path: Path, pattern: bytes) -> int:
    """Where the first byte stands that fits, from 0; there is one."""
    before = 0
    for piece in _pieces(path):
        if found := re.search(pattern, piece):
            return before + found.start()
        before += len(piece)
    return before


def _line(path: Path, at: int) -> int:
    """The line, from 1, in which a byte stands."""
    feeds = returns = 0
    for piece in _pieces(path):
        piece = piece[:at]
        feeds, returns, at = feeds + piece.count(b"\n"), returns + piece.count(b"\r"), at - len(piece)
        if not at:
            break
    return max(feeds, returns) + 1


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
            kana = kana or KANA.search(text) is not None or "Amazon.co.jp" in text
    except UnicodeDecodeError:
        return False
    return kana
