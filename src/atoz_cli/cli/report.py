"""`atoz report`."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atoz_cli import __version__
from atoz_cli import options as o
from atoz_cli.cli import asking
from atoz_cli.errors import BadUsage

if TYPE_CHECKING:
    from atoz_cli.metrics import Question
    from atoz_cli.report import Asked

SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json"}
FORMATS = ("html", "markdown", "json")

File = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where to: .html, .md or .json. Without: to stdout."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="html|markdown|json", help="Default: by the file's suffix, else Markdown."),
]
Since = Annotated[
    str, typer.Option("--since", metavar="DATE|7d", help="What changed since then. Default: since the day before.")
]
Back = Annotated[int, typer.Option("--days", min=14, max=730, metavar="N", help="So many days back in the charts.")]
Ahead = Annotated[int, typer.Option("--ahead", min=1, max=365, metavar="N", help="So many days ahead in the charts.")]
Template = Annotated[
    str | None, typer.Option("--template", metavar="FILE", help="A Jinja template of your own for the HTML.")
]


def report(
    output: File = None,
    since: Since = "1d",
    days: Back = 180,
    ahead: Ahead = 60,
    template: Template = None,
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: Format = None,
    as_json: o.AsJson = False,
) -> None:
    """Everything on one page: the state, charts, deadlines, what changed, and what to do. One account or a whole agency."""
    from atoz_cli import views
    from atoz_cli.report import Asked

    chosen = _format("json" if as_json else format, output)
    if template is not None and chosen != "html":
        raise BadUsage("--template is for HTML", "name an .html file with -o, or give --format html")
    question, said = asking.question(as_of, account, marketplace)
    asked = Asked(_since(since, question.day), days, ahead)
    own = Path(asking.text(template)) if template else None
    text = written(asking.store_path(store), asking.seconds(wait), question, said, chosen, asked, own)
    views.write(text, Path(output) if output else None)


def written(
    path: Path, wait: float, question: Question, said: str, format: str, asked: Asked, template: Path | None = None
) -> str:
    """A report of the store at `path` as text. `said`: the day as the user named it."""
    from atoz_cli import views
    from atoz_cli.answers import Answer
    from atoz_cli.report import reported
    from atoz_cli.store.duck import reading

    with reading(path, wait) as opened:
        found, notices = reported(opened, asking.book(), question, asked)
    if format == "json":
        answer = Answer("atoz.report/1", said, tuple(one.report for one in found), tuple(notices))
        return views.render(answer, "json", sheets=list, width=None, colour=False)
    from atoz_cli.sheets.report import Drawn, page

    drawn = [
        Drawn(one.report, tuple((line.points, line.marks) for line in one.series), one.projections, one.places)
        for one in found
    ]
    made = page(drawn, notices, said, question.as_of, f"atoz {__version__}")
    return views.render_page(made, format, template)


def format_of(path: Path) -> str:
    """What a file's suffix says. BadUsage where it says nothing."""
    return _format(None, str(path))


def _format(format: str | None, output: str | None) -> str:
    suffix = Path(output).suffix.lower() if output else ""
    if format is None:
        if output and suffix not in SUFFIXES:
            raise BadUsage(f"-o {output}: its suffix says no format", "name it .html, .md or .json, or give --format")
        return SUFFIXES.get(suffix, "markdown")
    if format not in FORMATS:
        raise BadUsage(
            f"no format of a report is called {format!r}", f"--format {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        )
    return format


def _since(option: str, today: date) -> date:
    try:
        found = date.fromisoformat(option.strip())
    except ValueError:
        many = asking.days(option, "--since", 1) or 1
        found = max(date.min + timedelta(days=many), today) - timedelta(days=many)
    if found > today:
        raise BadUsage(f"--since: {found} is after the day asked, {today}", "take an earlier day, or a later --as-of")
    return found
