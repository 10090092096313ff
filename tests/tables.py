"""A source in, tables that sellers may have of it out, with the facts that they hold: what test_roundtrip.py writes and reads.

A value is drawn first; how it stands in a file (a date form, a decimal mark, a word of a list) and what it becomes in
the store are both made from it. Nothing of the program is asked but its declarations.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import Phase, assume
from hypothesis import strategies as st

from atoz_cli.records import kinds_of_value
from atoz_cli.sources.declare import ColumnOf, Source, codes, marketplaces, sources
from atoz_cli.sources.opening import SURELY_UTF8
from mutations import FILES, archive

PHASES = tuple(Phase) if "ATOZ_EXAMPLES" in os.environ else (Phase.explicit, Phase.generate)
"""Shrinking a failure takes minutes: `ATOZ_EXAMPLES=1` asks for it."""

TABLES = [source for source in sources().values() if source.reader is None]
BOOKS = ("settlement_v1", "settlement_v2", "date_range")
"""Sources whose rows are words and amounts that depend on each other."""
BLANK = ("", "", "", "", " ", "-", "--", "N/A", "n/a", "“”", "\u2212")
SAYS = ("order_item_id", "sku", "asin", "product_name", "item_status", "quantity", "amount")
HEADERS: dict[str, list[str]] = json.loads((FILES / "headers.json").read_text("utf-8"))
FEEDBACK = [header for name, header in HEADERS.items() if name.startswith("feedback")]
Fact = dict[str, Any]


# --- dialects --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dialect:
    """How one file is written."""

    delimiter: str = "\t"
    quoted: bool = False
    all_quoted: bool = False
    end: str = "\n"
    encoding: str = "utf-8"
    mark: bytes = b""
    decimal: str = "."
    order: str = "mdy"
    order_said: bool = False
    marketplace: str | None = None
    preamble: bool = False
    header_again: bool = False
    blank_lines: int = 0
    no_last_end: bool = False
    wrapped: bool = False
    packed: str | None = None
    asked: bool = False
    """whether it is said what it is, so that columns may be missing"""

    def fits(self, text: str) -> bool:
        """Whether a text can be written in this file and read back as it is."""
        try:
            same = text.encode(self.encoding).decode(self.encoding) == text
        except UnicodeError:
            return False
        return (
            same
            and not ("\n" in text and (self.wrapped or not self.quoted))
            and not (self.delimiter in text and not self.quoted)
        )


MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@st.composite
def dialects(draw: st.DrawFn, source: Source) -> Dialect:
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp932"]))
    delimiter = draw(st.sampled_from("\t\t,;"))
    quoted = delimiter != "\t" or draw(st.booleans())
    asked = draw(st.booleans())
    wrapped = delimiter != "\t" and draw(st.sampled_from([False, False, False, True]))
    needs = [choice for choice in source.fields if not choice.startswith("!")]
    place = "JP" if encoding == "cp932" else draw(st.sampled_from([None, None, "US", "DE", "UK", "SE"]))
    return Dialect(
        delimiter=delimiter,
        quoted=quoted,
        all_quoted=quoted and (delimiter == "\t" or draw(st.booleans())),
        end=draw(st.sampled_from(["\n", "\r\n"])),
        encoding=encoding,
        mark=MARKS[encoding] if encoding in MARKS and draw(st.booleans()) else b"",
        decimal=draw(st.sampled_from(".,")),
        order=draw(st.sampled_from(["dmy", "dmy", "mdy", "ymd"])),
        order_said=draw(st.sampled_from([False, False, True])),
        marketplace=place,
        preamble=not asked and bool(source.own or source.needs or needs) and draw(st.booleans()),
        header_again=draw(st.booleans()),
        blank_lines=draw(st.integers(0, 2)),
        no_last_end=draw(st.booleans()),
        wrapped=wrapped,
        packed=draw(st.sampled_from([None, None, None, "gzip", "zip"])),
        asked=asked,
    )


# --- values ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A value of a field: how it stands in the file, and what it is in the store (None: nothing)."""

    text: str
    value: Any = None
    order_shows: bool = False
    """whether it tells by itself which part of a numeric day is which"""


