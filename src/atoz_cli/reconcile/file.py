"""Files as `atoz import` takes them in, what Amazon says in them out; the user's store is not touched.

They are imported into a store of their own, which is thrown away: so they are recognised, unpacked, read and refused
exactly as an import does it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.errors import InputRefused, UnknownFile
from atoz_cli.reconcile.listing import Listing, listing
from atoz_cli.reconcile.theirs import Theirs, reports
from atoz_cli.store.duck import reading

if TYPE_CHECKING:
    from atoz_cli.answers.files import Receipt
    from atoz_cli.ingest import Done, How, Named

TOTALS = ("performance_v1", "performance_v2")
LISTS = ("order_defects", "cajari_defects")


class Read(Struct, frozen=True):
    """What Amazon says in the files: reports, one list of all their listed orders, and a receipt for each file."""

    reports: tuple[Theirs, ...]
    listing: Listing | None
    done: tuple[Done, ...]

    @property
    def receipts(self) -> list[Receipt]:
        """What became of each file."""
        return [one.receipt for one in self.done]


def read(files: Sequence[Named], how: How, named: str, places: int) -> Read:
    """The reports and lists in some files. InputRefused where none of them has any; `named`: as the user named them all."""
    from atoz_cli.ingest import run

    with tempfile.TemporaryDirectory(prefix="atoz-", ignore_cleanup_errors=True) as folder:
        store = Path(folder) / "read.duckdb"
        done = tuple(run(files, replace(how, store=store, dry_run=False)))
        _complain(done, named)
        names = {one.receipt.sha256: one.receipt.file for one in done if one.receipt.sha256}
        lists = [one.receipt for one in done if one.receipt.source in LISTS and one.receipt.error is None]
        with reading(store, how.wait) as opened:
            found = reports(opened, places, names)
            file = lists[0].file if len(lists) == 1 else named
            listed = listing(opened, file, str(lists[0].source)) if lists else None
    return Read(tuple(found), listed, done)


def _complain(done: Sequence[Done], named: str) -> None:
    """An error where there is nothing of Amazon's to compare with."""
    receipts = [one.receipt for one in done]
    if any(one.source in (*TOTALS, *LISTS) and one.error is None for one in receipts):
        return
    refused = next((one for one in receipts if one.error is not None), None)
    if refused is not None and refused.error is not None:
        raise InputRefused(refused.error, refused.hint)
    hint = "give a performance report (V1 or V2), or the orders with defects that Account Health downloads"
    other = next((one.source for one in receipts if one.source), None)
    if other:
        raise UnknownFile(f"{named}: this is {other}, which holds none of Amazon's own figures", hint)
    raise UnknownFile("nothing here is a file that we know", hint)
