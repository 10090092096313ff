"""How answers are shown: each promise of contract §3 and §4 about formats, streams and safety, with situations."""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import pty
import re
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from rich.cells import cell_len

import atoz_cli
from atoz_cli.answers import Answer, Cell, Column, Notice, Sheet
from atoz_cli.answers.claims import Event
from atoz_cli.answers.rates import Defect, DefectiveOrder, Incoming, Measure, PendingLost, Window
from atoz_cli.errors import BadUsage, DiskFull, EmptyStore
from atoz_cli.views import FORMATS, error_text, progress, render, stdout_facts, write
from atoz_cli.views.layout import GAP, fit, wrap
from atoz_cli.views.visible import shown

SRC = Path(__file__).parents[1] / "src"
ORDER = "111-1234567-1234567"


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atoz_cli, "__version__", "0.1.0", raising=False)


def answer(*data: Any, warnings: tuple[Notice, ...] = ()) -> Answer:
    return Answer("atoz.odr/1", "2026-11-22", data, warnings)


def as_json(*data: Any) -> Any:
    return json.loads(render(answer(*data), "json", sheets=no_sheets, width=None, colour=False))["data"]


def as_csv(*data: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(*data), newline="")))


def csv_text(*data: Any) -> str:
    return render(answer(*data), "csv", sheets=no_sheets, width=None, colour=False)


def table(*sheets: Sheet, width: int | None = None, colour: bool = False) -> str:
    return render(answer(), "table", sheets=lambda: sheets, width=width, colour=colour)


def markdown(*sheets: Sheet) -> str:
    return render(answer(), "markdown", sheets=lambda: sheets, width=None, colour=False)


def no_sheets() -> list[Sheet]:
    raise AssertionError("json and csv make no sheets")


def one_cell(text: str, whole: bool = True) -> Sheet:
    return Sheet("t", columns=(Column("id"), Column("what", whole=whole)), rows=(("1", text),))


MEASURE = Measure(
    account="default",
    marketplace="US",
    channel="mfn",
    window=Window(date(2026, 9, 9), date(2026, 11, 7), 60, 15, "policy"),
    orders=812,
    defective_orders=9,
    rate=0.011084,
    limit=0.01,
    status="missed",
    headroom=-1,
    orders_to_recover=89,
    interval=(0.005842, 0.020941),
    negative_feedback_orders=3,
    claim_orders=5,
    chargeback_orders=2,
    if_pending_lost=PendingLost(11, 0.013547, "missed"),
    incoming=Incoming(101, 1),
)
DEFECT = Defect("chargeback", datetime(2026, 9, 10, tzinfo=UTC), "service", True, "odr.service")
DEFECTIVE = DefectiveOrder(
    "default", "US", "mfn", ORDER, date(2026, 9, 9), (DEFECT,), date(2026, 9, 24), date(2026, 11, 23)
)
SHEET = Sheet(
    "Order Defect Rate on 2026-11-22",
    (Cell("1.11 % (9 of 812 orders), missed.", "bad"), f"Pending: {ORDER} and 112-7654321-7654321 and {ORDER}."),
    (
        Column("order id"),
        Column("placed on"),
        Column("defective orders", "right"),
        Column("why", whole=False),
    ),
    (
        (ORDER, "2026-09-10", Cell("3", "warn"), "A-to-z claim, granted: the first scan came after ship-by"),
        ("112-7654321-7654321", "2026-10-01", "12", Cell("negative feedback (1 star)", "bad")),
    ),
    ("Window 2026-09-09 … 2026-11-07 (60 days, 15 days lag: policy).",),
)


# json


def test_json_is_the_envelope_of_the_contract() -> None:
    text = render(answer(MEASURE, warnings=(Notice("stale", "old"),)), "json", sheets=no_sheets, width=1, colour=True)
    envelope = json.loads(text)
    assert list(envelope) == ["schema", "tool_version", "as_of", "data", "warnings"]
    assert (envelope["schema"], envelope["tool_version"], envelope["as_of"]) == ("atoz.odr/1", "0.1.0", "2026-11-22")
    assert envelope["warnings"] == [{"code": "stale", "message": "old"}]
    assert text.startswith('{\n  "schema"') and text.endswith("}\n")
    assert as_json() == []


