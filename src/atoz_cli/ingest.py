"""Files in, receipts out: recognise, read and check a file beside the store, then merge it in one short transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from atoz_cli.answers import Notice, Receipt, Refusal
from atoz_cli.cells import WORDS, Reading
from atoz_cli.errors import BadRows, InputRefused, UnknownFile
from atoz_cli.records import RECORDS, kinds_of_value
from atoz_cli.sources import performance_v2, recognise, select
from atoz_cli.sources.declare import Source
from atoz_cli.sources.opening import Survey, decoded, survey
from atoz_cli.sources.reading import decide
from atoz_cli.sources.table import Table, first_lines, look, plain
from atoz_cli.store import duck
from atoz_cli.store.facts import tables
from atoz_cli.store.merge import Merged, adopt, changed_orders, merge, of_rows
from atoz_cli.store.staging import Stage

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

ITEM_SAYS = ("order_item_id", "sku", "asin", "product_name", "item_status", "quantity", "amount")
LARGEST_DOCUMENT = 64 << 20
READERS = {"performance_v2": performance_v2.rows}


@dataclass(frozen=True)
class Named:
    """A file to import: where it lies, and how the user named it. `asked` is false for what only lay in a folder."""

    path: Path
    name: str
    asked: bool = True


@dataclass(frozen=True)
class How:
    """The options of an import."""

    store: Path
    account: str = "default"
    marketplace: str | None = None
    source: str | None = None
    date_order: str | None = None
    strict: bool = False
    dry_run: bool = False
    wait: float = 30.0
    claims_first: bool = False


@dataclass
class _File:
    """One file on its way: what is known of it so far."""

    named: Named
    survey: Survey
    source: Source
    rows: int = 0
    skipped: int = 0
    marketplace: str | None = None
    refusals: list[Refusal] = field(default_factory=list)
    refused_texts: list[dict[str, str | None]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """A receipt with what does not stand in it: the notices, and the texts of the refused rows."""

    receipt: Receipt
    notices: tuple[Notice, ...] = ()
    refused_texts: tuple[Mapping[str, str | None], ...] = ()
    claims_on: tuple[str, ...] = ()
    """order ids of the A-to-z claims in the file, where `claims_first` asked for them"""
    chargebacks_on: tuple[str, ...] = ()


def run(files: Sequence[Named], how: How) -> Iterator[Done]:
    """Import the files one after the other, a transaction each. A refused file gives a receipt with `error`.

    StoreUnusable and the like end the whole run: what was imported before stays.
    """
    stage = Stage()
    with tempfile.TemporaryDirectory(prefix="atoz-") as folder:
        store = _store(how, Path(folder))

        def opened() -> AbstractContextManager[None]:
            return duck.writing(stage.connection, store, how.wait)

        for named in files:
            try:
                yield _import(stage, named, how, Path(folder), opened)
            except InputRefused as error:
                yield Done(_refused(named, how, error))
    stage.connection.close()


def _store(how: How, folder: Path) -> Path:
    """The store to write to: for a dry run a copy of it, which is thrown away."""
    if not how.dry_run:
        return how.store
    path = folder / "dry.duckdb"
    duck.copied(how.store, path, how.wait)
    return path


def _refused(named: Named, how: How, error: InputRefused) -> Receipt:
    known = getattr(error, "receipt", None)
    if isinstance(known, Receipt):
        return known
    nothing = isinstance(error, UnknownFile) and not named.asked
    return Receipt(
        file=named.name,
        sha256=None,
        source=None,
        account=how.account,
        marketplace=how.marketplace,
        encoding=None,
        error=None if nothing else error.message,
        hint=None if nothing else error.hint,
        dry_run=how.dry_run,
    )


def _import(stage: Stage, named: Named, how: How, folder: Path, opened: Any) -> Done:
    seen = survey(named.path, named.name, japanese=how.marketplace == "JP")
    start = next(decoded(seen.path, seen.encoding), "").lstrip()
    if start.startswith(("{", "[")):
        return _document(stage, named, seen, how, opened)
    return _table(stage, named, seen, how, folder, opened)


def _receipt(file: _File, how: How, merged: Merged) -> Receipt:
    return Receipt(
        file=file.named.name,
        sha256=file.survey.sha256,
        source=file.source.name,
        account=how.account,
        marketplace=file.marketplace or how.marketplace,
        encoding=file.survey.encoding,
        rows=file.rows,
        added=merged.added,
        updated=merged.updated,
        unchanged=merged.unchanged,
        skipped=file.skipped,
        refused=len(file.refusals),
        refusals=tuple(file.refusals),
        dry_run=how.dry_run,
    )


# --- files with rows and columns ---------------------------------------------------------------------------------


def _table(stage: Stage, named: Named, seen: Survey, how: How, folder: Path, opened: Any) -> Done:
    table = look(seen, named.name)
    source = (
        recognise.named(how.source)
        if how.source
        else recognise.of_table(table, named.name, claims_first=how.claims_first)
    )
    at = select.columns_at(source, table)
    _all_there(source, at, named.name)
    table = plain(table, folder, join=source.join_lines)
    file = _File(named, seen, source)
    reading = _decide(stage, file, table, at, how)
    file.rows = _read(stage, file, table, at, reading)
    bad = _give_words(stage, file, at, reading)
    _explain(stage, file, table, at, reading, bad)
    if how.strict and file.refusals:
        raise _strict(file, how)
    file.skipped = stage.refuse([refusal.row for refusal in file.refusals], source.skip_without)
    with opened():
        import_id = _next_id(stage)
        merged = _merge(stage, file, how, import_id)
        receipt = _receipt(file, how, merged)
        _note(stage, receipt, import_id)
    if table.path != seen.path:
        table.path.unlink(missing_ok=True)
    claims, chargebacks = _claimed(stage, source) if how.claims_first else ((), ())
    return Done(receipt, tuple(file.notices), tuple(file.refused_texts), claims, chargebacks)


def _claimed(stage: Stage, source: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The orders of the claims and of the chargebacks in the staged file."""
    found: dict[str, tuple[str, ...]] = {}
    for fact, where in {"claims": "", "chargebacks": "", "returns": " WHERE a_to_z_claim"}.items():
        if fact in source.facts:
            rows = stage.run(f"SELECT DISTINCT order_id FROM new_{fact}{where} ORDER BY order_id").fetchall()
            found[fact] = tuple(row[0] for row in rows)
    return found.get("claims", ()) + found.get("returns", ()), found.get("chargebacks", ())


