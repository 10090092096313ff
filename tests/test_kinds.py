"""The kinds: what a reason, the buyer's words and the facts say a claim is about, and what a feedback is about.

The labelled texts in `kinds/` were written before the rules. Every third is held out; see the heads of the files for
what the fresher ones scored on their first run, which is the better figure for texts of strangers.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.kinds import CAUSES, KINDS, Cause, Facts, cause, classify, of_reason, of_text
from atoz_cli.kinds.reason import by_phrases, said
from atoz_cli.kinds.words import data

HERE = Path(__file__).parent / "kinds"


def rows(name: str, key: str = "cases") -> list[list[Any]]:
    return list(tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))[key])


def part(cases: list[list[Any]], held_out: bool) -> list[list[Any]]:
    return [case for number, case in enumerate(cases) if (number % 3 == 2) == held_out]


def kind_of(text: str) -> str:
    guess = of_text(text)
    return guess.kind if guess else "none"


def claims_right(cases: list[list[Any]]) -> tuple[float, list[str]]:
    wrong = [f"{kind}: {text} -> {kind_of(text)}" for kind, text in cases if kind_of(text) != kind]
    return 1 - len(wrong) / len(cases), wrong


def causes_right(cases: list[list[Any]]) -> tuple[float, list[str]]:
    heard = [(name, mixed, text, cause(text, rating)) for name, mixed, rating, text in cases]
    wrong = [f"{name}: {text} -> {got}" for name, mixed, text, got in heard if (got.cause, got.mixed) != (name, mixed)]
    return 1 - len(wrong) / len(cases), wrong


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize(("name", "least"), [("claims_en", 0.95), ("claims_de", 0.85)])
def test_claims(name: str, least: float, held_out: bool) -> None:
    share, wrong = claims_right(part(rows(name), held_out))
    print(f"{name}, held out {held_out}: {share:.1%}")
    assert share >= least, wrong


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize(("name", "least"), [("feedback_en", 0.95), ("feedback_de", 0.75)])
def test_feedback(name: str, least: float, held_out: bool) -> None:
    share, wrong = causes_right(part(rows(name), held_out))
    print(f"{name}, held out {held_out}: {share:.1%}")
    assert share >= least, wrong


def test_later_sets_do_not_fall_back() -> None:
    for cases in (rows("claims_fresh"), rows("blind", "claims")):
        share, wrong = claims_right(cases)
        assert share >= 0.95, wrong
    for cases in (rows("feedback_fresh"), rows("blind", "feedback")):
        share, wrong = causes_right(cases)
        assert share >= 0.95, wrong


def test_no_unauthorised_purchase_is_missed() -> None:
    every = [*rows("claims_en"), *rows("claims_de"), *rows("claims_fresh"), *rows("blind", "claims")]
    assert [text for kind, text in every if kind == "unauthorized_purchase" and kind_of(text) != kind] == []


def test_the_sets_are_large_enough() -> None:
    sizes = {name: len(rows(name)) for name in ("claims_en", "claims_de", "feedback_en")}
    assert sizes["claims_en"] >= 120 and sizes["claims_de"] >= 25 and sizes["feedback_en"] >= 60
    labels = {row[0] for row in rows("claims_en")} | {row[0] for row in rows("claims_de")}
    assert labels - {"none"} == set(KINDS)
    assert {row[0] for row in rows("feedback_en")} == set(CAUSES)


REASONS = {
    "item_not_received": """Package didn't arrive|Package didn\u2019t arrive|PACKAGE_DIDNT_ARRIVE|Items Not Received
        |items-not-received|Item not received|DELIVERED_NOT_RECEIVED_CARRIER_FAULT|Merchandise not received
        |Goods/services not received
        |Artikel nicht erhalten|Colis non reçu|Pacco non arrivato|Paquete no recibido|item_not_received""",
    "not_as_described": """Items Not As Described|Item Delivered Damaged|PRODUCT_DEFECTIVE|CR-DEFECTIVE|cr_defective
        |DEFECTIVE|CR-MISSING_PARTS|AMZ-PG-BAD-DESC|Goods not as described|Quality discrepancy
        |Item defective or doesn't work
        |Der Artikel entspricht nicht der Beschreibung|L'article n'est pas conforme à la description|Articulo defectuoso
        |Articolo non conforme alla descrizione|El artículo no coincide con la descripción""",
    "unauthorized_purchase": """Unauthorized purchase|Unauthorised purchase|Other fraud, card absent
        |No authorization|Card not present""",
    "return_not_refunded": """Order Returned|refund not received in time for returned package
        |Credit not processed|RETURN_NOT_REFUNDED""",
    "return_not_provided": "return not provided|Return refused|No return label",
    "extra_charges": "Extra charges|Customs charges|Duplicate processing|Zollgebühren|Frais de douane",
    "order_cancelled": "Order cancelled|Order canceled|ORDER_CANCELLED|Storniert",
    "other": "other|Other|Sonstiges",
}


@pytest.mark.parametrize(
    ("kind", "reason"), [(kind, reason.strip()) for kind, text in REASONS.items() for reason in text.split("|")]
)
def test_reasons(kind: str, reason: str) -> None:
    assert of_reason(reason) == kind
    assert of_reason(f"  {reason.upper().replace(' ', '_')} ") == kind


@pytest.mark.parametrize(
    "reason",
    [
        None,
        "",
        "  ",
        "hello",
        "Item No longer needed",
        "CR-UNWANTED_ITEM",
        "CR-NO_LONGER_NEEDED",
        "CR-ORDERED_WRONG_ITEM",
        "AMZ-PG-APP-TOO-SMALL",
        "AMZ-PG-WJ-TOO-SMALL",
        "MISSED_ESTIMATED_DELIVERY",
        "not",
        "___",
        "item",
    ],
)
def test_reasons_that_name_no_ground(reason: str | None) -> None:
    assert of_reason(reason) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("not received", "item_not_received"),
        ("received, but broken", "not_as_described"),
        ("It is not broken, it just never arrived", "item_not_received"),
        ("Not damaged. Not late. Just not what I ordered.", "not_as_described"),
        ("no damage, no delay", "none"),
        ("I never received a reply about my broken lamp", "not_as_described"),
        ("The seller did not send a refund", "return_not_refunded"),
        ("seller never answered", "none"),
        ("I got the refund, all good", "none"),
        ("My parcel is stuck in customs", "item_not_received"),
        ("You sent something I did not order", "not_as_described"),
        ("I did not order this colour", "not_as_described"),
        ("I did not buy this for the looks, it does not work", "not_as_described"),
        ("It did not make it here", "item_not_received"),
        ("I paid customs of 20 EUR, fine, but the item is broken and that is the main problem", "not_as_described"),
        ("I paid customs of 20 EUR", "extra_charges"),
        ("😡😡", "none"),
        ("", "none"),
    ],
)
def test_negation_and_the_main_complaint(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_confidence_is_a_margin() -> None:
    clear, torn = of_text("never arrived"), of_text("It came broken and I also had to pay customs duty")
    assert clear and torn
    assert clear.confidence > 0.9 > torn.confidence > 0
    assert clear.words == ("never arrived",)
    assert of_text(None) is None
    both = of_text("never arrived and it is not as described")
    assert both and both.doubt and "also" in both.doubt


def test_a_recognised_reason_decides_and_disagreement_is_said() -> None:
    agreed = classify("Package didn't arrive", "It never came", Facts())
    assert (agreed.kind, agreed.kind_from, agreed.confidence, agreed.doubt) == (
        "item_not_received",
        "reason",
        1.0,
        None,
    )
    torn = classify("Item not received", "The lamp is broken", Facts())
    assert (torn.kind, torn.kind_from, torn.confidence) == ("item_not_received", "reason", 0.9)
    assert torn.doubt == "The reason says item not received, the buyer's words not as described (lamp, broken)."


def test_without_a_reason_the_words_and_without_both_the_facts() -> None:
    assert classify(None, "It never came", Facts(order_cancelled=False)).kind_from == "text"
    assert classify("blah", "It never came", Facts()).kind == "item_not_received"
    assert classify("Item No longer needed", "Sent it back, no refund", Facts()).kind == "return_not_refunded"
    assert classify("Other", "It never came", Facts()).kind == "item_not_received"
    nothing = classify(None, None, Facts())
    assert (nothing.kind, nothing.kind_from, nothing.confidence, nothing.doubt) == ("other", "facts", 0.0, None)
    assert classify("Other", None, Facts()).kind_from == "reason"


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (Facts(order_cancelled=True, delivered=False), "order_cancelled"),
        (Facts(return_requested=True, return_delivered=True), "return_not_refunded"),
        (Facts(return_requested=True, return_delivered=True, refunded=True), "other"),
        (Facts(return_requested=True, return_reason="CR-DEFECTIVE"), "not_as_described"),
        (Facts(return_requested=True, return_reason="CR-UNWANTED_ITEM"), "other"),
        (Facts(came_back=True), "item_not_received"),
        (Facts(shipped=False, past_promise=True), "item_not_received"),
        (Facts(shipped=True, delivered=False, past_promise=True), "item_not_received"),
        (Facts(shipped=True, delivered=False, past_promise=False), "other"),
        (Facts(shipped=True, delivered=None, past_promise=True), "other"),
        (Facts(delivered=True, past_promise=True), "other"),
    ],
)
def test_facts_alone(facts: Facts, kind: str) -> None:
    guess = classify(None, None, facts)
    assert (guess.kind, guess.kind_from) == (kind, "facts")
    assert guess.confidence <= 0.6
    assert (guess.confidence == 0) == (kind == "other")


@pytest.mark.parametrize(
    ("reason", "facts", "says"),
    [
        ("Item not received", Facts(delivered=True, signed=True), "signed delivery"),
        ("Item not received", Facts(delivered=True), "without a signature"),
        ("Item not received", Facts(came_back=True), "refused or undeliverable"),
        ("Item not received", Facts(order_cancelled=True), "order is cancelled"),
        ("Not as described", Facts(delivered=False), "not delivered"),
        ("Not as described", Facts(came_back=True), "brought the parcel back"),
        ("Order cancelled", Facts(delivered=True), "not cancelled"),
        ("Order returned", Facts(refunded=True), "refund is on record"),
        ("Return not provided", Facts(return_delivered=True), "reached the seller"),
    ],
)
def test_facts_against_a_reason_are_said_and_change_nothing(reason: str, facts: Facts, says: str) -> None:
    guess = classify(reason, None, facts)
    assert guess.kind == of_reason(reason)
    assert guess.doubt and says in guess.doubt
    assert guess.confidence == 0.9


@pytest.mark.parametrize(
    "text",
    [
        "It never arrived",
        "Das Paket ist nie angekommen",
        "Je n'ai jamais reçu le colis",
        "El paquete no ha llegado",
        "Il pacco non è mai arrivato",
        "Het pakket is nooit aangekomen",
        "A encomenda nunca chegou",
        "Paczka nigdy nie dotarła",
        "Paketet har aldrig kommit fram",
        "荷物が届きません",
    ],
)
def test_facts_correct_words(text: str) -> None:
    """A signed delivery makes it a disputed one, a parcel that came back a refused one; the kind stays (contract 5)."""
    alone = classify(None, text, Facts())
    signed = classify(None, text, Facts(delivered=True, signed=True))
    back = classify(None, text, Facts(came_back=True))
    assert {one.kind for one in (alone, signed, back)} == {"item_not_received"}
    assert alone.doubt is None
    assert signed.doubt == "Not received is disputed: the carrier has a signed delivery."
    assert back.doubt == "The carrier brought the parcel back: a refused or undeliverable parcel, not a lost one."
    assert signed.confidence < alone.confidence > back.confidence


def test_a_claim_known_only_from_a_returns_flag() -> None:
    facts = Facts(return_requested=True, return_delivered=True, return_reason="CR-UNWANTED_ITEM")
    assert classify("CR-UNWANTED_ITEM", None, facts).kind == "other"
    assert classify("CR-MISSING_PARTS", None, facts).kind == "not_as_described"


def test_feedback_markers_and_mixture() -> None:
    assert cause("write to [e-mail]", 1) == Cause("personal_data", ("[e mail]",))
    assert cause(None, 1) == cause("", 2) == Cause("unclear")
    both = cause("Lamp is poor quality and it came late", 2)
    assert both.mixed and {both.cause, *both.also} == {"product_review", "delivery"}
    assert not cause("Lamp is poor quality", 2).mixed
    assert cause("Seller never answers. Fuck them", 1).cause == "obscene"


def test_the_data_is_whole() -> None:
    said = {concept for language in data("claims")["languages"] for concept in data("claims")[language]["say"]}
    for concepts in data("causes")["from_claims"].values():
        assert set(concepts) <= said
    for language in ("en", "de", "fr", "it", "es"):
        assert set(data("reasons")[language]) <= set(KINDS)


def test_long_texts_take_no_time() -> None:
    started = time.perf_counter()
    for text in ("never " * 9000, "i did not have " * 3000, "box was was left " * 3000):
        of_text(text)
        cause(text, 1)
        of_reason(text)
    assert time.perf_counter() - started < 5


def test_the_room_starts_cheaply() -> None:
    heavy = ("pydantic", "duckdb", "typer", "rich", "pandas")
    code = f"import sys, atoz_cli.kinds; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- messages of strangers, in ten languages -----------------------------------------------------------------------

TRAINING = Path(__file__).parents[1] / "training"
RIGHT = {
    "en": (112, 120),
    "de": (76, 80),
    "fr": (74, 80),
    "es": (74, 80),
    "it": (72, 80),
    "nl": (77, 80),
    "pt": (74, 80),
    "pl": (76, 80),
    "sv": (73, 80),
    "ja": (76, 80),
}
"""What was reached on the part that was never tuned on: read right, of so many (docs/kinds.md)."""


def messages(part: str, language: str) -> list[tuple[str, str]]:
    """(kind, text) of a part: `training`, `held_out` or `hard`."""
    lines = (HERE / "messages" / part / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [(kind, text) for kind, _, text in (line.split("\t") for line in lines)]


def read_as(text: str) -> str:
    """`other` and no answer are one here: neither is a ground of a claim that the words give."""
    return "other" if kind_of(text) == "none" else kind_of(text)


@pytest.mark.parametrize("language", RIGHT)
def test_messages_that_were_never_tuned_on(language: str) -> None:
    wrong = [(kind, read_as(text)) for kind, text in messages("held_out", language) if read_as(text) != kind]
    right, told = RIGHT[language]
    assert len(messages("held_out", language)) == told
    assert told - len(wrong) >= right, wrong


def test_what_was_seen_is_what_the_phrases_read() -> None:
    seen = data("reasons")["seen"]
    assert {reason: by_phrases(reason) for reason in seen} == seen
    assert all(said(reason) == reason for reason in seen)


def test_messages_that_were_written_to_be_hard() -> None:
    """Seven hundred of a stranger who was asked for wit, rambles and near misses: what was reached, and not tuned on."""
    every = messages("hard", "en")
    assert len(every) == 700
    assert {text for _, text in every} & {text for _, text in messages("training", "en")} <= {
        "cancelled but still charged",
        "ok",
    }
    assert sum(read_as(text) == kind for kind, text in every) >= 561


def test_no_kind_is_bought_with_another() -> None:
    """The confusion table: of each kind seven in eight are found, and seven in eight so read are of it."""
    every = [(kind, read_as(text)) for language in RIGHT for kind, text in messages("held_out", language)]
    for kind in KINDS:
        both = every.count((kind, kind))
        assert both >= (0.85 if kind == "other" else 0.875) * sum(label == kind for label, _ in every), kind
        assert both >= 0.875 * sum(said == kind for _, said in every), kind


def test_the_held_out_messages_are_not_among_those_learned_from() -> None:
    for language in RIGHT:
        assert not {text for _, text in messages("held_out", language)} & {
            text for _, text in messages("training", language)
        }


def test_a_confidence_is_how_often_it_is_right() -> None:
    guesses = [(kind, of_text(text)) for language in RIGHT for kind, text in messages("held_out", language)]
    for low, high in ((0.5, 0.8), (0.8, 0.95), (0.95, 1.0)):
        inside = [
            (kind == guess.kind, guess.confidence)
            for kind, guess in guesses
            if guess and low <= guess.confidence < high
        ]
        right, said = (sum(values) / len(inside) for values in zip(*inside, strict=True))
        assert len(inside) > 50 and abs(right - said) < 0.1, (low, high, right, said)


def test_the_words_that_decided_stand_in_the_text() -> None:
    for language in RIGHT:
        for _, text in messages("held_out", language):
            guess = of_text(text)
            assert guess is None or (guess.words and all(word in text for word in guess.words)), text


def test_what_is_shipped_was_learned_from_these_files() -> None:
    """The digest of messages, words and programs: change one of them, and training/train.py has to run again."""
    from atoz_cli.kinds.learned import learned

    spec = importlib.util.spec_from_file_location("corpus", TRAINING / "corpus.py")
    assert spec is not None and spec.loader is not None
    corpus = importlib.util.module_from_spec(spec)
    sys.modules["corpus"] = corpus
    spec.loader.exec_module(corpus)
    assert learned().made_of == corpus.digest()
