"""What holds of the store whatever is imported into it, in whatever order; and how it fails."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from atoz_cli.errors import AtozError, DiskFull, EmptyStore, StoreBusy, StoreDamaged, StoreNewer, StoreUnusable
from atoz_cli.records import RECORDS, kinds_of_value
from atoz_cli.store import duck
from atoz_cli.store.asking import Duck
from atoz_cli.store.facts import tables

Row = dict[str, str]
quick = settings(
    max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def shops(shop: Any) -> Any:
    """Maker of empty shops: hypothesis runs a test many times within one fixture."""
    numbers = itertools.count()

    def make() -> Any:
        folder = shop.folder / str(next(numbers))
        folder.mkdir()
        return type(shop)(folder)

    return make


def written(shop: Any, name: str, rows: Sequence[Row], header: Sequence[str], mark: str = "\t") -> Path:
    lines = [mark.join(header), *(mark.join(row.get(column, "") for column in header) for row in rows)]
    return shop.put(name, "\n".join(lines) + "\n")


def total(receipt: Any) -> tuple[int, int]:
    """Rows, and what they add up to."""
    assert receipt.error is None
    return receipt.rows, receipt.added + receipt.updated + receipt.unchanged + receipt.skipped + receipt.refused


# --- merging: files with stamps -------------------------------------------------------------------------------------

ORDERS = ["amazon-order-id", "purchase-date", "last-updated-date", "order-status", "sales-channel", "ship-state",
          "order-item-id", "sku", "quantity", "item-price"]  # fmt: skip
STATES, WORDS = st.sampled_from(["", "", "WA", "IL", "NY"]), st.sampled_from(["", "shipped", "cancelled", "pending"])
STAMPED = st.fixed_dictionaries(
    {
        "amazon-order-id": st.integers(0, 3).map("111-0000000-{:07d}".format),
        "purchase-date": st.just("2026-05-01T10:00:00Z"),
        "last-updated-date": st.integers(1, 6).map("2026-05-{:02d}T00:00:00Z".format),
        "order-status": WORDS,
        "sales-channel": st.just("Amazon.com"),
        "ship-state": STATES,
        "order-item-id": st.integers(1, 2).map(str),
        "quantity": st.sampled_from(["", "1", "2", "10"]),
        "item-price": st.sampled_from(["", "1.00", "9.50"]),
    }
).map(lambda row: {**row, "sku": "SKU-" + row["order-item-id"]})
FILES = st.lists(st.lists(STAMPED, min_size=1, max_size=8), min_size=2, max_size=3)


def newest(rows: Sequence[Row], key: Sequence[str], values: Sequence[str]) -> dict[tuple[str, ...], Row]:
    """What must hold: of each value the one with the newest stamp that is not empty."""
    best: dict[tuple[str, ...], dict[str, tuple[str, str]]] = {}
    for row in rows:
        held = best.setdefault(tuple(row[name] for name in key), {})
        for name in values:
            if row[name]:
                held[name] = max(held.get(name, ("", "")), (row["last-updated-date"], row[name]))
    return {found: {name: said for name, (_, said) in held.items()} for found, held in best.items()}


def test_files_with_stamps_make_the_same_store_in_any_order(shops: Any) -> None:
    @quick
    @given(FILES, st.randoms(use_true_random=False))
    def law(files: list[list[Row]], random: Any) -> None:
        here, there = shops(), shops()
        made = [written(here, f"{at}.txt", rows, ORDERS) for at, rows in enumerate(files)]
        for done in here.load(*made):
            assert len(set(total(done.receipt))) == 1
        random.shuffle(made)
        there.load(*made)
        facts = here.facts()
        assert there.facts() == facts
        rows = [row for file in files for row in file]
        wanted = newest(rows, ["amazon-order-id"], ["order-status", "ship-state"])
        assert {(row["order_id"],): (row.get("status"), row.get("ship_state")) for row in facts["orders"]} == {
            key: (held.get("order-status"), held.get("ship-state")) for key, held in wanted.items()
        }
        wanted = newest(rows, ["amazon-order-id", "order-item-id"], ["quantity", "item-price"])
        assert {
            (row["order_id"], row["order_item_id"]): (str(row.get("quantity", "")), row.get("amount", ""))
            for row in facts["items"]
        } == {
            key: (held.get("quantity", ""), held["item-price"] + "00" if "item-price" in held else "")
            for key, held in wanted.items()
        }
        for done in here.load(*made):
            assert done.receipt.unchanged == done.receipt.rows
        assert here.facts() == facts

    law()


# --- merging: files without stamps ------------------------------------------------------------------------------------

CLAIMS = ["order_id", "filed_at", "claim_id", "status", "amount", "reason"]
CLAIM = st.fixed_dictionaries(
    {
        "order_id": st.integers(0, 3).map(str),
        "filed_at": st.just("2026-05-01"),
        "claim_id": st.just(""),
        "status": st.sampled_from(["", "closed", "under_review"]),
        "amount": st.sampled_from(["", "1.00", "9.50", "10.00"]),
        "reason": st.sampled_from(["", "late", "broken"]),
    }
)


def test_the_later_import_wins_value_by_value_and_an_empty_cell_never_erases(shops: Any) -> None:
    @quick
    @given(
        st.lists(st.lists(CLAIM, min_size=1, max_size=6), min_size=3, max_size=3),
        st.lists(st.integers(0, 2), min_size=4, max_size=5),
    )
    def law(files: list[list[Row]], sequence: list[int]) -> None:
        shop = shops()
        made = [written(shop, f"{at}.csv", rows, CLAIMS, ",") for at, rows in enumerate(files)]
        wanted: dict[str, Row] = {}
        before: Any = None
        for at in sequence:
            (done,) = shop.load(made[at])
            assert len(set(total(done.receipt))) == 1
            for row in files[at]:
                held = wanted.setdefault(row["order_id"], {})
                held.update({name: text for name, text in row.items() if text and name != "order_id"})
            facts = shop.facts()["claims"]
            assert {row["order_id"]: (row.get("status"), row.get("amount"), row.get("reason")) for row in facts} == {
                order: (held.get("status"), held["amount"] + "00" if "amount" in held else None, held.get("reason"))
                for order, held in wanted.items()
            }
            assert (done.receipt.added + done.receipt.updated > 0) == (facts != before)
            before = facts
        (again,) = shop.load(made[sequence[-1]])
        assert again.receipt.unchanged == again.receipt.rows
        assert shop.facts()["claims"] == before

    law()


def test_a_dry_run_writes_nothing_and_tells_what_would_be(shops: Any) -> None:
    @quick
    @given(FILES)
    def law(files: list[list[Row]]) -> None:
        shop = shops()
        made = [written(shop, f"{at}.txt", rows, ORDERS) for at, rows in enumerate(files)]
        shop.load(made[0], dry_run=True)
        assert not shop.path.exists()
        shop.load(made[0])
        facts, content = shop.facts(), shop.path.read_bytes()
        told = [done.receipt for done in shop.load(*made, dry_run=True)]
        assert (shop.facts(), shop.path.read_bytes()) == (facts, content)
        assert all(receipt.dry_run for receipt in told)
        then = [done.receipt for done in shop.load(*made)]
        for one, other in zip(told, then, strict=True):
            assert (one.added, one.updated, one.unchanged) == (other.added, other.updated, other.unchanged)

    law()


def test_accounts_know_nothing_of_each_other(shops: Any) -> None:
    @quick
    @given(FILES)
    def law(files: list[list[Row]]) -> None:
        both, alone = shops(), shops()
        for at, rows in enumerate(files):
            path = written(both, f"{at}.txt", rows, ORDERS)
            both.load(path, account=f"it's {at % 2}")
            if at % 2 == 0:
                alone.load(path, account="it's 0")
        mine = {name: [row for row in rows if row["account"] == "it's 0"] for name, rows in both.facts().items()}
        assert mine == alone.facts()

    law()


# --- merging: with and without an id of its own ---------------------------------------------------------------------

OWN_ORDERS = ["order_id", "placed_at", "order_item_id", "sku", "quantity", "product_name"]
WITH = [{"order_id": "1", "placed_at": "2026-05-01", "order_item_id": "77", "sku": "A", "quantity": "2"}]
WITHOUT = [{"order_id": "1", "placed_at": "2026-05-01", "sku": "A", "product_name": "Mug"}]


@pytest.mark.parametrize("first", [0, 1], ids=["with first", "without first"])
def test_an_item_with_and_without_its_id_is_one(shop: Any, first: int) -> None:
    files = [written(shop, "with.csv", WITH, OWN_ORDERS, ","), written(shop, "without.csv", WITHOUT, OWN_ORDERS, ",")]
    for path in (files[first], files[1 - first], *files):
        (done,) = shop.load(path)
        assert len(set(total(done.receipt))) == 1
    assert shop.facts()["items"] == [
        {"account": "default", "order_id": "1", "order_item_id": "77", "sku": "A", "product_name": "Mug", "quantity": 2}
    ]
    (both,) = shop.load(written(shop, "both.csv", WITH + WITHOUT, OWN_ORDERS, ","))
    assert both.receipt.unchanged == 2


@pytest.mark.parametrize("first", [0, 1], ids=["with first", "without first"])
def test_a_claim_with_and_without_its_id_is_one(shop: Any, first: int) -> None:
    claims = [{"order_id": "1", "filed_at": "2026-05-01", "claim_id": "C-1", "status": "closed"},
              {"order_id": "1", "filed_at": "2026-05-01", "amount": "5"}]  # fmt: skip
    files = [written(shop, f"{at}.csv", [row], CLAIMS, ",") for at, row in enumerate(claims)]
    shop.load(files[first], files[1 - first])
    assert len(shop.facts()["claims"]) == 1
    (held,) = shop.facts()["claims"]
    assert (held["claim_id"], held["status"], held["amount"]) == ("C-1", "closed", "5.0000")
    for done in shop.load(*files):
        assert (done.receipt.added, done.receipt.updated) == (0, 0)


def test_nothing_is_guessed_where_two_ids_could_be_meant(shop: Any) -> None:
    two = [{**WITH[0], "order_item_id": number} for number in ("77", "78")]
    shop.load(written(shop, "a.csv", two, OWN_ORDERS, ","), written(shop, "b.csv", WITHOUT, OWN_ORDERS, ","))
    assert [row.get("order_item_id") for row in shop.facts()["items"]].count("77") == 1
    assert len(shop.facts()["items"]) == 3


def test_an_order_whose_status_alone_changes_is_updated(shop: Any) -> None:
    row = {"amazon-order-id": "111-0000000-0000001", "purchase-date": "2026-05-01", "last-updated-date": "2026-05-02",
           "order-status": "Unshipped", "order-item-id": "1", "sku": "A"}  # fmt: skip
    shop.load(written(shop, "a.txt", [row], ORDERS))
    later = {**row, "last-updated-date": "2026-05-03"}
    (stamp,) = shop.load(written(shop, "b.txt", [later], ORDERS))
    assert (stamp.receipt.updated, stamp.receipt.unchanged) == (0, 1)
    (status,) = shop.load(
        written(shop, "c.txt", [{**later, "last-updated-date": "2026-05-04", "order-status": "Shipped"}], ORDERS)
    )
    assert (status.receipt.updated, status.receipt.unchanged) == (1, 0)


# --- the schema -----------------------------------------------------------------------------------------------------


def test_the_columns_of_the_store_are_the_fields_of_the_records(shop: Any) -> None:
    shop.load(written(shop, "a.csv", WITH, OWN_ORDERS, ","))
    with duck.reading(shop.path, 0) as store:
        found = store.ask(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
        )
        assert store.ask("SELECT schema_version FROM meta") == [(duck.VERSION,)]
    columns: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, nullable in found:
        columns.setdefault(table, {})[column] = (kind, nullable)
    assert set(columns.pop("noted_orders")) == set(columns["orders"])
    assert set(columns) == {"meta", "imports", "reports"} | {
        name + twin for name in RECORDS for twin in ("", "_versions")
    }
    assert set(tables()) == set(RECORDS)
    for name in RECORDS:
        fields = kinds_of_value(name)
        for twin in ("", "_versions"):
            held = columns[name + twin]
            assert set(held) == {"account", *fields, "import_id", "row_no"}
            assert {field: held[field][0] for field in fields} == {
                field: kind.sql for field, (kind, _) in fields.items()
            }
        assert {field for field in fields if not columns[name][field][1]} == {
            f for f, (_, must) in fields.items() if must
        }


# --- how it fails -----------------------------------------------------------------------------------------------------


def some_rows(number: int, start: int = 0) -> list[Row]:
    return [
        {"order_id": str(start + at), "placed_at": "2026-05-01", "order_item_id": str(at), "sku": f"S{at % 7}"}
        for at in range(number)
    ]


def opened_again(shop: Any) -> dict[str, Any]:
    """The facts after a harm, and that the store still takes files."""
    facts = shop.facts()
    probe = written(shop, "probe.csv", some_rows(1, 900_000), OWN_ORDERS, ",")
    assert shop.load(probe)[0].receipt.added == 1
    assert "900000" in {row["order_id"] for row in shop.facts()["orders"]}
    return facts


CHILD = """
import json, sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from atoz_cli.errors import AtozError
from atoz_cli.ingest import How, Named, run
from atoz_cli.store import duck
from atoz_cli.store.asking import Duck
store, file, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
else:
    migrate = duck.migrate
    class Loud:
        def __init__(self, connection): self.connection = connection
        def __getattr__(self, name): return getattr(self.connection, name)
        def execute(self, sql, *more):
            print(sql.split()[0], flush=True)
            sys.stdin.readline()
            return self.connection.execute(sql, *more)
    from atoz_cli.store import staging
    begin = staging.connect
    staging.connect = lambda path: Loud(begin(path))
