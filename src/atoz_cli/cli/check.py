"""`atoz check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet

Due = Annotated[str, typer.Option("--due", metavar="24h", help="Deadlines within.")]
Headroom = Annotated[
    int, typer.Option("--headroom", min=0, metavar="N", help="So few defective orders to go, or fewer, is near.")
]
MissedWithin = Annotated[
    str, typer.Option("--missed-within", metavar="14d", help="Projected to be missed within; 0d: do not look ahead.")
]
NONE_DAYS = "0d"


def check(
    due: Due = "24h",
    headroom: Headroom = 2,
    missed_within: MissedWithin = "14d",
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
    from datetime import timedelta

    from atoz_cli import check as room
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    ahead = asking.days(missed_within, "--missed-within", 0)
    watch = room.Watch(headroom=headroom, missed_within=ahead or None, due=timedelta(hours=asking.hours(due, "--due")))
    question, said = asking.question(as_of, account, marketplace)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        found, notices = room.check(opened, asking.book(), question, lambda _: watch)
    answer = Answer("atoz.check/1", said, tuple(found), tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.check import check as sheet

        return sheet(found)

    asking.show(answer, sheets, format, as_json, output)
    return 0 if not found else 4 if room.cannot_tell(found) else 1
