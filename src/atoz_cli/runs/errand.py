"""A plan in; everything it says done, in one order, and what came of it out. One step that fails does not stop the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from atoz_cli.answers.check import Alert
from atoz_cli.answers.runs import Ran, Told
from atoz_cli.errors import AtozError, NoData
from atoz_cli.runs.arrivals import arrived
from atoz_cli.runs.bringing import bring, explained, put_away
from atoz_cli.runs.lock import alone
from atoz_cli.runs.plan import Plan
from atoz_cli.runs.state import State, load
from atoz_cli.runs.telling import Send, forget, fresh, is_quiet, key, notice

Check = Callable[[], Sequence[Alert]]
Report = Callable[[Path], None]


def run(plan: Plan, check: Check, report: Report, send: Send | None, now: datetime) -> Ran:
    """Import, check, report, tell. StoreBusy where another run holds the lock past `plan.wait`."""
    with alone(plan.lock, plan.wait):
        state, outcome = load(plan.state), Ran()
        found = arrived(plan, state)
        outcome.unfinished = found.unfinished
        outcome.problems += [f"there is no folder {path}" for path in found.missing]
        _try(outcome, lambda: bring(plan, state, found.new, outcome.brought.append))
        if not plan.dry_run:
            left = [put_away(plan, state, one.path) for one in found.old]
            outcome.problems += [one for one in (*left, *(file.problem for file in outcome.brought)) if one]
        if not plan.dry_run:
            state.save(plan.state)
        _check(outcome, check)
        for path in plan.reports if not plan.dry_run else ():
            _write(outcome, report, path)
        _tell(plan, state, outcome, send, now)
        return outcome


def _try(outcome: Ran, do: Callable[[], object]) -> None:
    try:
        do()
    except AtozError as error:
        outcome.problems.append(explained(error))


def _check(outcome: Ran, check: Check) -> None:
    try:
        outcome.alerts = check()
    except NoData as error:
        outcome.unanswered = explained(error)
    except AtozError as error:
        outcome.problems.append(explained(error))


def _write(outcome: Ran, report: Report, path: Path) -> None:
    try:
        report(path)
        outcome.reports.append(path.name)
    except NoData as error:
        outcome.unanswered = outcome.unanswered or explained(error)
    except AtozError as error:
        outcome.problems.append(explained(error))


def _tell(plan: Plan, state: State, outcome: Ran, send: Send | None, now: datetime) -> None:
    """Each target what it does not know yet. In a dry run it is only said what would be told."""
    wanted = [one for one in outcome.alerts if one.severity in plan.severities]
    quiet = is_quiet(now.astimezone(ZoneInfo(plan.timezone)), plan.quiet)
    for name, address in plan.targets.items():
        told = state.told.setdefault(name, {})
        forget(told, wanted)
        news = fresh(wanted, told)
        if not news or quiet:
            outcome.told.append(Told(name, 0, "quiet hours" if news else None))
            continue
        if plan.dry_run or send is None:
            outcome.told.append(Told(name, len(news), "dry run"))
            continue
        if send(address, *notice(news)):
            told |= {key(one): one.weight for one in news}
            outcome.told.append(Told(name, len(news)))
        else:
            outcome.told.append(Told(name, 0, "not taken: told again at the next run"))
            outcome.problems.append(f"{name} did not take the notice: its findings are told again at the next run")
        state.save(plan.state)
    for name in [one for one in state.told if one not in plan.targets]:
        del state.told[name]
    if not plan.dry_run:
        state.save(plan.state)
