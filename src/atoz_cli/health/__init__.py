"""A question in, Account Health out: every metric against its target, what is missing for it, and Amazon's own figure beside it."""

from __future__ import annotations

from collections.abc import Sequence

from atoz_cli.answers import Notice
from atoz_cli.answers.health import HealthMeasure
from atoz_cli.errors import BadUsage, EmptyStore
from atoz_cli.health.defects import DEFECTS, defect_rows
from atoz_cli.health.look import Look
from atoz_cli.health.only_reported import ONLY_REPORTED, reported_rows
from atoz_cli.health.units import unit_rows
from atoz_cli.metrics.asking import lay_out, lay_out_orders
from atoz_cli.metrics.evidence import only_traced
from atoz_cli.metrics.gaps import missing_orders
from atoz_cli.metrics.metric import METRICS
from atoz_cli.metrics.question import Question, Store
from atoz_cli.metrics.silence import silent
from atoz_cli.policy import Book

__all__ = ["NAMES", "health"]

NAMES = (*DEFECTS, *(metric.name for metric in METRICS), *ONLY_REPORTED)
"""Every metric, in the order in which they are told; a report may have more."""
RANKS = {"missed": 0, "unknown": 2, "no_data": 3, "met": 4, None: 5, "no_orders": 6}


def health(
    store: Store, book: Book, question: Question, names: Sequence[str] = ()
) -> tuple[list[HealthMeasure], list[Notice]]:
    """The rows, worst first, and what the user should know. `names`: only these metrics.

    EmptyStore where nothing is known of the account, marketplace or channel asked for, BadUsage for a name of nothing.
    """
    look = Look(store, book, question, names)
    if strange := [name for name in names if name not in NAMES and name not in look.reports.all_names]:
        raise BadUsage(f"no metric is called {strange[0]!r}", f"one of {', '.join(NAMES)}")
    defects = not names or not set(names).isdisjoint(DEFECTS)
    if defects:
        spans, notices = lay_out(store, book, question, old_too=False)
    else:
        spans, notices = lay_out_orders(store, book, question), []
    rows = [*(defect_rows(look, spans) if defects else ()), *unit_rows(look)]
    rows += reported_rows(look, {_key(row) for row in rows})
    notices += only_traced(store, question) if defects else []
    notices += missing_orders(store, book, question, spans)
    notices += [notice for _, _, notice in silent(store, question)]
    if not any(row.denominator or row.reported for row in rows):
        raise EmptyStore(
            "no orders and no report to judge by", "import All Orders of those days, or look at --as-of and the filters"
        )
    return sorted(rows, key=_rank), notices


def _key(row: HealthMeasure) -> tuple[str, str, str, str | None]:
    return row.account, row.marketplace or "", row.metric, row.channel


def _rank(row: HealthMeasure) -> tuple[int, str, str, int, str, bool, str, str]:
    """Missed first, then what Amazon calls bad, unknown, without data, met, without a target; last where there is nothing."""
    rank = RANKS[row.status]
    return (
        1 if rank and row.reported and row.reported.is_bad else rank, row.account, row.marketplace or "~",
        NAMES.index(row.metric) if row.metric in NAMES else len(NAMES), row.metric, row.channel != "mfn", row.channel or "~",
        row.category or "",
    )  # fmt: skip
