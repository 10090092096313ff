"""What may become a claim: situations (tests/cases/prevent_*.toml), the policy's every risk and action, and the command."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from scipy.stats import hypergeom

from atoz_cli import prevent as room
from atoz_cli.answers.prevent import Risk
from atoz_cli.cli import run
from atoz_cli.errors import EmptyStore
from atoz_cli.metrics import Question
from atoz_cli.policy import Book, load
from atoz_cli.prevent.exact import chance
from atoz_cli.prevent.rank import ranked
from atoz_cli.schemas import schema_of
from atoz_cli.store import duck
from conftest import empty_store
from test_health_cases import at, cell

Row = dict[str, Any]
FILES = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("cases/prevent_*.toml")
}
TABLES = {
    "order": "orders", "item": "items", "shipment": "shipments", "listed": "health_orders", "message": "messages",
    "return": "returns", "refund": "refunds", "feedback": "feedback", "claim": "claims",
}  # fmt: skip
OF_A_CASE = {"name", "on", "says", "warns", "tells", "signature_value", "more", *TABLES}
USUAL = ("order", "item", "shipment")
TOLD = {
    "order_id": "told", "carrier": "UPS", "tracking_number": "1Z0", "confirmed_at": "2026-10-01T10:00:00Z",
    "first_scan_at": "2026-10-01T12:00:00Z", "delivered_at": "2026-10-02T10:00:00Z", "delivered_to_postal_code": "98101",
    "signed": True,
}  # fmt: skip
"""A package of another order, that shows what its kind of file tells."""


def facts(usual: Row, order_id: str, told: Row) -> Iterator[tuple[str, Row]]:
    """Table and row of all that is told of one order."""
    for kind, table in TABLES.items():
        given = told.get(kind, {} if kind in USUAL else [])
        for row in [] if given == "none" else given if isinstance(given, list) else [given]:
            yield table, {"order_id": order_id, **usual.get(kind, {}), **row}


def of_case(usual: Row, case: Row) -> Iterator[tuple[str, Row]]:
    """The same of a case: its order, those like it, and what its files tell of others."""
    yield from facts(usual, "one", case)
    for number, told in enumerate(case.get("more", [])):
        like = {kind: case[kind] for kind in USUAL if kind in case and case[kind] != "none"}
        like |= {"shipment": "none"} if case.get("shipment") == "none" else {}
        order = {**like.get("order", {}), **told.get("order", {})}
        yield from facts(usual, f"more-{number}", {**like, **told, "order": order})
    if case.get("tells", True):
        yield "shipments", dict(TOLD)


def store_of(cases: list[tuple[str, Row, Row]], path: Path) -> Path:
    """A store with an account for each case: name, what is usual, the case."""
    shutil.copyfile(empty_store(), path)
    connection = duck.connect(str(path))
    connection.execute("BEGIN")

    def insert(table: str, row: Row) -> None:
        names = ", ".join(row)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))

    for number, (account, usual, case) in enumerate(cases, 1):
        whole = {"import_id": number, "sha256": str(number), "file": "f", "source": "shipments", "account": account}
        insert("imports", whole | dict.fromkeys(("rows", "added", "updated", "refused"), 1))
        for table, row in of_case(usual, case):
            found = {name: cell(name, value) for name, value in row.items()}
            insert(table, {"account": account, "import_id": number, "row_no": 1, **found})
    connection.execute("COMMIT")
    connection.close()
    return path


def said(one: Risk) -> str:
    by = "-" if one.act_by is None else one.act_by.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{one.risk} {one.action} {by}"


def asked(path: Path, book: Book, moment: datetime, account: str | None = None) -> tuple[list[Risk], list[Any]]:
    with duck.reading(path, 5.0) as store:
        try:
            return room.prevent(store, book, Question(moment, moment.date(), account=account))
        except EmptyStore:
            return [], []


def dear(folder: Path, value: float) -> Book:
    path = folder / "policy.toml"
    path.write_text(f"[[protection.change]]\nfrom = 2016-01-01\nsignature_value = {value}\n")
    return load(path)


CASES = [pytest.param(file, case, id=case["name"]) for file, whole in FILES.items() for case in whole["case"]]
EXPECTED = {" ".join(one.split()[:2]) for param in CASES for risks in param.values[1]["on"].values() for one in risks}


class Answers:
    """What is known of every case at every moment that a case asks about: all lie in one store, an account each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        cases = [param.values for param in CASES]
        self.path = store_of([(case["name"], FILES[file]["usual"], case) for file, case in cases], folder / "s.duckdb")
        self.known: dict[tuple[Any, datetime], list[Risk]] = {}

    def book(self, case: Row) -> Book:
        return dear(self.folder, case["signature_value"]) if "signature_value" in case else load()

    def of(self, case: Row, moment: datetime) -> list[Risk]:
        key = (case.get("signature_value"), moment)
        if key not in self.known:
            self.known[key] = asked(self.path, self.book(case), moment)[0]
        return [one for one in self.known[key] if one.account == case["name"]]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return Answers(tmp_path_factory.mktemp("prevent"))


