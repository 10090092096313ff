"""One cell of a file: text in, a typed value out, or the reason why it is none.

`records.py` builds the valid row from these types; `sources/select.py` says the same in SQL for whole files, and a
property test holds the two equal. Moments are UTC; money is Decimal with up to four places; codes are our words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from msgspec import Struct
from msgspec import field as kept
from pydantic import BeforeValidator, ValidationInfo

from atoz_cli.dates import CLOCKED, parse_moment
from atoz_cli.words import slug, squash

BLANKS = ("", "-", "--", "N/A", "n/a", "“”", "\u2212")
TRIMMED = " \t\r\n\u00a0\ufeff"
PLAIN_NUMBER = r"[+-]?\d{1,14}(\.\d{1,4})?"
DOT_NUMBER = r"[+-]?(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3}|\d{1,14})(\.\d{1,4})?"
"""`1,234.56`, in India `1,23,456.78`."""
COMMA_NUMBER = r"[+-]?(\d{1,3}([. ]\d{3})+|\d{1,14})(,\d{1,4})?"
CURRENCY_SIGNS = r"US\$|R\$|MX\$|A\$|CA\$|S\$|€|\$|£|¥|￥|zł|kr|[A-Z]{3}|[ \t]|" + "\u00a0|\u202f"
MINUS = "\u2212"
"""What some files write for a minus."""
WHOLE = r"[+-]?\d{1,9}(\.0+)?"
YES = ("y", "yes", "true", "1", "x", "ja", "oui", "si", "sí", "はい", "✓", "✔", "○")
NO = ("n", "no", "false", "0", "nein", "non", "いいえ")
ABSENT = r"(no|not|none|keine?|aucune?|nessuno?|ningun[oa])( .*)?|0[.,]?0*|n[./]?a[.]?|null|[–—]+|なし"
"""What says that nothing is there: `No chargeback`, `Not signed`, `0.0`."""


class Reading(Struct, frozen=True):
    """How one file is to be read, decided once for the file: `date_order` mdy, dmy or ymd; `decimal` "." or ","."""

    date_order: str | None = None
    decimal: str = "."
    codes: Mapping[str, Mapping[str, str | None]] = kept(default_factory=dict)
    patterns: Mapping[str, str] = kept(default_factory=dict)
    quoted_cells: bool = False
    plain_dates: Collection[str] = ()
    """fields in which a whole file is not searched for days in words, with AM or PM or a zone"""


class Is(Struct, frozen=True):
    """What kind of value a field is, for `sources/select.py` and `store/`: name, SQL type, bounds."""

    name: str
    sql: str
    ge: int | None = None
    le: int | None = None


def cleaned(raw: Any, reading: Reading) -> str | None:
    """The text of a cell without the space around it (and one pair of quotes), None when it is one of the blanks."""
    if raw is None:
        return None
    text = str(raw).strip(TRIMMED)
    if reading.quoted_cells and len(text) >= 2 and text[0] == '"' == text[-1]:
        text = text[1:-1].replace('""', '"').strip(TRIMMED)
    return None if text in BLANKS else text


def text_of(raw: Any, reading: Reading, field: str) -> str | None:
    """A text, of the form asked for."""
    text = cleaned(raw, reading)
    pattern = reading.patterns.get(field)
    if text is not None and pattern is not None and not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError("is not of the form that Amazon writes here")
    return text


STREETS = (
    "street", "st", "avenue", "ave", "road", "rd", "lane", "ln", "drive", "dr", "boulevard", "blvd", "court", "ct", "way",
)  # fmt: skip


def _in_any_case(word: str) -> str:
    """`(?i)` means more letters to RE2 than to `re`: ſ and the Kelvin sign."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


PERSONAL = (
    (r"[^ \t\r\n@<>(),;:\"]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", "[e-mail]"),
    (r"(\+|\b00)\d{1,3}[ ./()-]*\d[\d ./()-]{6,16}\d", "[phone]"),
    (r"\(\d{2,5}\)[ ./-]?\d[\d ./-]{4,14}\d", "[phone]"),
    (r"\b\d{3}[ .-]\d{3}[ .-]\d{4}\b", "[phone]"),
    (r"\b0\d{2,4}[ ./-]\d{3,4}[ ./-]?\d{3,5}\b", "[phone]"),
    (r"\b\d{1,5} (\w+ ){0,3}(" + "|".join(_in_any_case(word) for word in STREETS) + r")\b", "[address]"),
    (r"[A-ZÄÖÜa-zäöüß]+([Ss]traße|[Ss]trasse|[Ss]tr\.|[Ww]eg|[Aa]llee|[Gg]asse) \d{1,4}[a-z]?\b", "[address]"),
)
"""What is taken out of free text before it is stored, and what stands in its place. RE2 and `re` read these alike."""


TELLING = re.compile("[0-9@]")


@cache
def _persons() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.ASCII), mark) for pattern, mark in PERSONAL)


def comment(raw: Any, reading: Reading, field: str) -> str | None:
    """Free text without e-mail addresses, phone numbers and streets: a mark stands in their place."""
    text = cleaned(raw, reading)
    return None if text is None else without_persons(text)


def without_persons(text: str) -> str:
    """A text with a mark for each e-mail address, phone number and street in it: all of them hold a digit or an @."""
    if not TELLING.search(text):
        return text
    for pattern, mark in _persons():
        text = pattern.sub(mark, text)
    return text


def code(raw: Any, reading: Reading, field: str) -> str | None:
    """A word of ours; a word that we do not know is kept as it is, in lower case."""
    text = cleaned(raw, reading)
    if text is None:
        return None
    known = reading.codes.get(field, {})
    shape = shape_of(text, known)
    return slug(without_persons(text)) if shape is None else known[shape]


