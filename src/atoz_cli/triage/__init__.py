"""What to do: a `Case` (a claim and its facts) and the policy book in, an `answers.Verdict` out.

`judge` reads in the order of a specialist: situation, eligibility, protection, deadline, action, proof.
"""

from __future__ import annotations

from atoz_cli.triage.action import advise
from atoz_cli.triage.advice import Advice
from atoz_cli.triage.odds import NO_OWN, Own
from atoz_cli.triage.order import ranked
from atoz_cli.triage.outcomes import Outcome, outcomes, own_odds, row_of
from atoz_cli.triage.stage import is_open
from atoz_cli.triage.verdict import findings, judge

__all__ = [
    "NO_OWN", "Advice", "Outcome", "Own", "advise", "findings", "is_open", "judge", "outcomes", "own_odds", "ranked",
    "row_of",
]  # fmt: skip
