"""Many small files: what is read together is told and stored as if each had come by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoz_cli import ingest
from atoz_cli.ingest import Done, How, Named, run
from atoz_cli.records import RECORDS
from atoz_cli.store import duck
from conftest import Shop, empty_store

ORDERS = "order_id,placed_at,order_item_id,updated_at,marketplace,channel,status,sku,quantity,amount,currency"
CLAIMS = "order_id,filed_at,claim_id,marketplace,reason,amount,currency,status,respond_by"
FEEDBACK = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email"


def order(number: int, *, item: str | None = "i", updated: int = 1, status: str = "Shipped", place: str = "US") -> str:
    item_id = f"{item}{number}" if item else ""
    return (
        f"111-0000000-{number:07d},2026-10-{1 + number % 28:02d},{item_id},2026-11-{updated:02d}T10:00:00Z,{place},mfn,"
        f"{status},SKU-{number % 3},1,9.90,USD"
    )


def file_of(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def stored(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, also from which import and record it is."""
    if not path.exists():
        return {}
    with duck.reading(path, 0) as store:
        names = [*RECORDS, *(f"{name}_versions" for name in RECORDS), "imports"]
        return {name: sorted(map(repr, store.ask(f"SELECT * FROM {name}"))) for name in names}


def both_ways(folder: Path, contents: Sequence[bytes], **how: Any) -> tuple[list[Done], list[Done]]:
    """The receipts of one run over all files, and of a run for each; the stores must be the same."""
    paths = [folder / f"{number:03d}.txt" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    one, other = folder / "together.duckdb", folder / "apart.duckdb"
    for store in (one, other):
        shutil.copyfile(empty_store(), store)
    together = list(run([Named(path, path.name) for path in paths], How(one, **how)))
    apart = [done for path in paths for done in run([Named(path, path.name)], How(other, **how))]
    assert stored(one) == stored(other)
    return together, apart


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each reading of several took, and 0 for those that were given up."""
    sizes: list[int] = []
    real: Callable[..., Any] = ingest.read_together

    def read_together(stage: Any, files: Any, *rest: Any) -> Any:
        done = real(stage, files, *rest)
        sizes.append(len(files) if done is not None else 0)
        return done

    monkeypatch.setattr(ingest, "read_together", read_together)
    return sizes


PLAIN = [file_of(ORDERS, *(order(10 * at + number) for number in range(5))) for at in range(6)]


def test_alike_files_are_read_by_one_statement(tmp_path: Path, counted: list[int]) -> None:
    together, apart = both_ways(tmp_path, PLAIN)
    assert counted == [6]
    assert together == apart
    assert [(one.receipt.rows, one.receipt.added) for one in together] == [(5, 5)] * 6
    assert {one.receipt.marketplace for one in together} == {"US"}


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        (file_of(ORDERS), [7]),
        (PLAIN[0], [7]),
        (file_of(ORDERS, order(1), order(200), order(200)), [7]),
        (file_of(ORDERS, order(300, place="DE"), order(301, place="UK")), [7]),
        (file_of(ORDERS, order(300, place="Non-Amazon")), [7]),
        (file_of(ORDERS, order(400, item=None)), [7]),
        (file_of(ORDERS, order(1, item=None)), [0, 3, 0, 0, 2]),
        (file_of(ORDERS, order(1, updated=9, status="Cancelled")), [0, 3, 0, 0, 2]),
        (file_of(ORDERS, order(1, updated=9), order(1, updated=3, status="Pending")), [0, 3, 0, 0, 2]),
        (file_of(ORDERS, order(500, status="Teleported")), [0, 3, 0, 0, 2]),
        (file_of(ORDERS, order(500).replace("2026-10", "yesterday")), [3, 3]),
        (file_of(ORDERS, order(500) + ",one,more,cell"), [0, 3, 0, 0, 2]),
        (file_of(ORDERS, order(500)).replace(b"SKU", "Stra\u00dfe".encode("cp1252")), [3, 3]),
        (file_of(CLAIMS, "111-0000000-0000001,2026-10-05,C-1"), [3, 3]),
        (file_of(FEEDBACK, "10/13/26\t1\tbad\t\t111-0000000-0000001\t"), [3, 3]),
        (b"nothing that we know", [3, 3]),
        (b"", [3, 3]),
    ],
    ids=[
        "header only", "the same file again", "rows that are there already, and one twice", "other marketplaces",
        "no marketplace", "no item id", "an item id to be found", "a newer version", "two versions in one file",
        "an unknown word", "a bad date", "a row too long", "another encoding", "claims", "feedback", "no export", "empty",
    ],
)  # fmt: skip
def test_one_that_is_not_like_the_others(tmp_path: Path, counted: list[int], odd: bytes, read: list[int]) -> None:
    """The odd one comes fourth of seven: the others are read together around it."""
    together, apart = both_ways(tmp_path, [*PLAIN[:3], odd, *PLAIN[3:]])
    assert together == apart
    assert counted == read


def test_packages_that_get_their_number_later(tmp_path: Path) -> None:
    shipments = "order_id,package_id,carrier,tracking_number,confirmed_at"
    contents = [
        file_of(shipments, "111-0000000-0000001,,UPS,,2026-10-01", "111-0000000-0000002,P-2,UPS,T-2,2026-10-01"),
        file_of(shipments, "111-0000000-0000001,P-1,UPS,T-1,2026-10-01"),
        file_of(shipments, "111-0000000-0000002,,,T-2,2026-10-02"),
    ]
    together, apart = both_ways(tmp_path, contents)
    assert together == apart


def test_a_file_that_changes_while_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(tmp_path)
    paths = [shop.put(f"{at}.csv", content) for at, content in enumerate(PLAIN)]
    real: Callable[..., Any] = ingest.read_together

    def grows(stage: Any, files: Any, *rest: Any) -> Any:
        with paths[2].open("ab") as out:
            out.write((order(999) + "\n").encode())
        return real(stage, files, *rest)

    monkeypatch.setattr(ingest, "read_together", grows)
    done = shop.load(*paths)
    assert [one.receipt.error is not None for one in done] == [False, False, True, False, False, False]
    assert "changed while it was read" in str(done[2].receipt.error)


def test_a_killed_run_keeps_whole_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note of the imports is the last thing written: where it fails, nothing of any of them is kept."""
    from atoz_cli.ingest import together

    shop = Shop(tmp_path)
    paths = [shop.put(f"{at}.csv", content) for at, content in enumerate(PLAIN)]

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(together, "note", killed)
    with pytest.raises(KeyboardInterrupt):
        shop.load(*paths)
    assert shop.facts() == {}


def test_a_dry_run_of_many_keeps_nothing(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    paths = [shop.put(f"{at}.csv", content) for at, content in enumerate(PLAIN)]
    done = shop.load(*paths, dry_run=True)
    assert sum(one.receipt.added for one in done) == 30
    assert not shop.path.exists()


ROWS = st.builds(
    order, st.integers(1, 6), item=st.sampled_from(["i", "i", "j", None]), updated=st.sampled_from([1, 1, 2]),
    status=st.sampled_from(["Shipped", "Shipped", "Cancelled"]), place=st.sampled_from(["US", "US", "DE"]),
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(ROWS, max_size=4), min_size=2, max_size=6))
def test_any_files_of_orders(tmp_path_factory: pytest.TempPathFactory, files: list[list[str]]) -> None:
    contents = [file_of(ORDERS, *rows) for rows in files]
    together, apart = both_ways(tmp_path_factory.mktemp("any"), contents)
    assert together == apart
