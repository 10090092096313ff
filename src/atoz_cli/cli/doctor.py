"""`atoz doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atoz_cli import options as o
from atoz_cli.cli import asking

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet


def doctor(
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    timezone: o.Timezone = None,
    window: o.Window = None,
    lag: o.Lag = "auto",
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """What the store lacks for a right answer, and which file to download for it. Findings leave the exit status 0."""
    from atoz_cli.answers import Answer
    from atoz_cli.doctor import examine
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    question, said = asking.question(as_of, account, marketplace, None, window, lag, timezone)
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        findings = examine(opened, asking.book(), question)

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.doctor import doctor as sheet

        return sheet(findings)

    asking.show(Answer("atoz.doctor/1", said, tuple(findings)), sheets, format, as_json, output)
