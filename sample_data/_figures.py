"""The Order Defect Rate counted from the written files by contract §6: a second, plain reading of the same rules.

It shares no code with atoz. `figures(folder, day)` gives a row per marketplace and channel.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

Row = dict[str, str]
LAG, DAYS = 15, 60
FRAUD_CODES = {"10.4", "F29"}
SERVICE_CODES = {"13.1", "4853", "4855", "RM", "C31"}
NOT_RECEIVED = ("angekommen", "nicht zugestellt", "nicht erhalten")  # what this sample's comments without a reason say


@dataclass(frozen=True)
class Figures:
    """What `atoz odr` must answer."""

    marketplace: str
    channel: str
    window_from: date
    window_to: date
    orders: int
    defective_orders: int
    negative_feedback_orders: int
    claim_orders: int
    chargeback_orders: int
    if_pending_lost: int
    incoming_orders: int
    incoming_defective_orders: int

    @property
    def headroom(self) -> int:
        """How many more defective orders keep it below 1 %."""
        return (self.orders - 1) // 100 - self.defective_orders

    @property
    def status(self) -> str:
        """Met is strictly below 1 %."""
        return "met" if self.defective_orders * 100 < self.orders else "missed"


def read_tab(path: Path, encoding: str) -> list[Row]:
    """Tab separated, unquoted; a row that a raw newline broke is joined again."""
    lines = path.read_bytes().decode(encoding).lstrip("\ufeff").replace("\r\n", "\n").removesuffix("\n").split("\n")
    header, rows, held = lines[0].split("\t"), [], ""
    for line in lines[1:]:
        held = f"{held}\n{line}" if held else line
        if held.count("\t") >= len(header) - 1:
            rows.append(dict(zip(header, held.split("\t"), strict=True)))
            held = ""
    return rows


def read_csv(path: Path) -> list[Row]:
    """One of our own files."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def order_rows(folder: Path) -> list[Row]:
    """The rows of both All Orders files that are orders here, with `marketplace` and `channel`."""
    rows = read_tab(folder / "all-orders-us.txt", "utf-8") + read_tab(folder / "all-orders-de.txt", "cp1252")
    places = {"Amazon.com": "US", "Amazon.de": "DE"}
    return [
        row
        | {
            "marketplace": places[row["sales-channel"]],
            "channel": "mfn" if row["fulfillment-channel"] == "Merchant" else "afn",
        }
        for row in rows
        if row["sales-channel"] in places
    ]


def when(text: str) -> datetime | None:
    """A moment; a bare date is its start."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def figures(folder: Path, day: date) -> list[Figures]:
    """Every marketplace and channel as of the end of that UTC day."""
    until = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1)
    negative = _negative(folder, until)
    claims, chargebacks = claim_standings(folder, until), _chargebacks(folder, until)
    claim_yes = {order for order, standing in claims if COUNTS[standing] is True}
    charge_yes = {order for order, counts in chargebacks if counts is True}
    pending = {order for order, standing in claims if COUNTS[standing] is None}
    pending |= {order for order, counts in chargebacks if counts is None}
    bad = negative | claim_yes | charge_yes
    start, end = day - timedelta(days=LAG + DAYS - 1), day - timedelta(days=LAG)
    answer = []
    placed = {
        (row["marketplace"], row["channel"], row["amazon-order-id"]): datetime.fromisoformat(row["purchase-date"])
        for row in order_rows(folder)
    }
    for market, channel in (("DE", "afn"), ("DE", "mfn"), ("US", "afn"), ("US", "mfn")):
        own = {order: at for (m, c, order), at in placed.items() if (m, c) == (market, channel) and at < until}
        inside = {order for order, at in own.items() if start <= at.date() <= end}
        coming = {order for order, at in own.items() if at.date() > end}
        answer.append(
            Figures(
                market,
                channel,
                start,
                end,
                len(inside),
                len(inside & bad),
                len(inside & negative),
                len(inside & claim_yes),
                len(inside & charge_yes),
                len(inside & (bad | pending)),
                len(coming),
                len(coming & bad),
            )
        )
    return answer


def _negative(folder: Path, until: datetime) -> set[str]:
    """Orders with 1 or 2 stars, not removed or struck by then."""
    gone = {
        row["order_id"]
        for row in read_csv(folder / "feedback_events.csv")
        if _by(row["removed_at"], until) or _by(row["struck_at"], until)
    }
    rows = [(row, "%m/%d/%y") for row in read_tab(folder / "feedback-us.txt", "utf-8")]
    rows += [(row, "%d.%m.%y") for row in read_tab(folder / "feedback-de.txt", "utf-16-le")]
    found = set()
    for row, form in rows:
        left, rating, _, _, order, _ = row.values()
        if int(rating) <= 2 and datetime.strptime(left, form).replace(tzinfo=UTC) < until and order not in gone:
            found.add(order)
    return found


def _chargebacks(folder: Path, until: datetime) -> list[tuple[str, bool | None]]:
    found: list[tuple[str, bool | None]] = []
    for row in read_csv(folder / "chargebacks.csv"):
        if not _by(row["filed_at"], until):
            continue
        won = row["decision"] in ("won", "reversed") and _by(row["decided_at"], until)
        service, fraud = row["reason_code"] in SERVICE_CODES, row["reason_code"] in FRAUD_CODES
        found.append((row["order_id"], False if won or fraud else True if service else None))
    return found


COUNTS: dict[str, bool | None] = {
    "granted": True,
    "withdrawn_after_loss": True,
    "granted_by_default": True,
    "order_cancelled": True,
    "refunded_after_filing": True,
    "excused": False,
    "denied": False,
    "withdrawn": False,
    "protected": False,
    "amazon_funded": False,
    "refunded_before_filing": False,
    "pending": None,
}


def claim_standings(folder: Path, until: datetime) -> list[tuple[str, str]]:
    """(order_id, standing) of every claim known before `until`, with those that only a return's flag tells of."""
    return [
        (claim["order_id"], standing(claim, facts, until))
        for claim, facts in claims_with_facts(folder)
        if _by(claim["filed_at"], until)
    ]


