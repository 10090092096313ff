"""Packs of evidence and letters: what they hold, that it is true, that it is nobody's name, and that nothing is lost."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from atoz_cli.cli import run
from atoz_cli.letters import LANGUAGES, language_of, letter, to_buyer
from atoz_cli.schemas import schema_of
from atoz_cli.triage import judge
from atoz_cli.triage.case import Case, RefundFacts, ShipmentFacts
from atoz_cli.triage.law import law_of
from atoz_cli.triage.proof import proof
from test_triage import BOOK, KINDS, SITUATIONS, case_of, verdict_of

SAMPLE = Path(__file__).parents[1] / "sample_data"
DAY = ("--as-of", "2026-11-22")
CLAIM = "C-100301"
SIGNED = SITUATIONS["delivered and signed for, own label"]
LETTERS = ("reply", "appeal", "buyer")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("packs") / "store.duckdb")
    assert run(["import", str(SAMPLE), "--store", path, "-o", os.devnull]) == 0
    return path


def made(store: str, target: Path, *more: str, claim: str = CLAIM) -> int:
    return run(["evidence", claim, "-o", str(target), *DAY, "--store", store, *more])


def content(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_a_pack_holds_what_its_manifest_says(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert made(store, tmp_path / "pack", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    jsonschema.validate(said, schema_of("evidence"))
    files = content(tmp_path / "pack")
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["data"] == said["data"]
    (pack,) = manifest["data"]
    assert {one["file"]: (one["bytes"], one["sha256"]) for one in pack["files"]} == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()
    }
    assert {"README.txt", "facts.txt", "notes.txt", "reply.txt", "shipments.csv", "messages.csv"} == set(files)
    slots = {one["slot"]: one for one in pack["slots"]}
    assert slots["signature"]["have"] is True and slots["signature"]["files"] == ["shipments.csv"]
    assert slots["label"]["have"] is False and "Buy Shipping" in slots["label"]["where"]
    (parcel,) = csv.DictReader(io.StringIO(files["shipments.csv"].decode()))
    assert (parcel["carrier"], parcel["signed"]) == ("UPS", "yes")
    (row,) = (
        one
        for one in csv.DictReader(io.StringIO((SAMPLE / "shipments.csv").read_text("utf-8")))
        if one["order_id"] == pack["order_id"]
    )
    assert parcel["tracking"] == row["tracking_number"]
    reply = files["reply.txt"].decode()
    assert row["tracking_number"] in reply and pack["order_id"] in reply and len(reply) == pack["letter"]["characters"]
    assert "do not send" in files["notes.txt"].decode() and any("attachments" in one for one in pack["reminders"])


def test_nothing_of_the_buyer_is_in_a_pack(store: str, tmp_path: Path) -> None:
    written = (SAMPLE / "all-orders-us.txt").read_text("utf-8-sig")
    orders = list(csv.DictReader(io.StringIO(written), delimiter="\t"))
    claims = [one for one in csv.DictReader(io.StringIO((SAMPLE / "claims.csv").read_text("utf-8"))) if one["claim_id"]]
    for number, row in enumerate(claims[::4]):
        target = tmp_path / str(number)
        assert made(store, target, "--format", "csv", claim=row["claim_id"]) == 0
        text = b"\n".join(data for name, data in content(target).items() if name != "manifest.json").decode()
        if row["comment"]:
            assert row["comment"] not in text
        codes = {one["ship-postal-code"] for one in orders if one["amazon-order-id"] == row["order_id"]}
        assert not [code for code in codes if code and re.search(rf"\b{re.escape(code)}\b", text)]
        assert "@" not in text


def test_a_zip_has_the_same_bytes_each_time_and_the_folders_files(store: str, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip", "pack"):
        assert made(store, tmp_path / name) == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {name: archive.read(name) for name in archive.namelist()} == content(tmp_path / "pack")


def test_attachments_fill_slots_and_lose_their_names(store: str, tmp_path: Path) -> None:
    photo = tmp_path / "Jane Doe, porch.JPG"
    photo.write_bytes(b"\xff\xd8 a picture")
    asked = ("--attach", f"label={photo}", "--attach", f"label={photo}", "--json")
    assert made(store, tmp_path / "pack", *asked) == 0
    files = content(tmp_path / "pack")
    assert files["attachments/label-1.jpg"] == files["attachments/label-2.jpg"] == b"\xff\xd8 a picture"
    (pack,) = json.loads(files["manifest.json"])["data"]
    slot = next(one for one in pack["slots"] if one["slot"] == "label")
    assert slot["have"] is True and slot["files"] == ["attachments/label-1.jpg", "attachments/label-2.jpg"]
    assert "Jane" not in repr(files)
    assert "Enclosed: label" in files["reply.txt"].decode()
    assert any("black out" in one for one in pack["reminders"])


@pytest.mark.parametrize("wrong", ["label", "label=", "nonsense=x.png", "label=/there/is/none.png"])
def test_wrong_attachments_are_refused(
    wrong: str, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made(store, tmp_path / "pack", "--attach", wrong) == 2
    assert capsys.readouterr().err.startswith("error: --attach") and not (tmp_path / "pack").exists()


def test_what_is_not_ours_stays(store: str, tmp_path: Path) -> None:
    strange = tmp_path / "photos"
    strange.mkdir()
    (strange / "holiday.jpg").write_bytes(b"mine")
    (tmp_path / "old.zip").write_bytes(b"mine")
    (tmp_path / "file").write_bytes(b"mine")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "mine")
    for name in ("photos", "old.zip", "other.zip", "file"):
        before = content(tmp_path)
        assert made(store, tmp_path / name) == 2
        assert content(tmp_path) == before
    assert made(store, tmp_path / "no" / "folder") == 2


def test_a_pack_takes_the_place_of_a_pack_but_not_of_what_was_added(store: str, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    assert made(store, pack) == 0
    assert made(store, pack, claim="C-204142") == 0
    assert "305-2058721-7210169" in (pack / "facts.txt").read_text("utf-8")
    (pack / "mine.txt").write_text("a note of mine", "utf-8")
    before = content(pack)
    assert made(store, pack) == 2
    assert content(pack) == before
    assert [path.name for path in tmp_path.iterdir()] == ["pack"], "nothing half done is left"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert made(store, empty) == 0


def test_a_failure_leaves_the_old_pack(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = tmp_path / "pack"
    assert made(store, pack) == 0
    before = content(pack)

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert made(store, pack, claim="C-204142") == 2
    assert content(pack) == before and [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_an_unknown_claim_and_an_order_id(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert made(store, tmp_path / "x", claim="C-nothing") == 4
    assert "no claim" in capsys.readouterr().err
    assert made(store, tmp_path / "x", claim="113-3761505-5512352") == 0
    assert CLAIM in (tmp_path / "x" / "facts.txt").read_text("utf-8")
    assert made(store, tmp_path / "y", "--language", "xx") == 2


def test_attached_proof_never_lowers_the_score() -> None:
    for situation in SITUATIONS.values():
        case = case_of(situation)
        law, row = law_of(case, BOOK), None
        slots, score = proof(case, law, row)
        for one in slots:
            assert proof(case, law, row, frozenset({one.slot}))[1] >= score


# -- letters --


def every() -> list[tuple[str, Case]]:
    return [(name, case_of(one)) for name, one in SITUATIONS.items()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_short_and_says_the_facts(language: str) -> None:
    for name, case in every():
        verdict = judge(case, BOOK)
        for what in LETTERS:
            text = letter(what, case, verdict, language, 2000)
            assert len(text) <= 2000 and text.endswith("\n"), name
            assert case.order_id in text, name
            assert "None" not in text and "{" not in text and "[removed]" not in text, name
            assert "98101" not in text and "Example mug" not in text, name
            if what != "buyer":
                for one in case.shipments:
                    if one.tracking_number:
                        assert one.tracking_number in text, name
                    if one.delivered_at:
                        assert one.delivered_at.strftime("%Y-%m-%d") in text, name
                assert ("Claims Protection" in text) == (verdict.protected is True), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_nothing_that_no_file_holds(kind: str, language: str) -> None:
    """With no facts but the claim, nothing of parcels, returns, refunds, messages or dates is told."""
    bare = replace(case_of({"claim": {"kind": kind}, "no_order": True}), filed_at=None, amount=None)
    verdict = judge(bare, BOOK)
    for what in LETTERS:
        text = letter(what, bare, verdict, language, 2000)
        assert not re.search(r"\d{4}-\d{2}-\d{2}", text)
        assert "- " not in text.replace(bare.order_id, "")


def test_the_languages_say_the_same_dates_and_numbers() -> None:
    for name, case in every():
        verdict = judge(case, BOOK)
        for what in ("reply", "appeal"):
            told = {
                tuple(sorted(re.findall(r"\d{4}-\d\d-\d\d|1Z\w*|R9", letter(what, case, verdict, one, 4000))))
                for one in LANGUAGES
            }
            assert len(told) == 1, (name, what)


def test_a_letter_is_cut_to_the_box_and_still_asks() -> None:
    parcel = ShipmentFacts(carrier="UPS", tracking_number="1Z" + "9" * 16)
    many = replace(case_of(SIGNED), shipments=(parcel,) * 60)
    verdict = judge(many, BOOK)
    whole = letter("reply", many, verdict, "en", 2000)
    assert len(whole) <= 2000 and "and 54 more, see the fact sheet" in whole
    for longest in (200, 300, 500, 900):
        text = letter("reply", many, verdict, "en", longest)
        assert len(text) <= longest
    assert "We do not dispute" in letter("reply", many, verdict, "en", 600), "what is asked for stays"


def test_free_cells_do_not_smuggle_a_person_in() -> None:
    sly = ShipmentFacts(carrier="call +1 206 555 0100", tracking_number="jane@example.com")
    case = replace(case_of(SIGNED), shipments=(sly,), claim_id="C1\nDear Jane")
    text = letter("reply", case, judge(case, BOOK), "en", 2000)
    assert "jane@" not in text and "555" not in text and text.count("[removed]") == 2
    assert "\nDear" not in text


def test_a_refund_is_told_with_its_amount() -> None:
    case = case_of(SITUATIONS["refunded in full before it was filed"])
    text = letter("reply", case, judge(case, BOOK), "en", 2000)
    assert "Refund of 40.00 on 2026-11-18 09:00 UTC by us." in text
    amazon = replace(case, refunds=(RefundFacts(case.refunds[0].refunded_at, by="amazon"),))
    assert "by Amazon" in letter("reply", amazon, judge(amazon, BOOK), "en", 2000)


def test_no_letter_asks_a_buyer_to_take_anything_back() -> None:
    words = r"withdraw|remove|feedback|review|zurückzieh|bewertung|retirer|avis|retire|valoraci|ritir|recensi"
    for _, case in every():
        for language in LANGUAGES:
            assert not re.search(words, letter("buyer", case, judge(case, BOOK), language, 2000).lower())


def test_a_protected_buyer_is_not_promised_a_refund_of_ours() -> None:
    case = case_of(SITUATIONS["claims protected label, scanned in time: never refund it"])
    assert "We will refund" not in letter("buyer", case, judge(case, BOOK), "en", 2000)
    owed = case_of(SITUATIONS["no tracking"])
    assert "We will refund 40.00 USD" in letter("buyer", owed, judge(owed, BOOK), "en", 2000)


def test_who_gets_a_letter_and_in_which_language() -> None:
    assert to_buyer(case_of(SIGNED), verdict_of(SIGNED))
    for name in ("denied: nothing to do", "chargeback lost"):
        assert not to_buyer(case_of(SITUATIONS[name]), verdict_of(SITUATIONS[name]))
    assert [language_of(one) for one in ("US", "DE", "BE", "MX", "IT", "JP", None)] == [
        "en", "de", "fr", "es", "it", "en", "en",
    ]  # fmt: skip


def test_drafts_are_written_and_told(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["triage", *DAY, "--store", store, "--letters", str(tmp_path / "drafts")]
    assert run([*asked, "--json"]) == 0
    said = capsys.readouterr()
    files = content(tmp_path / "drafts")
    manifest = json.loads(files.pop("manifest.json"))
    assert f"{len(files)} drafts" in said.err and len(files) == len(manifest["data"]) > 5
    for row in manifest["data"]:
        (one,) = row["files"]
        assert hashlib.sha256(files[one["file"]]).hexdigest() == one["sha256"]
        assert row["order_id"] in files[one["file"]].decode()
    assert any("Mit freundlichen Grüßen" in data.decode() for data in files.values())
    assert run([*asked, "--language", "it", "-o", os.devnull]) == 0
    assert all(
        "Cordiali saluti" in data.decode()
        for name, data in content(tmp_path / "drafts").items()
        if name != "manifest.json"
    )


# -- outcomes and the time zone --


def test_outcomes_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claims = tmp_path / "claims.csv"
    rows = ["order_id,filed_at,claim_id,marketplace,reason,amount,currency,decided_at,decision,funded_by"]
    for number in range(24):
        ends = "denied," if number < 6 else "granted,seller" if number < 22 else "granted_by_default,seller"
        rows.append(
            f"O{number},2026-10-01T10:00:00Z,C{number},US,Package didn't arrive,40.00,USD,2026-10-04T10:00:00Z,{ends}"
        )
    rows.append("O99,2026-11-21T10:00:00Z,C99,US,Package didn't arrive,40.00,USD,,,")
    claims.write_text("\n".join(rows) + "\n", "utf-8")
    store = str(tmp_path / "s.duckdb")
    assert run(["import", str(claims), "--store", store, "-o", os.devnull]) == 0

    def asked(*words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert run([*words, "--store", store, "--json"]) == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["data"]
        return found

    (row,) = asked("outcomes", *DAY)
    jsonschema.validate([row], {"type": "array", "items": {"type": "object"}})
    assert (row["what"], row["kind"], row["evidence"]) == ("claim", "item_not_received", "none")
    assert (row["won"], row["decided"], row["unanswered"], row["rate"]) == (6, 22, 2, 0.272727)
    # Wilson's 95 % of 6 in 22, by statsmodels' proportion_confint(6, 22, method="wilson").
    assert row["interval"] == [pytest.approx(0.131541, abs=2e-4), pytest.approx(0.481499, abs=2e-4)]
    assert (row["odds"], row["odds_from"]) == (0.2727, "outcomes")
    (verdict,) = asked("triage", *DAY)
    answer = verdict["alternatives"][0]
    assert (answer["chance"], answer["chance_from"]) == (0.2727, "outcomes")
    (of_a_file,) = (one for one in asked("triage", str(claims), *DAY) if one["claim_id"] == "C99")
    assert of_a_file["alternatives"][0]["chance"] == 0.2727
    assert asked("outcomes", "--as-of", "2026-10-03") == []
    (early,) = asked("triage", "--as-of", "2026-10-02", "--kind", "item_not_received")[:1]
    assert early["alternatives"][0]["chance_from"] == "policy"
    assert run(["outcomes", *DAY, "--store", store]) == 0
    assert "6 of 22" in capsys.readouterr().out


def test_moments_are_told_in_the_zone_asked(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["triage", *DAY, "--store", store, "--kind", "extra_charges"]
    assert run([*asked, "--timezone", "Europe/Berlin"]) == 0
    said = capsys.readouterr().out
    # 2026-11-24 11:45 UTC is 12:45 in Berlin in winter; the delivery promised by 10-29 22:59 UTC is 23:59 there.
    assert "By (Europe/Berlin)" in said and "2026-11-24 12:45" in said
    assert "promised by 2026-10-29 23:59 Europe/Berlin" in said and " UTC" not in said
    assert run([*asked, "--timezone", "Nowhere/Else"]) == 2
    capsys.readouterr()
    assert run([*asked, "--timezone", "Europe/Berlin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"][0]["act_by"] == "2026-11-24T11:45:00Z"


def test_moments_are_told_in_the_zone_of_the_machine(store: str) -> None:
    asked = [sys.executable, "-m", "atoz_cli", "triage", *DAY, "--store", store, "--kind", "extra_charges"]
    env = {**os.environ, "TZ": "PST8PDT,M3.2.0,M11.1.0"}
    said = subprocess.run(asked, env=env, capture_output=True, text=True, check=True).stdout
    assert "By (PST/PDT)" in said and "2026-11-24 03:45" in said
    # Before and after the first Sunday of November.
    assert "promised by 2026-10-29 15:59 PDT, filed on 2026-11-21 03:45 PST" in said


def test_every_kind_has_chances() -> None:
    chances = BOOK.at("odds", date(2026, 11, 22)).table("chance")
    assert set(chances) == {*KINDS, "chargeback", "appeal", "not_allowed"}
