"""`atoz outcomes`: how claims, appeals and chargebacks ended, by kind and strength of proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atoz_cli import options as o
from atoz_cli.cli import asking

if TYPE_CHECKING:
    from atoz_cli.answers import Sheet


def outcomes(
    as_of: o.AsOf = None,
    account: o.Account = None,
    marketplace: o.Marketplace = None,
    store: o.Store = None,
    wait: o.Wait = "30s",
    format: o.Format = "table",
    as_json: o.AsJson = False,
    output: o.Output = None,
) -> None:
    """How your claims, appeals and chargebacks ended, by kind and strength of proof, and the odds in use."""
    from atoz_cli import cases
    from atoz_cli.answers import Answer
    from atoz_cli.store.duck import reading

    asking.check_format(format)
    question, said = asking.question(as_of, account, marketplace)
    book = asking.book()
    with reading(asking.store_path(store), asking.seconds(wait)) as opened:
        rates, notices = cases.win_rates(opened, book, question)

    def sheets() -> list[Sheet]:
        from atoz_cli.sheets.outcomes import outcomes

        return outcomes(rates)

    asking.show(Answer("atoz.outcomes/1", said, tuple(rates), tuple(notices)), sheets, format, as_json, output)
