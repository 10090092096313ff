"""Every number of `odr` against an independent count (oracle.py), on random sellers, and the laws that hold for all."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoz_cli.ingest import How, Named, run
from oracle import Row, Seller
from test_metrics import Answer, ask, at, bring, imported, opened, plain

SAMPLE = Path(__file__).parents[1] / "sample_data"
TIMES = int(os.environ.get("ATOZ_EXAMPLES", "1"))
"""How many times the usual number of random sellers: ATOZ_EXAMPLES=10 looks harder."""


def examples(count: int) -> Any:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=slow)


# --- random sellers ------------------------------------------------------------------------------------------------

DAYS = [date(2026, 10, day) for day in (8, 9, 10, 11, 12)]
CLOCKS = ("", "T00:00:00Z", "T11:59:59Z", "T12:00:00Z", "T21:00:00+09:00", "T23:59:59Z")
MOMENTS = [f"{day}{clock}" for day in DAYS for clock in CLOCKS]
"""Few moments, so that many fall together; a bare day is its start, 21:00 in Tokyo is noon."""
moments = st.sampled_from(MOMENTS)
maybe = st.one_of(st.just(""), moments)
PLACED = [
    "2026-07-29T23:59:59Z", "2026-07-30T00:00:00Z", "2026-08-13T23:59:59Z", "2026-08-14T00:00:00Z", "2026-09-20T12:00:00Z",
    "2026-09-25T23:59:59Z", "2026-09-26T00:00:00Z", "2026-09-27T01:30:00+09:00", "2026-09-26T18:30:00-07:00",
    "2026-10-07T23:59:59Z", "2026-10-08T00:00:00Z", "2026-10-10T12:00:00Z", "2026-10-12T15:00:00Z", "2026-10-13",
]  # fmt: skip
"""Around both ends of the windows that are asked about, and after."""
CODES = [
    ("visa", "13.1"),
    ("visa", "10.4"),
    ("mastercard", "41"),
    ("mastercard", "4855"),
    ("amex", "F29"),
    ("visa", "99"),
]
DECISIONS = ["", "", "granted", "granted", "granted_by_default", "denied", "withdrawn"]


def order_id(number: int) -> str:
    return f"111-0000000-{number:07d}"


def rows_of(most: int, unique: tuple[str, ...] = (), **columns: Any) -> st.SearchStrategy[list[Row]]:
    """Up to `most` rows of random values, no two of the same `unique` values (read as moments and ids are)."""
    row = st.fixed_dictionaries(
        {name: one if isinstance(one, st.SearchStrategy) else st.sampled_from(one) for name, one in columns.items()}
    )
    return st.lists(
        row, max_size=most, unique_by=(lambda one: tuple(same(one[name]) for name in unique)) if unique else None
    )


def same(value: str) -> object:
    """Two texts of one moment are the same."""
    return at_start(value) if value[:2] == "20" and "-" in value else value


def at_start(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@st.composite
def accounts(draw: st.DrawFn) -> dict[str, list[Row]]:
    """The files of one random account: 5 to 60 orders and what happened around some of them."""
    count = draw(st.integers(5, 60))
    sure = [{"order_id": order_id(0), "placed_at": "2026-09-20T12:00:00Z", "marketplace": "US", "channel": "mfn"}]
    own, theirs = sure, []
    some = [
        draw(st.tuples(st.sampled_from(PLACED), st.sampled_from(["US", "US", "DE"]), st.sampled_from(["mfn", "mfn", "afn"]),
                       st.sampled_from(["shipped", "shipped", "shipped", "cancelled", ""]), st.integers(0, 9)))
        for _ in range(count)
    ]  # fmt: skip
    for number, (placed, place, channel, status, kind) in enumerate(some, 1):
        if kind > 3:
            row = {"order_id": order_id(number), "placed_at": placed, "marketplace": place, "channel": channel}
            own.append(row | {"status": status})
        else:
            sales = {"US": "Amazon.com", "DE": "Amazon.de"}[place] if kind else "Non-Amazon"
            theirs.append({
                "amazon-order-id": order_id(number), "purchase-date": placed, "order-status": status or "Shipped",
                "fulfillment-channel": {"mfn": "Merchant", "afn": "Amazon"}[channel], "sales-channel": sales,
                "sku": "A", "quantity": "1",
            })  # fmt: skip
    orders = st.integers(0, min(count + 1, 9)).map(order_id)  # the last may be an order that no file knows
    claims = draw(rows_of(
        10, ("order_id", "filed_at"), order_id=orders, filed_at=moments, reason=["Package didn't arrive", "Item defective"],
        amount=["20.00", "20.00", ""], decided_at=maybe, decision=DECISIONS, funded_by=["", "seller", "amazon"],
        counts_in_odr=["", "", "", "", "yes", "no"], refunded_at=st.one_of(st.just(""), maybe),
        withdrawn_at=st.one_of(st.just(""), maybe), appeal_decision=["", "", "", "won", "won_odr_only", "won_refund_only", "lost"],
        appeal_decided_at=maybe,
    ))  # fmt: skip
    named = draw(st.sets(st.integers(0, 9)))
    chargebacks = draw(rows_of(5, ("order_id", "filed_at"), order_id=orders, filed_at=moments, code=CODES,
                               decision=["", "", "won", "reversed", "lost", "refunded"], decided_at=maybe))  # fmt: skip
    reports = draw(rows_of(3, ("marketplace", "day"), marketplace=["US", "DE"], day=[str(day) for day in DAYS],
                           to=["2026-09-24", "2026-09-26", "2026-10-01"]))  # fmt: skip
    return {
        "orders": own,
        "all_orders": theirs,
        "claims": [row | ({"claim_id": f"C{number}"} if number in named else {}) for number, row in enumerate(claims)],
        "chargebacks": [
            {key: value for key, value in row.items() if key != "code"}
            | dict(zip(("network", "reason_code"), row["code"], strict=True))
            | ({"chargeback_id": f"B{number}"} if number in named else {})
            for number, row in enumerate(chargebacks)
        ],
        "shipments": draw(rows_of(
            8, ("order_id", "package_id"), order_id=orders, package_id=["1", "1", "2"], claims_protected=["yes", "yes", "no"],
            ship_by=["2026-10-09", "2026-10-10T12:00:00Z", "2026-10-12", ""], first_scan_at=maybe,
            returned_at=st.one_of(st.just(""), st.just(""), maybe),
        )),
        "refunds": draw(rows_of(8, ("order_id", "refunded_at", "amount"), order_id=orders, refunded_at=moments,
                                amount=["20.00", "5.00", "15.00", ""], by=["", "seller", "amazon"])),
        "feedback": draw(rows_of(6, ("order_id",), order_id=orders, left_at=moments, rating=["1", "2", "3", "5"])),
        "feedback_events": draw(rows_of(4, ("order_id",), order_id=orders, removed_at=maybe, struck_at=maybe)),
        "returns": [
            row | {"Amazon RMA ID": f"R{number}", "Return Reason": "CR-DEFECTIVE"}
            for number, row in enumerate(draw(rows_of(
                4, **{"Order ID": orders, "Return request date": [f"{day:%d}-Oct-2026" for day in DAYS], "A-to-Z Claim": ["Y", "Y", "N"]}
            )))
        ],
        "reports": reports,
    }  # fmt: skip


sellers = st.lists(accounts(), min_size=1, max_size=2).map(
    lambda found: dict(zip(("east", "west"), found, strict=False))
)
questions = st.fixed_dictionaries({
    "as_of": st.sampled_from([at_start(text) for text in MOMENTS] + [at(str(day)) for day in DAYS] + [at("2026-10-25")]),
    "lag": st.sampled_from([None, None, 0, 15]),
    "days": st.sampled_from([60, 60, 30, 1]),
    "zone": st.sampled_from(["UTC", "UTC", "UTC", "Asia/Tokyo", "America/Los_Angeles"]),
    "leave_out_cancelled": st.booleans(),
})  # fmt: skip


@contextmanager
def workshop() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="atoz-") as folder:
        yield Path(folder)


def answer(store: Path, question: Row) -> Answer:
    with opened(store) as duck:
        return ask(
            duck, question["as_of"], lag_days=question["lag"], window_days=question["days"], timezone=question["zone"],
            leave_out_cancelled=question["leave_out_cancelled"],
        )  # fmt: skip


def shown(found: Answer) -> tuple[list[Row], list[Row]]:
    """An answer in the words of the oracle: the rows, and the listed orders."""
    rows = [{key: value for key, value in plain(one).items() if key != "next_leaves_on"} for one in found.measures]
    orders = [
        plain(one) | {"defects": sorted(([d.kind, plain(d.on), d.standing, d.counts] for d in one.defects), key=str)}
        for one in found.orders
    ]
    return sorted(rows, key=str), sorted(orders, key=str)


def counted(seller: Seller, question: Row) -> tuple[list[Row], list[Row]]:
    """The oracle's answer in the same shape."""
    options = {key: value for key, value in question.items() if key != "as_of"}
    found = seller.odr(question["as_of"], question["as_of"].date(), **options)
    orders = [plain_row(row) | {"defects": sorted(plain(row["defects"]), key=str)} for row in found.orders]
    return sorted((plain_row(row) for row in found.measures), key=str), sorted(orders, key=str)