def _all_there(source: Source, at: Mapping[str, int], name: str) -> None:
    missing = [
        source.columns[field].written[0]
        for field, (_, required) in select.fields_of(source).items()
        if required and field not in at and field in source.columns
    ]
    if missing:
        raise UnknownFile(
            f"{name}: as {source.name} it lacks the column {', '.join(missing)}",
            f"`atoz sources {source.name}` lists the columns",
        )


def _decide(stage: Stage, file: _File, table: Table, at: Mapping[str, int], how: How) -> Reading:
    kinds = {name: kind.name for name, (kind, _) in select.fields_of(file.source).items()}

    def days(columns: Sequence[int]) -> Mapping[str, int]:
        return dict(stage.run(select.numeric_days(table, columns)).fetchall())

    return decide(
        file.source, table, at, kinds,
        days_of=days, date_order=how.date_order, decimal=None, marketplace=how.marketplace, name=file.named.name,
    )  # fmt: skip


def _read(stage: Stage, file: _File, table: Table, at: Mapping[str, int], reading: Reading) -> int:
    """The rows staged: strictly, and where rows are shorter or longer than the header, with patience."""
    import duckdb

    fields = [name for name in select.fields_of(file.source) if name in at]
    for lax in (False, True):
        try:
            return stage.read(select.typed(file.source, table, at, reading, lax=lax), fields)
        except duckdb.InvalidInputException as error:
            if "CSV Error" not in str(error):
                raise
            if lax:
                line = str(error).split("Line: ")[-1].split("\n")[0] if "Line: " in str(error) else "?"
                raise UnknownFile(
                    f"{file.named.name}: cannot be read as a table (line {line})", "save it again"
                ) from None
        except duckdb.OutOfMemoryException:
            raise UnknownFile(f"{file.named.name}: too large to read here", "split the file") from None
    return 0


