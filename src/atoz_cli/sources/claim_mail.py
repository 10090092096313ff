"""Mail files in (one .eml, or an mbox with many), a row a message out: what Amazon says of a claim or a chargeback.

A message that is not certainly a notice or a decision of Amazon is other mail, `{}`. No text of a mail is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from atoz_cli.errors import UnreadableFile

LONGEST = 32 << 20
PIECE = 1 << 16
MARK = b"\xef\xbb\xbf"
HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
TELLING = (b"subject", b"date", b"message-id", b"mime-version")


def looks(head: bytes) -> str | None:
    """`mbox` or `eml` for the first bytes of a file that is mail, else None. 64 KB tell; with less, From may be missing."""
    lines = head.removeprefix(MARK).lstrip(b"\r\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    kind = "eml"
    if re.match(rb">?From ", lines[0]):
        kind = "mbox" if lines[0].startswith(b"From ") else kind
        lines = lines[1:]
    names = set()
    for number, line in enumerate(lines):
        if not line:
            break
        if line[:1] in (b" ", b"\t") and number:
            continue
        if not HEADER.match(line):
            if number == len(lines) - 1:  # cut off by the end of the head
                break
            return None
        names.add(line.partition(b":")[0].strip().lower())
    return kind if b"from" in names and names.intersection(TELLING) else None


def rows(path: Path, name: str) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Each message: its first line in the file (from 1), and what it says, in our words.

    Keys, each only where known: order_id, noticed_at, about (a_to_z_claim, chargeback), event (received, decided),
    marketplace, amount, currency, reason, respond_by, decision, funded_by (seller, amazon), counts_in_odr (yes, no).
    """
    try:
        with path.open("rb") as stream:
            for line, raw in _messages(stream):
                yield line, _said(raw)
    except OSError as error:
        raise UnreadableFile(f"{name}: cannot be read ({error.strerror})") from None


def _said(raw: bytes | None) -> dict[str, str | None]:
    """What a message says; a message too long to be a notice says nothing."""
    from atoz_cli.sources.claim_wording import said
    from atoz_cli.sources.mail_text import read

    if raw is None:
        return {}
    try:
        return said(read(raw))
    except Exception:  # one broken message must not take the rest of a mailbox with it, nor show its text in a trace
        return {}


def _messages(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The messages of a file, never more than one of them in memory; None for one that is too long."""
    box, begun, first = _Box(), False, 1
    many, blank = False, True
    for number, piece, starts in _pieces(stream):
        if not begun and not piece.strip(b"\r\n"):
            continue
        if not begun:
            begun, many = True, piece.startswith(b"From ")
            first = number if many else 1
            if many:
                blank = False
                continue
        if many and starts and blank and piece.startswith(b"From ") and _separates(piece):
            yield first, box.taken()
            first, blank = number, False
            continue
        box.add(piece)
        blank = starts and not piece.strip(b"\r\n")
    if begun:
        yield first, box.taken()


def _separates(line: bytes) -> bool:
    """A line of an mbox between two messages: `From `, who, and when, or nothing more (as some programs write it)."""
    return bool(re.match(rb"From ?(?:-? *\r?\n?\Z|.*\d{1,2}:\d{2})", line))


def _pieces(stream: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Lines with their numbers, a very long one in pieces; whether the piece begins its line."""
    number, starts = 1, True
    while piece := stream.readline(PIECE):
        yield number, piece.removeprefix(MARK) if number == 1 and starts else piece, starts
        starts = piece.endswith(b"\n")
        number += starts


class _Box:
    """The message that is being read, given up when it grows too long."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        """One more piece."""
        self.size += len(piece)
        if self.size > LONGEST:
            self.pieces.clear()
        else:
            self.pieces.append(piece)

    def taken(self) -> bytes | None:
        """The message, and the box is empty again."""
        raw = None if self.size > LONGEST else b"".join(self.pieces)
        self.pieces, self.size = [], 0
        return raw
