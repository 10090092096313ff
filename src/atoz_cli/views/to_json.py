"""An answer flows in, the JSON envelope of the contract (§4) flows out, in pieces: a large answer is never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.json import Encoder, format

from atoz_cli import __version__
from atoz_cli.answers import Answer
from atoz_cli.views.plain import plain
from atoz_cli.views.spelled import spelled
from atoz_cli.views.visible import json_escaped

STEP = "  "
_ENCODER = Encoder()


def render(answer: Answer) -> str:
    """The envelope, indented by two, with a newline at the end."""
    return "".join(pieces(answer))


def pieces(answer: Answer) -> Iterator[str]:
    """The same text, a row of the data at a time."""
    head = {"schema": answer.schema, "tool_version": __version__, "as_of": answer.as_of}
    lines = ",\n".join(f'{STEP}"{key}": {_written(value)}' for key, value in head.items())
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
        yield before + _written(row).replace("\n", "\n    ")
        before = ",\n    "
    yield f"\n{STEP}]"


def _written(value: Any) -> str:
    """A value over several lines; what would be hidden is written as an escape."""
    try:
        text = _ENCODER.encode(spelled(value)).decode()
    except (
        UnicodeEncodeError,
        OverflowError,
    ):  # half of a character, or a huge number: the standard library writes them
        return json_escaped(_dumped(plain(value), indent=len(STEP)))
    return format(text if text.isprintable() else json_escaped(text), indent=len(STEP))


def _dumped(value: Any, indent: int | None = None) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