@pytest.mark.parametrize(("file", "case"), CASES)
def test_a_situation_is_told_as_it_is(file: str, case: Row, answers: Answers) -> None:
    assert set(case) <= OF_A_CASE
    risks: list[Risk] = []
    for text, expected in case["on"].items():
        risks = answers.of(case, at(text))
        assert [said(one) for one in risks] == expected, text
        for one in risks:
            assert one.rule == f"prevent.{one.risk}"
            assert one.cite and one.why.endswith(".") and one.text
            left = None if one.act_by is None else round((one.act_by - at(text)).total_seconds() / 3600, 1)
            assert one.hours_left == left
    for words in case.get("says", []):
        assert any(words in one.why for one in risks), [one.why for one in risks]
    if "warns" in case:
        _, notices = asked(answers.path, answers.book(case), at(list(case["on"])[-1]), case["name"])
        assert {one.code for one in notices} >= set(case["warns"])


# --- products ----------------------------------------------------------------------------------------------------------


def sold(complaints: dict[str, int], orders: dict[str, int], reason: str = "item not as described") -> Row:
    """A case of so many orders of each product, of which so many have a return for that reason."""
    more: list[Row] = []
    for sku, number in orders.items():
        for which in range(number):
            told: Row = {"item": {"sku": sku, "quantity": 1, "amount": 40, "currency": "USD"}}
            if which < complaints.get(sku, 0):
                told["return"] = [{"requested_at": "2026-11-10T10:00:00Z", "reason": reason, "status": "completed"}]
            more.append(told)
    return {"order": "none", "item": "none", "shipment": "none", "more": more}


USUAL_ORDER = {
    "order": {"placed_at": "2026-11-02T10:00:00Z", "marketplace": "US", "channel": "mfn", "status": "shipped"}
}


def clusters(case: Row, folder: Path, moment: str = "2026-11-20T10:00:00Z") -> list[Risk]:
    path = store_of([("shop", USUAL_ORDER, case)], folder / "s.duckdb")
    return [one for one in asked(path, load(), at(moment))[0] if one.risk == "sku_complaints"]


@pytest.mark.parametrize(
    ("bad", "stands_out"),
    [(2, False), (5, False), (6, True)],
)
def test_a_product_stands_out_when_chance_alone_would_not_do_that(bad: int, stands_out: bool, tmp_path: Path) -> None:
    """40 orders of A and 110 of B, of which one complains; two products are compared, chance 0.01."""
    luck = 2 * float(hypergeom.sf(bad - 1, 150, bad + 1, 40))
    assert (bad >= 3 and luck <= 0.01) == stands_out, "the situation says what it is meant to say"
    found = clusters(sold({"A": bad, "B": 1}, {"A": 40, "B": 110}), tmp_path)
    assert [one.sku for one in found] == (["A"] if stands_out else [])
    for one in found:
        assert one.why.startswith(f"{bad} of 40 ({bad / 40:.1%}".replace("%", " %"))
        assert "(few, so look before you act)" in one.why and one.order_id is None and one.act_by is None


def test_the_chance_is_that_of_the_textbook() -> None:
    for bad, part, all_bad, whole in [
        (3, 40, 4, 150),
        (0, 5, 3, 9),
        (9, 40, 10, 150),
        (4, 4, 4, 4),
        (5, 100, 9, 100_000),
    ]:
        assert chance(bad, part, all_bad, whole) == pytest.approx(
            float(hypergeom.sf(bad - 1, whole, all_bad, part)), rel=1e-9
        )


@pytest.mark.parametrize(
    ("reason", "action"), [("item not as described", "mend_listing"), ("CR-DEFECTIVE", "inspect_stock")]
)
def test_what_most_reasons_blame_says_what_to_do(reason: str, action: str, tmp_path: Path) -> None:
    (one,) = clusters(sold({"A": 12, "B": 1}, {"A": 40, "B": 110}, reason), tmp_path)
    assert one.action == action and "(few" not in one.why


