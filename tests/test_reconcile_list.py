"""Our defective orders against Amazon's list of them: every order of either side in exactly one class, with its reason."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oracle
from amazon import Case, Cases, Said, Seller, agrees, causes, figure, listing
from atoz_cli.schemas import schema_of
from oracle import Row
from test_oracle import accounts

CASES = Cases("reconcile_list")
SAMPLES = Path(__file__).with_name("files") / "order_defects"
DAY = ("--as-of", "2026-11-22")
CLASSES = {"same", "kind_differs", "theirs_only", "ours_only", "outside_window", "unknown_order", "doubtful"}
KINDS = {"f": "negative_feedback", "a": "a_to_z_claim", "c": "chargeback"}


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ATOZ_ACCOUNT", "ATOZ_POLICY", "ATOZ_STORE", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


# --- each class, on both sides of the window -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """All cases at once: one seller, one list of all their orders, one question."""
    seller = Seller(tmp_path_factory.mktemp("lists")).has(CASES.facts())
    rows = []
    for case in CASES.all:
        for one in case.said["listed"]:
            no_impact = "" if one.get("impact", True) else "-"
            rows.append((case.order_id(one.get("n", 1)), "2026-10-01", no_impact + one["kinds"]))
    said = seller.against(listing(*rows), *DAY)
    jsonschema.Draft202012Validator(schema_of("reconcile")).validate(said.answer)
    return said


@pytest.mark.parametrize("case", CASES.all, ids=CASES.names)
def test_every_order_of_either_side_is_in_one_class(answered: Said, case: Case) -> None:
    row = answered.row(case.channel, case.marketplace)
    found = {one["order_id"]: one for one in row["orders"]}
    assert len(found) == len(row["orders"])
    wanted = {case.order_id(int(n)): class_ for n, class_ in case.said["classes"].items()}
    assert {order_id: one["class"] for order_id, one in found.items()} == wanted
    assert row["verdict"] == case.said["verdict"]
    for one in case.said.get("found", []):
        agrees(found[case.order_id(one.get("n", 1))], one)
    for name, value in case.said.get("theirs", {}).items():
        assert figure(row, name)[0] == value
    for cause, equal in case.said.get("explains", {}).items():
        assert causes(row)[cause] is equal
    assert (row["window"]["from"], row["window"]["to"]) == ("2026-09-09", "2026-11-07")
    assert (row["report"]["level"], row["report"]["day"], row["learned"]) == ("orders", None, None)
    assert [note["code"] for note in row["notes"]] == ["list_window"]


# --- any seller, any list --------------------------------------------------------------------------------------------

ORDERS = [f"111-0000000-{number:07d}" for number in range(9)]
lists = st.lists(
    st.tuples(st.sampled_from(ORDERS), st.sampled_from(["f", "a", "c", "fa", "-a", "fac", "-fc", ""])),
    max_size=8, unique_by=lambda one: one[0],
)  # fmt: skip


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(accounts(), lists, st.sampled_from([date(2026, 10, 12), date(2026, 10, 25)]))
def test_the_classes_part_all_orders_of_any_list_and_any_seller(
    facts: dict[str, list[Row]], rows: list[tuple[str, str]], day: date
) -> None:
    """What ours are is counted by pandas from the files; what theirs are stands in the list."""
    with tempfile.TemporaryDirectory(prefix="atoz-") as folder:
        seller = Seller(Path(folder)).has(facts)
        path = seller.put(listing(*((order_id, "2026-10-01", kinds) for order_id, kinds in rows)))
        said = seller.asks("reconcile", path, "--account", "default", "--as-of", str(day), "--json")
        assert said.status in (0, 4), said.err
        as_of = datetime(day.year, day.month, day.day, 23, 59, 59, 999999, UTC)
        counted = oracle.Seller(seller.folder / "files-1").odr(as_of, day).orders
        ours = {one["order_id"]: {d[0] for d in one["defects"] if d[3]} for one in counted}
        places = {(one["marketplace"], one["channel"]) for one in said.data}
        mine = {one["order_id"] for one in counted if (one["marketplace"], one["channel"]) in places}
        theirs = {order_id: {KINDS[k] for k in kinds if k != "-"} for order_id, kinds in rows if kinds}
        answered = [one for row in said.data for one in row["orders"]]
        assert sorted(one["order_id"] for one in answered) == sorted(mine | set(theirs))
        no_impact = {order_id for order_id, kinds in rows if kinds.startswith("-")}
        for one in answered:
            order_id, counts = one["order_id"], set(ours.get(one["order_id"], ()))
            listed = set() if order_id in no_impact else theirs.get(order_id, set())
            assert one["class"] in CLASSES
            assert set(one["theirs"]) == listed
            if one["class"] in ("outside_window", "unknown_order"):
                assert order_id not in ours
                continue
            assert set(one["ours"]) == counts
            if counts:
                agreed = "same" if counts == listed else "kind_differs"
                assert one["class"] == (agreed if listed else "ours_only")
            elif order_id in ours:
                assert one["class"] == "doubtful"
            else:
                assert one["class"] == ("theirs_only" if listed else "same")


# --- where a list belongs --------------------------------------------------------------------------------------------


def order(number: int, **more: str) -> Row:
    usual = {"placed_at": "2026-10-01T12:00:00Z", "marketplace": "US", "channel": "mfn", "status": "Shipped"}
    return usual | {"order_id": f"111-0000000-{number:07d}"} | more


def left(*numbers: int) -> list[Row]:
    return [{"order_id": f"111-0000000-{n:07d}", "left_at": "2026-10-20", "rating": "1"} for n in numbers]


def row_of(number: int, kinds: str = "f") -> tuple[str, str, str]:
    return f"111-0000000-{number:07d}", "2026-10-01", kinds


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = [order(number) for number in range(1, 7)]
    by_amazon = [order(number, channel="afn") for number in range(11, 17)]
    german = [order(number, marketplace="DE") for number in (21, 22)]
    folder = tmp_path_factory.mktemp("small")
    return Seller(folder).has({"orders": [*own, *by_amazon, *german], "feedback": left(1, 11, 21)}).store


@pytest.fixture
def seller(small: Path, tmp_path: Path) -> Seller:
    """Six US orders of each channel, two German ones; negative feedback on the first of each."""
    found = Seller(tmp_path)
    shutil.copy(small, found.store)
    return found


def test_a_list_is_of_the_channel_that_its_orders_have(seller: Seller) -> None:
    """The file does not say which fulfilment method was chosen; our orders elsewhere are none of its business."""
    said = seller.against(listing(row_of(1)), *DAY)
    assert [(one["marketplace"], one["channel"], one["verdict"]) for one in said.data] == [("US", "mfn", "same")]
    both = seller.against(listing(row_of(1), row_of(11)), *DAY)
    assert [(one["channel"], one["verdict"]) for one in both.data] == [("mfn", "same"), ("afn", "same")]


def test_an_order_that_no_file_lists_is_where_the_others_are(seller: Seller) -> None:
    said = seller.against(listing(row_of(1), row_of(99)), *DAY)
    assert [(one["class"], one["order_id"][-2:]) for one in said.row()["orders"]] == [
        ("unknown_order", "99"),
        ("same", "01"),
    ]
    assert said.row()["verdict"] == "differs"
    nowhere = seller.against(listing(row_of(1), row_of(11), row_of(99)), *DAY)
    assert [(one["channel"], one["verdict"]) for one in nowhere.data] == [
        (None, "cannot_compare"), ("mfn", "same"), ("afn", "same"),
    ]  # fmt: skip
    asked = seller.against(listing(row_of(1), row_of(99)), *DAY, "--channel", "afn", "--marketplace", "US")
    assert [(one["channel"], len(one["orders"])) for one in asked.data] == [("afn", 2)]  # 99, and 11 of ours
    assert {note["code"] for note in asked.row("afn")["notes"]} == {"list_window", "elsewhere"}


def test_an_empty_list_says_that_there_is_nothing(seller: Seller) -> None:
    said = seller.against(listing(), *DAY)
    assert [(one["marketplace"], one["channel"], one["verdict"]) for one in said.data] == [
        ("DE", "mfn", "differs"), ("US", "mfn", "differs"), ("US", "afn", "differs"), ("DE", "afn", "cannot_compare"),
    ]  # fmt: skip
    assert [one["class"] for one in said.row()["orders"]] == ["ours_only"]
    assert said.row()["orders"][0]["theirs"] == []


def test_the_samples_of_lists_are_read_as_an_import_reads_them(seller: Seller) -> None:
    """None of their orders is in the store, so it is not known where they belong."""
    for sample, orders, options in (("de_cp1252.csv", 3, []), ("en_old.csv", 2, ["--date-order", "mdy"])):
        said = seller.asks("reconcile", SAMPLES / sample, *DAY, "--json", *options)
        assert said.status == 4
        (row,) = said.data
        assert (row["marketplace"], row["window"], row["verdict"]) == (None, None, "cannot_compare")
        assert [one["class"] for one in row["orders"]] == ["unknown_order"] * orders
        assert [note["code"] for note in row["notes"]][:2] == ["no_window", "no_channel"]


def test_orders_without_a_defect_are_passed_over_and_said(seller: Seller) -> None:
    said = seller.against(listing(row_of(1), row_of(2, "")), *DAY)
    assert [one["order_id"][-1] for one in said.row()["orders"]] == ["1"]
    assert [note["code"] for note in said.row()["notes"]] == ["list_window", "without_defect"]


def test_dates_that_can_be_read_in_two_ways_are_asked_about_as_on_import(seller: Seller) -> None:
    content = listing(*((one, "09/08/2026", kinds) for one, _, kinds in (row_of(1),)))
    said = seller.asks("reconcile", seller.put(content), *DAY)
    imported = seller.asks("import", seller.put(content, said.err.split()[1].split("/")[-1].rstrip(":")))
    assert (said.status, imported.status) == (3, 3)
    assert "--date-order" in said.err
    assert seller.against(content, *DAY, "--date-order", "mdy").row()["verdict"] == "same"


# --- the list does not testify for itself ----------------------------------------------------------------------------


def test_ours_is_what_the_other_files_say_also_where_the_list_is_in_the_store(seller: Seller) -> None:
    """A claim that only the list tells of counts in `atoz odr`; against the list it is Amazon's alone."""
    theirs = listing(row_of(1), row_of(2, "a"))
    before = seller.against(theirs, *DAY).row()
    assert {one["order_id"][-1]: one["class"] for one in before["orders"]} == {"1": "same", "2": "theirs_only"}
    after = seller.against(theirs, *DAY, "--import").row()
    assert after["orders"] == before["orders"]
    assert [note["code"] for note in after["notes"]] == ["list_window", "lists_left_out"]
    odr = seller.asks("odr", "--marketplace", "US", "--channel", "mfn", *DAY, "--json").data
    assert [one["defective_orders"] for one in odr] == [2]


