"""What can be configured, each with its default: pydantic-settings reads it from files and the environment.

Durations are written as on the command line (`24h`, `14d`), rates as `0.8%` or `0.008`.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from atoz_cli.policy.shape import MARKETPLACES

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def _span(value: Any) -> Any:
    """`24h`, `14d`, `8w` as a span of time."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,5})([smhdw])", str(value).strip().lower())
    if not found:
        raise ValueError("is not a duration: write 24h, 14d or 8w")
    return timedelta(seconds=int(found[1]) * UNITS[found[2]])


def _rate(value: Any) -> Any:
    """`0.8%` or `0.008` as a fraction."""
    text = str(value).strip()
    try:
        share = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        raise ValueError("is not a rate: write 0.8% or 0.008") from None
    if not 0 < share <= 1:
        raise ValueError("is not a rate between 0 and 100 %")
    return share


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not a time zone: write Europe/Berlin or America/Los_Angeles") from None
    return value


def _place(value: str) -> str:
    place = {"GB": "UK"}.get(value.upper(), value.upper())
    if place not in MARKETPLACES:
        raise ValueError(f"is not a marketplace: one of {' '.join(MARKETPLACES)}")
    return place


def _hours(value: str) -> str:
    """`22:00-07:00`, in the time zone of the configuration."""
    found = re.fullmatch(r"(\d{2}:\d{2})-(\d{2}:\d{2})", value)
    if not found:
        raise ValueError("is not a span of hours: write 22:00-07:00")
    for end in found.groups():
        try:
            time.fromisoformat(end)
        except ValueError:
            raise ValueError(f"{end} is no time of day") from None
    return value


Span = Annotated[timedelta, BeforeValidator(_span)]
Rate = Annotated[Decimal, BeforeValidator(_rate)]
Zone = Annotated[str, AfterValidator(_zone)]
Place = Annotated[str, AfterValidator(_place)]
Hours = Annotated[str, AfterValidator(_hours)]


class Part(BaseModel):
    """A table of the configuration: what it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Part):
    """What is watched beside Amazon's own targets. A rate by the name of its metric; none: the policy's limit."""

    rates: dict[str, Rate] = Field(default_factory=dict, description="metric to the rate at which it is reported")
    headroom: int | None = Field(
        default=2, ge=0, description="report an account with so few defective orders to go, or fewer"
    )
    missed_within: Span | None = Field(
        default=timedelta(days=14), description="report what is projected to be missed so soon"
    )


class Stale(Part):
    """How old the newest of each kind may be. `0d`: it is not looked at."""

    orders: Span | None = Field(default=timedelta(days=3), description="the newest order")
    feedback: Span | None = Field(default=timedelta(days=30), description="the newest feedback")
    claims: Span | None = Field(
        default=timedelta(days=30), description="the newest claim, chargeback, return or mail about one"
    )
    report: Span | None = Field(default=timedelta(days=30), description="the newest performance report")


class Check(Part):
    """What `atoz check` looks at beside the limits."""

    due: Span = Field(default=timedelta(hours=24), description="report deadlines within")
    unreconciled: Span | None = Field(
        default=timedelta(days=45), description="hold performance reports of so many days against ours"
    )
    gaps: bool = Field(default=True, description="report days without orders in the window")
    stale: Stale = Field(default_factory=Stale)


class Account(Part):
    """One seller account, by its name."""

    marketplaces: tuple[Place, ...] = Field(
        default=(), description="where it sells: a place without orders is reported"
    )
    folders: tuple[Path, ...] = Field(default=(), description="folders in which its files arrive")
    limits: Limits | None = Field(default=None, description="instead of the limits of all")


class Run(Part):
    """What `atoz run` does with the files that arrive, and what it writes."""

    folders: tuple[Path, ...] = Field(default=(), description="folders in which files of the default account arrive")
    settle: Span = Field(
        default=timedelta(seconds=2), description="a file written to within that time is left for the next run"
    )
    after: Literal["leave", "move"] = Field(default="leave", description="what becomes of a file that was imported")
    done: Path | None = Field(
        default=None, description="where imported files are moved to; none: a folder `imported` beside them"
    )
    refused: Path | None = Field(
        default=None, description="where refused files are moved to; none: they are left where they are"
    )
    reports: tuple[Path, ...] = Field(default=(), description="reports to write: .html, .md or .json")
    log: Path | None = Field(default=None, description="the file that gets a line a run; none: stderr")


class Notices(Part):
    """Who is told, when something changed for the worse or a deadline nears."""

    targets: tuple[SecretStr, ...] = Field(
        default=(), description="addresses as apprise writes them: mailto://…, slack://…"
    )
    quiet: Hours | None = Field(default=None, description="hours in which nobody is told: 22:00-07:00")
    severities: tuple[Literal["error", "unknown", "warning"], ...] = Field(
        default=("error", "unknown", "warning"), description="which findings"
    )


class Settings(BaseSettings):
    """Everything."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="ATOZ_", env_nested_delimiter="__", validate_default=True
    )

    store: Path | None = Field(default=None, description="the store file")
    policy: Path | None = Field(default=None, description="a policy file of your own")
    account: str = Field(default="default", min_length=1, description="whose the imported files are")
    timezone: Zone = Field(default="UTC", description="whose days orders fall on")
    accounts: dict[str, Account] = Field(default_factory=dict, description="the seller accounts by name")
    limits: Limits = Field(default_factory=Limits)
    check: Check = Field(default_factory=Check)
    run: Run = Field(default_factory=Run)
    notices: Notices = Field(default_factory=Notices)

    def limits_of(self, account: str) -> Limits:
        """The limits of one account."""
        own = self.accounts.get(account)
        return own.limits if own is not None and own.limits is not None else self.limits
