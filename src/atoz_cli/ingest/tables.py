"""A file with rows and columns: recognised, read and checked beside the store, then merged in one short transaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from atoz_cli.answers import Notice
from atoz_cli.answers.files import Understood
from atoz_cli.cells import Reading
from atoz_cli.errors import DiskFull, UnreadableFile
from atoz_cli.ingest.file import Done, File, How, Named, Ready, next_id, note, receipt_of, refused_strictly
from atoz_cli.ingest.looking import LookedTable
from atoz_cli.ingest.periods import covered
from atoz_cli.ingest.rows import explain, give_words
from atoz_cli.records import kinds_of_value
from atoz_cli.sources import select
from atoz_cli.sources.columns import columns_at, fields_of, read_from
from atoz_cli.sources.declare import Source
from atoz_cli.sources.reading import decide
from atoz_cli.sources.table import Table, first_lines, plain
from atoz_cli.store.adopt import adopt
from atoz_cli.store.duck import NO_ROOM, Opened, engine
from atoz_cli.store.facts import tables
from atoz_cli.store.merge import Merged, became, changed_orders, merge
from atoz_cli.store.noted import CLAIMED
from atoz_cli.store.staging import Stage

SAYS = {"items": ("order_item_id", "sku", "asin", "product_name", "item_status", "quantity", "amount")}
"""Facts that a row may be silent about: it has one where one of these fields is given."""


class BrokenLines(Exception):
    """A row whose free text holds line ends, perhaps: it is to be put together."""


Lines = Callable[[set[int]], Mapping[int, int]]
"""The first physical line of each of some records, both counted from 1."""


def read_table(stage: Stage, named: Named, looked: LookedTable, how: How, folder: Path) -> Ready:
    """Read and check one table. AmbiguousFile where it cannot be read; bad rows go into its receipt."""
    table, source = looked.table, looked.source
    for join in (False, True) if source.join_lines else (False,):
        readable = plain(table, folder, join=join)
        try:
            file = File(named, looked.survey, source)
            at, lines = columns_at(source, table), partial(first_lines, table, join=join)
            return load(stage, file, readable, at, how, lines, strictly=source.join_lines and not join)
        except BrokenLines:
            continue
        finally:
            if readable.path != looked.survey.path:
                readable.path.unlink(missing_ok=True)
    raise UnreadableFile(f"{named.name}: cannot be read as a table", "save it again")


def load(
    stage: Stage, file: File, table: Table, at: Mapping[str, int], how: How, lines: Lines, *, strictly: bool = False
) -> Ready:
    """Stage and check the rows of a table, whatever it was made of; what is left is to merge them.

    `strictly`: BrokenLines where a row is shorter or longer than the header.
    """
    source = file.source
    reading = decided(stage, file, table, at, how)
    file.rows = _read(stage, file, table, at, reading, strictly)
    bad = give_words(stage, file, table, at, reading)
    stage.skip(source.skip_without, source.only_with)
    explain(stage, file, table, at, reading, bad, lines, keep=how.rejects)
    if how.strict and file.refusals:
        raise refused_strictly(file, how)
    file.skipped = stage.refuse([refusal.row for refusal in file.refusals])
    file.covers = covered(stage, source).get("")
    _check_total(stage, file, table)
    tell_columns(file, table, at)

    def merge(opened: Opened) -> Done:
        with opened():
            import_id = next_id(stage)
            merged = merge_facts(stage, file, how, import_id)
            receipt = receipt_of(file, how, merged)
            note(stage, {import_id: receipt})
        claims, chargebacks = _claimed(stage, source) if how.claims_first else ((), ())
        return Done(receipt, tuple(file.notices), tuple(file.refused_texts), claims, chargebacks)

    return merge


def tell_columns(file: File, table: Table, at: Mapping[str, int]) -> None:
    """Where columns are found by meaning or by a map: which were understood, and which were not."""
    if file.source.by_meaning:
        read = read_from(file.source, table.header, at)
        file.understood = tuple(Understood(table.header[place], field) for place, field in read.items())
        file.ignored = tuple(name for place, name in enumerate(table.header) if place not in read)


def _check_total(stage: Stage, file: File, table: Table) -> None:
    """A notice where a file that tells its own total does not add up to it."""
    if not select.tells_its_total(file.source, table):
        return
    for added, told in stage.run(select.TOTALS).fetchall():
        said = f"its rows add up to {added:.2f}, its summary says {told:.2f}: the file is not whole"
        file.notices.append(Notice("settlement_total", f"{file.named.name}: {said}"))


def _claimed(stage: Stage, source: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The orders of the claims and of the chargebacks in the staged file."""
    found: dict[str, tuple[str, ...]] = {}
    for fact, claims, chargebacks in CLAIMED:
        if fact in source.facts:
            for kind, test in (("claims", claims), ("chargebacks", chargebacks)):
                if test is None:
                    continue
                rows = stage.run(f"SELECT DISTINCT order_id FROM new_{fact} WHERE {test} ORDER BY order_id").fetchall()
                found[kind] = tuple(row[0] for row in rows)
    return found.get("claims", ()), found.get("chargebacks", ())


