"""What the morning costs: `atoz check` and `atoz report` of one account and of an agency of 200, beside `import pandas`.

The agency's store is made once, by SQL, of the store of one account, and kept: the orders of one are dealt out to so many accounts.
Run as a program it makes that store: `python agency.py STORE NEW`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from measure import Took
from table import Line

PYTHON = sys.executable
ATOZ = (PYTHON, "-m", "atoz_cli")
EDITION = 2
AS_OF = "2026-11-22"
ACCOUNTS = 200
COPIES = 5
"""How often the orders of the one account are dealt out, each time to other accounts."""
TABLES = ("orders", "items", "feedback", "claims")
Command = Callable[[Path], Sequence[str]]


def agency_of(shelf: Path, store: Path, rows: int) -> Path:
    """The store of the agency, made of that of one account with so many rows."""
    path = shelf / f"agency-{EDITION}-{rows}.duckdb"
    if not path.exists():
        made = path.with_suffix(".new")
        # in a process of its own: what it held would be taken for what the commands hold
        subprocess.run([PYTHON, __file__, str(store), str(made)], check=True)
        made.rename(path)
    return path


def deal(store: Path, path: Path) -> None:
    """Every order, with all that is known of it, to an account by its id; an import of each file for each account."""
    import duckdb

    from atoz_cli.store import duck
    from atoz_cli.store.noted import note

    path.unlink(missing_ok=True)
    connection = duckdb.connect(":memory:")
    connection.execute(f"ATTACH '{path}' AS agency")
    connection.execute(f"ATTACH '{store}' AS one (READ_ONLY)")
    connection.execute("COPY FROM DATABASE one TO agency")
    connection.execute("USE agency")
    each = ACCOUNTS // COPIES
    for name in TABLES:
        whose = f"'account-' || lpad(CAST(hash(order_id) % {each} + k * {each} AS VARCHAR), 3, '0')"
        connection.execute(f"DELETE FROM {name}")
        connection.execute(
            f"INSERT INTO {name} SELECT t.* REPLACE ({whose} AS account, t.import_id + k * 10 AS import_id) "
            f"FROM one.{name} t, range({COPIES}) AS c(k) ORDER BY k"
        )
    connection.execute("DELETE FROM reports")
    connection.execute("DELETE FROM imports")
    connection.execute(
        f"""INSERT INTO imports SELECT i.* REPLACE ('account-' || lpad(CAST(a AS VARCHAR), 3, '0') AS account,
        i.import_id + 10 * (a // {each}) + 1000 * a AS import_id, md5(i.sha256 || a) AS sha256)
        FROM one.imports i, range({ACCOUNTS}) AS c(a) WHERE i.source <> 'performance_v2'"""
    )
    connection.execute("USE memory; DETACH agency; DETACH one")
    with duck.writing(connection, path, 0):
        note(connection.execute)
    connection.close()


def of_stores(one: Path, agency: Path) -> dict[str, Command]:
    """The commands, each a whole process. `check` finds something, and says so with its exit status: it is asked through a shell."""

    def asked(*words: str, store: Path) -> Sequence[str]:
        return (*ATOZ, *words, "--as-of", AS_OF, "--store", str(store))

    def found(store: Path) -> Sequence[str]:
        return ("/bin/sh", "-c", '"$@"; test $? -eq 1 -o $? -eq 4', "sh", *asked("check", "--json", store=store))

    commands: dict[str, Sequence[str]] = {
        "import pandas": (PYTHON, "-c", "import pandas"),
        "odr": asked("odr", "--json", store=one),
        "check": found(one),
        "report": asked("report", "-o", str(one.with_suffix(".html")), store=one),
        "check of many": found(agency),
        "report of many": asked("report", "-o", str(agency.with_suffix(".html")), store=agency),
    }
    return {name: partial(_as_it_is, command) for name, command in commands.items()}


def _as_it_is(command: Sequence[str], folder: Path) -> Sequence[str]:
    return command


def lines(took: Mapping[str, Took], rows: int) -> list[Line]:
    """A line a command."""
    pandas, odr = took["import pandas"], took["odr"]
    many = f"{ACCOUNTS} accounts, {rows * COPIES:,} rows"
    return [
        Line('python -c "import pandas"', pandas),
        Line(f"atoz odr --json, a store of {rows:,} rows", odr, pandas, "import pandas"),
        Line("atoz check --json", took["check"], pandas, "import pandas", at_most=1.2),
        Line("atoz report, HTML", took["report"], odr, "atoz odr", note="aim 3 s"),
        Line(f"atoz check --json, {many}", took["check of many"], odr, "atoz odr"),
        Line(f"atoz report, HTML, {many}", took["report of many"], odr, "atoz odr", most_memory=1024, note="aim 20 s"),
    ]


if __name__ == "__main__":
    deal(Path(sys.argv[1]), Path(sys.argv[2]))
