"""The open claims in; a finding for each that is due within the time asked, or overdue, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from atoz_cli import cases
from atoz_cli.answers.check import Alert
from atoz_cli.answers.claims import Verdict
from atoz_cli.check.watch import Watch
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book

IDLE = ("none", "accept")
"""Actions that ask for nothing."""


def due_claims(store: Store, book: Book, question: Question, watches: Mapping[str, Watch]) -> Iterator[Alert]:
    """Each claim and chargeback whose advised action helps only until then."""
    latest = question.as_of + max(watch.due for watch in watches.values())
    try:
        verdicts, _ = cases.triage(store, book, question, cases.Wanted(due_by=latest))
    except EmptyStore:
        return
    for one in verdicts:
        watch = watches.get(one.account)
        if watch is None or one.act_by is None or one.action in IDLE or one.act_by > question.as_of + watch.due:
            continue
        overdue = one.act_by < question.as_of
        yield Alert(
            one.account, one.marketplace, one.channel, "claim_overdue" if overdue else "claim_due", "error", one.order_id,
            one.act_by, 0, _said(one, overdue), f"atoz triage, and atoz why {one.order_id}",
        )  # fmt: skip


def _said(one: Verdict, overdue: bool) -> str:
    what = "chargeback" if one.type == "chargeback" else "claim"
    when = f"{one.act_by:%Y-%m-%d %H:%M} UTC"
    action = one.action.replace("_", " ")
    return f"order {one.order_id}: {action} this {what} by {when}" + (": OVERDUE" if overdue else "")
