"""The performance reports of the store in, Amazon's own figures out: by account, marketplace, metric of ours and day."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from msgspec import Struct

from atoz_cli.answers.health import Reported
from atoz_cli.metrics.question import Question, Store, filters, text

LONGEST = 90
"""Days of the longest time frame that is taken where none is as long as ours: V1 has several of each metric."""
OURS = {
    "orderDefectRate": "odr",
    "lateShipmentRate": "late_shipment_rate",
    "preFulfillmentCancellationRate": "cancellation_rate",
    "validTrackingRate": "valid_tracking_rate",
    "unitOnTimeDeliveryRate": "on_time_delivery_rate",
    "onTimeDeliveryRate": "order_on_time_delivery_rate",
    "invoiceDefectRate": "invoice_defect_rate",
    "returnDissatisfaction": "return_dissatisfaction_rate",
    "contactResponseTime": "contact_response_rate",
    "refunds": "refund_rate",
}
"""What reports call the metrics of ours; any other name of a report is spelled our way."""
PARTS = {
    "negative_feedback": "negative_feedback_rate",
    "claims": "a_to_z_claim_rate",
    "chargebacks": "chargeback_rate",
}
"""The parts of the ODR in a report: counts without a rate of their own."""
SHORT = ("late_shipment_rate", 10, "late_shipment_rate_10d")
CONDITIONS = {"LESS_THAN": "below", "GREATER_THAN": "above", "EQUALS": "equals"}
ASKED = "SELECT account, marketplace, day, account_status, metrics FROM reports WHERE {} ORDER BY day NULLS FIRST, pull"

Entry = Mapping[str, Any]


class Report(Struct, frozen=True, dict=True):
    """One report: its day, the account's status and every metric in it, by our name and channel."""

    day: date | None
    account_status: str | None
    metrics: str

    @cached_property
    def entries(self) -> Mapping[tuple[str, str | None], Sequence[Entry]]:
        """Our name and the channel to what the report says, for each of its time frames."""
        import json

        found: dict[tuple[str, str | None], list[Entry]] = {}
        for entry in json.loads(self.metrics):
            for name, own in _named(entry):
                found.setdefault((name, entry.get("channel")), []).append(own)
        return found

    @cached_property
    def until(self) -> date | None:
        """Its day, or the last day that it speaks of."""
        ends = [end for entries in self.entries.values() for one in entries if (end := _day(one.get("to")))]
        return self.day or max(ends, default=None)


class Reports:
    """What the store holds of Amazon's reports, those of the account and marketplace asked for."""

    def __init__(self, store: Store, question: Question) -> None:
        tests = [f"{name} = {text(value)}" for name, value in filters(question).items() if name != "channel"]
        self._by_place: dict[tuple[str, str], list[Report]] = {}
        self._sorted: dict[tuple[str, str], tuple[list[Report], list[date]]] = {}
        for account, place, day, status, metrics in store.ask(ASKED.format(" AND ".join(tests) or "true")):
            self._by_place.setdefault((account, place), []).append(Report(day, status, metrics))

    @property
    def places(self) -> list[tuple[str, str]]:
        """The accounts and marketplaces with a report."""
        return sorted(self._by_place)

    @property
    def all_names(self) -> set[str]:
        """Every metric that any report has."""
        return {name for reports in self._by_place.values() for one in reports for name, _ in one.entries}

    def known(self, where: tuple[str, str], on: date) -> Sequence[Report]:
        """The reports that were known on a day, newest first. One that tells no day at all was known always."""
        if where not in self._sorted:
            reports = self._by_place.get(where, [])
            if not all(report.day for report in reports):
                reports = sorted(reports, key=lambda report: report.until or date.min)
            self._sorted[where] = reports, [report.day or report.until or date.min for report in reports]
        reports, days = self._sorted[where]
        return reports[: bisect_right(days, on)][::-1]

    def lag(self, where: tuple[str, str], name: str, on: date, days: int) -> int | None:
        """Days from the end of a metric's window of so many days to the day of the newest report that shows one."""
        for report in self.known(where, on):
            for entry in report.entries.get((name, None), ()):
                to = _day(entry.get("to"))
                if report.day is not None and to is not None and to <= report.day and _days(entry) == days:
                    return (report.day - to).days
        return None

    def figure(
        self, where: tuple[str, str], name: str, channel: str | None, on: date, days: int | None
    ) -> Reported | None:
        """What the newest report that has the metric says of it: of the time frame as long as ours, where there is one."""
        for report in self.known(where, on):
            entries = report.entries.get((name, channel))
            if entries:
                return _reported(report, max(entries, key=lambda entry: _fits(entry, days)))
        return None

    def account_status(self, where: tuple[str, str], on: date) -> Reported | None:
        """The newest status of the account."""
        for report in self.known(where, on):
            if report.account_status is not None:
                return Reported(report.until, None, None, None, None, None, None, None, report.account_status, None)
        return None

    def names(self, where: tuple[str, str], on: date) -> list[tuple[str, str | None]]:
        """Every metric and channel that a report known on that day has, in the order of the newest."""
        return list(dict.fromkeys(key for report in self.known(where, on) for key in report.entries))


def _named(entry: Entry) -> Iterator[tuple[str, Entry]]:
    """A metric of a report by our name, and the parts of the ODR as metrics of their own."""
    name = OURS.get(entry["metric"]) or _spelled(entry["metric"])
    if name == SHORT[0] and _days(entry) == SHORT[1]:
        name = SHORT[2]
    yield name, entry
    if name == "odr":
        for key, part in PARTS.items():
            if entry.get(key) is not None:
                keep = {one: entry.get(one) for one in ("channel", "from", "to", "denominator")}
                yield part, {**keep, "numerator": entry[key]}


def _spelled(name: str) -> str:
    """`listingPolicyViolations` as `listing_policy_violations`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _fits(entry: Entry, days: int | None) -> tuple[bool, bool, int, str]:
    """As long as ours, else the one that was judged, else the longest that is not too long, else the latest."""
    own = _days(entry)
    usual = own if own is not None and own <= LONGEST else 0
    return own is not None and own == days, entry.get("status") is not None, usual, str(entry.get("to") or "")


def _reported(report: Report, entry: Entry) -> Reported:
    part, whole = _whole(entry.get("numerator")), _whole(entry.get("denominator"))
    share = _number(entry.get("rate"))
    if whole == 0 or (whole is None and not share and entry.get("status") == "NONE"):
        share = None  # a rate of 0 over nothing is no rate
    elif share is None and part is not None and whole:
        share = round(part / whole, 6)
    condition = entry.get("condition")
    return Reported(
        day=report.until,
        from_=_day(entry.get("from")),
        to=_day(entry.get("to")),
        numerator=part,
        denominator=whole,
        rate=share,
        target=_number(entry.get("target")),
        condition=CONDITIONS.get(str(condition), str(condition).lower()) if condition is not None else None,
        status=None if entry.get("status") is None else str(entry["status"]),
        score=_number(entry.get("score")),
    )


def _days(entry: Entry) -> int | None:
    first, last = _day(entry.get("from")), _day(entry.get("to"))
    return (last - first).days + 1 if first and last else None


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) else None


def _number(value: Any) -> float | None:
    """A number as reports write it: as a number, or as a text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None
