"""How decided claims ended, as people read it."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Column, Sheet
from atoz_cli.answers.claims import WinRate
from atoz_cli.sheets.words import count, percent, phrase


def outcomes(rates: Sequence[WinRate]) -> list[Sheet]:
    """A row a group: decided, won, the share with what chance alone could make of it, and the odds that triage uses."""
    fought = sum(one.decided for one in rates)
    won = sum(one.won for one in rates)
    lead = f"{count(fought, 'decision')} after a fight, {won} won" if rates else "No decisions are known yet"
    columns = (
        Column("What"), Column("Kind", whole=False), Column("Proof"), Column("Won", "right"), Column("Share", "right"),
        Column("By chance", spare=True), Column("Not fought", "right", spare=True), Column("Odds in use", whole=False),
    )  # fmt: skip
    notes = (
        "Not fought: unanswered, withdrawn by the buyer, or refunded before the decision; they make no odds.",
        "Odds in use: your own share once a group has enough decisions (atoz rules odds: enough), else our estimate.",
    )
    return [
        Sheet("How claims ended", (lead,), columns if rates else (), tuple(map(_row, rates)), notes if rates else ())
    ]


def _row(one: WinRate) -> tuple[str, ...]:
    low_high = "" if one.interval is None else f"{percent(one.interval[0])} to {percent(one.interval[1])}"
    odds = f"{percent(one.odds)}, {'yours' if one.odds_from == 'outcomes' else 'our estimate'}"
    share = "N/A" if one.rate is None else percent(one.rate)
    rest = one.unanswered + one.withdrawn + one.refunded
    return (one.what, phrase(one.kind), one.evidence, f"{one.won} of {one.decided}", share, low_high, str(rest), odds)
