"""Performance reports as a store keeps them in, what Amazon says of each marketplace and channel out: as it stands there.

Nothing is recomputed and nothing is rejected for not adding up: what contradicts itself is said beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct

from atoz_cli.answers import Notice
from atoz_cli.metrics.question import Store
from atoz_cli.reconcile.alike import same_rate

PARTS = {"negative_feedback": "negative_feedback_orders", "claims": "claim_orders", "chargebacks": "chargeback_orders"}
"""Key of a stored metric to our name of the figure."""
WORDS = {"negative_feedback": "negative feedback", "claims": "claims", "chargebacks": "chargebacks"}
MOST = 10**12
YEARS = range(1995, 2200)


class Said(Struct, frozen=True):
    """What Amazon says; None where it says nothing. `rate` is a fraction as it is written."""

    orders: int | None = None
    defective_orders: int | None = None
    negative_feedback_orders: int | None = None
    claim_orders: int | None = None
    chargeback_orders: int | None = None
    rate: Decimal | None = None

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of orders that it says."""
        named = ("orders", "defective_orders", *PARTS.values())
        return {name: value for name in named if (value := getattr(self, name)) is not None}


class Theirs(Struct, frozen=True):
    """One report about one marketplace and channel (None: it tells none). Without both ends there is no window to compare."""

    account: str
    marketplace: str
    channel: str | None
    starts_on: date | None
    ends_on: date | None
    made_on: date | None
    file: str
    source: str
    account_status: str | None
    pull: str
    said: Said
    notes: tuple[Notice, ...] = ()


REPORTS = """SELECT r.account, r.marketplace, r.pull, r.day, r.account_status, r.odr_from, r.odr_to, r.metrics, i.file, i.source,
    i.sha256 FROM reports r JOIN imports i USING (import_id) ORDER BY r.account, r.marketplace, r.day, r.odr_to, r.import_id, r.row_no"""


def reports(store: Store, places: int, names: Mapping[str, str] | None = None) -> list[Theirs]:
    """Every report that a store holds, by account, marketplace and the day it was made.

    `places`: to how many a rate is compared with its own counts. `names`: digest of a file to how it was named.
    """
    rows = store.ask(REPORTS)
    return [one for row in rows for one in _of_report(row, (names or {}).get(row[10], row[8]), places)]


def newest(found: Sequence[Theirs], day: date) -> list[Theirs]:
    """Of each account and marketplace the report made last, up to a day; one without a day only where there is no other."""
    best: dict[tuple[str, str], tuple[date, str]] = {}
    for one in found:
        if one.made_on is None or one.made_on <= day:
            key, rank = (one.account, one.marketplace), (one.made_on or date.min, one.pull)
            if key not in best or rank[0] >= best[key][0]:
                best[key] = rank
    return [one for one in found if best.get((one.account, one.marketplace), (None, None))[1] == one.pull]


def _of_report(row: tuple[Any, ...], file: str, places: int) -> Iterator[Theirs]:
    account, place, pull, day, status, first, last, metrics, _, source, _ = row
    entries = [one for one in json.loads(metrics) if one.get("metric") == "orderDefectRate"]
    told = [one for one in entries if one.get("channel")] or _judged(entries, first, last)
    for entry in told:
        starts_on, ends_on, notes = _window(entry, first, last)
        said, doubts = _said(entry, places)
        made_on = day if day is not None and day.year in YEARS else None
        yield Theirs(
            account, place, entry.get("channel"), starts_on, ends_on, made_on, file, source, status, pull, said,
            tuple(Notice("report_contradicts", text) for text in (*notes, *doubts)),
        )  # fmt: skip


def _judged(entries: Sequence[Mapping[str, Any]], first: date | None, last: date | None) -> list[Mapping[str, Any]]:
    """Of several time frames of V1 the one that the report is judged by."""
    fits = [one for one in entries if (_day(one.get("from")), _day(one.get("to"))) == (first, last)]
    return (fits or list(entries))[:1]


def _window(
    entry: Mapping[str, Any], first: date | None, last: date | None
) -> tuple[date | None, date | None, list[str]]:
    """The range as it stands there; without one of its own that of the other channel; none that runs backwards."""
    own = _day(entry.get("from")), _day(entry.get("to"))
    starts_on, ends_on = own if all(own) else (first, last)
    if starts_on is None or ends_on is None or starts_on.year not in YEARS or ends_on.year not in YEARS:
        return None, None, []
    if starts_on > ends_on:
        return None, None, [f"its range runs backwards ({starts_on} to {ends_on})"]
    borrowed = [] if all(own) else [f"it gives no range of its own: {starts_on} to {ends_on} is that of the report"]
    return starts_on, ends_on, borrowed


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _said(entry: Mapping[str, Any], places: int) -> tuple[Said, list[str]]:
    """The figures of an entry, and what in them contradicts itself."""
    counts = {ours: whole(entry.get(key)) for key, ours in PARTS.items()}
    orders, defective = whole(entry.get("denominator")), whole(entry.get("numerator"))
    rate, doubts = _rate(entry.get("rate"))
    silent = _status(entry) == "NONE" and orders is None and not any(counts.values())
    if rate == 0 and (orders == 0 or (silent and not defective)):
        rate = None  # 0 of no orders is no rate
    said = Said(orders=orders, defective_orders=defective, rate=rate, **counts)
    return said, [*doubts, *_contradictions(said, entry, places)]


def _status(entry: Mapping[str, Any]) -> str:
    status = entry.get("status")
    return status.upper() if isinstance(status, str) else ""


def _rate(value: Any) -> tuple[Decimal | None, list[str]]:
    rate = _number(value)
    if rate is None or 0 <= rate <= 1:
        return rate, []
    return None, [f"its rate {str(value)[:20]} is no fraction, and is left out"]


def _contradictions(said: Said, entry: Mapping[str, Any], places: int) -> Iterator[str]:
    orders, defective = said.orders, said.defective_orders
    if (
        said.rate is not None
        and orders
        and defective is not None
        and not same_rate(defective, orders, said.rate, places)
    ):
        yield f"its rate {said.rate:f} is not its {defective:,} of {orders:,} orders"
    if orders is not None and defective is not None and defective > orders:
        yield f"it counts more defective orders ({defective:,}) than orders ({orders:,})"
    parts = {key: value for key, name in PARTS.items() if (value := getattr(said, name)) is not None}
    if defective is not None:
        for key, value in parts.items():
            if value > defective:
                yield f"it counts more orders with {WORDS[key]} ({value:,}) than defective orders ({defective:,})"
        if len(parts) == len(PARTS) and sum(parts.values()) < defective:
            yield f"its parts add up to {sum(parts.values()):,}, fewer than its {defective:,} defective orders"
    target, status = _number(entry.get("target")), _status(entry)
    if said.rate is not None and target is not None and status == ("BAD" if said.rate < target else "GOOD"):
        yield f"it says {status} of the rate {said.rate:f}, whose target is below {target:f}"


def whole(value: Any) -> int | None:
    """A number of orders, however it is written; None for anything else."""
    number = _number(value)
    if number is None or not 0 <= number <= MOST or number != number.to_integral_value():
        return None
    return int(number)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or len(str(value)) > 40:
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def length(starts_on: date, ends_on: date) -> int:
    """How many days, both ends included."""
    return (ends_on - starts_on + timedelta(days=1)).days
