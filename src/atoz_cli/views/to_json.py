"""An answer flows in, the JSON envelope of the contract (§4) flows out."""

from __future__ import annotations

import json
from json.encoder import encode_basestring as quoted
from typing import Any

from atoz_cli import __version__
from atoz_cli.answers import Answer
from atoz_cli.views.plain import plain
from atoz_cli.views.visible import json_escaped


def render(answer: Answer) -> str:
    """The envelope, indented by two, with a newline at the end."""
    envelope = {
        "schema": answer.schema,
        "tool_version": __version__,
        "as_of": answer.as_of,
        "data": plain(answer.data),
        "warnings": plain(answer.warnings),
    }
    return json_escaped(_indented(envelope, "\n")) + "\n"


def _indented(value: Any, margin: str) -> str:
    """What json.dumps(value, ensure_ascii=False, indent=2) says of plain values, in a fifth of its time.

    `margin` is the line break and the blanks before what belongs to the same object.
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        inner = margin + "  "
        parts = [f"{quoted(name)}: {_indented(part, inner)}" for name, part in value.items()]
        return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}" if parts else "{}"
    if isinstance(value, list):
        inner = margin + "  "
        parts = [_indented(part, inner) for part in value]
        return f"[{inner}{f',{inner}'.join(parts)}{margin}]" if parts else "[]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


def line(value: Any) -> str:
    """Any value of an answer on one line, without a newline."""
    return json_escaped(json.dumps(plain(value), ensure_ascii=False, allow_nan=False))
