"""A store as pandas frames, for notebooks: `atoz_cli.open_store()`. Each call opens the store read-only and closes it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    import pandas as pd

    from atoz_cli.metrics import Question
    from atoz_cli.policy import Book


class Frames:
    """The tables of one store, as they stood on a day. What a column means, `columns` says."""

    def __init__(self, path: Path, as_of: date | datetime | None, policy: Path | None, wait: float) -> None:
        self.path, self.as_of, self.policy, self.wait = path, as_of, policy, wait

    def __repr__(self) -> str:
        return f"Frames({str(self.path)!r}, as_of={self.as_of})"

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables."""
        from atoz_cli.export.tables import exported

        return tuple(exported())

    def columns(self, table: str) -> Mapping[str, str]:
        """Each column of a table with what it means."""
        from atoz_cli.export.tables import exported

        _check(table, self.tables)
        return dict(exported()[table].columns)

    def table(self, name: str) -> pd.DataFrame:
        """A table: `orders`, `claims`, … as they were read; `odr` and `defects` as they are counted."""
        from atoz_cli.export import lay_out_tables
        from atoz_cli.store.duck import reading

        _check(name, self.tables)
        with reading(self.path, self.wait) as store:
            lay_out_tables(store, self._book(), self._question())
            return store.frame(f"SELECT * FROM x_{name}")

    def triage(self, *, closed_too: bool = False) -> pd.DataFrame:
        """The verdicts of `atoz triage`, a row a claim; nested values (odr, why, evidence) as dicts and lists."""
        import pandas as pd

        from atoz_cli import cases
        from atoz_cli.store.duck import reading

        with reading(self.path, self.wait) as store:
            found, _ = cases.triage(store, self._book(), self._question(), cases.Wanted(closed_too=closed_too))
        return pd.DataFrame([to_builtins(one, builtin_types=(date, datetime, Decimal)) for one in found])

    def sql(self, query: str) -> pd.DataFrame:
        """The rows of a SELECT over the tables, each by its own name."""
        from atoz_cli.export import lay_out_tables
        from atoz_cli.store.duck import reading

        with reading(self.path, self.wait) as store:
            lay_out_tables(store, self._book(), self._question())
            for name in ("odr", "defects"):
                store.view(name, f"SELECT * FROM x_{name}")
            return store.frame(query)

    def _book(self) -> Book:
        from atoz_cli.policy import load

        return load(self.policy)

    def _question(self) -> Question:
        from atoz_cli.metrics import Question

        if self.as_of is None:
            now = datetime.now(UTC)
            return Question(as_of=now, day=now.date())
        if isinstance(self.as_of, datetime):
            at = self.as_of.replace(tzinfo=UTC) if self.as_of.tzinfo is None else self.as_of.astimezone(UTC)
            return Question(as_of=at, day=at.date())
        return Question(as_of=datetime.combine(self.as_of, time.max, UTC), day=self.as_of)


def _check(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise BadUsage(f"there is no table {name!r}", f"one of {', '.join(known)}")


def opened(path: str | Path | None, as_of: Any, policy: str | Path | None, wait: float) -> Frames:
    """The frames of a store: the one named, else ATOZ_STORE, else the configuration's, else the user's own."""
    from atoz_cli.cli.asking import store_path

    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    import os

    return Frames(
        store_path(str(path) if path else os.environ.get("ATOZ_STORE")), day, Path(policy) if policy else None, wait
    )
