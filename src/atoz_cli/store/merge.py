"""New rows of one kind of fact in, the store merged by key, value by value, and what became of each row out.

The newest value that is not empty wins: by the update stamp where the source has one, else by the import that came
later. A key with more than one differing row keeps them all in `<fact>_versions`, and what holds is computed from all
of them each time. So an empty cell never erases, and the order in which files come changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from atoz_cli.store.asking import literal
from atoz_cli.store.facts import Table

Run = Callable[[str], Any]


class Merged(Struct, frozen=True):
    """What became of the rows given."""

    added: int
    updated: int
    unchanged: int

    @property
    def rows(self) -> int:
        """How many rows were given."""
        return self.added + self.updated + self.unchanged


class Sql:
    """The pieces of SQL that a merge of one table is made of. `n` is a new row, `t` a stored one."""

    def __init__(self, table: Table, account: str, import_id: int | None) -> None:
        """`import_id` None: the relation `parts` says after which row which import begins."""
        self.table, self.import_id = table, import_id
        self.account = literal(account)
        self.columns = ", ".join(table.columns)
        self.values = [name for name in table.columns if name != table.stamp]
        self.new, self.held, self.versions = f"new_{table.name}", f"store.{table.name}", f"store.{table.name}_versions"

    @property
    def into(self) -> str:
        """The columns of the table by name: a later schema may have put one of them at its end."""
        return f"(account, {self.columns}, import_id, row_no)"

    @property
    def provenance(self) -> str:
        """From which import and which record of it each new row is, and the FROM of that."""
        if self.import_id is not None:
            return f"{self.import_id}, n.row_no FROM {self.new} n"
        return f"p.import_id, n.row_no - p.before FROM {self.new} n ASOF JOIN parts p ON n.row_no > p.before"

    @property
    def key_names(self) -> str:
        """The names of the key's columns."""
        return ", ".join(f"k{at}" for at in range(len(self.table.identity("n"))))

    def keys(self, row: str) -> str:
        """The key of a row, as columns."""
        parts = self.table.identity(row)
        return ", ".join(f"{part} AS k{at}" for at, part in enumerate(parts))

    def by_key(self, row: str, keyed: str) -> str:
        """Whether a row has the key of another relation's columns."""
        parts = self.table.identity(row)
        return " AND ".join(f"{part} IS NOT DISTINCT FROM {keyed}.k{at}" for at, part in enumerate(parts))

    def same(self, one: str, other: str, names: list[str] | tuple[str, ...]) -> str:
        """Whether two rows say the same in these columns."""
        return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in names)

    def match(self) -> str:
        """Whether a new row and a stored one have one key."""
        pairs = zip(self.table.identity("n"), self.table.identity("t"), strict=True)
        return f"t.account = {self.account} AND " + " AND ".join(f"{a} IS NOT DISTINCT FROM {b}" for a, b in pairs)


def merge(run: Run, table: Table, account: str, import_id: int, *, touched: str | None = None) -> Merged:
    """Merge the rows of `new_<fact>` (its columns and row_no) into the attached store.

    `touched` names a relation of order ids: a row that changed nothing itself counts as updated if its order is there.
    """
    sql = Sql(table, account, import_id)
    run(f"DROP TABLE IF EXISTS state_{table.name}")
    total = count(run, f"SELECT count(*) FROM {sql.new}")
    if total == 0:
        return Merged(0, 0, 0)
    held = holds_some(run, sql)
    twins = find_twins(run, sql)
    known = find_known(run, sql) if held else 0
    clashing = find_clashes(run, sql, held, twins)
    if clashing:
        _resolve(run, sql)
    moved = _moved(run, sql, touched, clashing) if held and touched else 0
    added = insert_new(run, sql, held, clashing, twins) if known < total else 0
    states: dict[str, int] = {}
    if clashing:
        states = dict(run(f"SELECT state, count(*) FROM state_{table.name} GROUP BY state").fetchall())
        _write_clashes(run, sql)
    added, updated = added + states.get("added", 0), states.get("updated", 0) + moved
    return Merged(added, updated, total - added - updated)


def changed_orders(run: Run, table: Table) -> str:
    """The name of a relation of the order ids whose stored row the last merge of `table` changed."""
    name = f"changed_{table.name}"
    if _exists(run, f"state_{table.name}"):
        run(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT DISTINCT order_id FROM state_{table.name} WHERE state = 'updated'"
        )
    else:
        run(f"CREATE OR REPLACE TEMP TABLE {name} (order_id VARCHAR)")
    return name


