"""What claims cost: `python benchmarks/claims.py [--claims N] [--rounds N] [--markdown]`.

Very many claims triaged from a store, a quarter of them for how it grows, and fifty from a file into a store of their own,
each as a whole process; the fifty are held against importing pandas, the many against their quarter.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measure import Took, run, times, typical
from table import Line, markdown, plain

ATOZ = (sys.executable, "-m", "atoz_cli")
AS_OF = "2026-11-22"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
REASONS = ("Package didn't arrive", "", "", "Refund not received for returned package", "")
WORDS = (
    "The item is broken and does not match the description at all",
    "I never got my parcel, it is now two weeks late!",
    "Paket nie angekommen",
    "They charged me customs fees on delivery",
    "I did not order this",
)
HEADS = {
    "orders": "order_id placed_at marketplace channel status sku product_name quantity amount currency ship_by deliver_by "
    "ship_postal_code ship_country",
    "claims": "order_id filed_at claim_id marketplace reason comment amount currency status decided_at decision funded_by",
    "shipments": "order_id carrier tracking_number confirmed_at first_scan_at delivered_at delivered_to_postal_code "
    "signed_by label claims_protected",
    "messages": "order_id received_at answered_at topic",
}
"""Files of our own, with their columns."""


def make(folder: Path, claims: int) -> Path:
    """A folder of orders with a claim each, three quarters of them open, their parcels and messages."""
    folder.mkdir(parents=True)
    dice = random.Random(5)
    opened = {name: (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") for name in HEADS}
    written = {name: csv.writer(file) for name, file in opened.items()}
    for name, head in HEADS.items():
        written[name].writerow(head.split())
    for number in range(claims):
        for name, row in zip(HEADS, _rows(dice, number), strict=True):
            written[name].writerow(row)
    for file in opened.values():
        file.close()
    return folder


def _rows(dice: random.Random, number: int) -> Iterator[Sequence[object]]:
    order = f"1{number % 10}{number % 7}-{number:07d}-{dice.randrange(10**7):07d}"
    placed = NOW - timedelta(days=dice.uniform(16, 70))
    amount, kind = f"{dice.uniform(5, 150):.2f}", number % 5
    filed = min(placed + timedelta(days=dice.uniform(9, 13)), NOW - timedelta(hours=2))
    ends = "" if number % 4 else dice.choice(["granted", "denied"])
    comment = "" if REASONS[kind] else dice.choice(WORDS)
    yield (
        order, _at(placed), "US", "mfn", "shipped", f"S{number % 500}", f"Mug {number % 500}", 1, amount, "USD",
        _at(placed + timedelta(days=3)), _at(placed + timedelta(days=9)), "98101", "US",
    )  # fmt: skip
    yield (
        order, _at(filed), f"C{number}", "US", REASONS[kind], comment, amount, "USD",
        "closed" if ends else "action_required", _at(filed + timedelta(hours=50)) if ends else "", ends,
        "seller" if ends == "granted" else "",
    )  # fmt: skip
    came, bought = bool(number % 3), bool(number % 2)
    yield (
        order, "UPS", f"1Z{number}", _at(placed + timedelta(days=1)), _at(placed + timedelta(days=2)),
        _at(placed + timedelta(days=6)) if came else "", "98101" if came else "", "yes" if number % 6 == 1 else "",
        "buy_shipping" if bought else "own", "yes" if bought else "",
    )  # fmt: skip
    yield order, _at(filed - timedelta(days=3)), _at(filed - timedelta(days=2)), "delivery"


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


STARTS = 9
"""How often the short ones are run, in turns."""


def measure(claims: int, rounds: int, work: Path) -> list[Line]:
    """The lines of the table."""
    small, pandas = _few(make(work / "few", 50) / "claims.csv", work)
    stores = {size: work / f"{size}.duckdb" for size in (claims, claims // 4)}
    for size, store in stores.items():
        run((*ATOZ, "import", str(make(work / f"of-{size}", size)), "--store", str(store)))
    took: dict[int, list[Took]] = {size: [] for size in stores}
    for _ in range(rounds):
        for size, store in stores.items():
            asked = (*ATOZ, "triage", "--as-of", AS_OF, "--store", str(store), "--json")
            took[size].append(run((*asked, "-o", str(work / "answer.json"))))
    many, part = (typical(took[size]) for size in stores)
    return [
        Line(f"triage of {claims:,} claims", many, times(part, 4), "four times a quarter", 1.25, most_memory=1024),
        Line("triage of a file of 50 claims, cold", small, pandas, "importing pandas", 1.5),
    ]


def _few(file: Path, work: Path) -> tuple[Took, Took]:
    """A file into a store of its own, and importing pandas: before the disk has anything else to do."""
    small, pandas = [], []
    for number in range(STARTS):
        fresh = str(work / f"fresh-{number}.duckdb")
        small.append(run((*ATOZ, "triage", str(file), "--as-of", AS_OF, "--store", fresh)))
        pandas.append(run((sys.executable, "-c", "import pandas")))
    return typical(small), typical(pandas)


def main() -> None:
    """Read the options, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100_000, help="how many claims (default: 100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run (default: 3)")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(max(asked.claims, 4), max(asked.rounds, 1), Path(folder))
    print((markdown if asked.markdown else plain)(lines))


if __name__ == "__main__":
    main()
