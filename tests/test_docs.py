"""The examples of the docs are run, and say what is shown; the pages of the sources are what their script writes.

Each ```console block of a page goes on where the last one ended. What docs/how-amazon-counts.md says of a rule stands
there as a comment too, `<!-- odr.below 0.01 A -->` (rule, value, how sure; perhaps a day and a marketplace), and is
compared with the policy.
"""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from oracle import wilson

ROOT = Path(__file__).parents[1]
COUNTING = ROOT / "docs" / "how-amazon-counts.md"
PAGES = (
    ROOT / "README.md", COUNTING,
    *(ROOT / "docs" / f"{name}.md" for name in ("sources", "project", "trend", "health", "causes", "prevention", "reconcile")),
)  # fmt: skip
ANYTHING = "…"


class Step(NamedTuple):
    """One command of a page, and the lines that it shows below."""

    line: int
    command: str
    shown: list[str]


def steps(text: str) -> list[Step]:
    """The commands of all ```console blocks, top to bottom."""
    found: list[Step] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if not inside and re.fullmatch(r"\s*```console\s*", line):
            inside = True
            fresh = True
        elif inside and line.strip() == "```":
            inside = False
        elif inside and line.startswith("$ "):
            found.append(Step(number, line[2:], []))
            fresh = False
        elif inside and not fresh:
            found[-1].shown.append(line.rstrip())
    return found


def same(shown: list[str], said: list[str]) -> bool:
    """Whether the lines are the same; a line `…` alone stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == ANYTHING else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in said)) is not None


def trimmed(lines: list[str]) -> list[str]:
    """Without blank lines at both ends."""
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """The repository's top as the folder, a store that lasts over the page, `atoz` as this Python runs it."""
    folder = tmp_path
    script = folder / "atoz"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m atoz_cli "$@"\n', "utf-8")
    script.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    return {
        **kept,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "ATOZ_STORE": str(folder / "store.duckdb"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_the_program_says(page: Path, world: dict[str, str]) -> None:
    found = [step for step in steps(page.read_text("utf-8")) if step.command.startswith("atoz")]
    assert found, f"no ```console examples in {page.name}"
    for step in found:
        said = subprocess.run(
            step.command, shell=True, cwd=ROOT, env=world, capture_output=True, text=True, encoding="utf-8", check=False
        )
        lines = [line.rstrip() for line in (said.stdout + said.stderr).splitlines()]
        shown = trimmed(step.shown)
        assert same(shown, trimmed(lines)), (
            f"{page.name}, line {step.line}: $ {step.command}\n--- shown\n" + "\n".join(shown) + "\n--- said\n"
            + "\n".join(lines)
        )  # fmt: skip


def test_the_runner_knows_what_is_the_same() -> None:
    text = "x\n```console\n$ atoz a\none\n…\nfour\n$ atoz b\n```\n$ not a command\n```console\n$ atoz c\n\n```\n"
    assert [(step.command, step.shown) for step in steps(text)] == [
        ("atoz a", ["one", "…", "four"]), ("atoz b", []), ("atoz c", [""]),
    ]  # fmt: skip
    assert same(["one", "…", "four"], ["one", "two", "three", "four"])
    assert same(["one", "…", "four"], ["one", "four"])
    assert same(["…"], ["anything"])
    assert not same(["one", "…", "four"], ["one", "two", "three"])
    assert not same(["one."], ["onex"])


# --- the pages of the sources ------------------------------------------------------------------------------------


def test_the_pages_of_the_sources_are_what_the_script_writes() -> None:
    made: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "make_sources.py"))["pages"]()
    for path, text in made.items():
        assert path.exists() and path.read_text("utf-8") == text, f"{path.name}: run python docs/make_sources.py"
    assert set((ROOT / "docs" / "sources").iterdir()) == set(made) - {ROOT / "docs" / "sources.md"}


