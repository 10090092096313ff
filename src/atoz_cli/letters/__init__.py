"""A case and its verdict in; a reply, an appeal or a message to the buyer out, filled from the facts alone.

The templates stand beside this file: `reply`, `appeal` and `buyer` say in which order, and one file for each language
holds the sentences, by kind. Nothing is said that the files do not hold, and nothing of the buyer's person is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from atoz_cli.answers.claims import Verdict
from atoz_cli.letters.told import Told, told
from atoz_cli.triage.case import Case
from atoz_cli.triage.facts import by_amazon
from atoz_cli.triage.stage import stage

__all__ = ["LANGUAGES", "language_of", "letter", "to_buyer"]

LANGUAGES = ("en", "de", "fr", "es", "it")
_BY_MARKETPLACE = {"DE": "de", "FR": "fr", "BE": "fr", "ES": "es", "MX": "es", "IT": "it"}
_FOLDER = Path(__file__).parent
SHOWN = 6
"""So many parcels, returns and refunds are told one by one, fewer where the box is short."""


def language_of(marketplace: str | None) -> str:
    """The language of a marketplace's buyers and support, English where we have none."""
    return _BY_MARKETPLACE.get(marketplace or "", "en")


def letter(what: str, case: Case, verdict: Verdict, language: str, longest: int, enclosed: Sequence[str] = ()) -> str:
    """`reply`, `appeal` or `buyer` as text of at most so many characters, ending with a newline."""
    facts = told(case, verdict, language, enclosed)
    for most in range(SHOWN, -1, -1):
        text = _render(what, replace(facts, most=most))
        if len(text) <= longest:
            return text
    lines = text.splitlines()
    while len(lines) > 3 and sum(len(line) + 1 for line in lines) > longest:
        del lines[-3]  # from the facts, the last first; what is asked for stays
    return "\n".join(lines)[: longest - 1].rstrip() + "\n"


def to_buyer(case: Case, verdict: Verdict) -> bool:
    """Whether a message to the buyer makes sense: an undecided claim on an order that the seller ships."""
    return (
        case.type == "a_to_z_claim"
        and not by_amazon(case)
        and stage(case) == "undecided"
        and verdict.action != "accept"
    )


def _render(what: str, facts: Told) -> str:
    text: str = _templates().get_template(f"{what}.j2").render(c=facts)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])) + "\n"


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Plain text, not HTML: nothing is escaped. A name that no fact has is a fault of ours, and is said.
    return Environment(
        loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
    )
