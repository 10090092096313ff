"""A file in, the facts of each of its rows out: row by row in plain Python, as another program would read it.

`csv` parts the cells and the pydantic records check the values; of the program only the declarations, the cells and
the decision how a file's dates and numbers are written are used. What the set-based read makes is compared with this.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace
from pydantic import ValidationError

from atoz_cli import ingest
from atoz_cli.cells import BLANKS, TRIMMED, WORDS, Reading, bare_amount, cleaned, money
from atoz_cli.dates import DAY
from atoz_cli.ingest.file import File, How
from atoz_cli.ingest.tables import SAYS
from atoz_cli.records import RECORDS, kinds_of_value
from atoz_cli.sources.columns import columns_at, fields_of
from atoz_cli.sources.declare import ColumnOf, Source
from atoz_cli.sources.reading import decide
from atoz_cli.sources.select import SUMS
from atoz_cli.sources.table import Table
from atoz_cli.store.facts import tables
from atoz_cli.words import squash

Fact = dict[str, Any]


@dataclass
class Read:
    """What a file is, row by row: `facts` by kind with the number of their row; rows refused and rows not needed."""

    facts: dict[str, list[tuple[int, Fact]]] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    needless: list[int] = field(default_factory=list)
    rows: int = 0


def read(file: File, table: Table, at: Mapping[str, int], how: How) -> Read:
    """The table of a file, row by row. `at`: field to column."""
    source, rows = file.source, [*_rows(table)]
    kinds = {name: kind.name for name, (kind, _) in fields_of(source).items()}
    reading = decide(
        source, table, at, kinds, days_of=lambda columns: _days(rows, columns), date_order=how.date_order,
        decimal=None, marketplace=how.marketplace, name="x",
    )  # fmt: skip
    one = _Row(
        source,
        table,
        at,
        reading,
        {**source.constants, **({"marketplace": how.marketplace} if how.marketplace else {})},
    )
    found = Read(rows=len(rows), facts={fact: [] for fact in source.facts})
    once = {name: _once(one, rows, name) for name in source.once}
    for number, cells in enumerate(rows, 1):
        texts = one.texts(cells)
        if one.is_needless(cells, texts):
            found.needless.append(number)
        elif (facts := one.facts(texts, once)) is None:
            found.refused.append(number)
        else:
            for fact, values in facts.items():
                found.facts[fact].append((number, values))
    if source.summed:
        found.facts = {fact: [*_summed(fact, made)] for fact, made in found.facts.items()}
    return found


def _rows(table: Table) -> Iterator[list[str]]:
    """The cells of each record; lines with nothing at all are none."""
    with table.path.open(encoding="utf-8-sig", newline="") as stream:
        text = stream.read()
    lines = text.split("\n")[table.header_line :]
    csv.field_size_limit(1 << 24)
    if table.quoted:
        yield from (row for row in csv.reader((line + "\n" for line in lines), delimiter=table.delimiter) if row)
    else:
        yield from (line.removesuffix("\r").split(table.delimiter) for line in lines if line.removesuffix("\r"))


def _days(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> Counter[str]:
    texts = (row[at].strip(TRIMMED + '"') for at in columns for row in rows if at < len(row))
    days = (found[0] for text in texts if (found := re.match(DAY, text, re.ASCII)))
    return Counter(day for day in days if not re.match(r"\d{4}[/.-]", day))


@dataclass(frozen=True)
class _Row:
    """How a row of one file is read."""

    source: Source
    table: Table
    at: Mapping[str, int]
    reading: Reading
    constants: Mapping[str, str]

    def texts(self, cells: Sequence[str]) -> dict[str, str | None]:
        """The text of every field that the file has."""
        return {name: self._text(name, cells) for name in fields_of(self.source) if name in self.at}

    def _cell(self, place: int | None, cells: Sequence[str]) -> str | None:
        return cleaned(cells[place], self.reading) if place is not None and place < len(cells) else None

    def _place(self, names: Sequence[str]) -> int | None:
        header = [squash(one) for one in self.table.header]
        return next((header.index(name) for name in names if name in header), None)

    def _places(self, name: str, column: ColumnOf | None) -> list[int]:
        """Its column, and where it was found by name those of its further names."""
        if column is None or self._place(column.names) != self.at[name]:
            return [self.at[name]]
        return [place for one in column.names if (place := self._place([one])) is not None]

    def _text(self, name: str, cells: Sequence[str]) -> str | None:
        column = self.source.columns.get(name)
        texts = [self._cell(place, cells) for place in self._places(name, column)]
        if column is None:
            return texts[0]
        if column.part:
            texts = [found[0] if (found := re.search(column.part, text or "")) else None for text in texts]
        if column.plus:
            return self._added(column, cells, self.at[name])
        if column.where:
            word = self._cell(self._place(column.where[0]), cells)
            if word is None or word.lower() not in [one.lower() for one in column.where[1]]:
                return None
        text = next((text for text in texts if text), None)
        return column.values.get(text, text) if text is not None else None

    def _added(self, column: ColumnOf, cells: Sequence[str], first: int) -> str | None:
        """The sum of the amounts as a text; a text that is no amount stands for itself."""
        places = dict.fromkeys([first, *(self._place(names) for names in column.plus)])
        texts = [text for place in places if (text := self._cell(place, cells)) is not None]
        try:
            amounts = [money(text, self.reading, "x") for text in texts]
        except ValueError:
            return next(text for text in texts if not _is_amount(text, self.reading))
        if not amounts or (column.nonzero and not any(amounts)):
            return None
        return str(sum(one for one in amounts if one)).replace(".", self.reading.decimal)

    def is_blank(self, cells: Sequence[str], texts: Mapping[str, str | None]) -> bool:
        """Whether a row says nothing at all, or is no record: the header again, or a total."""
        nothing = all(text is None for text in texts.values())
        return nothing or self._is_header(texts) or self._is_total(cells, texts)

    def is_needless(self, cells: Sequence[str], texts: Mapping[str, str | None]) -> bool:
        """Whether a row is no record, or of a kind that is passed over."""
        if self.is_blank(cells, texts):
            return True
        silent = [self._meant(name, texts) is None for name in self.source.skip_without]
        for name, words in self.source.only_with.items():
            meant = self._meant(name, texts)
            silent += [self._meant(other, texts) is None for word, other in words.items() if word == meant]
        return any(silent)

    def _is_header(self, texts: Mapping[str, str | None]) -> bool:
        columns = self.source.columns
        made = {name for name, column in columns.items() if column.plus or column.part or column.where}
        plain = [name for name in texts if name not in made][:2]
        header = self.table.header
        at = columns_at(self.source, self.table)
        return bool(plain) and all(self.at[name] < len(header) and texts[name] == header[at[name]] for name in plain)

    def _is_total(self, cells: Sequence[str], texts: Mapping[str, str | None]) -> bool:
        key = texts.get("order_id")
        said = [key, *(None if cell in BLANKS else cell for cell in cells[:3])]
        first = next((text for text in said if text is not None), None)
        short = key is None or len(key) < 16
        return short and first is not None and re.fullmatch(SUMS, first.strip(" ").lower()) is not None

    def _meant(self, name: str, texts: Mapping[str, str | None]) -> Any:
        kind = fields_of(self.source)[name][0].name
        text = texts.get(name)
        try:
            return WORDS[kind](text, replace(self.reading, quoted_cells=False), name) if kind in WORDS else text
        except ValueError:
            return None

    def facts(self, texts: Mapping[str, str | None], once: Mapping[str, Any]) -> dict[str, Fact] | None:
        """The facts of a row, by kind; None for a row that is refused."""
        context = replace(self.reading, quoted_cells=False)
        given = {name: text for name, text in texts.items() if text is not None}
        made: dict[str, Fact] = {}
        for fact in self.source.facts:
            fields = kinds_of_value(fact)
            asked = {name: given.get(name) for name in fields if name in given or name in self.constants}
            try:
                read = {
                    **{name: value for name, value in self.constants.items() if name in fields and asked[name] is None},
                    **{name: text for name, text in asked.items() if text is not None},
                }
                values = dict(RECORDS[fact].model_validate(read, context=context))
            except ValidationError:
                return None
            for name in fields:
                if values[name] is None:
                    values[name] = once.get(name) or self.constants.get(name)
            for name in self.source.left_out.get(fact, ()):
                values[name] = None
            if not SAYS.get(fact) or any(values[name] is not None for name in SAYS[fact]):
                made[fact] = {name: _plain(value) for name, value in values.items() if value is not None}
        return made


def _is_amount(text: str, reading: Reading) -> bool:
    try:
        return money(text, reading, "x") is not None or bare_amount(text) == ""
    except ValueError:
        return False


def _once(one: _Row, rows: Sequence[Sequence[str]], name: str) -> Any:
    """The one value that a field has in the whole file."""
    if name not in one.at:
        return None
    said = [texts for cells in rows if not one.is_blank(cells, texts := one.texts(cells))]
    found = {one._meant(name, texts) for texts in said} - {None}
    return found.pop() if len(found) == 1 else None


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _summed(fact: str, made: Sequence[tuple[int, Fact]]) -> Iterator[tuple[int, Fact]]:
    """The rows of one key as one: amounts added, the first of moments, of words the last in the alphabet."""
    table = tables()[fact]
    alike = [*table.key, *table.without_id]
    groups: dict[tuple[Any, ...], list[tuple[int, Fact]]] = {}
    for number, values in made:
        key = [values.get(name) for name in table.key]
        if table.own_id is not None:
            like = [other for _, other in made if all(other.get(name) == values.get(name) for name in alike)]
            ids = {other[table.own_id] for other in like if table.own_id in other}
            if table.own_id not in values and len(ids) == 1:
                values = {**values, table.own_id: ids.pop()}
            key.append(values.get(table.own_id) or tuple(values.get(name) for name in table.without_id))
        groups.setdefault(tuple(key), []).append((number, values))
    for rows in groups.values():
        whole: Fact = {}
        for name, (kind, _) in kinds_of_value(fact).items():
            given = [values[name] for _, values in rows if name in values]
            if given:
                whole[name] = (
                    sum(given) if kind.name == "money" else min(given) if kind.sql == "TIMESTAMP" else max(given)
                )
        yield min(number for number, _ in rows), whole


def differing(stage: Any, file: File, table: Table, at: Mapping[str, int], how: How) -> list[str]:
    """Where the staged file and the one read row by row are not the same."""
    found, source = read(file, table, at, how), file.source
    wrong = []
    if file.rows != found.rows:
        wrong.append(f"{file.rows} rows are {found.rows}")
    if (refused := sorted(one.row for one in file.refusals)) != found.refused:
        wrong.append(f"rows refused: {refused}, row by row {found.refused}")
    if file.skipped != len(found.needless):
        wrong.append(f"{file.skipped} rows are not needed, row by row {found.needless}")
    for fact in source.facts:
        fields = {name: kind.sql for name, (kind, _) in kinds_of_value(fact).items()}
        constants, out = how.constants(file.source, fields), source.left_out.get(fact, ())
        stage.facts(tables()[fact], constants, fields, SAYS.get(fact, ()), source.summed, source.once, out)
        result = stage.run(f"SELECT row_no, * EXCLUDE (row_no) FROM new_{fact}")
        names = [one[0] for one in result.description][1:]
        staged = {
            row[0]: {name: value for name, value in zip(names, row[1:], strict=True) if value is not None}
            for row in result.fetchall()
        }
        other = dict(found.facts[fact])
        wrong += [
            f"{fact} of row {row}: {_unlike(staged.get(row), other.get(row))}"
            for row in sorted({*staged, *other})
            if staged.get(row) != other.get(row)
        ]
    return wrong


def _unlike(one: Fact | None, other: Fact | None) -> str:
    if one is None or other is None:
        return f"{one}, row by row {other}"
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    return f"{ ({name: one.get(name) for name in names}) }, row by row { ({name: other.get(name) for name in names}) }"


@contextmanager
def both_ways() -> Iterator[list[str]]:
    """While this lasts, whatever is imported is also read row by row: where the two differ, and "" for each that was read."""
    found: list[str] = []
    load: Callable[..., Any] = ingest.tables.load

    def both(stage: Any, file: File, table: Table, at: Mapping[str, int], how: How, *more: Any, **options: Any) -> Any:
        ready = load(stage, file, table, at, how, *more, **options)
        found.extend(["", *differing(stage, file, table, at, how)])
        return ready

    with patch.object(ingest.tables, "load", both), patch.object(ingest.documents, "load", both):
        yield found