def test_every_field_of_every_record_has_a_phrase_and_no_phrase_is_left_over() -> None:
    from atoz_cli.records import RECORDS
    from atoz_cli.sources.declare import phrase

    phrases = tomllib.loads((ROOT / "src/atoz_cli/sources/words/fields.toml").read_text("utf-8"))
    fields = {fact: set(record.model_fields) for fact, record in RECORDS.items()}
    for fact, names in fields.items():
        for name in names:
            text = phrase(fact, name)
            assert text.strip() == text and "|" not in text and not text.endswith("."), f"{fact}.{name}"
    shared = phrases.pop("any")
    assert set(phrases) <= set(fields)
    for fact, own in phrases.items():
        assert set(own) <= fields[fact], fact
    for name in shared:
        assert any(name in names and name not in phrases.get(fact, {}) for fact, names in fields.items()), name


def test_a_page_holds_every_name_of_every_column() -> None:
    from atoz_cli.cards import cards

    for name, card in cards().items():
        text = (ROOT / "docs" / "sources" / f"{name}.md").read_text("utf-8")
        flat = " ".join(text.split())
        for column in card.columns:
            every = [*column.names, *(one for names in column.added for one in names)]
            every += [words for sets in column.meant_by.values() for words in sets]
            assert [one for one in every if " ".join(one.split()) not in flat] == [], f"{name}: {column.field}"
        for told in (card.what, card.where, card.cite, *card.traps, *(one.text for one in card.constants)):
            assert told in flat, f"{name}: {told}"


def test_the_map_of_the_docs_is_the_file_beside_them() -> None:
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    for name in ("shop.csv", "shop-map.toml"):
        assert (ROOT / "docs" / "examples" / name).read_text("utf-8") in text


# --- how Amazon counts -------------------------------------------------------------------------------------------


SURE = {
    "A": "Amazon says", "M": "outsiders agree", "1": "one outsider says", "K": "general knowledge", "D": "worked out",
    "?": "not settled",
}  # fmt: skip
"""How sure a rule is, and the words of the page for it."""
CLAIM = re.compile(r"<!-- (\S+) (\S+) ([AM1KD?])(?: (\d{4}-\d{2}-\d{2}))?(?: ([A-Z]{2}))? -->")
TODAY = date(2026, 11, 22)


class Claimed(NamedTuple):
    """What the page says of a rule, and the paragraph or row in which it says so."""

    rule: str
    value: str
    sure: str
    day: date
    marketplace: str | None
    where: str


def blocks(text: str) -> Iterator[str]:
    """The paragraphs, the points of lists and the rows of tables."""
    for paragraph in re.split(r"\n\s*\n", text):
        yield from re.split(r"\n(?=[-|])", paragraph)


def claimed(text: str) -> list[Claimed]:
    return [
        Claimed(rule, value, sure, date.fromisoformat(day) if day else TODAY, place or None, block)
        for block in blocks(text)
        for rule, value, sure, day, place in CLAIM.findall(block)
    ]


def written(value: Any) -> str:
    """A value of the policy as the comments of the page write it."""
    if isinstance(value, tuple):
        return "+".join(map(str, value))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


READS = {
    "odr.below": lambda value: f"{Decimal(value) * 100:.0f} %", "odr.window_days": "{} days", "odr.lag_days": "{} days",
    "deadlines.feedback_removal_hours": "{} hours", "deadlines.appeal_days": "{} days",
    "deadlines.safe_t_days": "{} days", "standings.feedback_stars.negative": "1 or 2 stars",
    "standings.feedback_stars.neutral": "3 stars",
}  # fmt: skip
"""How the number of a rule reads where the page says it."""


@pytest.mark.parametrize("claim", claimed(COUNTING.read_text("utf-8")), ids=lambda claim: f"{claim.rule} {claim.day}")
def test_what_the_page_says_of_a_rule_is_the_policy(claim: Claimed) -> None:
    from atoz_cli.policy import load

    name, _, key = claim.rule.partition(".")
    rule = load().at(name, claim.day, claim.marketplace)
    assert written(rule[key]) == claim.value
    said = " ".join(re.sub("<!--.*?-->", "", claim.where).split())
    head = key if key.count(".") < 2 else key.rpartition(".")[0]
    assert rule.line(head).confidence == claim.sure
    assert SURE[claim.sure].lower() in said.lower(), said
    if how := READS.get(claim.rule):
        words = how(claim.value) if callable(how) else how.format(claim.value)
        assert words in said


