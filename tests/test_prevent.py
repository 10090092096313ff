"""What may become a claim: situations (tests/cases/prevent_*.toml), the policy's every risk and action, and the command."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from scipy.stats import hypergeom

from atoz_cli import prevent as room
from atoz_cli.answers.prevent import Risk
from atoz_cli.cli import run
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.policy import Book, load
from atoz_cli.prevent.exact import chance
from atoz_cli.prevent.rank import ranked
from atoz_cli.schemas import schema_of
from atoz_cli.store import duck
from conftest import empty_store
from test_health_cases import at, cell

Row = dict[str, Any]
FILES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("cases/prevent_*.toml")}
TABLES = {
    "order": "orders", "item": "items", "shipment": "shipments", "listed": "health_orders", "message": "messages",
    "return": "returns", "refund": "refunds", "feedback": "feedback", "claim": "claims",
}  # fmt: skip
OF_A_CASE = {"name", "on", "says", "warns", "tells", "signature_value", "more", *TABLES}
USUAL = ("order", "item", "shipment")
TOLD = {
    "order_id": "told", "carrier": "UPS", "tracking_number": "1Z0", "confirmed_at": "2026-10-01T10:00:00Z",
    "first_scan_at": "2026-10-01T12:00:00Z", "delivered_at": "2026-10-02T10:00:00Z", "delivered_to_postal_code": "98101",
    "signed": True,
}  # fmt: skip
"""A package of another order, that shows what its kind of file tells."""


def facts(usual: Row, order_id: str, told: Row) -> Iterator[tuple[str, Row]]:
    """Table and row of all that is told of one order."""
    for kind, table in TABLES.items():
        given = told.get(kind, {} if kind in USUAL else [])
        for row in [] if given == "none" else given if isinstance(given, list) else [given]:
            yield table, {"order_id": order_id, **usual.get(kind, {}), **row}


def of_case(usual: Row, case: Row) -> Iterator[tuple[str, Row]]:
    """The same of a case: its order, those like it, and what its files tell of others."""
    yield from facts(usual, "one", case)
    for number, told in enumerate(case.get("more", [])):
        like = {kind: case[kind] for kind in USUAL if kind in case}
        order = {**case.get("order", {}), **told.get("order", {})}
        yield from facts(usual, f"more-{number}", {**like, **told, "order": order})
    if case.get("tells", True):
        yield "shipments", dict(TOLD)


def store_of(cases: list[tuple[str, Row, Row]], path: Path) -> Path:
    """A store with an account for each case: name, what is usual, the case."""
    shutil.copyfile(empty_store(), path)
    connection = duck.connect(str(path))

    def insert(table: str, row: Row) -> None:
        names = ", ".join(row)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))

    for number, (account, usual, case) in enumerate(cases, 1):
        whole = {"import_id": number, "sha256": str(number), "file": "f", "source": "shipments", "account": account}
        insert("imports", whole | dict.fromkeys(("rows", "added", "updated", "refused"), 1))
        for table, row in of_case(usual, case):
            found = {name: cell(name, value) for name, value in row.items()}
            insert(table, {"account": account, "import_id": number, "row_no": 1, **found})
    connection.close()
    return path


def said(one: Risk) -> str:
    by = "-" if one.act_by is None else one.act_by.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{one.risk} {one.action} {by}"


def asked(path: Path, book: Book, moment: datetime, account: str | None = None) -> tuple[list[Risk], list[Any]]:
    with duck.reading(path, 5.0) as store:
        try:
            return room.prevent(store, book, Question(moment, moment.date(), account=account))
        except EmptyStore:
            return [], []


def dear(folder: Path, value: float) -> Book:
    path = folder / "policy.toml"
    path.write_text(f"[[protection.change]]\nfrom = 2016-01-01\nsignature_value = {value}\n")
    return load(path)


CASES = [pytest.param(file, case, id=case["name"]) for file, whole in FILES.items() for case in whole["case"]]
EXPECTED = {" ".join(one.split()[:2]) for param in CASES for risks in param.values[1]["on"].values() for one in risks}


@pytest.mark.parametrize(("file", "case"), CASES)
def test_a_situation_is_told_as_it_is(file: str, case: Row, tmp_path: Path) -> None:
    assert set(case) <= OF_A_CASE
    path = store_of([("shop", FILES[file]["usual"], case)], tmp_path / "s.duckdb")
    book = dear(tmp_path, case["signature_value"]) if "signature_value" in case else load()
    for text, expected in case["on"].items():
        risks, notices = asked(path, book, at(text))
        assert [said(one) for one in risks] == expected, text
        for one in risks:
            assert one.rule == f"prevent.{one.risk}"
            assert one.cite and one.why.endswith(".") and one.text
            left = None if one.act_by is None else round((one.act_by - at(text)).total_seconds() / 3600, 1)
            assert one.hours_left == left
    for words in case.get("says", []):
        assert any(words in one.why for one in risks), [one.why for one in risks]
    assert {one.code for one in notices} >= set(case.get("warns", []))