FLOATS = st.floats(-1e6, 1e6).map(lambda number: round(number, 4)) | st.sampled_from([math.nan, math.inf, -math.inf])
PIECES = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | st.text() | st.decimals() | st.dates()
    | st.datetimes() | st.just(Notice("a", "b\x7f\u202e")) | st.just(MEASURE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=3))
def test_json_in_pieces_is_what_the_standard_library_writes(values: list[Any]) -> None:
    from atoz_cli.views.plain import plain
    from atoz_cli.views.visible import json_escaped

    found = answer(*({"x": value} for value in values), warnings=(Notice("stale", "o\u200bld"),))
    envelope = {
        "schema": found.schema, "tool_version": "0.1.0", "as_of": found.as_of,
        "data": plain(found.data), "warnings": plain(found.warnings),
    }  # fmt: skip
    wanted = json_escaped(json.dumps(envelope, ensure_ascii=False, allow_nan=False, indent=2)) + "\n"
    assert render(found, "json", sheets=no_sheets, width=None, colour=False) == wanted


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_json_numbers_are_read_as_they_were(number: float) -> None:
    assert as_json({"x": number}) == [{"x": number}]


def test_json_keys_are_the_fields_in_order_without_the_underscore() -> None:
    [measure] = as_json(MEASURE)
    assert list(measure)[:5] == ["account", "marketplace", "channel", "window", "orders"]
    assert list(measure["window"].items())[:2] == [("from", "2026-09-09"), ("to", "2026-11-07")]
    assert measure["interval"] == [0.005842, 0.020941]
    assert measure["next_leaves_on"] is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("25"), "25.00"),
        (Decimal("25.5"), "25.50"),
        (Decimal("1.665"), "1.665"),
        (Decimal("25.0000"), "25.00"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("-0.5"), "-0.50"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("1E-7"), "0.0000001"),
        (date(2026, 11, 25), "2026-11-25"),
        (datetime(2026, 11, 25, 23, 59, 59, 999999, tzinfo=UTC), "2026-11-25T23:59:59Z"),
        (datetime(2026, 11, 25, 23, 0, tzinfo=timezone(timedelta(hours=-8))), "2026-11-26T07:00:00Z"),
        (datetime(2026, 11, 25, 23, 0), "2026-11-25T23:00:00Z"),
        (0.011084, 0.011084),
        (float("nan"), None),
        (None, None),
        (True, True),
        (("a", ("b",)), ["a", ["b"]]),
        (frozenset({"b", "a"}), ["a", "b"]),
    ],
)
def test_json_values(value: Any, written: Any) -> None:
    assert as_json({"x": value}) == [{"x": written}]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 26, 7, 0, 0, 999999, tzinfo=UTC),
        datetime(2026, 11, 25, 23, 0, tzinfo=timezone(timedelta(hours=-8))),
        datetime(2026, 11, 26, 7, 0),
    ],
)
def test_json_moments_of_a_value_are_utc_to_the_second(moment: datetime) -> None:
    assert as_json(Event(moment, "shipped", "orders.txt", 3))[0]["at"] == "2026-11-26T07:00:00Z"


def test_json_refuses_what_no_answer_holds() -> None:
    with pytest.raises(TypeError, match="object"):
        as_json({"x": object()})


def test_json_keeps_text_as_it_is_and_hides_no_character() -> None:
    name = 'Müller 保温杯 "x"\n\x1b[31m \x9b \u202e \U000e0041 \udc80'
    text = render(answer({"x": name}), "json", sheets=no_sheets, width=None, colour=False)
    assert "Müller 保温杯" in text
    assert not any(hidden in text for hidden in "\x1b\x9b\u202e\U000e0041\udc80")
    assert json.loads(text)["data"] == [{"x": name}]


# csv


def test_csv_is_one_flat_row_an_element() -> None:
    [row] = as_csv(MEASURE)
    assert row["window.from"] == "2026-09-09"
    assert row["interval"] == "0.005842 0.020941"
    assert row["if_pending_lost.rate"] == "0.013547"
    assert row["headroom"] == "-1"
    assert row["next_leaves_on"] == ""
    assert "\r" not in csv_text(MEASURE) and csv_text(MEASURE).endswith("\n")


