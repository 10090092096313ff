"""Sheets flow in, GitHub Markdown flows out: data stays text, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from atoz_cli.answers import Cell, Sheet
from atoz_cli.answers.page import Block, Calendar, Graph, Page, Section, Tile, Tiles
from atoz_cli.views.visible import shown

# `_` inside a word is text in GitHub Markdown, so codes like item_not_received stay readable.
_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK = re.compile(r"^([#>+=:-]|\d+(?=[.)](?:\s|$)))")


def render(sheets: Sequence[Sheet]) -> str:
    """`# title`, the lead as paragraphs, a table where there are rows, the notes as a list."""
    return "\n\n".join(block for sheet in sheets for block in _blocks(sheet)).join(("", "\n")).lstrip("\n")


def render_page(page: Page) -> str:
    """A page: what concerns all accounts, then a part each; graphs as their tables, calendars as lists of days."""
    blocks = [f"# {_inline(page.title)}, {_inline(page.as_of)}", _line(f"**{_inline(page.says)}**")]
    blocks += [_line(_inline(page.urgent))] if page.urgent else []
    blocks += _sections(page.front, 2)
    for part in page.parts:
        if len(page.parts) > 1:
            blocks += [f"## {_inline(part.title)}", _line(_inline(f"{part.says} {part.urgent}".strip()))]
        blocks += _sections(part.sections, 3 if len(page.parts) > 1 else 2)
    return "\n\n".join([*blocks, _inline(page.made_by)]) + "\n"


def _sections(sections: Sequence[Section], level: int) -> list[str]:
    blocks = []
    for section in sections:
        blocks.append(f"{'#' * level} {_inline(section.title)}")
        for block in section.blocks:
            blocks += _block(block, level + 1)
    return blocks


def _block(block: Block, level: int) -> list[str]:
    if isinstance(block, Tiles):
        return [_tile(one) for one in block.tiles]
    if isinstance(block, Graph):
        return _blocks(replace(block.table, title=block.title, lead=(block.says, *block.table.lead)), level)
    if isinstance(block, Calendar):
        days = "\n".join(f"- {one.day}: {_inline(one.what)}" for one in block.dated)
        return [text for text in (_line(_inline(block.title)), days) if text]
    return _blocks(block, level)


def _tile(one: Tile) -> str:
    return "\n".join(
        [
            f"- **{_inline(one.title)}: {_inline(one.figure)}**",
            *(f"  - {_inline(line)}" for line in (one.says, *one.lines)),
        ]
    )


def _blocks(sheet: Sheet, level: int = 1) -> list[str]:
    blocks = [f"{'#' * level} {_inline(sheet.title)}"] if sheet.title else []
    lead = [*sheet.lead, sheet.chart.instead] if sheet.chart else sheet.lead
    blocks += [_line(text) for one in lead if (text := _inline(one))]
    if sheet.rows and sheet.columns:
        blocks.append(_table(sheet))
    if sheet.notes:
        blocks.append("\n".join(f"- {_line(_inline(note))}" for note in sheet.notes))
    return blocks


def _table(sheet: Sheet) -> str:
    lines = [[_inline(column.title) for column in sheet.columns]]
    lines.append(["---:" if column.align == "right" else "---" for column in sheet.columns])
    for row in sheet.rows:
        lines.append([_inline(cell) for _, cell in zip(sheet.columns, row, strict=True)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _inline(value: str | Cell) -> str:
    """Text on one line that Markdown and HTML leave alone."""
    text = shown(value.text if isinstance(value, Cell) else value).strip()
    text = _ENTITY.sub("&amp;", _MARKUP.sub(r"\\\g<0>", text))
    return text.replace("<", "&lt;")


def _line(text: str) -> str:
    """Text at the start of a line, where `#` would be a heading and `1.` a list."""
    start = _BLOCK.match(text)
    if not start:
        return text
    if start[1].isdigit():
        return f"{start[1]}\\{text[start.end() :]}"
    return "\\" + text
