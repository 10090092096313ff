"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct, field


class Folder(Struct, frozen=True):
    """A folder in which files of one account arrive."""

    path: Path
    account: str


class Plan(Struct, frozen=True):
    """All of it; paths are absolute. `done` and `refused` are folders to move files to, None: they are left.

    `settle`: a file that was written to within so many seconds is left for the next run. `targets`: a name that tells
    nothing secret, to the address. `quiet`: minutes of the day from and to which nobody is told.
    """

    store: Path
    folders: tuple[Folder, ...] = ()
    after: Literal["leave", "move"] = "leave"
    done: Path | None = None
    refused: Path | None = None
    settle: float = 2.0
    reports: tuple[Path, ...] = ()
    targets: Mapping[str, str] = field(default_factory=dict)
    severities: tuple[str, ...] = ("error", "unknown", "warning")
    quiet: tuple[int, int] | None = None
    timezone: str = "UTC"
    wait: float = 30.0
    dry_run: bool = False

    @property
    def state(self) -> Path:
        """Where it is kept which files are done and what was told: beside the store."""
        return self.store.with_name(f"{self.store.name}.run.json")

    @property
    def lock(self) -> Path:
        """The file whose lock a run holds."""
        return self.store.with_name(f"{self.store.name}.run.lock")
