"""The house keeps its shape: layers, what each command loads, what is documented, what the wheel holds."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import typer

from atoz_cli.cli import COMMANDS, application, run

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "atoz_cli"
SAMPLE = ROOT / "sample_data"
MODULES = sorted(SRC.rglob("*.py"))
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
HEAVY = ("_duckdb", "duckdb", "pandas", "numpy", "pydantic", "rich", "jinja2", "pyarrow")
DEV_ONLY = (
    "pytest", "hypothesis", "sqlglot", "ruff", "mypy", "importlinter", "grimp", "jsonschema", "build", "hatchling",
)  # fmt: skip


# --- layers and modules ------------------------------------------------------------------------------------------


def test_who_may_import_whom() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_module_says_what_it_is_and_is_one_room(path: Path) -> None:
    text = path.read_text("utf-8")
    assert (ast.get_docstring(ast.parse(text)) or "").strip(), "no docstring"
    assert len(text.splitlines()) <= 300, "a module that passes 300 lines is two rooms"
    assert not re.search("utils|helpers|common|manager|factory", path.stem)


def test_the_fields_of_the_records_are_the_columns_of_the_store(tmp_path: Path) -> None:
    from atoz_cli.records import RECORDS, kinds_of_value
    from atoz_cli.store import duck
    from atoz_cli.store.facts import tables

    store = tmp_path / "store.duckdb"
    assert run(["import", str(SAMPLE / "claims.csv"), "--store", str(store), "-o", os.devnull]) == 0
    with duck.reading(store, 0) as opened:
        held: dict[str, dict[str, str]] = {}
        for table, column, kind in opened.ask(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
        ):
            held.setdefault(table, {})[column] = kind
    assert set(RECORDS) == set(tables())
    for fact in RECORDS:
        for name, (kind, _) in kinds_of_value(fact).items():
            assert held[fact].get(name) == kind.sql, f"{fact}.{name}"


# --- what each command loads -------------------------------------------------------------------------------------

TELL = """
import json, os, sys
from atoz_cli import __main__ as program

def leave(status):
    assert status == 0, status

program._leave = leave  # it would leave at once, before the modules are counted
program.main()
found = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps(found), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """The heavy packages that the command imports, in a process of its own."""
    said = subprocess.run(
        [sys.executable, "-c", TELL, *arguments], capture_output=True, text=True, check=False, cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("ATOZ_", "COV"))},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return {name for name in json.loads(said.stderr.splitlines()[-1]) if name in HEAVY}


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("shape") / "store.duckdb")
    files = [str(SAMPLE / name) for name in ("all-orders-de.txt", "claims.csv", "performance-2026-11-21.json")]
    assert run(["import", *files, "--store", path, "-o", os.devnull]) == 0
    return path


@pytest.mark.parametrize("asked", ["--version", "--help", "rules --json"])
def test_what_needs_no_store_loads_nothing_heavy(asked: str) -> None:
    assert loaded(*asked.split()) == set()


@pytest.mark.parametrize("asked", ["template claims", "sources --json", "schema odr"])
def test_what_knows_the_records_loads_pydantic_only(asked: str) -> None:
    assert loaded(*asked.split()) <= {"pydantic"}


@pytest.mark.parametrize(
    "asked",
    [
        "odr --json",
        "odr --by sku --format csv",
        "triage --json",
        "feedback --json",
        "project --json",
        "trend --json",
        "health --json",
        "prevent --json",
        "reconcile --json",
    ],
)
def test_an_answer_loads_the_engine_and_nothing_else(asked: str, store: str) -> None:
    assert loaded(*asked.split(), "--as-of", "2026-11-22", "--store", store) == {"_duckdb"}


def test_a_table_loads_rich_and_not_pandas(store: str) -> None:
    assert loaded("odr", "--as-of", "2026-11-22", "--store", store) <= {"_duckdb", "rich"}


def test_an_import_checks_with_pydantic_and_not_pandas(tmp_path: Path) -> None:
    found = loaded("import", str(SAMPLE / "claims.csv"), "--json", "--store", str(tmp_path / "store.duckdb"))
    assert found <= {"_duckdb", "pydantic"}


