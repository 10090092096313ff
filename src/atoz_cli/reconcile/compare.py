"""Their figures and our counts in, what differs out: only what both sides say is compared."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from atoz_cli.answers.reconcile import Figure, FigureName, Moves, Outcome
from atoz_cli.metrics.arithmetic import rate
from atoz_cli.reconcile.alike import same_rate
from atoz_cli.reconcile.ours import Counts
from atoz_cli.reconcile.theirs import Said

NAMES: tuple[FigureName, ...] = (
    "orders", "defective_orders", "negative_feedback_orders", "claim_orders", "chargeback_orders",
)  # fmt: skip


class Compared(Struct, frozen=True):
    """Both sides of one window. `places`: to how many a rate is compared."""

    said: Said
    counts: Counts
    places: int

    @property
    def known(self) -> bool:
        """Whether our side has orders there, or theirs says that there were none."""
        return bool(self.counts.orders) or self.said.orders == 0

    @property
    def verdict(self) -> Outcome:
        """Same where all that both sides say is equal."""
        if not self.known or (not self.said.counts and self.said.rate is None):
            return "cannot_compare"
        return "same" if self.equal(self.counts) else "differs"

    def equal(self, counts: Counts) -> bool:
        """Whether all figures that theirs says are these."""
        ours = dict(zip(NAMES, counts, strict=True))
        if any(ours[name] != self.said.counts[name] for name in NAMES if name in self.said.counts):
            return False
        written = self._rate
        return written is None or (
            counts.orders > 0 and same_rate(counts.defective_orders, counts.orders, written, self.places)
        )

    @property
    def _rate(self) -> Decimal | None:
        """Their rate; None where it is not even that of their own counts, which a note says."""
        said = self.said
        if said.rate is None or said.defective_orders is None or not said.orders:
            return said.rate
        return said.rate if same_rate(said.defective_orders, said.orders, said.rate, self.places) else None

    @property
    def needed(self) -> dict[FigureName, int]:
        """By how much each of our numbers would have to change, of those that theirs says."""
        ours = dict(zip(NAMES, self.counts, strict=True))
        return {name: self.said.counts[name] - ours[name] for name in NAMES if name in self.said.counts}

    def theirs_more(self, name: FigureName) -> bool:
        """Whether Amazon counts more of something: by its number, else by all defective orders, else by the rate."""
        for told in (name, "defective_orders"):
            if told in self.needed:
                return self.needed[told] > 0
        if self.said.rate is None or not self.counts.orders:
            return False
        return self.said.rate > Decimal(self.counts.defective_orders) / self.counts.orders

    def helps(self, moves: Counts) -> bool:
        """Whether a change alone brings our figures nearer: none of those compared away from theirs or past them."""
        changes, needed = dict(zip(NAMES, moves, strict=True)), self.needed
        if self.said.rate is not None and not needed:
            return self._brings_the_rate_nearer(moves)
        told = {name: change for name, change in changes.items() if name in needed and change}
        return bool(told) and all(
            (change > 0) == (needed[name] > 0) and abs(change) <= abs(needed[name]) for name, change in told.items()
        )

    def _brings_the_rate_nearer(self, moves: Counts) -> bool:
        then, written = self.counts.plus(moves), self.said.rate
        if written is None or then.orders <= 0 or not self.counts.orders:
            return False
        before = abs(Decimal(self.counts.defective_orders) / self.counts.orders - written)
        return abs(Decimal(then.defective_orders) / then.orders - written) < before

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of both sides, with our side unknown where it has no orders."""
        said, found = self.said.counts, []
        for name, ours in zip(NAMES, self.counts, strict=True):
            theirs, mine = said.get(name), ours if self.known else None
            found.append(Figure(name, theirs, mine, mine - theirs if mine is not None and theirs is not None else None))
        theirs_rate = float(round(self.said.rate, 6)) if self.said.rate is not None else None
        our_rate = rate(self.counts.defective_orders, self.counts.orders)
        both = our_rate is not None and theirs_rate is not None
        gap = round(our_rate - theirs_rate, 6) if both else None  # type: ignore[operator]
        return (*found, Figure("rate", theirs_rate, our_rate, gap))


def moves_of(counts: Counts) -> Moves:
    """A change of counts as answers say it."""
    return Moves(*counts)
