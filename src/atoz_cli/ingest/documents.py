"""A JSON document: Amazon's performance reports. Every pull is kept; the same pull again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atoz_cli.answers.files import Refusal
from atoz_cli.errors import UnknownFile
from atoz_cli.ingest.file import Done, File, How, Named, next_id, note, receipt_of, refused_strictly
from atoz_cli.sources import performance_v2, recognise
from atoz_cli.sources.opening import Survey, decoded
from atoz_cli.store.merge import Merged
from atoz_cli.store.staging import Stage

LARGEST_DOCUMENT = 64 << 20
READERS = {"performance_v2": performance_v2.rows}


def read_document(stage: Stage, named: Named, seen: Survey, how: How, opened: Any) -> Done:
    """Import one JSON document. UnknownFile where it is no report of Amazon."""
    if seen.size > LARGEST_DOCUMENT:
        raise UnknownFile(f"{named.name}: a JSON of {seen.size >> 20} MB is no report that we know")
    content = recognise.document("".join(decoded(seen.path, seen.encoding)), named.name)
    source = recognise.of_document(content, named.name)
    if how.source and how.source != source.name:
        raise UnknownFile(f"{named.name}: this is {source.name}, not {how.source}")
    file = File(named, seen, source)
    good: list[tuple[int, dict[str, Any]]] = []
    for row, entry in enumerate(READERS[source.reader or ""](content), 1):
        file.rows += 1
        if "problem" in entry:
            file.refusals.append(Refusal(row, 1, entry["column"], entry["value"], entry["problem"]))
        else:
            good.append((row, entry))
    if how.strict and file.refusals:
        raise refused_strictly(file, how)
    if len(places := {entry["marketplace"] for _, entry in good}) == 1:
        file.marketplace = places.pop()
    with opened():
        import_id = next_id(stage)
        receipt = receipt_of(file, how, _merge_reports(stage, how, import_id, good))
        note(stage, receipt, import_id)
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
