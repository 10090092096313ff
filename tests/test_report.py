"""`atoz report`: its figures are those of the other commands, what changed since, states on both sides, the same bytes twice.

`python tests/test_report.py` writes the golden files of the sample seller again (tests/golden): look at what became different.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from atoz_cli.answers.report import AccountReport
from atoz_cli.cli import run
from atoz_cli.metrics import Question
from atoz_cli.policy import load
from atoz_cli.report import Asked, reported
from atoz_cli.report.state import RANK
from atoz_cli.schemas import schema_of
from atoz_cli.sheets.report import Drawn
from atoz_cli.sheets.report import page as made
from atoz_cli.store import duck
from atoz_cli.views import render_page
from conftest import Shop
from oracle import Row, write
from test_check import claim, decided, order, seller, usual

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).with_name("golden")
TODAY, SINCE = date(2026, 11, 22), date(2026, 11, 21)
QUESTION = Question(as_of=datetime.combine(TODAY, time.max, UTC), day=TODAY)
SHORT = ("--days", "14", "--ahead", "14")


def asked(store: Path, *options: str) -> str:
    """What a command prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        run([*options, "--store", str(store), "--as-of", "2026-11-22"])
    return said.getvalue()


def brought(folder: Path) -> Path:
    """A store with the sample seller."""
    files = [str(path) for path in sorted((ROOT / "sample_data").iterdir()) if path.suffix in (".txt", ".csv", ".json")]
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(["import", *files, "--store", str(folder / "sample.duckdb"), "--json"]) == 0
    return folder / "sample.duckdb"


