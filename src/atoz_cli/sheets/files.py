"""Receipts, sources and rules as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atoz_cli.answers import Cell, Column, Sheet
from atoz_cli.answers.files import Period, Receipt, SourceCard, SourceColumn
from atoz_cli.answers.rules import RuleLine
from atoz_cli.sheets.words import count, day

SHOWN = 5
COUNTS = ("rows", "added", "updated", "unchanged", "skipped", "refused")
ALWAYS = ("rows", "added")
"""The other counts have a column where they are not all 0."""


def receipts(all_of_them: Sequence[Receipt]) -> list[Sheet]:
    """`atoz import`: a row a file, then the refused rows with their reasons."""
    shown = [name for name in COUNTS if name in ALWAYS or any(getattr(one, name) for one in all_of_them)]
    dated = any(one.covers for one in all_of_them)
    columns = (
        Column("File", whole=False),
        Column("What it is"),
        *([Column("Covers", spare=True)] if dated else []),
        *(Column(name.capitalize(), "right") for name in shown),
    )
    rows = tuple(_receipt(one, shown, dated) for one in all_of_them)
    notes = tuple(_understood(one) for one in all_of_them if one.understood)
    taken = [one for one in all_of_them if one.source is not None and one.error is None]
    added, updated = sum(one.added for one in taken), sum(one.updated for one in taken)
    bad = sum(one.refused for one in all_of_them)
    lead = f"{count(len(taken), 'file')} imported: {count(added, 'row')} added, {updated:,} updated, {bad:,} refused"
    if any(one.dry_run for one in all_of_them):
        lead = f"Dry run, nothing is kept: {lead}"
    refused = [_refusals(one) for one in all_of_them if one.refusals]
    return [Sheet("Imported", (lead,), columns, rows, notes), *refused]


def _receipt(one: Receipt, shown: Sequence[str], dated: bool) -> tuple[str | Cell, ...]:
    covers = [_days(one.covers)] if dated else []
    if one.source is None:
        kind = Cell("refused", "bad") if one.error else Cell("not known", "dim")
        return (one.file, kind, *covers, *[""] * len(shown))
    kind = Cell(f"{one.source} (refused)", "bad") if one.error else Cell(one.source)
    return (one.file, kind, *covers, *(_number(name, getattr(one, name)) for name in shown))


def _days(period: Period | None) -> str:
    """`2026-09-09 … 11-07`, the second year only where it is another."""
    if period is None:
        return ""
    if period.from_ == period.to:
        return day(period.to)
    return f"{day(period.from_)} … {day(period.to)[5 if period.from_.year == period.to.year else 0 :]}"


def _understood(one: Receipt) -> str:
    """`health.csv: understood Order ID, Order Date; ignored SKU Count`."""
    read = ", ".join(column.column for column in one.understood)
    passed = f"; ignored {', '.join(name or '(no name)' for name in one.ignored)}" if one.ignored else ""
    return f"{one.file}: understood {read}{passed}"


def _number(name: str, number: int) -> Cell:
    return Cell(f"{number:,}", "bad" if name == "refused" and number else "plain")


def _refusals(one: Receipt) -> Sheet:
    columns = (Column("Line", "right"), Column("Column"), Column("Value", whole=False), Column("Why", whole=False))
    rows = tuple((str(row.line), row.column or "", row.value or "", row.reason) for row in one.refusals[:SHOWN])
    more = len(one.refusals) - SHOWN
    notes = (f"{count(more, 'more row')}: --rejects FILE writes them all",) if more > 0 else ()
    return Sheet(f"Refused rows of {one.file}", (), columns, rows, notes)


def sources(cards: Sequence[SourceCard]) -> list[Sheet]:
    """`atoz sources`: a row each, or the page of one."""
    if len(cards) == 1:
        return [_card(cards[0])]
    columns = (Column("Source"), Column("What", whole=False), Column("Where", whole=False))
    return [Sheet("What can be imported", (), columns, tuple((one.source, one.what, one.where) for one in cards))]


def _card(one: SourceCard) -> Sheet:
    lead = [one.what, f"Where: {one.where}"]
    lead += [f"Report type: {one.report}"] if one.report else []
    lead += [f"Good for: {one.good_for}"] if one.good_for else []
    lead += [f"Recognised by: {' '.join(one.recognised)}"]
    lead += [f"Rows: {' '.join(one.read_as)}"] if one.read_as else []
    lead += [f"Fills {line}" for line in one.merged_by]
    constants = (f"{constant.field} = {constant.text}" for constant in one.constants)
    lead += [f"Holds for every row that says nothing else: {', '.join(constants)}"] if one.constants else []
    columns = (
        Column("Column", whole=False), Column("We call it"), Column("Must be there"), Column("What it is", whole=False),
    )  # fmt: skip
    rows = tuple(
        (_names(column), column.field, "yes" if column.required else "", column.phrase) for column in one.columns
    )
    notes = [*one.traps, *_positions(one)]
    if any(column.meant_by for column in one.columns):
        languages = dict.fromkeys(
            language for column in one.columns for language in column.meant_by if language != "all"
        )
        said = f" in {', '.join(languages)} (--json lists them)" if any(languages) else " (--json lists them)"
        notes.append(f"A column of none of these names is found by the words of its header{said}.")
    return Sheet(f"{one.source}: {one.title}", tuple(lead), columns if rows else (), rows, tuple(notes))


def _names(column: SourceColumn) -> str:
    """`product sales / Umsätze; added: shipping credits`: of the added columns the first name each."""
    added = f"; added: {', '.join(names[0] for names in column.added)}" if column.added else ""
    return " / ".join(column.names) + added


def _positions(one: SourceCard) -> list[str]:
    """Where the columns of a layout stand that goes by position."""
    return [
        f"By position, with {len(layout.fields)} columns: "
        + ", ".join(f"{place} {field}" for place, field in enumerate(layout.fields, 1) if field)
        for layout in one.layouts
    ]


def rules(lines: Sequence[RuleLine], titles: dict[str, str], as_of: str) -> list[Sheet]:
    """`atoz rules`: the values of a day with their citations, a sheet a policy."""
    sheets = []
    for name, title in titles.items():
        mine = [line for line in lines if line.rule.partition(".")[0] == name]
        if not mine:
            continue
        columns = (
            Column("Rule"),
            Column("Value", whole=False),
            Column("Since"),
            Column("Sure"),
            Column("From", whole=False),
        )
        rows = tuple(
            (line.rule.partition(".")[2], _value(line.value), day(line.since), line.confidence, line.url or "")
            for line in mine
        )
        notes = tuple(f"{line.rule}: {line.text}" for line in mine if line.text)
        sheets.append(Sheet(f"{name}: {title}", (f"As it stands on {as_of}",), columns, rows, notes))
    return sheets


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_value(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_value, value)) or "(none)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
