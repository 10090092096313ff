"""A metric by its name in; how it is counted on every day asked, against which limit, and in which words, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from msgspec import Struct

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Status, Window
from atoz_cli.answers.trend import PointIncoming, PointStatus
from atoz_cli.metrics import Question, lay_out, window_of
from atoz_cli.metrics.asking import lay_out_orders
from atoz_cli.metrics.question import Store
from atoz_cli.metrics.rates import counted
from atoz_cli.policy import Book

Place = tuple[str, str | None]
"""Account and marketplace: what shares a window, whatever the channel."""


class Counted(Struct, frozen=True):
    """A metric of one account, marketplace and channel on one day: the integers, and what they are over."""

    day: date
    account: str
    marketplace: str | None
    channel: str | None
    numerator: int
    denominator: int
    lost: int | None = None
    """the numerator if everything pending were lost; of units: if everything in doubt were counted"""
    incoming: PointIncoming | None = None
    status: PointStatus | None = None
    """what it is worth where that is judged already, as of units: both ends of what is in doubt have to agree"""


class Counting(Struct, frozen=True):
    """All of a question: what was counted, the windows (also of days on which there was nothing to count), notices."""

    counted: list[Counted]
    windows: Mapping[tuple[date, Place], Window]
    notices: list[Notice]


class Metric(Struct, frozen=True):
    """How a metric is counted. `policies` decide it; `numerator` and `denominator` are what it counts, in the singular.
    `policy`: the one with its limit, where that has not its name; `judged`: whether that limit is this metric's.

    `by_order`: it counts orders by the day they were placed on, so that a change can be tested week by week of orders.
    """

    name: str
    count: Callable[[Store, Book, Question, str], Counting]
    policies: tuple[str, ...]
    numerator: str
    denominator: str = "order"
    by_order: bool = True
    policy: str = ""
    judged: bool = True

    @property
    def ruled_by(self) -> str:
        """The policy that says its window and limit."""
        return self.policy or self.name


def of_defects(store: Store, book: Book, question: Question, name: str) -> Counting:
    """The Order Defect Rate, or one of its parts."""
    spans, notices = lay_out(store, book, question, name, old_too=False)
    found = [
        Counted(
            day, account, place or None, channel or None, int(counts["defective"]), int(counts["orders"]), int(counts["lost"]),
            PointIncoming(int(counts["incoming"]), int(counts["incoming_defective"])),
        )
        for day, account, place, channel, _, counts in counted(store)
    ]  # fmt: skip
    windows = {(span.day, (span.account, span.marketplace or None)): window_of(span) for span in spans}
    return Counting(found, windows, notices)


def of_units(store: Store, book: Book, question: Question, name: str) -> Counting:
    """A metric of Account Health that counts units of another kind; product categories together."""
    from atoz_cli.metrics.reported import Reports
    from atoz_cli.metrics.units import of_names, unit_measures, windows_of

    lay_out_orders(store, book, question)
    metrics, reports = of_names([name]), Reports(store, question)
    found = [
        Counted(
            day, one.account, one.marketplace, one.channel, one.numerator or 0, one.denominator or 0,
            None if one.numerator_at_most in (None, one.numerator) else one.numerator_at_most, None, one.status,
        )
        for day, one in unit_measures(store, book, question, metrics, reports)
        if one.category is None
    ]  # fmt: skip
    windows = {
        (day, (account, place or None)): window_of(span)
        for (_, day, account, place), span in windows_of(store, book, question, metrics, reports).items()
    }
    return Counting(found, windows, [])


_OF_DEFECTS = ("odr", "standings", "chargebacks")
METRICS: tuple[Metric, ...] = (
    Metric("odr", of_defects, _OF_DEFECTS, "defective order"),
    Metric(
        "negative_feedback_rate", of_defects, (*_OF_DEFECTS, "negative_feedback_rate"), "order with negative feedback"
    ),
    Metric("a_to_z_claim_rate", of_defects, (*_OF_DEFECTS, "a_to_z_claim_rate"), "order with a claim that counts"),
    Metric("chargeback_rate", of_defects, (*_OF_DEFECTS, "chargeback_rate"), "order with a service chargeback"),
    *(
        Metric(name, of_units, (policy,), numerator, denominator, by_order=False, policy=policy, judged=judged)
        for name, policy, numerator, denominator, judged in (
            ("late_shipment_rate", "late_shipment_rate", "late order", "order", True),
            ("late_shipment_rate_10d", "late_shipment_rate", "late order", "order", True),
            ("cancellation_rate", "cancellation_rate", "cancelled order", "order", True),
            ("valid_tracking_rate", "valid_tracking_rate", "validly tracked package", "package", True),
            ("on_time_delivery_rate", "on_time_delivery_rate", "punctual unit", "unit", True),
            ("contact_response_rate", "contact_response_rate", "promptly answered message", "message", True),
            (
                "return_dissatisfaction_rate",
                "return_dissatisfaction_rate",
                "bad return request",
                "return request",
                True,
            ),
            ("late_return_response_rate", "return_dissatisfaction_rate", "late answered message", "message", False),
            (
                "invalid_rejection_rate",
                "return_dissatisfaction_rate",
                "wrongly rejected request",
                "return request",
                False,
            ),
            ("refund_rate", "refund_rate", "refunded order", "order", False),
        )
    ),
)


class Limit(Struct, frozen=True):
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


def limit_of(book: Book, metric: Metric, day: date, marketplace: str | None) -> Limit | None:
    """The limit of that day by the metric's own policy; None where it has none."""
    if not metric.judged:
        return None
    rule = book.at(metric.ruled_by, day, marketplace)
    for key in ("below", "above"):
        if key in rule:
            return Limit(cast(Decimal, rule[key]), key == "above")
    return None
