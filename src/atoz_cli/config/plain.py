"""What every command asks of a configuration: four values, read without the model, which would cost it its start-up."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from atoz_cli.config.paths import files
from atoz_cli.errors import BadConfig

KEYS = ("store", "policy", "account", "timezone", "accounts", "limits", "check", "run", "notices")
"""The keys and tables at the top of a file."""
PATHS = ("store", "policy")
ASKED = ("account", "timezone", *PATHS)


@cache
def plain() -> dict[str, str]:
    """`store`, `policy`, `account` and `timezone`, where a file says them; paths are meant from the folder of the file.

    BadConfig for a file that cannot be read, a key at its top that nobody knows, or a value that is no text.
    """
    found: dict[str, str] = {}
    for path in reversed(files()):
        found |= _of_file(path)
    return found


def usual_store() -> Path:
    """The configured store, else a file in the user's data folder."""
    if configured := plain().get("store"):
        return Path(configured)
    import platformdirs

    return Path(platformdirs.user_data_dir("atoz", appauthor=False)) / "atoz.duckdb"


def _of_file(path: Path) -> dict[str, str]:
    content = read(path)
    for key in content:
        if key not in KEYS:
            import difflib

            near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
            raise BadConfig(f"{path}: {key}: there is no such key", hint)
    found = {}
    for key in ASKED:
        if key in content:
            if not isinstance(content[key], str) or not content[key].strip():
                raise BadConfig(f"{path}: {key}: {content[key]!r} is no text", f'write {key} = "…"')
            found[key] = _path(path, content[key]) if key in PATHS else content[key]
    return found


def _path(file: Path, value: str) -> str:
    return str(file.parent / os.path.expanduser(value))


def read(path: Path) -> dict[str, Any]:
    """A file as it stands. BadConfig where it cannot be read."""
    import tomli

    try:
        with path.open("rb") as stream:
            return tomli.load(stream)
    except tomli.TOMLDecodeError as error:
        raise BadConfig(f"{path} is no TOML: {error}", "`atoz config example` prints one to start from") from None
    except UnicodeDecodeError:
        raise BadConfig(f"{path} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise BadConfig(
            f"{path} cannot be read: {error.strerror}", "mend the path in ATOZ_CONFIG, or unset it"
        ) from None
