"""What every room of the judges hands to the next: the findings of one case, and the advice that comes of them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from atoz_cli.answers.rules import Reason
from atoz_cli.triage.case import Case
from atoz_cli.triage.deadline import Deadline
from atoz_cli.triage.eligibility import Eligibility
from atoz_cli.triage.law import Law
from atoz_cli.triage.protection import Protection
from atoz_cli.triage.situation import Situation


class Findings(Struct, frozen=True):
    """All that was found out about a case before anything is advised."""

    case: Case
    law: Law
    situation: Situation
    eligibility: Eligibility
    protection: Protection
    deadline: Deadline

    @property
    def rule(self) -> str:
        """The id of the row of the decision table; without a row, of the standing."""
        return f"actions.rows.{self.situation.row}" if self.situation.row else self.standing_rule

    @property
    def standing_rule(self) -> str:
        """The id of what the defect is worth today."""
        table = "chargeback" if self.case.type == "chargeback" else "claim"
        return f"standings.{table}.{self.case.odr.standing}"

    def because(self, text: str) -> Reason:
        """A sentence by the row, or by the standing where no row fits."""
        day = None if self.situation.row else self.case.as_of.date()
        return self.law.because(self.rule, text, day)


class Advice(Struct, frozen=True):
    """What to do and until when it helps."""

    action: str
    act_by: datetime | None
    why: tuple[Reason, ...]
