"""Which claims need to be read where only open ones are asked for: none is missing, on any day, and little else is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given

from atoz_cli import cases
from atoz_cli.metrics import Question, lay_out
from atoz_cli.policy import load
from atoz_cli.store import duck
from conftest import Shop
from oracle import Row
from test_metrics import at, imported
from test_oracle import examples, sellers, workshop

SAMPLE = Path(__file__).parents[1] / "sample_data"
TODAY = date(2026, 11, 22)


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


def test_what_is_open_is_the_same_whether_all_is_read_or_what_may_be_open(shop: Shop) -> None:
    book, seen = load(), 0
    with duck.reading(shop.path, 5) as store:
        for question in days():
            every, _ = cases.triage(store, book, question, cases.Wanted())
            open_, _ = cases.triage(store, book, question, cases.Wanted(odds=False))
            told = [
                (one.order_id, one.claim_id, one.action, one.act_by, one.status, one.odr, one.evidence) for one in every
            ]
            assert told == [
                (one.order_id, one.claim_id, one.action, one.act_by, one.status, one.odr, one.evidence) for one in open_
            ]
            seen += len(told)
    assert seen > 20


LATER = ["2026-10-10T12:00:00Z", "2026-11-07T11:59:59Z", "2026-11-09", "2026-11-10T12:00:00Z", "2026-11-20"]
"""Around the last moments to appeal what was decided on the days of the random sellers (`test_oracle.DAYS`)."""


@examples(4)
@given(sellers)
def test_of_any_seller_nothing_open_is_missed(seller: dict[str, dict[str, list[Row]]]) -> None:
    book = load()
    with workshop() as folder:
        for account, facts in seller.items():
            imported(folder / account, folder / "atoz.duckdb", account, facts)
        with duck.reading(folder / "atoz.duckdb", 5) as store:
            for moment in LATER:
                question = Question(at(moment), at(moment).date())
                every, _ = cases.triage(store, book, question, cases.Wanted())
                open_, _ = cases.triage(store, book, question, cases.Wanted(odds=False))
                assert [(one.account, one.order_id, one.claim_id, one.action, one.act_by) for one in every] == [
                    (one.account, one.order_id, one.claim_id, one.action, one.act_by) for one in open_
                ], moment


def test_what_was_decided_before_the_time_to_appeal_is_not_read(shop: Shop) -> None:
    from atoz_cli.cases.undecided import may_be_open

    book, question = load(), Question(datetime.combine(TODAY, time.max, UTC), TODAY)
    with duck.reading(shop.path, 5) as store:
        spans, _ = lay_out(store, book, question)
        mine = {order_id for _, order_id in may_be_open(store, book, question, spans) if order_id.startswith("701-")}
    # 30 days from the first moment of 23 October are over in the first of 22 November
    assert {order_id[-1] for order_id in mine} == {"0", "1", "3", "4", "6"}
