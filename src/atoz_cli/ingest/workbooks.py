"""An Excel workbook flows in, its sheets flow out as CSV files; a document that is none is named.

A process of its own reads the cells (workbook_cells.py). The reader keeps room for every cell of a sheet at once and
ends the process where it gets none: 1 kB of workbook with a cell in the last row and column asks for 400 GB. A process
can also be bounded in time and memory, and gives the memory back.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from atoz_cli.errors import DiskFull, UnknownFile, UnreadableFile
from atoz_cli.ingest.contents import kind_of_ole

MOST_PACKED = 64 << 20
MOST_UNPACKED = 1 << 30
MOST_ROWS = 1_100_000
"""in any sheet; Excel itself ends at 1,048,576"""
MOST_TEXT = 4 << 30
"""characters of CSV in all sheets together: one long text may stand in a million cells"""
MEMORY = 4 << 30
"""for the reader; a workbook of 64 MB takes about 3 GB"""
SECONDS = 300

SAVE_AS_CSV = "open it in Excel, and save the sheet as CSV"
_REFUSED = {
    "password": ("this workbook has a password", "save it without one, or save the sheet as CSV"),
    "rows": (f"a sheet has more than {MOST_ROWS:,} rows", SAVE_AS_CSV),
    "bytes": ("its sheets are too large as text", SAVE_AS_CSV),
    "damaged": ("this workbook is damaged, or too large to be opened", SAVE_AS_CSV),
    "slow": (f"this workbook was not read within {SECONDS} seconds", SAVE_AS_CSV),
}


def check_ole(path: Path, name: str) -> None:
    """UnknownFile or UnreadableFile for an old Office file that is no workbook, or one with a password."""
    if path.stat().st_size > MOST_PACKED:
        raise _too_large(name)
    kind = kind_of_ole(path.read_bytes())
    if kind == "encrypted":
        raise _refused(name, "password")
    if kind != "xls":
        raise UnknownFile(f"{name}: this is {kind}, not an export", "save it as CSV or text")


def check_parts(name: str, packed: int, unpacked: int) -> None:
    """UnreadableFile for a workbook past the limits, in bytes, as the directory of its zip tells."""
    if packed > MOST_PACKED or unpacked > MOST_UNPACKED:
        raise _too_large(name)


def sheets(path: Path, name: str, folder: Path) -> list[tuple[str, Path]]:
    """The sheets with anything in them, in their order: what each is called, and its CSV in the folder.

    UnreadableFile for a workbook that cannot be read, DiskFull where the folder has no room.
    """
    import json
    import subprocess

    program = str(Path(__file__).with_name("workbook_cells.py"))
    limits = [str(limit) for limit in (MEMORY, MOST_ROWS, MOST_TEXT)]
    command = [sys.executable, "-P", program, os.path.abspath(path), os.path.abspath(folder), *limits]
    try:
        said = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS,
            check=False, env={**os.environ, "RUST_BACKTRACE": "0"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _refused(name, "slow") from None
    answer: dict[str, Any] = json.loads(said.stdout) if said.returncode == 0 else {"refused": "damaged"}
    if answer.get("refused") == "no room":
        raise DiskFull(f"no room left to unpack {name}", "free some space, and import it again")
    if "refused" in answer:
        raise _refused(name, answer["refused"])
    return [(sheet, folder / file) for sheet, file in answer["sheets"]]


def _refused(name: str, why: str) -> UnreadableFile:
    what, hint = _REFUSED[why]
    return UnreadableFile(f"{name}: {what}", hint)


def _too_large(name: str) -> UnreadableFile:
    return UnreadableFile(f"{name}: this workbook is too large (the limit is {MOST_PACKED >> 20} MB)", SAVE_AS_CSV)
