"""What the policy says on a day and in a marketplace, what a user's file may change, and what is wrong in a bad one."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.errors import BadPolicy, NoPolicy
from atoz_cli.policy import Book, Rule, load
from atoz_cli.policy.read import read_policy
from atoz_cli.policy.shape import CONFIDENCES, MARKETPLACES

DAY = date(2026, 11, 22)
BOOK = load()
CASES = tomllib.loads(Path(__file__).with_name("cases_policy.toml").read_text(encoding="utf-8"), parse_float=Decimal)
STANDINGS = {  # contract §6
    "claim": {
        "granted": "yes",
        "granted_by_default": "yes",
        "withdrawn_after_loss": "yes",
        "order_cancelled": "yes",
        "refunded_after_filing": "yes",
        "excused": "no",
        "denied": "no",
        "withdrawn": "no",
        "protected": "no",
        "amazon_funded": "no",
        "refunded_before_filing": "no",
        "pending": "pending",
    },
    "feedback": {"negative": "yes", "removed": "no", "struck": "no", "neutral": "no", "positive": "no"},
    "chargeback": {"service": "yes", "fraud": "no", "won": "no", "reversed": "no", "unknown": "pending"},
}


@pytest.fixture
def mine(tmp_path: Path) -> Any:
    """A book with a user's file of these words over the built-in policies."""

    def write(text: str) -> Book:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return write


def value(book: Book, rule: str, day: date, marketplace: str | None = None) -> Any:
    name, _, key = rule.partition(".")
    return book.at(name, day, marketplace)[key]


def every_day_of_change(name: str) -> set[date]:
    days = {day for place in (None, *MARKETPLACES) for day, _ in BOOK.history(name, place)}
    return days | {DAY}


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_what_a_rule_says_on_a_day(case: dict[str, Any]) -> None:
    found = value(BOOK, case["rule"], case["on"], case.get("in"))
    assert (list(found) if isinstance(found, tuple) else found) == case["is"]


def test_the_standings_are_those_of_the_contract() -> None:
    rule = BOOK.at("standings", DAY)
    assert {name: rule.table(name) for name in STANDINGS} == STANDINGS
    assert rule.table("feedback_stars") == {"negative": (1, 2), "neutral": (3,), "positive": (4, 5)}


def test_the_parts_look_at_the_same_orders_as_the_whole() -> None:
    whole = BOOK.at("odr", DAY)
    assert whole["counted"] == ("negative_feedback", "a_to_z_claim", "chargeback")
    for component in ("negative_feedback", "a_to_z_claim", "chargeback"):
        part = BOOK.at(f"{component}_rate", DAY)
        assert part["counted"] == (component,)
        assert "below" not in part
        assert (part["window_days"], part["lag_days"]) == (whole["window_days"], whole["lag_days"])


def test_chargeback_codes_stand_in_one_list_but_for_mastercard_41() -> None:
    rule = BOOK.at("chargebacks", DAY)
    kinds = ("fraud", "item_not_received", "not_as_described", "return_not_refunded", "other")
    for network in ("visa", "mastercard", "amex", "discover"):
        codes = [code for kind in kinds for code in rule[f"{kind}.{network}"]]
        assert {code for code in codes if codes.count(code) > 1} == ({"41"} if network == "mastercard" else set())
        assert all(isinstance(code, str) for code in codes)
    assert rule["other.visa"][:7] == tuple(f"12.{number}" for number in range(1, 8))
    assert rule["fraud.discover"][:6] == tuple(f"UA0{number}" for number in range(1, 7))


def test_every_row_of_the_decision_table_says_who_pays_and_what_counts() -> None:
    rows = BOOK.at("actions", DAY).table("rows")
    assert len(rows) == 19
    assert all(set(row) == {"pays", "counts", "evidence"} for row in rows.values())


@pytest.mark.parametrize("name", BOOK.names())
def test_every_file_is_valid_on_every_day_and_every_line_has_its_citation(name: str) -> None:
    assert BOOK.title(name)
    for place in (None, *MARKETPLACES):
        for day in every_day_of_change(name):
            if day < BOOK.history(name, place)[0][0]:
                continue
            rule = BOOK.at(name, day, place)
            lines = rule.lines()
            assert len({line.rule for line in lines}) == len(lines)
            for line in lines:
                assert all((line.text, line.url, line.read_on >= DAY, line.confidence in CONFIDENCES)), line
                assert line.since <= day
                assert line.until is None or line.until >= day
                assert not line.yours
                key = line.rule.removeprefix(f"{name}.")
                assert rule.cite(key).endswith(f"(read {line.read_on}, confidence {line.confidence})")
                assert BOOK.reason(line.rule, day, place, "so").cite == rule.cite(key)
                json.dumps(line.value, default=str)


