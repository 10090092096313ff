"""What was exported as people read it: a row a table."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Column, Sheet
from atoz_cli.answers.export import Written
from atoz_cli.sheets.words import count


def export(written: Sequence[Written]) -> list[Sheet]:
    """`atoz export`."""
    columns = (Column("Table"), Column("File"), Column("Rows", "right"), Column("Columns", "right"))
    rows = tuple((one.table, one.file, f"{one.rows:,}", f"{one.columns}") for one in written)
    lead = f"{count(len(written), 'table')}, {sum(one.rows for one in written):,} rows: docs/export.md says what each column means"
    return [Sheet("Exported", (lead,), columns, rows)]
