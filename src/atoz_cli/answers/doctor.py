"""The values of what the store lacks: days without orders, and findings with what to do about each."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]


class Gap(Struct, frozen=True):
    """Days in a row, both ends included, of which no order is known although the account's pace says there were some."""

    account: str
    marketplace: str | None
    from_: date
    to: date
    days: int
    channel: str | None = None
    """None: all channels together"""


class Finding(Struct, frozen=True):
    """What the store lacks for a right answer. `error`: an answer is wrong for it; `code` is stable, the rest for people."""

    account: str | None
    marketplace: str | None
    code: str
    severity: Severity
    message: str
    hint: str | None
