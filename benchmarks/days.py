"""What `atoz trend` costs on ten million orders beside DuckDB alone, which counts the same figures with one query by hand.

The store is made once, by SQL, and kept. Run as a program it is that query: `python days.py STORE` prints its figures.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from measure import Took
from table import Line

EDITION = 2
DAYS = 365
FIRST, AS_OF = "2025-07-01", "2026-11-13"
"""The orders lie on the 500 days before; the trend is of the last 365, and its windows go back 74 more."""
Command = Callable[[Path], Sequence[str]]

MADE = {
    "orders": """SELECT 'default' AS account, printf('%03d-%07d-%07d', 100 + hash(n) % 900, hash(n, 7) % 10000000, n % 10000000)
        AS order_id, TIMESTAMP '{first}' + to_seconds(CAST(n * 43200000.0 / {orders} AS BIGINT)) AS placed_at,
        CASE WHEN hash(n, 1) % 10 < 7 THEN 'US' ELSE 'CA' END AS marketplace, 'amazon' AS sales_channel,
        CASE WHEN hash(n, 2) % 2 = 0 THEN 'mfn' ELSE 'afn' END AS channel,
        CASE WHEN hash(n, 3) % 100 < 3 THEN 'cancelled' ELSE 'shipped' END AS status, 'Standard' AS service,
        'WA' AS ship_state, '98101' AS ship_postal_code, 'US' AS ship_country, 1 AS import_id, n AS row_no
        FROM range({orders}) AS t(n)""",
    "feedback": """SELECT account, order_id, CAST(placed_at AS DATE) + CAST(2 + hash(order_id, 1) % 29 AS INTEGER) AS left_at,
        CAST(1 + hash(order_id, 2) % 5 AS INTEGER) AS rating, 2 AS import_id, row_no FROM store.orders
        WHERE hash(order_id) % 100 = 0""",
    "claims": """SELECT account, order_id, filed_at, 'C-' || row_no AS claim_id, 'Package didn''t arrive' AS reason,
        19.9 AS amount, 'USD' AS currency,
        CASE WHEN k < 80 THEN filed_at + to_seconds(CAST(hash(order_id, 4) % 1200000 AS BIGINT)) END AS decided_at,
        CASE WHEN k < 50 THEN 'granted' WHEN k < 80 THEN 'denied' END AS decision,
        CASE WHEN k < 40 THEN 'seller' WHEN k < 50 THEN 'amazon' END AS funded_by, 3 AS import_id, row_no
        FROM (SELECT *, placed_at + to_seconds(CAST(259200 + hash(order_id, 1) % 3000000 AS BIGINT)) AS filed_at,
            hash(order_id, 9) % 100 AS k FROM store.orders WHERE hash(order_id, 8) % 250 = 0 AND status <> 'cancelled')""",
    "chargebacks": """SELECT account, order_id, 'B-' || row_no AS chargeback_id, 'visa' AS network,
        placed_at + to_seconds(CAST(259200 + hash(order_id, 1) % 3000000 AS BIGINT)) AS filed_at,
        CASE WHEN hash(order_id, 3) % 2 = 0 THEN '13.1' ELSE '10.4' END AS reason_code, 4 AS import_id, row_no
        FROM store.orders WHERE hash(order_id, 12) % 2000 = 0""",
}
"""One order in a hundred has feedback, one in 250 a claim, one in 2,000 a chargeback."""

BY_HAND = """
WITH asked AS (
    SELECT CAST(d AS DATE) AS day FROM generate_series(DATE '{as_of}' - {days} + 1, DATE '{as_of}', INTERVAL 1 DAY) AS t(d)
),
told AS (
    SELECT account, order_id, left_at AS since, 1 AS bad, 1 AS lost FROM feedback WHERE rating <= 2
    UNION ALL
    SELECT account, order_id, filed_at, 0, 1 FROM claims
    UNION ALL
    SELECT account, order_id, decided_at, 1, 0 FROM claims WHERE decision = 'granted' AND funded_by <> 'amazon'
    UNION ALL
    SELECT account, order_id, decided_at, 0, -1 FROM claims WHERE decision = 'denied' OR funded_by = 'amazon'
    UNION ALL
    SELECT account, order_id, filed_at, 1, 1 FROM chargebacks WHERE reason_code = '13.1'
),
states AS (
    SELECT account, order_id, since, CAST(sum(bad) OVER so_far > 0 AS INTEGER) AS bad,
        CAST(sum(lost) OVER so_far > 0 AS INTEGER) AS lost
    FROM (SELECT account, order_id, since, sum(bad) AS bad, sum(lost) AS lost FROM told GROUP BY ALL)
    WINDOW so_far AS (PARTITION BY account, order_id ORDER BY since ROWS UNBOUNDED PRECEDING)
),
steps AS (
    SELECT account, order_id, CAST(since AS DATE) AS known_on, bad - lag(bad, 1, 0) OVER steady AS bad,
        lost - lag(lost, 1, 0) OVER steady AS lost
    FROM states WINDOW steady AS (PARTITION BY account, order_id ORDER BY since)
),
placed AS (
    SELECT account, marketplace, channel, CAST(placed_at AS DATE) AS placed_on, count(*) AS orders
    FROM orders WHERE coalesce(sales_channel, '') <> 'non_amazon' GROUP BY ALL
),
hit AS (
    SELECT account, marketplace, channel, CAST(placed_at AS DATE) AS placed_on, known_on, sum(bad) AS bad, sum(lost) AS lost
    FROM orders JOIN steps USING (account, order_id) GROUP BY ALL
),
whole AS (
    SELECT day, account, marketplace, channel, sum(orders) FILTER (placed_on <= day - 15) AS orders,
        sum(orders) FILTER (placed_on > day - 15) AS incoming
    FROM asked JOIN placed ON placed_on BETWEEN day - 74 AND day GROUP BY ALL
),
part AS (
    SELECT day, account, marketplace, channel, sum(bad) FILTER (placed_on <= day - 15) AS bad,
        sum(lost) FILTER (placed_on <= day - 15) AS lost, sum(bad) FILTER (placed_on > day - 15) AS incoming_bad
    FROM asked JOIN hit ON placed_on BETWEEN day - 74 AND day AND known_on <= day GROUP BY ALL
)
SELECT day, marketplace, channel, orders, coalesce(bad, 0), coalesce(lost, 0), incoming, coalesce(incoming_bad, 0)
FROM whole LEFT JOIN part USING (day, account, marketplace, channel) ORDER BY ALL
"""
"""What one would write who knows what this store holds: each order's steps, what is known of them by day, the windows."""


