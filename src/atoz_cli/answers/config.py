"""The values of a configuration: what is set, and where it is from."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Origin(Struct, frozen=True):
    """One value: its dotted key, the value as it can be shown, where it is from (`default`, `environment`, a file), what it means."""

    key: str
    value: Any
    origin: str
    text: str


class Place(Struct, frozen=True):
    """A file that is looked for, the one that counts more first."""

    path: str
    there: bool
    what: str
