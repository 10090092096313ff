"""Packages from several files: one package is one row whatever a file knows of it, and each row is counted once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

FILES = Path(__file__).with_name("files")
ORDER = "111-0000001-0000001"
OWN = ["order_id", "package_id", "tracking_number", "carrier", "delivered_at", "label"]
CONFIRMATION = json.loads((FILES / "headers.json").read_text("utf-8"))["ship_confirm_8"]
NAMELESS = {"order_id": ORDER, "carrier": "USPS"}
TRACKED = {"order_id": ORDER, "tracking_number": "T1", "delivered_at": "2026-05-03"}
NAMED = {"order_id": ORDER, "package_id": "P1", "tracking_number": "T1", "label": "own"}
WHOLE = {**NAMELESS, **TRACKED, **NAMED, "delivered_at": "2026-05-03T00:00:00"}
Row = dict[str, str]


def own(shop: Any, name: str, *rows: Row) -> Path:
    return shop.put(name, "\n".join([",".join(OWN), *(",".join(row.get(c, "") for c in OWN) for row in rows), ""]))


def confirmation(*rows: Row) -> str:
    return "\n".join(["\t".join(CONFIRMATION), *("\t".join(row.get(c, "") for c in CONFIRMATION) for row in rows), ""])


def packages(shop: Any) -> list[Row]:
    return [{k: v for k, v in row.items() if k != "account"} for row in shop.facts()["shipments"]]


def counts(receipt: Any) -> tuple[int, ...]:
    """Added, updated, unchanged, skipped, refused; they add up to the rows."""
    found = (receipt.added, receipt.updated, receipt.unchanged, receipt.skipped, receipt.refused)
    assert receipt.error is None
    assert receipt.rows == sum(found)
    return found


# --- one package, one row -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [*itertools.permutations([0, 1, 2])], ids=str)
def test_a_package_is_one_however_much_a_file_knows_of_it(shop: Any, order: Sequence[int]) -> None:
    rows = [NAMELESS, TRACKED, NAMED]
    files = [own(shop, f"{at}.csv", rows[at]) for at in order]
    assert [counts(done.receipt)[:2] for done in shop.load(*files)] == [(1, 0), (0, 1), (0, 1)]
    assert packages(shop) == [WHOLE]
    for done in shop.load(*files):
        assert counts(done.receipt) == (0, 0, 1, 0, 0)
    assert packages(shop) == [WHOLE]


@pytest.mark.parametrize("order", [*itertools.permutations([0, 1, 2])], ids=str)
def test_a_package_is_one_within_a_file(shop: Any, order: Sequence[int]) -> None:
    rows = [NAMELESS, TRACKED, NAMED]
    path = own(shop, "x.csv", *(rows[at] for at in order))
    assert counts(shop.load(path)[0].receipt) == (1, 2, 0, 0, 0)
    assert packages(shop) == [WHOLE]
    assert counts(shop.load(path)[0].receipt) == (0, 0, 3, 0, 0)


def test_a_package_without_a_number_is_one_with_its_number(shop: Any) -> None:
    bare = {"order_id": ORDER, "package_id": "P1", "carrier": "UPS"}
    shop.load(own(shop, "a.csv", NAMELESS), own(shop, "b.csv", bare))
    assert packages(shop) == [{"order_id": ORDER, "package_id": "P1", "carrier": "UPS"}]


@pytest.mark.parametrize("first", [0, 1], ids=["together", "number first"])
def test_nothing_is_guessed_where_an_order_has_several_packages(shop: Any, first: int) -> None:
    two = [TRACKED, {**TRACKED, "tracking_number": "T2"}]
    files = (
        [own(shop, "a.csv", *two, NAMELESS)] if not first else [own(shop, "a.csv", *two), own(shop, "b.csv", NAMELESS)]
    )
    for _ in range(2):
        shop.load(*files)
        assert sorted(row.get("tracking_number", "") for row in packages(shop)) == ["", "T1", "T2"]


def test_packages_of_other_orders_and_accounts_are_left_alone(shop: Any) -> None:
    other = {**TRACKED, "order_id": "111-0000002-0000002"}
    shop.load(own(shop, "a.csv", NAMELESS, other), account="one")
    shop.load(own(shop, "b.csv", TRACKED), account="two")
    found = {(row["account"], row["order_id"]): row.get("tracking_number") for row in shop.facts()["shipments"]}
    assert found == {("one", ORDER): None, ("one", other["order_id"]): "T1", ("two", ORDER): "T1"}


PACKAGE = st.fixed_dictionaries(
    {
        "order_id": st.integers(0, 2).map(str),
        "known": st.sampled_from([(), ("tracking_number",), ("package_id", "tracking_number")]),
        "carrier": st.just("UPS"),
        "delivered_at": st.sampled_from(["", "2026-05-03"]),
    }
)


def test_one_package_an_order_makes_the_same_store_in_any_order(shop: Any) -> None:
    numbers = itertools.count()

    def a_shop() -> Any:
        folder = shop.folder / str(next(numbers))
        folder.mkdir()
        return type(shop)(folder)

    @settings(
        max_examples=4, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
    )
    @given(
        st.lists(st.lists(PACKAGE, min_size=1, max_size=4), min_size=2, max_size=3), st.randoms(use_true_random=False)
    )
    def law(files: list[list[dict[str, Any]]], random: Any) -> None:
        here, there = a_shop(), a_shop()
        made = [
            own(
                here,
                f"{at}.csv",
                *({**row, **{name: name[0] + row["order_id"] for name in row["known"]}} for row in rows),
            )
            for at, rows in enumerate(files)
        ]
        for done in here.load(*made):
            counts(done.receipt)
        random.shuffle(made)
        there.load(*made)
        assert there.facts() == here.facts()
        found = packages(here)
        assert {row["order_id"] for row in found} == {row["order_id"] for rows in files for row in rows}
        assert len({row["order_id"] for row in found}) == len(found)

    law()


# --- what a row did, where it holds several facts -------------------------------------------------------------------


def fba(shop: Any, *rows: tuple[str, ...]) -> Path:
    header = "amazon-order-id\tpurchase-date\tshipment-date\tshipment-id\tamazon-order-item-id\tcarrier\tship-state"
    return shop.put("x.txt", "\n".join([header, *("\t".join(row) for row in rows), ""]))


def test_a_row_is_counted_by_all_its_facts(shop: Any) -> None:
    def row(package: str, item: str, carrier: str = "UPS", state: str = "WA") -> tuple[str, ...]:
        return (ORDER, "2026-05-01", "2026-05-02", package, item, carrier, state)

    assert counts(shop.load(fba(shop, row("P1", "1")))[0].receipt) == (1, 0, 0, 0, 0)
    assert counts(shop.load(fba(shop, row("P1", "1"), row("P1", "2")))[0].receipt) == (1, 0, 1, 0, 0)
    assert counts(shop.load(fba(shop, row("P1", "1"), row("P2", "2")))[0].receipt) == (1, 0, 1, 0, 0)
    assert counts(shop.load(fba(shop, row("P1", "1", carrier="FedEx"), row("P2", "2")))[0].receipt) == (0, 1, 1, 0, 0)
    assert counts(shop.load(fba(shop, row("P2", "2", state="OR")))[0].receipt) == (0, 1, 0, 0, 0)
    assert counts(shop.load(fba(shop, row("P2", "2", state="OR")))[0].receipt) == (0, 0, 1, 0, 0)
    assert counts(shop.load(fba(shop, row("P2", "2", state="OR"), row("P2", "2", state="OR")))[0].receipt)[2] == 2


def test_a_file_without_the_orders_day_has_packages_and_no_orders(shop: Any) -> None:
    (done,) = shop.load(FILES / "fba_shipments" / "page_english.csv", source="fba_shipments")
    assert counts(done.receipt) == (2, 0, 0, 0, 0)
    assert set(shop.facts()) == {"items", "shipments"}


@pytest.mark.parametrize("asked", [None, "all_orders"])
def test_a_column_that_must_be_there_is_named(shop: Any, asked: str | None) -> None:
    shop.prepared = False
    path = shop.put("x.txt", "amazon-order-id\torder-status\tsku\n111-0000000-0000001\tShipped\tA\n")
    (done,) = shop.load(path, source=asked)
    assert "as all_orders it lacks the column purchase-date" in done.receipt.error
    assert not shop.path.exists()


# --- confirmations --------------------------------------------------------------------------------------------------


def test_the_code_of_a_carrier_is_read_where_its_name_is_empty(shop: Any) -> None:
    usual = {"ship-date": "2026-05-02"}
    rows = [{"order-id": f"111-0000001-000000{at}", "carrier-code": code, "carrier-name": name, **usual}
            for at, (code, name) in enumerate([("Other", "Speedy"), ("UPS", ""), ("", "DHL"), ("", "")])]  # fmt: skip
    shop.load(shop.put("x.txt", confirmation(*rows)))
    assert [row.get("carrier") for row in packages(shop)] == ["Speedy", "UPS", "DHL", None]
    assert {row.get("confirmed_at") for row in packages(shop)} == {None}


@pytest.mark.parametrize(
    "above",
    [
        "TemplateType=OrderFulfillment\tVersion=2011.1102\tFor Amazon.com use only",
        "TemplateType=OrderFulfillment\n注文番号\t出荷日\t配送業者コード",
        '\n  \n"Never closed\n',
        'He said "this"\tand "that\t\n\n',
    ],
    ids=["template", "labels", "quote", "quotes"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", ["\t", ",", ";"], ids=["tab", "comma", "semicolon"])
def test_lines_above_the_header(shop: Any, above: str, end: str, mark: str) -> None:
    row = {"order-id": ORDER, "ship-date": "2026-05-02", "carrier-code": "UPS", "tracking-number": "T1"}
    text = f"{above}\n{confirmation(row, {**row, 'ship-date': 'soon'})}".replace("\n", end).replace("\t", mark)
    (done,) = shop.load(shop.put("x.txt", text))
    assert counts(done.receipt) == (1, 0, 0, 0, 1)
    (refusal,) = done.receipt.refusals
    assert (refusal.row, refusal.line, refusal.column) == (2, text.count("\n"), "ship-date")
    assert packages(shop) == [
        {"order_id": ORDER, "carrier": "UPS", "tracking_number": "T1", "shipped_at": "2026-05-02T00:00:00"}
    ]
    assert shop.load(shop.put("x.txt", text), source="ship_confirmation")[0].receipt.unchanged == 1


def test_the_day_of_a_confirmation_may_be_written_either_way_round(shop: Any) -> None:
    row = {"order-id": ORDER, "carrier-code": "UPS", "tracking-number": "T1", "ship-date": "6/5/2026"}
    path = shop.put("x.txt", confirmation(row))
    (done,) = shop.load(path)
    assert "--date-order" in done.receipt.hint
    shop.load(path, date_order="dmy")
    assert packages(shop)[0]["shipped_at"] == "2026-05-06T00:00:00"


# --- recognition ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", ["ship-date", "order_number", "carrier_name", "item"])
def test_a_list_of_packages_of_ones_own_may_have_columns_of_amazons(shop: Any, extra: str) -> None:
    path = shop.put("x.csv", f"order_id,tracking_number,delivered_at,{extra}\n{ORDER},T1,2026-05-03,\n")
    assert shop.load(path)[0].receipt.source == "shipments"


def test_orders_of_other_shops_are_passed_over(shop: Any) -> None:
    text = "Order - Number,Shipment - Tracking Number\n1046,T0\n{0},T1\n#{0},T2\n,T3\n {0} ,T4\n"
    (done,) = shop.load(shop.put("x.csv", text.format(ORDER)), strict=True)
    assert counts(done.receipt) == (2, 0, 0, 3, 0)
    assert [row["tracking_number"] for row in packages(shop)] == ["T1", "T4"]


def test_the_promise_of_an_order_stays_and_all_orders_knows_its_status_better(shop: Any) -> None:
    waiting = ("order-id\tpurchase-date\tpromise-date\tsku\n"
               f"{ORDER}\t2026-05-01T10:00:00+00:00\t2026-05-03T06:59:59+00:00\tA\n")  # fmt: skip
    shipped = ("amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsku\n"
               f"{ORDER}\t2026-05-01T10:00:00+00:00\t2026-05-02T10:00:00+00:00\tShipped\tA\n")  # fmt: skip
    files = [shop.put("a.txt", waiting), shop.put("b.txt", shipped)]
    for path in (*files, files[0]):
        shop.load(path)
    (order,) = shop.facts()["orders"]
    assert (order["status"], order["channel"], order["ship_by"]) == ("shipped", "mfn", "2026-05-03T06:59:59")
