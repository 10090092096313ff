"""The declarations of what sellers export: `sources/*.toml` in, `Source` values out, checked when they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from atoz_cli.words import squash

AMAZON_ORDER = r"(\d{3}-\d{7}-\d{7}|[A-Z]\d{2}-\d{7}-\d{7})"
FORMS = {"amazon": AMAZON_ORDER}
KEYS = {
    "title", "what", "where", "report", "cite", "facts", "good_for", "traps", "recognise", "columns", "positions",
    "headers", "example", "template", "skip_without", "join_lines", "reader", "constants", "sum_by", "once",
}  # fmt: skip


@dataclass(frozen=True)
class ColumnOf:
    """One column: what files call it (squashed), the list of codes its words come from, the form its text has.

    `meaning`: sets of words; a header that holds all the words of one is this column. `plus`: columns whose amounts are
    added. `where`: read only in rows whose column (its names) holds one of the words. `part`: the part of the text read.
    """

    names: tuple[str, ...]
    written: tuple[str, ...]
    codes: str | None = None
    form: str | None = None
    meaning: tuple[tuple[str, ...], ...] = ()
    plus: tuple[tuple[str, ...], ...] = ()
    where: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    part: str | None = None


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
    elements: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """fields that must be found, `|` between those of which one is enough"""
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
    constants: Mapping[str, str] = field(default_factory=dict)
    sum_by: tuple[str, ...] = ()
    """the rows that are alike in these fields are one fact: their amounts are added"""
    once: tuple[str, ...] = ()
    """fields that stand in one row of the file and hold for all of them"""

    @property
    def by_meaning(self) -> bool:
        """Whether its columns are found by what they mean, so that the receipt says which were understood."""
        return any(column.meaning for column in self.columns.values())

    def required(self) -> tuple[str, ...]:
        """The fields without which a row says nothing."""
        return tuple(name for name, column in self.columns.items() if set(column.names) & set(self.needs))


def _toml(path: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(path).read_text("utf-8"))


def _squashed(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(squash(text) for text in texts)


def _column(column: Mapping[str, Any]) -> ColumnOf:
    where = column.get("where")
    return ColumnOf(
        names=_squashed(column["names"]),
        written=tuple(column["names"]),
        codes=column.get("codes"),
        form=FORMS[column["form"]] if "form" in column else None,
        meaning=tuple(tuple(words.split()) for words in column.get("meaning", ())),
        plus=tuple(_squashed(names) for names in column.get("plus", ())),
        where=(_squashed(where["names"]), tuple(where["is"])) if where else None,
        part=column.get("part"),
    )


def _source(name: str) -> Source:
    raw = _toml(f"{name}.toml")
    unknown = set(raw) - KEYS
    if unknown:
        raise ValueError(f"sources/{name}.toml: unknown keys {sorted(unknown)}")
    known_as = raw["recognise"]
    columns = {name: _column(column) for name, column in raw.get("columns", {}).items()}
    return Source(
        name=name,
        title=raw["title"],
        what=raw["what"],
        where=raw["where"],
        cite=raw["cite"],
        facts=tuple(raw["facts"]),
        columns=columns,
        needs=_squashed(known_as.get("columns", ())),
        without=_squashed(known_as.get("without", ())),
        keys=tuple(known_as.get("keys", ())),
        elements=tuple(known_as.get("elements", ())),
        fields=tuple(known_as.get("fields", ())),
        own=known_as.get("own", False),
        template=raw.get("template", False),
        report=raw.get("report"),
        good_for=raw.get("good_for"),
        traps=tuple(raw.get("traps", ())),
        layouts=tuple(Layout(**layout) for layout in raw.get("positions", ())),
        headers=tuple(_squashed(header) for header in raw.get("headers", {}).values()),
        example=raw.get("example", {}),
        skip_without=raw.get("skip_without"),
        join_lines=raw.get("join_lines", False),
        reader=raw.get("reader"),
        constants=raw.get("constants", {}),
        sum_by=tuple(raw.get("sum_by", ())),
        once=tuple(raw.get("once", ())),
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
        name: {_star(word): ours or None for word, ours in words.items()}
        for name, words in _toml("words/codes.toml").items()
    }
    own = {name: {squash(value): value for value in words.values() if value} for name, words in lists.items()}
    lists = {name: {**own[name], **words} for name, words in lists.items()}
    lists["marketplaces"] = {
        squash(word): code for code, place in marketplaces().items() for word in (code, *place["names"])
    }
    return lists


@cache
def idle_words(name: str) -> tuple[str, ...]:
    """The words of a list that stand for nothing we need, as files write them."""
    return tuple(word for word, ours in _toml("words/codes.toml")[name].items() if ours == "" and "*" not in word)


def _star(word: str) -> str:
    ends = "*" * word.endswith("*")
    return "*" * word.startswith("*") + squash(word.strip("*")) + ends


@cache
def marketplaces() -> Mapping[str, Mapping[str, Any]]:
    """Two letters to `names`, `dates` (mdy, dmy, ymd) and `decimal`."""
    return _toml("words/marketplaces.toml")
