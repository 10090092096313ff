"""Broken and hostile files given to the real program: a plain refusal each, in bounded time and memory, the rest read."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from atoz_cli.cli.paths import found_files
from atoz_cli.errors import UnknownFile, UnreadableFile
from atoz_cli.ingest import unpacking
from atoz_cli.sources.opening import survey
from atoz_cli.store.staging import Stage
from test_unpacking import rows_of, tar, xls, xlsx, zipped

pytestmark = pytest.mark.skipif(os.name != "posix", reason="memory is measured, and pipes made, as Unix does")

SECONDS = 60
MEMORY = 600 << 20
FILES = Path(__file__).parent / "files"
HEADER = "order_id,placed_at,marketplace,channel,status,city"
ROW = "111-0000000-{:07d},2026-10-01T12:00:00Z,US,mfn,Shipped,{}"
GOOD = "\n".join([HEADER, *(ROW.format(number, "Ulm") for number in range(5))]) + "\n"
COMMENTS = "order_id,filed_at,claim_id,reason,comment\n"
COMMENT = "111-0000000-{0:07d},2026-10-20,C-{0},never came,{1}\n"


class Said(NamedTuple):
    """What a process left behind, and the most memory that it took."""

    status: int
    out: str
    err: str
    memory: int

    @property
    def receipts(self) -> dict[str, dict[str, Any]]:
        return {one["file"]: one for one in json.loads(self.out)["data"]}


def atoz(folder: Path, *arguments: str) -> Said:
    """`atoz import` as a process of its own in that folder: dead after a minute, however it hangs."""
    import signal

    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATOZ_")}
    with (folder / ".out").open("w+b") as out, (folder / ".err").open("w+b") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "atoz_cli", "import", *arguments, "--store", ".store"], cwd=folder, env=kept,
            stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=lambda: signal.alarm(SECONDS),
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [stream.seek(0) or stream.read().decode() for stream in (out, err)]
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    assert process.returncode != -signal.SIGALRM, f"still at it after {SECONDS} s"
    assert "Traceback" not in texts[1] and "a fault of atoz" not in texts[1], texts[1]
    assert memory < MEMORY, f"{memory >> 20} MB"
    return Said(process.returncode, texts[0], texts[1], memory)


def zeros(megabytes: int) -> bytes:
    """That many zeros, packed a thousand times smaller; made at once, since the middle repeats."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + middle * (megabytes - 1)


def encrypted() -> bytes:
    content = bytearray(zipped(("a.csv", GOOD.encode())))
    for at in (6, content.index(b"PK\x01\x02") + 8):
        content[at : at + 2] = b"\x01\0"
    return bytes(content)


def entities() -> bytes:
    made = "".join(f'<!ENTITY {chr(98 + k)} "{f"&{chr(97 + k)};" * 10}">' for k in range(12))
    return f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">{made}]><Returns-Report>&m;</Returns-Report>'.encode()


def comments(*encodings: str, text: str = "Größe 5 “gut”") -> bytes:
    """A table with a row in each of these encodings."""
    rows = (COMMENT.format(number, text).encode(encoding) for number, encoding in enumerate(encodings))
    return COMMENTS.encode() + b"".join(rows)


