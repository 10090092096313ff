"""A value of an answer flows in, the same with amounts and moments as the contract spells them flows out.

What msgspec writes by itself as the contract asks (texts, numbers, days, most moments) stays as it is, so that of a large
answer little is made anew. Which fields of a value may need it is known from their types.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.views.plain import instant, money, names, plain

AS_IT_IS = (str, int, float, bool, date, type(None))
"""What is written as the contract asks; a float that is no number as null."""
_money = lru_cache(maxsize=10_000)(money)


def spelled(value: Any) -> Any:
    """The value, as msgspec then writes it. Raises TypeError for what an answer never holds."""
    kind = type(value)
    if kind in AS_IT_IS:
        return value
    if kind is Decimal:
        return _money(value)
    if kind is datetime:
        return value if value.tzinfo is UTC and not value.microsecond else instant(value)
    if kind is tuple or kind is list:
        return [spelled(one) for one in value]
    if not isinstance(value, Struct):
        return plain(value)
    shape: Any = kind
    fields = _to_spell(shape)
    if fields is None:
        return plain(value)
    return replace(value, **{name: spelled(getattr(value, name)) for name in fields}) if fields else value


@cache
def _to_spell(shape: Any) -> tuple[str, ...] | None:
    """The fields of a value that may need it; None where a name is written otherwise than it is called."""
    if any(attribute != name for attribute, name in names(shape)):
        return None
    hints = get_type_hints(shape)
    return tuple(name for name, _ in names(shape) if not _is_as_it_is(hints[name]))


def _is_as_it_is(hint: Any) -> bool:
    whole, inner = get_origin(hint), get_args(hint)
    if whole is Literal:
        return True
    if whole in (tuple, list, Union, UnionType):
        return all(one is ... or _is_as_it_is(one) for one in inner)
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _to_spell(hint) == ()
    return hint in AS_IT_IS
