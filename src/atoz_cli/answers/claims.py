"""The values of claims: verdicts, and the story of an order."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from atoz_cli.answers import WrittenRow
from atoz_cli.answers.rates import Defect
from atoz_cli.answers.rules import Reason


class Evidence(Struct, frozen=True):
    """One slot of the proof. `have` is None where the store cannot say."""

    slot: str
    have: bool | None
    value: str | None = None
    note: str | None = None


class OdrEffect(Struct, frozen=True):
    """What a claim does to the rate of its order's account, marketplace and channel."""

    standing: str
    counts: bool | None
    in_window: bool | None
    enters_on: date | None
    leaves_on: date | None
    rate_now: float | None
    rate_if_lost: float | None
    headroom: int | None = None
    already_defective: bool | None = None
    """whether another defect on the order counts already: one more changes nothing"""


class Test(Struct, frozen=True):
    """One test of eligibility or one condition of protection. `met` is None where the facts cannot say."""

    of: Literal["eligibility", "protection"]
    test: str
    met: bool | None
    proof: str | None
    rule: str


class Alternative(Struct, frozen=True):
    """One way out of a claim and what it is expected to cost. `chance`: to win it, None where nothing is fought for."""

    action: str
    chosen: bool
    chance: float | None
    chance_from: Literal["policy", "outcomes"] | None
    money: Decimal | None
    defects: float
    cost: Decimal | None
    rate: float | None
    formula: str
    warning: str | None
    rule: str


class Verdict(Struct, frozen=True):
    """What triage says of one claim or chargeback."""

    account: str
    marketplace: str | None
    channel: str | None
    claim_id: str | None
    order_id: str
    type: Literal["a_to_z_claim", "chargeback"]
    kind: str
    kind_from: Literal["reason", "text", "facts"]
    confidence: float
    filed_at: datetime | None
    status: str | None
    respond_by: datetime | None
    hours_left: float | None
    decision: str | None
    decided_at: datetime | None
    amount: Decimal | None
    currency: str | None
    funded_by: str | None
    odr: OdrEffect
    eligible: bool | None
    ineligible_because: tuple[str, ...]
    protected: bool | None
    action: str
    act_by: datetime | None
    why: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]
    evidence_score: float
    expected_payer: str | None = None
    expected_counts: str | None = None
    tests: tuple[Test, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    defect_price: Decimal | None = None
    defect_formula: str | None = None
    place_because: str = ""


class Glance(Struct):
    """Of a verdict what its place in the order of work and its date hang on, and where its row is written."""

    account: str
    marketplace: str | None
    claim_id: str | None
    order_id: str
    type: str
    amount: Decimal | None
    currency: str | None
    odr: OdrEffect
    action: str
    act_by: datetime | None
    row: WrittenRow | None = None


class WinRate(Struct, frozen=True):
    """How claims, appeals or chargebacks of one kind and strength of proof ended. `odds`: what triage reckons with."""

    what: Literal["claim", "appeal", "chargeback"]
    kind: str
    evidence: Literal["none", "some", "strong"]
    decided: int
    won: int
    rate: float | None
    interval: tuple[float, float] | None
    unanswered: int
    withdrawn: int
    refunded: int
    odds: float
    odds_from: Literal["policy", "outcomes"]
    rule: str


class JudgedDefect(Defect, frozen=True):
    """A defect with what its rule says, and where that is from."""

    text: str = ""
    cite: str = ""


class Event(Struct, frozen=True):
    """One thing that happened to an order, from which file and record it is known. `at` is None without a date."""

    at: datetime | None
    what: str
    file: str
    row: int


class OrderStory(Struct, frozen=True):
    """Everything known of one order, and whether it counts. `counts` is None while a defect is pending."""

    account: str
    marketplace: str | None
    channel: str | None
    order_id: str
    placed_at: datetime | None
    placed_on: date | None
    status: str | None
    skus: tuple[str, ...]
    in_window: bool | None
    enters_on: date | None
    leaves_on: date | None
    counts: bool | None
    defects: tuple[JudgedDefect, ...]
    rate_now: float | None
    rate_without: float | None
    timeline: tuple[Event, ...]
