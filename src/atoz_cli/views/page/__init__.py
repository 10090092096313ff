"""A page flows in, one HTML file flows out: it opens without a network, and every word of the data in it is text.

The template may be the user's own: it gets `page` (answers/page.py), `kind(block)`, `pieces(text)`, `weeks(calendar)`,
`drawn(graph)`, and `style`, `script`, `charts` to be put in as they are.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atoz_cli.answers import Cell
from atoz_cli.answers.page import Block, Calendar, Dated, Graph, Page
from atoz_cli.errors import BadUsage
from atoz_cli.views.visible import shown

if TYPE_CHECKING:
    from jinja2 import Environment

ORDER_ID = re.compile(r"(?<![\w-])(\d{3}-\d{7}-\d{7})(?![\w-])")
PLACES = 1_000_000
WEEK = 7


def render(page: Page, template: Path | None = None) -> str:
    """The page as HTML. BadUsage for a template of the user's that cannot be read or does not work."""
    if template is None:
        return environment(sandboxed=False).from_string(_ours("page.html")).render(page=page)
    source = _read(template)
    try:
        return environment().from_string(source).render(page=page)
    except Exception as problem:  # a template is a program of the user's: whatever it raises is theirs
        line = getattr(problem, "lineno", None)
        raise BadUsage(
            f"{template}{f', line {line}' if line else ''}: {problem or type(problem).__name__}",
            "docs/report.md lists what a template may use",
        ) from problem


def environment(*, sandboxed: bool = True) -> Environment:
    """What every template finds. The user's run in a sandbox: one that was passed on cannot read files. Ours needs none."""
    from jinja2 import Environment, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    kind_of_environment = ImmutableSandboxedEnvironment if sandboxed else Environment
    found = kind_of_environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    found.globals.update(
        kind=kind, pieces=pieces, weeks=weeks, tone=tone, words=words,
        drawn=lambda graph: Markup(drawn(graph)),
        style=Markup(_ours("uplot.min.css") + _ours("page.css")),
        charts=Markup(_ours("uplot.min.js")),
        script=Markup(_ours("page.js")),
    )  # fmt: skip
    return found


def kind(block: Block) -> str:
    """`tiles`, `graph`, `calendar` or `sheet`."""
    return type(block).__name__.lower()


def tone(cell: str | Cell) -> str:
    """The tone of a cell; a plain one has none."""
    return cell.tone if isinstance(cell, Cell) and cell.tone != "plain" else ""


def words(cell: str | Cell) -> str:
    """What a cell says, on one line, with nothing invisible in it."""
    return shown(cell.text if isinstance(cell, Cell) else cell).strip()


def pieces(cell: str | Cell) -> list[tuple[str, bool]]:
    """The text of a cell in parts, each with whether it is an order id."""
    return [(text, at % 2 == 1) for at, text in enumerate(ORDER_ID.split(words(cell))) if text]


def weeks(calendar: Calendar) -> list[list[tuple[date, Dated | None]]]:
    """The weeks of a calendar, Monday first."""
    found = {one.day: one for one in calendar.dated}
    start = calendar.first - timedelta(days=calendar.first.weekday())
    many = (calendar.last - start).days // WEEK + 1
    days = [start + timedelta(days=number) for number in range(many * WEEK)]
    return [[(day, found.get(day)) for day in days[at : at + WEEK]] for at in range(0, len(days), WEEK)]


def drawn(graph: Graph) -> str:
    """What the script draws a graph from, as JSON that cannot end its element: shares in millionths, runs of limits."""
    known: dict[str, Any] = {
        "first": graph.first.isoformat(),
        "strokes": [{"name": one.name, "kind": one.kind, "shares": _millionths(one.shares)} for one in graph.strokes],
        "limits": _runs(graph.limits),
    }
    if graph.band:
        known["band"] = {
            "name": graph.band.name, "low": _millionths(graph.band.low), "high": _millionths(graph.band.high)
        }  # fmt: skip
    if graph.today:
        known["today"] = (graph.today - graph.first).days
    if graph.marks:
        known["marks"] = [[(day - graph.first).days, shown(text)] for day, text in graph.marks]
    dumped = json.dumps(known, ensure_ascii=True, separators=(",", ":"))
    return dumped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _millionths(shares: tuple[float | None, ...]) -> list[Any]:
    """Where the shares begin, and each of them up to where they end."""
    there = [at for at, share in enumerate(shares) if share is not None]
    if not there:
        return [0, []]
    part = shares[there[0] : there[-1] + 1]
    return [there[0], [None if share is None else round(share * PLACES) for share in part]]


def _runs(limits: tuple[float | None, ...]) -> list[list[Any]]:
    """From which day on which limit holds."""
    found: list[list[Any]] = []
    for at, limit in enumerate(limits):
        value = None if limit is None else round(limit * PLACES)
        if not found or found[-1][1] != value:
            found.append([at, value])
    return found


def _ours(name: str) -> str:
    return files("atoz_cli").joinpath("views", "page", name).read_text("utf-8")


def _read(template: Path) -> str:
    try:
        return template.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not UTF-8 text"
        raise BadUsage(f"--template: {template} cannot be read: {reason}", "name a Jinja template") from problem
