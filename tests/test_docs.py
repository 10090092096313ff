"""The examples of the docs are run, and say what is shown; the pages of the sources are what their script writes.

Each ```console block of a page goes on where the last one ended.
"""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "sources.md", ROOT / "docs" / "project.md")
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


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """The repository's top as the folder, a store that lasts over the page, `atoz` as this Python runs it."""
    folder = tmp_path
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_the_program_says(page: Path, world: dict[str, str]) -> None:
    found = [step for step in steps(page.read_text("utf-8")) if step.command.startswith("atoz")]
    assert found, f"no ```console examples in {page.name}"
    for step in found:
        said = subprocess.run(
            step.command, shell=True, cwd=ROOT, env=world, capture_output=True, text=True, encoding="utf-8", check=False
        )
        lines = [line.rstrip() for line in (said.stdout + said.stderr).splitlines()]
        shown = trimmed(step.shown)
        assert same(shown, trimmed(lines)), (
            f"{page.name}, line {step.line}: $ {step.command}\n--- shown\n" + "\n".join(shown) + "\n--- said\n"
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


# --- the pages of the sources ------------------------------------------------------------------------------------


def test_the_pages_of_the_sources_are_what_the_script_writes() -> None:
    made: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "make_sources.py"))["pages"]()
    for path, text in made.items():
        assert path.exists() and path.read_text("utf-8") == text, f"{path.name}: run python docs/make_sources.py"
    assert set((ROOT / "docs" / "sources").iterdir()) == set(made) - {ROOT / "docs" / "sources.md"}


def test_every_field_of_every_record_has_a_phrase_and_no_phrase_is_left_over() -> None:
    from atoz_cli.records import RECORDS
    from atoz_cli.sources.declare import phrase

    phrases = tomllib.loads((ROOT / "src/atoz_cli/sources/words/fields.toml").read_text("utf-8"))
    fields = {fact: set(record.model_fields) for fact, record in RECORDS.items()}
    for fact, names in fields.items():
        for name in names:
            text = phrase(fact, name)
            assert text.strip() == text and "|" not in text and not text.endswith("."), f"{fact}.{name}"
    shared = phrases.pop("any")
    assert set(phrases) <= set(fields)
    for fact, own in phrases.items():
        assert set(own) <= fields[fact], fact
    for name in shared:
        assert any(name in names and name not in phrases.get(fact, {}) for fact, names in fields.items()), name


def test_a_page_holds_every_name_of_every_column() -> None:
    from atoz_cli.cards import cards

    for name, card in cards().items():
        text = (ROOT / "docs" / "sources" / f"{name}.md").read_text("utf-8")
        flat = " ".join(text.split())
        for column in card.columns:
            every = [*column.names, *(one for names in column.added for one in names)]
            every += [words for sets in column.meant_by.values() for words in sets]
            assert [one for one in every if " ".join(one.split()) not in flat] == [], f"{name}: {column.field}"
        for told in (card.what, card.where, card.cite, *card.traps, *(one.text for one in card.constants)):
            assert told in flat, f"{name}: {told}"


def test_the_map_of_the_docs_is_the_file_beside_them() -> None:
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    for name in ("shop.csv", "shop-map.toml"):
        assert (ROOT / "docs" / "examples" / name).read_text("utf-8") in text
