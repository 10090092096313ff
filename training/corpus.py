"""Labelled messages and words with their meaning, as they lie in files → what the training and the measuring need."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from atoz_cli.kinds import reading

HERE = Path(__file__).parent
MESSAGES = HERE.parent / "tests" / "kinds"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "ja")
OLDER = ("claims_en", "claims_de", "claims_fresh", "blind")  # TOML files of tests/kinds, English and German
MINE = "5"  # the writer who had read the others of the training part, so is never what is measured on


@dataclass(frozen=True)
class Message:
    """A message, the kind that it is of, its language and who wrote it (a number; 0 for the older files)."""

    kind: str
    writer: str
    language: str
    text: str


def messages(part: str) -> list[Message]:
    """All messages of a part: `training`, `held_out`, or `hard` (English alone)."""
    found = []
    for language in LANGUAGES:
        file = MESSAGES / "messages" / part / f"{language}.tsv"
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            kind, writer, text = line.split("\t")
            found.append(Message(kind, writer, language, text))
    return found


def older() -> list[Message]:
    """The messages of the older files; one that names no kind is `other` here."""
    found = []
    for name in OLDER:
        book = tomllib.loads((MESSAGES / f"{name}.toml").read_text(encoding="utf-8"))
        for kind, text in book["claims" if name == "blind" else "cases"]:
            found.append(Message("other" if kind == "none" else kind, "0", "", text))
    return found


def stems() -> dict[str, tuple[str, ...]]:
    """The words of all languages → the things they mean, as `reading` looks for them: ^ and $ are a word's ends."""
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        book = tomllib.loads((HERE / "words" / f"{language}.toml").read_text(encoding="utf-8"))
        for thing, words in book.items():
            for word in words.split():
                stem = reading.plain(word.strip("*"))
                if not word[0] > "\u3000":
                    stem = ("" if word[0] == "*" else "^") + stem + ("" if word[-1] == "*" else "$")
                if thing not in found.setdefault(stem, []):
                    found[stem].append(thing)
    return {stem: tuple(things) for stem, things in sorted(found.items())}


def digest() -> str:
    """SHA-256 of all that the file of weights is made of: messages, words, and the programs that make it."""
    files = [MESSAGES / "messages" / "training" / f"{language}.tsv" for language in LANGUAGES]
    files += [HERE / "words" / f"{language}.toml" for language in LANGUAGES]
    files += [MESSAGES / f"{name}.toml" for name in OLDER]
    files += [HERE / "train.py", HERE / "corpus.py", Path(reading.__file__)]
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()
