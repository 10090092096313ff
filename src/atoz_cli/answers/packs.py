"""The values of a pack of evidence: its slots, its letter, its files."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct


class Slot(Struct, frozen=True):
    """One kind of proof. `files` hold it; `where` says where to get what is missing. `have` is None if unknown."""

    slot: str
    have: bool | None
    value: str | None
    files: tuple[str, ...]
    where: str | None


class PackedFile(Struct, frozen=True):
    """One file of a pack."""

    file: str
    bytes: int
    sha256: str


class Letter(Struct, frozen=True):
    """The text to paste, with the length that it is kept to."""

    what: str
    file: str
    language: str
    characters: int
    limit: int


class EvidencePack(Struct, frozen=True):
    """The pack of one claim; its manifest holds the same."""

    account: str
    marketplace: str | None
    order_id: str
    claim_id: str | None
    type: Literal["a_to_z_claim", "chargeback"]
    kind: str
    action: str
    act_by: datetime | None
    evidence_score: float
    strength: Literal["none", "some", "strong"]
    slots: tuple[Slot, ...]
    letter: Letter | None
    files: tuple[PackedFile, ...]
    reminders: tuple[str, ...]
