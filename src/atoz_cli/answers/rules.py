"""The values of the policy: why something is so, and the lines of a rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct


class Reason(Struct, frozen=True):
    """Why: an id that `atoz rules` prints, a sentence with the facts in it, and the citation."""

    rule: str
    text: str
    cite: str


class RuleLine(Struct, frozen=True):
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
