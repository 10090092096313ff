"""New files in, the store and what is noted of them out: each is noted when its import is committed, then moved away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from atoz_cli.answers.files import Receipt
from atoz_cli.answers.runs import Brought
from atoz_cli.errors import AtozError
from atoz_cli.ingest import Done, How, Named, run
from atoz_cli.runs.arrivals import Arrival, by_account
from atoz_cli.runs.plan import Plan
from atoz_cli.runs.state import State


def bring(plan: Plan, state: State, new: Sequence[Arrival], brought: Callable[[Brought], object]) -> None:
    """Import them, and say of each what became of it.

    What ends a whole run (a store that is held or damaged) is raised: what was imported before is noted.
    """
    for account, arrivals in by_account(new).items():
        files = {str(one.path): one for one in arrivals}
        how = How(plan.store, account, wait=plan.wait, dry_run=plan.dry_run)
        for name, done in _by_file(run([Named(one.path, str(one.path), asked=False) for one in arrivals], how), files):
            one = _brought(files[name], done)
            if not plan.dry_run:
                state.files[name] = replace(files[name].seen, error=one.error, ours=one.source is not None)
                state.save(plan.state)
                one = replace(one, problem=put_away(plan, state, files[name].path))
            brought(one)


def put_away(plan: Plan, state: State, path: Path) -> str | None:
    """Move a file that is dealt with to where it belongs: also one that was left by a run that was killed. Why not, or None."""
    seen = state.files[str(path)]
    into = plan.refused if seen.error else (plan.done or path.parent / "imported") if plan.after == "move" else None
    if into is None or not (seen.ours or seen.error):
        return None
    try:
        into.mkdir(parents=True, exist_ok=True)
        shutil.move(path, _free(into / path.name))
    except OSError as problem:
        return f"{path.name} could not be moved to {into}: {problem.strerror}"
    del state.files[str(path)]
    return None


def _by_file(every: Iterable[Done], files: dict[str, Arrival]) -> Iterable[tuple[str, list[Done]]]:
    """The receipts of each file: an archive has one for each file in it. Those of a file follow each other."""
    name, some = "", list[Done]()
    for one in every:
        of = _file_of(one.receipt, files)
        if of != name and some:
            yield name, some
            some = []
        name = of
        some.append(one)
    if some:
        yield name, some


def _file_of(receipt: Receipt, files: dict[str, Arrival]) -> str:
    """A receipt names the file, or `archive.zip:inner.txt`."""
    if receipt.file in files:
        return receipt.file
    return next(name for name in sorted(files, key=len, reverse=True) if receipt.file.startswith(name))


def _brought(arrival: Arrival, done: Sequence[Done]) -> Brought:
    receipts = [one.receipt for one in done]
    wrong = [one.error for one in receipts if one.error is not None]
    return Brought(
        arrival.path.name,
        arrival.account,
        next((one.source for one in receipts if one.source), None),
        sum(one.added for one in receipts),
        sum(one.updated for one in receipts),
        sum(one.refused for one in receipts),
        "; ".join(wrong).replace(str(arrival.path), arrival.path.name) if wrong else None,
    )


def _free(path: Path) -> Path:
    """A name that nothing has yet: a file is never written over."""
    found, number = path, 1
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def explained(error: AtozError) -> str:
    """What went wrong, on one line."""
    return f"{error.message}; {error.hint}" if error.hint else error.message
