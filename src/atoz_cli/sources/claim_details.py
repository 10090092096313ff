"""A mail about a claim in, the particulars it states out: marketplace, amount, dates, Amazon's reason; None if it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

from atoz_cli.sources.claim_phrases import LANGUAGES, Heard, data, labels, money, pattern, patterns, plain
from atoz_cli.sources.declare import codes, marketplaces
from atoz_cli.sources.mail_text import Mail, moment_of
from atoz_cli.words import squash

CODE = r"[a-z]{3,20}(?:_[a-z]{2,20}){1,6}"
CLOCK = (
    r"(?:(?:,? (?:at |um |a las |alle(?: ore)? |a )?|t)(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::\d{2})?"
    r"(?: ?(?P<half>[ap]\.?m\.?))?(?: uhr)? ?\(?(?P<zone>[a-z]{1,4})?\b)?"
)
BEFORE = r"(?:(?P<hour0>\d{1,2}):(?P<minute0>\d{2}) ?(?P<half0>[ap]\.?m\.?)? ?\(?(?P<zone0>[a-z]{1,4})?\)?,? (?:on )?)?"
FARTHEST = timedelta(days=90)  # a date later than this is no date to answer by


def marketplace(known_as: str, domain: str | None, order: str) -> str | None:
    """By Amazon's header, else by the sender's domain. Amazon.com writes for other countries too; US orders begin with 1."""
    place = codes()["marketplaces"].get(squash(known_as)) if known_as else None
    if place is None and domain:
        place = codes()["marketplaces"].get(squash("amazon." + domain))
        place = None if place == "US" and not order.startswith("1") else place
    return place


def noticed(mail: Mail, ready: Heard) -> datetime | None:
    """When Amazon sent it; of a mail passed on the date of the original, and none rather than that of the passing on."""
    if not ready.forwarded:
        return mail.sent
    found = re.search(rf"(?m)^(?:{'|'.join(data()['forwarded']['date'])}) ?: ?(.{{6,80}})$", ready.text)
    return (moment_of(found[1]) or _moment_in(found[1], "", None)) if found else None


def respond_by(ready: Heard, notice: datetime | None, place: str | None) -> str | None:
    """The date that the mail states, else its own date and the days it gives: of several the first to come."""
    order = str(marketplaces()[place]["dates"]) if place else ""
    stated, spans = [], []
    for language in LANGUAGES:
        respond, appeal = pattern(language, "any", "respond"), pattern(language, "any", "appeal")
        for one in ready.sentences:
            if not (respond and respond.search(one)) or (appeal and appeal.search(one)):
                continue
            for found in _found(language, "by", one):
                moment = _moment_in(found["when"], order, notice, at_start=True)
                if moment and (notice is None or notice.date() <= moment.date() <= (notice + FARTHEST).date()):
                    stated.append(moment)
            spans += [_span(found, data()[language]["spans"]["numbers"]) for found in _found(language, "within", one)]
    if stated:
        first = min(stated)
        return first.strftime("%Y-%m-%d" if (first.hour, first.minute) == (0, 0) else "%Y-%m-%dT%H:%M:%SZ")
    return (notice + min(spans)).strftime("%Y-%m-%dT%H:%M:%SZ") if spans and notice else None


def _found(language: str, key: str, sentence: str) -> Iterator[re.Match[str]]:
    for phrase in patterns(language, "any", key):
        yield from phrase.finditer(sentence)


def amount(ready: Heard, place: str | None) -> tuple[str | None, str | None]:
    """Amount and currency: those behind a label, else those of a phrase; none where two differ."""
    labelled = rf"(?m)(?<![a-z])(?:{labels('amount')}) ?:\s*-?{money()}"
    for found in (re.finditer(labelled, ready.text), _amounts_said(ready)):
        told = {
            (number, _currency(sign, place))
            for one in found
            if (sign := one["before"] or one["after"]) and (number := _plain_number(one["number"]))
        }
        if told:
            return told.pop() if len(told) == 1 else (None, None)
    return None, None


def _amounts_said(ready: Heard) -> Iterator[re.Match[str]]:
    """The amounts of the first phrase that finds any, in the sentences that say what is."""
    for language in LANGUAGES:
        for phrase in patterns(language, "any", "amount"):
            found = [one for text in ready.certain(language) for one in phrase.finditer(text)]
            found = [one for one in found if one["before"] or one["after"]]
            if found:
                yield from found
                return


def _plain_number(text: str) -> str | None:
    """`1.119,00`, `1,119.00` and `1 119` alike: three places after a mark are thousands, one or two are cents."""
    cut = re.fullmatch(r"(.+?)(?:[.,](\d{1,2}))?", text)
    whole, cents = (int(re.sub(r"\D", "", cut[1])), cut[2]) if cut else (0, None)
    if not whole and not int(cents or 0):
        return None
    return f"{whole}.{cents:0<2}" if cents else str(whole)


def _currency(sign: str, place: str | None) -> str | None:
    """A bare $ or R is the money of its marketplace, any other sign or code is of one currency."""
    if sign == "r":
        return "ZAR" if place == "ZA" else None
    known: Mapping[str, str] = data()["dollars" if sign == "$" else "currencies"]
    return known.get(place or "") if sign == "$" else known.get(sign, sign.upper())


def reason(ready: Heard, table: str) -> str | None:
    """What stands behind a label for the reason, only if it is one of Amazon's or a code: never a buyer's words."""
    for line, after in pairwise((*ready.lines, "")):
        label, colon, value = line.partition(":")
        if not colon or not re.fullmatch(labels("reason"), plain(label)):
            continue
        value = (value or after).strip(" .\"'")
        text = plain(value[:80])
        if len(value) <= 80 and (re.fullmatch(CODE, text) or _is_amazons(text, table)):
            return value
    return None


def _is_amazons(text: str, table: str) -> bool:
    return any((known := pattern(one, table, "reasons")) and known.fullmatch(text) for one in LANGUAGES)


def _span(found: re.Match[str], numbers: Mapping[str, int]) -> timedelta:
    """The length that a phrase gives: a calendar day is 24 hours from the notice, so never later than Amazon's."""
    many = numbers.get(found["many"]) or int(found["many"])
    return timedelta(days=many) if found["days"] else timedelta(hours=many)