def test_the_lag_of_a_known_report_decides_the_window(seller: Seller) -> None:
    """A list tells no window: that of `atoz odr` is taken, and it says whose lag that is."""
    seller.has({"reports": [{"day": "2026-11-20", "to": "2026-11-04"}]})
    row = seller.against(listing(row_of(1)), *DAY).row()
    assert (row["window"]["to"], row["window"]["lag_days"], row["window"]["lag_source"]) == ("2026-11-06", 16, "report")


def test_exit_codes_and_tables(seller: Seller) -> None:
    other = seller.put(listing(row_of(2)))  # one each: as many, but other ones
    status, out, _ = seller.asks("reconcile", other, *DAY, "--fail-over", "1")
    assert status == 1
    assert "Differs: as many orders on both sides, but not the same ones" in out
    assert "2 orders of either side, 0 of them the same on both" in out
    assert out.index("Amazon only") < out.index("ours only")


def test_a_service_that_reads_the_list_is_read_too(seller: Seller) -> None:
    content = (
        "Order Date,Order Identifier,Fulfillment Method,Negative Feedback,A-to-Z Claims,Chargeback Status,Account Impact\n"
        "2026-10-01,111-0000000-0000001,Seller,Yes,No,No,Yes\n"
    )
    row: dict[str, Any] = seller.against(content, *DAY).row()
    assert (row["verdict"], row["report"]["source"]) == ("same", "cajari_defects")