PIECES = (
    "a", "B", "mug", " ", "  ", '"', '""', "'", "=", "=1+1", "+", "@", ",", ";", "\t", "|", "\\", "%", "{}", "ä", "é", "ß", "€",
    "ç", "日本", "かな", "ｶﾅ", "～", "\u2028", "\u0085", "💥", "e\u0301", "ſ", "İ", "NULL", "nan", "None", "true", "#", "--", "\n", "0",
    "12", '12" pan', "<b>", "&amp;", "\u200b", "\u202f", "\x0b",
)  # fmt: skip
NARROW = ("a", "B", "mug", "n b", "ä", "é", "ß", "ç", "=", '"', ",", "12")


@st.composite
def texts(draw: st.DrawFn, dialect: Dialect, pieces: Sequence[str] = PIECES) -> str:
    """A text that is not blank, with no space around it: what stands there is what is kept."""
    usable = [piece for piece in pieces if dialect.fits(piece)]
    text = "".join(draw(st.lists(st.sampled_from(usable), min_size=1, max_size=5)))
    text = text.strip(" \t\r\n\u00a0\ufeff")
    return text if text not in ("", *BLANK) else "x"


def as_text(text: str, dialect: Dialect) -> Written:
    """In a tab file without quoting a text in quotes stands in quotes: what is quoted there is taken off once."""
    doubled = not dialect.quoted and len(text) > 1 and text[0] == '"' == text[-1]
    return Written('"' + text.replace('"', '""') + '"' if doubled else text, text)


def moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime(2001, 1, 1), datetime(2040, 12, 31), timezones=st.none()).map(
        lambda moment: moment.replace(microsecond=0)
    )


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FORMS = (
    "numeric", "numeric", "numeric_day", "numeric_day",
    "iso", "iso_offset", "iso_space", "iso_day", "numeric", "numeric_day", "numeric_short", "numeric_pm", "year_first", "spoken",
    "spoken_us", "spoken_day",
)  # fmt: skip
DAYS = ("iso_day", "numeric_day", "numeric_short", "spoken_day")


def as_moment(moment: datetime, form: str, dialect: Dialect, end_of_day: bool) -> Written:
    """A moment in one of the ways in which files write it; a bare day is its start, or its end for a promise."""
    if form == "year_first" or (dialect.order == "ymd" and form in ("numeric", "numeric_pm")):
        form, parts = "year_first", f"{moment:%Y/%m/%d}"
    elif dialect.order == "ymd" and form == "numeric_day":
        parts = f"{moment:%Y/%m/%d}"
    else:
        order = dialect.order if form in ("numeric", "numeric_day", "numeric_pm", "numeric_short") else "mdy"
        parts = "/".join({"y": f"{moment:%Y}", "m": f"{moment.month}", "d": f"{moment.day:02d}"}[one] for one in order)
        if form == "numeric_short":
            parts = "/".join({"y": f"{moment:%y}", "m": f"{moment:%m}", "d": f"{moment:%d}"}[one] for one in order)
    month, clock = MONTHS[moment.month - 1], f"{moment:%H:%M:%S}"
    there = moment + timedelta(hours=5, minutes=30)
    hour = moment.hour % 12 or 12
    half = f"{hour}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"
    text = {
        "iso": f"{moment:%Y-%m-%d}T{clock}Z",
        "iso_offset": f"{there:%Y-%m-%dT%H:%M:%S}+05:30",
        "iso_space": f"{moment:%Y-%m-%d} {clock}",
        "iso_day": f"{moment:%Y-%m-%d}",
        "numeric": f"{parts} {clock}",
        "numeric_pm": f"{parts} {half}",
        "numeric_day": parts,
        "numeric_short": parts,
        "year_first": f"{parts} {clock} UTC",
        "spoken": f"{moment.day}-{month}-{moment.year} {clock}",
        "spoken_us": f"{month} {moment.day}, {moment.year} {half} PST",
        "spoken_day": f"{moment.day:02d}-{month}-{moment.year}",
    }[form]
    if form == "spoken_us":
        moment += timedelta(hours=8)
    if form in DAYS:
        clocked = (23, 59, 59) if end_of_day else (0, 0, 0)
        moment = moment.replace(hour=clocked[0], minute=clocked[1], second=clocked[2])
    shows = form in ("numeric", "numeric_pm", "numeric_day") and moment.day > 12
    return Written(text, moment.isoformat(), shows)


