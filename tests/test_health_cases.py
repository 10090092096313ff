"""Situations that someone who knows the policy can read (tests/cases/health_*.toml): what a unit is worth at which moment.

A case is an account of its own. All cases of a file lie in one store and are asked in one question of many moments, so
that each answer is also one of a trend.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.answers.health import UnitMeasure
from atoz_cli.metrics.asking import lay_out_orders
from atoz_cli.metrics.metric import METRICS
from atoz_cli.metrics.question import Asked, Question
from atoz_cli.metrics.units import of_names, unit_measures
from atoz_cli.policy import load
from atoz_cli.store import duck
from conftest import empty_store

Row = dict[str, Any]
FILES = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("cases/health_*.toml")
}
TABLES = {
    "order": "orders", "item": "items", "shipment": "shipments", "listed": "health_orders", "message": "messages",
    "return": "returns", "refund": "refunds", "money": "money", "other": "shipments",
}  # fmt: skip
OF_A_CASE = {"name", "metric", "on", *TABLES}
ENDS = ("ship_by", "deliver_by")
BOOK = load()
FIRST, DAY = date(2026, 11, 20), timedelta(days=1)
STATE = re.compile(r"(?:(\d+) )?(hit|clear|doubt)(?: (\w+))?")


def at(text: str) -> datetime:
    """A moment; a bare day of a question means its end."""
    if len(text) > 10:
        return datetime.fromisoformat(text).astimezone(UTC)
    return datetime.combine(date.fromisoformat(text), time.max, UTC)


def cell(name: str, value: Any) -> Any:
    """A value as the store keeps it: blank is nothing, a bare day of a promise its end, of anything else its start."""
    if value == "":
        return None
    if not isinstance(value, str) or not re.match(r"\d{4}-\d{2}-\d{2}", value):
        return value
    if len(value) > 10:
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
    return datetime.combine(date.fromisoformat(value), time(23, 59, 59) if name in ENDS else time.min)


def rows(file: str, number: int, case: Row) -> list[tuple[str, Row]]:
    """Table and row of everything that a case tells, with what is usual where it says nothing."""
    usual = FILES[file]["usual"]
    found = []
    for kind, table in TABLES.items():
        given = case.get(kind, {} if kind in ("order", "item") and kind in usual else [])
        for row in given if isinstance(given, list) else [given]:
            shared = {"account": f"{number:03d}", "order_id": "one", "import_id": 1, "row_no": 1}
            found.append((table, shared | usual.get(kind, {}) | row))
    return [(table, {name: cell(name, value) for name, value in row.items()}) for table, row in found]


def store_of(file: str, folder: Path) -> Path:
    path = folder / f"{file}.duckdb"
    shutil.copyfile(empty_store(), path)
    connection = duck.connect(str(path))
    for number, case in enumerate(FILES[file]["case"]):
        for table, row in rows(file, number, case):
            row["import_id"] += 10 * number
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    connection.close()
    return path


class Answers:
    """What is known of every case of a file at every moment that a case of it asks about."""

    def __init__(self, file: str, folder: Path) -> None:
        content = FILES[file]
        moments = sorted({at(text) for case in content["case"] for text in case["on"]})
        wide: Row = {} if content.get("policy_windows") else {"window_days": 366, "lag_days": -60}
        # In so wide a window the day says nothing: each moment has one of its own, by which its answers are told.
        day_of = {moment: FIRST + number * DAY if wide else moment.date() for number, moment in enumerate(moments)}
        moment_of = {day: moment for moment, day in day_of.items()}
        assert len(moment_of) == len(moments)
        days = tuple(Asked(moment, day) for moment, day in day_of.items())
        question = Question(moments[-1], moments[-1].date(), days=days, **wide)
        self.found: dict[tuple[datetime, str, str], UnitMeasure] = {}
        with duck.reading(store_of(file, folder), 5.0) as store:
            lay_out_orders(store, BOOK, question)
            for day, one in unit_measures(store, BOOK, question, of_names(content["metrics"])):
                key = (moment_of[day], one.account, one.metric)
                if one.category is None:
                    assert key not in self.found, "one row for each metric of an account with one order"
                    self.found[key] = one


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    known: dict[str, Answers] = {}

    def of(file: str) -> Answers:
        if file not in known:
            known[file] = Answers(file, tmp_path_factory.mktemp("health"))
        return known[file]

    return of


def wanted(text: str) -> Counter[str]:
    """`1 hit, 2 doubt no_scan` as counts."""
    counts: Counter[str] = Counter()
    for part in [] if text == "out" else text.split(", "):
        found = STATE.fullmatch(part)
        assert found, f"no state is called {part!r}"
        assert (found[2] == "doubt") == (found[3] is not None), part
        counts[f"doubt {found[3]}" if found[3] else found[2]] += int(found[1] or 1)
    return counts


def told(one: UnitMeasure | None, misses: bool) -> Counter[str]:
    """A measure as counts of what its units are worth."""
    if one is None:
        return Counter()
    doubts = sum(one.doubts.values())
    if one.status == "no_data":
        assert doubts == one.denominator, "no data: everything is in doubt"
        part = 0
    else:
        assert one.numerator is not None and one.numerator_at_most is not None
        assert one.numerator_at_most == one.numerator + doubts
        part = one.numerator
    assert one.denominator is not None
    counts = Counter({"hit": part, "clear": one.denominator - part - doubts})
    counts.update({f"doubt {why}": units for why, units in one.doubts.items()})
    return +counts


CASES = [
    pytest.param(file, number, case, id=f"{file}: {case['name']}")
    for file, content in sorted(FILES.items())
    for number, case in enumerate(content["case"])
]


@pytest.mark.parametrize(("file", "number", "case"), CASES)
def test_a_unit(answers: Any, file: str, number: int, case: Row) -> None:
    assert set(case) <= OF_A_CASE, "a word that no case has"
    content = FILES[file]
    (metric,) = [one for one in METRICS if one.name == case.get("metric", content["metrics"][0])]
    for moment, text in case["on"].items():
        found = answers(file).found.get((at(moment), f"{number:03d}", metric.name))
        assert told(found, metric.misses) == wanted(text), f"at {moment}"


def test_every_metric_and_every_doubt_has_a_case() -> None:
    from atoz_cli.health.units import DOUBTS

    metrics = {name for content in FILES.values() for name in content["metrics"]}
    assert metrics | {"return_dissatisfaction_rate"} == {metric.name for metric in METRICS}
    texts = " ".join(text for content in FILES.values() for case in content["case"] for text in case["on"].values())
    assert {why for why in DOUBTS if f"doubt {why}" not in texts} == {
        "return_feedback",
        "no_category",
    }  # test_health.py


def test_names_of_cases_are_told_apart() -> None:
    for content in FILES.values():
        names = [case["name"] for case in content["case"]]
        assert len(names) == len(set(names))