def became(run: Run, made: Sequence[Table], import_id: int) -> Merged:
    """What became of rows that make several facts: a row added something, else it changed something, else nothing."""
    did, given = [], []
    for name in (table.name for table in made):
        came = f"SELECT row_no, 'added' AS state FROM store.{name} WHERE import_id = {import_id}"
        if _exists(run, f"state_{name}"):
            came = f"SELECT * FROM ({came}) ANTI JOIN state_{name} USING (row_no)"
            did.append(f"SELECT row_no, state FROM state_{name} WHERE state <> 'unchanged'")
        if name == "orders":
            did.append("SELECT row_no, 'updated' AS state FROM new_orders SEMI JOIN changed_orders USING (order_id)")
        did.append(came)
        given.append(f"SELECT row_no FROM new_{name}")
    best = f"SELECT row_no, min(state) AS state FROM ({' UNION ALL '.join(did)}) GROUP BY row_no"
    states = dict(run(f"SELECT state, count(*) FROM ({best}) GROUP BY state").fetchall())
    total = count(run, f"SELECT count(*) FROM ({' UNION '.join(given)})")
    added, updated = states.get("added", 0), states.get("updated", 0)
    return Merged(added, updated, total - added - updated)


def count(run: Run, query: str) -> int:
    """The one number that a query gives."""
    return int(run(query).fetchone()[0])


def holds_some(run: Run, sql: Sql) -> bool:
    """Whether the store has any row of that fact and account."""
    return count(run, f"SELECT count(*) FROM (SELECT 1 FROM {sql.held} t WHERE t.account = {sql.account} LIMIT 1)") > 0


def find_twins(run: Run, sql: Sql) -> bool:
    """Keys that the file has more than once, with their first row: `twins_<fact>`. Whether there are any."""
    name, keys = sql.table.name, sql.key_names
    run(
        f"CREATE OR REPLACE TEMP TABLE twins_{name} AS SELECT {keys}, min(row_no) AS first_row "
        f"FROM (SELECT {sql.keys('n')}, n.row_no FROM {sql.new} n) GROUP BY {keys} HAVING count(*) > 1"
    )
    return count(run, f"SELECT count(*) FROM twins_{name}") > 0


def find_known(run: Run, sql: Sql) -> int:
    """Rows of keys that the store has, and whether they differ: `known_<fact>`. How many."""
    run(
        f"CREATE OR REPLACE TEMP TABLE known_{sql.table.name} AS SELECT n.row_no, "
        f"NOT ({sql.same('n', 't', sql.table.columns)}) AS differs FROM {sql.new} n JOIN {sql.held} t ON {sql.match()}"
    )
    return count(run, f"SELECT count(*) FROM known_{sql.table.name}")


def find_clashes(run: Run, sql: Sql, held: bool, twins: bool) -> bool:
    """Keys whose rows must be looked at together: differing in the file, other than stored, or of several versions."""
    name, keys = sql.table.name, sql.key_names
    whole = f"hash({', '.join(f'n.{column}' for column in sql.table.columns)})"
    parts = []
    if twins:
        parts.append(
            f"SELECT {keys} FROM (SELECT {sql.keys('n')}, {whole} AS h FROM {sql.new} n "
            f"SEMI JOIN twins_{name} w ON {sql.by_key('n', 'w')}) GROUP BY {keys} HAVING min(h) <> max(h)"
        )
    if held:
        if count(run, f"SELECT count(*) FROM known_{name} WHERE differs"):
            parts.append(
                f"SELECT {sql.keys('n')} FROM {sql.new} n JOIN known_{name} k ON k.row_no = n.row_no WHERE k.differs"
            )
        if count(run, f"SELECT count(*) FROM {sql.versions}"):
            parts.append(f"SELECT {sql.keys('n')} FROM {sql.new} n SEMI JOIN {sql.versions} t ON {sql.match()}")
    if not parts:
        return False
    run(f"CREATE OR REPLACE TEMP TABLE clash_{name} AS {' UNION '.join(parts)}")
    return count(run, f"SELECT count(*) FROM clash_{name}") > 0


def insert_new(run: Run, sql: Sql, held: bool, clashing: bool, twins: bool) -> int:
    """The plain case: rows of keys that the store does not have, each once."""
    again = f"ANTI JOIN twins_{sql.table.name} w ON n.row_no <> w.first_row AND {sql.by_key('n', 'w')}" if twins else ""
    known = f"ANTI JOIN known_{sql.table.name} k ON k.row_no = n.row_no" if held else ""
    clash = f"ANTI JOIN clash_{sql.table.name} c ON {sql.by_key('n', 'c')}" if clashing else ""
    rows = run(
        f"INSERT INTO {sql.held} {sql.into} SELECT {sql.account}, {', '.join(f'n.{name}' for name in sql.table.columns)}, "
        f"{sql.provenance} {known} {clash} {again}"
    ).fetchone()
    return int(rows[0])


