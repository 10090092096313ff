"""What Amazon says, made up: performance reports and lists of orders with defects, and `atoz` asked in this process.

`Cases` makes one seller of a file of cases (tests/cases/reconcile_*.toml), each case in a marketplace and channel of its
own, so that one import and one question answer all of them.
"""

from __future__ import annotations

import contextlib
import io
import json
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from atoz_cli.cli import run
from oracle import Row, write

PLACES = {
    code: place["names"][1] if place["names"][1].startswith("A") else place["names"][-1]
    for code, place in tomllib.loads(
        (Path(__file__).parents[1] / "src/atoz_cli/sources/words/marketplaces.toml").read_text("utf-8")
    ).items()
}
"""Two letters to Amazon's id of the marketplace."""
MADE_ON = date(2026, 11, 22)
FIRST, LAST = date(2026, 9, 9), date(2026, 11, 7)
"""The 60 days of its window: it ends 15 days before."""
COUNTS = {
    "orders": "orderCount", "defective_orders": "orderWithDefects", "negative_feedback_orders": "negativeFeedback",
    "claim_orders": "claims", "chargeback_orders": "chargebacks",
}  # fmt: skip
LIST = "Order Date,Order ID,Fulfilment method,Negative Feedback,A-to-z Claim,Chargeback,Impacts Account Health"


def days(first: date, last: date) -> dict[str, dict[str, str]]:
    """A range as Amazon writes it."""
    return {
        "reportingDateRange": {
            "reportingDateFrom": f"{first}T00:00:00Z",
            "reportingDateTo": f"{last}T23:59:59Z",
        }
    }


def entry(first: date = FIRST, last: date = LAST, **figures: Any) -> dict[str, Any]:
    """The figures of one channel: those of `COUNTS`, and `rate`, `status`, `targetValue` as they are."""
    found: dict[str, Any] = days(first, last)
    for name, value in figures.items():
        key = COUNTS.get(name, name)
        found[key] = value if key in ("orderCount", name) else {"count": value, "status": "NONE"}
    return found


def report(
    *marketplaces: tuple[str, Mapping[str, Any]], made_on: date | None = MADE_ON, status: str = "NORMAL"
) -> dict[str, Any]:
    """A V2 report: place and its channels, each an `entry`."""
    late = days(made_on - timedelta(days=29), made_on) if made_on else {}
    metrics = [
        {"marketplaceId": PLACES[place], "orderDefectRate": dict(channels)}
        | ({"lateShipmentRate": late} if late else {})
        for place, channels in marketplaces
    ]
    statuses = [{"marketplaceId": PLACES[place], "status": status} for place, _ in marketplaces]
    return {"accountStatuses": statuses, "performanceMetrics": metrics}


