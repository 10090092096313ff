"""`atoz causes` as people read it: what stands out first, each with its sentence and what to do; then the rest in short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atoz_cli.answers import Cell, Column, Sheet
from atoz_cli.answers.causes import AtStake, CauseGroup, CausePlace, KindCount
from atoz_cli.kinds import CAUSES
from atoz_cli.sheets.words import chance, count, day, money, percent, phrase, place, several, where

BLOCKS = 6
"""Of more places than this, those where nothing stands out become a row each."""
NAMES = {
    "sku": "SKU", "asin": "ASIN", "carrier": "Carrier", "service": "Shipping service", "ship_from": "Shipped from",
    "state": "State or region", "handling": "Days to hand over", "weekday": "Day of the order", "price": "Price of the order",
}  # fmt: skip
RARE = 1e-9
TOO_FEW = (
    "Too few to tell: it could not stand out among so many groups even if every order of it were defective; "
    "look at more days (--days)."
)
YOUNG = (
    "The orders of the last days have had less time to gather defects. That is the same for all groups of a day, but a "
    "group whose orders are newer than the rest's looks better here than it is."
)
VERDICTS = {"stands_out": "stands out", "no_difference": "within chance", "too_few": "too few to tell", None: ""}


def causes(places: Sequence[CausePlace], *, everything: bool, days: bool, pending: bool) -> list[Sheet]:
    """A block for each account, marketplace and channel, worst first; every group where that is asked."""
    many = several(one.account for one in places)
    quiet = [one for one in places if not _out(one)] if len(places) > BLOCKS else []
    sheets = []
    for one in places:
        if one not in quiet:
            sheets.append(_block(one, many))
        if everything and one.groups:
            sheets.append(_every(one, many))
    if quiet:
        sheets.append(_quiet(quiet, many))
    return [*sheets, Sheet("", notes=tuple(_notes(places, days=days, pending=pending)))]


def _out(one: CausePlace) -> list[CauseGroup]:
    return [group for group in one.groups if group.verdict == "stands_out"]


def _block(one: CausePlace, many: bool) -> Sheet:
    out = _out(one)
    lead: list[str | Cell] = [_result(one, out)]
    lead.append(
        f"{count(one.defective_orders, 'defective order')} of {count(one.orders, 'order')} ({percent(one.rate)}) placed "
        f"{day(one.window.from_)} to {day(one.window.to)}; each group is held against all other orders"
    )
    lead += chance(one.orders, one.interval)
    lead += _about(one)
    for group, twin in _twinned(out):
        lead += _sentences(group, twin)
    columns = (
        Column("Looked at"), Column("Groups", "right"), Column("Stand out", "right"),
        Column("Within chance", "right", spare=True), Column("Too few to tell", "right"),
        Column("Orders not known", "right", spare=True),
    )  # fmt: skip
    rows = tuple(_summed(one)) if one.defective_orders else ()
    title = f"Where defects come from: {place(one.account, one.marketplace, one.channel, many=many)}"
    return Sheet(title, tuple(lead), columns if rows else (), rows)


def _result(one: CausePlace, out: Sequence[CauseGroup]) -> Cell:
    if not one.defective_orders:
        return Cell("No defective orders: nothing to compare", "good")
    if out:
        return Cell(f"{len(out):,} of {count(one.tested, 'group')} {'stands' if len(out) == 1 else 'stand'} out", "bad")
    if not one.tested:
        return Cell("There are no two groups to compare", "plain")
    return Cell(f"Nothing stands out among {count(one.tested, 'group')}: the differences are within chance", "good")


def _about(one: CausePlace) -> Iterator[str]:
    kinds = [group for group in one.groups if group.by == "kind"]
    if not kinds:
        return
    said = ", ".join(f"{_kind(group.group or '')} {group.defective_orders}" for group in kinds)
    yield f"What the defects are about: {said}"
    most = kinds[0]
    if most.measure is not None:
        yield f"Against the most frequent ({_kind(most.group or '')}): {most.measure.text} [{most.measure.practice}]"


def _kind(kind: str) -> str:
    return f"feedback: {phrase(kind)}" if kind in CAUSES else phrase(kind)


def _twinned(out: Sequence[CauseGroup]) -> Iterator[tuple[CauseGroup, CauseGroup | None]]:
    """What stands out, a SKU together with the ASIN that is the same product, told once."""

    def figures(one: CauseGroup) -> tuple[object, ...]:
        return one.orders, one.defective_orders, one.money, one.kinds

    products = {figures(one): one for one in out if one.by == "asin"}
    told = [products.get(figures(one)) for one in out if one.by == "sku"]
    for one in out:
        if one.by == "sku":
            yield one, products.get(figures(one))
        elif one not in told:
            yield one, None


def _sentences(one: CauseGroup, twin: CauseGroup | None) -> Iterator[str | Cell]:
    """What stands out, how sure that is, what it is about and costs, what to do."""
    assert one.rest is not None and one.p is not None and one.q is not None
    often = f": {one.times:g} times as often" if one.times is not None else ""
    named = f"{_name(one)} ({_name(twin)})" if twin else _name(one)
    yield Cell(
        f"{named}: {one.defective_orders:,} of {count(one.orders, 'order')} defective ({percent(one.rate)}), "
        f"the rest {percent(one.rest.rate)}{often}",
        "bad",
    )
    yield f"  Chance alone does that to {_one_in(one.p)} of such groups; q {_small(one.q)} over all groups looked at"
    parts = [f"About: {_kinds(one.kinds)}", *map(_stake, one.money)]
    yield f"  {'. '.join(parts)}."
    if one.measure is not None:
        yield f"  To do: {one.measure.text} [{one.measure.practice}]"


def _name(one: CauseGroup) -> str:
    said = one.group or "(not known)"
    return {
        "handling": f"Handed over after {said} {'day' if said == '1' else 'days'}",
        "weekday": f"Ordered on a {said}",
        "price": f"Orders of {said}",
    }.get(one.by, f"{NAMES[one.by]} {said}")


def _kinds(kinds: Sequence[KindCount]) -> str:
    return ", ".join(f"{_kind(one.kind)} {one.orders}" for one in kinds)


def _stake(one: AtStake) -> str:
    said = []
    if one.amount is not None:
        said.append(f"claimed {money(one.amount, one.currency)}")
    if one.order_amount is not None:
        said.append(f"orders of {money(one.order_amount, one.currency)}")
    return ", ".join(said).capitalize()


def _one_in(p: float) -> str:
    """`1 in 5,000`, to two digits."""
    if p < RARE:
        return "less than 1 in a billion"
    return f"1 in {int(float(f'{1 / p:.1e}')):,}"


def _small(value: float) -> str:
    return f"{value:.2g}" if value >= 0.0001 else "below 0.0001"


def _summed(one: CausePlace) -> Iterator[tuple[str, ...]]:
    """How the groups of each grouping came out."""
    for looked in one.looked_at:
        numbers = (looked.groups, looked.stands_out, looked.no_difference, looked.too_few, looked.unknown_orders)
        yield (NAMES[looked.by], *(f"{number:,}" if number else "" for number in numbers))


def _every(one: CausePlace, many: bool) -> Sheet:
    columns = (
        Column("By"), Column("Group", whole=False), Column("Defective", "right"), Column("Rate", "right"),
        Column("Rest", "right"), Column("Times", "right", spare=True), Column("p", "right", spare=True),
        Column("q", "right"), Column("Verdict"),
    )  # fmt: skip
    rows = tuple(
        (
            "Kind" if group.by == "kind" else NAMES[group.by],
            (_kind(group.group) if group.by == "kind" else group.group) if group.group else "(not known)",
            f"{group.defective_orders:,} of {group.orders:,}", percent(group.rate),
            percent(group.rest.rate) if group.rest is not None else "",
            "" if group.times is None else f"{group.times:g}", "" if group.p is None else _small(group.p),
            "" if group.q is None else _small(group.q),
            Cell(VERDICTS[group.verdict], "bad" if group.verdict == "stands_out" else "plain"),
        )
        for group in one.groups
    )  # fmt: skip
    return Sheet(f"Every group: {place(one.account, one.marketplace, one.channel, many=many)}", (), columns, rows)


def _quiet(places: Sequence[CausePlace], many: bool) -> Sheet:
    columns = (
        *((Column("Account"),) if many else ()), Column("Where"), Column("Defective", "right"), Column("Rate", "right"),
        Column("Groups", "right"),
    )  # fmt: skip
    rows = tuple(
        (
            *((one.account,) if many else ()), where(one.marketplace, one.channel),
            f"{one.defective_orders:,} of {one.orders:,}", percent(one.rate), f"{one.tested:,}",
        )
        for one in places
    )  # fmt: skip
    return Sheet("Where nothing stands out", (), columns, rows)


def _notes(places: Sequence[CausePlace], *, days: bool, pending: bool) -> Iterator[str]:
    if any(looked.too_few for one in places for looked in one.looked_at):
        yield TOO_FEW
    if any(_out(one) for one in places):
        yield "In brackets: the practice of the guide to the A-to-z Guarantee (atoz rules measures)."
    if days:
        yield YOUNG
    if pending:
        yield "Pending claims and chargebacks are counted here as if they were lost."
