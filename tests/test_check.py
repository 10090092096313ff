"""`atoz check`: what it finds, on both sides of each threshold (tests/cases/check.toml); that silence is never health."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any, get_args

import jsonschema
import pytest

from atoz_cli import check as room
from atoz_cli import views
from atoz_cli.answers import Answer
from atoz_cli.answers.check import Alert, Code
from atoz_cli.check import Watch
from atoz_cli.cli import run
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.policy import load
from atoz_cli.schemas import schema_of
from atoz_cli.sheets.check import check as sheet
from atoz_cli.store import duck
from conftest import Shop, empty_store
from oracle import Row, write

BOOK = load()
TODAY, DAY = date(2026, 11, 22), timedelta(days=1)
QUESTION = Question(as_of=datetime.combine(TODAY, time.max, UTC), day=TODAY)
BEGAN = date(2026, 8, 20)
WINDOW = timedelta(days=59)
LAG = timedelta(days=15)
BAD = date(2026, 10, 10)
"""The day whose orders are defective or pending."""
SITUATIONS: dict[str, dict[str, Any]] = {
    one["name"]: one
    for one in tomllib.loads(Path(__file__).with_name("cases").joinpath("check.toml").read_text("utf-8"))["case"]
}
USUAL: dict[str, Any] = {
    "defective": 2, "coming": [], "pending": 0, "newest": TODAY, "feedback": date(2026, 11, 20), "claim": date(2026, 11, 20),
    "report": date(2026, 11, 21), "a_day": 10, "without": [], "respond_by": None, "theirs": {}, "late": None, "watch": {},
}  # fmt: skip


RESTED_TOML = '[check]\nunreconciled = "0d"\n[check.stale]\nreport = "0d"\n'
RESTED = {"report_days": "off", "unreconciled_days": "off"}


def usual(situation: Mapping[str, Any]) -> dict[str, Any]:
    """The whole situation. Where reports are no matter, none is imported and none is watched: that takes less time."""
    told = USUAL | situation
    if {"report", "theirs"} & set(situation) or situation["name"] == "nothing is found":
        return told
    return told | {"report": "never", "watch": RESTED | told["watch"]}


def days(first: date, last: date) -> list[date]:
    return [first + at * DAY for at in range((last - first).days + 1)]


def order(day: date, number: int) -> str:
    return f"111-{day:%y%m%d}0-{number:07d}"


def claim(order_id: str, filed: date, **more: Any) -> Row:
    return {
        "order_id": order_id, "filed_at": f"{filed}T10:00:00Z", "claim_id": f"C{order_id}", "amount": "20.00", "currency": "USD",
        "reason": "Extra charges", **more,
    }  # fmt: skip


def decided(order_id: str, filed: date, decision: str) -> Row:
    more = {"funded_by": "seller"} if decision == "granted" else {}
    return claim(
        order_id, filed, status="closed", decision=decision, decided_at=str(min(filed + 2 * DAY, TODAY)), **more
    )


def seller(said: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The files of the usual seller, but for what a situation changes."""
    last = said["newest"]
    first = BEGAN - WINDOW if "report" in said["name"] else BEGAN
    placed = [] if last == "never" else [day for day in days(first, last) if day not in said["without"]]
    facts: dict[str, list[Row]] = {"orders": [], "feedback": [], "claims": [], "shipments": []}
    for day in placed:
        for number in range(said["a_day"]):
            base = {
                "order_id": order(day, number),
                "order_item_id": "1",
                "placed_at": f"{day}T12:00:00Z",
                "marketplace": "US",
            }
            facts["orders"].append(base | {"channel": "mfn", "status": "Shipped"})  # fmt: skip
    facts["claims"] += [decided(order(BAD, at), BAD + 5 * DAY, "granted") for at in range(said["defective"])]
    facts["claims"] += [decided(order(day, 0), min(day + DAY, TODAY), "granted") for day in said["coming"]]
    review = {"status": "under_review"}
    facts["claims"] += [claim(order(BAD + DAY, at), date(2026, 11, 19), **review) for at in range(said["pending"])]
    if said["claim"] != "never":
        one = decided(order(date(2026, 8, 20), 1), said["claim"], "denied") | {"decided_at": str(said["claim"])}
        facts["claims"].append(one)
    if (until := said["respond_by"]) is not None:
        owed = {"status": "action_required", "respond_by": until.isoformat()}
        facts["claims"].append(claim(order(date(2026, 8, 20), 2), date(2026, 11, 21), **owed))
    if said["feedback"] != "never":
        one = {"order_id": order(date(2026, 8, 20), 3), "left_at": str(said["feedback"]), "rating": "5"}
        facts["feedback"].append(one)
    if said["late"] is not None:
        facts["shipments"] = [
            parcel(day, number, said["late"]) for day in days(TODAY - 31 * DAY, TODAY) for number in range(10)
        ]
    return {kind: rows for kind, rows in facts.items() if rows}


