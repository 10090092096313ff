"""Nothing that names a person is kept or shown: files full of persons are imported, and looked for in all that is left.

Every planted word is in one place of one file, so that one that comes through says where it came from.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from atoz_cli.ingest import How, Named, run
from atoz_cli.sources import recognise
from atoz_cli.sources.columns import columns_at, fields_of
from atoz_cli.sources.declare import Source, sources
from atoz_cli.sources.opening import survey
from atoz_cli.store import duck
from atoz_cli.store.facts import tables
from mutations import FILES, archive, workbook

COLUMNS = {
    "buyer-name": "name", "recipient-name": "name", "buyer-email": "mail", "buyer-phone-number": "phone", "ship-address-1": "street",
    "ship-address-2": "name", "ship-phone-number": "phone", "bill-address-1": "street", "buyer-vat-number": "number", "cpf": "number",
    "buyer-citizen-id": "number", "buyer-tax-registration-id": "number", "buyer-company-name": "name", "gift-message-text": "name",
    "Ship To - Name": "name", "Ship To - Street": "street", "Ship To - Phone": "phone", "Customer Email": "mail", "Customer Name": "name",
    "delivery-Instructions": "name", "Käufername": "name", "Nom de l'acheteur": "name", "Rater Email": "mail", "payer": "name",
}  # fmt: skip
"""Columns about persons, and what stands in them."""


@dataclass
class Planted:
    """The words that stand for persons, and where each was put."""

    where: dict[str, str] = field(default_factory=dict)

    def word(self, place: str) -> str:
        number, letters = len(self.where), ""
        for _ in range(4):
            number, letter = divmod(number, 16)
            letters += "bdfghklmnprstvwz"[letter]
        self.where[f"Quo{letters}x"] = place
        return f"Quo{letters}x"

    def digits(self, place: str) -> str:
        self.where[number := f"97{len(self.where):05d}"] = place
        return number

    def thing(self, kind: str, place: str) -> str:
        """Something about a person."""
        match kind:
            case "name":
                return f"{self.word(place)} {self.word(place)}"
            case "mail":
                return f"{self.word(place)}.{self.word(place)}@{self.word(place)}.example"
            case "phone":
                return f"+49 30 {self.digits(place)}"
            case "street":
                return f"77 Old {self.word(place)} Road"
            case _:
                return f"DE{self.digits(place)}"

    def text(self, place: str) -> str:
        """A comment with all that can be told from other words."""
        phone, street, mail = (self.thing(kind, place) for kind in ("phone", "street", "mail"))
        return f"Call {phone} or write to {mail}, I live at {street} or {self.word(place)}straße 5. Jürgen"

    def found_in(self, content: bytes) -> dict[str, str]:
        """What of it stands in some bytes, with the place where it was planted."""
        words = {word.decode() for word in re.findall(rb"quo[a-z]{4}x|97\d{5}", content.lower())}
        return {word: place for word, place in self.where.items() if word.lower() in words}


# --- files full of persons -------------------------------------------------------------------------------------------


def table(source: Source, sample: Path, planted: Planted) -> bytes:
    """A sample of a source with columns about persons, comments about them, and rows that are refused."""
    found, _ = recognise.table_of(survey(sample, sample.name), sample.name)
    kinds = {name: kind.name for name, (kind, _) in fields_of(source).items()}
    at = columns_at(source, found)
    more = {} if source.alone else COLUMNS
    rows = [[*row, *[""] * (len(found.header) - len(row))][: len(found.header)] for row in found.sample]
    good, rows = len(rows), [*rows, *rows[-3:], *rows[:3]]
    for number, row in enumerate(rows):
        row = rows[number] = list(row)
        for name, place in at.items():
            if kinds[name] == "comment":
                row[place] = planted.text(f"{source.name}.{name}")
            elif kinds[name] == "present":
                row[place] = planted.thing("name", f"{source.name}.{name}")
    for number, kind in zip(range(good, len(rows)), cycle(("mail", "phone", "street")), strict=False):
        wrong = [name for name in at if kinds[name] in ("moment", "deadline", "money", "whole", "flag", "currency")]
        for name in [*wrong, *(["order_id"] if source.columns["order_id"].form else [])]:
            rows[number][at[name]] = planted.thing(kind, f"{source.name}.{name}, refused")
    lines = [[*found.header, *more]]
    lines += [[*row, *(planted.thing(kind, f"{source.name}.{name}") for name, kind in more.items())] for row in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=found.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(lines)
    return out.getvalue().encode()


def samples() -> Iterator[tuple[Source, Path]]:
    """A sample with rows of each source that is a table; of feedback the one with columns of our own."""
    for source in sources().values():
        if source.reader is None:
            yield (
                source,
                next(
                    path
                    for path in sorted((FILES / source.name).glob("*.*"))
                    if path.suffix != ".json"
                    and "header_only" not in path.name
                    and (source.name != "feedback" or path.name == "own.csv")
                ),
            )


def xml(planted: Planted) -> bytes:
    text = (FILES / "returns_xml" / "declared_utf8.xml").read_text("utf-8")
    about = "".join(f"<{name}>{planted.thing(kind, f'xml {name}')}</{name}>" for name, kind in (
        ("buyer_name", "name"), ("customer_email", "mail"), ("ship_address", "street"), ("phone", "phone"),
    ))  # fmt: skip
    comment = (
        f"<buyer_comment>{planted.text('xml comment')}</buyer_comment><!-- {planted.thing('name', 'xml note')} -->"
    )
    return text.replace("<order_id>", f"{about}{comment}<order_id>").encode()


def chargebacks(planted: Planted) -> bytes:
    page = json.loads((FILES / "chargebacks_page" / "page.json").read_text("utf-8"))
    for one in page["chargebacks"]:
        one |= {
            "buyerName": planted.thing("name", "page"),
            "buyer": {"email": planted.thing("mail", "page"), "reason": planted.text("page")},
        }
        for order in one["relatedOrders"]:
            order["shipTo"] = {"name": planted.thing("name", "page"), "line1": planted.thing("street", "page")}
    return json.dumps(page, ensure_ascii=False).encode()


def performance(planted: Planted) -> bytes:
    report = json.loads((FILES / "performance_v2" / "live.json").read_text("utf-8"))
    for one in report["performanceMetrics"]:
        one["contact"] = {"name": planted.thing("name", "performance"), "email": planted.thing("mail", "performance")}
    report["seller"] = planted.thing("name", "performance")
    return json.dumps(report).encode()


def mail(sample: str, planted: Planted) -> bytes:
    text = (FILES / "claim_mail" / sample).read_text("utf-8")
    head, body = text.split("\n\n", 1)
    to = f"To: {planted.thing('name', 'mail To')} <{planted.thing('mail', 'mail To')}>\nReply-To: {planted.thing('mail', 'mail Reply-To')}"
    head = "\n".join(line for line in head.split("\n") if not line.startswith("To:")) + "\n" + to
    body = body.replace("I never got it.", planted.text("mail comments"))
    return f"{head}\n\nDear {planted.thing('name', 'mail body')},\n\n{body}\n{planted.text('mail body')}\n".encode()


def book(content: bytes) -> bytes:
    """A table as a workbook whose last columns are hidden."""
    hidden = b'<cols><col min="4" max="60" width="9" hidden="1"/></cols><sheetData>'
    return _rezipped(workbook(content), {"xl/worksheets/s0.xml": lambda text: text.replace(b"<sheetData>", hidden)})


def _rezipped(content: bytes, change: Mapping[str, Any]) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as old:
        return archive([(name, change.get(name, bytes)(old.read(name))) for name in old.namelist()])


def persons(folder: Path) -> tuple[dict[str, Path], Planted]:
    """A folder with a file of every kind, full of persons."""
    planted, made = Planted(), dict[str, bytes]()
    for source, sample in samples():
        made[f"{source.name}.txt"] = table(source, sample, planted)
    claims = next(sample for source, sample in samples() if source.name == "claims")
    made["claims.xlsx"] = book(table(sources()["claims"], claims, planted))
    made["claims.zip"] = archive([("in/claims.csv", table(sources()["claims"], claims, planted))])
    made |= {
        "returns_xml.xml": xml(planted),
        "chargebacks_page.json": chargebacks(planted),
        "performance_v2.json": performance(planted),
    }
    for sample in ("en_received.eml", "en_denied.eml", "de_decided.eml", "other_buyer_message.eml"):
        made[f"claim_mail_{sample}"] = mail(sample, planted)
    made["claim_mail.mbox"] = b"From a@b.example Sat Oct  3 14:05:00 2026\n" + mail(
        "en_received_html_base64.eml", planted
    )
    made["nobody_knows.csv"] = f"{planted.word('header')},b\n{planted.text('unknown')},c\n".encode()
    made["broken.json"] = f'{{"name": "{planted.thing("name", "broken")}"'.encode()
    paths = {}
    for name, content in made.items():
        paths[name] = folder / name
        paths[name].write_bytes(content)
    return paths, planted


# --- what is left of them --------------------------------------------------------------------------------------------


def held(store: Path) -> bytes:
    """Everything that can be read from a store, as text: the engine may pack it in the file."""
    with duck.reading(store, 0) as opened:
        names = [row[0] for row in opened.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        assert set(tables()) <= set(names)
        return "\n".join(str(opened.connection.execute(f"SELECT * FROM {name}").fetchall()) for name in names).encode()


@pytest.mark.parametrize(("options", "more"), [((), ("--json",)), (("--debug",), ("--strict",))], ids=["json", "debug"])
def test_nobody_is_named_in_anything_that_an_import_leaves(
    tmp_path: Path, options: tuple[str, ...], more: tuple[str, ...]
) -> None:
    files, desk, temporary = tmp_path / "files", tmp_path / "desk", tmp_path / "temporary"
    for folder in (files, desk, temporary):
        folder.mkdir()
    paths, planted = persons(files)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    asked = [*options, "import", *map(str, paths.values()), "--store", "s.duckdb", "--rejects", "r.csv", *more]
    done = subprocess.run(
        [sys.executable, "-m", "atoz_cli", *asked], cwd=desk, env={**kept, "TMPDIR": str(temporary)},
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr.decode()  # two of the files are none
    left = {
        path.name: path.read_bytes() for folder in (desk, temporary) for path in folder.rglob("*") if path.is_file()
    }
    assert {"s.duckdb", "r.csv"} <= set(left)
    assert not list(temporary.iterdir())
    left |= {"stdout": done.stdout, "stderr": done.stderr, "facts": held(desk / "s.duckdb")}
    assert len(planted.where) > 3000
    assert {name: found for name, content in left.items() if (found := planted.found_in(content))} == {}


def test_the_persons_are_in_files_that_are_read(tmp_path: Path) -> None:
    """Every file is known as what it is, has rows that are taken and rows that are refused: so there was something to hide."""
    (tmp_path / "files").mkdir()
    paths, planted = persons(tmp_path / "files")
    receipts = [
        done.receipt for done in run([Named(path, name) for name, path in paths.items()], How(tmp_path / "s.duckdb"))
    ]
    known = {receipt.source for receipt in receipts}
    assert set(sources()) - known == {"performance_v1"}
    for receipt in receipts:
        if receipt.source is not None and sources()[receipt.source].reader is None:
            assert receipt.added + receipt.unchanged + receipt.updated, receipt.file
            assert receipt.refused, receipt.file
    content = b"".join(path.read_bytes() for path in paths.values() if path.suffix not in (".xlsx", ".zip"))
    assert len(planted.found_in(content)) > 3000
    marks = held(tmp_path / "s.duckdb")
    assert all(mark in marks for mark in (b"[e-mail]", b"[phone]", b"[address]", "Jürgen".encode()))
