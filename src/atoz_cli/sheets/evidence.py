"""A pack of evidence as people read it: strength, what there is, what is missing and where to get it."""

from __future__ import annotations

from atoz_cli.answers import Cell, Column, Sheet
from atoz_cli.answers.packs import EvidencePack, Slot
from atoz_cli.sheets.words import count, moment, percent, phrase


def evidence(one: EvidencePack, target: str) -> list[Sheet]:
    """What was written where, then a row a slot, then the reminders."""
    tone = {"strong": "good", "some": "warn"}.get(one.strength, "bad")
    by = f", by {moment(one.act_by)} UTC" if one.act_by else ""
    lead: list[str | Cell] = [
        Cell(f"Proof: {one.strength} ({percent(one.evidence_score)}); to do: {phrase(one.action)}{by}", tone),  # type: ignore[arg-type]
        f"{count(len(one.files), 'file')} and a manifest in {target}",
    ]
    if one.letter:
        lead.append(
            f"{one.letter.file}: {one.letter.characters} of {one.letter.limit} characters ({one.letter.language})"
        )
    columns = (Column("Proof"), Column("Have"), Column("What, or where to get it", whole=False))
    title = f"Evidence for order {one.order_id}" + (f" ({one.claim_id})" if one.claim_id else "")
    return [Sheet(title, tuple(lead), columns if one.slots else (), tuple(map(_row, one.slots)), one.reminders)]


def _row(slot: Slot) -> tuple[str | Cell, ...]:
    have = {True: Cell("yes", "good"), False: Cell("no", "bad"), None: Cell("unknown", "warn")}[slot.have]
    what = "; ".join(part for part in (slot.value, ", ".join(slot.files)) if part) if slot.have else slot.where or ""
    return phrase(slot.slot), have, what