def plain_row(row: Any) -> Any:
    return {key: plain_row(value) for key, value in row.items()} if isinstance(row, dict) else plain(row)


def keyed(row: Row) -> tuple[Any, ...]:
    return row["account"], row["marketplace"], row["channel"]


# --- the numbers ---------------------------------------------------------------------------------------------------


@examples(6)
@given(sellers, st.lists(questions, min_size=2, max_size=2))
def test_every_number_is_the_oracles(seller: dict[str, dict[str, list[Row]]], asked: list[Row]) -> None:
    with workshop() as folder:
        for account, facts in seller.items():
            imported(folder / account, folder / "atoz.duckdb", account, facts)
        oracle = Seller(folder)
        for question in asked:
            ours, theirs = shown(answer(folder / "atoz.duckdb", question)), counted(oracle, question)
            assert len(ours[0]) == len(theirs[0])
            for mine, other in zip(ours[0], theirs[0], strict=True):
                for key, value in other.items():
                    assert mine[key] == value, (keyed(mine), key, question)
            assert ours[1] == theirs[1], question


def test_the_sample_seller() -> None:
    """Its own figures, ours and the oracle's are the same numbers."""
    question = {"as_of": at("2026-11-22"), "lag": None, "days": 60, "zone": "UTC", "leave_out_cancelled": False}
    done = subprocess.run(
        [sys.executable, "make.py", "--figures"],
        cwd=SAMPLE,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    lines = [line.strip("|").split("|") for line in done.stdout.splitlines() if line.startswith("|")]
    names, *rows = [[cell.strip() for cell in line] for line in lines if "---" not in line[0]]
    figures = [dict(zip(names, row, strict=True)) for row in rows]
    with workshop() as folder:
        files = sorted(path for path in SAMPLE.iterdir() if path.suffix in (".txt", ".csv", ".json"))
        receipts = [one.receipt for one in run([Named(path, path.name) for path in files], How(folder / "atoz.duckdb"))]
        assert not [(one.file, one.error, one.refusals) for one in receipts if one.error or one.refusals]
        ours = shown(answer(folder / "atoz.duckdb", question))
    theirs = counted(Seller(SAMPLE), question)
    assert ours[0] == theirs[0]
    assert ours[1] == theirs[1]
    flat = [
        row | {"if_pending_lost": row["if_pending_lost"]["defective_orders"]}
        | {f"incoming_{name}": value for name, value in row["incoming"].items()}
        for row in ours[0]
    ]  # fmt: skip
    assert sorted([[str(row[name]) for name in names] for row in flat]) == sorted(
        [row[name] for name in names] for row in figures
    )


# --- the laws ------------------------------------------------------------------------------------------------------


@examples(2)
@given(accounts(), questions, st.integers())
def test_the_order_of_files_and_importing_again_change_nothing(
    facts: dict[str, list[Row]], question: Row, seed: int
) -> None:
    with workshop() as folder:
        files = imported(folder / "default", folder / "straight.duckdb", "default", facts)
        mixed = files + files[::2]
        Random(seed).shuffle(mixed)
        bring(mixed, folder / "mixed.duckdb", "default")
        assert shown(answer(folder / "straight.duckdb", question)) == shown(answer(folder / "mixed.duckdb", question))


LATER = {
    "claims": {
        "decided_at": ("decision", "funded_by", "counts_in_odr"), "appeal_decided_at": ("appeal_decision",),
        "withdrawn_at": (), "refunded_at": (),
    },
    "chargebacks": {"decided_at": ("decision",)},
    "shipments": {"first_scan_at": (), "returned_at": ()},
    "feedback_events": {"removed_at": (), "struck_at": ()},
}  # fmt: skip
"""What a file did not say before a date: the date itself and what came with it."""
DATED = {"orders": "placed_at", "all_orders": "purchase-date", "claims": "filed_at", "chargebacks": "filed_at",
         "refunds": "refunded_at", "feedback": "left_at", "reports": "day"}  # fmt: skip


def as_it_stood(facts: dict[str, list[Row]], as_of: datetime) -> dict[str, list[Row]]:
    """The files as a seller had them on that day: nothing in them is dated after it."""
    found: dict[str, list[Row]] = {}
    for kind, rows in facts.items():
        for row in rows:
            if kind in DATED and at_start(row[DATED[kind]]) > as_of:
                continue
            if kind == "returns" and datetime.strptime(row["Return request date"], "%d-%b-%Y").date() > as_of.date():
                continue
            row = dict(row)
            if row.get("decision") == "withdrawn" and row.get("withdrawn_at") and at_start(row["withdrawn_at"]) > as_of:
                row["decision"] = ""
            for day, with_it in LATER.get(kind, {}).items():
                if row.get(day) and at_start(row[day]) > as_of:
                    row |= dict.fromkeys((day, *with_it), "")
            found.setdefault(kind, []).append(row)
    return found


@examples(2)
@given(accounts(), questions)
def test_what_comes_later_does_not_change_what_was(facts: dict[str, list[Row]], question: Row) -> None:
    with workshop() as folder:
        store = folder / "atoz.duckdb"
        imported(folder / "before", store, "default", as_it_stood(facts, question["as_of"]))
        then = shown(answer(store, question))
        imported(folder / "after", store, "default", facts)
        assert shown(answer(store, question)) == then


@examples(2)
@given(accounts(), questions, st.sampled_from(PLACED), st.sampled_from(["US", "DE"]), st.sampled_from(["mfn", "afn"]))
def test_a_clean_order_raises_no_rate(
    facts: dict[str, list[Row]], question: Row, placed: str, place: str, channel: str
) -> None:
    clean = {
        "order_id": order_id(999),
        "placed_at": placed,
        "marketplace": place,
        "channel": channel,
        "status": "shipped",
    }
    with workshop() as folder:
        store = folder / "atoz.duckdb"
        imported(folder / "before", store, "default", facts)
        before = {keyed(row): row for row in shown(answer(store, question))[0]}
        imported(folder / "clean", store, "default", {"orders": [clean]})
        after = {keyed(row): row for row in shown(answer(store, question))[0]}
    assert set(before) <= set(after)
    for key, row in after.items():
        old = before.get(key, row | {"orders": 1, "defective_orders": 0, "headroom": 0})
        assert row["defective_orders"] == old["defective_orders"]
        assert Fraction(row["defective_orders"], row["orders"]) <= Fraction(old["defective_orders"], old["orders"])
        assert row["headroom"] >= old["headroom"]


def test_the_moments_of_the_random_sellers_do_fall_together() -> None:
    """21:00 in Tokyo and noon, a bare day and its first second: or ties would never be tried."""
    assert len({at_start(text) for text in MOMENTS}) == len(MOMENTS) - 2 * len(DAYS)
    assert max(at_start(text) for text in MOMENTS) < at("2026-10-25") - timedelta(days=1)
