"""The buyer's words → the kind of claim they speak of, with how far it is ahead of the next, or None."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from atoz_cli.kinds.guess import SAID, Guess
from atoz_cli.kinds.words import Hit, data, hits, plain, stressed

STRESS = 2.0  # a "main problem" before the words
ALSO = 0.2  # what a further rule of the same kind adds, three at most
FULL = 3.0  # the weight at which words alone are as sure as words get
SURE = 0.95
CLOSE = 0.75  # a second kind this near to the first is told


@lru_cache(maxsize=4096)
def of_text(text: str | None) -> Guess | None:
    """The kind that the words speak of; None when nothing in them decides."""
    words = plain(text or "")
    found = hits("claims", words) if words else []
    scores: dict[str, list[tuple[float, tuple[Hit, ...]]]] = {}
    for rule in data("claims")["rule"]:
        used = _used(rule, found)
        if used:
            stress = STRESS if any(stressed(hit, found, words) for hit in used) else 0.0
            scores.setdefault(rule["kind"], []).append((rule["weight"] + stress, used))
    ranked = sorted(((_total(rows), kind) for kind, rows in scores.items()), key=lambda row: (-row[0], row[1]))
    if not ranked:
        return None
    best, kind = ranked[0]
    second, other = ranked[1] if len(ranked) > 1 else (0.0, kind)
    confidence = min(SURE, best / FULL) * (0.5 + 0.5 * (best - second) / best)
    doubt = f"The buyer's words speak of {SAID[kind]} and also of {SAID[other]}." if second > CLOSE * best else None
    return Guess(kind, "text", round(confidence, 2), _words(scores[kind]), doubt)


def _used(rule: Mapping[str, Any], found: list[Hit]) -> tuple[Hit, ...]:
    """The hits that make a rule true, or none."""
    said = {hit.concept for hit in found}
    if not said.issuperset(rule["all"]) or not said.isdisjoint(rule.get("none", ())):
        return ()
    return tuple(hit for hit in found if hit.concept in rule["all"])


def _total(rows: list[tuple[float, tuple[Hit, ...]]]) -> float:
    return max(weight for weight, _ in rows) + ALSO * min(len(rows) - 1, 3)


def _words(rows: list[tuple[float, tuple[Hit, ...]]]) -> tuple[str, ...]:
    """The words of the heaviest rule, in their order, each once."""
    _, used = max(rows, key=lambda row: row[0])
    return tuple(dict.fromkeys(hit.words for hit in sorted(used, key=lambda hit: hit.start)))
