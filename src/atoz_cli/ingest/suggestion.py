"""A file that we do not know in, the text of a map for it out."""

from __future__ import annotations

from pathlib import Path

from atoz_cli.errors import BadUsage, UnknownFile
from atoz_cli.ingest.file import Named
from atoz_cli.ingest.unpacking import Refused, members
from atoz_cli.sources import recognise
from atoz_cli.sources.mapping import mappable
from atoz_cli.sources.opening import survey
from atoz_cli.sources.suggesting import suggested
from atoz_cli.sources.table import look


def map_for(named: Named, source: str | None, folder: Path) -> str:
    """A map to start from, for the source asked for or the one that fits best. UnknownFile for what is no table."""
    if source is not None and recognise.named(source).name not in mappable():
        raise BadUsage(f"a map cannot lead to {source}", f"one of {', '.join(mappable())}")
    for member in members(named.path, named.name, folder):
        if isinstance(member, Refused):
            raise member.error
        table = look(survey(member.path, member.name), member.name)
        if len(table.header) < 2:
            raise UnknownFile(
                f"{member.name}: its first line has no columns", "a map is for files with rows and columns"
            )
        return suggested(table, source)
    raise UnknownFile(f"{named.name}: holds no files", "give a file with rows and columns")