ANYTHING = "**"
"""The shape of a list that stands for every word that no other names."""


def shape_of(text: str, known: Mapping[str, str | None]) -> str | None:
    """What of a list of codes fits a text: the word itself, else the first shape with a star; None where nothing does."""
    word = squash(text)
    if word in known:
        return word
    for shape in known:
        if shape.endswith("*") and (word.startswith(shape[:-1]) or (shape[0] == "*" and shape[1:-1] in word)):
            return shape
    return None


def marketplace(raw: Any, reading: Reading, field: str) -> str | None:
    """Two letters; nothing for a channel that is not Amazon."""
    text = cleaned(raw, reading)
    if text is None:
        return None
    known = reading.codes.get(field, {})
    word = squash(text)
    if word in known:
        return known[word]
    if word.startswith("nonamazon"):
        return None
    raise ValueError("is not a marketplace we know")


def currency(raw: Any, reading: Reading, field: str) -> str | None:
    """Three letters."""
    text = cleaned(raw, reading)
    if text is not None and not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError("is not a currency code of three letters")
    return None if text is None else text.upper()


def whole(raw: Any, reading: Reading, field: str) -> int | None:
    """A whole number."""
    text = cleaned(raw, reading)
    if text is None:
        return None
    if not re.fullmatch(WHOLE, text, re.ASCII):
        raise ValueError("is not a whole number")
    return int(text.split(".")[0])


def rating(raw: Any, reading: Reading, field: str) -> int | None:
    """1 to 5 stars."""
    stars = whole(raw, reading, field)
    if stars is not None and not 1 <= stars <= 5:
        raise ValueError("is not a rating from 1 to 5")
    return stars


def quantity(raw: Any, reading: Reading, field: str) -> int | None:
    """How many, 0 or more."""
    number = whole(raw, reading, field)
    if number is not None and number < 0:
        raise ValueError("is less than 0")
    return number


def money(raw: Any, reading: Reading, field: str) -> Decimal | None:
    """An amount with up to four places."""
    text = cleaned(raw, reading)
    if text is None:
        return None
    text = bare_amount(text)
    if not re.fullmatch(COMMA_NUMBER if reading.decimal == "," else DOT_NUMBER, text, re.ASCII):
        raise ValueError("is not an amount of money")
    plain = text.replace(".", "").replace(",", ".") if reading.decimal == "," else text.replace(",", "")
    return Decimal(plain).quantize(Decimal("0.0001"))


def bare_amount(text: str) -> str:
    """An amount without the signs around it, its minus a plain one."""
    return re.sub(CURRENCY_SIGNS, "", text, flags=re.ASCII).replace(MINUS, "-")


def moment_of(raw: Any, reading: Reading, field: str) -> datetime | None:
    """A moment, UTC; a bare date means its start."""
    text = cleaned(raw, reading)
    if text is None:
        return None
    try:
        return parse_moment(text, reading.date_order)
    except ValueError as error:
        plain = str(error).startswith(("is ", "can ", "has "))
        raise ValueError(str(error) if plain else "is a day or time that does not exist") from None


def deadline(raw: Any, reading: Reading, field: str) -> datetime | None:
    """A promise or a deadline; a bare date means its end."""
    moment = moment_of(raw, reading, field)
    text = cleaned(raw, reading)
    bare = moment is not None and text is not None and not re.search(CLOCKED, text, re.ASCII)
    return datetime.combine(moment.date(), time(23, 59, 59), UTC) if bare and moment else moment


def flag(raw: Any, reading: Reading, field: str) -> bool | None:
    """Yes or no."""
    text = cleaned(raw, reading)
    if text is None:
        return None
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError("is neither yes nor no")


def present(raw: Any, reading: Reading, field: str) -> bool | None:
    """Whether anything stands there: who it was is not kept."""
    text = cleaned(raw, reading)
    if text is None:
        return None
    return text.lower() not in NO and re.fullmatch(ABSENT, text.lower(), re.ASCII | re.DOTALL) is None


def _reader(read: Callable[[Any, Reading, str], Any]) -> BeforeValidator:
    def validator(raw: Any, info: ValidationInfo) -> Any:
        reading = info.context if isinstance(info.context, Reading) else Reading()
        return read(raw, reading, info.field_name or "")

    return BeforeValidator(validator)


WORDS: Mapping[str, Callable[[Any, Reading, str], Any]] = {
    "code": code, "marketplace": marketplace, "currency": currency, "flag": flag, "present": present,
}  # fmt: skip
"""Kinds of value with few distinct texts in a file: each text is read once, whatever the number of rows."""

Text = Annotated[str, Is("text", "VARCHAR"), _reader(text_of)]
Comment = Annotated[str, Is("comment", "VARCHAR"), _reader(comment)]
Code = Annotated[str, Is("code", "VARCHAR"), _reader(code)]
Marketplace = Annotated[str | None, Is("marketplace", "VARCHAR"), _reader(marketplace)]  # Non-Amazon is none
Currency = Annotated[str, Is("currency", "VARCHAR"), _reader(currency)]
Quantity = Annotated[int, Is("whole", "INTEGER", ge=0), _reader(quantity)]
Rating = Annotated[int, Is("whole", "INTEGER", ge=1, le=5), _reader(rating)]
Amount = Annotated[Decimal, Is("money", "DECIMAL(18,4)"), _reader(money)]
Moment = Annotated[datetime, Is("moment", "TIMESTAMP"), _reader(moment_of)]
Deadline = Annotated[datetime, Is("deadline", "TIMESTAMP"), _reader(deadline)]
Flag = Annotated[bool, Is("flag", "BOOLEAN"), _reader(flag)]
Present = Annotated[bool, Is("present", "BOOLEAN"), _reader(present)]
