"""The commands: read options, ask one question, show one answer. Everything else happens in the other rooms."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from typing import Annotated, cast

import typer

from atoz_cli import __version__
from atoz_cli.errors import AtozError, BadUsage

# The base of what click says of wrong options. Typer carries a click of its own from 0.26 on and names only this child.
WRONG_USAGE = cast("type[Exception]", typer.BadParameter.__mro__[2])

# Name, the module of this folder and the function in it, and what the overview says.
COMMANDS = {
    "import": ("files", "import_", "Read files into the store."),
    "odr": ("rates", "odr", "The Order Defect Rate, and why."),
    "health": ("health", "health", "Account Health, each metric by target."),
    "trend": ("trend", "trend", "A metric day by day, and what changed."),
    "feedback": ("rates", "feedback", "Negative feedback: its rate, what to do."),
    "project": ("project", "project", "The rate day by day ahead, and what if."),
    "triage": ("claims", "triage", "Each claim: what to do, and by when."),
    "prevent": ("prevent", "prevent", "What may become a claim, and what to do."),
    "causes": ("causes", "causes", "Where defects come from."),
    "evidence": ("evidence", "evidence", "The pack to send for one claim."),
    "outcomes": ("outcomes", "outcomes", "How claims ended, and your own odds."),
    "why": ("claims", "why", "One order, and why it counts or not."),
    "reconcile": ("reconcile", "reconcile", "Our figures against Amazon's own."),
    "report": ("report", "report", "All of it on one page: HTML or Markdown."),
    "check": ("check", "check", "All limits and deadlines at once, for cron."),
    "run": ("running", "run_", "What cron calls: import, check, report, tell."),
    "status": ("status", "status", "The state in a few lines."),
    "config": ("config", "config", "What is configured, and from where."),
    "export": ("export", "export", "Tables as CSV, Parquet or a workbook."),
    "doctor": ("doctor", "doctor", "What is missing for a right answer."),
    "rules": ("about", "rules", "Amazon's policy, dated and cited."),
    "sources": ("about", "sources", "What can be imported, and from where."),
    "template": ("about", "template", "An empty file of our own to fill in."),
    "schema": ("about", "schema", "The JSON Schema of each answer."),
    "demo": ("files", "demo", "All of it on a made-up seller."),
}


def application(arguments: list[str]) -> typer.Typer:
    """The program with the command that is asked for; with all of them where none is, as for the help."""
    app = typer.Typer(
        name="atoz",
        no_args_is_help=False,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="The Order Defect Rate as Amazon counts it, what it will be and why; and what to do about each claim. "
        "From the files you already have, on your own machine.",
    )
    app.callback(invoke_without_command=True)(atoz)
    asked = next((word for word in arguments if not word.startswith("-")), "")
    for name in [asked] if asked in COMMANDS else COMMANDS:
        module, function, overview = COMMANDS[name]
        command = getattr(import_module(f"atoz_cli.cli.{module}"), function)
        app.command(name, short_help=overview)(command)
    return app


def atoz(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback where atoz itself fails.")] = False,
) -> None:
    """Show the state where there is a store, else the help, where nothing is asked."""
    if version:
        typer.echo(f"atoz {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from atoz_cli.cli.asking import store_path

        path = store_path(os.environ.get("ATOZ_STORE"))
        if path.is_file():
            from atoz_cli.cli.status import status

            status(store=str(path))
            raise typer.Exit
        typer.echo(context.get_help())
        raise typer.Exit


def run(arguments: list[str]) -> int:
    """One command; its exit status. No traceback for anything that a user can cause."""
    as_json = wants_json(arguments)
    try:
        status = application(arguments)(fail_over_alone(arguments), prog_name="atoz", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except typer.Exit as leave:
        return leave.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except WRONG_USAGE as error:
        return _report(_usage(error), as_json)
    except AtozError as error:
        return _report(error, as_json)
    except Exception as error:
        if "Query interrupted" in str(error):  # how the engine says that Ctrl-C came while it was at work
            return 130
        return _ours(error, "--debug" in arguments, as_json)


def wants_json(arguments: list[str]) -> bool:
    """Whether errors are JSON too: known before the options are read, since they may be what is wrong."""
    return "--json" in arguments or "--format=json" in arguments or "--format json" in " ".join(arguments)


def fail_over_alone(arguments: list[str]) -> list[str]:
    """`--fail-over` may stand without a rate, which click cannot say: then it means the policy's limit."""
    spelled = []
    for at, argument in enumerate(arguments):
        following = arguments[at + 1] if at + 1 < len(arguments) else ""
        alone = argument == "--fail-over" and not re.match(r"[^-]|-\d", following)
        spelled.append("--fail-over=limit" if alone else argument)
    return spelled


def _usage(error: Exception) -> AtozError:
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "atoz"
    return BadUsage(message[:1].lower() + message[1:].rstrip("."), f"{path} --help")


def _report(error: AtozError, as_json: bool) -> int:
    from atoz_cli.views import error_text

    print(error_text(error, as_json=as_json), file=sys.stderr)
    return error.exit_status


def _ours(error: Exception, debug: bool, as_json: bool) -> int:
    if debug:
        raise error
    bug = AtozError(
        f"sorry, this is a fault of atoz: {type(error).__name__}: {error}",
        "run it again with `atoz --debug …` and send us the trace, without your data",
    )
    bug.code = "internal"
    _report(bug, as_json)
    return 70
