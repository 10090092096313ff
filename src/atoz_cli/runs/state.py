"""What is kept from run to run: which files are done, and which findings each target was told. A JSON file, written whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from atoz_cli.errors import StoreUnusable
from atoz_cli.views import write

VERSION = 1


class Seen(Struct, frozen=True):
    """A file as it was when it was dealt with. `error`: why it was refused; `ours`: whether it is a file that we know."""

    size: int
    mtime_ns: int
    sha256: str
    error: str | None = None
    ours: bool = True


class State(Struct):
    """`files`: by absolute path; `told`: by target, the weight of each finding that it was told."""

    files: dict[str, Seen] = field(default_factory=dict)
    told: dict[str, dict[str, int]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Whole or not at all."""
        content = {
            "version": VERSION,
            "files": {name: asdict(seen) for name, seen in sorted(self.files.items())},
            "told": self.told,
        }
        write(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n", path)


def load(path: Path) -> State:
    """What the last run left; nothing where there was none. StoreUnusable where it cannot be read."""
    try:
        content: Any = json.loads(path.read_text("utf-8"))
        if content["version"] != VERSION:
            raise StoreUnusable(
                f"{path} is of a newer version of atoz",
                "use that version, or remove the file: all files are imported again, which changes nothing",
            )
        return State({name: Seen(**seen) for name, seen in content["files"].items()}, content["told"])
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoreUnusable(
            f"{path} cannot be read: {problem}", "remove it: all files are imported again, which changes nothing"
        ) from problem
