"""`atoz status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atoz_cli import options as o
from atoz_cli.cli import asking

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet


def status(
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """The state in a few lines: where each rate stands, worst first, what is due next, and how new the data is."""
    from atoz_cli import status as room
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    question, said = asking.question(as_of, account, marketplace)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        rows, notices = room.status(opened, asking.book(), question)

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.status import status as sheet

        return sheet(rows, said)

    asking.show(Answer("atoz.status/1", said, tuple(rows), tuple(notices)), sheets, format, as_json, output)
