"""A question in SQL and the small relations it joins in, the rows of the answer out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WRITTEN_OUT = 60
"""So many rows of a relation are written into what is asked; more become a table."""
COMMENT, WORD = re.compile(r"^--.*$", re.MULTILINE), re.compile(r"[a-z_]+")
Row = tuple[Any, ...]


class Duck:
    """A connection that answers questions. `relations` are small tables of ours that a question joins."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection
        self._views: dict[str, str] = {}

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of one SELECT. The views that it names stand in front of it, so the engine binds them once."""
        return self.connection.execute(self._with_views(sql), list(values) or None).fetchall()

    def view(self, name: str, sql: str) -> None:
        """Let `name` stand for a SELECT in what is asked from now on; it may name the views before it."""
        self._views.pop(name, None)
        self._views[name] = sql

    def keep(self, name: str, sql: str) -> None:
        """Let `name` hold the rows of a SELECT, counted once and read often."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {self._with_views(sql)}")
        self._views.pop(name, None)

    def _with_views(self, sql: str) -> str:
        named = self._named_in(sql)
        if not named:
            return sql
        before = ", ".join(
            f"{name} AS NOT MATERIALIZED ({text})" for name, text in self._views.items() if name in named
        )
        bare = COMMENT.sub("", sql).lstrip()
        return f"WITH {before}, {bare[5:]}" if bare.startswith("WITH ") else f"WITH {before} {bare}"

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
        if len(rows) <= WRITTEN_OUT:
            self._views = {name: _written_out(columns, rows), **{n: v for n, v in self._views.items() if n != name}}
            return
        self._views.pop(name, None)
        lists = ", ".join(f"unnest(CAST(? AS {kind}[])) AS {column}" for column, kind in columns.items())
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {lists}", [list(one) for one in zip(*rows, strict=True)]
        )


def _written_out(columns: Mapping[str, str], rows: Sequence[Row]) -> str:
    """A few rows as a SELECT: the engine is spared a table."""
    typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
    values = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in rows)
    nothing = "(" + ", ".join(["NULL"] * len(columns)) + ")"
    where = "" if rows else " WHERE false"
    return f"SELECT {typed} FROM (VALUES {values or nothing}) AS t({', '.join(columns)}){where}"


def literal(value: Any) -> str:
    """A value as SQL writes it: NULL, true, a number, or a text in quotes."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
