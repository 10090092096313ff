"""Whether a rate changed, as people read it: one sentence, and the weeks of orders that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Cell, Column, Sheet
from atoz_cli.answers.trend import Side, TrendTest
from atoz_cli.sheets.words import count, percent, place, plural, several

Named = tuple[str, str, str]
"""The title of a metric, what its numerator counts and what its denominator, in the singular."""


def tests(found: Sequence[TrendTest], named: Named) -> list[Sheet]:
    """`atoz trend --test`: the sentence, the two sides, and the weeks that it is about."""
    many = several(one.account for one in found)
    return [_test(one, named, many) for one in found]


def _test(one: TrendTest, named: Named, many: bool) -> Sheet:
    lead: list[str | Cell] = [verdict(one, named)]
    if one.from_ and one.to:
        lead.append(
            f"Orders placed {one.from_} to {one.to}, week by week, each {one.follow_up_days} days after its end: "
            "what counted as far as it was known then"
        )
    lead += [_undated(one)] if one.undated_defects or one.undated_decisions else []
    change = one.week if one.verdict in ("rose", "fell") else None
    rows = tuple(
        (
            f"{week.from_} … {week.to:%m-%d}", f"{week.numerator:,} of {week.denominator:,}",
            percent(week.numerator / week.denominator),
            Cell(f"{one.verdict} from here on", "bad" if one.verdict == "rose" else "good") if week.from_ == change else "",
        )
        for week in one.weeks
    )  # fmt: skip
    columns = (Column("Orders of the week"), Column("Counted", "right"), Column("Rate", "right"), Column(""))
    title = f"{named[0]}, more than chance? {place(one.account, one.marketplace, one.channel, many=many)}"
    note = (
        "Orders are taken as going wrong one by one: a bad batch, or one buyer's many orders, can look like a change."
    )
    return Sheet(title, tuple(lead), columns, rows, (note,))


def verdict(one: TrendTest, named: Named) -> Cell:
    """One sentence: what changed, when, and whether that is more than chance."""
    counted = f"{count(one.numerator, named[1], plural(named[1]))} of {count(one.denominator, named[2])}"
    if one.verdict == "too_few" or one.before is None or one.after is None:
        return Cell(f"Too few to tell a change from chance: {counted} in {count(len(one.weeks), 'week')}", "dim")
    if one.verdict == "no_change":
        weeks = f"{counted} in {count(len(one.weeks), 'week')}, p = {_p(one)}"
        return Cell(f"No change that chance could not make: {weeks}", "dim")
    return Cell(
        f"It {one.verdict} from {_side(one.before)} to {_side(one.after)} with the orders of the week of {one.week}: "
        f"more than chance (p = {_p(one)})",
        "bad" if one.verdict == "rose" else "good",
    )


def _side(one: Side) -> str:
    low, high = one.interval or (0.0, 0.0)
    span = f"{percent(low).removesuffix(' %')} to {percent(high)}"
    return f"{percent(one.rate)} ({one.numerator:,} of {one.denominator:,}; {span})"


def _p(one: TrendTest) -> str:
    return "less than 0.0001" if (one.p or 0) < 0.0001 else f"{one.p:.4f}".rstrip("0")


def _undated(one: TrendTest) -> Cell:
    parts = []
    if one.undated_defects:
        parts.append(f"{count(one.undated_defects, 'order')} whose defect has no date left out")
    if one.undated_decisions:
        parts.append(
            f"{count(one.undated_decisions, 'order')} whose claim was decided without a date: new weeks may look too good"
        )
    return Cell("; ".join(parts), "warn")
