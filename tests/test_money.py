"""Amazon's books: what of a settlement and of a payments file becomes a fact, and what is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

FILES = Path(__file__).with_name("files")
CLAIMED, BACK, ORDER = "111-0000003-0000003", "111-0000002-0000002", "111-0000009-0000009"
V2 = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency",
    "transaction-type", "order-id", "adjustment-id", "amount-type", "amount-description", "amount", "fulfillment-id",
    "posted-date", "posted-date-time",
)  # fmt: skip
DATE_RANGE = (
    "date/time", "settlement id", "type", "order id", "description", "fulfillment", "product sales",
    "product sales tax", "shipping credits", "other", "total",
)  # fmt: skip
AT = "2026-03-02 10:00:00 UTC"


def settlement(*rows: dict[str, str], total: str | None = None, currency: str = "USD") -> str:
    """A V2 settlement with a summary in front, its total that of the rows unless told."""
    told = total if total is not None else str(sum(float(row.get("amount", "0")) for row in rows))
    lines = [{"total-amount": told, "currency": currency}, *rows]
    cells = [{"settlement-id": "7", **row} for row in lines]
    return "\n".join(["\t".join(V2), *("\t".join(row.get(name, "") for name in V2) for row in cells)]) + "\n"


def booked(
    kind: str, order: str, amount: str, what: str = "ItemPrice", text: str = "Principal", **more: str
) -> dict[str, str]:
    row = {
        "transaction-type": kind,
        "order-id": order,
        "amount-type": what,
        "amount-description": text,
        "amount": amount,
    }
    return {**row, "posted-date": AT[:10], "posted-date-time": AT, "fulfillment-id": "MFN", **more}


def payments(*rows: tuple[str, ...]) -> str:
    """A payments file with lines above its header. Rows: type, order, description, fulfillment, then the amounts."""
    above = ['"Includes Amazon Marketplace transactions"', '"All amounts in USD, unless specified"', '"Definitions:"']
    lines = [DATE_RANGE, *(("Mar 2, 2026 2:00:00 AM PST", "7", *row) for row in rows)]
    return "\n".join([*above, *(",".join(f'"{cell}"' for cell in line) for line in lines)]) + "\n"


def money(shop: Any) -> list[dict[str, Any]]:
    return shop.facts().get("money", [])


def notices(done: Any) -> list[tuple[str, str]]:
    return [(notice.code, notice.message) for notice in done.notices]


def test_the_money_of_one_claim_in_several_rows_is_one_fact(shop: Any) -> None:
    (done,) = shop.load(
        shop.put(
            "s.txt",
            settlement(
                booked("A-to-z Guarantee Refund", CLAIMED, "-60.00"),
                booked("A-to-z Guarantee Refund", CLAIMED, "-5.00", text="Shipping"),
                booked("A-to-z Guarantee Refund", CLAIMED, "4.00", "Promotion", "Shipping"),
                booked("A-to-z Guarantee Refund", CLAIMED, "9.00", "ItemFees", "Commission"),
            ),
        )
    )
    (one,) = money(shop)
    assert (one["kind"], one["amount"], one["net"], one["currency"]) == ("a_to_z_claim", "-61.0000", "-52.0000", "USD")
    receipt = done.receipt
    assert (receipt.rows, receipt.added, receipt.skipped, receipt.refused) == (5, 1, 4, 0)


def test_a_claim_of_which_only_fees_are_told_has_no_amount(shop: Any) -> None:
    shop.load(shop.put("s.txt", settlement(booked("A-to-z Guarantee Refund", CLAIMED, "-60", "Other", "A-to-z"))))
    shop.load(
        shop.put(
            "p.csv", payments(("A-to-z Guarantee Claim", CLAIMED, "", "Seller", "0", "0", "0", "-60.00", "-60.00"))
        )
    )
    assert [(row["book"], row.get("amount"), row["net"]) for row in money(shop)] == [
        ("payments", None, "-60.0000"),
        ("settlement", None, "-60.0000"),
    ]


def test_two_refunds_of_one_order_stay_two(shop: Any) -> None:
    later = {"posted-date-time": "2026-03-05 10:00:00 UTC"}
    shop.load(shop.put("s.txt", settlement(booked("Refund", BACK, "-5"), booked("Refund", BACK, "-7", **later))))
    assert sorted(row["amount"] for row in money(shop)) == ["-5.0000", "-7.0000"]


def test_rows_of_one_event_with_and_without_its_adjustment_id_are_one(shop: Any) -> None:
    one, other = booked("Refund", BACK, "-5"), booked("Refund", BACK, "-7", **{"adjustment-id": "A"})
    shop.load(shop.put("s.txt", settlement(one, other)))
    assert [(row["amount"], row["adjustment_id"]) for row in money(shop)] == [("-12.0000", "A")]


def test_the_same_settlement_in_its_older_form_and_the_same_payments_twice_change_nothing(shop: Any) -> None:
    files = [FILES / "settlement_v2" / "us_old.txt", FILES / "date_range" / "date_range_us_30.csv"]
    shop.load(*files)
    before = shop.facts()
    again = shop.load(FILES / "settlement_v1" / "settlement_v1_36.txt", *files)
    assert [(done.receipt.added, done.receipt.updated, done.receipt.unchanged) for done in again] == [(0, 0, 4)] * 3
    assert shop.facts() == before


def test_a_deferred_row_that_comes_back_in_another_settlement_is_the_same(shop: Any) -> None:
    file = payments(("Refund", BACK, "Mug", "Seller", "-5.00", "0", "0", "0", "-5.00"))
    shop.load(shop.put("a.csv", file), shop.put("b.csv", file.replace('"7"', '"8"')))
    assert [(row["amount"], row["settlement_id"]) for row in money(shop)] == [("-5.0000", "8")]


def test_a_type_that_nobody_knows_is_reported_and_no_fact(shop: Any) -> None:
    (done,) = shop.load(
        shop.put("s.txt", settlement(booked("Klimaausgleich", ORDER, "-60"), booked("Refund", BACK, "-5")))
    )
    ((code, message),) = notices(done)
    assert code == "unknown_word"
    assert "transaction-type says 'Klimaausgleich'" in message
    assert "passed over" in message
    assert [row["order_id"] for row in money(shop)] == [BACK]
    assert (done.receipt.skipped, done.receipt.refused) == (2, 0)


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        ("Rückforderung der A-bis-z-Garantie", "adjustment"), ("Recupero garanzia dalla A alla Z", "adjustment"),
        ("A-to-z Guarantee Recovery", "adjustment"), ("Réclamations au titre de la Garantie A à Z", "a_to_z_claim"),
        ("A-bis-Z-Garantieanträge", "a_to_z_claim"), ("Reclamos de A-to-z Guarantee", "a_to_z_claim"),
        ("Roszczenia w ramach gwarancji od A do Z", "a_to_z_claim"), ("Rückbuchungen", "chargeback"),
        ("Obciążenia zwrotne", "chargeback"), ("Reintegros", "chargeback"), ("REFUND", "refund"),
        ("SAFE-T補てん", "safe_t"), ("Order_Retrocharge", None), ("service  FEE", None), ("", None),
    ],
)  # fmt: skip
def test_the_words_of_every_language(shop: Any, kind: str, meaning: str | None) -> None:
    text = "A-to-z Guarantee Recovery" if meaning == "adjustment" else "Mug"
    (done,) = shop.load(shop.put("p.csv", payments((kind, BACK, text, "Seller", "-5.00", "0", "0", "0", "-5.00"))))
    assert [row["kind"] for row in money(shop)] == ([meaning] if meaning else [])
    assert notices(done) == []


def test_a_product_called_a_to_z_is_no_claim(shop: Any) -> None:
    title = "A to Z alphabet puzzle, A-to-z Guarantee"
    (done,) = shop.load(
        shop.put(
            "p.csv",
            payments(
                ("Order", ORDER, title, "Seller", "19.90", "0", "0", "0", "19.90"),
                ("Refund", BACK, title, "Seller", "-19.90", "0", "0", "0", "-19.90"),
                ("Adjustment", ORDER, f"Reimbursement: {title} Recovery", "Seller", "0", "0", "0", "3.00", "3.00"),
            ),
        )
    )
    assert [(row["kind"], row.get("about")) for row in money(shop)] == [("refund", None)]
    assert (done.receipt.skipped, notices(done)) == (2, [])


@pytest.mark.parametrize(("word", "channel"), [("Amazon", "afn"), ("Seller", "mfn"), ("Merchant", "mfn"), ("", None)])
def test_a_refund_says_who_shipped(shop: Any, word: str, channel: str | None) -> None:
    shop.load(shop.put("p.csv", payments(("Refund", BACK, "Mug", word, "-5.00", "-0.40", "-1.00", "0", "-6.40"))))
    (one,) = money(shop)
    assert (one.get("channel"), one["amount"]) == (channel, "-6.4000")


def test_fba_stays_fba_in_a_settlement(shop: Any) -> None:
    shop.load(shop.put("s.txt", settlement(booked("Refund", BACK, "-5", **{"fulfillment-id": "AFN"}))))
    assert [row["channel"] for row in money(shop)] == ["afn"]


def test_what_came_back_is_told_by_its_description_and_other_adjustments_are_passed_over(shop: Any) -> None:
    def adjusted(text: str, kind: str = "other-transaction", order: str = CLAIMED) -> dict[str, str]:
        return booked(kind, order, "5.00", kind, text, **{"adjustment-id": text})

    (done,) = shop.load(
        shop.put(
            "s.txt",
            settlement(
                adjusted("A-to-z Guarantee Recovery"), adjusted("Buyer Recharge"), adjusted("Chargeback Recovery"),
                adjusted("SAFE-T reimbursement", "SAFE-T Reimbursement"), adjusted("", "BuyerRecharge"),
                adjusted("REVERSAL_REIMBURSEMENT"), adjusted("A-to-z Guarantee Recovery", order=""),
                adjusted("Shipping label purchase", "Adjustment"), adjusted("", "FBAFees", "FBA190AAAAAA"),
            ),
        )
    )  # fmt: skip
    assert sorted((row["kind"], row["about"]) for row in money(shop)) == [
        ("adjustment", "a_to_z_recovery"), ("adjustment", "buyer_recharge"), ("adjustment", "buyer_recharge"),
        ("adjustment", "chargeback_recovery"), ("safe_t", "safe_t"),
    ]  # fmt: skip
    assert (done.receipt.skipped, done.receipt.refused, notices(done)) == (5, 0, [])


def test_an_order_that_is_not_amazons_may_be_refunded_and_a_broken_id_is_refused(shop: Any) -> None:
    (done,) = shop.load(
        shop.put("s.txt", settlement(booked("Refund", "S01-0000001-0000001", "-5"), booked("Refund", "FBA19", "-5")))
    )
    assert [row["order_id"] for row in money(shop)] == ["S01-0000001-0000001"]
    ((refusal),) = done.receipt.refusals
    assert (refusal.row, refusal.line, refusal.column, refusal.value) == (3, 4, "order-id", "FBA19")


def test_an_amount_that_is_none_refuses_its_row_even_beside_good_ones(shop: Any) -> None:
    (done,) = shop.load(
        shop.put(
            "p.csv",
            payments(
                ("Refund", BACK, "Mug", "Seller", "-5.00", "x", "-1.00", "0", "-6.00"),
                ("Order", ORDER, "Mug", "Seller", "x", "x", "x", "x", "x"),
            ),
        )
    )
    ((refusal),) = done.receipt.refusals
    assert (refusal.row, refusal.line, refusal.value) == (1, 5, "x")
    assert (done.receipt.skipped, money(shop)) == (1, [])


def test_a_refund_of_which_nothing_went_to_the_buyer_is_none(shop: Any) -> None:
    (done,) = shop.load(shop.put("p.csv", payments(("Refund", BACK, "Mug", "Seller", "0", "0", "0", "-2.00", "-2.00"))))
    assert (money(shop), done.receipt.skipped) == ([], 1)


def test_a_settlement_that_is_not_whole_says_so(shop: Any) -> None:
    rows = [booked("Order", ORDER, "125.00"), booked("Refund", BACK, "-5.00")]
    cut, whole = shop.load(
        shop.put("cut.txt", settlement(*rows, total="130.00")), shop.put("whole.txt", settlement(*rows, total="120.00"))
    )
    assert notices(cut) == [
        ("settlement_total", "cut.txt: its rows add up to 120.00, its summary says 130.00: the file is not whole")
    ]
    assert notices(whole) == []


def test_the_day_stands_in_where_the_time_is_missing(shop: Any) -> None:
    shop.load(shop.put("s.txt", settlement(booked("Refund", BACK, "-5", **{"posted-date-time": ""}))))
    assert [row["posted_at"] for row in money(shop)] == ["2026-03-02T00:00:00"]


def test_a_comma_in_yen_is_a_thousand(shop: Any) -> None:
    head = "日付/時間,決済番号,トランザクションの種類,注文番号,説明,フルフィルメント,商品売上,合計\n"
    row = f'2026/03/02 10:00:00 JST,7,返金,{BACK},カップ,出品者,"-1,990","-1,751"\n'
    shop.load(shop.put("j.csv", head + row))
    assert [(row["amount"], row["channel"]) for row in money(shop)] == [("-1990.0000", "mfn")]


def test_the_header_may_be_below_many_lines(shop: Any) -> None:
    file = "\n".join([f'"Line {number}: text, with ""quotes"""' for number in range(40)]) + "\n"
    file += payments(("Refund", BACK, "Mug", "Seller", "-5.00", "0", "0", "0", "-5.00"))
    shop.load(shop.put("p.csv", file))
    assert [row["amount"] for row in money(shop)] == ["-5.0000"]


TRANSACTION_VIEW = (
    "Date,Transaction Status,Transaction type,Order ID,Product Details,Total product charges,Amazon fees,Other,Total (USD)",
    "Datum,Transaktionsstatus,Transaktionstyp,Transaktionsnummer,Produktdetails,Artikelpreise gesamt,Andere,Summe (EUR)",
    "日付,トランザクションステータス,トランザクションの種類,注文番号,商品の詳細,商品価格合計,その他,合計 (JPY)",
)


@pytest.mark.parametrize("header", TRANSACTION_VIEW)
def test_the_transaction_view_is_refused_with_the_file_to_take(shop: Any, header: str) -> None:
    (done,) = shop.load(shop.put("t.csv", header + "\n" + "x,x\n"))
    assert done.receipt.error
    assert "date range report" in done.receipt.hint


def test_nothing_that_names_a_person_or_a_place_is_read() -> None:
    from atoz_cli.sources.declare import sources

    for name in ("settlement_v1", "settlement_v2", "date_range"):
        read = {word for column in sources()[name].columns.values() for word in column.written}
        assert not read & {"order city", "order state", "order postal", "marketplace", "marketplace-name", "sku"}
