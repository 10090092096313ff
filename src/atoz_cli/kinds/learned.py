"""learned.txt and things.txt → the `Book` of weights, and a sum of weights → how likely each kind is.

The files are made by training/train.py and are text, in blocks with an empty line between. things.txt: stems, a line each,
and as many lines with the things that each means. learned.txt: a line of settings, then for each of GROUPS its features
and as many lines of weights: a letter for each of the kinds, "O" for 0 and each letter after or before it one more or less.
The weights of a feature become one whole number when it is first met, a lane of `LANE` bits for each kind, so one addition
adds them all.
"""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import count
from pathlib import Path

from msgspec import Struct

from atoz_cli.kinds.guess import KINDS
from atoz_cli.kinds.reading import Book

LANE = 24
MASK = (1 << LANE) - 1
MIDDLE = ord("O")
EVEN = sum(MIDDLE << LANE * lane for lane in range(len(KINDS)))  # the lanes of "OOOOOOOO"
RAISED = sum(1 << LANE * lane + LANE - 1 for lane in range(len(KINDS)))  # makes every lane positive
WIDTH = len(KINDS)  # letters of a feature
GROUPS = ("single", "said", "denied", "before", "after", "pairs")


class Weights:
    """Feature → its weights as one number. Most features of the file are never asked for, so none is read before it is."""

    __slots__ = ("letters", "numbers", "places")

    def __init__(self, features: str, letters: str) -> None:
        self.places = dict(zip(features.split("\n"), count(0, WIDTH + 1)))
        self.letters = letters
        self.numbers: dict[str, int] = {}

    def get(self, feature: str, default: int) -> int:
        """The weights of a feature."""
        number = self.numbers.get(feature)
        if number is None:
            place = self.places.get(feature)
            if place is None:
                return default
            written = "\0\0".join(self.letters[place : place + WIDTH])
            number = self.numbers[feature] = int.from_bytes(written.encode(), "little") - EVEN
        return number


class Followers:
    """A thing said after another → the weights of the two."""

    __slots__ = ("first", "pairs")

    def __init__(self, first: str, pairs: Weights) -> None:
        self.first, self.pairs = f"{first}>", pairs

    def get(self, follower: str, default: int) -> int:
        """The weights of "first>follower"."""
        return self.pairs.get(self.first + follower, default)


class Pairs:
    """A thing → what may be said after it."""

    __slots__ = ("known", "pairs")

    def __init__(self, pairs: Weights) -> None:
        self.pairs = pairs
        self.known: dict[str, Followers] = {}

    def get(self, thing: str, default: object) -> Followers:
        """The followers of a thing, of which there may be none."""
        return self.known.get(thing) or self.known.setdefault(thing, Followers(thing, self.pairs))


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
    settings, *blocks = _blocks("learned.txt")
    groups = (Weights(features, letters) for features, letters in zip(blocks[::2], blocks[1::2], strict=True))
    single, said, denied, before, after, pairs = groups
    book = Book(_stems(), single, said, denied, before, after, Pairs(pairs), zero=0, nothing={})
    known = json.loads(settings)
    return Learned(book, tuple(known.pop("start")), **known)


def _stems() -> dict[str, tuple[str, ...]]:
    stems, things = (block.split("\n") for block in _blocks("things.txt"))
    meant = {names: tuple(names.split(" ")) for names in set(things)}
    return dict(zip(stems, map(meant.__getitem__, things), strict=True))


def _blocks(name: str) -> list[str]:
    return Path(__file__).with_name(name).read_bytes().decode().split("\n\n")


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
