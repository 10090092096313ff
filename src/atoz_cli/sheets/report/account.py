"""One account in, its sections out: the rates, their charts, deadlines, what leaves, what may come, causes, the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers import Cell, Column, Sheet
from atoz_cli.answers.health import HealthMeasure
from atoz_cli.answers.page import Block, Calendar, Dated, Graph, Section, Tile, Tiles
from atoz_cli.answers.rates import DefectiveOrder, FeedbackItem, Measure
from atoz_cli.answers.report import AccountReport
from atoz_cli.sheets.causes import causes
from atoz_cli.sheets.claims import triage
from atoz_cli.sheets.doctor import doctor
from atoz_cli.sheets.health import health
from atoz_cli.sheets.prevent import prevent
from atoz_cli.sheets.rates import feedback_list
from atoz_cli.sheets.report.graphs import graphs
from atoz_cli.sheets.report.sentence import busy
from atoz_cli.sheets.words import chance, count, day, money, percent, phrase, place, where

if TYPE_CHECKING:
    from atoz_cli.sheets.report import Drawn

AHEAD = 56
"""The calendar shows so many days."""
MOST = 50
"""So many rows of a list are read; all are in the JSON."""
FEW = 6
"""Of one of many accounts."""
SPARSE = 4
"""The table of its charts has every fourth week."""
RECENT = 90
"""So many days back are drawn of it."""
CHARTS = 2
"""Of so many of its marketplaces and channels."""
One = TypeVar("One", bound=Struct)


def account_sections(one: Drawn, anchor: str, now: datetime, *, brief: bool = False) -> tuple[Section, ...]:
    """All of it, without what is empty; `anchor` makes the names of the sections differ from other accounts'.

    `brief`: one of many accounts. Lists are short, and what is the same for all, or the why of each claim, is left out.
    """
    report, most = one.report, FEW if brief else MOST
    told = [row for row in report.health if row.status == "missed"] if brief else report.health
    made: list[tuple[str, str, Sequence[Block], bool]] = [
        ("rates", "Order Defect Rate", [_tiles(report)] if report.odr else [], False),
        ("charts", "Where it comes from and where it goes", _charts(one, brief=brief), False),
        ("since", f"Since {day(report.since)}", [_since(report, most)], False),
        ("deadlines", "Claims to act on", _deadlines(report, now, most), False),
        ("kinds", "Open claims by kind", [_kinds(report)] if report.claims_by_kind else [], False),
        ("leaving", "When defects leave the window", _leaving(report, now, most)[brief:], False),
        ("prevent", "Before it is a claim", _risks(report, now, most, brief=brief), False),
        ("causes", "Causes that stand out", _causes(one), False),
        ("feedback", "Feedback to answer or have removed", _feedback(report.feedback, most, brief=brief), False),
        ("health", "Other metrics of Account Health", _health(told, brief=brief), False),
        ("lacks", "What the data lacks", _lacks(report, most), False),
        ("reasons", "Why, claim by claim", [] if brief else _reasons(report, now), True),
        ("assumed", "What these figures rest on", [] if brief else [assumed(report)], True),
    ]  # fmt: skip
    return tuple(
        Section(f"{anchor}-{name}", title, tuple(blocks), folded) for name, title, blocks, folded in made if blocks
    )


def _charts(one: Drawn, *, brief: bool) -> list[Graph]:
    """Of every marketplace and channel; in brief of those with the least room, and not so far back."""
    if not brief:
        return graphs(one.lines, one.projections)
    worst = sorted(one.report.odr, key=lambda rate: (rate.headroom, -(rate.rate or 0.0)))[:CHARTS]
    places = [(rate.marketplace, rate.channel) for rate in worst]
    lines = [
        (points[-RECENT:], marks)
        for points, marks in one.lines
        if (points[-1].marketplace, points[-1].channel) in places
    ]
    ahead = [projection for projection in one.projections if (projection.marketplace, projection.channel) in places]
    return graphs(lines, ahead, SPARSE)


def _risks(report: AccountReport, now: datetime, most: int, *, brief: bool) -> list[Block]:
    if not report.risks:
        return []
    sheets = _titled(prevent(_unnamed(report.risks[:most]), now))
    shown = sheets[:1] if brief else sheets
    return [*shown[:-1], replace(shown[-1], notes=(*shown[-1].notes, *_more(len(report.risks), most)))]


def _health(rows: Sequence[HealthMeasure], *, brief: bool) -> list[Block]:
    if not rows:
        return []
    sheets = _titled(health(_unnamed(rows)))
    return [replace(sheets[0], lead=(), notes=())] if brief else list(sheets)


def _lacks(report: AccountReport, most: int) -> list[Block]:
    return list(_titled(doctor(report.lacks[:most])))


def _unnamed(some: Sequence[One]) -> list[One]:
    """The same without the account, which is the title of its part."""
    return [replace(one, account="default") for one in some]


def _titled(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The section has the title of its first sheet."""
    return [replace(sheet, title="") if at == 0 else sheet for at, sheet in enumerate(sheets)]


def _tiles(report: AccountReport) -> Tiles:
    return Tiles(tuple(_tile(one) for one in report.odr))


