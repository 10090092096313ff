"""Findings and what each target was told in; notices out: only what is new or worse, never in quiet hours, never lost.

A finding is noted as told when the target took it. One that a target did not take is told at the next run; one that is
over is forgotten, so that it is told again when it comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from atoz_cli.answers.check import Alert
from atoz_cli.errors import BadUsage

Send = Callable[[str, str, str], bool]
"""An address, a title and a body to whether they were taken."""
SAYS = {"error": "!", "unknown": "?", "warning": "-"}
MOST = 30


def key(one: Alert) -> str:
    """What makes a finding the same on another day."""
    return "|".join(str(part or "") for part in (one.code, one.account, one.marketplace, one.channel, one.about))


def fresh(alerts: Iterable[Alert], told: Mapping[str, int]) -> list[Alert]:
    """Those that were not told, or are worse than when they were."""
    return [one for one in alerts if key(one) not in told or one.weight > told[key(one)]]


def is_quiet(now: datetime, quiet: tuple[int, int] | None) -> bool:
    """Whether nobody is told at that time of day; the span may go over midnight."""
    if quiet is None:
        return False
    first, last = quiet
    minute = now.hour * 60 + now.minute
    return first <= minute < last if first <= last else minute >= first or minute < last


def forget(told: dict[str, int], alerts: Iterable[Alert]) -> None:
    """Drop what is over, and let a finding that got better be told when it gets worse again."""
    weights = {key(one): one.weight for one in alerts}
    for name in list(told):
        if name not in weights:
            del told[name]
        else:
            told[name] = min(told[name], weights[name])


def notice(alerts: Sequence[Alert]) -> tuple[str, str]:
    """Title and body: a line a finding, the worst first; no personal data, since no finding has any."""
    errors = sum(one.severity == "error" for one in alerts)
    title = f"atoz: {len(alerts)} new finding{'' if len(alerts) == 1 else 's'}" + (
        f", {errors} to act on" if errors else ""
    )
    lines = [f"{SAYS[one.severity]} {_whose(one)}{one.message}" for one in alerts[:MOST]]
    if len(alerts) > MOST:
        lines.append(f"and {len(alerts) - MOST} more: atoz check")
    return title, "\n".join(lines)


def _whose(one: Alert) -> str:
    return "" if one.account in (None, "default") else f"{one.account}: "


def through_apprise() -> Send:
    """Send by apprise, an extra. BadUsage where it is not installed."""
    try:
        import apprise
    except ImportError:
        raise BadUsage("notices need the extra `notify`", "pip install 'atoz-cli[notify]'") from None

    def send(address: str, title: str, body: str) -> bool:
        service = apprise.Apprise()
        return bool(service.add(address)) and bool(
            service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
        )

    return send
