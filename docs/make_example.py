"""Writes the shop of docs/how-amazon-counts.md, docs/examples/counting/*.csv: python docs/make_example.py.

Everything in it is made up. `DAYS` say how many orders it takes a day; the named orders are among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "examples" / "counting"
FIRST = date(2026, 9, 9)
"""The first day of the window of 2026-11-22."""
NAMED = {
    "A": date(2026, 9, 8), "B": date(2026, 9, 9), "C": date(2026, 10, 1), "D": date(2026, 10, 15),
    "E": date(2026, 10, 20), "F": date(2026, 11, 16), "G": date(2026, 10, 10), "H": date(2026, 10, 12),
    "I": date(2026, 10, 18), "J": date(2026, 10, 25), "K": date(2026, 10, 28),
    "L": date(2026, 9, 12), "M": date(2026, 9, 14), "N": date(2026, 9, 10),
}  # fmt: skip
PLACES = {"L": ("US", "afn"), "M": ("US", "afn"), "N": ("DE", "mfn")}
"""Where a named order was placed; the others in the US, shipped by the seller."""

CLAIMS = """order_id,filed_at,claim_id,reason,amount,currency,status,decided_at,decision,funded_by
B,2026-09-28,claim-B,Package didn't arrive,24.00,USD,Closed,2026-10-05,Granted,Seller
C,2026-10-12,claim-C,Item not as described,31.50,USD,Closed,2026-10-20,Granted,Seller
E,2026-11-01,claim-E,Package didn't arrive,18.00,USD,Closed,,,
F,2026-11-22,claim-F,Package didn't arrive,22.00,USD,Closed,2026-11-25,Granted,Seller
I,2026-11-02,claim-I,Item not as described,40.00,USD,Closed,2026-11-10,Not granted,
K,2026-11-18,claim-K,Item not as described,27.00,USD,Under review,,,
M,2026-10-02,claim-M,Item not as described,35.00,USD,Closed,2026-10-09,Granted,Seller
N,2026-09-30,claim-N,Item not as described,29.00,EUR,Closed,2026-10-07,Granted,Seller
"""
CHARGEBACKS = """order_id,filed_at,chargeback_id,network,reason_code,amount,currency
C,2026-11-05,chargeback-C,visa,13.1,31.50,USD
H,2026-11-03,chargeback-H,visa,10.4,19.00,USD
"""
FEEDBACK = """order_id,left_at,rating,comment
A,2026-09-20,2,late
C,2026-10-11,1,not as shown
D,2026-10-24,2,slow answer
G,2026-10-21,3,so so
J,2026-10-30,1,wrong shop
L,2026-09-24,1,scratched
"""
REMOVED = """order_id,removed_at
J,2026-11-02
"""
REFUNDS = """order_id,refunded_at,amount,currency,by
E,2026-11-02,18.00,USD,seller
"""


def files() -> dict[Path, str]:
    """Every file of the shop with its text."""
    found = {
        "orders": orders(), "claims": CLAIMS, "chargebacks": CHARGEBACKS, "feedback": FEEDBACK,
        "feedback_events": REMOVED, "refunds": REFUNDS,
    }  # fmt: skip
    return {FOLDER / f"{name}.csv": text for name, text in found.items()}


def orders() -> str:
    """The orders of 2026-09-08 to 2026-11-22, each at noon."""
    lines = ["order_id,placed_at,marketplace,channel,status"]
    for number in range(-1, 75):
        day = FIRST + timedelta(days=number)
        for place, channel, many in _of_a_day(number):
            named = [
                one for one, on in NAMED.items() if on == day and PLACES.get(one, ("US", "mfn")) == (place, channel)
            ]
            plain = (f"{place}-{channel}-{day}-{at}" for at in range(1, many + 1))
            for order_id, _ in zip([*named, *plain], range(many), strict=False):
                lines.append(f"{order_id},{day}T12:00:00Z,{place},{channel},Shipped")
    return "\n".join(lines) + "\n"


def _of_a_day(number: int) -> Iterator[tuple[str, str, int]]:
    """Marketplace, channel and how many orders: 20 in three days, about 4 a day, 3 in two days."""
    yield "US", "mfn", 6 if number % 3 == 2 else 7
    yield "US", "afn", 5 if number % 6 == 0 else 4
    yield "DE", "mfn", 1 + number % 2


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in files().items():
        path.write_text(text, "utf-8")