def test_csv_lists_of_objects_are_compact_json() -> None:
    [row] = as_csv(DEFECTIVE)
    assert row["order_id"] == ORDER
    assert row["defects"].startswith('[{"kind":"chargeback","on":"2026-09-10T00:00:00Z"')
    assert as_csv({"x": ("too_early", "duplicate"), "y": ()}) == [{"x": "too_early duplicate", "y": ""}]


def test_csv_header_is_the_union_in_order() -> None:
    assert csv_text({"a": 1, "b": True}, {"b": False, "c": None}).splitlines() == ["a,b,c", "1,true,", ",false,"]
    assert csv_text({"w": None}, {"w": {"from": 1}}) == 'w.from\n""\n1\n'
    assert csv_text({"a": 1, "w": None}, {"a": 2, "w": {"x": 3}}).splitlines() == ["a,w.x", "1,", "2,3"]


def test_csv_of_nothing_is_nothing() -> None:
    assert csv_text() == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"])
def test_csv_text_is_never_a_formula(start: str) -> None:
    bad = start + 'HYPERLINK("http://x","y")'
    assert as_csv({"x": bad, "y": (bad, "b")}) == [{"x": "'" + bad, "y": f"'{bad} b"}]


def test_csv_carriage_return_is_guarded_and_does_not_break_the_row() -> None:
    assert as_csv({"x": "\r=1+1", "y": "a\rb"}) == [{"x": "'\n=1+1", "y": "a\nb"}]


def test_csv_numbers_are_untouched() -> None:
    data = {"a": -0.5, "b": -3, "c": Decimal("-25"), "d": "-0.5", "e": (-0.5, 1.0)}
    assert as_csv(data) == [{"a": "-0.5", "b": "-3", "c": "-25.00", "d": "'-0.5", "e": "-0.5 1.0"}]


def test_csv_header_names_are_guarded_too() -> None:
    assert csv_text({"=cmd": 1}).startswith("'=cmd\n")


def test_csv_escapes_controls_and_quotes() -> None:
    assert as_csv({"x": 'a,"b"\nc', "y": "\x1b[31m"}) == [{"x": 'a,"b"\nc', "y": "\\x1b[31m"}]


# table


