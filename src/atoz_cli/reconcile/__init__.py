"""Amazon's own figures, totals or a list of orders, and a store in; ours against theirs for the very same window out."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers.reconcile import Reconciliation
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.reconcile.classes import agree
from atoz_cli.reconcile.listed import listed
from atoz_cli.reconcile.listing import Listing
from atoz_cli.reconcile.ours import Ours
from atoz_cli.reconcile.theirs import Theirs, newest, reports
from atoz_cli.reconcile.totals import Request, places_of, totals

__all__ = [
    "Listing", "Request", "Theirs", "against_list", "against_totals", "apart", "in_order", "known", "newest", "places_of",
]  # fmt: skip

WORST: dict[str, int] = {"differs": 0, "cannot_compare": 1, "same": 2}


def known(store: Store, book: Book, asked: Question) -> list[Theirs]:
    """Every performance report that a store holds, of the account and marketplace asked for."""
    found = reports(store, places_of(book, asked.day))
    return [
        one for one in found if asked.account in (None, one.account) and asked.marketplace in (None, one.marketplace)
    ]


def against_totals(store: Store, book: Book, request: Request, found: Sequence[Theirs]) -> list[Reconciliation]:
    """Our figures against those of performance reports, what differs first."""
    channel = request.today.channel
    asked = [one for one in found if one.channel is None or channel in (None, one.channel)]
    return in_order(totals(Ours(store, book), request, asked, reports(store, places_of(book, request.today.day))))


def against_list(store: Store, book: Book, today: Question, account: str, listing: Listing) -> list[Reconciliation]:
    """Our defective orders against Amazon's list of them. The store answers nothing else afterwards: its lists are hidden."""
    return in_order(listed(Ours(store, book), today, account, listing))


def apart(one: Reconciliation) -> float:
    """By how many orders the two sides are apart: the largest difference of a figure, or the orders they do not agree on."""
    if one.report.level == "orders":
        return sum(not agree(order) for order in one.orders) if one.verdict == "differs" else 0
    figures = {figure.figure: figure for figure in one.figures}
    counts = [
        abs(figure.difference) for name, figure in figures.items() if name != "rate" and figure.difference is not None
    ]
    if counts:
        return max(counts)
    return abs(figures["rate"].difference or 0) * (figures["orders"].ours or 0) if one.verdict == "differs" else 0


def in_order(found: Sequence[Reconciliation]) -> list[Reconciliation]:
    """What differs first; then by name, mfn before afn, and by the day of the report."""
    return sorted(
        found,
        key=lambda one: (
            WORST[one.verdict], one.account, one.marketplace or "~", one.channel != "mfn", one.channel or "~",
            str(one.report.day), str(one.window and one.window.to),
        ),
    )  # fmt: skip
