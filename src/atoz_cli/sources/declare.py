"""The declarations of what sellers export: `sources/*.toml` in, `Source` values out, checked when they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import tomli
from msgspec import Struct, field

from atoz_cli.words import squash

AMAZON_ORDER = r"(\d{3}-\d{7}-\d{7}|[A-Z]\d{2}-\d{7}-\d{7})"
FORMS = {"amazon": AMAZON_ORDER}
KEYS = {
    "title", "what", "where", "report", "cite", "facts", "good_for", "traps", "recognise", "columns", "positions",
    "headers", "example", "template", "skip_without", "join_lines", "reader", "constants", "left_out", "summed", "once",
    "only_with", "whole", "instead_of", "may_lack",
}  # fmt: skip


class ColumnOf(Struct, frozen=True):
    """One column: what files call it (squashed), the list of codes its words come from, the form its text has.

    Where a file has several of the names, the first that says something in a row is read.
    `meaning`: sets of words (true in a declaration: those of `words/headers.toml`); a header that holds all the words of
    one, and none with !, is this column. `plus`: columns whose amounts are added. `where`: read only in rows whose
    column (its names) holds one of the words. `part`: the part of the text read.
    """

    names: tuple[str, ...]
    written: tuple[str, ...]
    codes: str | None = None
    form: str | None = None
    meaning: tuple[tuple[str, ...], ...] = ()
    plus: tuple[tuple[str, ...], ...] = ()
    where: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    part: str | None = None
    nonzero: bool = False
    """whether nothing is said where all the amounts that are added are 0"""
    values: Mapping[str, str] = field(default_factory=dict)
    """words of the file and what a map says instead"""
    meant: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`meaning` as it is written down, by language where it tells one"""
    written_plus: tuple[tuple[str, ...], ...] = ()
    written_where: tuple[tuple[str, ...], tuple[str, ...]] | None = None


class Layout(Struct, frozen=True):
    """A layout that goes by position: how many columns, and which field stands where."""

    width: int
    fields: Mapping[str, int]
    order_id: int
    rating: int
    mail: int


class Whole(Struct, frozen=True):
    """A file that tells its own total: the columns `parts` of the rows alike in `by` add up to `total`."""

    by: tuple[str, ...]
    total: tuple[str, ...]
    parts: tuple[str, ...]


class InsteadOf(Struct, frozen=True):
    """A file that is taken for this one and is not read: one of its columns tells it, and what to say then."""

    columns: tuple[str, ...]
    say: str


class Source(Struct, frozen=True, dict=True):
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
    """fields that must be found, `|` between those of which one is enough, `!` before one that must not be found"""
    known_by: Mapping[str, Any] = field(default_factory=dict)
    """how it is recognised, as it is written down"""
    alone: bool = False
    """whether a file has no other columns than these"""
    own: bool = False
    template: bool = False
    report: str | None = None
    good_for: str | None = None
    traps: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    headers: tuple[tuple[str, ...], ...] = ()
    written_headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """the same as files write them, by language"""
    example: Mapping[str, str] = field(default_factory=dict)
    skip_without: tuple[str, ...] = ()
    """rows that say nothing in one of these fields are not needed"""
    only_with: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """field to word to the field without which rows of that word are not needed"""
    join_lines: bool = False
    reader: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    summed: bool = False
    """whether the rows of one key are one fact, their amounts added"""
    whole: Whole | None = None
    instead_of: InsteadOf | None = None
    left_out: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """fact to the fields that are not of it, though it has one of that name"""
    once: tuple[str, ...] = ()
    """fields that stand in one row of the file and hold for all of them"""
    mapped: bool = False
    """whether it is made by a map of the user"""
    may_lack: tuple[str, ...] = ()
    """facts that a file may be silent about: they are read where their required columns are there"""

    @property
    def by_meaning(self) -> bool:
        """Whether its columns are found by what they mean, so that the receipt says which were understood."""
        return self.mapped or any(column.meaning for column in self.columns.values())

    def required(self) -> tuple[str, ...]:
        """The fields without which a row says nothing; a name that several columns have counts where it stands first."""
        return self._required

    @cached_property
    def _required(self) -> tuple[str, ...]:
        first = {column.names[0] for column in self.columns.values()}
        return tuple(
            name
            for name, column in self.columns.items()
            if name in self.fields or {column.names[0], *(set(column.names) - first)} & set(self.needs)
        )


def _toml(path: str) -> dict[str, Any]:
    return tomli.loads(Path(__file__).parent.joinpath(path).read_text("utf-8"))


