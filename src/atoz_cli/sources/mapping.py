"""A map of the user's in (TOML), a source out that reads any shop's CSV: our columns by their names, their words as ours."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import tomli
from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.cells import Reading
from atoz_cli.errors import BadUsage, UnknownFile
from atoz_cli.records import RECORDS, kinds_of_value
from atoz_cli.sources.columns import fields_of
from atoz_cli.sources.declare import ColumnOf, Source, codes, sources
from atoz_cli.sources.opening import Survey
from atoz_cli.sources.table import Table, headers, look
from atoz_cli.words import squash

ALSO = ("feedback", "returns")
KEYS = ("source", "columns", "values", "constants", "date_order", "decimal", "encoding", "delimiter")
ONE_OF = {"date_order": ("mdy", "dmy", "ymd"), "decimal": (".", ",")}


class Map(Struct, frozen=True):
    """A source whose columns are those of the user's file, and how that file is written where the map says so."""

    source: Source
    date_order: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


def mappable() -> list[str]:
    """The sources that a map may lead to."""
    return [name for name, source in sources().items() if source.own or name in ALSO]


def read(path: Path) -> Map:
    """The map in a TOML file. BadUsage says what is wrong with it, with the nearest known name."""
    try:
        raw = tomli.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadUsage(f"--map: {path} cannot be read ({error.strerror})", "give the TOML file with your map") from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadUsage(f"--map: {path} is not TOML: {error}", "atoz import FILE --suggest-map prints one") from None
    return checked(raw, str(path))


def checked(raw: Mapping[str, Any], path: str) -> Map:
    """A map from its values; `path` is how errors call it."""
    _known(raw, KEYS, path, "key")
    source = sources()[_known([str(raw.get("source", ""))], mappable(), path, "source")[0]]
    fields = {**{squash(column.written[0]): name for name, column in source.columns.items()}, **_own_names(source)}
    shown = [column.written[0] for column in source.columns.values()] or list(fields_of(source))
    columns = {
        _field(name, fields, shown, path): _text(value, f"columns.{name}", path)
        for name, value in _table(raw, "columns", path).items()
    }
    values = {
        _field(name, fields, shown, path): {
            str(theirs): _text(ours, f"values.{name}", path) for theirs, ours in words.items()
        }
        for name, words in _table(raw, "values", path).items()
        if _is_table(words, f"values.{name}", path)
    }
    constants = {
        _field(name, fields, shown, path): _text(value, f"constants.{name}", path)
        for name, value in _table(raw, "constants", path).items()
    }
    _whole(source, columns, values, constants, path)
    mapped = replace(
        source,
        columns={
            field: ColumnOf((squash(theirs),), (theirs,), source.columns[field].codes if field in source.columns else None,
                            values=values.get(field, {}))
            for field, theirs in columns.items()
        },
        constants={field: _read_constant(source, field, text, path) for field, text in constants.items()},
        layouts=(), headers=(), join_lines=False, mapped=True,
    )  # fmt: skip
    return Map(mapped, **{key: _choice(raw, key, path) for key in ("date_order", "decimal", "encoding", "delimiter")})


def table_of(survey: Survey, name: str, wanted: Map) -> Table:
    """The table of a file that a map describes. UnknownFile with the nearest column where one is not there."""
    asked = [column.written[0] for column in wanted.source.columns.values()]
    needed = {squash(text) for text in asked}
    line = next((at for at, header in headers(survey, wanted.delimiter) if needed <= set(map(squash, header))), 0)
    table = look(survey, name, line, wanted.delimiter)
    for column in () if line else asked:
        if squash(column) not in map(squash, table.header):
            near = difflib.get_close_matches(column, table.header, 1, 0.5)
            raise UnknownFile(
                f"{name}: has no column {column!r}, which the map asks for",
                f"did you mean {near[0]!r}?" if near else "look at its header line, or at the delimiter in the map",
            )
    return table


def _own_names(source: Source) -> dict[str, str]:
    return {squash(name): name for name in fields_of(source)}


def _known(words: Collection[str], among: Collection[str], path: str, what: str) -> list[str]:
    for word in words:
        if word not in among:
            raise BadUsage(f"--map: {path}: no {what} is called {word!r}", _nearest(word, among))
    return list(words)


