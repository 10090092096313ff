"""The Order Defect Rate and its three parts as rows of Account Health: the same figures as `atoz odr`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from atoz_cli.answers.health import HealthMeasure, HealthStatus, Missing
from atoz_cli.answers.rates import Measure, Window
from atoz_cli.health.look import Look, lacks
from atoz_cli.metrics.arithmetic import rate, wilson
from atoz_cli.metrics.question import Span, Store, sql
from atoz_cli.metrics.rates import measures, window_of

DEFECTS = ("odr", "negative_feedback_rate", "a_to_z_claim_rate", "chargeback_rate")
LISTS = ("order_defects", "cajari_defects")
BOOKS = ("settlement_v1", "settlement_v2", "date_range")
CLAIMS = ("claims", "cajari_claims", "claim_mail", "returns", "returns_xml", *BOOKS, *LISTS)
TELLING = {
    "negative_feedback_rate": ("feedback", *LISTS),
    "a_to_z_claim_rate": CLAIMS,
    "chargeback_rate": ("chargebacks", "chargebacks_page", "claim_mail", *BOOKS, *LISTS),
}
"""The sources of which one is enough to know anything of a part."""
DISPUTES = (*CLAIMS, "chargebacks", "chargebacks_page")
"""Those of which one is enough to know anything of claims and chargebacks."""
PENDING = "what is pending would make it {} of {} orders if it is all lost"


def defect_rows(look: Look, spans: Sequence[Span]) -> Iterator[HealthMeasure]:
    """A row for each account, marketplace and channel with orders, also where none of them is in the window."""
    _read_once(look.store)
    found_there = measures(look.store, look.book, look.question, spans)
    counted = {(one.account, one.marketplace or "", one.channel or ""): one for one in found_there}
    pending = {tuple(row[1:4]): (int(row[4]), int(row[5])) for row in look.store.ask(sql("pending_parts"))}
    windows = {(span.account, span.marketplace): window_of(span) for span in spans}
    for (account, place), channels in look.channels.items():
        for channel in channels:
            found = counted.get((account, place, channel))
            lost = pending.get((account, place, channel), (0, 0))
            for name in DEFECTS:
                if look.asked(name):
                    yield _row(look, name, (account, place, channel), windows[account, place], found, lost)


def _read_once(store: Store) -> None:
    """What every defect is worth is asked for twice."""
    store.keep("counted_defects")


def _row(
    look: Look, name: str, where: tuple[str, str, str], window: Window, found: Measure | None, lost: tuple[int, int]
) -> HealthMeasure:
    account, place, channel = where
    missing = tuple(_missing(look, name, account))
    part, most = _counts(name, found, lost) if found else (0, 0)
    whole = found.orders if found else 0
    known = whole > 0 and (name == "odr" or not missing)
    low, high = wilson(part, whole), wilson(most, whole)
    figures: dict[str, Any] = dict.fromkeys(("numerator", "numerator_at_most", "rate", "rate_at_most", "interval"))
    if known:
        figures = {
            "numerator": part, "numerator_at_most": most, "rate": rate(part, whole), "rate_at_most": rate(most, whole),
            "interval": (low[0], high[1]) if low and high else None,
        }  # fmt: skip
    odr = found if name == "odr" else None
    return HealthMeasure(
        account=account,
        marketplace=place or None,
        channel=channel or None,
        metric=name,
        category=None,
        window=window,
        denominator=whole,
        limit=odr.limit if odr else None,
        condition="below" if odr else None,
        status=_status(odr, whole, missing, name),
        headroom=odr.headroom if odr and not (missing and odr.status == "met") else None,
        missing=missing if whole else (),
        reported=look.figure((account, place), name, channel or None, window.days),
        doubts={"pending": most - part} if known and most > part else {},
        **figures,
    )


def _counts(name: str, found: Measure, lost: tuple[int, int]) -> tuple[int, int]:
    """Orders that count, and with those that are pending."""
    return {
        "odr": (found.defective_orders, found.if_pending_lost.defective_orders),
        "negative_feedback_rate": (found.negative_feedback_orders, found.negative_feedback_orders),
        "a_to_z_claim_rate": (found.claim_orders, lost[0]),
        "chargeback_rate": (found.chargeback_orders, lost[1]),
    }[name]


def _status(odr: Measure | None, whole: int, missing: Sequence[Missing], name: str) -> HealthStatus | None:
    """That of `atoz odr`, but not met where claims or feedback were never read; the parts have no target."""
    if not whole:
        return "no_orders"
    if odr is None:
        return "no_data" if missing and name != "odr" else None
    word: Literal["met", "missed"] = odr.status
    return "unknown" if word == "met" and missing else word


def _missing(look: Look, name: str, account: str) -> Iterator[Missing]:
    if name in ("odr", "negative_feedback_rate") and not look.told(account, TELLING["negative_feedback_rate"]):
        yield lacks("no_feedback", "no feedback is known", "feedback")
    if (name == "odr" and not look.told(account, DISPUTES)) or (
        name == "a_to_z_claim_rate" and not look.told(account, TELLING[name])
    ):
        yield lacks("no_claims", "no claims are known", "returns", hint="copy your claims into `atoz template claims`")
    if name == "chargeback_rate" and not look.told(account, TELLING[name]):
        yield lacks("no_chargebacks", "no chargebacks are known", "chargebacks")
