"""Archives and workbooks as sellers have them, and as they should not be: members come out, or a plain word why not."""

from __future__ import annotations

import gzip
import io
import os
import random
import socket
import struct
import subprocess
import sys
import tarfile
import time
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atoz_cli.errors import DiskFull, InputRefused, UnknownFile, UnreadableFile
from atoz_cli.ingest import unpacking, workbooks, zips
from atoz_cli.ingest.guards import mark, plain_file, unchanged
from atoz_cli.ingest.unpacking import Member, Refused, members
from atoz_cli.ingest.workbook_cells import as_text

TEXT = b"order_id,removed_at\n001,2026-10-01\n"

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux has these limits and special files")
posix = pytest.mark.skipif(os.name != "posix", reason="there are none on Windows")


class Desk:
    """Where a test puts a file and opens it: `open` gives each member's name and content, or the message of a refusal."""

    def __init__(self, folder: Path) -> None:
        self.files, self.folder = folder / "files", folder / "unpacked"
        self.files.mkdir()
        self.folder.mkdir()

    def put(self, name: str, content: bytes) -> Path:
        path = self.files / name
        path.write_bytes(content)
        return path

    def read(self, path: Path, name: str | None = None) -> Iterator[tuple[str, bytes | InputRefused, str | None]]:
        """Each member as the import would see it. Never is more than one there, and nothing is left."""
        for one in members(path, name or path.name, self.folder):
            if isinstance(one, Refused):
                assert one.error.message.startswith(f"{one.name}: ")
                assert "\n" not in one.error.message
                assert one.error.hint
                yield one.name, one.error, None
            else:
                yield one.name, one.path.read_bytes(), one.made_of
        assert not list(self.folder.iterdir())

    def open(self, name: str, content: bytes) -> dict[str, bytes | str]:
        found = list(self.read(self.put(name, content)))
        assert len({one for one, _, _ in found}) == len(found), "two members have one name"
        return {
            one: what if isinstance(what, bytes) else what.message.removeprefix(f"{one}: ") for one, what, _ in found
        }

    def refused(self, name: str, content: bytes) -> InputRefused:
        [(_, error, _)] = self.read(self.put(name, content))
        assert isinstance(error, InputRefused)
        return error


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


# --- plain files -----------------------------------------------------------------------------------------------------


def test_a_plain_file_is_its_own_member_and_stays(desk: Desk) -> None:
    path = desk.put("orders.zip", TEXT)  # not what its name says
    assert list(members(path, "orders.zip", desk.folder)) == [Member(path, "orders.zip")]
    assert path.read_bytes() == TEXT
    assert desk.open("empty", b"") == {"empty": b""}