def test_every_rule_id_is_unique_over_all_files() -> None:
    ids = [line.rule for name in BOOK.names() for line in BOOK.at(name, DAY, "US").lines()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", BOOK.names())
def test_a_day_before_the_first_change_is_an_error_and_no_default(name: str) -> None:
    first = BOOK.history(name)[0][0]
    BOOK.at(name, first)
    with pytest.raises(NoPolicy, match=f"before {first}"):
        BOOK.at(name, first - timedelta(days=1), "US")


def test_a_key_that_has_no_value_yet_is_no_policy_and_one_that_never_is_a_bug() -> None:
    late = '[[change]]\nfrom = {}\ncite = {{ source = "s", read_on = 2026-11-22, confidence = "A" }}\n{}\n'
    policy = read_policy(
        "p", 'title = "t"\n' + late.format("2020-01-01", "a = 1") + late.format("2021-01-01", "t.b = 2"), "p"
    )
    rule = Rule(policy, (), date(2020, 12, 31), None)
    assert rule.get("t.b", 7) == 7
    assert "t.b" not in rule
    with pytest.raises(NoPolicy, match=r"p\.t\.b has no value on 2020-12-31"):
        rule["t.b"]
    with pytest.raises(NoPolicy):
        rule.table("t")
    with pytest.raises(KeyError):
        rule["nonsense"]
    with pytest.raises(KeyError, match="is a table"):
        Rule(policy, (), DAY, None)["t"]


def test_a_reason_cites_the_rule_of_its_day() -> None:
    reason = BOOK.reason("odr.below", DAY, None, "7 of 600 orders are defective")
    assert reason.rule == "odr.below"
    assert reason.text == "7 of 600 orders are defective"
    assert reason.cite == "Amazon help G200285170 (read 2026-11-22, confidence A)"
    assert BOOK.reason("actions.rows.no_tracking", DAY, "US", "no tracking").cite.startswith("Amazon forum moderators")
    for unknown in ("odr.nonsense", "nonsense.below", "odr", "odr."):
        with pytest.raises(KeyError):
            BOOK.reason(unknown, DAY, None, "")


def test_a_line_says_since_when_until_when_and_where() -> None:
    line = {one.rule: one for one in BOOK.at("deadlines", date(2026, 1, 1), "US").lines()}
    clock, hours = line["deadlines.refund_clock.days"], line["deadlines.response_hours"]
    assert (clock.value, clock.since, clock.until, clock.marketplaces) == (2, date(2015, 1, 1), date(2026, 1, 25), ())
    assert (hours.value, hours.since) == (72, date(2023, 1, 1))
    after = {one.rule: one for one in BOOK.at("deadlines", DAY, "US").lines()}["deadlines.safe_t_days"]
    assert (after.value, after.until, after.marketplaces) == (30, None, ("US",))


def test_the_history_names_the_days_and_what_changed() -> None:
    days = BOOK.history("deadlines", "US")
    assert (date(2026, 1, 26), ("refund_clock.days", "refund_clock.unit")) in days
    assert days[-1] == (date(2026, 2, 16), ("safe_t_days",))
    assert [day for day, _ in BOOK.history("deadlines")] == [date(2015, 1, 1), date(2016, 1, 1), date(2023, 1, 1)]
    assert [day for day, _ in BOOK.history("odr", "US")] == [date(2016, 1, 1)]


# --- a user's own file ---


def test_a_user_s_word_wins_from_its_day_on_and_nothing_else_changes(mine: Any) -> None:
    book = mine("[[odr.change]]\nfrom = 2026-03-01\nbelow = 0.005\nlag_days = 0\n")
    assert value(book, "odr.below", date(2026, 2, 28)) == Decimal("0.01")
    assert value(book, "odr.below", date(2026, 3, 1)) == Decimal("0.005")
    assert value(book, "odr.window_days", DAY) == 60
    line = {one.rule: one for one in book.at("odr", DAY).lines()}["odr.below"]
    assert (line.yours, line.since, line.confidence, line.text) == (True, date(2026, 3, 1), "yours", None)
    assert book.at("odr", DAY).cite("below") == "your policy file"
    assert book.reason("odr.below", DAY, None, "").cite == "your policy file"
    assert book.history("odr") == [*BOOK.history("odr"), (date(2026, 3, 1), ("below", "lag_days"))]
    before = {one.rule: one for one in book.at("odr", date(2026, 1, 1)).lines()}["odr.below"]
    assert before.until == date(2026, 2, 28)


def test_a_user_s_word_stands_whatever_amazon_changes_later(mine: Any) -> None:
    book = mine("[[deadlines.change]]\nfrom = 2019-01-01\nresponse_hours = 24\n")
    assert [value(book, "deadlines.response_hours", date(year, 6, 1), "US") for year in (2018, 2019, 2022, 2026)] == [
        48,
        24,
        24,
        24,
    ]
    assert date(2021, 1, 1) not in [day for day, _ in book.history("deadlines", "US")]


def test_without_from_it_holds_from_the_first_day(mine: Any) -> None:
    book = mine("[[odr.change]]\ncancelled_orders = 'leave_out'\n")
    assert value(book, "odr.cancelled_orders", date(2016, 1, 1)) == "leave_out"
    with pytest.raises(NoPolicy):
        book.at("odr", date(2015, 12, 31))


def test_a_user_s_change_of_one_marketplace(mine: Any) -> None:
    book = mine("[[deadlines.change]]\nmarketplaces = ['DE']\nsafe_t_days = 30\nrefund_clock.days = 4\n")
    assert value(book, "deadlines.safe_t_days", DAY, "DE") == 30
    assert value(book, "deadlines.safe_t_days", DAY, "FR") == 60
    assert value(book, "deadlines.safe_t_days", DAY) == 60
    assert book.at("deadlines", DAY, "DE").table("refund_clock") == {"days": 4, "unit": "business_days"}


def test_lists_replace(mine: Any) -> None:
    book = mine("[[chargebacks.change]]\nfraud.mastercard = ['4837']\n")
    assert value(book, "chargebacks.fraud.mastercard", DAY) == ("4837",)
    assert value(book, "chargebacks.fraud.visa", DAY) == value(BOOK, "chargebacks.fraud.visa", DAY)


def test_a_user_may_cite_and_explain_and_write_a_whole_number(mine: Any) -> None:
    book = mine(
        "[[odr.change]]\nbelow = 1\ncite = { source = 'my manager' }\n[odr.change.text]\nbelow = 'No limit.'\n"
        "[[actions.change]]\nrows.no_tracking.counts = 'unknown'\n"
    )
    assert isinstance(value(book, "odr.below", DAY), Decimal)
    assert book.at("odr", DAY).cite("below") == "your policy file, which cites my manager"
    assert {one.rule: one for one in book.at("odr", DAY).lines()}["odr.below"].text == "No limit."
    row = {one.rule: one for one in book.at("actions", DAY).lines()}["actions.rows.no_tracking"]
    assert row.yours
    assert row.value == {"pays": "seller", "counts": "unknown", "evidence": ()}


def test_an_empty_file_changes_nothing_but_the_fingerprint_is_of_all_data(mine: Any) -> None:
    assert value(mine(""), "odr.below", DAY) == Decimal("0.01")
    assert mine("").fingerprint() == load().fingerprint() == BOOK.fingerprint()
    changed = mine("[[odr.change]]\nbelow = 0.02\n").fingerprint()
    assert changed != BOOK.fingerprint()
    assert len(changed) == 12


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[[ord.change]]\nbelow = 0.02", "there is no policy ord", "did you mean odr?"),
        (
            "[[odr.change]]\nwindow_day = 30",
            "odr: change 1: window_day: odr has no such key",
            "did you mean window_days?",
        ),
        ("[[odr.change]]\nbelow = '1%'", "odr: change 1: below: must be a number, not a text", "see `atoz rules odr`"),
        ("[[odr.change]]\nwindow_days = 60.5", "window_days: must be a whole number, not a number", None),
        ("[[odr.change]]\nwindow_days = true", "window_days: must be a whole number, not true or false", None),
        ("[[odr.change]]\nwindow_days = 0", "window_days: is 0: it must be 1 or more, and 366 at most", None),
        ("[[odr.change]]\nbelow = inf", "below: must be a number, a text", None),
        ("[[odr.change]]\ncounted = 'chargeback'", "counted: must be a list of texts, not a text", None),
        ("[[odr.change]]\ncounted = ['chargebacks']", 'counted: cannot be "chargebacks": it is one of', None),
        ("[[odr.change]]\ncounted = ['a', 1]", "counted: a list holds plain values of one sort", None),
        ("[[odr.change]]\ncancelled_orders = 'drop'", 'cannot be "drop": it is one of count, leave_out', None),
        (
            "[[standings.change]]\nclaim = 'yes'",
            "claim: standings has no such key",
            "claim is a table of claim.amazon_funded",
        ),
        ("[[standings.change]]\nclaim.granted = 'maybe'", 'claim.granted: cannot be "maybe"', None),
        ("[[actions.change]]\nrows.no_tracking.pays = 'bank'", 'cannot be "bank"', None),
        ("[[standings.change]]\nfeedback_stars.negative = [0]", "feedback_stars.negative: is 0", None),
        ("[[deadlines.change]]\nappeal_days = -1", "appeal_days: is -1: it must be 0 or more", None),
        ("[[odr.change]]\nfrom = 2026-03-01T00:00:00\nbelow = 0.02", "from: must be a date", None),
        ("[[odr.change]]\nfrom = '2026-03-01'\nbelow = 0.02", "from: must be a date", None),
        ("[[odr.change]]\nmarketplaces = ['GB']\nbelow = 0.02", 'marketplaces: there is no "GB"', "known are US"),
        ("[[odr.change]]\nmarketplaces = 'US'\nbelow = 0.02", "marketplaces: must be a list", None),
        ("[[odr.change]]\ncite = 'me'\nbelow = 0.02", "cite: must be a table", None),
        ("[[odr.change]]\ncite = {who = 'me'}\nbelow = 0.02", "cite.who", None),
        ("[[odr.change]]\nbelow = 0.02\ntext.lag_days = 'x'", "text: lag_days: the block does not change it", None),
        ("[[odr.change]]\nbelow = 0.02\ntext = 'x'", "text: must be a table", None),
        ("[[odr.change]]\n", "odr: change 1: changes nothing", None),
        ("[[odr.change]]\n'below.x' = 1", "below.x: write the key without quotes", None),
        ("[odr]\nbelow = 0.02", "odr: below: stands outside of a change", "write it under [[odr.change]]"),
        ("[odr.change]\nbelow = 0.02", "change: must be written as [[change]] blocks", None),
        ("odr = 1", "odr: must be [[odr.change]] blocks", None),
        ("[[odr.change]\n", "is no TOML", None),
    ],
)
def test_what_is_wrong_in_a_user_s_file_is_named(mine: Any, text: str, message: str, hint: str | None) -> None:
    with pytest.raises(BadPolicy) as caught:
        mine(text)
    assert message in caught.value.message
    assert "mine.toml" in caught.value.message
    assert hint is None or hint in (caught.value.hint or "")


