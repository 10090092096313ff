"""The bench beside the store: an in-memory database that reads, types and checks a file before the store is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from atoz_cli.store.asking import Row, literal
from atoz_cli.store.duck import connect
from atoz_cli.store.facts import Table

MEMORY = "800MB"
INLINE = 40
"""More distinct words than this are joined instead of written into the query."""


@contextmanager
def opened() -> Iterator[Stage]:
    """A stage with a folder of its own; both are gone at the end."""
    with tempfile.TemporaryDirectory(prefix="atoz-", ignore_cleanup_errors=True) as folder:
        stage = Stage(Path(folder))
        try:
            yield stage
        finally:
            stage.connection.close()


class Stage:
    """One file at a time: `read` it, ask for its `words`, `give` their meanings, then make the new rows of each fact."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where it may put down what does not fit into memory; it goes with the import."""
        self.folder = folder
        self.connection = connect(":memory:")
        self.connection.execute(f"SET temp_directory = {literal(folder / 'spill')}")
        self.connection.execute(f"SET memory_limit = '{MEMORY}'")
        self.connection.execute("SET max_vacuum_tasks = 0")  # rows that are only added leave nothing to clean up
        self.fields: tuple[str, ...] = ()
        self.meanings: dict[str, dict[str, Any]] = {}
        self._needless = "s.blank_"

    def run(self, sql: str) -> Any:
        """Execute one statement."""
        return self.connection.execute(sql)

    def read(self, select: str, fields: Sequence[str]) -> int:
        """Stage the rows of a SELECT with the fields, `raw_`, `blank_` and `file_`; how many there are."""
        self.fields, self.meanings, self._needless = tuple(fields), {}, "s.blank_"
        self.run("DROP VIEW IF EXISTS good")
        return int(self.run(f"CREATE OR REPLACE TABLE stage AS {select}").fetchone()[0])

    def words(self, fields: Sequence[str]) -> dict[str, list[str]]:
        """The distinct texts of each field, in rows that are one."""
        found: dict[str, list[str]] = {field: [] for field in fields}
        each = [
            f"(SELECT {literal(field)}, word FROM "
            f"(SELECT DISTINCT {field} AS word FROM stage WHERE {field} IS NOT NULL AND NOT blank_))"
            for field in fields
        ]
        for field, word in self.run(" UNION ALL ".join(each)).fetchall() if each else ():
            found[field].append(word)
        return found

    def give(self, field: str, meanings: Mapping[str, Any], kind: str) -> None:
        """What each text of a field means (None: nothing)."""
        self.meanings[field] = dict(meanings)
        if len(meanings) > INLINE:
            self.run(f"CREATE OR REPLACE TEMP TABLE words_{field} (word VARCHAR, meaning {kind})")
            self.connection.execute(
                f"INSERT INTO words_{field} SELECT unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS {kind}[]))",
                [list(meanings), list(meanings.values())],
            )

    def _meaning(self, field: str) -> str:
        if field not in self.meanings:
            return f"s.{field}"
        known = self.meanings[field]
        if len(known) > INLINE:
            return f"(SELECT w.meaning FROM words_{field} w WHERE w.word = s.{field})"
        cases = " ".join(f"WHEN {literal(word)} THEN {literal(meaning)}" for word, meaning in known.items())
        return f"CASE s.{field} {cases} END" if cases else f"s.{field}"

    def skip(self, without: Sequence[str], only_with: Mapping[str, Mapping[str, str]]) -> None:
        """Say which rows are not needed: those that are silent in one of the fields, or in the one that their word asks for."""
        silent = [self._silent(field) for field in without]
        for field, words in only_with.items():
            silent += [
                f"({self._meaning(field)} = {literal(w)} AND {self._silent(other)})" for w, other in words.items()
            ]
        self._needless = " OR ".join(["s.blank_", *silent])

    def _silent(self, field: str) -> str:
        """Whether a row says nothing in a field: what stands there and cannot be read is not nothing."""
        if field not in self.fields:
            return "true"
        if field in self.meanings:
            return f"{self._meaning(field)} IS NULL"
        return f"(s.{field} IS NULL AND s.raw_[{self.fields.index(field) + 1}] IS NULL)"

    def doubtful(self, fields: Mapping[str, bool], bad: Mapping[str, Sequence[str]], *, whole: bool) -> list[Row]:
        """The rows in which a value is none: row number, the first such field, its text, the texts of all fields or None.

        `fields`: in the order in which they are looked at, with whether they must be there; `bad`: words that are none.
        `whole`: whether the other texts are wanted.
        """
        wrong = {field: f"s.{field} IN ({', '.join(map(literal, texts))})" for field, texts in bad.items() if texts}
        test = " OR ".join(["s.raw_ IS NOT NULL", *wrong.values()])
        columns, texts = [], []
        for field, required in fields.items():
            if field in self.fields:
                text = f"s.raw_[{self.fields.index(field) + 1}]"
                missing = f" OR (s.raw_ IS NOT NULL AND {text} IS NULL)" if required else ""
                when = f"WHEN {wrong.get(field, f'{text} IS NOT NULL AND s.{field} IS NULL')}{missing} THEN"
                columns.append(f"{when} {literal(field)}")
                texts.append(f"{when} {f's.{field}' if field in wrong else text}")
        query = (
            f"SELECT s.rowid + 1, CASE {' '.join(columns)} END, CASE {' '.join(texts)} END, "
            f"{'s.raw_' if whole else 'NULL'} FROM stage s "
            f"WHERE ({test}) AND NOT coalesce({self._needless}, false) ORDER BY s.rowid"
        )
        found: list[Row] = self.run(query).fetchall()
        return found

    def refuse(self, rows: Sequence[int]) -> int:
        """Leave the refused and the needless rows out of what comes next: `good`. How many are not needed."""
        self.run("CREATE OR REPLACE TABLE refused (row_no BIGINT)")
        if rows:
            self.connection.execute("INSERT INTO refused SELECT unnest(CAST(? AS BIGINT[]))", [list(rows)])
        empty = f"coalesce({self._needless}, false)"
        out = "ANTI JOIN refused r ON r.row_no = s.rowid + 1" if rows else ""
        self.run(
            f"CREATE OR REPLACE VIEW good AS SELECT s.*, s.rowid + 1 AS row_no FROM stage s {out} WHERE NOT ({empty})"
        )
        return int(self.run(f"SELECT count(*) FROM stage s {out} WHERE {empty}").fetchone()[0])

    def facts(
        self, table: Table, constants: Mapping[str, str], fields: Mapping[str, str], needs: Sequence[str],
        summed: bool = False, once: Sequence[str] = (), left_out: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """The new rows of one fact as `new_<fact>`. `fields`: column to SQL type; `needs`: leave out rows with none of these.

        `summed`: the rows of one key are one, their amounts added; what stands `once` in the file holds for every row;
        fields `left_out` say nothing of this fact.
        """
        columns = []
        for field, kind in fields.items():
            there = field in self.fields and field not in left_out
            value = self._meaning(field) if there else f"CAST(NULL AS {kind})"
            if field in once and field in self.fields:
                value = f"coalesce({value}, {self._stands_once(field)})"
            if field in constants:
                value = f"coalesce({value}, {literal(constants[field])})"
            columns.append(f"{value} AS {field}")
        some = " OR ".join(f"s.{name} IS NOT NULL" for name in needs if name in self.fields)
        where = f" WHERE {some}" if some else (" WHERE false" if needs else "")
        rows = f"SELECT {', '.join(columns)}, s.row_no FROM good s{where}"
        if summed:
            told = {field for field in (*self.fields, *constants) if field not in left_out}
            self.run(f"CREATE OR REPLACE TEMP TABLE summed_{table.name} AS {_summed(table, fields, told, rows)}")
            rows = f"SELECT * FROM summed_{table.name}"
        self.run(f"CREATE OR REPLACE TEMP VIEW new_{table.name} AS {rows}")

    def _stands_once(self, field: str) -> str:
        """The one value of a field in the whole file, NULL where there are several."""
        said = f"SELECT {self._meaning(field)} AS v FROM stage s WHERE NOT s.blank_"
        return f"(SELECT CASE WHEN count(DISTINCT v) = 1 THEN min(v) END FROM ({said}))"

    def spans(self, fields: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        """By file the first and the last moment of the first of these fields that there is, of the rows taken."""
        for field in fields:
            if field in self.fields:
                query = (
                    f"SELECT file_, min({field}), max({field}) FROM good GROUP BY file_ HAVING min({field}) IS NOT NULL"
                )
                return {file: (first, last) for file, first, last in self.run(query).fetchall()}
        return {}

    def rows_of(self) -> dict[str, tuple[int, int, int]]:
        """By file how many rows it has, how many of them are not needed, and the number of the row before its first."""
        needless = f"count(*) FILTER (coalesce({self._needless}, false))"
        query = f"SELECT s.file_, count(*), {needless}, min(s.rowid) FROM stage s GROUP BY s.file_"
        return {file: (rows, idle, before) for file, rows, idle, before in self.run(query).fetchall()}

    def only_meaning(self, field: str) -> dict[str, Any]:
        """By file the one meaning that the words of a field have in it, where it is one."""
        if field not in self.meanings:
            return {}
        said = f"SELECT s.file_, {self._meaning(field)} AS v FROM stage s WHERE NOT s.blank_"
        return dict(
            self.run(f"SELECT file_, min(v) FROM ({said}) GROUP BY file_ HAVING count(DISTINCT v) = 1").fetchall()
        )


def _summed(table: Table, fields: Mapping[str, str], told: Collection[str], rows: str) -> str:
    """The rows of one key as one: amounts added, of moments the first. Rows without the own id share that of their like.

    `told`: the fields that the rows can say something of.
    """
    own = table.own_id
    if own is not None:
        alike = ", ".join([*table.key, *table.without_id])
        only = f"CASE WHEN min({own}) OVER w = max({own}) OVER w THEN min({own}) OVER w END"
        rows = f"SELECT * REPLACE (coalesce({own}, {only}) AS {own}) FROM ({rows}) WINDOW w AS (PARTITION BY {alike})"
    added = {"DECIMAL(18,4)": "sum", "TIMESTAMP": "min"}
    made = {
        field: f"{added.get(kind, 'max')}(r.{field})" if field in told else "NULL" for field, kind in fields.items()
    }
    each = ", ".join(f"CAST({made[field]} AS {kind}) AS {field}" for field, kind in fields.items())
    return f"SELECT {each}, min(r.row_no) AS row_no FROM ({rows}) r GROUP BY {', '.join(table.identity('r'))}"
