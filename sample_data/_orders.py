"""Orders and their parcels, drawn from a seeded generator: `orders(rng)` gives both marketplaces, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from _catalogue import CARRIERS, PLACES, PRODUCTS, Place, Product

NOW = datetime(2026, 11, 22, 21, 40, tzinfo=UTC)  # when the seller downloaded the files
FIRST_DAY = date(2026, 6, 26)
DAYS = 150
PER_DAY = {"US": 18.0, "DE": 8.7}
MFN_PERCENT = {"US": 61, "DE": 61}
ID_PREFIXES = {"US": ("111", "112", "113", "114"), "DE": ("302", "303", "304", "305", "306", "028")}
TRANSIT_DAYS = {
    ("US", "Standard"): 5,
    ("US", "Expedited"): 3,
    ("US", "SecondDay"): 2,
    ("DE", "Standard"): 3,
    ("DE", "Expedited"): 2,
}


@dataclass
class Parcel:
    """What the seller knows of a package; times after NOW are still plans and are not written."""

    carrier: str
    service: str
    tracking: str
    ship_by: datetime
    confirmed: datetime
    scanned: datetime
    deliver_by: datetime
    delivered: datetime | None
    label: str = "own"
    protected: bool = False
    signed: bool = False
    returned: datetime | None = None


@dataclass
class Item:
    """One row of All Orders."""

    item_id: str
    product: Product
    quantity: int
    cancelled: bool = False


@dataclass
class Order:
    """One order of either marketplace; `story` is true once something happens to it that the tables tell."""

    order_id: str
    market: str
    channel: str
    placed: datetime
    service: str
    place: Place
    items: list[Item]
    parcel: Parcel
    business: bool = False
    pending: bool = False
    cancelled: bool = False
    cancelled_by_buyer: bool = False
    mcf: bool = False
    story: bool = False

    @property
    def placed_on(self) -> date:
        """The UTC day of the order."""
        return self.placed.date()

    @property
    def shipped(self) -> bool:
        """Whether it has left by NOW."""
        return not (self.pending or self.cancelled) and self.parcel.confirmed <= NOW

    @property
    def currency(self) -> str:
        """The currency of the marketplace."""
        return "USD" if self.market == "US" else "EUR"

    @property
    def shipping_cents(self) -> int:
        """What the buyer paid for shipping."""
        return {"Standard": 0, "Expedited": 599, "SecondDay": 999}[self.service]

    @property
    def total_cents(self) -> int:
        """What the buyer paid for everything, tax included."""
        return self.shipping_cents + sum(item_cents(i) + tax_cents(self, i) for i in self.items if not i.cancelled)

    @property
    def updated(self) -> datetime:
        """When Amazon last changed the order."""
        if self.cancelled or self.pending:
            return min(self.placed + timedelta(hours=7, minutes=self.placed.minute), NOW)
        if self.shipped:
            return min(self.parcel.confirmed + timedelta(minutes=11 + self.placed.second), NOW)
        return min(self.placed + timedelta(minutes=34), NOW)


def item_cents(item: Item) -> int:
    """Price of all pieces."""
    return item.product.cents * item.quantity


def tax_cents(order: Order, item: Item) -> int:
    """US sales tax on top; German VAT is inside the price."""
    return item_cents(item) * order.place.tax // 10000 if order.market == "US" else 0


def orders(rng: Random) -> list[Order]:
    """All orders of 150 days, US and DE, by time."""
    made = [order for market in ("US", "DE") for day in range(DAYS) for order in _orders_of_day(rng, market, day)]
    return sorted(made, key=lambda o: (o.placed, o.order_id))


def _orders_of_day(rng: Random, market: str, index: int) -> Iterator[Order]:
    day = FIRST_DAY + timedelta(days=index)
    busy = 0.6 + 0.8 * index / (DAYS - 1)  # a growing shop,
    busy *= 0.9 if day.weekday() >= 5 else 1.04
    busy *= 1.7 if date(2026, 10, 6) <= day <= date(2026, 10, 9) else 1.0  # with a sale in October
    for _ in range(round(PER_DAY[market] * busy + rng.uniform(-2, 2))):
        order = _order(rng, market, day)
        if order.placed < NOW - timedelta(minutes=20):
            yield order


def _order(rng: Random, market: str, day: date) -> Order:
    placed = datetime.combine(day, time(), UTC) + timedelta(seconds=rng.randrange(86400))
    channel = "mfn" if rng.randrange(100) < MFN_PERCENT[market] else "afn"
    service = rng.choices(("Standard", "Expedited", "SecondDay" if market == "US" else "Expedited"), (88, 9, 3))[0]
    order_id = f"{rng.choice(ID_PREFIXES[market])}-{rng.randrange(10**7):07d}-{rng.randrange(10**7):07d}"
    order = Order(
        order_id,
        market,
        channel,
        placed,
        service,
        rng.choice(PLACES[market]),
        _items(rng, market),
        _parcel(rng, market, channel, service, placed),
        business=rng.randrange(100) < 6,
    )
    fate = rng.randrange(1000)
    order.cancelled = fate < 26
    order.cancelled_by_buyer = fate < 16
    order.pending = not order.cancelled and NOW - placed < timedelta(hours=9) and rng.randrange(3) == 0
    order.mcf = market == "US" and channel == "afn" and 990 <= fate < 996
    if order.mcf:
        order.order_id = f"S01-{order_id[4:]}"
    if len(order.items) > 1 and fate > 985 and not order.pending:
        order.items[-1].cancelled = True
    return order


def _items(rng: Random, market: str) -> list[Item]:
    count = rng.choices((1, 2, 3), (90, 8, 2))[0]
    return [
        Item(f"{rng.randrange(10**13, 10**14)}", product, rng.choices((1, 2, 3), (90, 8, 2))[0])
        for product in rng.sample(PRODUCTS[market], count)
    ]


def _parcel(rng: Random, market: str, channel: str, service: str, placed: datetime) -> Parcel:
    if channel == "afn":
        carrier, carrier_service = "Amazon Logistics", service
    else:
        names = CARRIERS[market]
        carrier, carrier_service, _ = rng.choices(names, [weight for *_, weight in names])[0]
    ship_day = _workdays_later(placed.date(), 2)
    ship_by = _end_of_local_day(market, ship_day)
    deliver_by = _end_of_local_day(market, ship_day + timedelta(days=TRANSIT_DAYS[market, service]))
    confirmed = placed + (ship_by - placed) * rng.uniform(0.25, 0.8)
    if rng.randrange(1000) < 22:
        confirmed = ship_by + timedelta(hours=rng.uniform(3, 30))
    scanned = confirmed + timedelta(hours=rng.uniform(1.5, 12))
    delivered: datetime | None = scanned + (deliver_by - scanned) * rng.uniform(0.35, 0.95)
    fate = rng.randrange(1000)
    if fate < 35:
        delivered = deliver_by + timedelta(hours=rng.uniform(8, 90))
    elif fate < 41:
        delivered = None
    label = "buy_shipping" if rng.randrange(100) < 55 else "own"
    return Parcel(
        carrier,
        carrier_service,
        tracking_number(rng, carrier),
        ship_by,
        confirmed,
        scanned,
        deliver_by,
        delivered,
        label,
        label == "buy_shipping" and rng.randrange(100) < 80,
        rng.randrange(100) < 7,
    )


def _workdays_later(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _end_of_local_day(market: str, day: date) -> datetime:
    """23:59:59 in Los Angeles or Berlin, in UTC; both left summer time in this autumn."""
    summer = day < (date(2026, 11, 1) if market == "US" else date(2026, 10, 25))
    offset = (7 if summer else 8) if market == "US" else (-2 if summer else -1)
    return datetime.combine(day, time(23, 59, 59), UTC) + timedelta(hours=offset)


def tracking_number(rng: Random, carrier: str) -> str:
    """A number of the carrier's shape, with the check digits of USPS and UPS."""
    digits = f"{rng.randrange(10**13):013d}"
    if carrier == "USPS":
        body = f"94001118{digits}"
        return f"{body}{-sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))) % 10}"
    if carrier == "UPS":
        body = f"9X4A7703{digits[:7]}"
        values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in body]
        return f"1Z{body}{-sum(v * (2 if i % 2 else 1) for i, v in enumerate(values)) % 10}"
    return {
        "FedEx": f"77{digits[:10]}",
        "DHL": f"0034043{digits}",
        "Hermes": f"1{digits}",
        "DPD": f"0{digits}",
        "Amazon Logistics": f"TBA{digits[:12]}",
    }[carrier]
