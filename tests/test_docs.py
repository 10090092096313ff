"""The examples of the README are run, and say what it shows: each ```console block goes on where the last one ended."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
ANYTHING = "…"


class Step(NamedTuple):
    """One command of a page, and the lines that it shows below."""

    line: int
    command: str
    shown: list[str]


def steps(text: str) -> list[Step]:
    """The commands of all ```console blocks, top to bottom."""
    found: list[Step] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if not inside and re.fullmatch(r"\s*```console\s*", line):
            inside = True
            fresh = True
        elif inside and line.strip() == "```":
            inside = False
        elif inside and line.startswith("$ "):
            found.append(Step(number, line[2:], []))
            fresh = False
        elif inside and not fresh:
            found[-1].shown.append(line.rstrip())
    return found


def same(shown: list[str], said: list[str]) -> bool:
    """Whether the lines are the same; a line `…` alone stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == ANYTHING else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in said)) is not None


def trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at both ends."""
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The repository's top as the folder, a store that lasts over the page, `atoz` as this Python runs it."""
    folder = tmp_path_factory.mktemp("docs")
    script = folder / "atoz"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m atoz_cli "$@"\n', "utf-8")
    script.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    return {
        **kept,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "ATOZ_STORE": str(folder / "store.duckdb"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }


def test_the_readme_shows_what_the_program_says(world: dict[str, str]) -> None:
    found = [step for step in steps(README.read_text("utf-8")) if step.command.startswith("atoz")]
    assert found, "no ```console examples in README.md"
    for step in found:
        said = subprocess.run(
            step.command, shell=True, cwd=ROOT, env=world, capture_output=True, text=True, encoding="utf-8", check=False
        )
        lines = [line.rstrip() for line in (said.stdout + said.stderr).splitlines()]
        shown = trimmed(step.shown)
        assert same(shown, trimmed(lines)), (
            f"README.md, line {step.line}: $ {step.command}\n--- shown\n" + "\n".join(shown) + "\n--- said\n"
            + "\n".join(lines)
        )  # fmt: skip


def test_the_runner_knows_what_is_the_same() -> None:
    text = "x\n```console\n$ atoz a\none\n…\nfour\n$ atoz b\n```\n$ not a command\n```console\n$ atoz c\n\n```\n"
    assert [(step.command, step.shown) for step in steps(text)] == [
        ("atoz a", ["one", "…", "four"]), ("atoz b", []), ("atoz c", [""]),
    ]  # fmt: skip
    assert same(["one", "…", "four"], ["one", "two", "three", "four"])
    assert same(["one", "…", "four"], ["one", "four"])
    assert same(["…"], ["anything"])
    assert not same(["one", "…", "four"], ["one", "two", "three"])
    assert not same(["one."], ["onex"])
