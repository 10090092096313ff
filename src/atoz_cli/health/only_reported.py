"""What only Amazon's performance report tells, as rows of Account Health."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from atoz_cli.answers.health import HealthMeasure, Reported
from atoz_cli.health.look import Look, lacks
from atoz_cli.metrics.metric import METRICS
from atoz_cli.metrics.units import rule_of

ONLY_REPORTED = ("order_on_time_delivery_rate", "invoice_defect_rate", "account_health_rating", "account_status")
"""The metrics of which no other file tells anything."""
INVOICES = "invoice_defect_rate"
SHIPPED = frozenset({ONLY_REPORTED[0], *(metric.name for metric in METRICS if metric.channels == "mfn")})


Key = tuple[str, str, str, str | None]
"""Account, marketplace, metric and channel."""


def reported_rows(look: Look, told: Set[Key]) -> Iterator[HealthMeasure]:
    """A row for each figure of the newest reports that stands beside none of ours, which are `told`."""
    on = look.question.day
    for where in sorted({*look.reports.places, *look.channels}):
        names = [(name, channel) for name, channel in look.reports.names(where, on) if _is_asked(look, name, channel)]
        for name, channel in names:
            reported = look.figure(where, name, channel, None)
            beside = (*where, name, channel) in told or _beside(told, where, name, channel)
            if reported and _says(reported) and not beside:
                yield _row(look, where, name, channel, reported)
        if (INVOICES, None) not in names and _is_asked(look, INVOICES, None):
            yield from _invoices(look, where)
        status = look.reports.account_status(where, on)
        if status and _is_asked(look, "account_status", None):
            yield _row(look, where, "account_status", None, status)


def _is_asked(look: Look, name: str, channel: str | None) -> bool:
    """Whether the metric is asked for, and the channel is: what tells none is about the orders that the seller ships, or the account."""
    asked = look.question.channel
    return look.asked(name) and (asked in (None, channel) or (asked == "mfn" and channel is None and name in SHIPPED))


def _says(one: Reported) -> bool:
    """Whether there is anything in a figure: a metric of which Amazon has no data is in reports too."""
    return any(value is not None for value in (one.rate, one.numerator, one.score)) or one.status not in (None, "NONE")


def _beside(told: Set[Key], where: tuple[str, str], name: str, channel: str | None) -> bool:
    """Whether a figure that tells no channel stands in the row of the orders that the seller ships."""
    return channel is None and name in SHIPPED and (*where, name, "mfn") in told


def _invoices(look: Look, where: tuple[str, str]) -> Iterator[HealthMeasure]:
    """Where Amazon judges invoices and no report is known, that is said."""
    rule = rule_of(look.book, INVOICES, look.question.day, where[1])
    if where[1] and rule is not None and "below" in rule:
        yield _row(look, where, INVOICES, None, None)


def _row(
    look: Look, where: tuple[str, str], name: str, channel: str | None, reported: Reported | None
) -> HealthMeasure:
    nothing: dict[str, Any] = dict.fromkeys(
        ("category", "numerator", "numerator_at_most", "denominator", "rate", "rate_at_most", "headroom", "interval", "window")
    )  # fmt: skip
    limit = None
    if name == INVOICES:
        rule = rule_of(look.book, INVOICES, look.question.day, where[1])
        limit = float(rule["below"]) if rule is not None and "below" in rule else None
    missing = () if reported else (lacks("only_reported", "only a performance report tells it", "performance_v2"),)
    return HealthMeasure(
        account=where[0],
        marketplace=where[1] or None,
        channel=channel,
        metric=name,
        limit=limit,
        condition=None if limit is None else "below",
        status=None if reported else "no_data",
        missing=missing,
        reported=reported,
        **nothing,
    )
