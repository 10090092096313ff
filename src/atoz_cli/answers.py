"""The values that flow out: what a command knows, before anyone decides how to show it.

Field names are the JSON keys of the contract; a trailing underscore (`from_`) is dropped when written out.
Shapes only: no engine, no Typer, no rich here. Rates are fractions rounded to 6 places, money is Decimal, dates are dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Status = Literal["met", "missed"]
DefectKind = Literal["negative_feedback", "a_to_z_claim", "chargeback"]


@dataclass(frozen=True)
class Notice:
    """A warning of an answer: `code` is stable, `message` is for people."""

    code: str
    message: str


@dataclass(frozen=True)
class Refusal:
    """One refused value: `row` counts records from 1, `line` is the first physical line of the record."""

    row: int
    line: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class Receipt:
    """What became of one file or archive member: rows = added + updated + unchanged + skipped + refused."""

    file: str
    sha256: str | None
    source: str | None
    account: str
    marketplace: str | None
    encoding: str | None
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0
    refusals: tuple[Refusal, ...] = ()
    error: str | None = None
    hint: str | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Window:
    """The order dates a rate looks at, both ends included."""

    from_: date
    to: date
    days: int
    lag_days: int
    lag_source: Literal["policy", "report", "option"]


@dataclass(frozen=True)
class PendingLost:
    """The rate if every pending claim and chargeback in the window went against the seller."""

    defective_orders: int
    rate: float | None
    status: Status


@dataclass(frozen=True)
class Incoming:
    """Orders placed after the window's end, which will enter it."""

    orders: int
    defective_orders: int


@dataclass(frozen=True)
class Measure:
    """One rate of one account, marketplace and channel in one window, with the integers it is made of."""

    account: str
    marketplace: str | None
    channel: str | None
    window: Window
    orders: int
    defective_orders: int
    rate: float | None
    limit: float
    status: Status
    headroom: int
    orders_to_recover: int
    interval: tuple[float, float] | None
    negative_feedback_orders: int
    claim_orders: int
    chargeback_orders: int
    if_pending_lost: PendingLost
    incoming: Incoming
    next_leaves_on: date | None = None


@dataclass(frozen=True)
class GroupMeasure(Measure):
    """A measure of one group (`--by sku`: one row a SKU)."""

    by: str = ""
    group: str | None = None


@dataclass(frozen=True)
class Defect:
    """One defect of one order on one day. `counts` is None while it is pending; `rule` is an id of `atoz rules`."""

    kind: DefectKind
    on: datetime | None
    standing: str
    counts: bool | None
    rule: str


@dataclass(frozen=True)
class DefectiveOrder:
    """An order in the window with a defect that counts or is pending."""

    account: str
    marketplace: str | None
    channel: str | None
    order_id: str
    placed_on: date
    defects: tuple[Defect, ...]
    enters_on: date
    leaves_on: date


@dataclass(frozen=True)
class FeedbackMeasure:
    """The negative feedback rate: a part of the ODR, over the same window."""

    account: str
    marketplace: str | None
    channel: str | None
    window: Window
    orders: int
    negative_feedback_orders: int
    rate: float | None
    interval: tuple[float, float] | None
    incoming: Incoming


@dataclass(frozen=True)
class GroupFeedbackMeasure(FeedbackMeasure):
    """The negative feedback rate of one group."""

    by: str = ""
    group: str | None = None


@dataclass(frozen=True)
class FeedbackItem:
    """One negative feedback: what it is about, and whether Amazon's policy lets it be taken away."""

    account: str
    marketplace: str | None
    order_id: str
    left_on: date
    rating: int
    cause: str
    removable: bool | None
    how: Literal["removed", "struck"] | None
    rule: str | None
    why: str
    leaves_on: date | None


@dataclass(frozen=True)
class Reason:
    """Why: an id that `atoz rules` prints, a sentence with the facts in it, and the citation."""

    rule: str
    text: str
    cite: str


@dataclass(frozen=True)
class Evidence:
    """One slot of the proof. `have` is None where the store cannot say."""

    slot: str
    have: bool | None
    value: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class OdrEffect:
    """What a claim does to the rate of its order's account, marketplace and channel."""

    standing: str
    counts: bool | None
    in_window: bool | None
    enters_on: date | None
    leaves_on: date | None
    rate_now: float | None
    rate_if_lost: float | None


@dataclass(frozen=True)
class Verdict:
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


@dataclass(frozen=True)
class RuleLine:
    """One value of the policy on a day, with where it is from."""

    rule: str
    value: Any
    since: date
    until: date | None
    marketplaces: tuple[str, ...]
    text: str | None
    url: str | None
    read_on: date | None
    confidence: str
    yours: bool = False


Tone = Literal["good", "bad", "warn", "dim", "plain"]


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `whole` cells (ids, dates, numbers) never wrap."""

    title: str
    align: Literal["left", "right"] = "left"
    whole: bool = True


@dataclass(frozen=True)
class Cell:
    """A cell with a tone; plain strings stand for themselves. Colour is only a help: the words carry the meaning."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Sheet:
    """How an answer reads for people: a title, the lead lines with the result first, a table, and notes below."""

    title: str
    lead: tuple[str | Cell, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | Cell, ...], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One answer: `schema` names its shape ("atoz.odr/1"), `data` are the values above (or plain mappings)."""

    schema: str
    as_of: str | None
    data: tuple[Any, ...]
    warnings: tuple[Notice, ...] = field(default=())


@dataclass(frozen=True)
class JudgedDefect(Defect):
    """A defect with what its rule says, and where that is from."""

    text: str = ""
    cite: str = ""


@dataclass(frozen=True)
class Event:
    """One thing that happened to an order, from which file and record it is known. `at` is None without a date."""

    at: datetime | None
    what: str
    file: str
    row: int


@dataclass(frozen=True)
class OrderStory:
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


@dataclass(frozen=True)
class SourceColumn:
    """A column of a source: our name, the names it has in files, whether it must be there."""

    field: str
    names: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class SourceCard:
    """What can be imported, and where to download it."""

    source: str
    title: str
    what: str
    where: str
    report: str | None
    facts: tuple[str, ...]
    template: bool
    good_for: str | None
    traps: tuple[str, ...]
    cite: str
    columns: tuple[SourceColumn, ...]
