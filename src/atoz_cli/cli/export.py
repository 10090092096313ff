"""`atoz export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet

Folder = Annotated[str, typer.Argument(metavar="DIR", help="The folder to write to; it is made where it is missing.")]
To = Annotated[str, typer.Option("--to", metavar="csv|parquet|xlsx", help="Files of what kind.")]
Tables = Annotated[list[str] | None, typer.Option("--table", metavar="NAME", help="Only this table; may be repeated.")]


def export(
    folder: Folder,
    to: To = "csv",
    table: Tables = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """Every table of the store, the rates and the defects that they count, as files for other programs. No personal data."""
    from atoz_cli import export as room
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    known = tuple(room.exported())
    names = [one.strip().lower() for one in table or known]
    for name in names:
        if name not in known:
            raise BadUsage(f"--table: there is no table {name!r}", f"one of {', '.join(known)}")
    question, said = asking.question(as_of, account, None)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        room.lay_out_tables(opened, asking.book(), question)
        written = room.write(opened, Path(asking.text(folder)), to, names)

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.export import export as sheet

        return sheet(written)

    asking.show(Answer("atoz.export/1", said, tuple(written)), sheets, format, as_json, output)
