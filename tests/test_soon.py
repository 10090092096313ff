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
    shop.load(shop.put("more-claims.csv", "\n".join(lines) + "\n"), *safe_t(shop), lost_in_the_us(shop))
    return shop


def safe_t(shop: Shop) -> Iterator[Path]:
    """A claim that was lost and does not count; Amazon gave the money back before, and the return never came."""
    order = "701-0000000-0000007"
    head = "order_id,filed_at,claim_id,marketplace,reason,amount,currency,decided_at,decision,funded_by,counts_in_odr"
    yield shop.put("returned.csv", f"{head}\n{order},2026-10-12,X7,US,Other,25.00,USD,2026-10-28,granted,seller,no\n")
    yield shop.put(
        "amazon-refunds.csv",
        f"order_id,refunded_at,amount,currency,by\n{order},2026-10-25T12:00:00Z,25.00,USD,amazon\n",
    )
    names, row = (SAMPLE / "returns-us.txt").read_text("utf-8").splitlines()[:2]
    told = dict(zip(names.split("\t"), row.split("\t"), strict=True)) | {
        "Order ID": order, "Order date": "01-Oct-2026", "Return request date": "10-Oct-2026", "Return delivery date": " ",
        "Amazon RMA ID": "DZ9yAvPPXRRM7", "Return request status": "Approved", "Order Amount": "25.00", "Refunded Amount": " ",
    }  # fmt: skip
    yield shop.put("returns-of-it.txt", "\t".join(told) + "\n" + "\t".join(told.values()) + "\n")


def lost_in_the_us(shop: Shop) -> Path:
    """A claim on an order of the sample that was placed in the US, which the claim itself does not say."""
    with (SAMPLE / "all-orders-us.txt").open(encoding="utf-8") as file:
        order = next(line.split("\t")[0] for line in file if "\tAmazon.com\t" in line)
    head = "order_id,filed_at,claim_id,reason,amount,currency,decided_at,decision,funded_by"
    return shop.put(
        "lost.csv", f"{head}\n{order},2026-09-20,X8,Item not received,25.00,USD,2026-10-10,granted,seller\n"
    )


def days() -> Iterator[Question]:
    for back in (0, 1, 2, 29, 30, 31, 60, 85):
        day = TODAY - timedelta(days=back)
        for place in (None, "US"):
            yield Question(datetime.combine(day, time.max, UTC), day, marketplace=place)


def due(store: Duck, book: Book, question: Question, within: timedelta, *, all_read: bool) -> list[tuple[object, ...]]:
    """What asks for something by then: of all open claims, or of those that are read where only such are asked for."""
    until = question.as_of + within
    if all_read:
        told, _ = cases.triage(store, book, question, cases.Wanted())
        found = [(one, one.action, one.act_by) for one in told]
    else:
        found = [(case, advice.action, advice.act_by) for case, advice in cases.due(store, book, question, until)]
    return sorted(
        (
            (one.account, one.order_id, one.claim_id, action, act_by, one.status, one.kind, one.marketplace)
            for one, action, act_by in found
            if act_by is not None and act_by <= until
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


def test_money_that_can_be_asked_back_is_due_before_the_appeal(shop: Shop) -> None:
    book, question = load(), Question(datetime.combine(TODAY, time.max, UTC), TODAY)
    with duck.reading(shop.path, 5) as store:
        told = due(store, book, question, timedelta(hours=48), all_read=False)
    # SAFE-T 30 days from Amazon's refund of 25 October, an appeal 30 days from the decision of the 28th
    assert [(one[3], one[4]) for one in told if one[2] == "X7"] == [
        ("file_safe_t", datetime(2026, 11, 24, 12, tzinfo=UTC))
    ]


def test_where_an_order_was_placed_may_leave_more_time_than_the_claim_says(shop: Shop, tmp_path: Path) -> None:
    yours = tmp_path / "yours.toml"
    yours.write_text('[[deadlines.change]]\nfrom = 2026-01-01\nmarketplaces = ["US"]\nappeal_days = 45\n')
    book, question = load(yours), Question(datetime.combine(TODAY, time.max, UTC), TODAY)
    with duck.reading(shop.path, 5) as store:
        every = due(store, book, question, timedelta(days=4), all_read=True)
        assert every == due(store, book, question, timedelta(days=4), all_read=False)
    assert "X8" in {one[2] for one in every}  # until 24 November, with the 30 days of everywhere else until 9 November


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
        assert read(timedelta(hours=24)) == {"0", "1", "3", "4", "6", "7"}
        assert read(timedelta(0)) == {"0", "3", "4", "6", "7"}