def is_numeric(form: str, dialect: Dialect) -> bool:
    """Whether a form leaves it to the file which part is which."""
    return form == "numeric_short" or (form.startswith("numeric") and dialect.order != "ymd")


def as_money(cents: int, sign: str, grouped: bool, dialect: Dialect) -> Written:
    """An amount with two places, in the marks of the file."""
    whole, part = divmod(abs(cents), 100)
    text = f"{whole:,}" if grouped else str(whole)
    text = f"{text}.{part:02d}"
    if dialect.decimal == ",":
        text = text.translate({ord("."): ",", ord(","): "."})
    if sign and dialect.fits(sign):
        text = f"{text} {sign}" if sign in ("€", "zł", "kr") else f"{sign}{text}"
    return Written(("-" if cents < 0 else "") + text, f"{Decimal(cents).scaleb(-2):.4f}")


FLAGS = {
    True: ("y", "Yes", "TRUE", "1", "x", "Ja", "oui", "sí", "はい", "✓"),
    False: ("n", "No", "false", "0", "nein", "NON", "いいえ"),
}
ABOUT_NOBODY = ("No", "none", "0", "0.00", "Not signed", "なし", "null", "—", "No chargeback", "keine Angabe")
SOMEBODY = ("Jane Doe", "Yes", "2026-01-02", "1 star", "J. D.", "はい", "nobody at home")
SALES_CHANNELS = (
    ("Amazon.com", "US", "amazon"), ("amazon.de", "DE", "amazon"), ("Amazon.co.jp", "JP", "amazon"),
    ("Non-Amazon", None, "non_amazon"), ("Non-Amazon US", None, "non_amazon"), ("Amazon.com.mx", "MX", "amazon"),
)  # fmt: skip
STRANGE = (("Brand New 7", "brand_new_7"), ("out-for delivery", "out_for_delivery"), ("Zürich's", "zürich_s"))


@st.composite
def values(draw: st.DrawFn, column: ColumnOf, kind: str, name: str, form: str, dialect: Dialect) -> Written:
    """A value of a field, as a file of this dialect writes it."""
    match kind:
        case "moment" | "deadline":
            return as_moment(draw(moments()), form, dialect, kind == "deadline")
        case "money":
            sign = draw(st.sampled_from(["", "", "$", "€", "US$", "EUR", "zł", "¥"]))
            return as_money(draw(st.integers(-(10**9), 10**9)), sign, draw(st.booleans()), dialect)
        case "whole":
            number = draw(st.integers(1, 5) if name == "rating" else st.integers(0, 10**6))
            return Written(draw(st.sampled_from([f"{number}", f"{number}.0", f"+{number}", f"0{number}"])), number)
        case "currency":
            word = draw(st.sampled_from(["USD", "EUR", "jpy", "Gbp"]))
            return Written(word, word.upper())
        case "flag":
            said = draw(st.booleans())
            allowed = [word for word in FLAGS[said] if not column.part or re.search(column.part, word)]
            return Written(draw(st.sampled_from([word for word in allowed if dialect.fits(word)])), said)
        case "present":
            said = draw(st.booleans())
            words = [word for word in (SOMEBODY if said else ABOUT_NOBODY) if dialect.fits(word)]
            return Written(draw(st.sampled_from(words)), said)
        case "marketplace":
            known = {word: code for code, place in marketplaces().items() for word in (code, *place["names"])}
            word = draw(st.sampled_from([*known]))
            return Written(cased(draw, word), known[word])
        case "code":
            return draw(words_of(column.codes or "", dialect))
        case "comment":
            plain = [piece for piece in PIECES if not re.search(r"[0-9@]", piece)]
            return as_text(draw(texts(dialect, plain)), dialect)
        case _:
            text = draw(texts(dialect, NARROW if dialect.encoding == "cp1252" else PIECES))
            return as_text(text, dialect)


