"""One order as Amazon lists it and as we know it in, its class with the reason out: each order of either side has exactly one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers.rates import DefectKind
from atoz_cli.answers.reconcile import OrderClass, ReconciledOrder
from atoz_cli.policy import Book
from atoz_cli.reconcile.appeals import Appeal, Appeals
from atoz_cli.reconcile.listing import Row, Standing
from atoz_cli.reconcile.orders import Known, Order
from atoz_cli.reconcile.ours import Asking
from atoz_cli.reconcile.switches import local_day, zone_of
from atoz_cli.reconcile.words import KINDS, joined, looks, named, stands

RANK: dict[OrderClass, int] = {
    "theirs_only": 0, "ours_only": 1, "kind_differs": 2, "doubtful": 3, "unknown_order": 4, "outside_window": 5, "same": 6,
}  # fmt: skip


class Both(Struct, frozen=True):
    """What is needed to say why: the policy of the day, the window, where listed orders are, and what can be done today."""

    book: Book
    day: date
    marketplace: str | None
    asking: Asking | None
    standings: Mapping[str, Standing]
    appeals: Appeals


def classified(both: Both, rows: Sequence[Row], orders: Mapping[str, Order]) -> list[ReconciledOrder]:
    """The listed orders, and ours in the window that count or are pending: what differs first."""
    found = [_listed(both, row, orders.get(row.order_id)) for row in rows]
    on_the_list = {row.order_id for row in rows}
    found += [
        _not_listed(both, order)
        for order in orders.values()
        if order.order_id not in on_the_list and _inside(both, order.placed_on) and _matters(order)
    ]
    return sorted(found, key=_first)


def agree(one: ReconciledOrder) -> bool:
    """Whether both sides hold the same of an order now: what is pending here counts at neither."""
    return one.class_ == "same" or (one.class_ == "doubtful" and not one.theirs)


def _first(one: ReconciledOrder) -> tuple[int, int, str, str]:
    left = one.days_left if one.days_left is not None else 10**6
    return RANK[one.class_], left, str(one.placed_on), one.order_id


def _matters(order: Order) -> bool:
    return any(one.counts is not False for one in order.defects)


def _inside(both: Both, day: date | None) -> bool:
    return both.asking is not None and day is not None and both.asking.starts_on <= day <= both.asking.ends_on


def _listed(both: Both, row: Row, order: Order | None) -> ReconciledOrder:
    known = both.standings.get(row.order_id)
    if known is None:
        text = "no file of orders lists it: import All Orders of its days"
        return _entry(both, row, "unknown_order", row.placed_on, text)
    if not known.asked:
        text = "by the files it is no order of Amazon's, or it is cancelled and left out"
        return _entry(both, row, "theirs_only" if row.counting else "same", known.placed_on, text)
    if not _inside(both, known.placed_on):
        return _outside(both, row, known)
    day, deciding = known.placed_on, order.deciding if order else None
    if order and order.counting and row.counting:
        return _both_count(both, row, order)
    if order and order.counting:
        text = f"{_reason(deciding)}; Amazon lists it and says that it does not count"
        return _entry(both, row, "ours_only", day, text, order, deciding)
    if order and _matters(order):
        theirs = (
            f"Amazon counts it, for {joined(named(row.counting))}" if row.counting else "Amazon says that it does not"
        )
        return _entry(both, row, "doubtful", day, f"{_reason(deciding)}; {theirs}", order, deciding)
    if row.counting:
        return _theirs_only(both, row, order, day)
    text = "listed, and said not to count; by the rules it does not either"
    return _entry(both, row, "same", day, text, order, deciding)


def _not_listed(both: Both, order: Order) -> ReconciledOrder:
    row = Row(order.order_id, (), False, None)
    text = f"{_reason(order.deciding)}; Amazon's list does not have it"
    class_: OrderClass = "ours_only" if order.counting else "doubtful"
    return _entry(both, row, class_, order.placed_on, text, order, order.deciding)


def _outside(both: Both, row: Row, known: Standing) -> ReconciledOrder:
    """Before the window, or not in it yet."""
    asking, day = both.asking, known.placed_on
    text = f"placed on {day}, outside of the window"
    if asking and day > asking.ends_on:
        text += f" to {asking.ends_on}: it enters on {day + (asking.day - asking.ends_on)}"
    elif asking:
        text += f" from {asking.starts_on}: it left on {day + (asking.day - asking.starts_on) + timedelta(days=1)}"
    zone = zone_of(both.book, asking, both.marketplace or "") if asking else None
    there = local_day(known.placed_at, zone) if zone else None
    if there is not None and there != day and _inside(both, there):
        text += f"; by the clock of {zone} it is {there}, inside"
    if row.placed_on and row.placed_on != day:
        text += f"; the list dates it {row.placed_on}"
    rule = "odr.window_days"
    found = _entry(both, row, "outside_window", day, text)
    return replace(found, rule=rule, cite=both.book.reason(rule, both.day, both.marketplace, "").cite)


def _both_count(both: Both, row: Row, order: Order) -> ReconciledOrder:
    """Defective on both sides, perhaps for different things."""
    more = [kind for kind in row.counting if kind not in order.counting]
    less = [kind for kind in order.counting if kind not in row.counting]
    if not more and not less:
        text = f"{_reason(order.deciding)}, on both sides"
        return _entry(both, row, "same", order.placed_on, text, order, order.deciding)
    text = f"defective on both sides: Amazon for {joined(named(row.counting))}, we for {joined(named(order.counting))}"
    found = _entry(both, row, "kind_differs", order.placed_on, text, order, order.deciding)
    refuted = _refuted(both, order, more)
    if refuted:
        said = f"{text}; its {KINDS[refuted[0].kind]} {_appealing(*refuted)}; the order stays defective for the rest"
        return _appealed(both, found, *refuted, said)
    untold = [kind for kind in more if not _told(order, kind)]
    return replace(found, text=f"{text}; {_look_up(untold)}") if untold else found


def _theirs_only(both: Both, row: Row, order: Order | None, day: date) -> ReconciledOrder:
    """Amazon counts it and we do not: because our rules say no, or because no file tells of the defect."""
    refuted = _refuted(both, order, row.counting) or _by_stars(both, row)
    found = _entry(both, row, "theirs_only", day, _look_up(row.counting), order)
    if refuted is None:
        return found
    untold = [kind for kind in row.counting if kind != refuted[0].kind and not _told(order, kind)]
    return _appealed(both, found, *refuted, "; ".join([_appealing(*refuted), *([_look_up(untold)] if untold else [])]))


def _refuted(both: Both, order: Order | None, kinds: Sequence[DefectKind]) -> tuple[Known, Appeal] | None:
    """The defect of one of these kinds that does not count by our rules, with what can be done; one that can be appealed first."""
    if order is None:
        return None
    against = [one for one in order.defects if one.kind in kinds and one.counts is False]
    found = [(one, both.appeals.of(order.order_id, one, both.marketplace)) for one in against]
    return min(found, key=lambda pair: pair[1].may is not True) if found else None


def _by_stars(both: Both, row: Row) -> tuple[Known, Appeal] | None:
    """Feedback that is not negative by its stars."""
    stars = both.appeals.stars(row.order_id)
    if "negative_feedback" not in row.counting or stars is None:
        return None
    table = both.book.at("standings", both.day, both.marketplace).table("feedback_stars")
    meaning = next((name for name, several in table.items() if stars in several), "negative")
    if meaning == "negative":
        return None
    defect = Known("negative_feedback", "", None, meaning, False)
    return defect, both.appeals.of(row.order_id, defect, both.marketplace)


def _told(order: Order | None, kind: DefectKind) -> bool:
    """Whether some file tells of such a defect."""
    return order is not None and kind in {one.kind for one in order.defects}


# --- values ----------------------------------------------------------------------------------------------------------


def _reason(defect: Known | None) -> str:
    """`its A-to-z claim counts (granted)`."""
    return stands(defect) if defect else "it has no defect"


def _look_up(kinds: Sequence[DefectKind]) -> str:
    return f"no file tells of its {joined(named(kinds))}: look it up in Account Health"


def _appealing(defect: Known, appeal: Appeal) -> str:
    return f"{looks(appeal.may)} under {defect.rule} because {appeal.because}; {appeal.how}"


def _entry(
    both: Both, row: Row, class_: OrderClass, placed_on: date | None, text: str, order: Order | None = None,
    defect: Known | None = None,
) -> ReconciledOrder:  # fmt: skip
    return ReconciledOrder(
        order_id=row.order_id,
        claim_id=(defect.claim_id or None) if defect else None,
        class_=class_,
        placed_on=placed_on,
        theirs=row.counting,
        ours=order.counting if order else (),
        standing=defect.standing if defect else None,
        rule=defect.rule if defect else None,
        text=text,
        cite=both.book.reason(defect.rule, both.day, both.marketplace, "").cite if defect else None,
    )


def _appealed(both: Both, found: ReconciledOrder, defect: Known, appeal: Appeal, text: str) -> ReconciledOrder:
    return replace(
        found,
        claim_id=defect.claim_id or None,
        standing=defect.standing,
        rule=defect.rule,
        cite=both.book.reason(defect.rule, both.day, both.marketplace, "").cite,
        text=text,
        appealable=appeal.may,
        appeal_by=appeal.by,
        days_left=appeal.days_left,
        proof=appeal.proof,
    )