WHOLE = gzip.compress(GOOD.encode() * 1000)
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "blank": (b"\n" * 100, "its first 60 lines are empty"),
    "binary": (bytes(range(256)) * 100, "not a text file"),
    "zeros": (bytes(1000), "not a text file"),
    "pdf": (b"%PDF-1.7\n" + bytes(range(256)), "a PDF"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "an image"),
    "jpg": (b"\xff\xd8\xff\xe0" + bytes(range(256)), "an image"),
    "page": (b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>", "a web page"),
    "cut.gz": (WHOLE[:-20], "damaged or cut off"),
    "cut.zip": (zipped(("a.csv", GOOD.encode()))[:-30], "damaged or cut off"),
    "bomb.gz": (zeros(1024), "unpacks to far more than a report would"),
    "nothing.zip": (zipped(), "holds no files"),
    "docx": (zipped(("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>")), "a Word document"),
    "tar": (tar(), "a tar archive"),
    "entities.xml": (entities(), "entities"),
    "cut.xml": (b'<?xml version="1.0"?><Returns-Report><return_details><order_id>1', "the XML is broken (line 1"),
    "deep.xml": (b"<Returns-Report>" + b"<a>" * 300, "more than 200 levels"),
    "deep.json": (b"[" * 200 + b"]" * 200, "no report that we know"),
    "deeper.json": (b'{"performanceMetrics":' * 100_000, "the JSON is broken"),
    "cut.json": (b'{"performanceMetrics": [', "the JSON is broken"),
    "arrays.json": (b"[" + b"[]," * (3 << 20) + b"1]", "a JSON of 9 MB"),
    "mixed.csv": (comments(*["utf-8"] * 20, "cp1252"), "two encodings in one file: it is written in UTF-8, but line 22"),
    "half.csv": (comments(*["utf-8"] * 20, *["cp1252"] * 20), "line 22 is not"),
    "marked.csv": (b"\xef\xbb\xbf" + comments("utf-8", "cp1252"), "line 3 is not"),
    "cut.csv": (comments("utf-8", "utf-8")[:-2], "line 3 is not"),
    "odd.csv": (comments("cp1252") + b"\x81\n", "in an encoding that is not read here (line 3)"),
    "half16.txt": (GOOD.encode("utf-16")[:-1], "not a whole one (utf-16-le)"),
    "nul.csv": (GOOD.encode().replace(b"Ulm", b"U\0m"), "not a text file"),
    "late_nul.csv": (GOOD.encode() * 100 + b"1,\0,\n", "line 601 holds a NUL byte"),
    "long_line.csv": (GOOD.encode() * 500 + ROW.format(6, "x" * (5 << 20)).encode(), "cannot be read as a table"),
    "long_header.csv": (b"x," * (3 << 20), "a line is longer than 4 million characters"),
}  # fmt: skip
BUT_KNOWN = {
    "cut.gz", "cut.zip", "bomb.gz", "nothing.zip", "entities.xml", "cut.xml", "deep.xml", "mixed.csv", "half.csv",
    "marked.csv", "cut.csv", "late_nul.csv", "long_line.csv",
}  # fmt: skip
"""Those that could well be a report: in a folder they do not pass in silence."""


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every refused file, and a good one at the end."""
    folder = tmp_path_factory.mktemp("zoo")
    for name, (content, _) in REFUSED.items():
        (folder / name).write_bytes(content)
    (folder / "~good.csv").write_text(GOOD, "utf-8")
    return folder


def test_each_is_refused_by_its_name_and_the_good_one_is_read(zoo: Path) -> None:
    said = atoz(zoo, *REFUSED, "~good.csv", "--json")
    assert said.status == 3
    errors = [json.loads(line)["error"] for line in said.err.splitlines()]
    assert len(errors) == len(REFUSED)
    for (name, (_, says)), error in zip(REFUSED.items(), errors, strict=True):
        receipt = said.receipts[name]
        assert (receipt["source"], receipt["rows"], receipt["added"]) == (None, 0, 0)
        assert receipt["error"] == error["message"] and receipt["hint"] == error["hint"]
        assert error["message"].startswith(f"{name}: ") and says in error["message"]
        assert error["hint"] and "\n" not in error["message"] + error["hint"]
        assert len(error["message"]) < 200
    assert said.receipts["~good.csv"]["added"] == 5


def test_in_a_folder_what_could_be_a_report_does_not_pass_in_silence(zoo: Path) -> None:
    said = atoz(zoo, ".", "--json")
    assert said.status == 3
    assert len(said.receipts) == len(REFUSED) + 1
    assert {name for name, one in said.receipts.items() if one["error"]} == BUT_KNOWN
    assert said.receipts["~good.csv"]["source"] == "orders"


def test_as_text_each_refusal_is_an_error_and_a_hint(zoo: Path) -> None:
    said = atoz(zoo, "empty", "cut.gz", "mixed.csv")
    assert (said.status, said.out.count("\n") > 3) == (3, True)
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["error", "hint"] * 3


# --- size ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lines of 200 MB: a table, a mail, XML, JSON. And a gigabyte of nothing."""
    folder = tmp_path_factory.mktemp("heavy")
    for name, before in (
        ("line.csv", f"{HEADER}\n1,"),
        ("line.eml", "From: a@b.c\nSubject: x\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\n"),
        ("line.xml", "<Returns-Report><x>"),
        ("line.json", '{"a": "'),
    ):
        with (folder / name).open("wb") as out:
            out.write(before.encode())
            for _ in range(200 if name == "line.csv" else 20):
                out.write(b"x" * (1 << 20))
    with (folder / "sparse").open("wb") as out:
        out.truncate(1 << 30)
    return folder


