"""One thing that files name with its own id, with another, or not at all becomes one row: done before rows are merged by key."""

from __future__ import annotations

from atoz_cli.store.asking import literal
from atoz_cli.store.facts import Table
from atoz_cli.store.merge import Run


def adopt(run: Run, table: Table, account: str) -> None:
    """Give the rows of `new_<fact>` and of the store the ids that others of the same thing have.

    Nothing is guessed where several could be meant.
    """
    if _finds_ids(run, table, account):
        _take_ids(run, table, account)
    if _finds_the_only_one(run, table, account):
        _join_the_only_one(run, table, account)


def asks_for_ids(run: Run, table: Table, account: str) -> bool:
    """Whether `adopt` would change anything."""
    return _finds_ids(run, table, account) or _finds_the_only_one(run, table, account)


def _meet(run: Run, without: str, having: str, new: str, held: str) -> bool:
    """Whether new rows of one sort come to rows of the other."""
    numbers = f"SELECT count(*) FILTER ({without}), count(*) FILTER ({having}) FROM"
    new_without, new_with = run(f"{numbers} {new}").fetchone()
    if not (new_without or new_with):
        return False
    held_without, held_with = run(f"{numbers} {held}").fetchone()
    return bool((new_without and (held_with or new_with)) or (held_without and new_with))


def _any(run: Run, name: str) -> bool:
    """Whether a relation has rows."""
    return bool(run(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()[0])


# --- its own id, from the row that is otherwise known by the same values ------------------------------------------------


def _otherwise(table: Table) -> list[str]:
    """By what a row is known that has no id of its own."""
    return list(dict.fromkeys([*table.key, *table.without_id]))


def _finds_ids(run: Run, table: Table, account: str) -> bool:
    """Put `ids_<fact>`: of rows without their own id what tells them, and the id of the one row alike. Whether there is any."""
    new, own = f"new_{table.name}", table.own_id
    held = f"store.{table.name} WHERE account = {literal(account)}"
    if own is None or not _meet(run, f"{own} IS NULL", f"{own} IS NOT NULL", new, held):
        return False
    spare = _otherwise(table)
    there = " AND ".join(f"{name} IS NOT NULL" for name in spare)
    names = ", ".join(spare)
    run(
        f"CREATE OR REPLACE TEMP TABLE ids_{table.name} AS SELECT {names}, min({own}) AS own_id FROM ("
        f"SELECT {names}, {own} FROM {new} WHERE {own} IS NOT NULL AND {there} UNION "
        f"SELECT {names}, {own} FROM {held} AND {own} IS NOT NULL AND {there}) "
        f"SEMI JOIN (SELECT {names} FROM {new} WHERE {own} IS NULL AND {there} UNION ALL "
        f"SELECT {names} FROM {held} AND {own} IS NULL AND {there}) USING ({names}) "
        f"GROUP BY {names} HAVING count(DISTINCT {own}) = 1"
    )
    return _any(run, f"ids_{table.name}")


def _take_ids(run: Run, table: Table, account: str) -> None:
    """Write what `_finds_ids` found."""
    new, held, own = f"new_{table.name}", f"store.{table.name}", table.own_id
    spare = _otherwise(table)
    for target in (held, f"{held}_versions"):
        run(
            f"UPDATE {target} t SET {own} = i.own_id FROM ids_{table.name} i WHERE t.account = {literal(account)} "
            f"AND t.{own} IS NULL AND {' AND '.join(f't.{name} = i.{name}' for name in spare)}"
        )
    columns = ", ".join(f"coalesce(n.{c}, i.own_id) AS {c}" if c == own else f"n.{c}" for c in table.columns)
    run(
        f"CREATE OR REPLACE TEMP TABLE adopted_{table.name} AS SELECT {columns}, n.row_no FROM {new} n "
        f"LEFT JOIN ids_{table.name} i ON n.{own} IS NULL AND {' AND '.join(f'n.{name} = i.{name}' for name in spare)}"
    )
    run(f"CREATE OR REPLACE TEMP VIEW {new} AS SELECT * FROM adopted_{table.name}")


# --- all of its ids, from the only other row of its key -----------------------------------------------------------------


def _finds_the_only_one(run: Run, table: Table, account: str) -> bool:
    """Put `only_<fact>`: of keys with a row without any id the ids of their only other row. Whether there is any."""
    if not table.may_be_nameless:
        return False
    new, held, mine = f"new_{table.name}", f"store.{table.name}", f"account = {literal(account)}"
    ids = [str(table.own_id), *table.without_id]
    named = " OR ".join(f"{name} IS NOT NULL" for name in ids)
    if not _meet(run, f"NOT ({named})", named, new, f"{held} WHERE {mine}"):
        return False
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
    return _any(run, only)


def _join_the_only_one(run: Run, table: Table, account: str) -> None:
    """Write what `_finds_the_only_one` found: an order's only package."""
    new, held, mine, only = (
        f"new_{table.name}",
        f"store.{table.name}",
        f"account = {literal(account)}",
        f"only_{table.name}",
    )
    ids = [str(table.own_id), *table.without_id]
    named = " OR ".join(f"{name} IS NOT NULL" for name in ids)
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


def _of(row: str, names: list[str]) -> str:
    """Whether a row has one of these."""
    return " OR ".join(f"{row}.{name} IS NOT NULL" for name in names)
