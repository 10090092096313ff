"""Reason, words and facts together → one `Guess`: a recognised reason decides, else the words, else the facts."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from atoz_cli.kinds.guess import SAID, Guess
from atoz_cli.kinds.reason import known, of_reason, said
from atoz_cli.kinds.text import of_text

DISPUTED = 0.9  # what a disagreement leaves of the confidence


class Facts(Struct, frozen=True):
    """What the store knows of the order on that day. None, and False where there is no None, also mean: not known."""

    order_cancelled: bool = False
    delivered: bool | None = None
    signed: bool | None = None
    came_back: bool = False
    past_promise: bool | None = None
    return_requested: bool = False
    return_delivered: bool = False
    refunded: bool = False
    return_reason: str | None = None
    shipped: bool | None = None


def classify(reason: str | None, comment: str | None, facts: Facts) -> Guess:
    """The kind of a claim, where it is from, and a doubt where reason, words and facts disagree."""
    named, text = of_reason(reason), of_text(comment)
    if named == "other" and text is not None and text.kind != "other":
        named = None  # "Other" names no ground, so it is no reason against the words
    if named is not None:
        guess = Guess(named, "reason", 1.0, (said(reason),))
        if text is not None and "other" not in (named, text.kind) and text.kind != named:
            heard = ", ".join(text.words)
            guess = _doubted(guess, f"The reason says {SAID[named]}, the buyer's words {SAID[text.kind]} ({heard}).")
    elif text is not None:
        guess = text
    else:
        return _of_facts(reason, facts)
    against = _against(guess.kind, facts)
    return _doubted(guess, against) if against else guess


def _doubted(guess: Guess, sentence: str) -> Guess:
    doubt = f"{guess.doubt} {sentence}" if guess.doubt else sentence
    sure = DISPUTED if guess.kind_from == "reason" else round(guess.confidence * DISPUTED, 2)
    return replace(guess, confidence=sure, doubt=doubt)


def _against(kind: str, facts: Facts) -> str | None:
    """The fact that speaks against a kind, as a sentence."""
    if kind == "item_not_received":
        if facts.came_back:
            return "The carrier brought the parcel back: a refused or undeliverable parcel, not a lost one."
        if facts.delivered and facts.signed:
            return "Not received is disputed: the carrier has a signed delivery."
        if facts.delivered:
            return "Not received is disputed: the carrier has a delivery, without a signature known to us."
    if facts.order_cancelled and kind not in ("order_cancelled", "unauthorized_purchase", "other"):
        return "The order is cancelled."
    if kind == "order_cancelled" and not facts.order_cancelled and facts.delivered:
        return "The order is not cancelled, and it was delivered."
    if kind == "not_as_described" and facts.came_back:
        return "The carrier brought the parcel back, so the buyer may never have had it."
    if kind == "not_as_described" and facts.delivered is False:
        return "The carrier has not delivered the parcel."
    if kind == "return_not_refunded" and facts.refunded:
        return "A refund is on record."
    if kind == "return_not_provided" and facts.return_delivered:
        return "A return has reached the seller."
    return None


def _of_facts(reason: str | None, facts: Facts) -> Guess:
    """Facts alone never give more than 0.6; where they fit two kinds it is `other`."""
    returned_as = of_reason(facts.return_reason)
    if facts.order_cancelled:
        return Guess("order_cancelled", "facts", 0.6, ("order cancelled",))
    if known(reason) == "remorse" and said(reason) == said(facts.return_reason):
        # a claim known only from a return's flag is of the kind of the return's reason, else `other` (contract, import)
        return Guess("other", "facts", 0.0)
    if facts.return_delivered and not facts.refunded:
        return Guess("return_not_refunded", "facts", 0.6, ("return delivered", "no refund"))
    if facts.came_back:
        doubt = "The carrier brought the parcel back: a refused or undeliverable parcel, not a lost one."
        return Guess("item_not_received", "facts", 0.5, ("parcel came back",), doubt)
    if returned_as not in (None, "other"):
        return Guess(str(returned_as), "facts", 0.5, (said(facts.return_reason),))
    if facts.past_promise and facts.delivered is not True and not facts.return_requested:
        if facts.shipped is False:
            return Guess("item_not_received", "facts", 0.6, ("not shipped", "past the promise"))
        if facts.delivered is False:
            return Guess("item_not_received", "facts", 0.6, ("not delivered", "past the promise"))
    return Guess("other", "facts", 0.0)
