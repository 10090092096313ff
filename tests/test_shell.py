"""Completion as the shells ask for it, in real shells where they are installed; the manual page is what its script writes."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from atoz_cli.cli import COMMANDS
from conftest import Shop
from oracle import write

ROOT = Path(__file__).parents[1]


def ask(shell: str, words: str, **environment: str) -> str:
    """What the program answers when a shell asks how `words` may go on."""
    last = words.split(" ")[-1]
    asks = {
        "bash": {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))},
        "zsh": {"_TYPER_COMPLETE_ARGS": words},
        "fish": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        "pwsh": {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_WORD_TO_COMPLETE": last},
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    told = clean | {"_ATOZ_COMPLETE": f"complete_{shell}"} | asks[shell] | environment
    return subprocess.run(
        [sys.executable, "-m", "atoz_cli"], env=told, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "pwsh"])
def test_every_shell_completes_commands_and_options(shell: str) -> None:
    assert "health" in ask(shell, "atoz he") and "triage" not in ask(shell, "atoz he")
    assert "--marketplace" in ask(shell, "atoz odr --mark")


@pytest.mark.parametrize(
    ("words", "one", "other"),
    [
        ("atoz trend late", "late_shipment_rate", "odr"),
        ("atoz health --metric cont", "contact_response_rate", "odr"),
        ("atoz odr --marketplace U", "UK", "DE"),
        ("atoz triage --kind item", "item_not_received", "other"),
        ("atoz import --as perf", "performance_v2", "claims"),
        ("atoz odr --format m", "markdown", "csv"),
    ],
)
def test_values_complete(words: str, one: str, other: str) -> None:
    found = ask("bash", words).split()
    assert one in found and other not in found


def test_accounts_complete_from_the_store(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    row = {
        "order_id": "111-0000000-0000001",
        "placed_at": "2026-10-01T12:00:00Z",
        "marketplace": "US",
        "channel": "mfn",
    }
    for name in ("north", "nordic", "south"):
        shop.load(*write(tmp_path / name, {"orders": [row]}), account=name)
    assert ask("bash", "atoz odr --account no", ATOZ_STORE=str(shop.path)).split() == ["nordic", "north"]
    assert ask("bash", "atoz odr --account no", ATOZ_STORE=str(tmp_path / "none.duckdb")).split() == []


SCRIPTS = {
    "bash": 'eval "$({0} --show-completion bash)"; COMP_WORDS=(atoz he); COMP_CWORD=1; _atoz_completion {0}; echo "${{COMPREPLY[@]}}"',
    "fish": '{0} --show-completion fish | source; complete -C "atoz he"',
}


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_real_shell_completes(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    here = tmp_path / "atoz"
    here.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m atoz_cli "$@"\n')
    here.chmod(0o755)
    told = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    ran = subprocess.run(
        [program, "-c", SCRIPTS[shell].format("atoz")], env=told, capture_output=True, text=True, check=False
    )
    assert "health" in ran.stdout, ran.stderr


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_a_real_zsh_completes_what_is_typed(tmp_path: Path) -> None:
    """zsh completes only at a terminal: here is one, and somebody who types."""
    import pty

    (tmp_path / "atoz").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m atoz_cli "$@"\n')
    (tmp_path / "atoz").chmod(0o755)
    told = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-f"], stdin=theirs, stdout=theirs, stderr=theirs, env=told, start_new_session=True
    ) as zsh:
        os.close(theirs)
        os.write(ours, b'autoload -Uz compinit; compinit -u; eval "$(atoz --show-completion zsh)"; echo RE""ADY\n')
        seen = _until(ours, "READY")
        os.write(ours, b"atoz odr --mark\t")
        seen = _until(ours, "--marketplace")
        zsh.kill()
    os.close(ours)
    assert "--marketplace" in seen


def _until(terminal: int, wanted: str) -> str:
    """What a terminal shows, until that is in it or half a minute is over."""
    import select
    import time

    seen, end = "", time.monotonic() + 30
    while wanted not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace")
    return seen


def test_the_manual_page_is_what_its_script_writes_and_has_every_command() -> None:
    spec = importlib.util.spec_from_file_location("make_man", ROOT / "docs" / "make_man.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = (ROOT / "docs" / "atoz.1").read_text(encoding="utf-8")
    assert page == script.page(), "run python docs/make_man.py"
    assert all(f".SS atoz {name}" in page for name in COMMANDS)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_manual_page_is_set_without_complaint() -> None:
    ran = subprocess.run(
        ["groff", "-man", "-Tutf8", "-k", "-ww", str(ROOT / "docs" / "atoz.1")],
        capture_output=True,
        text=True,
        check=True,
    )
    plain = re.sub(r".\x08|\x1b\[[0-9;]*m", "", ran.stdout)
    assert ran.stderr == "" and "EXIT STATUS" in plain
