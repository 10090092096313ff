"""The SQL of the metrics is one text for every engine: a subset that DuckDB and Spark read alike."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import atoz_cli.metrics
import atoz_cli.prevent

FOLDERS = [Path(room.__file__).parent for room in (atoz_cli.metrics, atoz_cli.prevent)]
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.sql"))
ALLOWED = (exp.Count, exp.Sum, exp.Min, exp.Max, exp.Coalesce, exp.Case, exp.If, exp.And, exp.Or)
"""The functions of the subset; sqlglot has CASE, AND and OR among its functions."""
FORBIDDEN = (
    exp.Div,
    exp.IntDiv,
    exp.Mod,
    exp.Window,
    exp.Interval,
    exp.Parameter,
    exp.Placeholder,
    exp.Cast,
    exp.Limit,
)

pytestmark = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def trees(path: Path) -> list[exp.Expression]:
    """The same text as DuckDB and as Spark read it."""
    return [sqlglot.parse_one(path.read_text("utf-8"), read=dialect) for dialect in ("duckdb", "spark")]


def test_both_engines_read_the_same(path: Path) -> None:
    duckdb, spark = trees(path)
    assert duckdb == spark, f"{path.name} means two things"
    assert repr(duckdb) == repr(spark)


def test_the_first_line_says_what_one_row_is(path: Path) -> None:
    first, rest = path.read_text("utf-8").split("\n", 1)
    assert first.startswith("-- one row is "), f"{path.name} begins with {first!r}"
    assert "--" not in rest, "one comment, on top"


def test_one_statement_that_only_selects(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(sqlglot.parse(text, read="duckdb")) == 1
    assert isinstance(trees(path)[0], exp.Query)


def test_no_numbers_but_0_and_1(path: Path) -> None:
    for tree in trees(path):
        numbers = {one.this for one in tree.find_all(exp.Literal) if not one.is_string}
        assert numbers <= {"0", "1"}, f"{path.name}: policy belongs into a relation: {numbers - {'0', '1'}}"


def test_no_dates_in_words(path: Path) -> None:
    for tree in trees(path):
        for word in (one.this for one in tree.find_all(exp.Literal) if one.is_string):
            assert not any(sign.isdigit() for sign in word), f"{path.name}: {word!r}"


def test_nothing_that_engines_do_each_in_their_way(path: Path) -> None:
    for tree in trees(path):
        found = [one.sql() for one in tree.find_all(*FORBIDDEN)]
        assert not found, f"{path.name}: {found}"


def test_only_the_functions_of_the_subset(path: Path) -> None:
    for tree in trees(path):
        found = {type(one).__name__ for one in tree.find_all(exp.Func) if not isinstance(one, ALLOWED)}
        assert not found, f"{path.name}: {found}"
