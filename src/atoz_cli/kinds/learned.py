"""learned.txt and things.txt → the `Book` of weights, and a sum of weights → how likely each kind is.

The files are made by training/train.py and are text. things.txt: what words mean (stem, things). learned.txt: a line of
settings, then a line a feature: a letter for each of the kinds, "O" for 0 and each letter after or before it one more or
less, and the feature. The weights of a feature become one whole number when it is first met, a lane of `LANE` bits for
each kind, so one addition adds them all.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

from msgspec import Struct

from atoz_cli.kinds.guess import KINDS
from atoz_cli.kinds.reading import Book

LANE = 24
MASK = (1 << LANE) - 1
MIDDLE = ord("O")
EVEN = sum(MIDDLE << LANE * lane for lane in range(len(KINDS)))  # the lanes of "OOOOOOOO"
RAISED = sum(1 << LANE * lane + LANE - 1 for lane in range(len(KINDS)))  # makes every lane positive
WIDTH = len(KINDS)  # letters before the feature
GROUPS = ("single", "said", "denied", "before", "after", "pairs")


class Weights:
    """Feature → its weights as one number. Most lines of the file are never asked for, so none is read before it is."""

    __slots__ = ("lines", "numbers")

    def __init__(self, lines: list[str]) -> None:
        self.lines = {line[WIDTH:]: line for line in lines}
        self.numbers: dict[str, int] = {}

    def get(self, feature: str, default: int) -> int:
        """The weights of a feature."""
        number = self.numbers.get(feature)
        if number is None:
            line = self.lines.get(feature)
            if line is None:
                return default
            number = self.numbers[feature] = int.from_bytes("\0\0".join(line[:WIDTH]).encode(), "little") - EVEN
        return number


class Learned(Struct, frozen=True):
    """The book, and what turns a sum of its weights into likelihoods.

    `start`: what each kind has before a word is read; `sharp`: what a unit of weight is worth; `root`: the power of a
    text's length that its sum is divided by; `least`: below it the words do not decide; `made_of`: digest of the inputs.
    """

    book: Book
    start: tuple[float, ...]
    sharp: float
    root: float
    least: float
    made_of: str


@cache
def learned() -> Learned:
    """The files, read once."""
    settings, *groups = _text("learned.txt").split("\n\n")
    lines = {name: group.split("\n") for name, group in zip(GROUPS, groups, strict=True)}
    followers: dict[str, list[str]] = {}
    for line in lines["pairs"]:
        first, _, second = line[WIDTH:].partition(">")
        followers.setdefault(first, []).append(line[:WIDTH] + second)
    single, said, denied, before, after = (Weights(lines[name]) for name in GROUPS if name != "pairs")
    pairs = {first: Weights(rows) for first, rows in followers.items()}
    book = Book(_stems(), single, said, denied, before, after, pairs, zero=0, nothing={})
    known = json.loads(settings)
    return Learned(book, tuple(known.pop("start")), **known)


def _stems() -> dict[str, tuple[str, ...]]:
    things: dict[str, tuple[str, ...]] = {}
    stems = {}
    for line in _text("things.txt").split("\n"):
        stem, _, names = line.partition("\t")
        stems[stem] = things.get(names) or things.setdefault(names, tuple(names.split(" ")))
    return stems


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def lane(weights: int, kind: int) -> int:
    """The weight of one kind in a sum."""
    return ((weights + RAISED >> LANE * kind) & MASK) - (1 << LANE - 1)


def likely(total: int, length: int) -> list[float]:
    """How likely each of KINDS is, for a sum of weights over so many words."""
    known = learned()
    worth = known.sharp / length**known.root
    raised = total + RAISED
    scores = [
        start + worth * (((raised >> LANE * kind) & MASK) - (1 << LANE - 1)) for kind, start in enumerate(known.start)
    ]
    top = max(scores)
    shares = [math.exp(score - top) for score in scores]
    whole = sum(shares)
    return [share / whole for share in shares]
