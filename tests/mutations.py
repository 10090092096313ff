"""Samples in, what may befall a file out: bytes lost, doubled and garbled, two files in one, archives cut off.

Everything is drawn from the `Random` given, so that a seed always makes the same file.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from test_unpacking import cell, xlsx

FILES = Path(__file__).with_name("files")
NOT_READ = (".expect.json", ".toml")
SAMPLES = sorted(path for path in FILES.glob("*/*") if not path.name.endswith(NOT_READ))
BOUND = 1 << 20
"""bytes that a made file has at most"""

ODD = (
    b"\0", b"\0\0\0\0", b'"', b'""', b'"' * 7, b"\t", b"\t" * 40, b"\n", b"\r", b"\r\n", b"\n\n\n", b",", b";", b"'",
    b"\\", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe4", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1a",
    b"\x85", b"\xe2\x80\xa8", b"\xc2\xa0", b"9" * 400, b"-" + b"9" * 30, b"1e999", b"NaN", b"inf", b"1" * 19 + b".5",
    b"0x1F", b"2147483648", b"999999999", b"99999999999999.9999", b"100000000000000", b"12/31/9999", b"0000-00-00",
    b"2026-02-30", b"1/2/26", b"13.13.2026", b"31-Foo-2026", b"2026-10-01T25:61:61Z", b"9999-12-31T23:59:59+14:00",
    b"<", b">", b"</", b"<!--", b"]]>", b"&#0;", b"&x;", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"{", b"}", b"[" * 3000,
    b"null", b": ", b"From ", b"\nFrom x\n", b"MIME-Version: 1.0\n", b"Content-Type: multipart/mixed; boundary=x\n",
    b"=?utf-8?B?////?=", b"=?x?Q?=FF?=", b"x" * 5000, b"=1+1", b"%s%n{0}", b"'; DROP TABLE orders; --", "٣".encode(),
    "ſ".encode(), "\u202e".encode(), "💥".encode(), "e\u0301".encode(), b"Total", b"nan", b"$", b"(1.00)", b"\x1b[2J",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp932", "latin-1", "utf-7", "utf-32")


def damaged(chance: Random, content: bytes, other: bytes) -> bytes:
    """The content after one to four mishaps; `other` is a file that may get into it."""
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(MISHAPS)(chance, content, other)[:BOUND]
    return content


def _flipped(chance: Random, content: bytes, other: bytes) -> bytes:
    out = bytearray(content)
    for _ in range(min(len(out), chance.choice((1, 1, 3, 20)))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _span(chance: Random, content: bytes) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 2, 5, 40, 400)))


def _lost(chance: Random, content: bytes, other: bytes) -> bytes:
    start, end = _span(chance, content)
    return content[:start] + content[end:]


def _doubled(chance: Random, content: bytes, other: bytes) -> bytes:
    start, end = _span(chance, content)
    return content[:end] + content[start:end] * chance.choice((1, 1, 2, 50)) + content[end:]


def _inserted(chance: Random, content: bytes, other: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(ODD) + content[at:]


def _cell(chance: Random, content: bytes, other: bytes) -> bytes:
    """One cell with something else in it: what stands between two marks."""
    mark = chance.choice((b"\t", b",", b";", b"\n", b">", b'"', b": "))
    parts = content.split(mark)
    parts[chance.randrange(len(parts))] = chance.choice(ODD)
    return mark.join(parts)


def _cut(chance: Random, content: bytes, other: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _without_head(chance: Random, content: bytes, other: bytes) -> bytes:
    return content[chance.randrange(len(content) + 1) :]


def _lines(chance: Random, content: bytes, other: bytes) -> bytes:
    """Lines changed about, one twice, or one gone."""
    lines = content.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(3):
        case 0:
            lines[one], lines[two] = lines[two], lines[one]
        case 1:
            lines.insert(one, lines[two])
        case _:
            del lines[one]
    return b"\n".join(lines)


def _spliced(chance: Random, content: bytes, other: bytes) -> bytes:
    """The beginning of one file and the end of another."""
    return content[: chance.randrange(len(content) + 1)] + other[chance.randrange(len(other) + 1) :]


def _other_encoding(chance: Random, content: bytes, other: bytes) -> bytes:
    """The text as another encoding writes it; or its bytes taken for another encoding, and written out again."""
    said, meant = chance.sample(ENCODINGS, 2)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode(said, "replace")
    return text.encode(meant, "replace")


def _other_ends(chance: Random, content: bytes, other: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b"\0\n")))


def _other_marks(chance: Random, content: bytes, other: bytes) -> bytes:
    marks = [b"\t", b",", b";", b'"', b" ", b"|"]
    return content.replace(chance.choice(marks), chance.choice(marks))


MISHAPS: tuple[Callable[[Random, bytes, bytes], bytes], ...] = (
    _flipped, _lost, _doubled, _inserted, _inserted, _cell, _cell, _cell, _cut, _without_head, _lines, _lines, _spliced,
    _other_encoding, _other_ends, _other_marks,
)  # fmt: skip


# --- files in files --------------------------------------------------------------------------------------------------


def workbook(content: bytes) -> bytes:
    """A table as a workbook of one sheet."""
    text = content.decode("utf-8", "replace").replace("\0", "").replace("\r", "")
    csv.field_size_limit(BOUND)
    mark = max("\t,;", key=text.split("\n", 1)[0].count)
    rows = []
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=mark), 1):
        texts = enumerate("".join(one for one in value if one >= " ") for value in row)
        cells = "".join(cell(f"{_letters(at)}{number}", escape(value), kind="inlineStr") for at, value in texts)
        rows.append(f'<row r="{number}">{cells}</row>')
    return xlsx({"Sheet 1": "".join(rows)})


def _letters(at: int) -> str:
    return ("" if at < 26 else _letters(at // 26 - 1)) + chr(65 + at % 26)


def archive(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A zip of files; two of them may have one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def packed(chance: Random, contents: Sequence[bytes]) -> bytes:
    """Files in an archive or a workbook, which is damaged itself in two of three."""
    match chance.randrange(6):
        case 0:
            made = workbook(contents[0])
        case 1 | 2:
            made = gzip.compress(contents[0], mtime=0)
        case 3:
            made = gzip.compress(archive([("a.txt", contents[0])]), mtime=0)
        case _:
            made = archive([(f"{at}.txt", content) for at, content in enumerate(contents)])
    return damaged(chance, made, contents[-1]) if chance.randrange(3) else made
