"""`atoz feedback --list` and `--ratings`: until when to ask, what it would do to the rate, and the ratings as buyers see them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest

from atoz_cli import feedback as room
from atoz_cli.answers.rates import FeedbackItem, RatingSpan
from atoz_cli.cli import run
from atoz_cli.metrics import Question, lay_out
from atoz_cli.policy import load
from atoz_cli.schemas import schema_of
from atoz_cli.store import duck
from conftest import Shop
from oracle import Row, wilson, write

BOOK = load()
TODAY = date(2026, 11, 22)


def orders(many: int, **more: Any) -> list[Row]:
    row = {"placed_at": "2026-10-01T12:00:00Z", "marketplace": "US", "channel": "mfn", "status": "shipped"} | more
    return [row | {"order_id": f"111-0000000-{number:07d}"} for number in range(many)]


def stars(number: int, rating: int, left_at: str = "2026-10-10", comment: str = "bad") -> Row:
    return {"order_id": f"111-0000000-{number:07d}", "left_at": left_at, "rating": rating, "comment": comment}


def shop(folder: Path, **facts: list[Row]) -> Path:
    found = Shop(folder)
    found.load(*write(folder, facts))
    return found.path


def question(day: date = TODAY, **options: Any) -> Question:
    return Question(as_of=datetime.combine(day, time.max, UTC), day=day, **options)


def listed(path: Path, day: date = TODAY) -> list[FeedbackItem]:
    with duck.reading(path, 0) as store:
        spans, _ = lay_out(store, BOOK, question(day), "negative_feedback_rate")
        return room.listed(store, BOOK, question(day), spans)


def test_without_it_the_rate_is_that_of_one_defective_order_less(tmp_path: Path) -> None:
    (one,) = listed(shop(tmp_path, orders=orders(200), feedback=[stars(0, 1)]))
    assert (one.rate_now, one.rate_without) == (0.005, 0.0)


def test_with_a_claim_on_the_same_order_it_changes_nothing(tmp_path: Path) -> None:
    claim = {
        "order_id": "111-0000000-0000000",
        "filed_at": "2026-10-12",
        "decided_at": "2026-10-14",
        "decision": "granted",
    }
    (one,) = listed(shop(tmp_path, orders=orders(200), feedback=[stars(0, 1)], claims=[claim]))
    assert (one.rate_now, one.rate_without) == (0.005, 0.005)


def test_of_an_order_in_no_window_nothing_is_said(tmp_path: Path) -> None:
    late = orders(2)[1] | {"placed_at": "2026-11-20T12:00:00Z"}
    (one,) = listed(shop(tmp_path, orders=[*orders(1), late], feedback=[stars(1, 1, "2026-11-21")]))
    assert (one.rate_now, one.rate_without) == (None, None)


def test_it_is_what_the_rate_is_when_amazon_has_removed_it(tmp_path: Path) -> None:
    """A law: the rate without a feedback is the rate of the same seller after its removal."""
    facts = {"orders": orders(150), "feedback": [stars(0, 1), stars(1, 2), stars(2, 1)]}
    before = listed(shop(tmp_path / "before", **facts))
    removed = {"order_id": "111-0000000-0000001", "removed_at": "2026-11-01"}
    after = listed(shop(tmp_path / "after", **facts, feedback_events=[removed]))
    gone = next(one for one in before if one.order_id.endswith("1"))
    assert [one.order_id for one in after] == [one.order_id for one in before if one is not gone]
    assert {one.rate_now for one in after} == {gone.rate_without} == {round(2 / 150, 6)}


@pytest.mark.parametrize(
    ("day", "left"), [(date(2027, 1, 7), 1), (date(2027, 1, 8), 0), (date(2027, 1, 9), -1)]
)  # 90 days from 2026-10-10
def test_until_when_to_ask(tmp_path: Path, day: date, left: int) -> None:
    order = orders(1, channel="afn") + orders(2, placed_at="2026-12-01T12:00:00Z")[1:]
    (one,) = listed(shop(tmp_path, orders=order, feedback=[stars(0, 1, comment="It never arrived")]), day)
    assert (one.removable, one.how) == (True, "struck")
    assert (one.ask_by, one.days_left) == (date(2027, 1, 8), left)


def test_what_stays_has_no_day_to_ask_by(tmp_path: Path) -> None:
    (one,) = listed(shop(tmp_path, orders=orders(5), feedback=[stars(0, 1, comment="It arrived broken")]))
    assert (one.removable, one.ask_by, one.days_left) == (False, None, None)


# --- ratings -------------------------------------------------------------------------------------------------------


def rated(path: Path, **options: Any) -> list[RatingSpan]:
    with duck.reading(path, 0) as store:
        return room.ratings(store, question(**options))


def test_ratings_are_counted_by_the_day_they_were_left(tmp_path: Path) -> None:
    """An order of long ago with a feedback of today is in the 30 days; pandas counts the same."""
    days = [TODAY - timedelta(days=back) for back in (0, 29, 30, 89, 90, 364, 365)]
    given = [(day, 1 + at % 5) for at, day in enumerate(days * 3)]
    rows = [stars(number, rating, str(day)) for number, (day, rating) in enumerate(given)]
    path = shop(tmp_path, orders=orders(len(rows), placed_at="2025-01-05T12:00:00Z"), feedback=rows)
    frame = pd.DataFrame(given, columns=["day", "rating"])
    for one in rated(path):
        inside = frame[frame["day"] > TODAY - timedelta(days=one.days)]
        assert (one.negative, one.neutral, one.positive) == (
            int((inside["rating"] < 3).sum()), int((inside["rating"] == 3).sum()), int((inside["rating"] > 3).sum()),
        )  # fmt: skip
        assert one.average == round(float(inside["rating"].mean()), 2)
        assert one.negative_share == pytest.approx(float((inside["rating"] < 3).mean()), abs=1e-6)
    assert [one.days for one in rated(path)] == [30, 90, 365]


def test_without_a_rating_above_three_stars_no_share_is_told(tmp_path: Path) -> None:
    path = shop(tmp_path, orders=orders(3), feedback=[stars(0, 1, "2026-11-20"), stars(1, 3, "2026-11-20")])
    first = rated(path)[0]
    assert (first.negative, first.neutral, first.positive, first.average, first.negative_share) == (
        1,
        1,
        None,
        None,
        None,
    )


def shares(path: Path) -> list[tuple[str | None, int, bool]]:
    """Place, days, and whether a share is told."""
    return [(one.marketplace, one.days, one.negative_share is not None) for one in rated(path)]


def test_good_ratings_of_long_ago_or_of_another_place_do_not_make_a_share(tmp_path: Path) -> None:
    """Of 100 days ago all ratings are known, of this month only a bad one: the good ones of this month are left out."""
    there = orders(3)[2] | {"marketplace": "DE"}
    rows = [stars(0, 1, "2026-11-20"), stars(1, 5, "2026-08-14"), stars(2, 2, "2026-11-20")]
    path = shop(tmp_path, orders=[*orders(2), there], feedback=rows)
    assert shares(path) == [(place, days, False) for place in ("DE", "US") for days in (30, 90, 365)]


def test_days_without_any_rating_hide_no_longer_span(tmp_path: Path) -> None:
    path = shop(tmp_path, orders=orders(2), feedback=[stars(0, 1, "2026-10-01"), stars(1, 5, "2026-10-01")])
    assert shares(path) == [("US", 30, False), ("US", 90, True), ("US", 365, True)]
    assert rated(path)[1].interval == pytest.approx(wilson(1, 2), abs=1e-6)


@pytest.mark.parametrize("form", ["table", "json"])
def test_one_channel_alone_can_be_listed(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is said of ratings is of both channels, so it is not said there."""
    fba = orders(2)[1] | {"channel": "afn"}
    path = shop(tmp_path, orders=[*orders(1), fba], feedback=[stars(0, 1), stars(1, 1)])
    asked = ["--store", str(path), "--as-of", str(TODAY), "--channel", "afn"]
    assert run(["feedback", "--list", "--format", form, *asked]) == 0
    shown = capsys.readouterr().out
    assert "111-0000000-0000001" in shown and "111-0000000-0000000" not in shown and "Ratings" not in shown
    assert run(["feedback", "--ratings", *asked]) == 2


