"""A trend that was just counted in; whether the rate of its orders changed, and whether that is more than chance, out.

The rates of neighbouring days share most of their orders, so they cannot be tested against each other. Here each order
is looked at once, with the orders of its week (Monday to Sunday), and every week at the same age: what counted, as far
as it was known, FOLLOW_UP days after its end. The weeks are split where two rates are more likely than one by the
largest factor; `metrics.chance` says how often chance alone would make any split look as odd.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from atoz_cli.answers.trend import Side, TrendPoint, TrendTest, Week
from atoz_cli.metrics.arithmetic import rate, wilson
from atoz_cli.metrics.asking import eras, put_windows
from atoz_cli.metrics.chance import chance, could_tell, oddest_split
from atoz_cli.metrics.question import Span, Store, sql
from atoz_cli.policy import Book
from atoz_cli.trend import Trend
from atoz_cli.trend.counting import Metric

FOLLOW_UP = 30
"""Days after the end of a week on which its orders are looked at.

No rule of Amazon's, but what it says of its own figures: they speak of orders "as early as 30 days post-purchase" (help
G202124800). Later more defects have come, but a change is seen later too.
"""
LEVEL = 0.05
UNDATED = """SELECT o.account, o.marketplace, o.channel, COUNT(DISTINCT o.order_id)
    FROM counted_defects AS d JOIN asked_at_stake AS o USING (account, order_id)
    WHERE d.counts = 1 AND d.on_at IS NULL AND o.placed_on >= $1 AND o.placed_on <= $2 GROUP BY ALL"""
UNDECIDED = """SELECT o.account, o.marketplace, o.channel, COUNT(DISTINCT o.order_id)
    FROM every_claim AS c JOIN asked_at_stake AS o USING (account, order_id)
    WHERE c.from_flag = 0 AND c.decided_at IS NULL AND (c.decision IS NOT NULL OR c.counts_in_odr IS NOT NULL)
    AND o.placed_on >= $1 AND o.placed_on <= $2 GROUP BY ALL"""
Place = tuple[str, str | None, str | None]


def changes(store: Store, book: Book, found: Trend, metric: Metric) -> list[TrendTest]:
    """A test for each series of the trend, in its order. The store is as `trend` left it."""
    weeks = _weeks(book, found, metric)
    if not weeks:
        return [_test(one.points[-1], metric, (), 0, 0) for one in found.series]
    counted = _counted(store, book, found, metric, weeks)
    first, last = weeks[0] - timedelta(days=6), weeks[-1]
    undated, undecided = _by_place(store, UNDATED, first, last), _by_place(store, UNDECIDED, first, last)
    tests = []
    for one in found.series:
        point = one.points[-1]
        place = point.account, point.marketplace, point.channel
        here = [Week(end - timedelta(days=6), end, *counted[place, end]) for end in weeks if (place, end) in counted]
        tests.append(_test(point, metric, tuple(here), undated.get(place, 0), undecided.get(place, 0)))
    return tests


def _weeks(book: Book, found: Trend, metric: Metric) -> list[date]:
    """The Sundays of the weeks that are looked at: those whose follow-up ended within the span, under today's policy."""
    question = found.question
    changed = {day for name in ("standings", "chargebacks") for day in book.days_of_change(name)}
    for name, key in (("odr", "cancelled_orders"), (metric.name, "counted")):
        changed |= {day for day, keys in book.history(name) if key in keys}
    since = max((day for day in changed if day <= question.day), default=date.min)
    there = question.zone()
    over = [
        asked.day
        for asked in question.asked
        if asked.day >= since and asked.as_of >= datetime.combine(asked.day, time.max, there)
    ]
    ends = [day - timedelta(days=FOLLOW_UP) for day in over]
    oldest = min(one.points[0].window.from_ for one in found.series if one.points[0].window)
    return [end for end in ends if end.isoweekday() == 7 and end - timedelta(days=6) >= oldest]


def _counted(
    store: Store, book: Book, found: Trend, metric: Metric, weeks: Sequence[date]
) -> dict[tuple[Place, date], tuple[int, int]]:
    """Defective orders and orders of each week, by account, marketplace, channel and the week's last day."""
    as_of = {asked.day: asked.as_of for asked in found.question.asked}
    places = {(one.points[0].account, one.points[0].marketplace or "") for one in found.series}
    spans = [
        Span(account, place, as_of[day], day, end - timedelta(days=6), end, end, 7, FOLLOW_UP, "option")
        for end in weeks
        for day in (end + timedelta(days=FOLLOW_UP),)
        for account, place in sorted(places)
    ]
    put_windows(store, spans, eras(book, found.question, metric.name))
    store.view("grouped_flags", sql("dated_flags"))
    store.view("placed_orders", "SELECT p.*, '' AS grp FROM placed_days p")
    counted = {}
    for _, day, account, place, channel, _, orders, defective, *_ in store.ask(sql("defect_rate")):
        if orders:
            key = account, place or None, channel or None
            counted[key, day - timedelta(days=FOLLOW_UP)] = int(defective), int(orders)
    return counted


def _by_place(store: Store, question: str, first: date, last: date) -> dict[Place, int]:
    return {
        (account, place or None, channel or None): int(number)
        for account, place, channel, number in store.ask(question, [first, last])
    }


def _test(point: TrendPoint, metric: Metric, weeks: tuple[Week, ...], undated: int, undecided: int) -> TrendTest:
    pairs = [(one.numerator, one.denominator) for one in weeks]
    split = oddest_split(pairs)
    if split is not None and not could_tell(pairs, LEVEL):
        split = None
    odd = chance(pairs, split) if split else None
    before, after = (_side(weeks[: split.at]), _side(weeks[split.at :])) if split else (None, None)
    rose = before and after and after.numerator * before.denominator > before.numerator * after.denominator
    return TrendTest(
        account=point.account,
        marketplace=point.marketplace,
        channel=point.channel,
        metric=metric.name,
        verdict="too_few" if odd is None else "no_change" if odd.p >= LEVEL else "rose" if rose else "fell",
        week=weeks[split.at].from_ if split else None,
        p=round(odd.p, 6) if odd else None,
        method=odd.method if odd else None,
        before=before,
        after=after,
        from_=weeks[0].from_ if weeks else None,
        to=weeks[-1].to if weeks else None,
        numerator=sum(one.numerator for one in weeks),
        denominator=sum(one.denominator for one in weeks),
        follow_up_days=FOLLOW_UP,
        undated_defects=undated,
        undated_decisions=undecided,
        weeks=weeks,
    )


def _side(weeks: Sequence[Week]) -> Side:
    numerator, denominator = sum(one.numerator for one in weeks), sum(one.denominator for one in weeks)
    return Side(
        weeks[0].from_,
        weeks[-1].to,
        numerator,
        denominator,
        rate(numerator, denominator),
        wilson(numerator, denominator),
    )
