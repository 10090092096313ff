"""The metrics that count units as rows of Account Health, also those of which nothing is known, each with what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from atoz_cli.answers.health import HealthMeasure, Missing, UnitMeasure
from atoz_cli.health.look import Look, lacks
from atoz_cli.metrics.metric import METRICS, Metric
from atoz_cli.metrics.question import Span
from atoz_cli.metrics.units import asks_for, empty, rule_of, unit_measures, windows_of

UNITS = {
    "late": ("order", "orders"),
    "cancelled": ("order", "orders"),
    "tracked": ("package", "packages"),
    "delivered": ("unit", "units"),
    "answered": ("message", "messages"),
    "returns_answered": ("message", "messages"),
    "returned": ("return request", "return requests"),
    "rejected": ("return request", "return requests"),
    "refunded": ("order", "orders"),
}
PACKAGES = ("shipments", "ship_confirmation", "shipstation", "tracking", "on_time_delivery", "late_shipments")
TELLING: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "late": (
        ("unshipped_orders", "new_orders", "orders", "shipments", "late_shipments", "on_time_delivery"),
        "no file tells ship-by dates and ship confirmations", "on_time_delivery",
    ),
    "cancelled": (
        ("all_orders", "orders", "unshipped_orders", "cancellations"), "no file tells which orders were cancelled", "all_orders",
    ),
    "tracked": (PACKAGES, "no file tells of packages and their scans", "tracking"),
    "delivered": (PACKAGES, "no file tells of packages and their delivery", "on_time_delivery"),
    "answered": (("messages",), "no file tells of buyers' messages", "messages"),
    "returns_answered": (("messages",), "no file tells of buyers' messages", "messages"),
    "returned": (("returns", "returns_xml"), "no file tells of return requests", "returns"),
    "rejected": (("returns", "returns_xml"), "no file tells of return requests", "returns"),
    "refunded": (
        ("refunds", "settlement_v1", "settlement_v2", "date_range"), "no file tells of refunds", "date_range",
    ),
}  # fmt: skip
"""Kind of unit to the sources of which one is enough to know anything, and what to say and to get where there is none."""
DOUBTS: Mapping[str, tuple[str, str | None]] = {
    "no_ship_by": ("the ship-by date of {} is not known", "unshipped_orders"),
    "no_confirmation": ("when Amazon was told that {} shipped is not known", "on_time_delivery"),
    "unconfirmed": ("{} past the ship-by date not confirmed yet: whether such count is not settled (late_shipment_rate.unconfirmed)", None),
    "several_packages": ("{} in several packages, some in time and some not: no text of Amazon's says what that is worth", None),
    "amazon_unclear": ("{} on Amazon's list without its word whether they count", None),
    "who_cancelled": ("who cancelled {} is not known", "cancellations"),
    "part_cancelled": ("who cancelled an item of {} is not known", "cancellations"),
    "no_status": ("how {} stand is not known", None),
    "no_package": ("no package of {} is known", None),
    "no_promise": ("the promised delivery date of {} is not known", None),
    "no_scan": ("whether the carrier scanned {} is not known", "tracking"),
    "two_scans": ("{} from an origin that may need a second scan: what they were worth is not known", "tracking"),
    "no_delivery": ("when {} arrived is not known", "on_time_delivery"),
    "several_units": ("{} in orders that Amazon calls late, which may be so of a part of them alone", None),
    "no_topic": ("what {} were about is not known: fill in the column topic", None),
    "no_policy_flag": ("whether {} that were rejected were in policy is not known", "returns"),
    "return_feedback": ("no file tells the feedback about {}: only a performance report does", None),
    "no_category": ("the product category of {} is not known", "tracking"),
}  # fmt: skip
"""Why units are in doubt, as words, and the source that would tell; where there is none, that of the kind."""
OF_THE_KIND = ("no_status", "no_package", "no_promise")
Key = tuple[str, str, str, str]
"""Metric, account, marketplace and channel."""


def unit_rows(look: Look) -> Iterator[HealthMeasure]:
    """A row for each metric, account, marketplace and channel (and category) that has a policy on that day."""
    metrics = [metric for metric in METRICS if look.asked(metric.name) and asks_for(metric, look.question)]
    found: dict[Key, list[UnitMeasure]] = {}
    for _, one in unit_measures(look.store, look.book, look.question, metrics, look.reports):
        found.setdefault((one.metric, one.account, one.marketplace or "", one.channel or ""), []).append(one)
    windows = windows_of(look.store, look.book, look.question, metrics, look.reports)
    for (metric, day, account, place), span in windows.items():
        for channel in _channels(look, metric, account, place, found):
            rows = found.get((metric.name, account, place, channel)) or [_nothing(look, metric, span, channel, day)]
            for row in sorted(rows, key=lambda row: row.category or ""):
                yield _row(look, metric, row)


def _channels(look: Look, metric: Metric, account: str, place: str, found: Iterable[Key]) -> list[str]:
    """The channels that a metric has a row for: those of the orders, and where units were found."""
    there = look.channels.get((account, place), [])
    if metric.channels == "all":
        expected = {""} if there else set()
    else:
        expected = {channel for channel in there if metric.channels == "each" or channel != "afn"}
    return sorted(expected | {key[3] for key in found if key[:3] == (metric.name, account, place)})


def _nothing(look: Look, metric: Metric, span: Span, channel: str, day: date) -> UnitMeasure:
    """A row without a unit: none in the window, or nothing known at all."""
    rule = rule_of(look.book, metric.policy, day, span.marketplace)
    assert rule is not None, "a window comes of a rule"
    known = look.told(span.account, TELLING[metric.kind][0])
    return empty(metric, span, channel or None, rule, "no_orders" if known else "no_data")


def _row(look: Look, metric: Metric, one: UnitMeasure) -> HealthMeasure:
    telling, _, _ = TELLING[metric.kind]
    if one.denominator and not look.told(one.account, telling):
        nothing: dict[str, Any] = dict.fromkeys(
            ("numerator", "numerator_at_most", "rate", "rate_at_most", "headroom", "interval")
        )
        one = replace(one, status="no_data", doubts={}, **nothing)
    days = one.window.days if one.window else None
    where = (one.account, one.marketplace or "")
    # A report tells no channel of these: it speaks of the orders that the seller ships, or of all messages.
    apart = one.category is not None or metric.channels == "each"
    reported = None if apart or one.channel not in ("mfn", None) else look.figure(where, metric.name, None, days)
    same = {name: getattr(one, name) for name in UnitMeasure.__struct_fields__}
    return HealthMeasure(**same, missing=tuple(_missing(metric, one)), reported=reported)


def _missing(metric: Metric, one: UnitMeasure) -> Iterator[Missing]:
    _, nothing, source = TELLING[metric.kind]
    if one.status == "no_data" and not one.doubts:
        yield lacks("no_data", nothing, source, one.denominator)
    for why, units in one.doubts.items():
        words, told_by = DOUBTS[why]
        noun = UNITS[metric.kind][units != 1]
        yield lacks(why, words.format(f"{units:,} {noun}"), source if why in OF_THE_KIND else told_by, units)
