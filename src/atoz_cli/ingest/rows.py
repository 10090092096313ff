"""The staged rows of a table: each distinct word read once, each row that fails refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from atoz_cli.answers import Notice
from atoz_cli.answers.files import Refusal
from atoz_cli.cells import ANYTHING, PLAIN_NUMBER, WORDS, Is, Reading, comment, shape_of, without_persons
from atoz_cli.dates import ISO
from atoz_cli.ingest.file import File
from atoz_cli.records import RECORDS, kinds_of_value
from atoz_cli.sources.columns import fields_of
from atoz_cli.sources.declare import Source
from atoz_cli.sources.table import Table
from atoz_cli.store.staging import Stage

PLAIN, IDENTIFIER = re.compile(f"{ISO}|{PLAIN_NUMBER}", re.ASCII), re.compile("[A-Z0-9]{1,4}-[0-9-]+")
"""Moments, amounts and what was meant for an order id: they name nobody."""
NEVER_WRONG = ("code", "comment", "present")
"""Kinds of value that take any text."""


def give_words(stage: Stage, file: File, table: Table, at: Mapping[str, int], reading: Reading) -> dict[str, list[str]]:
    """Each distinct word of the code columns, read once; the words that are none, by field."""
    bad: dict[str, list[str]] = {}
    kinds: dict[str, Is] = {}
    for fact in file.source.facts:
        for name, (kind, _) in kinds_of_value(fact).items():
            kinds.setdefault(name, kind)
    coded = [name for name, kind in kinds.items() if kind.name in WORDS and name in at and name not in stage.meanings]
    for name, words in stage.words(coded).items():
        kind, meanings = kinds[name], dict[str, Any]()
        for word in words:
            try:
                meanings[word] = WORDS[kind.name](word, reading, name)
            except ValueError:
                bad.setdefault(name, []).append(word)
        stage.give(name, {**meanings, **dict.fromkeys(bad.get(name, ()))}, kind.sql)
        _report_unknown(file, table.header[at[name]], kind.name, meanings, reading.codes.get(name, {}))
        if name == "marketplace" and len(found := set(meanings.values()) - {None}) == 1:
            file.marketplace = found.pop()
    return bad


def _report_unknown(
    file: File, column: str, kind: str, meanings: Mapping[str, Any], known: Mapping[str, str | None]
) -> None:
    """A notice for each word of a list that is in none of its lines, with what became of it."""
    if kind != "code" or not known:
        return
    for word, meaning in meanings.items():
        if shape_of(word, known) not in (None, ANYTHING):
            continue
        kept = f"kept as {meaning}" if meaning is not None else "its rows are passed over"
        said = f"{column} says {without_persons(word)!r}, which we do not know; {kept}"
        file.notices.append(Notice("unknown_word", f"{file.named.name}: {said}"))


def explain(
    stage: Stage, file: File, table: Table, at: Mapping[str, int], reading: Reading,
    bad: Mapping[str, Sequence[str]], first_lines: Callable[[set[int]], Mapping[int, int]], *, keep: bool,
) -> None:  # fmt: skip
    """A refusal for each row in which some value is none, with the reason that the pydantic record gives.

    `keep`: the other texts of these rows too, as they may be shown.
    """
    doubtful = stage.doubtful(_asked(file.source), bad, whole=keep)
    if not doubtful:
        return
    kinds = {name: kind.name for name, (kind, _) in fields_of(file.source).items()}
    lines = first_lines({row[0] for row in doubtful})
    wrong = _said_by_records(file.source, reading)
    for row, column, text, raw in doubtful:
        reason = "is empty" if text is None and column is not None else wrong(column, text)
        written = table.header[at[column]] if column in at else column
        shown = _without_person(kinds[column], text, reading, column) if text is not None else None
        file.refusals.append(Refusal(row, lines.get(row, row + table.header_line), written, shown, reason))
        if keep:
            texts = dict(zip(stage.fields, raw, strict=True)) if raw is not None else {column: text}
            file.refused_texts.append(
                {name: _without_person(kinds[name], said, reading, name) for name, said in texts.items()}
            )


def any_doubtful(stage: Stage, source: Source, bad: Mapping[str, Sequence[str]]) -> bool:
    """Whether some value of the staged rows is none."""
    return bool(stage.doubtful(_asked(source), bad, whole=False))


def _asked(source: Source) -> dict[str, bool]:
    """The fields of a source, with whether every row must say something in them."""
    return {name: required and name not in source.constants for name, (_, required) in fields_of(source).items()}


def _without_person(kind: str, text: str | None, reading: Reading, name: str) -> str | None:
    """A text of a refused row as it may be shown: nobody's name, address or number, also where a date should be."""
    if text is not None and kind == "present":
        return "yes"
    if text is None or PLAIN.fullmatch(text) or (name == "order_id" and IDENTIFIER.fullmatch(text)):
        return text
    return text if kind == "text" and name not in reading.patterns else comment(text, reading, name)


def _said_by_records(source: Source, reading: Reading) -> Callable[[str | None, str | None], str]:
    """Why the record of a fact does not take a text for a field; each text is asked about once."""
    of = {name: RECORDS[fact] for fact in reversed(source.facts) for name in kinds_of_value(fact)}
    blank = cache(lambda record: record.model_construct())

    @cache
    def wrong(name: str | None, text: str | None) -> str:
        try:
            if name is not None:
                record = of[name]
                record.__pydantic_validator__.validate_assignment(blank(record), name, text, context=reading)
        except ValidationError as error:
            return str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
        return "has a date written unlike those of the rows before it"

    return wrong
