"""What is missing around claims, chargebacks and feedback: their order, the claim itself, its class, its shipment."""

from __future__ import annotations

from collections.abc import Iterator

from atoz_cli.answers.doctor import Finding, Severity
from atoz_cli.doctor.look import Look, count, download, some
from atoz_cli.metrics.evidence import TOLD_BY

UNKNOWN = """SELECT e.account, max(e.marketplace), e.order_id, max(coalesce(e.on_at, $1)) FROM (
        SELECT account, marketplace, order_id, known_at AS on_at FROM all_claims
        UNION ALL SELECT account, marketplace, order_id, known_at FROM all_chargebacks
        UNION ALL SELECT account, NULL, order_id, left_at FROM feedback) e
    ANTI JOIN orders o USING (account, order_id)
    WHERE e.on_at IS NULL OR e.on_at <= $1 GROUP BY e.account, e.order_id ORDER BY 4 DESC, 3"""
FLAGGED = """SELECT c.account, o.marketplace, c.order_id FROM all_claims c LEFT JOIN orders o USING (account, order_id)
    WHERE c.from_flag = 1 AND c.told_by = '{}' AND c.counts_in_odr IS NULL AND (c.known_at IS NULL OR c.known_at <= $1)
    ORDER BY ALL"""
UNSETTLED = """SELECT d.account, o.marketplace, d.order_id FROM defect_events d LEFT JOIN orders o USING (account, order_id)
    WHERE d.kind = 'chargeback' AND d.standing = 'unknown' ORDER BY ALL"""
UNSHIPPED = """SELECT DISTINCT d.account, o.marketplace, d.order_id FROM counted_defects d
    JOIN orders o USING (account, order_id) ANTI JOIN shipments s USING (account, order_id)
    WHERE d.kind = 'a_to_z_claim' AND d.pends = 1 AND o.channel = 'mfn' ORDER BY ALL"""


def findings(look: Look) -> Iterator[Finding]:
    """Of each account and marketplace, with the first few orders."""
    yield from _unknown_orders(look)
    for told_by, what in TOLD_BY.items():
        for account, place, ids in look.orders(FLAGGED.format(told_by)):
            message = f"{count(len(ids), 'claim')} known only from {what}: {some(ids)}"
            hint = "add what Seller Central says of them to your claims: `atoz template claims`"
            yield Finding(account, place, "claim_only_flagged", "warning", message, hint)
    for account, place, ids in look.orders(UNSETTLED):
        message = (
            f"{count(len(ids), 'chargeback')} neither fraud nor service by the policy's lists, so pending: {some(ids)}"
        )
        hint = "look at `atoz rules chargebacks`, and settle the code in a policy file of your own (ATOZ_POLICY)"
        yield Finding(account, place, "unknown_chargeback_code", "warning", message, hint)
    for account, place, ids in look.orders(UNSHIPPED):
        message = f"{count(len(ids), 'open claim')} on what you shipped yourself, with no shipment known: {some(ids)}"
        hint = "without it protection and proof of delivery cannot be seen: fill in `atoz template shipments`"
        yield Finding(account, place, "no_ship_dates", "warning", message, hint)


def _unknown_orders(look: Look) -> Iterator[Finding]:
    """An order comes before its claim: what was claimed before the window begins is of an order that has left it."""
    rows = look.rows(UNKNOWN)
    for account in look.selling:
        start = min(span.starts_on for span in look.spans if span.account == account)
        mine = [row for row in rows if row[0] == account]
        may_count = sum(row[3].date() >= start for row in mine)
        if mine:
            where = f"{may_count:,} of them perhaps in the window" if may_count else "too old for the window"
            message = (
                f"{count(len(mine), 'order')} with a claim, a chargeback or feedback in no file of orders, {where}"
            )
            ids = some([row[2] for row in mine])
            severity: Severity = "warning" if may_count else "info"
            yield Finding(account, None, "unknown_order", severity, f"{message}: {ids}", download("all_orders"))
