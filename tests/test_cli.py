"""The commands as a script sees them: exit codes, streams, formats, options, and every answer against its own schema."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import atoz_cli
from atoz_cli.cli import run
from atoz_cli.schemas import NAMES, schema_of
from conftest import Atoz, Said

SAMPLE = Path(__file__).parents[1] / "sample_data"
DAY = ("--as-of", "2026-11-22")
PENDING = "111-0000000-0000001"
CLEAN = "111-0000000-0000002"


pytestmark = pytest.mark.usefixtures("own_world")


def orders(
    *ids: str, placed: str = "2026-10-01T12:00:00Z", place: str = "US", channel: str = "mfn", **more: str
) -> str:
    extra = "".join(f",{name}" for name in more)
    values = "".join(f",{value}" for value in more.values())
    lines = [f"{one},{placed},{place},{channel},Shipped{values}\n" for one in ids]
    return f"order_id,placed_at,marketplace,channel,status{extra}\n" + "".join(lines)


def claims(*rows: str) -> str:
    return "order_id,filed_at,claim_id,reason,status,amount,currency\n" + "".join(f"{row}\n" for row in rows)


@pytest.fixture(scope="session")
def _tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "orders.csv").write_text(orders(PENDING, CLEAN), "utf-8")
    (folder / "claims.csv").write_text(
        claims(
            f"{PENDING},2026-11-20T10:00:00Z,C-1,Package didn't arrive,Action required,19.90,USD",
            "999-0000000-0000009,2026-11-21T10:00:00Z,,,Action required,,",
        ),
        "utf-8",
    )
    store = folder / "store.duckdb"
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(["import", f"{folder}/orders.csv", f"{folder}/claims.csv", "--store", str(store)]) == 0
    return store


@pytest.fixture
def tiny(_tiny: Path, tmp_path: Path) -> Path:
    """Two orders, one with an open claim and one clean; and a claim on an order that nobody knows."""
    return Path(shutil.copy(_tiny, tmp_path / "store.duckdb"))


@cache
def _validator(name: str) -> Any:
    schema = schema_of(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value


def keeps_the_envelope(said: Said, name: str, as_of: str | None) -> None:
    """Contract §4 for one answer."""
    answer = said.json
    assert list(answer) == ["schema", "tool_version", "as_of", "data", "warnings"]
    assert answer["schema"] == f"atoz.{name}/1"
    assert answer["tool_version"] == atoz_cli.__version__
    assert answer["as_of"] == as_of
    assert isinstance(answer["data"], list)
    _validator(name).validate(answer)
    for path, value in _leaves(answer["data"]):
        key = path.rpartition(".")[2]
        if value is None:
            continue
        if key.endswith("_id") or key == "sha256":
            assert isinstance(value, str), path
        if key == "amount":
            assert re.fullmatch(r"-?\d+\.\d{2,}", value), path
        if key in ("rate", "rate_now", "rate_if_lost", "rate_without", "interval") or path.endswith(".interval"):
            assert 0 <= value <= 1, path
            assert round(value, 6) == value, path
        if key.endswith("_on") or key in ("from", "to"):
            assert re.match(r"\d{4}-\d\d-\d\d", value), path


READING = [
    ("odr", "odr"),
    ("odr --orders", "odr_orders"),
    *((f"odr --by {by}", "odr_by") for by in ("sku", "asin", "carrier", "service", "state", "week", "reason")),
    ("odr --marketplace US --channel mfn", "odr"),
    ("odr --lag 0d --window 8w", "odr"),
    ("odr --timezone Asia/Tokyo --cancelled-out", "odr"),
    ("project --days 20 --timezone Asia/Tokyo --pending lost", "project"),
    ("feedback", "feedback"),
    ("feedback --list", "feedback_list"),
    ("triage", "triage"),
    ("triage --all", "triage"),
    ("triage --kind item_not_received --due 72h", "triage"),
    ("reconcile", "reconcile"),
]


# --- §4: JSON ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "name"), READING, ids=[question for question, _ in READING])
def test_an_answer_on_the_sample_is_as_its_schema_says_and_the_same_twice(
    asked: Atoz, question: str, name: str
) -> None:
    first = asked(*question.split(), "--json")
    assert first.status == 0
    assert first.err == ""
    keeps_the_envelope(first, name, "2026-11-22")
    assert first.data
    assert asked(*question.split(), "--format", "json").out == first.out


TINY = ["odr", "odr --orders", "odr --by carrier", "odr --by reason", "feedback", "feedback --list", "triage --all"]


@pytest.mark.parametrize("question", TINY)
def test_an_answer_on_a_tiny_store_is_as_its_schema_says(atoz: Atoz, tiny: Path, question: str) -> None:
    said = atoz(*question.split(), *DAY, "--json")
    assert said.status == 0
    keeps_the_envelope(said, dict([*READING, ("odr --by carrier", "odr_by")])[question], "2026-11-22")


def test_why_is_as_its_schema_says_for_defective_orders_of_the_sample(asked: Atoz) -> None:
    for order in asked("odr", "--orders", "--json").data[::7]:
        said = asked("why", order["order_id"], "--json")
        keeps_the_envelope(said, "why", "2026-11-22")
        (story,) = said.data
        assert story["in_window"] is True
        assert (story["enters_on"], story["leaves_on"]) == (order["enters_on"], order["leaves_on"])
        assert [one["rule"] for one in story["defects"]] == [one["rule"] for one in order["defects"]]
        assert all(re.fullmatch(r"[^/\\]+", event["file"]) for event in story["timeline"]), "no path of the machine"


def test_answers_without_a_store_are_as_their_schemas_say(atoz: Atoz) -> None:
    keeps_the_envelope(atoz("sources", "--json"), "sources", None)
    keeps_the_envelope(atoz("sources", "claims", "--json"), "sources", None)
    keeps_the_envelope(atoz("rules", "odr", *DAY, "--json"), "rules", "2026-11-22")


def test_an_import_is_as_its_schema_says_and_its_rows_add_up(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(orders(CLEAN, CLEAN) + "x,nonsense,US,mfn,Shipped\n", "utf-8")
    said = atoz("import", "orders.csv", "--json")
    keeps_the_envelope(said, "import", None)
    (receipt,) = said.data
    counts = {key: receipt[key] for key in ("rows", "added", "updated", "unchanged", "skipped", "refused")}
    assert counts == {"rows": 3, "added": 1, "updated": 0, "unchanged": 1, "skipped": 0, "refused": 1}
    (refusal,) = receipt["refusals"]
    assert (refusal["row"], refusal["line"], refusal["column"], refusal["value"]) == (3, 4, "placed_at", "nonsense")
    assert receipt["file"] == "orders.csv"
    assert (receipt["source"], receipt["account"]) == ("orders", "default")
    assert len(receipt["sha256"]) == 64


def test_a_tiny_store_answers_null_where_it_does_not_know(atoz: Atoz, tiny: Path) -> None:
    (known, unknown) = sorted(atoz("triage", *DAY, "--json").data, key=lambda one: str(one["order_id"]))
    assert known["odr"]["counts"] is None
    assert known["odr"]["in_window"] is True
    assert (known["amount"], known["currency"]) == ("19.90", "USD")
    assert [unknown["channel"], unknown["claim_id"], unknown["amount"]] == [None, None, None]
    assert [unknown["odr"][key] for key in ("in_window", "enters_on", "leaves_on")] == [None, None, None]
    assert atoz("triage", *DAY, "--json").json["warnings"][0]["code"] == "unknown_order"


def test_no_claims_is_an_empty_list_and_no_error(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(orders(CLEAN), "utf-8")
    atoz("import", "orders.csv")
    for question, name in (("triage", "triage"), ("odr --orders", "odr_orders"), ("feedback --list", "feedback_list")):
        said = atoz(*question.split(), *DAY, "--json")
        assert (said.status, said.data) == (0, [])
        keeps_the_envelope(said, name, "2026-11-22")
    assert atoz("triage", *DAY, "--format", "csv").status == 0
    assert "No claims" in atoz("triage", *DAY).out
    assert "No defects in the window" in atoz("odr", "--orders", *DAY, "--format", "markdown").out


def test_every_schema_is_printed_and_is_a_schema(atoz: Atoz) -> None:
    every = atoz("schema").json
    assert tuple(every) == NAMES
    for name in NAMES:
        one = atoz("schema", name).json
        assert one == every[name]
        jsonschema.Draft202012Validator.check_schema(one)
    assert atoz("schema", "nonsense").status == 2


# --- accounts ----------------------------------------------------------------------------------------------------


def test_accounts_stand_apart_and_the_filter_picks_one(
    atoz: Atoz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.csv").write_text(orders(PENDING, CLEAN), "utf-8")
    (tmp_path / "two.csv").write_text(orders(PENDING), "utf-8")
    atoz("import", "one.csv", "--account", "alpha")
    monkeypatch.setenv("ATOZ_ACCOUNT", "beta")
    atoz("import", "two.csv")
    both = atoz("odr", *DAY, "--json")
    keeps_the_envelope(both, "odr", "2026-11-22")
    assert [(one["account"], one["orders"]) for one in both.data] == [("alpha", 2), ("beta", 1)]
    assert [one["account"] for one in atoz("odr", *DAY, "--account", "alpha", "--json").data] == ["alpha"]
    assert [one["account"] for one in atoz("why", PENDING, *DAY, "--json").data] == ["alpha", "beta"]
    assert [one["account"] for one in atoz("why", PENDING, *DAY, "--account", "beta", "--json").data] == ["beta"]
    assert atoz("odr", *DAY, "--account", "gamma").status == 4
    assert atoz("why", CLEAN, *DAY, "--account", "beta").status == 4
    assert "alpha" in atoz("odr", *DAY).out


# --- §3: exit codes and streams ----------------------------------------------------------------------------------

WRONG = [
    "odr --bogus",
    "nonsense",
    "odr --format xml",
    "odr --window 36h",
    "odr --window 0d",
    "odr --window 60",
    "odr --lag 3",
    "odr --lag 12h",
    "odr --as-of tomorrow",
    "odr --as-of 2026-13-01",
    "odr --as-of 2026-11-22T25:00",
    "odr --timezone Mars/Olympus",
    "odr --marketplace XX",
    "odr --channel x",
    "odr --fail-over=2",
    "odr --fail-over=x",
    "odr --by colour",
    "odr --by sku --orders",
    "odr --wait soon",
    "odr extra",
    "odr --store",
    "import",
    "import --as nonsense x.csv",
    "import --date-order yyy x.csv",
    "import --account= x.csv",
    "why",
    "triage --kind nonsense",
    "triage --due 3",
    "triage --fail-due x",
    "triage --response-hours 0",
    "rules nonsense",
    "rules odr.nonsense",
    "rules --as-of 1990-01-01",
    "sources nonsense",
    "template",
    "template nonsense",
    "template all_orders",
    "schema nonsense",
]


@pytest.mark.parametrize("asked", WRONG)
def test_wrong_usage_is_one_line_and_a_hint_and_exit_2(atoz: Atoz, asked: str, tmp_path: Path) -> None:
    said = atoz(*asked.split())
    assert (said.status, said.out) == (2, "")
    lines = said.err.splitlines()
    assert lines[0].startswith("error: ")
    assert len(lines) <= 2
    assert all(line.startswith("hint: ") for line in lines[1:])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("asked", WRONG)
def test_wrong_usage_is_json_with_json(atoz: Atoz, asked: str) -> None:
    command, *rest = asked.split()
    said = atoz(command, "--json", *rest)
    assert (said.status, said.out) == (2, "")
    error = json.loads(said.err)["error"]
    assert list(error) == ["code", "message", "hint"]
    assert error["message"]
    assert said.err.count("\n") == 1


def test_format_json_is_json_for_errors_too(atoz: Atoz) -> None:
    for how in (("--format", "json"), ("--format=json",)):
        assert json.loads(atoz("odr", *how, "--lag", "3").err)["error"]["code"] == "bad_usage"


def test_many_measures_are_a_table(atoz: Atoz, tmp_path: Path) -> None:
    places = ("US", "CA", "DE", "FR", "IT", "ES", "JP")
    for number, place in enumerate(places):
        (tmp_path / f"{place}.csv").write_text(orders(f"A-{number}", place=place), "utf-8")
    assert atoz("import", "??.csv").status == 0
    lines = atoz("odr", *DAY).out.splitlines()
    assert lines[0] == "Order Defect Rate"
    assert "2026-09-09 to 2026-11-07" in lines[1]
    assert sorted(line.split()[0] for line in lines[5:]) == sorted(places)


@pytest.mark.parametrize("asked", ["odr", "feedback", "triage", "why 111-1234567-1234567"])
def test_no_store_is_exit_4(atoz: Atoz, asked: str, tmp_path: Path) -> None:
    said = atoz(*asked.split())
    assert said.status == 4
    assert said.err.startswith("error: there is no store yet\nhint: ")
    assert json.loads(atoz(*asked.split(), "--json").err)["error"]["code"] == "empty_store"
    assert list(tmp_path.iterdir()) == [], "asking makes no store"


def test_not_enough_data_is_exit_4(atoz: Atoz, tiny: Path) -> None:
    assert atoz("odr", "--as-of", "2025-01-01").status == 4
    assert atoz("feedback", "--as-of", "2025-01-01").status == 4
    assert atoz("odr", *DAY, "--marketplace", "JP").status == 4
    assert atoz("odr", *DAY, "--channel", "afn").status == 4
    unknown = atoz("why", "111-9999999-9999999", *DAY, "--json")
    assert unknown.status == 4
    assert json.loads(unknown.err)["error"]["code"] == "unknown_id"


@pytest.mark.parametrize("asked", ["odr", "triage", "import claims.csv"])
def test_a_folder_or_a_damaged_file_as_store_is_exit_5(atoz: Atoz, tmp_path: Path, asked: str) -> None:
    (tmp_path / "claims.csv").write_text(claims(f"{CLEAN},2026-11-20,,,,,"), "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "damaged").write_bytes(b"not a store" * 1000)
    for store in ("folder", "damaged"):
        before = (tmp_path / "damaged").read_bytes()
        said = atoz(*asked.split(), "--store", store)
        assert said.status == 5
        assert said.out == ""
        assert said.err.startswith("error: ")
        assert "Traceback" not in said.err
        assert (tmp_path / "damaged").read_bytes() == before


def test_help_and_version(atoz: Atoz) -> None:
    assert atoz("--version") == (0, f"atoz {atoz_cli.__version__}\n", "")
    bare, helped = atoz(), atoz("--help")
    assert bare.status == helped.status == 0
    assert bare.out == helped.out
    for command in ("import", "odr", "feedback", "triage", "why", "rules", "sources", "template", "schema", "demo"):
        assert re.search(rf"^  {command} +\S.*[^.]\.$", helped.out, re.M), f"{command}: a whole sentence"
        one = atoz(command, "--help")
        assert (one.status, one.err) == (0, "")
        assert one.out.startswith(f"Usage: atoz {command}")
    assert "--store" in atoz("odr", "--help").out
    for command in ("odr", "feedback", "triage", "why"):
        text = atoz(command, "--help").out
        for option in ("--as-of", "--account", "--store", "--wait", "--format", "--json", "--output"):
            assert option in text, f"{command} {option}"


def test_a_fault_of_ours_is_an_apology_and_the_trace_stands_behind_debug(
    atoz: Atoz, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atoz_cli.cli import asking

    def broken() -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(asking, "book", broken)
    said = atoz("rules")
    assert said.status == 70
    assert said.err.startswith("error: sorry, this is a fault of atoz: ZeroDivisionError: oh\nhint: ")
    with pytest.raises(ZeroDivisionError):
        atoz("--debug", "rules")


# --- §3: formats and files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["odr", "odr --orders", "feedback --list", "triage"])
def test_every_format_says_the_same_rows(asked: Atoz, question: str) -> None:
    said = {format: asked(*question.split(), "--format", format) for format in ("table", "json", "csv", "markdown")}
    assert [one.status for one in said.values()] == [0] * 4
    rows = list(csv.DictReader(io.StringIO(said["csv"].out, newline="")))
    assert len(rows) == len(said["json"].data)
    for name in ("order_id", "orders", "account"):
        if name in rows[0]:
            assert [row[name] for row in rows] == [str(one[name]) for one in said["json"].data]
    ids = {one["order_id"] for one in said["json"].data if "order_id" in one}
    for format in ("table", "markdown"):
        assert all(one in said[format].out for one in ids)
        assert said[format].out.endswith("\n")
    assert "warning: " in said["table"].err or question.startswith("feedback")
    assert said["json"].err == ""


def test_the_answer_goes_to_a_file_and_nothing_to_stdout(atoz: Atoz, sample: Path, tmp_path: Path) -> None:
    target = tmp_path / "answer"
    for format in ("table", "json"):
        told = atoz("odr", *DAY, "--store", sample, "--format", format).out
        said = atoz("odr", *DAY, "--store", sample, "--format", format, "-o", target)
        assert (said.status, said.out) == (0, "")
        assert target.read_text("utf-8") == told
    assert [one.name for one in tmp_path.iterdir()] == ["answer"], "no leftovers"


@pytest.mark.parametrize("where", ["no/such/folder/x.json", "."])
def test_a_file_that_cannot_be_written_is_exit_2_and_leaves_nothing(
    atoz: Atoz, sample: Path, tmp_path: Path, where: str
) -> None:
    said = atoz("odr", *DAY, "--store", sample, "-o", where)
    assert (said.status, said.out) == (2, "")
    assert said.err.splitlines()[-2].startswith("error: ")
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_the_old_answer_alone(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "answer").write_text("old", "utf-8")
    assert atoz("odr", "-o", "answer").status == 4
    assert (tmp_path / "answer").read_text("utf-8") == "old"


def test_a_table_into_a_pipe_is_whole_and_without_colour(
    atoz: Atoz, asked: Atoz, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    said = atoz("feedback", "--list", *DAY, "--store", sample)
    assert "\x1b" not in said.out
    assert "…" not in said.out
    items = asked("feedback", "--list", "--format", "json").data
    for one in items:
        assert sum(one["order_id"] in line and one["why"] in line for line in said.out.splitlines()) == 1


def test_colour_is_forced_and_forbidden(atoz: Atoz, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in atoz("odr", *DAY, "--store", sample).out
    assert "\x1b" not in atoz("odr", *DAY, "--store", sample, "--json").out
    assert "\x1b" not in atoz("odr", *DAY, "--store", sample, "--format", "markdown").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in atoz("odr", *DAY, "--store", sample).out


def test_what_a_file_says_is_shown_and_not_obeyed(atoz: Atoz, tmp_path: Path) -> None:
    sku = "[red]S\x1b[31mKU[/red] *x* <b> | `y`"
    (tmp_path / "orders.csv").write_text(orders(CLEAN, sku=f'"{sku}"'), "utf-8")
    assert atoz("import", "orders.csv").status == 0
    assert atoz("odr", "--by", "sku", *DAY, "--json").data[0]["group"] == sku
    for format in ("table", "csv", "markdown"):
        said = atoz("odr", "--by", "sku", *DAY, "--format", format)
        assert said.status == 0
        assert "\x1b" not in said.out
        assert "[red" in said.out.replace("\\", "")
    assert "[red]S\\x1b[31mKU[/red] *x* <b> | `y`" in atoz("odr", "--by", "sku", *DAY).out
    assert "\x1b" not in atoz("why", CLEAN, *DAY).out


# --- §5: options of the answers ----------------------------------------------------------------------------------


def test_fail_over(asked: Atoz) -> None:
    def status(*more: str) -> int:
        said = asked("odr", *more)
        assert said.out, "the answer stands all the same"
        return said.status

    assert status() == 0
    assert status("--fail-over") == 1, "DE mfn is over the limit"
    assert status("--marketplace", "US", "--fail-over") == 0
    assert status("--fail-over", "--marketplace", "US") == 0
    assert status("--fail-over", "2%") == status("--fail-over=0.02") == 0
    assert status("--marketplace", "US", "--fail-over", "0.008") == 1
    said = asked("odr", "--json", "--fail-over")
    assert (said.status, said.err) == (1, "")
    keeps_the_envelope(said, "odr", "2026-11-22")


def test_fail_over_is_not_below(atoz: Atoz, tmp_path: Path) -> None:
    """Exactly 1 of 100 is missed, and so is exactly the rate asked for."""
    ids = [f"111-0000000-{number:07d}" for number in range(100)]
    (tmp_path / "orders.csv").write_text(orders(*ids), "utf-8")
    (tmp_path / "feedback_.csv").write_text(
        f"order_id,left_at,rating,comment,response\n{ids[0]},2026-10-20,1,,\n", "utf-8"
    )
    assert atoz("import", "orders.csv", "feedback_.csv").status == 0
    (measure,) = atoz("odr", *DAY, "--json").data
    assert (measure["rate"], measure["status"], measure["headroom"]) == (0.01, "missed", -1)
    assert [atoz("odr", *DAY, "--fail-over", rate).status for rate in ("0.01", "1%", "1.01%")] == [1, 1, 0]
    assert atoz("odr", *DAY, "--fail-over").status == 1


def test_windows_and_lags(asked: Atoz) -> None:
    def window(*more: str) -> list[Any]:
        said = asked("odr", "--json", *more)
        return list(said.data[0]["window"].values())

    assert window() == ["2026-09-09", "2026-11-07", 60, 15, "report"]
    assert window("--lag", "auto") == window()
    assert window("--lag", "0d") == ["2026-09-24", "2026-11-22", 60, 0, "option"]
    assert window("--window", "8w", "--lag", "1w") == ["2026-09-21", "2026-11-15", 56, 7, "option"]
    assert window("--window", "72h", "--lag", "24h") == ["2026-11-19", "2026-11-21", 3, 1, "option"]


def test_the_policy_gives_the_lag_where_no_report_does(atoz: Atoz, tiny: Path) -> None:
    (measure,) = atoz("odr", *DAY, "--json").data
    assert list(measure["window"].values()) == ["2026-09-09", "2026-11-07", 60, 15, "policy"]


def test_as_of_is_a_day_or_a_moment(atoz: Atoz, tiny: Path) -> None:
    assert len(atoz("triage", "--as-of", "2026-11-20", "--json").data) == 1, "the end of that day"
    for at in ("2026-11-20T09:59", "2026-11-20T11:59:00+02:00", "2026-11-19"):
        said = atoz("triage", "--as-of", at, "--json")
        assert (said.status, said.data, said.json["as_of"]) == (0, [], at)
    assert len(atoz("triage", "--as-of", "2026-11-20T10:00:00Z", "--json").data) == 1
    assert atoz("triage", "--json").json["as_of"] is not None, "now"


def test_the_time_zone_says_which_day_an_order_is_of(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(orders(CLEAN, placed="2026-11-07T23:30:00Z"), "utf-8")
    atoz("import", "orders.csv")
    assert atoz("odr", *DAY).status == 0
    assert atoz("odr", *DAY, "--timezone", "Europe/Berlin").status == 4, "there it was the 8th already"
    assert atoz("odr", *DAY, "--timezone", "America/Los_Angeles").status == 0


def test_due_and_fail_due(atoz: Atoz, tiny: Path) -> None:
    said = atoz("triage", *DAY, "--json")
    due = [one["act_by"] for one in said.data]
    assert due == ["2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z"], "72 hours from the filing"
    assert len(atoz("triage", *DAY, "--due", "12h", "--json").data) == 1
    assert len(atoz("triage", *DAY, "--due", "2d", "--json").data) == 2
    assert atoz("triage", *DAY, "--fail-due", "1h").status == 0
    assert atoz("triage", *DAY, "--due", "1h", "--fail-due", "12h").status == 1, "what is shown is another matter"
    assert atoz("triage", "--as-of", "2026-12-22", "--fail-due", "1h").status == 1, "overdue is due"
    late = atoz("triage", *DAY, "--response-hours", "24", "--json").data
    assert [one["act_by"] for one in late] == ["2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"]


def test_kind_and_all(asked: Atoz) -> None:
    def triage(*more: str) -> list[dict[str, Any]]:
        return asked("triage", *more, "--json").data

    is_open, every = triage(), triage("--all")
    assert 0 < len(is_open) < len(every)
    keys = {(one["order_id"], one["claim_id"]) for one in every}
    assert {(one["order_id"], one["claim_id"]) for one in is_open} < keys
    for kind in ("item_not_received", "other"):
        assert triage("--all", "--kind", kind) == [one for one in every if one["kind"] == kind]
    german = triage("--all", "--marketplace", "DE")
    assert german == [one for one in every if one["marketplace"] == "DE"]


def test_the_overview_counts_what_is_overdue_by_what_it_shows(asked: Atoz) -> None:
    verdicts = [one for one in asked("triage", "--json").data if one["action"] not in ("none", "accept")]
    late = sum(one["act_by"] is not None and one["act_by"] < "2026-11-23" for one in verdicts)
    said = asked("triage", "--format", "table").out
    assert f"{len(verdicts)} to act on, {late} overdue" in said.splitlines()[1]


@pytest.mark.parametrize("by", ["sku", "asin", "carrier", "service", "state", "week", "reason"])
def test_by_has_a_row_a_group_and_most_defective_orders_first(asked: Atoz, by: str) -> None:
    rows = asked("odr", "--by", by, "--json").data
    assert {one["by"] for one in rows} == {by}
    counts = [one["defective_orders"] for one in rows]
    assert counts == sorted(counts, reverse=True)
    assert len({(one["account"], one["marketplace"], one["channel"], one["group"]) for one in rows}) == len(rows)
    assert "group" in rows[0]


def test_the_orders_listed_are_the_ones_counted(asked: Atoz) -> None:
    listed, measures = asked("odr", "--orders", "--json").data, asked("odr", "--json").data
    for one in measures:
        here = [
            order
            for order in listed
            if (order["marketplace"], order["channel"]) == (one["marketplace"], one["channel"])
        ]
        counted = [order for order in here if any(defect["counts"] for defect in order["defects"])]
        assert len(counted) == one["defective_orders"]
        assert len(here) == one["if_pending_lost"]["defective_orders"]
        assert all(one["window"]["from"] <= order["placed_on"] <= one["window"]["to"] for order in here)


# --- the policy --------------------------------------------------------------------------------------------------


def test_the_policy_of_the_user_lies_over_ours(atoz: Atoz, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tiny.parent / "mine.toml"
    mine.write_text("[[odr.change]]\nfrom = 2026-01-01\nlag_days = 30\n", "utf-8")
    monkeypatch.setenv("ATOZ_POLICY", str(mine))
    (measure,) = atoz("odr", *DAY, "--json").data
    assert list(measure["window"].values()) == ["2026-08-25", "2026-10-23", 60, 30, "policy"]
    said = atoz("rules", "odr", *DAY, "--json")
    keeps_the_envelope(said, "rules", "2026-11-22")
    yours = {one["rule"]: one["value"] for one in said.data if one["yours"]}
    assert yours == {"odr.lag_days": 30}
    assert "yours" in atoz("rules", "odr", *DAY).out


@pytest.mark.parametrize("text", ["[[odr.change]]\nfrom = 2026-01-01\nlag_dayz = 3\n", "nonsense", None])
def test_a_policy_that_cannot_be_read_is_exit_2(
    atoz: Atoz, tiny: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    mine = tiny.parent / "mine.toml"
    if text is not None:
        mine.write_text(text, "utf-8")
    monkeypatch.setenv("ATOZ_POLICY", str(mine))
    for asked in ("rules odr", "odr", "triage"):
        said = atoz(*asked.split())
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith("error: ")


def test_rules_are_found_by_name(atoz: Atoz) -> None:
    every = atoz("rules", *DAY, "--json").data
    odr = atoz("rules", "odr", *DAY, "--json").data
    assert odr == [one for one in every if one["rule"].startswith("odr.")]
    (limit,) = atoz("rules", "odr.below", *DAY, "--json").data
    assert (limit["value"], limit["yours"]) == (0.01, False)
    assert all(one["since"] and one["confidence"] for one in every)
    assert all(one["rule"].startswith("standings.claim.") for one in atoz("rules", "standings.claim", "--json").data)
    for order in atoz("rules", *DAY, "--marketplace", "JP", "--json").data:
        assert not order["marketplaces"] or "JP" in order["marketplaces"]


def test_every_rule_that_an_answer_names_is_one_that_rules_prints(atoz: Atoz, asked: Atoz) -> None:
    known = {one["rule"] for one in atoz("rules", *DAY, "--json").data}
    named = {reason["rule"] for one in asked("triage", "--all", "--json").data for reason in one["why"]}
    for order in asked("odr", "--orders", "--json").data:
        named |= {defect["rule"] for defect in order["defects"]}
    named |= {one["rule"] for one in asked("feedback", "--list", "--json").data}
    for name in named - known:
        assert atoz("rules", name, *DAY, "--json").status == 0, name


# --- templates, sources ------------------------------------------------------------------------------------------


def test_a_template_is_a_file_that_imports(atoz: Atoz, tmp_path: Path) -> None:
    cards = [one for one in atoz("sources", "--json").data if one["template"]]
    assert {one["source"] for one in cards} >= {
        "orders", "claims", "chargebacks", "shipments", "messages", "refunds", "feedback_events",
    }  # fmt: skip
    for card in cards:
        name = card["source"]
        printed = atoz("template", name).out
        header, example = csv.reader(io.StringIO(printed))
        assert len(header) == len(example) == len(set(header))
        assert atoz("template", name, "-o", f"{name}.csv").out == ""
        assert (tmp_path / f"{name}.csv").read_text("utf-8") == printed
        said = atoz("import", f"{name}.csv", "--json")
        assert said.status == 0, said.err
        (receipt,) = said.data
        assert (receipt["source"], receipt["rows"], receipt["added"]) == (name, 1, 1)


def test_the_header_of_a_template_is_the_one_of_the_contract(atoz: Atoz) -> None:
    header = atoz("template", "claims").out.splitlines()[0]
    assert header.split(",")[:3] == ["order_id", "filed_at", "claim_id"]
    assert {"marketplace", "reason", "respond_by", "counts_in_odr", "appeal_decided_at"} <= set(header.split(","))


def test_sources_say_where_to_download(atoz: Atoz) -> None:
    for card in atoz("sources", "--json").data:
        assert card["where"]
        assert card["what"]
        assert any(column["required"] for column in card["columns"]) or not card["columns"]
        assert card["source"] in atoz("sources", card["source"]).out


# --- the demo ----------------------------------------------------------------------------------------------------


def test_the_demo_runs_in_a_store_of_its_own(atoz: Atoz, tmp_path: Path) -> None:
    said = atoz("demo")
    assert said.status == 0
    assert re.findall(r"^\$ atoz (\w+)", said.out, re.M) == ["import", "odr", "triage"]
    assert "Order Defect Rate" in said.out
    assert list(tmp_path.iterdir()) == []


def test_what_lies_after_the_day_asked_hides_nothing_and_tells_nothing(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("order_id,placed_at,marketplace,channel\nA-1,2026-10-20,US,mfn\n", "utf-8")
    (tmp_path / "c.csv").write_text(
        "order_id,filed_at,claim_id,reason,status,withdrawn_at\n"
        "A-1,2026-11-10,C-1,Package didn't arrive,Closed,2026-11-20\n",
        "utf-8",
    )
    assert atoz("import", "o.csv", "c.csv").status == 0
    (open_then,) = atoz("triage", "--as-of", "2026-11-12", "--json").data
    assert (open_then["status"], open_then["odr"]["standing"]) == (None, "pending")
    assert atoz("triage", "--as-of", "2026-11-22", "--json").data == []
    assert atoz("why", "A-1", "--as-of", "2026-10-19").status == 4
    assert atoz("why", "A-1", "--as-of", "2026-10-20").status == 0


def test_spans_beyond_the_calendar_are_no_fault_of_ours(asked: Atoz, atoz: Atoz, sample: Path) -> None:
    store = ("--store", str(sample))
    assert atoz("triage", "--as-of", "9999-12-31T23:59:59", "--due", "48h", "--json", *store).status == 0
    assert atoz("triage", "--response-hours", "99999999999999", *DAY, *store).status == 2
    said = atoz("odr", "--fail-over", "abc", *DAY, *store)
    assert said.status == 2
    assert "--fail-over" in said.err