def test_complaints_of_orders_before_the_period_do_not_count(tmp_path: Path) -> None:
    """Orders of 2026-11-02 are looked at for 90 days, the day asked the last: up to 2027-01-30."""
    case = sold({"A": 12, "B": 1}, {"A": 40, "B": 110})
    assert clusters({**case}, tmp_path, "2027-01-30T10:00:00Z")
    assert not clusters({**case}, tmp_path, "2027-01-31T10:00:00Z")


# --- the policy --------------------------------------------------------------------------------------------------------


def test_every_risk_and_action_of_the_policy_is_reached_and_cited(capsys: pytest.CaptureFixture[str]) -> None:
    reached = {tuple(one.split()) for one in EXPECTED} | {
        ("sku_complaints", "mend_listing"),
        ("sku_complaints", "inspect_stock"),
    }
    rule = load().at("prevent", date(2026, 11, 22))
    assert (
        {risk for risk, _ in reached}
        == set(room.RISKS)
        == {key.split(".")[0] for key in rule.values() if key.endswith(".on")}
    )
    assert {action for _, action in reached} == {
        key.split(".")[1] for key in rule.values() if key.startswith("actions.")
    }
    for name in room.RISKS:
        assert run(["rules", f"prevent.{name}", "--json"]) == 0
        lines = json.loads(capsys.readouterr().out)["data"]
        assert lines and all(
            line["confidence"] and line["text"] and line["rule"].startswith(f"prevent.{name}") for line in lines
        ), name


def test_a_risk_that_the_user_turns_off_is_not_looked_for(tmp_path: Path) -> None:
    usual, case = FILES["prevent_parcels"]["usual"], FILES["prevent_parcels"]["case"][0]
    overlay = tmp_path / "policy.toml"
    overlay.write_text("[[prevent.change]]\nfrom = 2016-01-01\nunshipped = { on = false, hours = 24 }\n")
    path, moment = store_of([("shop", usual, case)], tmp_path / "s.duckdb"), at("2026-11-04T08:00:00Z")
    assert asked(path, load(), moment)[0] and not asked(path, load(overlay), moment)[0]


# --- the order of work ---------------------------------------------------------------------------------------------------


def risk(order_id: str, act_by: datetime | None, amount: int = 10, name: str = "no_scan") -> Risk:
    nothing: Any = None
    return Risk(
        "shop", "US", "mfn", order_id, None, name, None, act_by, nothing, amount, "USD", "a", "t", "w", "r", "c", "p"
    )  # type: ignore[arg-type]


def test_the_nearest_date_first_then_money_and_all_of_one_order_together() -> None:
    early, late = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
    given = [
        risk("d", None, 99),
        risk("c", late, 5),
        risk("b", late, 50),
        risk("a", early),
        risk("a", None, 10, "unshipped"),
    ]
    wanted = [("a", early), ("a", None), ("b", late), ("c", late), ("d", None)]
    for turned in (given, given[::-1], given[2:] + given[:2]):
        assert [(one.order_id, one.act_by) for one in ranked(turned)] == wanted


# --- the command ---------------------------------------------------------------------------------------------------------

SAMPLE = Path(__file__).parents[1] / "sample_data"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prevent") / "sample.duckdb"
    assert run(["import", str(SAMPLE), "--store", str(path), "-o", os.devnull]) == 0
    return path


def ask(store: Path, *options: str) -> list[str]:
    return ["prevent", "--store", str(store), "--as-of", "2026-11-22", *options]


