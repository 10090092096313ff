"""A window in which Amazon counts more than we do in, what the store lacks for it out: days, files, and where orders belong."""

from __future__ import annotations

from collections.abc import Iterator

from atoz_cli.answers.reconcile import Explanation, FigureName
from atoz_cli.doctor import files
from atoz_cli.doctor.look import Look
from atoz_cli.metrics.gaps import missing
from atoz_cli.reconcile.compare import Compared, moves_of
from atoz_cli.reconcile.ours import Asking, Counts, Ours

NEVER_READ: dict[str, tuple[FigureName, ...]] = {
    "no_feedback": ("negative_feedback_orders",),
    "no_claims": ("claim_orders", "chargeback_orders"),
}
"""What the doctor calls a kind of file that was never read, and the figures that it would tell of."""


def lacking(ours: Ours, asking: Asking, marketplace: str, channel: str | None, compared: Compared) -> list[Explanation]:
    """What is missing where Amazon says more than we know."""
    found = [*_never_read(ours, asking, compared)]
    if compared.needed.get("orders", 1) > 0:
        found += [*days(ours, asking, marketplace), *_placeless(ours, asking, marketplace, channel, compared)]
    return found


def days(ours: Ours, asking: Asking, marketplace: str) -> Iterator[Explanation]:
    """Days of the window of which the orders are missing."""
    gaps = ours.gaps(asking, marketplace)
    if gaps:
        number = str(sum(gap.days for gap in gaps))
        text = f"{missing(gaps)}; download All Orders for them"
        yield Explanation("orders_missing", number, None, None, text, None, None)


def _never_read(ours: Ours, asking: Asking, compared: Compared) -> Iterator[Explanation]:
    """Kinds of file of which the store has none, where they would tell of what Amazon counts more of."""
    wanted = {code for code, figures in NEVER_READ.items() if any(compared.theirs_more(name) for name in figures)}
    if not wanted:
        return
    look = Look(ours.store, asking.question, (), [asking.account], {(asking.account, ""): {}})
    for finding in files.findings(look):
        if finding.code in wanted:
            text = f"{finding.message}; {finding.hint}"
            yield Explanation("never_read", finding.code, None, None, text, None, None)


def _placeless(
    ours: Ours, asking: Asking, marketplace: str, channel: str | None, compared: Compared
) -> Iterator[Explanation]:
    """Orders of which no file says the marketplace or the channel: perhaps they belong here."""
    if not marketplace:
        return
    known = ours.counts(asking)
    elsewhere = [place for place in known if place[0] == "" and (channel is None or place[1] in ("", channel))]
    unsaid = [(marketplace, "")] if channel is not None and (marketplace, "") in known else []
    for what, places in (("marketplace", elsewhere), ("channel", unsaid)):
        moves = Counts()
        for place in places:
            moves = moves.plus(known[place])
        if any(moves):
            fits = compared.equal(compared.counts.plus(moves))
            text = f"orders of which no file says the {what} counted here"
            yield Explanation("unknown_place", what, moves_of(moves), fits, text, None, None)
