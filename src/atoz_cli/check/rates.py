"""The ODR of every account now and ahead in; findings where it is missed, near its limit, or on its way there, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from atoz_cli.answers import Notice
from atoz_cli.answers.check import Alert, Code, Severity
from atoz_cli.answers.projection import ProjectedDay, Projection
from atoz_cli.check.watch import Watch
from atoz_cli.metrics import Question
from atoz_cli.metrics.arithmetic import below
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.project import Scenario, projected_and_told

SOONEST = 1
ORDERS = "atoz odr --orders shows the orders that count"
AHEAD = "atoz project shows each day; atoz triage what can still be won"


def rate_alerts(
    store: Store, book: Book, question: Question, watches: Mapping[str, Watch]
) -> tuple[list[Alert], list[Notice], set[tuple[str, str]]]:
    """Of every account, marketplace and channel with orders in its window or on the way into it; last, of which it is told."""
    days = max((watch.missed_within or 0 for watch in watches.values()), default=0)
    found, notices = projected_and_told(store, book, question, Scenario(max(days, SOONEST), None, 0, (), "as-is"))
    alerts = [alert for one in found for alert in _alerts(one, watches[one.account])]
    return alerts, notices, {(one.account, one.marketplace or "") for one in found}


def _alerts(one: Projection, watch: Watch) -> Iterator[Alert]:
    today, limit = one.today, watch.rates.get("odr")
    where = f"{one.marketplace or 'marketplace unknown'} {(one.channel or 'channel unknown').upper()}"
    if today.status == "no_orders":
        text = f"the ODR of {where} is not known: no orders are in its window"
        yield _alert(one, "no_orders", "unknown", 0, text, "import All Orders of those days")
        return
    said = f"ODR {where}: {_percent(today)} ({today.defective_orders:,} of {today.orders:,} orders)"
    if today.status == "missed":
        back = one.outlook.first_met_on
        again = f", met again on {back}" if back else ""
        text = f"{said}, {-(today.headroom or 0):,} too many{again}"
        yield _alert(one, "odr_missed", "error", -(today.headroom or 0), text, ORDERS)
        return
    if limit is not None and not below(today.defective_orders, today.orders, limit):
        text = f"{said}, not below your own limit of {float(limit) * 100:g} %"
        yield _alert(one, "rate_over", "error", today.defective_orders, text, ORDERS)
    if watch.headroom is not None and today.headroom is not None and today.headroom <= watch.headroom:
        text = f"{said}: {_more(today.headroom + 1)} and it is missed"
        yield _alert(one, "headroom_low", "warning", watch.headroom - today.headroom, text, ORDERS)
    if today.if_pending_lost.status == "missed":
        lost = today.if_pending_lost
        text = f"{said}: {lost.defective_orders:,} defective orders and missed if every pending claim is lost"
        yield _alert(
            one, "odr_missed_if_lost", "warning", lost.defective_orders, text, "atoz triage says what to do with each"
        )
    missed = one.outlook.first_missed_on
    if watch.missed_within is not None and missed is not None and missed <= today.day + timedelta(watch.missed_within):
        text = f"{said}: by what is known it is missed from {missed}"
        yield _alert(one, "odr_missed_soon", "error", 0, text, AHEAD)


def _alert(one: Projection, code: Code, severity: Severity, weight: int, text: str, hint: str) -> Alert:
    return Alert(one.account, one.marketplace, one.channel, code, severity, "odr", None, weight, text, hint)


def _percent(day: ProjectedDay) -> str:
    """With as many places as show on which side of the limit it is."""
    rate = day.rate or 0.0
    if rate == day.limit:
        return f"{rate * 100:.2f} %"
    for places in (2, 3, 4):
        text = f"{rate * 100:.{places}f}"
        if text != f"{day.limit * 100:.{places}f}":
            break
    return f"{text} %"


def _more(number: int) -> str:
    return f"{number:,} more defective order{'' if number == 1 else 's'}"