def decided(stage: Stage, file: File, table: Table, at: Mapping[str, int], how: How) -> Reading:
    """How the dates and numbers of a file are written. AmbiguousFile where it cannot be told."""
    kinds = {name: kind.name for name, (kind, _) in fields_of(file.source).items()}

    def days(columns: Sequence[int]) -> Mapping[str, int]:
        try:
            return dict(stage.run(select.numeric_days(table, columns, lax=False)).fetchall())
        except engine().InvalidInputException:
            return dict(stage.run(select.numeric_days(table, columns, lax=True)).fetchall())

    return decide(
        file.source, table, at, kinds,
        days_of=days, date_order=how.date_order or (how.mapped.date_order if how.mapped else None),
        decimal=how.mapped.decimal if how.mapped else None, marketplace=how.marketplace, name=file.named.name,
    )  # fmt: skip


def _read(stage: Stage, file: File, table: Table, at: Mapping[str, int], reading: Reading, strictly: bool) -> int:
    """The rows staged: strictly, and where rows are shorter or longer than the header, with patience."""
    duckdb = engine()
    fields = [name for name in fields_of(file.source) if name in at]
    for lax in (False, True):
        try:
            file.lax = lax
            return stage.read(select.typed(file.source, table, at, reading, lax=lax), fields)
        except (duckdb.InvalidInputException, duckdb.NotImplementedException) as error:
            if "CSV" not in str(error):
                raise
            if strictly:
                raise BrokenLines from None
            if lax:
                found = re.search(r"Line: (\d+)", str(error))
                where = f" (line {found[1]})" if found else ""
                raise UnreadableFile(f"{file.named.name}: cannot be read as a table{where}", "save it again") from None
        except duckdb.OutOfMemoryException:
            raise UnreadableFile(f"{file.named.name}: too large to read here", "split the file") from None
        except duckdb.IOException as error:  # gone meanwhile, or no room for what does not fit into memory
            if any(sign in str(error).lower() for sign in NO_ROOM):
                raise DiskFull(
                    f"no room left to read {file.named.name}", "free some space, and import it again"
                ) from None
            raise UnreadableFile(f"{file.named.name}: cannot be read", "look at the file") from None
    return 0


def put_facts(stage: Stage, source: Source, fact: str, how: How) -> None:
    """The new rows of one fact, as `new_<fact>`."""
    fields = {name: kind.sql for name, (kind, _) in kinds_of_value(fact).items()}
    constants, out = how.constants(source, fields), source.left_out.get(fact, ())
    stage.facts(tables()[fact], constants, fields, SAYS.get(fact, ()), source.summed, source.once, out)


def merge_facts(stage: Stage, file: File, how: How, import_id: int) -> Merged:
    """Every fact of the file. What a row did is what its item did, or that it changed its order; see `became` for other facts."""
    merged, touched = list[Merged](), None
    source = file.source
    for fact in source.facts:
        table = tables()[fact]
        put_facts(stage, source, fact, how)
        adopt(stage.run, table, how.account)
        merged.append(merge(stage.run, table, how.account, import_id, touched=touched if fact == "items" else None))
        touched = changed_orders(stage.run, table) if fact == "orders" else touched
    last = merged[-1]
    if len(merged) > 1 and (source.facts != ("orders", "items") or last.rows < merged[0].rows):
        last = became(stage.run, [tables()[fact] for fact in source.facts], import_id)
    if source.summed:  # several rows made one fact
        file.skipped = file.rows - len(file.refusals) - last.rows
    return last
