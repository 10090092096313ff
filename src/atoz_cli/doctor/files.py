"""What no file was read for, what of a file was refused. An empty file is a file: it says that there was nothing."""

from __future__ import annotations

from collections.abc import Iterator

from atoz_cli.answers.doctor import Finding
from atoz_cli.doctor.look import Look, count, download
from atoz_cli.metrics.silence import silent
from atoz_cli.sources.declare import sources

FEEDBACK_DAYS = 30
LEFT = "SELECT account, NULL, max(left_at) FROM feedback WHERE left_at <= $1 GROUP BY account"
DISPUTED = """SELECT account, NULL FROM claims WHERE filed_at <= $1
    UNION SELECT account, NULL FROM chargebacks WHERE filed_at <= $1
    UNION SELECT account, NULL FROM returns WHERE requested_at IS NULL OR requested_at <= $1
    UNION SELECT account, NULL FROM claim_mails WHERE noticed_at <= $1
    UNION SELECT account, NULL FROM money WHERE kind IN ('a_to_z_claim', 'chargeback') AND posted_at <= $1
    UNION SELECT account, NULL FROM health_orders WHERE a_to_z_claim OR chargeback"""
TELLING = ("claims", "chargebacks", "returns", "claim_mails", "health_orders")
REFUSED = """SELECT account, arg_max(marketplace, import_id), file, arg_max(refused, import_id) AS lost FROM imports
    GROUP BY account, file, source HAVING lost > 0 ORDER BY ALL"""


def findings(look: Look) -> Iterator[Finding]:
    """Of each account with orders; and the refused rows of every file."""
    read = _read(look)
    newest = {row[0]: row[2].date() for row in look.rows(LEFT)}
    disputed = {row[0] for row in look.rows(DISPUTED)}
    for account in look.selling:
        if account in newest:
            age = (look.question.day - newest[account]).days
            if age > FEEDBACK_DAYS:
                message = f"the newest feedback is of {newest[account]}, {age} days before the day asked"
                yield Finding(account, None, "feedback_stale", "info", message, download("feedback"))
        elif (account, "feedback") not in read:
            message = "no feedback is known: negative feedback is missing in the rate"
            yield Finding(account, None, "no_feedback", "warning", message, download("feedback"))
        if account not in disputed and not {(account, fact) for fact in TELLING} & read:
            message = "no claims, chargebacks or returns are known: the rate can only be a lower bound"
            copied = "copy claims and chargebacks into `atoz template claims` and `atoz template chargebacks`"
            yield Finding(account, None, "no_claims", "warning", message, f"{download('returns')}; {copied}")
    yield from _silent(look)
    yield from _refused(look)


def _silent(look: Look) -> Iterator[Finding]:
    """Marketplaces of which nothing is told, beside others of which much is."""
    for what, (account, place), notice in silent(look.store, look.question):
        source = "feedback" if what == "feedback" else "returns"
        yield Finding(account, place or None, notice.code, "warning", notice.message, download(source))


def _read(look: Look) -> set[tuple[str, str]]:
    """Account and fact, where a file of that kind was read, whatever was in it."""
    files = look.store.ask("SELECT DISTINCT account, source FROM imports")
    return {(account, fact) for account, source in files if source in sources() for fact in sources()[source].facts}


def _refused(look: Look) -> Iterator[Finding]:
    """By the newest import of a file's name: one that was mended and read again is whole."""
    for account, place, file, refused in look.rows(REFUSED):
        message = f"{count(refused, 'row')} of {file} refused, so not in the store"
        hint = "import it again with --rejects FILE to see why, mend it, and import it once more"
        yield Finding(account, place, "refused_rows", "warning", message, hint)
