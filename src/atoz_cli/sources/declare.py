"""The declarations of what sellers export: `sources/*.toml` in, `Source` values out, checked when they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from atoz_cli.words import squash

AMAZON_ORDER = r"(\d{3}-\d{7}-\d{7}|[A-Z]\d{2}-\d{7}-\d{7})"
FORMS = {"amazon": AMAZON_ORDER}
KEYS = {
    "title", "what", "where", "report", "cite", "facts", "good_for", "traps", "recognise", "columns", "positions",
    "headers", "example", "template", "skip_without", "join_lines", "reader",
}  # fmt: skip


@dataclass(frozen=True)
class ColumnOf:
    """One column: what files call it (squashed), the list of codes its words come from, the form its text has."""

    names: tuple[str, ...]
    written: tuple[str, ...]
    codes: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class Layout:
    """A layout that goes by position: how many columns, and which field stands where."""

    width: int
    fields: Mapping[str, int]
    order_id: int
    rating: int
    mail: int


@dataclass(frozen=True)
class Source:
    """One kind of file that sellers export. `facts` are the tables it fills, `columns` fields to columns."""

    name: str
    title: str
    what: str
    where: str
    cite: str
    facts: tuple[str, ...]
    columns: Mapping[str, ColumnOf]
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    own: bool = False
    template: bool = False
    report: str | None = None
    good_for: str | None = None
    traps: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    headers: tuple[tuple[str, ...], ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)
    skip_without: str | None = None
    join_lines: bool = False
    reader: str | None = None

    def required(self) -> tuple[str, ...]:
        """The fields without which a row says nothing."""
        return tuple(name for name, column in self.columns.items() if set(column.names) & set(self.needs))


def _toml(path: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(path).read_text("utf-8"))


def _source(name: str) -> Source:
    raw = _toml(f"{name}.toml")
    unknown = set(raw) - KEYS
    if unknown:
        raise ValueError(f"sources/{name}.toml: unknown keys {sorted(unknown)}")
    known_as = raw["recognise"]
    columns = {
        field_name: ColumnOf(
            names=tuple(squash(text) for text in column["names"]),
            written=tuple(column["names"]),
            codes=column.get("codes"),
            form=FORMS[column["form"]] if "form" in column else None,
        )
        for field_name, column in raw.get("columns", {}).items()
    }
    return Source(
        name=name,
        title=raw["title"],
        what=raw["what"],
        where=raw["where"],
        cite=raw["cite"],
        facts=tuple(raw["facts"]),
        columns=columns,
        needs=tuple(squash(text) for text in known_as.get("columns", ())),
        without=tuple(squash(text) for text in known_as.get("without", ())),
        keys=tuple(known_as.get("keys", ())),
        own=known_as.get("own", False),
        template=raw.get("template", False),
        report=raw.get("report"),
        good_for=raw.get("good_for"),
        traps=tuple(raw.get("traps", ())),
        layouts=tuple(Layout(**layout) for layout in raw.get("positions", ())),
        headers=tuple(tuple(squash(text) for text in header) for header in raw.get("headers", {}).values()),
        example=raw.get("example", {}),
        skip_without=raw.get("skip_without"),
        join_lines=raw.get("join_lines", False),
        reader=raw.get("reader"),
    )


@cache
def sources() -> Mapping[str, Source]:
    """Every source by name, in alphabetical order: each `.toml` of this folder is one."""
    names = sorted(entry.name[:-5] for entry in files(__package__).iterdir() if entry.name.endswith(".toml"))
    return {name: _source(name) for name in names}


@cache
def codes() -> Mapping[str, Mapping[str, str | None]]:
    """List name to squashed word to word of ours. `marketplaces` maps every way to name one to its two letters."""
    lists: dict[str, Mapping[str, str | None]] = {
        name: {_star(word): ours for word, ours in words.items()} for name, words in _toml("words/codes.toml").items()
    }
    own = {name: {squash(value): value for value in words.values() if value} for name, words in lists.items()}
    lists = {name: {**own[name], **words} for name, words in lists.items()}
    lists["marketplaces"] = {
        squash(word): code for code, place in marketplaces().items() for word in (code, *place["names"])
    }
    return lists


def _star(word: str) -> str:
    return squash(word[:-1]) + "*" if word.endswith("*") else squash(word)


@cache
def marketplaces() -> Mapping[str, Mapping[str, Any]]:
    """Two letters to `names`, `dates` (mdy, dmy, ymd) and `decimal`."""
    return _toml("words/marketplaces.toml")
