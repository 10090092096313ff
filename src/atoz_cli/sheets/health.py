"""Account Health as people read it: a line a metric, worst first, ours beside Amazon's; below it what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.health import HealthMeasure, Reported
from atoz_cli.sheets.words import FEW, count, day, percent, phrase, several

NAMES = {
    "odr": "Order defects (ODR)",
    "negative_feedback_rate": "Negative feedback",
    "a_to_z_claim_rate": "A-to-z claims",
    "chargeback_rate": "Service chargebacks",
    "late_shipment_rate": "Late shipments",
    "late_shipment_rate_10d": "Late shipments",
    "cancellation_rate": "Cancellations",
    "valid_tracking_rate": "Valid tracking",
    "on_time_delivery_rate": "On-time delivery",
    "order_on_time_delivery_rate": "On-time delivery by orders (the old rate)",
    "contact_response_rate": "Messages answered in time",
    "return_dissatisfaction_rate": "Return dissatisfaction",
    "late_return_response_rate": "Return messages answered late",
    "invalid_rejection_rate": "Returns rejected though in policy",
    "refund_rate": "Refunds",
    "invoice_defect_rate": "Invoice defects",
}
STATUSES: dict[str | None, tuple[str, Tone]] = {
    "missed": ("MISSED", "bad"),
    "unknown": ("unknown", "warn"),
    "no_data": ("no data", "warn"),
    "met": ("met", "good"),
    None: ("no target", "dim"),
    "no_orders": ("none", "dim"),
}
SUMMARY: tuple[tuple[str, str, Tone], ...] = (
    ("missed", "missed", "bad"), ("unknown", "unknown", "warn"), ("no_data", "without data", "warn"), ("met", "met", "good"),
)  # fmt: skip
SIGNS = {"below": "<", "above": ">", "equals": "="}
ROOM = (
    "Room: how many more late (cancelled, …) ones, or good ones less, and it is still met; negative: over by so many."
)
CHANCE = "Chance: of so few ones, chance alone would put such a rate anywhere in that range."
RANGE = "From … to: the first is certain, the second holds what the files cannot tell."


def health(rows: Sequence[HealthMeasure]) -> list[Sheet]:
    """`atoz health`."""
    shown = [row for row in rows if not _is_clean(row)]
    many = several(row.account for row in rows)
    few = any(_is_few(row) for row in shown)
    columns = (
        Column("Metric", whole=False), *((Column("Account"),) if many else ()), Column("Where"), Column("Rate", "right"),
        Column("Count", "right", spare=True), Column("Target", "right"), Column("Status"), Column("Room", "right", spare=True),
        Column("Amazon's report", whole=False), *((Column("Chance", "right", spare=True),) if few else ()),
        Column("Window", spare=True),
    )  # fmt: skip
    table = tuple(
        (
            _name(row), *((row.account,) if many else ()), _where(row), _rate(row), _count(row), _target(row), _status(row),
            "" if row.headroom is None else f"{row.headroom:,}", _amazons(row.reported, row.limit),
            *((_chance(row),) if few else ()), _window(row),
        )
        for row in shown
    )  # fmt: skip
    return [Sheet("Account Health", tuple(_lead(rows)), columns, table, tuple(_notes(rows, many)))]


def _lead(rows: Sequence[HealthMeasure]) -> Iterator[str | Cell]:
    numbers: Counter[str | None] = Counter(row.status for row in rows if row.metric in NAMES)
    parts = [(f"{numbers[status]} {word}", tone) for status, word, tone in SUMMARY if numbers[status]]
    if parts:
        yield Cell(", ".join(text for text, _ in parts), parts[0][1])
    days = sorted(
        {(row.marketplace or "?", day(row.reported.day)) for row in rows if row.reported and row.reported.day}
    )
    if days:
        yield "Amazon's report: " + ", ".join(f"{place} {when}" for place, when in days)


def _is_clean(row: HealthMeasure) -> bool:
    """A violation of which Amazon's report counts none: named below the table."""
    only = row.reported if row.window is None and row.metric not in NAMES else None
    return only is not None and only.numerator == 0 and not only.is_bad


