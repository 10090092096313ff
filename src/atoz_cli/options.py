"""The options that commands share, as Annotated names, and how their texts become values."""

from __future__ import annotations

from typing import Annotated

import typer

GLOBAL = "Answer"
STORE = "Store"

Store = Annotated[
    str | None,
    typer.Option("--store", envvar="ATOZ_STORE", metavar="PATH", help="The store file.", rich_help_panel=STORE),
]
Wait = Annotated[
    str, typer.Option("--wait", metavar="DURATION", help="How long to wait for a store in use.", rich_help_panel=STORE)
]
Account = Annotated[str | None, typer.Option("--account", metavar="NAME", help="Only this seller account.")]
Whose = Annotated[
    str | None,
    typer.Option("--account", envvar="ATOZ_ACCOUNT", metavar="NAME", help="The seller account that the files are of."),
]
Marketplace = Annotated[
    str | None, typer.Option("--marketplace", metavar="XX", help="Only this marketplace: US, DE, …")
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
    typer.Option("--format", metavar="table|json|csv|markdown", help="How to show the answer.", rich_help_panel=GLOBAL),
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
    str | None, typer.Option("--as", metavar="SOURCE", help="Skip recognition: the file is this source.")
]
DateOrder = Annotated[
    str | None, typer.Option("--date-order", metavar="mdy|dmy|ymd", help="How the files write dates.")
]
