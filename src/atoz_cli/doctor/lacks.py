"""A store after an import in, what it still lacks for a right answer out: asked as of the newest order that it knows."""

from __future__ import annotations

from datetime import UTC, datetime, time

from atoz_cli.answers import Notice
from atoz_cli.doctor import files
from atoz_cli.doctor.look import Look
from atoz_cli.metrics import Question
from atoz_cli.metrics.asking import lay_out_orders
from atoz_cli.metrics.gaps import missing_orders
from atoz_cli.metrics.question import Store
from atoz_cli.policy import Book

NEWEST = """SELECT max(placed_at) FROM orders WHERE account = ? AND coalesce(sales_channel, '') <> 'non_amazon'"""
SAID = ("no_feedback", "no_claims")


def lacks(store: Store, book: Book, account: str) -> list[Notice]:
    """Days without orders among those that the rate looks at or will, and kinds of file that were never read.

    Nothing where the account has no orders: then the other files say nothing yet either.
    """
    ((newest,),) = store.ask(NEWEST, [account])
    if newest is None:
        return []
    day = newest.date()
    rule = book.at("odr", day)
    whole = int(rule["window_days"]) + int(rule["lag_days"])
    as_of = datetime.combine(day, time.max, UTC)
    question = Question(as_of=as_of, day=day, account=account, window_days=whole, lag_days=0)
    spans = lay_out_orders(store, book, question)
    found = missing_orders(store, book, question, spans)
    look = Look(store, question, spans, [account], {(account, ""): {}})
    for finding in files.findings(look):
        if finding.code in SAID:
            found.append(Notice(finding.code, f"{finding.message}; {finding.hint}"))
    return found
