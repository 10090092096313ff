"""The values that flow out: what a command knows, before anyone decides how to show it.

Field names are the JSON keys of the contract; a trailing underscore (`from_`) is dropped when written out. Shapes only:
no engine, no Typer, no rich here. Rates are fractions rounded to 6 places, money is Decimal, dates are dates.
Here is what every answer has; the values of each question stand beside it: `rates`, `claims`, `files`, `rules`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, Literal

from msgspec import Struct, field


class Notice(Struct, frozen=True):
    """A warning of an answer: `code` is stable, `message` is for people."""

    code: str
    message: str


Tone = Literal["good", "bad", "warn", "dim", "plain"]


class Column(Struct, frozen=True):
    """A column of a sheet. `whole` cells (ids, dates, numbers) never wrap; a `spare` one is left out where it does not fit."""

    title: str
    align: Literal["left", "right"] = "left"
    whole: bool = True
    spare: bool = False


class Cell(Struct, frozen=True):
    """A cell with a tone; plain strings stand for themselves. Colour is only a help: the words carry the meaning."""

    text: str
    tone: Tone = "plain"


class Dot(Struct, frozen=True):
    """A share on a day of a chart; None where there is none. What is not `sure` looks like it."""

    day: date
    share: float | None
    sure: bool = True


class Chart(Struct, frozen=True):
    """Shares over days, oldest first, and the limits that held from their days on; `marks` are a letter on a day.

    Only a terminal can draw it, and then does so in place of the sheet's table. Elsewhere the line `instead` stands.
    """

    dots: tuple[Dot, ...]
    limits: tuple[tuple[date, float], ...] = ()
    marks: tuple[tuple[date, str], ...] = ()
    instead: str = ""


class Sheet(Struct, frozen=True):
    """How an answer reads for people: a title, the lead lines with the result first, a table, and notes below."""

    title: str
    lead: tuple[str | Cell, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | Cell, ...], ...] = ()
    notes: tuple[str, ...] = ()
    chart: Chart | None = None


class WrittenRow(Struct, frozen=True):
    """A row of an answer that lies in a file already, as the JSON view writes it: for what is too much to hold."""

    file: BinaryIO
    at: int
    length: int

    def read(self) -> bytes:
        """The row, while the file is there."""
        self.file.seek(self.at)
        return self.file.read(self.length)


class Answer(Struct, frozen=True):
    """One answer: `schema` names its shape ("atoz.odr/1"), `data` are the values above (or plain mappings)."""

    schema: str
    as_of: str | None
    data: tuple[Any, ...]
    warnings: tuple[Notice, ...] = field(default=())
