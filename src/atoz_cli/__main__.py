"""`atoz`, and `python -m atoz_cli`: the version at once, everything else through the commands."""

from __future__ import annotations

import gc
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

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
