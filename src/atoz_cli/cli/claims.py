"""`atoz triage` and `atoz why`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.answers import Notice, Sheet
    from atoz_cli.answers.claims import Glance, Verdict
    from atoz_cli.cases import Wanted
    from atoz_cli.metrics import Question
    from atoz_cli.policy import Book
    from atoz_cli.triage.case import Case

Files = Annotated[
    list[str] | None, typer.Argument(metavar="[FILE]…", help="Import these first and triage the claims in them.")
]
ClosedToo = Annotated[bool, typer.Option("--all", help="Closed claims too.")]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help="Only this kind, such as item_not_received.", autocompletion=o.kinds),
]
Due = Annotated[str | None, typer.Option("--due", metavar="24h", help="Only what is due within, and what is overdue.")]
Letters = Annotated[
    str | None, typer.Option("--letters", metavar="DIR", help="Write drafts of messages to the buyers there.")
]
FailDue = Annotated[
    str | None, typer.Option("--fail-due", metavar="24h", help="Exit 1 if anything open is due within.")
]


def triage(
    files: Files = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    kind: Kind = None,
    due: Due = None,
    fail_due: FailDue = None,
    closed_too: ClosedToo = False,
    response_hours: o.ResponseHours = None,
    timezone: o.TheirTimezone = None,
    letters: Letters = None,
    language: o.Language = None,
    source: o.SourceName = None,
    date_order: o.DateOrder = None,
    strict: Annotated[bool, typer.Option("--strict", help="One bad row refuses its whole file.")] = False,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """What each claim is, whether it counts, what to do and by when: first what comes first."""
    from atoz_cli import cases
    from atoz_cli.answers import Answer
    from atoz_cli.kinds import KINDS
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    if language is not None:
        asking.language(language)
    if kind is not None and kind not in KINDS:
        raise BadUsage(f"--kind: {kind!r} is not a kind of claim", f"one of {', '.join(KINDS)}")
    soon, alarm = asking.within(due, "--due"), asking.within(fail_due, "--fail-due")
    question, said = asking.question(as_of, account, marketplace, timezone=timezone or "UTC")
    book, path = asking.book(), asking.store_path(store)
    wanted, status = cases.Wanted(closed_too=closed_too, kind=kind), 0
    notices: list[Notice] = []
    with ExitStack() as held:
        engine = None
        if files:
            from atoz_cli.cli.files import import_quietly
            from atoz_cli.store import staging

            stage = held.enter_context(staging.opened())
            status, found, notices = import_quietly(
                files, path, account, marketplace, source, date_order, strict, wait, as_json or format == "json", stage
            )
            wanted, engine = cases.Wanted(found["claims"], found["chargebacks"], True, kind), stage.connection
        opened = held.enter_context(reading(path, asking.seconds(wait), engine))
        pairs: list[tuple[Case, Verdict]] = []
        judged: Sequence[Verdict | Glance]
        if letters is not None:
            pairs, more = cases.judged(opened, book, question, wanted, response_hours)
            judged = [verdict for _, verdict in pairs]
        elif not files and cases.very_many(opened):
            judged, more = held.enter_context(
                _side_by_side(path, asking.seconds(wait), book, question, wanted, response_hours)
            )
        else:
            judged, more = cases.triage(opened, book, question, wanted, response_hours)
        urgent = alarm is not None and any(_is_due(one, asking.later(question.as_of, alarm)) for one in judged)
        if soon is not None:
            last = asking.later(question.as_of, soon)
            judged = [one for one in judged if one.act_by is not None and one.act_by <= last]
        notices += _unknown_orders(judged)
        if letters is not None:
            shown = {id(one) for one in judged}
            _write_letters([pair for pair in pairs if id(pair[1]) in shown], book, language, letters, said)
        rows = _rows(judged, as_written=as_json or format == "json")

        def sheets() -> list[Sheet]:
            from atoz_cli.sheets import claims

            zone, name = asking.clock(timezone)
            return claims.triage(rows, question.as_of, zone, name)

        asking.show(Answer("atoz.triage/1", said, rows, (*notices, *more)), sheets, format, as_json, output)
    return status or int(urgent)


def _side_by_side(
    path: Path, wait: float, book: Book, question: Question, wanted: Wanted, response_hours: int | None
) -> AbstractContextManager[tuple[list[Glance], list[Notice]]]:
    """Very many claims, judged by several processes."""
    from atoz_cli.cases import spread
    from atoz_cli.views.to_json import row

    return spread.triage(spread.Job(path, wait, book, question, wanted, response_hours, row))


def _rows(judged: Sequence[Verdict | Glance], *, as_written: bool) -> tuple[Any, ...]:
    """The rows of the answer: the verdicts, or where they are written down already and wanted so, where they are."""
    from atoz_cli.answers.claims import Glance

    glances = [one for one in judged if isinstance(one, Glance)]
    if not glances:
        return tuple(judged)
    if as_written:
        return tuple(one.row for one in glances)
    from atoz_cli.cases import spread

    return tuple(spread.verdicts(glances))


def _write_letters(pairs: list[tuple[Case, Verdict]], book: Book, language: str | None, folder: str, said: str) -> None:
    """A draft for each buyer whom a message helps, with a manifest that says the folder is ours."""
    import re
    from hashlib import sha256
    from pathlib import Path

    from atoz_cli.answers import Answer
    from atoz_cli.evidence import put
    from atoz_cli.letters import language_of, letter, to_buyer
    from atoz_cli.triage.law import law_of
    from atoz_cli.views import render

    files: dict[str, bytes] = {}
    rows = []
    for case, verdict in pairs:
        if not to_buyer(case, verdict):
            continue
        law = law_of(case, book)
        longest = int(law.value("evidence.buyer_characters", law.today))
        tongue = language or language_of(case.marketplace)
        stem = re.sub(r"[^\w-]", "_", "_".join(filter(None, (case.order_id, case.claim_id))))[:100]
        name = next(one for at in range(1, 10**6) if (one := f"{stem}{f'-{at}' if at > 1 else ''}.txt") not in files)
        files[name] = letter("buyer", case, verdict, tongue, longest).encode()
        sums = [{"file": name, "bytes": len(files[name]), "sha256": sha256(files[name]).hexdigest()}]
        rows.append({"account": case.account, "order_id": case.order_id, "claim_id": case.claim_id, "files": sums})
    manifest = Answer("atoz.letters/1", said, tuple(rows))
    text = render(manifest, "json", sheets=list, width=None, colour=False)
    put(files | {"manifest.json": text.encode()}, Path(folder))
    print(f"{len(files)} drafts of messages to buyers are in {folder}: read each before you send it", file=sys.stderr)


def _is_due(one: Verdict | Glance, until: datetime) -> bool:
    return one.act_by is not None and one.act_by <= until and one.action != "none"


def _unknown_orders(judged: Sequence[Verdict | Glance]) -> list[Notice]:
    from atoz_cli.answers import Notice

    missing = [one.order_id for one in judged if one.odr.in_window is None]
    if not missing:
        return []
    shown = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
    return [
        Notice(
            "unknown_order",
            f"{'a claim is' if len(missing) == 1 else f'{len(missing)} claims are'} on orders that no file lists ({shown}): "
            "import All Orders to see the effect",
        )
    ]


def why(
    order_id: Annotated[str, typer.Argument(metavar="ORDER_ID", help="Such as 111-1234567-1234567.")],
    as_of: o.AsOf = None,
    account: o.Account = None,
    window: o.Window = None,
    lag: o.Lag = "auto",
    timezone: o.Timezone = None,
    cancelled_out: o.LeaveOut = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """Everything known of one order, and why it counts or not."""
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading
    from atoz_cli.why import story

    asking.check_format(format)
    question, said = asking.question(as_of, None, None, None, window, lag, timezone, cancelled_out)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        stories = story(opened, asking.book(), question, asking.text(order_id))
    stories = [one for one in stories if account is None or asking.text(account) == one.account]
    if not stories:
        from atoz_cli.errors import UnknownId

        raise UnknownId(f"no order {asking.text(order_id)} is known of account {asking.text(account or '')}")

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets import claims

        return claims.why(stories)

    asking.show(Answer("atoz.why/1", said, tuple(stories)), sheets, format, as_json, output)
