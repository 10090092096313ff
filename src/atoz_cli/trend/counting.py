"""A metric by its name in; how it is counted on every day asked, against which limit, and in which words, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Status, Window
from atoz_cli.answers.trend import PointIncoming
from atoz_cli.metrics import Question, lay_out, window_of
from atoz_cli.metrics.question import Store
from atoz_cli.metrics.rates import measured
from atoz_cli.policy import Book

Place = tuple[str, str | None]
"""Account and marketplace: what shares a window, whatever the channel."""


@dataclass(frozen=True)
class Counted:
    """A metric of one account, marketplace and channel on one day: the integers, and what they are over."""

    day: date
    account: str
    marketplace: str | None
    channel: str | None
    numerator: int
    denominator: int
    lost: int | None = None
    """the numerator if everything pending were lost"""
    incoming: PointIncoming | None = None


@dataclass(frozen=True)
class Counting:
    """All of a question: what was counted, the windows (also of days on which there was nothing to count), notices."""

    counted: list[Counted]
    windows: Mapping[tuple[date, Place], Window]
    notices: list[Notice]


@dataclass(frozen=True)
class Metric:
    """How a metric is counted. `policies` decide it; `numerator` and `denominator` are what it counts, in the singular.

    `by_order`: it counts orders by the day they were placed on, so that a change can be tested week by week of orders.
    """

    name: str
    count: Callable[[Store, Book, Question, str], Counting]
    policies: tuple[str, ...]
    numerator: str
    denominator: str = "order"
    by_order: bool = True


def of_defects(store: Store, book: Book, question: Question, name: str) -> Counting:
    """The Order Defect Rate, or one of its parts."""
    spans, notices = lay_out(store, book, question, name, old_too=False)
    counted = [
        Counted(
            day, one.account, one.marketplace, one.channel, one.defective_orders, one.orders,
            one.if_pending_lost.defective_orders, PointIncoming(one.incoming.orders, one.incoming.defective_orders),
        )
        for day, one in measured(store, book, spans)
    ]  # fmt: skip
    windows = {(span.day, (span.account, span.marketplace or None)): window_of(span) for span in spans}
    return Counting(counted, windows, notices)


_OF_DEFECTS = ("odr", "standings", "chargebacks")
METRICS: tuple[Metric, ...] = (
    Metric("odr", of_defects, _OF_DEFECTS, "defective order"),
    Metric(
        "negative_feedback_rate", of_defects, (*_OF_DEFECTS, "negative_feedback_rate"), "order with negative feedback"
    ),
    Metric("a_to_z_claim_rate", of_defects, (*_OF_DEFECTS, "a_to_z_claim_rate"), "order with a claim that counts"),
    Metric("chargeback_rate", of_defects, (*_OF_DEFECTS, "chargeback_rate"), "order with a service chargeback"),
)


@dataclass(frozen=True)
class Limit:
    """What a rate is held against: it is met strictly below (or, for some metrics, strictly above) it."""

    value: Decimal
    above: bool = False

    def status(self, numerator: int, denominator: int) -> Status:
        """Integers decide, never floating point."""
        share, limit = Fraction(numerator, denominator), Fraction(self.value)
        return "met" if (share > limit if self.above else share < limit) else "missed"

    def against(self, value: Decimal | None) -> Limit:
        """The same with another value."""
        return self if value is None else Limit(value, self.above)


def limit_of(book: Book, name: str, day: date, marketplace: str | None) -> Limit | None:
    """The limit of that day by the metric's own policy; None where it has none."""
    rule = book.at(name, day, marketplace)
    for key in ("below", "above"):
        if key in rule:
            return Limit(cast(Decimal, rule[key]), key == "above")
    return None