def _tile(one: Measure) -> Tile:
    lost = one.if_pending_lost
    near = one.headroom <= 2 or lost.status == "missed"
    room = (
        f"Missed: {count(-one.headroom, 'defective order')} too many"
        if one.status == "missed"
        else f"Met: {count(one.headroom + 1, 'more defective order')} and it is missed"
    )
    lines = [
        f"{one.defective_orders:,} of {one.orders:,} orders placed",
        f"{day(one.window.from_)} to {day(one.window.to)}",
        f"feedback {one.negative_feedback_orders}, claims {one.claim_orders}, chargebacks {one.chargeback_orders}",
    ]
    if lost.defective_orders > one.defective_orders:
        lines.append(f"{percent(lost.rate, one.limit)} ({lost.status}) if every pending claim is lost")
    if one.next_leaves_on is not None:
        lines.append(f"next defect leaves on {day(one.next_leaves_on)}")
    lines += [cell.text for cell in chance(one.orders, one.interval)]
    return Tile(
        place(one.account, one.marketplace, one.channel, many=False), percent(one.rate, one.limit), room,
        "bad" if one.status == "missed" else "warn" if near else "good", tuple(lines), one.rate, one.limit,
    )  # fmt: skip


def _since(report: AccountReport, most: int) -> Sheet:
    moved = [
        f"{where(one.marketplace, one.channel)}: {percent(one.rate_then, one.limit)} → {percent(one.rate_now, one.limit)}"
        for one in report.rates_since
    ]
    lead = ["; ".join(moved)] if moved else []
    if not report.changes:
        return Sheet("", (*lead, "No order became defective or ceased to be, no claim was filed or decided."))
    columns = (Column("When"), Column("Order"), Column("Where"), Column("What", whole=False))
    rows = tuple(
        ((one.at or "")[:10], one.order_id, where(one.marketplace, one.channel), one.text)
        for one in report.changes[-most:]
    )
    return Sheet("", tuple(lead), columns, rows, _more(len(report.changes), most))


def _deadlines(report: AccountReport, now: datetime, most: int) -> list[Block]:
    acting = busy(report.claims)
    if not acting:
        return [Sheet("", ("No claim asks for anything today.",))]
    table = triage(_unnamed(acting[:most]), now)[0]
    lead = triage(_unnamed(acting), now)[0].lead
    return [replace(table, title="", lead=lead, notes=_more(len(acting), most))]


def _reasons(report: AccountReport, now: datetime) -> list[Block]:
    acting = busy(report.claims)[:MOST]
    return list(triage(_unnamed(acting), now)[1:]) if acting else []


def _kinds(report: AccountReport) -> Sheet:
    columns = (Column("Kind"), Column("Claims", "right"), Column("Money", "right"), Column("What to do", whole=False))
    rows = tuple(
        (
            phrase(one.kind), f"{one.claims:,}", ", ".join(money(each.amount, each.currency) for each in one.money) or "not known",
            ", ".join(f"{phrase(each.action)} ({each.claims})" for each in one.actions),
        )
        for one in report.claims_by_kind
    )  # fmt: skip
    return Sheet("", (), columns, rows)


def _leaving(report: AccountReport, now: datetime, most: int) -> list[Block]:
    today = now.date()
    last = today + timedelta(days=AHEAD - 1)
    coming = [one for one in report.leaving if one.leaves_on > today]
    if not coming:
        return []
    dated = tuple(
        Dated(on, len(some), f"{count(len(some), 'defective order')} leaving: {_ids(some)}")
        for on, group in groupby(coming, key=lambda one: one.leaves_on)
        if on <= last and (some := list(group))
    )
    columns = (Column("Leaves on"), Column("Order"), Column("Where"), Column("Defects", whole=False))
    rows = tuple(
        (day(one.leaves_on), one.order_id, where(one.marketplace, one.channel), _defects(one)) for one in coming[:most]
    )
    alone, many = len(coming) == 1, count(len(coming), "order")
    title = f"{many} that {'counts' if alone else 'count'} now, by the first day without {'it' if alone else 'them'}."
    return [Calendar(title, today, last, dated), Sheet("", (), columns, rows, _more(len(coming), most))]


def _ids(some: Sequence[DefectiveOrder]) -> str:
    return ", ".join(one.order_id for one in some[:3]) + (" …" if len(some) > 3 else "")


def _defects(one: DefectiveOrder) -> str:
    return ", ".join(
        dict.fromkeys(f"{phrase(defect.kind)} {day(defect.on)}".strip() for defect in one.defects if defect.counts)
    )


def _causes(one: Drawn) -> list[Block]:
    if not any(group.verdict == "stands_out" for place in one.causes for group in place.groups):
        return (
            [Sheet("", ("No product, carrier, place or day stands out by more than chance.",))]
            if one.report.odr
            else []
        )
    places = [replace(place, account="default") for place in one.causes]
    return list(causes(places, everything=False, days=False, pending=False))


def _feedback(items: Sequence[FeedbackItem], most: int, *, brief: bool) -> list[Block]:
    if not items:
        return []
    sheet = feedback_list(list(items[:most]))[0]
    if brief:  # the why of each is long
        sheet = replace(sheet, columns=sheet.columns[:-1], rows=tuple(row[:-1] for row in sheet.rows))
    return [replace(sheet, title="", notes=(*sheet.notes, *_more(len(items), most)))]


def assumed(report: AccountReport) -> Sheet:
    """The rules that decided, each with its source."""
    columns = (Column("Rule"), Column("What it says", whole=False), Column("From", whole=False))
    rows = tuple((one.rule, one.text, one.cite) for one in report.rules)
    lead = f"Policy {report.policy}: `atoz rules` prints every rule with its dates and its source."
    return Sheet("", (Cell(lead, "dim"),), columns, rows)


def _more(number: int, most: int) -> tuple[str, ...]:
    return (f"{number - most:,} more: `atoz report --account`, or the JSON.",) if number > most else ()
