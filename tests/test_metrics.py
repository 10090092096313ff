"""Situations that someone who knows the policy can read (tests/cases/odr_*.toml), written as files, imported, asked.

`subject = "an order"`: a case is one order; all of them live in one store, and each is asked what its
defects are worth on some days. `subject = "a seller"`: a case is a store of its own, asked for its rows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from atoz_cli.answers import Notice
from atoz_cli.answers.rates import DefectiveOrder, Measure
from atoz_cli.errors import EmptyStore
from atoz_cli.ingest import How, Named, run
from atoz_cli.metrics import Question, defective_orders, lay_out, measures
from atoz_cli.policy import load
from atoz_cli.store.duck import Duck, reading
from oracle import write

Row = dict[str, Any]
FILES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("cases/odr_*.toml")}
KINDS = {
    "order": "orders", "all_orders": "all_orders", "claim": "claims", "chargeback": "chargebacks", "refund": "refunds",
    "shipment": "shipments", "feedback": "feedback", "amazon_feedback": "amazon_feedback",
    "feedback_event": "feedback_events", "return": "returns", "report": "reports",
}  # fmt: skip
OF_AN_ORDER = {"name", "standing", "on", *KINDS}
OF_A_SELLER = {"name", "as_of", "ask", "clean", "expect", "listed", "warnings", *KINDS}
USUAL_DAY = "2026-11-22"
BOOK = load()


def cases(subject: str) -> list[Any]:
    """(file, number in it, case) of every case of a subject."""
    return [
        pytest.param(file, number, case, id=f"{file}: {case['name']}")
        for file, content in sorted(FILES.items())
        if content["subject"] == subject
        for number, case in enumerate(content["case"], 1)
    ]


def rows(case: Row, usual: Row, kind: str) -> list[Row]:
    """The rows of a kind that a case gives, with what is usual where it says nothing."""
    given = case.get(kind, [])
    return [usual.get(kind, {}) | row for row in (given if isinstance(given, list) else [given])]


# --- asking --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What `odr` knows: rows, listed orders, what every defect is worth, warnings."""

    measures: list[Measure]
    orders: list[DefectiveOrder]
    defects: list[tuple[Any, ...]]
    notices: list[Notice]


def at(day: str) -> datetime:
    """The moment asked about; a bare day means its end."""
    if len(day) > 10:
        return datetime.fromisoformat(day).astimezone(UTC)
    return datetime.combine(date.fromisoformat(day), datetime.max.time(), UTC)


def imported(folder: Path, store: Path, account: str, facts: Mapping[str, list[Row]]) -> list[Path]:
    """Write the files and import them."""
    files = write(folder, facts)
    bring(files, store, account)
    return files


def bring(files: list[Path], store: Path, account: str) -> None:
    """Import files; each must be recognised as what it is, and no row refused."""
    for path, done in zip(files, run([Named(path, path.name) for path in files], How(store, account)), strict=True):
        receipt = done.receipt
        assert receipt.error is None, receipt.error
        assert not receipt.refusals, receipt.refusals
        kind = path.stem.split("-")[0]
        assert receipt.source == {"amazon_feedback": "feedback", "report": "performance_v2"}.get(kind, kind)


@contextmanager
def opened(store: Path) -> Iterator[Duck]:
    with reading(store, 5.0) as duck:
        yield duck


def ask(duck: Duck, as_of: datetime, by: str | None = None, **options: Any) -> Answer:
    """One question, as the commands put it: windows count back from the UTC day of the moment."""
    question = Question(as_of=as_of, day=as_of.date(), **options)
    spans, notices = lay_out(duck, BOOK, question)
    found = measures(duck, BOOK, question, spans, by)
    listed = [] if by else defective_orders(duck, spans)
    defects = duck.ask(
        "SELECT account, order_id, kind, on_at, standing, counts, pends FROM counted_defects ORDER BY ALL"
    )
    return Answer(found, listed, defects, notices)


