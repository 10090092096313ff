"""A name and a file in: what one would write instead of `atoz import`, run as a process of its own.

`python rivals.py duckdb FILE STORE`, `table FILE STORE JSON`, `pandas FILE`, `pydantic FILE`; the number of rows comes out.
Only DuckDB also writes what it read; the other two just read, which is in their favour.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

TEXTS = (
    "amazon-order-id", "order-status", "order-item-id", "fulfillment-channel", "sales-channel", "ship-service-level",
    "product-name", "sku", "asin", "item-status", "currency", "ship-state", "ship-postal-code", "ship-country",
)  # fmt: skip
"""The columns that `atoz import` keeps as text or as a word; the others that it keeps are below."""
TYPED = {
    "purchase-date": "TIMESTAMPTZ",
    "last-updated-date": "TIMESTAMPTZ",
    "quantity": "INTEGER",
    "item-price": "DECIMAL(18,4)",
    "signature-confirmation-recommended": "BOOLEAN",
}


def _header(file: str) -> list[str]:
    with open(file, encoding="utf-8") as lines:
        return lines.readline().rstrip("\n").split("\t")


def duckdb_alone(file: str, store: str) -> int:
    """One statement: read, type, write one table. Moments become UTC without zone, as in the store of atoz."""
    import duckdb

    columns = ", ".join(f"'{name}': '{TYPED.get(name, 'VARCHAR')}'" for name in _header(file))
    moments = [name for name, kind in TYPED.items() if kind == "TIMESTAMPTZ"]
    kept = [f'"{name}"' for name in (*TEXTS, *TYPED) if name not in moments]
    kept += [f'"{name}" AT TIME ZONE \'UTC\' AS "{name}"' for name in moments]
    with duckdb.connect(store) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"CREATE TABLE orders AS SELECT {', '.join(kept)} FROM read_csv('{file}', auto_detect=false, header=true, "
            f"delim='\t', quote='', escape='', nullstr='', columns={{{columns}}})"
        )
        return connection.table("orders").shape[0]


def duckdb_table(file: str, store: str, told: str) -> int:
    """The same for any table: `told` says in JSON how it is written, which columns are kept, and of what type."""
    import json

    import duckdb

    said = json.loads(told)
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(said["width"]))
    quote = '"' if said["quoted"] else ""
    moment = (
        f"try_strptime(c{{0}}, '{said['moments']}')"
        if said["moments"]
        else "try_cast(c{0} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    )
    typed = {
        "TIMESTAMP": moment,
        "VARCHAR": "c{0}",
        "DECIMAL(18,4)": "try_cast(replace(c{0}, ',', '') AS DECIMAL(18,4))",
    }
    kept = [
        f"{typed.get(kind, f'try_cast(c{{0}} AS {kind})').format(at)} AS v{at}" for at, kind in said["kept"].items()
    ]
    with duckdb.connect(store) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"CREATE TABLE facts AS SELECT {', '.join(kept)} FROM read_csv('{file}', auto_detect=false, header=false, "
            f"skip={said['above']}, delim='{said['delimiter']}', quote='{quote}', escape='{quote}', nullstr='', "
            f"null_padding=true, strict_mode=false, columns={{{columns}}})"
        )
        return connection.table("facts").shape[0]


def duckdb_each(folder: str, store: str) -> int:
    """Every file of a folder appended to one table, a statement each: what a loop of one's own would do."""
    from pathlib import Path

    import duckdb

    files = sorted(Path(folder).iterdir())
    columns = ", ".join(f"'{name}': '{TYPED.get(name, 'VARCHAR')}'" for name in _header(str(files[0])))
    kept = ", ".join(f'"{name}"' for name in (*TEXTS, *TYPED))
    read = (
        f"SELECT {kept} FROM read_csv('{{}}', auto_detect=false, header=true, delim='\t', quote='', escape='', "
        f"nullstr='', columns={{{{{columns}}}}})"
    )
    with duckdb.connect(store) as connection:
        connection.execute(f"CREATE TABLE orders AS {read.format(files[0])}")
        for file in files[1:]:
            connection.execute(f"INSERT INTO orders {read.format(file)}")
        return connection.table("orders").shape[0]


def pandas_strings(file: str) -> int:
    """Everything as text, with the C engine."""
    import pandas as pd

    return len(pd.read_csv(file, dtype=str, sep="\t", quoting=csv.QUOTE_NONE, engine="c"))


def pydantic_rows(file: str) -> int:
    """A plain model for each row with the columns and types that `atoz import` keeps."""
    from pydantic import ConfigDict, create_model

    kinds: dict[str, type] = {"TIMESTAMPTZ": datetime, "INTEGER": int, "DECIMAL(18,4)": Decimal, "BOOLEAN": bool}
    fields: dict[str, Any] = dict.fromkeys(TEXTS, (str | None, None))
    fields |= {name: (kinds[kind] | None, None) for name, kind in TYPED.items()}
    model = create_model("Row", __config__=ConfigDict(extra="ignore"), **fields)
    rows = 0
    with open(file, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            model.model_validate({name: value or None for name, value in row.items()})
            rows += 1
    return rows


if __name__ == "__main__":
    RIVALS: dict[str, Callable[..., int]] = {
        "duckdb": duckdb_alone,
        "table": duckdb_table,
        "each": duckdb_each,
        "pandas": pandas_strings,
        "pydantic": pydantic_rows,
    }
    print(RIVALS[sys.argv[1]](*sys.argv[2:]))
