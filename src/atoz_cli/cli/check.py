"""`atoz check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet

Due = Annotated[str | None, typer.Option("--due", metavar="24h", help="Deadlines within. Default: 24h.")]
Headroom = Annotated[
    int | None,
    typer.Option(
        "--headroom", min=0, metavar="N", help="So few defective orders to go, or fewer, is near. Default: 2."
    ),
]
MissedWithin = Annotated[
    str | None,
    typer.Option("--missed-within", metavar="14d", help="Projected to be missed within; 0d: do not look ahead."),
]


def check(
    due: Due = None,
    headroom: Headroom = None,
    missed_within: MissedWithin = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """Every limit, deadline and gap at once, for cron: exit 1 when something is found, 4 when the data cannot tell."""
    from atoz_cli import check as room
    from atoz_cli.answers import Answer
    from atoz_cli.cli import watching
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    found = watching.settings()
    watch = watching.watching(
        found, due=watching.due(due), headroom=headroom, missed_within=asking.days(missed_within, "--missed-within", 0)
    )
    question, said = asking.question(as_of, account, marketplace)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        alerts, notices = room.check(opened, asking.book(), question, watch, found.accounts if found else ())
    answer = Answer("atoz.check/1", said, tuple(alerts), tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.check import check as sheet

        return sheet(alerts)

    asking.show(answer, sheets, format, as_json, output)
    return 0 if not alerts else 4 if room.cannot_tell(alerts) else 1