def test_a_line_of_200_mb_and_a_gigabyte_of_nothing(heavy: Path) -> None:
    said = atoz(heavy, "line.csv", "line.xml", "line.json", "sparse", "--json")
    assert said.status == 3
    assert [one["error"].partition(": ")[2] for one in said.receipts.values()] == [
        "a line is longer than 4 million characters",
        "this XML is no report of Amazon (line 1: one element holds more than 4 MB)",
        "a JSON of 20 MB is no report that we know",
        "this is not a text file",
    ]
    mail = atoz(heavy, "line.eml", "--json")
    assert (mail.status, mail.receipts["line.eml"]["skipped"]) == (0, 1)


def test_thousands_of_files_in_a_folder(tmp_path: Path) -> None:
    for number in range(3000):
        text = f"note {number}\nCall Bob.\n" if number % 2 else "colour;size;hue\nred;2;x\n"
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    (tmp_path / "orders.csv").write_text(GOOD, "utf-8")
    said = atoz(tmp_path, ".", "--json")
    assert (said.status, len(said.receipts), said.receipts["orders.csv"]["added"]) == (0, 3001, 5)
    assert sum(one["source"] is None and one["error"] is None for one in said.receipts.values()) == 3000


# --- what is no file -------------------------------------------------------------------------------------------------


def test_a_pipe_without_a_writer_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "orders.csv").write_text(GOOD, "utf-8")
    said = atoz(tmp_path, "pipe", "/dev/null", "orders.csv")
    assert said.status == 3
    assert said.err.splitlines()[-4:] == [
        "error: pipe: is a pipe, not a file",
        "hint: give a file; what comes through a pipe is read with -",
        "error: /dev/null: is a device, not a file",
        "hint: give a file; what comes through a pipe is read with -",
    ]
    folder = atoz(tmp_path, ".", "--json")
    assert (folder.status, list(folder.receipts)) == (0, ["orders.csv"])


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root may read all")
def test_a_folder_that_one_may_not_read(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0)
    (tmp_path / "orders.csv").write_text(GOOD, "utf-8")
    for names in (("shut", "orders.csv"), (".",)):
        said = atoz(tmp_path, *names, "--json")
        assert (said.status, said.receipts["orders.csv"]["source"]) == (3, "orders")
        assert "shut: cannot be read (Permission denied)" in said.err


def test_folders_that_fail_are_named_and_the_others_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "orders.csv").write_text(GOOD, "utf-8")
    scandir = os.scandir

    def failing(path: Any = ".") -> Any:
        if os.path.basename(path) == "a":
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    found, missing = found_files([str(tmp_path)], None)
    assert [one.name for one in found] == [str(tmp_path / "b" / "orders.csv")]
    [(name, error)] = missing
    assert (name, error.message) == (str(tmp_path / "a"), f"{tmp_path / 'a'}: cannot be read (Permission denied)")


# --- what changes ----------------------------------------------------------------------------------------------------


def grow(path: Path) -> None:
    with path.open("ab") as out:
        out.write(b"more")