def cased(draw: st.DrawFn, text: str) -> str:
    """A word in some letter case, where it is the same word in it."""
    other = draw(st.sampled_from([text, text.upper(), text.lower(), text.swapcase()]))
    return other if other.lower() == text.lower() else text


@st.composite
def words_of(draw: st.DrawFn, name: str, dialect: Dialect) -> Written:
    """A word of a list of codes, in any letter case, or one that the list does not know."""
    plain = {word: ours for word, ours in written_words(name).items() if "*" not in word and dialect.fits(word)}
    if not plain or draw(st.integers(0, 9)) == 0:
        known = [one for one in STRANGE if dialect.fits(one[0])]
        return Written(*draw(st.sampled_from(known)))
    word = draw(st.sampled_from([*plain]))
    return Written(cased(draw, word), plain[word])


def written_words(name: str) -> Mapping[str, str | None]:
    """The words of a list with what each stands for (those without spaces and hyphens, as they are compared)."""
    return codes().get(name, {})


# --- tables ----------------------------------------------------------------------------------------------------------


@dataclass
class Made:
    """A table: the cells of its header and rows, what it holds, and how it is to be imported."""

    source: Source
    dialect: Dialect
    header: list[str]
    rows: list[list[str]]
    facts: dict[str, list[Fact]]
    how: dict[str, Any]
    content: bytes = b""

    def write(self) -> Made:
        """With the bytes of the file in its dialect."""
        self.content = _bytes(_lines(self.header, self.rows, self.dialect), self.dialect)
        return self


@dataclass(frozen=True)
class Group:
    """Fields that are read from the same column, and the names that it has in one file (two: one of them is blank)."""

    fields: tuple[str, ...]
    names: tuple[str, ...]
    form: str


@st.composite
def tables(draw: st.DrawFn, source: Source) -> Made:
    """A table of a source in one of its dialects."""
    dialect = draw(dialects(source))
    if source.name in BOOKS:
        return draw(books(source, dialect)).write()
    if source.layouts and not dialect.asked and draw(st.booleans()):
        return draw(by_place(source, dialect)).write()
    groups = draw(groups_of(source, dialect))
    made = Made(source, dialect, [], [], {}, {})
    constants = {**source.constants, **({"marketplace": dialect.marketplace} if dialect.marketplace else {})}
    there = {name for group in groups for name in group.fields}
    facts = [fact for fact in source.facts if fact not in source.may_lack or "placed_at" in there]
    shows, rows = [], []
    for number in range(draw(st.integers(1, 4))):
        written: dict[tuple[str, ...], Written] = {}
        row: Fact = {}
        for group in groups:
            written[group.fields], read = draw(of_group(source, group, number, dialect))
            row |= read
            shows.append(written[group.fields].order_shows)
        if all(row.get(name) is not None for name in source.skip_without):
            for fact in facts:
                put(
                    made.facts,
                    fact,
                    {name: row[name] for name in row if name not in source.left_out.get(fact, ())},
                    constants,
                )
        rows.append(written)
    columns = [(group, name) for group in groups for name in group.names] + draw(extras(source, dialect, len(groups)))
    columns = draw(st.permutations(columns))
    made.header = [name for _, name in columns]
    made.header += (signs := known_by(source, dialect, made.header))
    for written in rows:
        cells, chosen = [], {group.fields: draw(st.sampled_from(group.names)) for group in groups}
        for group, name in columns:
            if group is None:
                cells.append(draw(texts(dialect)))
            else:
                cells.append(written[group.fields].text if chosen[group.fields] == name else "")
        made.rows.append(cells + [""] * len(signs))
    if draw(st.booleans()):  # the same row again changes nothing
        made.rows.append(made.rows[0])
    made.how = how(source, dialect, any(is_numeric(group.form, dialect) for group in groups), groups, any(shows))
    return made.write()


