"""A question and metrics of units in, their measures out, for every day asked in one pass: the SQL counts, this judges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from atoz_cli.answers.health import Condition, HealthStatus, UnitMeasure
from atoz_cli.answers.rates import Window
from atoz_cli.errors import NoPolicy
from atoz_cli.metrics.arithmetic import above, headroom, rate, spare, status, wilson
from atoz_cli.metrics.metric import METRICS, Metric
from atoz_cli.metrics.question import LagSource, Question, Span, Store, moments, naive, sql
from atoz_cli.metrics.reported import Reports
from atoz_cli.metrics.unit_kinds import KINDS, seen
from atoz_cli.metrics.unit_views import Laid, put_units
from atoz_cli.policy import Book, Rule

Place = tuple[str, str]
"""An account and one of its marketplaces, \"\" where no file says it."""


def unit_measures(
    store: Store, book: Book, question: Question, metrics: Sequence[Metric] = METRICS, reports: Reports | None = None
) -> Iterator[tuple[date, UnitMeasure]]:
    """The measures of every day asked, each with its day, in no order: those with units in their window.

    Metrics of which the store knows nothing, and those that had no policy then, are left out. `lay_out` or
    `lay_out_orders` comes before.
    """
    facts = seen(store)
    asked = [metric for metric in metrics if can_tell(metric, facts) and asks_for(metric, question)]
    windows = windows_of(store, book, question, asked, reports or Reports(store, question))
    if not windows:
        return
    _lay(store, book, question, windows, facts)
    yield from _judged(store, book, windows)


def can_tell(metric: Metric, facts: Set[str]) -> bool:
    """Whether the store knows anything that could tell of a metric, as `seen` says."""
    return not facts.isdisjoint(KINDS[metric.kind].told)


def asks_for(metric: Metric, question: Question) -> bool:
    """Whether the channel asked for is one that the metric is told of."""
    return question.channel is None or metric.channels == "each" or question.channel == metric.channels


Windows = Mapping[tuple[Metric, date, str, str], Span]


def windows_of(
    store: Store, book: Book, question: Question, metrics: Sequence[Metric], reports: Reports
) -> dict[tuple[Metric, date, str, str], Span]:
    """The window of each metric, day, account and marketplace for which there was a policy."""
    found = {}
    places = places_of(store)
    for metric in metrics:
        for asked in question.asked:
            for account, place in places:
                rule = rule_of(book, metric.policy, asked.day, place)
                if rule is None:
                    continue
                days = question.window_days or int(rule[metric.days])
                lag, source = _lag(question, metric, rule, reports, (account, place), asked.day, days)
                ends_on = asked.day - timedelta(days=lag)
                starts_on = ends_on - timedelta(days=days - 1)
                found[metric, asked.day, account, place] = Span(
                    account, place, asked.as_of, asked.day, starts_on, ends_on, asked.day, days, lag, source
                )
    return found


def places_of(store: Store) -> list[Place]:
    """Every account with orders and its marketplaces, and no marketplace: of whose order nothing is known."""
    places = {(account, place) for account, place in store.ask("SELECT DISTINCT account, marketplace FROM placed_days")}
    return sorted(places | {(account, "") for account, _ in places})


def rule_of(book: Book, policy: str, day: date, place: str | None) -> Rule | None:
    """The rule of a day, None before the metric began."""
    try:
        return book.at(policy, day, place or None)
    except NoPolicy:
        return None


def _lag(
    question: Question, metric: Metric, rule: Rule, reports: Reports, where: Place, day: date, days: int
) -> tuple[int, LagSource]:
    """The lag asked for, or as the newest report then showed of a window as long as ours, or the policy's."""
    if question.lag_days is not None:
        return question.lag_days, "option"
    shown = reports.lag(where, metric.name, day, days)
    return (int(rule["lag_days"]), "policy") if shown is None else (shown, "report")


# --- laying out --------------------------------------------------------------------------------------------------------


def _lay(store: Store, book: Book, question: Question, windows: Windows, facts: Set[str]) -> None:
    """`unit_windows` and `unit_days`."""
    step_of = {moment: step for step, moment in enumerate(moments(question))}
    kinds: dict[str, list[tuple[int, Metric, Span]]] = {}
    for (metric, day, _, _), span in windows.items():
        era = bisect_right(book.days_of_change(metric.policy), day)
        kinds.setdefault(metric.kind, []).append((era, metric, span))
    columns = {"metric": "VARCHAR", "kind": "VARCHAR", "era": "INTEGER", "account": "VARCHAR", "marketplace": "VARCHAR"}
    columns |= {"day": "DATE", "step": "INTEGER", "starts_on": "DATE", "ends_on": "DATE"}
    rows = [
        (
            metric.name, kind, era, span.account, span.marketplace, span.day, step_of[naive(span.as_of)],
            span.starts_on, span.ends_on,
        )
        for kind, found in kinds.items()
        for era, metric, span in found
    ]  # fmt: skip
    store.put("unit_windows", columns, rows)
    put_units(store, question, {kind: _laid(book, found) for kind, found in kinds.items()}, facts)


def _laid(book: Book, found: Sequence[tuple[int, Metric, Span]]) -> Laid:
    return Laid(
        starts_on=min(span.starts_on for _, _, span in found),
        ends_on=max(span.ends_on for _, _, span in found),
        channels=found[0][1].channels,
        rules={
            (era, span.marketplace): book.at(metric.policy, span.day, span.marketplace or None)
            for era, metric, span in found
        },
    )


# --- judging -----------------------------------------------------------------------------------------------------------


