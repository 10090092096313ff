"""Writes the seller's files as Amazon gives them: headers, separators, date formats, encodings, line ends."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from _events import Row, Seller, stamp
from _orders import NOW, Item, Order, item_cents, tax_cents


def _names(text: str, between: str | None = None) -> list[str]:
    return text.split(between)


ALL_ORDERS_US = _names("""
amazon-order-id merchant-order-id purchase-date last-updated-date order-status order-item-id fulfillment-channel
sales-channel order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax
shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city
ship-state ship-postal-code ship-country promotion-ids cpf is-business-order purchase-order-number price-designation
signature-confirmation-recommended
""")
ALL_ORDERS_EU = _names("""
amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel
order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax
shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city
ship-state ship-postal-code ship-country promotion-ids payment-method-details item-extensions-data is-business-order
purchase-order-number price-designation fulfilled-by buyer-company-name buyer-tax-registration-country
buyer-tax-registration-type is-heavy-or-bulky is-replacement-order is-exchange-order original-order-id
is-amazon-invoiced vat-exclusive-item-price vat-exclusive-shipping-price vat-exclusive-giftwrap-price is-iba
is-buyer-requested-cancellation buyer-requested-cancel-reason is-transparency ioss-number order-invoice-type
""")
FEEDBACK = {
    "US": _names("Date|Rating|Comments|Your Response|Order ID|Rater Email", "|"),
    "DE": _names("Datum|Bewertung|Kommentar|Ihre Antwort|Transaktionsnummer|E-Mail des Bewertenden", "|"),
}
RETURNS_32 = _names(
    """\