def listing(*rows: tuple[str, str, str]) -> str:
    """A list of orders with defects: id, day, and its defects by their first letters (f, a, c; - in front: no impact)."""
    lines = [LIST]
    for order_id, day, kinds in rows:
        flags = ["X" if letter in kinds else "" for letter in "fac"]
        lines.append(",".join([day, order_id, "Seller", *flags, "No" if kinds.startswith("-") else "Yes"]))
    return "\n".join(lines) + "\n"


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def data(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.answer["data"]
        return found

    def row(self, channel: str | None = "mfn", marketplace: str | None = "US") -> dict[str, Any]:
        """The one of a place."""
        (found,) = [one for one in self.data if (one["marketplace"], one["channel"]) == (marketplace, channel)]
        return found

    def order(self, order_id: str, channel: str | None = "mfn", marketplace: str | None = "US") -> dict[str, Any]:
        (found,) = [one for one in self.row(channel, marketplace)["orders"] if one["order_id"] == order_id]
        return found


def atoz(*arguments: str | Path) -> Said:
    """One command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(one) for one in arguments])
    return Said(status, out.getvalue(), err.getvalue())


class Seller:
    """A seller's store in a folder: `has` imports facts, `against` asks how ours stand to what Amazon says."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self.times = folder, folder / "store.duckdb", 0

    def has(self, facts: Mapping[str, Sequence[Row]], account: str = "default") -> Seller:
        self.times += 1
        files = write(self.folder / f"files-{self.times}", facts)
        said = atoz("import", *files, "--account", account, "--store", self.store, "--json")
        assert (said.status, [one["refused"] for one in said.data]) == (0, [0] * len(files)), said.err + said.out
        return self

    def put(self, content: Any, name: str | None = None) -> Path:
        """A file beside the store: JSON for values, else the text or the bytes."""
        self.times += 1
        kind = "json" if isinstance(content, dict) else "csv"
        path = self.folder / (name or f"amazon-{self.times}.{kind}")
        content = json.dumps(content) if isinstance(content, dict) else content
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def against(self, content: Any, *options: str, status: int = 0) -> Said:
        """`atoz reconcile FILE --json` of a file with this content."""
        said = self.asks("reconcile", self.put(content), *options, "--json")
        assert said.status == status, said.err
        return said

    def all(self, contents: Sequence[Any], *options: str) -> list[dict[str, Any]]:
        """The rows of several reports, each about one place: asked together, as the members of an archive."""
        self.times += 1
        path = self.folder / f"all-{self.times}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number, content in enumerate(contents):
                archive.writestr(f"{number:03d}", content if isinstance(content, str) else json.dumps(content))
        said = self.asks("reconcile", path, *options, "--json")
        rows = sorted(said.data, key=lambda row: str(row["report"]["file"]))
        assert len(rows) == len(contents), said.err
        return rows

    def asks(self, *arguments: str | Path) -> Said:
        return atoz(*arguments, "--store", self.store)


# --- cases -----------------------------------------------------------------------------------------------------------

KINDS = {
    "order": "orders", "claim": "claims", "chargeback": "chargebacks", "refund": "refunds", "shipment": "shipments",
    "feedback": "feedback", "feedback_event": "feedback_events",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One case with the place that it has for itself."""

    number: int
    marketplace: str
    channel: str
    said: Mapping[str, Any]

    def order_id(self, n: int) -> str:
        """The id of its order of that number."""
        return f"{100 + self.number}-0000000-{n:07d}"

    def rows(self, kind: str, usual: Mapping[str, Any]) -> list[Row]:
        """Its rows of a kind of file."""
        given = self.said.get(kind, [])
        found = []
        for one in given if isinstance(given, list) else [given]:
            row = {**usual.get(kind, {}), **one}
            row["order_id"] = self.order_id(row.pop("n", 1))
            if kind in ("order", "claim", "chargeback"):
                row["marketplace"] = self.marketplace
            if kind == "order":
                row["channel"] = row.get("channel", self.channel)
            found.append(row)
        return found

    @property
    def clean(self) -> list[Row]:
        """Twenty orders with nothing wrong, one every third day of the window."""
        return [
            {
                "order_id": self.order_id(101 + number), "placed_at": f"{FIRST + timedelta(days=3 * number + 1)}T12:00:00Z",
                "marketplace": self.marketplace, "channel": self.channel, "status": "Shipped",
            }
            for number in range(20)
        ]  # fmt: skip


class Cases:
    """The cases of a file, and the facts of all of them together."""

    def __init__(self, name: str) -> None:
        path = Path(__file__).parent / "cases" / f"{name}.toml"
        content = tomllib.loads(path.read_text("utf-8"))
        asked = {case["marketplace"] for case in content["case"] if "marketplace" in case}
        free = iter(place for place in product(sorted(set(PLACES) - asked), ("mfn", "afn")))
        self.usual = content["usual"]
        self.all = []
        for number, case in enumerate(content["case"]):
            place = (case["marketplace"], "mfn") if "marketplace" in case else next(free)
            self.all.append(Case(number, *place, case))

    @property
    def names(self) -> list[str]:
        return [case.said["name"] for case in self.all]

    def facts(self) -> dict[str, list[Row]]:
        """The files of the seller."""
        found: dict[str, list[Row]] = {file: [] for file in KINDS.values()}
        for case in self.all:
            for kind, file in KINDS.items():
                found[file] += case.rows(kind, self.usual)
            found["orders"] += case.clean
        return found


def told(value: Any) -> Any:
    """TOML has no null."""
    return None if value == "null" else value


def causes(row: Mapping[str, Any]) -> dict[str, Any]:
    """Cause and value to whether it alone makes all equal."""
    return {f"{one['cause']} {one['value'] or ''}".strip(): one["makes_equal"] for one in row["explained_by"]}


def moves(found: Mapping[str, Any]) -> dict[str, int]:
    """What an order or a cause changes."""
    return {name: value for name, value in found["moves"].items() if value}


def figure(row: Mapping[str, Any], name: str) -> tuple[Any, Any, Any]:
    """Theirs, ours and the difference of one figure."""
    (found,) = [one for one in row["figures"] if one["figure"] == name]
    return found["theirs"], found["ours"], found["difference"]


def agrees(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """That an order of the answer is as a case says."""
    for key, value in wanted.items():
        if key == "n":
            continue
        if key == "says":
            assert value in found["text"]
        elif key == "moves":
            assert moves(found) == value
        elif key == "proof":
            proof = {slot["slot"]: slot["value"] for slot in found["proof"] if slot["have"]}
            assert {slot: proof.get(slot) for slot in value} == value
        else:
            assert found[key] == told(value), key
    assert "is wrong" not in found["text"]
