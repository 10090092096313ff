"""What a run did as people read it: a line for a log, and a line for each file, finding and notice."""

from __future__ import annotations

from collections.abc import Iterator

from atoz_cli.answers.runs import Brought, Ran
from atoz_cli.sheets.words import count

SAYS = {"error": "error", "unknown": "cannot tell", "warning": "warning"}
ENDS = {
    0: "all is well",
    1: "something is to be done",
    2: "trouble",
    3: "a file was refused",
    4: "the data cannot tell",
}


def line(ran: Ran, as_of: str, dry_run: bool) -> str:
    """All of it on one line: what a log keeps."""
    parts = [f"as of {as_of}", *(["dry run"] if dry_run else []), count(len(ran.brought), "new file")]
    refused = sum(one.error is not None for one in ran.brought)
    parts += [f"{refused} refused"] if refused else []
    parts += [f"{ran.unfinished} still arriving"] if ran.unfinished else []
    parts += [f"{sum(one.added for one in ran.brought):,} rows added"] if ran.brought else []
    parts += [count(len(ran.alerts), "finding")] if not ran.unanswered else [f"not checked ({ran.unanswered})"]
    parts += [count(len(ran.reports), "report")] if ran.reports else []
    parts += [
        f"told {one.target} {one.findings}" if one.problem is None else f"{one.target}: {one.problem}"
        for one in ran.told
    ]
    parts += ran.problems
    return f"{ENDS[ran.exit_status]}: {'; '.join(parts)}"


def details(ran: Ran) -> Iterator[str]:
    """A line for each new file and each finding, the worst first."""
    for one in ran.brought:
        yield f"{one.file}: {_became(one)}"
    for alert in ran.alerts:
        whose = "" if alert.account in (None, "default") else f"{alert.account}: "
        yield f"{SAYS[alert.severity]} {alert.code} {whose}{alert.message} ({alert.hint})"


def _became(one: Brought) -> str:
    if one.error:
        return f"refused: {one.error}"
    if one.source is None:
        return "not a file that we know: passed over"
    refused = f", {one.refused:,} rows refused" if one.refused else ""
    return f"{one.source}, {one.added:,} rows added, {one.updated:,} updated{refused}"