def test_a_user_s_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="cannot be read"):
        load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("# Händler\n".encode("latin-1"))
    with pytest.raises(BadPolicy, match="not UTF-8"):
        load(tmp_path / "latin.toml")


# --- files of the house ---

BLOCK = '[[change]]\nfrom = 2020-01-01\ncite = { source = "s", read_on = 2026-11-22, confidence = "A" }\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BLOCK + "a = 1", "p.toml: title"),
        ("title = 't'", "p.toml: change: there must be at least one"),
        ("title = 't'\nrules = 1\n" + BLOCK + "a = 1", "p.toml: rules"),
        ("title = 't'\n[[change]]\nfrom = 2020-01-01\na = 1", "p.toml: change 1: cite"),
        ("title = 't'\n" + BLOCK.replace('source = "s", ', "") + "a = 1", "change 1: cite.url"),
        ("title = 't'\n" + BLOCK.replace('"A"', '"sure"') + "a = 1", "change 1: cite.confidence"),
        ("title = 't'\n" + BLOCK.replace("2026-11-22", '"today"') + "a = 1", "change 1: cite.read_on"),
        ("title = 't'\n" + BLOCK.replace("from = 2020-01-01", "") + "a = 1", "change 1: from"),
        ("title = 't'\n" + BLOCK + "a = 1\n" + BLOCK + "a = 'x'", "a: must be a whole number, not a text"),
        ("title = 't'\n" + BLOCK + "a = 1\n" + BLOCK + "a.b = 1", "a.b: a is a value elsewhere, not a table"),
        ("title = 't'\n" + BLOCK + "a = {}", "a: an empty table says nothing"),
        ("title = 't'\n[choices]\nb = ['x']\n" + BLOCK + "a = 1", "choices: b: no change has it"),
        ("title = 't'\n[bounds]\na = [1]\n" + BLOCK + "a = 1", "bounds: a: must be the least and the greatest"),
        ("title = 't'\n[bounds]\na = [2, 3]\n" + BLOCK + "a = 1", "a: is 1: it must be 2 or more"),
    ],
)
def test_what_is_wrong_in_a_built_in_file_is_named(text: str, message: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        read_policy("p", text, "p.toml")
    assert message in caught.value.message
    assert caught.value.message.startswith("p.toml")


def test_one_file_is_read_when_one_is_asked_for_and_nothing_heavy_is_loaded() -> None:
    program = (
        "import sys, datetime; from atoz_cli import policy; from atoz_cli.policy import read\n"
        "policy.load().at('odr', datetime.date(2026, 11, 22))\n"
        "assert policy._built_in.cache_info().currsize == 1\n"
        "print(*sorted({'pydantic', 'typer', 'rich', 'duckdb', 'pandas', 'difflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
