"""The values of an answer flow in, what JSON knows flows out: dates and money in the contract's spelling."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from msgspec import Struct


def plain(value: Any) -> Any:
    """The value as dicts, lists, strings, numbers, bools and None. Raises TypeError for what an answer never holds."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return money(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_object(value):
        return {name: plain(inner) for name, inner in items(value)}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return [plain(inner) for inner in sorted(value)]
    raise TypeError(f"an answer cannot hold {type(value).__name__}: {value!r}")


def money(value: Decimal) -> str | None:
    """At least two decimals, further ones only where they are not zero: 25 → "25.00", 1.6650 → "1.665"."""
    if not value.is_finite():
        return None
    whole, _, places = f"{value:f}".partition(".")
    text = f"{whole}.{places.rstrip('0').ljust(2, '0')}"
    return text if value else text.lstrip("-")


def instant(value: datetime) -> str:
    """UTC to the second. A time without offset is UTC (contract §2)."""
    aware = value if value.tzinfo is UTC or value.tzinfo is None else value.astimezone(UTC)
    return f"{aware.isoformat('T', 'seconds')[:19]}Z"


def is_object(value: Any) -> bool:
    """Whether the value has named parts."""
    return isinstance(value, (Mapping, Struct))


def items(value: Any) -> Iterator[tuple[str, Any]]:
    """The named parts, in order: the keys of a mapping as they are, the fields of a value as JSON names."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(plain(key)), inner
    else:
        shape: Any = type(value)
        for attribute, name in names(shape):
            yield name, getattr(value, attribute)


@cache
def names(shape: Any) -> tuple[tuple[str, str], ...]:
    """Field names and JSON names of a value: `from_` is `from`."""
    return tuple((name, name.removesuffix("_")) for name in shape.__struct_fields__)
