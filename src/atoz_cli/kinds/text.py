"""The buyer's words → the kind of claim they speak of, with how sure that is and the words that say so, or None."""

from __future__ import annotations

from functools import lru_cache

from atoz_cli.kinds.guess import KINDS, SAID, Guess
from atoz_cli.kinds.learned import lane, learned, likely
from atoz_cli.kinds.reading import Evidence, evidence

ALSO = 0.12  # a second kind as likely as this is told: in one of four such messages it is the right one
SHOWN = 0.4  # of the weight of the weightiest word that others need to be shown
MOST = 4  # places in the text that are shown
SUREST = 0.99
OTHER = KINDS.index("other")


@lru_cache(maxsize=4096)
def of_text(text: str | None) -> Guess | None:
    """The kind that the words speak of; None when nothing in them decides.

    `confidence` is how often a kind said with it is right (docs/kinds.md). `other` is only said where the words give a
    reason that is no ground of a claim, such as a changed mind: vague words are None, so that the facts may still tell.
    """
    if not text:
        return None
    known = learned()
    found = evidence(text, known.book)
    shares = likely(found.total, found.length)
    best, second = sorted(range(len(KINDS)), key=lambda kind: -shares[kind])[:2]
    if not found.spots or shares[best] < known.least or (best == OTHER and "remorse" not in found.things):
        return None
    doubt = None
    if shares[second] >= ALSO and OTHER not in (best, second):
        doubt = f"The buyer's words speak of {SAID[KINDS[best]]} and also of {SAID[KINDS[second]]}."
    return Guess(KINDS[best], "text", round(min(shares[best], SUREST), 2), _words(text, found, best), doubt)


def _words(text: str, found: Evidence, kind: int) -> tuple[str, ...]:
    """The pieces of the text that weigh most for a kind, in their order; neighbours are one piece."""
    weights = [lane(weight, kind) for _, _, weight in found.spots]
    least = max(1.0, SHOWN * max(weights))
    weightiest = sorted(range(len(weights)), key=lambda spot: -weights[spot])[:MOST]
    shown: list[tuple[int, int]] = []
    for start, end in sorted(found.spots[spot][:2] for spot in weightiest if weights[spot] >= least):
        if shown and not text[shown[-1][1] : start].strip(" '\u2019-"):
            shown[-1] = (shown[-1][0], max(end, shown[-1][1]))
        else:
            shown.append((start, end))
    return tuple(dict.fromkeys(text[start:end] for start, end in shown))
