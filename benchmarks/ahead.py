"""What it costs to look ahead: `atoz project` on a large store, held against `import pandas` and against `atoz odr`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from measure import Took
from table import Line

PYTHON = sys.executable
ATOZ = (PYTHON, "-m", "atoz_cli")
AS_OF = "2026-11-22"
Command = Callable[[Path], Sequence[str]]


def of_store(store: Path) -> dict[str, Command]:
    """The commands, each a whole process on the same store."""
    asked = ("--json", "--as-of", AS_OF, "--store", str(store))
    commands: dict[str, Sequence[str]] = {
        "import pandas": (PYTHON, "-c", "import pandas"),
        "odr": (*ATOZ, "odr", *asked),
        "project": (*ATOZ, "project", *asked),
        "health": (*ATOZ, "health", *asked),
        "causes": (*ATOZ, "causes", *asked),
        "prevent": (*ATOZ, "prevent", *asked),
        "status": (*ATOZ, "status", *asked),
        "what if": (*ATOZ, "project", *asked, "--pending", "lost", "--add-defects", "20", "--orders-per-day", "100"),
        "a year": (*ATOZ, "project", *asked, "--days", "365"),
        "calendar": (*ATOZ, "project", *asked, "--ics", str(store.with_suffix(".ics"))),
    }
    return {name: partial(_as_it_is, command) for name, command in commands.items()}


def _as_it_is(command: Sequence[str], folder: Path) -> Sequence[str]:
    return command


def lines(took: Mapping[str, Took], rows: int) -> list[Line]:
    """A line a command."""
    pandas, odr = took["import pandas"], took["odr"]
    return [
        Line('python -c "import pandas"', pandas),
        Line(f"atoz odr --json, a store of {rows:,} rows", odr, pandas, "import pandas"),
        Line("atoz project --json, 90 days ahead", took["project"], pandas, "import pandas", at_most=1.2),
        Line("atoz health --json", took["health"], pandas, "import pandas", at_most=1.2),
        Line("atoz causes --json", took["causes"], pandas, "import pandas"),
        Line("atoz prevent --json", took["prevent"], pandas, "import pandas", at_most=1.5),
        Line("atoz status --json", took["status"], pandas, "import pandas", at_most=0.8),
        Line("atoz project, with defects added and pending claims lost", took["what if"], odr, "atoz odr"),
        Line("atoz project, 365 days ahead", took["a year"], odr, "atoz odr"),
        Line("atoz project, with a calendar", took["calendar"], odr, "atoz odr"),
    ]