class _Sum:
    """Units, how many of them hit, and how many are in doubt, by why."""

    def __init__(self) -> None:
        self.units, self.hits = 0, 0
        self.doubts: dict[str, int] = {}

    def add(self, units: int, hits: int, doubts: int, why: str) -> None:
        """Further units: of one reason, where some of them are in doubt."""
        self.units += units
        self.hits += hits
        if doubts:
            self.doubts[why] = self.doubts.get(why, 0) + doubts


def _judged(store: Store, book: Book, windows: Windows) -> Iterator[tuple[date, UnitMeasure]]:
    by_name = {metric.name: metric for metric, *_ in windows}
    sums: dict[tuple[str, date, str, str, str], dict[str, _Sum]] = {}
    for name, day, account, place, channel, group, why, units, hits, doubts in store.ask(sql("unit_rate")):
        groups = sums.setdefault((name, day, account, place, channel), {})
        groups.setdefault(group, _Sum()).add(int(units), int(hits), int(doubts), why)
    for (name, day, account, place, channel), groups in sums.items():
        metric = by_name[name]
        span, rule = windows[metric, day, account, place], book.at(metric.policy, day, place or None)
        for group, found in _groups(metric, groups):
            yield day, _measure(metric, rule, span, channel, group, found)


def _groups(metric: Metric, groups: Mapping[str, _Sum]) -> Iterator[tuple[str | None, _Sum]]:
    """All units together, and each group: what is of no known group may be in any, so it is in doubt there."""
    whole = _Sum()
    for one in groups.values():
        _into(whole, one)
    yield None, whole
    for group, one in groups.items() if metric.grouped else ():
        if group:
            found = _Sum()
            _into(found, one)
            elsewhere = groups.get("")
            if elsewhere is not None:
                found.add(elsewhere.units, 0, elsewhere.units, "no_category")
            yield group, found


def _into(whole: _Sum, one: _Sum) -> None:
    whole.add(one.units, one.hits, 0, "")
    for why, doubts in one.doubts.items():
        whole.add(0, 0, doubts, why)


def _measure(metric: Metric, rule: Rule, span: Span, channel: str, group: str | None, found: _Sum) -> UnitMeasure:
    doubts = sum(found.doubts.values())
    part = found.units - found.hits - doubts if metric.misses else found.hits
    most, whole = part + doubts, found.units
    limit, condition = limit_of(metric, rule)
    nothing = doubts == whole and not metric.blind
    verdict, room = judge(part, most, whole, limit, condition, rule)
    few, many = wilson(part, whole), wilson(most, whole)
    return UnitMeasure(
        account=span.account,
        marketplace=span.marketplace or None,
        channel=channel or None,
        metric=metric.name,
        category=group,
        window=Window(span.starts_on, span.ends_on, span.days, span.lag_days, span.lag_source),
        numerator=None if nothing else part,
        numerator_at_most=None if nothing else most,
        denominator=whole,
        rate=None if nothing else rate(part, whole),
        rate_at_most=None if nothing else rate(most, whole),
        limit=None if limit is None else float(limit),
        condition=condition,
        status="no_data" if nothing else verdict,
        headroom=None if nothing else room,
        interval=None if nothing or few is None or many is None else (few[0], many[1]),
        doubts=dict(sorted(found.doubts.items(), key=lambda doubt: (-doubt[1], doubt[0]))),
    )


def limit_of(metric: Metric, rule: Rule) -> tuple[Decimal | None, Condition | None]:
    """The limit of a rule and how it is meant; none where the metric has no target."""
    if metric.judged and "below" in rule:
        return rule["below"], "below"
    if metric.judged and "above" in rule:
        return rule["above"], "above"
    return None, None


def judge(
    part: int, most: int, whole: int, limit: Decimal | None, condition: Condition | None, rule: Rule
) -> tuple[HealthStatus | None, int | None]:
    """The status that both ends agree on, and the headroom of the end that is the more cautious: the less where it is met."""
    if not whole:
        return "no_orders", None
    if limit is None:
        return None, None
    ends: list[HealthStatus | None]
    if condition == "below":
        ends = [status(part, whole, limit), status(most, whole, limit)]
        rooms = headroom(part, whole, limit), headroom(most, whole, limit)
    else:
        at_target = rule["at_target"]
        ends = [above(part, whole, limit, at_target), above(most, whole, limit, at_target)]
        rooms = spare(part, whole, limit, at_target), spare(most, whole, limit, at_target)
    if ends[0] is None or ends[0] != ends[1]:
        return "unknown", None
    return ends[0], min(rooms) if ends[0] == "met" else max(rooms)


def of_names(names: Sequence[str]) -> tuple[Metric, ...]:
    """The metrics of these names, in their usual order."""
    return tuple(metric for metric in METRICS if metric.name in names)


def empty(metric: Metric, span: Span, channel: str | None, rule: Rule, status: HealthStatus) -> UnitMeasure:
    """A metric without a unit in its window (`no_orders`), or of which nothing is known (`no_data`)."""
    limit, condition = limit_of(metric, rule)
    nothing: dict[str, Any] = dict.fromkeys(
        ("category", "numerator", "numerator_at_most", "rate", "rate_at_most", "headroom", "interval")
    )
    return UnitMeasure(
        account=span.account,
        marketplace=span.marketplace or None,
        channel=channel,
        metric=metric.name,
        window=Window(span.starts_on, span.ends_on, span.days, span.lag_days, span.lag_source),
        denominator=0 if status == "no_orders" else None,
        limit=None if limit is None else float(limit),
        condition=condition,
        status=status,
        **nothing,
    )
