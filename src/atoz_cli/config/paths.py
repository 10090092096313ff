"""Where a configuration may lie, and where it does."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "atoz.toml"


def here() -> Path:
    """The file of the folder in which the command is run."""
    return Path.cwd() / NAME


def of_the_user() -> Path:
    """The user's own file."""
    import platformdirs

    return Path(platformdirs.user_config_dir("atoz", appauthor=False)) / NAME


def files() -> tuple[Path, ...]:
    """The files that are there, the one that counts more first. ATOZ_CONFIG names one instead of both."""
    named = os.environ.get("ATOZ_CONFIG")
    if named is not None:
        return (Path(os.path.expanduser(named)),) if named else ()
    return tuple(path for path in (here(), of_the_user()) if path.is_file())