def _name(row: HealthMeasure) -> str:
    name = NAMES.get(row.metric) or phrase(row.metric).capitalize()
    if row.metric.startswith("late_shipment_rate") and row.window:
        name += f", {row.window.days} days"
    return f"{name}: {row.category}" if row.category else name


def _where(row: HealthMeasure) -> str:
    return f"{row.marketplace or '?'} {(row.channel or '').upper()}".rstrip()


def _rate(row: HealthMeasure) -> str:
    if row.status == "no_data":
        return "not known"
    if row.rate is None:
        return "N/A" if row.window else ""
    if row.rate_at_most == row.rate:
        return percent(row.rate, row.limit)
    return f"{percent(row.rate, row.limit).removesuffix(' %')} … {percent(row.rate_at_most, row.limit)}"


def _count(row: HealthMeasure) -> str:
    if row.numerator is None or row.denominator is None:
        return ""
    most = "" if row.numerator_at_most == row.numerator else f" … {row.numerator_at_most:,}"
    return f"{row.numerator:,}{most} of {row.denominator:,}"


def _target(row: HealthMeasure) -> str:
    return "" if row.limit is None or row.condition is None else f"{SIGNS[row.condition]} {percent(row.limit)}"


def _status(row: HealthMeasure) -> Cell:
    if row.window is None and row.status is None:
        return Cell("")
    text, tone = STATUSES[row.status]
    return Cell(text, "warn" if row.status == "met" and row.headroom is not None and row.headroom <= 2 else tone)


def _amazons(one: Reported | None, limit: float | None) -> Cell:
    """Its figure and its word; its target where that is not ours or missed, whatever the word is."""
    if one is None:
        return Cell("")
    figure = percent(one.rate, one.target) if one.rate is not None else ""
    if one.rate is None:
        whole = f"{one.score:g}" if one.score is not None else ""
        figure = whole or ("N/A" if one.denominator == 0 else f"{one.numerator:,}" if one.numerator is not None else "")
    parts = [" ".join(part for part in (figure, one.status) if part)]
    if one.target is not None and one.condition in SIGNS and one.rate is not None:
        target = f"{SIGNS[one.condition]} {percent(one.target)}"
        if one.misses:
            parts.append(f"misses its target {target}")
        elif one.target != limit:
            parts.append(f"its target {target}")
    tone: Tone = "bad" if one.is_bad or one.misses else "good" if one.status in ("GOOD", "NORMAL", "GREAT") else "plain"
    return Cell(", ".join(part for part in parts if part), tone)


def _is_few(row: HealthMeasure) -> bool:
    return row.interval is not None and row.denominator is not None and row.denominator < FEW


def _chance(row: HealthMeasure) -> str:
    if row.interval is None or not _is_few(row):
        return ""
    low, high = (percent(end) for end in row.interval)
    return f"{low.removesuffix(' %')} … {high}"


def _window(row: HealthMeasure) -> str:
    if row.window is None:
        return ""
    to = row.window.to.isoformat()
    return f"{row.window.from_} … {to[5:] if row.window.from_.year == row.window.to.year else to}"


def _notes(rows: Sequence[HealthMeasure], many: bool) -> Iterator[str]:
    said = set()
    for row in rows:
        where = ", ".join(part for part in (row.account if many else "", _where(row)) if part)
        for one in row.missing if row.category is None else ():
            key = (row.metric.removesuffix("_10d"), where, one.code)
            if key not in said:
                said.add(key)
                yield f"{_name(row)}, {where}: {one.message}" + (f"; {one.hint}" if one.hint else "")
        if row.metric == "odr" and "pending" in row.doubts:
            pending = count(row.doubts["pending"], "more defective order")
            yield f"{_name(row)}, {where}: {pending} if every pending claim is lost; `atoz odr` has more"
    clean = sorted({phrase(row.metric) for row in rows if _is_clean(row)})
    if clean:
        yield f"Amazon's report counts none of these: {', '.join(clean)}"
    if any(row.rate != row.rate_at_most for row in rows):
        yield RANGE
    if any(row.headroom is not None for row in rows):
        yield ROOM
    if any(_is_few(row) for row in rows):
        yield CHANCE