try:
    receipts = [done.receipt.error or "fine" for done in run([Named(file, file.name)], How(store))]
    print(json.dumps(receipts))
except AtozError as error:
    print(json.dumps([type(error).__name__, error.message]))
"""


def child(shop: Any, path: Path, limit: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(shop.path), str(path), str(limit)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=shop.folder
    )


def killed_at(shop: Any, path: Path, word: str, nth: int) -> None:
    """An import killed with -9 right after it was let to start the nth statement that begins with `word`, once the store is open."""
    with child(shop, path, 0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        seen, attached = 0, False
        for line in process.stdout:
            attached = attached or line.strip() == "ATTACH"
            seen += attached and line.strip() == word
            if seen == nth:
                process.stdin.write("\n")
                process.stdin.flush()
                time.sleep(0.002 * nth)
                process.kill()
                break
            process.stdin.write("\n")
            process.stdin.flush()
        else:
            pytest.fail(f"there was no {word} number {nth}")
        process.communicate()


@pytest.mark.parametrize(("word", "nth"), [("BEGIN", 1), ("INSERT", 1), ("INSERT", 3), ("COMMIT", 1), ("DETACH", 1)])
def test_a_killed_import_leaves_all_or_nothing(shop: Any, word: str, nth: int) -> None:
    shop.load(written(shop, "a.csv", some_rows(20), OWN_ORDERS, ","))
    before = shop.facts()
    path = written(shop, "b.csv", some_rows(3000, 10), OWN_ORDERS, ",")
    killed_at(shop, path, word, nth)
    facts = opened_again(shop)
    if word in ("BEGIN", "INSERT"):
        assert facts == before
    else:
        assert len(facts["orders"]) in (20, 3010)
        assert (facts == before) == (len(facts["orders"]) == 20)
    (done,) = shop.load(path)
    assert done.receipt.error is None
    assert len(shop.facts()["orders"]) == 3011


def test_a_first_import_that_was_killed_leaves_no_store_or_an_empty_one(shop: Any) -> None:
    path = written(shop, "b.csv", some_rows(10), OWN_ORDERS, ",")
    killed_at(shop, path, "INSERT", 1)
    with pytest.raises(EmptyStore):
        shop.facts()
    assert shop.load(path)[0].receipt.added == 10


def test_a_full_disk_leaves_the_store_as_it_was(shop: Any) -> None:
    shop.load(written(shop, "a.csv", some_rows(20), OWN_ORDERS, ","))
    before = shop.facts()
    path = written(shop, "b.csv", some_rows(30_000, 10), OWN_ORDERS, ",")
    for limit in (shop.path.stat().st_size + 4096, 1 << 20):
        with child(shop, path, limit) as process:
            out, trace = process.communicate()
        assert "Traceback" not in trace
        assert json.loads(out.splitlines()[-1])[0] == "DiskFull"
        assert shop.facts() == before
    opened_again(shop)


def test_no_room_for_a_new_store(shop: Any) -> None:
    path = written(shop, "a.csv", some_rows(5), OWN_ORDERS, ",")
    with child(shop, path, 6000) as process:
        out, trace = process.communicate()
    assert "Traceback" not in trace
    assert json.loads(out.splitlines()[-1])[0] == "DiskFull"
    assert shop.load(path)[0].receipt.added == 5


HOLDER = """
import sys, duckdb
c = duckdb.connect(sys.argv[1])
c.execute("BEGIN")
print("held", flush=True)
sys.stdin.readline()
c.close()
"""


def held(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    return process


def test_a_store_that_another_process_holds_is_waited_for(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    one = written(shop, "a.csv", some_rows(5), OWN_ORDERS, ",")
    two = written(shop, "b.csv", some_rows(5, 10), OWN_ORDERS, ",")
    shop.load(one)
    with held(shop.path) as process:
        began = time.monotonic()
        with pytest.raises(StoreBusy, match="another process"):
            shop.load(two, wait=0.3)
        with pytest.raises(StoreBusy), duck.reading(shop.path, 0):
            pass
        assert time.monotonic() - began < 5
        assert "waiting" in capsys.readouterr().err
        release = threading.Timer(0.5, lambda: process.communicate("\n"))
        release.start()
        assert shop.load(two, wait=30)[0].receipt.added == 5
        release.join()
    assert len(shop.facts()["orders"]) == 10


def refusing(shop: Any, error: type[AtozError]) -> AtozError:
    """Asking and importing both end in that error."""
    with pytest.raises(error) as asked, duck.reading(shop.path, 0) as store:
        store.ask("SELECT * FROM orders")
    with pytest.raises(error):
        shop.load(written(shop, "a.csv", some_rows(5), OWN_ORDERS, ","), wait=0)
    assert str(shop.path) in asked.value.message
    assert asked.value.hint
    return asked.value


@pytest.mark.parametrize(
    "content",
    [b"", b"no database", b"x" * 20_000, b"SQLite format 3\0" + bytes(4000)],
    ids=["none", "few", "many", "sqlite"],
)
def test_a_file_that_is_no_store(shop: Any, content: bytes) -> None:
    shop.path.write_bytes(content)
    if not content:  # nothing is lost with an empty file
        with pytest.raises(AtozError):
            shop.facts()
        return
    refusing(shop, StoreDamaged)
    assert shop.path.read_bytes() == content


@pytest.mark.parametrize(("start", "length"), [(0, 4096), (4096, 4096), (12288, 8192)])
def test_a_damaged_store(shop: Any, start: int, length: int) -> None:
    shop.load(written(shop, "a.csv", some_rows(2000), OWN_ORDERS, ","))
    content = bytearray(shop.path.read_bytes())
    content[start : start + length] = b"\xa5" * length
    shop.path.write_bytes(content)
    with pytest.raises(AtozError) as error:
        shop.facts()
    assert error.value.exit_status == 5


def test_a_store_cut_short(shop: Any) -> None:
    shop.load(written(shop, "a.csv", some_rows(2000), OWN_ORDERS, ","))
    os.truncate(shop.path, shop.path.stat().st_size // 2)
    with pytest.raises(StoreUnusable):
        shop.facts()


def test_a_folder_is_no_store(shop: Any) -> None:
    shop.path.mkdir()
    assert "folder" in refusing(shop, StoreUnusable).message


def test_a_store_of_a_newer_atoz(shop: Any) -> None:
    shop.load(written(shop, "a.csv", some_rows(5), OWN_ORDERS, ","))
    with duckdb.connect(str(shop.path)) as connection:
        connection.execute("UPDATE meta SET schema_version = schema_version + 1")
    assert "newer" in refusing(shop, StoreNewer).message


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE x (y INTEGER)", "CREATE TABLE meta (y INTEGER)", "CREATE TABLE meta (schema_version VARCHAR)"]
)
def test_somebody_elses_duckdb_file(shop: Any, sql: str) -> None:
    with duckdb.connect(str(shop.path)) as connection:
        connection.execute(sql)
        connection.execute("CREATE TABLE orders (id INTEGER)")
    assert "not a store of atoz" in refusing(shop, StoreDamaged).message
    with duckdb.connect(str(shop.path), read_only=True) as connection:
        assert len(connection.execute("SELECT * FROM duckdb_tables()").fetchall()) == 2


def test_there_is_no_store_yet(shop: Any) -> None:
    with pytest.raises(EmptyStore):
        shop.facts()
    assert not shop.path.exists()


def test_a_refused_file_makes_no_store(shop: Any) -> None:
    shop.prepared = False
    shop.load(shop.put("x.txt", "nothing\n"))
    assert not shop.path.exists()


def test_the_folder_of_a_store_is_made_and_one_that_cannot_be_is_told(shop: Any) -> None:
    shop.prepared = False
    path = written(shop, "a.csv", some_rows(5), OWN_ORDERS, ",")
    shop.path = shop.folder / "new" / "folder" / "it's a shop.duckdb"
    assert shop.load(path)[0].receipt.added == 5
    shop.path = path / "shop.duckdb"
    with pytest.raises(StoreUnusable):
        shop.load(path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_a_device_is_no_store(shop: Any) -> None:
    path = written(shop, "a.csv", some_rows(5), OWN_ORDERS, ",")
    shop.path = Path("/dev/full")
    with pytest.raises(AtozError) as error:
        shop.load(path)
    assert error.value.exit_status == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
def test_a_store_without_permission(shop: Any) -> None:
    shop.load(written(shop, "a.csv", some_rows(5), OWN_ORDERS, ","))
    shop.path.chmod(0)
    assert "permission" in refusing(shop, StoreUnusable).message
    shop.path.chmod(0o600)


def test_disk_full_is_known_by_its_number(shop: Any) -> None:
    assert isinstance(duck.translated(OSError(28, "No space left on device"), shop.path), DiskFull)
    assert isinstance(duck.translated(duckdb.IOException("No space left on device"), shop.path), DiskFull)
    assert isinstance(duck.translated(duckdb.IOException("Permission denied"), shop.path), StoreUnusable)
    ours = ValueError("ours")
    assert duck.translated(ours, shop.path) is ours


@pytest.mark.parametrize("count", [0, 1, 60, 61, 3000])
def test_a_small_relation_holds_what_it_is_given_however_many_rows_there_are(count: int) -> None:
    columns = {
        "word": "VARCHAR",
        "on_day": "DATE",
        "moment": "TIMESTAMP",
        "number": "INTEGER",
        "yes": "BOOLEAN",
        "paid": "DECIMAL(18,4)",
    }
    some: list[tuple[Any, ...]] = [
        ("it's; -- \U0001f600 Ü", date(2026, 11, 22), datetime(9999, 12, 31), -1, True, Decimal("19.9000")),
        (None, None, None, None, None, None),
        ("", date(1, 1, 1), datetime(2026, 11, 22, 23, 59, 59, 999999), 2**31 - 1, False, Decimal("0.0001")),
    ]
    rows = [some[number % 3] for number in range(count)]
    asking = Duck(duck.connect(":memory:"))
    for held in (rows, list(reversed(rows))):  # the second takes the place of the first
        asking.put("small", columns, held)
        assert sorted(asking.ask("SELECT * FROM small"), key=str) == sorted(held, key=str)
        names = ", ".join(f"typeof({name})" for name in columns)
        kinds = asking.ask(f"SELECT DISTINCT {names} FROM small")
        assert kinds in ([], [tuple(columns.values())])
