"""A page as HTML and as Markdown: what is data stays text, however it is meant; nothing is asked of a network."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from atoz_cli.answers import Cell, Column, Sheet
from atoz_cli.answers.page import Band, Calendar, Dated, Graph, Page, Part, Section, Stroke, Tile, Tiles
from atoz_cli.errors import BadUsage
from atoz_cli.views import render_page
from atoz_cli.views.page import drawn, weeks

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover='alert(3)' {{ 7*7 }} \u202e&lt;"
ORDER = "111-1234567-1234567"
LIMITS = (0.01,) * 6
GRAPH = Graph(
    "US, seller-fulfilled (MFN)", f"rises {EVIL}", date(2026, 11, 1),
    (Stroke("ODR", "rate", (None, 0.002, 0.004, None, None, None)), Stroke("Ahead", "ahead", (None, None, 0.004, 0.003, 0.0, None))),
    LIMITS, Band("With late defects", (None, None, None, 0.003, 0.001, None), (None, None, None, 0.006, 0.012, None)),
    date(2026, 11, 3), ((date(2026, 11, 2), EVIL),),
    Sheet("", (), (Column("Day"), Column("ODR", "right")), (("2026-11-02", "0.20 %"), ("2026-11-03", "0.40 %"))),
)  # fmt: skip
PAGE = Page(
    "Account health report", f"It says {EVIL}", f"2 claims {EVIL}", "bad", "2026-11-22", "atoz 0.1.0", (),
    (
        Part(
            "account-1", f"Shop {EVIL}", f"Missed {EVIL}", "", "bad",
            (
                Section("rates", "Rate", (Tiles((Tile("US", "1.20 %", EVIL, "bad", (EVIL,), 0.012, 0.01),)),)),
                Section("charts", "Charts", (GRAPH,)),
                Section("days", "Days", (Calendar(EVIL, date(2026, 11, 22), date(2026, 12, 1), (Dated(date(2026, 12, 1), 2, EVIL),)),)),
                Section(
                    "claims", "Claims",
                    (Sheet(f"Title {EVIL}", (Cell(f"order {ORDER}", "warn"),), (Column("Order"), Column(f"What {EVIL}", whole=False)),
                           ((ORDER, EVIL), ("111-7654321-1234567", Cell("late", "bad"))), (EVIL,)),),
                    folded=True,
                ),
            ),
        ),
    ),
)  # fmt: skip


class Reader(HTMLParser):
    """The elements, their attributes, and the text outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[tuple[str | None, str]] = []
        self._in: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._in = tag
            if tag == "script":
                self.scripts.append((dict(attrs).get("type"), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in is None:
            self.text.append(data)
        elif self._in == "script":
            kind, so_far = self.scripts[-1]
            self.scripts[-1] = (kind, so_far + data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_what_is_data_stays_text() -> None:
    found = read(render_page(PAGE, "html"))
    said = "".join(found.text)
    assert "alert(1)" in said and "{{ 7*7 }}" in said and "\\u202e" in said and "\u202e" not in said
    assert [kind for kind, _ in found.scripts] == ["application/json", None, None]  # the graph's data, the charts, ours
    assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
    assert not any(tag == "img" for tag, _ in found.tags)


def test_a_page_names_no_address_that_is_asked_for() -> None:
    html = render_page(PAGE, "html")
    found = read(html)
    asked = [
        value
        for _, attributes in found.tags
        for name, value in attributes.items()
        if name in ("src", "srcset", "data", "action")
    ]
    links = [attributes.get("href") or "" for _, attributes in found.tags if "href" in attributes]
    assert asked == [] and all(link.startswith("#") for link in links)
    assert not re.search(r"url\(|@import", html)
    policy = next(
        attributes["content"]
        for tag, attributes in found.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in (policy or "")


def test_what_a_graph_is_drawn_from_can_be_read_back() -> None:
    found = read(render_page(PAGE, "html"))
    known = json.loads(next(text for kind, text in found.scripts if kind == "application/json"))
    assert known["first"] == "2026-11-01" and known["today"] == 2
    assert known["strokes"][0] == {"name": "ODR", "kind": "rate", "shares": [1, [2000, 4000]]}
    assert known["band"]["high"] == [3, [6000, 12000]] and known["limits"] == [[0, 10000]]
    assert known["marks"] == [[1, EVIL.replace("\u202e", "\\u202e")]]


def test_a_graph_without_any_share_is_drawn_from_nothing() -> None:
    empty = replace(GRAPH, strokes=(Stroke("ODR", "rate", (None,) * 6),), band=None, marks=(), today=None)
    assert json.loads(drawn(empty)) == {
        "first": "2026-11-01", "strokes": [{"name": "ODR", "kind": "rate", "shares": [0, []]}], "limits": [[0, 10000]],
    }  # fmt: skip


def test_a_limit_that_changes_is_drawn_from_its_day_on() -> None:
    changed = replace(GRAPH, limits=(None, 0.01, 0.01, 0.005, 0.005, 0.005))
    assert json.loads(drawn(changed))["limits"] == [[0, None], [1, 10000], [3, 5000]]


def test_the_weeks_of_a_calendar_begin_on_monday_and_hold_all_days() -> None:
    found = weeks(Calendar("", date(2026, 11, 22), date(2026, 12, 1), (Dated(date(2026, 12, 1), 2, "two"),)))
    assert [len(week) for week in found] == [7, 7, 7]
    assert found[0][0][0] == date(2026, 11, 16) and found[-1][-1][0] == date(2026, 12, 6)
    assert [day for week in found for day, what in week if what] == [date(2026, 12, 1)]


def test_markdown_has_every_part_and_no_markup_of_the_data() -> None:
    text = render_page(PAGE, "markdown")
    assert text.startswith("# Account health report, 2026-11-22\n")
    assert "<script" not in text and "<img" not in text
    assert f"| {ORDER} |" in text and "- 2026-12-01: " in text and "0.20 %" in text
    assert text.count("\n# ") == 0


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.html"
    mine.write_text(
        "{{ page.as_of }}: {{ page.parts[0].title }}{% for one in page.parts[0].sections %} {{ one.anchor }}{% endfor %}"
    )
    said = render_page(PAGE, "html", mine)
    assert said.startswith("2026-11-22: Shop &lt;/script&gt;") and said.endswith(" rates charts days claims")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{% if %}", "line 1"),
        ("{{ page.nothing }}", "nothing"),
        ("{{ page.__class__.__mro__ }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{{ 1 // 0 }}", "zero"),
    ],
)  # fmt: skip
def test_a_template_that_does_not_work_is_the_users_error(tmp_path: Path, template: str, says: str) -> None:
    mine = tmp_path / "mine.html"
    mine.write_text(template)
    with pytest.raises(BadUsage) as error:
        render_page(PAGE, "html", mine)
    assert str(mine) in error.value.message and says in error.value.message and error.value.hint


def test_a_template_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="cannot be read"):
        render_page(PAGE, "html", tmp_path / "none.html")
    (tmp_path / "latin.html").write_bytes(b"\xff\xfe\xe9")
    with pytest.raises(BadUsage, match="UTF-8"):
        render_page(PAGE, "html", tmp_path / "latin.html")
