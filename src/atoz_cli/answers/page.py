"""The values of a page: what people look at in the morning, before anyone decides how to show it.

A page has parts (an account each), a part has sections, a section has blocks: tiles, graphs, calendars and sheets.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from atoz_cli.answers import Sheet, Tone


class Tile(Struct, frozen=True):
    """A figure that is read from afar. `share` and `limit` are drawn as a bar up to `most`; None: there is nothing to draw."""

    title: str
    figure: str
    says: str
    tone: Tone
    lines: tuple[str, ...] = ()
    share: float | None = None
    limit: float | None = None

    @property
    def most(self) -> float:
        """Where the bar ends: the limit stands at two thirds, or the share is more than that."""
        return max((self.limit or 0.0) * 1.5, (self.share or 0.0) * 1.1) or 1.0


class Tiles(Struct, frozen=True):
    """Tiles beside each other."""

    tiles: tuple[Tile, ...]


class Stroke(Struct, frozen=True):
    """One line of a graph: a share for each of its days, None where there is none."""

    name: str
    kind: Literal["rate", "unsure", "lost", "ahead"]
    shares: tuple[float | None, ...]


class Band(Struct, frozen=True):
    """From where to where a rate may be, for each day of a graph."""

    name: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


class Graph(Struct, frozen=True):
    """Shares over days in a row. `says` tells what it shows to those who do not see it; `table` has its values."""

    title: str
    says: str
    first: date
    strokes: tuple[Stroke, ...]
    limits: tuple[float | None, ...]
    band: Band | None
    today: date | None
    marks: tuple[tuple[date, str], ...]
    table: Sheet

    @property
    def days(self) -> int:
        """How many days it has."""
        return len(self.limits)


class Dated(Struct, frozen=True):
    """What happens on a day of a calendar: how many, and what."""

    day: date
    number: int
    what: str


class Calendar(Struct, frozen=True):
    """Days with something on them, from the week of the first to that of the last day."""

    title: str
    first: date
    last: date
    dated: tuple[Dated, ...]


Block = Tiles | Graph | Calendar | Sheet


class Section(Struct, frozen=True):
    """What belongs together. `folded`: it opens when it is asked for."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


class Part(Struct, frozen=True):
    """One account. `says` is its state in one sentence, `urgent` what asks for something now."""

    anchor: str
    title: str
    says: str
    urgent: str
    tone: Tone
    sections: tuple[Section, ...]


class Page(Struct, frozen=True):
    """All of it: the state in one sentence, what concerns all accounts, and the accounts, worst first."""

    title: str
    says: str
    urgent: str
    """what of it asks for something now; empty where nothing does"""
    tone: Tone
    as_of: str
    made_by: str
    front: tuple[Section, ...]
    parts: tuple[Part, ...]
