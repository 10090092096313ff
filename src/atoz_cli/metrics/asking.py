"""A question and the policy in; the store with every relation laid out that the metrics' SQL joins.

Python folds the dated policy into small tables (`asked`, `windows`, `counted`, `stars`, …) so that the SQL holds no
number, no date arithmetic and no parameter. One text then answers for one day or for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import DefectKind
from atoz_cli.metrics.evidence import put_evidence
from atoz_cli.metrics.question import Question, Span, Store, filters, naive, sql, text
from atoz_cli.metrics.subjects import put_chargeback_classes, put_not_received
from atoz_cli.policy import Book

KINDS: dict[DefectKind, str] = {
    "negative_feedback": "feedback",
    "a_to_z_claim": "claim",
    "chargeback": "chargeback",
}
"""Kind of defect to its table in the policy `standings`."""
VIEWS = (
    "all_claims", "all_chargebacks", "seller_refunds", "full_refunds", "claim_events", "defect_events", "counted_defects",
    "order_flags",
)  # fmt: skip
GROUPS = ("sku", "asin", "carrier", "service", "state", "week", "reason")


def lay_out(
    store: Store, book: Book, question: Question, metric: str = "odr", *, old_too: bool = True
) -> tuple[list[Span], list[Notice]]:
    """Put every relation and view that the metrics need; the windows, and what the user should know.

    `metric` names the policy that says which kinds of defect are counted: `odr`, or one of its parts. Without
    `old_too` the defects of orders that have left every window are not looked at, which a rate does not need.
    """
    spans = lay_out_orders(store, book, question)
    _standings(store, book, question, metric, {span.marketplace for span in spans})
    put_evidence(store)
    at_stake = sql("orders_at_stake")
    if spans and not old_too:
        first = min(span.starts_on for span in spans) - timedelta(days=1)  # a day more, wherever it is midnight
        at_stake = f"SELECT * FROM ({at_stake}) WHERE placed_at >= TIMESTAMP '{first}'"
    store.keep("orders_at_stake", at_stake)
    for name in VIEWS[:2]:
        store.keep(name, sql(name))
    for name in VIEWS[2:4]:
        store.view(name, sql(name))
    notices = put_chargeback_classes(store, book, question)
    put_not_received(store)
    for name in VIEWS[4:]:
        store.view(name, sql(name))
    return spans, notices


def lay_out_orders(store: Store, book: Book, question: Question) -> list[Span]:
    """Put what is known of orders alone, which is all that their days ask for: `asked`, `placed_days`, `windows`."""
    store.put("asked", {"as_of": "TIMESTAMP", "day": "DATE"}, [(naive(question.as_of), question.day)])
    _orders(store, book, question)
    store.keep("placed_days", sql("placed_days"))
    return _windows(store, book, question)


def _orders(store: Store, book: Book, question: Question) -> None:
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
    for name, among in (("orders_asked", "orders"), ("asked_at_stake", "orders_at_stake")):
        store.view(
            name,
            f"SELECT account, order_id, coalesce(marketplace, '') AS marketplace, coalesce(channel, '') AS channel, "
            f"CAST({day} AS DATE) AS placed_on, status, service, ship_state FROM {among} WHERE {' AND '.join(tests)}",
        )


def _windows(store: Store, book: Book, question: Question) -> list[Span]:
    places = store.ask("SELECT DISTINCT account, marketplace FROM placed_days ORDER BY ALL")
    learned = _lags(store, question)
    # a bare --as-of ends with the UTC day, when it may be tomorrow already where the marketplace is
    known_on = question.day + timedelta(days=question.timezone != "UTC")
    spans = []
    for account, marketplace in places:
        rule = book.at("odr", question.day, marketplace or None)
        days = question.window_days or int(rule["window_days"])
        lag, source = int(rule["lag_days"]), "policy"
        if question.lag_days is not None:
            lag, source = question.lag_days, "option"
        elif (account, marketplace) in learned:
            lag, source = learned[account, marketplace], "report"
        ends_on = question.day - timedelta(days=lag)
        starts_on = ends_on - timedelta(days=days - 1)
        spans.append(
            Span(account, marketplace, question.as_of, starts_on, ends_on, known_on, days, lag, source)  # type: ignore[arg-type]
        )
    put_windows(store, spans)
    return spans


def put_windows(store: Store, spans: Sequence[Span]) -> None:
    """The relation `windows`."""
    columns = {"account": "VARCHAR", "marketplace": "VARCHAR", "as_of": "TIMESTAMP"}
    columns |= {"starts_on": "DATE", "ends_on": "DATE", "known_on": "DATE"}
    rows = [(s.account, s.marketplace, naive(s.as_of), s.starts_on, s.ends_on, s.known_on) for s in spans]
    store.put("windows", columns, rows)


def _lags(store: Store, question: Question) -> dict[tuple[str, str], int]:
    """The lag that the newest report shows, per account and marketplace. A report without a day teaches none."""
    if question.lag_days is not None:
        return {}
    rows = store.ask(
        "SELECT account, marketplace, day, odr_to FROM reports WHERE day IS NOT NULL AND odr_to IS NOT NULL "
        "AND day <= ? ORDER BY day, odr_to",
        [question.day],
    )
    return {(account, place): (day - to).days for account, place, day, to in rows if to <= day}


def _standings(store: Store, book: Book, question: Question, metric: str, marketplaces: set[str]) -> None:
    as_of = naive(question.as_of)
    rows = []
    asked = book.at(metric, question.day)["counted"]
    for place in sorted({*marketplaces, ""}):
        rule = book.at("standings", question.day, place or None)
        for kind, table in KINDS.items():
            for standing, worth in rule.table(table).items():
                counted = kind in asked
                rows.append(
                    (as_of, place, kind, standing, int(counted and worth == "yes"), int(counted and worth == "pending"))
                )
    columns = {"as_of": "TIMESTAMP", "marketplace": "VARCHAR", "kind": "VARCHAR", "standing": "VARCHAR"}
    store.put("counted", columns | {"counts": "INTEGER", "pends": "INTEGER"}, rows)
    stars = book.at("standings", question.day).table("feedback_stars")
    rated = [(as_of, rating, meaning) for meaning, ratings in stars.items() for rating in ratings]
    store.put("stars", {"as_of": "TIMESTAMP", "rating": "INTEGER", "meaning": "VARCHAR"}, rated)
