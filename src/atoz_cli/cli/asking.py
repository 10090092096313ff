"""Options as they were typed in, the values that the other rooms want out; and the one way in which answers are shown."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.answers import Answer, Notice, Sheet
    from atoz_cli.answers.causes import CausePlace
    from atoz_cli.answers.projection import ProjectedDay
    from atoz_cli.answers.rates import Measure
    from atoz_cli.metrics import Question
    from atoz_cli.policy import Book

PLACES = [
    "US",
    "CA",
    "MX",
    "BR",
    "UK",
    "DE",
    "FR",
    "IT",
    "ES",
    "NL",
    "SE",
    "PL",
    "BE",
    "IE",
    "TR",
    "AE",
    "SA",
    "EG",
    "IN",
    "JP",
    "AU",
    "SG",
    "ZA",
]
UNITS = {"d": 24, "w": 168, "h": 1}


def show(answer: Answer, sheets: Callable[[], Sequence[Sheet]], format: str, as_json: bool, output: str | None) -> None:
    """Write the answer to stdout or to a file; what the user should know goes to stderr, or into the JSON."""
    from atoz_cli import views

    chosen = "json" if as_json else format
    width, colour = (None, False) if output else views.stdout_facts()
    if chosen == "json":
        from atoz_cli.views import to_json

        views.write(to_json.pieces(answer), Path(output) if output else None)
        return
    text = views.render(answer, chosen, sheets=sheets, width=width, colour=colour)
    views.write(text, Path(output) if output else None)
    warn(answer.warnings)


def warn(notices: Sequence[Notice]) -> None:
    """One line each on stderr."""
    for notice in dict.fromkeys(notice.message for notice in notices):
        print(f"warning: {notice}", file=sys.stderr)


def check_format(format: str) -> None:
    """BadUsage before any work is done."""
    if format not in ("table", "json", "csv", "markdown"):
        raise BadUsage(f"no format is called {format!r}", "--format table, json, csv or markdown")


def text(option: str) -> str:
    """What was typed in, also where the locale could not tell its characters."""
    return option.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def store_path(option: str | None) -> Path:
    """--store, ATOZ_STORE (Typer has read it), the configuration, else a file in the user's data folder."""
    from atoz_cli.config import usual_store

    return Path(os.path.expanduser(option)) if option else usual_store()


def book() -> Book:
    """The policy, with the user's own over it (ATOZ_POLICY, or the configuration's)."""
    from atoz_cli.config import plain
    from atoz_cli.policy import load

    overlay = os.environ.get("ATOZ_POLICY") or plain().get("policy")
    return load(Path(os.path.expanduser(overlay)) if overlay else None)


def whose(option: str | None) -> str:
    """The account that files are of: --account, ATOZ_ACCOUNT, the configuration's, else `default`."""
    from atoz_cli.config import plain

    return option if option is not None else plain().get("account", "default")


def hours(option: str, name: str) -> int:
    """A duration such as 60d, 8w or 72h in hours."""
    found = re.fullmatch(r"(\d{1,5})([dwh])", option.strip().lower())
    if not found:
        raise BadUsage(f"{name}: {option!r} is not a duration", "write 60d, 8w or 72h")
    return int(found[1]) * UNITS[found[2]]


def seconds(option: str) -> float:
    """How long to wait: 30s, 5m or a duration."""
    found = re.fullmatch(r"(\d{1,6})(s|m)?", option.strip().lower())
    if found:
        return float(found[1]) * (60 if found[2] == "m" else 1)
    try:
        return hours(option, "--wait") * 3600.0
    except BadUsage as error:
        raise BadUsage(error.message, "write 30s or 5m") from None


def days(option: str | None, name: str, least: int) -> int | None:
    """A duration of whole days."""
    if option is None:
        return None
    whole, rest = divmod(hours(option, name), 24)
    if rest or whole < least:
        raise BadUsage(
            f"{name}: {option!r} is not a number of whole days", f"write at least {least}d, such as 60d or 8w"
        )
    return whole


def marketplace(option: str | None) -> str | None:
    """Two letters of the contract; GB is taken for UK."""
    if option is None:
        return None
    place = {"GB": "UK"}.get(option.strip().upper(), option.strip().upper())
    if place not in PLACES:
        raise BadUsage(f"{option!r} is not a marketplace", f"one of {' '.join(PLACES)}")
    return place