def store_of(shelf: Path, orders: int) -> Path:
    """The store with so many orders, made if it is not there yet."""
    from atoz_cli.store import duck

    path = shelf / f"orders-{EDITION}-{orders}.duckdb"
    if path.exists():
        return path
    shelf.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    connection = duck.connect(":memory:")
    with duck.writing(connection, part, 5.0):
        for table, made in MADE.items():
            connection.execute(f"INSERT INTO store.{table} BY NAME {made.format(first=FIRST, orders=orders)}")
    connection.close()
    part.rename(path)
    return path


def by_hand(store: str) -> list[tuple[object, ...]]:
    """The figures of every day, marketplace and channel, by the one query."""
    import duckdb

    with duckdb.connect(store, read_only=True) as connection:
        found: list[tuple[object, ...]] = connection.execute(BY_HAND.format(as_of=AS_OF, days=DAYS)).fetchall()
    return found


def of_days(store: Path, atoz: Sequence[str]) -> dict[str, Command]:
    """The query by hand, `atoz trend` and `atoz odr` on the same store."""
    asked = ("--as-of", AS_OF, "--store", str(store))
    commands: dict[str, Sequence[str]] = {
        "by hand": (sys.executable, str(Path(__file__)), str(store)),
        "trend": (*atoz, "trend", "odr", "--days", str(DAYS), "--json", *asked),
        "test": (*atoz, "trend", "odr", "--days", str(DAYS), "--test", "--json", *asked),
        "odr": (*atoz, "odr", "--json", *asked),
    }
    return {name: partial(_as_it_is, command) for name, command in commands.items()}


def _as_it_is(command: Sequence[str], folder: Path) -> Sequence[str]:
    return command


def differ(store: Path, atoz: Sequence[str]) -> int:
    """How many of the figures are not the same by hand and by `atoz trend`: a comparison of different things says nothing."""
    asked = (*atoz, "trend", "odr", "--days", str(DAYS), "--json", "--as-of", AS_OF, "--store", str(store))
    said = subprocess.run(asked, capture_output=True, check=True)
    ours = {
        (
            one["day"], one["marketplace"], one["channel"], one["denominator"], one["numerator"],
            one["if_pending_lost"]["numerator"], one["incoming"]["denominator"], one["incoming"]["numerator"],
        )
        for one in json.loads(said.stdout)["data"]
    }  # fmt: skip
    theirs = {(str(day), place, channel, *map(int, rest)) for day, place, channel, *rest in by_hand(str(store))}  # type: ignore[call-overload]
    return len(ours ^ theirs)


def day_lines(took: Mapping[str, Took], orders: int) -> list[Line]:
    """The lines of the table about many days."""
    hand, name = took["by hand"], "by hand"
    return [
        Line(f"DuckDB alone: the same figures of {DAYS} days by hand, {orders:,} orders", hand),
        Line(f"atoz trend odr --days {DAYS} --json", took["trend"], hand, name, at_most=1.5, most_memory=1024),
        Line(f"atoz trend odr --days {DAYS} --test --json", took["test"], hand, name),
        Line(f"atoz odr --json, {orders:,} orders", took["odr"]),
    ]


if __name__ == "__main__":
    print(*by_hand(sys.argv[1]), sep="\n")
