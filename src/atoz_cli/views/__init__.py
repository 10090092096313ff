"""How to show: an answer and the sheets it makes flow in, text flows out, to the screen or to a file.

Formats know no metrics. Each format's module is imported when it is asked for, so only a table pays for rich.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from atoz_cli.answers import Answer, Sheet
from atoz_cli.errors import AtozError, BadUsage
from atoz_cli.views.output import write
from atoz_cli.views.screen import progress, stdout_facts
from atoz_cli.views.visible import shown

if TYPE_CHECKING:
    from atoz_cli.answers.page import Page

__all__ = ["FORMATS", "error_text", "progress", "render", "render_page", "stdout_facts", "write"]

FORMATS = ("table", "json", "csv", "markdown")


def render(
    answer: Answer, format: str, *, sheets: Callable[[], Sequence[Sheet]], width: int | None, colour: bool
) -> str:
    """The answer as text that ends with a newline (or is empty).

    json and csv dump `answer`; table and markdown show `sheets()`, which is not called otherwise. `width` in cells and
    `colour` concern the table only; None means no terminal: natural width. Warnings are in json alone: elsewhere the
    caller puts them on stderr. Raises BadUsage for a format that is none of FORMATS.
    """
    if format == "json":
        from atoz_cli.views import to_json

        return to_json.render(answer)
    if format == "csv":
        from atoz_cli.views import to_csv

        return to_csv.render(answer)
    if format == "markdown":
        from atoz_cli.views import to_markdown

        return to_markdown.render(sheets())
    if format == "table":
        from atoz_cli.views import to_table

        return to_table.render(sheets(), width=width, colour=colour)
    raise BadUsage(f"there is no format {format!r}", f"choose one of {', '.join(FORMATS)}")


def render_page(page: Page, format: str, template: Path | None = None) -> str:
    """A page as `html` (by the user's own template where one is given) or as `markdown`."""
    if format == "markdown":
        from atoz_cli.views import to_markdown

        return to_markdown.render_page(page)
    from atoz_cli.views import page as to_html

    return to_html.render(page, template)


def error_text(error: AtozError, *, as_json: bool) -> str:
    """What stderr says of an error, without a newline at the end: `error: …` and `hint: …`, or one line of JSON."""
    if as_json:
        from atoz_cli.views import to_json

        return to_json.line({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
    lines = [f"error: {shown(error.message).strip()}"]
    if error.hint:
        lines.append(f"hint: {shown(error.hint).strip()}")
    return "\n".join(lines)
