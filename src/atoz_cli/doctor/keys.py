"""What the store holds, and the promises that every import keeps: where one is broken, something harmed the store."""

from __future__ import annotations

from collections.abc import Iterator

from atoz_cli.answers.doctor import Finding
from atoz_cli.metrics.question import Store
from atoz_cli.store.facts import TABLES

PROMISES = {
    "orders without a date": "SELECT count(*) FROM orders WHERE placed_at IS NULL",
    "items without an order": "SELECT count(*) FROM items ANTI JOIN orders USING (account, order_id)",
}


def findings(store: Store) -> Iterator[Finding]:
    """A finding for each broken promise."""
    counts = dict(PROMISES)
    for table in TABLES:
        key = ", ".join(("t.account", *table.identity("t")))
        twice = f"SELECT 1 FROM {table.name} t GROUP BY {key} HAVING count(*) > 1"
        counts[f"keys of {_words(table.name, 2)} more than once"] = f"SELECT count(*) FROM ({twice})"
    for what, query in counts.items():
        ((number,),) = store.ask(query)
        if number:
            hint = "restore the store from a backup, or import your files into a new --store"
            yield Finding(None, None, "store_damaged_keys", "error", f"the store is damaged: {what}: {number:,}", hint)


def holds(store: Store) -> Finding:
    """The schema, and how many of each fact."""
    ((version,),) = store.ask("SELECT max(schema_version) FROM meta")
    counts = {
        name: store.ask(f"SELECT count(*) FROM {name}")[0][0]
        for name in ("imports", *(table.name for table in TABLES), "reports")
    }
    held = ", ".join(f"{number:,} {_words(name, number)}" for name, number in counts.items() if number)
    return Finding(None, None, "store", "info", f"schema {version}: {held}", None)


def _words(table: str, number: int) -> str:
    """`1 claim`, `2 feedback events`."""
    words = table.replace("_", " ")
    return words.removesuffix("s") if number == 1 else words
