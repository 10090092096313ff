"""The rates as people read them: rate and status first, then what it is made of, how far it is, what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.rates import DefectiveOrder, FeedbackItem, FeedbackMeasure, GroupMeasure, Measure, RatingSpan
from atoz_cli.sheets.words import chance, count, day, percent, phrase, place, several, where

BLOCKS = 6
"""Up to so many measures each get a block of their own; more become a table."""
GROUPED = {"sku": "SKU", "asin": "ASIN"}


def odr(measures: Sequence[Measure]) -> list[Sheet]:
    """`atoz odr`: a block for each, or a row each where there are many."""
    many = several(one.account for one in measures)
    if len(measures) <= BLOCKS:
        return [_block(one, many) for one in measures]
    rows = tuple((*_place(one, many), *_figures(one)) for one in measures)
    return [Sheet("Order Defect Rate", (_windows(measures),), (*_places(many), *_FIGURES), rows)]


_HEADROOM = Column("Headroom", "right")
_FIGURES = (
    Column("ODR", "right"),
    Column("Status"),
    Column("Defective", "right"),
    _HEADROOM,
    Column("If pending lost", "right"),
)


def _places(many: bool) -> tuple[Column, ...]:
    return (Column("Account"), Column("Where")) if many else (Column("Where"),)


def _place(one: Measure | DefectiveOrder | FeedbackMeasure | FeedbackItem, many: bool) -> tuple[str, ...]:
    here = where(one.marketplace, one.channel)
    return (one.account, here) if many else (here,)


def _figures(one: Measure, *, headroom: bool = True) -> tuple[str | Cell, ...]:
    lost = percent(one.if_pending_lost.rate, one.limit)
    return (
        _rate(one), Cell(one.status, _tone(one)), f"{one.defective_orders:,} of {one.orders:,}",
        *((f"{one.headroom:,}",) if headroom else ()), Cell(lost, _lost_tone(one)),
    )  # fmt: skip


def _tone(one: Measure) -> Tone:
    if one.status == "missed":
        return "bad"
    return "warn" if one.headroom <= 2 or one.if_pending_lost.status == "missed" else "good"


def _lost_tone(one: Measure) -> Tone:
    return "bad" if one.if_pending_lost.status == "missed" else "plain"


def _rate(one: Measure) -> Cell:
    return Cell(percent(one.rate, one.limit), _tone(one))


def _windows(measures: Sequence[Measure]) -> str:
    spans = sorted({(one.window.from_, one.window.to) for one in measures})
    return "; ".join(f"Orders placed {day(first)} to {day(last)}" for first, last in spans)


def _block(one: Measure, many: bool) -> Sheet:
    met = "met" if one.status == "met" else "MISSED"
    lead: list[str | Cell] = [
        Cell(f"{percent(one.rate, one.limit)}  {met}  (target: below {percent(one.limit)})", _tone(one)),
        f"{count(one.defective_orders, 'defective order')} of {count(one.orders, 'order')} placed "
        f"{day(one.window.from_)} to {day(one.window.to)} ({one.window.days} days, ending {one.window.lag_days} days back: "
        f"{_lag(one)})",
        f"Made of: negative feedback {one.negative_feedback_orders}, A-to-z claims {one.claim_orders}, "
        f"service chargebacks {one.chargeback_orders}"
        + (" (an order counts once)" if _parts(one) > one.defective_orders else ""),
        Cell(_headroom(one), _tone(one)),
    ]
    lead += _ahead(one)
    lead += chance(one.orders, one.interval)
    return Sheet(f"Order Defect Rate: {place(one.account, one.marketplace, one.channel, many=many)}", tuple(lead))


def _parts(one: Measure) -> int:
    return one.negative_feedback_orders + one.claim_orders + one.chargeback_orders


def _lag(one: Measure) -> str:
    return {"report": "as Amazon's newest report shows", "policy": "see atoz rules odr", "option": "as you asked"}[
        one.window.lag_source
    ]


def _headroom(one: Measure) -> str:
    if one.status == "missed":
        return f"Over by {count(-one.headroom, 'defective order')}; {count(one.orders_to_recover, 'more clean order')} would bring it under"
    return f"{count(one.headroom + 1, 'more defective order')} and you are over" + (
        "" if one.headroom else ": there is no room left"
    )


def _ahead(one: Measure) -> list[str | Cell]:
    lines: list[str | Cell] = []
    pending = one.if_pending_lost.defective_orders - one.defective_orders
    if pending:
        rate = percent(one.if_pending_lost.rate, one.limit)
        lines.append(
            Cell(
                f"Pending: {count(pending, 'more defective order')} if every pending claim is lost: {rate}, "
                f"{one.if_pending_lost.status}",
                _lost_tone(one),
            )
        )
    if one.next_leaves_on is not None:
        lines.append(f"The next defect leaves the window on {day(one.next_leaves_on)}")
    lines.append(f"Coming in: {count(one.incoming.orders, 'order')}, {one.incoming.defective_orders} of them defective")
    return lines


def groups(measures: Sequence[GroupMeasure], by: str) -> list[Sheet]:
    """`atoz odr --by`: a row per group, most defective orders first."""
    many = several(one.account for one in measures)
    columns = (_grouping(by), *_places(many), *(one for one in _FIGURES if one is not _HEADROOM))
    rows = tuple((_group(one.group), *_place(one, many), *_figures(one, headroom=False)) for one in measures)
    return [Sheet(f"Order Defect Rate by {GROUPED.get(by, by)}", (_windows(measures),), columns, rows)]


def _grouping(by: str) -> Column:
    return Column(GROUPED.get(by, by.capitalize()), whole=by not in ("reason", "service"))


def _group(value: str | None) -> str:
    return phrase(value) if value == "negative_feedback" else value or "(none)"


def defective(orders: Sequence[DefectiveOrder]) -> list[Sheet]:
    """`atoz odr --orders`: the orders, and why each counts."""
    many = several(one.account for one in orders)
    columns = (
        Column("Order"), *_places(many), Column("Placed"), Column("Defects", whole=False), Column("Leaves on"),
    )  # fmt: skip
    rows = tuple(
        (
            one.order_id, *_place(one, many), day(one.placed_on), _defects(one), day(one.leaves_on),
        )
        for one in orders
    )  # fmt: skip
    counting = sum(any(defect.counts for defect in one.defects) for one in orders)
    lead = (
        f"{count(counting, 'order')} counted, {len(orders) - counting} pending"
        if orders
        else "No defects in the window"
    )
    return [Sheet("Orders with defects in the window", (lead,), columns if orders else (), rows)]


def _defects(one: DefectiveOrder) -> str:
    says = {True: "counts", False: "does not count", None: "pending"}
    return "; ".join(
        f"{phrase(defect.kind)} {day(defect.on) or '(no date)'}: {phrase(defect.standing)}"
        + ("" if defect.standing == says[defect.counts] else f", {says[defect.counts]}")
        for defect in one.defects
    )


def feedback(measures: Sequence[FeedbackMeasure], by: str | None = None) -> list[Sheet]:
    """`atoz feedback`: the rate of each account, marketplace and channel (and group)."""
    many = several(one.account for one in measures)
    group = (_grouping(by),) if by else ()
    figures = (Column("Rate", "right"), Column("Negative", "right"), Column("Coming in", "right"))
    rows = tuple(
        (
            *((_group(getattr(one, "group", None)),) if by else ()), *_place(one, many), percent(one.rate),
            f"{one.negative_feedback_orders:,} of {one.orders:,}",
            f"{one.incoming.defective_orders:,} of {one.incoming.orders:,}",
        )
        for one in measures
    )  # fmt: skip
    spans = sorted({(one.window.from_, one.window.to) for one in measures})
    lead = "; ".join(f"Orders placed {day(first)} to {day(last)}" for first, last in spans)
    note = "1 and 2 stars are negative. It is a part of the ODR and has no target of its own."
    title = "Negative feedback rate" + (f" by {GROUPED.get(by, by)}" if by else "")
    return [Sheet(title, (lead,), (*group, *_places(many), *figures), rows, (note,))]


def feedback_list(items: Sequence[FeedbackItem]) -> list[Sheet]:
    """`atoz feedback --list`: each negative feedback, what can be done about it, until when, and what that would do."""
    many = several(one.account for one in items)
    can = {True: "yes", False: "no", None: "unsettled"}
    columns = (
        Column("Order"), *_places(many), Column("Left on"), Column("Stars", "right"), Column("Cause"), Column("Removable"),
        Column("Ask by"), Column("ODR without", "right"), Column("Leaves on"), Column("Why", whole=False),
    )  # fmt: skip
    rows = tuple(
        (
            one.order_id, *_place(one, many), day(one.left_on), str(one.rating), phrase(one.cause),
            Cell(can[one.removable], "good" if one.removable else "plain"), _ask_by(one), _without(one), day(one.leaves_on),
            one.why,
        )
        for one in items
    )  # fmt: skip
    asking = sum(one.removable is True and (one.days_left or 0) >= 0 for one in items)
    lead = f"{count(len(items), 'negative rating')}: Amazon can be asked to remove or strike {asking}"
    if not items:
        lead = "No negative feedback counts"
    notes = ("Ask by: where that comes from and how sure it is: atoz rules feedback.",)
    return [Sheet("Negative feedback", (lead,), columns if items else (), rows, notes if items else ())]


def _ask_by(one: FeedbackItem) -> str | Cell:
    if one.ask_by is None or one.days_left is None:
        return ""
    if one.days_left < 0:
        return Cell("too late", "dim")
    return Cell(day(one.ask_by), "warn" if one.removable and one.days_left <= 14 else "plain")


def _without(one: FeedbackItem) -> str:
    """What the rate would be; nothing where the order is in no window now."""
    return "" if one.rate_without is None else f"{percent(one.rate_now)} → {percent(one.rate_without)}"


def _between(interval: tuple[float, float] | None) -> str:
    """Where chance alone would put a share, as a range."""
    return "" if interval is None else f"{percent(interval[0])} to {percent(interval[1])}"


def ratings(spans: Sequence[RatingSpan]) -> Sheet:
    """The ratings by the day they were left, which is what buyers see."""
    many = several(one.account for one in spans)
    columns = (
        *((Column("Account"),) if many else ()), Column("Where"), Column("Days", "right"), Column("Negative", "right"),
        Column("Neutral", "right"), Column("Positive", "right"), Column("Average", "right"), Column("Negative share", "right"),
        Column("By chance", "right", spare=True),
    )  # fmt: skip
    rows = tuple(
        (
            *((one.account,) if many else ()), one.marketplace or "?", f"{one.days}", f"{one.negative:,}", f"{one.neutral:,}",
            "not known" if one.positive is None else f"{one.positive:,}", "" if one.average is None else f"{one.average:.2f}",
            percent(one.negative_share) if one.negative_share is not None else "", _between(one.interval),
        )
        for one in spans
    )  # fmt: skip
    lead = "By the day they were left, as buyers see them. Another number than the part of the ODR, which goes by the day of the order."
    notes: tuple[str, ...] = ()
    if any(one.positive is None for one in spans):
        notes = (
            "Where no rating above 3 stars is in the files Amazon's report has left them out, so neither an average nor a "
            "share can be told; nor of longer spans, of which that may be a part.",
        )
    return Sheet("Ratings", (lead,) if spans else ("No ratings are known",), columns if spans else (), rows, notes)
