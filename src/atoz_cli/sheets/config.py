"""A configuration as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atoz_cli.answers import Cell, Column, Sheet
from atoz_cli.answers.config import Origin, Place


def values(origins: Sequence[Origin], from_where: bool) -> list[Sheet]:
    """`atoz config show`: a row a value; what is not the default stands out."""
    columns = (
        Column("Key"),
        Column("Value", whole=False),
        *((Column("From", whole=False),) if from_where else ()),
        Column("What", whole=False),
    )
    rows = tuple(
        (
            one.key, Cell(_shown(one.value), "dim" if one.origin == "default" else "plain"),
            *((one.origin,) if from_where else ()), one.text,
        )
        for one in origins
    )  # fmt: skip
    return [Sheet("Configuration", (), columns, rows)]


def places(found: Sequence[Place]) -> list[Sheet]:
    """`atoz config path`."""
    columns = (Column("File", whole=False), Column("There"), Column("What", whole=False))
    return [
        Sheet(
            "Where a configuration may lie",
            (),
            columns,
            tuple((one.path, "yes" if one.there else "no", one.what) for one in found),
        )
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value)) or "none"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
