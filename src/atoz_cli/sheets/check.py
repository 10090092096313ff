"""What a check found as people read it: one line each, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.check import Alert
from atoz_cli.sheets.words import count, several

TONES: dict[str, Tone] = {"error": "bad", "unknown": "warn", "warning": "warn"}
SAYS = {"error": "error", "unknown": "cannot tell", "warning": "warning"}


def check(alerts: Sequence[Alert]) -> list[Sheet]:
    """`atoz check`."""
    if not alerts:
        return [
            Sheet("Check", (Cell("Nothing to do: every limit is met, nothing is due, and the data is there", "good"),))
        ]
    many = several(one.account for one in alerts if one.account is not None)
    columns = (
        Column("How bad"), Column("Code"), *([Column("Account")] if many else []), Column("What", whole=False),
        Column("Do", whole=False),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(SAYS[one.severity], TONES[one.severity]), one.code, *((one.account or "",) if many else ()), one.message,
            one.hint,
        )
        for one in alerts
    )  # fmt: skip
    return [Sheet("Check", (_summary(alerts),), columns, rows)]


def _summary(alerts: Sequence[Alert]) -> Cell:
    parts = [
        f"{number} {word}"
        for severity, word in (("error", "to act on"), ("unknown", "that cannot be told"), ("warning", "near"))
        if (number := sum(one.severity == severity for one in alerts))
    ]
    return Cell(f"{count(len(alerts), 'finding')}: {', '.join(parts)}", TONES[alerts[0].severity])
