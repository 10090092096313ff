"""The configuration and the options in, what `check` and `run` watch of each account out."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from atoz_cli.cli import asking

if TYPE_CHECKING:
    from atoz_cli.check import Watch
    from atoz_cli.config.model import Settings

OF_THE_MODEL = ("ATOZ_ACCOUNTS", "ATOZ_LIMITS", "ATOZ_CHECK", "ATOZ_RUN", "ATOZ_NOTICES")


def settings() -> Settings | None:
    """The configuration, read and checked; None where there is nothing to read: that costs no start-up."""
    from atoz_cli.config import files

    if not files() and not any(name.startswith(OF_THE_MODEL) for name in os.environ):
        return None
    from atoz_cli.config.load import load

    return load()


def watching(found: Settings | None, **given: Any) -> Callable[[str], Watch]:
    """What is watched of an account: the options given beat the configuration, which beats the defaults."""
    from atoz_cli.check import Watch

    told = {name: value for name, value in given.items() if value is not None}

    def of(account: str) -> Watch:
        return replace(Watch() if found is None else _watch(found, account), **told)

    return of


def _watch(found: Settings, account: str) -> Watch:
    from atoz_cli.check import Watch

    limits, stale, own = found.limits_of(account), found.check.stale, found.accounts.get(account)
    return Watch(
        rates=limits.rates,
        headroom=limits.headroom,
        missed_within=_days(limits.missed_within),
        due=found.check.due,
        orders_days=_days(stale.orders),
        feedback_days=_days(stale.feedback),
        claims_days=_days(stale.claims),
        report_days=_days(stale.report),
        unreconciled_days=_days(found.check.unreconciled),
        gaps=found.check.gaps,
        marketplaces=own.marketplaces if own else (),
    )


def _days(span: timedelta | None) -> int | None:
    """None where it is switched off."""
    return span.days if span else None


def due(option: str | None) -> timedelta | None:
    """--due as a span of time."""
    return None if option is None else timedelta(hours=asking.hours(option, "--due"))
