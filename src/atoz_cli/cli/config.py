"""`atoz config`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet

WHAT = ("show", "path", "example")
What = Annotated[
    str, typer.Argument(metavar="[show|path|example]", help="The values, where they may lie, or a file to start from.")
]
Origin = Annotated[bool, typer.Option("--origin", help="Where each value is from.")]


def config(
    what: What = "show",
    origin: Origin = False,
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """What is configured: `atoz.toml` here, then the user's own; ATOZ_* beats both, options beat all."""
    from pathlib import Path

    from atoz_cli.answers import Answer
    from atoz_cli.views import write

    asking.check_format(format)
    if what not in WHAT:
        raise BadUsage(f"atoz config {what}: there is no such thing", f"one of {', '.join(WHAT)}")
    if what == "example":
        from atoz_cli.config.example import example

        write(example(), Path(output) if output else None)
        return
    from atoz_cli.config import load as room

    found = room.places() if what == "path" else room.origins()

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.config import places, values

        return places(found) if what == "path" else values(found, origin)  # type: ignore[arg-type]

    answer = Answer(f"atoz.config{'_path' if what == 'path' else ''}/1", None, tuple(found))
    asking.show(answer, sheets, format, as_json, output)
