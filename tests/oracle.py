"""The Order Defect Rate a second time: counted with pandas from the files as written, by the text of the contract alone.

It shares no code with atoz and never sees a store. `write` makes the files of a seller, a folder an account;
`Seller(folder).odr(...)` answers what `atoz odr` and `atoz odr --orders` must answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import pandas as pd

Row = dict[str, Any]

# --- a seller's files ----------------------------------------------------------------------------------------------

OWN = {
    "orders": "order_id placed_at order_item_id updated_at marketplace channel status sku asin product_name quantity "
    "amount currency service ship_by deliver_by ship_state ship_postal_code ship_country",
    "feedback": "order_id left_at rating comment response",
    "claims": "order_id filed_at claim_id marketplace reason comment amount currency status respond_by decided_at "
    "decision funded_by counts_in_odr refunded_at withdrawn_at appealed_at appeal_decision appeal_decided_at",
    "chargebacks": "order_id filed_at chargeback_id marketplace network reason_code reason amount currency status "
    "respond_by decided_at decision",
    "shipments": "order_id package_id carrier service tracking_number ship_by confirmed_at first_scan_at deliver_by "
    "delivered_at delivered_to_postal_code signed_by label claims_protected returned_at ship_from",
    "refunds": "order_id refunded_at amount currency by",
    "feedback_events": "order_id removed_at struck_at",
}
"""Contract §7: the header of each file of our own."""
AMAZONS = {
    "all_orders": "amazon-order-id merchant-order-id purchase-date last-updated-date order-status order-item-id "
    "fulfillment-channel sales-channel order-channel ship-service-level product-name sku asin item-status quantity "
    "currency item-price ship-city ship-state ship-postal-code ship-country",
    "amazon_feedback": "Date|Rating|Comments|Your Response|Order ID|Rater Email",
    "returns": "Order ID|Order date|Return request date|Return request status|Amazon RMA ID|A-to-Z Claim|ASIN|"
    "Merchant SKU|Return quantity|Return Reason|Return type|Resolution|Return delivery date",
}
"""Headers that Amazon writes, tab separated."""
KINDS = (*OWN, *AMAZONS, "reports")
PLACES = {"US": "ATVPDKIKX0DER", "DE": "A1PA6795UKMFR9", "CA": "A2EUQ1WTGCTBG2"}


def columns(kind: str) -> list[str]:
    """The header of a kind of file."""
    names = OWN.get(kind) or AMAZONS[kind]
    return names.split("|") if "|" in names else names.split()


def write(folder: Path, facts: Mapping[str, Sequence[Row]]) -> list[Path]:
    """The files of one account: kind to rows, each row what its columns say. Returns them, orders first."""
    folder.mkdir(parents=True, exist_ok=True)
    if strange := set(facts) - set(KINDS):
        raise ValueError(f"no such files: {strange}")
    written = []
    for kind in KINDS:
        rows = facts.get(kind) or []
        if kind == "reports":
            written += [_report(folder / f"report-{number}.json", row) for number, row in enumerate(rows)]
        elif rows:
            own = kind in OWN
            path = folder / f"{kind}.{'csv' if own else 'txt'}"
            names = columns(kind)
            if strange := {name for row in rows for name in row} - set(names):
                raise ValueError(f"{kind} has no column {strange}")
            frame = pd.DataFrame([[str(row.get(name, "")) for name in names] for row in rows], columns=names)
            frame.to_csv(path, index=False, sep="," if own else "\t", encoding="utf-8", lineterminator="\n")
            written.append(path)
    return written


def _report(path: Path, row: Row) -> Path:
    """A V2 performance report: `day` is the end of the 30-day late-shipment range, `to` that of the ODR's."""
    to = date.fromisoformat(row["to"])
    entry: Row = {
        "marketplaceId": PLACES[row.get("marketplace", "US")],
        "orderDefectRate": {channel: _range(to, 60) | {"orderCount": 0} for channel in ("afn", "mfn")},
    }
    if "day" in row:
        entry["lateShipmentRateList"] = [
            _range(date.fromisoformat(row["day"]), days) | {"shipmentCount": 0} for days in row.get("late_days", [30])
        ]
    path.write_text(json.dumps({"accountStatuses": [], "performanceMetrics": [entry]}), encoding="utf-8")
    return path


