"""The values of the policy: why something is so, and the lines of a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: an id that `atoz rules` prints, a sentence with the facts in it, and the citation."""

    rule: str
    text: str
    cite: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One value of the policy on a day, with where it is from."""

    rule: str
    value: Any
    since: date
    until: date | None
    marketplaces: tuple[str, ...]
    text: str | None
    url: str | None
    read_on: date | None
    confidence: str
    yours: bool = False