def parcel(day: date, number: int, late: int) -> Row:
    """One parcel; one a day is late, of so many days from 2026-10-28 on."""
    is_late = number == 0 and day in days(date(2026, 10, 28), date(2026, 10, 28) + (late - 1) * DAY)
    handed = day + DAY if is_late else day
    return {
        "order_id": order(day, number), "package_id": "1", "ship_by": f"{day}T20:00:00Z", "confirmed_at": f"{handed}T18:00:00Z",
    }  # fmt: skip


def report(said: Mapping[str, Any], facts: Mapping[str, list[Row]]) -> str:
    """Amazon's performance report: it counts what the files say, but for what a situation changes."""
    made: date = said["report"]
    last = made - LAG
    inside = {row["order_id"] for row in facts["orders"] if str(last - WINDOW) <= row["placed_at"][:10] <= str(last)}
    bad = {row["order_id"] for row in facts.get("claims", ()) if row.get("decision") == "granted"}

    def span(first: date, to: date) -> Row:
        return {"reportingDateRange": {"reportingDateFrom": f"{first}T00:00:00Z", "reportingDateTo": f"{to}T23:59:59Z"}}

    rate = span(last - WINDOW, last) | {
        "orderCount": said["theirs"].get("orders", len(inside)), "fulfillmentType": "mfn",
        "orderWithDefects": {"count": said["theirs"].get("defective", len(inside & bad)), "status": "GOOD"},
    }  # fmt: skip
    entry = {
        "marketplaceId": "ATVPDKIKX0DER", "orderDefectRate": {"mfn": rate},
        "lateShipmentRateList": [span(made - 29 * DAY, made) | {"shipmentCount": 0}],
    }  # fmt: skip
    return json.dumps({"accountStatuses": [], "performanceMetrics": [entry]})


def watch_of(told: Mapping[str, Any]) -> Watch:
    """`off` switches a thing off; rates are text, `due` is hours."""
    found = {key: None if value == "off" else value for key, value in told.items()}
    if "rates" in found:
        found["rates"] = {name: Decimal(rate) for name, rate in found["rates"].items()}
    if "due" in found:
        found["due"] = timedelta(hours=found["due"])
    return Watch(**{key: tuple(value) if isinstance(value, list) else value for key, value in found.items()})


Found = Mapping[str, list[Alert]]


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an account for each situation."""
    shop = Shop(tmp_path_factory.mktemp("check"))
    for name, situation in SITUATIONS.items():
        said = usual(situation)
        facts = seller(said)
        folder = shop.folder / str(len(list(shop.folder.iterdir())))
        files = write(folder, facts)
        if said["report"] != "never":
            path = folder / "report.json"
            path.write_text(report(said, facts), encoding="utf-8")
            files.append(path)
        shop.load(*files, account=name)
    return shop.path


@pytest.fixture(scope="module")
def found(agency: Path) -> Found:
    """What is found of each, in one run: each account is watched in its own way."""
    with duck.reading(agency, 0) as store:
        alerts, _ = room.check(store, BOOK, QUESTION, lambda name: watch_of(usual(SITUATIONS[name])["watch"]))
    return {name: [one for one in alerts if one.account == name] for name in SITUATIONS}


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation(found: Found, name: str) -> None:
    assert set(SITUATIONS[name]) <= {"name", "expect", *USUAL}
    assert sorted(one.code for one in found[name]) == sorted(SITUATIONS[name]["expect"]), found[name]


def test_every_code_has_a_situation_that_finds_it_and_one_that_does_not(found: Found) -> None:
    assert {one.code for alerts in found.values() for one in alerts} == set(get_args(Code))


@pytest.mark.parametrize("name", ["met if every pending claim is lost", "due within 24 hours: the last second of it"])
def test_an_account_alone_has_the_findings_it_has_among_others(agency: Path, found: Found, name: str) -> None:
    with duck.reading(agency, 0) as store:
        alone, _ = room.check(
            store,
            BOOK,
            Question(QUESTION.as_of, TODAY, account=name),
            lambda one: watch_of(usual(SITUATIONS[one])["watch"]),
        )
    assert alone == found[name]


@pytest.fixture(scope="module")
def everything(agency: Path) -> list[Alert]:
    """What is found of all of them with what is watched without a configuration, but for reports."""
    with duck.reading(agency, 0) as store:
        alerts, _ = room.check(store, BOOK, QUESTION, lambda name: watch_of(RESTED))
    return alerts


def test_what_is_to_act_on_comes_first_and_the_next_deadline_before_all(everything: list[Alert]) -> None:
    alerts = everything
    severities = [one.severity for one in alerts]
    assert severities == sorted(severities, key=["error", "unknown", "warning"].index)
    by_day = [one.act_by.date() if one.act_by else date.max for one in alerts if one.severity == "error"]
    assert by_day == sorted(by_day) and by_day[0] == TODAY
    assert all(one.message and one.hint and "None" not in one.message for one in alerts)


def test_a_message_says_which_side_of_the_limit_it_is_on(found: Found) -> None:
    (missed,) = found["one more: exactly 1 % is missed"]
    assert missed.message.startswith("ODR US MFN: 1.00 % (6 of 600 orders), 1 too many") and missed.weight == 1
    (near,) = found["the last defective order that is allowed"]
    assert "0.83 % (5 of 600 orders): 1 more defective order and it is missed" in near.message
    (soon,) = found["missed on the fourteenth day from now"]
    assert soon.message.endswith("missed from 2026-12-06")
    (due,) = found["due within 24 hours: the last second of it"]
    assert due.act_by == datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC) and due.about == order(date(2026, 8, 20), 2)


# --- the command ---------------------------------------------------------------------------------------------------


class Said:
    """What one command did."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def codes(self) -> list[str]:
        return [one["code"] for one in json.loads(self.out)["data"]]