def _range(to: date, days: int) -> Row:
    start = to - timedelta(days=days - 1)
    span = {"reportingDateFrom": f"{start}T00:00:00Z", "reportingDateTo": f"{to}T23:59:59Z"}
    return {"reportingDateRange": span}


# --- the same files, counted ---------------------------------------------------------------------------------------

WORTH: dict[str, bool | None] = {
    "granted": True, "granted_by_default": True, "withdrawn_after_loss": True, "order_cancelled": True,
    "refunded_after_filing": True, "excused": False, "denied": False, "withdrawn": False, "protected": False,
    "amazon_funded": False, "refunded_before_filing": False, "pending": None,
    "negative": True, "removed": False, "struck": False,
    "service": True, "fraud": False, "won": False, "reversed": False, "unknown": None,
}  # fmt: skip
"""Contract §6: what each standing is worth; None is pending."""
FRAUD = {("visa", "10.4"), ("mastercard", "4837"), ("mastercard", "41"), ("amex", "F29")}
SERVICE = {("visa", "13.1"), ("mastercard", "4855"), ("mastercard", "41"), ("discover", "RM"), ("amex", "C31")}
"""A few codes of the networks; Mastercard's 41 is in both lists."""
NOT_RECEIVED = ("Package didn't arrive", "Paket nicht angekommen")
WORDS_NOT_RECEIVED = ("angekommen", "nicht zugestellt", "nicht erhalten")
CHANNELS = {"Merchant": "mfn", "Amazon": "afn"}
SALES = {"Amazon.com": "US", "Amazon.de": "DE", "Amazon.ca": "CA"}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Answer:
    """What `odr` answers: its rows, and the orders that `--orders` lists, each with its defects."""

    measures: list[Row]
    orders: list[Row]


class Seller:
    """Everything that the files of a folder say: a folder in it an account, or itself the account `default`."""

    def __init__(self, folder: Path) -> None:
        inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("_"))
        accounts = [(path.name, path) for path in inside] or [("default", folder)]
        self.files = {account: _Account(path) for account, path in accounts}

    def odr(
        self, as_of: datetime, day: date, *, lag: int | None = None, days: int = 60, zone: str = "UTC",
        leave_out_cancelled: bool = False,
    ) -> Answer:  # fmt: skip
        """The rate of every account, marketplace and channel with orders in the window."""
        measures, listed = [], []
        for account, files in self.files.items():
            placed = files.orders[files.orders.placed <= as_of].copy()
            if leave_out_cancelled:
                placed = placed[placed.status.str.lower() != "cancelled"]
            placed["on"] = placed.placed.dt.tz_convert(zone).dt.date
            defects = files.defects(as_of)
            for (place, channel), orders in placed.groupby(["marketplace", "channel"]):
                gap, source = (lag, "option") if lag is not None else files.lag(place, day)
                end = day - timedelta(days=gap)
                start = end - timedelta(days=days - 1)
                inside = orders[(orders.on >= start) & (orders.on <= end)]
                coming = orders[orders.on > end]
                if inside.empty:
                    continue
                here = defects[defects.order_id.isin(inside.order_id)]
                key = {"account": account, "marketplace": place, "channel": channel}
                window = {"from": start, "to": end, "days": days, "lag_days": gap, "lag_source": source}
                measures.append(key | {"window": window} | _figures(inside, coming, here, defects))
                listed += [key | row for row in _listed(inside, here, gap, days)]
        return Answer(measures, listed)


def _figures(inside: pd.DataFrame, coming: pd.DataFrame, here: pd.DataFrame, defects: pd.DataFrame) -> Row:
    orders = len(inside)
    counting, undecided = here[here.counts.eq(True)], here[here.counts.isna()]
    bad = set(counting.order_id)
    lost = bad | set(undecided.order_id)
    parts = {kind: set(counting[counting.kind == kind].order_id) for kind in set(counting.kind)}
    recover = 0
    while len(bad) * 100 >= orders + recover:
        recover += 1
    headroom = -len(bad) - 1
    while (len(bad) + headroom + 1) * 100 < orders:
        headroom += 1
    return {
        "orders": orders,
        "defective_orders": len(bad),
        "rate": round(len(bad) / orders, 6),
        "limit": 0.01,
        "status": "met" if len(bad) * 100 < orders else "missed",
        "headroom": headroom,
        "orders_to_recover": recover,
        "interval": wilson(len(bad), orders),
        "negative_feedback_orders": len(parts.get("negative_feedback", ())),
        "claim_orders": len(parts.get("a_to_z_claim", ())),
        "chargeback_orders": len(parts.get("chargeback", ())),
        "if_pending_lost": {
            "defective_orders": len(lost),
            "rate": round(len(lost) / orders, 6),
            "status": "met" if len(lost) * 100 < orders else "missed",
        },
        "incoming": {
            "orders": len(coming),
            "defective_orders": len(set(coming.order_id) & set(defects[defects.counts.eq(True)].order_id)),
        },
    }