def test_the_page_speaks_of_every_standing_and_of_every_dated_change() -> None:
    from atoz_cli.policy import load

    text, book = COUNTING.read_text("utf-8"), load()
    found = {claim.rule for claim in claimed(text)}
    rule = book.at("standings", TODAY)
    standings = {
        f"standings.{kind}.{name}" for kind in ("claim", "feedback", "chargeback") for name in rule.table(kind)
    }
    said_with_another = {"standings.feedback.positive", "standings.chargeback.reversed", "standings.chargeback.unknown"}
    assert standings - found == said_with_another
    assert {f"odr.{key}" for key in book.at("odr", TODAY).values()} <= found
    changes = {
        (f"{name}.{key}", day)
        for name in ("odr", "standings", "deadlines", "protection")
        for place in ("US", "DE")
        for day, keys in book.history(name, place)[1:]
        for key in keys
    }
    dated = {(claim.rule, claim.day) for claim in claimed(text)}
    assert changes - dated == {("deadlines.refund_clock.unit", date(2026, 1, 26))}  # which its days stand for
    for url in set(re.findall(r"G\d{6,}|GB\w{10,}", text)):
        policies = " ".join(path.read_text("utf-8") for path in (ROOT / "src/atoz_cli/policy").glob("*.toml"))
        assert url in policies or url == "G202124800", url


