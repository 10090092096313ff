"""What a policy is made of: where a value is from (`Cite`), what a day changed (`Change`), and all of it (`Policy`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from msgspec import Struct

MARKETPLACES = (
    *("US", "CA", "MX", "BR", "UK", "DE", "FR", "IT", "ES", "NL", "SE", "PL", "BE", "IE"),
    *("TR", "AE", "SA", "EG", "IN", "JP", "AU", "SG", "ZA"),
)
# Amazon's own text · several third parties · one third party · general knowledge · derived · unresolved
CONFIDENCES = ("A", "M", "1", "K", "D", "?")
YOURS = "yours"


class Cite(Struct, frozen=True):
    """Where a value is from. `confidence` is one of CONFIDENCES, or YOURS in a user's file that gives none."""

    url: str | None
    source: str | None
    read_on: date | None
    confidence: str

    @property
    def label(self) -> str:
        """The source by its name: "Amazon help G200285170", "GitHub owner/name#12", or its own words."""
        return "; ".join(part for part in (_named(self.url), self.source) if part)


class Change(Struct, frozen=True):
    """What one `[[change]]` block says. Keys are dotted paths to leaves; `texts` may also name a table of them."""

    from_: date
    marketplaces: tuple[str, ...]
    cite: Cite
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    yours: bool = False

    def applies(self, marketplace: str | None) -> bool:
        """A change without marketplaces applies everywhere; no marketplace means only those."""
        return not self.marketplaces or marketplace in self.marketplaces


class Policy(Struct, frozen=True, dict=True):
    """One file: its changes in the order in which they are folded.

    `choices` are the words a key may have, `bounds` its least and greatest number; "claim.*" stands for all of a table.
    """

    name: str
    title: str
    changes: tuple[Change, ...]
    choices: Mapping[str, tuple[str, ...]]
    bounds: Mapping[str, tuple[int | Decimal, int | Decimal]]

    @property
    def first(self) -> date:
        """The day on which the first change begins."""
        return self.changes[0].from_

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """What sort of value each key has, as `kind` names it."""
        found: dict[str, str] = {}
        for change in self.changes:
            for key, value in change.values.items():
                if found.get(key, "a list") == "a list":
                    found[key] = kind(value)
        return found

    def complaint(self, key: str, value: Any) -> str | None:
        """What is wrong with a value of a known key, or None: its sort, its words, its size."""
        wanted = self.kinds[key]
        if not fits(wanted, value):
            return f"must be {wanted}, not {kind(value)}"
        several = value if isinstance(value, tuple) else (value,)
        words = _matching(self.choices, key)
        if words is not None and (strange := [one for one in several if one not in words]):
            return f'cannot be "{strange[0]}": it is one of {", ".join(words)}'
        least, most = _matching(self.bounds, key) or (0, None)
        for one in several:
            if kind(one) in ("a whole number", "a number") and (one < least or (most is not None and one > most)):
                return f"is {one}: it must be {least} or more" + (f", and {most} at most" if most is not None else "")
        return None


def in_order(changes: list[Change]) -> tuple[Change, ...]:
    """By day; on the same day what holds everywhere comes before what one marketplace says."""
    return tuple(sorted(changes, key=lambda change: (change.from_, bool(change.marketplaces))))


def kind(value: Any) -> str:
    """The sort of a leaf, in words for a message."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, Decimal):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, date):
        return "a date"
    return f"a list of {_PLURALS[kind(value[0])]}" if value else "a list"


def matches(pattern: str, key: str) -> bool:
    """Whether a dotted key is meant by a pattern: "*" stands for any one word of it."""
    words, wanted = key.split("."), pattern.split(".")
    return len(words) == len(wanted) and all(one in ("*", word) for one, word in zip(wanted, words, strict=True))


def fits(wanted: str, value: Any) -> bool:
    """Whether a value may stand where the wanted kind stands: whole numbers are numbers, a list may be empty."""
    found = kind(value)
    if found == "a list" or wanted == "a list":
        return found.startswith("a list") and wanted.startswith("a list")
    return found == wanted or (wanted, found) == ("a number", "a whole number")


_PLURALS = {
    "true or false": "true or false",
    "a whole number": "whole numbers",
    "a number": "numbers",
    "a text": "texts",
    "a date": "dates",
}


def _matching(table: Mapping[str, Any], key: str) -> Any:
    return next((entry for pattern, entry in table.items() if matches(pattern, key)), None)


def _named(url: str | None) -> str | None:
    if not url:
        return None
    last = url.rstrip("/").rpartition("/")[2]
    if "/help/hub/reference/" in url:
        return f"Amazon help {last}"
    if "/seller-forums/" in url:
        return f"Amazon seller forum t/{last}"
    if url.startswith("https://github.com/"):
        return "GitHub " + url.removeprefix("https://github.com/").replace("/issues/", "#")
    return url