@posix
def test_what_is_no_file_is_never_opened(desk: Desk) -> None:
    os.mkfifo(desk.files / "pipe")
    (desk.files / "folder").mkdir()
    (desk.files / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(desk.files)
        try:
            server.bind("socket")
        finally:
            os.chdir(here)
        cases = ("pipe", "is a pipe"), ("folder", "is a folder"), ("socket", "is a socket"), ("none", "is not there"), \
            ("loop", "cannot be read"), ("nul\0", "is not there")  # fmt: skip
        for name, says in cases:
            with pytest.raises(UnreadableFile, match=says):
                plain_file(desk.files / name, name)
            [(_, error, _)] = desk.read(desk.files / name, name)
            assert isinstance(error, UnreadableFile)
    with pytest.raises(UnreadableFile, match="is a device"):
        plain_file(Path("/dev/null"), "null")


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root may read all")
def test_a_file_that_one_may_not_read(desk: Desk) -> None:
    path = desk.put("secret", TEXT)
    path.chmod(0)
    assert "cannot be read (Permission denied)" in str(next(desk.read(path))[1])


def test_a_file_that_changes_while_it_is_read(desk: Desk) -> None:
    path = desk.put("orders.txt", TEXT)
    with unchanged(path, "orders.txt", mark(path)):
        path.read_bytes()

    def grows() -> None:
        with path.open("ab") as out:
            out.write(b"more")

    def is_replaced() -> None:
        status = path.stat()
        other = desk.put("other", path.read_bytes())
        os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
        other.replace(path)

    for changes in (grows, is_replaced, path.unlink):
        path.write_bytes(TEXT)
        since = mark(path)
        with (
            pytest.raises(UnreadableFile, match=r"orders\.txt: changed while it was read"),
            unchanged(path, path.name, since),
        ):
            changes()
    path.write_bytes(TEXT)


def test_a_file_that_looks_damaged_while_it_is_written(desk: Desk) -> None:
    path = desk.put("orders.txt", TEXT)

    def read(*, grows: bool) -> None:
        with unchanged(path, path.name, mark(path)):
            path.write_bytes(TEXT * (1 + grows)) if grows else None
            raise UnknownFile("looks damaged")

    with pytest.raises(UnreadableFile, match="changed"):
        read(grows=True)
    with pytest.raises(UnknownFile, match="looks damaged"):
        read(grows=False)


# --- gzip ------------------------------------------------------------------------------------------------------------


def test_gzip_and_gzips_one_after_the_other(desk: Desk) -> None:
    assert desk.open("orders.txt.gz", gzip.compress(TEXT)) == {"orders.txt.gz": TEXT}
    assert desk.open("a", gzip.compress(TEXT) + gzip.compress(b"more")) == {"a": TEXT + b"more"}
    assert desk.open("a", gzip.compress(TEXT) + bytes(100)) == {"a": TEXT}
    assert [made for _, _, made in desk.read(desk.files / "a")] == ["gzip"]
    assert desk.open("empty.gz", gzip.compress(b"")) == {"empty.gz": b""}


def test_a_gzip_that_is_cut_off_or_damaged(desk: Desk) -> None:
    whole = gzip.compress(TEXT * 1000)
    for content in (whole[:-4], whole[:20], whole[:3], whole[:-8] + b"\0" * 8, whole + b"rubbish", b"\x1f\x8b"):
        error = desk.refused("a.gz", content)
        assert isinstance(error, UnreadableFile)
        assert error.message == "a.gz: is damaged or cut off"


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(TEXT)
        archive.addfile(entry, io.BytesIO(TEXT))
    return out.getvalue()


def test_what_a_gzip_may_not_hold(desk: Desk) -> None:
    nested = "an archive inside an archive is not opened"
    for inner in (gzip.compress(TEXT), zipped(("a", TEXT)), b"7z\xbc\xaf\x27\x1c" + bytes(50)):
        assert desk.open("a.gz", gzip.compress(inner)) == {"a.gz": nested}
    error = desk.refused("a.tar.gz", gzip.compress(tar()))
    assert (error.message, error.hint) == (
        "a.tar.gz: a tar archive is not opened", "unpack it, and import what is in it",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "what"),
    [(tar(), "tar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x01", "rar"), (b"\xfd7zXZ\0", "xz"),
     (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh91AY&SYxx", "bzip2")],
)  # fmt: skip
def test_other_archives(desk: Desk, content: bytes, what: str) -> None:
    error = desk.refused("a", content)
    assert isinstance(error, UnknownFile)
    assert error.message in (
        f"a: this is a {what} archive, which is not opened",
        "a: this is an xz archive, which is not opened",
    )


# --- zip -------------------------------------------------------------------------------------------------------------


def test_the_members_of_a_zip_in_their_order(desk: Desk) -> None:
    content = zipped(
        ("z.txt", b"last name first"), ("reports/", b""), ("reports/a.txt", TEXT), ("__MACOSX/reports/._a.txt", b"x"),
        ("._b", b"x"), (".DS_Store", b"x"), ("reports/Thumbs.db", b"x"), ("Größe 注文.csv", b"ja"), ("empty", b""),
    )  # fmt: skip
    found = desk.open("down.zip", content)
    assert list(found.items()) == [
        ("down.zip/z.txt", b"last name first"), ("down.zip/reports/a.txt", TEXT), ("down.zip/Größe 注文.csv", b"ja"),
        ("down.zip/empty", b""),
    ]  # fmt: skip
    assert {made for _, _, made in desk.read(desk.files / "down.zip")} == {"zip"}


def test_one_member_at_a_time_lies_on_the_disk(desk: Desk) -> None:
    path = desk.put("a.zip", zipped(*((f"{n}.txt", TEXT) for n in range(5))))
    for _ in members(path, "a.zip", desk.folder):
        assert len(list(desk.folder.iterdir())) == 1
    half_way = members(path, "a.zip", desk.folder)
    next(half_way)
    half_way.close()  # type: ignore[attr-defined]
    assert not list(desk.folder.iterdir())


def test_two_members_of_one_name(desk: Desk) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped(("a.txt", b"1"), ("a.txt (2)", b"2"), ("a.txt", b"3"))
    assert desk.open("z", content) == {"z/a.txt": b"1", "z/a.txt (2)": b"2", "z/a.txt (3)": b"3"}


@pytest.mark.parametrize("content", [zipped(), zipped(("folder/", b""), ("__MACOSX/._a", b"x"))])
def test_an_archive_without_files(desk: Desk, content: bytes) -> None:
    error = desk.refused("a.zip", content)
    assert isinstance(error, UnreadableFile)
    assert error.message == "a.zip: holds no files"


def test_names_that_climb_out_or_command_a_terminal(desk: Desk, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    bad = (
        "../up.txt",
        "a/../../up.txt",
        "/etc/x",
        "C:/x",
        "c:x",
        "a\\b.txt",
        "..\\up",
        "a\x1b[2Jb",
        "a\nb",
        "a\x85b",
        "..",
    )
    content = zipped(*((name, TEXT) for name in bad), ("good..txt", b"good"), ("10:30.txt", b"good"))
    found = desk.open("z", content)
    assert [what for what in found.values() if what == b"good"] == [b"good", b"good"]
    assert sum("not safe" in str(what) for what in found.values()) == len(bad)
    assert "z/a\\x1b[2Jb" in found and "z/a\\x0ab" in found and "z/a\\x85b" in found
    assert sorted(tmp_path.rglob("*")) == sorted([*before, desk.files / "z"])


def patched(content: bytes, offset_local: int, offset_central: int, value: bytes) -> bytes:
    """The zip with a field of its first member set, in both of its headers."""
    data = bytearray(content)
    central = content.index(b"PK\x01\x02")
    data[offset_local : offset_local + len(value)] = value
    data[central + offset_central : central + offset_central + len(value)] = value
    return bytes(data)


def test_members_that_are_refused_and_do_not_take_the_others_along(desk: Desk) -> None:
    two = zipped(("a.txt", TEXT), ("b.txt", b"good"))
    encrypted = patched(two, 6, 8, b"\x01\0")
    assert desk.open("z", encrypted) == {"z/a.txt": "is encrypted", "z/b.txt": b"good"}
    odd = patched(two, 8, 10, b"\x09\0")
    assert desk.open("z", odd) == {"z/a.txt": "is packed in a way that is not read (method 9)", "z/b.txt": b"good"}
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert "is packed in a way" in str(desk.open("z", zipped(("a", TEXT), method=method))["z/a"])
    bad_sum = patched(two, 14, 16, b"\1\2\3\4")
    assert desk.open("z", bad_sum) == {"z/a.txt": "is damaged or cut off", "z/b.txt": b"good"}
    bad_bytes = two.replace(two[35:50], b"\xff" * 15, 1)
    assert desk.open("z", bad_bytes)["z/b.txt"] == b"good"
    assert desk.open("z", bad_bytes)["z/a.txt"] == "is damaged or cut off"
    other_name = two.replace(b"a.txt", b"x.txt", 1)
    assert desk.open("z", other_name) == {"z/a.txt": "is damaged or cut off", "z/b.txt": b"good"}
    nested = zipped(("in.zip", zipped(("a", TEXT))), ("in.gz", gzip.compress(TEXT)), ("in.tar", tar()), ("b", b"good"))
    word = "an archive inside an archive is not opened"
    assert desk.open("z", nested) == {"z/in.zip": word, "z/in.gz": word, "z/in.tar": word, "z/b": b"good"}


def test_a_zip_that_is_cut_off(desk: Desk) -> None:
    whole = zipped(("a.txt", TEXT), ("b.txt", TEXT))
    for end in (4, 30, len(whole) // 2, len(whole) - 23, len(whole) - 1):
        assert desk.refused("z", whole[:end]).message == "z: the zip file is damaged or cut off"


@pytest.mark.parametrize(
    ("parts", "what"),
    [([("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>")], "a Word document"),
     ([("[Content_Types].xml", b"<a/>"), ("ppt/presentation.xml", b"<a/>")], "a PowerPoint file"),
     ([("[Content_Types].xml", b"<a/>")], "an Office document"), ([("META-INF/MANIFEST.MF", b"")], "a Java archive"),
     ([("mimetype", b"application/epub+zip"), ("a", b"")], "an e-book"),
     ([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("a", b"")], "an OpenDocument file"),
     ([("Index/Document.iwa", b"")], "a Numbers or Pages file")],
)  # fmt: skip
def test_documents_that_are_zips(desk: Desk, parts: list[tuple[str, bytes]], what: str) -> None:
    error = desk.refused("d", zipped(*parts))
    assert isinstance(error, UnknownFile)
    assert error.message == f"d: this is {what}, not an export"
    assert desk.open("z", zipped(("d", zipped(*parts)))) == {"z/d": f"this is {what}, not an export"}


@linux
def test_a_full_disk_ends_the_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.put("a.gz", gzip.compress(TEXT))
    monkeypatch.setattr(Path, "open", lambda self, mode="r", **_: open("/dev/full" if "w" in mode else self, mode))  # noqa: SIM115
    with pytest.raises(DiskFull, match="no room left to read"):
        list(members(path, "a.gz", desk.folder))


# --- bombs -----------------------------------------------------------------------------------------------------------


def zeros(megabytes: int) -> bytes:
    """Raw deflate of that many zeros, a thousand times smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes + packer.flush()


@linux
def test_a_bomb_takes_neither_time_nor_room(desk: Desk) -> None:
    """Of a gigabyte of zeros no more comes out than the ratio allows, of a small zip 50 MB; in little memory."""
    path = desk.put("b.gz", b"\x1f\x8b\x08" + bytes(7) + zeros(1024))
    content, stored = zeros(100), zipped(("zeros", b"?"), ("good", b"good"), method=zipfile.ZIP_STORED)
    start = stored.index(b"PK\x03\x04", 4)
    moved = stored.index(b"PK\x01\x02") - start + 35 + len(content)
    sizes = struct.pack("<HxxxxIII", 8, 0, len(content), 100 << 20)
    first = bytearray(stored[:35] + content + stored[start:])
    first[8:26] = sizes
    central = first.index(b"PK\x01\x02", 35 + len(content))
    first[central + 10 : central + 28] = sizes
    second = first.index(b"PK\x01\x02", central + 4)
    first[second + 42 : second + 46] = struct.pack("<I", 35 + len(content))
    end = first.index(b"PK\x05\x06", second)
    first[end + 16 : end + 20] = struct.pack("<I", moved)
    archive = desk.put("b.zip", bytes(first))
    program = (
        "import resource, sys; from pathlib import Path; from atoz_cli.ingest.unpacking import members\n"
        "resource.setrlimit(resource.RLIMIT_AS, (300 << 20,) * 2)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (230 << 20,) * 2)\n"
        "for path in sys.argv[2:]:\n"
        "    for one in members(Path(path), Path(path).name, Path(sys.argv[1])): print(one.error.message)\n"
    )
    started = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-c", program, desk.folder, path, archive], capture_output=True, text=True, check=False
    )
    assert said.stdout.splitlines() == [
        "b.gz: unpacks to far more than a report would",
        "b.zip/zeros: unpacks to far more than a report would",
        "b.zip: unpacks to far too much; the rest of it is not read",
    ], said.stderr
    assert time.monotonic() - started < 20


def test_the_limits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = random.Random(1).randbytes(3000)
    content = zipped(("a", noise), ("b", b"good"), ("c", noise), ("d", b"good"))
    monkeypatch.setattr(unpacking, "MOST_OF_A_MEMBER", 2999)
    assert desk.open("z", content) == {
        "z/a": "is larger than 0 GB unpacked", "z/b": b"good", "z/c": "is larger than 0 GB unpacked", "z/d": b"good",
    }  # fmt: skip
    monkeypatch.setattr(unpacking, "MOST_OF_A_MEMBER", 1 << 30)
    monkeypatch.setattr(unpacking, "MOST_TOGETHER", 5000)
    assert desk.open("z", content) == {
        "z/a": noise, "z/b": b"good", "z/c": "unpacks to far more than a report would",
        "z": "unpacks to far too much; the rest of it is not read",
    }  # fmt: skip
    monkeypatch.setattr(zips, "MOST_MEMBERS", 3)
    assert desk.open("z", content) == {"z": "holds more than 3 files"}


def test_the_ratio_is_of_the_bytes_that_come_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the directory says of the sizes, and however many small ones there are."""
    monkeypatch.setattr(unpacking, "FREE_OF_RATIO", 1 << 20)
    many = desk.open("z", zipped(*((f"{n}", bytes(300_000)) for n in range(50))))
    assert many["z"] == "unpacks to far too much; the rest of it is not read"
    assert sum(isinstance(what, bytes) for what in many.values()) < 20
    lies = patched(zipped(("a", bytes(4 << 20))), 18, 20, struct.pack("<I", 1 << 30))
    assert "overlap" in str(desk.open("z", lies)["z"])


def test_members_on_top_of_each_other(desk: Desk) -> None:
    """Every entry of the directory points at one and the same member."""
    one = zipped(("a", random.Random(2).randbytes(1000)))
    start = one.index(b"PK\x01\x02")
    entry, count = one[start : one.index(b"PK\x05\x06")], 500
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, start, 0)
    assert "its members overlap" in str(desk.open("z", one[:start] + entry * count + end)["z"])


def test_a_huge_directory_is_not_read(desk: Desk) -> None:
    one = zipped(("a", b"x"))
    start = one.index(b"PK\x01\x02")
    entry, count = one[start : one.index(b"PK\x05\x06")], 1_000_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(entry) * count, start, 0)
    path = desk.put("z", one[:start] + entry * count + end)
    tracemalloc.start()
    [(_, error, _)] = desk.read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(error) == "z: holds more than 20,000 files"
    assert peak < 40 << 20


# --- workbooks -------------------------------------------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKED = "http://schemas.openxmlformats.org/package/2006"
DATE, MOMENT, CLOCK, SPAN = 1, 2, 3, 4


def xlsx(sheets: dict[str, str]) -> bytes:
    """A workbook of sheets given as the XML of their rows, with a style for each kind of date."""
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKED}/content-types"><Default Extension="xml"'
        ' ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKED}/relationships"><Relationship Id="w" Type="{LINKS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n + 1}" r:id="r{n}"/>' for n, name in enumerate(sheets))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKED}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/s{n}.xml"/>'
            for n in range(len(sheets))
        )
        + f'<Relationship Id="s" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/>'
        '<xf numFmtId="21"/><xf numFmtId="46"/></cellXfs></styleSheet>',
    }
    for n, rows in enumerate(sheets.values()):
        files[f"xl/worksheets/s{n}.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return zipped(*((name, text.encode()) for name, text in files.items()))


def cell(at: str, value: str, *, style: int = 0, kind: str = "n") -> str:
    inside = f"<is><t>{value}</t></is>" if kind == "inlineStr" else f"<v>{value}</v>"
    return f'<c r="{at}" s="{style}" t="{kind}">{inside}</c>'


def rows_of(*rows: tuple[str, ...]) -> str:
    return "".join(
        f'<row r="{n}">' + "".join(cell(f"{chr(65 + m)}{n}", text, kind="inlineStr") for m, text in enumerate(row) if text)
        + "</row>" for n, row in enumerate(rows, 1)
    )  # fmt: skip


def test_the_cells_of_a_workbook_as_text(desk: Desk) -> None:
    row = (
        cell("B3", "111-0000001-0000001", kind="inlineStr") + cell("C3", "007", kind="str") + cell("D3", "5")
        + cell("E3", "5.25") + cell("F3", "46298", style=DATE) + cell("G3", "46298.586805555555", style=MOMENT)
        + cell("H3", "1", kind="b") + cell("I3", "#N/A", kind="e") + cell("J3", "0.5", style=CLOCK)
        + cell("K3", "1.5", style=SPAN) + cell("L3", "1E-7") + cell("M3", "123456789012") + cell("N3", "a, &quot;b&quot;",
        kind="inlineStr") + cell("O3", "NA", kind="inlineStr") + cell("P3", "2026-10-03T14:05:00", kind="d")
    )  # fmt: skip
    rows = (
        '<row r="2"><c r="A2" t="str"><v> </v></c></row>'
        + f'<row r="3">{row}</row>'
        + f'<row r="5">{cell("B5", "x", kind="str")}</row>'
    )
    csv = (
        '111-0000001-0000001,007,5,5.25,2026-10-03,2026-10-03T14:05:00,true,,12:00:00,36:00:00,0.0000001,123456789012,'
        '"a, ""b""",NA,2026-10-03T14:05:00\n' + "," * 14 + "\nx" + "," * 14 + "\n"
    )  # fmt: skip
    assert desk.open("b.txt", xlsx({"One": rows, "Empty": "", "Blank": rows_of(("", " "))})) == {"b.txt": csv.encode()}
    assert [made for _, _, made in desk.read(desk.files / "b.txt")] == ["xlsx"]


def test_numbers_and_line_breaks_in_cells() -> None:
    assert [as_text(value) for value in (1e22, -0.0, 1e300 * 1e10, 0.1, 2.5e-10, 12345.678, "a\r\nb\rc\0", True, 3)] == [
        "1" + "0" * 22, "0", "inf", "0.1", "0.00000000025", "12345.678", "a\nb\nc", "true", "3",
    ]  # fmt: skip


def test_one_sheet_has_the_name_of_the_file_and_several_their_own(desk: Desk) -> None:
    a, b = rows_of(("order_id", "x"), ("001", "1")), rows_of(("", "b"))
    assert desk.open("book", xlsx({"S": a, "T": ""})) == {"book": b"order_id,x\n001,1\n"}
    two = xlsx({"S 1": a, "T": b, "U": ""})
    assert desk.open("book", two) == {"book/S 1": b"order_id,x\n001,1\n", "book/T": b"b\n"}
    assert desk.open("z", zipped(("in/b.xlsx", two), ("c", b"c"))) == {
        "z/in/b.xlsx/S 1": b"order_id,x\n001,1\n", "z/in/b.xlsx/T": b"b\n", "z/c": b"c",
    }  # fmt: skip
    assert desk.open("book.gz", gzip.compress(xlsx({"S": a}))) == {"book.gz": b"order_id,x\n001,1\n"}
    assert "sheets are empty" in desk.refused("book", xlsx({"S": ""})).message


def xls(rows: list[list[str | float | bool]], stream: str = "Workbook") -> bytes:
    """An Excel 97 file: one sheet in BIFF8 in an OLE container, numbers below zero are dates."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def start(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6))

    style = b"".join(record(0xE0, struct.pack("<HH16x", 0, form)) for form in (0, 22))
    sheet = start(0x10)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                sheet += record(0x204, struct.pack("<HHHHB", r, c, 0, len(value), 1) + text)
            elif isinstance(value, bool):
                sheet += record(0x205, struct.pack("<HHHBB", r, c, 0, value, 0))
            else:
                sheet += record(0x203, struct.pack("<HHHd", r, c, int(value < 0), abs(value)))
    end = record(0x0A, b"")
    length = len(start(5) + style + end) + 4 + 8 + 5
    book = start(5) + style + record(0x85, struct.pack("<IHBB", length, 0, 5, 0) + b"Sheet") + end + sheet + end
    book += bytes(-len(book) % 512 if len(book) > 4096 else 4096 - len(book))
    count = len(book) // 512

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        return struct.pack("<64sHBBIII36xIII", text, len(text), kind, 1, 2**32 - 1, 2**32 - 1, child, first, size, 0)

    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
        0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0,
    ) + b"\xff" * 432  # fmt: skip
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    folder = (entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream, 2, 2**32 - 1, 2, len(book))).ljust(512, b"\0")
    return header + fat + folder + book


def test_an_old_workbook(desk: Desk) -> None:
    content = xls([["order_id", "on", "n", "Größe"], ["007", -46298.586805555555, 12.0, True]])
    csv = "order_id,on,n,Größe\n007,2026-10-03T14:05:00,12,true\n".encode()
    assert desk.open("orders.xlsx", content) == {"orders.xlsx": csv}  # not what its name says
    assert [made for _, _, made in desk.read(desk.files / "orders.xlsx")] == ["xls"]
    assert desk.open("z", zipped(("a.xls", content))) == {"z/a.xls": csv}
    assert "damaged" in desk.refused("a.xls", content[:1500]).message


@pytest.mark.parametrize(
    ("stream", "says"),
    [("WordDocument", "a: this is a Word document, not an export"), ("Other", "a: this is an old Office file, not an export"),
     ("EncryptedPackage", "a: this workbook has a password")],
)  # fmt: skip
def test_old_documents(desk: Desk, stream: str, says: str) -> None:
    assert desk.refused("a", xls([["x"]], stream)).message == says


@linux
def test_a_workbook_that_would_end_the_process(desk: Desk) -> None:
    """Its last cell stands in the last row and column: a kilobyte for which the reader wants 400 GB."""
    rows = f'<row r="1">{cell("A1", "1")}</row><row r="1048576">{cell("XFD1048576", "1")}</row>'
    import resource

    started = time.monotonic()
    error = desk.refused("b", xlsx({"S": rows}))
    assert error.message == "b: this workbook is damaged, or too large to be opened"
    assert time.monotonic() - started < 30
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2 << 20  # kB


def test_the_limits_of_a_workbook(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    content = xlsx({"S": rows_of(*[("a" * 100,)] * 20)})
    for name, limit, says in (
        ("MOST_ROWS", 19, "a sheet has more than"),
        ("MOST_TEXT", 1000, "its sheets are too large as text"),
        ("MOST_PACKED", 500, "this workbook is too large"),
        ("MOST_UNPACKED", 2000, "this workbook is too large"),
        ("MEMORY", 1 << 20, "damaged, or too large"),
        ("SECONDS", 0.001, "was not read within"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(workbooks, name, limit)
            assert says in desk.refused("b", content).message
    monkeypatch.setattr(workbooks, "MOST_PACKED", 500)
    assert "too large" in desk.refused("b", xls([["a"]])).message


@linux
def test_a_full_disk_ends_the_run_at_a_workbook_too(desk: Desk) -> None:
    import resource

    path = desk.put("b", xlsx({"S": rows_of(*[("a" * 100,)] * 200)}))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(DiskFull, match="no room left to unpack b"):
            list(members(path, "b", desk.folder))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_workbook_that_is_damaged(desk: Desk) -> None:
    parts = [("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<broken")]
    assert "damaged" in desk.refused("b", zipped(*parts)).message
    assert "damaged" in desk.refused("b", zipped(parts[0], ("xl/other.xml", b""))).message


# --- whatever the bytes ----------------------------------------------------------------------------------------------


def mutations(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    dice = random.Random(seed)
    for _ in range(count):
        data = bytearray(content)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data) or 1)
            how = dice.randrange(4)
            if how == 0:
                data[at : at + 1] = bytes([dice.randrange(256)])
            elif how == 1:
                data[at : at + 4] = dice.choice([b"\xff" * 4, bytes(4), b"\xff\xff\xff\x7f"])
            elif how == 2:
                del data[at : at + dice.randint(1, 30)]
            else:
                data[at:at] = data[dice.randrange(len(data) or 1) :][: dice.randint(1, 60)]
        yield bytes(data)


@pytest.mark.parametrize(
    ("content", "count"),
    [(lambda: gzip.compress(TEXT * 50), 400),
     (lambda: zipped(("a.txt", TEXT * 20), ("b/ü.txt", TEXT), ("c.gz", gzip.compress(TEXT))), 1500),
     (lambda: xlsx({"A": rows_of(("a", "b"), ("c", "d")), "B": rows_of(("x",))}), 60),
     (lambda: xls([["a", 1.5, -46298.5], ["b", True, 7.0]])[:2200].ljust(5632, b"\0"), 60)],
    ids=["gzip", "zip", "xlsx", "xls"],
)  # fmt: skip
def test_mutated_bytes_give_members_or_a_refusal(desk: Desk, content: Callable[[], bytes], count: int) -> None:
    came_out = 0
    for data in mutations(content(), count, seed=7):
        for name, what, _ in desk.read(desk.put("f", data)):
            assert not any(unicodedata.category(letter) == "Cc" for letter in name)
            came_out += isinstance(what, bytes)
    assert came_out


def test_damaged_parts_of_a_workbook(desk: Desk) -> None:
    """With checksums that fit, so that the damage reaches the reader of the sheets."""
    parts = zipfile.ZipFile(io.BytesIO(xlsx({"A": rows_of(("a", "b"), ("c", "d"))})))
    names = parts.namelist()
    whole = {name: parts.read(name) for name in names}
    parts.close()
    for name in names[2:]:
        for data in mutations(whole[name], 8, seed=len(name)):
            list(desk.read(desk.put("f", zipped(*{**whole, name: data}.items()))))
