"""learned.txt and things.txt → the `Book` of weights, and a sum of weights → how likely each kind is.

The file is made by training/train.py and is text: a line of settings, then what words mean (stem, things), then a line a
feature: a letter for each of the kinds, "O" for 0 and each letter after or before it one more or less, and the feature.
In memory the weights of a feature are one whole number, a lane of `LANE` bits for each kind, so one addition adds them all.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from atoz_cli.kinds.guess import KINDS
from atoz_cli.kinds.reading import Book

LANE = 24
MASK = (1 << LANE) - 1
MIDDLE = ord("O")
EVEN = sum(MIDDLE << LANE * lane for lane in range(len(KINDS)))  # the lanes of "OOOOOOOO"
RAISED = sum(1 << LANE * lane + LANE - 1 for lane in range(len(KINDS)))  # makes every lane positive
GROUPS = ("single", "said", "denied", "before", "after", "pairs")


@dataclass(frozen=True)
class Learned:
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
    """The file, read once."""
    settings, *groups = _text("learned.txt").split("\n\n")
    stems = {}
    for line in _text("things.txt").split("\n"):
        stem, _, things = line.partition("\t")
        stems[stem] = tuple(things.split(" "))
    values = {name: _weights(group) for name, group in zip(GROUPS, groups, strict=True)}
    pairs: dict[str, dict[str, int]] = {}
    for both, weight in values["pairs"].items():
        first, _, second = both.partition(">")
        pairs.setdefault(first, {})[second] = weight
    known = json.loads(settings)
    book = Book(
        stems=stems, single=values["single"], said=values["said"], denied=values["denied"], before=values["before"],
        after=values["after"], pairs=pairs, zero=0, nothing={},
    )  # fmt: skip
    return Learned(book, tuple(known.pop("start")), **known)


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _weights(group: str) -> dict[str, int]:
    width, bytes_each = len(KINDS), len(KINDS) * LANE // 8
    lines = group.split("\n") if group else []
    lanes = ("\0\0".join("".join(line[:width] for line in lines)) + "\0\0").encode()
    return {
        line[width:]: int.from_bytes(lanes[at : at + bytes_each], "little") - EVEN
        for line, at in zip(lines, range(0, len(lanes), bytes_each), strict=False)
    }


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
