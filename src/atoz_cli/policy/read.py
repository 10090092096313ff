"""A policy file in, a checked `Policy` out; whatever is wrong with it names the file, the block and the key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import tomli

from atoz_cli.errors import BadPolicy
from atoz_cli.policy.shape import CONFIDENCES, MARKETPLACES, YOURS, Change, Cite, Policy, in_order, kind, matches

_OF_THE_BLOCK = ("from", "marketplaces", "cite", "text")


def parse(text: str, file: str) -> dict[str, Any]:
    """TOML with exact numbers."""
    try:
        return tomli.loads(text, parse_float=Decimal)
    except tomli.TOMLDecodeError as error:
        raise BadPolicy(f"{file} is no TOML: {error}") from error


def read_policy(name: str, text: str, file: str) -> Policy:
    """A built-in file: `title`, `[[change]]` blocks, and perhaps `[choices]` and `[bounds]`."""
    data = parse(text, file)
    for key in data:
        if key not in ("title", "choices", "bounds", "change"):
            raise BadPolicy(f"{file}: {key}: a policy has a title, choices, bounds and changes only")
    if not isinstance(data.get("title"), str):
        raise BadPolicy(f"{file}: title: there must be one, a text")
    changes = [_built_in(block, where) for where, block in blocks(data.get("change"), file)]
    if not changes:
        raise BadPolicy(f"{file}: change: there must be at least one [[change]]")
    policy = Policy(name, data["title"], in_order(changes), _choices(data, file), _bounds(data, file))
    _check_together(policy, file)
    return policy


def blocks(listed: Any, file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each block of an array of tables with the words that say where it stands."""
    if listed is None:
        return
    if not isinstance(listed, list) or not all(isinstance(block, dict) for block in listed):
        raise BadPolicy(f"{file}: change: must be written as [[change]] blocks")
    for number, block in enumerate(listed, 1):
        yield f"{file}: change {number}", block


def read_change(block: dict[str, Any], where: str, *, first: date | None = None, yours: bool = False) -> Change:
    """One block. `first` stands in for a `from` that is not there; in a user's block a `cite` may be missing too."""
    begins = block.get("from", first)
    if begins is None or not _a_day(begins):
        raise BadPolicy(f"{where}: from: must be a date such as 2026-01-26")
    values = dict(_leaves({key: value for key, value in block.items() if key not in _OF_THE_BLOCK}, where))
    if not values:
        raise BadPolicy(f"{where}: changes nothing")
    texts = dict(_leaves(block.get("text", {}), f"{where}: text", quoted=True))
    for key, text in texts.items():
        if not isinstance(text, str):
            raise BadPolicy(f"{where}: text: {key}: must be a sentence")
        if key not in values and not any(value.startswith(f"{key}.") for value in values):
            raise BadPolicy(f"{where}: text: {key}: the block does not change it", nearest(key, values))
    return Change(begins, _marketplaces(block, where), _cite(block, where, yours), values, texts, yours)


def nearest(word: str, known: Iterable[str]) -> str:
    """A way out for a word nobody knows: the keys of the table it is, the nearest one, or all there are."""
    from difflib import get_close_matches

    known = sorted(known)
    inside = [one for one in known if one.startswith(f"{word}.")]
    if inside:
        return f"{word} is a table of {', '.join(inside)}"
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"


def _built_in(block: dict[str, Any], where: str) -> Change:
    if "cite" not in block:
        raise BadPolicy(f"{where}: cite: there must be one")
    return read_change(block, where)


def _leaves(table: Any, where: str, prefix: str = "", *, quoted: bool = False) -> Iterator[tuple[str, Any]]:
    """Dotted path and value of each leaf. Lists become tuples, so that nobody changes what is kept."""
    if not isinstance(table, dict):
        raise BadPolicy(f"{where}: must be a table")
    for word, value in table.items():
        key = prefix + word
        if not word or ("." in word and not quoted):
            raise BadPolicy(f'{where}: {key}: write the key without quotes, "a.b" is not a.b')
        if isinstance(value, dict):
            if not value:
                raise BadPolicy(f"{where}: {key}: an empty table says nothing")
            yield from _leaves(value, where, f"{key}.", quoted=quoted)
        elif isinstance(value, list):
            if not all(_plain(one) for one in value) or len({kind(one) for one in value}) > 1:
                raise BadPolicy(f"{where}: {key}: a list holds plain values of one sort")
            yield key, tuple(value)
        elif _plain(value):
            yield key, value
        else:
            raise BadPolicy(f"{where}: {key}: must be a number, a text, a date, true, false or a list of such")


