"""A source and a number of rows in; a file of that size out, made of the rows of its sample in tests/files.

Every copy of a row has an order id of its own, and ids that are keys by themselves (RMA, license plate) too.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

EDITION = 2
FILES = Path(__file__).resolve().parents[1] / "tests" / "files"
ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")
SAMPLES = {
    "new_orders": "new_orders_2017_30.txt", "unshipped_orders": "unshipped_27.txt",
    "fba_shipments": "fulfilled_shipments_48.txt", "ship_confirmation": "ship_confirm_8.txt",
    "fba_returns": "fba_returns.txt", "returns": "mfn_returns_32.txt", "settlement_v1": "settlement_v1_36.txt",
    "settlement_v2": "settlement_v2_24.txt", "date_range": "date_range_us_30.csv", "feedback": "en_us.txt",
    "order_defects": "en.csv", "on_time_delivery": "en.csv", "shipments": "shipments.csv", "claims": "claims.csv",
}  # fmt: skip
"""Every layout that people have large files of."""
SPOKEN = {
    "date_range": "%b %-d, %Y %I:%M:%S %p PST",
    "feedback": "%-m/%-d/%y",
    "fba_returns": "",
    "returns": "%d-%b-%Y",
}
"""How the moments of a source are written where it is not ISO."""
OWN_IDS = re.compile(
    r"license-plate-number|rma id|claim_id|adjustment-id|shipment-id|package_id|tracking", re.IGNORECASE
)


@dataclass(frozen=True)
class Grown:
    """A file, and how it is to be read by others: what parts its cells, whether it is quoted, lines above its header."""

    path: Path
    delimiter: str
    quoted: bool
    above: int
    width: int
    kept: dict[int, str]
    """the columns that `atoz import` reads, and the SQL type that it gives them"""
    moments: str


def grown(folder: Path, source: str, rows: int) -> Grown:
    """The file of a source with about so many rows, made if it is not there yet."""
    from atoz_cli.sources.columns import columns_at, fields_of, place_of
    from atoz_cli.sources.opening import survey
    from atoz_cli.sources.recognise import table_of

    sample = FILES / source / SAMPLES[source]
    table, found = table_of(survey(sample, sample.name), sample.name)
    kinds = fields_of(found)
    at = columns_at(found, table)
    kept = {place: kinds[field][0].sql for field, place in at.items()}
    added = [names for field in at if field in found.columns for names in found.columns[field].plus]
    kept |= {place: "DECIMAL(18,4)" for names in added if (place := place_of(table.header, names)) is not None}
    lines = sample.read_text("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")
    head, body = lines[: table.header_line], _good(lines[table.header_line :], table.delimiter, len(table.header))
    own = [at for at, name in enumerate(table.header) if OWN_IDS.search(name)]
    path = folder / f"{source}-{EDITION}-{rows}{sample.suffix}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as out:
            out.write("\n".join(head) + "\n")
            for number in range(rows // len(body)):
                for line in body:
                    out.write(_renamed(line, number, table.delimiter, own) + "\n")
    return Grown(
        path, table.delimiter, table.quoted, table.header_line, len(table.header), kept, SPOKEN.get(source, "")
    )


def _good(lines: list[str], delimiter: str, width: int) -> list[str]:
    """The rows as files are full of them: samples also hold what is broken, repeated or refused, which is measured apart."""
    whole = [line for line in dict.fromkeys(lines) if len(next(csv.reader([line], delimiter=delimiter))) == width]
    return [line for line in whole if ORDER.search(line)]


def _renamed(line: str, number: int, delimiter: str, own: list[int]) -> str:
    line = ORDER.sub(lambda found: f"{found[0][:4]}{number:07d}-{found[0][-7:]}", line)
    cells = line.split(delimiter)
    for at in own:
        if at < len(cells) and cells[at].strip('" '):
            quote = '"' if cells[at].endswith('"') else ""
            cells[at] = f"{cells[at].removesuffix(quote)}-{number}{quote}"
    return delimiter.join(cells)
