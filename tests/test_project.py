"""The Order Defect Rate ahead: every day against the oracle, what-if against importing it, edges by hand, and the laws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from atoz_cli.answers.projection import Projection
from atoz_cli.metrics import Question, lay_out, measures
from atoz_cli.policy import Book, load
from atoz_cli.project import Scenario, projected
from oracle import Row, Seller
from test_metrics import at, imported, opened, plain
from test_oracle import SAMPLE, accounts, examples, keyed, order_id, plain_row, workshop

BOOK = load()
TODAY = "2026-11-22"
SAMPLES = sorted(path for path in SAMPLE.iterdir() if path.suffix in (".txt", ".csv", ".json"))
SHARED = ("orders", "defective_orders", "rate", "limit", "status", "headroom", "interval", "if_pending_lost")
"""What a row of a projection shares with a row of `odr`."""


def ask(store: Path, as_of: str, scenario: Scenario, book: Book = BOOK, **options: Any) -> list[Projection]:
    moment = at(as_of)
    with opened(store) as duck:
        return projected(duck, book, Question(as_of=moment, day=moment.date(), **options), scenario)


def odr(store: Path, as_of: str, book: Book = BOOK, **options: Any) -> dict[tuple[Any, ...], Row]:
    moment = at(as_of)
    question = Question(as_of=moment, day=moment.date(), **options)
    with opened(store) as duck:
        spans, _ = lay_out(duck, book, question, old_too=False)
        return {keyed(row): row for row in map(plain, measures(duck, book, question, spans))}


def rows(found: Sequence[Projection]) -> Iterator[Row]:
    for one in found:
        yield from map(plain, one.days)


def on(found: Sequence[Projection], day: str) -> dict[tuple[Any, ...], Row]:
    return {keyed(row): row for row in rows(found) if row["day"] == day}


def shared(row: Row) -> Row:
    return {name: row[name] for name in SHARED} | {"window": row["window"]}


def later(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days=days))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("sample") / "atoz.duckdb"
    from atoz_cli.ingest import How, Named, run

    assert all(one.receipt.error is None for one in run([Named(path, path.name) for path in SAMPLES], How(store)))
    return store


# --- the certain part against the oracle ------------------------------------------------------------------------------


def holds_every_day(
    found: Sequence[Projection], oracle: Seller, as_of: str, aheads: Sequence[int], **options: Any
) -> None:
    """Each of these days against the oracle, which knows what was known on `as_of` and counts back from that day."""
    for ahead in aheads:
        day = later(as_of, ahead)
        answer = oracle.odr(at(as_of), date.fromisoformat(day), **options)
        theirs = {keyed(row): plain_row(row) for row in answer.measures}
        ours = on(found, day)
        assert {key for key, row in ours.items() if row["orders"]} == set(theirs)
        for key, row in ours.items():
            if key not in theirs:
                assert (row["orders"], row["rate"], row["status"], row["headroom"]) == (0, None, "no_orders", None)
                continue
            assert shared(row) == {name: theirs[key][name] for name in (*SHARED, "window")}, (key, day)
            assert row["known_orders"] == row["orders"]


def test_the_sample_seller_on_every_tenth_day_is_the_oracles(sample: Path) -> None:
    found = ask(sample, TODAY, Scenario(days=75, orders_per_day=Fraction(0)))
    holds_every_day(found, Seller(SAMPLE), TODAY, range(0, 76, 15))


@examples(3)
@given(accounts(), st.integers(0, 90), st.sampled_from([None, 0]), st.sampled_from([60, 30]), st.booleans())
def test_every_day_of_random_sellers_is_the_oracles(
    facts: dict[str, list[Row]], ahead: int, lag: int | None, days: int, out: bool
) -> None:
    with workshop() as folder:
        imported(folder / "default", folder / "atoz.duckdb", "default", facts)
        scenario = Scenario(days=91, orders_per_day=Fraction(0))
        options = {"lag_days": lag, "window_days": days, "leave_out_cancelled": out}
        found = ask(folder / "atoz.duckdb", "2026-10-25", scenario, **options)
        (folder / "files").mkdir()
        (folder / "default").rename(folder / "files" / "default")
        asked = {"lag": lag, "days": days, "leave_out_cancelled": out}
        holds_every_day(found, Seller(folder / "files"), "2026-10-25", [0, ahead, ahead + 1], **asked)


# --- the laws: what is supposed, against importing it ------------------------------------------------------------------

NOON = "T12:00:00Z"  # the same day in Tokyo and Los Angeles
AS_OF = "2026-10-25"
"""After everything that the random sellers have."""


def orders_to_come(found: Sequence[Projection], per_day: int, first: date, last: date) -> list[Row]:
    """Clean orders as a file of our own would tell them."""
    return [
        {"order_id": f"new-{place}-{day}-{n}", "placed_at": f"{day.date()}{NOON}", "marketplace": one.marketplace,
         "channel": one.channel, "status": "shipped"}
        for place, one in enumerate(found) for day in pd.date_range(first, last) for n in range(per_day)
    ]  # fmt: skip


def youngest_clean(folder: Path, found: Sequence[Projection], number: int, zone: str, out: bool) -> list[str]:
    """The orders that --add-defects means, from the files: of each place the youngest in today's window without any defect."""
    files = Seller(folder).files["default"]
    known = set(files.defects(at(AS_OF)).order_id)
    orders = files.orders[~files.orders.order_id.isin(known)].copy()
    if out:
        orders = orders[orders.status.str.lower() != "cancelled"]
    orders["on"] = orders.placed.dt.tz_convert(zone).dt.date
    chosen: list[str] = []
    for one in found:
        window = one.today.window
        here = orders[(orders.marketplace == one.marketplace) & (orders.channel == one.channel)]
        here = here[(here.on >= window.from_) & (here.on <= window.to)].sort_values("order_id")
        chosen += list(here.sort_values("on", ascending=False, kind="stable").order_id[:number])
    return chosen


