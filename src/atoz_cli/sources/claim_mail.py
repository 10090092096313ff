"""Mail files in (one .eml, or an mbox with many), a row a message out: what Amazon says of a claim or a chargeback.

A message that is not certainly a notice or a decision of Amazon is other mail, `{}`. No text of a mail is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from atoz_cli.errors import UnreadableFile

PIECE = 1 << 16
MARK = b"\xef\xbb\xbf"
HEADER = re.compile(rb"[!-9;-~]+:")
TELLING = (b"subject", b"date", b"message-id", b"mime-version")
SEPARATOR = re.compile(rb"From ?(?:-? *\r?\n?\Z|.*\d{1,2}:\d{2})")
"""The line of an mbox between two messages: `From `, who, and when, or nothing more (as some programs write it)."""
BROKEN = (
    ValueError,  # bytes that are not of their charset (UnicodeError), base64 that is none, absurd numbers
    LookupError,  # a charset that Python has not; IndexError where `email` counts on one more character of a header
    AttributeError,  # where `email` counts on a header or a part that is missing
    TypeError,  # where it counts on a text and has a list of parts
    AssertionError,  # how the parsers of mail and of HTML say that they are lost
    RecursionError,  # comments in comments of an address, parts in parts
)
"""What the parsers are known to raise over a broken message, which must not take the rest of its mailbox with it."""


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


def _said(raw: bytes) -> dict[str, str | None]:
    """What a message says; one that is too broken to be read says nothing."""
    from atoz_cli.sources.claim_wording import said
    from atoz_cli.sources.mail_text import read

    try:
        return said(read(raw))
    except BROKEN:
        return {}


def _messages(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The messages of a file, each with its first line and by its beginning, so that one fits into memory however long.

    `mailbox` takes any line that begins with "From " for a new message, and keeps the whole of each.
    """
    from atoz_cli.sources.mail_text import LONGEST

    message, first, many, after_blank = bytearray(), 0, False, False
    for number, piece, starts in _pieces(stream):
        blank = starts and not piece.strip(b"\r\n")
        if not first and blank:
            continue
        if not first:
            many = piece.startswith(b"From ")
            first = number if many else 1
        elif many and starts and after_blank and SEPARATOR.match(piece):
            yield first, bytes(message)
            message, first = bytearray(), number
        if len(message) < LONGEST:
            message += piece
        after_blank = blank
    if first:
        yield first, bytes(message)


def _pieces(stream: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Lines with their numbers, a very long one in pieces; whether the piece begins its line."""
    number, starts = 1, True
    while piece := stream.readline(PIECE):
        yield number, piece.removeprefix(MARK) if number == 1 and starts else piece, starts
        starts = piece.endswith(b"\n")
        number += starts
