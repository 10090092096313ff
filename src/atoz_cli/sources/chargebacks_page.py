"""The JSON behind Seller Central's chargebacks page in, a row of texts per chargeback out, by the fields of a `Chargeback`.

Only what a chargeback needs is taken: what was bought, and by whom, is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from atoz_cli.words import squash

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
NUMBER_OF = {name[:length]: at for at, name in enumerate(MONTHS, 1) for length in (3, len(name))} | {"sept": 9}
WRITTEN = (
    r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:T.*)?",
    r"(?P<name>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})",
    r"(?P<d>\d{1,2}) (?P<name>[A-Za-z]{3,9})\.?,? (?P<y>\d{4})",
    r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",  # the page is that of amazon.com: the month first
)
SINCE_1970 = ("epoch", "epochMillis", "timestamp")


def rows(document: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Running number from 1 and the texts by field, None where there is none. One row per order of a chargeback.

    `filed_at` is an ISO day; a date that cannot be read is given as written, so that it is refused with its value.
    Of a chargeback over several orders each has the id with its order behind: the id alone would make them one.
    """
    found = (row for entry in _listed(document.get("chargebacks")) for row in _entry(_mapping(entry)))
    yield from enumerate(found, 1)


def _entry(entry: Mapping[str, Any]) -> Iterator[dict[str, str | None]]:
    status = _text(entry.get("status"))
    orders = [_mapping(order) for order in _listed(entry.get("relatedOrders"))] or [{}]
    given = _text(entry.get("id"))
    for order in orders:
        money = _mapping(order.get("orderAmount"))
        order_id = _text(order.get("orderId"))
        yield {
            "order_id": order_id,
            "filed_at": _day(entry.get("filingDate")),
            "chargeback_id": f"{given}/{order_id}" if given and order_id and len(orders) > 1 else given,
            "reason_code": _text(entry.get("reasonCode")),
            "amount": _text(money.get("amount")),
            "currency": _text(money.get("currencyCode")) or _text(money.get("currency")),
            "status": status,
            "decision": "refunded" if squash(status or "") == "sellerrefunded" else None,
        }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    # Python refuses to write out a whole number of thousands of digits, which no field of ours has.
    return None if isinstance(value, int) and abs(value) >= 10**30 else str(value).strip() or None


def _day(filed: Any) -> str | None:
    """The written date, else the milliseconds since 1970 beside it, else what is written."""
    parts = filed if isinstance(filed, Mapping) else {"formattedDate": filed}
    written = _text(parts.get("formattedDate"))
    counted = (_of_milliseconds(_text(parts.get(key))) for key in ("formattedDate", *SINCE_1970))
    return _read(written or "") or next((day for day in counted if day), written)


def _read(text: str) -> str | None:
    for pattern in WRITTEN:
        if found := re.fullmatch(pattern, " ".join(text.split()), re.ASCII):
            parts = found.groupdict()
            month = NUMBER_OF.get(parts["name"].lower(), 0) if "name" in parts else int(parts["m"])
            try:
                return date(int(parts["y"]), month, int(parts["d"])).isoformat()
            except ValueError:
                return None
    return None


def _of_milliseconds(text: str | None) -> str | None:
    if text is None or not re.fullmatch(r"\d{9,14}", text, re.ASCII):
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat()
