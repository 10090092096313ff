"""Write the manual page `docs/atoz.1` from the commands themselves: `python docs/make_man.py`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

OUT = Path(__file__).with_name("atoz.1")
EXITS = {
    "0": "done",
    "1": "done, and a check found something",
    "2": "wrong usage or configuration",
    "3": "input refused: a file not recognised or not readable; with --strict, any refused row",
    "4": "not enough data to answer",
    "5": "the store is not usable now",
    "130": "interrupted",
}
FILES = {
    "atoz.toml": "the configuration: of the working folder, then of the user's config folder (atoz config path)",
    "atoz.duckdb": "the store, in the user's data folder where neither --store, ATOZ_STORE nor the configuration names another",
}
VARIABLES = {
    "ATOZ_STORE, ATOZ_ACCOUNT, ATOZ_TIMEZONE": "as --store, --account (of import) and --timezone",
    "ATOZ_POLICY": "a policy file of your own, laid over ours",
    "ATOZ_CONFIG": "a configuration file instead of those above; empty: none",
    "ATOZ_CHECK__DUE, ATOZ_LIMITS__HEADROOM, ...": "any key of the configuration",
    "NO_COLOR, TERM=dumb": "no colours",
}


def page() -> str:
    """All of it as roff."""
    os.environ.pop("_TYPER_STANDARD_TRACEBACK", None)
    from typer.main import get_command

    from atoz_cli.cli import application

    whole: Any = get_command(application([]))
    parts = [
        '.TH ATOZ 1 "" "atoz" "User Commands"',
        ".SH NAME",
        r"atoz \- the Order Defect Rate as Amazon counts it, and what to do about it",
        ".SH SYNOPSIS",
        ".B atoz",
        r".RI [ COMMAND ]\ [ OPTIONS ]",
        ".SH DESCRIPTION",
        text(whole.help or ""),
        ".PP",
        "Without a command it shows the state where there is a store, else this help.",
        ".SH COMMANDS",
    ]
    for name, command in whole.commands.items():
        parts += [f".SS atoz {text(name)}{arguments(command)}", text(command.help or ""), *options(command)]
    parts += [".SH OPTIONS", *options(whole)]
    for title, rows in (("EXIT STATUS", EXITS), ("ENVIRONMENT", VARIABLES), ("FILES", FILES)):
        parts += [
            f".SH {title}",
            *(line for key, said in rows.items() for line in (".TP", f".B {text(key)}", text(said))),
        ]
    parts += [
        ".SH SEE ALSO",
        "The pages in docs/ of the source: sources, metrics, policy, triage, report, check, cron.",
    ]
    return "\n".join(parts) + "\n"


def arguments(command: Any) -> str:
    """What a command takes beside its options."""
    return "".join(
        f" {text(one.metavar or one.name.upper())}" for one in command.params if one.param_type_name == "argument"
    )


def options(command: Any) -> list[str]:
    """A tagged paragraph an option; a hidden one is not told."""
    found = []
    for one in command.params:
        if one.param_type_name == "option" and not one.hidden:
            names = ", ".join([*one.opts, *one.secondary_opts])
            metavar = "" if one.is_flag else f" {one.metavar or 'VALUE'}"
            found += [".TP", f".B {text(names + metavar)}", text(one.help or "")]
    return found


def text(said: str) -> str:
    """Words that roff leaves as they are, on one line."""
    line = re.sub(r"\s+", " ", said.strip()).replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", line)


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8", newline="\n")
