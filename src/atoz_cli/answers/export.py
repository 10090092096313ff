"""The values of an export: what was written."""

from __future__ import annotations

from msgspec import Struct


class Written(Struct, frozen=True):
    """One table that was written: its name, the file (and the sheet of a workbook), how many rows and columns."""

    table: str
    file: str
    sheet: str | None
    rows: int
    columns: int
