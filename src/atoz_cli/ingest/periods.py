"""Staged rows in, the days that they speak of out."""

from __future__ import annotations

from atoz_cli.answers.files import Period
from atoz_cli.sources.declare import Source
from atoz_cli.store.staging import Stage

DATED = {
    "orders": ("placed_at",),
    "shipments": ("shipped_at", "confirmed_at", "first_scan_at", "delivered_at", "deliver_by"),
    "claims": ("filed_at",),
    "chargebacks": ("filed_at",),
    "feedback": ("left_at",),
    "feedback_events": ("removed_at", "struck_at"),
    "returns": ("requested_at", "delivered_at"),
    "refunds": ("refunded_at",),
    "messages": ("received_at",),
    "claim_mails": ("noticed_at",),
    "money": ("posted_at",),
    "health_orders": ("placed_at",),
}
"""The moments of a fact that say which period a file covers; the first that the file has."""


def covered(stage: Stage, source: Source) -> dict[str, Period]:
    """By file the first and the last day of what it tells; none where its rows have no dates."""
    found: dict[str, Period] = {}
    for fact in source.facts:
        for file, (first, last) in stage.spans(DATED.get(fact, ())).items():
            found.setdefault(file, Period(first.date(), last.date()))
    return found
