"""`atoz reconcile`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.cli.paths import found_files, stdin
from atoz_cli.errors import BadUsage, EmptyStore, InputRefused, NoData

if TYPE_CHECKING:
    from atoz_cli.answers import Notice, Sheet
    from atoz_cli.answers.reconcile import Reconciliation
    from atoz_cli.ingest import How
    from atoz_cli.metrics import Question
    from atoz_cli.reconcile.file import Read

File = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE]",
        help="A performance report, or Amazon's list of orders with defects. Default: the newest report in the store.",
    ),
]
ImportToo = Annotated[bool, typer.Option("--import", help="Import FILE too; without it the store is not changed.")]
FailDiffers = Annotated[bool, typer.Option("--fail-differs", help="Exit 1 when a figure or an order differs.")]
FailOver = Annotated[
    str | None, typer.Option("--fail-over", metavar="N", help="Exit 1 when a figure differs by more than N orders.")
]


def reconcile(
    file: File = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    timezone: o.Timezone = None,
    cancelled_out: o.LeaveOut = None,
    import_too: ImportToo = False,
    source: o.SourceName = None,
    date_order: o.DateOrder = None,
    fail_differs: FailDiffers = False,
    fail_over: FailOver = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """Our figures against Amazon's for the very same window: what differs, which orders explain it, what looks appealable."""
    from atoz_cli.answers import Answer

    asking.check_format(format)
    most = _orders(fail_over)
    question, said = asking.question(as_of, account, marketplace, channel, None, "auto", timezone, cancelled_out)
    path, seconds = asking.store_path(store), asking.seconds(wait)
    notices: list[Notice] = []
    status = 0
    if file is None:
        if import_too or source or date_order:
            raise BadUsage("--import, --as and --date-order are about a FILE, and none is named", "atoz reconcile FILE")
        found = _newest(path, seconds, question, as_of is not None)
    else:
        how = _how(path, seconds, question.marketplace, source, date_order)
        read, whose, notices = _read(file, how, account, import_too)
        found = _of_file(read, how, replace(question, account=whose), as_of is not None)
        status = _complaints(read, as_json or format == "json")
    answer = Answer("atoz.reconcile/1", said, tuple(found), tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.reconcile import reconcile as sheet

        return sheet(found)

    asking.show(answer, sheets, format, as_json, output)
    return status or _verdict(found, fail_differs, most, as_json or format == "json")


def _orders(option: str | None) -> int | None:
    """--fail-over as a number of orders."""
    if option is None:
        return None
    if not (option.isascii() and option.isdigit() and len(option) < 10):
        raise BadUsage(f"--fail-over: {option!r} is not a number of orders", "write --fail-over 0, or --fail-differs")
    return int(option)


def _how(path: Path, seconds: float, place: str | None, source: str | None, order: str | None) -> How:
    from atoz_cli.ingest import How
    from atoz_cli.sources.recognise import named

    if order not in (None, "mdy", "dmy", "ymd"):
        raise BadUsage(f"--date-order: {order!r} is no order", "mdy, dmy or ymd")
    if source is not None:
        named(source)
    return How(store=path, marketplace=place, source=source, date_order=order, wait=seconds)


def _newest(path: Path, seconds: float, question: Question, given: bool) -> list[Reconciliation]:
    """The newest report that the store knows of each account and marketplace."""
    from atoz_cli.reconcile import Request, against_totals, known, newest
    from atoz_cli.store.duck import reading

    book = asking.book()
    with reading(path, seconds) as opened:
        found = newest(known(opened, book, question), question.day)
        if not found:
            raise EmptyStore(
                "no performance report is known by that day",
                "atoz reconcile FILE, or import one; `atoz sources performance_v2` says where it is from",
            )
        return against_totals(opened, book, Request(question, given), found)


def _read(file: str, how: How, account: str | None, import_too: bool) -> tuple[Read, str, list[Notice]]:
    """What Amazon says in the file, whose it is, and what the user should know of it."""
    from atoz_cli.answers import Notice
    from atoz_cli.ingest import run
    from atoz_cli.reconcile import places_of
    from atoz_cli.reconcile.file import read

    with stdin([file]) as spooled:
        found, missing = found_files([file], spooled)
        for _, error in missing:
            raise error
        what = read(found, how, file, places_of(asking.book(), asking.moment(None)[1]))
        whose = _whose(how, account, import_too)
        notices = [notice for one in what.done for notice in one.notices]
        notices += [
            Notice(
                "rows_refused",
                f"{one.file}: {refusal.column} {refusal.value or '(empty)'} {refusal.reason}; passed over",
            )
            for one in what.receipts
            for refusal in one.refusals
        ]
        if not import_too:
            said = f"{file} is read, not imported: the store is as it was (--import keeps it)"
            return what, whose, [*notices, Notice("not_imported", said)]
        kept = [one.receipt for one in run(found, replace(how, account=whose))]
        added, same = sum(one.added for one in kept), sum(one.unchanged for one in kept)
    return what, whose, [*notices, Notice("imported", f"{file} is imported: {added:,} rows added, {same:,} unchanged")]


def _whose(how: How, account: str | None, import_too: bool) -> str:
    """The account that the file is of: the one named, else the only one that the store has."""
    from atoz_cli.store.duck import reading

    named = account or os.environ.get("ATOZ_ACCOUNT")
    if named:
        return asking.text(named)
    try:
        with reading(how.store, how.wait) as opened:
            accounts = [row[0] for row in opened.ask("SELECT DISTINCT account FROM imports ORDER BY account")]
    except EmptyStore:
        if import_too:
            return how.account
        raise
    if len(accounts) > 1:
        raise BadUsage(
            f"the store holds several accounts ({', '.join(accounts)}): whose figures are these?",
            f"say it: --account {accounts[0]}",
        )
    return accounts[0] if accounts else how.account


def _of_file(what: Read, how: How, question: Question, given: bool) -> list[Reconciliation]:
    """Each report and list of the file against the store."""
    from atoz_cli.reconcile import Request, against_list, against_totals, in_order
    from atoz_cli.store.duck import reading

    book, account = asking.book(), question.account or how.account
    found: list[Reconciliation] = []
    mine = [replace(one, account=account) for one in what.reports if question.marketplace in (None, one.marketplace)]
    if mine:
        with reading(how.store, how.wait) as opened:
            found += against_totals(opened, book, Request(question, given), mine)
    if what.listing is not None:
        with reading(how.store, how.wait) as opened:
            found += against_list(opened, book, question, account, what.listing)
    if not found and not what.reports and what.listing is None:
        raise NoData("the report names no marketplace that we know", "give the report as Amazon made it")
    if not found:
        raise NoData("nothing is said there of that marketplace and channel", "look at --marketplace and --channel")
    return in_order(found)


def _complaints(what: Read, as_json: bool) -> int:
    """A line on stderr for each file in it that was refused; exit 3 where there is one."""
    from atoz_cli.views import error_text

    wrong = [one for one in what.receipts if one.error is not None]
    for one in wrong:
        print(error_text(InputRefused(one.error or "", one.hint), as_json=as_json), file=sys.stderr)
    return 3 if wrong else 0


def _verdict(found: Sequence[Reconciliation], fail_differs: bool, most: int | None, as_json: bool) -> int:
    """4 where nothing could be compared, 1 where it differs and that was asked about."""
    from atoz_cli.reconcile import apart
    from atoz_cli.views import error_text

    if all(one.verdict == "cannot_compare" for one in found):
        hint = "import All Orders of the days of its window, or look at --account"
        print(error_text(NoData("none of it can be compared", hint), as_json=as_json), file=sys.stderr)
        return 4
    differs = any(one.verdict == "differs" for one in found)
    return int((fail_differs and differs) or (most is not None and any(apart(one) > most for one in found)))
