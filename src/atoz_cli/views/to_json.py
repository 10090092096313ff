"""An answer flows in, the JSON envelope of the contract (§4) flows out, in pieces: a large answer is never held whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.json import Encoder
from msgspec.structs import astuple

from atoz_cli import __version__
from atoz_cli.answers import Answer
from atoz_cli.views.plain import instant, money, names, plain
from atoz_cli.views.visible import json_escaped

STEP = "  "
_ENCODER = Encoder()


def render(answer: Answer) -> str:
    """The envelope, indented by two, with a newline at the end."""
    return "".join(pieces(answer))


def pieces(answer: Answer) -> Iterator[str]:
    """The same text, a row of the data at a time."""
    head = {"schema": answer.schema, "tool_version": __version__, "as_of": answer.as_of}
    lines = ",\n".join(f"{STEP}{_text(key)}: {_value(value, STEP)}" for key, value in head.items())
    yield f'{{\n{lines},\n{STEP}"data": '
    yield from _list(answer.data)
    yield f',\n{STEP}"warnings": '
    yield from _list(answer.warnings)
    yield "\n}\n"


def line(value: Any) -> str:
    """Any value of an answer on one line, without a newline."""
    return json_escaped(_dumped(plain(value)))


def _list(rows: tuple[Any, ...]) -> Iterator[str]:
    if not rows:
        yield "[]"
        return
    before = "[\n    "
    for row in rows:
        yield before + _value(row, "\n    ")
        before = ",\n    "
    yield f"\n{STEP}]"


def _value(value: Any, pad: str) -> str:
    """One value; `pad` is the line break and the indent that it stands at."""
    kind = type(value)
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(value)
    inner = pad + STEP
    if kind is tuple or kind is list:
        parts = [inner + _value(one, inner) for one in value]
        return "[" + ",".join(parts) + pad + "]" if parts else "[]"
    if isinstance(value, Struct):
        writers = _WRITERS
        return _form(kind, pad) % tuple(  # type: ignore[arg-type]
            [
                writer(one) if (writer := writers.get(type(one))) is not None else _value(one, inner)
                for one in astuple(value)
            ]
        )
    known = plain(value)
    if isinstance(known, dict):
        parts = [f"{inner}{_text(key)}: {_value(one, inner)}" for key, one in known.items()]
        return "{" + ",".join(parts) + pad + "}" if parts else "{}"
    return _value(known, pad) if isinstance(known, list) else _dumped(known)


@lru_cache(maxsize=1024)
def _form(kind: Any, pad: str) -> str:
    """What stands around the values of the fields."""
    fields = ",".join(f'{pad}{STEP}"{name}": %s' for _, name in names(kind))
    return "{" + fields + pad + "}"


def _text(value: str) -> str:
    try:
        written = _ENCODER.encode(value).decode()
    except UnicodeEncodeError:  # half of a character, which the standard library writes as it is
        written = _dumped(value)
    # Only what is not ASCII, and DEL, can be hidden: the other controls are escapes already.
    return written if written.isascii() and "\x7f" not in written else json_escaped(written)


def _dumped(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _money(value: Decimal) -> str:
    text = money(value)
    return "null" if text is None else f'"{text}"'


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: lambda value: float.__repr__(value) if math.isfinite(value) else "null",
    Decimal: _money,
    datetime: lambda value: f'"{instant(value)}"',
    date: lambda value: f'"{value.isoformat()}"',
}
