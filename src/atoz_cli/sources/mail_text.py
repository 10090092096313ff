"""One message as bytes in, its sender, subject, moment and plain text out; whatever is broken in it is passed over.

`email` parses it. It tries every line on every level of parts and has no bounds of its own: those are set here first.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property

from atoz_cli.sources.mail_page import words_of

LONGEST = 2 << 20  # a notice is small: what follows are attachments
MOST_LINES = 30_000  # as many as 2 MB of base64 have
MOST_HEADER_LINES = 2_000
MOST_PART_LINES = 200
PART_LINE = re.compile(rb"^(?:--|content-type:)", re.IGNORECASE | re.MULTILINE)
NO_HEADER = re.compile(rb"^(?![!-9;-~]+:|[ \t]).*\n?", re.MULTILINE)  # the parser would take the rest for the body
LONGEST_HEADER = 2_000
LONGEST_TEXT = 300_000
SLOW_OR_NO_TEXT = ("punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape")
EARLIEST, LATEST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Headers(Compat32):
    """Each header unfolded, in Unicode and cut: the parser takes too long over the parameters of an endless one."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """Name and value of a header, from its lines."""
        name, value = super().header_source_parse(list(sourcelines))
        raw = value[:LONGEST_HEADER].encode("ascii", "surrogateescape")
        return name, " ".join(_text(raw, None).split())


class Mail:
    """What is read of a message: `kind` and `marketplace_id` are headers of Amazon's own."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self.sender = _address(message.get("X-Original-From", "")) or _address(message.get("From", ""))
        self.subject = _words(message.get("Subject", ""))
        received = message.get("Received", "").rpartition(";")[2]  # the topmost
        self.sent = moment_of(message.get("Date", "")) or moment_of(received)
        self.kind = message.get("X-Space-Notification-Type", "").upper()
        self.marketplace_id = message.get("X-Marketplace-ID", "")

    @cached_property
    def text(self) -> str:
        """What a reader would see, made when it is asked for: of most mails in a box it never is."""
        texts: list[str] = []
        for part in _parts(self._message):
            shown = part.get_content_maintype() in ("text", "multipart")  # a multipart here is one without its parts
            if shown and part.get_content_disposition() != "attachment" and sum(map(len, texts)) < LONGEST_TEXT:
                texts.append(_text_of(part))
        return "\n\n".join(texts)[:LONGEST_TEXT]

    def attached(self) -> Iterator[Mail]:
        """The messages attached to it, and to those."""
        for part in self._message.walk():
            for inner in _inside(part) if part.get_content_type() == "message/rfc822" else ():
                if inner.keys():
                    yield Mail(inner)
                else:  # packed in base64, against the standard: the parser takes that for a text without headers
                    inner["Content-Transfer-Encoding"] = part.get("Content-Transfer-Encoding", "")
                    yield read(_decoded(inner))


def read(raw: bytes) -> Mail:
    """The message by its first 2 MB; an empty one for one of more headers or parts than any notice has."""
    raw = raw[:LONGEST].replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    raw = b"\n".join(raw.split(b"\n", MOST_LINES)[:MOST_LINES])
    head, end, body = raw.partition(b"\n\n")
    if head.count(b"\n") > MOST_HEADER_LINES or len(PART_LINE.findall(raw)) > MOST_PART_LINES:
        return Mail(Message())
    return Mail(message_from_bytes(NO_HEADER.sub(b"", head) + end + body, policy=Headers()))


def moment_of(value: str) -> datetime | None:
    """A date as mails write it, UTC; None for what is none or not of this time."""
    try:
        moment = parsedate_to_datetime(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # by the version of Python; the last for absurd zones
        return None
    return moment if EARLIEST <= moment < LATEST else None


def _address(value: str) -> str:
    return parseaddr(value)[1].lower()


def _words(value: str) -> str:
    """A header with its encoded words decoded."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    text = "".join(piece if isinstance(piece, str) else _text(piece, charset) for piece, charset in pieces)
    return " ".join(text.split())


def _text(data: bytes, charset: str | None) -> str:
    """In the charset it names, else in UTF-8, else in cp1252; what is neither becomes a replacement mark."""
    for name in (charset, "utf-8"):
        try:
            if name and codecs.lookup(name).name not in SLOW_OR_NO_TEXT:
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _inside(part: Message) -> list[Message]:
    """What a part is made of: its parts, or the message that it attaches."""
    return [one for one in part.get_payload() if isinstance(one, Message)] if part.is_multipart() else []


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a message that are not made of parts themselves; what is in attached messages is not its own."""
    inside = _inside(message) if message.get_content_maintype() == "multipart" else []
    for part in inside:
        yield from _parts(part)
    if not inside:
        yield message


def _decoded(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: Message) -> str:
    """Decoded, and without tags where it is a page."""
    text = _text(_decoded(part), part.get_content_charset())[:LONGEST_TEXT]
    page = re.match(r"\s*<(?:!doctype|html|body|table|div)\b", text, re.IGNORECASE)
    return words_of(text) if page or part.get_content_type() == "text/html" else text
