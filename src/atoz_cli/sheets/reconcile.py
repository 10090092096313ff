"""Our figures against Amazon's as people read them: the comparison, what explains it, what looks appealable, the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.reconcile import Figure, Moves, ReconciledOrder, Reconciliation
from atoz_cli.sheets.words import chance, count, day, percent, place, several, where

SHOWN = 20
"""So many orders a table; --json has all."""
TONES: dict[str, Tone] = {"same": "good", "differs": "bad", "cannot_compare": "warn"}
NAMES = {
    "orders": "Orders", "defective_orders": "Defective orders", "negative_feedback_orders": "Negative feedback",
    "claim_orders": "A-to-z claims", "chargeback_orders": "Chargebacks", "rate": "Rate",
}  # fmt: skip
SHORT = {
    "orders": ("order", "orders"), "defective_orders": ("defective", "defective"),
    "negative_feedback_orders": ("feedback", "feedback"), "claim_orders": ("claim", "claims"),
    "chargeback_orders": ("chargeback", "chargebacks"),
}  # fmt: skip
CLASSES = {
    "same": "both", "kind_differs": "another kind", "theirs_only": "Amazon only", "ours_only": "ours only",
    "outside_window": "outside", "unknown_order": "unknown", "doubtful": "doubtful", "not_counted": "not counted",
    "counted": "counted", "edge": "at the edge", "cancelled": "cancelled",
}  # fmt: skip


def reconcile(found: Sequence[Reconciliation]) -> list[Sheet]:
    """One place after the other; of several first a line each, and then those that differ."""
    many = several(one.account for one in found)
    if len(found) == 1:
        return [*_place(found[0], many)]
    return [_overview(found, many), *(sheet for one in found if one.verdict != "same" for sheet in _place(one, many))]


def _overview(found: Sequence[Reconciliation], many: bool) -> Sheet:
    columns = (
        *([Column("Account")] if many else []), Column("Where"), Column("Verdict"), Column("Orders", "right"),
        Column("Defective", "right"), Column("Rate", "right"), Column("Window", spare=True),
    )  # fmt: skip
    rows = tuple(
        (
            *((one.account,) if many else ()), where(one.marketplace, one.channel), _verdict(one),
            _pair(one, "orders"), _pair(one, "defective_orders"), _pair(one, "rate"), _days(one),
        )
        for one in found
    )  # fmt: skip
    differ = sum(one.verdict == "differs" for one in found)
    lead = f"{differ} of {len(found)} differ" if differ else "Nothing that can be compared differs"
    files = ", ".join(dict.fromkeys(one.report.file for one in found))
    return Sheet(
        "Against Amazon's figures",
        (Cell(lead, "bad" if differ else "good"), f"From {files}; ours / Amazon's"),
        columns,
        rows,
    )


def _verdict(one: Reconciliation) -> Cell:
    return Cell({"cannot_compare": "cannot compare"}.get(one.verdict, one.verdict), TONES[one.verdict])


def _pair(one: Reconciliation, name: str) -> str:
    figure = _figure(one, name)
    if figure.theirs is None and figure.ours is None:
        return ""
    return f"{_value(figure, figure.ours, '?')} / {_value(figure, figure.theirs, '–')}"


def _days(one: Reconciliation) -> str:
    return f"{day(one.window.from_)} … {day(one.window.to)[5:]}" if one.window else ""


def _figure(one: Reconciliation, name: str) -> Figure:
    return next(figure for figure in one.figures if figure.figure == name)


def _value(figure: Figure, value: int | float | None, unknown: str) -> str:
    if value is None:
        return unknown
    return percent(float(value), 0.01) if figure.figure == "rate" else f"{value:,}"


def _place(one: Reconciliation, many: bool) -> Iterator[Sheet]:
    yield _comparison(one, many)
    if one.explained_by:
        yield _explained(one)
    appealable = [order for order in one.orders if order.appealable]
    if appealable:
        yield _appeals(appealable)
    rest = [order for order in one.orders if not order.appealable and order.class_ != "same"]
    if rest:
        yield _orders(one, rest)


def _comparison(one: Reconciliation, many: bool) -> Sheet:
    title = "all channels" if one.channel is None else None
    named = place(one.account, one.marketplace, one.channel, many=many)
    named = named.replace("channel unknown", title) if title and one.report.level == "totals" else named
    lead: list[str | Cell] = [Cell(_says(one), TONES[one.verdict]), _window(one)]
    if one.report.account_status:
        lead.append(f"Amazon's account status: {one.report.account_status}")
    lead += chance(_ours(one, "orders"), one.interval)
    agreed = sum(order.class_ == "same" for order in one.orders)
    if one.report.level == "orders":
        lead.append(f"{count(len(one.orders), 'order')} of either side, {agreed} of them the same on both")
    columns = (Column("Figure"), Column("Amazon", "right"), Column("Ours", "right"), Column("Difference", "right"))
    rows = tuple(
        (
            NAMES[figure.figure],
            _value(figure, figure.theirs, "–"),
            _value(figure, figure.ours, "?"),
            _difference(figure),
        )
        for figure in one.figures
        if figure.theirs is not None or figure.ours is not None
    )
    notes = [notice.message[:1].upper() + notice.message[1:] for notice in one.notes]
    if one.learned and one.learned.suggestion:
        notes.append(one.learned.suggestion[:1].upper() + one.learned.suggestion[1:])
    return Sheet(f"Ours against Amazon's: {named}", tuple(lead), columns if rows else (), rows, tuple(notes))


def _ours(one: Reconciliation, name: str) -> int:
    return int(_figure(one, name).ours or 0)


def _says(one: Reconciliation) -> str:
    if one.verdict == "same":
        return "Same: all that Amazon says is what we count"
    if one.verdict == "cannot_compare":
        return "Cannot be compared (see below)"
    defective, orders = _figure(one, "defective_orders"), _figure(one, "orders")
    if one.report.level == "orders" and not defective.difference:
        return "Differs: as many orders on both sides, but not the same ones"
    for figure, word in ((defective, "defective order"), (orders, "order")):
        if figure.difference:
            return f"Differs: Amazon counts {count(int(figure.theirs or 0), word)}, we count {figure.ours:,}"
    return "Differs: not in how many orders are defective, but in what they are made of or in the rate"


def _window(one: Reconciliation) -> str:
    source = f"{one.report.file}, {one.report.source}"
    if one.window is None:
        return f"No window ({source})"
    before = day(one.report.day) or ("the day asked" if one.report.level == "orders" else "")
    ending = f", ending {one.window.lag_days} days before {before}" if before else ""
    return (
        f"Orders placed {day(one.window.from_)} to {day(one.window.to)} ({one.window.days} days{ending}; {source}), "
        f"as known on {day(one.as_of)}"
    )


def _difference(figure: Figure) -> Cell | str:
    if figure.difference is None:
        return ""
    if not figure.difference:
        return "0"
    if figure.figure == "rate":
        return Cell(f"{figure.difference * 100:+.4f}".rstrip("0").rstrip(".") + " points", "bad")
    return Cell(f"{figure.difference:+,}", "bad")


def _explained(one: Reconciliation) -> Sheet:
    columns = (Column("Makes equal"), Column("Ours would change by", whole=False), Column("What, alone", whole=False))
    rows = tuple(
        (
            Cell("yes", "good") if cause.makes_equal else "no" if cause.makes_equal is False else "?",
            _moves(cause.moves), cause.text,
        )
        for cause in one.explained_by
    )  # fmt: skip
    equal = sum(bool(cause.makes_equal) for cause in one.explained_by)
    lead = f"{count(equal, 'change')} alone would make all that can be compared equal"
    if not equal:
        lead = "None of these, alone, makes all figures equal"
    return Sheet("What would explain it", (Cell(lead, "good" if equal else "plain"),), columns, rows)


def _moves(moves: Moves | None) -> str:
    """`+1 order, -2 claims`."""
    if moves is None:
        return ""
    said = [f"{value:+,} {words[abs(value) != 1]}" for name, words in SHORT.items() if (value := getattr(moves, name))]
    return ", ".join(said) or "nothing"


def _appeals(orders: Sequence[ReconciledOrder]) -> Sheet:
    columns = (
        Column("Order"),
        Column("Claim", spare=True),
        Column("Days left", "right"),
        Column("Why, and how", whole=False),
        Column("Proof", whole=False),
    )
    rows = tuple(
        (
            order.order_id, order.claim_id or "",
            Cell(str(order.days_left), "warn") if order.days_left is not None else "", order.text,
            ", ".join(slot.slot.replace("_", " ") for slot in order.proof),
        )
        for order in orders[:SHOWN]
    )  # fmt: skip
    cited = dict.fromkeys(f"{order.rule}: {order.cite}" for order in orders[:SHOWN])
    return Sheet("What looks appealable", (count(len(orders), "order"),), columns, rows, (*_more(orders), *cited))


def _orders(one: Reconciliation, orders: Sequence[ReconciledOrder]) -> Sheet:
    totals = one.report.level == "totals"
    columns = (
        Column("Order"), Column("Placed", spare=True), Column("Is"),
        *([Column("Moves ours by", whole=False)] if totals else []), Column("Why", whole=False),
    )  # fmt: skip
    rows = tuple(
        (
            order.order_id, day(order.placed_on), Cell(CLASSES[order.class_], "good" if order.makes_equal else "plain"),
            *((_moves(order.moves),) if totals else ()), order.text,
        )
        for order in orders[:SHOWN]
    )  # fmt: skip
    equal = sum(bool(order.makes_equal) for order in one.orders)
    lead = "Orders that differ, or that one side cannot settle"
    if totals:
        end = f"{equal} of all would make all equal" if equal else "none makes all equal"
        lead = f"Totals name no orders: each of these, alone, would bring ours nearer; {end}"
    return Sheet("The orders" if not totals else "Orders that could be it", (lead,), columns, rows, _more(orders))


def _more(orders: Sequence[ReconciledOrder]) -> tuple[str, ...]:
    more = len(orders) - SHOWN
    return (f"{count(more, 'more order')}: --json lists all",) if more > 0 else ()
