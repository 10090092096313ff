"""`atoz health`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet

Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric", metavar="NAME", help="Only this metric; may be given several times.", autocompletion=o.metrics
    ),
]


def health(
    metric: Metrics = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """Every metric of Account Health against its target, worst first, with what is not known and Amazon's own figure beside ours."""
    from atoz_cli import health as room
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    names = [asking.text(name) for name in metric or ()]
    question, said = asking.question(as_of, account, marketplace, channel)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        rows, notices = room.health(opened, asking.book(), question, names)
    answer = Answer("atoz.health/1", said, tuple(rows), tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.health import health as sheet

        return sheet(rows)

    asking.show(answer, sheets, format, as_json, output)
