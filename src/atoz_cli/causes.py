"""A question in, where its defects come from out: every group of orders held against the rest, what stands out first.

A group stands out where its q is at most `LIKELY`: of all groups that do, that share at most is expected to be there by
chance. It is too few to tell where it could not stand out even if every order of it were defective.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from atoz_cli.answers.causes import AtStake, CauseGroup, CausePlace, KindCount, LookedAt, Remedy, Rest, Verdict
from atoz_cli.metrics import Question, Span, window_of
from atoz_cli.metrics.arithmetic import rate, wilson
from atoz_cli.metrics.comparing import adjusted, all_defective, at_least, significant
from atoz_cli.metrics.counting_groups import Counted, Place, count_groups, total
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book, Rule

GROUPINGS = ("sku", "asin", "carrier", "service", "ship_from", "state", "handling", "weekday", "price", "kind")
LIKELY = 0.05


class Asked(Struct, frozen=True):
    """What is asked beside the orders: the groupings, the least orders of a group, whether pending defects count,
    and whether all groups are answered or what stands out alone."""

    by: tuple[str, ...] = GROUPINGS
    min_orders: int = 1
    pending: bool = False
    everything: bool = False


class Group(Struct, frozen=True):
    """One group as it was counted. `rest`: orders and defective orders of the others; None where there is no comparing."""

    by: str
    name: str
    orders: int
    mine: frozenset[int]
    """its defective orders"""
    rest: tuple[int, int] | None

    @property
    def key(self) -> tuple[str, str]:
        """Which of the groups of a place it is."""
        return self.by, self.name


class Quiet(Struct, frozen=True):
    """Groups of one size without a defective order, which chance can always explain. `rest` as that of a group."""

    by: str
    orders: int
    groups: int
    rest: tuple[int, int] | None


class Judged(Struct, frozen=True):
    """What chance says of a group."""

    p: float
    q: float
    verdict: Verdict


Verdicts = dict[tuple[str, str], Judged]
"""Grouping and group to what chance says."""


def causes(store: Store, book: Book, question: Question, spans: Sequence[Span], asked: Asked) -> list[CausePlace]:
    """Every account, marketplace and channel with orders in its window, the worst rate first. `lay_out` comes before."""
    counted = count_groups(store, book, question, asked.by, pending=asked.pending, everything=asked.everything)
    windows = {(span.account, span.marketplace): span for span in spans}
    found = [_place(book, question.day, counted, place, windows[place[:2]], asked) for place in counted.orders]
    return sorted(
        found,
        key=lambda one: (
            -(one.rate or 0), -one.defective_orders, -one.orders, one.account, one.marketplace or "~", one.channel or "~",
        ),
    )  # fmt: skip


def _place(book: Book, day: date, counted: Counted, place: Place, span: Span, asked: Asked) -> CausePlace:
    account, marketplace, channel = place
    orders, defective = counted.orders[place], len(counted.defective.get(place, ()))
    groups, quiet = list(groups_of(counted, place, asked)), list(quiet_of(counted, place, asked))
    judged, reach = judge(groups, quiet)
    groups += kinds_of_place(counted, place) if "kind" in asked.by else []
    rule = book.at("measures", day, marketplace or None)
    shown = [
        _answer(counted, rule, place, span, one, judged.get(one.key))
        for one in sorted(groups, key=lambda one: _rank(one, judged.get(one.key)))
        if asked.everything or one.by == "kind" or (one.key in judged and judged[one.key].verdict == "stands_out")
    ]
    return CausePlace(
        account, marketplace or None, channel or None, window_of(span), orders, defective, rate(defective, orders),
        wilson(defective, orders), tuple(_looked(groups, quiet, judged, reach, asked.by)), tuple(shown),
    )  # fmt: skip


def groups_of(counted: Counted, place: Place, asked: Asked) -> Iterator[Group]:
    """Each group of a place with its rest: the other orders of which the same is known."""
    for by in asked.by:
        bad, known_bad = counted.bad.get((by, place), {}), _known_bad(counted, by, place)
        known = counted.known.get((by, place), 0)
        for name, orders in counted.groups.get((by, place), {}).items():
            if orders >= asked.min_orders:
                mine = frozenset(bad.get(name, ()))
                rest = (known - orders, len(known_bad) - len(mine)) if name and known > orders else None
                yield Group(by, name, orders, mine, rest)


def quiet_of(counted: Counted, place: Place, asked: Asked) -> Iterator[Quiet]:
    """The groups of a place that are not told of one by one."""
    for by in asked.by:
        bad = _known_bad(counted, by, place)
        known = counted.known.get((by, place), 0)
        for orders, groups in counted.quiet.get((by, place), {}).items():
            if orders >= asked.min_orders:
                yield Quiet(by, orders, groups, (known - orders, len(bad)) if known > orders else None)


def _known_bad(counted: Counted, by: str, place: Place) -> set[int]:
    """The defective orders of which a group is known."""
    return {order for name, orders in counted.bad.get((by, place), {}).items() if name for order in orders}


def kinds_of_place(counted: Counted, place: Place) -> Iterator[Group]:
    """What the defects are about: over all orders, since only a defect has a kind."""
    having: dict[str, set[int]] = {}
    for order in counted.defective.get(place, ()):
        for kind in counted.kinds.get(order, ()):
            having.setdefault(kind, set()).add(order)
    for kind, mine in having.items():
        yield Group("kind", kind, counted.orders[place], frozenset(mine), None)


def judge(groups: Sequence[Group], quiet: Sequence[Quiet]) -> tuple[Verdicts, float]:
    """What chance says of each group that can be compared, for having looked at all of them.

    Last, the p that one more group must have to stand out as well.
    """
    certain = sum(one.groups for one in quiet if one.rest is not None)
    tested = [(one, one.rest) for one in groups if one.rest is not None]
    chances = [
        at_least(len(one.mine), one.orders, len(one.mine) + rest[1], one.orders + rest[0]) for one, rest in tested
    ]
    after = adjusted(chances, certain)
    reach = LIKELY * (sum(q <= LIKELY for q in after) + 1) / max(1, len(tested) + certain)
    return {
        one.key: Judged(significant(p), significant(q), "stands_out" if q <= LIKELY else _else(one.orders, rest, reach))
        for (one, rest), p, q in zip(tested, chances, after, strict=True)
    }, reach


def _else(orders: int, rest: tuple[int, int], reach: float) -> Verdict:
    """What is to be said of a group of so many orders that does not stand out."""
    return "too_few" if all_defective(orders, rest[1], orders + rest[0]) > reach else "no_difference"


def _looked(
    groups: Sequence[Group], quiet: Sequence[Quiet], judged: Verdicts, reach: float, by: Sequence[str]
) -> Iterator[LookedAt]:
    """How the groups of each grouping came out."""
    for one in by:
        mine, more = [group for group in groups if group.by == one], [group for group in quiet if group.by == one]
        if one == "kind" or not (mine or more):
            continue
        seen = Counter(judged[group.key].verdict for group in mine if group.key in judged)
        for few in more:
            if few.rest is not None:
                seen[_else(few.orders, few.rest, reach)] += few.groups
        unknown = sum(group.orders for group in mine if not group.name)
        known = sum(bool(group.name) for group in mine) + sum(few.groups for few in more)
        yield LookedAt(one, known, seen["stands_out"], seen["no_difference"], seen["too_few"], unknown)


def _answer(
    counted: Counted, rule: Rule, place: Place, span: Span, one: Group, judged: Judged | None
) -> CauseGroup:  # fmt: skip
    account, marketplace, channel = place
    kinds, bad = _about(counted, one.mine), len(one.mine)
    rest = times = None
    if one.rest is not None:
        others, bad_others = one.rest
        rest = Rest(others, bad_others, rate(bad_others, others), wilson(bad_others, others))
        times = round(bad * others / (one.orders * bad_others), 2) if bad_others else None
    remedy = None
    if one.by == "kind" or (judged is not None and judged.verdict == "stands_out"):
        remedy = _remedy(rule, one.by, one.name if one.by == "kind" else kinds[0].kind if kinds else "other")
    return CauseGroup(
        account, marketplace or None, channel or None, window_of(span), one.by, one.name or None, one.orders, bad,
        rate(bad, one.orders), wilson(bad, one.orders), rest, times, judged.p if judged else None,
        judged.q if judged else None, judged.verdict if judged else None, _money(counted, one.mine), kinds, remedy,
    )  # fmt: skip


def _money(counted: Counted, mine: frozenset[int]) -> tuple[AtStake, ...]:
    claimed, paid = total(counted.claimed, mine), total(counted.paid, mine)
    return tuple(
        AtStake(one, claimed.get(one), paid.get(one)) for one in sorted({*claimed, *paid}, key=lambda one: one or "~")
    )


def _about(counted: Counted, mine: frozenset[int]) -> tuple[KindCount, ...]:
    seen = Counter(kind for order in mine for kind in counted.kinds.get(order, ()))
    return tuple(KindCount(kind, orders) for kind, orders in sorted(seen.items(), key=lambda one: (-one[1], one[0])))


def _remedy(rule: Rule, by: str, kind: str) -> Remedy:
    """The measure for what stands out and what its defects are mostly about."""
    key = next(key for key in (f"answer.{by}.{kind}", f"answer.any.{kind}", "answer.any.other") if key in rule)
    return Remedy(rule[f"practice.{rule[key]}"], rule.line(key).text or "", f"measures.{key}")


def _rank(one: Group, judged: Judged | None) -> tuple[int, float, float, int, str]:
    """What stands out by how sure it is; then the kinds, most orders first; then the rest by grouping and p."""
    by, name = GROUPINGS.index(one.by), one.name or "~"
    if judged is not None and judged.verdict == "stands_out":
        return 0, judged.p, by, -len(one.mine), name
    if one.by == "kind":
        return 1, 0.0, by, -len(one.mine), name
    return 2, by, judged.p if judged is not None else 2.0, -len(one.mine), name
