"""The open claims in; a finding for each that is due within the time asked, or overdue, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from atoz_cli import cases
from atoz_cli.answers.check import Alert
from atoz_cli.check.watch import Watch
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.triage.case import Case

IDLE = ("none", "accept")
"""Actions that ask for nothing."""


def due_claims(store: Store, book: Book, question: Question, watches: Mapping[str, Watch]) -> Iterator[Alert]:
    """Each claim and chargeback whose advised action helps only until then."""
    latest = question.as_of + max(watch.due for watch in watches.values())
    try:
        found = cases.due(store, book, question, latest)
    except EmptyStore:
        return
    for one, advice in found:
        watch, act_by = watches.get(one.account), advice.act_by
        if watch is None or act_by is None or advice.action in IDLE or act_by > question.as_of + watch.due:
            continue
        overdue = act_by < question.as_of
        yield Alert(
            one.account, one.marketplace, one.order.channel if one.order else None,
            "claim_overdue" if overdue else "claim_due", "error", one.order_id,
            act_by, 0, _said(one, advice.action, act_by, overdue), f"atoz triage, and atoz why {one.order_id}",
        )  # fmt: skip


def _said(one: Case, action: str, act_by: datetime, overdue: bool) -> str:
    what = "chargeback" if one.type == "chargeback" else "claim"
    text = f"order {one.order_id}: {action.replace('_', ' ')} this {what} by {act_by:%Y-%m-%d %H:%M} UTC"
    return text + (": OVERDUE" if overdue else "")