# --- what is documented ------------------------------------------------------------------------------------------


def written() -> str:
    return "\n".join(path.read_text("utf-8") for path in DOCS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_is_in_the_docs(command: str) -> None:
    found = next(one for one in application([]).registered_commands if one.name == command)
    assert found.callback is not None
    assert (found.callback.__doc__ or "").strip()
    assert f"atoz {command}" in written()


def test_every_option_has_help() -> None:
    group = typer.main.get_command(application([]))
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, f"{name} {parameter.opts}"


def names(folder: str) -> list[str]:
    return sorted(path.stem for path in (SRC / folder).glob("*.toml"))


@pytest.mark.parametrize("source", names("sources"))
def test_every_source_is_documented(source: str) -> None:
    assert f"`{source}`" in (ROOT / "docs" / "sources.md").read_text("utf-8")


@pytest.mark.parametrize("policy", names("policy"))
def test_every_policy_is_documented(policy: str) -> None:
    assert re.search(rf"\b{policy}\b", (ROOT / "docs" / "policy.md").read_text("utf-8"))


@pytest.mark.parametrize("metric", [name for name in names("policy") if name == "odr" or name.endswith("_rate")])
def test_every_metric_is_documented(metric: str) -> None:
    assert re.search(rf"\b{metric}\b", (ROOT / "docs" / "metrics.md").read_text("utf-8"))


def test_the_table_of_contributing_names_what_exists() -> None:
    rows = [line for line in (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) > 5
    found = [name for row in rows for name in re.findall(r"`([^`\s]+)`", row)]
    paths = [name for name in found if "/" in name and "<" not in name]
    assert len(paths) > 5
    for path in paths:
        assert (ROOT / path).exists(), path


def test_links_inside_the_docs_lead_somewhere() -> None:
    for page in [*DOCS, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


# --- the wheel ---------------------------------------------------------------------------------------------------

REFUSE = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError("only for developers: " + name, name=name)

sys.meta_path.insert(0, Refuse())
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    said = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_every_file_that_the_program_reads(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for path in SRC.rglob("*"):
        if path.suffix in (".py", ".toml", ".sql", ".css", ".html", ".j2"):
            assert f"atoz_cli/{path.relative_to(SRC).as_posix()}" in inside
    for path in SAMPLE.iterdir():
        if path.suffix in (".txt", ".csv", ".json"):
            assert f"atoz_cli/sample_data/{path.name}" in inside
    assert not [name for name in inside if "__pycache__" in name or name.startswith("tests")]
    assert any(name.endswith("/licenses/LICENSE") for name in inside)


def test_the_wheel_runs_without_the_tools_of_developers(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(REFUSE.replace("{names}", repr(set(DEV_ONLY))), "utf-8")
    place = os.pathsep.join([str(tmp_path / "hook"), str(tmp_path / "site")])
    env = {**os.environ, "PYTHONPATH": place, "ATOZ_STORE": str(tmp_path / "store.duckdb")}

    def runs(*arguments: str) -> str:
        said = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, f"{arguments}: {said.stderr}"
        assert all(line.startswith("warning: ") for line in said.stderr.splitlines()), said.stderr
        return said.stdout

    where = runs("-c", "import atoz_cli; print(atoz_cli.__file__)")
    assert Path(where.strip()).is_relative_to(tmp_path / "site"), "the unpacked wheel, not the checkout"
    every = "from atoz_cli.cli import run\nfor name in {names}: assert run([name, '--help']) == 0"
    assert "Usage: atoz odr" in runs("-c", every.replace("{names}", repr(list(COMMANDS))))
    assert runs("-m", "atoz_cli", "--help").startswith("Usage: atoz")
    assert json.loads(runs("-m", "atoz_cli", "schema", "odr"))["title"] == "atoz.odr/1"
    assert "Order Defect Rate" in runs("-m", "atoz_cli", "demo", "--store", str(tmp_path / "demo.duckdb"))


def test_every_constraint_names_its_version() -> None:
    """A newer pip refuses the whole file for one line that names no version."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==\d[\w.]*", line)] == []
    assert lines == sorted(lines, key=str.lower) and len({line.partition("==")[0].lower() for line in lines}) == len(
        lines
    )
