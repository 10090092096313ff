"""A store that nobody writes to counts and answers the same once; whatever it rests on changes, it does so again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from atoz_cli.store.asking import REMEMBERED, WRITTEN_OUT, Duck
from atoz_cli.store.duck import connect

NUMBERS = {"n": "INTEGER"}
MANY = [(number,) for number in range(WRITTEN_OUT + 1)]


class Counting:
    """A connection that notes what it is told."""

    def __init__(self) -> None:
        self.real = connect(":memory:")
        self.told: list[str] = []

    def execute(self, sql: str, values: object = None) -> object:
        self.told.append(sql)
        return self.real.execute(sql, values)

    def made(self, name: str) -> int:
        """How often a relation was made."""
        return sum(f"TEMP TABLE {name} AS" in sql for sql in self.told)


@pytest.fixture
def heard() -> Iterator[Counting]:
    counting = Counting()
    yield counting
    counting.real.close()


def still(heard: Counting) -> Duck:
    return Duck(heard, still=True)  # type: ignore[arg-type]


def test_what_is_kept_twice_is_made_once(heard: Counting) -> None:
    duck = still(heard)
    for _ in range(2):
        duck.put("numbers", NUMBERS, MANY)
        duck.view("even", "SELECT n FROM numbers WHERE n % 2 = 0")
        duck.keep("halves", "SELECT n / 2 AS half FROM even")
    assert (heard.made("numbers"), heard.made("halves")) == (1, 1)
    assert duck.ask("SELECT count(*) FROM halves") == [(WRITTEN_OUT // 2 + 1,)]


def test_other_rows_below_make_it_anew(heard: Counting) -> None:
    duck = still(heard)
    for rows, expected in ((MANY, len(MANY)), (MANY[1:] + MANY[1:], 2 * WRITTEN_OUT), (MANY[:3], 3), (MANY, len(MANY))):
        duck.put("numbers", NUMBERS, rows)
        duck.keep("again", "SELECT n FROM numbers")
        assert duck.ask("SELECT count(*) FROM again") == [(expected,)]


def test_rows_that_were_changed_after_they_were_put_are_other_rows(heard: Counting) -> None:
    duck, rows = still(heard), list(MANY)
    duck.put("numbers", NUMBERS, rows)
    rows.append((1000,))
    duck.put("numbers", NUMBERS, rows)
    assert duck.ask("SELECT max(n) FROM numbers") == [(1000,)]


def test_a_name_may_keep_what_it_stands_for_and_be_asked_again_for_something_else(heard: Counting) -> None:
    duck = still(heard)
    duck.put("numbers", NUMBERS, MANY)
    for least, expected in ((WRITTEN_OUT - 10, 11), (WRITTEN_OUT - 10, 11), (WRITTEN_OUT, 1)):
        duck.view("large", f"SELECT n FROM numbers WHERE n >= {least}")
        duck.keep("large")
        duck.keep("large")  # it is kept: nothing to do
        assert duck.ask("SELECT count(*) FROM large") == [(expected,)]
    assert heard.made("large") == 2


def test_what_is_kept_from_itself_is_made_each_time(heard: Counting) -> None:
    duck = still(heard)
    duck.keep("one", "SELECT 1 AS n")
    for expected in (2, 3):
        duck.keep("one", "SELECT n + 1 AS n FROM one")
        assert duck.ask("SELECT n FROM one") == [(expected,)]


def test_an_answer_is_its_askers_own(heard: Counting) -> None:
    duck = still(heard)
    duck.ask("SELECT 1").append((2,))
    assert duck.ask("SELECT 1") == [(1,)]
    assert duck.ask("SELECT ?", [1]) != duck.ask("SELECT ?", ["1"])
    assert sum(sql == "SELECT 1" for sql in heard.told) == 1


def test_only_so_many_answers_are_remembered(heard: Counting) -> None:
    duck = still(heard)
    for _ in range(2):
        for number in range(REMEMBERED + 1):
            assert duck.ask("SELECT ?", [number]) == [(number,)]
    assert len(heard.told) == 2 * (REMEMBERED + 1)


def test_what_is_dropped_is_made_again_when_it_is_wanted(heard: Counting) -> None:
    duck = still(heard)
    for _ in range(2):
        duck.keep("room", "SELECT 1 AS n")
        duck.drop("room")
    assert heard.made("room") == 2


def test_a_store_that_is_written_to_is_asked_each_time(heard: Counting) -> None:
    duck = Duck(heard)  # type: ignore[arg-type]
    heard.execute("CREATE TABLE facts (n INTEGER)")
    for expected in (0, 1):
        duck.keep("kept", "SELECT n FROM facts")
        assert duck.ask("SELECT count(*) FROM kept") == [(expected,)]
        heard.execute("INSERT INTO facts VALUES (1)")


def test_reading_a_store_is_still(tmp_path: Path) -> None:
    from atoz_cli.store.duck import reading, writing

    path = tmp_path / "s.duckdb"
    with writing(connect(":memory:"), path, 5.0):
        pass
    with reading(path, 5.0) as duck:
        assert duck.still