def _nearest(word: str, among: Collection[str]) -> str:
    near = difflib.get_close_matches(word.lower(), among, 1, 0.5)
    return f"did you mean {near[0]}?" if near else f"one of {', '.join(among)}"


def _field(name: str, fields: Mapping[str, str], shown: Collection[str], path: str) -> str:
    if squash(name) not in fields:
        raise BadUsage(f"--map: {path}: we have no column {name!r}", _nearest(name, shown))
    return fields[squash(name)]


def _table(raw: Mapping[str, Any], key: str, path: str) -> Mapping[str, Any]:
    value = raw.get(key, {})
    _is_table(value, key, path)
    return dict(value)


def _is_table(value: Any, key: str, path: str) -> bool:
    if not isinstance(value, Mapping):
        raise BadUsage(f"--map: {path}: {key} must be a table", f"write [{key}] and lines below it")
    return True


def _text(value: Any, key: str, path: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Mapping, list)) or str(value).strip() == "":
        raise BadUsage(
            f"--map: {path}: {key} must be a text", 'such as order_id = "Order No"; leave out what is not there'
        )
    return str(value)


def _choice(raw: Mapping[str, Any], key: str, path: str) -> str | None:
    value = raw.get(key)
    if value is None:
        return None
    if key in ONE_OF and value not in ONE_OF[key]:
        raise BadUsage(f"--map: {path}: {key} = {value!r} is none", f"one of {', '.join(ONE_OF[key])}")
    if key == "delimiter" and (not isinstance(value, str) or len(value) != 1 or value in '"\n\r'):
        raise BadUsage(f"--map: {path}: delimiter must be one character", 'such as ";" or "\\t"')
    if key == "encoding":
        try:
            codecs.lookup(str(value))
            "a".encode(str(value))
        except (LookupError, UnicodeError, TypeError):
            raise BadUsage(
                f"--map: {path}: no encoding is called {value!r}", "such as utf-8, cp1252, cp932, utf-16"
            ) from None
    return str(value)


def _whole(
    source: Source, columns: Mapping[str, str], values: Mapping[str, Any], constants: Mapping[str, str], path: str
) -> None:
    """What a row must have is there; no column has two origins; only columns that are read have words."""
    names = {
        field: source.columns[field].written[0] if field in source.columns else field for field in fields_of(source)
    }
    for field, (_, required) in fields_of(source).items():
        if required and field not in columns and field not in constants:
            raise BadUsage(
                f"--map: {path}: {names[field]} is missing", f'say which column it is: [columns] {names[field]} = "…"'
            )
    for field in set(columns) & set(constants):
        raise BadUsage(f"--map: {path}: {names[field]} is a column and a constant", "leave one of them out")
    for field in set(values) - set(columns):
        raise BadUsage(f"--map: {path}: values.{names[field]} has no column", "say which column it is, under [columns]")
    for field, words in values.items():
        for word in words.values():
            _read_constant(source, field, word, path)


def _read_constant(source: Source, field: str, text: str, path: str) -> str:
    """A value of ours as the store keeps it. BadUsage where it is none."""
    from pydantic import ValidationError

    fact = next(fact for fact in source.facts if field in kinds_of_value(fact))
    known = codes()[str(source.columns[field].codes)] if field in source.columns and source.columns[field].codes else {}
    try:
        validator = RECORDS[fact].__pydantic_validator__
        found = validator.validate_assignment(
            RECORDS[fact].model_construct(), field, text, context=Reading(codes={field: known})
        )
    except ValidationError as error:
        raise BadUsage(
            f"--map: {path}: {text!r} {error.errors()[0]['msg'].removeprefix('Value error, ')}",
            f"it is meant for {field}",
        ) from None
    value = getattr(found, field)
    if known and value not in known.values():
        raise BadUsage(
            f"--map: {path}: {text!r} is no {field} that we know",
            _nearest(text, sorted({word for word in known.values() if word})),
        )
    return value.replace(tzinfo=None).isoformat(" ") if hasattr(value, "tzinfo") else str(value)
