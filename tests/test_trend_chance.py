"""Whether a rate changed: the arithmetic against scipy's laws and every way to deal the defects, and how often it cries wolf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from atoz_cli.metrics import chance as room
from atoz_cli.metrics.chance import at_least, at_most, chance, could_tell, oddest_split
from test_oracle import examples

Weeks = list[tuple[int, int]]
SAME = 1e-9


@st.composite
def weeks_(draw: st.DrawFn, most: int = 6) -> Weeks:
    """A few weeks with few defects, so that every way to deal them can be looked at."""
    sizes = draw(st.lists(st.integers(1, 30), min_size=2, max_size=5))
    parts = [draw(st.integers(0, min(size, 3))) for size in sizes]
    assume(0 < sum(parts) <= most and sum(parts) < sum(sizes))
    return list(zip(parts, sizes, strict=True))


def ways(sizes: Sequence[int], part: int) -> Iterator[list[int]]:
    """Every way to deal so many defects over weeks of these sizes."""
    if len(sizes) == 1:
        if part <= sizes[0]:
            yield [part]
        return
    for first in range(min(part, sizes[0]) + 1):
        for rest in ways(sizes[1:], part - first):
            yield [first, *rest]


def fair_splits(sizes: Sequence[int]) -> list[int]:
    """Those that leave a tenth of all orders on both sides."""
    whole = sum(sizes)
    return [at for at in range(1, len(sizes)) if whole <= 10 * sum(sizes[:at]) <= 9 * whole]


def g_of(parts: Sequence[int], sizes: Sequence[int], at: int) -> float:
    """Half of scipy's G of the two sides: the logarithm of the likelihood ratio."""
    before, orders, part, whole = sum(parts[:at]), sum(sizes[:at]), sum(parts), sum(sizes)
    table = [[before, orders - before], [part - before, whole - orders - part + before]]
    return float(stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic) / 2


def oddness(parts: Sequence[int], sizes: Sequence[int]) -> float:
    return max(g_of(parts, sizes, at) for at in fair_splits(sizes))


def law(sizes: Sequence[int], part: int) -> list[tuple[float, float]]:
    """How odd each way is, and how likely if nothing changed, by scipy."""
    every = list(ways(sizes, part))
    likely = stats.multivariate_hypergeom.pmf(np.array(every), m=list(sizes), n=part)
    return [(oddness(way, sizes), float(p)) for way, p in zip(every, likely, strict=True)]


def as_odd(told: list[tuple[float, float]], ratio: float) -> float:
    return sum(p for odd, p in told if odd >= ratio * (1 - SAME) - 1e-12)


