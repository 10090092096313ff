"""How many rows in; an All Orders file of that size, feedback and claims on some of its orders out.

The layout is the 34 columns that Seller Central writes in 2026, tab-separated and never quoted. All is made up, and
the same for the same number of rows: about 85 % of the orders have one item, some are cancelled or pending and have no
price, some product names have an inch mark.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

EDITION = 1
"""Raise it when a file of the same size becomes another one: older files are then not taken again."""
EDITION_OF_CLAIMS = 2
ENDS = datetime(2026, 11, 20, tzinfo=UTC)
DAYS = 120
HEADER = (
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status order-item-id fulfillment-channel "
    "sales-channel order-channel ship-service-level product-name sku asin item-status quantity currency item-price "
    "item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount "
    "ship-promotion-discount ship-city ship-state ship-postal-code ship-country promotion-ids cpf is-business-order "
    "purchase-order-number price-designation signature-confirmation-recommended"
)
THINGS = ("Water Bottle", "Desk Lamp", "Yoga Mat", "Phone Case", "Bread Knife", "Rain Jacket", "Dog Leash", "Kettle")
WORDS = ("Stainless Steel", "Leakproof", "with two lids", "Foldable", "750 ml", 'for 6" pots', "Non-Slip", "BPA-free",
         "Extra Long", "for Kids", "2-Pack", "USB-C", "Gift Box", "Machine Washable")  # fmt: skip
CITIES = (("SEATTLE", "WA"), ("Austin", "TX"), ("SAN FRANCISCO", "CA"), ("Brooklyn", "NY"), ("PORTLAND", "OR"))
CLAIMS = "order_id,filed_at,claim_id,marketplace,reason,amount,currency,status,decided_at,decision"
STATUSES = ("Shipped",) * 93 + ("Cancelled",) * 3 + ("Pending",) * 2 + ("Unshipped",) * 2
ITEMS = (1,) * 85 + (2,) * 10 + (3,) * 4 + (4,)
REASONS = ("Package didn't arrive", "Item not as described", "Return not refunded")


@dataclass(frozen=True)
class Files:
    """Where the files of one size lie."""

    orders: Path
    feedback: Path
    claims: Path


def make(folder: Path, rows: int) -> Files:
    """The files with that many All Orders rows, made if they are not there yet."""
    end = f"{EDITION}-{rows}"
    claims = folder / f"claims-{EDITION_OF_CLAIMS}-{rows}.csv"
    files = Files(folder / f"all-orders-{end}.txt", folder / f"feedback-{end}.csv", claims)
    if all(path.exists() for path in (files.orders, files.feedback, files.claims)):
        return files
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(rows)
    placed = _write_orders(dice, files.orders, rows)
    _write(files.feedback, "order_id,left_at,rating,comment", _feedback(dice, placed))
    _write(files.claims, CLAIMS, _claims(dice, placed))
    return files


def _write(path: Path, header: str, lines: Iterator[str]) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as out:
        out.write(f"{header}\n")
        out.writelines(lines)
    part.rename(path)


def _write_orders(dice: random.Random, path: Path, rows: int) -> list[tuple[str, datetime]]:
    """Write the orders; a hundredth of them (id and moment) are kept for feedback and claims."""
    some: list[tuple[str, datetime]] = []
    _write(path, HEADER.replace(" ", "\t"), islice(_orders(dice, rows, some), rows))
    return some


def _catalogue(dice: random.Random) -> list[tuple[str, str, str, int]]:
    """Products: name, SKU, ASIN, price in cents."""
    products = []
    for number in range(2000):
        name = f"{dice.choice(THINGS)} {', '.join(dice.sample(WORDS, dice.randint(2, 6)))} No. {number}"
        products.append((name, f"SKU-{number:04d}-BLK", f"B0{dice.randrange(10**8):08d}", dice.randint(599, 8999)))
    return products


def _orders(dice: random.Random, rows: int, some: list[tuple[str, datetime]]) -> Iterator[str]:
    """Lines, the items of an order one after the other: the oldest order first, as the export has them."""
    products, begins, second = _catalogue(dice), ENDS - timedelta(days=DAYS), DAYS * 86400 / rows
    made = 0
    while made < rows:
        placed = begins + timedelta(seconds=int(made * second))
        order = f"{dice.randint(100, 999)}-{dice.randrange(10**7):07d}-{dice.randrange(10**7):07d}"
        items = dice.choice(ITEMS)
        if dice.random() < 0.01:
            some.append((order, placed))
        yield from _lines(dice, order, placed, [dice.choice(products) for _ in range(items)])
        made += items


def _lines(dice: random.Random, order: str, placed: datetime, items: list[tuple[str, str, str, int]]) -> Iterator[str]:
    status, (city, state) = dice.choice(STATUSES), dice.choice(CITIES)
    updated = placed + timedelta(seconds=dice.randint(60, 900_000))
    head = f"{order}\t{order}\t{placed:%Y-%m-%dT%H:%M:%S}+00:00\t{updated:%Y-%m-%dT%H:%M:%S}+00:00\t{status}"
    service = dice.choice(("Standard", "Standard", "Expedited", "SecondDay"))
    middle = f"{dice.choice(('Amazon', 'Merchant'))}\tAmazon.com\t\t{service}"
    place = f"{city}\t{state}\t{dice.randint(10000, 99999)}-{dice.randrange(10**4):04d}\tUS"
    business = "true" if dice.random() < 0.05 else "false"
    for name, sku, asin, cents in items:
        item_status = status if status in ("Shipped", "Cancelled") else "Unshipped"
        many = dice.choice((1, 1, 1, 2))
        money = f"USD\t{cents * many / 100:.2f}\t{cents * many * 0.08 / 100:.2f}\t0.00\t0.00\t\t\t\t"
        if status in ("Cancelled", "Pending"):
            many, money = (0 if status == "Cancelled" else many), "\t" * 8
        promotion = f"Duplicated A3JU1FCINF5SD0 {dice.randrange(10**13):013d}" if dice.random() < 0.3 else ""
        yield (
            f"{head}\t{dice.randrange(10**14):014d}\t{middle}\t{name}\t{sku}\t{asin}\t{item_status}\t{many}\t{money}\t"
            f"{place}\t{promotion}\t\t{business}\t\t\tfalse\n"
        )


def _feedback(dice: random.Random, placed: list[tuple[str, datetime]]) -> Iterator[str]:
    for order, moment in placed:
        left = moment + timedelta(days=dice.randint(2, 30))
        yield f"{order},{left:%Y-%m-%d},{dice.choice((1, 2, 3, 4, 5, 5, 5, 5, 5, 5))},Came {left:%A}\n"


def _claims(dice: random.Random, placed: list[tuple[str, datetime]]) -> Iterator[str]:
    for number, (order, moment) in enumerate(dice.sample(placed, len(placed) // 5)):
        filed = moment + timedelta(days=dice.randint(3, 40))
        decided, reason = filed + timedelta(days=dice.randint(3, 6)), dice.choice(REASONS)
        ends = ("Closed", f"{decided:%Y-%m-%dT%H:%M:%SZ}", dice.choice(("granted", "granted", "denied")))
        now = ("Action required", "", "") if decided > ENDS else ends
        yield f"{order},{filed:%Y-%m-%dT%H:%M:%SZ},C-{number},US,{reason},19.90,USD,{','.join(now)}\n"
