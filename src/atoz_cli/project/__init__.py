"""A question and what is supposed in; the Order Defect Rate day by day ahead out: what is certain, what if, and how sure."""

from __future__ import annotations

from atoz_cli.project.ahead import projected, projected_and_told
from atoz_cli.project.scenario import PENDING, Scenario

__all__ = ["PENDING", "Scenario", "projected", "projected_and_told"]