what_ifs = st.fixed_dictionaries({
    "per_day": st.integers(0, 2), "add": st.integers(0, 3), "ahead": st.integers(1, 90), "out": st.booleans(),
    "zone": st.sampled_from(["UTC", "UTC", "Asia/Tokyo", "America/Los_Angeles"]), "lag": st.sampled_from([None, None, 0, 3]),
})  # fmt: skip


@examples(2)
@given(accounts(), what_ifs)
def test_to_import_what_was_supposed_gives_what_was_projected(facts: dict[str, list[Row]], what_if: Row) -> None:
    options = {"timezone": what_if["zone"], "lag_days": what_if["lag"], "leave_out_cancelled": what_if["out"]}
    with workshop() as folder:
        store, files = folder / "atoz.duckdb", folder / "files"
        imported(files, store, "default", facts)
        found = ask(store, AS_OF, Scenario(90, Fraction(what_if["per_day"]), what_if["add"]), **options)
        as_it_is = ask(store, AS_OF, Scenario(90, Fraction(what_if["per_day"])), **options)
        today = odr(store, AS_OF, **options)
        assert {key: shared(row) for key, row in on(as_it_is, AS_OF).items() if row["orders"]} == {
            key: shared(row) for key, row in today.items()
        }
        bad = youngest_clean(files, found, what_if["add"], what_if["zone"], what_if["out"])
        begin = date.fromisoformat(AS_OF) + timedelta(days=2 if what_if["zone"] == "Asia/Tokyo" else 1)
        day = later(AS_OF, what_if["ahead"])
        new = orders_to_come(found, what_if["per_day"], begin, date.fromisoformat(day))
        given_back = [{"order_id": one, "left_at": f"{later(AS_OF, 1)}{NOON}", "rating": "1"} for one in bad]
        imported(folder / "new", store, "default", {"orders": new, "feedback": given_back})
        then = odr(store, day, **options)
        projected_then = {key: shared(row) for key, row in on(found, day).items() if row["orders"]}
        assert projected_then == {key: shared(row) for key, row in then.items()}


@examples(2)
@given(accounts(), st.data())
def test_without_an_order_is_as_if_its_defects_were_not_there(facts: dict[str, list[Row]], data: st.DataObject) -> None:
    held = [row.get("order_id") or row["Order ID"] for kind in OF_DEFECTS for row in facts[kind]]
    known = {row["order_id"] for row in facts["orders"]} | {row["amazon-order-id"] for row in facts["all_orders"]}
    left_out = data.draw(st.lists(st.sampled_from(sorted({*held} & known) or [order_id(0)]), min_size=1, max_size=2))
    kept = {
        kind: [
            row for row in given if kind not in OF_DEFECTS or (row.get("order_id") or row["Order ID"]) not in left_out
        ]
        for kind, given in facts.items()
    }
    with workshop() as folder:
        imported(folder / "all", folder / "all.duckdb", "default", facts)
        imported(folder / "less", folder / "less.duckdb", "default", kept)
        for scenario in (Scenario(40, without=tuple(left_out)), Scenario(40, without=tuple(left_out), pending="lost")):
            found = ask(folder / "all.duckdb", AS_OF, scenario)
            expected = ask(folder / "less.duckdb", AS_OF, replace(scenario, without=()))
            assert {(keyed(row), row["day"]): row for row in rows(found)} == {
                (keyed(row), row["day"]): row for row in rows(expected)
            }


OF_DEFECTS = ("claims", "chargebacks", "feedback", "returns")


@examples(2)
@given(accounts(), st.sampled_from(["2026-07-30", "2026-09-20", "2026-10-08", "2026-10-24"]))
def test_the_laws_of_every_day(facts: dict[str, list[Row]], placed: str) -> None:
    clean = {"order_id": order_id(999), "placed_at": f"{placed}{NOON}", "marketplace": "US", "channel": "mfn"}
    with workshop() as folder:
        store = folder / "atoz.duckdb"
        imported(folder / "before", store, "default", facts)
        as_it_is, lost, won = (
            ask(store, AS_OF, Scenario(90, Fraction(1), pending=ending)) for ending in ("as-is", "lost", "won")
        )
        imported(folder / "clean", store, "default", {"orders": [clean]})
        more = {(keyed(row), row["day"]): row for row in rows(ask(store, AS_OF, Scenario(90, Fraction(1))))}
    by_key = {(keyed(row), row["day"]): row for row in rows(as_it_is)}
    for row in rows(lost):
        as_is = by_key[keyed(row), row["day"]]
        assert row["defective_orders"] == as_is["if_pending_lost"]["defective_orders"]
        assert row["if_pending_lost"] == as_is["if_pending_lost"]
    for row in rows(won):
        assert row["defective_orders"] == by_key[keyed(row), row["day"]]["defective_orders"]
        assert row["if_pending_lost"]["defective_orders"] == row["defective_orders"]
    for one in as_it_is:
        assert (one.today.leaves.orders, one.today.enters.orders) == (0, 0)
        for before, after in zip(one.days, one.days[1:], strict=False):
            assert (after.day - before.day).days == 1
            assert after.orders - before.orders == after.enters.orders - after.leaves.orders
            moved = after.enters.defective_orders - after.leaves.defective_orders
            assert after.defective_orders - before.defective_orders == moved
            assert len(after.leaves.order_ids) == after.leaves.defective_orders <= after.leaves.orders
    for key, row in by_key.items():
        assert Fraction(more[key]["defective_orders"], more[key]["orders"] or 1) <= Fraction(
            row["defective_orders"], row["orders"] or 1
        )
