"""What a crontab line does: import what arrived, check, write reports, tell who is to be told; a line of what happened.

Safe to be run twice at once (the second waits, or leaves and says so) and to be killed anywhere: a file is noted as done
only after its import was committed, and importing one again changes nothing; a finding is noted as told only after it was.
"""

from __future__ import annotations

from atoz_cli.runs.errand import run
from atoz_cli.runs.plan import Folder, Plan
from atoz_cli.runs.telling import through_apprise

__all__ = ["Folder", "Plan", "run", "through_apprise"]
