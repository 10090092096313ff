"""Which claims need to be read where only what is due soon is asked for: none is missing, on any day, and little else is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given

from atoz_cli import cases
from atoz_cli.cases.soon import may_be_due
from atoz_cli.metrics import Question, lay_out
from atoz_cli.policy import Book, load
from atoz_cli.store import duck
from atoz_cli.store.asking import Duck
from conftest import Shop
from oracle import Row
from test_metrics import at, imported
from test_oracle import examples, sellers, workshop

SAMPLE = Path(__file__).parents[1] / "sample_data"
TODAY = date(2026, 11, 22)
WITHIN = (timedelta(0), timedelta(hours=24), timedelta(days=4), timedelta(days=31))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The sample seller, with claims and chargebacks at every stage, some of them seen from before they were decided."""
    shop = Shop(tmp_path_factory.mktemp("undecided"))
    shop.load(*sorted(path for path in SAMPLE.iterdir() if path.suffix in (".txt", ".csv", ".tsv", ".json", ".xml")))
    lines = [
        "order_id,filed_at,claim_id,marketplace,reason,amount,currency,status,decided_at,decision,withdrawn_at,appealed_at"
    ]
    ends = [
        ("", "", "", ""), ("2026-10-24", "granted", "", ""), ("2026-10-23", "granted", "", ""), ("", "granted", "", ""),
        ("2026-09-01", "granted", "", "2026-09-20"), ("2026-09-01", "denied", "", ""), ("", "", "2026-11-20", ""),
    ]  # fmt: skip
    for number, (decided, decision, withdrawn, appealed) in enumerate(ends):
        lines.append(
            f"701-0000000-{number:07d},2026-08-20,X{number},US,Item not received,20.00,USD,,{decided},{decision},{withdrawn},{appealed}"
        )
    shop.load(shop.put("more-claims.csv", "\n".join(lines) + "\n"))
    return shop


def days() -> Iterator[Question]:
    for back in (0, 1, 2, 29, 30, 31, 60, 85):
        day = TODAY - timedelta(days=back)
        for place in (None, "US"):
            yield Question(datetime.combine(day, time.max, UTC), day, marketplace=place)


def due(store: Duck, book: Book, question: Question, within: timedelta, *, all_read: bool) -> list[tuple[object, ...]]:
    """What asks for something by then: of all open claims, or of those that are read where only such are asked for."""
    until = question.as_of + within
    found, _ = cases.triage(store, book, question, cases.Wanted() if all_read else cases.Wanted(due_by=until))
    return sorted(
        (
            (one.account, one.order_id, one.claim_id, one.action, one.act_by, one.status, one.kind, one.evidence)
            for one in found
            if one.act_by is not None and one.act_by <= until
        ),
        key=str,
    )


def test_what_is_due_is_the_same_whether_all_is_read_or_what_may_be_due(shop: Shop) -> None:
    book, seen = load(), 0
    with duck.reading(shop.path, 5) as store:
        for question in days():
            for within in WITHIN:
                told = due(store, book, question, within, all_read=True)
                assert told == due(store, book, question, within, all_read=False)
                seen += len(told)
    assert seen > 60


LATER = ["2026-10-10T12:00:00Z", "2026-11-07T11:59:59Z", "2026-11-09", "2026-11-10T12:00:00Z", "2026-11-20"]
"""Around the last moments to appeal what was decided on the days of the random sellers (`test_oracle.DAYS`)."""


@examples(4)
@given(sellers)
def test_of_any_seller_nothing_due_is_missed(seller: dict[str, dict[str, list[Row]]]) -> None:
    book = load()
    with workshop() as folder:
        for account, facts in seller.items():
            imported(folder / account, folder / "atoz.duckdb", account, facts)
        with duck.reading(folder / "atoz.duckdb", 5) as store:
            for moment in LATER:
                question = Question(at(moment), at(moment).date())
                for within in WITHIN:
                    every = due(store, book, question, within, all_read=True)
                    assert every == due(store, book, question, within, all_read=False), (moment, within)


def test_what_cannot_be_due_is_not_read(shop: Shop) -> None:
    book, question = load(), Question(datetime.combine(TODAY, time.max, UTC), TODAY)
    with duck.reading(shop.path, 5) as store:
        spans, _ = lay_out(store, book, question)

        def read(within: timedelta) -> set[str]:
            may = may_be_due(store, book, question, spans, question.as_of + within)
            return {order_id[-1] for _, order_id in may if order_id.startswith("701-")}

        # 30 days from the first moment of 23 October are over in the first of 22 November; of the 24th, in that of the 23rd
        assert read(timedelta(hours=24)) == {"0", "1", "3", "4", "6"}
        assert read(timedelta(0)) == {"0", "3", "4", "6"}
