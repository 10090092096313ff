"""What atoz costs beside what one would use instead: `python benchmarks/run.py --help`.

Everything is measured as a whole process, in rounds in which each takes its turn; the figures are medians, and every
ratio is between two things of this same run. A target that is missed says so; the exit status is 0 all the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import agency
import ahead
import days
import more
from files import Files, make
from measure import Took, run, times, typical
from table import Line, markdown, plain

PYTHON = sys.executable
ATOZ = (PYTHON, "-m", "atoz_cli")
RIVALS = Path(__file__).with_name("rivals.py")
AS_OF = "2026-11-22"
PARTS = 4
"""The smaller file is this part of the larger; pydantic reads only that one, and its time is multiplied."""
NOISE = 1.10
"""What differs by less than this is the same."""
STARTS = 7
"""At least so many rounds for what takes less than a second."""

Command = Callable[[Path], Sequence[str]]
"""A folder of the round in, the command line out."""


def importing(file: Path, store: str, *more: str) -> Command:
    """`atoz import` of one file (or folder) into a store of the round."""
    return lambda folder: (*ATOZ, "import", str(file), "--store", str(folder / store), *more)


def rival(name: str, file: Path, *more: str) -> Command:
    """One of the rivals on a file; `more` are names of files that it makes."""
    return lambda folder: (PYTHON, str(RIVALS), name, str(file), *(str(folder / one) for one in more))


def imports(whole: Files, part: Files) -> dict[str, Command]:
    """The imports and their rivals, in the order in which each round runs them."""
    return {
        "duckdb": rival("duckdb", whole.orders, "alone.duckdb"),
        "import": importing(whole.orders, "atoz.duckdb"),
        "again": importing(whole.orders, "atoz.duckdb"),
        "part": importing(part.orders, "part.duckdb"),
        "pandas": rival("pandas", whole.orders),
        "pydantic": rival("pydantic", part.orders),
    }


def starts(store: Path) -> dict[str, Command]:
    """The short commands and what they are held against."""
    odr = (*ATOZ, "odr", "--json", "--as-of", AS_OF, "--store", str(store))
    commands: dict[str, Sequence[str]] = {
        "pass": (PYTHON, "-c", "pass"),
        "typer": (PYTHON, "-c", "import typer"),
        "version": (*ATOZ, "--version"),
        "import pandas": (PYTHON, "-c", "import pandas"),
        "odr": odr,
    }
    return {name: partial(_as_it_is, command) for name, command in commands.items()}


def _as_it_is(command: Sequence[str], folder: Path) -> Sequence[str]:
    return command


def say(text: str) -> None:
    """Where we are, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def interleaved(commands: Mapping[str, Command], rounds: int, work: Path, *, warm: bool) -> dict[str, Took]:
    """Each command once a round, every round in a fresh folder; with `warm`, one round first that does not count."""
    runs: dict[str, list[Took]] = {name: [] for name in commands}
    for number in range(0 if warm else 1, rounds + 1):
        with tempfile.TemporaryDirectory(dir=work) as folder:
            for name, command in commands.items():
                took = run(command(Path(folder)))
                if number:
                    runs[name].append(took)
                    say(f"round {number} of {rounds}: {name} {took.seconds:.3g} s {took.trouble}")
    return {name: typical(several) for name, several in runs.items()}


def import_lines(took: Mapping[str, Took], rows: int) -> list[Line]:
    """The lines of the table about imports."""
    alone, whole, again, part = (took[name] for name in ("duckdb", "import", "again", "part"))
    few = rows // PARTS
    smaller, larger, slow = times(part, 1e6 / few), times(whole, 1e6 / rows), times(took["pydantic"], rows / few)
    name = "DuckDB alone"
    return [
        Line(f"{name}: read, type, write one table", alone),
        Line(f"atoz import, {rows:,} rows", whole, alone, name, at_most=2.5, most_memory=1024, note="aim 2.0"),
        Line("atoz import, the same file again", again, whole, "the first time", at_most=NOISE),
        Line(f"atoz import, {few:,} rows", part),
        Line(f"the same for a million rows, from {few:,}", smaller),
        Line(f"the same for a million rows, from {rows:,}", larger, smaller, f"from {few:,}", at_most=NOISE),
        Line("pandas read_csv(dtype=str), C engine, reads only", took["pandas"], alone, name),
        Line(f"csv + a pydantic model a row, reads only, {few:,} rows x {PARTS}", slow, alone, name),
    ]


def start_lines(took: Mapping[str, Took], rows: int) -> list[Line]:
    """The lines of the table about start-up."""
    pandas = took["import pandas"]
    return [
        Line("python -c pass", took["pass"]),
        Line('python -c "import typer"', took["typer"]),
        Line("atoz --version", took["version"], took["typer"], "import typer", at_most=1.5),
        Line('python -c "import pandas"', pandas),
        Line(f"atoz odr --json, a store of {rows:,} rows", took["odr"], pandas, "import pandas", at_most=0.8),
    ]


