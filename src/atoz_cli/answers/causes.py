"""The values of `atoz causes`: groups of orders, how they compare with the rest, and what answers what stands out."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from atoz_cli.answers.rates import Window

Verdict = Literal["stands_out", "no_difference", "too_few"]


class Rest(Struct, frozen=True):
    """The other orders of the same account, marketplace and channel, as far as the files say to which group they belong."""

    orders: int
    defective_orders: int
    rate: float | None
    interval: tuple[float, float] | None


class AtStake(Struct, frozen=True):
    """Money in defective orders, in one currency (None: the files do not say which).

    `amount`: of the claims and chargebacks that make them defective; `order_amount`: of their items. None: not known.
    """

    currency: str | None
    amount: Decimal | None
    order_amount: Decimal | None


class KindCount(Struct, frozen=True):
    """How many defective orders have a defect of this kind: of a claim or chargeback, or the cause of a feedback."""

    kind: str
    orders: int


class Remedy(Struct, frozen=True):
    """What answers it: the guide's practice by its heading, in plain words, and its id in `atoz rules measures`."""

    practice: str
    text: str
    rule: str


class CauseGroup(Struct, frozen=True):
    """One group of orders against the rest.

    `p`: how likely chance alone makes it that much worse; `q` the same for having looked at every group (Benjamini and
    Hochberg). `verdict`, `p` and `q` are None where there is nothing to compare: no rest, a group of what is not known,
    and kinds, which are of defects and not of orders (their `orders` are all orders).
    """

    account: str
    marketplace: str | None
    channel: str | None
    window: Window
    by: str
    group: str | None
    orders: int
    defective_orders: int
    rate: float | None
    interval: tuple[float, float] | None
    rest: Rest | None
    times: float | None
    p: float | None
    q: float | None
    verdict: Verdict | None
    money: tuple[AtStake, ...]
    kinds: tuple[KindCount, ...]
    measure: Remedy | None


class LookedAt(Struct, frozen=True):
    """How the groups of one grouping came out, and the orders of which no file says the group."""

    by: str
    groups: int
    stands_out: int
    no_difference: int
    too_few: int
    unknown_orders: int


class CausePlace(Struct, frozen=True):
    """One account, marketplace and channel: what was looked at, and the groups to show, what stands out first."""

    account: str
    marketplace: str | None
    channel: str | None
    window: Window
    orders: int
    defective_orders: int
    rate: float | None
    interval: tuple[float, float] | None
    looked_at: tuple[LookedAt, ...]
    groups: tuple[CauseGroup, ...]

    @property
    def tested(self) -> int:
        """How many groups were held against a rest."""
        return sum(one.stands_out + one.no_difference + one.too_few for one in self.looked_at)
