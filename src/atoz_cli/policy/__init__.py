"""What Amazon asks: a name, a day and a marketplace in, the `Rule` of that day out, each value with its citation.

The files of this folder hold a title and `[[change]]` blocks. The rule of a day is the fold of the changes up to it:
lists replace, tables merge. A user's own file is folded after them, so its word stands from its day on.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from atoz_cli.answers.rules import Reason
from atoz_cli.policy.overlay import read_bytes, read_overlay
from atoz_cli.policy.read import read_policy
from atoz_cli.policy.rule import Rule
from atoz_cli.policy.shape import Change, Policy

__all__ = ["Book", "Rule", "load"]

# Not importlib.resources: it costs 20 ms of every start (it brings tempfile and zipfile), and a wheel lies on disk.
_FOLDER = Path(__file__).parent


def load(overlay: Path | None = None) -> Book:
    """The built-in policies, each read when first asked for, and a user's file over them, read and checked at once."""
    return Book(overlay)


class Book:
    """All policies, built-in and the user's."""

    def __init__(self, overlay: Path | None = None) -> None:
        self._overlay = read_bytes(overlay) if overlay is not None else b""
        self._yours: dict[str, tuple[Change, ...]] = {}
        if overlay is not None:
            self._yours = read_overlay(self._overlay, str(overlay), _names(), _built_in)
        self._rules: dict[tuple[str, date, str | None], Rule] = {}
        self._changes: dict[str, tuple[date, ...]] = {}

    def names(self) -> tuple[str, ...]:
        """The policies there are, sorted."""
        return _names()

    def title(self, name: str) -> str:
        """What a policy is about, in a few words."""
        return _built_in(name).title

    def at(self, name: str, day: date, marketplace: str | None = None) -> Rule:
        """The rule of a day; NoPolicy before the first change, KeyError for a name that is none of `names()`."""
        changes = self._changes.get(name) or self._changes.setdefault(name, self.days_of_change(name))
        began = bisect_right(changes, day)
        asked = (name, changes[began - 1] if began else day, marketplace)
        if asked not in self._rules:
            self._rules[asked] = Rule(_built_in(name), self._yours.get(name, ()), day, marketplace)
        return self._rules[asked].on(day)

    def reason(self, rule_id: str, day: date, marketplace: str | None, text: str) -> Reason:
        """Why, with the citation of "<name>.<key>" on that day; KeyError for an id that no policy has."""
        name, _, key = rule_id.partition(".")
        return Reason(rule_id, text, self.at(name, day, marketplace).cite(key))

    def days_of_change(self, name: str) -> tuple[date, ...]:
        """The days on which a block of a policy begins, in whatever marketplace, oldest first."""
        changes = (*_built_in(name).changes, *self._yours.get(name, ()))
        return tuple(sorted({change.from_ for change in changes}))

    def ever(self, name: str, key: str) -> list[Any]:
        """Every value that a key of a policy has, on whatever day and in whatever marketplace."""
        changes = (*_built_in(name).changes, *self._yours.get(name, ()))
        return [change.values[key] for change in changes if key in change.values]

    def history(self, name: str, marketplace: str | None = None) -> list[tuple[date, tuple[str, ...]]]:
        """The days on which values change, oldest first, with the keys that do; the first day names them all."""
        policy, yours = _built_in(name), self._yours.get(name, ())
        ours = [change.from_ for change in policy.changes if change.applies(marketplace)]
        days = {*ours, *(change.from_ for change in yours if change.applies(marketplace) and ours)}
        found: list[tuple[date, tuple[str, ...]]] = []
        before: dict[str, object] = {}
        for day in sorted(one for one in days if one >= min(ours)):
            now = self.at(name, day, marketplace).values()
            if changed := tuple(key for key, value in now.items() if key not in before or before[key] != value):
                found.append((day, changed))
            before = now
        return found

    def fingerprint(self) -> str:
        """Twelve hex digits that change with any byte of the policies or of the user's file (line ends apart)."""
        from hashlib import sha256

        digest = sha256()
        for part in (*((name + "\n" + _text(name)).encode() for name in _names()), self._overlay):
            part = part.replace(b"\r\n", b"\n")
            digest.update(b"%d\n" % len(part) + part)
        return digest.hexdigest()[:12]


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@cache
def _built_in(name: str) -> Policy:
    if name not in _names():
        raise KeyError(name)
    return read_policy(name, _text(name), f"{name}.toml")
