"""A plan in; everything it says done, in one order, and what came of it out. One step that fails does not stop the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from atoz_cli.answers.check import Alert
from atoz_cli.errors import AtozError, NoData
from atoz_cli.runs.arrivals import Arrived, arrived
from atoz_cli.runs.bringing import Brought, bring, explained
from atoz_cli.runs.lock import alone
from atoz_cli.runs.plan import Plan
from atoz_cli.runs.state import State, load
from atoz_cli.runs.telling import Send, Told, forget, fresh, is_quiet, key, notice

Check = Callable[[], Sequence[Alert]]
Report = Callable[[Path], None]


@dataclass
class Outcome:
    """What a run did. `problems`: what could not be done, each in words; `unanswered`: why nothing could be checked."""

    arrived: Arrived | None = None
    brought: list[Brought] = field(default_factory=list)
    alerts: Sequence[Alert] = ()
    unanswered: str | None = None
    reports: list[Path] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def exit_status(self) -> int:
        """Of the contract: 2 a problem, 3 a refused file, 1 findings, 4 the data cannot tell, 0 all is well."""
        if self.problems:
            return 2
        if any(one.error for one in self.brought):
            return 3
        if any(one.severity != "unknown" for one in self.alerts):
            return 1
        return 4 if self.alerts or self.unanswered else 0


def run(plan: Plan, check: Check, report: Report, send: Send | None, now: datetime) -> Outcome:
    """Import, check, report, tell. StoreBusy where another run holds the lock past `plan.wait`."""
    with alone(plan.lock, plan.wait):
        state, outcome = load(plan.state), Outcome()
        outcome.arrived = arrived(plan, state)
        outcome.problems += [f"there is no folder {path}" for path in outcome.arrived.missing]
        _try(
            outcome, lambda: outcome.brought.extend(bring(plan, state, outcome.arrived.new if outcome.arrived else ()))
        )
        if not plan.dry_run:
            state.save(plan.state)
        _check(outcome, check)
        for path in plan.reports if not plan.dry_run else ():
            _write(outcome, report, path)
        _tell(plan, state, outcome, send, now)
        return outcome


def _try(outcome: Outcome, do: Callable[[], object]) -> None:
    try:
        do()
    except AtozError as error:
        outcome.problems.append(explained(error))


def _check(outcome: Outcome, check: Check) -> None:
    try:
        outcome.alerts = check()
    except NoData as error:
        outcome.unanswered = explained(error)
    except AtozError as error:
        outcome.problems.append(explained(error))


def _write(outcome: Outcome, report: Report, path: Path) -> None:
    try:
        report(path)
        outcome.reports.append(path)
    except NoData as error:
        outcome.unanswered = outcome.unanswered or explained(error)
    except AtozError as error:
        outcome.problems.append(explained(error))


def _tell(plan: Plan, state: State, outcome: Outcome, send: Send | None, now: datetime) -> None:
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
