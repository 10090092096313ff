"""The two readings of a cell are one: the SELECT over a whole file and the pydantic record of a row agree on every text."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import BaseModel, ValidationError

from atoz_cli import cells
from atoz_cli.cells import (
    WORDS,
    Amount,
    Code,
    Comment,
    Currency,
    Deadline,
    Flag,
    Is,
    Marketplace,
    Moment,
    Present,
    Quantity,
    Rating,
    Reading,
    Text,
)
from atoz_cli.dates import parse_moment
from atoz_cli.records import _marker
from atoz_cli.sources import select
from atoz_cli.sources.declare import AMAZON_ORDER, codes
from atoz_cli.sources.opening import survey
from atoz_cli.sources.table import look
from atoz_cli.store.staging import Stage

KINDS: dict[str, Any] = {
    "moment": Moment, "deadline": Deadline, "money": Amount, "quantity": Quantity, "rating": Rating, "flag": Flag,
    "code": Code, "currency": Currency, "marketplace": Marketplace, "text": Text, "order_id": Text, "comment": Comment,
    "present": Present,
}  # fmt: skip
READING = Reading(
    codes={"code": codes()["order_statuses"], "marketplace": codes()["marketplaces"]},
    patterns={"order_id": AMAZON_ORDER},
)
MODELS = {name: type(name, (BaseModel,), {"__annotations__": {name: kind | None}}) for name, kind in KINDS.items()}
BAD = "refused"


def by_record(name: str, text: str, reading: Reading) -> Any:
    if cells.cleaned(text, reading) is None:  # a blank cell is not given to the record
        return None
    try:
        return getattr(MODELS[name].model_validate({name: text}, context=reading), name)
    except ValidationError:
        return BAD


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


def by_file(stage: Stage, name: str, texts: list[str], reading: Reading) -> list[Any]:
    """The same texts as one column of a file: a tab file where `quoted_cells` is asked for, else comma-separated."""
    comma = not reading.quoted_cells
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.txt"
        if comma:
            lines = ["row,value", *(f'{at},"' + text.replace('"', '""') + '"' for at, text in enumerate(texts))]
        else:
            lines = ['row\tvalue\t"', *(f"{at}\t{text}\t" for at, text in enumerate(texts))]
        path.write_bytes("\n".join(lines).encode() + b"\n")
        table = look(survey(path, "x"), "x")
        assert table.quoted_cells is reading.quoted_cells
        kind: Is = _marker(KINDS[name])
        cell = select.cleaned("c1", table)
        raw, value = "t", select.value(kind, "t", reading, name)
        query = f"SELECT {raw}, {value} FROM (SELECT {cell} AS t, CAST(c0 AS INTEGER) AS row FROM {select.scan(table)}) ORDER BY row"
        found = stage.run(query).fetchall()
    assert len(found) == len(texts)
    read = WORDS.get(kind.name)
    answers: list[Any] = []
    for raw, value in found:
        if raw is not None and read is not None:
            try:
                value = read(raw, replace(reading, quoted_cells=False), name)
            except ValueError:
                value = BAD
        answers.append(BAD if raw is not None and value is None and read is None else value)
    return answers


def same(stage: Stage, name: str, texts: list[str], reading: Reading = READING) -> None:
    staged = [v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for v in by_file(stage, name, texts, reading)]
    read = [by_record(name, text, reading) for text in texts]
    differ = [
        (text, of_file, of_record)
        for text, of_file, of_record in zip(texts, staged, read, strict=True)
        if (of_file, type(of_file)) != (of_record, type(of_record))
    ]
    assert not differ, (name, reading.date_order, reading.decimal)


# --- texts that are values, nearly are, or are not ------------------------------------------------------------------

SPACE = st.sampled_from(["", "", "", " ", "  ", "\u00a0", "\ufeff", "\u2028", "\x0b", "\u0085"])
DIGITS = st.text("0123456789", min_size=1, max_size=5)
YEAR = st.sampled_from(["2026", "1995", "1994", "2199", "2200", "0000", "26", "68", "69", "94", "95", "126", "00"])
PART = st.one_of(st.integers(0, 32).map(str), st.integers(0, 32).map("{:02d}".format))
MARK = st.sampled_from(["/", ".", "-", "/", " ", ""])
CLOCK = st.sampled_from(
    [
        "",
        " 10.20.30",
        " 10.20",
        "T10:20:30",
        " 10:20:30",
        "T10:20",
        " 10:20",
        " 1:20:30",
        "T24:00:00",
        "T23:59:60",
        "T10:20:30.5",
        "T10:20:30.1234567",
        "T",
        " ",
        "T10",
        " 10:60:00",
    ]
)
ZONE = st.sampled_from(
    ["", "Z", " UTC", "+00:00", "-07:00", "+0530", "+05", "+14:59", "+15:00", "-00:00", " Z", " PST", "z", "+5:00"]
)
MONTH = st.sampled_from(["Jan", "feb", "MAR", "Okt", "Sep", "sept", "Dec", "Mai", "J1n", "01"])
DATES = st.one_of(
    st.tuples(YEAR, st.just("-"), PART, st.just("-"), PART, CLOCK, ZONE).map("".join),
    st.tuples(st.just("2026-05-"), PART.map("{:>02}".format), CLOCK, ZONE).map("".join),
    st.tuples(PART, MARK, PART, MARK, YEAR, CLOCK, ZONE).map("".join),
    st.tuples(YEAR, MARK, PART, MARK, PART, CLOCK, ZONE).map("".join),
    st.tuples(PART, st.just("-"), MONTH, st.just("-"), YEAR, CLOCK).map("".join),
)
GROUP = st.sampled_from(["", ",", ".", " ", "\u00a0", "'"])
SIGN = st.sampled_from(
    ["", "", "", "-", "\u2212", "+", "$", "US$", "€", "EUR ", "R$", "zł", "kr", "¥", "-$", "eur", "--", "%"]
)
AMOUNTS = st.tuples(
    SIGN, DIGITS, GROUP, st.sampled_from(["", "123", "1234", "12"]), st.sampled_from(["", ".", ","]),
    st.sampled_from(["", "5", "50", "0000", "12345", "x"]), st.sampled_from(["", " €", "EUR", "\x0b"]),
).map("".join)  # fmt: skip
WHOLES = st.tuples(
    st.sampled_from(["", "+", "-", " "]), DIGITS, st.sampled_from(["", ".0", ".00", ".", ".5", ",0", "٣", "0000000"])
).map("".join)
STATUSES = st.sampled_from(
    [
        "Shipped",
        "shipped",
        "PARTIALLY SHIPPED",
        "Shipped - Picked Up",
        "Neu",
        "N/A",
        "Ünknown's",
        "amazon.de",
        "Amazon.co.uk",
        "GB",
        "us",
        "Non-Amazon",
        "non amazon CA",
        "ATVPDKIKX0DER",
        "ebay",
        "USD",
        "eur",
        "US",
        "EURO",
        "U5D",
        "yes",
        "NO",
        "Y",
        "ja",
        "maybe",
        "1",
        "0",
        "true",
        "sí",
        "SÍ",
    ]
)
IDS = st.sampled_from(
    [
        "111-1234567-1234567",
        "S01-1234567-1234567",
        "s01-1234567-1234567",
        "111-1234567-123456",
        "x111-1234567-1234567",
        "111-1234567-1234567x",
        "1١1-1234567-1234567",
        "SHOP-1",
    ]
)
SENTENCES = st.lists(
    st.sampled_from(
        [
            "call",
            "+44 20 5550 1234",
            "0044 20 55501234",
            "(212) 555-0199",
            "212-555-0199",
            "030 1234 5678",
            "a.b+c@d-e.example",
            "@d.e",
            "77 Old Park Road",
            "5 ST",
            "12 street",
            "Hauptstraße 5",
            "Am Weg 12b",
            "Ringstr. 9",
            "Straße",
            "order 111-1234567-1234567",
            "$12.50",
            "2026-05-04",
            "wo\u00a0mir",
            "ä",
            "\u2028",
            "x" * 40,
            "1 a b c d way",
            "K",
            "ſt",
            "5 ſt",
        ]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)
FREE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\r\n\t\0"), max_size=12)
BLANK = st.sampled_from(
    [
        "",
        " ",
        "-",
        "--",
        "N/A",
        "n/a",
        "“”",
        "---",
        "n/A",
        " -",
        '"',
        '""',
        '"-"',
        '" x "',
        '"a""b"',
        '"a',
        "NULL",
        "nan",
    ]
)
ANY = st.one_of(DATES, AMOUNTS, WHOLES, STATUSES, IDS, BLANK, FREE)
FIT = {
    "moment": DATES, "deadline": DATES, "money": AMOUNTS, "quantity": WHOLES, "rating": WHOLES, "flag": STATUSES,
    "code": STATUSES, "currency": STATUSES, "marketplace": STATUSES, "order_id": IDS, "comment": SENTENCES,
}  # fmt: skip


@pytest.mark.parametrize("quoted_cells", [False, True], ids=["comma", "tab"])
@pytest.mark.parametrize("name", KINDS)
def test_the_file_and_the_record_read_alike(stage: Stage, name: str, quoted_cells: bool) -> None:
    likely = FIT.get(name, FREE)
    texts = st.lists(st.tuples(SPACE, st.one_of(likely, likely, ANY), SPACE).map("".join), min_size=20, max_size=50)

    @settings(
        max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
    )
    @given(texts, st.sampled_from([None, "mdy", "dmy", "ymd"]), st.sampled_from([".", ","]))
    def alike(found: list[str], order: str | None, decimal: str) -> None:
        same(stage, name, found, replace(READING, date_order=order, decimal=decimal, quoted_cells=quoted_cells))

    alike()


# --- what they read, written down ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("2026-05-08T23:36:26+00:00", None, "2026-05-08T23:36:26"),
        ("2017-06-05T06:57:28+09:00", None, "2017-06-04T21:57:28"),
        ("2017-09-23T14:18:23-07:00", None, "2017-09-23T21:18:23"),
        ("2026-05-08T23:36Z", None, "2026-05-08T23:36:00"),
        ("2025-06-09 05:23:19 UTC", None, "2025-06-09T05:23:19"),
        ("2026-05-08", None, "2026-05-08T00:00:00"),
        ("2026-05-08T01:02:03.25+0530", None, "2026-05-07T19:32:03.250000"),
        ("10-Jul-2025", None, "2025-07-10T00:00:00"),
        ("5-SEP-2026", None, "2026-09-05T00:00:00"),
        ("21-Aug-2026 10:11:12", None, "2026-08-21T10:11:12"),
        ("1/13/17", "mdy", "2017-01-13T00:00:00"),
        ("13/1/2017", "dmy", "2017-01-13T00:00:00"),
        ("13.01.17", "dmy", "2017-01-13T00:00:00"),
        ("17/01/13", "ymd", "2017-01-13T00:00:00"),
        ("2017/01/13", "mdy", "2017-01-13T00:00:00"),
        ("02.12.2015 03:27:08 UTC", "dmy", "2015-12-02T03:27:08"),
        ("2024-02-29", None, "2024-02-29T00:00:00"),
        ("Dec 1, 2017 12:38:23 AM PST", None, "2017-12-01T08:38:23"),
        ("Dec 1, 2017 12:38:23 PM PDT", None, "2017-12-01T19:38:23"),
        ("Mar. 5, 2024 1:02:03 a.m. PST", None, "2024-03-05T09:02:03"),
        ("Jan 9, 2026 4:05:06 PM PST", None, "2026-01-10T00:05:06"),
        ("1 Dec 2017 12:38:23 GMT+00:00", None, "2017-12-01T12:38:23"),
        ("15 Mar 2026 3:22:08 PM UTC", None, "2026-03-15T15:22:08"),
        ("1 janv. 2018 01:38:23 UTC+01:00", None, "2018-01-01T00:38:23"),
        ("3 août 2026 10:00:00 UTC", None, "2026-08-03T10:00:00"),
        ("7 mag 2026 10:00:00 GMT+2", None, "2026-05-07T08:00:00"),
        ("7 ene. 2026 10:00:00 UTC", None, "2026-01-07T10:00:00"),
        ("9 paź 2026 10:00 CEST", None, "2026-10-09T08:00:00"),
        ("5 de dez. de 2023 10:00:00 GMT-3", None, "2023-12-05T13:00:00"),
        ("9 Ağu 2026 10:00:00 GMT+3", None, "2026-08-09T07:00:00"),
        ("1 Dezember 2017", None, "2017-12-01T00:00:00"),
        ("01.12.2017 12:38:23 GMT+01:00", "dmy", "2017-12-01T11:38:23"),
        ("01/12/2017 2:38:23 GMT+1", "dmy", "2017-12-01T01:38:23"),
        ("2017/12/01 12:38:23JST", None, "2017-12-01T03:38:23"),
        ("1/13/17, 5:06 PM", "mdy", "2017-01-13T17:06:00"),
        ("1/13/2017 5:06:07.25 PM PST", "mdy", "2017-01-14T01:06:07.250000"),
        ("2026-10-01 10:00:00 -0400", None, "2026-10-01T14:00:00"),
        ("2026-10-01 1:00 PM", None, "2026-10-01T13:00:00"),
        ("2026-5-8", None, "2026-05-08T00:00:00"),
        ("1 ago 2017 10.00.05 GMT+01:00", None, "2017-08-01T09:00:05"),
        ("1 d\u00e9c. 2017 12.38.23 UTC", None, "2017-12-01T12:38:23"),
        ("02.06.2026 18.28.02 UTC", "dmy", "2026-06-02T18:28:02"),
        ("02.06.2026 18:28:02 UTC", "dmy", "2026-06-02T18:28:02"),
        ("Feb 1, 2026 4:55:06 p.m. PST", None, "2026-02-02T00:55:06"),
        ("31 jul 2026 11:03:59 p.m. GMT-7", None, "2026-08-01T06:03:59"),
        ("1 Aug 2026 3:44:19 pm UTC", None, "2026-08-01T15:44:19"),
        ("26 de mar. de 2026 06:46:03 GMT-7", None, "2026-03-26T13:46:03"),
        ("1 juil. 2026 08:31:35 UTC", None, "2026-07-01T08:31:35"),
        ("2 juillet 2026 08:31:35 UTC", None, "2026-07-02T08:31:35"),
        ("31 dic 2025 23:21:47 UTC", None, "2025-12-31T23:21:47"),
        ("8 gen 2026 10:00:00 UTC", None, "2026-01-08T10:00:00"),
        ("9 maj 2026 03:41:35 UTC", None, "2026-05-09T03:41:35"),
        ("1 Haz 2026 12:55:55 UTC", None, "2026-06-01T12:55:55"),
        ("5 may 2026 5:08:09 AM", None, "2026-05-05T05:08:09"),
        ("3 Sept 2026 10:00:00 GMT+10:00", None, "2026-09-03T00:00:00"),
        ("2026/07/03 12:34:56 JST", None, "2026-07-03T03:34:56"),
        ("2026/07/01", None, "2026-07-01T00:00:00"),
        ("2026/09/15 08:03:13 UTC", None, "2026-09-15T08:03:13"),
        ("Dec 1, 2017 13:38:23 PM PST", None, BAD),
        ("Dec 1, 2017 12:38:23 AST", None, BAD),
        ("Dec 1, 2017 12:38:23 PST+2", None, BAD),
        ("Dec 1, 2017 12:38:23 GMT+15", None, BAD),
        ("31 feb 2026", None, BAD),
        ("1 foo 2017 12:38:23 UTC", None, BAD),
        ("31-01-0000", "dmy", BAD),
        ("1/13/17", "dmy", BAD),
        ("1/2/17", None, BAD),
        ("2026-02-29", None, BAD),
        ("2026-13-01", None, BAD),
        ("2026-05-08T24:00:00", None, BAD),
        ("10-Jux-2025", None, BAD),
        ("46150", None, BAD),
        ("yesterday", None, BAD),
        ("2026-05-14 UTC", None, BAD),
        ("14.05.2026 UTC", "dmy", BAD),
        ("Dec 1, 2017 2:38:23 PM EDT", None, "2017-12-01T18:38:23"),
        ("Dec 1, 2017 12:08:23 PM JST", None, "2017-12-01T03:08:23"),
        ("Feb 29, 2025 2:38:23 PM UTC", None, BAD),
        ("Dec 1, 2017 2:8:23 PM UTC", None, BAD),
        ("1994-12-31", None, BAD),
        ("2200-01-01", None, BAD),
    ],
)
def test_moments(stage: Stage, text: str, order: str | None, moment: str) -> None:
    reading = replace(READING, date_order=order)
    wanted = BAD if moment == BAD else datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert by_record("moment", text, reading) == wanted
    same(stage, "moment", [text], reading)


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [
        ("25.0", ".", "25"), ("1,234.56", ".", "1234.56"), ("0", ".", "0"), ("-6.5", ".", "-6.5"), ("US$19.90", ".", "19.9"),
        ("1234", ",", "1234"), ("77,98", ",", "77.98"), ("1.210,00 €", ",", "1210"), ("1 210,00", ",", "1210"),
        ("1980", ".", "1980"), ("77,98", ".", BAD), ("1,23,456", ".", "123456"), ("1,23,45", ".", BAD), ("1234,567", ".", BAD),
        ("-1,44,957.78", ".", "-144957.78"), ("\u22126.50", ".", "-6.5"), ("\u22121\u00a0135,72", ",", "-1135.72"),
        ("-19\u202f353,69", ",", "-19353.69"), ("-507,248.65", ".", "-507248.65"), ("-23.588,25", ",", "-23588.25"),
        ("21.38", ",", BAD), ("1.2.3", ".", BAD),
        ("12x", ".", BAD), ("1e5", ".", BAD), ("NaN", ".", BAD), ("1.23456", ".", BAD), ("999999999999999", ".", BAD),
    ],
)  # fmt: skip
def test_amounts(stage: Stage, text: str, decimal: str, amount: str) -> None:
    reading = replace(READING, decimal=decimal)
    assert by_record("money", text, reading) == (BAD if amount == BAD else Decimal(amount))
    same(stage, "money", [text], reading)


@pytest.mark.parametrize("blank", [*cells.BLANKS, " ", " - ", "\u00a0", "\ufeff"])
@pytest.mark.parametrize("name", KINDS)
def test_blanks_are_nothing(stage: Stage, name: str, blank: str) -> None:
    assert by_record(name, blank, READING) is None
    same(stage, name, [blank])


def test_a_bare_day_is_the_end_of_a_deadline_and_the_start_of_a_moment() -> None:
    assert by_record("deadline", "2026-05-08", READING) == datetime(2026, 5, 8, 23, 59, 59, tzinfo=UTC)
    assert by_record("deadline", "2026-05-08T10:00:00Z", READING) == datetime(2026, 5, 8, 10, tzinfo=UTC)
    assert by_record("deadline", "8 mag 2026 10.00.00 UTC", READING) == datetime(2026, 5, 8, 10, tzinfo=UTC)
    assert parse_moment("2026-05-08", None) == datetime(2026, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail me: a.b@c.example!", "mail me: [e-mail]!"),
        ("call +44 20 5550 1234 now", "call [phone] now"),
        ("or 212-555-0199", "or [phone]"),
        ("I live at 77 Old Park Road", "I live at [address]"),
        ("Hauptstraße 5 in Köln", "[address] in Köln"),
        ("order 111-1234567-1234567 for $12.50", "order 111-1234567-1234567 for $12.50"),
        ("came 2026-05-04, 3 days late", "came 2026-05-04, 3 days late"),
    ],
)
def test_a_comment_names_nobody(said: str, kept: str) -> None:
    assert by_record("comment", said, READING) == kept


def test_a_code_that_we_do_not_know_is_kept_and_one_that_begins_alike_is_ours() -> None:
    assert by_record("code", "Out For Lunch", READING) == "out_for_lunch"
    stars = Reading(codes={"code": codes()["sales_channels"]})
    assert [by_record("code", text, stars) for text in ("Amazon.co.uk", "Non-Amazon CA", "eBay")] == [
        "amazon",
        "non_amazon",
        "ebay",
    ]
