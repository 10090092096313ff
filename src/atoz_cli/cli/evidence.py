"""`atoz evidence`: the pack to send for one claim."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage, UnknownId

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet
    from atoz_cli.evidence import Attached
    from atoz_cli.policy import Book
    from atoz_cli.triage.case import Case

LARGEST = 100 * 1024 * 1024
Attach = Annotated[
    list[str] | None,
    typer.Option("--attach", metavar="SLOT=FILE", help="Add a file of yours to a slot. May stand several times."),
]
Target = Annotated[str, typer.Option("-o", "--output", metavar="DIR|FILE.zip", help="Write the pack there.")]


def evidence(
    claim_id: Annotated[str, typer.Argument(metavar="CLAIM_ID", help="Or a chargeback's id, or an order's.")],
    output: Target,
    attach: Attach = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    language: o.Language = None,
    response_hours: o.ResponseHours = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
) -> None:
    """The pack to send for one claim: proof by slots, what is missing, a text to paste, a manifest."""
    from atoz_cli import cases
    from atoz_cli.answers import Answer
    from atoz_cli.evidence import pack, put
    from atoz_cli.letters import language_of
    from atoz_cli.store.duck import reading
    from atoz_cli.views import render

    asking.check_format(format)
    if language is not None:
        asking.language(language)
    question, said = asking.question(as_of, account, marketplace)
    book, wanted = asking.book(), asking.text(claim_id)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        found, notices = cases.one(opened, book, question, wanted, response_hours)
    if not found:
        raise UnknownId(f"no claim, chargeback or claimed order {wanted} is known", "atoz triage --all lists them")
    if len(found) > 1:
        ids = ", ".join(sorted({f"{one.claim_id or one.order_id} ({one.account})" for one, _, _ in found}))
        raise BadUsage(f"{wanted} is {len(found)} claims: {ids}", "name the claim's id, or --account")
    case, verdict, row = found[0]
    attached = _attached(attach or [], case, row, book)
    packed = pack(case, verdict, row, book, language or language_of(case.marketplace), attached)
    answer = Answer("atoz.evidence/1", said, (packed.answer,), tuple(notices))
    manifest = render(Answer(answer.schema, said, answer.data), "json", sheets=list, width=None, colour=False)
    put(packed.files | {"manifest.json": manifest.encode()}, Path(output))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.evidence import evidence

        return evidence(packed.answer, output)

    asking.show(answer, sheets, format, as_json, None)


def _attached(options: list[str], case: Case, row: str | None, book: Book) -> list[Attached]:
    """`slot=FILE` as files, each of a slot that this claim has."""
    from atoz_cli.evidence import Attached
    from atoz_cli.triage.law import law_of
    from atoz_cli.triage.proof import proof

    slots = [one.slot for one in proof(case, law_of(case, book), row)[0]] if options else []
    found = []
    for option in options:
        slot, equals, name = asking.text(option).partition("=")
        if not equals or not name:
            raise BadUsage(f"--attach: {option!r} is not SLOT=FILE", "such as --attach signature=pod.pdf")
        if slot not in slots:
            raise BadUsage(f"--attach: this claim has no slot {slot!r}", f"one of {', '.join(slots) or 'none'}")
        path = Path(name).expanduser()
        if not path.is_file():
            raise BadUsage(f"--attach: there is no file {name}", "mend the path")
        try:
            if path.stat().st_size > LARGEST:
                raise BadUsage(f"--attach: {name} is larger than 100 MB", "Amazon takes no such file: make it smaller")
            found.append(Attached(slot, path.name, path.read_bytes()))
        except OSError as error:
            raise BadUsage(f"--attach: {name} cannot be read: {error.strerror}", "mend the path") from error
    return found
