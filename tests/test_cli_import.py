"""`atoz import` and `atoz triage FILE` as a script sees them: what is taken, what is refused, what is left alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from atoz_cli.cli import run
from conftest import Atoz, Said

DAY = ("--as-of", "2026-11-22")
ORDERS = """order_id,placed_at,marketplace,channel,status
111-0000000-0000001,2026-10-01T12:00:00Z,US,mfn,Shipped
111-0000000-0000002,2026-10-02T12:00:00Z,US,mfn,Shipped
"""
CLAIMS = """order_id,filed_at,claim_id,reason,status
111-0000000-0000001,2026-11-20T10:00:00Z,C-1,Package didn't arrive,Action required
"""
BAD = ORDERS + "111-0000000-0000003,some day,US,mfn,Shipped\n"


@pytest.fixture
def atoz(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Atoz:
    """Run one command in this process, in a folder with a few files and no store."""
    for name in ("ATOZ_ACCOUNT", "ATOZ_POLICY", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ATOZ_STORE", str(tmp_path / "store.duckdb"))
    monkeypatch.chdir(tmp_path)
    for name, text in {"orders.csv": ORDERS, "claims.csv": CLAIMS, "bad.csv": BAD, "notes.txt": "Call Bob.\n"}.items():
        (tmp_path / name).write_text(text, "utf-8")

    def ask(*arguments: str) -> Said:
        capsys.readouterr()
        status = run(list(arguments))
        return Said(status, *capsys.readouterr())

    return ask


def held(atoz: Atoz) -> int:
    """Orders in the store."""
    said = atoz("odr", *DAY, "--json")
    return 0 if said.status == 4 else sum(one["orders"] for one in said.data)


def test_the_same_file_again_changes_nothing(atoz: Atoz) -> None:
    (first,) = atoz("import", "orders.csv", "--json").data
    (again,) = atoz("import", "orders.csv", "--json").data
    assert (first["added"], first["unchanged"]) == (2, 0)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert first["sha256"] == again["sha256"]


def test_a_refused_file_among_good_ones_is_exit_3_and_the_good_ones_are_in(atoz: Atoz) -> None:
    said = atoz("import", "orders.csv", "notes.txt", "missing.csv", "claims.csv", "--json")
    assert said.status == 3
    by_name = {one["file"]: one for one in said.data}
    assert [by_name[name]["error"] is None for name in ("orders.csv", "notes.txt", "missing.csv", "claims.csv")] == [
        True, False, False, True,
    ]  # fmt: skip
    errors = [json.loads(line)["error"] for line in said.err.splitlines()]
    assert len(errors) == 2
    assert all(error["code"] and error["message"] for error in errors)
    assert held(atoz) == 2
    plain = atoz("import", "orders.csv", "notes.txt")
    assert (plain.status, plain.err.count("error: notes.txt: ")) == (3, 1)
    assert "orders.csv" in plain.out


@pytest.mark.parametrize("what", ["missing.csv", "empty", "nothing-*.csv", "notes.txt"])
def test_nothing_to_read_is_exit_3_and_makes_no_store(atoz: Atoz, tmp_path: Path, what: str) -> None:
    (tmp_path / "empty").mkdir()
    said = atoz("import", what)
    assert said.status == 3
    assert said.err.startswith(f"error: {what}: ")
    assert "Traceback" not in said.err
    assert not (tmp_path / "store.duckdb").exists()


def test_in_a_folder_unknown_files_are_listed_and_pass(atoz: Atoz, tmp_path: Path) -> None:
    inside = tmp_path / "downloads" / "deeper"
    inside.mkdir(parents=True)
    (inside / "a.csv").write_text(ORDERS, "utf-8")
    (inside / ".hidden.csv").write_text(CLAIMS, "utf-8")
    (tmp_path / "downloads" / "notes.txt").write_text("Call Bob.\n", "utf-8")
    said = atoz("import", "downloads", "--json")
    assert (said.status, said.err) == (0, "")
    assert {one["file"]: one["source"] for one in said.data} == {
        "downloads/deeper/a.csv": "orders",
        "downloads/notes.txt": None,
    }
    (inside / "a.csv").unlink()
    only_unknown = atoz("import", "downloads")
    assert (only_unknown.status, only_unknown.out) == (3, "")


def test_a_quoted_glob_is_opened_here(atoz: Atoz) -> None:
    said = atoz("import", "[oc]*.csv", "--json")
    assert said.status == 0
    assert [one["file"] for one in said.data] == ["claims.csv", "orders.csv"]


def test_stdin(atoz: Atoz, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ORDERS.encode())))
    said = atoz("import", "-", "--json")
    assert said.status == 0
    assert [(one["file"], one["source"], one["added"]) for one in said.data] == [("-", "orders", 2)]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert atoz("import", "-").status == 3


def test_bad_rows_are_refused_and_written_out(atoz: Atoz, tmp_path: Path) -> None:
    said = atoz("import", "bad.csv", "--rejects", "rejects.csv", "--json")
    assert said.status == 0
    assert (said.data[0]["added"], said.data[0]["refused"]) == (2, 1)
    (row,) = csv.DictReader(io.StringIO((tmp_path / "rejects.csv").read_text("utf-8")))
    assert (row["file"], row["row"], row["line"], row["column"]) == ("bad.csv", "3", "4", "placed_at")
    assert row["value"] == "some day"
    assert row["reason"]
    assert row["order_id"] == "111-0000000-0000003"
    table = atoz("import", "bad.csv").out
    assert "Refused rows of bad.csv" in table
    assert "some day" in table


def test_rejects_without_any_is_a_header(atoz: Atoz, tmp_path: Path) -> None:
    assert atoz("import", "orders.csv", "--rejects", "rejects.csv").status == 0
    assert (tmp_path / "rejects.csv").read_text("utf-8") == "file,row,line,column,value,reason\n"


def test_strict_refuses_the_whole_file(atoz: Atoz) -> None:
    said = atoz("import", "bad.csv", "claims.csv", "--strict", "--json")
    assert said.status == 3
    bad, good = said.data
    assert (bad["added"], bad["refused"], good["added"]) == (0, bad["rows"], 1)
    assert len(bad["refusals"]) == 1
    assert "--strict" in bad["error"]
    assert held(atoz) == 0
    assert atoz("import", "orders.csv", "--strict").status == 0


def test_a_dry_run_makes_no_store_and_changes_none(atoz: Atoz, tmp_path: Path) -> None:
    said = atoz("import", "orders.csv", "claims.csv", "--dry-run", "--json")
    assert said.status == 0
    assert [(one["added"], one["dry_run"]) for one in said.data] == [(2, True), (1, True)]
    assert not (tmp_path / "store.duckdb").exists()
    atoz("import", "orders.csv")
    assert atoz("import", "claims.csv", "--dry-run").out.count("Dry run, nothing is kept") == 1
    assert atoz("triage", *DAY, "--json").data == []


def test_as_skips_recognition(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text("order_id,filed_at\n111-0000000-0000001,2026-11-20\n", "utf-8")
    assert atoz("import", "short.csv").status == 3, "it could be claims or chargebacks"
    said = atoz("import", "short.csv", "--as", "chargebacks", "--json")
    assert (said.status, said.data[0]["source"]) == (0, "chargebacks")
    assert atoz("import", "orders.csv", "--as", "claims").status == 3


def test_the_marketplace_of_files_that_do_not_say(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("order_id,placed_at,sku\nA-1,2026-10-01,X\n", "utf-8")
    assert atoz("import", "bare.csv", "--as", "orders", "--marketplace", "gb").status == 0
    assert [one["marketplace"] for one in atoz("odr", *DAY, "--json").data] == ["UK"]


def test_a_packed_file_is_opened(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(ORDERS.encode()))
    said = atoz("import", "orders.csv.gz", "--json")
    (receipt,) = said.data
    assert (said.status, receipt["file"], receipt["source"], receipt["added"]) == (0, "orders.csv.gz", "orders", 2)
    assert held(atoz) == 2


# --- triage FILE -------------------------------------------------------------------------------------------------


def test_triage_of_a_file_imports_it_and_triages_what_is_in_it(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text(CLAIMS.replace("-0000001,", "-0000002,").replace("C-1", "C-2"), "utf-8")
    atoz("import", "orders.csv", "claims.csv")
    said = atoz("triage", "more.csv", *DAY, "--json")
    assert said.status == 0
    assert [one["claim_id"] for one in said.data] == ["C-2"]
    assert said.err.startswith("more.csv: claims, 1 row")
    assert [one["claim_id"] for one in atoz("triage", *DAY, "--json").data] == ["C-1", "C-2"]
    again = atoz("triage", "more.csv", *DAY, "--json")
    assert (again.out, "0 added" in again.err) == (said.out, True)


def test_in_triage_what_could_be_claims_is_claims(atoz: Atoz, tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text("order_id,filed_at\n111-0000000-0000001,2026-11-20\n", "utf-8")
    said = atoz("triage", "short.csv", *DAY, "--json")
    assert said.status == 0
    assert [one["type"] for one in said.data] == ["a_to_z_claim"]


def test_triage_of_a_refused_file_is_exit_3(atoz: Atoz) -> None:
    for files in (("notes.txt",), ("missing.csv",)):
        said = atoz("triage", *files, *DAY, "--json")
        assert (said.status, said.out) == (3, "")
        assert json.loads(said.err)["error"]["message"].startswith(files[0])
    said = atoz("triage", "claims.csv", "missing.csv", *DAY)
    assert said.status == 3
    assert "111-0000000-0000001" in said.out, "what could be read is triaged"
    assert "error: missing.csv" in said.err


def test_the_account_of_triaged_files(atoz: Atoz) -> None:
    assert [one["account"] for one in atoz("triage", "claims.csv", "--account", "b", *DAY, "--json").data] == ["b"]
    assert atoz("triage", "--account", "default", *DAY, "--json").data == []


def test_what_is_lacking_never_hides_what_became_of_the_files(
    atoz: Atoz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.csv").write_text(ORDERS.replace("2026-10-02", "yesterday"), "utf-8")
    refused = atoz("import", "bad.csv", "--strict", "--json")
    assert (refused.status, refused.data[0]["source"], refused.data[0]["added"]) == (3, "orders", 0)
    monkeypatch.setenv("ATOZ_POLICY", str(tmp_path / "no-such-policy.toml"))
    (receipt,) = atoz("import", "orders.csv", "--json").data
    assert receipt["added"] == 2
