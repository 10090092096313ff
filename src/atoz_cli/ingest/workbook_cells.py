"""A workbook flows in, its sheets flow out as CSV files: a program of its own, started by workbooks.py.

It imports nothing of ours. `python workbook_cells.py WORKBOOK FOLDER BYTES_OF_MEMORY MOST_ROWS MOST_BYTES` prints one
JSON object: {"sheets": [[name, file], …]}, or {"refused": "password" | "rows" | "bytes" | "no room"}.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Cell = int | float | str | bool | time | date | datetime | timedelta
NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class TooMuch(Exception):
    """A sheet past a limit: its first argument says which."""


def main(workbook: str, folder: str, memory: str, most_rows: str, most_bytes: str) -> None:
    """Write the sheets as CSV into the folder, and say on stdout which there are."""
    _limit(int(memory))
    from python_calamine import PasswordError

    said: dict[str, object]
    try:
        said = {"sheets": list(_written(Path(workbook), Path(folder), int(most_rows), int(most_bytes)))}
    except PasswordError:
        said = {"refused": "password"}
    except TooMuch as limit:
        said = {"refused": str(limit)}
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        said = {"refused": "no room"}
    print(json.dumps(said))


def _limit(memory: int) -> None:
    """Memory as far as the system lets us bound it; no core file where the bound is hit."""
    with suppress(ImportError, ValueError, OSError):  # there is no such module on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _written(workbook: Path, folder: Path, most_rows: int, most_bytes: int) -> Iterator[tuple[str, str]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    # As bytes, not by its path: from a path the ending of the name would decide the format.
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.read_bytes()))
    for number, sheet in enumerate(book.sheets_metadata):
        cells = book.get_sheet_by_index(number) if sheet.typ == SheetTypeEnum.WorkSheet else None
        if cells is None or not cells.height:
            continue
        path = folder / f"sheet-{number}.csv"
        most_bytes -= _write(cells, path, most_rows, most_bytes)
        if path.stat().st_size:
            yield sheet.name, path.name
        else:
            path.unlink()


def _write(sheet: CalamineSheet, path: Path, most_rows: int, most_bytes: int) -> int:
    """One sheet as CSV, without the empty rows and columns around it; the characters that were written."""
    if sheet.end is not None and sheet.end[0] >= most_rows:  # rows from 0
        raise TooMuch("rows")
    margin, written, blank = _margin(sheet), 0, 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in sheet.iter_rows():
            cells = [as_text(cell) for cell in row[margin:]]
            if not any(text.strip() for text in cells):
                blank += 1
                continue
            for _ in range(blank if written else 0):
                written += writer.writerow([""] * len(cells))
            written, blank = written + writer.writerow(cells), 0
            if written > most_bytes:
                raise TooMuch("bytes")
    return written


def _margin(sheet: CalamineSheet) -> int:
    """How many columns at the left are empty: cells that hold a text of nothing but space count as empty too."""
    margin = sheet.width
    for row in sheet.iter_rows():
        margin = next((at for at, cell in enumerate(row[:margin]) if as_text(cell).strip()), margin)
        if not margin:
            break
    return margin


def as_text(cell: Cell) -> str:
    """A cell as a text file would have it: numbers plain, dates in ISO 8601, the text of a text as it is."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, (datetime, time)):
        return cell.isoformat(timespec="milliseconds" if cell.microsecond else "seconds")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return repr(value)
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


if __name__ == "__main__":
    main(*sys.argv[1:])
