"""A question and the policy in; the store with every relation laid out that the metrics' SQL joins.

Python folds the dated policy into small tables (`asked`, `windows`, `counted`, `stars`, …) so that the SQL holds no
number, no date arithmetic and no parameter. One text then answers for one day or for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from atoz_cli.answers import DefectKind, Notice
from atoz_cli.policy import Book

if TYPE_CHECKING:
    from atoz_cli.kinds import Guess

KINDS: dict[DefectKind, str] = {
    "negative_feedback": "feedback",
    "a_to_z_claim": "claim",
    "chargeback": "chargeback",
}
"""Kind of defect to its table in the policy `standings`."""
VIEWS = (
    "all_claims", "seller_refunds", "full_refunds", "claim_events", "defect_events", "counted_defects", "order_flags",
)  # fmt: skip
GROUPS = ("sku", "asin", "carrier", "service", "state", "week", "reason")


class Store(Protocol):
    """What the metrics need of an engine: small relations in, the rows of a SELECT out."""

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one SELECT."""

    def put(self, name: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Make a small relation hold these rows."""

    def view(self, name: str, sql: str) -> None:
        """Let a name stand for a SELECT."""

    def keep(self, name: str, sql: str) -> None:
        """Make a relation hold the rows of a SELECT."""


@dataclass(frozen=True)
class Question:
    """What is asked: until when things are known, of which orders, in which window."""

    as_of: datetime
    """UTC; facts after it are unknown"""
    day: date
    """the day that windows count back from"""
    account: str | None = None
    marketplace: str | None = None
    channel: str | None = None
    window_days: int | None = None
    lag_days: int | None = None
    """None: as the newest report of Amazon shows, else as the policy says"""
    timezone: str = "UTC"
    leave_out_cancelled: bool | None = None
    """None: as the policy says"""


@dataclass(frozen=True)
class Span:
    """The window of one account and marketplace on one day."""

    account: str
    marketplace: str
    as_of: datetime
    starts_on: date
    ends_on: date
    known_on: date
    days: int
    lag_days: int
    lag_source: Literal["policy", "report", "option"]


@cache
def sql(name: str) -> str:
    """The text of `<name>.sql` of this folder."""
    return (Path(__file__).parent / f"{name}.sql").read_text("utf-8")


def text(value: str) -> str:
    """A SQL string."""
    return "'" + value.replace("'", "''") + "'"


def lay_out(store: Store, book: Book, question: Question, metric: str = "odr") -> tuple[list[Span], list[Notice]]:
    """Put every relation and view that the metrics need; the windows, and what the user should know.

    `metric` names the policy that says which kinds of defect are counted: `odr`, or one of its parts.
    """
    store.put("asked", {"as_of": "TIMESTAMP", "day": "DATE"}, [(_naive(question.as_of), question.day)])
    _orders(store, book, question)
    store.keep("placed_days", sql("placed_days"))
    spans = _windows(store, book, question)
    _standings(store, book, question, metric, {span.marketplace for span in spans})
    for name in VIEWS[:3]:
        store.view(name, sql(name))
    notices = _chargeback_classes(store, book, question)
    _not_received(store)
    for name in VIEWS[3:]:
        store.view(name, sql(name))
    return spans, notices


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _orders(store: Store, book: Book, question: Question) -> None:
    """`orders_asked`: the orders placed by then on Amazon, each with its day; blanks for what is not known."""
    rule = book.at("odr", question.day)
    leave_out = question.leave_out_cancelled
    if leave_out is None:
        leave_out = rule["cancelled_orders"] == "leave_out"
    zone = question.timezone
    day = "placed_at" if zone == "UTC" else f"timezone({text(zone)}, timezone('UTC', placed_at))"
    tests = [
        "coalesce(sales_channel, '') <> 'non_amazon'",
        f"placed_at <= TIMESTAMP {text(str(_naive(question.as_of)))}",
    ]
    tests += [f"{name} = {text(value)}" for name, value in _filters(question).items()]
    if leave_out:
        tests.append("coalesce(status, '') <> 'cancelled'")
    store.view(
        "orders_asked",
        f"SELECT account, order_id, coalesce(marketplace, '') AS marketplace, coalesce(channel, '') AS channel, "
        f"CAST({day} AS DATE) AS placed_on, status, service, ship_state FROM orders WHERE {' AND '.join(tests)}",
    )


def _filters(question: Question) -> dict[str, str]:
    asked = {"account": question.account, "marketplace": question.marketplace, "channel": question.channel}
    return {name: value for name, value in asked.items() if value is not None}


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
    rows = [(s.account, s.marketplace, _naive(s.as_of), s.starts_on, s.ends_on, s.known_on) for s in spans]
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
    as_of = _naive(question.as_of)
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


# --- what a claim or chargeback is about ---------------------------------------------------------------------------

IDENTITY = {"account": "VARCHAR", "order_id": "VARCHAR", "claim_id": "VARCHAR", "filed_at": "TIMESTAMP"}


def _not_received(store: Store) -> None:
    """`not_received`: the claims of that kind, looked at only where a protected label could make it matter."""
    claims = store.ask(
        "SELECT c.account, c.order_id, c.claim_id, c.filed_at, c.reason, c.comment FROM all_claims c "
        "SEMI JOIN (SELECT account, order_id FROM shipments WHERE claims_protected) s USING (account, order_id) "
        "ORDER BY ALL"
    )
    guesses = guessed(store, claims)
    rows = [claim[:4] for number, claim in enumerate(claims) if guesses[number].kind == "item_not_received"]
    store.put("not_received", IDENTITY, rows)


def guessed(store: Store, claims: Sequence[tuple[Any, ...]]) -> dict[int, Guess]:
    """The kind of each claim (account, order_id, claim_id, filed_at, reason, comment), as the facts stood that day."""
    if not claims:
        return {}
    from atoz_cli.kinds import Facts, classify

    columns = {"case_no": "INTEGER", **IDENTITY, "reason": "VARCHAR", "comment": "VARCHAR"}
    store.put("cases", columns, [(number, *claim) for number, claim in enumerate(claims)])
    found = {}
    for case_no, _, reason, comment, *facts in store.ask(sql("claim_facts")):
        cancelled, delivered, signed, back, late, asked_back, returned, refunded, return_reason, shipped = facts
        found[case_no] = classify(
            reason,
            comment,
            Facts(
                order_cancelled=bool(cancelled),
                delivered=_maybe(delivered),
                signed=_maybe(signed),
                came_back=bool(back),
                past_promise=_maybe(late),
                return_requested=bool(asked_back),
                return_delivered=bool(returned),
                refunded=bool(refunded),
                return_reason=return_reason,
                shipped=_maybe(shipped),
            ),
        )
    return found


def _maybe(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def chargeback_class(book: Book, day: date, marketplace: str | None, row: tuple[str | None, ...]) -> tuple[str, str]:
    """Class (`fraud`, `service`, `unknown`) and kind of a chargeback from (network, code, reason), by the policy's lists."""
    network, code, reason = row
    lists = book.at("chargebacks", day, marketplace)
    hits = {
        group
        for group in ("fraud", "item_not_received", "not_as_described", "return_not_refunded", "other")
        for name, codes in lists.table(group).items()
        if code is not None and (network is None or network == name) and _code(code) in {_code(one) for one in codes}
    }
    classes = {"fraud" if group == "fraud" else "service" for group in hits}
    if len(classes) == 1:
        kind = "unauthorized_purchase" if classes == {"fraud"} else hits.pop() if len(hits) == 1 else "other"
        return classes.pop(), kind
    if hits or code is not None or reason is None:
        return "unknown", "other"
    from atoz_cli.kinds import of_reason

    said = of_reason(reason)
    if said == "unauthorized_purchase":
        return "fraud", said
    return ("service", said) if said is not None and said != "other" else ("unknown", "other")


def _code(code: str) -> str:
    return code.strip().upper().lstrip("0") or "0"


def _chargeback_classes(store: Store, book: Book, question: Question) -> list[Notice]:
    rows = store.ask(
        "SELECT account, order_id, coalesce(chargeback_id, ''), filed_at, network, reason_code, reason, "
        "coalesce(decision IN ('won', 'reversed') AND coalesce(decided_at <= $1, true), false) AS over FROM chargebacks "
        "WHERE filed_at <= $1 ORDER BY ALL",
        [_naive(question.as_of)],
    )
    classes = [(*row[:4], chargeback_class(book, question.day, None, row[4:7])[0]) for row in rows]
    columns = {"chargeback_id" if name == "claim_id" else name: kind for name, kind in IDENTITY.items()}
    store.put("chargeback_classes", columns | {"class": "VARCHAR"}, classes)
    asked = _filters(question).get("account")
    return [
        Notice(
            "unknown_chargeback_code",
            f"order {row[1]}: chargeback code {row[5] or row[6] or '(none)'} of {row[4] or 'an unnamed network'} is in no list, "
            "or in two: it is pending here until you say what it is (atoz rules chargebacks)",
        )
        for row, known in zip(rows, classes, strict=True)
        if known[4] == "unknown" and not row[7] and asked in (None, row[0])
    ]
