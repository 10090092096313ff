"""Defects that come late: the arithmetic against scipy and numpy, what is learned from whom, and whether the range holds."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from atoz_cli.project import Scenario
from atoz_cli.project.late import Came, Cumulated, Late, Learned, learned, range_of, seen, still_to_come
from oracle import Row
from test_metrics import imported
from test_oracle import examples
from test_project import TODAY, ask
from test_project_days import told

END = date(2026, 11, 22)
DAY = timedelta(days=1)


# --- the negative binomial ---------------------------------------------------------------------------------------------


@examples(60)
@given(st.floats(0.001, 3000), st.floats(0.2, 1e5), st.sampled_from([(0.1, 0.9), (0.05, 0.5), (0.25, 0.99)]))
def test_quantiles_are_scipys(mean: float, size: float, shares: tuple[float, float]) -> None:
    ours = Late(mean, size).quantiles(*shares)
    with_scipy = stats.nbinom(size, size / (size + mean))
    for number, share in zip(ours, shares, strict=True):
        assert with_scipy.cdf(number) >= share - 1e-7
        assert number == 0 or with_scipy.cdf(number - 1) < share + 1e-7


def test_nothing_to_come_is_nothing() -> None:
    assert range_of(Late(0.0, 1.0)) == (0, 0)


# --- what is learned, against a table of orders ------------------------------------------------------------------------


def made_up(seed: int, days: int, per_day: float, share: float, mean_delay: float, end: date = END) -> pd.DataFrame:
    """A seller: each order with its day and, where it turns defective at all, the day on which it does."""
    chance = np.random.default_rng(seed)
    numbers = chance.poisson(per_day, days)
    placed = np.repeat(np.arange(days), numbers)
    delay = chance.geometric(1 / mean_delay, len(placed))
    bad = chance.random(len(placed)) < share
    table = pd.DataFrame({"placed": placed, "delay": np.where(bad, delay, -1)})
    table["day"] = [end - (days - 1 - int(n)) * DAY for n in placed]
    table["came"] = [day + int(n) * DAY if n >= 0 else None for day, n in zip(table.day, table.delay, strict=True)]
    return table


def expected_by_hand(table: pd.DataFrame, window: tuple[date, date], day: date, supposed: dict[date, int]) -> Late:
    """Mean and size by the formulas of docs/project.md, written down with numpy over whole arrays, for one channel alone."""
    first, ages = table.day.min(), np.arange(75)
    known = table[[one is not None and one <= END for one in table.came]]
    came, reached, passing = np.zeros(75), np.zeros(75), np.zeros(75)
    for age in ages:
        cohort = [END - 365 * DAY < one + int(age) * DAY <= END for one in table.day]
        reached[age] = sum(cohort)
        at_age = known[(known.delay == age)]
        came[age] = sum(END - 365 * DAY < one + int(age) * DAY <= END for one in at_age.day)
        inside = [window[0] <= one <= window[1] and END < one + int(age) * DAY <= day for one in table.day]
        passing[age] = sum(inside) + sum(
            n for one, n in supposed.items() if window[0] <= one <= window[1] and END < one + int(age) * DAY <= day
        )
    assert first <= END - 102 * DAY
    share = came / reached
    number = came.sum()
    ratio = (passing * share).sum() / ((reached * share).sum() + 0.5)
    mean = (number + 0.5) * ratio
    gradient = (passing - ratio * reached) / ((reached * share).sum() + 0.5)
    variance_of_ratio = (gradient**2 * share / reached).sum()
    return Late(mean, 1 / (1 / (number + 0.5) + variance_of_ratio / ratio**2))


def files_of(table: pd.DataFrame, channel: str = "mfn") -> dict[str, list[Row]]:
    ids = [f"{111 if channel == 'mfn' else 112}-0000000-{n:07d}" for n in range(len(table))]
    orders = [
        {"order_id": one, "placed_at": str(day), "marketplace": "US", "channel": channel}
        for one, day in zip(ids, table.day, strict=True)
    ]
    feedback = [
        {"order_id": one, "left_at": str(day), "rating": "1"}
        for one, day in zip(ids, table.came, strict=True)
        if day is not None
    ]
    return {"orders": orders, "feedback": feedback}


def test_late_defects_of_a_store_are_those_of_the_formulas(tmp_path: Path) -> None:
    """Feedback after the as-of is in the file too, and unknown. Two supposed orders a day."""
    table = made_up(7, 190, 12, 0.03, 18)
    imported(tmp_path / "files", tmp_path / "atoz.duckdb", "default", files_of(table))
    (one,) = ask(tmp_path / "atoz.duckdb", TODAY, Scenario(90, Fraction(2)))
    assert one.outlook.late_learned_in == "channel"
    assert one.today.late == 0 and one.today.low == one.today.high
    supposed = {END + n * DAY: 2 for n in range(1, 91)}
    for row in (one.days[n] for n in (1, 15, 40, 90)):
        hand = expected_by_hand(table, (row.window.from_, row.window.to), row.day, supposed)
        assert row.late == pytest.approx(hand.mean, abs=0.0051)
        low, high = (stats.nbinom(hand.size, hand.size / (hand.size + hand.mean)).ppf(share) for share in (0.1, 0.9))
        assert row.low is not None and row.high is not None
        assert (row.low.defective_orders - row.defective_orders, row.high.defective_orders - row.defective_orders) == (
            low,
            high,
        )
        known = table[[row.window.from_ <= day <= row.window.to for day in table.day]]
        assert row.defective_orders == sum(day is not None and day <= END for day in known.came), "never mixed in"


def test_a_channel_with_few_defects_goes_by_its_account(tmp_path: Path) -> None:
    """Its own number sets the level: a channel without any is expected to have fewer than the account, but not none."""
    many, few = made_up(1, 150, 15, 0.03, 15), made_up(2, 150, 5, 0.0, 15)
    facts, more = files_of(many), files_of(few, "afn")
    facts["orders"] += more["orders"]
    imported(tmp_path / "files", tmp_path / "atoz.duckdb", "default", facts)
    found = {one.channel: one for one in ask(tmp_path / "atoz.duckdb", TODAY, Scenario(30))}
    assert (found["mfn"].outlook.late_learned_in, found["afn"].outlook.late_learned_in) == ("channel", "account")
    assert found["mfn"].outlook.late_learned_from == found["afn"].outlook.late_learned_from
    mfn, afn = found["mfn"].days[-1], found["afn"].days[-1]
    assert mfn.late is not None and afn.late is not None
    assert 0 < afn.late / afn.orders < 0.1 * mfn.late / mfn.orders


@pytest.mark.parametrize(
    ("days", "per_day", "share", "learns"),
    [(150, 10, 0.03, True), (150, 10, 0.001, False), (101, 20, 0.05, False), (102, 20, 0.05, True)],
)
def test_too_little_is_not_learned_from_and_said(
    tmp_path: Path, days: int, per_day: int, share: float, learns: bool
) -> None:
    imported(tmp_path / "files", tmp_path / "atoz.duckdb", "default", files_of(made_up(3, days, per_day, share, 10)))
    found, codes = told(tmp_path / "atoz.duckdb", TODAY, Scenario(30))
    assert ("late_defects_unknown" in codes) is not learns
    assert {row.late is None for row in found[0].days} == {not learns}
    assert {row.high is None for row in found[0].days} == {not learns}
    assert (found[0].outlook.late_learned_from is None) is not learns


def test_defects_without_a_day_are_left_out_and_said(tmp_path: Path) -> None:
    facts = files_of(made_up(4, 150, 10, 0.03, 10))
    folder = tmp_path / "files"
    imported(folder, tmp_path / "atoz.duckdb", "default", facts)
    before, _ = told(tmp_path / "atoz.duckdb", TODAY, Scenario(30))
    clean = {row["order_id"] for row in facts["orders"]} - {row["order_id"] for row in facts["feedback"]}
    flagged = [
        {
            "Order ID": one,
            "Return request date": "05-Oct-2026",
            "A-to-Z Claim": "Y",
            "Amazon RMA ID": f"R{n}",
            "Return Reason": "CR",
        }
        for n, one in enumerate(sorted(clean)[:3])
    ]
    imported(tmp_path / "more", tmp_path / "atoz.duckdb", "default", {"returns": flagged})
    after, codes = told(tmp_path / "atoz.duckdb", TODAY, Scenario(30, pending="lost"))
    assert "late_defects_undated" in codes
    assert after[0].outlook.late_learned_from == before[0].outlook.late_learned_from


# --- does the range hold? ----------------------------------------------------------------------------------------------


def how_it_went(seed: int, per_day: float, share: float, delay: float, ahead: int) -> tuple[int, Late, Learned] | None:
    """One seller of whom all is known afterwards: what came by then to the orders of the window, and what was expected."""
    day, first, last = END + ahead * DAY, END + (ahead - 74) * DAY, END + (ahead - 15) * DAY
    table = made_up(seed, 200 + ahead, per_day, share, delay, day)
    every, bad = Counter(table.day), table[table.delay >= 0]
    defects: list[Came] = list(zip(bad.day, bad.came, strict=True))
    before = Counter({day: orders for day, orders in every.items() if day <= END})
    own = seen(before, [one for one in defects if one[1] <= END], END, 74)
    how = learned(own, own, END)
    if how is None:
        return None
    came = sum(first <= placed <= last and END < on <= day for placed, on in defects)
    return came, still_to_come(how, Cumulated(every), END, day, first, last), how


@pytest.mark.parametrize(
    ("per_day", "share", "delay", "ahead"),
    [(12, 0.03, 15, 15), (20, 0.01, 25, 40), (6, 0.05, 10, 80), (40, 0.008, 30, 60)],
)
def test_the_range_holds_as_often_as_it_says(per_day: float, share: float, delay: float, ahead: int) -> None:
    """On 150 made-up sellers: at least 8 in 10 (whole numbers make it more), not all, and the mean is not off."""
    went = [found for seed in range(150) if (found := how_it_went(seed, per_day, share, delay, ahead)) is not None]
    assert len(went) > 140
    inside = np.mean([low <= came <= high for came, late, _ in went for low, high in [range_of(late)]])
    assert 0.76 <= inside <= 0.95, inside
    errors = np.array([came - late.mean for came, late, _ in went])
    assert abs(errors.mean()) < 3 * errors.std() / np.sqrt(len(errors))
    above = np.mean([came > range_of(late)[1] for came, late, _ in went])
    assert above <= 0.15, above
