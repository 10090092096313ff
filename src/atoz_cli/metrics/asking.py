"""A question and the policy in; the store with every relation laid out that the metrics' SQL joins.

Python folds the dated policy into small tables (`asked`, `windows`, `counted`, `stars`, …) so that the SQL holds no
number, no date arithmetic and no parameter. One text then answers for one day or for many.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import DefectKind
from atoz_cli.metrics.evidence import put_evidence
from atoz_cli.metrics.question import (
    Asked,
    LagSource,
    Question,
    Span,
    Store,
    filters,
    holds_from,
    moments,
    naive,
    sql,
    text,
)
from atoz_cli.metrics.subjects import FOREVER, put_chargeback_classes, put_not_received
from atoz_cli.policy import Book

KINDS: dict[DefectKind, str] = {
    "negative_feedback": "feedback",
    "a_to_z_claim": "claim",
    "chargeback": "chargeback",
}
"""Kind of defect to its table in the policy `standings`."""
VIEWS = ("seller_refunds", "full_refunds")
"""What the standings are made of; below, what they make."""
STANDING = ("claim_events", "defect_events", "counted_defects", "order_flags")
GROUPS = (
    "sku", "asin", "carrier", "service", "ship_from", "state", "handling", "weekday", "week", "price", "reason", "kind",
)  # fmt: skip


def lay_out(
    store: Store, book: Book, question: Question, metric: str = "odr", *, old_too: bool = True
) -> tuple[list[Span], list[Notice]]:
    """Put every relation and view that the metrics need; the windows, and what the user should know.

    `metric` names the policy that says which kinds of defect are counted: `odr`, or one of its parts. Without
    `old_too` only the defects of orders in a window, or before it, are looked at, which is all that a rate needs.
    """
    spans = lay_out_orders(store, book, question, metric)
    _standings(store, book, question, metric, {span.marketplace for span in spans})
    disputed = put_evidence(store)
    at_stake = sql("orders_at_stake")
    if spans and not old_too:
        first = min(span.starts_on for span in spans) - timedelta(days=1)  # a day more, wherever it is midnight
        columns = "* EXCLUDE (ship_postal_code, ship_country)"  # where it went is asked of single claims alone
        at_stake = f"SELECT {columns} FROM ({at_stake}) WHERE placed_at >= TIMESTAMP '{first}'"
    store.keep("orders_at_stake", at_stake)
    latest = (
        f"SELECT * FROM {{}} WHERE known_until IS NULL OR known_until > TIMESTAMP {text(str(naive(question.as_of)))}"
    )
    for name, every in (("all_claims", "every_claim"), ("all_chargebacks", "every_chargeback")):
        store.view(name, latest.format(every))
    for name in VIEWS:
        store.view(name, sql(name))
    notices = put_chargeback_classes(store, book, question, there=disputed)
    put_not_received(store)
    _watch(store, book, question, metric, old_too)
    for name in STANDING:
        store.view(name, sql(name))
    if old_too or len(moments(question)) > 1:
        store.keep("counted_defects", sql("counted_defects"))  # more than one thing is asked of them
    return spans, notices


TOLD_ON = (
    """SELECT t.account, t.order_id, a.as_of FROM told_moments AS t ASOF JOIN asked AS a ON t.told_at <= a.as_of"""
)
"""Each moment on the first day asked that knows of it."""


def _watch(store: Store, book: Book, question: Question, metric: str, old_too: bool) -> None:
    """`watched`: which orders are looked at, as what is known on which day, until when that holds.

    Of many days only those on which something new is told of an order, or another policy has `begun`.
    """
    asked = moments(question)
    if old_too or len(asked) == 1:
        store.view("watched", sql("disputed_orders" if old_too else "watched_orders"))
        return
    era_of, begun = eras(book, question, metric), dict[int, datetime]()
    for one in question.asked:
        begun.setdefault(era_of[one.day], naive(one.as_of))
    later = sorted({*begun.values()} - {asked[0]})
    store.put("begun", {"as_of": "TIMESTAMP"}, [(moment,) for moment in later])
    store.put("first_asked", {"as_of": "TIMESTAMP"}, [(asked[0],)])
    store.view("told_moments", sql("told_moments"))
    store.view("told_on", TOLD_ON)
    store.keep("watched", sql("changed_orders"))


def lay_out_orders(store: Store, book: Book, question: Question, metric: str = "odr") -> list[Span]:
    """Put what is known of orders alone, which is all that their days ask for: `asked`, `placed_days`, `windows`."""
    asked = moments(question)
    columns = {"as_of": "TIMESTAMP", "until": "TIMESTAMP"}
    store.put("asked", columns, list(zip(asked, [*asked[1:], None], strict=True)))
    put_orders(store, book, question)
    store.keep("placed_days", sql("placed_days"))
    return _windows(store, book, question, metric)


def put_orders(store: Store, book: Book, question: Question) -> None:
    """`orders_asked`: the orders placed by then on Amazon, each with its day; blanks for what is not known.

    `asked_at_stake` is the same of those orders alone that may have a defect.
    """
    rule = book.at("odr", question.day)
    leave_out = question.leave_out_cancelled
    if leave_out is None:
        leave_out = rule["cancelled_orders"] == "leave_out"
    zone = question.timezone
    day = "placed_at" if zone == "UTC" else f"timezone({text(zone)}, timezone('UTC', placed_at))"
    tests = [
        "coalesce(sales_channel, '') <> 'non_amazon'",
        f"placed_at <= TIMESTAMP {text(str(naive(question.as_of)))}",
    ]
    tests += [f"{name} = {text(value)}" for name, value in filters(question).items()]
    if leave_out:
        tests.append("coalesce(status, '') <> 'cancelled'")
    for name, among, more in (
        ("orders_asked", "orders", ", status, service, ship_state, rowid AS order_no"),
        ("asked_at_stake", "orders_at_stake", ""),
    ):
        store.view(
            name,
            f"SELECT account, order_id, coalesce(marketplace, '') AS marketplace, coalesce(channel, '') AS channel, "
            f"CAST({day} AS DATE) AS placed_on{more} FROM {among} WHERE {' AND '.join(tests)}",
        )


def _windows(store: Store, book: Book, question: Question, metric: str) -> list[Span]:
    places = store.ask("SELECT DISTINCT account, marketplace FROM placed_days ORDER BY ALL")
    lag_on = _lags(store, question)
    there = question.zone()
    spans = []
    for asked in question.asked:
        # a bare --as-of ends with the UTC day, when it may be tomorrow already where the marketplace is
        known_on = asked.as_of.astimezone(there).date()
        for account, marketplace in places:
            rule = book.at("odr", asked.day, marketplace or None)
            days = question.window_days or int(rule["window_days"])
            lag, source = lag_on(account, marketplace, asked, int(rule["lag_days"]))
            ends_on = asked.day - timedelta(days=lag)
            starts_on = ends_on - timedelta(days=days - 1)
            spans.append(
                Span(account, marketplace, asked.as_of, asked.day, starts_on, ends_on, known_on, days, lag, source)
            )
    put_windows(store, spans, eras(book, question, metric))
    return spans


def put_windows(store: Store, spans: Sequence[Span], era_of: Mapping[date, int]) -> None:
    """The relation `windows`."""
    columns = {"account": "VARCHAR", "marketplace": "VARCHAR", "as_of": "TIMESTAMP", "era": "INTEGER", "day": "DATE"}
    columns |= {"starts_on": "DATE", "ends_on": "DATE", "known_on": "DATE"}
    rows = [
        (s.account, s.marketplace, naive(s.as_of), era_of[s.day], s.day, s.starts_on, s.ends_on, s.known_on)
        for s in spans
    ]
    store.put("windows", columns, rows)


LagOn = Callable[[str, str, Asked, int], tuple[int, LagSource]]


def _lags(store: Store, question: Question) -> LagOn:
    """The lag of an account and marketplace on a day: asked for, or as the newest report then showed, or the policy's."""
    if question.lag_days is not None:
        given = question.lag_days
        return lambda account, marketplace, asked, policy: (given, "option")
    shown: dict[tuple[str, str], list[tuple[date, int]]] = {}
    for account, place, day, to in store.ask(REPORTED, [question.day]):
        if to <= day:
            shown.setdefault((account, place), []).append((day, (day - to).days))

    def lag_on(account: str, marketplace: str, asked: Asked, policy: int) -> tuple[int, LagSource]:
        reports = shown.get((account, marketplace), [])
        at = bisect_right(reports, asked.day, key=lambda one: one[0])
        return (reports[at - 1][1], "report") if at else (policy, "policy")

    return lag_on