def measure(rows: int, rounds: int) -> list[Line]:
    """Make the files, run everything, and say it in lines."""
    shelf = Path(tempfile.gettempdir()) / "atoz-benchmark"
    say(f"files in {shelf} (made once, and kept)")
    whole, part = make(shelf, rows), make(shelf, rows // PARTS)
    with tempfile.TemporaryDirectory(prefix="atoz-benchmark-") as work:
        big = interleaved(imports(whole, part), rounds, Path(work), warm=False)
        small = interleaved(starts(stored(whole, Path(work))), max(rounds, STARTS), Path(work), warm=True)
    return [*import_lines(big, rows), *start_lines(small, rows)]


def stored(whole: Files, work: Path) -> Path:
    """A store with the orders, the feedback and the claims."""
    store = work / "store.duckdb"
    files = map(str, (whole.orders, whole.feedback, whole.claims))
    trouble = run((*ATOZ, "import", *files, "--store", str(store))).trouble
    if trouble:
        say(f"the store could not be made: {trouble}")
    return store


def measure_ahead(rows: int, rounds: int) -> list[Line]:
    """Looking ahead, on a store like that of `odr`."""
    whole = make(Path(tempfile.gettempdir()) / "atoz-benchmark", rows)
    with tempfile.TemporaryDirectory(prefix="atoz-benchmark-") as work:
        commands = ahead.of_store(stored(whole, Path(work)))
        return ahead.lines(interleaved(commands, max(rounds, STARTS), Path(work), warm=True), rows)


def measure_agency(rows: int, rounds: int) -> list[Line]:
    """The check and the report of one account, and of an agency of many."""
    shelf = Path(tempfile.gettempdir()) / "atoz-benchmark"
    whole = make(shelf, rows)
    with tempfile.TemporaryDirectory(prefix="atoz-benchmark-") as work:
        one = stored(whole, Path(work))
        say(f"a store of {agency.ACCOUNTS} accounts in {shelf} (made once, and kept)")
        commands = agency.of_stores(one, agency.agency_of(shelf, one, rows))
        return agency.lines(interleaved(commands, rounds, Path(work), warm=False), rows)


def measure_more(rows: int, rounds: int) -> list[Line]:
    """The other sources, small files, bad rows and five million rows."""
    shelf = Path(tempfile.gettempdir()) / "atoz-benchmark"
    whole, few = make(shelf, max(rows // PARTS, more.SMALL_FILES * more.ROWS_OF_ONE)), rows // 2
    with tempfile.TemporaryDirectory(prefix="atoz-benchmark-") as work:
        sources = interleaved(more.of_sources(shelf, few, importing, rival), rounds, Path(work), warm=False)
        shapes = interleaved(more.of_shapes(shelf, whole, importing, rival), rounds, Path(work), warm=False)
        large = interleaved({"large": importing(more.large_file(shelf), "large.duckdb")}, 1, Path(work), warm=False)
    shape_rows = max(rows // PARTS, more.SMALL_FILES * more.ROWS_OF_ONE)
    return [*more.source_lines(sources, few), *more.shape_lines(shapes, shape_rows), more.large_line(large["large"])]


def measure_days(rows: int, rounds: int) -> list[Line]:
    """A trend of a year on ten times as many orders as rows were asked for."""
    shelf = Path(tempfile.gettempdir()) / "atoz-benchmark"
    orders = rows * 10
    say(f"a store of {orders:,} orders in {shelf} (made once, and kept)")
    store = days.store_of(shelf, orders)
    if other := days.differ(store, ATOZ):
        say(f"{other} figures are not the same by hand and by atoz: the times say nothing")
    with tempfile.TemporaryDirectory(prefix="atoz-benchmark-") as work:
        took = interleaved(days.of_days(store, ATOZ), max(rounds, STARTS), Path(work), warm=True)
    return days.day_lines(took, orders)


def main() -> None:
    """Read the options, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the All Orders file (default: a million)")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run (default: 3)")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--more", action="store_true", help="the other sources, small files, bad rows, 5 million rows")
    parser.add_argument("--ahead", action="store_true", help="atoz project, beside atoz odr")
    parser.add_argument("--days", action="store_true", help="a trend of 365 days on ten million orders")
    parser.add_argument(
        "--agency", action="store_true", help="check and report of one account, and of an agency of 200"
    )
    asked = parser.parse_args()
    others = {"more": measure_more, "ahead": measure_ahead, "days": measure_days, "agency": measure_agency}
    wanted = next((how for name, how in others.items() if getattr(asked, name)), measure)
    lines = wanted(max(asked.rows, PARTS), max(asked.rounds, 1))
    print((markdown if asked.markdown else plain)(lines))


if __name__ == "__main__":
    main()
