"""What mail, money, Amazon's lists and flags of returns tell of claims: situations of one order, and what they are worth.

Each case names the files that a seller imports about order A; the outcome is the standing of its defects and whether it
counts in the rate (yes, no, or pending). The files of a case are imported forwards and backwards: it changes nothing.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.metrics import Question, lay_out, measures
from atoz_cli.metrics.evidence import only_traced
from atoz_cli.policy import load
from atoz_cli.store.duck import reading

A = "111-0000001-0000001"
DAY = date(2026, 11, 22)
BOOK = load()
HEADERS = json.loads((Path(__file__).with_name("files") / "headers.json").read_text("utf-8"))
SETTLED = HEADERS["settlement_v2_24"]
PAID = HEADERS["date_range_us_30"]


def orders(**more: str) -> tuple[str, str]:
    row = {
        "order_id": A,
        "placed_at": "2026-10-01T12:00:00Z",
        "marketplace": "US",
        "channel": "mfn",
        "status": "shipped",
        **more,
    }
    return "orders.csv", ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def claims(**more: str) -> tuple[str, str]:
    row = {"order_id": A, "filed_at": "2026-10-20", "claim_id": "C1", "amount": "20.00", **more}
    return "claims.csv", ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def chargebacks(**more: str) -> tuple[str, str]:
    row = {"order_id": A, "filed_at": "2026-10-20", "chargeback_id": "B1", "network": "visa", **more}
    return "chargebacks.csv", ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def feedback_removed() -> list[tuple[str, str]]:
    return [
        ("feedback.csv", f"order_id,left_at,rating,comment\n{A},2026-10-15,1,bad\n"),
        ("events.csv", f"order_id,removed_at\n{A},2026-10-18\n"),
    ]


def returned() -> tuple[str, str]:
    return "returns.txt", (
        "Order ID\tReturn request date\tAmazon RMA ID\tA-to-Z Claim\tReturn Reason\n"
        f"{A}\t15-Oct-2026\tR1\tY\tCR-DEFECTIVE\n"
    )  # fmt: skip


def settlement(kind: str, amount: str, *, on: str = "2026-10-22", channel: str = "MFN") -> tuple[str, str]:
    """One booking of 5 parts: `amount` to the buyer as principal and tax, and a fee that is given back."""
    first = dict.fromkeys(SETTLED, "") | {"settlement-id": "77", "total-amount": "0", "currency": "USD"}
    parts = [("ItemPrice", "Principal", amount), ("ItemPrice", "Tax", "-1.00"), ("ItemFees", "Commission", "2.00")]
    rows = [
        dict.fromkeys(SETTLED, "")
        | {
            "settlement-id": "77", "transaction-type": kind, "order-id": A, "adjustment-id": "ADJ", "amount-type": what,
            "amount-description": part, "amount": sum_, "fulfillment-id": channel, "posted-date": on,
            "posted-date-time": f"{on} 10:00:00 UTC",
        }
        for what, part, sum_ in parts
    ]  # fmt: skip
    return "settlement.txt", "\n".join(
        "\t".join(row.values()) for row in (dict(zip(SETTLED, SETTLED, strict=True)), first, *rows)
    ) + "\n"


def payments(kind: str, amount: str) -> tuple[str, str]:
    row = dict.fromkeys(PAID, "0") | {
        "date/time": "Oct 22, 2026 3:00:30 AM PDT", "settlement id": "77", "type": kind, "order id": A,
        "fulfillment": "Seller", "product sales": amount, "product sales tax": "-1.00", "total": "-9.00",
    }  # fmt: skip
    quoted = [",".join(f'"{cell}"' for cell in cells) for cells in (PAID, row.values())]
    return "payments.csv", "Includes Amazon Marketplace transactions\n\n" + "\n".join(quoted) + "\n"


def listed(*, impacts: str = "Yes", **hit: str) -> tuple[str, str]:
    cells = {name: hit.get(name, "") for name in ("feedback", "claim", "chargeback")}
    return "defects.csv", (
        "Order Date,Order ID,Negative Feedback,A-to-z Claim,Chargeback,Impacts Account Health\n"
        f"2026-10-01,{A},{','.join(cells.values())},{impacts}\n"
    )


def mail(
    sentences: str, *, subject: str, on: str, sender: str = "atoz-guarantee-no-reply@amazon.com"
) -> tuple[str, str]:
    sent = datetime.fromisoformat(on).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return f"{on[:10]}.eml", (
        f"From: Amazon <{sender}>\nTo: seller@shop.example\nDate: {sent}\nSubject: {subject}\n"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{sentences}\n"
    )


NOTICE = mail(
    f"We received an A-to-z Guarantee claim of $21.00 on the order {A}.\nOrder number: {A}\nClaim amount: $21.00\n"
    "Please respond within 3 calendar days.", subject=f"Action required: Claim received on order {A}", on="2026-10-20T14:00:00",
)  # fmt: skip
LOST = mail(
    f"We have granted an A-to-z Guarantee claim of $21.00 on the order {A}.\nOrder number: {A}\n"
    "We have debited your account.", subject=f"Claim decision on order {A}", on="2026-10-25T09:00:00",
)  # fmt: skip
NOT_COUNTED = mail(
    f"We have granted an A-to-z Guarantee claim of $21.00 on the order {A}.\nOrder number: {A}\n"
    "We covered the cost. We will not count the claim against your Order Defect Rate.",
    subject=f"Claim decision on order {A}", on="2026-10-25T09:00:00",
)  # fmt: skip

BOOKED = settlement("A-to-z Guarantee Refund", "-20.00")
PAID_OUT = payments("A-to-z Guarantee Claim", "-20.00")
HALF = settlement("Refund", "-9.00")
PENDING = [("pending", "pending")]

CASES: list[tuple[str, list[tuple[str, str]], list[tuple[str, str]]]] = [
    ("a claim only in a settlement is pending", [BOOKED], PENDING),
    ("a claim only in a payments report is pending", [PAID_OUT], PENDING),
    ("both books tell of one claim", [BOOKED, PAID_OUT], PENDING),
    ("the flag of its return and the money are one claim", [returned(), BOOKED], PENDING),
    ("a written claim takes the place of the money", [claims(decision="denied"), BOOKED], [("denied", "no")]),
    ("Amazon's list says that it counts", [listed(claim="X")], [("granted", "yes")]),
    ("Amazon's list says that it does not", [listed(claim="X", impacts="No")], [("excused", "no")]),
    ("the list speaks where money only hints", [listed(claim="X"), BOOKED], [("granted", "yes")]),
    ("a written decision is better than an older list", [claims(decision="denied"), listed(claim="X")], [("denied", "no")]),
    ("a chargeback only in a settlement: nobody says which", [settlement("Chargeback Refund", "-20.00")], [("unknown", "pending")]),
    ("Amazon lists service chargebacks alone", [listed(chargeback="X")], [("service", "yes")]),
    ("a written chargeback knows its code", [chargebacks(reason_code="10.4"), listed(chargeback="X")], [("fraud", "no")]),
    ("negative feedback on the list, no feedback file", [listed(feedback="X")], [("negative", "yes")]),
    ("negative feedback that the files know to be removed", [listed(feedback="X"), *feedback_removed()], [("removed", "no")]),
    ("negative feedback that Amazon does not count", [listed(feedback="X", impacts="No")], []),
    ("a notice alone is pending", [NOTICE], PENDING),
    ("a notice and its decision are one claim", [NOTICE, LOST], [("granted", "yes")]),
    ("a lone decision", [LOST], [("granted", "yes")]),
    ("granted, and Amazon's mail says that it is not counted", [NOTICE, NOT_COUNTED], [("excused", "no")]),
    ("a mail completes the written claim", [claims(), LOST], [("granted", "yes")]),
    ("a mail never contradicts the written claim", [claims(decision="denied"), LOST], [("denied", "no")]),
    ("a written appeal is newer than the mail's decision", [claims(appeal_decision="won", decision="granted"), LOST], [("excused", "no")]),
    ("a booked refund in full after the filing", [claims(), settlement("Refund", "-20.00")], [("refunded_after_filing", "yes")]),
    ("a booked refund before the filing", [claims(), settlement("Refund", "-20.00", on="2026-10-10")], [("refunded_before_filing", "no")]),
    ("half a refund is none", [claims(), HALF], PENDING),
    ("half a refund in both books is half a refund", [claims(), HALF, payments("Refund", "-9.00")], PENDING),
    ("Amazon's refund of its own order is not the seller's", [claims(), settlement("Refund", "-20.00", channel="AFN")], PENDING),
    ("a refund alone is no claim", [settlement("Refund", "-20.00")], []),
    ("SAFE-T money is no claim", [settlement("SAFE-T Reimbursement", "20.00")], []),
]  # fmt: skip


def outcome(shop: Any, day: date = DAY) -> tuple[list[tuple[str, str]], Any, list[str]]:
    """Standing and worth of every defect of order A on a day, the measure, and the warnings."""
    question = Question(as_of=datetime.combine(day, datetime.max.time(), UTC), day=day)
    with reading(shop.path, 5.0) as store:
        spans, notices = lay_out(store, BOOK, question)
        found = store.ask("SELECT standing, counts, pends FROM counted_defects ORDER BY ALL")
        (measure,) = measures(store, BOOK, question, spans)
        notices += only_traced(store, question)
    return (
        [(row[0], "pending" if row[2] else "yes" if row[1] else "no") for row in found],
        measure,
        [one.message for one in notices],
    )


def brought(shop: Any, files: list[tuple[str, str]]) -> None:
    for name, content in [orders(), *files]:
        (done,) = shop.load(shop.put(name, content))
        assert done.receipt.error is None, done.receipt
        assert done.receipt.refused == 0, done.receipt.refusals


@pytest.mark.parametrize(("files", "worth"), [pytest.param(files, worth, id=name) for name, files, worth in CASES])
def test_what_a_trace_of_a_claim_is_worth(
    tmp_path: Path, shop: Any, files: list[tuple[str, str]], worth: list[Any]
) -> None:
    brought(shop, files)
    standings, measure, _ = outcome(shop)
    assert standings == worth
    counted = any(says == "yes" for _, says in worth)
    lost = counted or any(says == "pending" for _, says in worth)
    assert (measure.orders, measure.defective_orders, measure.if_pending_lost.defective_orders) == (1, counted, lost)
    if len(files) == 1:
        return
    again = type(shop)(tmp_path / "backwards")
    again.folder.mkdir()
    brought(again, files[::-1])
    assert outcome(again)[0] == worth


def test_the_order_is_named_where_only_money_tells_of_a_claim(shop: Any) -> None:
    brought(shop, [BOOKED])
    (said,) = outcome(shop)[2]
    assert A in said
    assert "books" in said


def test_a_decision_is_known_from_the_day_of_its_mail(shop: Any) -> None:
    brought(shop, [NOTICE, LOST])
    assert outcome(shop, date(2026, 10, 19))[0] == []
    assert outcome(shop, date(2026, 10, 24))[0] == PENDING
    assert outcome(shop, date(2026, 10, 25))[0] == [("granted", "yes")]


def test_no_order_of_imports_changes_what_holds(tmp_path: Path, shop: Any) -> None:
    files = [claims(), LOST, BOOKED]
    for number, several in enumerate(permutations(files)):
        one = type(shop)(tmp_path / str(number))
        one.folder.mkdir()
        brought(one, [*several])
        assert outcome(one)[0] == [("granted", "yes")]
