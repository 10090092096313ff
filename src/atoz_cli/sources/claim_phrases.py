"""The wording of words/claim_mail.toml as expressions, and a mail made ready to be looked through with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli
from msgspec import Struct

from atoz_cli.sources.mail_text import Mail

LANGUAGES = ("en", "de", "fr", "it", "es")
NUMBER = r"\d{1,3}(?:[., ']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
GAP = r"(?: [^ ]+){0,8}? "
SENTENCE_END = re.compile(r"(?<![\s(]\d[.!?])(?<![\s(]\d\d[.!?])(?<![ap]\.m\.)(?<=[.!?])\s+")
LONGEST_SENTENCE = 3_000
MOST_SENTENCES = 3_000


class Heard(Struct, frozen=True):
    """A mail made ready: plain subject, plain text, its sentences, and its lines as they were written."""

    subject: str
    text: str
    sentences: tuple[str, ...]
    lines: tuple[str, ...]
    forwarded: bool

    def certain(self, language: str) -> Iterator[str]:
        """The sentences that say what is, not what may come."""
        unsure = pattern(language, "any", "unsure")
        return (one for one in self.sentences if not (unsure and unsure.search(one)))

    def says(self, table: str, *keys: str) -> set[str]:
        """Those of the keys that are said for certain, of each sentence the first that fits: "not granted" is no grant."""
        found = set()
        for language in LANGUAGES:
            phrases = [(key, one) for key in keys if (one := pattern(language, table, key))]
            for sentence in self.certain(language):
                found.add(next((key for key, one in phrases if one.search(sentence)), None))
        return {key for key in found if key}


def heard(mail: Mail, forwarded: bool) -> Heard:
    """Without what others say in it: lines quoted from an earlier mail, and the comment of the buyer."""
    text = plain(mail.text)
    text = re.sub(r"(?m)^[> ]+", "", text) if forwarded else re.sub(r"(?m)^>.*\n?", "", text)
    text = re.sub(rf"(?m)(?:^|(?<=[ .]))(?:{labels('comment')}) ?:\s*(?s:.*?)(?=\n\n|\Z)", "", text + "\n\n")
    flat = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    sentences = tuple(one[:LONGEST_SENTENCE] for part in flat for one in SENTENCE_END.split(part) if one)
    lines = tuple(line for line in (" ".join(one.strip("> \t").split()) for one in mail.text.split("\n")) if line)
    return Heard(plain(mail.subject), text, sentences[:MOST_SENTENCES], lines, forwarded)


def plain(text: str) -> str:
    """Lower case, no accents, straight quotes and hyphens, one space between words; lines and paragraphs are kept."""
    text = unicodedata.normalize("NFKD", text).lower().replace("ß", "ss")
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) not in ("Mn", "Cf"))
    text = re.sub("[\u2018\u2019\u02bc`\u00b4]", "'", re.sub("[\u2010-\u2015\u2212]", "-", text))
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


@cache
def data() -> Mapping[str, Any]:
    """The wording."""
    return tomli.loads(Path(__file__).parent.joinpath("words/claim_mail.toml").read_text("utf-8"))


@cache
def pattern(language: str, table: str, key: str) -> re.Pattern[str] | None:
    """The phrases of one entry as one expression; None when the language has none."""
    phrases = data()[language][table].get(key, ())
    return re.compile("|".join(f"(?:{_expression(phrase, language)})" for phrase in phrases)) if phrases else None


@cache
def patterns(language: str, table: str, key: str) -> tuple[re.Pattern[str], ...]:
    """The phrases of one entry one by one: for those that hold {money}, {span} or {date}, which name groups."""
    return tuple(re.compile(_expression(phrase, language)) for phrase in data()[language][table].get(key, ()))


@cache
def labels(of: str) -> str:
    """What stands before a colon, in any language, the longest first."""
    found = {label for language in LANGUAGES for label in data()[language]["labels"][of]}
    return "|".join(sorted(found, key=lambda label: (-len(label), label)))


def _expression(phrase: str, language: str) -> str:
    for name, part in data()[language]["parts"].items():
        phrase = phrase.replace(f"{{{name}}}", part)
    date = r"(?=(?P<when>.{6,60}))"
    for name, part in (("{money}", money()), ("{span}", _span(language)), ("{date}", date)):
        phrase = phrase.replace(name, part)
    return phrase.replace(" ... ", GAP)


@cache
def money() -> str:
    """An amount with what may stand before or after it: groups `before`, `number`, `after`."""
    signs = {"$", "r", *data()["currencies"], *(code.lower() for code in data()["codes"]["known"])}
    sign = "|".join(re.escape(one) for one in sorted(signs, key=lambda one: (-len(one), one)))
    return rf"(?:(?P<before>(?<![a-z])(?:{sign})) ?)?(?P<number>{NUMBER})(?: ?(?P<after>(?:{sign})(?![a-z])))?"


@cache
def _span(language: str) -> str:
    spans = data()[language]["spans"]
    many = "|".join([r"\d{1,3}", *spans["numbers"]])
    return rf"(?P<many>{many})(?: \(\d+\))?[ -](?:(?P<days>{spans['days']})|(?P<hours>{spans['hours']}))(?![a-z])"