def table(text: str, first: str) -> list[list[str]]:
    """The rows of the table whose first title is this."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != lines[start].count("|") - 1 or line.startswith("|---"):
            break
        rows.append(cells)
    return rows


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def spoken(day: date) -> str:
    """`7 November`, with the year where it is another."""
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if day.year != 2026 else "")


def test_the_shop_of_the_page_is_what_the_script_writes() -> None:
    made: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "make_example.py"))["files"]()
    for path, text in made.items():
        assert path.read_text("utf-8") == text, f"{path.name}: run python docs/make_example.py"
    assert set((ROOT / "docs" / "examples" / "counting").iterdir()) == set(made)


def test_the_dates_of_the_example_are_plain_reckoning() -> None:
    """From the page's table and from pandas over the shop's files; the program has no part in it."""
    import pandas as pd

    text = " ".join(COUNTING.read_text("utf-8").split())
    folder = ROOT / "docs" / "examples" / "counting"
    orders = pd.read_csv(folder / "orders.csv")
    orders["day"] = pd.to_datetime(orders.placed_at).dt.date
    placed = dict(zip(orders.order_id, orders.day, strict=True))
    last = TODAY - timedelta(days=15)
    first = last - timedelta(days=59)
    assert f"**{spoken(first)} to {spoken(last)}**" in text
    rows = table(COUNTING.read_text("utf-8"), "order")
    assert [row[0] for row in rows] == list("ABCDEFGHIJK")
    for order_id, on, _, enters, leaves in rows:
        day = placed[order_id]
        assert (on, enters, leaves) == (
            spoken(day), spoken(day + timedelta(days=15)), spoken(day + timedelta(days=15 + 59)),
        )  # fmt: skip
    assert spoken(placed["A"] + timedelta(days=74)) == spoken(TODAY - timedelta(days=1))

    bad = {"A", "B", "C", "D", "E", "L", "M", "N"}
    for day, defects, said in (
        (TODAY, bad, "4 of 400, exactly 1.00 %, missed"), (TODAY - timedelta(days=1), bad, "yesterday it was 5 of 400"),
        (TODAY + timedelta(days=1), bad, "3 of 400, 0.75 %: met"),
        (date(2026, 12, 1), bad | {"F"}, "C, D, E and F, again 4 of 400, 1.00 %, missed"),
    ):  # fmt: skip
        end = day - timedelta(days=15)
        inside = orders[(orders.day <= end) & (orders.day > end - timedelta(days=60))]
        mine = inside[(inside.marketplace == "US") & (inside.channel == "mfn")]
        number = re.search(r"(\d+) of (\d+)", said)
        assert number is not None
        assert (int(number[1]), int(number[2])) == (int(mine.order_id.isin(defects).sum()), len(mine)), said
        assert said in text
        if day == TODAY:
            others = {
                place: (int(rows.order_id.isin(bad).sum()), len(rows))
                for place, rows in inside.groupby(["marketplace", "channel"])
            }
            assert others[("US", "afn")] == (2, 250)
            assert others[("DE", "mfn")] == (1, 90)
            assert (sum(one for one, _ in others.values()), len(inside)) == (7, 740)
    shares = {
        (4, 401): "0.998 %", (5, 400): "1.25 %", (6, 400): "1.50 %", (2, 250): "0.80 %", (1, 90): "1.11 %",
        (7, 740): "0.95 %",
    }  # fmt: skip
    for (part, whole), said in shares.items():
        places = len(said.split(".")[1]) - 2
        assert f"{part / whole * 100:.{places}f} %" == said
        assert said in text
    low, high = (f"{end * 100:.2f} %" for end in wilson(1, 90))
    assert f"anywhere from {low} to {high}" in text


def test_the_figures_of_the_example_are_what_the_program_counts(tmp_path: Path) -> None:
    from amazon import atoz

    store = tmp_path / "store.duckdb"
    files = sorted((ROOT / "docs" / "examples" / "counting").glob("*.csv"))
    assert atoz("import", *files, "--store", store, "-o", tmp_path / "x").status == 0

    def odr(day: str, *options: str) -> dict[tuple[str, str], dict[str, Any]]:
        said = atoz("odr", "--as-of", day, "--store", store, "--json", *options)
        return {(one["marketplace"], one["channel"]): one for one in said.data}

    today = odr("2026-11-22")
    mine, lower = today["US", "mfn"], odr("2026-11-23")["US", "mfn"]
    assert [(one["defective_orders"], one["orders"], one["status"]) for one in today.values()] == [
        (1, 90, "missed"), (4, 400, "missed"), (2, 250, "met"),
    ]  # fmt: skip
    parts = ("negative_feedback_orders", "claim_orders", "chargeback_orders")
    assert [mine[name] for name in parts] == [2, 3, 1]
    assert (mine["orders_to_recover"], mine["if_pending_lost"]["defective_orders"]) == (1, 5)
    assert (mine["window"]["from"], mine["window"]["to"]) == ("2026-09-09", "2026-11-07")
    assert (lower["defective_orders"], lower["orders"], lower["status"]) == (3, 400, "met")
    assert odr("2026-11-21")["US", "mfn"]["defective_orders"] == 5
    later = odr("2026-12-01")["US", "mfn"]
    assert (later["defective_orders"], later["orders"], later["window"]["from"]) == (4, 400, "2026-09-18")
    assert tuple(today["DE", "mfn"]["interval"]) == wilson(1, 90)
    listed = {
        one["order_id"]: one
        for day in ("2026-11-21", "2026-11-22", "2026-12-01")
        for one in atoz("odr", "--orders", "--as-of", day, "--store", store, "--json").data
    }
    for order_id, _, _, enters, last in table(COUNTING.read_text("utf-8"), "order"):
        if order_id in listed:
            one = listed[order_id]
            assert spoken(date.fromisoformat(one["enters_on"])) == enters
            assert spoken(date.fromisoformat(one["leaves_on"]) - timedelta(days=1)) == last
    assert set("ABCDEFK") <= set(listed)
    assert not set("GHIJ") & set(listed)


def test_the_page_is_plain_until_its_last_section() -> None:
    body = COUNTING.read_text("utf-8").partition("## The same with atoz")[0]
    assert "atoz" not in re.sub("<!--.*?-->", "", body)
    assert "docs/how-amazon-counts.md" in (ROOT / "README.md").read_text("utf-8")
    assert "how-amazon-counts.md" in (ROOT / "docs" / "metrics.md").read_text("utf-8")