@pytest.mark.parametrize("width", [60, 80, 200])
def test_table_fits_the_terminal(width: int) -> None:
    text = table(SHEET, width=width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in text.replace("2026-09-09 …", "")
    assert text.count(ORDER) == 3 and text.count("112-7654321-7654321") == 2
    assert "\x1b" not in text


def test_table_at_80_columns_wraps_free_text_only() -> None:
    assert table(SHEET, width=80).splitlines()[4:10] == [
        "                                  defective",
        "order id             placed on       orders  why",
        "─" * 80,
        "111-1234567-1234567  2026-09-10           3  A-to-z claim, granted: the first",
        "                                             scan came after ship-by",
        "112-7654321-7654321  2026-10-01          12  negative feedback (1 star)",
    ]


def test_table_that_does_not_fit_is_stacked() -> None:
    assert table(SHEET, width=50) == (
        "Order Defect Rate on 2026-11-22\n"
        "1.11 % (9 of 812 orders), missed.\n"
        "Pending: 111-1234567-1234567 and\n"
        "112-7654321-7654321 and 111-1234567-1234567.\n"
        "\n"
        "111-1234567-1234567\n"
        "  placed on         2026-09-10\n"
        "  defective orders  3\n"
        "  why               A-to-z claim, granted: the\n"
        "                    first scan came after ship-by\n"
        "\n"
        "112-7654321-7654321\n"
        "  placed on         2026-10-01\n"
        "  defective orders  12\n"
        "  why               negative feedback (1 star)\n"
        "\n"
        "Window 2026-09-09 … 2026-11-07 (60 days, 15 days\n"
        "lag: policy).\n"
    )


def test_stacked_value_too_wide_beside_its_title_stands_below_it() -> None:
    columns = (Column("id"), Column("a rather long column title"), Column("b"))
    sheet = Sheet("", columns=columns, rows=(("1", "x" * 36, ""), ("", "y", "z")))
    assert table(sheet, width=40) == (
        f"1\n  a rather long column title\n    {'x' * 36}\n"
        "\n-\n  a rather long column title  y\n  b                           z\n"
    )


def test_piped_table_is_natural() -> None:
    long = Sheet("T" * 300, ("lead " * 100,), (Column("a", whole=False),), (("word " * 200,),), ("note " * 100,))
    lines = table(long).splitlines()
    assert lines[:2] == ["T" * 300, ("lead " * 100).strip()]
    assert ("word " * 200).strip() in lines and ("note " * 100).strip() in lines


def test_numbers_are_right_aligned_and_lines_end_clean() -> None:
    lines = table(SHEET).splitlines()
    assert lines[4].startswith("order id             placed on   defective orders  why")
    assert lines[6].startswith("111-1234567-1234567  2026-09-10                 3  A-to-z")
    for colour in (False, True):
        for width in (40, 60, 80, 200, None):
            assert not [line for line in table(SHEET, width=width, colour=colour).splitlines() if line.endswith(" ")]


def test_sheets_without_rows_or_anything() -> None:
    assert table(Sheet("t", ("none",), (Column("a"),))) == "t\nnone\n"
    assert table(Sheet("")) == "" and table() == ""
    assert table(Sheet("a"), Sheet("b")) == "a\n\nb\n"
    assert table(Sheet("", columns=(Column(""),), rows=(("",),))) == "\n─\n\n"


def test_a_row_of_the_wrong_length_is_our_bug_and_not_cropped() -> None:
    with pytest.raises(ValueError, match="zip"):
        table(Sheet("", columns=(Column("a"),), rows=(("1", "2"),)))


def test_colour_only_when_asked() -> None:
    coloured = table(SHEET, width=80, colour=True)
    assert "\x1b[31m1.11 %" in coloured and "\x1b[33m3\x1b[0m" in coloured and "\x1b[1mOrder Defect" in coloured
    assert _plain_of(coloured) == table(SHEET, width=80)
    tones = Sheet("", (Cell("g", "good"), Cell("d", "dim"), Cell("p")))
    assert table(tones, colour=True) == "\x1b[32mg\x1b[0m\n\x1b[2md\x1b[0m\np\n"


def _plain_of(coloured: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", coloured)


HOSTILE = "[red]x[/red] [bold] :smile: \x1b[31m \x9b2J \x07 \u202eabc\u2066 \u200b a\nb\tc \udc80"
TAMED = "[red]x[/red] [bold] :smile: \\x1b[31m \\x9b2J \\x07 \\u202eabc\\u2066 \\u200b a b c \\udc80"


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [None, 60, 200])
def test_data_is_text_wherever_it_stands(colour: bool, width: int | None) -> None:
    sheet = Sheet(HOSTILE, (HOSTILE,), (Column(HOSTILE), Column("x")), ((HOSTILE, HOSTILE),), (HOSTILE,))
    text = _plain_of(table(sheet, width=width, colour=colour))
    assert not set(text) & set("\x1b\x9b\x07\u202e\u2066\u200b\udc80\t")
    assert " ".join(text.split()).count(TAMED) >= 4
    assert TAMED in table(one_cell(HOSTILE))


def test_cjk_takes_two_cells_and_may_break_between_characters() -> None:
    name = f"不锈钢保温杯大容量户外运动水壶{ORDER}便携式水瓶车载杯子。"
    lines = wrap(name, 24)
    assert "".join(lines) == name and max(map(cell_len, lines)) <= 24
    assert any(ORDER in line for line in lines) and not any(line.startswith("。") for line in lines)
    sheet = Sheet("", columns=(Column("名"), Column("b")), rows=(("保温杯", "x"), ("ab", "y")))
    assert table(sheet) == "名      b\n─────────\n保温杯  x\nab      y\n"


def test_emoji_sequences_stay_whole() -> None:
    assert "👨‍👩‍👧" in table(one_cell("a 👨‍👩‍👧 b", whole=False), width=40)


def test_words_are_never_split() -> None:
    assert wrap("see https://x.example/a-b-c-d-e-f ok", 10) == ["see", "https://x.example/a-b-c-d-e-f", "ok"]


TEXT = st.text(st.one_of(st.sampled_from("ab 1-—保。é🙂\n\x1b\u202e[|"), st.characters()), max_size=60)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    columns = draw(
        st.lists(st.builds(Column, TEXT, st.sampled_from(["left", "right"]), st.booleans()), min_size=1, max_size=6)
    )
    cell = st.one_of(TEXT, st.builds(Cell, TEXT, st.sampled_from(["good", "bad", "warn", "dim", "plain"])))
    rows = draw(st.lists(st.tuples(*[cell] * len(columns)), min_size=1, max_size=4))
    return Sheet("", (), tuple(columns), tuple(rows))


@settings(max_examples=300, deadline=None)
@given(sheets(), st.one_of(st.none(), st.integers(40, 220)), st.booleans())
def test_every_character_of_every_cell_is_shown_in_order(sheet: Sheet, width: int | None, colour: bool) -> None:
    text = _plain_of(table(sheet, width=width, colour=colour))
    assert text == table(sheet, width=width)
    for row in sheet.rows:
        for column, cell in zip(sheet.columns, row, strict=True):
            said = _said(cell)
            assert not column.whole or said.strip(" ") in text
            assert _is_within(_letters(said), _letters(text))
    if _widths(sheet, width) and all(map(cell_len, _letters(text).replace("\n", ""))):
        _check_columns(sheet, text, width)


def _said(cell: str | Cell) -> str:
    return shown(cell.text if isinstance(cell, Cell) else cell)


def _widths(sheet: Sheet, width: int | None) -> list[int] | None:
    columns = [Column(shown(column.title).strip(" "), column.align, column.whole) for column in sheet.columns]
    rows = [[_said(cell).rstrip(" ") for cell in row] for row in sheet.rows]
    return fit(columns, rows, width)


def _check_columns(sheet: Sheet, text: str, width: int | None) -> None:
    """Read back column by column, a table says what its cells say, and nothing else."""
    widths = _widths(sheet, width)
    assert widths is not None
    lines = text.split("\n")
    if width is not None:
        assert max(map(cell_len, lines)) <= width
    body = lines[lines.index("─" * (sum(widths) + GAP * (len(widths) - 1))) + 1 :]
    for at, column_width in enumerate(widths):
        start = sum(widths[:at]) + GAP * at
        read = "".join(_letters(_cells(line, start, start + column_width)) for line in body)
        cells = [row[at] for row in sheet.rows]
        assert read == "".join(_letters(_said(cell)) for cell in cells)


def _cells(line: str, start: int, end: int) -> str:
    """The part of a line in these terminal cells."""
    return "".join(
        c for at, c in enumerate(line) if start <= cell_len(line[: at + 1]) - 1 and cell_len(line[:at]) < end
    )


def _letters(text: str) -> str:
    return "".join(text.split(" "))


def _is_within(part: str, text: str) -> bool:
    rest = iter(text.replace("\n", ""))
    return all(character in rest for character in part)


# markdown


def test_markdown_shows_the_sheet() -> None:
    assert markdown(SHEET) == (
        "# Order Defect Rate on 2026-11-22\n\n"
        "1.11 % (9 of 812 orders), missed.\n\n"
        f"Pending: {ORDER} and 112-7654321-7654321 and {ORDER}.\n\n"
        "| order id | placed on | defective orders | why |\n"
        "| --- | --- | ---: | --- |\n"
        f"| {ORDER} | 2026-09-10 | 3 | A-to-z claim, granted: the first scan came after ship-by |\n"
        "| 112-7654321-7654321 | 2026-10-01 | 12 | negative feedback (1 star) |\n\n"
        "- Window 2026-09-09 … 2026-11-07 (60 days, 15 days lag: policy).\n"
    )
    assert markdown() == ""


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ("a|b", r"a\|b"),
        ("a\\|b", r"a\\\|b"),
        ("a\r\nb", "a b"),
        ("<script>", "&lt;script>"),
        ("&lt; & co", "&amp;lt; & co"),
        ("![x](http://evil)", r"!\[x\](http://evil)"),
        ("`*b*` ~~s~~", r"\`\*b\*\` \~\~s\~\~"),
        ("item_not_received _x_", r"item_not_received \_x\_"),
        ("\x1b[31m", r"\\x1b\[31m"),
    ],
)
def test_markdown_data_stays_text(data: str, written: str) -> None:
    assert f"| 1 | {written} |\n" in markdown(one_cell(data))


