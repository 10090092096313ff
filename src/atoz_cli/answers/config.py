"""The values of a configuration: what is set, and where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Origin:
    """One value: its dotted key, the value as it can be shown, where it is from (`default`, `environment`, a file), what it means."""

    key: str
    value: Any
    origin: str
    text: str


@dataclass(frozen=True)
class Place:
    """A file that is looked for, the one that counts more first."""

    path: str
    there: bool
    what: str
