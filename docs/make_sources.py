"""Writes docs/sources/<name>.md and the table of docs/sources.md from the declarations: python docs/make_sources.py."""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from atoz_cli.answers.files import SourceCard, SourceColumn
from atoz_cli.cards import cards

FOLDER = Path(__file__).parent / "sources"
OVERVIEW = FOLDER.with_suffix(".md")
TABLE = ("<!-- table -->", "<!-- /table -->")
SHORT = 60
"""So many letters of names stand in the table of a page, more below it."""
LANGUAGES = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "ja": "Japanese", "nl": "Dutch",
    "pl": "Polish", "mx": "Spanish (Mexico)", "all": "any language", "": "any language",
}  # fmt: skip
WRAP = textwrap.TextWrapper(118, break_long_words=False, break_on_hyphens=False)
PEOPLE = (
    "Columns with the names, e-mail addresses, phone numbers, streets and tax numbers of people are never read; inside "
    "comments a mark takes the place of e-mail addresses, phone numbers and streets."
)
MEANING = (
    "A header with none of the names is the column too where it holds all words of one set and none with ! before it; * "
    "stands for any letters, accents, case and order do not matter. The receipt says what was understood and what ignored."
)


def pages() -> dict[Path, str]:
    """Every generated file with its text."""
    made = {FOLDER / f"{name}.md": "\n".join(wrapped(page(card))) + "\n" for name, card in cards().items()}
    before, _, rest = OVERVIEW.read_text("utf-8").partition(TABLE[0])
    rows = (f"| [`{name}`](sources/{name}.md) | {one.what} | {one.where} |" for name, one in cards().items())
    table = "\n".join([TABLE[0], "| source | what | where |", "|---|---|---|", *rows, TABLE[1]])
    return {**made, OVERVIEW: before + table + rest.partition(TABLE[1])[2]}


def page(card: SourceCard) -> Iterator[str]:
    """The lines of a page, each a paragraph, an item or a row."""
    yield from (f"# {card.title}: `{card.source}`", "", card.what, "")
    told = {"Where": card.where, "Report type": card.report, "Good for": card.good_for}
    told |= {"Recognised by": " ".join(card.recognised), "Rows": " ".join(card.read_as)}
    told |= {"Every row that says nothing else": ", ".join(f"`{one.field}` = `{one.text}`" for one in card.constants)}
    yield from (f"- **{name}**: {text}" for name, text in told.items() if text)
    yield from ("- **Fills**, rows merged by key within an account:", *(f"  - {line}" for line in card.merged_by))
    yield from (f"- **Known from**: {card.cite}", "")
    if card.traps:
        yield from ("## Traps", "", *(f"- {trap}" for trap in card.traps), "")
    yield from ("## Columns", "")
    if card.columns:
        yield from (
            "| field | what it means | in the file | needed |",
            "|---|---|---|---|",
            *map(row, card.columns),
            "",
        )
    yield from (f"{'Nothing else of the file is read.' if card.columns else 'It is no table.'} {PEOPLE}", "")
    yield from layouts(card)
    yield from further(card)
    if card.example:
        out = io.StringIO()
        rows = ([one.field for one in card.example], [one.text for one in card.example])
        csv.writer(out, lineterminator="\n").writerows(rows)
        yield from ("## Example", "", f"The filled columns of `atoz template {card.source}`:", "")
        yield from ("```csv", *(f"\0{line}" for line in out.getvalue().splitlines()), "```", "")
        listed = [one for one in card.columns if one.words and one.field != "marketplace"]
        if listed:
            yield "Words of ours; a word that we do not know is kept in small letters, and a warning names it:"
            yield from ("", *(f"- `{one.names[0]}`: {', '.join(one.words)}" for one in listed), "")
    yield "[All sources](../sources.md)"


def row(column: SourceColumn) -> str:
    """A column as a row of the table."""
    means = column.phrase + (f" ({column.only})" if column.only else "")
    shown = f"`{column.names[0]}` …" if is_long(column) else ", ".join(f"`{name}`" for name in column.names)
    return f"| `{column.field}` | {means} | {shown} | {'yes' if column.required else ''} |"


def is_long(column: SourceColumn) -> bool:
    """Whether the names of a column stand below the table."""
    return bool(column.added) or len(", ".join(column.names)) > SHORT


def layouts(card: SourceCard) -> Iterator[str]:
    """The layouts that go by position, with their headers."""
    if not card.layouts:
        return
    yield from ("## By position", "", "Headers of it are half translated, so its columns are counted, not named.", "")
    fields = [field for field in card.layouts[0].fields if field]
    yield from (f"| columns | {' | '.join(f'`{field}`' for field in fields)} |", "|---" * (len(fields) + 1) + "|")
    for one in card.layouts:
        yield f"| {' | '.join(str(place) for place in (len(one.fields), *(one.fields.index(f) + 1 for f in fields)))} |"
    yield from ("", "Headers seen:", "")
    for one in card.layouts:
        yield from (f"- {spoken(language)}: {', '.join(header)}" for language, header in one.headers.items())
    yield ""


def further(card: SourceCard) -> Iterator[str]:
    """All names of columns that have many, those that are added, and the words by which columns are found."""
    if any(map(is_long, card.columns)):
        yield from ("## All names", "", "The first that says something in a row is read.", "")
        for column in filter(is_long, card.columns):
            yield f"- `{column.field}`: {', '.join(column.names)}"
            yield from (f"  - added to it: {', '.join(names)}" for names in column.added)
        yield ""
    if any(column.meant_by for column in card.columns):
        yield from ("## Found by meaning", "", MEANING, "")
        for column in card.columns:
            if column.meant_by:
                yield f"- `{column.field}`"
            for language, sets in column.meant_by.items():
                yield f"  - {spoken(language)}: {', '.join(f'`{words}`' for words in sets)}"
        yield ""


def spoken(language: str) -> str:
    """`en_old` as English (old)."""
    code, _, which = language.partition("_")
    return LANGUAGES[code] + f" ({which})" * bool(which)


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """The lines at 118 letters; tables, titles and examples as they are. What is code stays on one line."""
    for line in lines:
        if line.startswith(("|", "#", "```", "\0")) or not line:
            yield line.removeprefix("\0")
            continue
        indent = " " * (len(line) - len(line.lstrip()) + 2 * line.lstrip().startswith("- "))
        WRAP.subsequent_indent = indent
        glued = re.sub("`[^`]*`| - ", lambda found: found[0].replace(" ", "\0"), line[len(indent) :])
        yield from (one.replace("\0", " ") for one in WRAP.wrap(line[: len(indent)] + glued))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for left in set(FOLDER.glob("*.md")) - set(made):
        left.unlink()
    for path, text in made.items():
        path.write_text(text, "utf-8")
