"""The set-based read of a file and the pydantic record of each of its rows agree: the same facts, the same rows refused."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoz_cli.sources.declare import Source
from byrow import both_ways
from conftest import Shop
from mutations import FILES, NOT_READ, SAMPLES
from tables import PHASES, TABLES, Made, tables

TIMES = int(os.environ.get("ATOZ_EXAMPLES", "1"))
SPOILED = (
    "", " ", "-", "x", "0", "-1", "1.5", "1,5", "12", "6", "99999999999999999999", "1.234,56", "1,234.56", "$1", "(1.00)", "soon",
    "2026-10-01", "2026-02-30", "2026-10-01T25:00:00Z", "13/13/2026", "31-Foo-2026", "1 May 2026 10:00 XYZ", "1969-01-01", "Narnia",
    "Amazon.de", "maybe", "yes", "EURO", "eur", "Total", "123", "111-1234567-1234567", "\"", "\"\"", "\"x\"", "\u2212", "=1", "ſ", "٣",
    "a@b.example", "+44 20 7946 0000", "0", "No", "Refund", "Adjustment", "A-to-z Guarantee Claim", "\u00a0x\u00a0",
)  # fmt: skip
"""What may stand in a cell where something else should."""


@pytest.mark.parametrize("part", range(6))
def test_every_sample_is_read_alike(tmp_path: Path, part: int) -> None:
    shop = Shop(tmp_path)
    for path in SAMPLES[part::6]:
        beside = path.with_name(path.name + NOT_READ[0])
        how = json.loads(beside.read_text("utf-8")).get("how", {}) if beside.exists() else {}
        with both_ways() as differing:
            (done,) = shop.load(path, **how)
        assert not any(differing), path.relative_to(FILES)
        rows = done.receipt.error is None and "performance" not in str(done.receipt.source)
        assert bool(differing) is rows, f"{path.relative_to(FILES)} was not read both ways"


@st.composite
def spoiled(draw: st.DrawFn, source: Source) -> Made:
    """A table in which some cells hold something else."""
    made = draw(tables(source))
    rows = [list(row) for row in made.rows]
    for _ in range(draw(st.integers(1, 6))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(st.sampled_from(SPOILED))
    made.rows, made.dialect = rows, replace(made.dialect, encoding="utf-8", mark=b"", packed=None)
    return made.write()


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.name)
@settings(max_examples=2 * TIMES, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_stands_in_its_cells_a_table_is_read_alike(source: Source, data: st.DataObject) -> None:
    made = data.draw(spoiled(source))
    said: Any = (made.dialect, made.how, made.content)
    with tempfile.TemporaryDirectory() as folder, both_ways() as differing:
        shop = Shop(Path(folder))
        shop.load(shop.put("x.txt", made.content), **made.how)
    assert not any(differing), said
