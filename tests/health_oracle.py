"""Account Health a second time: counted with pandas from the files as written, by the words of docs/health.md alone.

It shares no code with atoz and never sees a store. `write` makes the files of a seller; `Seller(folder).health(...)`
answers numerator, numerator with what is in doubt, and denominator of each metric, marketplace, channel and category.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

Row = dict[str, Any]
Key = tuple[str, str, str, str]
"""Metric, marketplace, channel and category, blank where there is none."""
MOMENTS = ("ship_by", "confirmed_at", "first_scan_at", "deliver_by", "delivered_at")
HEADERS = {
    "orders": "order_id,placed_at,order_item_id,marketplace,channel,status,sku,quantity,ship_by,deliver_by",
    "all_orders": "amazon-order-id,purchase-date,last-updated-date,order-status,order-item-id,fulfillment-channel,"
    "sales-channel,sku,item-status,quantity,is-buyer-requested-cancellation",
    "shipments": "order_id,package_id,tracking_number,ship_by,confirmed_at,first_scan_at,deliver_by,delivered_at,ship_from",
    "messages": "order_id,received_at,answered_at,topic",
    "refunds": "order_id,refunded_at,amount,by",
    "returns": "Order ID,Return request date,Return request status,Amazon RMA ID,In policy",
    "cancellations": "Order Date,Order ID,Impacts Account Health",
    "tracking": "Order ID,Tracking ID,Promised Delivery Date,Product Category,Valid Tracking",
    "late_shipments": "Order ID,Order Date,Expected Ship Date,Ship Confirmation Date,Impacts Account Health",
    "on_time_delivery": "Order ID,Promised delivery date,Actual delivery date,Delivered after promised date",
}
TABS = ("all_orders", "returns")
PLACES = {"Amazon.com": "US", "Amazon.de": "DE"}
CHANNELS = {"Merchant": "mfn", "Amazon": "afn"}
WORDS = {"Yes": True, "No": False}
PACIFIC = ZoneInfo("America/Los_Angeles")
DAY = timedelta(days=1)
FOREVER = datetime.max.replace(tzinfo=UTC)


def write(folder: Path, facts: Mapping[str, Sequence[Row]]) -> list[Path]:
    """The files of one account: kind to rows."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind, header in HEADERS.items():
        rows = facts.get(kind)
        if not rows:
            continue
        names = header.split(",")
        assert not {name for row in rows for name in row} - set(names), kind
        frame = pd.DataFrame([[str(row.get(name, "")) for name in names] for row in rows], columns=names)
        path = folder / f"{kind}.{'txt' if kind in TABS else 'csv'}"
        frame.to_csv(path, index=False, sep="\t" if kind in TABS else ",", encoding="utf-8", lineterminator="\n")
        written.append(path)
    return written


def moment(text: str, *, end: bool = False) -> datetime | None:
    """A moment of a file: a bare day is its start, that of a promise its end."""
    if not text:
        return None
    if len(text) > 11:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    day = datetime.strptime(text, "%d-%b-%Y").date() if text[2] == "-" else date.fromisoformat(text)
    return datetime.combine(day, time(23, 59, 59) if end else time.min, UTC)


