"""What is no table: JSON and XML documents and mail. Reports are kept pull by pull; anything else becomes a table of rows.

A document with rows is written out as a plain table of our own fields and goes the way of every table from there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from atoz_cli.answers.files import Period, Refusal
from atoz_cli.errors import UnknownFile, UnreadableFile
from atoz_cli.ingest.file import Done, File, How, Named, Ready, next_id, note, receipt_of, refused_strictly
from atoz_cli.ingest.looking import Looked
from atoz_cli.ingest.tables import load
from atoz_cli.sources import recognise, xml
from atoz_cli.sources.declare import Source, sources
from atoz_cli.sources.opening import Survey, decoded, digested, survey
from atoz_cli.sources.table import SAMPLE_ROWS, Table
from atoz_cli.store.duck import Opened
from atoz_cli.store.merge import Merged
from atoz_cli.store.staging import Stage

LARGEST_DOCUMENT = 8 << 20
"""Bytes; as values in memory it may take twenty times as many."""
Rows = Iterable[tuple[int, Mapping[str, str | None]]]
"""First line and the texts of each record, by field; one without texts is of no use to us."""


def read_document(stage: Stage, named: Named, looked: Looked, how: How, folder: Path) -> Ready:
    """A mail or mailbox, an XML report or a JSON document. UnknownFile where it is none that we know."""
    if looked.is_a == "mail":
        return _read_mail(stage, named, how, folder)
    if looked.survey is None:
        return _read_xml(stage, named, looked.head, how, folder)
    return _read_json(stage, named, looked.survey, how, folder)


def _read_mail(stage: Stage, named: Named, how: How, folder: Path) -> Ready:
    """Mails of Amazon about claims and chargebacks, one file or a mailbox; other mail is passed over."""
    source = _as_asked(sources()["claim_mail"], how, named.name)
    return _read_rows(
        stage,
        File(named, digested(named.path, named.name, "mail"), source),
        _reader(source)(named.path, named.name),
        how,
        folder,
    )


def _read_xml(stage: Stage, named: Named, head: bytes, how: How, folder: Path) -> Ready:
    """An XML report of Amazon. UnknownFile where it is none."""
    source = _as_asked(recognise.of_xml(xml.signs(head), named.name), how, named.name)
    seen = survey(named.path, named.name)
    found = _reader(source)(named.path, named.name)
    with _known():
        if source.facts == ("reports",):
            return _read_reports(stage, File(named, seen, source), found, how)
        return _read_rows(stage, File(named, seen, source), found, how, folder)


def _read_json(stage: Stage, named: Named, seen: Survey, how: How, folder: Path) -> Ready:
    """A JSON document. UnknownFile where it is no report of Amazon."""
    if seen.size > LARGEST_DOCUMENT:
        raise UnknownFile(
            f"{named.name}: a JSON of {seen.size >> 20} MB is no report that we know", "give the report itself"
        )
    content = recognise.document("".join(decoded(seen.path, seen.encoding)), named.name)
    source = _as_asked(recognise.of_document(content, named.name), how, named.name)
    if source.facts == ("reports",):
        return _read_reports(stage, File(named, seen, source), _reader(source)(content), how)
    return _read_rows(stage, File(named, seen, source), _reader(source)(content), how, folder)


@contextmanager
def _known() -> Iterator[None]:
    """A file of which we know what it is, and that cannot be read, is no unknown one: in a folder it does not pass."""
    try:
        yield
    except UnknownFile as error:
        raise UnreadableFile(error.message, error.hint) from None


def _reader(source: Source) -> Any:
    return import_module(f"atoz_cli.sources.{source.reader}").rows


def _as_asked(source: Source, how: How, name: str) -> Source:
    if how.source and how.source != source.name:
        raise UnknownFile(f"{name}: this is {source.name}, not {how.source}", "import it without --as")
    return source


# --- rows ------------------------------------------------------------------------------------------------------------


def _read_rows(stage: Stage, file: File, rows: Rows, how: How, folder: Path) -> Ready:
    fields = list(file.source.columns)
    header = tuple(file.source.columns[field].written[0] for field in fields)
    path, beginnings = folder / "rows.csv", list[int]()
    sample: list[tuple[str, ...]] = []
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        for line, texts in rows:
            cells = tuple(" ".join((texts.get(field) or "").split()) for field in fields)
            writer.writerow(cells)
            beginnings.append(line)
            if len(sample) < SAMPLE_ROWS:
                sample.append(cells)
    plain = replace(file.survey, encoding="utf-8", quotes=True, odd_space=False, mixed_ends=False, returns="")
    table = Table(plain, path, ",", quoted=True, header=header, header_line=1, sample=tuple(sample))
    at = {field: place for place, field in enumerate(fields)}
    return load(stage, file, table, at, how, lambda asked: {row: beginnings[row - 1] for row in asked})


# --- reports ---------------------------------------------------------------------------------------------------------


def _read_reports(stage: Stage, file: File, entries: Iterable[Mapping[str, Any]], how: How) -> Ready:
    good: list[tuple[int, Mapping[str, Any]]] = []
    for row, entry in enumerate(entries, 1):
        file.rows += 1
        if "problem" in entry:
            file.refusals.append(Refusal(row, 1, entry["column"], entry["value"], entry["problem"]))
        else:
            good.append((row, entry))
    if how.strict and file.refusals:
        raise refused_strictly(file, how)
    if len(places := {entry["marketplace"] for _, entry in good}) == 1:
        file.marketplace = places.pop()
    spans = [(entry["odr_from"], entry["odr_to"]) for _, entry in good if entry["odr_from"] and entry["odr_to"]]
    if spans:
        file.covers = Period(min(first for first, _ in spans), max(last for _, last in spans))

    def merge(opened: Opened) -> Done:
        with opened():
            import_id = next_id(stage)
            receipt = receipt_of(file, how, _merge_reports(stage, how, import_id, good))
            note(stage, {import_id: receipt})
        return Done(receipt, tuple(file.notices))

    return merge


def _merge_reports(stage: Stage, how: How, import_id: int, good: Iterable[tuple[int, Mapping[str, Any]]]) -> Merged:
    """Every pull is kept; the same pull again changes nothing."""
    added = known = 0
    for row, entry in good:
        values = [how.account, entry["marketplace"], entry["pull"]]
        held = stage.connection.execute(
            "SELECT 1 FROM store.reports WHERE account = ? AND marketplace = ? AND pull = ?", values
        ).fetchone()
        known += held is not None
        if held is None:
            rest = [entry[key] for key in ("day", "account_status", "odr_from", "odr_to", "metrics")]
            stage.connection.execute(
                "INSERT INTO store.reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*values, *rest, import_id, row]
            )
            added += 1
    return Merged(added, 0, known)
