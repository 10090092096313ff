"""A question in SQL and the small relations it joins in, the rows of the answer out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

WRITTEN_OUT = 200
"""So many values of a relation are written into what is asked; more become a table."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a text for a formula (the last four: = + - @ in full width)."""
SMALL, REMEMBERED = 1000, 200
"""An answer of so many rows is remembered while the store cannot change; so many of them, the newest."""
COMMENT, WORD = re.compile(r"^--.*$", re.MULTILINE), re.compile(r"[a-z_]+")
Row = tuple[Any, ...]
Tables = tuple[tuple[str, int], ...]
"""Temporary tables, each with a number that is new with its rows."""


class Duck:
    """A connection that answers questions. `relations` are small tables of ours that a question joins.

    Where the store is `still` (nobody writes to it), what was counted or answered before from the same is not again.
    """

    def __init__(self, connection: DuckDBPyConnection, *, still: bool = False) -> None:
        self.connection, self.still = connection, still
        self._views: dict[str, str] = {}
        self._tables: dict[str, int] = {}
        self._numbers = count()
        self._made_from: dict[str, object] = {}
        self._answers: dict[object, list[Row]] = {}

    @contextmanager
    def beside(self) -> Iterator[Duck]:
        """Another that answers of the same facts meanwhile, from another thread: nothing is laid out in it yet."""
        cursor = self.connection.cursor()
        try:
            yield Duck(cursor, still=self.still)
        finally:
            cursor.close()

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of one SELECT. The views that it names stand in front of it, so the engine binds them once."""
        made, tables = self._made(sql)
        key = (made, tables, repr(list(values)))
        if self.still and (known := self._answers.get(key)) is not None:
            return list(known)
        rows = self.connection.execute(made, list(values) or None).fetchall()
        if self.still and len(rows) <= SMALL:
            self._answers[key] = list(rows)
            if len(self._answers) > REMEMBERED:
                del self._answers[next(iter(self._answers))]
        return rows

    def view(self, name: str, sql: str) -> None:
        """Let `name` stand for a SELECT in what is asked from now on; it may name the views before it."""
        self._views.pop(name, None)
        self._views[name] = COMMENT.sub("", sql).strip()

    def keep(self, name: str, sql: str | None = None) -> None:
        """Let `name` hold the rows of a SELECT, or of the one that it stands for: counted once and read often."""
        if sql is None and name not in self._views:
            return
        made = self._made(sql or f"SELECT * FROM {name}")
        if not self.still or self._made_from.get(name) != made:
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {made[0]}")
            self._is_new(name, made)
        self._views.pop(name, None)

    def drop(self, name: str) -> None:
        """Let a name that was kept hold nothing any more, to make room."""
        self.connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._tables.pop(name, None)
        self._made_from.pop(name, None)

    def _is_new(self, name: str, made_from: object) -> None:
        self._tables[name] = next(self._numbers)
        self._made_from[name] = made_from

    def copy(self, sql: str, path: Path, format: str) -> int:
        """Write the rows of a SELECT to a file, `csv` or `parquet`, whole or not at all; how many there are."""
        made, _ = self._made(sql)
        if format == "csv":
            kinds = {row[0]: row[1] for row in self.connection.execute(f"DESCRIBE {made}").fetchall()}
            made = f"SELECT {guarded(kinds)} FROM ({made})"
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        options = "FORMAT csv, HEADER true" if format == "csv" else "FORMAT parquet, COMPRESSION zstd"
        try:
            rows = self.connection.execute(f"COPY ({made}) TO {literal(temporary)} ({options})").fetchone()
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        return int(rows[0]) if rows else 0

    def frame(self, sql: str) -> pd.DataFrame:
        """The rows of a SELECT as a pandas frame."""
        return self.connection.execute(self._made(sql)[0]).df()

    def _made(self, sql: str) -> tuple[str, Tables]:
        """A SELECT with the views that it names, and the temporary tables that it reads as they are now."""
        bare = COMMENT.sub("", sql).strip()
        named = self._named_in(bare)
        before = ", ".join(
            f"{name} AS NOT MATERIALIZED ({text})" for name, text in self._views.items() if name in named
        )
        made = f"WITH {before}, {bare[5:]}" if bare.startswith("WITH ") else f"WITH {before} {bare}"
        made = made if named else bare
        read = (self._tables.keys() & WORD.findall(made)) - named
        return made, tuple(sorted((name, self._tables[name]) for name in read))

    def _named_in(self, sql: str) -> set[str]:
        """The views that a text names, and those that they name."""
        named: set[str] = set()
        texts = [sql]
        while texts:
            found = {word for word in WORD.findall(texts.pop()) if word in self._views} - named
            named |= found
            texts += [self._views[name] for name in found]
        return named

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
        """Make the small relation `name` (column to SQL type) hold these rows, whatever it held before."""
        if len(rows) * len(columns) <= WRITTEN_OUT:
            self._views = {name: _written_out(columns, rows), **{n: v for n, v in self._views.items() if n != name}}
            return
        self._views.pop(name, None)
        made_from = (dict(columns), list(rows))
        if self.still and self._made_from.get(name) == made_from:
            return
        lists = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {column}" for column, kind in columns.items())
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {lists}", [list(one) for one in zip(*rows, strict=True)]
        )
        self._is_new(name, made_from)


def guarded(columns: Mapping[str, str]) -> str:
    """The columns of a SELECT for a spreadsheet: a text that it would take for a formula begins with an apostrophe."""
    risky = ", ".join(literal(sign) for sign in FORMULA)
    said = "CASE WHEN {name}[1] IN ({risky}) THEN chr(39) || {name} ELSE {name} END AS {name}"
    quoted = {f'"{column}"': kind for column, kind in columns.items()}
    return ", ".join(
        said.format(name=name, risky=risky) if kind == "VARCHAR" else name for name, kind in quoted.items()
    )


def _written_out(columns: Mapping[str, str], rows: Sequence[Row]) -> str:
    """A few rows as a short SELECT: the engine is spared a table, and reads every letter of what it is asked."""
    if not rows:
        return f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in columns.items())} WHERE false"
    typed = [f"{literal(value)}::{kind}" for value, kind in zip(rows[0], columns.values(), strict=True)]
    written = [typed, *(map(literal, row) for row in rows[1:])]
    return f"SELECT * FROM (VALUES ({'), ('.join(map(', '.join, written))})) AS t({', '.join(columns)})"


def literal(value: Any) -> str:
    """A value as SQL writes it: NULL, true, a number, or a text in quotes."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
