"""What the store cannot tell, as warnings: which risks could not be looked for, or not all of them, and which file helps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct

from atoz_cli.answers import Notice
from atoz_cli.metrics.question import naive
from atoz_cli.prevent.found import some
from atoz_cli.prevent.look import Look

TABLES = ("shipments", "messages", "returns", "feedback", "claims", "chargebacks", "claim_mails")
HELD = " UNION ALL ".join(f"SELECT account, '{name}' FROM {name} GROUP BY account" for name in TABLES)
READ = "SELECT DISTINCT account, source FROM imports"
SOURCES = {
    "messages": ("messages",),
    "returns": ("returns", "returns_xml", "fba_returns"),
    "feedback": ("feedback",),
    "claims": ("claims", "cajari_claims", "claim_mail"),
    "chargebacks": ("chargebacks", "chargebacks_page"),
}
"""Kind of fact to the sources that, read and empty, say that there is nothing of it."""
TOLD = """SELECT account, max(numbers), max(scans), max(deliveries), max(places), max(signatures) FROM telling GROUP BY account"""
UNDATED = "SELECT account, count(*) FROM waiting_orders WHERE ship_by IS NULL AND says_so = 1 GROUP BY account"
UNPROMISED = """SELECT a.account, count(DISTINCT a.order_id) FROM open_packages p JOIN around a USING (account, order_id)
    WHERE p.deliver_by IS NULL AND a.deliver_by IS NULL AND p.tells_deliveries = 1 AND coalesce(a.channel, 'mfn') <> 'afn'
    GROUP BY a.account"""
UNPACKED = """SELECT o.account, count(*) FROM orders_in_reach o ANTI JOIN shipments s USING (order_id)
    WHERE o.channel = 'mfn' AND o.status IN ('shipped', 'complete') AND o.placed_at >= $1 GROUP BY o.account"""
UNTOLD = "SELECT account, count(*) FROM cancelled_lately WHERE by_seller IS NULL GROUP BY account"
LATELY = 30
"""Days in which most parcels are still on their way: orders that no file of shipments lists are counted in them alone."""

OF_PARCELS = (
    "no_tracking",
    "invalid_tracking",
    "no_scan",
    "late_delivery",
    "delivered_elsewhere",
    "delivered_unsigned",
)
NEVER = (
    ("no_tracking_numbers", "no_tracking", "a tracking number"),
    ("no_scans", "no_scan", "a first scan"),
    ("no_deliveries", "late_delivery", "a delivery"),
    ("no_delivery_places", "delivered_elsewhere", "where a package was delivered"),
    ("no_signatures", "delivered_unsigned", "that somebody signed"),
)
"""What no package tells, in the order of TOLD: code, the risk that it hides, the words."""

Said = tuple[str, tuple[str, ...], str]
"""A code, the risks that cannot be seen for it, and what is said; `{risks}` stands for those that were asked for."""


class Held(Struct, frozen=True):
    """What the store holds, by account."""

    facts: Collection[tuple[str, str]]
    sources: Collection[tuple[str, str]]
    told: Mapping[str, tuple[int, ...]]
    unpacked: Mapping[str, int]
    undated: Mapping[str, int]
    unpromised: Mapping[str, int]
    untold: Mapping[str, int]

    def none_of(self, account: str, *kinds: str) -> bool:
        """Whether nothing of these kinds is held, and no file of them was read."""
        return not any(
            (account, kind) in self.facts or any((account, source) in self.sources for source in SOURCES.get(kind, ()))
            for kind in kinds
        )


def lacks(look: Look, asked: Collection[str]) -> Iterator[Notice]:
    """A warning for each lack of each account that hides a risk asked for."""
    ask = look.store.ask
    told = {row[0]: row[1:] for row in ask(TOLD)}
    since = naive(look.as_of) - timedelta(days=LATELY)
    unpacked = dict(ask(UNPACKED, [since])) if told else {}
    counts = (dict(ask(query)) for query in (UNDATED, UNPROMISED, UNTOLD))
    held = Held(set(ask(HELD)), set(ask(READ)), told, unpacked, *counts)
    dear = any(look.law(place).value("protection.signature_value") for place in look.places)
    wanted = [risk for risk in asked if dear or risk != "delivered_unsigned"]
    if "delivered_unsigned" in asked and not dear:
        message = "delivered_unsigned was not looked for: set protection.signature_value in your policy file"
        yield Notice("no_signature_value", message)
    accounts = sorted({span.account for span in look.spans})
    for account in accounts:
        for code, hides, message in (
            *_of_parcels(held, account),
            *_of_buyers(held, account),
            *_of_orders(held, account),
        ):
            hidden = [risk for risk in hides if risk in wanted]
            if hidden:
                whose = f"{account}: " if len(accounts) > 1 else ""
                yield Notice(code, whose + message.format(risks=_and(hidden)))


def _of_parcels(held: Held, account: str) -> Iterator[Said]:
    if account not in held.told:
        yield "no_shipments", OF_PARCELS, (
            "no shipments are known, so {risks} could not be looked for: import the shipping confirmation, ShipStation, the "
            "downloads of Account Health, or `atoz template shipments`"
        )  # fmt: skip
        return
    for tells, (code, hides, what) in zip(held.told[account], NEVER, strict=True):
        if not tells:
            message = f"no file of shipments ever tells {what}, so {{risks}} could not be looked for: `atoz template shipments`"
            yield code, (hides,), message
    if number := held.unpacked.get(account):
        are = f"{some(number, 'shipped order')} of the last {LATELY} days {'is' if number == 1 else 'are'} in no file of shipments"
        yield (
            "not_in_shipments",
            OF_PARCELS,
            f"{are}, so {{risks}} could not be looked for there: import their shipments",
        )
    if number := held.unpromised.get(account):
        have = f"{some(number, 'order')} on the way {'has' if number == 1 else 'have'} no promised delivery date"
        yield (
            "no_deliver_by",
            ("late_delivery",),
            f"{have}, so {{risks}} could not be looked for there: import New Orders",
        )


def _of_buyers(held: Held, account: str) -> Iterator[Said]:
    if held.none_of(account, "messages"):
        message = "no messages of buyers are known, so {risks} could not be looked for: `atoz template messages`"
        yield "no_messages", ("message_unanswered",), message
    if held.none_of(account, "returns"):
        message = "no returns are known, so {risks} could not be looked for: import the returns report (`atoz sources returns`)"
        yield "no_returns", ("return_unanswered", "return_unrefunded"), message
    if held.none_of(account, "feedback"):
        message = "no feedback is known, so {risks} could not be looked for: import it (`atoz sources feedback`)"
        yield "no_feedback", ("feedback_unanswered",), message
    if held.none_of(account, "claims", "chargebacks", "claim_mails"):
        message = "no claims and no chargebacks are known, so {risks} could not be looked for: `atoz template claims`"
        yield "no_claims", ("unauthorized_pattern",), message
        if held.none_of(account, "returns", "feedback"):
            message = "no claims, returns or feedback are known, so {risks} could not be looked for"
            yield "no_complaints", ("sku_complaints",), message


def _of_orders(held: Held, account: str) -> Iterator[Said]:
    if number := held.undated.get(account):
        wait = f"{some(number, 'order')} {'waits' if number == 1 else 'wait'} to be shipped and no file says by when"
        message = f"{wait}, so {{risks}} could not be looked for there: import Unshipped Orders (`atoz sources unshipped_orders`)"
        yield "no_ship_by", ("unshipped",), message
    if number := held.untold.get(account):
        were = f"of {some(number, 'cancelled order')} no file says whether the buyer asked for it"
        message = (
            f"{were}, so {{risks}} could not be looked for there: import Amazon's list (`atoz sources cancellations`)"
        )
        yield "cancelled_by_whom", ("sku_cancellations",), message


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