@pytest.mark.parametrize(
    ("lead", "written"),
    [("# a", r"\# a"), ("- a", r"\- a"), ("1. a", r"1\. a"), ("1.11 % a", "1.11 % a"), ("> a", r"\> a")],
)
def test_markdown_lines_start_no_block(lead: str, written: str) -> None:
    assert markdown(Sheet("t", (lead,), notes=(lead,))) == f"# t\n\n{written}\n\n- {written}\n"


# formats and start-up


def test_formats() -> None:
    for name in FORMATS:
        assert render(answer(MEASURE), name, sheets=lambda: [SHEET], width=80, colour=False).endswith("\n")
    with pytest.raises(BadUsage) as refused:
        render(answer(), "yaml", sheets=no_sheets, width=None, colour=False)
    assert refused.value.hint == "choose one of table, json, csv, markdown"


@pytest.mark.parametrize(("format", "rich"), [("json", False), ("csv", False), ("markdown", False), ("table", True)])
def test_only_a_table_imports_rich(format: str, rich: bool) -> None:
    script = (
        "import sys, atoz_cli; atoz_cli.__version__ = '0.1.0'\n"
        "from atoz_cli.views import render, progress\nfrom atoz_cli.answers import Answer, Sheet\n"
        f"render(Answer('x', None, ()), {format!r}, sheets=lambda: [Sheet('t')], width=None, colour=False)\n"
        "with progress(3, 'x') as advance: advance(1)\n"
        "print('rich' in sys.modules)"
    )
    assert _run(script).stdout.decode().strip() == str(rich)


