"""A question and a scenario in; the rate of each day to come out, by the same SQL that counts today's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.projection import Projection
from atoz_cli.errors import UnknownId
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.project.counting import Bad, Counted, counted
from atoz_cli.project.late import Came, Seen, learned, seen
from atoz_cli.project.rows import projection
from atoz_cli.project.scenario import Place, Scenario
from atoz_cli.project.telling import notices

KNOWN_IDS = "SELECT DISTINCT order_id FROM orders WHERE order_id IN (SELECT unnest(?))"


def projected(store: Store, book: Book, question: Question, scenario: Scenario) -> list[Projection]:
    """The projection of each account, marketplace and channel with orders in a window or on the way into it, worst first.

    The first day of each is the day of the question, the last is `scenario.days` later. UnknownId for an order that
    `scenario.without` names and no file lists. An empty list where there are no orders.
    """
    return projected_and_told(store, book, question, scenario)[0]


def projected_and_told(
    store: Store, book: Book, question: Question, scenario: Scenario
) -> tuple[list[Projection], list[Notice]]:
    """The same, and what the user should know. The store is left laid out for the days to come.

    All of an account is counted whatever the question narrows: how late defects come is learned from all of it.
    """
    _check_orders(store, scenario)
    found = counted(store, book, replace(question, marketplace=None, channel=None), scenario)
    accounts = {
        account: _seen(found, [place for place in found.placed if place[0] == account]) for account in _accounts(found)
    }
    rows = []
    for place in _places(found, question):
        own, whole = _seen(found, [place]), accounts[place[0]]
        how = learned(own, whole, found.basis.whole)
        rows.append(projection(found, book, place, how))
    rows.sort(key=_worst)
    return rows, [*found.notices, *notices(store, scenario, found, accounts, rows)]


def _check_orders(store: Store, scenario: Scenario) -> None:
    known = {row[0] for row in store.ask(KNOWN_IDS, [list(scenario.without)])} if scenario.without else set()
    for order_id in scenario.without:
        if order_id not in known:
            raise UnknownId(f"--without: no order {order_id} is known", "look at its spelling: atoz odr --orders")


def _accounts(found: Counted) -> list[str]:
    return list(dict.fromkeys(account for account, _, _ in found.placed))


def _places(found: Counted, question: Question) -> list[Place]:
    """Those with orders in a window, or on the way into it, of what is asked."""
    every = dict.fromkeys([*found.basis.paces, *(place for place, _ in found.measures)])
    wanted = (question.marketplace, question.channel)
    return [place for place in every if all(w in (None, own) for w, own in zip(wanted, place[1:], strict=True))]


def _seen(found: Counted, places: Iterable[Place]) -> Seen:
    """The orders of some places of one account, and the defects whose day is known, by age."""
    places = list(places)
    placed = Counter[date]()
    for place in places:
        placed.update(found.placed[place])
    (account,) = {place[0] for place in places}
    ages = max(
        (span.day - span.starts_on).days for key, spans in found.spans.items() if key[0] == account for span in spans
    )
    return seen(placed, _came(found, places), found.basis.whole, ages)


def _came(found: Counted, places: Iterable[Place]) -> Iterable[Came]:
    supposed = set(found.supposed)
    today: Mapping[Place, Iterable[Bad]] = next(iter(found.defective.values()))
    for place in places:
        for bad in today.get(place, ()):
            if bad.first_at is not None and (place[0], bad.order_id) not in supposed:
                yield bad.placed_on, bad.first_at.date()


def _worst(one: Projection) -> tuple[object, ...]:
    """Missed soonest first, then what may be; then what comes nearest to its limit; then by name, mfn before afn."""
    never = date.max
    peak = max((day.rate or 0.0) / day.limit for day in one.days)
    return (
        one.outlook.first_missed_on or never, one.outlook.high_first_missed_on or never, -peak,
        one.account, one.marketplace or "~", one.channel != "mfn", one.channel or "~",
    )  # fmt: skip
