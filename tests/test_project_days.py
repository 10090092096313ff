"""Situations by hand: what enters and leaves on which day, both edges, what is known, the pace, and a policy that changes ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

from atoz_cli.answers.projection import Outlook, ProjectedDay, Projection
from atoz_cli.errors import UnknownId
from atoz_cli.metrics import Question
from atoz_cli.policy import load
from atoz_cli.project import Scenario, projected_and_told
from atoz_cli.project.pace import pace, whole_orders
from oracle import Row
from test_metrics import imported, opened
from test_project import TODAY, ask, at, odr, on, shared

NONE = Scenario(90, Fraction(0))
"""Nothing is supposed."""


def shop(
    folder: Path, clean: Mapping[str, int], bad: Sequence[str] = (), account: str = "default", **more: list[Row]
) -> Path:
    """Day to clean orders of it; the days of orders with negative feedback, `bad-1` the first of them."""
    orders = [
        {"order_id": f"{day}-{n}", "placed_at": f"{day}T12:00:00Z"}
        for day, count in clean.items()
        for n in range(count)
    ]
    orders += [{"order_id": f"bad-{n}", "placed_at": f"{day}T12:00:00Z"} for n, day in enumerate(bad, 1)]
    facts: dict[str, list[Row]] = {
        "orders": [{"marketplace": "US", "channel": "mfn", "status": "shipped"} | row for row in orders],
        "feedback": [{"order_id": f"bad-{n}", "left_at": "2026-11-20", "rating": "1"} for n, _ in enumerate(bad, 1)],
    }
    for kind, given in more.items():
        facts[kind] = [*facts.get(kind, []), *given]
    imported(folder / account, folder / "atoz.duckdb", account, facts)
    return folder / "atoz.duckdb"


def told(store: Path, as_of: str, scenario: Scenario, **options: Any) -> tuple[list[Projection], list[str]]:
    with opened(store) as duck:
        moment = at(as_of)
        question = Question(as_of=moment, day=moment.date(), **options)
        found, notices = projected_and_told(duck, load(), question, scenario)
    return found, [one.code for one in notices]


def by_day(one: Projection) -> dict[str, ProjectedDay]:
    return {str(row.day): row for row in one.days}


def summary(one: Outlook, *names: str) -> list[str | None]:
    return [None if asdict(one)[name] is None else str(asdict(one)[name]) for name in names]


# --- entering and leaving: on 2026-11-22 the window is 2026-09-09 … 2026-11-07 ---------------------------------------------


def test_both_edges_of_the_window(tmp_path: Path) -> None:
    """First day: leaves tomorrow. Last day: leaves 2027-01-21. The day after it: enters tomorrow, leaves a day later."""
    store = shop(tmp_path, {"2026-10-01": 50}, ["2026-09-09", "2026-11-07", "2026-11-08", "2026-09-08"])
    (one,) = ask(store, TODAY, NONE)
    days = by_day(one)
    assert (one.today.orders, one.today.defective_orders) == (52, 2)
    assert (one.today.leaves.order_ids, one.today.enters.order_ids) == ((), ())
    tomorrow = days["2026-11-23"]
    assert (tomorrow.leaves.order_ids, tomorrow.enters.order_ids) == (("bad-1",), ("bad-3",))
    assert (tomorrow.leaves.orders, tomorrow.enters.orders, tomorrow.defective_orders) == (1, 1, 2)
    assert (days["2027-01-20"].defective_orders, days["2027-01-20"].leaves.orders) == (2, 0)
    assert days["2027-01-21"].leaves.order_ids == ("bad-2",)
    assert days["2027-01-22"].leaves.order_ids == ("bad-3",)
    assert days["2026-12-15"].leaves.orders == 50, "the clean ones, in the window for the last time on the day before"
    assert [str(day) for day, row in days.items() if row.leaves.order_ids or row.enters.order_ids] == [
        "2026-11-23", "2027-01-21", "2027-01-22",
    ]  # fmt: skip


def test_met_again_when_the_defect_leaves(tmp_path: Path) -> None:
    (one,) = ask(shop(tmp_path, {"2026-10-20": 99}, ["2026-09-15"]), TODAY, NONE)
    assert (one.today.rate, one.today.status, one.today.headroom) == (0.01, "missed", -1)
    assert summary(one.outlook, "first_missed_on", "first_met_on") == ["2026-11-22", "2026-11-29"]
    days = by_day(one)
    assert [(days[day].rate, days[day].status) for day in ("2026-11-28", "2026-11-29")] == [
        (0.01, "missed"),
        (0.0, "met"),
    ]
    assert (days["2026-11-29"].headroom, days["2026-11-28"].headroom) == (0, -1)


def test_missed_when_a_defect_enters_and_when_clean_orders_leave(tmp_path: Path) -> None:
    entering = ask(shop(tmp_path / "in", {"2026-10-20": 99}, ["2026-11-10"]), TODAY, NONE)[0]
    assert summary(entering.outlook, "first_missed_on", "first_met_on") == ["2026-11-25", None]
    leaving = ask(shop(tmp_path / "out", {"2026-09-20": 50, "2026-10-20": 99}, ["2026-10-21"]), TODAY, NONE)[0]
    assert summary(leaving.outlook, "first_missed_on", "first_met_on") == ["2026-12-04", None]
    days = by_day(leaving)
    assert (days["2026-12-03"].status, days["2026-12-04"].status, days["2026-12-04"].orders) == ("met", "missed", 100)


def test_a_rate_near_its_limit_goes_to_and_fro(tmp_path: Path) -> None:
    """One of 101; two old orders leave (99, missed); three come in (102, met); three leave (99, missed); the bad one leaves."""
    clean = {"2026-10-20": 95, "2026-09-10": 2, "2026-11-12": 3, "2026-09-15": 3}
    (one,) = ask(shop(tmp_path, clean, ["2026-09-20"]), TODAY, NONE)
    days = by_day(one)
    said = [
        (days[day].orders, days[day].status)
        for day in ("2026-11-23", "2026-11-24", "2026-11-27", "2026-11-29", "2026-12-04")
    ]
    assert said == [(101, "met"), (99, "missed"), (102, "met"), (99, "missed"), (98, "met")]
    found = summary(one.outlook, "first_missed_on", "first_met_on", "last_missed_on")
    assert found == ["2026-11-24", "2026-11-27", "2026-12-03"]


def test_no_orders_is_neither_met_nor_missed(tmp_path: Path) -> None:
    (one,) = ask(shop(tmp_path, {"2026-11-10": 5}, ["2026-11-11"]), TODAY, NONE)
    days = by_day(one)
    assert (one.today.status, one.today.rate, one.today.headroom, one.today.interval) == ("no_orders", None, None, None)
    assert (days["2026-11-24"].status, days["2026-11-25"].orders, days["2026-11-25"].rate) == ("no_orders", 5, 0.0)
    assert summary(one.outlook, "first_missed_on", "first_met_on") == ["2026-11-26", None]
    assert (days["2027-01-24"].rate, days["2027-01-25"].status) == (1.0, "no_orders"), (
        "the bad one is the last to leave"
    )


# --- what is known ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "options", "through", "until"),
    [
        (TODAY, {}, "2026-11-22", "2026-12-07"),
        ("2026-11-22T12:00:00", {}, "2026-11-21", "2026-12-06"),
        (TODAY, {"lag_days": 0}, "2026-11-22", "2026-11-22"),
        ("2026-11-22T12:00:00", {"lag_days": 0}, "2026-11-21", None),
        (TODAY, {"timezone": "Asia/Tokyo"}, "2026-11-22", "2026-12-07"),
        (TODAY, {"timezone": "America/Los_Angeles"}, "2026-11-21", "2026-12-06"),
    ],
)
def test_until_when_the_window_is_known(
    tmp_path: Path, as_of: str, options: Row, through: str, until: str | None
) -> None:
    (one,) = ask(shop(tmp_path, {"2026-10-20": 3, "2026-11-20": 1}), as_of, Scenario(30, Fraction(2)), **options)
    assert summary(one.outlook, "known_through", "known_until") == [through, until]
    for row in one.days:
        known = (min(row.window.to, date.fromisoformat(through)) - row.window.from_).days + 1
        assert row.days_known == max(known, 0)
        if row.window.to <= date.fromisoformat(through):
            assert (row.days_known, row.known_orders) == (60, row.orders)


def test_supposed_orders_fill_the_part_of_the_window_that_is_not_known(tmp_path: Path) -> None:
    (one,) = ask(shop(tmp_path, {"2026-10-20": 3}), TODAY, Scenario(90, Fraction(2)))
    days = by_day(one)
    assert (days["2026-12-07"].orders, days["2026-12-08"].orders, days["2026-12-09"].orders) == (3, 5, 7)
    assert (days["2026-12-09"].known_orders, days["2026-12-09"].days_known) == (3, 58)
    assert (days["2027-01-03"].known_orders, days["2027-01-03"].orders) == (0, 2 * 27)
    assert (days["2027-02-10"].days_known, days["2027-02-10"].orders) == (0, 120)


def test_days_without_a_file_are_named_and_not_taken_for_known(tmp_path: Path) -> None:
    """Ten orders a day up to 2026-11-15, and then none for a week: a file is missing."""
    clean = {str(date(2026, 8, 1) + timedelta(days=n)): 10 for n in range(107)}
    found, codes = told(shop(tmp_path, clean), TODAY, Scenario(30))
    assert summary(found[0].outlook, "known_through", "known_until") == ["2026-11-15", "2026-11-30"]
    assert "orders_missing" in codes
    assert found[0].outlook.orders_per_day == 10, "the pace ends where what is known ends"
    assert by_day(found[0])["2026-12-10"].days_known == 60 - 10
    assert by_day(found[0])["2026-12-10"].orders == 530 and by_day(found[0])["2026-12-10"].known_orders == 500


# --- the pace ----------------------------------------------------------------------------------------------------------


def test_a_pace_has_the_rhythm_of_the_week() -> None:
    """Eight weeks of 7 orders on Mondays (but for one with 11) and 1 on Sundays; what is older does not matter."""
    through = date(2026, 11, 22)  # a Sunday
    placed = {date(2026, 9, 28) + timedelta(weeks=n): 7 for n in range(8)} | {date(2026, 11, 16): 11}
    placed |= {date(2026, 10, 4) + timedelta(weeks=n): 1 for n in range(8)} | {date(2026, 9, 27): 1000}
    found = pace(placed, date(2026, 9, 1), through)
    assert found is not None
    assert found.means == (Fraction(60, 8), 0, 0, 0, 0, 0, 1)
    assert (found.weeks, found.per_day) == (8, round(8.5 / 7, 2))
    days = whole_orders(found.means, date(2026, 11, 23), date(2026, 12, 6))
    assert [number for number in days.values() if number] == [7, 1, 8, 1], (
        "half an order of the first Monday is carried"
    )


def test_a_young_account_has_a_pace_of_the_weeks_that_are_known() -> None:
    placed = {date(2026, 11, 5) + timedelta(days=n): 3 for n in range(18)}
    found = pace(placed, min(placed), date(2026, 11, 22))
    assert found is not None and (found.weeks, found.means) == (2, (Fraction(3),) * 7)
    assert pace(placed, date(2026, 11, 17), date(2026, 11, 22)) is None


def test_a_pace_of_less_than_a_week_is_none(tmp_path: Path) -> None:
    found, codes = told(shop(tmp_path, {"2026-11-20": 4}), TODAY, Scenario(90))
    assert "no_pace" in codes and found[0].outlook.orders_per_day is None
    assert {row.orders for row in found[0].days} == {0, 4}
    found, codes = told(tmp_path / "atoz.duckdb", TODAY, Scenario(90, Fraction(1, 2)))
    assert "no_pace" not in codes and (found[0].outlook.orders_per_day, found[0].outlook.orders_per_day_from) == (
        0.5,
        "option",
    )
    assert by_day(found[0])["2026-12-10"].orders == 4 + 1, "one order in two days: of 23, 24 and 25 November"


def test_the_pace_is_each_channels_own(tmp_path: Path) -> None:
    fba = [
        {
            "order_id": f"fba-{n}",
            "placed_at": f"{date(2026, 9, 28) + timedelta(days=n)}",
            "marketplace": "US",
            "channel": "afn",
        }
        for n in range(56)
    ]
    store = shop(tmp_path, {str(date(2026, 9, 28) + timedelta(days=n)): 3 for n in range(56)}, orders=fba)
    paces = {(one.channel, one.outlook.orders_per_day) for one in ask(store, TODAY, Scenario(10))}
    assert paces == {("mfn", 3.0), ("afn", 1.0)}
    assert {row.orders for one in ask(store, TODAY, Scenario(90)) for row in one.days[-5:]} == {180, 60}


# --- what if -----------------------------------------------------------------------------------------------------------


def test_supposed_defects_are_the_youngest_clean_orders_of_the_window(tmp_path: Path) -> None:
    """Of 2026-11-06 one is bad and one has a claim that was denied: neither is clean; 2026-11-08 is not in the window yet."""
    claim = {"order_id": "2026-11-06-0", "filed_at": "2026-11-10", "decision": "denied", "decided_at": "2026-11-12"}
    store = shop(
        tmp_path, {"2026-10-01": 40, "2026-11-05": 2, "2026-11-06": 2, "2026-11-08": 3}, ["2026-11-06"], claims=[claim]
    )
    (one,) = ask(store, TODAY, Scenario(90, Fraction(0), add_defects=2))
    assert one.today.defective_orders == 3
    left = {order_id: str(row.day) for row in one.days for order_id in row.leaves.order_ids}
    assert left == {"bad-1": "2027-01-20", "2026-11-06-1": "2027-01-20", "2026-11-05-0": "2027-01-19"}
    found, codes = told(store, TODAY, Scenario(90, Fraction(0), add_defects=1000))
    assert "few_clean_orders" in codes
    assert found[0].today.defective_orders == 1 + 43


def test_left_out_orders_must_be_known_and_should_matter(tmp_path: Path) -> None:
    store = shop(tmp_path, {"2026-10-01": 5}, ["2026-10-02"])
    with pytest.raises(UnknownId):
        ask(store, TODAY, Scenario(without=("bad-2",)))
    found, codes = told(store, TODAY, Scenario(without=("bad-1", "2026-10-01-0", "bad-1")))
    assert (found[0].today.defective_orders, codes.count("nothing_left_out")) == (0, 1)


def test_filters_choose_rows_and_change_none(tmp_path: Path) -> None:
    """What is learned of an account, and how many days of orders are known, does not hang on what is shown."""
    fba = [
        {
            "order_id": f"fba-{n}",
            "placed_at": f"{date(2026, 7, 1) + timedelta(days=n % 144)}",
            "marketplace": place,
            "channel": "afn",
        }
        for n in range(400)
        for place in (["US", "DE"][n % 2],)
    ]
    given = [
        {"order_id": f"fba-{n}", "left_at": f"{date(2026, 7, 9) + timedelta(days=n % 144)}", "rating": "1"}
        for n in range(0, 60, 3)
    ]
    store = shop(
        tmp_path, {str(date(2026, 7, 1) + timedelta(days=n)): 3 for n in range(144)}, orders=fba, feedback=given
    )
    whole = ask(store, TODAY, Scenario(40))
    assert len(whole) == 3 and all(one.outlook.late_learned_from == 20 for one in whole)
    assert ask(store, TODAY, Scenario(40), channel="afn") == [one for one in whole if one.channel == "afn"]
    assert ask(store, TODAY, Scenario(40), marketplace="DE") == [one for one in whole if one.marketplace == "DE"]
    assert ask(store, TODAY, Scenario(40), account="default") == whole
    assert ask(store, TODAY, Scenario(40), account="nobody") == []


def test_worst_comes_first(tmp_path: Path) -> None:
    """Missed today, missed later, never; by name where nothing tells them apart."""
    for account, bad in (("a", []), ("b", ["2026-11-10"]), ("c", ["2026-10-02"]), ("d", [])):
        shop(tmp_path, {"2026-10-20": 9}, bad, account)
    assert [one.account for one in ask(tmp_path / "atoz.duckdb", TODAY, NONE)] == ["c", "b", "a", "d"]


# --- a policy that changes ahead ---------------------------------------------------------------------------------------

CHANGES = {
    "the limit": "[[odr.change]]\nfrom = 2026-12-05\nbelow = 0.5\n",
    "the window": "[[odr.change]]\nfrom = 2026-12-05\nwindow_days = 30\nlag_days = 5\n",
    "a longer window": "[[odr.change]]\nfrom = 2026-12-05\nwindow_days = 90\n",
    "what is counted": '[[odr.change]]\nfrom = 2026-12-05\ncounted = ["chargeback", "a_to_z_claim"]\n',
    "cancelled orders": '[[odr.change]]\nfrom = 2026-12-05\ncancelled_orders = "leave_out"\n',
    "a standing": '[[standings.change]]\nfrom = 2026-12-05\nfeedback.negative = "no"\nclaim.pending = "yes"\n',
    "stars": "[[standings.change]]\nfrom = 2026-12-05\nfeedback_stars.negative = [1, 2, 3]\nfeedback_stars.neutral = []\n",
    "codes": '[[chargebacks.change]]\nfrom = 2026-12-05\nfraud.visa = ["13.1"]\nitem_not_received.visa = ["10.4"]\n',
    "stars of one marketplace and a limit of another": "[[odr.change]]\nfrom = 2026-12-04\nmarketplaces = ['DE']\nbelow = 0.2\n"
    "[[odr.change]]\nfrom = 2026-12-06\nmarketplaces = ['US']\nbelow = 0.3\n",
}


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seller on whom every one of the changes tells: three stars, codes of both sorts, a pending claim, cancelled orders."""
    days = [str(date(2026, 7, 20) + timedelta(days=n)) for n in range(124)]
    more: dict[str, list[Row]] = {
        "orders": [
            {"order_id": f"gone-{n}", "placed_at": day, "status": "cancelled"} for n, day in enumerate(days[::7])
        ] + [{"order_id": f"de-{n}", "placed_at": day, "marketplace": "DE"} for n, day in enumerate(days[::9])],
        "feedback": [{"order_id": f"{day}-0", "left_at": "2026-11-21", "rating": "3"} for day in days[::11]],
        "chargebacks": [
            {"order_id": f"{day}-0", "filed_at": "2026-11-21", "network": "visa", "reason_code": ["13.1", "10.4", "10.4"][n % 3]}
            for n, day in enumerate(days[3::10])
        ],
        "claims": [{"order_id": f"{day}-0", "filed_at": "2026-11-21"} for day in days[5::12]],
    }  # fmt: skip
    return shop(tmp_path_factory.mktemp("changing"), dict.fromkeys(days, 2), days[4::25], **more)


