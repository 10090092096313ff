"""`atoz odr` and `atoz feedback`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage, EmptyStore

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet
    from atoz_cli.answers.rates import GroupMeasure

By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="sku|asin|carrier|service|ship_from|state|handling|weekday|week|price|reason|kind",
        help="A row per group.",
    ),
]
Orders = Annotated[
    bool, typer.Option("--orders", help="List the orders in the window with a defect that counts or is pending.")
]
Ratings = Annotated[
    bool, typer.Option("--ratings", help="Ratings of 30, 90 and 365 days by the day they were left: what buyers see.")
]
Listed = Annotated[bool, typer.Option("--list", help="Each negative feedback, and whether it can be removed.")]


NO_ORDERS = ("no orders in the window", "import All Orders of those days, or look at --as-of and the filters")


def _check_groups(by: str | None, listed: bool, name: str) -> None:
    from atoz_cli.metrics import GROUPS

    if by is not None and by not in GROUPS:
        raise BadUsage(f"--by: {by!r} is not a grouping", f"one of {', '.join(GROUPS)}")
    if by is not None and listed:
        raise BadUsage(f"--by and {name} are two questions", "ask them one after the other")


def odr(
    window: o.Window = None,
    lag: o.Lag = "auto",
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    timezone: o.Timezone = None,
    by: By = None,
    orders: Orders = False,
    fail_over: o.FailOver = None,
    cancelled_out: o.LeaveOut = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """The Order Defect Rate as Amazon counts it: where each account stands, why, and how much room is left."""
    from atoz_cli.answers import Answer
    from atoz_cli.metrics import defective_orders, lay_out, measures
    from atoz_cli.metrics.evidence import only_traced
    from atoz_cli.metrics.gaps import missing_orders
    from atoz_cli.metrics.silence import silent
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    _check_groups(by, orders, "--orders")
    limit = asking.limit(fail_over)
    question, said = asking.question(as_of, account, marketplace, channel, window, lag, timezone, cancelled_out)
    book = asking.book()
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        spans, notices = lay_out(opened, book, question, old_too=False)
        whole = measures(opened, book, question, spans)
        if not whole:
            raise EmptyStore(
                "no orders in the window", "import All Orders of those days, or look at --as-of and the filters"
            )
        listed = defective_orders(opened, spans) if orders else []
        grouped = measures(opened, book, question, spans, by) if by else []
        notices += [*asking.unknown_places(whole), *only_traced(opened, question)]
        notices += missing_orders(opened, book, question, spans)
        notices += [notice for _, _, notice in silent(opened, question)]
    data = tuple(listed if orders else grouped if by else whole)
    answer = Answer(f"atoz.{'odr_orders' if orders else 'odr_by' if by else 'odr'}/1", said, data, tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets import rates

        if orders:
            return rates.defective(listed)
        return rates.groups(cast("list[GroupMeasure]", grouped), by) if by else rates.odr(whole)

    asking.show(answer, sheets, format, as_json, output)
    return int(fail_over is not None and asking.over(whole, limit))


def feedback(
    window: o.Window = None,
    lag: o.Lag = "auto",
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    timezone: o.Timezone = None,
    by: By = None,
    listed: Listed = False,
    rated: Ratings = False,
    fail_over: o.FailOver = None,
    cancelled_out: o.LeaveOut = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """The negative feedback rate over the ODR's window; with --list the feedback itself and what can be done about it."""
    from atoz_cli import feedback as room
    from atoz_cli.answers import Answer
    from atoz_cli.metrics import lay_out, measures
    from atoz_cli.metrics.gaps import missing_orders
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    _check_groups(by, listed, "--list")
    if rated and (listed or by is not None):
        raise BadUsage("--ratings is a question of its own", "ask it without --list and --by")
    if rated and channel is not None:
        raise BadUsage("--ratings are of a whole account, whoever ships: buyers see one", "ask it without --channel")
    limit = asking.limit(fail_over)
    if fail_over is not None and limit is None:
        raise BadUsage("--fail-over needs a rate here: negative feedback has no limit of its own", "--fail-over 0.5%")
    question, said = asking.question(as_of, account, marketplace, channel, window, lag, timezone, cancelled_out)
    book = asking.book()
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        spans, _ = lay_out(opened, book, question, "negative_feedback_rate", old_too=listed)
        whole = measures(opened, book, question, spans)
        if not whole:
            raise EmptyStore(*NO_ORDERS)
        rates = room.rates(measures(opened, book, question, spans, by) if by else whole)
        spread = room.ratings(opened, question) if rated or (listed and channel is None) else []
        items = room.listed(opened, book, question, spans) if listed else []
        notices = [*asking.unknown_places(whole), *missing_orders(opened, book, question, spans)]
    name = "feedback_list" if listed else "feedback_ratings" if rated else "feedback_by" if by else "feedback"
    answer = Answer(f"atoz.{name}/1", said, tuple(items if listed else spread if rated else rates), tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets import rates as sheet

        if listed or rated:
            seen = [sheet.ratings(spread)] if channel is None else []
            return [*(sheet.feedback_list(items) if listed else ()), *seen]
        return sheet.feedback(rates, by)

    asking.show(answer, sheets, format, as_json, output)
    return int(fail_over is not None and asking.over(whole, limit))
