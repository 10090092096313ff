"""The orders that something tells of are kept once more in a large store: no answer is another one, and none is out of date."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoz_cli import ingest
from atoz_cli.errors import AtozError, DiskFull, StoreBusy
from atoz_cli.store import duck, noted
from conftest import Atoz, Shop
from oracle import Row
from test_metrics import imported, opened
from test_oracle import answer, examples, questions, sellers, shown, workshop

SAMPLE = Path(__file__).parents[1] / "sample_data"
DAY = "2026-11-22"
ASKED = [
    ["odr", "--orders"], ["odr", "--by", "sku"], ["status"], ["check"], ["triage", "--all"], ["health"], ["project"], ["prevent"],
    ["feedback", "--list"], ["outcomes"], ["trend", "odr"], ["causes"], ["odr", "--as-of", "2026-09-30"],
]  # fmt: skip


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store has many orders."""
    monkeypatch.setattr(noted, "MANY", 0)


def the_noted(store: Path) -> set[str]:
    with duck.reading(store, 5) as held:
        return {order_id for (order_id,) in held.ask("SELECT order_id FROM noted_orders")}


def forget(store: Path) -> None:
    """What any writing does first."""
    with closing(duck.connect(":memory:")) as connection, duck.writing(connection, store, 5):
        pass


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("noted"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(noted, "MANY", 0)
        shop.load(
            *sorted(path for path in SAMPLE.iterdir() if path.suffix in (".txt", ".csv", ".tsv", ".json", ".xml"))
        )
    return shop


def test_every_answer_is_the_same(sample: Shop, atoz: Atoz) -> None:
    def answers() -> list[Any]:
        return [atoz(*asked, "--json", "--as-of", DAY, "--store", sample.path)[:2] for asked in ASKED]

    with duck.reading(sample.path, 5) as store:
        ((orders,),) = store.ask("SELECT count(*) FROM orders")
    assert 20 < len(the_noted(sample.path)) < orders / 10
    found = answers()
    forget(sample.path)
    assert the_noted(sample.path) == set()
    assert found == answers()


@examples(5)
@given(sellers, st.lists(questions, min_size=2, max_size=2))
def test_of_any_seller_none_is_missing(seller: dict[str, dict[str, list[Row]]], asked: list[Row]) -> None:
    with workshop() as folder, pytest.MonkeyPatch.context() as patch:
        store = folder / "atoz.duckdb"
        patch.setattr(noted, "MANY", 0)
        for account, facts in seller.items():
            imported(folder / account, store, account, facts)
        found = [shown(answer(store, question)) for question in asked]
        with opened(store) as held:
            told = held.ask("SELECT count(*) FROM orders WHERE order_id IN (SELECT order_id FROM feedback)")
            assert bool(told[0][0]) <= bool(the_noted(store))
        forget(store)
        assert found == [shown(answer(store, question)) for question in asked]


ORDERS = "order_id,placed_at,marketplace,channel,status\n" + "".join(
    f"100-0000000-000000{number},2026-11-0{number},US,mfn,shipped\n" for number in range(1, 5)
)


def claims(*numbers: int) -> str:
    return "order_id,filed_at,claim_id,reason\n" + "".join(
        f"100-0000000-000000{number},2026-11-20,C{number},Item not received\n" for number in numbers
    )


@pytest.mark.usefixtures("large")
def test_what_is_imported_is_noted_with_what_was_there(shop: Shop) -> None:
    shop.load(shop.put("orders.csv", ORDERS))
    assert the_noted(shop.path) == set()
    shop.load(shop.put("a.csv", claims(1)), shop.put("b.csv", claims(2)))
    assert {order[-1] for order in the_noted(shop.path)} == {"1", "2"}
    shop.load(
        shop.put("more.csv", ORDERS.replace("000000", "000001", 1) + "100-0000000-0000009,2026-11-09,US,mfn,shipped\n")
    )
    shop.load(shop.put("c.csv", claims(9)))
    assert {order[-1] for order in the_noted(shop.path)} == {"1", "2", "9"}


@pytest.mark.usefixtures("large")
def test_an_order_is_noted_as_it_is_now(shop: Shop) -> None:
    shop.load(shop.put("orders.csv", ORDERS), shop.put("claims.csv", claims(1)))
    shop.load(shop.put("later.csv", ORDERS.replace("shipped", "cancelled")))
    with duck.reading(shop.path, 5) as store:
        assert store.ask("SELECT status FROM noted_orders") == [("cancelled",)]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("failure", [DiskFull, StoreBusy])
def test_what_cannot_be_noted_is_looked_for(
    shop: Shop, atoz: Atoz, monkeypatch: pytest.MonkeyPatch, failure: type[AtozError]
) -> None:
    def fails(run: Any) -> None:
        raise failure("no", "later")

    shop.load(shop.put("orders.csv", ORDERS), shop.put("claims.csv", claims(1)))
    monkeypatch.setattr(ingest, "note", fails)
    (done,) = shop.load(shop.put("more.csv", claims(2)))
    assert done.receipt.added == 1
    assert the_noted(shop.path) == set()
    (row,) = atoz("odr", "--json", "--as-of", DAY, "--store", shop.path).data
    assert (row["orders"], row["if_pending_lost"]["defective_orders"]) == (4, 2)


@pytest.mark.usefixtures("large")
def test_a_transaction_that_fails_keeps_what_was_noted(shop: Shop) -> None:
    shop.load(shop.put("orders.csv", ORDERS), shop.put("claims.csv", claims(1)))
    with (
        closing(duck.connect(":memory:")) as connection,
        pytest.raises(ZeroDivisionError),
        duck.writing(connection, shop.path, 5),
    ):
        raise ZeroDivisionError
    assert {order[-1] for order in the_noted(shop.path)} == {"1"}


def test_of_few_orders_none_is_noted(shop: Shop) -> None:
    shop.load(shop.put("orders.csv", ORDERS), shop.put("claims.csv", claims(1)))
    assert the_noted(shop.path) == set()


@pytest.mark.usefixtures("large")
def test_a_store_of_the_schema_before_is_brought_to_this_one(shop: Shop, atoz: Atoz) -> None:
    shop.load(shop.put("orders.csv", ORDERS), shop.put("claims.csv", claims(1)))
    with duck.engine().connect(str(shop.path)) as connection:
        connection.execute("DROP TABLE noted_orders; UPDATE meta SET schema_version = 3")
    (row,) = atoz("odr", "--json", "--as-of", DAY, "--store", shop.path).data
    assert (row["orders"], row["if_pending_lost"]["defective_orders"]) == (4, 1)
    shop.load(shop.put("more.csv", claims(2)))
    assert {order[-1] for order in the_noted(shop.path)} == {"1", "2"}