Order ID|Order date|Return request date|Return request status|Amazon RMA ID|Merchant RMA ID|Label type|\
Label cost|Currency code|Return carrier|Tracking ID|Label to be paid by|A-to-Z Claim|Is prime|ASIN|\
Merchant SKU|Item Name|Return quantity|Return Reason|In policy|Return type|Resolution|Invoice number|\
Return delivery date|Order Amount|Order quantity|SafeT Action reason|SafeT claim id|SafeT claim state|\
SafeT claim creation time|SafeT claim reimbursement amount|Refunded Amount""",
    "|",
)
RETURNS = {"US": RETURNS_32, "DE": [*RETURNS_32, "Category", "VAT", "Order Item ID"]}
SHIPMENTS = _names("""order_id package_id carrier service tracking_number ship_by confirmed_at first_scan_at deliver_by
delivered_at delivered_to_postal_code signed_by label claims_protected returned_at ship_from""")
SHIPMENTS_FROM = NOW.date() - timedelta(days=75)


def write(seller: Seller, folder: Path) -> None:
    """Every file but the performance report, which is computed from these."""
    _tab(folder / "all-orders-us.txt", ALL_ORDERS_US, _order_rows(seller, "US"), "utf-8", "\r\n")
    _tab(folder / "all-orders-de.txt", ALL_ORDERS_EU, _order_rows(seller, "DE"), "cp1252", "\r\n")
    _tab(folder / "feedback-us.txt", FEEDBACK["US"], _feedback_rows(seller, "US"), "utf-8", "\n")
    _tab(folder / "feedback-de.txt", FEEDBACK["DE"], _feedback_rows(seller, "DE"), "utf-16-le", "\r\n", bom="\ufeff")
    _tab(folder / "returns-us.txt", RETURNS["US"], _return_rows(seller, "US"), "utf-8", "\n")
    _tab(folder / "returns-de.txt", RETURNS["DE"], _return_rows(seller, "DE"), "utf-8", "\n")
    _csv(folder / "claims.csv", seller.claims)
    _csv(folder / "chargebacks.csv", seller.chargebacks)
    _csv(folder / "feedback_events.csv", seller.feedback_events)
    _csv(folder / "refunds.csv", seller.refunds)
    _csv(folder / "messages.csv", seller.messages)
    _csv(folder / "shipments.csv", [_shipment(order) for order in seller.orders if _has_shipment(seller, order)])


def _tab(path: Path, header: list[str], rows: Iterable[list[str]], encoding: str, end: str, bom: str = "") -> None:
    """Tab separated, never quoted."""
    text = bom + end.join(["\t".join(header), *("\t".join(row) for row in rows), ""])
    path.write_bytes(text.encode(encoding))


def _csv(path: Path, rows: list[Row]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode())


# All Orders


def _order_rows(seller: Seller, market: str) -> list[list[str]]:
    header = ALL_ORDERS_US if market == "US" else ALL_ORDERS_EU
    rows = [
        [_order_row(order, item).get(name, "") for name in header]
        for order in reversed(seller.orders)
        if order.market == market
        for item in order.items
    ]
    for at in range(300, len(rows), 590):  # exact duplicates do occur
        rows.insert(at, rows[at - 1])
    return rows


def _status(order: Order) -> str:
    if order.cancelled or order.pending:
        return "Cancelled" if order.cancelled else "Pending"
    if order.shipped:
        return "Shipped"
    return "Unshipped" if order.channel == "mfn" else "Shipping"


def _order_row(order: Order, item: Item) -> Row:
    gone = order.cancelled or item.cancelled
    status = _status(order)
    row = {
        "amazon-order-id": order.order_id,
        "merchant-order-id": order.order_id,
        "purchase-date": _offset(order.placed),
        "last-updated-date": _offset(order.updated),
        "order-status": status,
        "order-item-id": item.item_id,
        "fulfillment-channel": "Merchant" if order.channel == "mfn" else "Amazon",
        "sales-channel": "Amazon.com" if order.market == "US" else "Amazon.de",
        "ship-service-level": order.service,
        "product-name": item.product.name,
        "sku": item.product.sku,
        "asin": item.product.asin,
        "item-status": "Cancelled" if gone else "" if order.pending else "Shipped" if order.shipped else "Unshipped",
        "quantity": "0" if gone else str(item.quantity),
        "is-business-order": _true(order.business),
    }
    if not order.pending:
        row |= {
            "ship-city": order.place.city,
            "ship-state": order.place.state,
            "ship-postal-code": order.place.postal_code,
            "ship-country": order.place.country,
        }
    if order.market == "US":
        row |= {"signature-confirmation-recommended": _true(item_cents(item) > 50000)}
    else:
        row |= _german(order)
    if order.mcf:
        row |= {"merchant-order-id": f"WEB-{order.order_id[-5:]}", "sales-channel": "Non-Amazon", "product-name": "X"}
    elif not (gone or order.pending):
        row |= _prices(order, item)
    return row


def _german(order: Order) -> Row:
    return {
        "fulfilled-by": "",
        "is-heavy-or-bulky": "false",
        "is-replacement-order": "false",
        "is-exchange-order": "false",
        "is-amazon-invoiced": "false",
        "is-iba": "false",
        "is-transparency": "false",
        "is-buyer-requested-cancellation": _true(order.cancelled_by_buyer),
        "buyer-requested-cancel-reason": "ORDERED_BY_MISTAKE" if order.cancelled_by_buyer else "",
        "buyer-tax-registration-country": "DE" if order.business else "",
        "buyer-tax-registration-type": "VAT" if order.business else "",
    }


def _prices(order: Order, item: Item) -> Row:
    """Amounts of the whole quantity; shipping stands on the first item."""
    shipping = order.shipping_cents if item is order.items[0] else 0
    row = {
        "currency": order.currency,
        "item-price": _short(item_cents(item)),
        "item-tax": _short(tax_cents(order, item)),
        "shipping-price": _short(shipping),
        "shipping-tax": "0" if shipping else "",
    }
    if order.business:
        row["price-designation"] = "Business Price"
    if order.placed.month == 10 and 6 <= order.placed.day <= 9 and order.business:
        row |= {"item-promotion-discount": "1.5", "promotion-ids": "Duplicated A3JU1FCINF5SD0 1791244800772"}
    if order.market == "DE":
        vat = 1.19 if order.place.country == "DE" else 1.2
        row |= {
            "item-tax": _short(item_cents(item) - round(item_cents(item) / vat)),
            "shipping-tax": _short(shipping - round(shipping / vat)),
            "vat-exclusive-item-price": _short(round(item_cents(item) / vat)),
            "vat-exclusive-shipping-price": _short(round(shipping / vat)),
        }
    return row


def _offset(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S+00:00}"


def _short(cents: int) -> str:
    """25.0, 1.66, 0."""
    return str(cents / 100) if cents else "0"


def _true(value: bool) -> str:
    return "true" if value else "false"


# feedback, returns, shipments


def _feedback_rows(seller: Seller, market: str) -> list[list[str]]:
    newest_first = sorted(seller.feedback[market], key=lambda row: (row["left"], row["order_id"]), reverse=True)
    return [
        [
            _left(market, date.fromisoformat(row["left"])),
            row["rating"],
            row["comment"],
            row["answer"],
            row["order_id"],
            "",
        ]
        for row in newest_first
    ]


def _left(market: str, day: date) -> str:
    return f"{day.month}/{day.day}/{day:%y}" if market == "US" else f"{day:%d.%m.%y}"


def _return_rows(seller: Seller, market: str) -> list[list[str]]:
    """A blank is one space; the German file has decimal commas."""
    amounts = ("Label cost", "Order Amount", "Refunded Amount", "VAT")
    for row in seller.returns[market]:
        if market == "DE":
            row |= {name: row[name].replace(".", ",") for name in amounts}
    return [[row.get(name) or " " for name in RETURNS[market]] for row in seller.returns[market]]


def _has_shipment(seller: Seller, order: Order) -> bool:
    if not order.shipped or order.mcf:
        return False
    claimed = any(row["order_id"] == order.order_id for row in seller.claims)
    return claimed or (order.channel == "mfn" and order.placed_on >= SHIPMENTS_FROM)


def _shipment(order: Order) -> Row:
    parcel, own = order.parcel, order.channel == "mfn"
    delivered = stamp(parcel.delivered)
    values = (
        order.order_id,
        "1",
        parcel.carrier,
        parcel.service,
        parcel.tracking,
        f"{parcel.ship_by:%Y-%m-%dT%H:%M:%SZ}",
        stamp(parcel.confirmed),
        stamp(parcel.scanned),
        f"{parcel.deliver_by:%Y-%m-%dT%H:%M:%SZ}",
        delivered,
        order.place.postal_code[:5] if delivered else "",
        "yes" if delivered and parcel.signed else "",
        parcel.label if own else "",
        ("yes" if parcel.protected else "no") if own else "",
        stamp(parcel.returned),
        order.market,
    )
    return dict(zip(SHIPMENTS, values, strict=True))