def put(facts: dict[str, list[Fact]], fact: str, row: Mapping[str, Any], constants: Mapping[str, str]) -> None:
    """The fact of one kind that a row is, where it says anything of it."""
    fields = kinds_of_value(fact)
    if fact == "items" and all(row.get(name) is None for name in SAYS):
        return
    made = {name: row[name] if row.get(name) is not None else constants.get(name) for name in fields}
    facts.setdefault(fact, []).append(
        {"account": "default"} | {name: one for name, one in made.items() if one is not None}
    )


def how(source: Source, dialect: Dialect, numeric: bool, groups: Sequence[Group], shows: bool) -> dict[str, Any]:
    """The options of the import: the order of the dates where the file cannot tell."""
    said: dict[str, Any] = {"source": source.name} if dialect.asked else {}
    if dialect.marketplace:
        said["marketplace"] = dialect.marketplace
    short = any(group.form == "numeric_short" for group in groups)
    if numeric and (short or dialect.order_said or not shows):
        said["date_order"] = dialect.order
    return said


@st.composite
def groups_of(draw: st.DrawFn, source: Source, dialect: Dialect) -> list[Group]:
    """The columns that one file has: all of them, or where it is said what it is, some."""
    must = {
        name
        for fact in source.facts
        if fact not in source.may_lack
        for name, (_, asked) in kinds_of_value(fact).items()
        if asked
    }
    must |= {name for name, column in source.columns.items() if set(column.names) & set(source.needs)}
    barred = {name[1:] for name in source.fields if name.startswith("!")}
    together: dict[tuple[str, ...], list[str]] = {}
    for name, column in source.columns.items():
        if (dialect.asked and (name in must or draw(st.booleans()))) or (not dialect.asked and name not in barred):
            together[column.names] = [other for other, like in source.columns.items() if like.names == column.names]
    found = []
    for fields in together.values():
        written = [name for name in source.columns[fields[0]].written if dialect.fits(name)]
        names = draw(st.lists(st.sampled_from(written), min_size=1, max_size=2, unique_by=_squashed))
        found.append(Group(tuple(fields), tuple(cased(draw, name) for name in names), draw(st.sampled_from(FORMS))))
    return found


def _squashed(name: str) -> str:
    return re.sub(r"[^\w/:]|_", "", name.lower())


@st.composite
def extras(draw: st.DrawFn, source: Source, dialect: Dialect, width: int) -> list[tuple[None, str]]:
    """Columns that nobody asks for; a table has two columns at least."""
    allowed = dialect.asked or not source.alone
    names = draw(st.lists(st.sampled_from(["zz", "Qq 1", "x~y"]), max_size=2, unique=True)) if allowed else []
    return [(None, name) for name in names or (["zz"] if width < 2 else [])]


def known_by(source: Source, dialect: Dialect, header: Sequence[str]) -> list[str]:
    """The names by which a file is known that are not among its columns."""
    return [] if dialect.asked else [name for name in source.needs if name not in map(_squashed, header)]