Atoz = Callable[..., Said]


@pytest.fixture
def atoz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Atoz:
    for name in ("ATOZ_ACCOUNT", "ATOZ_POLICY", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def ask(*arguments: str | Path) -> Said:
        capsys.readouterr()
        status = run(["check", *map(str, arguments)])
        return Said(status, *capsys.readouterr())

    (tmp_path / "atoz.toml").write_text(RESTED_TOML)
    return ask


def of(path: Path, name: str) -> tuple[str, ...]:
    """The options that ask of one situation."""
    return ("--store", str(path), "--as-of", "2026-11-22", "--account", name)


def test_exit_0_and_a_sentence_when_nothing_is_found(atoz: Atoz, agency: Path) -> None:
    said = atoz(*of(agency, "nothing is found"))
    assert said.status == 0 and "Nothing to do" in said.out


def test_exit_1_when_something_is_found(atoz: Atoz, agency: Path) -> None:
    assert atoz(*of(agency, "two more defective orders and it is still met: near")).status == 1
    assert atoz(*of(agency, "one more: exactly 1 % is missed")).status == 1


def test_exit_4_when_all_that_is_found_is_that_the_data_cannot_say(atoz: Atoz, agency: Path) -> None:
    assert atoz(*of(agency, "no orders at all")).status == 4
    assert atoz(*of(agency, "no feedback was ever read")).status == 4


def test_exit_1_when_something_is_found_beside_what_is_not_known(shop: Shop, atoz: Atoz) -> None:
    shop.load(*write(shop.folder / "files", seller(USUAL | {"name": "", "defective": 6, "feedback": "never"})))
    said = atoz("--store", shop.path, "--as-of", "2026-11-22", "--json")
    assert said.status == 1 and said.codes == ["odr_missed", "no_feedback"]


def test_exit_4_without_a_store_and_with_an_empty_one(shop: Shop, atoz: Atoz, tmp_path: Path) -> None:
    assert atoz("--store", tmp_path / "none.duckdb").status == 4
    shutil.copy(empty_store(), shop.path)
    said = atoz("--store", shop.path)
    assert said.status == 4 and said.err.startswith("error: ")


def test_exit_4_for_an_account_that_is_not_there(atoz: Atoz, agency: Path) -> None:
    assert atoz(*of(agency, "nobody")).status == 4
    with duck.reading(agency, 0) as store, pytest.raises(EmptyStore):
        room.check(store, BOOK, Question(QUESTION.as_of, TODAY, account="nobody"), lambda name: Watch())


def test_a_deadline_is_found_where_no_orders_are_known(shop: Shop, atoz: Atoz) -> None:
    facts = seller(USUAL | {"name": "", "respond_by": datetime(2026, 11, 23, 9, tzinfo=UTC)})
    shop.load(*write(shop.folder / "files", {"claims": facts["claims"]}))
    said = atoz("--store", shop.path, "--as-of", "2026-11-22", "--json")
    assert said.status == 1 and said.codes[0] == "claim_due" and "no_orders" in said.codes


def test_options_beat_the_configuration_which_beats_the_defaults(atoz: Atoz, agency: Path, tmp_path: Path) -> None:
    name = "two more defective orders and it is still met: near"
    (tmp_path / "atoz.toml").write_text(RESTED_TOML + f'[accounts."{name}".limits]\nheadroom = 1\n')
    assert atoz(*of(agency, name), "--json").codes == []
    assert atoz(*of(agency, name), "--headroom", "2", "--json").codes == ["headroom_low"]
    other = "the last defective order that is allowed"
    assert atoz(*of(agency, other), "--json").codes == ["headroom_low"]


def test_own_limits_of_one_account(atoz: Atoz, agency: Path, tmp_path: Path) -> None:
    names = ("nothing is found", "a place where one sells has orders")
    (tmp_path / "atoz.toml").write_text(RESTED_TOML + f'[accounts."{names[0]}".limits.rates]\nodr = "0.3%"\n')
    assert [atoz(*of(agency, name), "--json").codes for name in names] == [["rate_over"], []]


def test_an_account_of_the_configuration_that_has_no_data_is_found(atoz: Atoz, agency: Path, tmp_path: Path) -> None:
    (tmp_path / "atoz.toml").write_text(RESTED_TOML + '[accounts.new]\nmarketplaces = ["DE"]\n')
    said = atoz(*of(agency, "new"), "--json")
    assert (said.status, said.codes) == (4, ["place_without_orders"])


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (("--due", "24h"), []), (("--due", "2d"), ["claim_due"]), (("--due", "25h"), ["claim_due"]),
    ],
)  # fmt: skip
def test_due(atoz: Atoz, agency: Path, options: tuple[str, ...], codes: list[str]) -> None:
    assert atoz(*of(agency, "due a second later"), *options, "--json").codes == codes