def test_the_json_is_as_its_schema_says_and_holds_nobody(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ask(sample, "--json")) == 0
    answer = json.loads(capsys.readouterr().out)
    jsonschema.validate(answer, schema_of("prevent"))
    assert len(answer["data"]) > 20 and len({one["risk"] for one in answer["data"]}) >= 5
    dates = [one["act_by"] for one in answer["data"] if one["act_by"]]
    assert dates == sorted(dates)
    assert answer["schema"] == "atoz.prevent/1" and {one["code"] for one in answer["warnings"]} >= {"no_ship_by"}


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_table_fits(
    sample: Path, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atoz_cli.views.stdout_facts", lambda: (width, False))
    assert run(ask(sample)) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    assert re.search(
        r"\d+ risks of \d+ orders and 1 product: \d+ overdue, \d+ due within 24 hours", " ".join(shown.split())
    )
    assert "What is known" in shown and "prevent.late_delivery" in shown


@pytest.mark.parametrize("format", ["csv", "markdown", "table"])
def test_every_format_tells_the_same_orders(sample: Path, format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ask(sample, "--json", "--limit", "5")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["data"]) == 5 and answer["warnings"][-1]["code"] == "limited"
    assert run(ask(sample, "--format", format, "--limit", "5")) == 0
    shown = capsys.readouterr().out
    places = [shown.index(one["order_id"]) for one in answer["data"]]
    assert places == sorted(places)


def test_what_is_due_fails_where_that_is_asked(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--fail-due` looks at all that was asked for, whatever is shown."""
    assert run(ask(sample, "--fail-due", "24h")) == 1
    assert run(ask(sample, "--fail-due", "24h", "--limit", "1", "--due", "0h")) == 1
    assert run(ask(sample, "--fail-due", "24h", "--risk", "feedback_unanswered", "--risk", "sku-complaints")) == 0
    usual, case = FILES["prevent_parcels"]["usual"], FILES["prevent_parcels"]["case"][0]
    store = store_of([("shop", usual, case)], tmp_path / "s.duckdb")
    for as_of, status in [("2026-11-04T08:00:00Z", 1), ("2026-11-04T07:59:59Z", 0)]:
        assert run(["prevent", "--store", str(store), "--as-of", as_of, "--fail-due", "24h"]) == status
    capsys.readouterr()
    assert run(["prevent", "--store", str(store), "--as-of", "2026-11-04T08:00:00Z", "--due", "23h", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"] == []
    assert run(["prevent", "--store", str(store), "--as-of", "2026-11-04T08:00:00Z", "--due", "24h", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["data"]) == 1


def test_only_the_risks_asked_for(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ask(sample, "--json", "--risk", "late-delivery", "--risk", "return_unanswered")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {one["risk"] for one in answer["data"]} == {"late_delivery", "return_unanswered"}
    assert "no_ship_by" not in {one["code"] for one in answer["warnings"]}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--risk", "rain"], "is not a risk"),
        (["--due", "x"], "--due"),
        (["--limit", "0"], "limit"),
        (["--fail-due", "-1h"], "--fail-due"),
    ],
)
def test_wrong_options_are_said(
    sample: Path, options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(ask(sample, *options)) == 2
    assert says in capsys.readouterr().err


def test_no_orders_by_then_is_not_enough_data(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prevent", "--store", str(sample), "--as-of", "2020-01-01"]) == EmptyStore.exit_status
    assert "no orders are known by that day" in capsys.readouterr().err


def test_orders_alone_say_which_risks_could_not_be_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With All Orders only, every kind of file that is missing is named with the risks that it hides."""
    store = tmp_path / "s.duckdb"
    assert run(["import", str(SAMPLE / "all-orders-de.txt"), "--store", str(store), "-o", os.devnull]) == 0
    assert run(ask(store, "--json")) == 0
    warnings = {one["code"]: one["message"] for one in json.loads(capsys.readouterr().out)["warnings"]}
    hidden = set(re.findall(r"[a-z]+_[a-z]+", " ".join(warnings.values()))) | {"unshipped"}
    assert {"no_shipments", "no_messages", "no_returns", "no_feedback", "no_claims", "no_complaints"} <= set(warnings)
    # cancellations and ship-by dates stand in All Orders
    assert set(room.RISKS) - hidden <= {"sku_cancellations", "unshipped"}


def test_what_is_not_looked_for_is_said(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A risk without its setting, and one that is turned off, are not called absent in silence."""
    overlay = tmp_path / "policy.toml"
    overlay.write_text("[[prevent.change]]\nfrom = 2016-01-01\nunshipped = { on = false, hours = 24 }\n")
    monkeypatch.setenv("ATOZ_POLICY", str(overlay))
    for name, code in [("delivered_unsigned", "no_signature_value"), ("unshipped", "turned_off")]:
        assert run(ask(sample, "--risk", name, "--json")) == 0
        answer = json.loads(capsys.readouterr().out)
        said = [one["message"] for one in answer["warnings"] if one["code"] == code]
        assert not answer["data"] and len(said) == 1 and name in said[0]


def test_feedback_is_told_of_an_order_with_a_claim_too(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sample's order 111-4195510-7435094 has a claim that is decided, and negative feedback without a response."""
    assert run(ask(sample, "--risk", "feedback_unanswered", "--json")) == 0
    shown = {one["order_id"] for one in json.loads(capsys.readouterr().out)["data"]}
    assert {"111-4195510-7435094", "028-5041216-6535074"} <= shown
