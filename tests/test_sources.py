"""Every sample of `tests/files` is recognised as what it is and as nothing else, and becomes exactly the facts beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.errors import AmbiguousFile, BadUsage, UnknownFile
from atoz_cli.ingest import How, Named, run
from atoz_cli.sources import columns, recognise
from atoz_cli.sources.declare import Source, codes, sources
from atoz_cli.sources.opening import survey
from atoz_cli.sources.table import look

FILES = Path(__file__).with_name("files")
SAMPLES = sorted(path for path in FILES.glob("*/*") if path.with_name(path.name + ".expect.json").exists())
NO_TABLE = (".json", ".xml", ".eml", ".mbox")
HEADERS: dict[str, list[str]] = json.loads((FILES / "headers.json").read_text("utf-8"))
VARIANTS = {name: header for name, header in HEADERS.items() if name != "_origin"}
SOURCE_OF = {
    "all": "all_orders", "archived": "all_orders", "feedback": "feedback", "mfn": "returns", "fba": "fba_returns",
    "unshipped": "unshipped_orders", "actionable": "unshipped_orders", "new": "new_orders",
    "fulfilled": "fba_shipments", "ship": "ship_confirmation", "date": "date_range",
    "settlement_v1": "settlement_v1", "settlement_v2": "settlement_v2",
}  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(FILES).as_posix()


def expected(path: Path) -> dict[str, Any]:
    return json.loads(path.with_name(path.name + ".expect.json").read_text("utf-8"))


def recognised(path: Path, **how: Any) -> Source:
    return recognise.table_of(survey(path, path.name), path.name, **how)[1]


def source_of(variant: str) -> str:
    return SOURCE_OF.get("_".join(variant.split("_")[:2])) or SOURCE_OF[variant.split("_")[0]]


def ours() -> Iterator[Source]:
    return (source for source in sources().values() if source.own)


# --- all and only --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=name_of)
def test_a_sample_becomes_its_facts_and_nothing_else(shop: Any, path: Path) -> None:
    asked = expected(path)
    (done,) = shop.load(path, **asked.get("how", {}))
    receipt = done.receipt
    assert receipt.error is None
    counts = {"rows": 0, "added": 0, "updated": 0, "unchanged": 0, "skipped": 0, "refused": 0, **asked["receipt"]}
    assert {key: getattr(receipt, key) for key in counts} == counts
    assert receipt.rows == receipt.added + receipt.updated + receipt.unchanged + receipt.skipped + receipt.refused
    held = shop.facts()
    for row in held.get("reports", ()):
        assert len(row.pop("pull")) == 64
        row["metrics"] = json.loads(row["metrics"])
    for rows in held.values():
        assert {row.pop("account") for row in rows} == {"default"}
    order = {name: sorted(rows, key=str) for name, rows in asked["store"].items()}
    assert {name: sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) for name, rows in held.items()} == {
        name: sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) for name, rows in order.items()
    }


def test_there_is_a_sample_of_every_source_and_every_header() -> None:
    assert {path.parent.name for path in SAMPLES} == set(sources())
    stems = {path.stem for path in SAMPLES}
    assert {name for name in VARIANTS if not name.startswith("feedback")} <= stems
    headers = {
        tuple(look(survey(path, path.name), path.name).header) for path in SAMPLES if path.parent.name == "feedback"
    }
    assert {tuple(header) for name, header in VARIANTS.items() if name.startswith("feedback")} <= headers


# --- recognition ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path in SAMPLES if path.suffix not in NO_TABLE], ids=name_of)
def test_a_sample_is_its_source_and_no_other(path: Path) -> None:
    table, source = recognise.table_of(survey(path, path.name), path.name)
    assert source.name == path.parent.name
    amazons = [
        one.name
        for one in sources().values()
        if recognise._is_amazons(one, table.header) or columns.layout_of(one, table)
    ]
    assert amazons in ([path.parent.name], [])


@pytest.mark.parametrize("path", [path for path in SAMPLES if path.suffix == ".json"], ids=name_of)
def test_a_document_is_its_source(path: Path) -> None:
    content = recognise.document(path.read_text("utf-8-sig"), path.name)
    assert recognise.of_document(content, path.name).name == path.parent.name


@pytest.mark.parametrize("name", VARIANTS)
def test_a_header_alone_is_known_and_holds_nothing(shop: Any, name: str) -> None:
    path = shop.put("x.txt", "\t".join(VARIANTS[name]) + "\n")
    (done,) = shop.load(path)
    assert (done.receipt.source, done.receipt.rows, done.receipt.error) == (source_of(name), 0, None)


def spelled(header: list[str], how: str) -> list[str]:
    match how:
        case "upper":
            return [cell.upper() for cell in header]
        case "underscore":
            return [cell.replace("-", "_").replace(" ", "_") for cell in header]
        case "space":
            return [cell.replace("-", " ") for cell in header]
        case "quoted":
            return [f'"{cell}"' for cell in header]
        case _:
            return header[::-1]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *product(
            [name for name in VARIANTS if name[:8] != "feedback"], ["upper", "underscore", "space", "quoted", "back"]
        )
    ],
)
def test_headers_are_matched_by_name_however_written(tmp_path: Path, name: str, how: str) -> None:
    path = tmp_path / "x"
    path.write_text("\t".join(spelled(VARIANTS[name], how)) + "\n", "utf-8")
    assert recognised(path).name == source_of(name)


def test_the_name_of_a_file_says_nothing(shop: Any) -> None:
    content = (FILES / "refunds" / "refunds.csv").read_bytes()
    for name in ("feedback.txt", "claims.csv", "x", "orders.json"):
        assert shop.load(shop.put(name, content))[0].receipt.source == "refunds"


@pytest.mark.parametrize("name", [source.name for source in ours()])
def test_our_own_files_with_the_required_columns_alone_must_be_named(shop: Any, name: str) -> None:
    source = sources()[name]
    path = shop.put("x.csv", ",".join(source.columns[field].written[0] for field in source.required()) + "\n")
    if name == "feedback":  # order_id, left_at and rating: no other file of ours has these
        assert shop.load(path, source=name)[0].receipt.source == name
        return
    with pytest.raises(UnknownFile) as error:
        recognised(path)
    assert f"--as {name}" in (error.value.hint or "")
    receipt = shop.load(path, source=name)[0].receipt
    assert (receipt.source, receipt.error) == (name, None)


def telling() -> Iterator[tuple[str, str]]:
    for source in ours():
        for field, column in source.columns.items():
            others = [
                one for one in ours() if one is not source and set(one.required()) <= set(source.required()) | {field}
            ]
            names = {name for one in others for other in one.columns.values() for name in other.names}
            if field not in source.required() and not set(column.names) & names:
                yield source.name, field


@pytest.mark.parametrize(("name", "field"), [*telling()])
def test_a_further_column_of_its_own_tells_a_file_of_ours(tmp_path: Path, name: str, field: str) -> None:
    source = sources()[name]
    for word in source.columns[field].written:
        path = tmp_path / "x.csv"
        path.write_text(
            ",".join([*(source.columns[one].written[0] for one in source.required()), word]) + "\n", "utf-8"
        )
        assert recognised(path).name == name


@pytest.mark.parametrize("name", [source.name for source in ours()])
def test_a_file_of_ours_with_every_column_is_known(tmp_path: Path, name: str) -> None:
    columns = sources()[name].columns.values()
    for header in ([column.written[0] for column in columns], [column.written[-1] for column in columns]):
        path = tmp_path / "x.csv"
        path.write_text(",".join(header) + "\n", "utf-8")
        assert recognised(path).name == name


def test_what_could_be_claims_is_claims_when_triage_asks(shop: Any) -> None:
    both = shop.put("x.csv", "order_id,filed_at,amount\n111-0000001-0000001,2026-10-01,5\n")
    with pytest.raises(AmbiguousFile):
        recognised(both)
    bare = shop.put("y.csv", "order_id,filed_at\n111-0000002-0000002,2026-10-01\n")
    assert {recognised(path, claims_first=True).name for path in (both, bare)} == {"claims"}
    done = shop.load(both, bare, claims_first=True)
    assert [one.receipt.source for one in done] == ["claims", "claims"]
    assert [one.claims_on for one in done] == [("111-0000001-0000001",), ("111-0000002-0000002",)]
    assert recognised(FILES / "all_orders" / "all_orders_32.txt", claims_first=True).name == "all_orders"


def test_two_of_amazons_files_at_once_are_ambiguous(shop: Any) -> None:
    path = shop.put("x.txt", "amazon-order-id\torder-status\torder-id\treturn-request-date\n")
    (done,) = shop.load(path)
    assert done.receipt.source is None
    assert "all_orders" in done.receipt.error
    assert "--as all_orders" in done.receipt.hint


@pytest.mark.parametrize(
    "columns", ["a,b,c", "order_id", "date,rating", "amazon-order-id,shipment-item-id,order-status", "x"]
)
def test_none_of_the_sources(tmp_path: Path, columns: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(columns + "\nq,r,s\n", "utf-8")
    with pytest.raises(UnknownFile) as error:
        recognised(path)
    assert "atoz sources" in error.value.hint or "--as" in error.value.hint
    assert "q" not in error.value.message.split(": ", 1)[1].split()


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadUsage) as error:
        recognise.named("claim")
    assert "claims" in (error.value.hint or "")


def test_other_exports_of_amazon_are_not_taken_for_ours(tmp_path: Path) -> None:
    """Headers of files that are not read: refused rather than read as something else."""
    for header in (
        "settlement-id\tsettlement-start-date\ttransaction-type\torder-id\tamount-type\tamount",
        "shipment-date\tsku\tasin\tquantity\treplacement-amazon-order-id\toriginal-amazon-order-id",
        "Order Number,Tracking Number,Carrier,Ship Date".replace(",", "\t"),
    ):
        path = tmp_path / "x.txt"
        path.write_text(header + "\n", "utf-8")
        with pytest.raises((UnknownFile, AmbiguousFile)):
            recognised(path)


# --- the declarations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [*sources().values()], ids=lambda source: source.name)
def test_a_declaration_is_whole(source: Source) -> None:
    assert source.title
    assert source.where
    assert source.cite
    assert source.own or source.needs or source.keys or source.fields or source.reader
    if source.reader is None:
        fields = columns.fields_of(source)
        assert set(source.columns) <= set(fields)
        needed = {name for name, (_, must) in fields.items() if must}
        assert needed <= set(source.columns) | set(source.constants)
        assert not source.own or set(source.required()) == needed
        kinds = {name for name, (kind, _) in fields.items() if kind.name in ("code", "marketplace")}
        assert {name for name, column in source.columns.items() if column.codes} <= kinds
        assert {column.codes for column in source.columns.values() if column.codes} <= set(codes())
    if source.template:
        assert source.example


@pytest.mark.parametrize("source", [source for source in ours() if source.example], ids=lambda source: source.name)
def test_an_example_is_a_file_of_its_source(shop: Any, source: Source) -> None:
    content = ",".join(source.example) + "\n" + ",".join(source.example.values()) + "\n"
    (done,) = shop.load(shop.put("x.csv", content), source=source.name, strict=True)
    assert (done.receipt.rows, done.receipt.added, done.receipt.error) == (1, 1, None)


# --- refused files -------------------------------------------------------------------------------------------------

REFUSED = {path.name: path for path in sorted((FILES / "refused").iterdir())}
SAYS = {
    "empty.txt": "empty", "blank_lines.txt": "empty", "binary.txt": "not a text", "document.txt": "PDF",
    "image.txt": "image", "cut.gz.txt": "cut off", "nested.gz.txt": "archive inside an archive",
    "empty.zip.txt": "holds no files", "word.txt": "a Word document", "tape.txt": "a tar archive", "excel.txt": "Excel",
    "old_excel.txt": "Excel", "broken.json": "broken", "other.json": "JSON", "list.json": "JSON",
    "unknown_columns.csv": "not a file that we know", "letter.txt": "not a file that we know",
    "ambiguous_dates.txt": "1/2/26", "two_date_orders.txt": "two orders", "nul_bytes.txt": "not a text",
    "column_missing.csv": "not a file that we know", "ambiguous_money.csv": "1.234", "two_sources.csv": "claims",
    "required_only.csv": "not a file that we know",
}  # fmt: skip


def test_each_refused_file_has_its_reason() -> None:
    assert set(REFUSED) == set(SAYS)


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_by_name_and_the_others_are_imported(shop: Any, name: str) -> None:
    good = FILES / "refunds" / "refunds.csv"
    bad, fine = shop.load(REFUSED[name], good)
    assert (bad.receipt.file, bad.receipt.source, bad.receipt.rows) == (name, None, 0)
    assert bad.receipt.error.startswith(name + ": ")
    assert SAYS[name].casefold() in bad.receipt.error.casefold()
    assert bad.receipt.hint
    assert "\n" not in bad.receipt.error + bad.receipt.hint
    assert fine.receipt.added == 3
    assert set(shop.facts()) == {"refunds"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_only_lay_in_a_folder_passes_unless_it_is_half_known(tmp_path: Path, name: str) -> None:
    (done,) = run([Named(REFUSED[name], name, asked=False)], How(tmp_path / "s.duckdb"))
    known = name in (
        "ambiguous_dates.txt", "two_date_orders.txt", "ambiguous_money.csv", "two_sources.csv", "cut.gz.txt",
        "nested.gz.txt", "empty.zip.txt",
    )  # fmt: skip
    assert done.receipt.source is None
    assert (done.receipt.error is not None) == known


def test_a_missing_column_is_named(shop: Any) -> None:
    (done,) = shop.load(REFUSED["column_missing.csv"], source="claims")
    assert "filed_at" in done.receipt.error
    assert "atoz sources claims" in done.receipt.hint


def test_a_hint_settles_what_the_file_cannot(shop: Any) -> None:
    dates = REFUSED["ambiguous_dates.txt"]
    for how, day in (
        ({"date_order": "mdy"}, "2026-01-02"), ({"date_order": "dmy"}, "2026-02-01"),
        ({"marketplace": "US"}, "2026-01-02"), ({"marketplace": "UK"}, "2026-02-01"),
    ):  # fmt: skip
        assert shop.load(dates, **how)[0].receipt.error is None
        (one,) = [row for row in shop.facts()["feedback"] if row["order_id"].startswith("111-0000001")]
        assert one["left_at"][:10] == day
    assert shop.load(REFUSED["ambiguous_money.csv"], marketplace="DE")[0].receipt.added == 1
    assert shop.load(REFUSED["ambiguous_money.csv"], marketplace="US")[0].receipt.added == 1
    assert [row["amount"] for row in shop.facts()["refunds"]] == ["1.2340", "1234.0000"]


def test_a_path_that_is_not_there_and_one_that_cannot_be_read(shop: Any) -> None:
    (gone,) = shop.load(shop.folder / "gone.txt")
    assert gone.receipt.error.startswith("gone.txt: ")
    (folder,) = shop.load(shop.folder)
    assert folder.receipt.error.startswith(shop.folder.name + ": ")
