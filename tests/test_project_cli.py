"""`atoz project` as a script and a calendar see it: rows, summary, exit codes, formats, widths, and the same bytes twice."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import jsonschema
import pytest

from atoz_cli.answers import Answer
from atoz_cli.project import Scenario
from atoz_cli.schemas import schema_of
from atoz_cli.sheets.projection import ahead
from atoz_cli.views import render
from conftest import Atoz
from test_project import TODAY, ask
from test_project_days import shop

SAMPLE = Path(__file__).parents[1] / "sample_data"
DAY = ("--as-of", TODAY)


pytestmark = pytest.mark.usefixtures("own_world")


def on(said: Any, day: str) -> list[dict[str, Any]]:
    return [row for row in said.data if row["day"] == day]


# --- rows ----------------------------------------------------------------------------------------------------------------


def test_a_row_a_day_and_the_summary_in_each(asked: Atoz) -> None:
    said = asked("project", "--json")
    assert (said.status, said.err) == (0, "")
    jsonschema.Draft202012Validator(schema_of("project")).validate(said.json)
    assert (said.json["schema"], said.json["as_of"]) == ("atoz.project/1", TODAY)
    places = list(dict.fromkeys((row["marketplace"], row["channel"]) for row in said.data))
    assert places == [("DE", "mfn"), ("US", "mfn"), ("DE", "afn"), ("US", "afn")], "worst first"
    for place in places:
        rows = [row for row in said.data if (row["marketplace"], row["channel"]) == place]
        assert [row["day"] for row in rows] == [str(date(2026, 11, 22) + timedelta(days=n)) for n in range(91)]
        assert len({json.dumps(row["outlook"]) for row in rows}) == 1
        out = rows[0]["outlook"]
        missed = [row["day"] for row in rows if row["status"] == "missed"]
        assert out["first_missed_on"] == (missed[0] if missed else None)
        met = [row["day"] for row in rows if missed and row["day"] > missed[0] and row["status"] == "met"]
        assert out["first_met_on"] == (met[0] if met else None)
        assert out["last_missed_on"] == (missed[-1] if missed else None)
        high = [row["day"] for row in rows if row["high"]["status"] == "missed"]
        assert out["high_last_missed_on"] == (high[-1] if high else None)
        assert out["high_first_missed_on"] == (high[0] if high else None)
        for row in rows:
            assert row["low"]["defective_orders"] >= row["defective_orders"]
            assert row["high"]["defective_orders"] >= row["low"]["defective_orders"]
            assert row["known_orders"] <= row["orders"]


def test_today_is_odr(asked: Atoz) -> None:
    today = {(row["marketplace"], row["channel"]): row for row in on(asked("project", "--json"), TODAY)}
    measures = asked("odr", "--json").data
    assert len(today) == len(measures) == 4
    for one in measures:
        row = today[one["marketplace"], one["channel"]]
        assert all(row[name] == one[name] for name in row if name in one)
        assert {"orders", "defective_orders", "rate", "headroom", "window", "interval", "if_pending_lost"} <= set(
            row
        ) & set(one)


def test_the_next_to_leave_is_the_one_that_odr_names(asked: Atoz) -> None:
    listed = asked("odr", "--orders", "--json").data
    dates = {one["order_id"]: one["leaves_on"] for one in listed if any(defect["counts"] for defect in one["defects"])}
    said = {
        order: row["day"]
        for row in asked("project", "--json").data
        for order in row["leaves"]["order_ids"]
        if order in dates
    }
    assert said == dates
    for one in asked("odr", "--json").data:
        rows = [row for row in asked("project", "--json").data if row["channel"] == one["channel"]]
        rows = [row for row in rows if row["marketplace"] == one["marketplace"] and row["leaves"]["defective_orders"]]
        assert rows[0]["day"] == one["next_leaves_on"]


def test_it_says_the_same_twice_and_in_every_format(asked: Atoz, atoz: Atoz, sample: Path) -> None:
    said = {
        format: asked("project", "--days", "30", "--format", format) for format in ("table", "json", "csv", "markdown")
    }
    assert [one.status for one in said.values()] == [0] * 4
    rows = list(csv.DictReader(io.StringIO(said["csv"].out, newline="")))
    assert len(rows) == len(said["json"].data) == 4 * 31
    assert rows[1]["outlook.first_met_on"] == said["json"].data[1]["outlook"]["first_met_on"] == "2026-12-03"
    again = atoz("project", *DAY, "--store", sample, "--days", "30", "--json")
    assert again.out == said["json"].out
    for format in ("table", "markdown"):
        assert "1.002 % now (4 of 399 orders): MISSED, met again on 2026-12-03" in said[format].out
        assert "2026-12-20" in said[format].out


def test_no_store_no_orders_unknown_order(atoz: Atoz, tmp_path: Path) -> None:
    assert atoz("project").status == 4
    shop(tmp_path, {"2026-10-01": 3}).rename(tmp_path / "store.duckdb")
    assert atoz("project", *DAY).status == 0
    assert atoz("project", *DAY, "--marketplace", "JP").status == 4
    assert atoz("project", "--as-of", "2025-01-01").status == 4
    said = atoz("project", *DAY, "--without", "111-9999999-9999999", "--json")
    assert (said.status, json.loads(said.err)["error"]["code"]) == (4, "unknown_id")


@pytest.mark.parametrize(
    "wrong",
    [
        "--days 0", "--days 366", "--days x", "--orders-per-day -1", "--orders-per-day many", "--orders-per-day 1e3",
        "--add-defects -1", "--pending maybe", "--fail-missed 3", "--fail-missed 91d", "--fail-missed 30d --days 20",
        "--ics here --output here", "--lag 3", "--as-of 9999-01-01", "--channel x", "--ics no/such/folder/x.ics",
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line_and_a_hint(atoz: Atoz, tmp_path: Path, wrong: str) -> None:
    shop(tmp_path, {"2026-10-01": 3}).rename(tmp_path / "store.duckdb")
    before = sorted(one.name for one in tmp_path.iterdir())
    said = atoz("project", *DAY, *wrong.split())
    assert (said.status, said.out) == (2, "")
    errors = [line for line in said.err.splitlines() if not line.startswith("warning")]
    assert errors[0].startswith("error: ") and len(errors) <= 2 and "Traceback" not in said.err
    assert sorted(one.name for one in tmp_path.iterdir()) == before


def test_fail_missed(asked: Atoz) -> None:
    def status(*more: str) -> int:
        said = asked("project", *more)
        assert said.out, "the answer stands all the same"
        return said.status

    assert status("--fail-missed", "14d") == 1, "DE mfn is missed today"
    us = ("--marketplace", "US", "--channel", "mfn", "--fail-missed")
    assert [status(*us, within) for within in ("0d", "2d", "3d", "2w")] == [0, 0, 1, 1], "missed from 2026-11-25"
    assert status("--channel", "afn", "--fail-missed", "90d") == 0
    assert status("--channel", "afn", "--fail-missed", "90d", "--add-defects", "4") == 1


def test_what_if_is_said(asked: Atoz) -> None:
    said = asked(
        "project",
        "--marketplace",
        "US",
        "--channel",
        "mfn",
        "--add-defects",
        "2",
        "--pending",
        "lost",
        "--orders-per-day",
        "5",
    )
    assert (
        "What if: the youngest 2 clean orders in the window turn defective; every pending claim and chargeback is lost"
        in said.out
    )
    assert "5 a day (as you say)" in said.out
    (row,) = on(
        asked(
            "project", "--marketplace", "US", "--channel", "mfn", "--pending", "lost", "--add-defects", "2", "--json"
        ),
        TODAY,
    )
    assert row["defective_orders"] == 13 + 2


# --- how it looks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 200, None])
def test_it_fits(sample: Path, width: int | None) -> None:
    found = ask(sample, TODAY, Scenario())
    text = render(Answer("x", None, ()), "table", sheets=lambda: ahead(found, []), width=width, colour=False)
    lines = text.splitlines()
    assert width is None or max(map(len, lines)) <= width
    weeks = [line for line in lines if line.startswith("2026-12-06 ")]
    assert len(weeks) == 4, "a row a week, whole"
    assert all(("to" in line) == (width is not None or True) for line in weeks)
    assert ("Room" in text) is (width is None or width >= 80)
    assert sum("supposed" in line.split() for line in lines if line.startswith("2027-02-")) == 4 * 3, (
        "no rate of supposed orders"
    )


def test_many_are_a_table_worst_first(tmp_path: Path) -> None:
    for number in range(7):
        shop(tmp_path, {"2026-10-20": 9}, ["2026-11-10"] if number == 3 else [], f"seller-{number}")
    found = ask(tmp_path / "atoz.duckdb", TODAY, Scenario(30))
    lines = render(Answer("x", None, ()), "table", sheets=lambda: ahead(found, []), width=80, colour=False).splitlines()
    assert lines[0] == "Order Defect Rate ahead"
    rows = [line.split() for line in lines if line.startswith("seller-")]
    assert rows[0][:6] == ["seller-3", "US", "MFN", "0.00", "%", "2026-11-25"]
    assert [row[0] for row in rows[1:]] == [f"seller-{number}" for number in (0, 1, 2, 4, 5, 6)]


def test_few_orders_are_said_to_be_few(asked: Atoz) -> None:
    said = asked("project", "--marketplace", "DE", "--channel", "afn").out
    assert "Few orders: chance alone would put such a rate anywhere from 0.08 % to 2.45 %." in said


# --- the calendar --------------------------------------------------------------------------------------------------------------


def events(path: Path) -> dict[str, icalendar.Event]:
    found = list(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
    by_uid = {str(one["UID"]): one for one in found}
    assert len(by_uid) == len(found), "each thing once"
    return by_uid


@pytest.fixture(scope="module")
def calendars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calendars")


def test_the_calendar_holds_the_dates_of_the_answer_and_of_triage(asked: Atoz, calendars: Path) -> None:
    said = asked("project", "--ics", str(calendars / "a.ics"), "--json")
    found = events(calendars / "a.ics")
    days = sorted(one.decoded("DTSTART") for uid, one in found.items() if uid.startswith("leaves-"))
    assert days == sorted(date.fromisoformat(row["day"]) for row in said.data for _ in row["leaves"]["order_ids"])
    turns = {uid.split("-")[0] + " " + str(one.decoded("DTSTART")) for uid, one in found.items() if uid[0] == "m"}
    assert turns == {"met 2026-12-03", "missed 2026-11-25", "met 2026-12-08"}
    acts = sorted(one.decoded("DTEND") for uid, one in found.items() if uid.startswith("act-"))
    open_claims = [
        one for one in asked("triage", "--json").data if one["action"] not in ("none", "accept") and one["act_by"]
    ]
    assert acts == sorted(datetime.fromisoformat(one["act_by"]) for one in open_claims)
    assert len(found) == len(days) + 3 + len(acts) + sum(uid.startswith("answer-") for uid in found)
    answers = sorted(one.decoded("DTEND") for uid, one in found.items() if uid.startswith("answer-"))
    owed = [one for one in open_claims if one["hours_left"] is not None and one["respond_by"] != one["act_by"]]
    assert answers == sorted(datetime.fromisoformat(one["respond_by"]) for one in owed if one["respond_by"])
    for one in found.values():
        assert one.decoded("DTSTAMP") == datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)


def test_the_calendar_is_the_same_twice_and_a_later_one_takes_its_place(
    atoz: Atoz, sample: Path, calendars: Path
) -> None:
    for name, as_of in (("b.ics", TODAY), ("c.ics", TODAY), ("d.ics", "2026-11-24")):
        assert (
            atoz(
                "project", "--as-of", as_of, "--store", sample, "--ics", calendars / name, "-o", calendars / "x"
            ).status
            == 0
        )
    assert (calendars / "b.ics").read_bytes() == (calendars / "c.ics").read_bytes()
    first, then = events(calendars / "b.ics"), events(calendars / "d.ics")
    both = set(first) & set(then)
    assert any(uid.startswith("leaves-") for uid in both) and any(uid.startswith("act-") for uid in both)
    for uid in both:
        assert then[uid].decoded("DTSTAMP") > first[uid].decoded("DTSTAMP")
        assert int(then[uid]["SEQUENCE"]) > int(first[uid]["SEQUENCE"])
    assert all(
        first[uid].decoded("DTSTART") == then[uid].decoded("DTSTART") for uid in both if uid.startswith("leaves-")
    )


def test_the_calendar_is_well_formed_and_names_nobody(asked: Atoz, calendars: Path) -> None:
    asked("project", "--ics", str(calendars / "e.ics"))
    raw = (calendars / "e.ics").read_bytes()
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n") and raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and all(len(line) <= 75 for line in raw.split(b"\r\n"))
    text = raw.decode().replace("\r\n ", "").replace("\\,", ",")
    claims = csv.DictReader(io.StringIO((SAMPLE / "claims.csv").read_text("utf-8"), newline=""))
    comments = [row["comment"] for row in claims]
    assert len(comments) > 40
    assert not [one for one in comments if len(one) > 12 and one in text]
    assert "@" not in text.replace("@atoz-cli", "")


def test_a_filter_holds_for_the_calendar_too(atoz: Atoz, sample: Path, calendars: Path) -> None:
    assert (
        atoz(
            "project", *DAY, "--store", sample, "--marketplace", "DE", "--channel", "afn", "--ics", calendars / "f.ics"
        ).status
        == 0
    )
    found = events(calendars / "f.ics")
    assert all("DE AFN" in str(one["SUMMARY"]) + str(one["DESCRIPTION"]) for one in found.values())


def test_accounts_and_orders_of_the_same_name_are_two_things(atoz: Atoz, tmp_path: Path) -> None:
    for account in ("east", "west"):
        shop(tmp_path, {"2026-10-20": 9}, ["2026-10-02"], account)
    assert atoz("project", *DAY, "--store", tmp_path / "atoz.duckdb", "--ics", tmp_path / "two.ics").status == 0
    found = events(tmp_path / "two.ics")
    assert sorted(str(one["SUMMARY"]) for uid, one in found.items() if uid.startswith("leaves-")) == [
        f"A defect leaves the ODR window ({account}, US MFN)" for account in ("east", "west")
    ]
    assert b"east" not in b"".join(
        line for line in (tmp_path / "two.ics").read_bytes().split(b"\r\n") if line.startswith(b"UID")
    )
