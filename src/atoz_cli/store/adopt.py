"""One thing that files name with its own id, with another, or not at all becomes one row: done before rows are merged by key."""

from __future__ import annotations

from atoz_cli.store.asking import literal
from atoz_cli.store.facts import Table
from atoz_cli.store.merge import Run


def adopt(run: Run, table: Table, account: str) -> None:
    """Give the rows of `new_<fact>` and of the store the ids that others of the same thing have.

    Nothing is guessed where several could be meant.
    """
    if table.own_id is None:
        return
    _take_ids(run, table, account)
    if table.may_be_nameless:
        _join_the_only_one(run, table, account)


def _take_ids(run: Run, table: Table, account: str) -> None:
    """A row without its own id takes it from the one row that is otherwise known by the same values."""
    new, held, own = f"new_{table.name}", f"store.{table.name}", table.own_id
    mine = literal(account)
    spare = list(dict.fromkeys([*table.key, *table.without_id]))
    there = " AND ".join(f"{name} IS NOT NULL" for name in spare)
    counts = run(
        f"SELECT (SELECT count(*) FROM {new} WHERE {own} IS NULL), (SELECT count(*) FROM {new} WHERE {own} IS NOT NULL), "
        f"(SELECT count(*) FROM {held} WHERE account = {mine} AND {own} IS NULL), "
        f"(SELECT count(*) FROM {held} WHERE account = {mine} AND {own} IS NOT NULL)"
    ).fetchone()
    new_without, new_with, held_without, held_with = counts
    if not (new_without and (held_with or new_with)) and not (held_without and new_with):
        return
    names = ", ".join(spare)
    run(
        f"CREATE OR REPLACE TEMP TABLE ids_{table.name} AS SELECT {names}, min({own}) AS own_id FROM ("
        f"SELECT {names}, {own} FROM {new} WHERE {own} IS NOT NULL AND {there} UNION "
        f"SELECT {names}, {own} FROM {held} WHERE account = {mine} AND {own} IS NOT NULL AND {there}) "
        f"SEMI JOIN (SELECT {names} FROM {new} WHERE {own} IS NULL AND {there} UNION ALL "
        f"SELECT {names} FROM {held} WHERE account = {mine} AND {own} IS NULL AND {there}) USING ({names}) "
        f"GROUP BY {names} HAVING count(DISTINCT {own}) = 1"
    )
    if not _any(run, f"ids_{table.name}"):
        return
    for target in (held, f"{held}_versions"):
        run(
            f"UPDATE {target} t SET {own} = i.own_id FROM ids_{table.name} i "
            f"WHERE t.account = {mine} AND t.{own} IS NULL AND {' AND '.join(f't.{name} = i.{name}' for name in spare)}"
        )
    columns = ", ".join(f"coalesce(n.{c}, i.own_id) AS {c}" if c == own else f"n.{c}" for c in table.columns)
    run(
        f"CREATE OR REPLACE TEMP TABLE adopted_{table.name} AS SELECT {columns}, n.row_no FROM {new} n "
        f"LEFT JOIN ids_{table.name} i ON n.{own} IS NULL AND {' AND '.join(f'n.{name} = i.{name}' for name in spare)}"
    )
    run(f"CREATE OR REPLACE TEMP VIEW {new} AS SELECT * FROM adopted_{table.name}")


def _join_the_only_one(run: Run, table: Table, account: str) -> None:
    """A row with no id at all is the only other one of its key: an order's only package."""
    new, held, mine = f"new_{table.name}", f"store.{table.name}", f"account = {literal(account)}"
    ids = [str(table.own_id), *table.without_id]
    named = " OR ".join(f"{name} IS NOT NULL" for name in ids)
    found = f"SELECT count(*) FILTER (NOT ({named})), count(*) FILTER ({named}) FROM"
    new_nameless, new_named = run(f"{found} {new}").fetchone()
    if not (new_nameless or new_named):
        return
    held_nameless, held_named = run(f"{found} {held} WHERE {mine}").fetchone()
    if not (new_nameless and (held_named or new_named)) and not (held_nameless and new_named):
        return
    only, keys = f"only_{table.name}", ", ".join(table.key)
    spare = ", ".join(f"CASE WHEN min({ids[0]}) IS NULL THEN min({name}) END AS {name}" for name in ids[1:])
    run(
        f"CREATE OR REPLACE TEMP TABLE {only} AS SELECT {keys}, min({ids[0]}) AS {ids[0]}, {spare} FROM ("
        f"SELECT {keys}, {', '.join(ids)} FROM {new} WHERE {named} UNION "
        f"SELECT {keys}, {', '.join(ids)} FROM {held} WHERE {mine} AND ({named})) p "
        f"SEMI JOIN (SELECT {keys} FROM {new} WHERE NOT ({named}) UNION ALL "
        f"SELECT {keys} FROM {held} WHERE {mine} AND NOT ({named})) USING ({keys}) "
        f"GROUP BY {keys} HAVING count(DISTINCT {table.identity('p')[-1]}) = 1"
    )
    if not _any(run, only):
        return
    given = ", ".join(f"{name} = o.{name}" for name in ids)
    same_key = " AND ".join(f"t.{name} = o.{name}" for name in table.key)
    there = f"SELECT 1 FROM {held} h WHERE {mine} AND ({named}) AND {same_key.replace('t.', 'h.')}"
    for target in (f"{held}_versions", held):
        run(
            f"UPDATE {target} t SET {given} FROM {only} o "
            f"WHERE t.{mine} AND {same_key} AND NOT ({_of('t', ids)}) AND NOT EXISTS ({there})"
        )
    columns = ", ".join(
        f"coalesce(n.{name}, o.{name}) AS {name}" if name in ids else f"n.{name}" for name in table.columns
    )
    run(
        f"CREATE OR REPLACE TEMP TABLE joined_{table.name} AS SELECT {columns}, n.row_no FROM {new} n "
        f"LEFT JOIN {only} o ON NOT ({_of('n', ids)}) AND {same_key.replace('t.', 'n.')}"
    )
    run(f"CREATE OR REPLACE TEMP VIEW {new} AS SELECT * FROM joined_{table.name}")


def _any(run: Run, name: str) -> bool:
    """Whether a relation has rows."""
    return bool(run(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()[0])


def _of(row: str, names: list[str]) -> str:
    """Whether a row has one of these."""
    return " OR ".join(f"{row}.{name} IS NOT NULL" for name in names)
