"""The words in which defects and what can be done about them are spoken of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from atoz_cli.answers.rates import DefectKind
from atoz_cli.reconcile.orders import Known

KINDS: dict[DefectKind, str] = {
    "negative_feedback": "feedback",
    "a_to_z_claim": "A-to-z claim",
    "chargeback": "chargeback",
}
IS = {True: "counts", False: "does not count", None: "is pending"}


def stands(defect: Known) -> str:
    """`its A-to-z claim counts (granted)`, `its chargeback is pending`."""
    said = f"its {KINDS[defect.kind]} {IS[defect.counts]}"
    return said if defect.standing == "pending" else f"{said} ({defect.standing.replace('_', ' ')})"


def named(kinds: Iterable[DefectKind]) -> list[str]:
    """Kinds of defects as people say them."""
    return [KINDS[kind] for kind in kinds]


def joined(words: Sequence[str]) -> str:
    """`feedback`, `feedback and chargeback`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def looks(may: bool | None) -> str:
    """How a defect that should not count is spoken of: Amazon may know what nobody here does."""
    return "would look appealable" if may is False else "looks appealable"