def _run(script: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(SRC), **options.pop("env", {})}
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([sys.executable, "-c", script], env=env, timeout=60, **options)


# errors


def test_error_text() -> None:
    error = EmptyStore("no store\nyet \x1b[31m", "run\r\natoz import")
    assert error_text(error, as_json=False) == "error: no store yet \\x1b[31m\nhint: run atoz import"
    assert error_text(EmptyStore("no store"), as_json=False) == "error: no store"
    line = error_text(error, as_json=True)
    assert "\n" not in line and "\x1b" not in line
    assert json.loads(line) == {
        "error": {"code": "empty_store", "message": "no store\nyet \x1b[31m", "hint": "run\r\natoz import"}
    }
    assert json.loads(error_text(EmptyStore("x"), as_json=True))["error"]["hint"] is None


# write


def test_stdout_is_utf8_whatever_the_locale() -> None:
    script = "from pathlib import Path; from atoz_cli.views import write; write('\\u4fdd \\u2500 \\udc80\\n', None)"
    done = _run(script, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.stdout == "保 ─ \\udc80\n".encode() and done.stderr == b""


def test_a_closed_pipe_is_quiet() -> None:
    script = "from atoz_cli.views import write; write('x' * 10, None); write('y' * 1_000_000, None); write('z', None)"
    reader, writer = os.pipe()
    os.close(reader)
    done = _run(script, stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_stdout_closed_from_the_start_is_quiet() -> None:
    script = "import sys; sys.stdout = None; from atoz_cli.views import write; write('x', None)"
    assert _run(script).returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk_behind_stdout() -> None:
    script = (
        "from atoz_cli.views import write\nfrom atoz_cli.errors import DiskFull\n"
        "try: write('x', None)\nexcept DiskFull: raise SystemExit(5)"
    )
    with open("/dev/full", "wb") as full:
        done = _run(script, stdout=full)
    assert (done.returncode, done.stderr) == (5, b"")


def test_stdout_without_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    write("保\n", None)
    assert out.getvalue() == "保\n"


def test_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write("保\n", path)
    assert path.read_bytes() == "保\n".encode()
    path.chmod(0o640)
    write("2\n", path)
    assert path.read_bytes() == b"2\n" and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.json"]


def test_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    write("x", tmp_path / "a")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write("new", tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_text() == "new"


def test_devices_are_not_replaced() -> None:
    write("x", Path(os.devnull))
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
        (OSError(errno.EIO, "I/O error"), BadUsage),
        (PermissionError(errno.EACCES, "Permission denied"), BadUsage),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException, raised: type[BaseException]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(raised):
        write("new", path)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.csv"]


def test_paths_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    for path, word in [
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "a", "there is no folder"),
        (tmp_path / "file" / "a", "there is no folder"),
        (tmp_path / ("n" * 300), "cannot be written"),
    ]:
        with pytest.raises(BadUsage, match=word) as refused:
            write("x", path)
        assert refused.value.hint
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(BadUsage, match="not allowed"):
        write("y", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "x"


# screen

FACTS = "from atoz_cli.views import stdout_facts; print(stdout_facts())"
PLAIN = {"NO_COLOR": "", "FORCE_COLOR": "", "TERM": "xterm", "COLUMNS": ""}


@pytest.mark.parametrize(
    ("env", "facts"),
    [
        ({}, (None, False)),
        ({"COLUMNS": "60"}, (None, False)),
        ({"FORCE_COLOR": "1"}, (None, True)),
        ({"FORCE_COLOR": "0"}, (None, False)),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (None, False)),
    ],
)
def test_piped_facts(env: dict[str, str], facts: tuple[int | None, bool]) -> None:
    assert _run(FACTS, env={**PLAIN, **env}).stdout.decode().strip() == str(facts)


@pytest.mark.parametrize(
    ("env", "facts"),
    [
        ({"COLUMNS": "60"}, (60, True)),
        ({"COLUMNS": "wide"}, (80, True)),
        ({"COLUMNS": "60", "NO_COLOR": "0"}, (60, False)),
        ({"COLUMNS": "60", "TERM": "dumb"}, (60, False)),
        ({"COLUMNS": "60", "TERM": "dumb", "FORCE_COLOR": "1"}, (60, True)),
    ],
)
def test_terminal_facts(env: dict[str, str], facts: tuple[int | None, bool]) -> None:
    assert _on_a_terminal(FACTS, "stdout", env).strip() == str(facts)


PROGRESS = (
    "from atoz_cli.views import progress\n"
    "with progress(3, 'reading [red]\\x1b') as advance:\n    advance(1); advance(2)\n"
)


def test_progress_only_on_a_capable_terminal() -> None:
    assert _run(PROGRESS).stderr == b""
    assert _on_a_terminal(PROGRESS, "stderr", {"TERM": "dumb"}) == ""
    bar = _on_a_terminal(PROGRESS, "stderr", {"COLUMNS": "80"})
    assert "reading [red]\\x1b" in bar and "3/3" in bar


def _on_a_terminal(script: str, stream: str, env: dict[str, str]) -> str:
    """What the script writes to that stream when it is a terminal."""
    ours, theirs = pty.openpty()
    try:
        _run(script, env={**PLAIN, **env}, **{stream: theirs})
    finally:
        os.close(theirs)
    text = b""
    try:
        while part := os.read(ours, 65536):
            text += part
    except OSError:  # Linux: the other end is closed
        pass
    os.close(ours)
    return text.decode()


def test_progress_of_unknown_length_and_facts_in_process(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(None, "x") as advance:
        advance(5)
    assert capsys.readouterr().err == ""
    assert stdout_facts()[0] is None


class Odd(Struct, frozen=True):
    """Names with an underscore inside keep it."""

    from_: int = 1
    order_id: str = "x"


def test_mappings_and_values_may_nest() -> None:
    assert as_json({"a_": Odd(), date(2026, 1, 2): 1}) == [
        {"a_": {"from": 1, "order_id": "x"}, "2026-01-02": 1},
    ]
    assert as_csv({"a": Odd()}, Odd()) == [
        {"a.from": "1", "a.order_id": "x", "from": "", "order_id": ""},
        {"a.from": "", "a.order_id": "", "from": "1", "order_id": "x"},
    ]