@st.composite
def of_group(draw: st.DrawFn, source: Source, group: Group, number: int, dialect: Dialect) -> tuple[Written, Fact]:
    """What stands in a column of a row, and what it says of each field."""
    name, column = group.fields[0], source.columns[group.fields[0]]
    if "sales_channel" in group.fields:
        channels = [one for one in SALES_CHANNELS if dialect.encoding != "cp1252" or one[1] != "JP"]
        word, place, channel = draw(st.sampled_from(channels))
        return Written(cased(draw, word)), {"marketplace": place, "sales_channel": channel}
    kind, must = next(kinds_of_value(fact)[name] for fact in source.facts if name in kinds_of_value(fact))
    if name == "order_id":
        given = draw(order_ids(source, number, dialect))
    elif not must and draw(st.integers(0, 3)) == 0:
        given = Written(draw(st.sampled_from([blank for blank in BLANK if dialect.fits(blank)])))
    elif name.endswith("_id"):
        given = Written(f"{name[0].upper()}-{number}", f"{name[0].upper()}-{number}")
    else:
        kind_of = "text" if kind.name == "text" else kind.name
        given = draw(values(column, kind_of, name, group.form, dialect))
    return given, {name: given.value}


@st.composite
def order_ids(draw: st.DrawFn, source: Source, number: int, dialect: Dialect) -> Written:
    """An order id that no other row has. A file of ours may have any text; some sources pass over rows with another one."""
    column = source.columns["order_id"]
    if "order_id" in source.skip_without and draw(st.integers(0, 3)) == 0:
        return Written(f"shop {number}" if column.part else "")
    if column.form or column.part or draw(st.booleans()):
        head = draw(st.sampled_from(["111", "302", "S01", "D01"]))
        text = f"{head}-{draw(st.integers(0, 9999999)):07d}-{number:07d}"
        return Written(text, text)
    return as_text(f"{draw(texts(dialect, NARROW))} {number}", dialect)


@st.composite
def by_place(draw: st.DrawFn, source: Source, dialect: Dialect) -> Made:
    """A file of a layout that goes by position, under one of its headers."""
    dialect = replace(dialect, preamble=False)
    layout = draw(st.sampled_from([one for one in source.layouts if one.width in map(len, FEEDBACK)]))
    headers = [header for header in FEEDBACK if len(header) == layout.width and all(map(dialect.fits, header))]
    made = Made(source, dialect, list(draw(st.sampled_from(headers))), [], {}, {})
    form, shows = draw(st.sampled_from(FORMS)), []
    for number in range(draw(st.integers(1, 4))):
        cells, row = ["Yes"] * layout.width, {}
        cells[layout.mail] = draw(st.sampled_from(["", "x@y.example"]))
        for name, place in layout.fields.items():
            written, read = draw(of_group(source, Group((name,), (name,), form), number, dialect))
            if name == "order_id":
                text = f"111-{number:07d}-0000000"
                written, read = Written(text, text), {name: text}
            cells[place], row = written.text, row | read
            shows.append(written.order_shows)
        made.rows.append(cells)
        put(made.facts, "feedback", row, {})
    group = Group(("left_at",), ("Date",), form)
    made.how = how(source, dialect, is_numeric(form, dialect), [group], any(shows))
    return made


# --- money -----------------------------------------------------------------------------------------------------------

BOOKED = {
    "settlement": (
        ("Refund", "Principal", "refund", None), ("A-to-z Guarantee Refund", "x", "a_to_z_claim", None),
        ("Chargeback Refund", "x", "chargeback", None), ("other-transaction", "BuyerRecharge", "adjustment", "buyer_recharge"),
        ("other-transaction", "Storage", None, None), ("Order", "Principal", None, None), ("order", "x", None, None),
        ("other-transaction", "A-to-z Guarantee Recovery", "adjustment", "a_to_z_recovery"),
        ("SAFE-T Reimbursement", "x", "safe_t", "safe_t"), ("Never Seen", "x", None, None),
        ("Chargeback Recovery", "x", "adjustment", "chargeback_recovery"),
    ),
    "payments": (
        ("Refund", "Mug", "refund", None), ("A-to-z Guarantee Claim", "Mug", "a_to_z_claim", None),
        ("Chargeback Refund", "Mug", "chargeback", None), ("Adjustment", "Buyer Recharge", "adjustment", "buyer_recharge"),
        ("Adjustment", "FBA Inventory Reimbursement", None, None), ("Order", "Mug", None, None), ("ORDER", "x", None, None),
        ("A-to-z Guarantee Recovery", "Mug", "adjustment", "a_to_z_recovery"), ("Erstattung", "Becher", "refund", None),
        ("Remboursement", "Tasse", "refund", None), ("返金", "カップ", "refund", None), ("Never Seen", "x", None, None),
        ("SAFE-T reimbursement", "x", "safe_t", "safe_t"), ("Anpassung", "Käufer-Wiedereinzug", "adjustment", "buyer_recharge"),
    ),
}  # fmt: skip
"""What stands as type and as description, and what kind and about are then; without a kind the row is passed over."""
SELLERS = {"afn": ("AFN", "Amazon"), "mfn": ("MFN", "Seller")}