def _squashed(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(squash(text) for text in texts)


def _column(name: str, column: Mapping[str, Any]) -> ColumnOf:
    where, meaning = column.get("where"), column.get("meaning", ())
    meant = _headers()[name] if meaning is True else {"": meaning} if meaning else {}
    return ColumnOf(
        names=_squashed(column["names"]),
        written=tuple(column["names"]),
        codes=column.get("codes"),
        form=FORMS[column["form"]] if "form" in column else None,
        meaning=tuple(tuple(words.split()) for language in meant.values() for words in language),
        meant={language: tuple(words) for language, words in meant.items()},
        plus=tuple(_squashed(names) for names in column.get("plus", ())),
        where=(_squashed(where["names"]), tuple(where["is"])) if where else None,
        written_plus=tuple(tuple(names) for names in column.get("plus", ())),
        written_where=(tuple(where["names"]), tuple(where["is"])) if where else None,
        part=column.get("part"),
        nonzero=column.get("nonzero", False),
    )


def _source(name: str) -> Source:
    raw = _toml(f"{name}.toml")
    unknown = set(raw) - KEYS
    if unknown:
        raise ValueError(f"sources/{name}.toml: unknown keys {sorted(unknown)}")
    known_as = raw["recognise"]
    columns = {name: _column(name, column) for name, column in raw.get("columns", {}).items()}
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
        known_by=known_as,
        alone=known_as.get("alone", False),
        own=known_as.get("own", False),
        template=raw.get("template", False),
        report=raw.get("report"),
        good_for=raw.get("good_for"),
        traps=tuple(raw.get("traps", ())),
        layouts=tuple(Layout(**layout) for layout in raw.get("positions", ())),
        headers=tuple(_squashed(header) for header in raw.get("headers", {}).values()),
        written_headers={language: tuple(header) for language, header in raw.get("headers", {}).items()},
        example=raw.get("example", {}),
        skip_without=(skip,) if isinstance(skip := raw.get("skip_without", ()), str) else tuple(skip),
        only_with=raw.get("only_with", {}),
        join_lines=raw.get("join_lines", False),
        reader=raw.get("reader"),
        constants=raw.get("constants", {}),
        left_out=raw.get("left_out", {}),
        summed=raw.get("summed", False),
        whole=Whole(**{part: _squashed(names) for part, names in raw["whole"].items()}) if "whole" in raw else None,
        instead_of=InsteadOf(_squashed(raw["instead_of"]["columns"]), raw["instead_of"]["say"])
        if "instead_of" in raw
        else None,
        once=tuple(raw.get("once", ())),
        may_lack=tuple(raw.get("may_lack", ())),
    )


@cache
def sources() -> Mapping[str, Source]:
    """Every source by name, in alphabetical order: each `.toml` of this folder is one."""
    names = sorted(entry.stem for entry in Path(__file__).parent.glob("*.toml"))
    return {name: _source(name) for name in names}


@cache
def _lists() -> Mapping[str, Mapping[str, str]]:
    """The lists of words as they are written down."""
    return {**_toml("words/codes.toml"), **_toml("words/money.toml")}


@cache
def codes() -> Mapping[str, Mapping[str, str | None]]:
    """List name to squashed word to word of ours. `marketplaces` maps every way to name one to its two letters."""
    lists: dict[str, Mapping[str, str | None]] = {
        name: {_star(word): ours or None for word, ours in words.items()} for name, words in _lists().items()
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
    return tuple(word for word, ours in _lists().get(name, {}).items() if ours == "" and "*" not in word)


@cache
def guesses() -> Mapping[str, Sequence[str]]:
    """Field to what other shops and programs call it."""
    return _toml("words/guesses.toml")


@cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    return _toml("words/fields.toml")


def phrase(fact: str, name: str) -> str:
    """What a field of a fact means, in one phrase. KeyError where nobody wrote it."""
    own = _phrases().get(fact, {})
    return own[name] if name in own else _phrases()["any"][name]


def _star(word: str) -> str:
    ends = "*" * word.endswith("*")
    return "*" * word.startswith("*") + squash(word.strip("*")) + ends


@cache
def _headers() -> Mapping[str, Mapping[str, list[str]]]:
    """Field to language to what headers mean it by."""
    return _toml("words/headers.toml")


@cache
def marketplaces() -> Mapping[str, Mapping[str, Any]]:
    """Two letters to `names`, `dates` (mdy, dmy, ymd) and `decimal`."""
    return _toml("words/marketplaces.toml")