def _listed(inside: pd.DataFrame, here: pd.DataFrame, gap: int, days: int) -> list[Row]:
    worth_showing = here[here.counts.isna() | here.counts.eq(True)]
    dates = dict(zip(inside.order_id, inside.on, strict=True))
    return [
        {
            "order_id": order,
            "placed_on": dates[order],
            "defects": sorted(
                ((d.kind, d.on, d.standing, d.counts) for d in found.itertuples()),
                key=lambda d: (d[0], str(d[1]), d[2]),
            ),
            "enters_on": dates[order] + timedelta(days=gap),
            "leaves_on": dates[order] + timedelta(days=gap + days),
        }
        for order, found in worth_showing.groupby("order_id")
    ]


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The Wilson score interval, z = 1.959964, by the textbook."""
    z, p, n = 1.959964, part / whole, whole
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return round(max(centre - half, 0.0), 6), round(min(centre + half, 1.0), 6)


@cache
def moment(text: str) -> datetime | None:
    """A moment; a bare date is its start, no offset is UTC."""
    at = datetime.fromisoformat(text) if text else None
    return at and (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))


def deadline(text: str) -> datetime | None:
    """A promise; a bare date is its end."""
    return moment(text if len(text) > 10 or not text else f"{text}T23:59:59")


def by_order(frame: pd.DataFrame) -> dict[str, list[Row]]:
    """Order id to its rows."""
    return {str(order): rows.to_dict("records") for order, rows in frame.groupby("order_id")}


class _Account:
    """The files of one account as text, and what they mean."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.claims = self._read("claims*.csv", "claims")
        self.chargebacks = self._read("chargebacks*.csv", "chargebacks").to_dict("records")
        self.parcels = by_order(self._read("shipments*.csv", "shipments"))
        refunds = self._read("refunds*.csv", "refunds").drop_duplicates(["order_id", "refunded_at", "amount"])
        self.refunds = by_order(refunds[refunds.by.isin(["", "seller"])])
        self.written = by_order(self.claims)
        self.orders = self._orders()
        self.flags = self._flags()

    def _read(self, pattern: str, kind: str) -> pd.DataFrame:
        frames = []
        for path in sorted(self.folder.glob(pattern)):
            encoding = (
                "utf-16" if path.read_bytes()[:2] == b"\xff\xfe" else "cp1252" if "-de." in path.name else "utf-8"
            )
            if kind == "returns":
                encoding = "utf-8"
            frame = _comma(path) if kind in OWN else _tabs(path.read_bytes().decode(encoding).lstrip("\ufeff"))
            frames.append(frame.assign(file=path.name))
        found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*columns(kind), "file"])
        return found.fillna("")

    def _orders(self) -> pd.DataFrame:
        own = self._read("orders*.csv", "orders")
        theirs = self._read("all[-_]orders*.txt", "all_orders")
        theirs = theirs[theirs["sales-channel"].isin(SALES)]
        theirs = pd.DataFrame(
            {
                "order_id": theirs["amazon-order-id"],
                "placed_at": theirs["purchase-date"],
                "marketplace": theirs["sales-channel"].map(SALES),
                "channel": theirs["fulfillment-channel"].map(CHANNELS),
                "status": theirs["order-status"],
            }
        )
        both = pd.concat([own[list(theirs.columns)], theirs], ignore_index=True).drop_duplicates("order_id")
        both["placed"] = pd.to_datetime(both.placed_at, utc=True, format="ISO8601")
        return both

    def _flags(self) -> pd.DataFrame:
        """Claims that only a return's flag tells of: order and the day of the (first) request."""
        found = self._read("returns*.txt", "returns")
        found = found[found["A-to-Z Claim"] == "Y"]
        days = [
            (row["Order ID"], moment(f"{year}-{MONTHS.index(month) + 1:02}-{day}"))
            for row in found.to_dict("records")
            for day, month, year in [row["Return request date"].split("-")]
        ]
        return pd.DataFrame(days, columns=["order_id", "on"]).groupby("order_id", as_index=False).on.min()

    def lag(self, place: str, day: date) -> tuple[int, str]:
        """From the newest report of that marketplace that shows its own day, else the policy's."""
        seen = []
        for path in self.folder.glob("*.json"):
            for entry in json.loads(path.read_text("utf-8"))["performanceMetrics"]:
                if entry["marketplaceId"] != PLACES[place]:
                    continue
                late = [one["reportingDateRange"] for one in entry.get("lateShipmentRateList", [])]
                spans = [(_day(one["reportingDateFrom"]), _day(one["reportingDateTo"])) for one in late]
                ends = [to for start, to in spans if (to - start).days == 29]
                to = _day(entry["orderDefectRate"]["mfn"]["reportingDateRange"]["reportingDateTo"])
                seen += [(end, (end - to).days) for end in ends if end <= day]
        return (max(seen)[1], "report") if seen else (15, "policy")

    def defects(self, as_of: datetime) -> pd.DataFrame:
        """Every defect known by then: order, kind, the moment it came, standing, whether it counts."""
        rows = [*self._feedback(as_of), *self._chargebacks(as_of), *self._claims(as_of)]
        found = pd.DataFrame(rows, columns=["order_id", "kind", "on", "standing"], dtype=object)
        found["counts"] = pd.Series([WORTH[standing] for standing in found.standing], index=found.index, dtype=object)
        return found

    def _feedback(self, as_of: datetime) -> list[tuple[Any, ...]]:
        events = self._read("feedback_events*.csv", "feedback_events").set_index("order_id")
        own = self._read("feedback.csv", "feedback")
        rows = [(row.order_id, moment(row.left_at), row.rating) for row in own.itertuples()]
        for pattern, form in (
            ("amazon_feedback*.txt", "%m/%d/%y"),
            ("feedback-us.txt", "%m/%d/%y"),
            ("feedback-de.txt", "%d.%m.%y"),
        ):
            for row in self._read(pattern, "amazon_feedback").itertuples(index=False):
                if row[4]:
                    rows.append((row[4], moment(datetime.strptime(row[0], form).date().isoformat()), row[1]))
        found = []
        for order, left, stars in rows:
            if left is None or left > as_of or int(stars) > 2:
                continue
            event = events.loc[order] if order in events.index else {"removed_at": "", "struck_at": ""}
            gone = [name for name in ("removed", "struck") if _past(event[f"{name}_at"], as_of)]
            found.append((order, "negative_feedback", left, gone[0] if gone else "negative"))
        return found

    def _chargebacks(self, as_of: datetime) -> list[tuple[Any, ...]]:
        found = []
        for row in self.chargebacks:
            filed, code = moment(row["filed_at"]), (row["network"].lower(), row["reason_code"])
            if filed is None or filed > as_of:
                continue
            fraud, service = code in FRAUD, code in SERVICE
            over = row["decision"].lower() in ("won", "reversed") and _known(row["decided_at"], as_of)
            standing = "service" if service and not fraud else "unknown"
            standing = row["decision"].lower() if over else standing
            standing = "fraud" if fraud and not service else standing
            found.append((row["order_id"], "chargeback", filed, standing))
        return found

    def _claims(self, as_of: datetime) -> list[tuple[Any, ...]]:
        cancelled = set(self.orders[self.orders.status.str.lower() == "cancelled"].order_id)
        found, written = [], set()
        for claim in self.claims.to_dict("records"):
            if not _past(claim["filed_at"], as_of):
                continue
            order = claim["order_id"]
            written.add(order)
            standing = self._standing(claim, order in cancelled, as_of)
            found.append((order, "a_to_z_claim", moment(claim["filed_at"]), standing))
        for flag in self.flags.itertuples():
            if flag.order_id not in written and flag.on <= as_of:
                found.append((flag.order_id, "a_to_z_claim", None, "pending"))  # when it was filed is not known
        return found

    def _standing(self, claim: Row, order_cancelled: bool, as_of: datetime) -> str:
        """Contract §6, lines 1 to 14 as they stand there."""
        filed = moment(claim["filed_at"])
        assert filed is not None
        decided = claim["decision"] if _known(claim["decided_at"], as_of) else ""
        granted = decided in ("granted", "granted_by_default")
        payer = claim["funded_by"] or ("seller" if claim["decision"] == "granted_by_default" else "")
        refunds, full = self._refunds(claim, as_of)
        if claim["counts_in_odr"] and _known(claim["decided_at"], as_of):
            return "granted" if claim["counts_in_odr"] == "yes" else "excused"  # 1
        if claim["appeal_decision"] in ("won", "won_odr_only") and _known(claim["appeal_decided_at"], as_of):
            return "excused"  # 2
        if decided == "denied":
            return "denied"  # 3
        gone_at = claim["withdrawn_at"] or (claim["decided_at"] if claim["decision"] == "withdrawn" else "")
        gone = _past(gone_at, as_of) if gone_at else claim["decision"] == "withdrawn"
        if gone:
            after = [moment(claim["decided_at"])] if granted else []
            after += [full] if full is not None and full >= filed else []
            left = moment(gone_at)
            lost = any(left is None or event is None or event <= left for event in after)
            return "withdrawn_after_loss" if lost else "withdrawn"  # 4, 5
        parcels = self.parcels.get(claim["order_id"], [])
        if parcels and all(_past(parcel["returned_at"], as_of) for parcel in parcels):
            return "excused"  # 6
        protected = bool(parcels) and all(_on_protected_label(parcel, as_of) for parcel in parcels)
        by_seller = granted and payer == "seller"
        if _not_received(claim) and protected and not by_seller and not any(at >= filed for at in refunds):
            return "protected"  # 7
        if granted:  # 8, 9, 10
            return decided if decided == "granted_by_default" else "amazon_funded" if payer == "amazon" else "granted"
        if order_cancelled:
            return "order_cancelled"  # 11
        if full is None:
            return "pending"  # 14
        return "refunded_after_filing" if full >= filed else "refunded_before_filing"  # 12, 13

    def _refunds(self, claim: Row, as_of: datetime) -> tuple[list[datetime], datetime | None]:
        """When the seller refunded, and the moment at which that became full."""
        order = claim["order_id"]
        paid = [(row["refunded_at"], row["amount"]) for row in self.refunds.get(order, [])]
        paid += [(other["refunded_at"], "") for other in self.written[order] if other["refunded_at"]]
        known = sorted((at, text) for when, text in paid if (at := moment(when)) is not None and at <= as_of)
        owed, full = claim["amount"], None
        for at in sorted({at for at, _ in known}):
            texts = [text for when, text in known if when <= at]
            unknown = not owed or "" in texts
            if unknown or sum(Decimal(text) for text in texts) >= Decimal(owed):
                full = at
                break
        return [at for at, _ in known], full


def _comma(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def _tabs(text: str) -> pd.DataFrame:
    """Tab separated and never quoted; a row that a raw newline broke is joined again."""
    first, *lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    header, rows, held = first.split("\t"), [], ""
    for line in lines:
        held = f"{held}\n{line}" if held else line
        if held.count("\t") >= len(header) - 1:
            rows.append(held.split("\t"))
            held = ""
    return pd.DataFrame(rows, columns=header)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _past(text: str, as_of: datetime) -> bool:
    at = moment(text)
    return at is not None and at <= as_of


def _known(decided_at: str, as_of: datetime) -> bool:
    """Known from its date, without one always."""
    return not decided_at or _past(decided_at, as_of)


def _on_protected_label(parcel: Row, as_of: datetime) -> bool:
    scanned, promise = moment(parcel["first_scan_at"]), deadline(parcel["ship_by"])
    in_time = scanned is not None and promise is not None and scanned <= promise and scanned <= as_of
    return parcel["claims_protected"] == "yes" and in_time


def _not_received(claim: Row) -> bool:
    if claim["reason"]:
        return claim["reason"] in NOT_RECEIVED
    return any(words in claim["comment"] for words in WORDS_NOT_RECEIVED)
