"""The store as files and frames: all rows, documented columns, no formula, the same figures as the commands."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import atoz_cli
from atoz_cli.cli import run
from atoz_cli.errors import BadUsage
from atoz_cli.export import FORMATS, exported

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
DAY = "2026-11-22"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "store.duckdb"
    files = [str(one) for one in sorted(SAMPLE.iterdir()) if one.suffix in (".txt", ".csv", ".json")]
    assert run(["import", *files, "--store", str(path), "-o", os.devnull]) == 0
    return path


def exporting(store: Path, folder: Path, *more: str) -> int:
    return run(["export", str(folder), "--store", str(store), "--as-of", DAY, "-o", os.devnull, *more])


def back(folder: Path, format: str, table: str) -> pd.DataFrame:
    if format == "xlsx":
        return pd.read_excel(folder / "atoz.xlsx", sheet_name=table, engine="calamine")
    return (pd.read_csv if format == "csv" else pd.read_parquet)(folder / f"{table}.{format}")


def has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_the_orders_of_the_files_and_only_documented_columns(
    store: Path, tmp_path: Path, format: str
) -> None:
    assert exporting(store, tmp_path, "--to", format) == 0
    if format == "parquet" and not has("pyarrow"):
        import duckdb

        read = lambda name: duckdb.read_parquet(str(tmp_path / f"{name}.parquet")).df()  # noqa: E731
    else:
        read = lambda name: back(tmp_path, format, name)  # noqa: E731
    for name, table in exported().items():
        assert list(read(name).columns) == list(table.columns), name
    listed: set[str] = set()
    for name in ("all-orders-de.txt", "all-orders-us.txt"):
        text = (SAMPLE / name).read_bytes().decode("utf-8", "replace")
        listed |= {
            row["amazon-order-id"]
            for row in csv.DictReader(text.splitlines(), delimiter="\t")
            if row["amazon-order-id"]
        }
    assert listed <= set(read("orders")["order_id"].astype(str))
    assert not list(tmp_path.glob(".*.tmp*")), "nothing half written is left"


def test_the_rates_are_those_of_the_command_and_the_defects_those_counted(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["odr", "--as-of", DAY, "--store", str(store), "--json"]) == 0
    said = {(one["marketplace"], one["channel"]): one for one in json.loads(capsys.readouterr().out)["data"]}
    frames = atoz_cli.open_store(store, as_of=DAY)
    defects = frames.table("defects")
    counted = defects[defects["counts"] == True].groupby(["marketplace", "channel"])["order_id"].nunique()  # noqa: E712
    rates = frames.table("odr").set_index(["marketplace", "channel"])
    assert set(rates.index) == set(said)
    for key, one in said.items():
        row: Any = rates.loc[key]
        assert (row["orders"], row["defective_orders"], row["status"]) == (
            one["orders"], one["defective_orders"], one["status"],
        )  # fmt: skip
        assert counted.get(key, 0) == one["defective_orders"]


def test_a_frame_of_verdicts_holds_values_that_pandas_and_people_know(store: Path) -> None:
    """Moments and money as they are, what is nested as dicts and lists: nothing of ours."""
    verdicts = atoz_cli.open_store(store, as_of=DAY).triage(closed_too=True)
    first = verdicts.iloc[0]
    assert isinstance(first["odr"], dict) and first["odr"]["standing"] and isinstance(first["why"][0], dict)
    assert {type(one) for one in verdicts["amount"] if one is not None} == {Decimal}
    assert str(verdicts["filed_at"].dtype).endswith("UTC]")


def test_what_is_dated_after_the_day_is_left_out(store: Path) -> None:
    early = atoz_cli.open_store(store, as_of=date(2026, 10, 1)).table("orders")
    late = atoz_cli.open_store(store, as_of=date(2026, 11, 22)).table("orders")
    assert len(early) == (late["placed_at"] < pd.Timestamp("2026-10-02")).sum() > 0
    assert len(early) < len(late)


def test_a_text_that_is_a_formula_is_written_so_that_it_is_none(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "order_id,placed_at,marketplace,sku\n1,2026-10-01,US,=1+1\n2,2026-10-01,US,-x\n3,2026-10-01,US,x-1\n"
    )
    store = tmp_path / "store.duckdb"
    assert run(["import", "--as", "orders", str(orders), "--store", str(store), "-o", os.devnull]) == 0
    assert exporting(store, tmp_path / "out", "--table", "items") == 0
    with (tmp_path / "out" / "items.csv").open(newline="") as stream:
        found = {row["order_id"]: row["sku"] for row in csv.DictReader(stream)}
    assert found == {"1": "'=1+1", "2": "'-x", "3": "x-1"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["items.csv"]


def test_an_account_is_exported_alone(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    for account in ("north", "south"):
        orders = tmp_path / f"{account}.csv"
        orders.write_text(f"order_id,placed_at,marketplace\n{account}-1,2026-10-01,US\n")
        asked = ["import", "--as", "orders", str(orders), "--account", account, "--store", str(store)]
        assert run([*asked, "-o", os.devnull]) == 0
    assert exporting(store, tmp_path / "out", "--account", "south") == 0
    for table in ("orders", "odr"):
        assert set(back(tmp_path / "out", "csv", table)["account"]) == {"south"}, table


@pytest.mark.parametrize("more", [["--to", "ods"], ["--table", "buyers"]], ids=lambda more: str(more[0]))
def test_wrong_words_are_exit_2_and_write_nothing(store: Path, tmp_path: Path, more: list[str]) -> None:
    assert exporting(store, tmp_path / "out", *more) == 2
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_exit_2(store: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert exporting(store, tmp_path / "out") == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_the_page_of_the_columns_is_what_the_script_writes() -> None:
    spec = importlib.util.spec_from_file_location("make_export", ROOT / "docs" / "make_export.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (ROOT / "docs" / "export.md").read_text("utf-8") == script.page()


def test_who_bought_is_in_no_file(tmp_path: Path) -> None:
    feedback = tmp_path / "feedback.txt"
    head = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email"
    feedback.write_text(f"{head}\n11/21/26\t1\tSlow.\t\t113-8898035-4373447\tquentin@example.org\n")
    shipments = tmp_path / "shipments.csv"
    shipments.write_text(
        "order_id,package_id,signed_by,buyer_name,buyer_phone\n113-8898035-4373447,1,Quentin Zappa,Quentin Zappa,5550147\n"
    )
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,placed_at,marketplace\n113-8898035-4373447,2026-10-01,US\n")
    store = tmp_path / "store.duckdb"
    for source, path in (("feedback", feedback), ("shipments", shipments), ("orders", orders)):
        asked = ["import", "--as", source, str(path), "--marketplace", "US", "--store", str(store)]
        assert run([*asked, "-o", os.devnull]) == 0
    assert exporting(store, tmp_path / "out") == 0
    assert len(back(tmp_path / "out", "csv", "feedback")) == len(back(tmp_path / "out", "csv", "shipments")) == 1
    for path in (tmp_path / "out").iterdir():
        text = path.read_text("utf-8").lower()
        assert not any(word in text for word in ("quentin", "zappa", "5550147")), path.name


def test_the_notebook_runs(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATOZ_STORE", str(store))
    cells = json.loads((ROOT / "docs" / "store.ipynb").read_text("utf-8"))["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert names["worst"] == names["rates"]["rate"].idxmax()
    assert names["by_kind"].sum() > 0
    assert (names["late"]["hours_left"] < 0).all()
    assert names["cities"]["orders"].sum() == len(names["store"].sql("SELECT order_id FROM orders"))


def test_an_unknown_table_is_said(store: Path) -> None:
    with pytest.raises(BadUsage, match="buyers"):
        atoz_cli.open_store(store).table("buyers")
