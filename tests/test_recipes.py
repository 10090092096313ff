"""The recipes of docs/cron.md, each tried where it can be: the crontab's line is run, the other files are read by their own tools."""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "cron.md").read_text("utf-8")
START = f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m atoz_cli "$@"\n'


def block(name: str) -> str:
    (found,) = re.findall(rf"```{name}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as the recipes have it: `atoz` in ~/.local/bin, a configuration and a file that arrived in ~/atoz."""
    program = tmp_path / ".local" / "bin" / "atoz"
    program.parent.mkdir(parents=True)
    program.write_text(START)
    program.chmod(0o755)
    inbox = tmp_path / "atoz" / "inbox"
    inbox.mkdir(parents=True)
    (tmp_path / "atoz" / "atoz.toml").write_text(
        'store = "s.duckdb"\n[run]\nfolders = ["inbox"]\nreports = ["report.md"]\nsettle = "0s"\n'
    )
    shutil.copy(ROOT / "sample_data" / "all-orders-us.txt", inbox)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="there is no sh")
def test_the_line_of_the_crontab_runs_and_prints_the_end_of_a_run_that_found_something(home: Path) -> None:
    (line,) = [line for line in block("crontab").splitlines() if line.startswith("0 ")]
    command = line.split(maxsplit=5)[5]
    ran = subprocess.run(
        ["/bin/sh", "-c", command], env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (home / "atoz" / "report.md").exists() and (home / "atoz" / "s.duckdb").exists()
    assert "no_feedback" in ran.stdout and ran.stderr == "" and len(ran.stdout.splitlines()) <= 20


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_timer_and_the_service(home: Path) -> None:
    units = [home / "atoz.service", home / "atoz.timer"]
    for unit in units:
        unit.write_text(block(f"systemd-{unit.suffix[1:]}").replace("%h", str(home)))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_launchd_could_read_the_property_list() -> None:
    told = plistlib.loads(block("plist").encode())
    assert told["ProgramArguments"][1:] == ["run"] and told["Label"] == "atoz.run"
    assert told["StartCalendarInterval"] == {"Hour": 7, "Minute": 0}