def _give_words(stage: Stage, file: _File, at: Mapping[str, int], reading: Reading) -> dict[str, list[str]]:
    """Each distinct word of the code columns, read once; the words that are none, by field."""
    bad: dict[str, list[str]] = {}
    for fact in file.source.facts:
        for name, (kind, _) in kinds_of_value(fact).items():
            if kind.name not in WORDS or name not in at or name in stage.meanings:
                continue
            meanings: dict[str, Any] = {}
            for word in stage.words(name):
                try:
                    meanings[word] = WORDS[kind.name](word, reading, name)
                except ValueError:
                    bad.setdefault(name, []).append(word)
            stage.give(name, {**meanings, **dict.fromkeys(bad.get(name, ()))}, kind.sql)
            _report_unknown(file, name, kind.name, meanings, reading)
            if name == "marketplace" and len(found := set(meanings.values()) - {None}) == 1:
                file.marketplace = found.pop()
    return bad


def _report_unknown(file: _File, name: str, kind: str, meanings: Mapping[str, Any], reading: Reading) -> None:
    known = set(reading.codes.get(name, {}).values())
    if kind != "code" or not known:
        return
    for word, meaning in meanings.items():
        if meaning is not None and meaning not in known:
            column = file.source.columns[name].written[0]
            file.notices.append(
                Notice(
                    "unknown_word",
                    f"{file.named.name}: {column} says {word!r}, which we do not know; kept as {meaning}",
                )
            )


def _explain(
    stage: Stage, file: _File, table: Table, at: Mapping[str, int], reading: Reading, bad: Mapping[str, Sequence[str]]
) -> None:
    """A refusal for each row in which some value is none, with the reason that the pydantic record gives."""
    doubtful = stage.doubtful(bad, file.source.skip_without)
    if not doubtful:
        return
    wide = {name: kind.name in WORDS for name, (kind, _) in select.fields_of(file.source).items()}
    lines = first_lines(table if table.path == file.survey.path else look(file.survey, file.named.name),
                        {row[0] for row in doubtful}, join=file.source.join_lines)  # fmt: skip
    for row, raw, *staged in doubtful:
        texts: dict[str, str | None] = {}
        if raw is not None:
            texts = dict(zip(stage.fields, raw, strict=True))
        else:
            texts = {name: text for name, text in zip(stage.fields, staged, strict=True) if wide[name]}
        column, reason = _reason(file.source, texts, reading, partial=raw is None)
        written = table.header[at[column]] if column is not None and column in at else column
        file.refusals.append(
            Refusal(row, lines.get(row, row + table.header_line), written, texts.get(column or ""), reason)
        )
        file.refused_texts.append(texts)


def _reason(
    source: Source, texts: Mapping[str, str | None], reading: Reading, *, partial: bool
) -> tuple[str | None, str]:
    """The first field that the record of some fact of the source does not take, and why."""
    for fact in source.facts:
        try:
            RECORDS[fact].model_validate({k: v for k, v in texts.items() if v is not None}, context=reading)
        except ValidationError as error:
            for problem in error.errors():
                name = str(problem["loc"][0])
                if problem["type"] == "missing":
                    if not partial:
                        return name, "is empty"
                    continue
                return name, problem["msg"].removeprefix("Value error, ")
    return None, "cannot be read"


def _strict(file: _File, how: How) -> BadRows:
    count = len(file.refusals)
    error = BadRows(
        f"{file.named.name}: {count} row{'s' if count > 1 else ''} refused, so nothing of it is loaded (--strict)",
        "mend the rows, or import without --strict",
    )
    empty = replace(_receipt(file, how, Merged(0, 0, 0)), error=error.message, hint=error.hint, skipped=0)
    error.receipt = empty  # type: ignore[attr-defined]
    return error


