"""The declarations of the sources in, a card of each out: what it is, how it is recognised and what is read of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from atoz_cli.answers.files import Given, SourceCard, SourceColumn, SourceLayout
from atoz_cli.records import kinds_of_value
from atoz_cli.sources.declare import AMAZON_ORDER, ColumnOf, Layout, Source, codes, idle_words, phrase, sources
from atoz_cli.sources.table import PREAMBLE
from atoz_cli.store.facts import tables
from atoz_cli.words import squash

FORMS = {AMAZON_ORDER: "it must be an order number of Amazon"}


@cache
def cards() -> Mapping[str, SourceCard]:
    """The card of each source by name, in alphabetical order."""
    return {name: _card(source) for name, source in sources().items()}


def _card(source: Source) -> SourceCard:
    return SourceCard(
        source=source.name,
        title=source.title,
        what=source.what,
        where=source.where,
        report=source.report,
        facts=source.facts,
        template=source.template,
        good_for=source.good_for,
        traps=source.traps,
        cite=source.cite,
        columns=tuple(_column(source, field, column) for field, column in source.columns.items()),
        recognised=tuple(_recognised(source)),
        merged_by=tuple(_merged_by(source, fact) for fact in source.facts),
        constants=tuple(Given(field, text) for field, text in source.constants.items()),
        read_as=tuple(_read_as(source)),
        layouts=tuple(
            SourceLayout(
                _by_place(layout),
                {where: header for where, header in source.written_headers.items() if len(header) == layout.width},
            )
            for layout in source.layouts
        ),
        example=tuple(Given(field, text) for field, text in source.example.items()),
    )


def _by_place(layout: Layout) -> tuple[str | None, ...]:
    at = {place: field for field, place in layout.fields.items()}
    return tuple(at.get(place) for place in range(layout.width))


def _column(source: Source, field: str, column: ColumnOf) -> SourceColumn:
    fact = next(fact for fact in source.facts if field in kinds_of_value(fact))
    words = codes()[column.codes].values() if column.codes else ()
    asked = [kinds_of_value(fact).get(field) for fact in source.facts if fact not in source.may_lack]
    return SourceColumn(
        field=field,
        names=column.written,
        required=field in source.required() or any(kind is not None and kind[1] for kind in asked),
        phrase=phrase(fact, field),
        meant_by=column.meant,
        added=column.written_plus,
        words=tuple(dict.fromkeys(word for word in words if word)),
        only=_only(source, field, column),
    )


def _only(source: Source, field: str, column: ColumnOf) -> str | None:
    """What of a column is read where that is not all of it."""
    said = [FORMS[column.form]] if column.form else []
    if f"!{field}" in source.fields:
        said.append(f"a file with it is another one, but for `--as {source.name}`")
    if column.written_where:
        names, words = column.written_where
        said.append(f"read only in rows whose {_or(_code(names))} is {_or(words)}")
    if column.part == f"^{AMAZON_ORDER}$":
        said.append("read only where it is an order number of Amazon")
    elif column.part:
        said.append("read only as far as it is of a form that we know")
    if column.nonzero:
        said.append("nothing is read where all the amounts are 0")
    return "; ".join(said) or None


def _recognised(source: Source) -> Iterable[str]:
    """By what a file is known to be of this source, in sentences."""
    known = source.known_by
    if source.keys:
        yield f"A JSON document with {_and(_code(source.keys))} at its top."
    if source.elements:
        yield f"An XML document with the element {_or(_code(source.elements))} at its beginning."
    if not known:
        yield "A mail file (.eml or .mbox), by the headers of mail at its beginning."
    if source.layouts:
        widths = _or(str(layout.width) for layout in source.layouts)
        yield (
            f"It has {widths} columns, and one of the headers below or, under any header, rows with stars, an order number "
            "and an e-mail address where they stand there."
        )
    columns = _and(_code(_as_written(source, known.get("columns", ()))))
    if source.own:
        yield (
            f"{'Or it' if source.layouts else 'It'} has {columns} and a further column below that tells it from the other files of our own"
            f"{_none_of(source)}. What cannot be told, `--as {source.name}` says."
        )
    elif columns:
        yield f"It has {columns}{_none_of(source)}."
    if source.fields:
        asked = [_one_of(_code(choice.split("|"))) for choice in source.fields if not choice.startswith("!")]
        barred = [field[1:] for field in source.fields if field.startswith("!")]
        none_of = _none_of(source) if not columns else ""
        yield (
            f"It has a column for {'each of ' * (len(asked) > 1)}{_and(asked)} (table below"
            f"{', by name or by meaning' * source.by_meaning}){f', none for {_or(_code(barred))}' if barred else ''}{none_of}"
            f"{', and no other column at all' * source.alone}."
        )
    if not source.layouts and not source.reader:
        yield f"The header may stand below lines that only tell of the file, within the first {PREAMBLE} lines."


def _none_of(source: Source) -> str:
    without = _as_written(source, source.known_by.get("without", ()))
    return f", and not {_or(_code(without))}" if without else ""


def _as_written(source: Source, names: Iterable[str]) -> list[str]:
    """Names as files write them."""
    written = {squash(name): name for column in source.columns.values() for name in reversed(column.written)}
    return [written.get(squash(name), name) for name in names]


def _merged_by(source: Source, fact: str) -> str:
    """The key of a fact, and which of two rows is the newer."""
    if fact not in tables():
        return "`reports`: every pull is kept; the same pull of a marketplace again changes nothing"
    table = tables()[fact]
    said = _and(_code([*table.key, *([table.own_id] if table.own_id else [])]))
    if table.own_id:
        said += f", where that is empty {_and(_code(table.without_id))}"
    if table.may_be_nameless:
        said += "; a package with neither is the only other one of its order"
    stamped = table.stamp in source.columns
    return f"`{fact}`, by {said}; {f'the newest `{table.stamp}` wins' if stamped else 'the file imported later wins'}"


def _read_as(source: Source) -> Iterable[str]:
    """What is done with the rows beside reading them, in sentences."""
    if source.skip_without:
        yield f"Rows without {_or(_silent(source, field) for field in source.skip_without)} are skipped."
    for field, words in source.only_with.items():
        for word, other in words.items():
            yield f"Rows of the {field} `{word}` without `{other}` are skipped."
    if source.summed:
        yield "Rows of one key are one fact: their amounts are added, of their dates the first holds; the others count as skipped."
    for field in source.once:
        yield f"`{field}` may stand in one row and holds for all."
    if source.whole:
        yield "The file tells its own total: a warning says so where its rows do not add up to it."
    for fact in source.may_lack:
        needs = (field for field, (_, required) in kinds_of_value(fact).items() if required)
        needed = [field for field in needs if field not in source.required()]
        yield f"A file without the column of {_or(_code(needed))} has no {fact}: the rest of it is read."
    if source.join_lines:
        yield "A text that is broken over several lines is put together again."


def _silent(source: Source, field: str) -> str:
    """A field, and which words stand for nothing in it."""
    words = idle_words(source.columns[field].codes or "")
    return (
        f"`{field}` ({words[0]}, {words[1]} and {len(words) - 2} more words stand for none)" if words else f"`{field}`"
    )


def _code(names: Iterable[str]) -> list[str]:
    return [f"`{name}`" for name in names]


def _and(words: Iterable[str]) -> str:
    return _joined([*words], "and")


def _or(words: Iterable[str]) -> str:
    return _joined([*words], "or")


def _one_of(words: list[str]) -> str:
    return f"one of {', '.join(words)}" if len(words) > 1 else words[0]


def _joined(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
