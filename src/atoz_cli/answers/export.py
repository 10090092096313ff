"""The values of an export: what was written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """One table that was written: its name, the file (and the sheet of a workbook), how many rows and columns."""

    table: str
    file: str
    sheet: str | None
    rows: int
    columns: int
