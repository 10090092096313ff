"""One mail in, what it says of a claim or chargeback out, in our words; nothing for any other mail.

Nothing of the text leaves this module but an order id, an amount, dates, and a reason that is word for word Amazon's.
"""

from __future__ import annotations

import re
from itertools import chain, islice

from atoz_cli.sources import claim_details as details
from atoz_cli.sources.claim_phrases import LANGUAGES, Heard, data, heard, labels, pattern, plain
from atoz_cli.sources.mail_text import Mail

ORDER = r"(?<![\w-])\d{3}-\d{7}-\d{7}(?![\w-])"
AMAZON = re.compile(r"([^@\s<>\"']{1,64})@amazon\.([a-z]{2,3}(?:\.[a-z]{2})?)(?![\w.-]*[a-z])")
MOST_ATTACHED = 5
TABLES = {"a_to_z_claim": "claim", "chargeback": "chargeback"}
OUTCOMES = {"claim": ("withdrawn", "denied", "granted"), "chargeback": ("reversed", "refunded", "won", "lost")}
PAYERS = {"amazon_pays": "amazon", "seller_pays": "seller"}
COUNTS = {"not_counted": "no", "counts": "yes"}


def said(mail: Mail) -> dict[str, str | None]:
    """What the mail, else the first one attached to it that says anything, says."""
    mails = chain([mail], islice(mail.attached(), MOST_ATTACHED))
    return next(filter(None, map(_of_one, mails)), {})


def _of_one(mail: Mail) -> dict[str, str | None]:
    words = data()
    sender = AMAZON.fullmatch(mail.sender)
    prefix = rf"(?:{'|'.join(words['forwarded']['subjects'])})\s*:"
    forwarded = not sender and re.match(prefix, plain(mail.subject)) is not None
    typed = mail.kind in words["types"]["received"] + words["types"]["decided"]
    if not (sender or forwarded or typed) or mail.kind in words["types"]["other"]:
        return {}
    ready = heard(mail, forwarded)
    origin = sender or (_original(ready.text) if forwarded else None)
    if _of_another_kind(ready):
        return {}
    about, event = _what(mail.kind, origin[1] if origin else "", ready)
    order = _order(ready)
    if not (about and event and order):
        return {}
    return _told(mail, ready, origin[2] if origin else None, about, event, order)


def _told(mail: Mail, ready: Heard, domain: str | None, about: str, event: str, order: str) -> dict[str, str | None]:
    """Everything the mail says, of those keys that it says anything for."""
    place = details.marketplace(mail.marketplace_id, domain, order)
    noticed = details.noticed(mail, ready)
    amount, currency = details.amount(ready, place)
    told: dict[str, str | None] = {
        "order_id": order,
        "noticed_at": noticed.strftime("%Y-%m-%dT%H:%M:%SZ") if noticed else None,
        "about": about,
        "event": event,
        "marketplace": place,
        "amount": amount,
        "currency": currency,
        "reason": details.reason(ready, TABLES[about]),
    }
    if event == "received":
        told["respond_by"] = details.respond_by(ready, noticed, place)
    else:
        decision, funder = _decision(ready, TABLES[about])
        told |= {"decision": decision, "funded_by": funder}
        counts = _only(ready.says("any", "not_counted", "counts"))
        told["counts_in_odr"] = COUNTS[counts] if counts else None
    return {key: value for key, value in told.items() if value is not None}


def _original(text: str) -> re.Match[str] | None:
    """The Amazon address in a mail that was passed on: one of those that write of claims, else the first."""
    found = list(AMAZON.finditer(text))
    return next((one for one in found if _about(one[1])), found[0] if found else None)


def _about(box: str) -> str | None:
    boxes = data()["senders"]
    return "a_to_z_claim" if box in boxes["claim"] else "chargeback" if box in boxes["chargeback"] else None


def _of_another_kind(ready: Heard) -> bool:
    """A claim of another programme, or the answer to an appeal."""
    other = data()["other_subjects"]["any"]
    return any(re.search(word, ready.subject) for word in other) or bool(ready.says("any", "appealed"))


def _what(kind: str, box: str, ready: Heard) -> tuple[str | None, str | None]:
    """Claim or chargeback, received or decided; None where the mail does not say for certain."""
    types = data()["types"]
    if kind in types["decided"]:
        return "a_to_z_claim", "decided"
    if kind in types["received"]:
        return "a_to_z_claim", _event(ready, "claim") or "received"
    if box in data()["senders"]["chargeback_decided"] and not ready.forwarded:
        return "chargeback", "decided"
    known = _about(box)
    likely = [known] if known else _named(ready, (ready.subject,)) or _named(ready, ready.sentences)
    events = [(about, event) for about in likely if (event := _event(ready, TABLES[about]))]
    return events[0] if len(events) == 1 else (None, None)


def _named(ready: Heard, texts: tuple[str, ...]) -> list[str]:
    """Which of the guarantee and chargebacks is named in the texts."""
    return [
        about
        for about, table in TABLES.items()
        if any((names := pattern(one, table, "names")) and any(map(names.search, texts)) for one in LANGUAGES)
    ]


def _event(ready: Heard, table: str) -> str | None:
    """By the subject, else by the text. Of a mail passed on only the text counts: anyone may write a subject."""
    if not ready.forwarded:
        for event in ("decided", "received"):
            for language in LANGUAGES:
                phrases = pattern(language, table, f"subject_{event}")
                if phrases and phrases.search(ready.subject):
                    return event
    if ready.says(table, *OUTCOMES[table], "closed"):
        return "decided"
    return "received" if ready.says(table, "received") else None


def _order(ready: Heard) -> str | None:
    """The one of the subject, else the labelled one, else the only one."""
    labelled = re.findall(rf"(?<![a-z])(?:{labels('order')}) ?:?\s*({ORDER})", ready.text)
    for found in (re.findall(ORDER, ready.subject), labelled, re.findall(ORDER, ready.text)):
        if found:
            return str(found[0]) if len(set(found)) == 1 else None
    return None


def _decision(ready: Heard, table: str) -> tuple[str | None, str | None]:
    """The outcome and who pays, each only if the mail does not say two different things."""
    outcomes = ready.says(table, *OUTCOMES[table])
    paid = ready.says("any", "amazon_pays", "not_responsible", "seller_pays")
    payer = _only(paid - {"not_responsible"})
    decision = _only(outcomes)
    if not outcomes and payer:
        decision = "granted" if table == "claim" else "lost" if payer == "seller_pays" else "won"
    if decision == "granted":
        payer = "amazon_pays" if paid == {"not_responsible"} else payer
        decision = "granted_by_default" if ready.says("any", "default") else decision
    return decision, PAYERS[payer] if payer and decision not in ("denied", "withdrawn") else None


def _only(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
