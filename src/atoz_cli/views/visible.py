"""Text of unknown origin flows in, text safe on a terminal flows out: what would be invisible is written out."""

from __future__ import annotations

import re
from functools import cache

# Any run of line breaks and tabs is one space: a cell, a lead line and an error are a single line each.
_BREAKS = re.compile("[\t\n\r\x85\u2028\u2029]+")

# C0 and C1 controls, lone surrogates.
_CONTROL = "\x00-\x1f\x7f-\x9f\ud800-\udfff"
# Bidi marks, overrides and isolates, zero-width and interlinear characters, tags. The joiners U+200C and U+200D stay:
# Persian, Indic scripts and emoji are spelled with them.
_INVISIBLE = "\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"

# The breaks between the lines of indented JSON are many, and no text holds one: json writes those as \n itself.
_IN_JSON = f"{_CONTROL}{_INVISIBLE}".replace("\x00-\x1f", "\x00-\x09\x0b-\x1f")
_IN_DATA = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"


@cache
def _one_of(characters: str) -> re.Pattern[str]:
    """Compiled when it is first needed: most answers have nothing to hide."""
    return re.compile(f"[{characters}]")


def shown(text: str) -> str:
    """One line for people: line breaks and tabs become a space, control and invisible characters their escapes."""
    return _one_of(_CONTROL + _INVISIBLE).sub(_escape, _BREAKS.sub(" ", text))


def without_controls(text: str) -> str:
    """Data for another program: only control characters other than tab and line breaks become their escapes."""
    return _one_of(_IN_DATA).sub(_escape, text)


def json_escaped(dumped: str) -> str:
    """The same JSON, with the hidden characters that json leaves as they are written as `\\uXXXX`."""
    return _one_of(_IN_JSON).sub(lambda found: _json_escape(found[0]), dumped)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
