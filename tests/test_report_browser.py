"""The report in a real browser: charts are drawn, nothing is asked for, it can be used by eye, keyboard and screen reader.

Chromium is Debian's; `make test` installs it where it can. Without one these tests are left out, but never in CI.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.cli import run

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
DAY = "2026-11-22"
SAMPLES = Path(__file__).parents[1] / "sample_data"

if CHROMIUM is None:
    if os.environ.get("CI"):
        raise RuntimeError("no Chromium: install Debian's package `chromium`")
    warnings.warn("NO CHROMIUM: the report is not tried in a browser", stacklevel=1)
    pytestmark = pytest.mark.skip(reason="NO CHROMIUM: the report is not tried in a browser")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of one account, and that of an agency with three."""
    folder = tmp_path_factory.mktemp("reports")
    files = [str(path) for path in sorted(SAMPLES.iterdir()) if path.suffix in (".txt", ".csv", ".json")]
    german = [path for path in files if path.endswith("-de.txt")]
    assert run(["import", *files, "--store", str(folder / "one.duckdb"), "--json", "-o", str(folder / "r.json")]) == 0
    for name, some in (("Käthe & Söhne", files), ("north", german), ("<b>south</b>", german[:1])):
        command = [
            "import",
            *some,
            "--account",
            name,
            "--store",
            str(folder / "many.duckdb"),
            "--json",
            "-o",
            str(folder / "r.json"),
        ]
        assert run(command) == 0
    found = {}
    for name in ("one", "many"):
        found[name] = folder / f"{name}.html"
        assert run(["report", "-o", str(found[name]), "--as-of", DAY, "--store", str(folder / f"{name}.duckdb")]) == 0
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


class Tab:
    """One page, with what it asked for and what it complained of."""

    def __init__(self, browser: Any, path: Path, width: int = 1024, scheme: str = "light") -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True, reduced_motion="reduce"
        )
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(path.as_uri())

    def draw_all(self) -> None:
        self.page.evaluate("dispatchEvent(new Event('beforeprint'))")


@pytest.fixture
def tab(browser: Any, reports: dict[str, Path]) -> Iterator[Any]:
    opened: list[Tab] = []

    def open_tab(name: str = "one", **how: Any) -> Tab:
        opened.append(Tab(browser, reports[name], **how))
        return opened[-1]

    yield open_tab
    for one in opened:
        one.context.close()


DRAWN = """() => [...document.querySelectorAll('.plot canvas')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3]) colours.add(data[at] + ',' + data[at + 1] + ',' + data[at + 2]);
    return colours.size;
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["one", "many"])
def test_every_chart_is_drawn_and_nothing_else_is_asked_for(
    tab: Any, reports: dict[str, Path], name: str, scheme: str
) -> None:
    one = tab(name, scheme=scheme)
    one.draw_all()
    plots = one.page.locator(".plot").count()
    colours = one.page.evaluate(DRAWN)
    assert plots >= 4 and len(colours) == plots and all(number > 5 for number in colours)
    assert one.asked == [reports[name].as_uri()] and one.said == []


def test_charts_that_are_far_down_are_drawn_when_one_comes_near(tab: Any) -> None:
    one = tab("many")
    plots = one.page.locator(".plot").count()
    assert one.page.locator(".plot canvas").count() < plots
    one.page.locator(".plot").last.scroll_into_view_if_needed()
    one.page.locator(".plot").last.locator("canvas").wait_for()


def test_a_chart_tells_the_values_of_the_day_under_the_pointer(tab: Any) -> None:
    one = tab()
    plot = one.page.locator(".plot").first
    plot.scroll_into_view_if_needed()
    plot.locator("canvas").wait_for()
    box = plot.locator(".u-over").bounding_box()
    one.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
    values = plot.locator(".u-legend .u-value").all_inner_texts()
    assert values[0].startswith("2026-") and any(value.endswith(" %") for value in values[1:])


def test_the_last_day_of_a_chart_is_the_rate_of_the_tile(tab: Any) -> None:
    """The chart's own data, read as the script reads it, against the figure beside it."""
    one = tab()
    known = one.page.evaluate("() => JSON.parse(document.querySelector('figure script').textContent)")
    begin, millionths = next(line["shares"] for line in known["strokes"] if line["kind"] == "rate")
    last = begin + len(millionths) - 1
    assert last == known["today"]
    figure = one.page.locator(".tile .figure").first.inner_text()
    assert round(millionths[-1] / 10_000, 3) == pytest.approx(float(figure.split()[0]), abs=0.001)


def test_a_table_sorts_by_the_column_that_is_pressed(tab: Any) -> None:
    one = tab()
    one.draw_all()  # what is drawn later would move what is pressed
    table = one.page.locator("section[id$=deadlines] table")
    head = table.locator("th").nth(1)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    days = [text for text in table.locator("tbody td:nth-child(2)").all_inner_texts() if text]
    assert len(days) > 5 and days == sorted(days)
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    days = [text for text in table.locator("tbody td:nth-child(2)").all_inner_texts() if text]
    assert days == sorted(days, reverse=True)


def test_numbers_sort_as_numbers(tab: Any) -> None:
    one = tab()
    one.draw_all()
    table = one.page.locator("section[id$=kinds] table")
    table.locator("th").nth(1).get_by_role("button").click()
    counts = [int(text) for text in table.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert len(counts) > 3 and counts == sorted(counts)


def test_an_order_id_copies(tab: Any) -> None:
    one = tab()
    one.draw_all()
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = one.page.locator("section button.id").first
    order = button.inner_text()
    button.click()
    one.page.get_by_text(f"{order} copied").wait_for()
    assert one.page.evaluate("navigator.clipboard.readText()") == order


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("one", 1024, "light"), ("one", 1024, "dark"), ("many", 1024, "light"), ("one", 360, "light")],
)
def test_axe_finds_nothing(tab: Any, name: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    one = tab(name, width=width, scheme=scheme)
    one.draw_all()
    one.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = Axe().run(one.page).response["violations"]
    assert [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.parametrize("width", [360, 1024, 1600])
def test_nothing_is_wider_than_the_screen(tab: Any, width: int) -> None:
    one = tab("many", width=width)
    one.draw_all()
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_the_content_and_the_first_stop_skips_to_it(tab: Any) -> None:
    one = tab("many")
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.id") == "main"


def test_a_name_is_a_name_and_not_markup(tab: Any) -> None:
    one = tab("many")
    assert one.page.locator("article h2").all_inner_texts() and one.page.locator("b").count() == 0
    assert "<b>south</b>" in one.page.locator("nav").inner_text()


def test_without_scripts_the_page_still_says_all(browser: Any, reports: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["one"].as_uri())
    assert page.locator("figure details table tbody tr").count() > 20
    assert page.locator("section[id$=deadlines] tbody tr").count() > 5
    context.close()


def test_it_prints(tab: Any, tmp_path: Path) -> None:
    one = tab()
    one.page.pdf(path=str(tmp_path / "report.pdf"))
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
