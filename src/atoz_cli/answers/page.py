"""The values of a page: what people look at in the morning, before anyone decides how to show it.

A page has parts (an account each), a part has sections, a section has blocks: tiles, graphs, calendars and sheets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from atoz_cli.answers import Sheet, Tone


@dataclass(frozen=True)
class Tile:
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


@dataclass(frozen=True)
class Tiles:
    """Tiles beside each other."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Stroke:
    """One line of a graph: a share for each of its days, None where there is none."""

    name: str
    kind: Literal["rate", "unsure", "lost", "ahead"]
    shares: tuple[float | None, ...]


@dataclass(frozen=True)
class Band:
    """From where to where a rate may be, for each day of a graph."""

    name: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True)
class Graph:
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


@dataclass(frozen=True)
class Dated:
    """What happens on a day of a calendar: how many, and what."""

    day: date
    number: int
    what: str


@dataclass(frozen=True)
class Calendar:
    """Days with something on them, from the week of the first to that of the last day."""

    title: str
    first: date
    last: date
    dated: tuple[Dated, ...]


Block = Tiles | Graph | Calendar | Sheet


@dataclass(frozen=True)
class Section:
    """What belongs together. `folded`: it opens when it is asked for."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True)
class Part:
    """One account. `says` is its state in one sentence, `urgent` what asks for something now."""

    anchor: str
    title: str
    says: str
    urgent: str
    tone: Tone
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Page:
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
