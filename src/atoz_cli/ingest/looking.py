"""A plain file in, what it is out, before anything of it is staged: a mail, a document, or a table with its source."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from atoz_cli.errors import UnknownFile
from atoz_cli.ingest.file import How, Named
from atoz_cli.sources import claim_mail, mapping, recognise, xml
from atoz_cli.sources.declare import Source
from atoz_cli.sources.opening import Survey, decoded, survey
from atoz_cli.sources.table import Table

HEAD = 1 << 16


class Looked(Struct, frozen=True):
    """What a file is. `head`: its first bytes; of a document in JSON and of a table also the survey of all of them."""

    is_a: Literal["mail", "xml", "json"]
    head: bytes
    survey: Survey | None = None


class LookedTable(Struct, frozen=True):
    """A file with rows and columns, and the source that it is of."""

    survey: Survey
    table: Table
    source: Source


def look_at(named: Named, how: How) -> Looked | LookedTable:
    """What a file is, its bytes say. UnknownFile, UnreadableFile or AmbiguousFile where it is nothing that is read."""
    with named.path.open("rb") as stream:
        head = stream.read(HEAD)
    if not how.source_is_table and claim_mail.looks(head):
        return Looked("mail", head)
    if not how.mapped and xml.root_name(head) is not None:
        return Looked("xml", head)
    said = how.mapped.encoding if how.mapped else None
    seen = survey(named.path, named.name, japanese=how.marketplace == "JP", encoding=said)
    if not how.mapped and next(decoded(seen.path, seen.encoding), "").lstrip().startswith(("{", "[")):
        return Looked("json", head, seen)
    return LookedTable(seen, *_table(seen, named, how))


def _table(seen: Survey, named: Named, how: How) -> tuple[Table, Source]:
    if how.mapped:
        return mapping.table_of(seen, named.name, how.mapped), how.mapped.source
    if how.source and recognise.named(how.source).reader is not None:
        raise UnknownFile(f"{named.name}: this is a table, and {how.source} is none", "import it without --as")
    return recognise.table_of(seen, named.name, how.source, claims_first=how.claims_first)
