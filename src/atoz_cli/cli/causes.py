"""`atoz causes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage, EmptyStore

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet
    from atoz_cli.metrics import Question

By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="GROUPING",
        help="Only by sku, asin, carrier, service, ship_from, state, handling, weekday, price or kind; may be repeated.",
    ),
]
Days = Annotated[
    str | None,
    typer.Option("--days", metavar="N", help="Orders of so many days, the day asked the last, instead of the window."),
]
MinOrders = Annotated[int, typer.Option("--min-orders", min=1, metavar="N", help="Leave out groups of fewer orders.")]
Pending = Annotated[bool, typer.Option("--pending", help="Count pending claims and chargebacks too.")]
All = Annotated[bool, typer.Option("--all", help="Also the groups that do not stand out.")]


def causes(
    by: By = None,
    days: Days = None,
    min_orders: MinOrders = 1,
    pending: Pending = False,
    everything: All = False,
    window: o.Window = None,
    lag: o.Lag = "auto",
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    timezone: o.Timezone = None,
    cancelled_out: o.LeaveOut = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """Where defects come from: products, carriers, places, days that are worse than the rest by more than chance, and what answers them."""
    from atoz_cli import causes as room
    from atoz_cli.answers import Answer
    from atoz_cli.metrics import lay_out
    from atoz_cli.metrics.evidence import only_traced
    from atoz_cli.metrics.gaps import missing_orders
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    asked = room.Asked(_groupings(by, room.GROUPINGS), min_orders, pending, everything)
    if days is not None and (window is not None or lag != "auto"):
        raise BadUsage("--days and --window or --lag say which orders in two ways", "give one of them")
    question, said = asking.question(as_of, account, marketplace, channel, window, lag, timezone, cancelled_out)
    question = _over_days(question, days)
    book = asking.book()
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        spans, notices = lay_out(opened, book, question, old_too=False)
        places = room.causes(opened, book, question, spans, asked)
        if not places:
            raise EmptyStore(
                "no orders in the window", "import All Orders of those days, or look at --as-of and the filters"
            )
        notices += [*asking.unknown_places(places), *only_traced(opened, question)]
        notices += missing_orders(opened, book, question, spans)
    data = tuple(group for place in places for group in place.groups)
    answer = Answer("atoz.causes/1", said, data, tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.causes import causes as sheet

        return sheet(places, everything=everything, days=days is not None, pending=pending)

    asking.show(answer, sheets, format, as_json, output)


def _groupings(by: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """The groupings asked, each once, in our order; all of them where none is."""
    asked = [one.strip().lower().replace("-", "_") for one in by or known]
    for one in asked:
        if one not in known:
            raise BadUsage(f"--by: {one!r} is not a grouping", f"one of {', '.join(known)}")
    return tuple(one for one in known if one in asked)


def _over_days(question: Question, days: str | None) -> Question:
    """The question over the orders of so many days, up to the day asked."""
    if days is None:
        return question
    span = asking.days(f"{days}d" if days.strip().isdecimal() else days, "--days", 1)
    return replace(question, window_days=span, lag_days=0)
