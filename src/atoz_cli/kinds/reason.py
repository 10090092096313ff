"""Amazon's reason strings and codes → our kinds; a reason that is not recognised, or that names no ground, → None."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from atoz_cli.kinds.words import data, expression, plain

AMAZON_PREFIX = re.compile(r"^(?:cr|amz pg(?: [a-z]{2,3}(?= (?:too|bad)))?|a to z|claim reason|reason) ")


TABLES = ("undecided", "en", "de", "fr", "it", "es")


@cache
def _kinds() -> tuple[tuple[str, str], ...]:
    """Each table with each of its kinds, in the order in which they are tried."""
    return tuple((table, kind) for table in TABLES for kind in data("reasons")[table])


@cache
def _pattern(table: str, kind: str) -> re.Pattern[str]:
    """Compiled when a reason comes to it: most are English, and known by then."""
    book = data("reasons")
    return re.compile("|".join(expression(phrase, book["parts"]) for phrase in book[table][kind]))


LONGEST = 200  # letters of a reason that are read


@lru_cache(maxsize=4096)
def said(reason: str | None) -> str:
    """The reason in plain words: case, spaces, underscores, hyphens, apostrophes and Amazon's code prefixes gone."""
    if reason is None:
        return ""
    text = re.sub(r"[^a-z0-9 ]", " ", plain(reason[:LONGEST].replace("_", " ").replace("/", " ").replace("-", " ")))
    return AMAZON_PREFIX.sub("", re.sub(r"\s+", " ", text).strip())


@lru_cache(maxsize=4096)
def known(reason: str | None) -> str | None:
    """The kind, or `remorse` or `late` for a reason that is known and names no ground of a claim, or None."""
    text = said(reason)
    seen: str | None = data("reasons")["seen"].get(text)
    return seen or by_phrases(text)


def by_phrases(text: str) -> str | None:
    """The first kind with a phrase that is the whole of a text in plain words."""
    return next((kind for table, kind in _kinds() if text and _pattern(table, kind).fullmatch(text)), None)


def of_reason(reason: str | None) -> str | None:
    """The kind that a reason names, or None. A known reason that names no ground of a claim is None as well."""
    kind = known(reason)
    return None if kind in data("reasons")["undecided"] else kind
