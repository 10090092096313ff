"""Goods that cannot be claimed are known by their names: of the orders of a store, by the words of a policy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from atoz_cli import cases
from atoz_cli.cases import around
from atoz_cli.metrics import Question
from atoz_cli.policy import Book, load
from atoz_cli.store import duck
from conftest import Shop

QUESTION = Question(datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), date(2026, 11, 22))
ORDERS = """order_id,placed_at,marketplace,channel,status,order_item_id,sku,product_name,quantity,amount,currency
100-0000000-0000001,2026-11-02,US,mfn,shipped,1,A,"Example GIFT CARD, 50 dollars",1,50.00,USD
100-0000000-0000002,2026-11-02,US,mfn,shipped,1,A,"Example GIFT CARD, 50 dollars",1,50.00,USD
100-0000000-0000002,2026-11-02,US,mfn,shipped,2,B,Mug,1,9.00,USD
100-0000000-0000003,2026-11-02,DE,mfn,shipped,1,C,Stoffmuster Blau,1,2.00,EUR
100-0000000-0000004,2026-11-02,US,mfn,shipped,1,D,,1,9.00,USD
100-0000000-0000005,2026-11-02,US,mfn,shipped,1,E,Notebook,1,9.00,USD
"""
CLAIMS = "order_id,filed_at,claim_id,reason,amount,currency\n" + "".join(
    f"100-0000000-000000{number},2026-11-21,C{number},Item not as described,2.00,USD\n" for number in range(1, 6)
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.load(shop.put("orders.csv", ORDERS), shop.put("claims.csv", CLAIMS))
    return shop


def excluded(shop: Shop, book: Book) -> set[str | None]:
    """The claims that are said to be on such goods; the check that reads few of them says the same to do."""
    with duck.reading(shop.path, 5) as store:
        verdicts, _ = cases.triage(store, book, QUESTION, cases.Wanted())
        read = cases.due(store, book, QUESTION, datetime(2026, 12, 31, tzinfo=UTC))
    assert {(one.claim_id, one.action) for one in verdicts} == {(case.claim_id, said.action) for case, said in read}
    return {one.claim_id for one in verdicts if "excluded_goods" in one.ineligible_because}


def test_every_item_of_the_order_must_be_one(shop: Shop) -> None:
    assert excluded(shop, load()) == {"C1"}


def test_however_many_products_there_are(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(around, "FEW", 2)
    monkeypatch.setattr(around, "PRODUCTS", around.PRODUCTS.replace("10001", "3"))
    assert excluded(shop, load()) == {"C1"}


@pytest.mark.parametrize(
    ("change", "claims"),
    [
        ('marketplaces = ["DE"]\nexcluded_words = ["Stoffmuster"]', {"C1", "C3"}),
        ('marketplaces = ["DE"]\nexcluded_words = ["stoffm"]', {"C1"}),
        ("excluded_words = []", set()),
    ],
    ids=["a word of yours, in one marketplace", "a part of a word is none", "no words, no such goods"],
)
def test_the_words_are_the_policys_of_the_day_and_place(
    shop: Shop, tmp_path: Path, change: str, claims: set[str]
) -> None:
    yours = tmp_path / "yours.toml"
    yours.write_text(f"[[eligibility.change]]\nfrom = 2026-01-01\n{change}\n")
    assert excluded(shop, load(yours)) == claims


def test_proof_names_the_items_whatever_they_are(shop: Shop) -> None:
    with duck.reading(shop.path, 5) as store:
        (one,), _ = cases.one(store, load(), QUESTION, "C5")
    assert one[0].order is not None
    assert one[0].order.product_names == ("Notebook",)
