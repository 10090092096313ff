"""The rule of a day: the changes up to it, folded, each value with the change that set it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, timedelta
from typing import Any

from atoz_cli.answers.rules import RuleLine
from atoz_cli.errors import NoPolicy
from atoz_cli.policy.shape import Change, Policy


class Rule:
    """What one policy says on one day in one marketplace (None: only what holds everywhere).

    `rule["claim.granted"]` is a value: bool, int, Decimal, str, date or a tuple of such. A key of the policy that has
    no value yet on that day is NoPolicy; a key that the policy never has is KeyError.
    """

    def __init__(self, policy: Policy, yours: Iterable[Change], day: date, marketplace: str | None) -> None:
        self.name, self.day, self.marketplace = policy.name, day, marketplace
        self._known = policy.kinds
        ours = [change for change in policy.changes if change.applies(marketplace)]
        if not ours or ours[0].from_ > day:
            begins = f" before {ours[0].from_}" if ours else ""
            raise NoPolicy(f"no rule of {self.name} is written down{begins}", f"you asked for {day}: take a later day")
        # A user's changes come last: from their day on they stand, whatever Amazon changes later.
        order = ours + [change for change in yours if change.applies(marketplace)]
        self._order = order
        self._set_by: dict[str, int] = {}
        self._heads: dict[str, str] = {}
        for number, change in enumerate(order):
            if change.from_ <= day:
                self._set_by.update(dict.fromkeys(change.values, number))
                self._heads.update((key, text) for key, text in change.texts.items() if key not in change.values)

    def on(self, day: date) -> Rule:
        """The same on another day, with no change of the policy in between."""
        if day == self.day:
            return self
        rule = copy(self)
        rule.day = day
        return rule

    def __repr__(self) -> str:
        return f"Rule({self.name!r}, {self.day}, {self.marketplace!r})"

    def __getitem__(self, key: str) -> Any:
        number = self._set_by.get(key)
        if number is not None:
            return self._order[number].values[key]
        raise self._missing(key)

    def __contains__(self, key: str) -> bool:
        return key in self._set_by

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or the default where there is none on that day."""
        number = self._set_by.get(key)
        return default if number is None else self._order[number].values[key]

    def values(self) -> dict[str, Any]:
        """Every dotted key with its value."""
        return {key: self[key] for key in self._set_by}

    def table(self, key: str) -> Mapping[str, Any]:
        """Everything under a dotted key as a fresh nested dict, in the order of the file."""
        return _nested({path: self[f"{key}.{path}"] for path in self._under(key)})

    def lines(self) -> tuple[RuleLine, ...]:
        """Each value as a line. A table with a sentence of its own (a row of a decision table) is one, as a dict."""
        named: dict[str, None] = {}
        for key in self._set_by:
            named[next((head for head in self._heads if key.startswith(f"{head}.")), key)] = None
        tables = list(dict.fromkeys(key.partition(".")[0] for key in named))  # what belongs together stands together
        return tuple(self.line(key) for key in sorted(named, key=lambda key: tables.index(key.partition(".")[0])))

    def line(self, key: str) -> RuleLine:
        """The line of one value or table. `until` is the last day on which it stands, None while no end is known."""
        number = self._last_set(key)
        change = self._order[number]
        return RuleLine(
            rule=f"{self.name}.{key}",
            value=self[key] if key in self else self.table(key),
            since=change.from_,
            until=self._until(key, number),
            marketplaces=change.marketplaces,
            text=change.texts.get(key) if key in self else self._heads.get(key),
            url=change.cite.url or change.cite.source,
            read_on=change.cite.read_on,
            confidence=change.cite.confidence,
            yours=change.yours,
        )

    def cite(self, key: str) -> str:
        """Where a value, or the newest value of a table, is from, in words."""
        change = self._order[self._last_set(key)]
        label = change.cite.label
        if change.yours:
            return f"your policy file, which cites {label}" if label else "your policy file"
        return f"{label} (read {change.cite.read_on}, confidence {change.cite.confidence})"

    def _last_set(self, key: str) -> int:
        if key in self._set_by:
            return self._set_by[key]
        return max(self._set_by[f"{key}.{path}"] for path in self._under(key))

    def _under(self, key: str) -> tuple[str, ...]:
        start = f"{key}."
        paths = tuple(one.removeprefix(start) for one in self._set_by if one.startswith(start))
        if not paths:
            raise self._missing(key)
        return paths

    def _missing(self, key: str) -> Exception:
        if any(one == key or one.startswith(f"{key}.") for one in self._known):
            if key in self._known or not any(one.startswith(f"{key}.") for one in self._set_by):
                return NoPolicy(
                    f"{self.name}.{key} has no value on {self.day}", "take a later day, or another marketplace"
                )
            return KeyError(f"{self.name}.{key} is a table")
        return KeyError(f"{self.name}.{key}")

    def _until(self, key: str, number: int) -> date | None:
        """The day before the next change of it; what is a user's ends only with the user's next word."""
        later = [
            change.from_
            for position, change in enumerate(self._order)
            if change.from_ > self.day
            and (change.yours or not self._order[number].yours)
            and position > number
            and any(one == key or one.startswith(f"{key}.") for one in change.values)
        ]
        return min(later) - timedelta(days=1) if later else None


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in flat.items():
        *tables, leaf = path.split(".")
        inner = found
        for word in tables:
            inner = inner.setdefault(word, {})
        inner[leaf] = value
    return found
