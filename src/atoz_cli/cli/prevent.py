"""`atoz prevent`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.answers import Notice, Sheet
    from atoz_cli.answers.prevent import Risk

RiskName = Annotated[
    list[str] | None,
    typer.Option("--risk", metavar="RISK", help="Only this risk, such as no_tracking; may be repeated."),
]
Due = Annotated[str | None, typer.Option("--due", metavar="24h", help="Only what is due within, and what is overdue.")]
FailDue = Annotated[
    str | None, typer.Option("--fail-due", metavar="24h", help="Exit 1 if anything is due within, or overdue.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="The most urgent N alone.")]


def prevent(
    risk: RiskName = None,
    due: Due = None,
    fail_due: FailDue = None,
    limit: Limit = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    channel: o.Channel = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """What may become a claim: open orders and products in danger, and what to do today, the most urgent first."""
    from atoz_cli import prevent as room
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    asked = _risks(risk, room.RISKS)
    soon, alarm = asking.within(due, "--due"), asking.within(fail_due, "--fail-due")
    question, said = asking.question(as_of, account, marketplace, channel)
    book = asking.book()
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        risks, notices = room.prevent(opened, book, question, asked)
    urgent = alarm is not None and any(_is_due(one, asking.later(question.as_of, alarm)) for one in risks)
    if soon is not None:
        risks = [one for one in risks if _is_due(one, asking.later(question.as_of, soon))]
    shown = risks[:limit]
    answer = Answer("atoz.prevent/1", said, tuple(shown), (*notices, *_left_out(len(risks) - len(shown))))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.prevent import prevent as sheet

        return sheet(shown, question.as_of)

    asking.show(answer, sheets, format, as_json, output)
    return int(urgent)


def _risks(names: Sequence[str] | None, known: Collection[str]) -> tuple[str, ...]:
    """The risks asked for, each once; none where all are."""
    asked = [one.strip().lower().replace("-", "_") for one in names or ()]
    for one in asked:
        if one not in known:
            raise BadUsage(f"--risk: {one!r} is not a risk", f"one of {', '.join(known)}")
    return tuple(one for one in known if one in asked)


def _is_due(one: Risk, until: datetime) -> bool:
    return one.act_by is not None and one.act_by <= until


def _left_out(number: int) -> list[Notice]:
    from atoz_cli.answers import Notice

    if not number:
        return []
    text = f"{number:,} less urgent {'risk is' if number == 1 else 'risks are'} left out (--limit)"
    return [Notice("limited", text)]
