"""What each way out of a claim is expected to cost: chance × money and chance × defect, with every input shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from msgspec import Struct, field

from atoz_cli.answers.claims import Alternative
from atoz_cli.triage import facts
from atoz_cli.triage.advice import Advice, Findings
from atoz_cli.triage.case import Case
from atoz_cli.triage.law import Law
from atoz_cli.triage.stage import answer_owed, appealable, stage

CENT = Decimal("0.01")
Strength = Literal["none", "some", "strong"]
From = Literal["policy", "outcomes"]
Odds = tuple[Decimal, From, str]
"""How likely it is won; by whose count; and the rule."""
Group = tuple[str, str]
"""What the odds are of: a kind, `chargeback` or `appeal`; and the strength of the proof."""
ANSWERS = ("contest", "answer_amazon", "let_amazon_refund")
STILL_COUNTS = "A refund after filing still counts: the claim stays in the ODR."
PROTECTED = "Never refund a protected claim: the refund ends the protection, and it counts."
LOST = "An unanswered claim is lost, debited and counted."
EXCUSED = ("refused_returned",)
"""Rows that do not count whoever refunds."""


class Own(Struct, frozen=True):
    """The seller's own decisions of a group: won of decided."""

    won: Mapping[Group, int] = field(default_factory=dict)
    decided: Mapping[Group, int] = field(default_factory=dict)


NO_OWN = Own()


class Stake(Struct, frozen=True):
    """What is at stake: the amount, the price of one more defect and of the work, in the claim's currency."""

    amount: Decimal | None
    defect: Decimal
    effort: Decimal
    said: str


def band(law: Law, score: float) -> Strength:
    """The strength of a proof in a word: `none`, `some`, `strong`."""
    if score >= law.value("odds.bands.strong", law.today):
        return "strong"
    return "some" if score >= law.value("odds.bands.some", law.today) else "none"


def chance(law: Law, own: Own, group: Group) -> Odds:
    """How likely it is won; whether by `outcomes` (the seller's own) or by `policy`; and the rule."""
    rule = f"odds.chance.{group[0]}"
    decided = own.decided.get(group, 0)
    if decided >= law.value("odds.enough", law.today):
        return (Decimal(own.won.get(group, 0)) / decided).quantize(Decimal("0.0001")), "outcomes", "odds.enough"
    return Decimal(law.value(f"{rule}.{group[1]}", law.today)), "policy", rule


def alternatives(found: Findings, advice: Advice, stake: Stake, score: float, own: Own) -> tuple[Alternative, ...]:
    """The ways out that there are, the advised one first; none where nothing can be chosen."""
    case = found.case
    if facts.by_amazon(case):
        return ()
    strength = band(found.law, score)
    if stage(case) == "undecided":
        ways = (
            _chargeback(found, advice, stake, strength, own)
            if case.type == "chargeback"
            else _claim(found, advice, stake, strength, own)
        )
    elif advice.action == "appeal" and appealable(case, found.law) is not False:
        ways = _appeal(found, stake, strength, own)
    else:
        return ()
    return tuple(sorted(ways, key=lambda one: not one.chosen))


def _claim(found: Findings, advice: Advice, stake: Stake, strength: str, own: Own) -> list[Alternative]:
    case, law, row = found.case, found.law, found.situation.row
    odds = _odds(found, own, strength)
    pays = law.value(f"odds.share.{_row(found, 'pays') or 'seller'}", law.today)
    counts = law.value(f"odds.share.{_counts(found)}", law.today)
    owed = answer_owed(case)
    answer = advice.action if advice.action in ANSWERS else "contest" if owed else "none"
    ways = [_way(found, answer, advice, stake, odds, pays, counts, stake.effort if owed else Decimal(0), None)]
    paid = case.refunded_in_full_at or facts.amazon_paid(case) or facts.refunded_before(case)
    if not paid:
        share = law.value(f"odds.share.{'no' if row in EXCUSED else 'yes'}", law.today)
        guarded = row == "protected_inr" or found.protection.perhaps
        warning = PROTECTED if guarded else STILL_COUNTS
        ways.append(_way(found, "refund", advice, stake, None, Decimal(1), share, Decimal(0), warning))
    if owed:
        ways.append(_way(found, "none", advice, stake, None, Decimal(1), Decimal(1), Decimal(0), LOST))
    return ways


def _odds(found: Findings, own: Own, strength: str) -> Odds:
    """By the kind; where the buyer was not allowed to file it, by that, if it is likelier won."""
    odds = chance(found.law, own, (found.case.kind, strength))
    if not found.eligibility.because:
        return odds
    return max(odds, chance(found.law, NO_OWN, ("not_allowed", strength)), key=lambda one: one[0])


def _chargeback(found: Findings, advice: Advice, stake: Stake, strength: str, own: Own) -> list[Alternative]:
    """The bank has the money: answer it, or leave it."""
    law = found.law
    fraud = found.case.chargeback_class == "fraud"
    pays = law.value(f"odds.share.{'amazon' if fraud else 'seller'}", law.today)
    counts = law.value(f"odds.share.{'no' if fraud else 'yes'}", law.today)
    answer = advice.action if advice.action in ANSWERS else "contest"
    odds = chance(law, own, ("chargeback", strength))
    ways = [_way(found, answer, advice, stake, odds, pays, counts, stake.effort, None)]
    left = "none" if advice.action == "none" else "accept"
    return [*ways, _way(found, left, advice, stake, None, pays, counts, Decimal(0), None)]


