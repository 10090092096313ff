"""A trend as it is seen: drawn on a terminal of any width, a line of bars elsewhere."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from rich.cells import cell_len

from atoz_cli.answers import Answer, Chart, Column, Dot, Sheet
from atoz_cli.answers.trend import TrendPoint
from atoz_cli.sheets.trend import spark
from atoz_cli.views import render
from atoz_cli.views.to_chart import draw

FIRST = date(2026, 6, 1)
DAY = timedelta(days=1)


def chart(shares: list[float | None], limit: float | None = 0.01, sure_from: int = 0) -> Chart:
    dots = tuple(Dot(FIRST + at * DAY, share, at >= sure_from) for at, share in enumerate(shares))
    marks = ((FIRST + len(shares) // 2 * DAY, "a"),)
    return Chart(dots, ((FIRST, limit),) if limit is not None else (), marks, "bars instead")


RISE = [number / 10_000 for number in range(180)]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_chart_fits_and_names_its_limit_its_days_and_its_marks(width: int) -> None:
    lines = draw(chart(RISE), width, colour=False)
    assert 10 <= len(lines) <= 20
    assert max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    assert "1.00 %" in text and "0.00 %" in text and "2026-06-01" in text and "11-27" in text
    assert "─" in text and re.search(r"[\u2801-\u28ff]", text) and "a" in lines[0] + lines[1]
    assert "\x1b" not in text


def test_a_rise_is_drawn_as_one() -> None:
    """The rows of the curve's dots go up as one reads from left to right."""
    heights: dict[int, int] = {}
    for row, line in enumerate(draw(chart(RISE, None), 80, colour=False)):
        for at, sign in enumerate(line):
            if "\u2801" <= sign <= "\u28ff":
                heights.setdefault(at, row)
    rows = [heights[at] for at in sorted(heights)]
    assert rows == sorted(rows, reverse=True) and rows[0] - rows[-1] > 5 and len(rows) > 50


def test_days_without_a_rate_are_not_drawn_and_unsure_ones_are_dotted() -> None:
    gap = "\n".join(draw(chart([0.01] * 60 + [None] * 60 + [0.01] * 60, None), 100, colour=False))
    row = next(line for line in gap.split("\n") if re.search(r"[\u2801-\u28ff]", line))
    assert re.search(r"[\u2801-\u28ff] {15,}[\u2801-\u28ff]", row)
    assert "·" in "\n".join(draw(chart([0.02] * 90, None, sure_from=45), 80, colour=False))
    assert "·" not in "\n".join(draw(chart([0.02] * 90, None), 80, colour=False))


def test_colour_is_only_added() -> None:
    plain, coloured = draw(chart(RISE), 80, colour=False), draw(chart(RISE), 80, colour=True)
    assert "\x1b[" in "".join(coloured)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in coloured] == plain


@pytest.mark.parametrize("shares", [[0.0], [0.005], [1.0] * 3, [0.0] * 200, [None, 0.3]])
def test_any_rates_can_be_drawn(shares: list[float | None]) -> None:
    assert draw(chart(shares), 80, colour=False)


def test_without_a_rate_there_is_no_chart() -> None:
    assert draw(chart([None] * 5), 80, colour=False) == []


def test_a_terminal_sees_the_chart_and_a_pipe_the_bars_and_the_table() -> None:
    sheet = Sheet("A rate", columns=(Column("Day"),), rows=(("2026-06-01",),), chart=chart(RISE))
    answer = Answer("atoz.trend/1", "2026-11-22", (), ())

    def shown(width: int | None, format: str = "table") -> str:
        return render(answer, format, sheets=lambda: [sheet], width=width, colour=False)

    assert "─" in shown(80) and "bars instead" not in shown(80) and "\n2026-06-01\n" not in shown(80)
    assert "bars instead" in shown(None) and "\n2026-06-01\n" in shown(None)
    assert "bars instead" in shown(None, "markdown") and "| 2026-06-01 |" in shown(None, "markdown")


def points(rates: list[float | None], limit: float | None = 0.01) -> list[TrendPoint]:
    return [
        TrendPoint(
            FIRST + at * DAY, "default", "US", "mfn", "odr", 0, 0, rate, limit, None, None, None, None, None, True
        )
        for at, rate in enumerate(rates)
    ]


def test_bars_stand_between_nothing_and_the_highest() -> None:
    assert spark(points([0.0, 0.01, 0.02, None, 0.02])) == "▁▅█·█"
    assert spark(points([0.0, 0.005, 0.01])) == "▁▅█"
    assert spark(points([0.001] * 3)) == "▂▂▂", "the limit is the highest"
    assert spark(points([0.0, 0.0], None)) == "▁▁"
    assert spark(points([0.9, 0.98, 1.0], 0.9)) == "▁▇█", "of high rates from the lowest"
    assert len(spark(points([0.0] * 365))) <= 60
