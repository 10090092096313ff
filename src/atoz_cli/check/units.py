"""Account Health in; a finding for each other metric that misses its target, or one's own limit, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from atoz_cli import health
from atoz_cli.answers.check import Alert
from atoz_cli.answers.health import HealthMeasure
from atoz_cli.check.watch import Watch
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book

ODR = ("odr", "negative_feedback_rate", "a_to_z_claim_rate", "chargeback_rate")
"""What is told by `rates`, and its parts."""


def unit_alerts(store: Store, book: Book, question: Question, watches: Mapping[str, Watch]) -> Iterator[Alert]:
    """Of every metric but the ODR; nothing of what is not known: `atoz health` tells what is missing for each."""
    try:
        names = [name for name in health.NAMES if name not in ODR]
        rows, _ = health.health(store, book, question, names)
    except EmptyStore:
        return
    for row in rows:
        own = watches[row.account].rates.get(row.metric) if row.account in watches else None
        if row.status == "missed":
            yield _alert(row, f"{_said(row)} misses its target ({_target(row)})")
        elif own is not None and row.rate is not None and _over(row, float(own)):
            yield _alert(row, f"{_said(row)} is past your own limit of {float(own) * 100:g} %")


def _alert(row: HealthMeasure, text: str) -> Alert:
    code = "metric_missed" if row.status == "missed" else "rate_over"
    hint = f"atoz health --metric {row.metric}"
    return Alert(row.account, row.marketplace, row.channel, code, "error", row.metric, None, 0, text, hint)  # type: ignore[arg-type]


def _said(row: HealthMeasure) -> str:
    where = " ".join(one for one in (row.marketplace, (row.channel or "").upper()) if one)
    named = row.metric.replace("_", " ") + (f" of {row.category}" if row.category else "")
    return f"{named} {where}: {(row.rate or 0) * 100:.2f} % ({row.numerator:,} of {row.denominator:,})"


def _target(row: HealthMeasure) -> str:
    return f"{row.condition} {(row.limit or 0) * 100:g} %"


def _over(row: HealthMeasure, own: float) -> bool:
    return (row.rate or 0) <= own if row.condition == "above" else (row.rate or 0) >= own