@cache
def _months() -> Mapping[str, int]:
    """Month names of all languages to numbers, also by their first three letters."""
    months = {name: at for one in LANGUAGES for at, name in enumerate(data()[one]["spans"]["months"], 1)}
    short = {name[:3]: at for name, at in months.items() if name[:3] != "jui"}  # juin and juillet
    return {**short, "sept": 9, "juil": 7, **months}


def _moment_in(text: str, order: str, notice: datetime | None, *, at_start: bool = False) -> datetime | None:
    """The first date in a text of plain words, UTC; its start where no time of day with a zone is given.

    `order` (mdy, dmy, ymd) reads dates of digits, "" reads none but ISO ones. A date without a year is the next such
    day after the notice. `at_start`: with no more than two words before it.
    """
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    lead = BEFORE + r"(?:[a-z]+\.?,? ){0,2}" if at_start else r"(?:.*?(?<!\w))??"
    for form in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|°)?\.?,? (?:de |of )?(?P<month>{month})\b\.?(?:,? (?:de |del )?(?P<y>\d{{4}}))?",
        rf"(?P<month>{month})\b\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<y>\d{{4}}))?",
        "[./-]".join(rf"(?P<{part}>\d{{{4 if part == 'y' else '1,2'}}})" for part in order) if order else r"(?!)",
    ):
        found = re.match(lead + form + r"(?!\d)" + CLOCK, text)
        if found:
            return _moment({key.rstrip("0"): text for key, text in found.groupdict().items() if text}, notice)
    return None


def _moment(told: Mapping[str, str], notice: datetime | None) -> datetime | None:
    """Of the parts of a date as they are written; None for a day that there is not."""
    month = _months()[told["month"]] if "month" in told else int(told["m"])
    year = int(told["y"]) if "y" in told else notice.year if notice else 0
    try:
        day = datetime(year, month, int(told["d"]), tzinfo=UTC)
        if "y" not in told and notice and day.date() < notice.date():
            day = day.replace(year=year + 1)
        return _at(day, told)
    except (ValueError, OverflowError):
        return None


def _at(day: datetime, told: Mapping[str, str]) -> datetime:
    """With the time of day, where it is in a zone that we know."""
    zone = data()["zones"].get(told.get("zone"))
    if zone is None or "hour" not in told:
        return day
    hour, half = int(told["hour"]), told.get("half", "")[:1]
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return day.replace(hour=hour, minute=int(told["minute"])) - timedelta(hours=zone)
