"""Triage and the story of an order as people read them: what to do and by when first, then why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.claims import Alternative, OrderStory, Verdict
from atoz_cli.sheets.words import count, day, moment, money, percent, phrase, place, several

SOON = timedelta(hours=24)
SHOUT = {
    "let_amazon_refund": "LET AMAZON REFUND (never refund it yourself)",
}
LOUD = ("refund after filing", "Do not refund", "OVERDUE", "hours left")
ALARM = ("OVERDUE", "ONLY ", "Do NOT refund")
MARK = {True: "met", False: "failed", None: "unknown"}
ORDER = (
    "In the order of work: by date (overdue first), then by the rise of the ODR if it is lost, then by money (several "
    "currencies by rough rates: atoz rules odds)."
)
UTC_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) UTC")


def triage(verdicts: Sequence[Verdict], now: datetime, zone: tzinfo | None = UTC, name: str = "UTC") -> list[Sheet]:
    """A table of all, first to do first; then the reasons of those that ask for something. `now` is the as-of.

    Moments are told in `zone` (None: this machine's), which the table calls by its `name`.
    """
    many = several(one.account for one in verdicts)
    columns = (
        Column("Order"), *([Column("Account")] if many else []), Column(f"By ({name})"), Column("Do"),
        Column("Claim", whole=False),
    )  # fmt: skip
    rows = tuple(_row(one, many, now, zone) for one in verdicts)
    return [
        Sheet(
            "Claims to work on",
            (_summary(verdicts, now),),
            columns if rows else (),
            rows,
            (ORDER,) if len(rows) > 1 else (),
        ),
        *(_reasons(one, zone, name) for one in _busy(verdicts)),
    ]


def _busy(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one.action not in ("none", "accept")]


def _summary(verdicts: Sequence[Verdict], now: datetime) -> str | Cell:
    if not verdicts:
        return "No claims"
    busy = _busy(verdicts)
    late = sum(one.act_by is not None and one.act_by < now for one in busy)
    today = sum(one.act_by is not None and now <= one.act_by <= now + SOON for one in busy)
    text = f"{count(len(verdicts), 'claim')}: {len(busy)} to act on, {late} overdue, {today} due within 24 hours"
    return Cell(text, "bad" if late else "warn" if today else "plain")


def _row(one: Verdict, many: bool, now: datetime, zone: tzinfo | None) -> tuple[str | Cell, ...]:
    tone: Tone = "plain"
    if one.action in ("none", "accept"):
        tone = "dim"
    elif one.act_by is not None:
        tone = "bad" if one.act_by < now else "warn" if one.act_by <= now + SOON else "plain"
    return (
        one.order_id, *((one.account,) if many else ()), Cell(_local(one.act_by, zone), tone), Cell(phrase(one.action), tone),
        _claim(one),
    )  # fmt: skip


def _claim(one: Verdict) -> str:
    """`item not received, 19.90 USD; pending, ODR 0.99 % if lost`."""
    parts = [phrase(one.kind) + (" (chargeback)" if one.type == "chargeback" else ""), money(one.amount, one.currency)]
    effect = {True: "counts", False: "does not count", None: "pending"}[one.odr.counts]
    if one.odr.counts is not True and one.odr.rate_if_lost is not None:
        effect += f", ODR {percent(one.odr.rate_if_lost)} if lost"
    return f"{', '.join(part for part in parts if part)}; {effect}"


def _local(at: datetime | None, zone: tzinfo | None) -> str:
    """To the minute; what no calendar of that zone holds stays as it is."""
    if at is None:
        return ""
    try:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return moment(at)


def _told(text: str, zone: tzinfo | None, name: str) -> str:
    """A sentence whose moments are told in the zone."""
    if name == "UTC":
        return text

    def local(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00")
        return f"{_local(at, zone)} {name if zone else at.astimezone().tzname()}"

    return UTC_MOMENT.sub(local, text)


def _tone(text: str) -> Tone:
    if any(word in text for word in ALARM):
        return "bad"
    return "warn" if any(word in text for word in LOUD) else "plain"


def _ways(one: Verdict) -> list[str | Cell]:
    """What each way out is expected to cost, the inputs in the sentence."""
    ways: list[str | Cell] = [
        Cell(_way(way, one.currency), "plain" if way.chosen else "dim") for way in one.alternatives
    ]
    return [*ways, Cell(f"A defect: {one.defect_formula}.", "dim")] if ways else []


def _way(way: Alternative, currency: str | None) -> str:
    name = phrase(way.action) if way.action != "none" else "do nothing"
    head = f"{'Advised' if way.chosen else 'Or'}: {name}"
    cost = "cost unknown (no amount)" if way.cost is None else f"about {money(way.cost, currency)}"
    odds = ""
    if way.chance is not None:
        odds = (
            f", won in {percent(way.chance)} ({'your outcomes' if way.chance_from == 'outcomes' else 'our estimate'})"
        )
    rate = "" if way.rate is None else f", ODR {percent(way.rate)} expected"
    warning = f" {way.warning}" if way.warning else ""
    return f"{head}: {cost}{odds}{rate}. {way.formula}.{warning}"


def _tests(one: Verdict) -> str:
    """The eligibility tests and the conditions of protection in one line each way they came out."""
    found = [f"{phrase(test.test)} {MARK[test.met]}" for test in one.tests if test.of == "protection"]
    return f"Claims Protection: {', '.join(found)}." if found else ""


def _reasons(one: Verdict, zone: tzinfo | None, name: str) -> Sheet:
    title = f"{SHOUT.get(one.action, phrase(one.action).upper())}: {one.order_id}"
    if one.claim_id:
        title += f" ({one.claim_id})"
    said = [_told(reason.text, zone, name) for reason in one.why]
    tests = [text] if (text := _tests(one)) else []
    lead = (*(Cell(text, _tone(text)) for text in [*said, *tests]), *_ways(one))
    missing = [slot.slot for slot in one.evidence if slot.have is False]
    notes = [f"Missing proof: {', '.join(map(phrase, missing))}"] if missing else []
    return Sheet(title, lead, notes=tuple(notes))


def why(stories: Sequence[OrderStory]) -> list[Sheet]:
    """`atoz why`: whether the order counts, its defects with their rules, then its life."""
    many = several(one.account for one in stories)
    return [_story(one, many) for one in stories]


def _story(one: OrderStory, many: bool) -> Sheet:
    tone: Tone = "bad" if one.counts else "warn" if one.counts is None else "good"
    says = {True: "Counts against you", False: "Does not count against you", None: "Pending: it may count"}[one.counts]
    lead: list[str | Cell] = [Cell(says + _where(one), tone)]
    if one.enters_on is not None:
        lead.append(
            f"Placed {day(one.placed_on)}: in the window from {day(one.enters_on)}, out of it on {day(one.leaves_on)}"
        )
    if one.rate_without is not None:
        lead.append(
            f"The rate now is {percent(one.rate_now)}; without this order's defects {percent(one.rate_without)}"
        )
    if one.skus:
        lead.append(f"SKU {', '.join(one.skus)}")
    for defect in one.defects:
        counts = {True: "counts", False: "does not count", None: "pending"}[defect.counts]
        on, standing = day(defect.on) or "unknown date", phrase(defect.standing)
        lead.append(
            Cell(f"{phrase(defect.kind)} of {on}: {standing}" + ("" if standing == counts else f", {counts}"), tone)
        )
        lead.append(
            f"  {defect.text} [{defect.rule}; {defect.cite}]" if defect.text else f"  [{defect.rule}; {defect.cite}]"
        )
    columns = (Column("When (UTC)"), Column("What", whole=False), Column("From", whole=False))
    rows = tuple((moment(event.at) or "no date", event.what, f"{event.file} row {event.row}") for event in one.timeline)
    return Sheet(
        f"Order {one.order_id}: {place(one.account, one.marketplace, one.channel, many=many)}",
        tuple(lead),
        columns,
        rows,
    )


def _where(one: OrderStory) -> str:
    if one.in_window is None:
        return ""
    if not one.defects:
        return ": it has no defect"
    return "" if one.in_window else ", but is not in the window now"
