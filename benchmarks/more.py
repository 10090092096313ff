"""What importing costs beside the one large file: every other flat source, many small files, bad rows, five million rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from files import Files, make
from measure import Took
from samples import SAMPLES, Grown, grown
from table import Line

SMALL_FILES, ROWS_OF_ONE = 1000, 200
LARGE = 5_000_000
Command = Callable[[Path], Sequence[str]]
Rival = Callable[..., Command]


def of_sources(shelf: Path, rows: int, importing: Callable[..., Command], rival: Rival) -> dict[str, Command]:
    """`atoz import` of a file of each flat source, and DuckDB alone on the same file."""
    commands: dict[str, Command] = {}
    for source in SAMPLES:
        file = grown(shelf, source, rows)
        commands[f"{source}, alone"] = _alone(rival, file, source)
        commands[source] = importing(file.path, f"{source}.duckdb", "--as", source)
    return commands


def _alone(rival: Rival, file: Grown, source: str) -> Command:
    told = json.dumps({name: value for name, value in asdict(file).items() if name != "path"})
    of_round = rival("table", file.path, f"{source}-alone.duckdb")
    return lambda folder: (*of_round(folder), told)


def source_lines(took: Mapping[str, Took], rows: int) -> list[Line]:
    """A line a source, held against DuckDB alone."""
    lines = []
    for source in SAMPLES:
        alone = took[f"{source}, alone"]
        lines.append(Line(f"{source}, {rows:,} rows", took[source], alone, "DuckDB alone", at_most=2.5))
    return lines


def of_shapes(shelf: Path, whole: Files, importing: Callable[..., Command], rival: Rival) -> dict[str, Command]:
    """Many small files against one with the same rows; one row in ten refused against none."""
    folder, together = _small_files(shelf, whole)
    return {
        "one": importing(together, "one.duckdb"),
        "each alone": rival("each", folder, "each.duckdb"),
        "many": importing(folder, "many.duckdb"),
        "good": importing(whole.orders, "good.duckdb"),
        "bad": importing(_with_bad_rows(shelf, whole), "bad.duckdb"),
    }


def shape_lines(took: Mapping[str, Took], rows: int) -> list[Line]:
    """The lines about shapes."""
    name = f"{SMALL_FILES:,} files of {ROWS_OF_ONE} rows"
    return [
        Line(f"one file with the rows of {name}", took["one"]),
        Line(f"DuckDB alone, {name}, a statement each in one process", took["each alone"]),
        Line(f"atoz import, a folder of {name}", took["many"], took["each alone"], "DuckDB alone"),
        Line(f"atoz import, {rows:,} rows, all good", took["good"]),
        Line("the same, one row in ten refused", took["bad"], took["good"], "all good", at_most=1.5),
    ]


def large_line(took: Took) -> Line:
    """Five million rows: what matters is the memory."""
    return Line(f"atoz import, {LARGE:,} rows", took, most_memory=1024)


def large_file(shelf: Path) -> Path:
    """All Orders of five million rows: 1.6 GB."""
    return make(shelf, LARGE).orders


def _small_files(shelf: Path, whole: Files) -> tuple[Path, Path]:
    folder, together = shelf / f"small-{whole.orders.stem}", shelf / f"together-{whole.orders.name}"
    if together.exists():
        return folder, together
    folder.mkdir(parents=True, exist_ok=True)
    with whole.orders.open(encoding="utf-8") as lines, together.open("w", encoding="utf-8") as out:
        header = next(lines)
        out.write(header)
        for number in range(SMALL_FILES):
            rows = [line for line, _ in zip(lines, range(ROWS_OF_ONE), strict=False)]
            (folder / f"{number:04d}.txt").write_text(header + "".join(rows), "utf-8")
            out.writelines(rows)
    return folder, together


def _with_bad_rows(shelf: Path, whole: Files) -> Path:
    path = shelf / f"bad-{whole.orders.name}"
    if not path.exists():
        with whole.orders.open(encoding="utf-8") as lines, path.open("w", encoding="utf-8") as out:
            for number, line in enumerate(lines):
                out.write(line.replace("\t20", "\tyesterday 20", 1) if number and number % 10 == 0 else line)
    return path
