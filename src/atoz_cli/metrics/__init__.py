"""How to count: `lay_out` puts the policy beside the facts, the `.sql` files count, `measures` and others judge."""

from __future__ import annotations

from atoz_cli.metrics.asking import GROUPS, lay_out
from atoz_cli.metrics.question import Question, Span
from atoz_cli.metrics.rates import defective_orders, enters_and_leaves, measures, rule_of, window_of

__all__ = [
    "GROUPS", "Question", "Span", "defective_orders", "enters_and_leaves", "lay_out", "measures", "rule_of", "window_of",
]  # fmt: skip
