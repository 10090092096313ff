"""What the store holds in; a finding for what is too old, or was never read, to trust an answer out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from atoz_cli.answers.check import Alert, Code
from atoz_cli.answers.doctor import Gap
from atoz_cli.check.watch import Watch
from atoz_cli.metrics import Question
from atoz_cli.metrics.asking import lay_out_orders
from atoz_cli.metrics.gaps import gaps, missing
from atoz_cli.metrics.question import Store, naive
from atoz_cli.metrics.silence import silent
from atoz_cli.policy import Book
from atoz_cli.sources.where import download

PLACED = "SELECT account, marketplace, max(placed_on) FROM placed_days GROUP BY ALL ORDER BY ALL"
SIGNS = """SELECT account, what, max(happened) FROM (
    SELECT account, 'feedback' AS what, left_at AS happened FROM feedback
    UNION ALL SELECT account, 'claims', filed_at FROM claims
    UNION ALL SELECT account, 'claims', decided_at FROM claims
    UNION ALL SELECT account, 'claims', filed_at FROM chargebacks
    UNION ALL SELECT account, 'claims', requested_at FROM returns
    UNION ALL SELECT account, 'claims', noticed_at FROM claim_mails
    ) WHERE happened <= $1 GROUP BY ALL"""
"""The newest of each account; a return tells of claims too, by its flag."""
REPORTS = "SELECT account, marketplace, max(day) FROM reports WHERE day <= $1 GROUP BY ALL ORDER BY ALL"
READ = "SELECT DISTINCT account, source FROM imports"
TELL_CLAIMS = ("claims", "chargebacks", "chargebacks_page", "claim_mail", "returns", "cajari_claims", "cajari_defects")
TELL_FEEDBACK = ("feedback", "feedback_events", "cajari_defects")


class Look(Struct, frozen=True):
    """What is known of the data of all accounts."""

    question: Question
    orders: Mapping[tuple[str, str], date]
    signs: Mapping[tuple[str, str], date]
    reports: Mapping[tuple[str, str], date]
    read: frozenset[tuple[str, str]]

    @property
    def day(self) -> date:
        """The day asked."""
        return self.question.day

    def places(self, account: str) -> list[str]:
        """The marketplaces in which an account has orders, "" where no file says it."""
        return [place for name, place in self.orders if name == account]

    def age(self, day: date) -> int:
        """Days up to the one asked."""
        return (self.day - day).days


SILENT: dict[str, tuple[Code, str]] = {"feedback": ("no_feedback", "feedback"), "claims": ("no_claims", "returns")}
"""What is not told of a marketplace, to its code and the source that would tell."""


def lacking(
    store: Store, book: Book, question: Question, watches: Mapping[str, Watch], rated: Collection[tuple[str, str]]
) -> Iterator[Alert]:
    """Of every account that is watched. What is missing altogether is not called old as well.

    `rated`: the accounts and marketplaces of which a rate is told, or said not to be known.
    """
    spans = lay_out_orders(store, book, question)
    at = naive(question.as_of)
    look = Look(
        question,
        {(account, place): day for account, place, day in store.ask(PLACED)},
        {(account, what): newest.date() for account, what, newest in store.ask(SIGNS, [at])},
        {(account, place): day for account, place, day in store.ask(REPORTS, [question.day]) if day},
        frozenset((account, source) for account, source in store.ask(READ)),
    )
    holes: dict[str, list[Gap]] = {}
    if any(watch.gaps for watch in watches.values()):
        for gap in gaps(store, question, spans):
            holes.setdefault(gap.account, []).append(gap)
    for account, watch in watches.items():
        places = look.places(account)
        for wanted in watch.marketplaces:
            if wanted not in places and question.marketplace in (None, wanted):
                text = f"no orders of {wanted} are known, though your configuration says that you sell there"
                yield _alert(account, wanted, "place_without_orders", "orders", text, download("all_orders"))
        if not places:
            if not watch.marketplaces:
                text = "no orders are known, and without them there is no rate"
                yield _alert(account, None, "no_orders", "orders", text, download("all_orders"))
            continue
        for place in places:
            if (account, place) not in rated:
                text = f"the ODR of {place or 'marketplace unknown'} is not known: no orders are in its window, nor after it"
                yield _alert(account, place, "no_orders", "odr", text, download("all_orders"))
        yield from _orders(look, account, watch, holes.get(account, []))
        yield from _events(look, account, watch)
        yield from _reports(look, account, watch)
    for what, (account, place), notice in silent(store, question):
        code, source = SILENT[what]
        if account in watches:
            yield _alert(account, place, code, what, notice.message, download(source))


def _orders(look: Look, account: str, watch: Watch, found: Sequence[Gap]) -> Iterator[Alert]:
    late: dict[str, date] = {}
    for place in look.places(account):
        newest = look.orders[account, place]
        if watch.orders_days is not None and look.age(newest) > watch.orders_days:
            late[place] = newest
            text = f"the newest order is of {newest}, {look.age(newest)} days before the day asked"
            yield _alert(account, place, "orders_stale", "orders", text, download("all_orders"))
    if not watch.gaps:
        return
    for place in look.places(account):
        holes = [
            one for one in found if (one.marketplace or "") == place and (place not in late or one.from_ <= late[place])
        ]
        if holes:
            hint = f"{download('all_orders')}; if nothing was sold then, nothing is missing"
            yield _alert(account, place, "orders_missing", "orders", missing(holes), hint)


def _events(look: Look, account: str, watch: Watch) -> Iterator[Alert]:
    kinds: tuple[tuple[str, tuple[str, ...], int | None, Code, Code, str], ...] = (
        ("feedback", TELL_FEEDBACK, watch.feedback_days, "no_feedback", "feedback_stale", "feedback"),
        ("claims", TELL_CLAIMS, watch.claims_days, "no_claims", "claims_stale", "returns"),
    )
    for what, sources, limit, never, old, source in kinds:
        if limit is None:
            continue
        newest = look.signs.get((account, what))
        if newest is None and not any((account, one) in look.read for one in sources):
            text = f"no file with {what} was ever imported: what they count for is missing in the rate"
            yield _alert(account, None, never, what, text, download(source))
        elif newest is not None and look.age(newest) > limit:
            word = "feedback" if what == "feedback" else "claim, chargeback or return"
            text = f"the newest {word} is of {newest}, {look.age(newest)} days before the day asked: is there really none since?"
            yield _alert(account, None, old, what, text, download(source))


def _reports(look: Look, account: str, watch: Watch) -> Iterator[Alert]:
    if watch.report_days is None:
        return
    for place in look.places(account):
        newest = look.reports.get((account, place))
        if newest is None or look.age(newest) > watch.report_days:
            said = (
                "no performance report of Amazon's is known"
                if newest is None
                else f"the newest performance report is of {newest}"
            )
            text = f"{said}: nothing says that these figures are Amazon's"
            yield _alert(account, place, "report_stale", "report", text, download("performance_v2"))


def _alert(account: str, place: str | None, code: Code, about: str, text: str, hint: str) -> Alert:
    return Alert(account, place or None, None, code, "unknown", about, None, 0, text, hint)