@pytest.fixture(scope="module")
def usual(changing: Path) -> list[Projection]:
    return ask(changing, TODAY, Scenario(20, Fraction(0)))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_policy_takes_effect_on_its_day(
    changing: Path, usual: list[Projection], tmp_path: Path, change: str
) -> None:
    """What is projected for each day around the change is what `odr` says on that day, no new facts having come."""
    mine = tmp_path / "mine.toml"
    mine.write_text(CHANGES[change], "utf-8")
    book = load(mine)
    found, differ = ask(changing, TODAY, Scenario(20, Fraction(0)), book), []
    for day in ("2026-12-04", "2026-12-05", "2026-12-06", "2026-12-12")[: 4 if "marketplace" in change else 2]:
        ours = {key: shared(row) for key, row in on(found, day).items()}
        assert ours == {key: shared(row) for key, row in odr(changing, day, book).items()}, day
        differ += [day] if ours != {key: shared(row) for key, row in on(usual, day).items()} else []
    assert min(differ) == ("2026-12-04" if "marketplace" in change else "2026-12-05"), "the change tells on this seller"


def test_what_a_longer_window_takes_back_enters_again(changing: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(CHANGES["a longer window"], "utf-8")
    (one,) = ask(changing, TODAY, Scenario(20, Fraction(0)), load(mine), marketplace="US")
    row, before = by_day(one)["2026-12-05"], by_day(one)["2026-12-04"]
    assert (row.leaves.orders, row.enters.orders) == (0, row.orders - before.orders)
    assert len(row.enters.order_ids) == row.defective_orders - before.defective_orders > 0


def test_a_year_ahead(tmp_path: Path) -> None:
    (one,) = ask(shop(tmp_path, {"2026-10-01": 3}), TODAY, Scenario(365))
    assert len(one.days) == 366 and one.days[-1].day == date(2027, 11, 22)
    assert one.today.day == datetime.fromisoformat(TODAY).date()