def _next_id(stage: Stage) -> int:
    return int(stage.run("SELECT coalesce(max(import_id), 0) + 1 FROM store.imports").fetchone()[0])


def _merge(stage: Stage, file: _File, how: How, import_id: int) -> Merged:
    """Every fact of the file; what a row did is what its last fact did, or that it changed its order."""
    merged, touched = Merged(0, 0, 0), None
    constants = {"marketplace": how.marketplace} if how.marketplace else {}
    for fact in file.source.facts:
        table = tables()[fact]
        fields = {name: kind.sql for name, (kind, _) in kinds_of_value(fact).items()}
        stage.facts(table, constants, fields, ITEM_SAYS if fact == "items" else ())
        adopt(stage.run, table, how.account)
        found = merge(stage.run, table, how.account, import_id, touched=touched)
        merged = found if fact != "items" else _with_bare_orders(stage, import_id, found, merged)
        touched = changed_orders(stage.run, table) if fact == "orders" else None
    return merged


def _with_bare_orders(stage: Stage, import_id: int, items: Merged, orders: Merged) -> Merged:
    """What became of the rows that name an item, and of those that name an order alone."""
    if items.rows == orders.rows:
        return items
    bare = "SELECT row_no FROM new_orders ANTI JOIN new_items USING (row_no)"
    alone = of_rows(stage.run, tables()["orders"], import_id, bare)
    return Merged(items.added + alone.added, items.updated + alone.updated, items.unchanged + alone.unchanged)


def _note(stage: Stage, receipt: Receipt, import_id: int) -> None:
    stage.connection.execute(
        "INSERT INTO store.imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [import_id, receipt.sha256, Path(receipt.file).name, receipt.source, receipt.account, receipt.marketplace,
         receipt.rows, receipt.added, receipt.updated, receipt.refused],
    )  # fmt: skip


# --- documents ---------------------------------------------------------------------------------------------------


def _document(stage: Stage, named: Named, seen: Survey, how: How, opened: Any) -> Done:
    if seen.size > LARGEST_DOCUMENT:
        raise UnknownFile(f"{named.name}: a JSON of {seen.size >> 20} MB is no report that we know")
    content = recognise.document("".join(decoded(seen.path, seen.encoding)), named.name)
    source = recognise.of_document(content, named.name)
    if how.source and how.source != source.name:
        raise UnknownFile(f"{named.name}: this is {source.name}, not {how.source}")
    file = _File(named, seen, source)
    good: list[tuple[int, dict[str, Any]]] = []
    for row, entry in enumerate(READERS[source.reader or ""](content), 1):
        file.rows += 1
        if "problem" in entry:
            file.refusals.append(Refusal(row, 1, entry["column"], entry["value"], entry["problem"]))
        else:
            good.append((row, entry))
    if how.strict and file.refusals:
        raise _strict(file, how)
    if len(places := {entry["marketplace"] for _, entry in good}) == 1:
        file.marketplace = places.pop()
    with opened():
        import_id = _next_id(stage)
        receipt = _receipt(file, how, _merge_reports(stage, how, import_id, good))
        _note(stage, receipt, import_id)
    return Done(receipt, tuple(file.notices))


def _merge_reports(stage: Stage, how: How, import_id: int, good: Sequence[tuple[int, dict[str, Any]]]) -> Merged:
    """Every pull is kept; the same pull again changes nothing."""
    added = 0
    for row, entry in good:
        values = [how.account, entry["marketplace"], entry["pull"]]
        held = stage.connection.execute(
            "SELECT 1 FROM store.reports WHERE account = ? AND marketplace = ? AND pull = ?", values
        ).fetchone()
        if held is None:
            rest = [entry[key] for key in ("day", "account_status", "odr_from", "odr_to", "metrics")]
            stage.connection.execute(
                "INSERT INTO store.reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*values, *rest, import_id, row]
            )
            added += 1
    return Merged(added, 0, len(good) - added)


__all__ = ["Done", "How", "Named", "run"]
