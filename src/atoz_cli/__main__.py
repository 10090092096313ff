"""`atoz`, and `python -m atoz_cli`: the version at once, everything else through the commands."""

from __future__ import annotations

import gc
import os
import sys

from atoz_cli import __version__


def main() -> None:
    """Run the program and leave with the exit status of the contract."""
    if sys.argv[1:] == ["--version"]:
        print(f"atoz {__version__}")
        return
    gc.disable()  # what the imports make is not garbage, and looking for it costs a short command a tenth of its time
    try:
        from atoz_cli.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    _leave(status)


def _leave(status: int) -> None:
    """Out, without taking the interpreter and the engine apart piece by piece: everything is written and closed."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads any more
        pass
    os._exit(status)


if __name__ == "__main__":
    main()