def _plain(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, (bool, int, str, date)) and not isinstance(value, datetime)


def _marketplaces(block: dict[str, Any], where: str) -> tuple[str, ...]:
    if "marketplaces" not in block:
        return ()
    listed = block["marketplaces"]
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed):
        raise BadPolicy(f'{where}: marketplaces: must be a list such as ["US", "CA"]')
    for one in listed:
        if one not in MARKETPLACES:
            raise BadPolicy(f'{where}: marketplaces: there is no "{one}"', f"known are {', '.join(MARKETPLACES)}")
    return tuple(listed)


def _cite(block: dict[str, Any], where: str, yours: bool) -> Cite:
    cite = block.get("cite", {})
    if not isinstance(cite, dict):
        raise BadPolicy(f"{where}: cite: must be a table such as {{ url = …, read_on = …, confidence = … }}")
    for key in cite:
        if key not in ("url", "source", "read_on", "confidence"):
            raise BadPolicy(f"{where}: cite.{key}: a citation has url, source, read_on and confidence only")
    url, source, read_on = cite.get("url"), cite.get("source"), cite.get("read_on")
    confidence = cite.get("confidence", YOURS if yours else None)
    for key, value in (("url", url), ("source", source)):
        if value is not None and (not isinstance(value, str) or not value):
            raise BadPolicy(f"{where}: cite.{key}: must be a text")
    if not yours and not (url or source):
        raise BadPolicy(f"{where}: cite.url: there must be an address, or a source in words")
    if (read_on is None and not yours) or (read_on is not None and not _a_day(read_on)):
        raise BadPolicy(f"{where}: cite.read_on: must be a date such as 2026-11-22")
    if confidence not in (*CONFIDENCES, YOURS) or (confidence == YOURS and not yours):
        raise BadPolicy(f"{where}: cite.confidence: must be one of {', '.join(CONFIDENCES)}")
    return Cite(url, source, read_on, confidence)


def _a_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _choices(data: dict[str, Any], file: str) -> dict[str, tuple[str, ...]]:
    found = dict(_leaves(data.get("choices", {}), f"{file}: choices", quoted=True))
    for key, words in found.items():
        if kind(words) != "a list of texts":
            raise BadPolicy(f"{file}: choices: {key}: must be a list of texts")
    return found


def _bounds(data: dict[str, Any], file: str) -> dict[str, tuple[int | Decimal, int | Decimal]]:
    found = dict(_leaves(data.get("bounds", {}), f"{file}: bounds", quoted=True))
    for key, pair in found.items():
        if kind(pair) not in ("a list of whole numbers", "a list of numbers") or len(pair) != 2:
            raise BadPolicy(f"{file}: bounds: {key}: must be the least and the greatest number")
    return found


def _tables(key: str) -> Iterator[str]:
    """The tables that a key is in, the innermost first."""
    while "." in key:
        key = key.rpartition(".")[0]
        yield key


def _check_together(policy: Policy, file: str) -> None:
    """What only all blocks together show: keys keep their sort, none is table and value, no limit is for nothing."""
    for change in policy.changes:
        for key, value in change.values.items():
            table = next((one for one in _tables(key) if one in policy.kinds), None)
            if table is not None:
                raise BadPolicy(f"{file}: change from {change.from_}: {key}: {table} is a value elsewhere, not a table")
            if (complaint := policy.complaint(key, value)) is not None:
                raise BadPolicy(f"{file}: change from {change.from_}: {key}: {complaint}")
    for part, keys in (("choices", tuple(policy.choices)), ("bounds", tuple(policy.bounds))):
        for key in keys:
            if not any(matches(key, one) for one in policy.kinds):
                raise BadPolicy(f"{file}: {part}: {key}: no change has it", nearest(key, policy.kinds))
