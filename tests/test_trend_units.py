"""The trend of a metric that counts other units than orders: each day is what `health` says of it alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from atoz_cli import health, trend
from atoz_cli.answers.trend import TrendPoint
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.policy import load
from atoz_cli.store import duck
from conftest import Shop
from health_oracle import write
from test_health_oracle import seller

BOOK = load()
TODAY = date(2026, 11, 22)
QUESTION = Question(as_of=datetime.combine(TODAY, time.max, UTC), day=TODAY)
UNITS = [one for one in trend.METRICS if not one.by_order]
DAYS = [TODAY - timedelta(days=back) for back in (0, 1, 7, 8, 20)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two accounts of random sellers."""
    shop = Shop(tmp_path_factory.mktemp("units"))
    for account, seed in (("one", 11), ("two", 12)):
        folder = shop.folder / account
        folder.mkdir()
        shop.load(*write(folder, seller(seed)), account=account)
    return shop.path


def points(opened: Any, metric: trend.Metric, first: date) -> list[TrendPoint]:
    try:
        found = trend.trend(opened, BOOK, QUESTION, metric, first)
    except EmptyStore:
        return []
    return [point for one in found.series for point in one.points]


@pytest.mark.parametrize("metric", UNITS, ids=lambda one: one.name)
def test_each_day_is_what_health_says_of_it_alone(store: Path, metric: trend.Metric) -> None:
    with duck.reading(store, 0) as opened:
        found = {
            (one.day, one.account, one.marketplace, one.channel): (one.numerator, one.denominator, one.status)
            for one in points(opened, metric, DAYS[-1])
            if one.day in DAYS and one.denominator
        }
        expected = {}
        for day in DAYS:
            asked = replace(QUESTION, as_of=datetime.combine(day, time.max, UTC), day=day)
            for row in health.health(opened, BOOK, asked, [metric.name])[0]:
                if row.denominator and row.category is None and row.status != "no_data":
                    key = (day, row.account, row.marketplace, row.channel)
                    expected[key] = (row.numerator, row.denominator, row.status)
    told = {key: value for key, value in found.items() if value[2] != "no_data"}
    assert told == expected
    assert len(expected) > 3 or metric.name == "return_dissatisfaction_rate"


def test_what_is_in_doubt_has_both_ends_and_is_not_complete(store: Path) -> None:
    with duck.reading(store, 0) as opened:
        late = points(opened, next(one for one in UNITS if one.name == "late_shipment_rate"), DAYS[-1])
    doubtful = [one for one in late if one.status == "unknown"]
    assert doubtful
    for one in doubtful:
        assert one.if_pending_lost is not None and one.if_pending_lost.numerator > one.numerator and not one.complete


def test_a_metric_without_a_target_has_no_limit_and_no_status(store: Path) -> None:
    with duck.reading(store, 0) as opened:
        refunds = points(opened, next(one for one in UNITS if one.name == "refund_rate"), DAYS[-1])
    assert refunds and {(one.limit, one.status) for one in refunds if one.denominator} == {(None, None)}


def test_nothing_known_is_said_to_be_unknown(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    row = {
        "order_id": "111-0000000-0000001",
        "placed_at": "2026-11-01T12:00:00Z",
        "marketplace": "US",
        "channel": "mfn",
    }
    shop.load(*write(tmp_path, {"orders": [row | {"order_item_id": "1", "status": "Shipped"}]}))
    with duck.reading(shop.path, 0) as opened, pytest.raises(EmptyStore, match="nothing is known of messages"):
        trend.trend(opened, BOOK, QUESTION, next(one for one in UNITS if one.denominator == "message"), DAYS[-1])