def _resolve(run: Run, sql: Sql) -> None:
    """All versions of the clashing keys, what holds of them now, and what became of each row of the file."""
    name, table = sql.table.name, sql.table
    keys = ", ".join(f"k.{key}" for key in sql.key_names.split(", "))
    mine = f"t.account = {sql.account}"
    twice = zip(table.identity("v"), table.identity("t"), strict=True)
    pairs = " AND ".join(f"{a} IS NOT DISTINCT FROM {b}" for a, b in twice)
    there = f"SELECT {sql.columns}, import_id, row_no FROM"
    past = f"{there} {sql.versions} t SEMI JOIN clash_{name} c ON {sql.by_key('t', 'c')} WHERE {mine}"
    alone = f"NOT EXISTS (SELECT 1 FROM {sql.versions} v WHERE v.account = t.account AND {pairs})"
    now = f"{there} {sql.held} t SEMI JOIN clash_{name} c ON {sql.by_key('t', 'c')} WHERE {mine} AND {alone}"
    fresh = f"SELECT {sql.columns}, {sql.import_id}, row_no FROM {sql.new} n SEMI JOIN clash_{name} c ON {sql.by_key('n', 'c')}"
    newest = "arg_max(row_no, struct_pack(i := import_id, r := row_no)) AS row_no"
    run(
        f"CREATE OR REPLACE TEMP TABLE every_{name} AS SELECT {sql.columns}, max(import_id) AS import_id, {newest} "
        f"FROM ({past} UNION ALL {now} UNION ALL {fresh}) GROUP BY {sql.columns}"
    )
    stamp = f"e.{table.stamp}" if table.stamp else "NULL::TIMESTAMP"
    came = f"CASE WHEN {stamp} IS NULL THEN struct_pack(i := e.import_id, r := e.row_no) ELSE struct_pack(i := 0, r := 0) END"
    best = ", ".join(
        f"arg_max(e.{column}, struct_pack(s := coalesce({stamp}, TIMESTAMP '0001-01-01'), c := {came}, "
        f"v := CAST(e.{column} AS VARCHAR))) FILTER (e.{column} IS NOT NULL) AS {column}"
        for column in table.columns
    )
    last = f"struct_pack(s := coalesce({stamp}, TIMESTAMP '0001-01-01'), i := e.import_id, r := e.row_no)"
    run(
        f"CREATE OR REPLACE TEMP TABLE best_{name} AS SELECT {keys}, {best}, "
        f"arg_max(e.import_id, {last}) AS import_id, arg_max(e.row_no, {last}) AS row_no, count(*) AS versions "
        f"FROM clash_{name} k JOIN every_{name} e ON {sql.by_key('e', 'k')} GROUP BY {keys}"
    )
    first = f"n.row_no = first_value(n.row_no) OVER (PARTITION BY {', '.join(table.identity('n'))} ORDER BY n.row_no)"
    again = ", ".join(f"n.{column}" for column in sql.values)
    run(
        f"CREATE OR REPLACE TEMP TABLE state_{name} AS SELECT n.row_no, n.order_id, CASE "
        f"WHEN o.import_id IS NULL AND {first} THEN 'added' "
        f"WHEN row_number() OVER (PARTITION BY {again} ORDER BY n.row_no) > 1 THEN 'unchanged' "
        f"WHEN o.import_id IS NULL OR NOT ({sql.same('o', 'b', sql.values)}) "
        f"THEN CASE WHEN o.import_id IS NOT NULL AND {sql.same('n', 'o', sql.values)} THEN 'unchanged' ELSE 'updated' END "
        f"ELSE 'unchanged' END AS state "
        f"FROM {sql.new} n JOIN best_{name} b ON {sql.by_key('n', 'b')} "
        f"LEFT JOIN {sql.held} o ON o.account = {sql.account} AND {sql.by_key('o', 'b')}"
    )


def _moved(run: Run, sql: Sql, touched: str, clashing: bool) -> int:
    """Rows that are the same as stored but whose order changed; those of clashing keys are marked in their state."""
    name, clash = sql.table.name, ""
    if clashing:
        run(
            f"UPDATE state_{name} SET state = 'updated' "
            f"WHERE state = 'unchanged' AND order_id IN (SELECT order_id FROM {touched})"
        )
        clash = f"ANTI JOIN clash_{name} c ON {sql.by_key('n', 'c')}"
    return count(
        run,
        f"SELECT count(*) FROM {sql.new} n SEMI JOIN known_{name} k ON k.row_no = n.row_no "
        f"SEMI JOIN {touched} o ON o.order_id = n.order_id {clash}",
    )


def _exists(run: Run, name: str) -> bool:
    return count(run, f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{name}'") > 0


def _write_clashes(run: Run, sql: Sql) -> None:
    run("RESET max_vacuum_tasks")  # what is deleted here is to leave the file when the store is closed
    name, mine = sql.table.name, f"t.account = {sql.account}"
    for target in (sql.held, sql.versions):
        run(f"DELETE FROM {target} t USING clash_{name} c WHERE {mine} AND {sql.by_key('t', 'c')}")
    run(f"INSERT INTO {sql.held} {sql.into} SELECT {sql.account}, {sql.columns}, import_id, row_no FROM best_{name}")
    run(
        f"INSERT INTO {sql.versions} {sql.into} "
        f"SELECT {sql.account}, {', '.join(f'e.{c}' for c in sql.table.columns)}, e.import_id, e.row_no "
        f"FROM every_{name} e JOIN best_{name} b ON {sql.by_key('e', 'b')} WHERE b.versions > 1"
    )
