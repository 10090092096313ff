"""An answer flows in, one flat CSV row per element of its data flows out (RFC 4180, line ends `\\n`)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

from atoz_cli.answers import Answer
from atoz_cli.views.plain import is_object, items, plain
from atoz_cli.views.visible import without_controls

# What makes a spreadsheet take a text for a formula, the last four being fullwidth = + - @:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(answer: Answer) -> str:
    """Header and rows, or an empty string when there is no data. Nested names are dotted: `window.from`."""
    rows = [dict(_flat("", element)) for element in answer.data]
    header = list(dict.fromkeys(name for row in rows for name in row))
    header = [name for name in header if not _is_empty_stem(name, header, rows)]
    if not header:
        return ""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_text(name) for name in header)
    writer.writerows([_cell(row.get(name)) for name in header] for row in rows)
    return out.getvalue()


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Dotted names and the values at their ends."""
    if not is_object(value):
        yield prefix or "value", value
        return
    for name, inner in items(value):
        dotted = f"{prefix}.{name}" if prefix else name
        yield from _flat(dotted, inner) if is_object(inner) else ((dotted, inner),)


def _is_empty_stem(name: str, header: list[str], rows: list[dict[str, Any]]) -> bool:
    """An object that is None in some rows would be a column of its own beside its parts: that one is left out."""
    if not any(other.startswith(name + ".") for other in header):
        return False
    return all(row.get(name) is None for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, set, frozenset)):
        return _list(list(value) if isinstance(value, (list, tuple)) else sorted(value))
    if isinstance(value, str):
        return _text(value)
    written = plain(value)
    return "" if written is None else str(written)


def _list(values: list[Any]) -> str:
    """Scalars joined by a space; anything deeper as compact JSON."""
    if any(is_object(value) or isinstance(value, (list, tuple)) for value in values):
        return without_controls(json.dumps(plain(values), ensure_ascii=False, separators=(",", ":")))
    if all(isinstance(value, (int, float, Decimal)) for value in values):
        return " ".join(_cell(value) for value in values)
    return _text(" ".join(value if isinstance(value, str) else _cell(value) for value in values))


def _text(value: str) -> str:
    """A text that no spreadsheet runs. Line ends are `\\n`: Python 3.11's csv does not quote a lone carriage return."""
    guarded = "'" + value if value.startswith(_FORMULA) else value
    return without_controls(guarded.replace("\r\n", "\n").replace("\r", "\n"))
