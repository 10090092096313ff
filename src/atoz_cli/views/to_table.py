"""Sheets flow in, text for a terminal or a pipe flows out: the result first, then the table, then the notes.

A chart takes the place of its table on a terminal; elsewhere a line stands for it. Nothing is ever cropped. Where a
table does not fit, its free texts wrap; where it still does not, its spare columns are left out; then rows are stacked.
The lines are set here and rich measures and paints them: its own Table wraps inside words, and took 17 s for 20,000
rows of nine columns where this takes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

from msgspec.structs import replace
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.views.layout import GAP, fit, longest_piece, wrap
from atoz_cli.views.visible import shown

_STYLES: dict[Tone, str] = {"good": "green", "bad": "red", "warn": "yellow", "dim": "dim", "plain": ""}
_INDENT = 2

Shown = tuple[str, str]
"""What a cell says, safe to print, and its style."""

Paint = Callable[[str, str], str]
"""Text and style → text as a terminal shows it in that style; the text alone without colour."""


def render(sheets: Sequence[Sheet], *, width: int | None, colour: bool) -> str:
    """The sheets one below the other, with a blank line between; `width` in cells, None for the natural width."""
    paint = _painted if colour else _unpainted
    blocks = (_block(lines) for sheet in sheets for lines in _parts(sheet, width, paint, colour))
    return "\n".join(block for block in blocks if block)


def _parts(sheet: Sheet, width: int | None, paint: Paint, colour: bool) -> Iterator[Iterator[str]]:
    """Title and lead, the chart or the table (or its rows stacked), the notes: each a block of lines."""
    title = [(shown(sheet.title).strip(" "), "bold")] if sheet.title else []
    drawn = _drawn(sheet, width, colour)
    instead = [(shown(sheet.chart.instead), "")] if sheet.chart and sheet.chart.instead and not drawn else []
    yield _paragraphs([*title, *map(_shown, sheet.lead), *instead], width, paint)
    if drawn:
        yield iter(drawn)
    elif sheet.rows and sheet.columns:
        columns = [replace(column, title=shown(column.title).strip(" ")) for column in sheet.columns]
        rows = [[_shown(cell) for _, cell in zip(columns, row, strict=True)] for row in sheet.rows]
        widths = _fit(columns, rows, width)
        if widths is None and any(column.spare for column in columns):
            columns, rows = _without_spare(columns, rows)
            widths = _fit(columns, rows, width)
        if widths is not None:
            yield _table(columns, rows, widths, paint)
        else:
            yield from (_record(columns, row, width or 0, paint) for row in rows)
    yield _paragraphs([(shown(note).rstrip(" "), "dim") for note in sheet.notes], width, paint)


def _drawn(sheet: Sheet, width: int | None, colour: bool) -> list[str]:
    """The lines of the chart, where there is one and a terminal to draw it on."""
    if sheet.chart is None or width is None:
        return []
    from atoz_cli.views import to_chart

    return to_chart.draw(sheet.chart, width, colour)


def _fit(columns: list[Column], rows: list[list[Shown]], width: int | None) -> list[int] | None:
    return fit(columns, [[text for text, _ in row] for row in rows], width)


def _without_spare(columns: list[Column], rows: list[list[Shown]]) -> tuple[list[Column], list[list[Shown]]]:
    """What is left where the table would not fit."""
    kept = [at for at, column in enumerate(columns) if not column.spare]
    return [columns[at] for at in kept], [[row[at] for at in kept] for row in rows]


def _table(columns: list[Column], rows: list[list[Shown]], widths: list[int], paint: Paint) -> Iterator[str]:
    titles = [wrap(column.title, width) for column, width in zip(columns, widths, strict=True)]
    height = max(map(len, titles))
    raised = [[""] * (height - len(lines)) + lines for lines in titles]  # titles stand on the rule
    yield from _row(raised, ["bold"] * len(columns), columns, widths, paint)
    yield "─" * (sum(widths) + GAP * (len(widths) - 1))
    for row in rows:
        lines = [_lines(text, column, w) for (text, _), column, w in zip(row, columns, widths, strict=True)]
        yield from _row(lines, [style for _, style in row], columns, widths, paint)


def _row(
    cells: list[list[str]], styles: list[str], columns: list[Column], widths: list[int], paint: Paint
) -> Iterator[str]:
    """The lines of one row: cells side by side, aligned at the top."""
    for line in zip_longest(*cells, fillvalue=""):
        parts = []
        for text, style, column, width in zip(line, styles, columns, widths, strict=True):
            blank = " " * (width - cell_len(text))
            painted = paint(text, style)
            parts.append(blank + painted if column.align == "right" else painted + blank)
        yield (" " * GAP).join(parts)


def _record(columns: list[Column], row: list[Shown], width: int, paint: Paint) -> Iterator[str]:
    """One row as a heading and `title  value` lines. Empty values are left out."""
    (heading, style), first = row[0], columns[0]
    for line in _lines(heading or "-", first, width):
        yield paint(line, f"bold {style}".strip())
    margin = max((_INDENT + cell_len(column.title) + GAP for column in columns[1:]), default=0)
    for column, (text, style) in zip(columns[1:], row[1:], strict=True):
        if not text.strip(" "):
            continue
        title, indent = " " * _INDENT + column.title, margin
        if _needs(column, text) > width - margin:  # beside its title it would run over the edge
            yield title
            title, indent = "", 2 * _INDENT
        for line in _lines(text, column, width - indent):
            yield title + " " * (indent - cell_len(title)) + paint(line, style)
            title = ""


def _needs(column: Column, text: str) -> int:
    """Cells that a value needs beside its title: all of a whole one, a readable line of a free text."""
    return cell_len(text) if column.whole else max(longest_piece(text), min(cell_len(text), 20))


def _lines(text: str, column: Column, width: int) -> list[str]:
    return [text] if column.whole else wrap(text, width)


def _paragraphs(texts: Sequence[Shown], width: int | None, paint: Paint) -> Iterator[str]:
    """Each text wrapped at words."""
    for text, style in texts:
        for line in wrap(text, width):
            yield paint(line, style)


def _shown(value: str | Cell) -> Shown:
    if isinstance(value, Cell):
        return shown(value.text).rstrip(" "), _STYLES[value.tone]
    return shown(value).rstrip(" "), ""


def _block(lines: Iterator[str]) -> str:
    return "".join(line.rstrip(" ") + "\n" for line in lines)


def _painted(text: str, style: str) -> str:
    return _style(style).render(text, color_system=ColorSystem.STANDARD) if text and style else text


def _unpainted(text: str, style: str) -> str:
    return text


@lru_cache
def _style(style: str) -> Style:
    return Style.parse(style)
