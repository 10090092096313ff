"""The reports that a store knows in, what they teach together out: whether another way of counting agrees with more of them.

A suggestion with its evidence; nothing is ever changed by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers.reconcile import Fit, Learned
from atoz_cli.metrics import Question
from atoz_cli.metrics.question import Asked
from atoz_cli.reconcile.compare import Compared
from atoz_cli.reconcile.ours import Asking, Counts, Ours, counts_of
from atoz_cli.reconcile.switches import leaves_out, zone_of
from atoz_cli.reconcile.theirs import Theirs

Ways = dict[str, Asking]
"""A way of counting by its name: as asked, by another clock, with cancelled orders otherwise."""


def ways_of(ours: Ours, asking: Asking, marketplace: str, *, several: bool) -> Ways:
    """The ways of counting that reports can tell apart; one report alone is no evidence for another than the one asked."""
    found = {"as_asked": asking}
    if not several:
        return found
    zone = zone_of(ours.book, asking, marketplace)
    if zone is not None and zone != asking.timezone:
        found["timezone"] = replace(asking, timezone=zone)
    found["cancelled"] = replace(asking, leave_out_cancelled=not leaves_out(ours.book, asking))
    return found


class Reported(Struct, frozen=True):
    """How one report fared: the ways of counting in which all figures that it says are ours, of those in which it could be compared."""

    fits: frozenset[str]
    compared: frozenset[str]


def earlier(
    ours: Ours, ways: Ways, marketplace: str, channel: str | None, reports: Sequence[Theirs], places: int
) -> list[Reported]:
    """How other reports fared, each counted on its own day: all days in one question a way."""
    newest = {one.made_on: one for one in reports if one.made_on and one.starts_on and one.ends_on}
    if not newest:
        return []
    counted = {name: _counted(ours, way, marketplace, channel, sorted(newest)) for name, way in ways.items()}
    fared = []
    for one in newest.values():
        key = (one.made_on, one.starts_on, one.ends_on)
        fared.append(
            _reported(
                {name: Compared(one.said, counts[key], places) for name, counts in counted.items() if key in counts}
            )
        )
    return fared


def of_this(ours: Ours, ways: Ways, marketplace: str, one: Theirs, places: int) -> Reported:
    """How the report itself fares in each way."""
    return _reported(
        {name: Compared(one.said, ours.of(way, marketplace, one.channel), places) for name, way in ways.items()}
    )


def _reported(ways: Mapping[str, Compared]) -> Reported:
    told = {name: way.verdict for name, way in ways.items() if way.verdict != "cannot_compare"}
    return Reported(frozenset(name for name, verdict in told.items() if verdict == "same"), frozenset(told))


Key = tuple[date | None, date | None, date | None]
"""The day of a report, first and last day of its window."""


def _counted(ours: Ours, way: Asking, marketplace: str, channel: str | None, days: Sequence[date]) -> dict[Key, Counts]:
    """Our counts of each day, all channels and days asked at once."""
    asked = tuple(Asked(datetime.combine(day, time.max, UTC), day) for day in days)
    question = Question(
        as_of=asked[-1].as_of, day=asked[-1].day, account=way.account, marketplace=marketplace,
        timezone=way.timezone, leave_out_cancelled=way.leave_out_cancelled, days=asked,
    )  # fmt: skip
    found: dict[Key, Counts] = {}
    for day, one in ours.days(question):
        if channel in (None, one.channel):
            key = (day, one.window.from_, one.window.to)
            found[key] = found.get(key, Counts()).plus(counts_of(one))
    return found


def learned(ours: Ours, ways: Ways, marketplace: str, lag_days: int | None, reports: Sequence[Reported]) -> Learned:
    """What the reports teach together."""
    asking = ways["as_asked"]
    values = {
        "as_asked": None,
        "timezone": zone_of(ours.book, asking, marketplace),
        "cancelled": "in" if leaves_out(ours.book, asking) else "out",
    }
    fits = tuple(
        Fit(name, values[name], sum(name in one.fits for one in reports), sum(name in one.compared for one in reports))  # type: ignore[arg-type]
        for name in ways
    )
    least = int(ours.book.at("reconcile", asking.day, marketplace or None)["least_reports"])
    return Learned(lag_days, sum(bool(one.compared) for one in reports), fits, _suggestion(fits, least))


OPTIONS = {"timezone": "--timezone {}", "cancelled": "--cancelled-{}"}


def _suggestion(fits: Sequence[Fit], least: int) -> str | None:
    """Said where another way agrees with more reports than the one asked for, and with enough of them."""
    now = fits[0].same
    most = max(one.same for one in fits)
    if most <= now or most < least:
        return None
    best = [one for one in fits[1:] if one.same == most]
    options = " or ".join(OPTIONS[one.counted].format(one.value) for one in best)
    return (
        f"{most} of {best[0].reports} known reports agree in all figures with {options}, {now} without: "
        "an assumption to try, not a rule of Amazon's"
    )
