"""Stand-in while the real one is written."""

from atoz_cli.answers import Column, Sheet


def prevent(risks, now):
    return [
        Sheet(
            "Before it is a claim",
            ("",),
            (Column("By"), Column("Order"), Column("Risk"), Column("Do", whole=False)),
            tuple((str(r.act_by)[:16] if r.act_by else "", r.order_id or r.sku or "", r.risk, r.text) for r in risks),
        )
    ]
