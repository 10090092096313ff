"""A seller feedback's comment → what it is about, and whether product words stand beside service or delivery words."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from atoz_cli.kinds.words import Hit, data, hits, plain, stressed, yielded

CAUSES = (
    "delivery",
    "item",
    "service",
    "product_review",
    "obscene",
    "personal_data",
    "promotional",
    "price",
    "unclear",
)
STRESS = 3  # a "mainly" before the words counts as so many mentions
GOOD = 4  # stars from which trouble words are no complaint
OF_THE_PRODUCT = frozenset({"product_review", "item"})
OF_THE_SALE = frozenset({"service", "delivery"})


class Cause(Struct, frozen=True):
    """One cause and the words it is from.

    `mixed`: words about the product or the item beside service or delivery words, so that neither "entirely a product
    review" nor "delivery only" holds. `also`: the other causes that were heard.
    """

    cause: str
    words: tuple[str, ...] = ()
    mixed: bool = False
    also: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def cause(comment: str | None, rating: int) -> Cause:
    """What a feedback is about. Foul words, personal data and advertising decide whatever else is said; then the cause
    that is said to be the main one or spoken of most; then the first. Good stars without a cause are `unclear` too."""
    text = plain(comment or "")
    if not text:
        return Cause("unclear")
    found = _heard(text)
    said: dict[str, list[Hit]] = {}
    for hit in found:
        if hit.concept in CAUSES:
            said.setdefault(hit.concept, []).append(hit)
    foul = [name for name in data("causes")["foul"] if name in said]
    mixed = bool(OF_THE_PRODUCT & said.keys()) and bool(OF_THE_SALE & said.keys())
    if not said:
        return Cause("unclear")

    def weight(name: str) -> tuple[int, int]:
        spans = said[name]
        mentions = _apart(spans) + STRESS * any(stressed(hit, found, text) for hit in spans)
        return (mentions, -spans[0].start)

    best = foul[0] if foul else max(said, key=weight)
    if rating >= GOOD and not foul and best in ("item", "price"):
        best = "product_review"  # praise of the thing, whatever word of trouble it holds
    words = tuple(dict.fromkeys(hit.words for hit in said.get(best, found)))
    return Cause(best, words, mixed, tuple(name for name in CAUSES if name in said and name != best))


def _heard(text: str) -> list[Hit]:
    """The causes' own words, and the claims' words under the cause they mean."""
    means = {concept: name for name, concepts in data("causes")["from_claims"].items() for concept in concepts}
    claims = [Hit(means[h.concept], h.words, h.start, h.end) for h in hits("claims", text) if h.concept in means]
    found = yielded([*hits("causes", text), *claims], data("causes")["yields"])
    return sorted(found, key=lambda hit: (hit.start, hit.end, hit.concept))


def _apart(spans: list[Hit]) -> int:
    """How many mentions: hits that overlap are one."""
    count, end = 0, -1
    for hit in spans:
        count += hit.start >= end
        end = max(end, hit.end)
    return count
