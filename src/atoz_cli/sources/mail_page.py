"""A mail that is a page of HTML in, the words that a reader would see out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = frozenset(
    {
        "p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "title", "section",
    }
)  # fmt: skip


class _Words(HTMLParser):
    """The words of a page, a blank line between its blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a paragraph, a cell a word."""
        if tag in ("script", "style"):
            self.hidden = tag
        self.pieces.append("\n\n" if tag in BLOCKS else "\n" if tag == "br" else " " if tag in ("td", "th") else "")

    def handle_endtag(self, tag: str) -> None:
        """The end of a block ends its paragraph."""
        if tag == self.hidden:
            self.hidden = ""
        self.pieces.append("\n\n" if tag in BLOCKS else "")

    def handle_data(self, data: str) -> None:
        """Text; a line break in the source is no more than a space."""
        if not self.hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def words_of(text: str) -> str:
    """What a reader would see. Comments and tags that never end go first: the parser takes too long over them."""
    first, *rest = text.split("<!--")
    text = first + "".join(piece.partition("-->")[2] for piece in rest)
    text = re.sub(r"<(?![^<>]{1,5000}>)", " ", re.sub(r"<[!?][^<>]*>", " ", text))
    words = _Words()
    words.feed(text)
    words.close()
    return "".join(words.pieces)
