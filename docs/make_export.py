"""The tables of an export in, docs/export.md out: `python docs/make_export.py` after a change of a column."""

from __future__ import annotations

from pathlib import Path

from atoz_cli.export.tables import exported

PAGE = Path(__file__).parent / "export.md"
TOP = """# The columns of an export

<!-- written by docs/make_export.py -->

`atoz export DIR --to csv|parquet|xlsx` writes one file a table, or one workbook `atoz.xlsx` with a sheet a table (that needs
`pip install 'atoz-cli[xlsx]'`). `--table NAME` picks tables, `--account` an account, `--as-of` the day: rows dated after it are
left out; of the rows that stay, the facts show what the newest file says, while `odr` and `defects` are counted as of that day.
Moments are UTC, an empty cell means not known. A CSV file begins a text that a spreadsheet would run as a formula with an
apostrophe. Nothing that names a person is in the store, so nothing of it is in an export. The same tables as pandas frames:
[python.md](python.md).

```console
$ atoz import sample_data/all-orders-de.txt sample_data/claims.csv -o /dev/null
…
$ atoz export "$(dirname "$ATOZ_STORE")/out" --table odr --as-of 2026-11-22 --format csv
table,file,sheet,rows,columns
odr,odr.csv,,2,16
```
"""


def page() -> str:
    """The whole page."""
    parts = [TOP]
    for table in exported().values():
        lines = [f"| `{name}` | {text} |" for name, text in table.columns.items()]
        parts.append(
            f"## `{table.name}`\n\nA row is {table.about}.\n\n| column | means |\n|---|---|\n" + "\n".join(lines) + "\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
