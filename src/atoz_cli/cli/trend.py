"""`atoz trend`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, cast

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage, EmptyStore

if TYPE_CHECKING:
    from decimal import Decimal

    from atoz_cli.answers import Sheet
    from atoz_cli.trend import By, Metric, Trend

USUAL = 180
Named = Annotated[
    str, typer.Argument(metavar="METRIC", help="odr, or another metric of `atoz health`.", autocompletion=o.metrics)
]
Days = Annotated[
    str | None, typer.Option("--days", metavar="N|180d", help="So many days, the day asked the last. Default: 180.")
]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="All days since then instead.")]
By_ = Annotated[
    str | None,
    typer.Option("--by", metavar="day|week|month", help="A row each; a week or month is answered by its last day."),
]
Test = Annotated[bool, typer.Option("--test", help="Whether the rate changed, and whether that is more than chance.")]


def trend(
    metric: Named = "odr",
    days: Days = None,
    since: From = None,
    by: By_ = None,
    test: Test = False,
    window: o.Window = None,
    lag: o.Lag = "auto",
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    timezone: o.Timezone = None,
    fail_over: o.FailOver = None,
    cancelled_out: o.LeaveOut = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """A metric day by day, each day with what was known on it; where it crossed its limit, and why it moved."""
    from atoz_cli import trend as room
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading
    from atoz_cli.trend.change import changes

    asking.check_format(format)
    asked, kept = _metric(metric), _by(by, test)
    limit = asking.limit(fail_over)
    question, said = asking.question(as_of, account, marketplace, channel, window, lag, timezone, cancelled_out)
    first, book = _first(days, since, question.day), asking.book()
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        found = room.trend(opened, book, question, asked, first)
        if fail_over is not None and limit is None and all(one.limit is None for one in found.series):
            raise BadUsage(f"--fail-over needs a rate here: {asked.name} has no limit of its own", "--fail-over 0.5%")
        tests = []
        if asked.by_order and (test or not (as_json or format in ("json", "csv"))):
            tests = changes(opened, book, found, asked)
    last = [one.points[-1] for one in found.series]
    placed = [
        asking.Placed(one.account, one.marketplace, one.channel, one.denominator) for one in last if one.denominator
    ]
    notices = (*found.notices, *asking.unknown_places(placed))
    points = [point for one in found.series for point in room.every(one, kept or "day")]
    data: tuple[object, ...] = tuple(tests if test else points)

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets import change
        from atoz_cli.sheets import trend as sheet

        named = (book.title(asked.name).partition(":")[0], asked.numerator, asked.denominator)
        if test:
            return change.tests(tests, named)
        lines = [
            (room.every(one, kept or "day"), one.marks, bool(one.limit and one.limit.above)) for one in found.series
        ]
        return sheet.trend(lines, tests, named, kept)

    answer = Answer(f"atoz.trend{'_test' if test else ''}/1", said, data, notices)
    asking.show(answer, sheets, format, as_json, output)
    return int(fail_over is not None and _fails(found, limit))


def _metric(name: str) -> Metric:
    from atoz_cli.trend import METRICS

    asked = name.strip().lower().replace("-", "_")
    known = {one.name: one for one in METRICS}
    if asked not in known:
        raise BadUsage(f"{name!r} is not a metric that has a trend", f"one of {', '.join(known)}")
    return known[asked]


def _by(option: str | None, test: bool) -> By | None:
    if option not in (None, "day", "week", "month"):
        raise BadUsage(f"--by: {option!r} is not a span of time", "--by day, week or month")
    if option is not None and test:
        raise BadUsage("--by and --test are two questions", "the test is of weeks: ask it without --by")
    return cast("By | None", option)


def _first(days: str | None, since: str | None, last: date) -> date:
    """The first day of the span that is asked for."""
    if since is None:
        many = USUAL if days is None else _days(days)
        return max(date.min, last - timedelta(days=min(many - 1, (last - date.min).days)))
    if days is not None:
        raise BadUsage("--days and --from are two ways to say the same", "give one of them")
    try:
        first = date.fromisoformat(since.strip())
    except ValueError:
        raise BadUsage(f"--from: {since!r} is not a date", "write 2026-05-27") from None
    if first > last:
        raise BadUsage(f"--from: {first} is after the day asked, {last}", "take an earlier day, or a later --as-of")
    return first


def _days(option: str) -> int:
    if option.strip().isdecimal() and int(option) > 0:
        return int(option)
    found = asking.days(option, "--days", 1)
    return found or USUAL


def _fails(found: Trend, share: Decimal | None) -> bool:
    """Whether a rate of the last day is not within its limit, or within the one given. EmptyStore: nothing to hold against it."""
    from atoz_cli.trend.counting import Limit

    last = [(one.points[-1], one.limit) for one in found.series if one.points[-1].denominator]
    if not last:
        raise EmptyStore("no orders in the window of the last day", "import All Orders of its days")
    limits = [(point, limit.against(share) if limit else Limit(share) if share else None) for point, limit in last]
    return any(limit and limit.status(point.numerator, point.denominator) == "missed" for point, limit in limits)