def plain(value: Any) -> Any:
    """An answer as JSON would have it."""
    if isinstance(value, Struct):
        return {name.rstrip("_"): plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def has(found: Any, wanted: Any) -> bool:
    """Whether everything that is wanted is so in what was found."""
    if isinstance(wanted, dict):
        return all(has(found.get(key), value) for key, value in wanted.items())
    return bool(found == wanted)


# --- an order ------------------------------------------------------------------------------------------------------


def order_id(file: str, number: int) -> str:
    return f"111-{sorted(FILES).index(file):07d}-{number:07d}"


def facts_of_orders() -> dict[str, list[Row]]:
    """The files of all cases together: each case's ids are its own."""
    facts: dict[str, list[Row]] = {kind: [] for kind in KINDS.values()}
    for param in cases("an order"):
        file, number, case = param.values
        mine = order_id(file, number)
        for kind, written in KINDS.items():
            for row in rows({"order": {}} | case, FILES[file]["usual"], kind):
                name = "Order ID" if kind == "return" else "order_id"
                ids = {
                    key: f"{mine}-{row[key]}" for key in ("claim_id", "chargeback_id", "Amazon RMA ID") if key in row
                }
                facts[written].append(row | ids | {name: mine})
    return facts


class Orders:
    """The store of all cases that are an order, and its answers, each day asked once."""

    def __init__(self, folder: Path) -> None:
        self.store, self.known = folder / "atoz.duckdb", dict[str, Answer]()
        imported(folder, self.store, "default", facts_of_orders())

    def on(self, day: str) -> Answer:
        if day not in self.known:
            with opened(self.store) as duck:
                self.known[day] = ask(duck, at(day), lag_days=0, window_days=366)
        return self.known[day]


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Orders:
    return Orders(tmp_path_factory.mktemp("orders"))


@pytest.mark.parametrize(("file", "number", "case"), cases("an order"))
def test_an_order(orders: Orders, file: str, number: int, case: Row) -> None:
    assert set(case) <= OF_AN_ORDER, "a word that no case has"
    worth = {"yes": (1, 0), "no": (0, 0), "pending": (0, 1)}
    for day, wanted in (case.get("on") or {USUAL_DAY: case["standing"]}).items():
        answer, mine = orders.on(day), order_id(file, number)
        found = [row[4:] for row in answer.defects if row[1] == mine]
        expected = [] if wanted == "nothing" else sorted([wanted] if isinstance(wanted, str) else wanted)
        assert sorted(standing for standing, _, _ in found) == expected, f"on {day}"
        for standing, counts, pends in found:
            assert (counts, pends) == worth[FILES[file]["worth"][standing]], f"what {standing} is worth on {day}"
        listed = [one for one in answer.orders if one.order_id == mine]
        shown = sorted(str(defect.standing) for one in listed for defect in one.defects)
        assert shown == sorted(standing for standing, counts, pends in found if counts or pends), f"--orders on {day}"
        warned = {one.code for one in answer.notices if mine in one.message}
        assert warned == ({"unknown_chargeback_code"} if "unknown" in expected else set()), f"warnings on {day}"


def test_every_standing_has_a_case() -> None:
    said = set()
    for content in FILES.values():
        for case in content["case"]:
            for wanted in [case.get("standing"), *case.get("on", {}).values()]:
                said |= {wanted} if isinstance(wanted, str) else set(wanted or ())
    rule = BOOK.at("standings", date(2026, 11, 22))
    standings = {name for table in ("claim", "feedback", "chargeback") for name in rule.table(table)}
    assert standings - {"neutral", "positive"} <= said


# --- a seller ------------------------------------------------------------------------------------------------------


def facts_of_seller(case: Row, usual: Row) -> dict[str, dict[str, list[Row]]]:
    """Account to its files. `clean` is that many orders with nothing wrong."""
    found: dict[str, dict[str, list[Row]]] = {}
    clean = [
        {key: value for key, value in one.items() if key != "count"} | {"order_id": f"clean-{at}-{number}"}
        for at, one in enumerate(case.get("clean", []))
        for number in range(one["count"])
    ]
    for kind, file in KINDS.items():
        given = rows(case, usual, kind) + (rows({"order": clean}, usual, kind) if kind == "order" else [])
        for row in given:
            files = found.setdefault(row.get("account", "default"), {})
            files.setdefault(file, []).append({key: value for key, value in row.items() if key != "account"})
    return found


@pytest.mark.parametrize(("file", "number", "case"), cases("a seller"))
def test_a_seller(tmp_path: Path, file: str, number: int, case: Row) -> None:
    assert set(case) <= OF_A_SELLER, "a word that no case has"
    for account, facts in facts_of_seller(case, FILES[file]["usual"]).items():
        imported(tmp_path / account, tmp_path / "atoz.duckdb", account, facts)
    options = {
        {"lag": "lag_days", "window": "window_days"}.get(key, key): value for key, value in case.get("ask", {}).items()
    }
    with opened(tmp_path / "atoz.duckdb") as duck:
        answer = ask(duck, at(case.get("as_of", USUAL_DAY)), **options)
    found = [plain(one) for one in answer.measures]
    if "expect" in case:
        assert len(found) == len(case["expect"]), found
        for row, wanted in zip(found, case["expect"], strict=True):
            assert has(row, wanted), f"wanted {wanted}\nfound {row}"
            assert "by" not in options or row["group"] == wanted.get("group")
    if "listed" in case:
        listed = [plain(one) for one in answer.orders]
        assert [row["order_id"] for row in listed] == [row["order_id"] for row in case["listed"]]
        for row, wanted in zip(listed, case["listed"], strict=True):
            row["standings"] = sorted(defect["standing"] for defect in row["defects"])
            assert has(row, wanted), f"wanted {wanted}\nfound {row}"
    assert sorted(one.code for one in answer.notices) == sorted(case.get("warnings", [])), answer.notices


def test_names_of_cases_are_told_apart() -> None:
    for content in FILES.values():
        names = [case["name"] for case in content["case"]]
        assert len(names) == len(set(names))


def test_no_store_yet(tmp_path: Path) -> None:
    with pytest.raises(EmptyStore), opened(tmp_path / "none.duckdb"):
        pass


def test_rates_of_odd_sizes() -> None:
    """Rate, status, headroom and recovery agree with each other for every small seller."""
    from decimal import Decimal

    from atoz_cli.metrics.arithmetic import headroom, status, to_recover

    limit = Decimal("0.01")
    for orders in range(1, 320):
        for bad in range(min(orders, 5) + 1):
            met = status(bad, orders, limit) == "met"
            assert met == (bad * 100 < orders)
            room = headroom(bad, orders, limit)
            assert room == (orders - 1) // 100 - bad
            assert status(bad + room, orders, limit) == "met" or bad + room < 0
            assert status(bad + room + 1, orders, limit) == "missed"
            more = to_recover(bad, orders, limit)
            assert status(bad, orders + more, limit) == "met"
            assert more == 0 or status(bad, orders + more - 1, limit) == "missed"
