"""Texts and columns flow in, lines and column widths flow out: who wraps where, and what never breaks.

Words are never split. Chinese and Japanese, written without spaces, may break between their characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rich.cells import cell_len

from atoz_cli.answers import Column

GAP = 2
"""Cells between two columns."""

_READABLE = 20
"""A free text is not squeezed into fewer cells than this: a stacked record reads better."""

_OPENING = "\uff08「『【《〈"
_CLOSING = "、。\uff0c\uff0e\uff01\uff1f\uff1a\uff1b\uff09」』】》〉"  # fullwidth , . ! ? : ; )
_UNSPACED = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff"
_UNSPACED_FROM = "\u2e80"
"""Every character before it is written with spaces between words."""
# `0.87 %` stays on one line.
_TOGETHER = "(?: %(?![^ ,;.:)]))?"
_WORD = re.compile(f"( *)([^ ]+{_TOGETHER})")


@cache
def _piece() -> re.Pattern[str]:
    """Compiled when such a text is met: it takes as long as a table of fifty rows."""
    return re.compile(
        f"( *)([{_OPENING}]*(?:[{_UNSPACED}]|[^ {_UNSPACED}]+{_TOGETHER})[{_CLOSING}\u3099\u309a\ufe00-\ufe0f]*)"
    )


def wrap(text: str, width: int | None) -> list[str]:
    """Lines of at most `width` cells, but for a word that is wider. None: the text as it is."""
    if width is None or cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for gap, piece in _pieces(text):
        if line.strip(" ") and cell_len(line + gap + piece) > width:
            lines.append(line)
            line = piece
        else:
            line += gap + piece
    return [*lines, line]


def fit(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> list[int] | None:
    """The width of each column, so that their sum and the gaps fit `width`; None if they cannot."""
    natural = [_natural(column, texts) for column, texts in _by_column(columns, rows)]
    room = None if width is None else width - GAP * (len(columns) - 1)
    if room is None or sum(natural) <= room:
        return natural
    least = [_least(column, texts) for column, texts in _by_column(columns, rows)]
    widths = [min(pair) for pair in zip(least, natural, strict=True)]
    spare = room - sum(widths)
    if spare < 0:
        return None
    for _ in range(spare):  # to the column that would otherwise be the tallest
        wanting = [at for at in range(len(widths)) if widths[at] < natural[at]]
        tallest = max(wanting, key=lambda at: natural[at] / widths[at])
        widths[tallest] += 1
    return widths


def longest_piece(text: str) -> int:
    """Cells of the widest part of a text that never breaks."""
    return max((cell_len(piece) for _, piece in _pieces(text)), default=0)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The parts between which a line may break, each with the spaces before it."""
    pattern = _WORD if text.isascii() or max(text) < _UNSPACED_FROM else _piece()
    for found in pattern.finditer(text):
        yield found[1], found[2]


def _by_column(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[tuple[Column, list[str]]]:
    for at, column in enumerate(columns):
        yield column, [row[at] for row in rows]


def _natural(column: Column, texts: list[str]) -> int:
    return max(1, cell_len(column.title), *map(cell_len, texts))


def _least(column: Column, texts: list[str]) -> int:
    """Titles may wrap at words in every column, cells in free-text columns only."""
    title = longest_piece(column.title)
    if column.whole:
        return max(1, title, *map(cell_len, texts))
    return max(_READABLE, title, *map(longest_piece, texts))
