"""An XML file in, its records as small trees out, one at a time: flat memory, and nothing in it is obeyed.

The limits are far beyond what Amazon writes. A file past them is refused whole, as is one with a document type.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from atoz_cli.errors import UnknownFile
from atoz_cli.sources.opening import decoded, survey
from atoz_cli.words import squash

DEEPEST = 200
LONGEST = 4 << 20
"""Characters of one text, and of everything in one record."""
ELEMENT = 64
"""What an element itself weighs in its record: empty ones cost memory too."""
KINDS = 5000
"""How many different names of elements: parsers keep them all."""
SLICE = 1 << 18
OLD_ENCODING = r"""\s*<\?xml[^>]*?encoding\s*=\s*["']((?:iso-8859|windows-125|cp125|shift|euc-|gb|big5)[\w-]*)["']"""
NAME = r"[^\W\d][\w.\-]*"
HINT = "download it again"


class BrokenXml(UnknownFile):
    """XML that is not well-formed, or ends early."""


class Node(Struct):
    """One element: `key` is its local name squashed, `text` its text if it holds no other elements.

    `line` is where the record begins, 0 for what is in it.
    """

    name: str
    key: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    parts: list[Node] = field(default_factory=list)

    def part(self, *keys: str) -> Node | None:
        """The first element directly in this one with one of those squashed names."""
        return next((part for part in self.parts if part.key in keys), None)

    def value(self, *keys: str) -> str | None:
        """The text of the first element directly in this one that has one, None where there is none."""
        return next((part.text for part in self.parts if part.key in keys and part.text), None)

    def walk(self) -> Iterator[Node]:
        """This element and all in it, as they are written."""
        left = [self]
        while left:
            yield (node := left.pop())
            left.extend(reversed(node.parts))


def texts(path: Path, name: str) -> Iterator[str]:
    """The text of an XML file in pieces. The bytes tell the encoding; a declared one only where it is an old one.

    Declarations are wrong more often than bytes: UTF-16 that says UTF-8, cp1252 that says nothing (formats.md 0.3).
    """
    encoding = survey(path, name).encoding
    if encoding in ("cp1252", "cp932"):
        with path.open("rb") as stream:
            declared = re.match(OLD_ENCODING, stream.read(400).decode("latin-1"), re.IGNORECASE)
        encoding = declared[1] if declared else encoding
    try:
        yield from decoded(path, encoding)
    except (UnicodeError, LookupError):
        raise UnknownFile(f"{name}: the XML cannot be read as {encoding}", HINT) from None


def records(pieces: Iterable[str], name: str, record: str) -> Iterator[Node]:
    """Every outermost element called `record` (squashed), when it ends.

    BrokenXml, with its line, where the XML breaks off, after the records before it; UnknownFile past the limits.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    above = 0
    # Only the parser knows the line, and it is made with its target.
    target = _Target(record, name, lambda: above + expat.CurrentLineNumber)
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    expat = parser.parser
    at, waiting, first = -1, 0, True
    try:
        for piece in _sliced(pieces):
            text = piece.lstrip() if first else piece
            if first:
                above, first = piece[: len(piece) - len(text)].count("\n"), False
            parser.feed(text)
            # The parser buffers a tag or a comment until it ends: one that never ends would hold the whole file.
            now = expat.CurrentByteIndex  # -1 where a newer parser waits for more before it looks again
            waiting = waiting + len(text) if now in (at, -1) else 0
            at = now if now != -1 else at
            if waiting > LONGEST:
                raise target.refusal(f"a tag or comment is longer than {LONGEST >> 20} MB")
            while target.done:
                yield target.done.popleft()
        parser.close()
        yield from target.done
    except DefusedXmlException:
        raise UnknownFile(f"{name}: XML with entities is not read", "give the file as Amazon made it") from None
    except ParseError as error:
        reason = str(error).partition(":")[0]
        raise BrokenXml(f"{name}: the XML is broken (line {above + error.position[0]}: {reason})", HINT) from None


def _sliced(pieces: Iterable[str]) -> Iterator[str]:
    return (piece[at : at + SLICE] for piece in pieces for at in range(0, len(piece), SLICE))


class _Target:
    """What the parser calls: keeps what stands in an open record, and nothing else."""

    def __init__(self, record: str, name: str, line: Callable[[], int]) -> None:
        self.record, self.name, self.line = record, name, line
        self.done: deque[Node] = deque()
        self.open: list[Node] = []
        self.pieces: list[str] = []
        self.names: dict[str, tuple[str, str]] = {}
        self.depth = self.weight = 0

    def refusal(self, why: str) -> UnknownFile:
        return UnknownFile(f"{self.name}: this XML is no report of Amazon (line {self.line()}: {why})", HINT)

    def weigh(self, more: int) -> None:
        self.weight += more
        if self.weight > LONGEST:
            raise self.refusal(f"one element holds more than {LONGEST >> 20} MB")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal(f"more than {DEEPEST} levels")
        local, key = self.names.get(tag) or self.named(tag)
        self.pieces.clear()
        if self.open:
            node = Node(local, key, 0, attributes)
            self.open[-1].parts.append(node)
        else:
            self.weight = 0
            if key != self.record:
                return
            node = Node(local, key, self.line(), attributes)
        self.open.append(node)
        self.weigh(ELEMENT)
        if attributes:
            self.weigh(sum(len(one) + len(other) for one, other in attributes.items()))

    def named(self, tag: str) -> tuple[str, str]:
        local = tag.rpartition("}")[2]
        self.names[tag] = local, squash(local)
        if len(self.names) > KINDS:
            raise self.refusal(f"more than {KINDS} kinds of elements")
        return self.names[tag]

    def end(self, tag: str) -> None:
        self.depth -= 1
        if self.open:
            node = self.open.pop()
            if not node.parts:
                node.text = "".join(self.pieces).strip()
            if not self.open:
                self.done.append(node)
        if not self.open:
            self.weight = 0
        self.pieces.clear()

    def data(self, text: str) -> None:
        self.weigh(len(text))
        if self.open:
            self.pieces.append(text)


def root_name(head: bytes) -> str | None:
    """The first element's local name from the first bytes of a file, None if they are not XML."""
    text = _head(head).lstrip("\ufeff \t\r\n")
    while found := re.match(r"<(\?|!--|!doctype\b)", text, re.IGNORECASE):
        if found[1][0] == "!" and found[1] != "!--":
            # Only recognised: the reader refuses it. What a document type names is its root.
            named = re.match(rf"<!doctype\s+(?:{NAME}:)?({NAME})", text, re.IGNORECASE)
            return named[1] if named else None
        _, end, text = text.partition("?>" if found[1] == "?" else "-->")
        if not end:
            return None
        text = text.lstrip(" \t\r\n")
    named = re.match(rf"<(?:{NAME}:)?({NAME})(?=[\s/>]|$)", text)
    return named[1] if named else None


def signs(head: bytes) -> frozenset[str]:
    """What tells XML reports apart: local names of the elements in the first bytes, and texts of `MessageType`."""
    if root_name(head) is None:
        return frozenset()
    text = _head(head)
    kinds = re.findall(r"<MessageType>\s*([\w.\-]+)\s*</", text, re.IGNORECASE)
    return frozenset([*re.findall(rf"<(?:{NAME}:)?({NAME})(?=[\s/>])", text), *kinds])


def _head(head: bytes) -> str:
    if head.startswith(b"\xff\xfe") or head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    if head.startswith(b"\xfe\xff") or head[:1] == b"\0":
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")
