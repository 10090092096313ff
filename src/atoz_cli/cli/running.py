"""`atoz run`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.answers.check import Alert
    from atoz_cli.config.model import Settings
    from atoz_cli.runs import Plan

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be imported and told; keep and send nothing.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No line where there is nothing new and nothing is found.")]


def run_(
    dry_run: DryRun = False,
    quiet: Quiet = False,
    as_of: o.AsOf = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
) -> int:
    """What cron calls: import what is new in the watched folders, check, write reports, send notices; a line of it all."""
    import gc

    from atoz_cli import runs
    from atoz_cli.cli import watching
    from atoz_cli.sheets.runs import details, line
    from atoz_cli.views import write

    gc.enable()  # an import may be long (see __main__)
    found = watching.settings()
    if found is None:
        raise BadUsage(
            "there is no configuration to run by",
            "`atoz config example > atoz.toml`, and say in it which folders to watch",
        )
    plan = _plan(found, asking.store_path(store), asking.seconds(wait), dry_run)
    question, said = asking.question(as_of, None, None)

    def check() -> list[Alert]:
        from atoz_cli import check as room
        from atoz_cli.store.duck import reading

        with reading(plan.store, plan.wait) as opened:
            return room.check(opened, asking.book(), question, watching.watching(found), found.accounts)[0]

    def report(path: Path) -> None:
        from atoz_cli.cli.report import format_of, written
        from atoz_cli.report import Asked

        asked = Asked(question.day - timedelta(days=1))
        write(written(plan.store, plan.wait, question, said, format_of(path), asked), path)

    send = runs.through_apprise() if plan.targets and not dry_run else None
    outcome = runs.run(plan, check, report, send, datetime.now(UTC))
    for text in details(outcome):
        print(text)
    if not quiet or outcome.exit_status or outcome.brought:
        _log(line(outcome, said, dry_run), found.run.log)
    return outcome.exit_status


def _plan(found: Settings, store: Path, wait: float, dry_run: bool) -> Plan:
    from atoz_cli.runs import Folder, Plan

    folders = [Folder(path, found.account) for path in found.run.folders]
    folders += [Folder(path, name) for name, account in found.accounts.items() for path in account.folders]
    if not folders and not found.run.reports and not found.notices.targets:
        raise BadUsage("nothing is configured to be run", "name folders, reports or targets: `atoz config example`")
    targets = [one.get_secret_value() for one in found.notices.targets]
    return Plan(
        store=store, folders=tuple(folders), after=found.run.after, done=found.run.done, refused=found.run.refused,
        settle=found.run.settle.total_seconds(), reports=found.run.reports, targets=_named(targets),
        severities=found.notices.severities, quiet=_minutes(found.notices.quiet), timezone=found.timezone, wait=wait,
        dry_run=dry_run,
    )  # fmt: skip


def _named(targets: list[str]) -> dict[str, str]:
    """A name for each address that tells nothing secret: what it is, and a digest to tell two apart."""
    from hashlib import sha256

    return {f"{one.partition('://')[0]}:{sha256(one.encode()).hexdigest()[:8]}": one for one in targets}


def _minutes(quiet: str | None) -> tuple[int, int] | None:
    """`22:00-07:00` as minutes of the day."""
    if quiet is None:
        return None
    first, last = (int(end[:2]) * 60 + int(end[3:]) for end in quiet.split("-"))
    return first, last


def _log(text: str, path: Path | None) -> None:
    """A line with its moment, at the end of the log or on stderr."""
    stamped = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}"
    if path is None:
        print(stamped, file=sys.stderr)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(stamped + "\n")
    except OSError as problem:
        print(stamped, file=sys.stderr)
        raise BadUsage(f"run.log: {path} cannot be written: {problem.strerror}", "name another file") from problem
