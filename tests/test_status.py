"""`atoz status`, and `atoz` alone: the figures of `odr`, what waits for an answer, how new the data is, in ten lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from atoz_cli.cli import run
from atoz_cli.schemas import schema_of
from conftest import Shop
from oracle import Row, write

DAY = "2026-11-22"
SAMPLES = Path(__file__).parents[1] / "sample_data"
ORDER: Row = {"placed_at": "2026-10-01T12:00:00Z", "marketplace": "US", "channel": "mfn", "status": "shipped"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shop = Shop(tmp_path_factory.mktemp("status"))
    shop.load(*[path for path in sorted(SAMPLES.iterdir()) if path.suffix in (".txt", ".csv", ".json")])
    return shop.path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run([*arguments, "--json", "--as-of", DAY]) == 0
    data: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["data"]
    return data


def test_its_rates_are_those_of_odr_the_least_room_first(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = answer(capsys, "status", "--store", str(sample))
    odr = answer(capsys, "odr", "--store", str(sample))
    assert sorted(one["rates"], key=str) == sorted(odr, key=str)
    assert [rate["headroom"] for rate in one["rates"]] == sorted(rate["headroom"] for rate in odr)


def test_the_schema(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--store", str(sample), "--as-of", DAY, "--json"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), schema_of("status"))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_is_read_at_a_glance(
    sample: Path, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atoz_cli.views.stdout_facts", lambda: (width, False))
    assert run(["status", "--store", str(sample), "--as-of", DAY]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width and "1 of 4 rates missed" in lines
    if width == 200:
        assert sum(bool(line.strip()) for line in lines) <= 10


def test_met_is_not_said_without_a_word_on_what_nobody_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No claim and no feedback: there may be none, or the files were never read. The rate alone cannot tell."""
    shop, order = Shop(tmp_path), ORDER | {"order_id": "111-0000000-0000001"}
    told = {
        "orders": "All of 1 rate met by what is known, but no claim and no feedback was ever imported",
        "claims": "All of 1 rate met by what is known, but no feedback was ever imported",
        "feedback": "All of 1 rate met",
    }
    facts: dict[str, Row] = {
        "orders": order,
        "claims": {
            "order_id": order["order_id"],
            "filed_at": "2026-10-20",
            "decision": "denied",
            "decided_at": "2026-10-22",
        },
        "feedback": {"order_id": order["order_id"], "left_at": "2026-10-20", "rating": 5},
    }
    for name, row in facts.items():
        shop.load(*write(tmp_path / name, {name: [row]}))
        assert run(["status", "--store", str(shop.path), "--as-of", DAY]) == 0
        assert told[name] in capsys.readouterr().out.splitlines()


def test_claims_that_wait_are_counted_by_the_notice_or_the_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """72 hours from the filing where no notice says otherwise, 7 days for a chargeback; what is decided does not wait."""
    orders = [ORDER | {"order_id": f"111-0000000-{at:07d}"} for at in range(6)]
    claim = {"status": "action_required", "marketplace": "US"}
    claims = [
        claim | {"order_id": orders[0]["order_id"], "filed_at": "2026-11-21T12:00:00Z"},  # by 11-24 12:00
        claim | {"order_id": orders[1]["order_id"], "filed_at": "2026-11-18T12:00:00Z"},  # by 11-21 12:00: past
        claim | {"order_id": orders[2]["order_id"], "filed_at": "2026-11-10", "respond_by": "2026-11-23T06:00:00Z"},
        claim
        | {
            "order_id": orders[3]["order_id"],
            "filed_at": "2026-11-21",
            "decision": "granted",
            "decided_at": "2026-11-22",
        },
    ]
    chargebacks = [
        {
            "order_id": orders[4]["order_id"],
            "filed_at": "2026-11-20T00:00:00Z",
            "status": "action_required",
            "marketplace": "US",
        }
    ]
    shop = Shop(tmp_path)
    shop.load(*write(tmp_path, {"orders": orders, "claims": claims, "chargebacks": chargebacks}))
    (one,) = answer(capsys, "status", "--store", str(shop.path))
    assert (one["answers_due"], one["answers_overdue"]) == (4, 1)
    assert one["next_answer_by"].startswith("2026-11-23T06:00:00")


def test_how_new_the_data_is(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = answer(capsys, "status", "--store", str(sample))
    assert (one["newest_order"], one["newest_feedback"], one["newest_report"]) == (
        "2026-11-22",
        "2026-11-21",
        "2026-11-21",
    )


def test_atoz_alone_shows_it_where_there_is_a_store(
    sample: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATOZ_STORE", str(sample))
    assert run([]) == 0
    assert "newest order 2026-11-22" in capsys.readouterr().out
    monkeypatch.setenv("ATOZ_STORE", str(sample.with_name("none.duckdb")))
    assert run([]) == 0
    assert "Usage: atoz" in capsys.readouterr().out


def test_an_account_without_a_rate_stands_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop(tmp_path)
    orders = [ORDER | {"order_id": f"111-0000000-{at:07d}"} for at in range(500)]
    shop.load(*write(tmp_path / "good", {"orders": orders}), account="good")
    old = [ORDER | {"order_id": "111-0000000-9999999", "placed_at": "2025-01-01T12:00:00Z"}]
    shop.load(*write(tmp_path / "silent", {"orders": old}), account="silent")
    assert [one["account"] for one in answer(capsys, "status", "--store", str(shop.path))] == ["silent", "good"]