def _appeal(found: Findings, stake: Stake, strength: str, own: Own) -> list[Alternative]:
    case, law = found.case, found.law
    odds = chance(law, own, ("appeal", strength))
    pays = Decimal(0) if case.funded_by == "amazon" else Decimal(1)
    counts = Decimal(1) if case.odr.counts else Decimal(0)
    chosen = Advice("appeal", None, ())
    return [
        _way(found, "appeal", chosen, stake, odds, pays, counts, stake.effort, None),
        _way(found, "accept", chosen, stake, None, pays, counts, Decimal(0), None),
    ]


def stake_of(case: Case, law: Law) -> Stake:
    """The price of one more defect: the policy's, by the days it stays in the window and by what headroom there is."""
    odr = case.odr
    if odr.enters_on is None or odr.leaves_on is None:
        days, window = 1, 0
    else:
        window = (odr.leaves_on - odr.enters_on).days
        days = max(0, (odr.leaves_on - max(odr.enters_on, case.as_of.date())).days)
    defect, effort, said = _priced(law, case.currency, days, window, odr.headroom, bool(odr.already_defective))
    return Stake(case.amount, defect, effort, said)


@lru_cache(maxsize=10_000)
def _priced(
    law: Law, currency: str | None, days: int, window: int, headroom: int | None, already: bool
) -> tuple[Decimal, Decimal, str]:
    """A defect and the work in a currency, and how that was reckoned; a `window` of 0 days: the order is not known."""
    rate = Decimal(law.value("odds.rates", law.today).get(currency or "USD") or 0)
    if not rate:
        return Decimal(0), Decimal(0), f"no rough rate for {currency}: defect and work not priced"
    effort = _cents(law.value("odds.effort", law.today) / rate)
    if already:
        return Decimal(0), effort, "the order has another defect that counts: one more costs nothing"
    stays = f"{days} of {window} days in the window" if window else "a whole window (the order is not known)"
    room, times = _room(law, headroom)
    price = _cents(law.value("odds.defect.price", law.today) / rate * days / max(window, 1) * times)
    base = _cents(law.value("odds.defect.price", law.today) / rate)
    return price, effort, f"{base} × {stays} × {times.normalize():f} ({room})"


def _room(law: Law, headroom: int | None) -> tuple[str, Decimal]:
    if headroom is None:
        return "headroom unknown", law.value("odds.defect.plenty", law.today)
    if headroom < 0:
        return "the target is missed already", law.value("odds.defect.missed", law.today)
    if headroom == 0:
        return "the next one breaks the target", law.value("odds.defect.last", law.today)
    word = "few" if headroom <= law.value("odds.defect.few_up_to", law.today) else "plenty"
    return f"headroom {headroom}", law.value(f"odds.defect.{word}", law.today)


def _way(
    found: Findings,
    action: str,
    advice: Advice,
    stake: Stake,
    odds: Odds | None,
    pays: Decimal,
    counts: Decimal,
    effort: Decimal,
    warning: str | None,
) -> Alternative:
    odr = found.case.odr
    risk = _risk(None if odds is None else odds[0], pays, counts)
    money = None if stake.amount is None else _cents(risk.pays * stake.amount)
    cost = None if money is None else _cents(money + risk.counts * stake.defect + effort)
    rate = None
    if odr.rate_now is not None and odr.rate_if_lost is not None and odr.counts is not True:
        rate = round(odr.rate_now + risk.defects * (odr.rate_if_lost - odr.rate_now), 6)
    amount = "unknown" if stake.amount is None else f"{stake.amount:.2f}"
    formula = (
        f"{risk.paid} × {amount} + {risk.counted} × {stake.defect} a defect) + {effort} work"
        f" = {'unknown' if cost is None else cost}"
    )
    return Alternative(
        action=action,
        chosen=action == advice.action,
        chance=None if odds is None else float(odds[0]),
        chance_from=None if odds is None else odds[1],
        money=money,
        defects=round(risk.defects, 4),
        cost=cost,
        rate=rate,
        formula=formula,
        warning=warning,
        rule="odds.share.yes" if odds is None else odds[2],
    )


class Risk(Struct, frozen=True):
    """Which share of the amount and of a defect is to be expected, and how that is said."""

    pays: Decimal
    counts: Decimal
    defects: float
    paid: str
    counted: str


@lru_cache(maxsize=1000)
def _risk(chance: Decimal | None, pays: Decimal, counts: Decimal) -> Risk:
    """`chance` to win, None where nothing is fought for; which share the seller pays, and what counts, if it is lost."""
    lost = Decimal(1) if chance is None else 1 - chance
    said = f"{_part(lost)} lost × ({_part(pays)}"
    return Risk(lost * pays, lost * counts, float(lost * counts), said, _part(counts))


def _row(found: Findings, key: str) -> str | None:
    row = found.situation.row
    return None if row is None else str(found.law.value(f"actions.rows.{row}.{key}"))


def _counts(found: Findings) -> str:
    if facts.refunded_before(found.case):
        return "no"
    return "yes" if facts.refunded_after(found.case) else _row(found, "counts") or "yes"


def _part(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
