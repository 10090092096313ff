"""The V2 seller performance report of 2026-11-21, in the live shape, counted from the written files."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from _figures import Figures, Row, figures, order_rows, read_csv, when

MADE_ON = date(2026, 11, 21)
IDS = {"US": "ATVPDKIKX0DER", "DE": "A1PA6795UKMFR9"}
POLICY_NODES = {
    "listingPolicyViolations": 0,
    "receivedIntellectualPropertyComplaints": 0,
    "suspectedIntellectualPropertyViolations": 0,
    "foodAndProductSafetyIssues": 0,
    "otherPolicyViolations": 0,
    "restrictedProductPolicyViolations": 0,
    "customerProductReviewsPolicyViolations": 0,
    "documentRequests": 0,
    "productAuthenticityCustomerComplaints": 2,
    "productConditionCustomerComplaints": 2,
    "productSafetyCustomerComplaints": 2,
}

Node = dict[str, Any]


def report(folder: Path, amazon_also_counts: list[str]) -> str:
    """The JSON text; those orders are counted as US seller-fulfilled claims though the rules say they are protected."""
    counted = {(f.marketplace, f.channel): f for f in figures(folder, MADE_ON)}
    rows, parcels = order_rows(folder), read_csv(folder / "shipments.csv")
    metrics = []
    for market in ("US", "DE"):
        mfn = {row["amazon-order-id"]: row for row in rows if row["marketplace"] == market and row["channel"] == "mfn"}
        shipped = [p for p in parcels if p["order_id"] in mfn]
        extra = len(amazon_also_counts) if market == "US" else 0
        metrics.append(_metrics(market, counted[market, "mfn"], counted[market, "afn"], extra, mfn, shipped))
    statuses = [{"marketplaceId": IDS["US"], "status": "NORMAL"}, {"marketplaceId": IDS["DE"], "status": "AT_RISK"}]
    return json.dumps({"accountStatuses": statuses, "performanceMetrics": metrics}, indent=2) + "\n"


def _metrics(market: str, own: Figures, fba: Figures, extra: int, mfn: dict[str, Row], parcels: list[Row]) -> Node:
    late_30, late_10 = _late(mfn, parcels, 30), _late(mfn, parcels, 10)
    node: Node = {
        "marketplaceId": IDS[market],
        "orderDefectRate": {"afn": _odr(fba, 0), "mfn": _odr(own, extra)},
        "lateShipmentRate": late_30,
        "lateShipmentRateList": [late_10, late_30],
        "preFulfillmentCancellationRate": _cancelled(mfn),
        "validTrackingRate": _valid_tracking(parcels),
        "onTimeDeliveryRate": _on_time(parcels),
    }
    if market == "US":
        node["unitOnTimeDeliveryRate"] = _units_on_time(parcels)
    else:
        business = sum(
            row["is-business-order"] == "true" for row in mfn.values() if _inside(row["purchase-date"], 29, 23)
        )
        node["invoiceDefectRate"] = _range(29, 23) | {
            "orderCount": business,
            "invoiceDefect": {"count": 0, "status": "GOOD"},
            "missingInvoice": {"count": 0, "status": "NONE"},
            "lateInvoice": {"count": 0, "status": "NONE"},
            **_rate(0, business, 0.05),
        }
    for name, lag in POLICY_NODES.items():
        node[name] = _range(179 + lag, lag) | {
            "defectsCount": 0,
            "status": "GOOD",
            "targetValue": 0,
            "targetCondition": "EQUALS",
        }
    node["policyViolationWarnings"] = _range(179, 0) | {"warningsCount": 0}
    node["accountHealthRating"] = _range(180, 0) | {"ahrStatus": "GREAT", "ahrScore": 324 if market == "US" else 268}
    node["warningStates"] = []
    return node


def _odr(f: Figures, extra: int) -> Node:
    return _range(74, 15) | {
        "orderCount": f.orders,
        "orderWithDefects": {
            "count": f.defective_orders + extra,
            "status": _rate(f.defective_orders + extra, f.orders, 0.01)["status"],
        },
        "claims": {"count": f.claim_orders + extra, "status": "NONE"},
        "chargebacks": {"count": f.chargeback_orders, "status": "NONE"},
        "negativeFeedback": {"count": f.negative_feedback_orders, "status": "NONE"},
        "fulfillmentType": f.channel,
        **_rate(f.defective_orders + extra, f.orders, 0.01),
    }


def _late(mfn: dict[str, Row], parcels: list[Row], days: int) -> Node:
    """Seller-fulfilled orders whose ship-by day lies in the range; late is confirmed after it."""
    known = [p for p in parcels if _inside(p["ship_by"], days - 1, 0) and p["order_id"] in mfn]
    late = sum(p["confirmed_at"] > p["ship_by"] for p in known)
    return _range(days - 1, 0) | {"orderCount": len(known), "lateShipmentCount": late, **_rate(late, len(known), 0.04)}


def _cancelled(mfn: dict[str, Row]) -> Node:
    """Cancelled by the seller within seven days; the US file does not say by whom, so all of its are."""
    placed = [row for row in mfn.values() if _inside(row["purchase-date"], 7, 1)]
    own = sum(
        row["order-status"] == "Cancelled" and row.get("is-buyer-requested-cancellation") != "true" for row in placed
    )
    return _range(7, 1) | {"orderCount": len(placed), "cancellationCount": own, **_rate(own, len(placed), 0.025)}


def _valid_tracking(parcels: list[Row]) -> Node:
    due = _promised(parcels)
    valid = sum(bool(p["tracking_number"] and p["first_scan_at"]) for p in due)
    return _range(39, 10) | {
        "shipmentCount": len(due),
        "validTrackingCount": valid,
        **_rate(valid, len(due), 0.95, less=False),
    }


def _on_time(parcels: list[Row]) -> Node:
    due = _promised(parcels)
    count = sum(bool(p["delivered_at"]) and p["delivered_at"] <= p["deliver_by"] for p in due)
    return _range(39, 10) | {
        "shipmentCountWithValidTracking": len(due),
        "onTimeDeliveryCount": count,
        **_rate(count, len(due), 0.97, less=False),
    }


def _units_on_time(parcels: list[Row]) -> Node:
    due = [p for p in parcels if _inside(p["deliver_by"], 20, 7)]
    count = sum(bool(p["delivered_at"]) and p["delivered_at"] <= p["deliver_by"] for p in due)
    return _range(20, 7) | {
        "totalUnitCount": len(due),
        "unitOnTimeDeliveryCount": count,
        **_rate(count, len(due), 0.9, less=False),
    }


def _promised(parcels: list[Row]) -> list[Row]:
    return [p for p in parcels if _inside(p["deliver_by"], 39, 10)]


def _rate(count: int, of: int, target: float, less: bool = True) -> Node:
    rate = round(count / of, 6) if of else 0
    good = not of or (rate < target if less else rate > target)
    return {
        "rate": rate,
        "status": "GOOD" if good else "BAD",
        "targetValue": target,
        "targetCondition": "LESS_THAN" if less else "GREATER_THAN",
    }


def _range(first: int, last: int) -> Node:
    """From so many days before the report to so many, both included."""
    start, end = MADE_ON - timedelta(days=first), MADE_ON - timedelta(days=last)
    return {"reportingDateRange": {"reportingDateFrom": f"{start}T00:00:00Z", "reportingDateTo": f"{end}T23:59:59Z"}}


def _inside(text: str, first: int, last: int) -> bool:
    moment = when(text)
    return moment is not None and MADE_ON - timedelta(days=first) <= moment.date() <= MADE_ON - timedelta(days=last)
