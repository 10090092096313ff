"""What the terminals are like flows out: width and colour of stdout; a progress bar on stderr while work goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


def stdout_facts() -> tuple[int | None, bool]:
    """Width in cells (None when stdout is no terminal) and whether to colour.

    COLUMNS sets the width of a terminal. NO_COLOR (any value but empty) wins over FORCE_COLOR, and that over the rest.
    """
    terminal = _is_terminal(sys.stdout)
    return (_columns() if terminal else None), _colour(terminal)


@contextmanager
def progress(total: int | None, label: str) -> Iterator[Callable[[int], None]]:
    """Gives `advance(n)`, which moves a bar on stderr; it does nothing unless stderr is a capable terminal.

    `total` None means that the end is unknown. The bar vanishes when the work is done.
    """
    if not _is_terminal(sys.stderr) or _is_dumb():
        yield _nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from atoz_cli.views.visible import shown

    # rich takes an empty FORCE_COLOR for "no terminal"
    console = Console(stderr=True, force_terminal=True, markup=False, emoji=False, highlight=False)
    columns = [
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(shown(label), total=total)

        def advance(n: int) -> None:
            bar.advance(task, n)

        yield advance


def _nothing(n: int) -> None:
    """Not a terminal: nothing moves."""


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _is_dumb() -> bool:
    return os.environ.get("TERM", "").lower() in ("dumb", "unknown")


def _columns() -> int:
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _colour(terminal: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and not _is_dumb()