@st.composite
def books(draw: st.DrawFn, source: Source, dialect: Dialect) -> Made:
    """A file of what Amazon booked: rows of one event add up, rows of sales and fees are passed over."""
    book = source.constants["book"]
    made = Made(source, dialect, [], [], {}, {})
    form = draw(st.sampled_from(FORMS))
    columns = source.columns
    name_of = {
        name: draw(st.sampled_from(_names(column, dialect))) for name, column in columns.items() if name != "amount"
    }
    name_of["about"] = columns["about"].written[0]
    if book == "payments":  # a type tells what it is about too
        name_of["kind"] = draw(st.sampled_from([name for name in ("type", "Typ", "Tipo") if dialect.fits(name)]))
    added = [names for names in columns["amount"].plus if any(map(dialect.fits, names))]
    parts = [draw(st.sampled_from([name for name in names if dialect.fits(name)])) for names in added]
    parts = (
        [] if source.name == "settlement_v2" else [draw(st.sampled_from(_names(columns["amount"], dialect))), *parts]
    )
    more = [names[0] for names in columns["net"].plus if names[0] not in parts]
    header = [*dict.fromkeys([*name_of.values(), *parts, *more])]
    header += known_by(source, replace(dialect, asked=False), header)
    made.header = draw(st.permutations([*header, *(["zz"] * draw(st.booleans()))]))
    shows, once = [], draw(st.sampled_from([None, "USD", "EUR"])) if source.once else None
    for number in range(draw(st.integers(1, 5))):
        usual = [one for one in BOOKED[book] if all(map(dialect.fits, one[:2]))]
        word, description, kind, meant = draw(st.sampled_from(usual))
        posted = as_moment(draw(moments()), form, dialect, False)
        channel = draw(st.sampled_from([None, "afn", "mfn"]))
        row: Fact = {
            "account": "default", "order_id": f"111-0000000-{number:07d}", "posted_at": posted.value, "kind": kind, "about": meant,
            "book": book, "settlement_id": draw(st.sampled_from([None, "123", "456"])), "channel": channel, "currency": once,
            "adjustment_id": draw(st.sampled_from([None, f"A{number}"])) if "adjustment_id" in name_of else None,
        }  # fmt: skip
        base = {
            name_of["order_id"]: row["order_id"], name_of["posted_at"]: posted.text, name_of["kind"]: word,
            name_of["about"]: description, name_of["settlement_id"]: row["settlement_id"] or "",
            name_of["channel"]: SELLERS[channel][book == "payments"] if channel else "",
        }  # fmt: skip
        if "adjustment_id" in name_of:
            base[name_of["adjustment_id"]] = row["adjustment_id"] or ""
        sums: dict[str, list[int]] = {"amount": [], "net": []}
        taken = False
        for _ in range(draw(st.sampled_from([1, 1, 2]))):
            cells = dict(base)
            if once and (draw(st.booleans()) or not made.rows):
                cells[name_of["currency"]] = once
            read = draw(of_amounts(source, dialect, cells, name_of["net"], parts, more))
            made.rows.append([cells.get(name, "") for name in made.header])
            if kind is None or (book == "payments" and kind == "refund" and read["amount"] is None):
                continue  # passed over
            taken = True
            for name, cents in read.items():
                sums[name] += [] if cents is None else [cents]
        shows.append(posted.order_shows)
        row |= {name: f"{Decimal(sum(found)).scaleb(-2):.4f}" for name, found in sums.items() if found}
        if taken:
            made.facts.setdefault("money", []).append({name: one for name, one in row.items() if one is not None})
    made.how = how(source, dialect, is_numeric(form, dialect), [Group(("posted_at",), ("x",), form)], any(shows))
    return made


