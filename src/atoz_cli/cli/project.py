"""`atoz project`."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage, EmptyStore

if TYPE_CHECKING:
    from fractions import Fraction

    from atoz_cli.answers import Sheet
    from atoz_cli.answers.projection import Projection
    from atoz_cli.metrics import Question
    from atoz_cli.metrics.question import Store
    from atoz_cli.policy import Book
    from atoz_cli.project import Scenario

MOST_DAYS = 365
WHAT_IF = "What if"

Days = Annotated[int, typer.Option("--days", min=1, max=MOST_DAYS, metavar="N", help="How many days ahead.")]
OrdersPerDay = Annotated[
    str | None,
    typer.Option(
        "--orders-per-day",
        metavar="N",
        help="Orders to come, for each account, marketplace and channel. Default: its own pace.",
        rich_help_panel=WHAT_IF,
    ),
]
AddDefects = Annotated[
    int,
    typer.Option(
        "--add-defects",
        min=0,
        max=1_000_000,
        metavar="N",
        help="So many placed orders turn defective.",
        rich_help_panel=WHAT_IF,
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="ORDER_ID",
        help="Its defects do not count: an appeal won, a feedback removed.",
        rich_help_panel=WHAT_IF,
    ),
]
Pending = Annotated[
    str,
    typer.Option(
        "--pending", metavar="as-is|lost|won", help="How pending claims and chargebacks end.", rich_help_panel=WHAT_IF
    ),
]
FailMissed = Annotated[
    str | None,
    typer.Option("--fail-missed", metavar="14d", help="Exit 1 when the rate is projected to be missed within."),
]
Ics = Annotated[
    str | None,
    typer.Option(
        "--ics", metavar="FILE", help="Write the dates that matter, and deadlines of claims, as a calendar too."
    ),
]


def project(
    days: Days = 90,
    orders_per_day: OrdersPerDay = None,
    add_defects: AddDefects = 0,
    without: Without = None,
    pending: Pending = "as-is",
    window: o.Window = None,
    lag: o.Lag = "auto",
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    timezone: o.Timezone = None,
    fail_missed: FailMissed = None,
    cancelled_out: o.LeaveOut = None,
    ics: Ics = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """The Order Defect Rate day by day ahead: what is certain already, what if, and how sure. A row a day."""
    from atoz_cli.answers import Answer
    from atoz_cli.metrics.asking import lay_out_orders
    from atoz_cli.metrics.evidence import only_traced
    from atoz_cli.project import projected_and_told
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    scenario = _scenario(days, orders_per_day, add_defects, without, pending)
    alarm = _alarm(fail_missed, days)
    question, said = asking.question(as_of, account, marketplace, channel, window, lag, timezone, cancelled_out)
    if question.day.year > 9000:
        raise BadUsage(f"--as-of: {said} is too late to look ahead from", "write a day of these years")
    if ics is not None and output is not None and os.path.realpath(ics) == os.path.realpath(output):
        raise BadUsage("--ics and --output name the same file", "give each a file of its own")
    book = asking.book()
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        found, notices = projected_and_told(opened, book, question, scenario)
        if not found:
            raise EmptyStore(
                "no orders in the window or on the way into it",
                "import All Orders of those days, or look at --as-of and the filters",
            )
        if marketplace or channel:  # the orders of what is shown alone: more was laid out
            lay_out_orders(opened, book, question)
        notices = [*asking.unknown_places([one.today for one in found]), *notices, *only_traced(opened, question)]
        calendar = _calendar(opened, book, question, found) if ics is not None else ""
    if ics is not None:
        from pathlib import Path

        from atoz_cli.views import write

        write(calendar, Path(ics))
    rows = tuple(row for one in found for row in one.days)

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.projection import ahead

        return ahead(found, _supposed(scenario))

    asking.show(Answer("atoz.project/1", said, rows, tuple(notices)), sheets, format, as_json, output)
    return int(alarm is not None and any(_missed_within(one, alarm) for one in found))


def _scenario(
    days: int, orders_per_day: str | None, add_defects: int, without: list[str] | None, pending: str
) -> Scenario:
    from atoz_cli.project import PENDING, Scenario

    ending = next((one for one in PENDING if one == pending), None)
    if ending is None:
        raise BadUsage(f"--pending: {pending!r} is no way for a claim to end", f"one of {', '.join(PENDING)}")
    ids = tuple(asking.text(one) for one in without or ())
    return Scenario(days, _orders(orders_per_day), add_defects, ids, ending)


def _orders(option: str | None) -> Fraction | None:
    """A number of orders, of which a part is a day now and then."""
    if option is None:
        return None
    from fractions import Fraction

    if not re.fullmatch(r"\d{1,7}(\.\d{1,4})?", option.strip()):
        raise BadUsage(f"--orders-per-day: {option!r} is not a number of orders", "write 20, 0.5 or 0")
    return Fraction(option.strip())


def _alarm(option: str | None, days: int) -> int | None:
    found = asking.days(option, "--fail-missed", 0)
    if found is not None and found > days:
        raise BadUsage(
            f"--fail-missed: {option} is further than --days {days} looks", f"--days {min(found, MOST_DAYS)}"
        )
    return found


def _missed_within(one: Projection, days: int) -> bool:
    missed = one.outlook.first_missed_on
    return missed is not None and missed <= one.today.day + timedelta(days=days)


def _supposed(scenario: Scenario) -> list[str]:
    """What the user asked to suppose, in words."""
    said = []
    if scenario.add_defects:
        number = scenario.add_defects
        said.append(
            f"the youngest {'clean order' if number == 1 else f'{number:,} clean orders'} in the window turn defective"
        )
    if scenario.without:
        said.append(f"no defect of {', '.join(dict.fromkeys(scenario.without))} counts")
    if scenario.pending != "as-is":
        said.append(f"every pending claim and chargeback is {scenario.pending}")
    return [f"What if: {'; '.join(said)}"] if said else []


def _calendar(store: Store, book: Book, question: Question, found: list[Projection]) -> str:
    from atoz_cli import cases
    from atoz_cli.sheets.calendar import entries
    from atoz_cli.views.to_calendar import render

    verdicts, _ = cases.triage(store, book, question, cases.Wanted())
    wanted = [one for one in verdicts if question.channel in (None, one.channel)]
    return render(entries(found, wanted), question.as_of)
