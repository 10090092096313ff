"""What stands around the claims of a store, read once for all of them and found again by account and order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from atoz_cli.answers.claims import OdrEffect
from atoz_cli.answers.rates import Measure
from atoz_cli.metrics import Question, Span, enters_and_leaves, measures
from atoz_cli.metrics.arithmetic import rate
from atoz_cli.metrics.question import Store, utc
from atoz_cli.policy import Book
from atoz_cli.triage.case import MessageFacts, OrderFacts, RefundFacts, ReturnFacts, ShipmentFacts
from atoz_cli.triage.eligibility import excluded_words

T = TypeVar("T")
Key = tuple[str, str]
"""Account and order id."""
Row = tuple[Any, ...]

CLAIMED = """SELECT account, order_id FROM all_claims UNION SELECT account, order_id FROM all_chargebacks"""
CLAIM = (
    "account", "order_id", "claim_id", "filed_at", "marketplace", "reason", "comment", "amount", "currency", "status",
    "respond_by", "decided_at", "decision", "funded_by", "counts_in_odr", "withdrawn_at", "appealed_at",
    "appeal_decision", "appeal_decided_at", "known_at",
)  # fmt: skip
CHARGEBACK = (
    "account", "order_id", "claim_id", "filed_at", "marketplace", "network", "reason_code", "reason", "amount",
    "currency", "status", "respond_by", "decided_at", "decision", "counts_in_odr", "known_at",
)  # fmt: skip
CLAIMS = f"SELECT {', '.join(CLAIM)} FROM all_claims {{}} ORDER BY account, order_id, claim_id, filed_at"
CHARGEBACKS = f"SELECT {', '.join(CHARGEBACK)} FROM all_chargebacks {{}} ORDER BY ALL"
ORDERS = """SELECT o.account, o.order_id, o.placed_at, o.status, o.channel, o.ship_by, o.deliver_by, o.ship_postal_code,
    o.ship_country, p.marketplace, p.channel, p.placed_on
    FROM orders_at_stake o SEMI JOIN claimed_orders c USING (account, order_id)
    LEFT JOIN asked_at_stake p USING (account, order_id)"""
NAMES = """SELECT account, order_id, product_name FROM items SEMI JOIN claimed_orders USING (account, order_id)
    WHERE product_name <> '' ORDER BY ALL"""
FEW = 10_000
"""Of so many products at most the names are looked at: reading those of all claimed orders takes no longer then."""
PRODUCTS = f"SELECT DISTINCT product_name FROM items WHERE product_name <> '' LIMIT {FEW + 1}"
SHIPMENTS = """SELECT s.account, s.order_id, s.carrier, s.service, s.tracking_number, s.ship_by,
    coalesce(s.confirmed_at, s.shipped_at) AS confirmed_at,
    s.first_scan_at, s.deliver_by, s.delivered_at, s.delivered_to_postal_code, s.signed, s.label, s.claims_protected,
    s.returned_at, s.ship_from FROM shipments s SEMI JOIN claimed_orders c USING (account, order_id) ORDER BY ALL"""
RETURNS = """SELECT r.account, r.order_id, r.rma_id, r.requested_at, r.status, r.reason, r.label_type, r.label_paid_by,
    r.tracking_number, r.resolution, r.in_policy, r.delivered_at, r.order_amount, r.refunded_amount, r.safe_t_state
    FROM returns r SEMI JOIN claimed_orders c USING (account, order_id) ORDER BY ALL"""
REFUNDS = """SELECT r.account, r.order_id, r.refunded_at, r.amount, r.currency, r.refunded_by FROM refunds r
    SEMI JOIN claimed_orders c USING (account, order_id) UNION ALL
    SELECT account, order_id, refunded_at, NULL, NULL, 'seller' FROM claims WHERE refunded_at IS NOT NULL UNION ALL
    SELECT account, order_id, refunded_at, amount, currency, 'seller' FROM booked_refunds ORDER BY ALL"""
MESSAGES = """SELECT m.account, m.order_id, m.received_at, m.answered_at, m.topic
    FROM messages m SEMI JOIN claimed_orders c USING (account, order_id) ORDER BY ALL"""
STANDINGS = """SELECT account, order_id, kind, claim_id, on_at, standing, counts, pends FROM counted_defects {}
    WHERE kind <> 'negative_feedback'"""
FULL = "SELECT account, order_id, claim_id, filed_at, full_at FROM full_refunds {}"
DEFECTIVE = "SELECT account, order_id FROM order_flags {} WHERE defective = 1"
ONLY_THESE = "SEMI JOIN claimed_orders USING (account, order_id)"


MAY_STILL_COUNT = ("protected", "refunded_before_filing")
"""Standings that do not count but would, were the claim granted against the seller."""


class Around:
    """The facts of claimed orders as they were known on the day asked: of all, or of those named.

    Without `rated` nothing is known of the rates that a claim has an effect on. What the goods are called is known where
    it can decide something, or where it is to be `named`.
    """

    def __init__(
        self,
        store: Store,
        book: Book,
        question: Question,
        spans: Sequence[Span],
        only: Iterable[Key] | None = None,
        *,
        rated: bool = True,
        named: bool = False,
    ) -> None:
        self.as_of = question.as_of
        self.spans = {(span.account, span.marketplace): span for span in spans}
        self.rates: dict[Row, Measure] = {
            (one.account, one.marketplace or "", one.channel or ""): one
            for one in (measures(store, book, question, spans) if rated else ())
        }
        if only is None:
            store.keep("claimed_orders", CLAIMED)
        else:
            store.put("claimed_orders", {"account": "VARCHAR", "order_id": "VARCHAR"}, sorted(only))
        self.orders = {row[:2]: row for row in store.ask(ORDERS)}
        self.names = _grouped(store.ask(NAMES), lambda row: row[2]) if named or _excludes_some(store, book) else {}
        self.shipments = _grouped(store.ask(SHIPMENTS), self._shipment)
        self.returns = _grouped(store.ask(RETURNS), self._return)
        self.refunds = _grouped(store.ask(REFUNDS), self._refund)
        self.messages = _grouped(store.ask(MESSAGES), self._message)
        among = "" if only is None else ONLY_THESE
        self.claims, self.chargebacks = store.ask(CLAIMS.format(among)), store.ask(CHARGEBACKS.format(among))
        self.claims_on, self.chargebacks_on = _grouped(self.claims, _filed), _grouped(self.chargebacks, _filed)
        self.standings = {row[:5]: row[5:] for row in store.ask(STANDINGS.format(among))}
        self.full = {row[:4]: row[4] for row in store.ask(FULL.format(among))}
        self.defective = set(store.ask(DEFECTIVE.format(among)) if rated else ())

    def known(self, moment: datetime | None) -> datetime | None:
        """The moment, if it was known on the day."""
        aware = utc(moment)
        return aware if aware is not None and aware <= self.as_of else None

    def _shipment(self, row: Row) -> ShipmentFacts:
        carrier, service, tracking, ship_by, confirmed, scanned, deliver_by, delivered, postal, signed, label = row[
            2:13
        ]
        protected, returned, ship_from = row[13:]
        delivered_at = self.known(delivered)
        return ShipmentFacts(
            carrier=carrier,
            service=service,
            tracking_number=tracking,
            ship_by=utc(ship_by),
            confirmed_at=self.known(confirmed),
            first_scan_at=self.known(scanned),
            deliver_by=utc(deliver_by),
            delivered_at=delivered_at,
            delivered_to_postal_code=postal if delivered_at or delivered is None else None,
            signed=signed if delivered_at or delivered is None else None,
            label=label,
            claims_protected=protected,
            returned_at=self.known(returned),
            ship_from=ship_from,
        )

    def _return(self, row: Row) -> ReturnFacts | None:
        if row[3] is not None and self.known(row[3]) is None:
            return None
        return ReturnFacts(
            rma_id=row[2],
            requested_at=utc(row[3]),
            status=row[4],
            reason=row[5],
            label_type=row[6],
            label_paid_by=row[7],
            tracking_number=row[8],
            resolution=row[9],
            in_policy=row[10],
            delivered_at=self.known(row[11]),
            order_amount=row[12],
            refunded_amount=row[13],
            safe_t_state=row[14],
        )

    def _refund(self, row: Row) -> RefundFacts | None:
        at = self.known(row[2])
        return RefundFacts(at, row[3], row[4], row[5]) if at else None

    def _message(self, row: Row) -> MessageFacts | None:
        at = self.known(row[2])
        return MessageFacts(at, self.known(row[3]), row[4]) if at else None

    def order(self, key: Key) -> OrderFacts | None:
        """The order under a claim; None if the store does not know it, or it was placed later."""
        row = self.orders.get(key)
        placed_at = self.known(row[2]) if row else None
        if row is None or placed_at is None:
            return None
        return OrderFacts(
            placed_at=placed_at,
            status=row[3],
            channel=row[4],
            ship_by=utc(row[5]),
            deliver_by=utc(row[6]),
            ship_postal_code=row[7],
            ship_country=row[8],
            product_names=tuple(self.names.get(key, ())),
        )

    def placed(self, key: Key) -> Row:
        """Marketplace, channel and day of the order under a claim, if it is one of those asked about."""
        row = self.orders.get(key)
        return row[9:] if row else (None, None, None)

    def effect(self, key: Key, kind: str, claim_id: str, filed_at: datetime | None, decided: bool) -> OdrEffect:
        """What a claim does to the rate of its order's account, marketplace and channel."""
        standing, counts, pends = self.standings.get((*key, kind, claim_id, filed_at), ("pending", 0, 1))
        verdict = None if pends else bool(counts)
        marketplace, channel, placed_on = self.placed(key)
        if placed_on is None:
            return OdrEffect(standing, verdict, None, None, None, None, None)
        span = self.spans[key[0], marketplace]
        inside = span.starts_on <= placed_on <= span.ends_on
        enters_on, leaves_on = enters_and_leaves(placed_on, span)
        measure = self.rates.get((key[0], marketplace, channel))
        now = measure.rate if measure else None
        lost = now
        can_cost = verdict is None or (standing in MAY_STILL_COUNT and not decided)
        if measure is not None and inside and can_cost and key not in self.defective:
            lost = rate(measure.defective_orders + 1, measure.orders)
        room = measure.headroom if measure is not None and measure.orders else None
        other = key in self.defective and not counts
        return OdrEffect(standing, verdict, inside, enters_on, leaves_on, now, lost, room, other)


def _excludes_some(store: Store, book: Book) -> bool:
    """Whether any product of the store is by its name, as some policy reads it, one that cannot be claimed."""
    words = tuple(sorted({word for words in book.ever("eligibility", "excluded_words") for word in words}))
    products = store.ask(PRODUCTS)
    return len(products) > FEW or bool(excluded_words(words, ["\n".join(name for (name,) in products)]))


def _filed(row: Row) -> Row | None:
    """Id and moment of what is known to have been filed."""
    return row[2:4] if row[3] is not None else None


def _grouped(rows: Iterable[Row], read: Callable[[Row], T | None]) -> dict[Key, list[T]]:
    """What is read of each row, by account and order."""
    found: dict[Key, list[T]] = defaultdict(list)
    for row in rows:
        value = read(row)
        if value is not None:
            found[row[0], row[1]].append(value)
    return found
