"""The new rows of several files in, merged at once; or nothing done, where it matters which file comes first."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from atoz_cli.store.adopt import asks_for_ids
from atoz_cli.store.facts import Table
from atoz_cli.store.merge import Run, Sql, count, find_clashes, find_known, find_twins, holds_some, insert_new


class Part(Struct, frozen=True):
    """The rows of one file among those of several: after row `before` up to `until`; which import it is."""

    import_id: int
    before: int
    until: int


def put_parts(run: Run, parts: Sequence[Part]) -> None:
    """The relation `parts`, which says where each row is from."""
    rows = ", ".join(f"({part.import_id}, {part.before})" for part in parts if part.until > part.before)
    run(f"CREATE OR REPLACE TEMP TABLE parts AS SELECT * FROM (VALUES {rows}) AS p(import_id, before)")


def merge_together(run: Run, table: Table, account: str) -> bool:
    """Merge the rows of `new_<fact>` (its columns and row_no, counted through) by `parts` into the attached store.

    False, and nothing written, where a key is said in two ways, or a row takes its id from another.
    """
    sql = Sql(table, account, None)
    total = count(run, f"SELECT count(*) FROM {sql.new}")
    if total == 0:
        return True
    if asks_for_ids(run, table, account):
        return False
    held, twins = holds_some(run, sql), find_twins(run, sql)
    known = find_known(run, sql) if held else 0
    if find_clashes(run, sql, held, twins):
        return False
    if known < total:
        insert_new(run, sql, held, False, twins)
    return True


def added_by(run: Run, tables: Sequence[Table], parts: Sequence[Part]) -> dict[int, int]:
    """Import to how many of its rows added something."""
    first = min(part.import_id for part in parts)
    came = " UNION ".join(
        f"SELECT import_id, row_no FROM store.{table.name} WHERE import_id >= {first}" for table in tables
    )
    return dict(run(f"SELECT import_id, count(*) FROM ({came}) GROUP BY import_id").fetchall())
