"""`atoz`: the Order Defect Rate as Amazon counts it, from the files a seller already has.

For notebooks: `atoz_cli.open_store()` gives the tables of a store as pandas frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from atoz_cli.notebook import Frames

__version__ = "0.1.0"
__all__ = ["__version__", "open_store"]


def open_store(
    path: str | Path | None = None,
    *,
    as_of: str | date | datetime | None = None,
    policy: str | Path | None = None,
    wait: float = 30.0,
) -> Frames:
    """The tables of a store as pandas frames, as they stood at the end of `as_of` (default: now).

    `path`: the store file; without it ATOZ_STORE, the configuration, or the user's own. Nothing is loaded, and the store is
    not opened, before a table is asked for. Raises AtozError children (`atoz_cli.errors`) for what a user can mend.
    """
    from atoz_cli.notebook import opened

    return opened(path, as_of, policy, wait)
