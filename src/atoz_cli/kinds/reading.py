"""A buyer's text and a `Book` → all that speaks in it, added up, and how much each piece of the text says.

What counts as a word, a piece of one, a thing said and a thing denied is defined here once: the training reads with a
`Book` of names (training/train.py), the program with one of weights (`learned`). All a value must do is to add up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from msgspec import Struct, field

SIGNS = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f"  # kana and kanji, which are written without spaces
TOKEN = (
    rf"([{SIGNS}]+)"
    rf"|((?:[^\W_{SIGNS}]|[\u0300-\u036f])+(?:['\u2019\u00b4`](?i:t|s|ve|re|ll|m|d)\b)?|[€£$¥%])"
    r"|([.!?;:\u3002\uff01\uff1f\u2026\n]+)"
    r"|[,\u3001()\uff08\uff09\u2013\u2014]"
)
SPELT = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "a", "œ": "o"})
LONGEST = 2000  # letters of a text that are read; the rest would cost time and say no more
SHORTEST_PIECE, LONGEST_PIECE = 3, 5  # letters of the pieces of a word, of whose ends ^ and $ are letters too
LONGEST_RUN = 3  # signs of a piece of Japanese
LONGEST_WORD = 30
DENIED = 3  # words between a "not" and what it may deny
TOGETHER = 10  # words between two things that are said together
COMMA, STOP = 3, TOGETHER + 1  # a comma keeps words apart, a full stop parts them
KNOWN = 20000  # words kept ready


class Values(Protocol):
    """Key → value, and a default for what is not in it."""

    def get(self, key: str, default: Any) -> Any:
        """The value of a key."""


class Book(Struct):
    """What there is to know of words: the things they mean (`stems`), and the values of all that can be said."""

    stems: Mapping[str, tuple[str, ...]]
    single: Values  # pieces, words, two words in a row
    said: Values
    denied: Values
    before: Values  # said before the last "but" …
    after: Values  # … and after it
    pairs: Values  # thing → thing said after it → value
    zero: Any
    nothing: Values
    words: dict[str, tuple[str, Any, tuple[str, ...]]] = field(default_factory=dict)
    signs: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        signs = [stem for stem in self.stems if stem[0] > "\u3000"]
        for stem in sorted(signs, key=lambda stem: (-len(stem), stem)):
            self.signs.setdefault(stem[0], []).append(stem)

    def word(self, token: str) -> tuple[str, Any, tuple[str, ...]]:
        """A word as written → plain, with the sum of its pieces and the things it means."""
        word = plain(token)
        value = self.zero
        for piece in pieces(word):
            value = value + self.single.get(piece, self.zero)
        if len(self.words) >= KNOWN:
            self.words.clear()
        known = self.words[token] = (word, value, meaning(word, self.stems))
        return known


class Evidence(Struct, frozen=True):
    """`total` of all values, `length` in words, the `spots` (start, end, twice what the text says there), the `things` said."""

    total: Any
    length: int
    spots: list[tuple[int, int, Any]]
    things: frozenset[str]


def plain(word: str) -> str:
    """Lower case, no accents, no apostrophe, numbers as 0, letters drawn out cut; ä and ae alike, as people type them."""
    word = unicodedata.normalize("NFKD", word[:LONGEST_WORD]).casefold().translate(SPELT)
    word = re.sub(r"[\u0300-\u036f'\u2019\u00b4`]", "", word)
    word = re.sub(r"(.)\1{2,}", r"\1", re.sub(r"\d+", "0", word))
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def pieces(word: str) -> list[str]:
    """The runs of letters of ^word$, and the whole."""
    if word == "0":
        return ["^0$"]
    ends = f"^{word}$"
    most = range(SHORTEST_PIECE, min(LONGEST_PIECE, len(ends)) + 1)
    parts = [ends[at : at + size] for size in most for at in range(len(ends) - size + 1)]
    return parts if len(ends) <= LONGEST_PIECE else [*parts, ends]


def meaning(word: str, stems: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The things that a plain word means: by the whole word, else by its longest known beginning and end."""
    number = ("num",) if word[:1] == "0" else ()
    ends = f"^{word.lstrip('0') if number else word}$"
    if ends in stems:
        return number + stems[ends]
    begins = next((stems[ends[:size]] for size in range(len(ends) - 1, 2, -1) if ends[:size] in stems), ())
    closes = next((stems[ends[at:]] for at in range(1, len(ends) - 3) if ends[at:] in stems), ())
    return tuple(dict.fromkeys(number + begins + closes))


