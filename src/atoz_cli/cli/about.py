"""`atoz rules`, `sources`, `template`, `schema`: what the program knows and promises, no store needed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet
    from atoz_cli.answers.rules import RuleLine


def rules(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One policy or rule, such as odr or standings.claim.")
    ] = None,
    as_of: o.AsOf = None,
    marketplace: o.Marketplace = None,
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """Amazon's policy as it is applied: each value with its day, its source and how sure it is. ATOZ_POLICY overlays it."""
    asking.check_format(format)
    _, day, said = asking.moment(as_of)
    book, place = asking.book(), asking.marketplace(marketplace)
    policy, _, key = (name or "").partition(".")
    if name and policy not in book.names():
        raise BadUsage(f"no policy is called {policy!r}", f"one of {', '.join(book.names())}")
    lines = [
        _shown(line)
        for one in ([policy] if name else book.names())
        for line in book.at(one, day, place).lines()
        if line.rule == name or not key or line.rule.startswith(f"{name}.")
    ]
    if not lines:
        raise BadUsage(f"no rule is called {name!r}", f"atoz rules {policy}")
    titles = {one: book.title(one) for one in book.names()}

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.files import rules as sheet

        return sheet(lines, titles, said)

    from atoz_cli.answers import Answer

    asking.show(Answer("atoz.rules/1", said, tuple(lines)), sheets, format, as_json, output)


def _shown(line: RuleLine) -> RuleLine:
    from msgspec.structs import replace

    return replace(line, value=_plain(line.value))


def _plain(value: Any) -> Any:
    """Numbers of the policy are rates and amounts to compare with, not money to pay."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def sources(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One source, with its columns.")] = None,
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """What can be imported, and where in Seller Central to download it."""
    from atoz_cli.cards import cards
    from atoz_cli.sources.recognise import named

    asking.check_format(format)
    chosen = [cards()[named(name).name]] if name else list(cards().values())

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.files import sources as sheet

        return sheet(chosen)

    from atoz_cli.answers import Answer

    asking.show(Answer("atoz.sources/1", None, tuple(chosen)), sheets, format, as_json, output)


def template(
    name: Annotated[
        str, typer.Argument(metavar="SOURCE", help="orders, claims, chargebacks, shipments, messages, refunds, …")
    ],
    output: o.Output = None,
) -> None:
    """An empty file of our own with one example row, to fill in."""
    import csv
    import io
    from pathlib import Path

    from atoz_cli.sources.declare import sources as declared
    from atoz_cli.sources.recognise import named
    from atoz_cli.views import write

    source = named(name)
    if not source.example:
        own = ", ".join(one.name for one in declared().values() if one.example)
        raise BadUsage(f"{name} is a file that Amazon makes, so there is no template", f"one of {own}")
    columns = [column.written[0] for column in source.columns.values()]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow(dict(source.example))
    write(out.getvalue(), Path(output) if output else None)


def schema(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One answer, such as odr.")] = None,
    output: o.Output = None,
) -> None:
    """The JSON Schema of each answer."""
    import json
    from pathlib import Path

    from atoz_cli.schemas import NAMES, schema_of
    from atoz_cli.views import write

    if name is not None and name not in NAMES:
        raise BadUsage(f"no answer is called {name!r}", f"one of {', '.join(NAMES)}")
    found = schema_of(name) if name else {one: schema_of(one) for one in NAMES}
    write(json.dumps(found, indent=2, ensure_ascii=False) + "\n", Path(output) if output else None)
