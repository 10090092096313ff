"""Which verdict comes first: by deadline, then by what it does to the rate, then by money, then by ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from atoz_cli.answers.claims import Glance, OdrEffect, Verdict
from atoz_cli.triage.law import when

NEVER = datetime.max.replace(tzinfo=UTC)
NO_RATES: Mapping[str, Decimal] = {}


Judged = TypeVar("Judged", Verdict, Glance)


def ranked(verdicts: Iterable[Judged], rates: Mapping[str, Decimal] = NO_RATES) -> list[Judged]:
    """Overdue first and without a date last; then the bigger ODR effect, what counts, the bigger amount, the ids.

    Amounts are put in order in US dollars by rough `rates`; those in a currency without one come after, by currency.
    """
    return sorted(verdicts, key=lambda one: _key(one, rates))


def place(act_by: datetime | None, odr: OdrEffect, amount: Decimal | None, currency: str | None) -> str:
    """What its place in the order of work hangs on, in one line."""
    by = f"by {when(act_by)}" if act_by else "no date"
    rise = f"ODR +{effect(odr) * 100:.2f} points if lost" if effect(odr) else "no change of the ODR today"
    money = "amount unknown" if amount is None else f"{amount:.2f} {currency or ''}".strip()
    return f"{by}; {rise}; {money}"


def effect(odr: OdrEffect) -> float:
    """How much the rate rises if it is lost."""
    if odr.rate_now is None or odr.rate_if_lost is None:
        return 0.0
    return round(odr.rate_if_lost - odr.rate_now, 6)


def _key(verdict: Verdict | Glance, rates: Mapping[str, Decimal]) -> tuple[object, ...]:
    ids = (verdict.account, verdict.marketplace or "", verdict.order_id, verdict.claim_id or "", verdict.type)
    return (verdict.act_by or NEVER, -effect(verdict.odr), not verdict.odr.counts, *_money(verdict, rates), *ids)


def _money(verdict: Verdict | Glance, rates: Mapping[str, Decimal]) -> tuple[int, str, Decimal]:
    if verdict.amount is None:
        return 2, "", Decimal(0)
    rate = rates.get(verdict.currency or "")
    if rate is None:
        return 1, verdict.currency or "", -verdict.amount
    return 0, "", -verdict.amount * rate
