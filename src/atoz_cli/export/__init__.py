"""A store and a question in, its tables as files out: CSV, Parquet, or one workbook with a sheet a table.

Texts that a spreadsheet would run as a formula are written so that it does not.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from atoz_cli.answers.export import Written
from atoz_cli.errors import BadUsage
from atoz_cli.export.tables import exported
from atoz_cli.metrics import Question, defective_orders, lay_out, measures
from atoz_cli.metrics.question import Store, filters, naive, text
from atoz_cli.policy import Book

FORMATS = ("csv", "parquet", "xlsx")
DATED = {
    "orders": "placed_at", "items": None, "shipments": None, "claims": "filed_at", "chargebacks": "filed_at",
    "feedback": "left_at", "feedback_events": None, "returns": "requested_at", "refunds": "refunded_at",
    "messages": "received_at", "claim_mails": "noticed_at", "money": "posted_at", "health_orders": None,
}  # fmt: skip
"""The moment from which a row of a fact is known; none: always."""
MOST_ROWS = 1_048_575
"""What a sheet of a workbook holds below its header."""


def lay_out_tables(store: Store, book: Book, question: Question) -> None:
    """Put a view `x_<table>` for each table, of what was known on the day and of the accounts asked for."""
    moment = f"TIMESTAMP {text(str(naive(question.as_of)))}"
    only = {name: value for name, value in filters(question).items() if name == "account"}
    for name, table in exported().items():
        if name in DATED:
            tests = [f"{column} = {text(value)}" for column, value in only.items()]
            dated = DATED[name]
            tests += [f"({dated} IS NULL OR {dated} <= {moment})"] if dated else []
            where = f" WHERE {' AND '.join(tests)}" if tests else ""
            store.view(f"x_{name}", f"SELECT {', '.join(table.columns)} FROM {name}{where} ORDER BY ALL")
    spans, _ = lay_out(store, book, question)
    _put(store, "odr", [_measure(question, one) for one in measures(store, book, question, spans)])
    _put(store, "defects", [row for order in defective_orders(store, spans) for row in _defects(order)])


KINDS = {
    "orders": "BIGINT", "defective_orders": "BIGINT", "headroom": "BIGINT", "negative_feedback_orders": "BIGINT",
    "claim_orders": "BIGINT", "chargeback_orders": "BIGINT", "lost_defective_orders": "BIGINT", "rate": "DOUBLE",
    "limit": "DOUBLE", "day": "DATE", "window_from": "DATE", "window_to": "DATE", "placed_on": "DATE", "on": "TIMESTAMP",
    "enters_on": "DATE", "leaves_on": "DATE", "counts": "BOOLEAN",
}  # fmt: skip
"""Types of the made tables' columns; the others are text."""


def _put(store: Store, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = {f'"{column}"': KINDS.get(column, "VARCHAR") for column in exported()[name].columns}
    store.put(f"x_{name}", columns, rows)


def _measure(question: Question, one: Any) -> tuple[Any, ...]:
    return (
        one.account, one.marketplace, one.channel, question.day, one.window.from_, one.window.to, one.orders,
        one.defective_orders, one.rate, one.limit, one.status, one.headroom, one.negative_feedback_orders,
        one.claim_orders, one.chargeback_orders, one.if_pending_lost.defective_orders,
    )  # fmt: skip


def _defects(order: Any) -> Iterator[tuple[Any, ...]]:
    for defect in order.defects:
        yield (
            order.account, order.order_id, order.marketplace, order.channel, order.placed_on, defect.kind,
            naive(defect.on) if defect.on else None, defect.standing, defect.counts, order.enters_on, order.leaves_on,
        )  # fmt: skip


def write(store: Any, folder: Path, format: str, names: Sequence[str]) -> list[Written]:
    """Write the tables into the folder, each file whole or not at all. `lay_out_tables` comes before."""
    check(format, names)
    chosen = list(dict.fromkeys(names))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if format == "xlsx":
            return _workbook(store, folder / "atoz.xlsx", chosen)
        return [_file(store, folder / f"{name}.{format}", name, format) for name in chosen]
    except OSError as error:
        raise BadUsage(f"{folder} cannot be written: {error.strerror}", "give a folder that you may write to") from None


def check(format: str, names: Sequence[str]) -> None:
    """BadUsage before any work is done: an unknown format or table, or no writer of workbooks."""
    if format not in FORMATS:
        raise BadUsage(f"--to: {format!r} is no format of an export", f"one of {', '.join(FORMATS)}")
    for name in names:
        if name not in exported():
            raise BadUsage(f"there is no table {name!r}", f"one of {', '.join(exported())}")
    if format == "xlsx" and importlib.util.find_spec("xlsxwriter") is None:
        raise BadUsage("writing workbooks needs the package xlsxwriter", "pip install 'atoz-cli[xlsx]', or --to csv")


def _file(store: Any, path: Path, name: str, format: str) -> Written:
    columns = exported()[name].columns
    rows = store.copy(f"SELECT * FROM x_{name}", path, format)
    return Written(name, path.name, None, rows, len(columns))


def _workbook(store: Any, path: Path, names: Sequence[str]) -> list[Written]:
    """One workbook. BadUsage where a table has more rows than a sheet holds."""
    import os

    import pandas as pd

    counts = {name: store.ask(f"SELECT count(*) FROM x_{name}")[0][0] for name in names}
    for name, rows in counts.items():
        if rows > MOST_ROWS:
            raise BadUsage(f"{name} has {rows:,} rows, a sheet holds {MOST_ROWS:,}", "--to csv or --to parquet")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp.xlsx")
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with pd.ExcelWriter(temporary, engine="xlsxwriter", engine_kwargs={"options": plain}) as book:
            for name in names:
                store.frame(f"SELECT * FROM x_{name}").to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return [Written(name, path.name, name, counts[name], len(exported()[name].columns)) for name in names]


__all__ = ["FORMATS", "check", "exported", "lay_out_tables", "write"]