def evidence(text: str, book: Book) -> Evidence:
    """All that the text says."""
    zero, words = book.zero, book.words
    total, place, last = zero, 0, ""
    spots: list[tuple[int, int]] = []
    own: list[Any] = []
    said: list[tuple[int, int, str]] = []  # place, spot, thing
    length = 0
    for found in _tokens().finditer(text, 0, LONGEST):
        group = found.lastindex
        if group == 2:
            token = found[0]
            word, value, things = words.get(token) or book.word(token)
            value = value + book.single.get(f"{last} {word}", zero)
            for thing in things:
                said.append((place, len(spots), thing))
            total = total + value
            own.append(value)
            spots.append(found.span())
            last = word
            place += 1
            length += 1
        elif group == 1:
            run = unicodedata.normalize("NFKC", found[0])
            for at in range(len(run)):
                for size in range(1, min(LONGEST_RUN, len(run) - at) + 1):
                    total = total + book.single.get(run[at : at + size], zero)
            straight = len(run) == len(found[0])
            for at, end, things in _signs(run, book):
                for thing in things:
                    said.append((place + at // 2, len(spots), thing))
                own.append(zero)
                spots.append((found.start() + at, found.start() + end) if straight else found.span())
            place += (len(run) + 1) // 2
            length += (len(run) + 1) // 2
            last = ""
        else:
            place += STOP if group == 3 else COMMA
            last = "" if group == 3 else last
    return _with_things(total, length, spots, own, said, book)


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(TOKEN)


def _signs(run: str, book: Book) -> list[tuple[int, int, tuple[str, ...]]]:
    """Where in a run of Japanese which things are meant; the longest stem counts."""
    found, covered = [], 0
    for at, sign in enumerate(run):
        stem = next((stem for stem in book.signs.get(sign, ()) if run.startswith(stem, at)), None)
        if stem is not None and at + len(stem) > covered:
            covered = at + len(stem)
            found.append((at, covered, book.stems[stem]))
    return found


def _with_things(
    total: Any, length: int, spots: list[tuple[int, int]], own: list[Any], said: list[tuple[int, int, str]], book: Book
) -> Evidence:
    """The things said and denied, alone, two together, and before and after a "but"."""
    zero, nothing = book.zero, book.nothing
    shares = [zero] * len(own)
    near = {place + step for place, _, thing in said if thing == "not" for step in range(-DENIED, DENIED + 1) if step}
    turn = max((number for number, (_, _, thing) in enumerate(said) if thing == "but"), default=-1)
    for number, (place, spot, thing) in enumerate(said):
        denied = place in near and thing != "not"
        value = (book.denied if denied else book.said).get(thing, zero)
        if turn >= 0 and number != turn:
            value = value + (book.after if number > turn else book.before).get(thing, zero)
        total = total + value
        own[spot] = own[spot] + value
        row = book.pairs.get(thing, nothing)
        for other in range(number + 1, len(said)):
            there, whose, follower = said[other]
            if there - place > TOGETHER:
                break
            if there != place:
                together = row.get(follower, zero)
                total = total + together
                shares[spot] = shares[spot] + together
                shares[whose] = shares[whose] + together
    both = [(*at, alone + alone + shared) for at, alone, shared in zip(spots, own, shares, strict=True)]
    return Evidence(total, max(length, 1), both, frozenset(thing for _, _, thing in said))
