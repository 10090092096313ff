"""Files that went wrong on their way here: nothing is lost in silence, nobody is named, nothing ends in a trace."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

import pytest

from atoz_cli.cli import run

HEADER = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n"


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATOZ_STORE", str(tmp_path / "store.duckdb"))
    monkeypatch.chdir(tmp_path)


def imported(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    status = run(["import", "--json", *arguments])
    out = capsys.readouterr().out
    return status, json.loads(out)["data"][0] if out else {}


@pytest.mark.parametrize("lines", [("\r\n", "\n", "\n"), ("\n", "\r\n", "\n"), ("\n", "\n", "\r\n")])
def test_line_ends_of_two_kinds_in_one_file(capsys: pytest.CaptureFixture[str], lines: tuple[str, ...]) -> None:
    texts = ("order_id,removed_at", "1,2026-10-01", "2,2026-10-02")
    Path("m.csv").write_bytes("".join(text + end for text, end in zip(texts, lines, strict=True)).encode())
    status, receipt = imported(capsys, "m.csv", "--as", "feedback_events")
    assert (status, receipt["added"]) == (0, 2)


def test_a_broken_comment_far_down_and_a_tab_in_one_lose_no_feedback(capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"10/25/26\t1\tbad\t\t111-2222222-{number:07d}\t\n" for number in range(2100))
    rows += "10/25/26\t1\tnever\ncame\t\t111-3333333-0000001\t\n"
    rows += "10/25/26\t1\tnever\tcame\tWe are sorry\t111-3333333-0000002\t\n"
    Path("f.txt").write_text(HEADER + rows, "utf-8")
    status, receipt = imported(capsys, "f.txt")
    assert (status, receipt["rows"], receipt["added"], receipt["skipped"]) == (0, 2102, 2102, 0)
    assert run(["why", "111-3333333-0000001"]) == run(["why", "111-3333333-0000002"]) == 0


def test_japanese_words_mean_that_the_year_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    Path("jp.txt").write_text(HEADER + "26/10/05\t1\t届きませんでした\t\t503-1111111-1111111\t\n", "utf-8")
    assert imported(capsys, "jp.txt")[0] == 0
    capsys.readouterr()
    run(["why", "503-1111111-1111111"])
    assert "2026-10-05" in capsys.readouterr().out


def test_the_rejects_name_nobody_and_keep_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.csv").write_text("order_id,package_id,signed_by,delivered_at\n1,1,John Smith,notadate\n", "utf-8")
    Path("c.csv").write_text(
        "order_id,filed_at,claim_id,reason,comment\n1,notadate,C1,never came,write to jürgen.m@example.com\n", "utf-8"
    )
    for name in ("s.csv", "c.csv"):
        assert imported(capsys, name, "--rejects", "r.csv")[0] == 0
        text = Path("r.csv").read_text("utf-8")
        assert "John" not in text
        assert "example" not in text
        assert next(csv.DictReader(text.splitlines()))["reason"].startswith("is not a date")
    assert imported(capsys, "s.csv", "--rejects", "s.csv")[0] == 2
    assert "John" in Path("s.csv").read_text("utf-8")
    assert imported(capsys, "s.csv", "--rejects", "nowhere/r.csv")[0] == 2


def test_an_address_in_a_reason_is_not_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("c.csv").write_text("order_id,filed_at,claim_id,reason\n1,2026-10-01,C1,call jane@example.com\n", "utf-8")
    assert imported(capsys, "c.csv")[0] == 0
    assert b"jane@" not in (tmp_path / "store.duckdb").read_bytes()


def test_a_text_file_is_no_store(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fe.csv").write_text("order_id,removed_at\n1,2026-10-01\n", "utf-8")
    Path("st.csv").write_text("order_id,removed_at\n", "utf-8")
    assert imported(capsys, "fe.csv", "--store", "st.csv")[0] == 5
    assert run(["odr", "--store", "st.csv"]) == 5
    assert Path("st.csv").read_text("utf-8") == "order_id,removed_at\n"


def test_what_a_shell_or_a_disk_may_hand_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("fe.csv").write_text("order_id,removed_at\n1,2026-10-01\n", "utf-8")
    assert imported(capsys, "fe.csv", "--as", "performance_v2")[0] == 3
    Path("long.csv").write_text("order_id,filed_at,claim_id,comment\n1,2026-10-01,C1," + "x" * 5_000_000, "utf-8")
    assert imported(capsys, "long.csv")[0] == 3
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["import", "-"]) == 3
    if sys.platform == "linux":
        os.rename(b"fe.csv", b"bad\xff.csv")
        status, receipt = imported(capsys, os.fsdecode(b"bad\xff.csv"))
        assert (status, receipt["added"], receipt["file"]) == (0, 1, "bad\\udcff.csv")


def test_a_column_too_many_does_not_make_an_own_file_doubtful(capsys: pytest.CaptureFixture[str]) -> None:
    Path("o.csv").write_text("order_id,placed_at,sku,carrier\nA-1,2026-10-01,X,UPS\n", "utf-8")
    assert imported(capsys, "o.csv")[1]["source"] == "orders"