def channel(option: str | None) -> str | None:
    """`mfn` or `afn`."""
    if option is None:
        return None
    word = {"fba": "afn", "fbm": "mfn"}.get(option.lower(), option.lower())
    if word not in ("mfn", "afn"):
        raise BadUsage(f"{option!r} is not a channel", "--channel mfn (you ship) or afn (Amazon ships)")
    return word


def zone(option: str) -> tzinfo:
    """A time zone by its name."""
    if option == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(option)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadUsage(f"{option!r} is not a time zone", "write it as Europe/Berlin or America/Los_Angeles") from None


def language(option: str) -> None:
    """BadUsage for a language that there are no letters in."""
    from atoz_cli.letters import LANGUAGES

    if option not in LANGUAGES:
        raise BadUsage(f"--language: there are no letters in {option!r}", f"one of {', '.join(LANGUAGES)}")


def clock(option: str | None) -> tuple[tzinfo | None, str]:
    """The zone that moments are told in, and its name: --timezone, else this machine's (None), as in `PST/PDT`."""
    if option is not None:
        return zone(option), option
    import time

    names = tuple(dict.fromkeys(time.tzname)) if time.daylight else time.tzname[:1]
    if names in (("UTC",), ("GMT",)) and not time.timezone:
        return UTC, "UTC"
    return None, "/".join(names)


def moment(option: str | None, at_home: tzinfo = UTC) -> tuple[datetime, date, str]:
    """What --as-of means: the last moment that is known, the day that windows count from, and how the answer says it."""
    if option is None:
        now = datetime.now(UTC)
        return now, now.astimezone(at_home).date(), now.date().isoformat()
    written = option.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            day = date.fromisoformat(written)
            return datetime.combine(day, time.max, UTC), day, written
        at = datetime.fromisoformat(written)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        return at, at.astimezone(at_home).date(), written
    except (ValueError, OverflowError):
        raise BadUsage(f"--as-of: {option!r} is not a date", "write 2026-11-22 or 2026-11-22T18:00:00Z") from None


def limit(option: str | None) -> Decimal | None:
    """--fail-over as a fraction; None means the policy's own limit."""
    if option is None or option == "limit":
        return None
    try:
        share = Decimal(option.removesuffix("%")) / (100 if option.endswith("%") else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 < share <= 1:
        raise BadUsage(f"--fail-over: {option!r} is not a rate", "write 0.01 or 1%")
    return share


def question(
    as_of: str | None,
    account: str | None,
    place: str | None,
    channel_: str | None = None,
    window: str | None = None,
    lag: str = "auto",
    timezone: str | None = None,
    leave_out: bool | None = None,
) -> tuple[Question, str]:
    """The question that the options ask, and its day as the answer says it."""
    from atoz_cli.config import plain
    from atoz_cli.metrics import Question

    timezone = timezone or plain().get("timezone", "UTC")
    at, day, said = moment(as_of, zone(timezone))
    return (
        Question(
            as_of=at,
            day=day,
            account=None if account is None else text(account),
            marketplace=marketplace(place),
            channel=channel(channel_),
            window_days=days(window, "--window", 1),
            lag_days=None if lag == "auto" else days(lag, "--lag", 0),
            timezone=timezone,
            leave_out_cancelled=leave_out,
        ),
        said,
    )


def later(at: datetime, span: timedelta) -> datetime:
    """The moment after a span of time, or the end of the calendar."""
    try:
        return at + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def within(option: str | None, name: str) -> timedelta | None:
    """A duration as a span of time."""
    return None if option is None else timedelta(hours=hours(option, name))


def over(measures: Sequence[Measure], share: Decimal | None) -> bool:
    """Whether a rate is not below the share (None: not below its own limit). Integers decide."""
    from atoz_cli.metrics.arithmetic import below

    if share is None:
        return any(one.status == "missed" for one in measures)
    return any(not below(one.defective_orders, one.orders, share) for one in measures)


class Placed(NamedTuple):
    """Orders of an account, and of which marketplace and channel they are, where that is known."""

    account: str
    marketplace: str | None
    channel: str | None
    orders: int


def unknown_places(measures: Sequence[Measure | ProjectedDay | CausePlace] | Sequence[Placed]) -> list[Notice]:
    """A warning for orders whose marketplace or channel no file says."""
    from atoz_cli.answers import Notice

    found = []
    for one in measures:
        missing = [name for name in ("marketplace", "channel") if getattr(one, name) is None]
        if missing:
            found.append(
                Notice(
                    "unknown_place",
                    f"{one.orders} orders of account {one.account} have no {' and no '.join(missing)}: Amazon judges each "
                    "apart; import All Orders for them, or give --marketplace on import",
                )
            )
    return found