@st.composite
def of_amounts(
    draw: st.DrawFn, source: Source, dialect: Dialect, cells: dict[str, str], net: str, parts: Sequence[str], more: Sequence[str]
) -> dict[str, int | None]:  # fmt: skip
    """Put amounts into a row; what they come to in cents: for the buyer (None: nothing is said) and in all."""
    found: dict[str, int] = {}
    for name in dict.fromkeys([net, *parts, *more]):
        cents = draw(st.sampled_from([None, 0, 1, -150, 199900, 123456789]))
        if cents is not None:
            found[name] = cents
            cells[name] = as_money(cents, "", draw(st.booleans()), dialect).text
    if source.name == "settlement_v2":
        cells["amounttype"] = draw(st.sampled_from(["ItemPrice", "itemprice", "Promotion", "ItemFees", ""]))
        whole = found.get(net)
        return {"net": whole, "amount": whole if cells["amounttype"].lower() in ("itemprice", "promotion") else None}
    bought = [found[name] for name in parts if name in found]
    silent = not any(bought) if source.columns["amount"].nonzero else not bought
    all_of = (
        [found[net]]
        if source.name == "date_range" and net in found
        else []
        if source.name == "date_range"
        else [*found.values()]
    )
    return {"amount": None if silent else sum(bought), "net": sum(all_of) if all_of else None}


def _names(column: ColumnOf, dialect: Dialect) -> list[str]:
    return [name for name in column.written if dialect.fits(name)]


# --- bytes -----------------------------------------------------------------------------------------------------------

PREAMBLE = ("Includes Amazon Marketplace, and more", "All amounts in EUR, unless specified")


def _lines(header: Sequence[str], rows: Sequence[Sequence[str]], dialect: Dialect) -> str:
    """The text of a file."""
    whole = [header, *rows]
    if dialect.header_again:
        whole.insert(1 + len(rows) // 2, header)
    lines = [_line(row, dialect) for row in whole]
    if dialect.preamble:
        lines = [*PREAMBLE, *lines]
    return dialect.end.join(lines) + dialect.end * (dialect.blank_lines + (not dialect.no_last_end))


def _line(cells: Sequence[str], dialect: Dialect) -> str:
    if not dialect.quoted:
        return dialect.delimiter.join(cells)
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if dialect.all_quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=dialect.delimiter, quoting=quoting, lineterminator="\n").writerow(cells)
    line = out.getvalue()[:-1]
    return '"' + line.replace('"', '""') + '"' if dialect.wrapped else line


def _bytes(text: str, dialect: Dialect) -> bytes:
    mark = dialect.mark
    if dialect.encoding.startswith("utf-16") and sum(one < "\u0100" for one in text[:200]) < 0.7 * len(text[:200]):
        mark = MARKS[dialect.encoding]  # without one the zero bytes tell
    content = mark + text.encode(dialect.encoding)
    # letters of cp1252 that are by chance those of UTF-8: nobody could tell, and the file is refused as mixed
    assume(dialect.encoding != "cp1252" or not SURELY_UTF8.search(content))
    match dialect.packed:
        case "gzip":
            return gzip.compress(content)
        case "zip":
            return archive([("reports/a.csv", content)])
    return content