class Seller:
    """Everything that the files of a folder say."""

    def __init__(self, folder: Path) -> None:
        self.frames = {}
        for kind in HEADERS:
            for path in folder.glob(f"{kind}.*"):
                sep = "\t" if kind in TABS else ","
                self.frames[kind] = pd.read_csv(path, sep=sep, dtype=str, keep_default_na=False)
        self.orders = self._orders()
        self.packages = self._packages()

    def rows(self, kind: str) -> Iterator[Row]:
        """The rows of a file as they are written."""
        if kind in self.frames:
            yield from self.frames[kind].to_dict("records")

    def _orders(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in self.rows("orders"):
            one = found.setdefault(row["order_id"], {
                "id": row["order_id"], "placed": moment(row["placed_at"]), "place": row["marketplace"],
                "channel": row["channel"], "status": row["status"].lower(), "items": [], "asked": None,
                "ship_by": moment(row["ship_by"], end=True), "deliver_by": moment(row["deliver_by"], end=True),
            })  # fmt: skip
            one["items"].append((int(row["quantity"]) if row["quantity"] else None, False))
        for row in self.rows("all_orders"):
            if row["sales-channel"] == "Non-Amazon":
                continue
            asked = {"true": True, "false": False}.get(row["is-buyer-requested-cancellation"])
            one = found.setdefault(row["amazon-order-id"], {
                "id": row["amazon-order-id"], "placed": moment(row["purchase-date"]), "place": PLACES[row["sales-channel"]],
                "channel": CHANNELS[row["fulfillment-channel"]], "status": row["order-status"].lower(), "items": [],
                "asked": asked, "ship_by": None, "deliver_by": None,
            })  # fmt: skip
            one["items"].append((int(row["quantity"]), row["item-status"] == "Cancelled"))
        return found

    def _packages(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        blank: Row = dict.fromkeys((*MOMENTS, "tracking", "from"))

        def put(order: str, tells: bool, **own: Any) -> None:
            found.setdefault(order, []).append(blank | own | {"tells": tells})

        ends = ("ship_by", "deliver_by")
        tells = any(row["tracking_number"] for row in self.rows("shipments"))
        for row in self.rows("shipments"):
            told = {name: moment(row[name], end=name in ends) for name in MOMENTS}
            put(row["order_id"], tells, **told, tracking=row["tracking_number"], **{"from": row["ship_from"].upper()})
        tells = any(row["Tracking ID"] for row in self.rows("tracking"))
        for row in self.rows("tracking"):
            promised = moment(row["Promised Delivery Date"], end=True)
            put(row["Order ID"], tells, tracking=row["Tracking ID"], deliver_by=promised)
        for row in self.rows("late_shipments"):
            due, confirmed = moment(row["Expected Ship Date"], end=True), moment(row["Ship Confirmation Date"])
            put(row["Order ID"], False, ship_by=due, confirmed_at=confirmed)
        for row in self.rows("on_time_delivery"):
            promised, came = moment(row["Promised delivery date"], end=True), moment(row["Actual delivery date"])
            put(row["Order ID"], False, deliver_by=promised, delivered_at=came)
        return found

    def word(self, kind: str, order: str, column: str) -> tuple[bool, bool | None]:
        """Whether an order is on one of Amazon's lists, and its word there: yes, where one row says so."""
        said = [row[column] for row in self.rows(kind) if row["Order ID"] == order]
        words = [WORDS[text] for text in said if text in WORDS]
        return bool(said), any(words) if words else None

    # --- counting ----------------------------------------------------------------------------------------------------

    def health(self, as_of: datetime, day: date) -> dict[Key, tuple[int, int, int]]:
        """Numerator, with what is in doubt, and denominator."""
        sums: dict[Key, list[int]] = {}

        def add(metric: str, place: str, channel: str, state: str | None, units: int = 1, category: str = "") -> None:
            if state is None:
                return
            one = sums.setdefault((metric, place, channel, category), [0, 0, 0])
            one[0] += units * (state == "hit")
            one[1] += units * (state in ("hit", "doubt"))
            one[2] += units

        for order in self.orders.values():
            if order["placed"] > as_of:
                continue
            where = order["place"], order["channel"]
            placed = order["placed"].date()
            if day - 29 * DAY <= placed <= day:
                add("refund_rate", *where, "hit" if self.refunded(order["id"], as_of) else "clear")
            if order["channel"] == "afn":
                continue
            late = self.late(order, as_of)
            if day - 29 * DAY <= placed <= day:
                add("late_shipment_rate", *where, late)
            if day - 9 * DAY <= placed <= day:
                add("late_shipment_rate_10d", *where, late)
            if day - 7 * DAY <= placed <= day - DAY:
                add("cancellation_rate", *where, self.cancelled(order))
            for state, category in self.tracked(order, as_of, day - 39 * DAY, day - 10 * DAY):
                add("valid_tracking_rate", *where, state, category=category)
            add("on_time_delivery_rate", *where, *self.delivered(order, as_of, day - 20 * DAY, day - 7 * DAY))
        for row in self.rows("messages"):
            self._message(row, as_of, day, add)
        for row in self.rows("returns"):
            asked = moment(row["Return request date"])
            assert asked is not None
            if asked <= as_of and day - 29 * DAY <= asked.date() <= day:
                known = self.orders.get(row["Order ID"])
                place, rejected = known["place"] if known else "", row["Return request status"] == "Rejected"
                state = "clear" if not rejected else {"Y": "hit", "N": "clear", "": "doubt"}[row["In policy"]]
                add("invalid_rejection_rate", place, "mfn", state)
                add("return_dissatisfaction_rate", place, "mfn", "hit" if state == "hit" else "doubt")
        return {key: (one[0], one[1], one[2]) for key, one in self._by_category(sums).items()}

    def _by_category(self, sums: dict[Key, list[int]]) -> dict[Key, list[int]]:
        """All categories together; and each, with what is of no known category as doubt."""
        found: dict[Key, list[int]] = {}
        for (metric, place, channel, category), one in sums.items():
            whole = found.setdefault((metric, place, channel, ""), [0, 0, 0])
            found[metric, place, channel, ""] = [a + b for a, b in zip(whole, one, strict=True)]
            if category:
                unknown = sums.get((metric, place, channel, ""), [0, 0, 0])[2]
                found[metric, place, channel, category] = [one[0], one[1] + unknown, one[2] + unknown]
        return found

    def _message(self, row: Row, as_of: datetime, day: date, add: Any) -> None:
        got, answered = moment(row["received_at"]), moment(row["answered_at"])
        known = self.orders.get(row["order_id"])
        assert got is not None
        if not day - 29 * DAY <= got.date() <= day:
            return
        for metric, hours, about in (("contact_response_rate", 24, ""), ("late_return_response_rate", 48, "return")):
            due = got + timedelta(hours=hours)
            in_time = answered is not None and answered <= due
            if about and row["topic"] not in ("", about):
                continue
            if (max(answered, got) if answered is not None and in_time else due) > as_of:
                continue
            state = "hit" if in_time != bool(about) else "clear"  # of returns the late ones are counted
            add(metric, known["place"] if known else "", "", "doubt" if about and not row["topic"] else state)

    def refunded(self, order: str, as_of: datetime) -> bool:
        """Whether the seller gave money back."""
        mine = [row for row in self.rows("refunds") if row["order_id"] == order and row["by"] != "amazon"]
        return any((at := moment(row["refunded_at"])) is not None and at <= as_of for row in mine)

    def late(self, order: Row, as_of: datetime) -> str:
        """What an order is worth in the late shipment rate."""
        listed, word = self.word("late_shipments", order["id"], "Impacts Account Health")
        sent = [(one["confirmed_at"], one["ship_by"] or order["ship_by"]) for one in self.packages.get(order["id"], [])]
        last_due = max((due for _, due in sent if due), default=order["ship_by"])
        if word is not None:
            late_at = [at for at, due in sent if at and due and at > due]
            return "hit" if word and max(late_at, default=last_due or order["placed"]) <= as_of else "clear"
        states = [self._package_late(*one, as_of) for one in sent]
        if states and set(states) == {"late"}:
            return "hit"
        doubtful = "late" in states or "unknown" in states
        if not sent or (listed and {self._package_late(*one, FOREVER) for one in sent} == {"in time"}):
            doubtful = last_due is None or last_due <= as_of
        if order["status"] == "cancelled" and not listed:
            doubtful = "late" in states
        return "doubt" if doubtful else "clear"

    def _package_late(self, confirmed: datetime | None, due: datetime | None, as_of: datetime) -> str:
        if due is None:
            return "unknown"
        if confirmed is not None and confirmed <= as_of:
            return "late" if confirmed > due else "in time"
        return "unknown" if due <= as_of else "not due"

    def cancelled(self, order: Row) -> str:
        """What an order is worth in the cancellation rate; when it was cancelled is in no file."""
        listed, word = self.word("cancellations", order["id"], "Impacts Account Health")
        if word is not None:
            return "hit" if word else "clear"
        if order["asked"]:
            return "clear"
        part = any(cancelled for _, cancelled in order["items"])
        return "doubt" if order["status"] in ("cancelled", "") or listed or part else "clear"

    def tracked(self, order: Row, as_of: datetime, first: date, last: date) -> Iterator[tuple[str, str]]:
        """What each package of an order is worth in the valid tracking rate, with its category."""
        if order["status"] == "cancelled":
            return
        packages = [one for one in self.packages.get(order["id"], []) if self._known(order, one) <= as_of]
        if not packages:
            if self._touches(order["deliver_by"], order, first, last):
                yield "doubt", ""
            return
        for one in packages:
            promised = one["deliver_by"] or order["deliver_by"]
            if not self._touches(promised, order, first, last):
                continue
            mine = [row for row in self.rows("tracking") if row["Order ID"] == order["id"]]
            said = [row for row in mine if row["Tracking ID"] == (one["tracking"] or "")]
            category = max((row["Product Category"] for row in said), default="")
            words = [WORDS[row["Valid Tracking"]] for row in said if row["Valid Tracking"] in WORDS]
            yield self._tracking(order, one, promised, any(words) if words else None, as_of), category

    def _tracking(self, order: Row, one: Row, promised: datetime | None, word: bool | None, as_of: datetime) -> str:
        if promised is None:
            return "doubt"
        if word is not None:
            return "hit" if word else "clear"
        seen = {
            name: one[name] if one[name] and one[name] <= as_of else None for name in ("first_scan_at", "delivered_at")
        }
        if seen["delivered_at"] and seen["delivered_at"].date() >= promised.date() + 17 * DAY:
            return "clear"
        if order["place"] == "US" and one["from"] in ("CN", "CA", "IN", "UK", "GB"):
            if seen["delivered_at"] and one["first_scan_at"]:
                return "hit"
        elif any(seen.values()):
            return "hit"
        nameless = not one["tracking"] and one["tells"] and not any(seen.values())
        return "clear" if nameless else "doubt"

    def _known(self, order: Row, one: Row) -> datetime:
        """Since when a package is known: the first thing that is told of it."""
        told = [one[name] for name in ("confirmed_at", "first_scan_at", "delivered_at") if one[name]]
        return max(order["placed"], min(told, default=order["placed"]))

    def _touches(self, promised: datetime | None, order: Row, first: date, last: date) -> bool:
        """Whether a promise may be in the window: within 30 days of the order where none is known."""
        if promised is not None:
            return first <= promised.date() <= last
        return order["placed"].date() <= last and (order["placed"] + 30 * DAY).date() >= first

    def delivered(self, order: Row, as_of: datetime, first: date, last: date) -> tuple[str | None, int]:
        """What the units of an order are worth in the on-time delivery rate, and how many they are."""
        sold = [quantity for quantity, cancelled in order["items"] if not cancelled and quantity is not None]
        units, packages = sum(sold) or 1, self.packages.get(order["id"], [])
        _, word = self.word("on_time_delivery", order["id"], "Delivered after promised date")
        came = [(one["delivered_at"], one["deliver_by"] or order["deliver_by"]) for one in packages]
        promised = max((due for _, due in came if due), default=order["deliver_by"])
        known = any(self._known(order, one) <= as_of for one in packages)
        if order["status"] == "cancelled" or (word is None and known and all(map(self._untracked, packages))):
            return None, units
        local = promised.astimezone(PACIFIC) if promised and order["place"] == "US" else promised
        if not self._touches(local, order, first, last):
            return None, units
        if promised is None or (word and len(sold) > 1):
            return "doubt", units
        if word is not None:
            known = all(at is None or at <= as_of for at, _ in came)
            return ("clear" if word else "hit") if known else "doubt", units
        if not came or any(at is None or at > as_of or due is None for at, due in came):
            return "doubt", units
        in_time = [at <= due for at, due in came]
        return "hit" if all(in_time) else "doubt" if any(in_time) else "clear", units

    def _untracked(self, one: Row) -> bool:
        return not one["tracking"] and one["tells"] and not one["first_scan_at"] and not one["delivered_at"]