# --- the life of an order that a list tells of ------------------------------------------------------------------------


def test_why_names_the_list_and_the_row_that_tell_a_defect(tmp_path: Path) -> None:
    order_id, only_listed, clean = "111-0000000-0000001", "111-0000000-0000002", "111-0000000-0000003"
    placed = {"placed_at": "2026-10-01T12:00:00Z", "marketplace": "US", "channel": "mfn", "status": "Shipped"}
    seller = Seller(tmp_path).has({"orders": [{"order_id": one, **placed} for one in (order_id, clean)]})
    file = seller.put(
        listing((clean, "2026-10-01", "-f"), (order_id, "2026-10-01", "ac"), (only_listed, "2026-10-02", "a"))
    )
    assert seller.asks("import", file).status == 0
    (told,) = seller.asks("why", order_id, *DAY, "--json").data
    assert [one["kind"] for one in told["defects"] if one["counts"]] == ["a_to_z_claim", "chargeback"]
    dates = {one["what"]: (one["at"], one["file"], one["row"]) for one in told["timeline"]}
    assert dates["on Amazon's list of order defects (A-to-z claim, chargeback, impact)"] == (None, file.name, 2)
    (told,) = seller.asks("why", clean, *DAY, "--json").data
    assert "on Amazon's list of order defects (negative feedback, no impact)" in [o["what"] for o in told["timeline"]]
    (told,) = seller.asks("why", only_listed, *DAY, "--json").data
    assert [one["row"] for one in told["timeline"]] == [3]
    assert seller.asks("why", only_listed, "--as-of", "2026-10-01").status == 4
