"""Amazon's old V1 performance report (XML) in, a row per marketplace out, in the shape and the words of the V2 report.

No real sample is public: names come from programs that read it (formats.md 12), so every part may be missing. Rates are
percent there and fractions here, exactly. V1 tells no channel and no targets.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from atoz_cli.errors import UnknownFile
from atoz_cli.sources.declare import codes
from atoz_cli.sources.performance_v2 import LATE_SHIPMENT_DAYS
from atoz_cli.sources.xml import HINT, BrokenXml, Node, records, texts
from atoz_cli.words import squash

LARGEST = 4 << 20
REPORT = "sellerperformancereport"
ODR, LATE, CANCELLED = "orderDefectRate", "lateShipmentRate", "preFulfillmentCancellationRate"
TRACKED, ON_TIME = "validTrackingRate", "onTimeDeliveryRate"
METRICS = {
    "orderdefectrate": ODR, "orderwithdefects": ODR, "orderswithdefects": ODR,
    "lateshipment": LATE, "lateshipmentrate": LATE,
    "prefulfillmentcancellation": CANCELLED, "prefulfillmentcancellationrate": CANCELLED, "ordercancellationrate": CANCELLED,
    "validtracking": TRACKED, "validtrackingrate": TRACKED,
    "ontimedelivery": ON_TIME, "ontimedeliveryrate": ON_TIME,
}  # fmt: skip
"""The words of the metrics and of the checklist, squashed, as V2 calls them."""
DAYS = {ODR: 60, LATE: LATE_SHIPMENT_DAYS, CANCELLED: 7, TRACKED: 30, ON_TIME: 30}
"""The time frame that the checklist judges, where there is one of that length (performance_v2_notes)."""
LONGEST = 90
DEFECTS = {
    "azclaims": "claims", "atozclaims": "claims", "chargebacks": "chargebacks",
    "negativefeedbacks": "negative_feedback", "negativefeedback": "negative_feedback",
}  # fmt: skip
TOTALS = ("orders", "ordercount", "shipments", "shipmentcount")
BARE_AMPERSAND = r"&(?!(?:#\d+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);)"
BARE_TAG = r"((?:(?<=>)|^)[ \t]*+)(/?[A-Za-z][\w.\-]*+>)"


def rows(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """One row per marketplace, as `performance_v2.rows` gives them: a problem or the report.

    `odr_from` and `odr_to` are the 60-day time frame, else the longest up to 90 days. UnknownFile as `records`.
    """
    for report in _reports(path, name):
        place = report.value("marketplaceid", "marketplace") or report.attributes.get("marketplaceId") or ""
        marketplace = codes()["marketplaces"].get(squash(place))
        if marketplace is None:
            yield {"problem": "is not a marketplace we know", "column": "marketplaceId", "value": place or None}
            continue
        found = [entry for section in report.parts for entry in _section(section)]
        found = _judge(found, report.part("performancechecklist"))
        metrics = [metric for metric, _ in found]
        odr = _usual([entry for entry in found if entry[0]["metric"] == ODR], DAYS[ODR])
        account = report.part("accountstatus")
        yield {
            "marketplace": marketplace,
            "pull": hashlib.sha256(json.dumps(_content(report)).encode()).hexdigest(),
            "day": max((metric["to"] for metric, days in found if _teaches_the_day(metric, days)), default=None),
            "account_status": (account.text or account.value("status")) if account else None,
            "odr_from": odr and odr["from"],
            "odr_to": odr and odr["to"],
            "metrics": json.dumps(metrics, sort_keys=True, default=str),
        }


def _reports(path: Path, name: str) -> list[Node]:
    if path.stat().st_size > LARGEST:
        raise UnknownFile(f"{name}: a performance report of more than {LARGEST >> 20} MB is none that we know", HINT)
    text = "".join(texts(path, name))
    try:
        return list(records([text], name, REPORT))
    except BrokenXml as broken:
        # Amazon's V1 may hold a bare & or lack a < (selling-partner-api-docs#744): mended once, else refused as it was.
        mended = re.sub(BARE_TAG, r"\1<\2", re.sub(BARE_AMPERSAND, "&amp;", text, flags=re.ASCII), flags=re.M)
        try:
            return list(records([mended], name, REPORT))
        except BrokenXml:
            raise broken from None


def _content(node: Node) -> list[Any]:
    """What the digest is of: not how it is indented."""
    return [node.key, node.text, sorted(node.attributes.items()), [_content(part) for part in node.parts]]


Entry = tuple[dict[str, Any], int | None]
"""A metric in the shape of V2, and how many days it is over."""


def _section(section: Node) -> Iterator[Entry]:
    if not section.parts or section.key in ("performancechecklist", "accountstatus"):
        return
    framed = [node for node in section.walk() if node.part("timeframe")]
    loose = [node for node in section.walk() if any(part.part("count", "rate") for part in node.parts)]
    for block in framed or loose or [section]:
        start, end, days = _span(block.part("timeframe"))
        total = next((count for key in TOTALS if (count := _count(block, key)) is not None), None)
        base = {"channel": None, "from": start, "to": end, "target": None, "condition": None, "status": None}
        yield from ((metric, days) for metric in _metrics(section, block, {**base, "denominator": total}))


def _metrics(section: Node, block: Node, base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    defects = {DEFECTS[part.key]: _count(block, part.key) for part in block.parts if part.key in DEFECTS}
    met = False
    for part in block.parts:
        if part.key in ("timeframe", *TOTALS, *DEFECTS):
            continue
        name = METRICS.get(part.key) or (section.name if part.key == "defectcount" else part.name)
        metric = {"metric": name, **base, "rate": None, "score": None, "numerator": None}
        if part.part("count", "rate"):
            metric["numerator"] = _count(block, part.key)
            metric["rate"] = _fraction(part.value("rate"))
            metric["status"] = _status(part)
        elif (number := _fraction(part.text)) is None:
            continue
        elif "%" in part.text or part.key.endswith("rate"):
            metric["rate"] = number
        elif part.key.startswith("average") or _whole(part.text) is None:
            metric["score"] = part.text
        else:
            metric["numerator"] = _whole(part.text)
        met = met or name == ODR
        yield {**metric, **defects} if name == ODR else metric
    if defects and not met:
        yield {"metric": ODR, **base, "rate": None, "score": None, "numerator": None, **defects}


def _judge(found: Sequence[Entry], checklist: Node | None) -> list[Entry]:
    """The metrics with the checklist's statuses: each at the time frame it is about, or alone where there is none."""
    alone: list[Entry] = []
    for part in checklist.parts if checklist else ():
        status = _status(part)
        if status is None:
            continue
        name = METRICS.get(part.key, part.name)
        about = [
            entry for entry in found if squash(entry[0]["metric"]) in (squash(name), squash(name).removesuffix("rate"))
        ]
        judged = _usual(about, DAYS.get(name))
        if judged is not None:
            judged["status"] = judged["status"] or status
        elif len(about) == 1:
            about[0][0]["status"] = about[0][0]["status"] or status
        else:
            alone.append(({**dict.fromkeys(SHAPE), "metric": name, "status": status}, None))
    return [*found, *alone]