@given(st.data())
@examples(60)
def test_tails_are_fishers(data: st.DataObject) -> None:
    whole = data.draw(st.integers(1, 5_000))
    drawn, part = data.draw(st.integers(0, whole)), data.draw(st.integers(0, whole))
    seen = data.draw(st.integers(0, min(drawn, part) + 1))
    known = stats.hypergeom(whole, part, drawn)
    assert at_least(seen, drawn, part, whole) == pytest.approx(known.sf(seen - 1), rel=1e-7, abs=1e-12)
    assert at_most(seen, drawn, part, whole) == pytest.approx(known.cdf(seen), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize(("before", "after"), [((3, 400), (19, 420)), ((0, 90), (7, 80)), ((30, 5000), (12, 5200))])
def test_two_weeks_are_fishers_exact_test_of_one_side(before: tuple[int, int], after: tuple[int, int]) -> None:
    table = [[before[0], before[1] - before[0]], [after[0], after[1] - after[0]]]
    part, whole = before[0] + after[0], before[1] + after[1]
    assert at_most(before[0], before[1], part, whole) == pytest.approx(
        stats.fisher_exact(table, alternative="less").pvalue, rel=1e-9
    )
    assert at_least(before[0], before[1], part, whole) == pytest.approx(
        stats.fisher_exact(table, alternative="greater").pvalue, rel=1e-9
    )


@given(weeks_())
@examples(40)
def test_the_oddest_split_has_scipys_largest_g(weeks: Weeks) -> None:
    parts, sizes = zip(*weeks, strict=True)
    found = oddest_split(weeks)
    if not fair_splits(sizes):
        assert found is None
        return
    assert found is not None and found.at in fair_splits(sizes)
    assert found.ratio == pytest.approx(oddness(parts, sizes), rel=1e-7, abs=1e-9)
    assert g_of(parts, sizes, found.at) == pytest.approx(found.ratio, rel=1e-7, abs=1e-9)


@given(weeks_())
@examples(40)
def test_its_chance_is_that_of_all_ways_that_are_as_odd(weeks: Weeks) -> None:
    parts, sizes = zip(*weeks, strict=True)
    split = oddest_split(weeks)
    assume(split is not None)
    assert split is not None
    said, exactly = chance(weeks, split), as_odd(law(sizes, sum(parts)), split.ratio)
    if said.method == "exact":
        assert said.p == pytest.approx(exactly, rel=1e-6, abs=1e-9)
    else:
        assert exactly * (1 - SAME) <= said.p < room.SURE


@given(weeks_())
@examples(25)
def test_the_bound_never_finds_more_than_it_may(weeks: Weeks) -> None:
    """Of all ways to deal the defects those that the bound puts at p or below come at most that often."""
    parts, sizes = zip(*weeks, strict=True)
    assume(fair_splits(sizes))
    exactly = room.MANY
    room.MANY = 0
    try:
        told = []
        for way in ways(sizes, sum(parts)):
            split = oddest_split(list(zip(way, sizes, strict=True)))
            assert split is not None
            found = chance(list(zip(way, sizes, strict=True)), split)
            assert found.method == "bonferroni"
            told.append((found.p, float(stats.multivariate_hypergeom.pmf(way, m=list(sizes), n=sum(parts)))))
    finally:
        room.MANY = exactly
    for p, _ in told:
        assert sum(likely for other, likely in told if other <= p) <= p * (1 + SAME) + 1e-12


@given(weeks_(), st.sampled_from([0.05, 0.2]))
@examples(40)
def test_too_few_is_when_no_way_at_all_would_be_odd(weeks: Weeks, level: float) -> None:
    parts, sizes = zip(*weeks, strict=True)
    told = law(sizes, sum(parts)) if fair_splits(sizes) else []
    least = min((as_odd(told, odd) for odd, _ in told), default=1.0)
    assume(abs(least - level) > 1e-9)
    assert could_tell(weeks, level) == (least < level)


def test_a_steady_rate_is_called_changed_as_seldom_as_said() -> None:
    """2,000 sellers of 26 weeks whose rate does not change: at most one in twenty is told of a change."""
    chances = np.random.default_rng(20261122)
    sizes = chances.integers(60, 140, 26)
    cried = 0
    for _ in range(2_000):
        parts = chances.multivariate_hypergeometric(sizes, 30)
        weeks = [(int(part), int(size)) for part, size in zip(parts, sizes, strict=True)]
        split = oddest_split(weeks)
        assert split is not None
        cried += chance(weeks, split).p < 0.05
    # 3 standard deviations above 100; an exact test that never cried would be none
    assert 40 <= cried <= 130


def test_a_rate_that_doubles_is_mostly_seen_and_its_week_nearly_right() -> None:
    chances = np.random.default_rng(7)
    seen, near = 0, 0
    for _ in range(200):
        weeks = [(int(chances.binomial(200, 0.01 if at < 13 else 0.03)), 200) for at in range(26)]
        split = oddest_split(weeks)
        assert split is not None
        seen += chance(weeks, split).p < 0.05
        near += abs(split.at - 13) <= 3
    assert seen > 190 and near > 160


def test_nothing_or_everything_defective_says_nothing() -> None:
    for part in (0, 10):
        weeks = [(part, 10)] * 6
        split = oddest_split(weeks)
        assert split is not None and chance(weeks, split).p == 1.0
        assert not could_tell(weeks, 0.05)
    assert oddest_split([(1, 10)]) is None and not could_tell([(1, 10)], 0.05)
    assert oddest_split([(1, 95), (1, 5)]) is None, "a twentieth of the orders is not a side"
