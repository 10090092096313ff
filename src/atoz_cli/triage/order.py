"""Which verdict comes first: by deadline, then by what it does to the rate, then by money, then by ids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from atoz_cli.answers.claims import Verdict

NEVER = datetime.max.replace(tzinfo=UTC)


def ranked(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Overdue first and without a date last; then the bigger ODR effect, what counts, the bigger amount, the ids."""
    return sorted(verdicts, key=_key)


def _key(verdict: Verdict) -> tuple[object, ...]:
    amount = verdict.amount if verdict.amount is not None else Decimal(-1)
    ids = (verdict.account, verdict.marketplace or "", verdict.order_id, verdict.claim_id or "", verdict.type)
    return (verdict.act_by or NEVER, -_effect(verdict), not verdict.odr.counts, -amount, *ids)


def _effect(verdict: Verdict) -> float:
    """How much the rate rises if it is lost."""
    odr = verdict.odr
    if odr.rate_now is None or odr.rate_if_lost is None:
        return 0.0
    return round(odr.rate_if_lost - odr.rate_now, 6)
