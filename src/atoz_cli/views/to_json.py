"""An answer flows in, the JSON envelope of the contract (§4) flows out, in pieces: a large answer is never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.json import Encoder, format

from atoz_cli import __version__
from atoz_cli.answers import Answer, WrittenRow
from atoz_cli.views.plain import plain
from atoz_cli.views.spelled import spelled
from atoz_cli.views.visible import json_escaped

INDENT = 2
_ENCODER = Encoder()
_PLAIN = bytes(range(0x20, 0x7F))
"""What of JSON without line breaks hides nothing, whatever stands around it."""
_AROUND = format(b"[[0]]", indent=INDENT)
_BEFORE, _AFTER = _AROUND.index(b"0"), _AROUND.index(b"0") + 1 - len(_AROUND)
"""A row stands in the data, and the data in the envelope: what is around it in two lists."""


def render(answer: Answer) -> str:
    """The envelope, indented by two, with a newline at the end."""
    return b"".join(pieces(answer)).decode()


def pieces(answer: Answer) -> Iterator[bytes]:
    """The same as UTF-8, a row of the data at a time."""
    head = {"schema": answer.schema, "tool_version": __version__, "as_of": answer.as_of}
    lines = b",\n".join(b'  "%b": %b' % (key.encode(), _written(value)) for key, value in head.items())
    yield b'{\n%b,\n  "data": ' % lines
    yield from _list(answer.data)
    yield b',\n  "warnings": '
    yield from _list(answer.warnings)
    yield b"\n}\n"


def line(value: Any) -> str:
    """Any value of an answer on one line, without a newline."""
    return json_escaped(_dumped(plain(value)))


def row(value: Any) -> bytes:
    """A row of the data as it stands in the envelope."""
    dense = _dense(value)
    if dense is None:
        return _in_words(value).replace(b"\n", b"\n    ")
    return format(b"[[%b]]" % dense, indent=INDENT)[_BEFORE:_AFTER]


def _list(rows: tuple[Any, ...]) -> Iterator[bytes]:
    if not rows:
        yield b"[]"
        return
    before = b"[\n    "
    for one in rows:
        yield before
        yield one.read() if type(one) is WrittenRow else row(one)
        before = b",\n    "
    yield b"\n  ]"


def _written(value: Any) -> bytes:
    """A value over several lines."""
    dense = _dense(value)
    return _in_words(value) if dense is None else format(dense, indent=INDENT)


def _dense(value: Any) -> bytes | None:
    """A value without line breaks; what would be hidden is written as an escape. None for what msgspec has no words for."""
    try:
        dense = _ENCODER.encode(spelled(value))
    except (UnicodeEncodeError, OverflowError):  # half of a character, a huge number
        return None
    return json_escaped(dense.decode()).encode() if _hides(dense) else dense


def _hides(dense: bytes) -> bool:
    if dense.isascii() and b"\x7f" not in dense:
        return False
    return not dense.translate(None, _PLAIN).decode().isprintable()


def _in_words(value: Any) -> bytes:
    """The same by the standard library, which has words for everything."""
    return json_escaped(_dumped(plain(value), indent=INDENT)).encode()


def _dumped(value: Any, indent: int | None = None) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
