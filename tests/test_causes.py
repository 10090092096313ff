"""`atoz causes`: counts against pandas, chance against scipy, what stands out and what is too few by situations."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from atoz_cli import causes as room
from atoz_cli.answers.causes import CauseGroup, CausePlace
from atoz_cli.cli import run
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question, lay_out
from atoz_cli.metrics.comparing import adjusted, all_defective, at_least
from atoz_cli.policy import load
from atoz_cli.schemas import schema_of
from atoz_cli.store import duck
from conftest import Shop
from oracle import Row, wilson, write

BOOK = load()
TODAY = date(2026, 11, 22)
AS_OF = datetime.combine(TODAY, time.max, UTC)
QUESTION = Question(as_of=AS_OF, day=TODAY)
FIRST, LAST = date(2026, 9, 9), date(2026, 11, 7)
"""The window of that day."""
BY_ITEMS = ("sku", "asin")


# --- chance --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 40), st.integers(1, 400), st.integers(0, 60), st.integers(0, 2000))
def test_the_exact_test_is_scipys(seen: int, group: int, defective: int, others: int) -> None:
    orders = group + others
    defective = min(defective, orders)
    assert at_least(seen, group, defective, orders) == pytest.approx(
        float(hypergeom.sf(seen - 1, orders, defective, group)), rel=1e-7, abs=1e-12
    )


@given(st.integers(1, 30), st.integers(0, 40), st.integers(0, 3000))
def test_a_group_of_which_all_are_defective_is_scipys_least(group: int, defective_rest: int, more: int) -> None:
    orders = group + defective_rest + more
    expected = float(hypergeom.sf(group - 1, orders, defective_rest + group, group))
    assert all_defective(group, defective_rest, orders) == pytest.approx(expected, rel=1e-7, abs=1e-300)


@given(st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=60))
def test_benjamini_and_hochberg_are_scipys(chances: list[float]) -> None:
    assert adjusted(chances) == pytest.approx(list(false_discovery_control(chances)), abs=1e-12)


# --- a seller with a bad product and a bad carrier -----------------------------------------------------------------


def seller(seed: int, orders: int = 700) -> dict[str, list[Row]]:
    """Orders around the window. SKU BAD is defective one time in five, carrier Slow one in ten, the rest one in a hundred."""
    dice = Random(seed)
    facts: dict[str, list[Row]] = {"orders": [], "claims": [], "shipments": [], "feedback": []}
    for number in range(orders):
        one = f"111-0000000-{number:07d}"
        placed = FIRST - timedelta(days=3) + timedelta(days=dice.randrange(66))
        skus = dice.sample(["BAD", "A", "B", "C", "D", ""], dice.choice([1, 1, 2]))
        carrier = dice.choice(["Slow", "Fast", "Fast", "Fast", ""])
        base = {
            "order_id": one, "placed_at": f"{placed}T10:00:00Z", "marketplace": dice.choice(["US", "US", "DE"]),
            "channel": "mfn", "status": "Shipped", "service": dice.choice(["std", "exp"]), "ship_state": dice.choice(["CA", "NY", ""]),
        }  # fmt: skip
        for item, sku in enumerate(skus):
            price = {"amount": str(dice.choice([4, 12, 40])), "currency": "USD"}
            facts["orders"].append(
                base | {"order_item_id": f"{one}-{item}", "sku": sku, "asin": f"B0{sku}" if sku else ""} | price
            )
        if carrier:
            handed = placed + timedelta(days=dice.randrange(5))
            facts["shipments"].append(
                {"order_id": one, "package_id": "1", "carrier": carrier, "confirmed_at": f"{handed}T12:00:00Z"}
            )
        chance = 0.2 if "BAD" in skus else 0.1 if carrier == "Slow" else 0.01
        if dice.random() < chance:
            kind = dice.choice(["Package didn't arrive", "Item defective"])
            facts["claims"].append({
                "order_id": one, "filed_at": f"{placed + timedelta(days=9)}", "claim_id": f"C{number}", "reason": kind,
                "amount": "10.00", "currency": "USD", "decision": "granted", "decided_at": f"{placed + timedelta(days=12)}",
                "status": "closed", "funded_by": "seller",
            })  # fmt: skip
    return facts


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Row]]]:
    shop = Shop(tmp_path_factory.mktemp("causes"))
    facts = seller(7)
    shop.load(*write(shop.folder, facts))
    return shop.path, facts


def asked(path: Path, question: Question = QUESTION, **how: Any) -> list[CausePlace]:
    with duck.reading(path, 0) as store:
        spans, _ = lay_out(store, BOOK, question, old_too=False)
        return room.causes(store, BOOK, question, spans, room.Asked(everything=True, **how))


def frame(facts: dict[str, list[Row]]) -> pd.DataFrame:
    """An item a row, orders in the window, with whether the order is defective, its carriers and handling days."""
    items = pd.DataFrame(facts["orders"])
    items["placed"] = pd.to_datetime(items["placed_at"]).dt.date
    items = items[(items["placed"] >= FIRST) & (items["placed"] <= LAST)]
    claimed = {row["order_id"] for row in facts["claims"]}
    items["bad"] = items["order_id"].isin(claimed)
    parcels = pd.DataFrame(facts["shipments"])
    items = items.merge(parcels, on="order_id", how="left")
    days = (pd.to_datetime(items["confirmed_at"]).dt.date - items["placed"]).map(
        lambda gap: gap.days, na_action="ignore"
    )
    items["handling"] = days.map(lambda days: "" if pd.isna(days) else f"{int(days)}" if days < 4 else "4-5")
    items["carrier"] = items["carrier"].fillna("")
    items["weekday"] = pd.to_datetime(items["placed_at"]).dt.day_name()
    items["state"] = items["ship_state"]
    sums = items.drop_duplicates("order_item_id").assign(amount=lambda some: some["amount"].astype(float))
    price = sums.groupby("order_id")["amount"].sum()
    edges = [0, 5, 10, 15, 20, 30, 50, 75, 100]
    items["price"] = items["order_id"].map(
        lambda one: next(f"{low}-{high} USD" for low, high in pairwise(edges) if low <= price[one] < high)
    )
    return items


GROUPED = ("sku", "asin", "carrier", "service", "state", "handling", "weekday", "price")


@pytest.mark.parametrize("by", GROUPED)
@pytest.mark.parametrize("place", ["US", "DE"])
def test_every_group_is_counted_as_pandas_does(made: tuple[Path, dict[str, list[Row]]], by: str, place: str) -> None:
    path, facts = made
    whole = frame(facts)
    whole = whole[whole["marketplace"] == place]
    pairs = whole.drop_duplicates(["order_id", by])
    expected = {name or None: (len(some), int(some["bad"].sum())) for name, some in pairs.groupby(by) if len(some)}
    (ours,) = [one for one in asked(path, by=(by,)) if one.marketplace == place]
    assert {one.group: (one.orders, one.defective_orders) for one in ours.groups} == expected
    known = pairs[pairs[by] != ""]["order_id"].nunique()
    known_bad = pairs[(pairs[by] != "") & pairs["bad"]]["order_id"].nunique()
    for one in ours.groups:
        assert one.interval == pytest.approx(wilson(one.defective_orders, one.orders), abs=1e-6)
        if one.group is None:
            assert one.verdict is None and one.rest is None
            continue
        assert one.rest is not None
        assert (one.rest.orders, one.rest.defective_orders) == (known - one.orders, known_bad - one.defective_orders)
        assert one.p == pytest.approx(
            float(hypergeom.sf(one.defective_orders - 1, known, known_bad, one.orders)), rel=1e-5
        )


def test_q_is_over_all_groups_of_a_place(made: tuple[Path, dict[str, list[Row]]]) -> None:
    for place in asked(made[0]):
        tested = [one for one in place.groups if one.p is not None]
        assert len(tested) == place.tested > 20
        expected = false_discovery_control([one.p for one in tested])
        assert [one.q for one in tested] == pytest.approx(list(expected), rel=1e-4)
        assert all((one.q <= 0.05) == (one.verdict == "stands_out") for one in tested if one.q is not None)


def test_the_bad_product_stands_out_first_with_its_money_and_what_answers_it(
    made: tuple[Path, dict[str, list[Row]]],
) -> None:
    path, facts = made
    (place,) = [one for one in asked(path) if one.marketplace == "US"]
    out = [one for one in place.groups if one.verdict == "stands_out"]
    assert {(one.by, one.group) for one in out} >= {("sku", "BAD"), ("asin", "B0BAD")}
    bad = next(one for one in out if one.group == "BAD")
    whole = frame(facts)
    orders = set(whole[(whole["marketplace"] == "US") & (whole["sku"] == "BAD") & whole["bad"]]["order_id"])
    claims = [row for row in facts["claims"] if row["order_id"] in orders]
    assert [(one.currency, one.amount) for one in bad.money] == [("USD", 10 * len(claims))]
    names = {"Package didn't arrive": "item_not_received", "Item defective": "not_as_described"}
    assert {one.kind: one.orders for one in bad.kinds} == Counter(names[row["reason"]] for row in claims)
    assert bad.measure is not None and bad.measure.rule.startswith("measures.answer.")
    assert BOOK.at("measures", TODAY).line(bad.measure.rule.partition(".")[2]).text == bad.measure.text


def claimed(orders: int, bad: dict[str, int], of: dict[str, int]) -> dict[str, list[Row]]:
    """`of`: SKU to its orders; `bad`: how many of these are defective."""
    facts: dict[str, list[Row]] = {"orders": [], "claims": []}
    number = 0
    for sku, many in of.items():
        for at in range(many):
            one = f"111-0000000-{number:07d}"
            number += 1
            facts["orders"].append({
                "order_id": one, "placed_at": "2026-10-01T10:00:00Z", "order_item_id": "1", "marketplace": "US", "channel": "mfn",
                "status": "Shipped", "sku": sku,
            })  # fmt: skip
            if at < bad.get(sku, 0):
                facts["claims"].append({
                    "order_id": one, "filed_at": "2026-10-09", "claim_id": one, "reason": "Item defective", "decision": "granted",
                    "decided_at": "2026-10-12", "status": "closed",
                })  # fmt: skip
    assert number == orders
    return facts


def sku_groups(tmp_path: Path, facts: dict[str, list[Row]], **how: Any) -> dict[str | None, CauseGroup]:
    shop = Shop(tmp_path)
    shop.load(*write(tmp_path, facts))
    (place,) = asked(shop.path, by=("sku",), **how)
    return {one.group: one for one in place.groups}


def test_few_orders_are_too_few_to_tell(tmp_path: Path) -> None:
    """Two orders, one of them defective, among 400 with 20 defects: 50 % looks bad and could be chance whatever happened."""
    groups = sku_groups(tmp_path, claimed(402, {"RARE": 1, "USUAL": 20}, {"RARE": 2, "USUAL": 400}))
    assert (groups["RARE"].rate, groups["RARE"].verdict) == (0.5, "no_difference")
    alone = sku_groups(tmp_path / "one", claimed(401, {"USUAL": 20}, {"RARE": 1, "USUAL": 400}))
    assert alone["RARE"].verdict == "too_few"


def test_the_same_rate_of_many_orders_stands_out(tmp_path: Path) -> None:
    groups = sku_groups(tmp_path, claimed(440, {"MANY": 20, "USUAL": 20}, {"MANY": 40, "USUAL": 400}))
    assert groups["MANY"].verdict == "stands_out" and groups["MANY"].times == pytest.approx(0.5 / 0.05)
    assert groups["USUAL"].verdict == "no_difference"


def test_what_is_pending_counts_when_it_is_asked_to(tmp_path: Path) -> None:
    facts = claimed(300, {"A": 6}, {"A": 100, "B": 200})
    for row in facts["claims"]:
        row |= {"decision": "", "decided_at": "", "status": "under_review"}
    assert sku_groups(tmp_path, facts)["A"].defective_orders == 0
    assert sku_groups(tmp_path / "too", facts, pending=True)["A"].defective_orders == 6


def test_groups_of_fewer_orders_are_left_out(tmp_path: Path) -> None:
    groups = sku_groups(tmp_path, claimed(302, {"A": 6}, {"A": 100, "B": 200, "C": 2}), min_orders=3)
    assert set(groups) == {"A", "B"}


def test_an_order_without_defects_makes_no_group_worse(tmp_path: Path) -> None:
    """A law: a clean order more in a group lowers its rate and raises its p."""
    few = claimed(300, {"A": 6, "B": 4}, {"A": 100, "B": 200})
    more = few["orders"][0] | {"order_id": "111-1111111-1111111", "sku": "A"}
    before = sku_groups(tmp_path, few)["A"]
    after = sku_groups(tmp_path / "more", few | {"orders": [*few["orders"], more]})["A"]
    assert (before.orders, after.orders) == (100, 101) and before.defective_orders == after.defective_orders == 6
    assert after.rate is not None and before.rate is not None and after.rate < before.rate
    assert after.p is not None and before.p is not None and after.p > before.p


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_json_is_as_its_schema_says_and_shows_what_stands_out(
    made: tuple[Path, dict[str, list[Row]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["causes", "--store", str(made[0]), "--as-of", str(TODAY), "--json"]) == 0
    answer = json.load(io.StringIO(capsys.readouterr().out))
    jsonschema.validate(answer, schema_of("causes"))
    assert {one["by"] for one in answer["data"] if one["verdict"] is None} == {"kind"}
    assert all(one["verdict"] == "stands_out" or one["by"] == "kind" for one in answer["data"])


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits_and_says_it(
    made: tuple[Path, dict[str, list[Row]]],
    width: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("atoz_cli.views.stdout_facts", lambda: (width, False))
    assert run(["causes", "--store", str(made[0]), "--as-of", str(TODAY), "--all"]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    assert "BAD" in shown and "Where defects come from" in shown


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--by", "colour"], "not a grouping"),
        (["--days", "30", "--window", "60d"], "two ways"),
        (["--days", "x"], "duration"),
        (["--min-orders", "0"], "min-orders"),
    ],
)
def test_wrong_options_are_said(
    made: tuple[Path, dict[str, list[Row]]], options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["causes", "--store", str(made[0]), "--as-of", str(TODAY), *options]) == 2
    assert says in capsys.readouterr().err


def test_no_orders_in_the_window_is_not_enough_data(
    made: tuple[Path, dict[str, list[Row]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["causes", "--store", str(made[0]), "--as-of", "2024-01-01"]) == EmptyStore.exit_status
    assert "no orders in the window" in capsys.readouterr().err


def test_every_measure_that_can_be_given_is_a_practice_with_words() -> None:
    rule = BOOK.at("measures", TODAY)
    answers = [key for key in rule.values() if key.startswith("answer.")]
    assert len(answers) > 15
    for key in answers:
        assert f"practice.{rule[key]}" in rule and (rule.line(key).text or "").endswith(".")
