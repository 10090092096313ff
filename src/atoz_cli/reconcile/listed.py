"""Amazon's list of orders with defects and a store in, our figures against it out, with every order of either side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.reconcile import AmazonReport, Explanation, Outcome, Reconciliation
from atoz_cli.metrics import Question, Span, window_of
from atoz_cli.metrics.arithmetic import wilson
from atoz_cli.reconcile import orders as room
from atoz_cli.reconcile.appeals import Appeals
from atoz_cli.reconcile.classes import Both, agree, classified
from atoz_cli.reconcile.compare import Compared
from atoz_cli.reconcile.lacking import lacking
from atoz_cli.reconcile.listing import Listing, Row, Spread, hide_lists, standings
from atoz_cli.reconcile.orders import PARTS, Order
from atoz_cli.reconcile.ours import Asking, Counts, Ours, Place
from atoz_cli.reconcile.switches import tried
from atoz_cli.reconcile.theirs import Said


class _Here(Struct, frozen=True):
    """The list of one marketplace and channel, with what we know there. `span` None: it is not known where that is."""

    place: Place
    rows: Sequence[Row]
    span: Span | None
    asking: Asking | None
    orders: dict[str, Order]
    """those with a defect"""


def listed(ours: Ours, today: Question, account: str, listing: Listing) -> list[Reconciliation]:
    """The list against ours, in the window that the rate has on the day asked: a list tells none of its own."""
    had_lists = hide_lists(ours.store)
    whole = replace(today, account=account, marketplace=None, channel=None)
    spans = {span.marketplace: span for span in ours.spans(whole)}
    known = standings(ours.store, whole, listing.rows)
    spread = Spread(listing.rows, known, today.marketplace, today.channel)
    here = [_read(ours, whole, place, spread, spans.get(place[0])) for place in _places(spread, spans, today)]
    asked = {row.order_id for one in here for row in one.rows if _is_disputed(row, one.orders.get(row.order_id))}
    appeals = Appeals(ours.released(), ours.book, whole, account, asked)
    elsewhere = len(listing.rows) - sum(len(one.rows) for one in here)
    common = [*_about(listing, elsewhere, had_lists)]
    return [_answer(ours, whole, one, spread, appeals, listing, common) for one in here]


def _places(spread: Spread, spans: dict[str, Span], today: Question) -> list[Place]:
    """Where the listed orders are; of an empty list everywhere that is asked about."""
    found = [*spread.places, *([spread.home] if spread.of(spread.home) else [])]
    if spread.rows:
        return list(dict.fromkeys(found))
    channels = [today.channel] if today.channel else ["mfn", "afn"]
    return [(place, one) for place in spans if today.marketplace in (None, place) for one in channels]


def _read(ours: Ours, whole: Question, place: Place, spread: Spread, span: Span | None) -> _Here:
    """Everything known of one place: the defects of the window, and of the listed orders wherever they are."""
    rows = spread.of(place)
    if span is None:
        return _Here(place, rows, None, None, {})
    asking = Asking(
        whole.account or "", whole.as_of, whole.day, span.starts_on, span.ends_on, whole.timezone,
        whole.leave_out_cancelled,
    )  # fmt: skip
    days = [known.placed_on for row in rows if (known := spread.standings.get(row.order_id))]
    far = max([0, *((span.starts_on - day).days for day in days), *((day - span.ends_on).days for day in days)])
    found = room.disputed(ours, asking, far)
    mine = {one.order_id: one for one in found if (one.marketplace, one.channel) == place and one.placed_on}
    return _Here(place, rows, span, asking, mine)


def _is_disputed(row: Row, order: Order | None) -> bool:
    """Whether Amazon counts it for something for which we do not."""
    return not set(row.counting) <= set(order.counting if order else ())


def _answer(
    ours: Ours,
    whole: Question,
    here: _Here,
    spread: Spread,
    appeals: Appeals,
    listing: Listing,
    common: Sequence[Notice],
) -> Reconciliation:
    place, channel = here.place
    counts = ours.of(here.asking, place, channel) if here.asking else Counts()
    both = Both(ours.book, whole.day, place or None, here.asking, spread.standings, appeals)
    orders = classified(both, here.rows, here.orders)
    verdict: Outcome = "same" if all(agree(one) for one in orders) else "differs"
    compared = Compared(_said(here.rows), counts, 0)
    if not counts.orders:
        verdict = "cannot_compare"
    explained = _explained(ours, here, compared) if verdict == "differs" else []
    return Reconciliation(
        account=whole.account or "",
        marketplace=place or None,
        channel=channel or None,
        window=window_of(here.span) if here.span else None,
        as_of=whole.day,
        report=AmazonReport(listing.file, listing.source, "orders", None, None),
        verdict=verdict,
        figures=compared.figures,
        interval=wilson(counts.defective_orders, counts.orders),
        explained_by=tuple(explained),
        orders=tuple(orders),
        learned=None,
        notes=(*_notes(here, bool(counts.orders), whole), *common),
    )


def _said(rows: Sequence[Row]) -> Said:
    """The list's own totals: it says nothing of the orders without a defect."""
    counting = [row for row in rows if row.counting]
    parts = {figure: sum(kind in row.counting for row in counting) for kind, figure in PARTS.items()}
    return Said(orders=None, defective_orders=len(counting), rate=None, **parts)


def _explained(ours: Ours, here: _Here, compared: Compared) -> list[Explanation]:
    """Single switches that make the two lists one, and what the store lacks."""
    place, channel = here.place
    theirs = {row.order_id: row.counting for row in here.rows if row.counting}

    def equal(asking: Asking, counts: Counts) -> bool:
        return counts.defective_orders == len(theirs) and ours.counted(asking, place, channel) == theirs

    if here.asking is None:
        return []
    return [*tried(ours, here.asking, place, channel, equal), *lacking(ours, here.asking, place, channel, compared)]


def _notes(here: _Here, some: bool, whole: Question) -> Iterator[Notice]:
    if here.span is not None:
        yield Notice("list_window", f"a list tells no window: taken is that of {whole.day}, as in atoz odr")
    else:
        yield Notice(
            "no_window", "no file tells of which marketplace these orders are: import All Orders of their days"
        )
    if here.span is not None and not some:
        yield Notice("no_orders", "the store has no orders of this window: import All Orders of those days")
    if not here.place[1]:
        yield Notice("no_channel", "no file says of which channel these orders are")


def _about(listing: Listing, elsewhere: int, had_lists: bool) -> Iterator[Notice]:
    """What is to be said of the whole list."""
    if had_lists:
        yield Notice("lists_left_out", "what only Amazon's own lists tell of is left out of ours here")
    if elsewhere:
        yield Notice("elsewhere", f"{elsewhere:,} listed orders are of another marketplace or channel than asked")
    if listing.without_defect:
        number = f"{listing.without_defect:,} listed orders"
        yield Notice("without_defect", f"{number} have none of these defects, and are passed over")
