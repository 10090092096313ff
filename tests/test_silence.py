"""A marketplace of which nothing is told beside others of which much is: no clean record, but a file that was not imported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from atoz_cli.cli import run
from conftest import Shop
from oracle import Row, write


def seller(us: int, de: int, told_us: int, told_de: int = 0) -> dict[str, list[Row]]:
    facts: dict[str, list[Row]] = {"orders": [], "feedback": [], "claims": []}
    for place, many, told in (("US", us, told_us), ("DE", de, told_de)):
        for at in range(many):
            one = f"{'111' if place == 'US' else '302'}-0000000-{at:07d}"
            facts["orders"].append(
                {"order_id": one, "placed_at": "2026-10-01T12:00:00Z", "marketplace": place, "channel": "mfn"}
            )
            if at < told:
                facts["feedback"].append({"order_id": one, "left_at": "2026-10-09", "rating": "5"})
                facts["claims"].append(
                    {"order_id": one, "filed_at": "2026-10-09", "claim_id": one, "decision": "denied"}
                )
    return facts


def warned(
    folder: Path, facts: dict[str, list[Row]], capsys: pytest.CaptureFixture[str], *options: str
) -> set[tuple[str, str]]:
    shop = Shop(folder)
    shop.load(*write(folder, facts))
    assert run(["odr", "--json", "--store", str(shop.path), "--as-of", "2026-11-22", *options]) == 0
    notices = json.loads(capsys.readouterr().out)["warnings"]
    return {(one["code"], one["message"][:2]) for one in notices if one["code"] in ("no_feedback", "no_claims")}


def test_silence_beside_much_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert warned(tmp_path, seller(500, 400, 20), capsys) == {("no_feedback", "DE"), ("no_claims", "DE")}


@pytest.mark.parametrize("place", ["DE", "US"])
def test_also_where_only_one_marketplace_is_asked_for(
    tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = {("no_feedback", "DE"), ("no_claims", "DE")} if place == "DE" else set()
    assert warned(tmp_path, seller(500, 400, 20), capsys, "--marketplace", place) == expected


def test_silence_of_few_orders_is_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At 4 % of the US orders, 172 orders without any would be one in a thousand: 150 may well have none."""
    assert warned(tmp_path, seller(500, 150, 20), capsys) == set()
    assert warned(tmp_path / "more", seller(500, 180, 20), capsys) == {("no_feedback", "DE"), ("no_claims", "DE")}


def test_one_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert warned(tmp_path, seller(500, 400, 20, 1), capsys) == set()


def test_silence_everywhere_is_for_other_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert warned(tmp_path, seller(500, 400, 0), capsys) == set()


def test_the_doctor_says_which_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop(tmp_path)
    shop.load(*write(tmp_path, seller(500, 400, 20)))
    assert run(["doctor", "--json", "--store", str(shop.path), "--as-of", "2026-11-22"]) == 0
    found = [one for one in json.loads(capsys.readouterr().out)["data"] if one["code"] in ("no_feedback", "no_claims")]
    assert {(one["code"], one["marketplace"], one["severity"]) for one in found} == {
        ("no_feedback", "DE", "warning"), ("no_claims", "DE", "warning"),
    }  # fmt: skip
    assert all("Seller Central" in one["hint"] for one in found)


def test_the_check_cannot_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop(tmp_path)
    shop.load(*write(tmp_path, seller(500, 400, 20)))
    assert run(["check", "--json", "--store", str(shop.path), "--as-of", "2026-11-22"]) in (1, 4)
    found = [one for one in json.loads(capsys.readouterr().out)["data"] if one["code"] in ("no_feedback", "no_claims")]
    assert {(one["code"], one["marketplace"], one["severity"]) for one in found} == {
        ("no_feedback", "DE", "unknown"), ("no_claims", "DE", "unknown"),
    }  # fmt: skip
