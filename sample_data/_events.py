"""Hangs the stories on orders: `Seller(rng)` holds the orders and the rows of every file that is told by events."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import _stories
from _catalogue import LAMP, PRODUCTS
from _orders import NOW, Order, orders
from _stories import CANCELLED, INR, SNAD, Chargeback, Claim

Row = dict[str, str]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def instant(text: str) -> datetime:
    """`2026-10-09T14:20` as a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(moment: datetime | str | None) -> str:
    """ISO 8601 with Z; blank for nothing and for what is still to come."""
    if isinstance(moment, str):
        return f"{moment}:00Z" if moment else ""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment and moment <= NOW else ""


def money(cents: int) -> str:
    """Two decimals."""
    return f"{cents / 100:.2f}"


class Seller:
    """The seller's orders and everything that happened to them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.orders = orders(rng)
        self.claimed: dict[str, Order] = {}  # by the claim's row, as ids may be blank
        self.claims: list[Row] = []
        self.chargebacks: list[Row] = []
        self.feedback: dict[str, list[Row]] = {"US": [], "DE": []}
        self.feedback_events: list[Row] = []
        self.refunds: list[Row] = []
        self.messages: list[Row] = []
        self.returns: dict[str, list[Row]] = {"US": [], "DE": []}
        self.standings: dict[tuple[str, str], str] = {}  # (order_id, filed_at) → what it must be
        self.amazon_also_counts: list[str] = []
        for claim in _stories.CLAIMS:
            self._claim(claim)
        for chargeback in _stories.CHARGEBACKS:
            self._chargeback(chargeback)
        for told in _stories.FEEDBACK:
            self._feedback(told)
        for flagged in _stories.FLAGGED_RETURNS:
            order = self._pick(flagged.market, "mfn", flagged.placed)
            self._return(order, date.fromisoformat(flagged.requested), flagged.code, flag="Y", refunded=False)
        self._quiet_returns()
        self._quiet_messages()
        self.claims.sort(key=lambda row: row["filed_at"])
        self.messages.sort(key=lambda row: (row["received_at"], row["order_id"]))
        self.refunds.sort(key=lambda row: (row["refunded_at"], row["order_id"]))

    def _pick(self, market: str, channel: str, day: str) -> Order:
        """An order of that day with one item, shipped in time, and no story yet."""
        free = [
            o
            for o in self.orders
            if (o.market, o.channel, o.placed_on.isoformat()) == (market, channel, day)
            and not o.story
            and len(o.items) == 1
            and o.shipped
            and not o.mcf
            and o.parcel.confirmed < o.parcel.ship_by
        ]
        order = self.rng.choice(free)
        order.story = True
        return order

    # claims

    def _claim(self, claim: Claim) -> None:
        order = self._pick(claim.market, claim.channel, claim.placed)
        self.claimed[claim.claim_id] = order
        if claim.kind == SNAD:
            order.items[0].product = next(p for p in PRODUCTS[claim.market] if p.sku == LAMP[claim.market])
        order.cancelled = claim.kind == CANCELLED
        order.cancelled_by_buyer = False
        self._parcel_of(order, claim)
        appealed, appeal_decision, appeal_decided = claim.appeal
        self.claims.append(
            {
                "claim_id": claim.claim_id,
                "order_id": order.order_id,
                "marketplace": claim.market,
                "filed_at": stamp(claim.filed),
                "reason": _stories.REASONS[claim.kind] if claim.reason else "",
                "comment": claim.comment,
                "amount": money(order.total_cents),
                "currency": order.currency,
                "status": claim.status,
                "respond_by": stamp(claim.respond_by),
                "decided_at": stamp(claim.decided),
                "decision": claim.decision,
                "funded_by": claim.funded_by,
                "counts_in_odr": claim.counts,
                "refunded_at": stamp(claim.refunded_at),
                "withdrawn_at": stamp(claim.withdrawn),
                "appealed_at": stamp(appealed),
                "appeal_decision": appeal_decision,
                "appeal_decided_at": stamp(appeal_decided),
            }
        )
        self.standings[order.order_id, stamp(claim.filed)] = claim.standing
        if claim.amazon_counts:
            self.amazon_also_counts.append(order.order_id)
        if claim.refund:
            at, percent, by = claim.refund
            self._refund(order, instant(at), order.total_cents * percent // 100, by)
        if claim.returned:
            requested, code = claim.returned
            self._return(order, date.fromisoformat(requested), code, flag="Y", refunded=False)
        if claim.asked and claim.channel == "mfn":
            asked = instant(claim.filed) - timedelta(hours=self.rng.randrange(52, 90))
            topic = {INR: "delivery", SNAD: "product"}.get(claim.kind, "return" if claim.returned else "other")
            self._message(order, asked, asked + timedelta(minutes=self.rng.randrange(40, 1300)), topic)

    def _parcel_of(self, order: Order, claim: Claim) -> None:
        """What the carrier did, and under which label."""
        parcel = order.parcel
        fate, _, when = claim.parcel.partition(":")
        parcel.signed = fate == "signed"
        parcel.protected = claim.protected
        parcel.label = "buy_shipping" if claim.protected else "own"
        parcel.confirmed = min(parcel.confirmed, parcel.ship_by - timedelta(hours=16))
        parcel.scanned = parcel.confirmed + timedelta(hours=5, minutes=order.placed.minute)
        parcel.delivered = parcel.deliver_by - timedelta(hours=30 + order.placed.minute)
        if fate in ("lost", "moving", "returned", "late_scan"):
            parcel.delivered = None
        if fate == "late_scan":
            parcel.scanned = parcel.ship_by + timedelta(hours=19)
        if fate == "returned":
            parcel.returned = instant(when)

    def _refund(self, order: Order, at: datetime, cents: int, by: str) -> None:
        self.refunds.append(
            {
                "order_id": order.order_id,
                "refunded_at": stamp(at),
                "amount": money(cents),
                "currency": order.currency,
                "by": by,
            }
        )

    # chargebacks and feedback

    def _chargeback(self, told: Chargeback) -> None:
        order = self.claimed[told.claim_id] if told.claim_id else self._pick(told.market, told.channel, told.placed)
        self.chargebacks.append(
            {
                "chargeback_id": told.chargeback_id,
                "order_id": order.order_id,
                "marketplace": told.market,
                "filed_at": stamp(told.filed),
                "network": told.network,
                "reason_code": told.code,
                "reason": told.reason,
                "amount": money(order.total_cents),
                "currency": order.currency,
                "status": told.status,
                "respond_by": stamp(told.respond_by),
                "decided_at": stamp(told.decided),
                "decision": told.decision,
            }
        )

    def _feedback(self, told: _stories.Feedback) -> None:
        order = self.claimed[told.claim_id] if told.claim_id else self._pick(told.market, told.channel, told.placed)
        self.feedback[told.market].append(
            {
                "order_id": order.order_id,
                "left": told.left,
                "rating": str(told.rating),
                "comment": told.comment,
                "answer": told.answer,
            }
        )
        what, when = told.event
        if what:
            self.feedback_events.append(
                {
                    "order_id": order.order_id,
                    "removed_at": when if what == "removed" else "",
                    "struck_at": when if what == "struck" else "",
                }
            )

    # returns and messages

    def _return(self, order: Order, requested: date, code: str, flag: str, refunded: bool) -> None:
        rng, item = self.rng, order.items[0]
        arrived = requested + timedelta(days=rng.randrange(5, 11))
        back = arrived <= NOW.date() and (refunded or flag == "Y")
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
        euro = order.market == "DE"
        amount = money(order.total_cents)
        self.returns[order.market].append(
            {
                "Order ID": order.order_id,
                "Order date": _english(order.placed_on),
                "Return request date": _english(requested),
                "Return request status": "Completed" if refunded else "Approved" if flag == "Y" else "PendingApproval",
                "Amazon RMA ID": "D" + "".join(rng.choice(letters) for _ in range(8)) + "RRMA",
                "Label type": "AmazonPrePaidLabel" if rng.randrange(4) else "AmazonUnPaidLabel",
                "Label cost": money(rng.randrange(390, 890)),
                "Currency code": order.currency,
                "Return carrier": "DHL" if euro else "USPS",
                "Tracking ID": _return_tracking(rng, euro),
                "Label to be paid by": "Customer" if code in ("CR-UNWANTED_ITEM", "CR-NO_LONGER_NEEDED") else "Seller",
                "A-to-Z Claim": flag,
                "Is prime": "N",
                "ASIN": item.product.asin,
                "Merchant SKU": item.product.sku,
                "Item Name": item.product.name,
                "Return quantity": str(item.quantity),
                "Return Reason": code,
                "In policy": "Y" if rng.randrange(12) else "N",
                "Return type": "C-Returns",
                "Resolution": "StandardRefund",
                "Return delivery date": _english(arrived) if back else "",
                "Order Amount": amount,
                "Order quantity": str(item.quantity),
                "Refunded Amount": amount if refunded else "",
                "Category": "Home"
                if item.product.sku[:3] in ("LMP", "KOR", "WAG", "RBE", "TUC", "UHR")
                else "Outdoors",
                "VAT": money(order.total_cents - round(order.total_cents / 1.19)),
                "Order Item ID": item.item_id,
            }
        )
        if refunded:
            paid = instant(f"{arrived}T09:00") + timedelta(minutes=rng.randrange(5400))
            if paid <= NOW:
                self._refund(order, paid, order.total_cents * (100 if rng.randrange(8) else 80) // 100, "seller")

    def _quiet_returns(self) -> None:
        """Returns that nobody complains about; for two the seller filed SAFE-T."""
        codes = (
            "CR-UNWANTED_ITEM",
            "CR-NO_LONGER_NEEDED",
            "CR-DEFECTIVE",
            "CR-ORDERED_WRONG_ITEM",
            "CR-MISSING_PARTS",
            "AMZ-PG-BAD-DESC",
        )
        for market, count in (("US", 44), ("DE", 23)):
            able = [
                o
                for o in self.orders
                if o.market == market
                and o.channel == "mfn"
                and not o.story
                and o.shipped
                and o.parcel.delivered
                and o.parcel.delivered < NOW - timedelta(days=3)
                and len(o.items) == 1
            ]
            for order in self.rng.sample(able, count):
                order.story = True
                assert order.parcel.delivered
                requested = order.parcel.delivered.date() + timedelta(days=self.rng.randrange(1, 13))
                old = requested < NOW.date() - timedelta(days=14)
                self._return(order, min(requested, NOW.date()), self.rng.choice(codes), "N", refunded=old)
        self._safe_t()
        for rows in self.returns.values():
            rows.sort(key=lambda row: (datetime.strptime(row["Return request date"], "%d-%b-%Y"), row["Order ID"]))

    def _safe_t(self) -> None:
        """Two US returns that Amazon refunded at first scan, claimed back by the seller six days after they arrived."""
        done = [row for row in self.returns["US"] if row["Refunded Amount"]]
        done.sort(key=lambda row: datetime.strptime(row["Return delivery date"], "%d-%b-%Y"))
        for row, state in zip((done[-6], done[-1]), ("Approved", "Pending"), strict=True):
            filed = datetime.strptime(row["Return delivery date"], "%d-%b-%Y").date() + timedelta(days=6)
            row |= {
                "Resolution": "RefundAtFirstScan",
                "SafeT Action reason": "Item returned damaged",
                "SafeT claim id": f"{self.rng.randrange(10**9, 10**10)}",
                "SafeT claim state": state,
                "SafeT claim creation time": f"{_english(filed)} 10:11:12",
                "SafeT claim reimbursement amount": row["Order Amount"] if state == "Approved" else "",
            }
            for refund in self.refunds:
                if refund["order_id"] == row["Order ID"]:
                    refund["by"] = "amazon"

    def _message(self, order: Order, received: datetime, answered: datetime | None, topic: str) -> None:
        self.messages.append(
            {"order_id": order.order_id, "received_at": stamp(received), "answered_at": stamp(answered), "topic": topic}
        )

    def _quiet_messages(self) -> None:
        """Ordinary mail of the last 60 days, nine in ten answered within a day, the newest not yet."""
        able = [o for o in self.orders if o.shipped and o.channel == "mfn" and o.placed > NOW - timedelta(days=62)]
        for order in self.rng.sample(able, 130):
            received = order.placed + timedelta(hours=self.rng.uniform(5, 240))
            hours = self.rng.uniform(0.3, 22) if self.rng.randrange(100) < 92 else self.rng.uniform(25, 60)
            if received < NOW:
                topic = self.rng.choices(("delivery", "return", "product", "other"), (45, 20, 25, 10))[0]
                self._message(order, received, received + timedelta(hours=hours), topic)


def _english(day: date) -> str:
    """24-Sep-2026, whatever the locale."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"


def _return_tracking(rng: Random, euro: bool) -> str:
    return f"{'00340435' if euro else '920019'}{rng.randrange(10**12):012d}" + ("" if euro else "0421")
