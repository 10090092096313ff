"""An answer flows in, the JSON envelope of the contract (§4) flows out."""

from __future__ import annotations

import json
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
    return json_escaped(json.dumps(envelope, ensure_ascii=False, allow_nan=False, indent=2)) + "\n"


def line(value: Any) -> str:
    """Any value of an answer on one line, without a newline."""
    return json_escaped(json.dumps(plain(value), ensure_ascii=False, allow_nan=False))
