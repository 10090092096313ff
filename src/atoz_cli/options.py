"""The options that commands share, as Annotated names, and how their texts become values."""

from __future__ import annotations

from typing import Annotated

import typer

GLOBAL = "Answer"
STORE = "Store"


def accounts(incomplete: str) -> list[str]:
    """For a shell: the accounts of the usual store; none where it cannot be read now."""
    import os
    from pathlib import Path

    from atoz_cli.config import usual_store
    from atoz_cli.errors import AtozError
    from atoz_cli.store.duck import reading

    named = os.environ.get("ATOZ_STORE")
    try:
        with reading(Path(named) if named else usual_store(), 0) as store:
            names = [row[0] for row in store.ask("SELECT DISTINCT account FROM imports ORDER BY account")]
    except AtozError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def marketplaces(incomplete: str) -> list[str]:
    """For a shell: the marketplaces."""
    from atoz_cli.policy.shape import MARKETPLACES

    return [place for place in MARKETPLACES if place.startswith(incomplete.upper())]


def metrics(incomplete: str) -> list[str]:
    """For a shell: the metrics of `atoz health` and `atoz trend`."""
    from atoz_cli.health import NAMES

    return [name for name in NAMES if name.startswith(incomplete)]


def kinds(incomplete: str) -> list[str]:
    """For a shell: the kinds of claims."""
    from atoz_cli.kinds.guess import KINDS

    return [name for name in KINDS if name.startswith(incomplete)]


def sources(incomplete: str) -> list[str]:
    """For a shell: the sources."""
    from atoz_cli.sources.declare import sources as declared

    return [name for name in sorted(declared()) if name.startswith(incomplete)]


def formats(incomplete: str) -> list[str]:
    """For a shell: how an answer can be shown."""
    return [name for name in ("table", "json", "csv", "markdown") if name.startswith(incomplete)]


Store = Annotated[
    str | None,
    typer.Option("--store", envvar="ATOZ_STORE", metavar="PATH", help="The store file.", rich_help_panel=STORE),
]
Wait = Annotated[
    str, typer.Option("--wait", metavar="DURATION", help="How long to wait for a store in use.", rich_help_panel=STORE)
]
Account = Annotated[
    str | None,
    typer.Option("--account", metavar="NAME", help="Only this seller account.", autocompletion=accounts),
]
Whose = Annotated[
    str | None,
    typer.Option("--account", envvar="ATOZ_ACCOUNT", metavar="NAME", help="The seller account that the files are of."),
]
Marketplace = Annotated[
    str | None,
    typer.Option("--marketplace", metavar="XX", help="Only this marketplace: US, DE, …", autocompletion=marketplaces),
]
FileMarketplace = Annotated[
    str | None, typer.Option("--marketplace", metavar="XX", help="The marketplace of files that do not say.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Answer as it stood that day. Default: now.")]
Window = Annotated[
    str | None, typer.Option("--window", metavar="60d", help="Days of orders. Default: Amazon's policy.")
]
Lag = Annotated[
    str,
    typer.Option(
        "--lag",
        metavar="auto|15d",
        help="Days from the window's end to the day asked. auto: as Amazon's newest report.",
    ),
]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="mfn|afn", help="Shipped by the seller (mfn) or Amazon (afn).")
]
Timezone = Annotated[
    str | None,
    typer.Option(
        "--timezone", envvar="ATOZ_TIMEZONE", metavar="ZONE",
        help="Whose days orders fall on, such as Europe/Berlin. Default: UTC.",
    ),
]  # fmt: skip
TheirTimezone = Annotated[
    str | None,
    typer.Option(
        "--timezone", metavar="ZONE", help="Tell moments in this zone, such as Europe/Berlin. Default: this machine's."
    ),
]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="en|de|fr|es|it", help="Of letters. Default: the marketplace's."),
]
LeaveOut = Annotated[
    bool | None,
    typer.Option(
        "--cancelled-out/--cancelled-in", help="Leave cancelled orders out of the denominator. Default: the policy."
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="table|json|csv|markdown",
        help="How to show the answer.",
        rich_help_panel=GLOBAL,
        autocompletion=formats,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=GLOBAL)]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write the answer there.", rich_help_panel=GLOBAL)
]
FailOver = Annotated[
    str | None,
    typer.Option(
        "--fail-over",
        metavar="[RATE]",
        help="Exit 1 when a rate is not below RATE (0.01 or 1%), or the policy's limit.",
    ),
]
ResponseHours = Annotated[
    int | None,
    typer.Option(
        "--response-hours",
        min=1,
        max=8760,
        help="Hours to answer a claim whose notice gives no date. Default: the policy.",
    ),
]
SourceName = Annotated[
    str | None,
    typer.Option("--as", metavar="SOURCE", help="Skip recognition: the file is this source.", autocompletion=sources),
]
DateOrder = Annotated[
    str | None, typer.Option("--date-order", metavar="mdy|dmy|ymd", help="How the files write dates.")
]
