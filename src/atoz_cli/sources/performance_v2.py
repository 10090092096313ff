"""Amazon's V2 seller performance report in, a row per marketplace out. Lenient: live files differ from Amazon's schema.

Nothing is recomputed or rejected for not adding up: Amazon's own example does not (performance_v2_notes).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from atoz_cli.sources.declare import codes
from atoz_cli.words import squash

LATE_SHIPMENT_DAYS = 30
COUNTS = {
    "orderCount": "denominator", "shipmentCount": "denominator", "shipmentCountWithValidTracking": "denominator",
    "totalUnitCount": "denominator", "lateShipmentCount": "numerator", "cancellationCount": "numerator",
    "validTrackingCount": "numerator", "onTimeDeliveryCount": "numerator", "unitOnTimeDeliveryCount": "numerator",
    "defectsCount": "numerator", "warningsCount": "numerator",
}  # fmt: skip
SAME = {"prefulfillmentCancelRate": "preFulfillmentCancellationRate", "documentRequest": "documentRequests"}


def rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One row per marketplace: marketplace, pull (digest of its content), day, account_status, odr_from, odr_to, metrics.

    `day` is the end of the 30-day late-shipment range, None without one. An entry that names no known marketplace
    gives a row with `problem`, `column` and `value` instead.
    """
    statuses = {
        str(entry.get("marketplaceId")): entry.get("status")
        for entry in _listed(document.get("accountStatuses"))
        if isinstance(entry, Mapping)
    }
    for entry in _listed(document.get("performanceMetrics")):
        place = str(entry.get("marketplaceId") or "") if isinstance(entry, Mapping) else ""
        marketplace = codes()["marketplaces"].get(squash(place))
        if not isinstance(entry, Mapping) or marketplace is None:
            yield {"problem": "is not a marketplace we know", "column": "marketplaceId", "value": place or None}
            continue
        metrics = list(_metrics(entry))
        odr = [one for one in metrics if one["metric"] == "orderDefectRate" and one["to"]]
        first = next((one for one in odr if one["channel"] == "mfn"), odr[0] if odr else None)
        content = json.dumps([statuses.get(place), entry], sort_keys=True, default=str)
        yield {
            "marketplace": marketplace,
            "pull": hashlib.sha256(content.encode()).hexdigest(),
            "day": _day_of_report(metrics),
            "account_status": str(statuses[place]) if statuses.get(place) is not None else None,
            "odr_from": first and first["from"],
            "odr_to": first and first["to"],
            "metrics": json.dumps(metrics, sort_keys=True, default=str),
        }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _metrics(entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for written, found in entry.items():
        name = SAME.get(written, written)
        if name == "orderDefectRate" and isinstance(found, Mapping):
            for channel in ("mfn", "afn"):
                if isinstance(found.get(channel), Mapping):
                    yield _metric(name, found[channel], channel)
        elif name == "lateShipmentRateList":
            yield from (_metric("lateShipmentRate", one, None) for one in _listed(found) if isinstance(one, Mapping))
        elif isinstance(found, Mapping):
            yield _metric(name, found, None)


def _metric(name: str, found: Mapping[str, Any], channel: str | None) -> dict[str, Any]:
    span = found.get("reportingDateRange")
    span = span if isinstance(span, Mapping) else {}
    metric: dict[str, Any] = {
        "metric": name,
        "channel": channel,
        "from": _day(span.get("reportingDateFrom")),
        "to": _day(span.get("reportingDateTo")),
        "rate": found.get("rate"),
        "target": found.get("targetValue"),
        "condition": found.get("targetCondition"),
        "status": found.get("status") or found.get("ahrStatus") or found.get("accountHealthRatingStatus"),
        "score": found.get("ahrScore"),
        "numerator": None,
        "denominator": None,
    }
    for key, meaning in COUNTS.items():
        if key in found:
            metric[meaning] = found[key]
    for key, part in (
        ("orderWithDefects", "numerator"), ("invoiceDefect", "numerator"), ("claims", "claims"),
        ("chargebacks", "chargebacks"), ("negativeFeedback", "negative_feedback"),
    ):  # fmt: skip
        if isinstance(found.get(key), Mapping):
            metric[part] = found[key].get("count")
    return metric


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _day_of_report(metrics: list[dict[str, Any]]) -> date | None:
    ends = [
        one["to"]
        for one in metrics
        if one["metric"] == "lateShipmentRate"
        and one["from"] and one["to"] and (one["to"] - one["from"]).days + 1 == LATE_SHIPMENT_DAYS
    ]  # fmt: skip
    return max(ends, default=None)