def claims_with_facts(folder: Path) -> list[tuple[Row, "Facts"]]:
    """Each claim beside what the other files say of its order."""
    claims = read_csv(folder / "claims.csv")
    known = {claim["order_id"] for claim in claims}
    for name in ("returns-us.txt", "returns-de.txt"):
        for row in read_tab(folder / name, "utf-8"):
            if row["A-to-Z Claim"] == "Y" and row["Order ID"] not in known:
                filed = datetime.strptime(row["Return request date"], "%d-%b-%Y").date().isoformat()
                claims.append(dict.fromkeys(claims[0], "") | {"order_id": row["Order ID"], "filed_at": filed})
    cancelled = {row["amazon-order-id"] for row in order_rows(folder) if row["order-status"] == "Cancelled"}
    parcels = {row["order_id"]: row for row in read_csv(folder / "shipments.csv")}
    refunds = read_csv(folder / "refunds.csv")
    return [
        (
            claim,
            Facts(
                parcels.get(claim["order_id"], {}),
                claim["order_id"] in cancelled,
                [row for row in refunds if row["order_id"] == claim["order_id"]],
            ),
        )
        for claim in claims
    ]


@dataclass(frozen=True)
class Facts:
    """What is known of a claim's order."""

    parcel: Row
    cancelled: bool
    refunds: list[Row]


def standing(claim: Row, facts: Facts, until: datetime) -> str:
    """Contract §6, the first line that fits."""
    decided = claim["decision"] if not claim["decided_at"] or _by(claim["decided_at"], until) else ""
    withdrawn = decided == "withdrawn" or _by(claim["withdrawn_at"], until)
    if decided == "withdrawn" and not _by(claim["withdrawn_at"], until):
        withdrawn, decided = False, ""
    filed = when(claim["filed_at"])
    assert filed
    refunds, full = _refunds(claim, facts, until)
    granted = decided in ("granted", "granted_by_default")
    payer = claim["funded_by"] or ("seller" if decided == "granted_by_default" else "")
    if claim["counts_in_odr"] and (not claim["decided_at"] or _by(claim["decided_at"], until)):
        return "granted" if claim["counts_in_odr"] == "yes" else "excused"
    if claim["appeal_decision"] in ("won", "won_odr_only") and _by(claim["appeal_decided_at"], until):
        return "excused"
    if decided == "denied":
        return "denied"
    if withdrawn:
        return "withdrawn_after_loss" if granted or (full and full >= filed) else "withdrawn"
    if _by(facts.parcel.get("returned_at", ""), until):
        return "excused"
    on_label = _not_received(claim) and facts.parcel.get("claims_protected") == "yes" and _scanned_in_time(facts.parcel)
    if on_label and not (granted and payer == "seller") and not any(at >= filed for at in refunds):
        return "protected"
    if granted:
        return _granted(decided, payer)
    if facts.cancelled:
        return "order_cancelled"
    if full:
        return "refunded_after_filing" if full >= filed else "refunded_before_filing"
    return "pending"


def _granted(decided: str, payer: str) -> str:
    if decided == "granted_by_default":
        return "granted_by_default"
    return "amazon_funded" if payer == "amazon" else "granted"


def _refunds(claim: Row, facts: Facts, until: datetime) -> tuple[list[datetime], datetime | None]:
    """When the seller refunded, and when that had become the whole amount."""
    paid = [
        (at, row["amount"])
        for row in facts.refunds
        if row["by"] in ("", "seller") and (at := when(row["refunded_at"])) and at < until
    ]
    if (at := when(claim["refunded_at"])) and at < until:
        paid.append((at, ""))
    total, full = 0.0, None
    for at, amount in sorted(paid):
        total += float(amount) if amount and claim["amount"] else float("inf")
        if full is None and total >= float(claim["amount"] or 0) - 0.001:
            full = at
    return [at for at, _ in paid], full


def _not_received(claim: Row) -> bool:
    if claim["reason"]:
        return claim["reason"] == "Package didn't arrive"
    return any(words in claim["comment"] for words in NOT_RECEIVED)


def _scanned_in_time(parcel: Row) -> bool:
    return bool(parcel["first_scan_at"]) and parcel["first_scan_at"] <= parcel["ship_by"]


def _by(text: str, until: datetime) -> bool:
    """Whether it had happened."""
    moment = when(text)
    return moment is not None and moment < until