def test_missed_within(atoz: Atoz, agency: Path) -> None:
    asked = of(agency, "missed on the fourteenth day from now")
    assert atoz(*asked, "--missed-within", "13d", "--json").codes == []
    assert atoz(*asked, "--missed-within", "2w", "--json").codes == ["odr_missed_soon"]
    assert atoz(*asked, "--missed-within", "0d", "--json").codes == []


@pytest.mark.parametrize(
    "wrong", [("--due", "soon"), ("--headroom", "-1"), ("--missed-within", "x"), ("--format", "pdf")]
)
def test_what_is_typed_wrong_is_an_error_with_a_way_out(atoz: Atoz, agency: Path, wrong: tuple[str, str]) -> None:
    said = atoz("--store", agency, *wrong)
    assert said.status == 2 and said.err.startswith("error: ") and "hint: " in said.err and "Traceback" not in said.err


def test_json_is_what_its_schema_says_and_another_run_says_the_same(
    atoz: Atoz, agency: Path, everything: list[Alert]
) -> None:
    said = atoz("--store", agency, "--as-of", "2026-11-22", "--json")
    answer = json.loads(said.out)
    jsonschema.validate(answer, schema_of("check"))
    assert said.status == 1
    assert [(one["account"], one["code"], one["message"]) for one in answer["data"]] == [
        (one.account, one.code, one.message) for one in everything
    ]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits(everything: list[Alert], width: int) -> None:
    alerts = [one for one in everything if len(one.account or "") < 40]
    answer = Answer("atoz.check/1", "2026-11-22", tuple(alerts), ())
    text = views.render(answer, "table", sheets=lambda: sheet(alerts), width=width, colour=False)
    assert max(map(len, text.splitlines())) <= width
    assert "findings: " in text and all(one.code in text for one in alerts)


# --- what is done meanwhile -------------------------------------------------------------------------------------------


def checked(shop: Shop) -> None:
    shutil.copyfile(empty_store(), shop.path)
    shop.load(shop.put("o.csv", "order_id,placed_at,marketplace,channel\n100-0000000-0000001,2026-11-01,US,mfn\n"))
    with duck.reading(shop.path, 0) as store:
        room.check(store, BOOK, QUESTION, lambda account: Watch())


def test_what_fails_meanwhile_is_raised(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*asked: Any) -> list[Alert]:
        raise EmptyStore("nothing", "look")

    monkeypatch.setattr(room, "unit_alerts", fails)
    with pytest.raises(EmptyStore):
        checked(shop)


def test_an_error_of_our_own_waits_for_what_is_done_meanwhile(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    began, go, over = Event(), Event(), []

    def slow(*asked: Any) -> list[Alert]:
        began.set()
        go.wait(10)
        over.append(True)
        return []

    def ours(*asked: Any) -> list[Alert]:
        began.wait(10)
        go.set()
        raise ZeroDivisionError

    monkeypatch.setattr(room, "unit_alerts", slow)
    monkeypatch.setattr(room, "due_claims", ours)
    with pytest.raises(ZeroDivisionError):
        checked(shop)
    assert over


def test_the_store_is_free_after_a_check(shop: Shop) -> None:
    checked(shop)
    with closing(duck.connect(":memory:")) as connection, duck.writing(connection, shop.path, 0):
        assert connection.execute("SELECT count(*) FROM store.orders").fetchone() == (1,)
