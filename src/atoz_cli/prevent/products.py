"""Products that bring trouble again and again: the look in; clusters of complaints and of cancellations out."""

from __future__ import annotations

from collections.abc import Iterator

from atoz_cli.metrics.question import naive, utc
from atoz_cli.prevent.exact import chance
from atoz_cli.prevent.found import Found, of_product, some
from atoz_cli.prevent.look import Look, Row, sql
from atoz_cli.triage.law import when

COMMENTED = """SELECT f.account, f.order_id, f.comment, f.rating, a.place FROM feedback f
    JOIN stars s ON s.rating = f.rating AND s.meaning = 'negative' AND s.since <= f.left_at AND s.until > f.left_at
    JOIN horizon h ON f.left_at <= h.as_of JOIN around a USING (account, order_id)
    JOIN reach l ON l.place = a.place AND a.placed_at >= l.complaints_from ORDER BY ALL"""
PRODUCTS = "SELECT account, count(DISTINCT sku) FROM items GROUP BY account"
SAID = """SELECT x.reason, count(*) FROM (
        SELECT account, order_id, reason FROM all_claims WHERE known_at IS NULL OR known_at <= $1
        UNION ALL SELECT account, order_id, reason FROM returns WHERE sku IS NULL OR sku = $3) x
    JOIN reason_kinds k ON k.reason = x.reason AND k.kind = 'not_as_described'
    SEMI JOIN (SELECT account, order_id FROM around_items WHERE account = $2 AND sku = $3) i USING (account, order_id)
    GROUP BY x.reason"""
WAITING = """SELECT count(DISTINCT w.order_id) FROM waiting_orders w JOIN around_items i USING (account, order_id)
    WHERE w.account = $1 AND w.place = $2 AND i.sku = $3"""
OF_THE_LISTING = ("describ", "descript", "advertis", "expect", "wrong", "different", "compatib", "beschr", "falsch")
"""What stands in reasons that blame what the listing promised, or what was picked, and not the thing itself."""


def sku_complaints(look: Look) -> Iterator[Found]:
    """Products with significantly more complaints of not as described than the rest of the account in that marketplace."""
    rows = _counted(look, sold_too=True)
    products = dict(look.store.ask(PRODUCTS)) if rows else {}
    # However many of the feedbacks are about the product, no more than all: what is not significant so never is.
    if not any(_stands_out(look, row, products, all_bad=row[6]) for row in rows):
        return
    _put_feedback(look)
    for row in _counted(look, sold_too=False):
        if _stands_out(look, row, products, all_bad=row[5]):
            yield _cluster(look, row, products[row[0]])


def _counted(look: Look, *, sold_too: bool) -> list[Row]:
    """The products of which enough orders complain, and how often they were `sold`, if that is not known yet."""
    for name in ("complained", "blamed"):
        look.store.keep(name, sql(name))
    if not look.store.ask("SELECT 1 FROM blamed LIMIT 1"):
        return []
    if sold_too:
        look.store.keep("sold", sql("sold"))
    return look.rows("complaints")


def _stands_out(look: Look, row: Row, products: dict[str, int], *, all_bad: int) -> bool:
    """Whether chance alone would show such a product no oftener than the policy says, however many are compared."""
    account, place, _, bad, orders, _, _, whole = row
    return chance(bad, orders, all_bad, whole) * products[account] <= float(look.rule(place, "sku_complaints.chance"))


def _put_feedback(look: Look) -> None:
    """`feedback_complaints`: the negative feedback about the causes that the policy names."""
    from atoz_cli.kinds import cause

    rows = [
        (account, order_id, 1)
        for account, order_id, comment, rating, place in look.store.ask(COMMENTED)
        if cause(comment, rating).cause in look.rule(place, "sku_complaints.causes")
    ]
    columns = {"account": "VARCHAR", "order_id": "VARCHAR", "sure": "INTEGER"}
    look.store.put("feedback_complaints", columns, rows)
    look.store.keep("complaining", sql("complaining"))


def _cluster(look: Look, row: Row, products: int) -> Found:
    account, place, sku, bad, orders, all_bad, _, whole = row
    luck = chance(bad, orders, all_bad, whole) * products
    rest = f"{_share(all_bad - bad, whole - orders)} of the others" if whole > orders else "there are no others"
    few = " (few, so look before you act)" if bad < int(look.rule(place, "sku_complaints.few")) else ""
    why = f"{_share(bad, orders)} of its orders complain{few}, {rest}; chance alone would show that in {_one_in(luck)}"
    why += _still_open(look, account, place, sku)
    return of_product("sku_complaints", account, place, None, sku, None, _cure(look, account, sku), f"{why}.")


def _share(part: int, whole: int) -> str:
    """`12 of 140 (8.6 %)`."""
    return f"{part:,} of {whole:,} ({100 * part / whole:.1f} %)" if whole else f"{part:,} of {whole:,}"


def _one_in(luck: float) -> str:
    """`1 of 5,000 accounts`, rounded down to its first digit."""
    if luck <= 1e-9:
        return "fewer than 1 of 1,000,000,000 accounts"
    number = int(1 / luck)
    digits = 10 ** (len(str(number)) - 1)
    return f"fewer than 1 of {number // digits * digits:,} accounts"


def _cure(look: Look, account: str, sku: str) -> str:
    """Whether the listing or the stock is to be looked at, by what most reasons blame."""
    from atoz_cli.kinds.reason import said

    counted = look.store.ask(SAID, [naive(look.as_of), account, sku])
    listing = sum(number for reason, number in counted if any(word in said(reason) for word in OF_THE_LISTING))
    return "mend_listing" if 2 * listing > sum(number for _, number in counted) else "inspect_stock"


def _still_open(look: Look, account: str, place: str, sku: str) -> str:
    ((number,),) = look.store.ask(WAITING, [account, place, sku])
    return f"; {some(number, 'order')} with it {'waits' if number == 1 else 'wait'} to be shipped" if number else ""


def sku_cancellations(look: Look) -> Iterator[Found]:
    """Products of which several orders were cancelled without the buyer asking for it."""
    for account, place, sku, orders, first, last in look.rows("cancelled_skus"):
        since, until = utc(first), utc(last)
        if since is None or until is None:
            continue
        why = (
            f"{some(orders, 'order')} of {when(since)[:10]} to {when(until)[:10]} cancelled, and not as the buyer asked"
        )
        why += _still_open(look, account, place, sku)
        yield of_product("sku_cancellations", account, place, "mfn", sku, since, "count_stock", f"{why}.")