def test_what_was_removed_or_struck_is_not_seen(tmp_path: Path) -> None:
    rows = [stars(number, 5 if number else 1, "2026-11-20") for number in range(4)]
    events = [
        {"order_id": "111-0000000-0000000", "removed_at": "2026-11-21"},
        {"order_id": "111-0000000-0000001", "struck_at": "2026-11-23"},
    ]
    first = rated(shop(tmp_path, orders=orders(4), feedback=rows, feedback_events=events))[0]
    assert (first.negative, first.positive) == (0, 3)


def test_the_json_and_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shop(tmp_path, orders=orders(30), feedback=[stars(0, 1, comment="It never arrived"), stars(1, 5)])
    for option, name in (("--list", "feedback_list"), ("--ratings", "feedback_ratings")):
        assert run(["feedback", option, "--json", "--store", str(path), "--as-of", str(TODAY)]) == 0
        jsonschema.validate(json.loads(capsys.readouterr().out), schema_of(name))
    assert run(["feedback", "--list", "--store", str(path), "--as-of", str(TODAY)]) == 0
    shown = capsys.readouterr().out
    assert "3.33 % → 0.00 %" in shown and "Another number than the part of the ODR" in shown
    assert run(["feedback", "--list", "--ratings", "--store", str(path)]) == 2
