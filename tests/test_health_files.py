"""Downloads of Account Health and of Cajari, whose columns go by meaning: what is which, what is read, what is told of it."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from atoz_cli.answers import Answer
from atoz_cli.answers.files import Receipt
from atoz_cli.cells import Reading, present
from atoz_cli.sheets.files import receipts
from atoz_cli.sources import recognise
from atoz_cli.sources.columns import found_in
from atoz_cli.sources.declare import sources
from atoz_cli.views import render

ORDER = "111-0000001-0000001"
DEFECTS = "Order Date,Order ID,Negative Feedback,A-to-z Claim,Chargeback,Impacts Account Health"
HEADERS = {
    "order_defects": [
        DEFECTS,
        "Order Id,Order Date,Fulfilled By,Late Shipment,Negative Feedback,A-to-z Guarantee claim,Chargeback claim",
        "orderId,orderDate,negativeFeedback,aToZClaim,chargeBack",
        "order_id,order_date,negative_feedback,a_to_z_claim",
        "Bestelldatum,Bestellnummer,Versandart,Negative Bewertung,A-bis-z-Garantieantrag,Rückbuchung,Kontozustand",
        "Date de la commande,N° de commande,Évaluation négative,Réclamation Garantie A à Z,Contestation de prélèvement",
        "Data dell'ordine,Numero d’ordine,Feedback negativo,Reclamo Garanzia dalla A alla Z,Storno di addebito",
        "Fecha del pedido,Nº de pedido,Valoración negativa,Reclamación de la Garantía de la A a la Z,Contracargo",
        "注文日,注文番号,低い評価,Amazonマーケットプレイス保証申請,チャージバック,アカウントの健全性への影響",
    ],
    "late_shipments": [
        "Order Date,Order ID,Expected Ship Date,Ship Confirmation Date,Impacts Account Health",
        "Bestelldatum,Bestellnummer,Voraussichtliches Versanddatum,Versandbestätigung,Kontozustand",
        "Date de commande,Numéro de commande,Date d'expédition prévue,Confirmation d'expédition",
        "Data ordine,Numero ordine,Data di spedizione prevista,Data di conferma spedizione",
        "Fecha del pedido,Número de pedido,Fecha de envío prevista,Fecha de confirmación de envío",
        "注文日,注文番号,出荷予定日,出荷通知日",
    ],
    "cancellations": [
        "Order Date,Order ID,Impacts Account Health",
        "Bestelldatum,Bestellnummer,Auswirkung auf den Kontozustand",
        "注文日,注文番号,アカウント健全性への影響",
    ],
    "tracking": [
        "Order ID,Carrier Name,Tracking ID,Origin Country,Promised Delivery Date,Ship Method,Valid Tracking ID,First scan",
        "Order ID,Carrier,Tracking Number,Promised Delivery Date",
        "Bestellnummer,Transportunternehmen,Sendungsnummer,Zugesagtes Lieferdatum,Versandart,Produktkategorie",
        "Numéro de commande,Transporteur,Numéro de suivi,Date de livraison promise",
        "Numero ordine,Corriere,Numero di tracciabilità,Data di consegna promessa",
        "Número de pedido,Transportista,Número de seguimiento,Fecha de entrega prometida",
        "注文番号,配送業者,お問い合わせ伝票番号,お届け予定日",
    ],
    "on_time_delivery": [
        "Order ID,Promised ship date,Ship confirmation date,Carrier first scan date,"
        "Promised delivery date without promise extension,Actual delivery date",
        "Order ID,Tracking ID,Promised delivery date,Delivered after promised date without extension (YES/NO)",
        "order id,tracking number,carrier name,promised delivery date,first physical scan date/time,not delivered on time",
        "Bestellnummer,Zugesagtes Versanddatum,Datum des ersten Scans,Zugesagtes Lieferdatum,Tatsächliches Lieferdatum",
        "注文番号,出荷予定日,出荷通知日,お届け予定日,お届け日",
    ],
    "cajari_claims": [
        "Order ID,Claim Date,Claim Status,Claim Decision Reason,Settlement Amount,Problem Items,ODR Impact,Appeal History",
        "orderIdentifier,claimFiledDate,claimStatus,claimDecisionReason,odrImpact",
    ],
    "cajari_defects": [
        "Order Date,Order Identifier,Fulfillment Method,Negative Feedback,A-to-Z Claims,Chargeback Status,Account Impact",
        "order_date,order_identifier,negative_feedback,a_to_z_claims,account_impact,time_period",
    ],
}
EVERY = [(name, header) for name, headers in HEADERS.items() for header in headers]


def table(shop: Any, *lines: str) -> Receipt:
    (done,) = shop.load(shop.put("health.csv", "\n".join(lines) + "\n"))
    receipt: Receipt = done.receipt
    return receipt


def found(name: str, header: str) -> dict[str, str]:
    columns = header.split(",")
    return {field: columns[place] for field, place in found_in(sources()[name], columns).items()}


# --- which is which ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "header"), EVERY)
def test_a_header_is_one_source_in_any_order(shop: Any, name: str, header: str) -> None:
    columns = header.split(",")
    for seed in range(4):
        Random(seed).shuffle(columns)
        known = [one.name for one in sources().values() if recognise._is_amazons(one, columns)]
        assert known == [name]
        receipt = table(shop, ",".join(columns))
        assert (receipt.source, receipt.error) == (name, None)


@pytest.mark.parametrize(("name", "header"), EVERY)
def test_columns_that_nobody_knows_change_nothing(name: str, header: str) -> None:
    wide = f"SKU Count,{header},Buyer Segment,備考"
    if name == "cancellations":  # known by having no other column: it could be any of the others
        assert recognise._is_amazons(sources()[name], wide.split(",")) is False
        return
    assert found(name, wide) == found(name, header)
    assert recognise._is_amazons(sources()[name], wide.split(","))


@pytest.mark.parametrize("own", [source.name for source in sources().values() if source.own])
def test_our_own_files_are_none_of_these(own: str) -> None:
    for pick in (0, -1):
        header = [column.written[pick] for column in sources()[own].columns.values()]
        assert [name for name in HEADERS if recognise._is_amazons(sources()[name], header)] == []


def test_a_claims_file_with_columns_of_cajari_is_asked_about(shop: Any) -> None:
    receipt = table(shop, "order_id,filed_at,funded_by,Settlement Amount", f"{ORDER},2026-10-01,seller,5.00")
    assert receipt.source is None
    assert receipt.hint is not None
    assert "--as cajari_claims" in receipt.hint
    assert "--as claims" in receipt.hint


@pytest.mark.parametrize(
    "header", ["Order ID", "Order ID,Order Date", "Order ID,Order Date,Impacts Account Health,Notes"]
)
def test_too_little_to_tell_is_refused_with_a_way_out(shop: Any, header: str) -> None:
    receipt = table(shop, header, ",".join([ORDER, "2026-10-01", "Yes", "?"][: header.count(",") + 1]))
    assert (receipt.source, receipt.rows) == (None, 0)
    assert receipt.hint is not None
    assert "--as" in receipt.hint
    assert "atoz sources" in receipt.hint


def test_a_cancellation_file_with_more_columns_can_be_named(shop: Any) -> None:
    path = shop.put("x.csv", f"Order ID,Order Date,Impacts Account Health,Notes\n{ORDER},2026-10-01,Yes,late\n")
    (done,) = shop.load(path, source="cancellations")
    assert (done.receipt.added, done.receipt.ignored) == (1, ("Notes",))


# --- how columns are spelled ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("a_to_z_claim", ["A-to-z Guarantee Claims", "AtoZ claim", "A to Z", "Has A-to-Z claim?", "a2z claim", "Guarantee Claim"]),
        ("negative_feedback", ["Negative feedback received", "NEGATIVE FEEDBACKS", "Feedback (negative)", "Négative évaluation"]),
        ("chargeback", ["Service Chargeback", "Chargebacks", "Credit card chargeback claim", "charge-back"]),
        ("order_id", ["Amazon Order ID", "Order number", "Order Identifier", "order-id"]),
        ("placed_at", ["Order Date (UTC)", "Date of order", "Purchase Date"]),
        ("counts", ["Impacts account health?", "Impact on Account Health", "Account Health impact"]),
    ],
)  # fmt: skip
def test_spellings_mean_the_same(field: str, spellings: list[str]) -> None:
    for spelling in spellings:
        assert found("order_defects", f"Notes,{spelling}") == {field: spelling}


@pytest.mark.parametrize(
    "header",
    ["A-to-z claim ID", "A-to-z claim date", "Chargeback amount", "chargeback_id", "Negative feedback rate", "Zone A", "Ship date"],
)  # fmt: skip
def test_what_only_tells_of_a_defect_is_none(header: str) -> None:
    assert found("order_defects", header) == {}


def test_the_exact_name_comes_before_the_meaning() -> None:
    assert found("order_defects", "A-to-z Guarantee,A-to-z Claim")["a_to_z_claim"] == "A-to-z Claim"


# --- what is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell", ["X", "x", "Yes", "YES", "✓", "1", "2", "2026-10-01", "Ja", "Pending", "Closed", "はい", "○"]
)
def test_anything_but_no_is_a_defect(cell: str) -> None:
    assert present(cell, Reading(), "chargeback") is True


@pytest.mark.parametrize(
    "cell", ["No", "0", "0.0", "false", "None", "No chargeback", "not filed", "NA", "n.a.", "–", "なし", "Nein"]
)
def test_no_is_no_defect(cell: str) -> None:
    assert present(cell, Reading(), "chargeback") is False


@pytest.mark.parametrize("cell", ["", " ", "--", "-", "N/A", "n/a"])
def test_a_blank_says_nothing(cell: str) -> None:
    assert present(cell, Reading(), "chargeback") is None


def test_one_bad_cell_refuses_its_row_and_no_other(shop: Any) -> None:
    receipt = table(
        shop, DEFECTS,
        f"2026-09-20,{ORDER},X,,,Yes",
        "2026-09-20,111-0000002-0000002,,X,,perhaps",
        "2026-19-20,111-0000003-0000003,,X,,Yes",
        "2026-09-20,,,X,,Yes",
    )  # fmt: skip
    assert (receipt.added, receipt.refused) == (1, 3)
    assert [(one.line, one.column) for one in receipt.refusals] == [
        (3, "Impacts Account Health"), (4, "Order Date"), (5, "Order ID"),
    ]  # fmt: skip


def test_an_order_is_under_each_metric_once(shop: Any) -> None:
    cancelled = f"Order Date,Order ID,Impacts Account Health\n2026-09-20,{ORDER},Yes\n"
    defect = f"{DEFECTS}\n2026-09-20,{ORDER},X,,,Yes\n"
    for text in (cancelled, defect, cancelled):
        shop.load(shop.put("x.csv", text))
    held = shop.facts()["health_orders"]
    assert sorted(row["metric"] for row in held) == ["cancellations", "order_defects"]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-10-03 (GMT) (2026-10-02 PT)", "2026-10-03T00:00:00"),
        ("2026-10-03 01:30:00 (2026-10-02 18:30:00 PT)", "2026-10-03T01:30:00"),
        ("2026-10-03 01:30 GMT (2026-10-02 18:30 PT)", "2026-10-03T01:30:00"),
        ("10/13/2026 (10/12/2026 PT)", "2026-10-13T00:00:00"),
        ("Oct 3, 2026 (Oct 2, 2026 PT)", "2026-10-03T00:00:00"),
        ("03-Oct-2026 (02-Oct-2026 PT)", "2026-10-03T00:00:00"),
        ("2026-10-03", "2026-10-03T00:00:00"),
    ],
)
def test_the_order_date_of_on_time_delivery_is_that_in_gmt(shop: Any, cell: str, moment: str) -> None:
    header = "Order ID,Order date (GMT with PT in parentheses),Promised delivery date,Actual delivery date"
    assert table(shop, header, f'{ORDER},"{cell}",2026-10-09,2026-10-08').refusals == ()
    assert shop.facts()["health_orders"][0]["placed_at"] == moment


def test_an_order_is_late_where_one_of_its_rows_is(shop: Any) -> None:
    header = "Order ID,SKU,Promised delivery date,Actual delivery date,Delivered after promised date without extension"
    rows = [f"{ORDER},MUG,2026-10-09,2026-10-10,YES", f"{ORDER},CUP,2026-10-09,2026-10-09,NO"]
    for lines in (rows, rows[::-1]):
        table(shop, header, *lines)
        assert [row["late"] for row in shop.facts()["health_orders"]] == [True]


def test_the_promise_is_the_one_with_extension_where_there_is_one(shop: Any) -> None:
    header = "Order ID,Promised delivery date without promise extension,Promised delivery date with promise extension,Actual delivery date"
    receipt = table(
        shop, header, f"{ORDER},2026-10-09,2026-10-11,2026-10-10", "111-0000002-0000002,2026-10-09,,2026-10-08"
    )
    assert [row["deliver_by"][:10] for row in shop.facts()["shipments"]] == ["2026-10-11", "2026-10-09"]
    assert receipt.ignored == ()


@pytest.mark.parametrize(
    "column",
    ["Product Category", "product-category", "Category", "Produktkategorie", "Catégorie de produit", "商品カテゴリー"],
)
def test_the_category_of_a_package_is_kept(shop: Any, column: str) -> None:
    header = f"Order ID,Tracking ID,Promised Delivery Date,{column}"
    table(
        shop, header, f"{ORDER},T1,2026-10-09,Kitchen", f"{ORDER},T2,2026-10-09,Pet Supplies", f"{ORDER},T3,2026-10-09,"
    )
    held = {row["tracking_number"]: row.get("category") for row in shop.facts()["health_orders"]}
    assert held == {"T1": "Kitchen", "T2": "Pet Supplies", "T3": None}


def test_an_x_for_tracking_does_not_say_which(shop: Any) -> None:
    header = "Order ID,Tracking ID,Promised Delivery Date,Valid Tracking"
    table(
        shop,
        header,
        *(f"111-000000{at}-0000001,T{at},2026-10-09,{cell}" for at, cell in enumerate(("Yes", "NO", "X", ""))),
    )
    assert [row.get("valid_tracking") for row in shop.facts()["health_orders"]] == [True, False, None, None]


def test_a_claim_of_cajari_keeps_the_reason_as_it_is(shop: Any) -> None:
    header = "Order ID,Claim Date,Claim Decision Reason,Settlement Amount,ODR Impact"
    lines = (header, f"{ORDER},2026-10-20,PRODUCT_DEFECTIVE,5.00,Yes", f"{ORDER},2026-10-21,PRODUCT_DEFECTIVE,5.00,No")
    assert table(shop, *lines).added == 2
    assert table(shop, *lines).unchanged == 2
    held = shop.facts()["claims"]
    assert {row["reason"] for row in held} == {"PRODUCT_DEFECTIVE"}
    assert [row["counts_in_odr"] for row in held] == [True, False]


def test_triage_is_told_of_the_claims_among_the_defects(shop: Any) -> None:
    text = f"{DEFECTS}\n2026-09-20,{ORDER},X,No,,Yes\n2026-09-20,111-0000002-0000002,,X,X,Yes\n"
    (done,) = shop.load(shop.put("x.csv", text), claims_first=True)
    assert (done.claims_on, done.chargebacks_on) == (("111-0000002-0000002",), ("111-0000002-0000002",))


# --- what the receipt tells ----------------------------------------------------------------------------------------


def defects(shop: Any) -> Receipt:
    return table(
        shop,
        "SKU Count,Order ID,Order Date,AtoZ claim,",
        f"2,{ORDER},2026-09-09,X",
        "1,111-0000002-0000002,2026-11-07,X",
    )


def text_of(*all_of_them: Receipt, width: int | None = None) -> str:
    answer = Answer("atoz.import/1", None, all_of_them)
    return render(answer, "table", sheets=lambda: receipts(all_of_them), width=width, colour=False)


def test_a_receipt_lists_what_was_understood_and_what_ignored(shop: Any) -> None:
    receipt = defects(shop)
    assert [(one.column, one.field) for one in receipt.understood] == [
        ("Order ID", "order_id"), ("Order Date", "placed_at"), ("AtoZ claim", "a_to_z_claim"),
    ]  # fmt: skip
    assert receipt.ignored == ("SKU Count",)
    assert "health.csv: understood Order ID, Order Date, AtoZ claim; ignored SKU Count" in text_of(receipt)


def test_columns_that_go_by_name_are_not_told(shop: Any) -> None:
    receipt = table(shop, "order_id,refunded_at,amount,notes", f"{ORDER},2026-10-01,5.00,x")
    assert (receipt.understood, receipt.ignored) == ((), ())
    assert "understood" not in text_of(receipt)


def test_a_receipt_tells_the_days_where_there_is_room(shop: Any) -> None:
    receipt = defects(shop)
    assert "2026-09-09 … 11-07" in text_of(receipt)
    narrow = text_of(receipt, width=50)
    assert "Covers" not in narrow
    assert "order_defects" in narrow
    assert max(map(len, narrow.splitlines())) <= 50
    year = table(shop, "Order ID,Order Date,AtoZ claim", f"{ORDER},2025-12-30,X", "111-0000002-0000002,2026-01-12,X")
    assert "2025-12-30 … 2026-01-12" in text_of(year)
    one = table(shop, "Order ID,Order Date,AtoZ claim", f"{ORDER},2025-12-30,X")
    assert "2025-12-30  " in text_of(one)
    none = table(shop, "Order ID,AtoZ claim", f"{ORDER},X")
    assert "Covers" not in text_of(none)


def test_json_spells_the_period_from_and_to(shop: Any) -> None:
    text = render(Answer("atoz.import/1", None, (defects(shop),)), "json", sheets=tuple, width=None, colour=False)
    (row,) = json.loads(text)["data"]
    assert row["covers"] == {"from": "2026-09-09", "to": "2026-11-07"}
    assert row["understood"][0] == {"column": "Order ID", "field": "order_id"}
