"""Words in data → where they stand in a text: the small language of the TOML files here, and how a text is made plain.

A data file has a table per language (`[en.say]`, `[de.say]`: concept → phrases; `[en.parts]`: pieces the phrases share)
and says which concepts are void after a "no" (`deniable`) and which give way where they overlap (`yields`).
In a phrase `...` is up to five words of the same clause, `{name}` a part; the rest is a regular expression over
the plain text, in which a full stop and a comma are words of their own. All languages are looked for at once: a buyer's
language is nowhere in the files, and their words hardly ever collide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli
from msgspec import Struct

LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u2019": "'", "\u2018": "'", "`": "'", "\u00b4": "'"}
    | dict(zip("àáâãåçèéêëìíîïñòóôõùúûý", "aaaaaceeeeiiiinoooouuuy", strict=True))
)
LONGEST = 4000  # letters of a comment that are read; the rest would cost time and say no more
NEAR = 12  # letters between a trouble and "that is the main problem"
GAP = r"(?: (?!(?:and|but|or|so|no|und|aber|oder)\b)[^\s.,]+){0,5} "


class Hit(Struct, frozen=True):
    """A concept found: the plain words, and where they stand in the plain text."""

    concept: str
    words: str
    start: int
    end: int

    def overlaps(self, other: Hit) -> bool:
        """Whether the two share a letter."""
        return self.start < other.end and other.start < self.end


@cache
def data(name: str) -> Mapping[str, Any]:
    """The TOML file `name` of this folder."""
    return tomli.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def letters(text: str) -> str:
    """Lower case, straight apostrophes, no accents; German ä is ae and ß is ss, as people type them."""
    return text.lower().translate(LETTERS)


@cache
def _spelling() -> tuple[re.Pattern[str], Mapping[str, str]]:
    table: dict[str, str] = {}
    for language in data("spelling").values():
        table |= language
    return re.compile(r"\b(?:" + "|".join(map(re.escape, table)) + r")\b"), table


def plain(text: str) -> str:
    """One line of plain words: lower case, no accents, n't as not, common typos mended, `.` and `,` as words."""
    text = letters(unicodedata.normalize("NFC", text[:LONGEST]))
    text = re.sub(r"\b(l|n|d|qu|un|dell|all|c|j)'(?=[aeiouh])", r"\1 ", text)
    text = re.sub(r"n't\b", " not", re.sub(r"\bcan't\b", "can not", re.sub(r"\bwon't\b", "will not", text)))
    text = re.sub(r"'(?:ve|m|re|ll|d)\b", " have", re.sub(r"'s\b", " is", text)).replace("'", "")
    text = re.sub(r"(?<=\w)[-_/](?=\w)", " ", text)
    text = re.sub(r"(?<=\d)[.,:](?=\d)", "", text)
    text = re.sub(r"[.!?\n]+", " . ", text)
    text = re.sub(r"[,;:()\"“”„«»\u2013\u2014]+|\s-+\s", " , ", text)
    known, table = _spelling()
    text = known.sub(lambda found: table[found[0]], text)
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s.,$€£%*@\[\]&]", " ", text)).strip()


def expression(phrase: str, parts: Mapping[str, str]) -> str:
    """A phrase of the data as a regular expression."""
    phrase = letters(phrase)
    while "{" in phrase and any(f"{{{name}}}" in phrase for name in parts):
        for name, part in parts.items():
            phrase = phrase.replace(f"{{{name}}}", f"(?:{letters(part)})")
    return phrase.replace(" ... ", GAP)


@cache
def _patterns(name: str) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
    book = data(name)
    found = []
    for language in book.get("languages", ()):
        parts = book[language].get("parts", {})
        deny = re.compile(rf"\b(?:{parts['denial']}) $") if "denial" in parts else None
        for concept, phrases in book[language]["say"].items():
            body = "|".join(expression(phrase, parts) for phrase in phrases)
            pattern = re.compile(rf"(?<![\w])(?:{body})(?![\w])")
            found.append((concept, pattern, deny if concept in book.get("deniable", ()) else None))
    return tuple(found)


def hits(name: str, text: str) -> list[Hit]:
    """Every concept of the data file `name` in a plain text, in the order of the text."""
    found = [
        Hit(concept, match[0].strip(" .,"), match.start(), match.end())
        for concept, pattern, deny in _patterns(name)
        for match in pattern.finditer(text)
        if not (deny and deny.search(text, max(0, match.start() - 40), match.start()))
    ]
    return sorted(yielded(found, data(name).get("yields", {})), key=lambda hit: (hit.start, hit.end, hit.concept))


def yielded(found: list[Hit], yields: Mapping[str, list[str]]) -> list[Hit]:
    """Without the hits whose concept gives way to one that overlaps them."""

    def gone(hit: Hit) -> bool:
        return any(other.concept in yields.get(hit.concept, ()) and hit.overlaps(other) for other in found)

    return [hit for hit in found if not gone(hit)]


def stressed(hit: Hit, found: list[Hit], text: str) -> bool:
    """Whether the text calls this its main trouble: "mainly" before it, or "that is the main problem" right after."""
    return any(
        (other.concept == "main" and other.end <= hit.start and " . " not in text[other.end : hit.start])
        or (other.concept == "main_was" and hit.end <= other.start and other.start - hit.end < NEAR)
        for other in found
    )
