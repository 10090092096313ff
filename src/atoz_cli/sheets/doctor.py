"""What the store lacks as people read it: how bad, where, what, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Cell, Column, Sheet, Tone
from atoz_cli.answers.doctor import Finding
from atoz_cli.sheets.words import count, several

TONES: dict[str, Tone] = {"error": "bad", "warning": "warn", "info": "dim"}


def doctor(findings: Sequence[Finding]) -> list[Sheet]:
    """`atoz doctor`: one line where nothing is missing, else a row a finding; what the store holds below."""
    about = tuple(f"Store: {one.message}" for one in findings if one.code == "store")
    rest = [one for one in findings if one.code != "store"]
    many = several(one.account for one in rest if one.account is not None)
    columns = (
        Column("How bad"), *([Column("Account")] if many else []), Column("Where"), Column("What", whole=False),
        Column("Do", whole=False),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(one.severity, TONES[one.severity]), *((one.account or "",) if many else ()), one.marketplace or "",
            one.message, one.hint or "",
        )
        for one in rest
    )  # fmt: skip
    return [Sheet("What the store lacks", (_summary(rest),), columns if rows else (), rows, about)]


def _summary(findings: Sequence[Finding]) -> Cell:
    numbers = {name: sum(one.severity == name for one in findings) for name in TONES}
    notes = f", {count(numbers['info'], 'note')}" if numbers["info"] else ""
    if not numbers["error"] and not numbers["warning"]:
        return Cell(f"Nothing is missing{notes}", "good")
    text = f"{count(numbers['error'], 'error')}, {count(numbers['warning'], 'warning')}{notes}"
    return Cell(text, "bad" if numbers["error"] else "warn")