SHAPE = (
    "metric", "channel", "from", "to", "rate", "target", "condition", "status", "score", "numerator", "denominator",
)  # fmt: skip


def _usual(entries: Iterable[Entry], usual: int | None) -> dict[str, Any] | None:
    """The metric over the usual number of days, else over the most up to 90; of several the latest."""
    framed = [(metric, days) for metric, days in entries if days is not None and days <= LONGEST]
    best = max(framed, key=lambda entry: (entry[1] == usual, entry[1], entry[0]["to"]), default=None)
    return best[0] if best else None


def _teaches_the_day(metric: dict[str, Any], days: int | None) -> bool:
    return metric["metric"] == LATE and days == LATE_SHIPMENT_DAYS


def _status(node: Node) -> str | None:
    """`Good`, `Fair`, `Poor` in capitals, as V2 writes its own."""
    text = node.value("status") or (None if node.parts else node.text)
    return text.upper() if text else None


def _count(block: Node, key: str) -> int | None:
    node = block.part(key)
    return _whole(node.value("count") if node.parts else node.text) if node else None


def _whole(text: str | None) -> int | None:
    if text is None or not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d{1,15})(\.0+)?", text, re.ASCII):
        return None
    return int(text.split(".")[0].replace(",", ""))


def _fraction(text: str | None) -> str | None:
    """A percentage, with or without the sign, as a fraction: `100.0` is `1.000`. None where it is no number."""
    found = re.fullmatch(r"(\d{1,9}(?:[.,]\d{1,12})?)\s*%?", text or "", re.ASCII)
    return format(Decimal(found[1].replace(",", ".")).scaleb(-2), "f") if found else None


def _span(frame: Node | None) -> tuple[date | None, date | None, int | None]:
    """First day, last day and how many: a clock at the end says whether that day is still in."""
    start, end = (_moment(frame.value(key) if frame else None) for key in ("start", "end"))
    if not start or not end:
        return start and start[0].date(), end and end[0].date(), None
    after = end[0] + (timedelta() if end[1] else timedelta(days=1))
    days = round((after - start[0]) / timedelta(days=1))
    if days < 1:
        return start[0].date(), end[0].date(), None
    return start[0].date(), start[0].date() + timedelta(days=days - 1), days


def _moment(text: str | None) -> tuple[datetime, bool] | None:
    """The moment on the clock of the place, and whether a clock was given at all."""
    try:
        moment = datetime.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        return None
    return (moment, len(text or "") > len("2026-11-22")) if 1995 <= moment.year < 2200 else None
