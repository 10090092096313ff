"""What was counted in; what the user should know of it out: of what orders, paces and delays could not be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from atoz_cli.answers import Notice
from atoz_cli.answers.projection import Projection
from atoz_cli.metrics.gaps import missing
from atoz_cli.metrics.question import Store
from atoz_cli.project.counting import Counted
from atoz_cli.project.late import LEAST, Seen, days_needed, old_enough
from atoz_cli.project.scenario import Place, Scenario

DISPUTED = """SELECT DISTINCT o.account, o.marketplace, o.channel, o.order_id FROM counted_defects j
    JOIN asked_at_stake o USING (account, order_id) SEMI JOIN left_out l ON l.order_id = o.order_id
    WHERE j.counts = 1 OR j.pends = 1"""


def notices(
    store: Store, scenario: Scenario, counted: Counted, seen: Mapping[str, Seen], found: Sequence[Projection]
) -> Iterator[Notice]:
    """The warnings of the projections that are shown; `seen` are the defects that each account could be learned from."""
    yield from _gaps(counted, found)
    yield from _paces(found)
    yield from _ranges(counted, seen, found)
    yield from _supposed(store, scenario, counted, found)


def _gaps(counted: Counted, found: Sequence[Projection]) -> Iterator[Notice]:
    shown = {(one.account, one.marketplace) for one in found}
    many = len({one.account for one in found}) > 1
    for (account, marketplace), gaps in groupby(counted.basis.gaps, lambda gap: (gap.account, gap.marketplace)):
        if (account, marketplace) in shown:
            place = marketplace or "marketplace unknown"
            where = f"{account}, {place}" if many else place
            text = missing(list(gaps), "in the windows of today and of the days to come")
            yield Notice("orders_missing", f"{where}: {text}; download All Orders for them")


def _paces(found: Sequence[Projection]) -> Iterator[Notice]:
    for one in found:
        if one.outlook.orders_per_day is None:
            yield Notice(
                "no_pace",
                f"{_where(one)}: orders of less than a week are known, too few for a pace: none are supposed for the days to "
                "come; say how many with --orders-per-day",
            )


def _ranges(counted: Counted, seen: Mapping[str, Seen], found: Sequence[Projection]) -> Iterator[Notice]:
    for account in dict.fromkeys(one.account for one in found if one.outlook.late_learned_from is None):
        told, ages = seen[account], len(seen[account].came) - 1
        why = f"orders of at least {days_needed(ages)} days are needed"
        if old_enough(told, counted.basis.whole):
            why = f"{told.defects} defects with a date in a year are too few (at least {LEAST})"
        yield Notice(
            "late_defects_unknown",
            f"account {account}: how late defects come cannot be learned ({why}): what may still come is not in the figures",
        )
    undated = sum(
        bad.first_at is None and (place[0], bad.order_id) not in set(counted.supposed)
        for one in found
        for place in [_place(one)]
        for bad in counted.defective[one.today.day].get(place, ())
    )
    if undated and any(one.outlook.late_learned_from is not None for one in found):
        yield Notice(
            "late_defects_undated",
            f"{undated} defective order{' is' if undated == 1 else 's are'} known without the day on which the defect came, and "
            "so left out of the range, which is too low for it: add them to your claims, chargebacks or feedback",
        )


def _supposed(store: Store, scenario: Scenario, counted: Counted, found: Sequence[Projection]) -> Iterator[Notice]:
    shown = {_place(one) for one in found}
    disputed = {row[3] for row in store.ask(DISPUTED) if row[:3] in shown} if scenario.without else set()
    for order_id in dict.fromkeys(scenario.without):
        if order_id not in disputed:
            yield Notice(
                "nothing_left_out",
                f"order {order_id} has no defect that counts or is pending: to leave it out changes nothing",
            )
    if scenario.add_defects:
        for one in found:
            place = _place(one)
            added = {bad.order_id for bad in counted.defective[one.today.day].get(place, ())}
            number = sum(account == one.account and order_id in added for account, order_id in counted.supposed)
            if number < scenario.add_defects:
                yield Notice(
                    "few_clean_orders",
                    f"{_where(one)}: only {number} of {scenario.add_defects} clean orders are in the window",
                )


def _where(one: Projection) -> str:
    return ", ".join([one.account, one.marketplace or "marketplace unknown", one.channel or "channel unknown"])


def _place(one: Projection) -> Place:
    return one.account, one.marketplace or "", one.channel or ""
