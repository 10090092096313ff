"""One window and what it is compared with in, the single switches out that would bring our figures nearer to Amazon's.

Amazon does not say by whose clock orders fall on days, whether cancelled orders and undecided claims count, or how long
the lag is. Each is tried alone; combinations are not guessed at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers.reconcile import Cause, Explanation
from atoz_cli.policy import Book
from atoz_cli.reconcile.compare import moves_of
from atoz_cli.reconcile.ours import Asking, Counts, Ours


class Switch(Struct, frozen=True):
    """One other way of counting: what it is called, what is asked then, and what it means."""

    cause: Cause
    value: str | None
    asking: Asking
    text: str
    rule: str | None


Equal = Callable[[Asking, Counts], bool]
"""Whether all that can be compared is equal when it is asked so, and gives these counts."""


def tried(
    ours: Ours, asking: Asking, marketplace: str, channel: str | None, equal: Equal, *, lag_too: bool = True
) -> list[Explanation]:
    """Every switch that moves a figure, those that make all equal first."""
    base = ours.of(asking, marketplace, channel)
    found = []
    for switch in _switches(ours.book, asking, marketplace, lag_too):
        counts = ours.of(switch.asking, marketplace, channel)
        fits = equal(switch.asking, counts)
        if counts != base or fits:
            found.append(_explained(ours.book, asking, marketplace, switch, counts.minus(base), fits))
    if channel is None:
        found += _channels(ours, asking, marketplace, base, equal)
    return sorted(found, key=lambda one: not one.makes_equal)


def _switches(book: Book, asking: Asking, marketplace: str, lag_too: bool) -> Iterator[Switch]:
    zone = zone_of(book, asking, marketplace)
    if zone is not None and zone != asking.timezone:
        text = f"orders put on days by the clock of {zone} instead of {asking.timezone}"
        yield Switch("timezone", zone, replace(asking, timezone=zone), text, "odr.day")
    out = leaves_out(book, asking)
    word, text = ("in", "cancelled orders counted") if out else ("out", "cancelled orders left out")
    yield Switch("cancelled", word, replace(asking, leave_out_cancelled=not out), text, "odr.cancelled_orders")
    text = "what is pending counted"
    yield Switch("pending_counted", None, replace(asking, pending_too=True), text, "odr.pending")
    most = int(book.at("reconcile", asking.day, marketplace or None)["lag_tried_days"]) if lag_too else 0
    for days in (shift for step in range(1, most + 1) for shift in (step, -step)):
        yield _lagging(asking, days)


def _lagging(asking: Asking, days: int) -> Switch:
    """The window so many days earlier (a longer lag), or later."""
    earlier = timedelta(days=days)
    other = replace(asking, starts_on=asking.starts_on - earlier, ends_on=asking.ends_on - earlier)
    when = f"{abs(days)} {'day' if abs(days) == 1 else 'days'} {'earlier' if days > 0 else 'later'}"
    text = f"the orders of {other.starts_on} to {other.ends_on}: a window {when}"
    return Switch("lag", f"{days:+d}", other, text, "odr.lag_days")


def _channels(ours: Ours, asking: Asking, marketplace: str, base: Counts, equal: Equal) -> Iterator[Explanation]:
    """A report that tells no channel may be about one of them."""
    for channel, text in (("mfn", "seller-fulfilled orders alone"), ("afn", "orders fulfilled by Amazon alone")):
        counts = ours.of(asking, marketplace, channel)
        if counts != base:
            switch = Switch("channel", channel, asking, text, None)
            yield _explained(ours.book, asking, marketplace, switch, counts.minus(base), equal(asking, counts))


def _explained(book: Book, asking: Asking, marketplace: str, switch: Switch, moves: Counts, fits: bool) -> Explanation:
    cite = book.reason(switch.rule, asking.day, marketplace or None, "").cite if switch.rule else None
    return Explanation(switch.cause, switch.value, moves_of(moves), fits, switch.text, switch.rule, cite)


def zone_of(book: Book, asking: Asking, marketplace: str) -> str | None:
    """The clock of a marketplace, as far as it is written down."""
    zone = book.at("reconcile", asking.day, marketplace or None).get("zone")
    return None if zone is None else str(zone)


def leaves_out(book: Book, asking: Asking) -> bool:
    """Whether cancelled orders are left out as it is asked."""
    if asking.leave_out_cancelled is not None:
        return asking.leave_out_cancelled
    return bool(book.at("odr", asking.day)["cancelled_orders"] == "leave_out")


def local_day(moment: datetime | None, zone: str) -> date | None:
    """The date of a moment by a clock."""
    return moment.astimezone(ZoneInfo(zone)).date() if moment else None
