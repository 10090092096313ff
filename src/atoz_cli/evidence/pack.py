"""What is in a pack: files by name, and the answer that lists them with their sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath

from msgspec import Struct

from atoz_cli.answers.claims import Verdict
from atoz_cli.answers.packs import EvidencePack, Letter, PackedFile, Slot
from atoz_cli.evidence.sheets_of_facts import STANDS_IN, fact_files, notes
from atoz_cli.letters import letter
from atoz_cli.policy import Book
from atoz_cli.triage.case import Case
from atoz_cli.triage.law import law_of
from atoz_cli.triage.odds import band
from atoz_cli.triage.proof import proof
from atoz_cli.triage.stage import stage

MANIFEST = "manifest.json"


class Attached(Struct, frozen=True):
    """A file that the user adds to a slot."""

    slot: str
    name: str
    content: bytes


class Packed(Struct, frozen=True):
    """The answer, and every file of the pack by its name but the manifest, which is the answer written out."""

    answer: EvidencePack
    files: dict[str, bytes]


def pack(
    case: Case, verdict: Verdict, row: str | None, book: Book, language: str, attached: Sequence[Attached] = ()
) -> Packed:
    """The pack of one claim. What is attached makes its slot one that is had."""
    law = law_of(case, book)
    own = _attachments(attached)
    evidence, score = proof(case, law, row, frozenset(one.slot for one in attached))
    files = fact_files(case, verdict)
    names = {one.slot: _where(one.slot, one.have, files, own) for one in proof(case, law, row)[0]}
    slots = tuple(Slot(one.slot, one.have, one.value, names[one.slot], one.note) for one in evidence)
    files |= {name: content for several in own.values() for name, content in several.items()}
    what = _letter_of(case)
    written: Letter | None = None
    if what:
        longest = int(law.value(f"evidence.{what}_characters", law.today))
        text = letter(what, case, verdict, language, longest, sorted(own))
        files[f"{what}.txt"] = text.encode()
        written = Letter(what, f"{what}.txt", language, len(text), longest)
    reminders = _reminders(case, law.value(f"evidence.attach_to_{_goes(case)}", law.today), bool(attached))
    files["notes.txt"] = notes(verdict)
    files["README.txt"] = _readme(case, verdict, slots, score, written, reminders)
    listed = tuple(PackedFile(name, len(files[name]), sha256(files[name]).hexdigest()) for name in sorted(files))
    answer = EvidencePack(
        account=case.account,
        marketplace=case.marketplace,
        order_id=case.order_id,
        claim_id=case.claim_id,
        type=case.type,
        kind=case.kind,
        action=verdict.action,
        act_by=verdict.act_by,
        evidence_score=score,
        strength=band(law, score),
        slots=slots,
        letter=written,
        files=listed,
        reminders=reminders,
    )
    return Packed(answer, files)


def _attachments(attached: Sequence[Attached]) -> dict[str, dict[str, bytes]]:
    """Name and content by slot. The user's own names are not kept: they may name a person."""
    found: dict[str, dict[str, bytes]] = {}
    for one in attached:
        several = found.setdefault(one.slot, {})
        ending = re.sub(r"[^a-z0-9.]", "", PurePath(one.name).suffix.lower())[:9]
        several[f"attachments/{one.slot}-{len(several) + 1}{ending}"] = one.content
    return found


def _where(slot: str, have: bool | None, files: dict[str, bytes], own: dict[str, dict[str, bytes]]) -> tuple[str, ...]:
    stands = STANDS_IN.get(slot)
    return (*((stands,) if have and stands in files else ()), *own.get(slot, ()))


def _letter_of(case: Case) -> str | None:
    """An answer while it is undecided, an appeal once it is lost, nothing once it is over."""
    how_far = stage(case)
    if how_far == "undecided":
        return "reply"
    return "appeal" if how_far == "lost" and case.type != "chargeback" else None


def _goes(case: Case) -> str:
    if case.type == "chargeback":
        return "chargeback"
    return "appeal" if stage(case) == "lost" else "answer"


def _reminders(case: Case, where: str, attached: bool) -> tuple[str, ...]:
    said = [where]
    if attached:
        said.append("Your attachments are copied as they are: black out what names the buyer and is not needed.")
    said.append("notes.txt is for yourself: do not send it.")
    said.append("Read the text before you send it: it says what the files say, and nothing else.")
    return tuple(said)


def _readme(
    case: Case,
    verdict: Verdict,
    slots: Sequence[Slot],
    score: float,
    written: Letter | None,
    reminders: Sequence[str],
) -> bytes:
    by = verdict.act_by.isoformat(" ", "minutes")[:16] + " UTC" if verdict.act_by else "no date"
    lines = [
        f"Proof for {case.claim_id or 'the claim'} on order {case.order_id}",
        f"To do: {verdict.action.replace('_', ' ')}, by {by}. Strength of the proof: {score:.2f} of 1.",
        "",
        "Proof",
    ]
    for one in slots:
        mark = {True: "[x]", False: "[ ]", None: "[?]"}[one.have]
        said = ", ".join(one.files) if one.files else one.value or ""
        lines.append(f"{mark} {one.slot.replace('_', ' ')}" + (f": {said}" if one.have and said else ""))
        if not one.have and one.where:
            lines.append(f"    {one.where}")
    if written:
        lines += ["", f"{written.file}: {written.characters} of {written.limit} characters, to paste."]
    lines += ["", "Before you send it", *(f"- {one}" for one in reminders)]
    return ("\n".join(lines) + "\n").encode()
