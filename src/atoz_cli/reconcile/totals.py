"""Performance reports and a store in, ours against theirs out, one for each account, marketplace and channel of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import Window
from atoz_cli.answers.reconcile import AmazonReport, Explanation, Learned, ReconciledOrder, Reconciliation
from atoz_cli.errors import NoPolicy
from atoz_cli.metrics import Question
from atoz_cli.metrics.arithmetic import wilson
from atoz_cli.policy import Book
from atoz_cli.reconcile.appeals import Appeals
from atoz_cli.reconcile.candidates import Candidate, Where, candidates
from atoz_cli.reconcile.compare import Compared, moves_of
from atoz_cli.reconcile.lacking import lacking
from atoz_cli.reconcile.learned import earlier, learned, of_this, ways_of
from atoz_cli.reconcile.ours import Asking, Counts, Ours
from atoz_cli.reconcile.switches import tried
from atoz_cli.reconcile.theirs import Theirs, length
from atoz_cli.reconcile.words import looks

DAY = timedelta(days=1)


class Request(Struct, frozen=True):
    """What is asked beside the reports. `today`: until when things are known for what to do now, with the options of counting.

    `given`: whether the user named that day; then the figures are counted with it too, else with the report's own.
    """

    today: Question
    given: bool


class _Draft(Struct, frozen=True):
    """One report about one place, compared, before anything is said of single orders."""

    theirs: Theirs
    asking: Asking | None
    compared: Compared
    notes: tuple[Notice, ...]
    explained: tuple[Explanation, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    learned: Learned | None = None


def totals(ours: Ours, request: Request, reports: Sequence[Theirs], known: Sequence[Theirs]) -> list[Reconciliation]:
    """Each report about each place. `known`: every report that the store holds, to learn from."""
    drafts = [_draft(ours, request, one, known) for one in reports]
    found: list[Reconciliation] = []
    for account in dict.fromkeys(one.theirs.account for one in drafts):
        mine = [one for one in drafts if one.theirs.account == account]
        ids = {candidate.order.order_id for one in mine for candidate in one.candidates}
        today = replace(request.today, account=account, marketplace=None, channel=None)
        appeals = Appeals(ours.released(), ours.book, today, account, ids)
        found += [_answer(ours.book, one, appeals) for one in mine]
    return found


def places_of(book: Book, day: date) -> int:
    """To how many places rates are compared."""
    return int(book.at("reconcile", day)["rate_places"])


def _draft(ours: Ours, request: Request, one: Theirs, known: Sequence[Theirs]) -> _Draft:
    places = places_of(ours.book, request.today.day)
    try:
        asking, notes = _asking(ours.book, request, one)
    except NoPolicy as error:
        asking, notes = None, [Notice("no_policy", error.message)]
    if asking is None:
        return _Draft(one, None, Compared(one.said, Counts(), places), (*one.notes, *notes))
    place = one.marketplace
    compared = Compared(one.said, ours.of(asking, place, one.channel), places)
    if not compared.known:
        notes.append(Notice("no_orders", "the store has no orders of this window: import All Orders of those days"))
    explained: list[Explanation] = []
    orders: list[Candidate] = []
    if compared.verdict == "differs":
        orders, more = candidates(Where(ours, asking, place, one.channel, compared))
        explained = tried(ours, asking, place, one.channel, lambda _, counts: compared.equal(counts))
        explained += lacking(ours, asking, place, one.channel, compared)
        if more:
            text = f"{more:,} orders without a defect, at the edges or cancelled, would each move the number of orders by one"
            explained.append(Explanation("clean_orders", str(more), None, None, text, None, None))
    elif compared.known and compared.verdict == "cannot_compare":
        notes.append(Notice("no_figures", "the report says no figure of it"))
    return _Draft(
        one, asking, compared, (*one.notes, *notes), tuple(explained), tuple(orders),
        _learned(ours, asking, one, known, places),
    )  # fmt: skip


def _learned(ours: Ours, asking: Asking, one: Theirs, known: Sequence[Theirs], places: int) -> Learned:
    """What this report and all that the store knows of its place up to that day teach."""
    before = [
        other
        for other in known
        if (other.account, other.marketplace, other.channel) == (one.account, one.marketplace, one.channel)
        and other.pull != one.pull
        and other.made_on is not None
        and other.made_on <= max(asking.day, one.made_on or asking.day)
    ]
    ways = ways_of(ours, asking, one.marketplace, several=bool(before))
    fared = [
        *earlier(ours, ways, one.marketplace, one.channel, before, places),
        of_this(ours, ways, one.marketplace, one, places),
    ]
    lag = (one.made_on - asking.ends_on).days if one.made_on else None
    return learned(ours, ways, one.marketplace, lag, fared)


def _asking(book: Book, request: Request, one: Theirs) -> tuple[Asking | None, list[Notice]]:
    """The very window of a report, with what was known on its day, or on the one asked for."""
    if one.starts_on is None or one.ends_on is None:
        return None, [Notice("no_window", "the report gives no range of days for it")]
    notes = []
    as_of, day = request.today.as_of, request.today.day
    rule = book.at("odr", one.ends_on, one.marketplace or None)
    lag = int(rule["lag_days"])
    made_on = one.made_on or one.ends_on + lag * DAY
    if one.made_on is None:
        notes.append(
            Notice(
                "report_day_unknown",
                f"the report does not show on which day it was made: {made_on} is taken, {lag} days after its range ends",
            )
        )
    if not request.given:
        as_of, day = datetime.combine(made_on, time.max, UTC), made_on
    elif day != made_on:
        notes.append(Notice("another_day", f"the report is of {made_on}; ours is as it was known on {day}"))
    if one.channel is None:
        notes.append(Notice("no_channel", "the report tells no channel: ours are both channels together"))
    if one.made_on is not None and (one.made_on - one.ends_on).days != lag:
        notes.append(
            Notice(
                "other_lag",
                f"its range ends {(one.made_on - one.ends_on).days} days before it was made, not {lag} as the policy says: "
                "imported, it decides the window of atoz odr",
            )
        )
    if length(one.starts_on, one.ends_on) != rule["window_days"]:
        days = length(one.starts_on, one.ends_on)
        notes.append(Notice("other_window", f"its range is {days} days, not {rule['window_days']}"))
    book.at("odr", day - int(book.at("reconcile", day)["lag_tried_days"]) * DAY)  # NoPolicy where that is too early
    return (
        Asking(
            one.account, as_of, day, one.starts_on, one.ends_on, request.today.timezone,
            request.today.leave_out_cancelled,
        ),
        notes,
    )  # fmt: skip


def _answer(book: Book, one: _Draft, appeals: Appeals) -> Reconciliation:
    theirs, asking, counts = one.theirs, one.asking, one.compared.counts
    orders = [_order(book, one, candidate, appeals) for candidate in one.candidates]
    return Reconciliation(
        account=theirs.account,
        marketplace=theirs.marketplace or None,
        channel=theirs.channel,
        window=_window(book, theirs),
        as_of=asking.day if asking else appeals.now.date(),
        report=AmazonReport(theirs.file, theirs.source, "totals", theirs.made_on, theirs.account_status),
        verdict="cannot_compare" if asking is None else one.compared.verdict,
        figures=one.compared.figures,
        interval=wilson(counts.defective_orders, counts.orders),
        explained_by=one.explained,
        orders=tuple(sorted(orders, key=best_first)),
        learned=one.learned,
        notes=one.notes,
    )


def _window(book: Book, theirs: Theirs) -> Window | None:
    """Their range as it stands there; the lag is the policy's where the report does not show its own day."""
    if theirs.starts_on is None or theirs.ends_on is None:
        return None
    days = length(theirs.starts_on, theirs.ends_on)
    if theirs.made_on is not None:
        return Window(theirs.starts_on, theirs.ends_on, days, (theirs.made_on - theirs.ends_on).days, "report")
    try:
        lag = int(book.at("odr", theirs.ends_on, theirs.marketplace or None)["lag_days"])
    except NoPolicy:
        return None
    return Window(theirs.starts_on, theirs.ends_on, days, lag, "policy")


