"""What claims, returns and feedback say they are about: the look in; the relations that tell of complaints and of fraud out."""

from __future__ import annotations

from datetime import timedelta

from atoz_cli.metrics.question import naive
from atoz_cli.prevent.look import Look, Row, sql

REASONS = (
    "SELECT reason FROM all_claims WHERE reason IS NOT NULL UNION SELECT reason FROM returns WHERE reason IS NOT NULL"
)
WORDED = """SELECT account, order_id, comment, filed_at FROM all_claims c LEFT JOIN reason_kinds k USING (reason)
    WHERE comment IS NOT NULL AND coalesce(k.kind, 'other') = 'other' AND (known_at IS NULL OR known_at <= $1)
    AND (filed_at IS NULL OR filed_at >= $2) ORDER BY ALL"""


MAYBE = """SELECT f.account, f.order_id, 0 AS sure FROM feedback f JOIN stars s ON s.rating = f.rating AND s.meaning = 'negative'
    AND s.since <= f.left_at AND s.until > f.left_at JOIN horizon h ON f.left_at <= h.as_of"""


def put_told(look: Look) -> None:
    """`reason_kinds`: each reason that names a kind; `worded_claims`: the claims whose reason names none, by their words.

    And what is made of them: `unauthorized`, and `complaining`, in which all negative feedback stands as a perhaps.
    """
    from atoz_cli.kinds import of_reason, of_text

    reasons = sorted(reason for (reason,) in look.store.ask(REASONS))
    kinds = [(reason, kind) for reason in reasons if (kind := of_reason(reason))]
    look.store.put("reason_kinds", {"reason": "VARCHAR", "kind": "VARCHAR"}, kinds)
    as_of = naive(look.as_of)
    days = max(
        int(look.rule(place, key))
        for place in look.places
        for key in ("sku_complaints.days", "unauthorized_pattern.days")
    )
    rows: list[Row] = []
    for account, order_id, comment, filed_at in look.store.ask(WORDED, [as_of, as_of - timedelta(days=days)]):
        if guess := of_text(comment):
            rows.append((account, order_id, guess.kind, filed_at))
    columns = {"account": "VARCHAR", "order_id": "VARCHAR", "kind": "VARCHAR", "filed_at": "TIMESTAMP"}
    look.store.put("worded_claims", columns, rows)
    look.store.view("unauthorized", sql("unauthorized"))
    look.store.view("feedback_complaints", MAYBE)
    look.store.keep("complaining", sql("complaining"))