REPORTED = """SELECT account, marketplace, day, odr_to FROM reports WHERE day IS NOT NULL AND odr_to IS NOT NULL
    AND day <= ? ORDER BY day, odr_to"""
"""A report without a day teaches no lag, one of a later day than asked is not known."""


# --- the policy, folded for each day -----------------------------------------------------------------------------------


def eras(book: Book, question: Question, metric: str) -> dict[date, int]:
    """The number of the policy that holds on each day asked: days between the same changes share one."""
    changes = sorted({day for name in ("standings", "chargebacks", metric) for day in book.days_of_change(name)})
    return {asked.day: bisect_right(changes, asked.day) for asked in question.asked}


def _standings(store: Store, book: Book, question: Question, metric: str, marketplaces: set[str]) -> None:
    """`eras`, what each standing is worth in each (`counted`), and which stars are negative (`stars`)."""
    era_of = eras(book, question, metric)
    known_in = {(naive(asked.as_of), era_of[asked.day]) for asked in question.asked}
    store.put("eras", {"as_of": "TIMESTAMP", "era": "INTEGER"}, sorted(known_in))
    rows = []
    for era, day in {era: day for day, era in era_of.items()}.items():
        asked = book.at(metric, day)["counted"]
        for place in sorted({*marketplaces, ""}):
            rule = book.at("standings", day, place or None)
            for kind, table in KINDS.items():
                for standing, worth in rule.table(table).items():
                    counted = kind in asked
                    rows.append(
                        (
                            era,
                            place,
                            kind,
                            standing,
                            int(counted and worth == "yes"),
                            int(counted and worth == "pending"),
                        )
                    )
    store.put("counted", COUNTED, rows)
    _stars(store, book, question)


COUNTED = {
    "era": "INTEGER", "marketplace": "VARCHAR", "kind": "VARCHAR", "standing": "VARCHAR", "counts": "INTEGER",
    "pends": "INTEGER",
}  # fmt: skip


def let_pending_count(store: Store) -> None:
    """What is pending counts from here on, until the store is laid out anew."""
    rows = store.ask("SELECT era, marketplace, kind, standing, counts, pends FROM counted ORDER BY ALL")
    store.put("counted", COUNTED, [(*row[:4], max(row[4:]), 0) for row in rows])
    store.keep("counted_defects", sql("counted_defects"))


def _stars(store: Store, book: Book, question: Question) -> None:
    days = [day for day in book.days_of_change("standings") if day <= question.day]
    begins = [holds_from(question, day) for day in days]
    rows = [
        (rating, meaning, since, until)
        for day, since, until in zip(days, begins, [*begins[1:], FOREVER], strict=True)
        for meaning, ratings in book.at("standings", day).table("feedback_stars").items()
        for rating in ratings
    ]
    columns = {"rating": "INTEGER", "meaning": "VARCHAR", "since": "TIMESTAMP", "until": "TIMESTAMP"}
    store.put("stars", columns, rows)
