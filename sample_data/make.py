"""Makes the sample seller: `python sample_data/make.py [TARGET_DIR] [--figures]`, the same bytes every time.

The orders come from a seeded generator (_orders.py), what happens to some of them from tables (_stories.py,
_events.py); _files.py writes them in Amazon's formats, _figures.py counts the written files again, by the contract's
rules.
"""

import argparse
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import _files
import _performance
from _events import Seller
from _figures import claims_with_facts, figures, standing

HERE = Path(__file__).resolve().parent
TODAY = date(2026, 11, 22)
SEED = 20261122


def make(folder: Path) -> None:
    """Writes every file into the folder, and stops if they do not tell what the stories meant to tell."""
    folder.mkdir(parents=True, exist_ok=True)
    seller = Seller(Random(SEED))
    _files.write(seller, folder)
    _check(folder, seller)
    text = _performance.report(folder, seller.amazon_also_counts)
    (folder / f"performance-{_performance.MADE_ON}.json").write_bytes(text.encode())


def _check(folder: Path, seller: Seller) -> None:
    tomorrow = datetime(2026, 11, 23, tzinfo=UTC)
    for claim, facts in claims_with_facts(folder):
        meant = seller.standings.get((claim["order_id"], claim["filed_at"]), "pending")
        found = standing(claim, facts, tomorrow)
        if meant != found:
            raise SystemExit(f"{claim['claim_id'] or claim['order_id']}: meant {meant}, the files say {found}")
    twice = [order for order, n in Counter(o.order_id for o in seller.orders).items() if n > 1]
    if twice:
        raise SystemExit(f"order ids used twice: {twice}")
    got = {(f.marketplace, f.channel): (f.status, f.headroom) for f in figures(folder, TODAY)}
    if got["US", "mfn"] not in (("met", 1), ("met", 2)) or got["DE", "mfn"] != ("missed", -1):
        raise SystemExit(f"no longer close to the limit: {got}")


def table(folder: Path) -> str:
    """The expected answer of `atoz odr --as-of 2026-11-22`, as Markdown."""
    found = figures(folder, TODAY)
    names = (
        "marketplace",
        "channel",
        "orders",
        "defective_orders",
        "status",
        "headroom",
        "negative_feedback_orders",
        "claim_orders",
        "chargeback_orders",
        "if_pending_lost",
        "incoming_orders",
        "incoming_defective_orders",
    )
    lines = [
        f"account `default`, window {found[0].window_from} … {found[0].window_to}",
        "",
        f"| {' | '.join(names)} |",
        "|" + "---|" * len(names),
    ]
    lines += [f"| {' | '.join(str(getattr(f, name)) for name in names)} |" for f in found]
    return "\n".join(lines)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Make the sample seller's files.")
    parser.add_argument("target", nargs="?", type=Path, default=HERE)
    parser.add_argument("--figures", action="store_true", help="only print the figures of the files in TARGET")
    options = parser.parse_args()
    if not options.figures:
        make(options.target)
    print(table(options.target))


if __name__ == "__main__":
    main()