def _order(book: Book, draft: _Draft, one: Candidate, appeals: Appeals) -> ReconciledOrder:
    """A candidate as the answer says it, with what can be done should Amazon count it."""
    day = draft.asking.day if draft.asking else appeals.now.date()
    place = draft.theirs.marketplace or None
    cite = book.reason(one.rule, day, place, "").cite if one.rule else None
    found = ReconciledOrder(
        order_id=one.order.order_id,
        claim_id=(one.defect.claim_id or None) if one.defect else None,
        class_=one.class_,
        placed_on=one.order.placed_on,
        theirs=None,
        ours=one.ours,
        standing=one.defect.standing if one.defect else None,
        rule=one.rule,
        text=one.text,
        cite=cite,
        moves=moves_of(one.moves),
        makes_equal=one.makes_equal,
    )
    if one.defect is None or one.defect.counts is not False or not one.order.listed:
        return found
    appeal = appeals.of(found.order_id, one.defect, place)
    return replace(
        found,
        text=f"if Amazon counts it, it {looks(appeal.may)} under {one.rule} because {appeal.because}; {appeal.how}",
        appealable=appeal.may,
        appeal_by=appeal.by,
        days_left=appeal.days_left,
        proof=appeal.proof,
    )


def best_first(one: ReconciledOrder) -> tuple[bool, bool, int, str, str]:
    """What makes all equal first, then what can be appealed and ends soonest."""
    left = one.days_left if one.days_left is not None else 10**6
    return not one.makes_equal, one.appealable is not True, left, str(one.placed_on), one.order_id
