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
    return _written(value).replace(b"\n", b"\n    ")


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
    """A value over several lines; what would be hidden is written as an escape."""
    try:
        dense = _ENCODER.encode(spelled(value))
    except (UnicodeEncodeError, OverflowError):  # half of a character, a huge number: the standard library has words
        return json_escaped(_dumped(plain(value), indent=INDENT)).encode()
    others = dense.translate(None, _PLAIN)
    if others and not others.decode().isprintable():
        dense = json_escaped(dense.decode()).encode()
    return format(dense, indent=INDENT)


def _dumped(value: Any, indent: int | None = None) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
