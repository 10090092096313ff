"""A surveyed file in, its shape as a table out: delimiter, quoting, header and a sample; and the copy that is read.

Tab files are not quoted: a product name may begin with a quote and never close it (formats.md 0.2). Everything else is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.cells import TRIMMED
from atoz_cli.errors import UnknownFile
from atoz_cli.sources.declare import AMAZON_ORDER
from atoz_cli.sources.opening import Survey, decoded

SAMPLE_ROWS = 2000
SAMPLE_LINES = 10 * SAMPLE_ROWS
"""So many lines are looked at for the sample, also where most of them are empty."""
SAMPLE_LINES = 3 * SAMPLE_ROWS
PREAMBLE = 60
"""So many lines may stand above a header: those of a payment file tell what the columns mean."""
SEP = re.compile('"?sep=.?"?', re.IGNORECASE)
"""The line in which Excel is told what parts the cells."""
LONGEST_LINE = 4 << 20
BEGINS = re.compile(r'"?\d[\d./-]{4,9}"?\t"?[1-5]"?\t')
"""How a line of feedback begins: a day and the stars."""


class Table(Struct, frozen=True):
    """`header` as written, without quotes; `header_line` counts from 1; `sample` holds the first rows, cells as they are.

    `path` is what the engine reads: UTF-8, lines end with a line feed (perhaps with a return before it).
    """

    survey: Survey
    path: Path
    delimiter: str
    quoted: bool
    header: tuple[str, ...]
    header_line: int
    sample: tuple[tuple[str, ...], ...]
    wrapped: bool = False
    """whether whole rows stand in one quoted cell, as spreadsheets write a table that they took for one column"""

    @property
    def quoted_cells(self) -> bool:
        """Whether cells may carry a pair of quotes that the reader does not take off."""
        return self.survey.quotes and not self.quoted


def lines(survey: Survey) -> Iterator[str]:
    """The physical lines of a file, without their ends. Never `splitlines`: texts hold U+0085 and U+2028.

    A carriage return inside a line is a space: no reader of CSV takes one outside of quotes.
    """
    rest = ""
    for piece in decoded(survey.path, survey.encoding):
        if survey.returns == "ends":
            piece = piece.replace("\r", "\n")
        *whole, rest = (rest + piece).split("\n")
        if len(rest) > LONGEST_LINE:
            raise UnknownFile(
                f"{survey.name}: a line is longer than {LONGEST_LINE >> 20} million characters", "look what is in it"
            )
        yield from (line.removesuffix("\r").replace("\r", " ") for line in whole)
    if rest:
        yield rest.removesuffix("\r").replace("\r", " ")


def look(survey: Survey, name: str, line: int = 0, delimiter: str | None = None) -> Table:
    """The shape of a delimited text with its header in `line` (from 1; 0: the first that says anything).

    UnknownFile where there is no line at all.
    """
    first = list(islice(lines(survey), max(PREAMBLE, line)))
    at = line - 1 if line else next((number for number, text in enumerate(first) if _says_something(text)), None)
    if at is None:
        what = f"its first {PREAMBLE} lines are empty" if len(first) == PREAMBLE else "the file is empty"
        raise UnknownFile(f"{name}: {what}", "download it again: an empty report still has a header line")
    delimiter = delimiter or delimiter_of(first[at])
    wrapped = _is_wrapped(first[at], delimiter)
    quoted = delimiter != "\t" or (not wrapped and first[at].startswith('"') and first[at].rstrip().endswith('"'))
    texts = islice(lines(survey), at, at + SAMPLE_LINES)
    records = _records(map(unwrapped, texts) if wrapped else texts, delimiter, quoted)
    try:
        rows = list(islice((row for row in records if any(row)), SAMPLE_ROWS + 1))
    except csv.Error:
        raise UnknownFile(
            f"{name}: a cell is longer than {LONGEST_LINE >> 20} million characters", "look what is in it"
        ) from None
    header = tuple(cell.strip(TRIMMED + '"') for cell in rows[0]) if rows else ()
    while header and not header[-1]:
        header = header[:-1]
    return Table(survey, survey.path, delimiter, quoted, header, at + 1, tuple(map(tuple, rows[1:])), wrapped)


def _says_something(line: str) -> bool:
    text = line.strip(TRIMMED)
    return bool(text) and not SEP.fullmatch(text)


def delimiter_of(line: str) -> str:
    """What parts the cells of a header line: the mark that stands there most often."""
    return max("\t,;", key=lambda mark: (line.count(mark), mark == ","))


def headers(survey: Survey, delimiter: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """The first lines of a file with their numbers, each as the header that it could be."""
    for number, line in enumerate(islice(lines(survey), PREAMBLE), 1):
        text = unwrapped(line) if _is_wrapped(line, delimiter_of(line)) else line
        cells = next(csv.reader([text], delimiter=delimiter or delimiter_of(text)), [])
        yield number, [cell.strip(TRIMMED) for cell in cells]


def _is_wrapped(line: str, delimiter: str) -> bool:
    text = line.strip()
    return (
        text.startswith('"')
        and text.endswith('"')
        and text.count(delimiter) > 0
        and len(next(csv.reader([text], delimiter=delimiter))) == 1
    )


def unwrapped(line: str) -> str:
    """A row that stands in one quoted cell, without the cell."""
    text = line.strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == '"' == text[-1] else line


def _records(texts: Iterable[str], delimiter: str, quoted: bool) -> Iterator[list[str]]:
    if not quoted:
        return (line.split(delimiter) for line in texts)
    csv.field_size_limit(LONGEST_LINE)
    return csv.reader((line + "\n" for line in texts), delimiter=delimiter)


def joined(table: Table) -> Iterator[tuple[int, str]]:
    """First line number and text of each record of a tab file whose last-but-one columns may hold raw line ends.

    Lines are put together until the cells are as many as the header's (formats.md 0.4); a line end becomes a space.
    """
    tabs = len(table.header) - 1
    held, began = "", 0
    for number, line in enumerate(lines(table.survey), 1):
        if number <= table.header_line:
            continue
        if held and BEGINS.match(line):  # the one before is short, not broken
            yield began, held
            held = ""
        held, began = (f"{held} {line}", began) if held else (line, number)
        if held.count("\t") >= tabs:
            yield began, held
            held = ""
    if held.strip(TRIMMED):
        yield began, held


def plain(table: Table, folder: Path, *, join: bool) -> Table:
    """The table over a file that the engine can read as it is: itself, or a copy in `folder` with the same records."""
    survey = table.survey
    join = join and not table.quoted
    plain_lines = not survey.returns and not survey.mixed_ends and not join and not table.wrapped and not _opens(table)
    if survey.encoding in ("utf-8", "utf-8-sig") and plain_lines and _has_plain_name(survey.path):
        return table
    copy = folder / f"{survey.sha256[:16]}.txt"
    texts = (
        (_refitted(text, len(table.header)) for _, text in joined(table))
        if join
        else islice(lines(survey), table.header_line, None)
    )
    with copy.open("w", encoding="utf-8", newline="") as out:
        out.write("\n" * table.header_line)
        for text in texts:
            out.write((unwrapped(text) if table.wrapped else text) + "\n")
    return replace(table, path=copy)


def _opens(table: Table) -> bool:
    """Whether a line above the table opens a quote and leaves it so: the engine would take the table for a text."""
    above = islice(lines(table.survey), table.header_line) if table.quoted and table.survey.quotes else ()
    return any(line.count('"') % 2 for line in above)


def _has_plain_name(path: Path) -> bool:
    """Whether the engine takes the name as it is: neither bytes that are no text, nor a pattern, nor somebody's home."""
    if set("*?[{") & set(str(path)) or str(path).startswith("~"):
        return False
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refitted(text: str, width: int) -> str:
    """A record with tabs of its own: where the order id stands too far right, the free text took the cells too many."""
    cells = text.split("\t")
    more = len(cells) - width
    if more <= 0 or not re.fullmatch(AMAZON_ORDER, cells[-2]):
        return text
    return "\t".join([*cells[:2], " ".join(cells[2 : 3 + more]), *cells[3 + more :]])


def first_lines(table: Table, rows: set[int], *, join: bool) -> dict[int, int]:
    """Row number (from 1) to the first physical line of that record, for the rows asked for."""
    found: dict[int, int] = {}
    for row, line in enumerate(_beginnings(table, join and not table.quoted), 1):
        if row in rows:
            found[row] = line
            if len(found) == len(rows):
                break
    return found


def _beginnings(table: Table, join: bool) -> Iterator[int]:
    if join:
        yield from (number for number, _ in joined(table))
        return
    if not table.quoted or not table.survey.quotes:
        for number, line in enumerate(lines(table.survey), 1):
            if number > table.header_line and line:
                yield number
        return
    reader = csv.reader(
        (line + "\n" for line in islice(lines(table.survey), table.header_line, None)), delimiter=table.delimiter
    )
    before = table.header_line
    for row in reader:
        if row:
            yield before + 1
        before = table.header_line + reader.line_num
