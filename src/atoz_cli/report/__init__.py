"""A question in, everything about each account out: every room is asked once for all accounts together, then it is parted.

An answer that cannot be given for want of data is missing, and a warning says so: it is never a zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from atoz_cli import cases, causes, doctor, feedback, health, prevent, trend
from atoz_cli.answers import Notice
from atoz_cli.answers.causes import CausePlace
from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.health import HealthMeasure
from atoz_cli.answers.prevent import Risk
from atoz_cli.answers.projection import Projection
from atoz_cli.answers.rates import DefectiveOrder, FeedbackItem, Measure
from atoz_cli.answers.report import AccountReport
from atoz_cli.answers.rules import Reason
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question, Span, defective_orders, lay_out, measures
from atoz_cli.metrics.gaps import missing_orders
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book
from atoz_cli.project import Scenario, projected_and_told
from atoz_cli.report.changes import Then, changes, rates_since
from atoz_cli.report.state import RANK, by_kind, leaving, state

__all__ = ["AccountFound", "Asked", "reported"]

ASSUMED = ("odr.below", "odr.window_days", "odr.lag_days", "odr.cancelled_orders", "odr.day", "odr.pending")
IMPORTED = "SELECT DISTINCT account FROM imports ORDER BY account"


class Asked(Struct, frozen=True):
    """How far a report looks: the day that it compares with, how many days back and ahead its charts go."""

    since: date
    back: int = 180
    ahead: int = 60


class AccountFound(Struct, frozen=True):
    """One account, and what its charts and causes are shown from: one each for a marketplace and channel."""

    report: AccountReport
    series: tuple[trend.Series, ...]
    projections: tuple[Projection, ...]
    places: tuple[CausePlace, ...]


class OfAccount(Protocol):
    """What every answer has."""

    @property
    def account(self) -> str | None:
        """Whose it is."""


One = TypeVar("One", bound=OfAccount)
Given = TypeVar("Given")


class Told(Struct):
    """What the user should know, each once, in the order in which it was told."""

    notices: dict[Notice, None] = field(default_factory=dict)

    def add(self, notices: Iterable[Notice]) -> None:
        """More of it."""
        self.notices.update(dict.fromkeys(notices))

    def kept(self, ask: Callable[[], tuple[Given, Iterable[Notice]]], nothing: Given) -> Given:
        """What an answer says, with its notices; nothing where the store does not have what it asks for."""
        try:
            found, notices = ask()
        except EmptyStore:
            return nothing
        self.add(notices)
        return found


def reported(store: Store, book: Book, question: Question, asked: Asked) -> tuple[list[AccountFound], list[Notice]]:
    """Every account of which a file was imported, worst first, and what the user should know.

    EmptyStore where the account or marketplace that is asked for is not known.
    """
    told = Told()
    then = _then(store, book, question, asked.since)
    spans, notices = _laid_out(store, book, question)  # what asks for one layout stands together: it is made once
    told.add([*notices, *missing_orders(store, book, question, spans)])
    odr = measures(store, book, question, spans)
    defective = defective_orders(store, spans)
    places: list[CausePlace] = told.kept(lambda: (causes.causes(store, book, question, spans, causes.Asked()), ()), [])
    risks: list[Risk] = told.kept(lambda: prevent.prevent(store, book, question), [])
    units: list[HealthMeasure] = told.kept(lambda: health.health(store, book, question), [])
    lacks = doctor.of_accounts(store, book, question)
    verdicts, more = cases.triage(store, book, question, cases.Wanted(closed_too=True))
    told.add(more)
    scenario = Scenario(asked.ahead, None, 0, (), "as-is")
    ahead: list[Projection] = told.kept(lambda: projected_and_told(store, book, question, scenario), [])
    items: list[FeedbackItem] = told.kept(lambda: (_feedback(store, book, question), ()), [])
    series: tuple[trend.Series, ...] = told.kept(lambda: _trend(store, book, question, asked.back), ())

    accounts = [row[0] for row in store.ask(IMPORTED) if question.account in (None, row[0])]
    if question.marketplace is not None:
        there = {one.account for one in odr} | {one.account for one in verdicts} | {one.account for one in risks}
        accounts = [one for one in accounts if one in there]
    if not accounts:
        raise EmptyStore(
            "nothing of that account or marketplace is in the store", "look at --account, --marketplace and --as-of"
        )
    parts = _Parts()
    by_account: dict[str, list[trend.Series]] = defaultdict(list)
    for one in series:
        by_account[one.points[-1].account].append(one)
    fingerprint = book.fingerprint()
    found = []
    for account in accounts:
        mine_odr, mine_lacks = parts.of(account, odr), parts.of(account, lacks)
        mine_ahead, mine_claims = parts.of(account, ahead), parts.of(account, verdicts)
        mine_series = tuple(by_account[account])
        now = parts.of(account, defective)
        mine_then = replace(then, odr=parts.of(account, then.odr), defective=parts.of(account, then.defective))
        report = AccountReport(
            account=account,
            state=state(mine_odr, mine_lacks, mine_ahead, parts.of(account, units), question.day),
            odr=mine_odr,
            trend=tuple(point for one in mine_series for point in trend.every(one, "week")),
            projection=tuple(row for one in mine_ahead for row in one.days),
            claims=tuple(one for one in mine_claims if _is_open(one)),
            claims_by_kind=by_kind([one for one in mine_claims if _is_open(one)]),
            leaving=leaving(now),
            risks=parts.of(account, risks),
            causes=tuple(group for place in parts.of(account, places) for group in place.groups if group.verdict == "stands_out"),
            feedback=parts.of(account, items),
            health=parts.of(account, units),
            lacks=mine_lacks,
            since=asked.since,
            rates_since=rates_since(account, mine_then, mine_odr),
            changes=changes(account, mine_then, now, mine_claims, question.day),
            policy=fingerprint,
            rules=_rules(book, question, mine_odr, now),
        )  # fmt: skip
        found.append(AccountFound(report, mine_series, mine_ahead, parts.of(account, places)))
    found.sort(key=lambda one: _worst(one.report))
    return found, list(told.notices)


class _Parts:
    """Answers by account: each list is parted once, however many accounts there are."""

    def __init__(self) -> None:
        self._parted: dict[int, dict[str | None, list[Any]]] = {}

    def of(self, account: str, every: Sequence[One]) -> tuple[One, ...]:
        """Those of one account, in their order."""
        if id(every) not in self._parted:
            parted: dict[str | None, list[Any]] = defaultdict(list)
            for one in every:
                parted[one.account].append(one)
            self._parted[id(every)] = parted
        return tuple(self._parted[id(every)].get(account, ()))


def _laid_out(store: Store, book: Book, question: Question) -> tuple[list[Span], list[Notice]]:
    """What every defect is worth is asked for more than once."""
    found = lay_out(store, book, question, old_too=False)
    store.keep("counted_defects")
    return found


def _then(store: Store, book: Book, question: Question, since: date) -> Then:
    """The rates and the defective orders as they stood at the end of the earlier day."""
    at = min(datetime.combine(since, time.max, UTC), question.as_of)
    earlier = replace(question, as_of=at, day=since)
    spans, _ = _laid_out(store, book, earlier)
    return Then(since, at, measures(store, book, earlier, spans), defective_orders(store, spans))


def _feedback(store: Store, book: Book, question: Question) -> list[FeedbackItem]:
    spans, _ = lay_out(store, book, question, "negative_feedback_rate")
    return [one for one in feedback.listed(store, book, question, spans) if _not_gone(one.leaves_on, question.day)]


def _not_gone(leaves_on: date | None, day: date) -> bool:
    return leaves_on is None or leaves_on > day


def _trend(
    store: Store, book: Book, question: Question, back: int
) -> tuple[tuple[trend.Series, ...], Iterable[Notice]]:
    metric = next(one for one in trend.METRICS if one.name == "odr")
    first = max(date.min + timedelta(days=back), question.day) - timedelta(days=back - 1)
    found = trend.trend(store, book, question, metric, first)
    return found.series, ()


def _is_open(one: Verdict) -> bool:
    return one.action not in ("none", "accept") or one.decision is None


def _rules(book: Book, question: Question, odr: Sequence[Measure], now: Sequence[DefectiveOrder]) -> tuple[Reason, ...]:
    """What the rates rest on, and the rules by which defects of this account count or do not."""
    place = odr[0].marketplace if odr else None
    rule = book.at("odr", question.day, place)
    found = [
        Reason(name, str(rule.line(name.partition(".")[2]).text or ""), rule.cite(name.partition(".")[2]))
        for name in ASSUMED
    ]
    defects = {one.rule: order.marketplace for order in now for one in order.defects}
    return (
        *found,
        *(_reason(book, question.day, place, name) for name, place in sorted(defects.items(), key=lambda one: one[0])),
    )


def _reason(book: Book, day: date, place: str | None, rule_id: str) -> Reason:
    name, _, key = rule_id.partition(".")
    rule = book.at(name, day, place)
    return Reason(rule_id, str(rule.line(key).text or ""), rule.cite(key))


def _worst(one: AccountReport) -> tuple[int, int, float, str]:
    """By state, then by how far over or how near the limit; by name where nothing else tells."""
    least = min((measure.headroom for measure in one.odr), default=0)
    return RANK.index(one.state), least, -max((measure.rate or 0.0 for measure in one.odr), default=0.0), one.account
