"""A table of any source, written in any dialect that its sellers may save it in, is read as the facts it was made of."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoz_cli.sources.declare import Source
from byrow import both_ways
from conftest import Shop
from tables import PHASES, TABLES, Made, tables

TIMES = int(os.environ.get("ATOZ_EXAMPLES", "1"))
"""How many times the usual number of tables: ATOZ_EXAMPLES=10 looks harder."""


def examples(count: int) -> Any:
    return settings(max_examples=count * TIMES, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))


def read(made: Made, folder: str) -> dict[str, Any]:
    """What a new store holds after the import of one file, in which no row may be refused."""
    shop = Shop(Path(folder))
    (done,) = shop.load(shop.put("x.txt", made.content), **made.how)
    assert (done.receipt.error, done.receipt.source, done.receipt.refusals) == (None, made.source.name, ())
    return shop.facts()


def in_order(facts: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {fact: sorted(rows, key=lambda row: sorted(row.items(), key=str)) for fact, rows in facts.items()}


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.name)
@examples(2)
@given(data=st.data())
def test_a_table_is_read_as_the_facts_it_was_made_of(source: Source, data: st.DataObject) -> None:
    made = data.draw(tables(source))
    with tempfile.TemporaryDirectory() as folder, both_ways() as differing:
        assert in_order(read(made, folder)) == in_order(made.facts), made.dialect
    assert differing == [""]
