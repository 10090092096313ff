"""`atoz import` and `atoz demo`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.cli.paths import found_files, stdin
from atoz_cli.errors import AtozError, BadUsage, InputRefused, UnknownFile

if TYPE_CHECKING:
    from atoz_cli.answers import Notice, Sheet
    from atoz_cli.answers.files import Receipt
    from atoz_cli.ingest import Done, How
    from atoz_cli.store.staging import Stage

Files = Annotated[list[str], typer.Argument(metavar="FILE…", help="Files, folders, globs; - reads stdin.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check, keep nothing.")]
Strict = Annotated[bool, typer.Option("--strict", help="One bad row refuses its whole file.")]
Rejects = Annotated[
    str | None, typer.Option("--rejects", metavar="FILE", help="Write refused rows there as CSV, with the reason.")
]
MapFile = Annotated[
    str | None, typer.Option("--map", metavar="FILE", help="A map (TOML) of another shop's columns to ours.")
]
SuggestMap = Annotated[bool, typer.Option("--suggest-map", help="Print a map to start from; import nothing.")]
# Not ATOZ_STORE: the made-up seller must never come among the user's own orders.
OwnStore = Annotated[
    str | None, typer.Option("--store", metavar="PATH", help="Keep it in this file, to look around in afterwards.")
]


def import_(
    files: Files,
    account: o.Whose = None,
    marketplace: o.FileMarketplace = None,
    source: o.SourceName = None,
    dry_run: DryRun = False,
    strict: Strict = False,
    rejects: Rejects = None,
    date_order: o.DateOrder = None,
    map_: MapFile = None,
    suggest_map: SuggestMap = False,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> int:
    """Read files into the store: each is recognised by its content; the same file again changes nothing."""
    asking.check_format(format)
    if suggest_map:
        return _suggest(files, source, output)
    how = _how(
        asking.store_path(store),
        asking.whose(account),
        marketplace,
        source,
        date_order,
        strict,
        wait,
        dry_run=dry_run,
        map_=map_,
        rejects=rejects is not None,
    )
    if rejects is not None:
        _check_rejects(Path(rejects), files)
    from atoz_cli.answers import Answer
    from atoz_cli.store import staging

    with staging.opened() as stage:
        done = _run(files, how, stage)
        receipts = [one.receipt for one in done]
        if rejects is not None:
            _write_rejects(done, Path(rejects))
        notices = [notice for one in done for notice in one.notices]
        if not dry_run and any(one.source and one.error is None for one in receipts):
            notices += _lacks(how, stage)

    answer = Answer("atoz.import/1", None, tuple(receipts), tuple(notices))

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.files import receipts as sheet

        return sheet(receipts)

    asking.show(answer, sheets, format, as_json, output)
    return _complaints(receipts, as_json or format == "json")


def _lacks(how: How, stage: Stage) -> list[Notice]:
    """What the store still lacks for a right answer; nothing where it cannot be asked now: the receipts come first."""
    from atoz_cli.doctor.lacks import lacks
    from atoz_cli.store.duck import reading

    try:
        with reading(how.store, how.wait, stage.connection) as opened:
            return lacks(opened, asking.book(), how.account)
    except AtozError:
        return []


def _how(path: Path, account: str, place: str | None, source: str | None, order: str | None, strict: bool, wait: str,
         *, dry_run: bool = False, claims_first: bool = False, map_: str | None = None, rejects: bool = False) -> How:  # fmt: skip
    from atoz_cli.ingest import How
    from atoz_cli.sources import mapping

    if map_ is not None and source is not None:
        raise BadUsage("--map and --as: the map says what the files are", "leave --as out")

    if order not in (None, "mdy", "dmy", "ymd"):
        raise BadUsage(f"--date-order: {order!r} is no order", "mdy, dmy or ymd")
    if not account.strip():
        raise BadUsage("--account: an account has a name")
    if source is not None:
        from atoz_cli.sources.recognise import named

        named(source)
    return How(
        store=path, account=asking.text(account), marketplace=asking.marketplace(place), source=source, date_order=order,
        strict=strict, dry_run=dry_run, wait=asking.seconds(wait), claims_first=claims_first,
        mapped=mapping.read(Path(os.path.expanduser(map_))) if map_ is not None else None, rejects=rejects,
    )  # fmt: skip


def _suggest(files: Sequence[str], source: str | None, output: str | None) -> int:
    """Print a map for one file."""
    import tempfile

    from atoz_cli.ingest.suggestion import map_for
    from atoz_cli.views import write

    with stdin(files) as spooled, tempfile.TemporaryDirectory(prefix="atoz-") as folder:
        found, missing = found_files(files, spooled)
        for _, error in missing:
            raise error
        if len(found) != 1:
            raise BadUsage(f"--suggest-map: one file at a time, not {len(found)}", "give the one that is not known")
        text = map_for(found[0], source, Path(folder))
    write(text, Path(output) if output else None)
    return 0


def _run(paths: Sequence[str], how: How, stage: Stage) -> list[Done]:
    """Import them all; a receipt for each, also for those that are not there."""
    import gc

    from atoz_cli.ingest import Done, run
    from atoz_cli.views import progress

    gc.enable()  # an import may be long (see __main__)
    with stdin(paths) as spooled:
        found, missing = found_files(paths, spooled)
        done = [Done(_missing(error, name, how)) for name, error in missing]
        with progress(len(found), "importing") as advance:
            for one in run(found, how, stage) if found else ():
                done.append(one)
                advance(1)
    if not any(one.receipt.source or one.receipt.error for one in done):
        raise UnknownFile("nothing here is a file that we know", "`atoz sources` lists what can be imported")
    return done


def _missing(error: InputRefused, name: str, how: How) -> Receipt:
    from atoz_cli.answers.files import Receipt

    return Receipt(name, None, None, how.account, how.marketplace, None, error=error.message, hint=error.hint)


def _complaints(receipts: Sequence[Receipt], as_json: bool) -> int:
    """A line on stderr for each refused file; exit 3 where there is one."""
    from atoz_cli.views import error_text

    wrong = [one for one in receipts if one.error is not None]
    for one in wrong:
        print(error_text(InputRefused(one.error or "", one.hint), as_json=as_json), file=sys.stderr)
    return 3 if wrong else 0


def _check_rejects(path: Path, files: Sequence[str]) -> None:
    """BadUsage before anything is imported: no folder to write to, or a file that is to be read."""
    if not path.absolute().parent.is_dir():
        raise BadUsage(f"--rejects: there is no folder {path.parent}", "make the folder first")
    if any(name != "-" and path.exists() and Path(name).exists() and path.samefile(name) for name in files):
        raise BadUsage(f"--rejects: {path} is a file to import", "name another file")


def _write_rejects(done: Sequence[Done], path: Path) -> None:
    """The refused rows as CSV: where they stand, why, and the columns that we read."""
    from atoz_cli.answers import Answer
    from atoz_cli.views import render, write

    rows = [
        {
            "file": one.receipt.file,
            "row": r.row,
            "line": r.line,
            "column": r.column,
            "value": r.value,
            "reason": r.reason,
            **{f"{name}_in_file" if name == "reason" else name: text for name, text in texts.items()},
        }
        for one in done
        for r, texts in zip(one.receipt.refusals, one.refused_texts or [{}] * len(one.receipt.refusals), strict=True)
    ]
    answer = Answer("atoz.rejects/1", None, tuple(rows))
    text = render(answer, "csv", sheets=lambda: (), width=None, colour=False)
    write(text or "file,row,line,column,value,reason\n", path)


def import_quietly(
    files: Sequence[str], path: Path, account: str | None, place: str | None, source: str | None, order: str | None,
    strict: bool, wait: str, as_json: bool, stage: Stage,
) -> tuple[int, dict[str, frozenset[tuple[str, str]]], list[Notice]]:  # fmt: skip
    """Import for `atoz triage`: receipts on stderr; exit status, the orders with claims and chargebacks, and warnings."""
    whose = asking.whose(account or os.environ.get("ATOZ_ACCOUNT"))
    how = _how(path, whose, place, source, order, strict, wait, claims_first=True)
    done = _run(files, how, stage)
    for one in done:
        r = one.receipt
        counts = f"{r.added} added, {r.updated} updated, {r.unchanged} unchanged, {r.refused} refused"
        if r.error is None:
            print(f"{r.file}: {r.source or 'not known'}, {r.rows} rows, {counts}", file=sys.stderr)
        for refusal in r.refusals[:20]:
            print(
                f"  line {refusal.line}: {refusal.column} {refusal.value or '(empty)'}: {refusal.reason}",
                file=sys.stderr,
            )
    status = _complaints([one.receipt for one in done], as_json=as_json)
    if status and not any(one.receipt.source and one.receipt.error is None for one in done):
        raise typer.Exit(status)
    claims = {order for one in done for order in one.claims_on}
    chargebacks = {order for one in done for order in one.chargebacks_on}
    notices = [notice for one in done for notice in one.notices]
    whose = how.account
    found = {
        "claims": frozenset((whose, order) for order in claims),
        "chargebacks": frozenset((whose, order) for order in chargebacks),
    }
    return status, found, notices


def demo(store: OwnStore = None) -> None:
    """Show the main job on the sample seller: import, the rate, the claims. In a store of its own."""
    import tempfile

    from atoz_cli.cli import run

    sample = _sample()
    with tempfile.TemporaryDirectory(prefix="atoz-demo-") as folder:
        path = store or str(Path(folder) / "demo.duckdb")
        day = "2026-11-22"
        steps = (
            ["import", *map(str, sorted(one for one in sample.iterdir() if one.suffix in (".txt", ".csv", ".json")))],
            ["odr", "--as-of", day],
            ["triage", "--due", "24h", "--as-of", day],
        )
        for step in steps:
            shown = ["import", "sample_data/*"] if step[0] == "import" else step
            print(f"$ atoz {' '.join(shown)}\n", flush=True)
            status = run([*step, "--store", path])
            if status:
                raise AtozError(f"the demo stopped at `atoz {step[0]}` (exit {status})")
            print(flush=True)
    print("Now with your own files: atoz import All-Orders.txt, atoz odr, atoz triage claims.csv")


def _sample() -> Path:
    """The sample seller: in the wheel beside the code, in a checkout at its top."""
    package = Path(__file__).parents[1]
    for folder in (package / "sample_data", package.parents[1] / "sample_data"):
        if folder.is_dir():
            return folder
    raise AtozError("the sample data is not installed here", "it is in the folder sample_data of the repository")