def test_a_file_that_grows_while_it_is_read(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read = shop.put("orders.csv", GOOD), Stage.read

    def growing(self: Stage, *arguments: Any) -> int:
        grow(path)
        return read(self, *arguments)

    monkeypatch.setattr(Stage, "read", growing)
    (done,) = shop.load(path)
    assert done.receipt.error == "orders.csv: changed while it was read"
    monkeypatch.setattr(Stage, "read", read)
    path.write_text(GOOD, "utf-8")
    assert shop.load(path)[0].receipt.added == 5


def test_a_gzip_that_is_still_being_downloaded(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path, pieces = shop.put("orders.csv.gz", WHOLE[:-100]), unpacking._pieces
    assert shop.load(path)[0].receipt.error == "orders.csv.gz: is damaged or cut off"

    def growing(*arguments: Any) -> Iterator[bytes]:
        grow(path)
        yield from pieces(*arguments)

    monkeypatch.setattr(unpacking, "_pieces", growing)
    assert shop.load(path)[0].receipt.error == "orders.csv.gz: changed while it was read"


def test_a_file_that_goes_while_it_is_read(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path, good, read = shop.put("orders.csv", GOOD), shop.put("good.csv", GOOD), Stage.read

    def going(self: Stage, *arguments: Any) -> int:
        path.unlink(missing_ok=True)
        return read(self, *arguments)

    monkeypatch.setattr(Stage, "read", going)
    gone, fine = shop.load(path, good)
    assert gone.receipt.error == "orders.csv: changed while it was read"
    assert fine.receipt.added == 5


# --- archives --------------------------------------------------------------------------------------------------------


def test_an_archive_with_all_that_an_archive_should_not_have(tmp_path: Path) -> None:
    inner = zipped(("a.csv", GOOD.encode()))
    (tmp_path / "all.zip").write_bytes(
        zipped(
            ("orders.csv", GOOD.encode()), ("../../up.csv", GOOD.encode()), ("/etc/up.csv", GOOD.encode()),
            ("C:\\up.csv", GOOD.encode()), ("in.zip", inner), ("in.gz", WHOLE), ("notes.txt", b"Call Bob.\n"),
            ("mail.eml", (FILES / "claim_mail" / "en_received.eml").read_bytes()), ("image", REFUSED["png"][0]),
        )
    )  # fmt: skip
    (tmp_path / "locked.zip").write_bytes(encrypted())
    said = atoz(tmp_path, "all.zip", "locked.zip", "--json")
    assert said.status == 3
    assert {name: (one["source"], (one["error"] or "").partition(": ")[2]) for name, one in said.receipts.items()} == {
        "all.zip/orders.csv": ("orders", ""),
        "all.zip/../../up.csv": (None, "a name like this is not safe to unpack"),
        "all.zip//etc/up.csv": (None, "a name like this is not safe to unpack"),
        "all.zip/C:\\up.csv": (None, "a name like this is not safe to unpack"),
        "all.zip/in.zip": (None, "an archive inside an archive is not opened"),
        "all.zip/in.gz": (None, "an archive inside an archive is not opened"),
        "all.zip/notes.txt": (None, ""),
        "all.zip/mail.eml": ("claim_mail", ""),
        "all.zip/image": (None, ""),
        "locked.zip/a.csv": (None, "is encrypted"),
    }
    assert not list(tmp_path.parent.glob("up.csv"))


def test_shapes_that_are_read(tmp_path: Path) -> None:
    """However the same five orders come, five orders come in."""
    rows, lines = [line.split(",") for line in GOOD.splitlines()], GOOD.splitlines()
    quoted = "\n".join("\t".join(f'"{cell}"' for cell in row) for row in rows)
    shapes: dict[str, str | bytes] = {
        "orders.csv.gz": gzip.compress(GOOD.encode()),
        "two.zip": zipped(("a/orders.csv", GOOD.encode()), ("b/orders.csv", GOOD.encode())),
        "excel.xlsx": xlsx({"Orders": rows_of(*map(tuple, rows)), "Empty": ""}),
        "excel.xls": xls([list(row) for row in rows]),
        "semicolons.csv": GOOD.replace(",", ";").replace("\n", "\r\n"),
        "sep.csv": "sep=;\r\n" + GOOD.replace(",", ";").replace("\n", "\r\n"),
        "quoted_sep.csv": '"sep=,"\n' + GOOD,
        "tabs.txt": quoted,
        "wrapped.csv": "\n".join(f'"{line}"' for line in lines),
        "blank_lines_above.csv": "\n" * 12 + GOOD,
        "second_header.csv": "\n".join([*lines[:3], lines[0], *lines[3:]]),
        "sums.csv": GOOD + "Total,,,,,5\n",
        "utf16.txt": GOOD.replace(",", "\t").encode("utf-16"),
        "not_packed.csv.gz": GOOD,
        "pattern[*]?{a,b}.csv": GOOD,
        "patternx.csv": GOOD + ROW.format(5, "Ulm") + "\n",
    }
    for name, content in shapes.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "header_only.csv").write_text(HEADER + "\n", "utf-8")
    said = atoz(tmp_path, *shapes, "header_only.csv", "--json")
    assert said.status == 0, said.err
    receipts = said.receipts
    assert {"two.zip/a/orders.csv", "two.zip/b/orders.csv"} < set(receipts)
    assert {one["source"] for one in receipts.values()} == {"orders"}
    more = {name: one["rows"] for name, one in receipts.items() if (one["rows"], one["skipped"]) != (5, 0)}
    assert more == {"second_header.csv": 6, "sums.csv": 6, "header_only.csv": 0, "patternx.csv": 6}
    assert [one["added"] for one in receipts.values() if one["added"]] == [5, 1]
    assert all(one["refused"] == 0 for one in receipts.values())


def test_mail_in_files_mailboxes_and_folders(tmp_path: Path) -> None:
    inside = tmp_path / "mail" / "deeper"
    inside.mkdir(parents=True)
    for name in ("en_received.eml", "other_newsletter.eml"):
        (inside / name).write_bytes((FILES / "claim_mail" / name).read_bytes())
    (tmp_path / "mail" / "all.mbox").write_bytes((FILES / "claim_mail" / "four_of_seven.mbox").read_bytes())
    said = atoz(tmp_path, "mail", "--json")
    assert said.status == 0
    assert {name: (one["source"], one["rows"], one["skipped"]) for name, one in said.receipts.items()} == {
        "mail/all.mbox": ("claim_mail", 7, 3),
        "mail/deeper/en_received.eml": ("claim_mail", 1, 0),
        "mail/deeper/other_newsletter.eml": ("claim_mail", 1, 1),
    }


# --- two files -------------------------------------------------------------------------------------------------------


def test_two_files_that_disagree_say_the_same_in_both_orders(shop: Any, tmp_path: Path) -> None:
    """Same order, same update stamp, other values: what holds does not hang on the order of import; both are kept."""
    from conftest import Shop

    header = "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsales-channel\tfulfillment-channel\tsku\tquantity\n"
    row = "111-0000000-0000001\t2026-10-01T12:00:00Z\t2026-10-02T12:00:00Z\t{}\tAmazon.com\tMerchant\tX\t{}\n"
    held = []
    for number, order in enumerate(itertools.permutations([("Shipped", 1), ("Cancelled", 2)])):
        (tmp_path / str(number)).mkdir()
        one = Shop(tmp_path / str(number))
        for status, quantity in order:
            (done,) = one.load(one.put(f"{status}.txt", header + row.format(status, quantity)))
            assert (done.receipt.source, done.receipt.error, done.receipt.refused) == ("all_orders", None, 0)
        held.append(one.facts())
        assert versions(one.path) == 2
    assert held[0] == held[1]


def versions(store: Path) -> int:
    from atoz_cli.store import duck

    with duck.reading(store, 0) as opened:
        return int(opened.ask("SELECT count(*) FROM orders_versions")[0][0])


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (comments("utf-8"), "utf-8"),
        (b"\xef\xbb\xbf" + comments("utf-8"), "utf-8-sig"),
        (comments("cp1252"), "cp1252"),
        (comments("cp1252", text="„Gruß“ – „SPAß“ und „SÜß“"), "cp1252"),
        (comments("cp1252", text="très « bon » … « Élégant »"), "cp1252"),
        (comments(*["cp1252"] * 20) + COMMENT.format(99, "GrÃ¶ÃŸe").encode("cp1252"), "cp1252"),
        (comments("cp932", text="届きませんでした"), "cp932"),
        (GOOD.encode("utf-16-be"), "utf-16-be"),
        (b"x" * ((1 << 20) - 1) + "ö\n".encode(), "utf-8"),
        (b"x" * ((1 << 20) - 1) + "ö\n".encode("cp1252"), "cp1252"),
    ],
)
def test_one_encoding_in_a_file(tmp_path: Path, content: bytes, encoding: str) -> None:
    (tmp_path / "x").write_bytes(content)
    assert survey(tmp_path / "x", "x").encoding == encoding


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", [1, 60_000])
def test_the_line_that_does_not_fit_is_told(tmp_path: Path, ends: str, before: int) -> None:
    good, bad = f"Größe und so weiter{ends}".encode() * before, f"Größe{ends}".encode("cp1252")
    for content, line in ((good + bad + good, before + 1), (b"\xef\xbb\xbf" + good + bad, before + 1)):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(UnreadableFile, match=f"line {line} is not"):
            survey(tmp_path / "x", "x")
    (tmp_path / "x").write_bytes(good * 300 + b"\0" if before == 1 else good + b"\0")
    with pytest.raises(UnreadableFile, match=f"line {300 * before + 1 if before == 1 else before + 1} holds a NUL"):
        survey(tmp_path / "x", "x")


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_cp1252_does_not_have(tmp_path: Path, byte: int) -> None:
    (tmp_path / "x").write_bytes(comments("cp1252") + bytes([byte]) + b"\n")
    with pytest.raises(UnknownFile, match=r"not read here \(line 3\)"):
        survey(tmp_path / "x", "x")