def golden(store: Path) -> dict[str, str]:
    """The golden files: all of the seller as people read it, Germany as a program does."""
    return {
        "report.md": asked(store, "report", "--format", "markdown", *SHORT),
        "report.json": asked(store, "report", "--format", "json", "--marketplace", "DE", *SHORT),
    }


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return brought(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def page(sample: Path) -> dict[str, Any]:
    """The report of the sample seller."""
    answer = json.loads(asked(sample, "report", "--json", *SHORT))
    jsonschema.validate(answer, schema_of("report"))
    (found,) = answer["data"]
    return dict(found)


@pytest.mark.parametrize("name", ["report.md", "report.json"])
def test_the_golden_files_are_what_is_written_today(sample: Path, name: str) -> None:
    assert golden(sample)[name] == (GOLDEN / name).read_text("utf-8")


@pytest.mark.parametrize("format", ["html", "markdown", "json"])
def test_two_runs_give_the_same_bytes(sample: Path, format: str) -> None:
    told = ("report", "--format", format, *SHORT)
    first = asked(sample, *told)
    assert first and first == asked(sample, *told)


# --- the figures are those of the other commands -----------------------------------------------------------------------


def rows(store: Path, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(asked(store, *options, "--json"))["data"]
    return found


@pytest.mark.parametrize(
    ("part", "command"),
    [
        ("odr", ("odr",)), ("projection", ("project", "--days", "14")), ("health", ("health",)),
    ],
)  # fmt: skip
def test_a_part_is_what_its_command_says(
    sample: Path, page: dict[str, Any], part: str, command: tuple[str, ...]
) -> None:
    def key(one: dict[str, Any]) -> str:
        return json.dumps(one, sort_keys=True)

    assert page[part] and sorted(page[part], key=key) == sorted(rows(sample, *command), key=key)


def test_what_the_data_lacks_is_what_the_doctor_says_of_the_account(sample: Path, page: dict[str, Any]) -> None:
    assert page["lacks"] == [one for one in rows(sample, "doctor") if one["account"] is not None]


def test_the_trend_is_some_of_the_days_of_the_trend_and_ends_today(sample: Path, page: dict[str, Any]) -> None:
    def unmarked(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A point of a week has the marks of all of its days."""
        return [{**one, "marks": []} for one in points]

    every = unmarked(rows(sample, "trend", "odr", "--days", "14"))
    assert page["trend"] and all(point in every for point in unmarked(page["trend"]))
    today = {(one["marketplace"], one["channel"]): one["rate"] for one in page["trend"] if one["day"] == "2026-11-22"}
    assert today == {(one["marketplace"], one["channel"]): one["rate"] for one in page["odr"]}


def test_the_claims_are_those_of_triage(sample: Path, page: dict[str, Any]) -> None:
    def key(one: dict[str, Any]) -> tuple[Any, ...]:
        return one["order_id"], one["type"], one["claim_id"]

    triaged = {key(one): one for one in rows(sample, "triage", "--all")}
    told = {key(one): one for one in page["claims"]}
    assert all(one == triaged[name] for name, one in told.items())
    assert set(told) == {
        name for name, one in triaged.items() if one["action"] not in ("none", "accept") or one["decision"] is None
    }
    assert sum(one["claims"] for one in page["claims_by_kind"]) == len(page["claims"])


def test_what_leaves_are_the_orders_that_count(sample: Path, page: dict[str, Any]) -> None:
    counting = {
        one["order_id"] for one in rows(sample, "odr", "--orders") if any(defect["counts"] for defect in one["defects"])
    }
    assert {one["order_id"] for one in page["leaving"]} == counting
    assert len(counting) == sum(one["defective_orders"] for one in page["odr"])
    assert [one["leaves_on"] for one in page["leaving"]] == sorted(one["leaves_on"] for one in page["leaving"])


def test_every_rate_stands_on_the_page(sample: Path, page: dict[str, Any]) -> None:
    text = asked(sample, "report", "--format", "markdown", *SHORT)
    for one in page["odr"]:
        assert f"{one['defective_orders']:,} of {one['orders']:,}" in text
        assert one["rate"] == pytest.approx(one["defective_orders"] / one["orders"], abs=1e-6)


# --- what changed since, and states ------------------------------------------------------------------------------------

LATE = {"decided_at": "2026-11-22T09:00:00Z"}
EARLY = {"decided_at": "2026-11-21T09:00:00Z"}


def one_claim(day: date, filed: date, decision: str, **more: Any) -> list[Row]:
    return [decided(order(day, 0), filed, decision) | more]


Changed = list[tuple[str, str | None]]
CHANGES: dict[str, tuple[dict[str, list[Row]], Changed]] = {
    "granted today": (
        {"claims": one_claim(date(2026, 10, 12), date(2026, 10, 20), "granted", **LATE)},
        [("became_defective", None), ("claim_decided", "2026-11-22")],
    ),
    "granted yesterday": ({"claims": one_claim(date(2026, 10, 12), date(2026, 10, 20), "granted", **EARLY)}, []),
    "denied today": (
        {"claims": one_claim(date(2026, 10, 12), date(2026, 10, 20), "denied", **LATE)}, [("claim_decided", "2026-11-22")],
    ),
    "filed in the first second of today": (
        {"claims": [claim(order(date(2026, 11, 12), 0), TODAY, filed_at="2026-11-22T00:00:00Z")]}, [("claim_filed", "2026-11-22")],
    ),
    "filed in the last second of yesterday": (
        {"claims": [claim(order(date(2026, 11, 12), 0), TODAY, filed_at="2026-11-21T23:59:59Z")]}, [],
    ),
    "a defective order enters the window today": (
        {"claims": one_claim(date(2026, 11, 7), date(2026, 11, 10), "granted")}, [("became_defective", "2026-11-22")],
    ),
    "a defective order entered the window yesterday": ({"claims": one_claim(date(2026, 11, 6), date(2026, 11, 10), "granted")}, []),
    "a defective order leaves the window today": (
        {"claims": one_claim(date(2026, 9, 8), date(2026, 9, 20), "granted")}, [("left_window", "2026-11-22")],
    ),
    "a defective order left the window yesterday": ({"claims": one_claim(date(2026, 9, 7), date(2026, 9, 20), "granted")}, []),
    "a defective order is in the window for the last day": ({"claims": one_claim(date(2026, 9, 9), date(2026, 9, 20), "granted")}, []),
    "feedback is removed today": (
        {"feedback": [{"order_id": order(date(2026, 10, 12), 0), "left_at": "2026-10-20", "rating": "1"}],
         "feedback_events": [{"order_id": order(date(2026, 10, 12), 0), "removed_at": "2026-11-22T09:00:00Z"}]},
        [("no_longer_counts", None)],
    ),
    "feedback was removed yesterday": (
        {"feedback": [{"order_id": order(date(2026, 10, 12), 0), "left_at": "2026-10-20", "rating": "1"}],
         "feedback_events": [{"order_id": order(date(2026, 10, 12), 0), "removed_at": "2026-11-21T09:00:00Z"}]},
        [],
    ),
}  # fmt: skip
STATES: dict[str, tuple[dict[str, Any], str]] = {
    "six of 600 are defective": ({"defective": 6}, "missed"),
    "three more and it is still met": ({"defective": 2}, "met"),
    "two more and it is still met": ({"defective": 3}, "at_risk"),
    "met if all pending claims are lost": ({"pending": 3}, "met"),
    "missed if all pending claims are lost": ({"pending": 4}, "at_risk"),
    "missed in 14 days": ({"coming": [date(2026, 11, day) for day in (10, 12, 14, 21)]}, "at_risk"),
    "missed in 15 days": ({"coming": [date(2026, 11, day) for day in (10, 12, 14, 22)]}, "met"),
    "another metric is missed": ({"late": 12}, "missed"),
    "no order is known": ({"newest": "never", "defective": 0}, "unknown"),
    "no order is in the window": ({"newest": date(2026, 9, 1), "defective": 0}, "unknown"),
}


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an account for each situation."""
    shop = Shop(tmp_path_factory.mktemp("report"))
    for number, (name, (more, _)) in enumerate(CHANGES.items()):
        facts = seller(usual({"name": name, "a_day": 1, "defective": 0, "claim": "never"}))
        shop.load(*write(shop.folder / f"c{number}", facts | more), account=name)
    for number, (name, (said, _)) in enumerate(STATES.items()):
        shop.load(*write(shop.folder / f"s{number}", seller(usual({"name": name, **said}))), account=name)
    return shop.path


@pytest.fixture(scope="module")
def found(agency: Path) -> Mapping[str, AccountReport]:
    with duck.reading(agency, 0) as store:
        every, _ = reported(store, load(), QUESTION, Asked(SINCE, 14, 20))
    return {one.report.account: one.report for one in every}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_since_yesterday(found: Mapping[str, AccountReport], name: str) -> None:
    changes = found[name].changes
    expected = CHANGES[name][1]
    assert sorted(one.kind for one in changes) == sorted(kind for kind, _ in expected), changes
    days = {one.kind: str(one.at)[:10] for one in changes}
    assert all(days[kind] == day for kind, day in expected if day is not None)


@pytest.mark.parametrize("name", STATES)
def test_state(found: Mapping[str, AccountReport], name: str) -> None:
    one = found[name]
    assert one.state == STATES[name][1], (one.odr, one.lacks)


def test_the_worst_account_comes_first(found: Mapping[str, AccountReport]) -> None:
    ranks = [RANK.index(one.state) for one in found.values()]
    assert ranks == sorted(ranks) and len(set(ranks)) == len(RANK)


def test_an_account_among_others_is_what_it_is_alone(agency: Path, found: Mapping[str, AccountReport]) -> None:
    name = "missed if all pending claims are lost"
    with duck.reading(agency, 0) as store:
        (alone,), _ = reported(store, load(), Question(QUESTION.as_of, TODAY, account=name), Asked(SINCE, 14, 20))
    assert _apart(alone.report) == _apart(found[name])


def _apart(report: AccountReport) -> AccountReport:
    """Without the rank among all that are asked, and the odds, which are learned from all that are asked."""
    return replace(report, claims=tuple(replace(one, place_because="", alternatives=()) for one in report.claims))


def test_fifty_accounts_are_a_page_that_a_mail_takes(sample: Path) -> None:
    """The sample seller fifty times: told in brief, each with its own anchors, under 1.5 MB."""
    with duck.reading(sample, 0) as opened:
        (one,), _ = reported(opened, load(), Question(QUESTION.as_of, TODAY), Asked(SINCE))
    lines = tuple((line.points, line.marks) for line in one.series)
    drawn = [Drawn(replace(one.report, account=f"shop {at}"), lines, one.projections, one.places) for at in range(50)]
    html = render_page(made(drawn, [], str(TODAY), QUESTION.as_of, "atoz"), "html")
    assert len(html.encode()) < 1_500_000
    assert html.count("<article") == 50 and html.count('class="plot"') == 100
    anchors = re.findall(r' id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert "more: `atoz report --account`" in html


if __name__ == "__main__":
    import tempfile

    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in golden(brought(Path(folder))).items():
            (GOLDEN / name).write_text(text, encoding="utf-8")
