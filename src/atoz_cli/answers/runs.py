"""The values of `atoz run`: what became of each file, what was found, who was told."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from atoz_cli.answers.check import Alert


class Brought(Struct, frozen=True):
    """One file that arrived: `source` None where it is nothing of ours.

    `error`: why all of it was refused; `problem`: why it was not moved.
    """

    file: str
    account: str
    source: str | None
    added: int
    updated: int
    refused: int
    error: str | None
    problem: str | None = None


class Told(Struct, frozen=True):
    """What became of one target: how many findings it was told, or why it was not."""

    target: str
    findings: int
    problem: str | None = None


class Ran(Struct):
    """What a run did. `problems`: what could not be done, each in words; `unanswered`: why nothing could be checked."""

    brought: list[Brought] = field(default_factory=list)
    unfinished: int = 0
    alerts: Sequence[Alert] = ()
    unanswered: str | None = None
    reports: list[str] = field(default_factory=list)
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
