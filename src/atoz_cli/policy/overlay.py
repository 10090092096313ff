"""A user's own policy file in, its changes by policy out: checked against the keys and sorts of the built-in ones."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from atoz_cli.errors import BadPolicy
from atoz_cli.policy.read import blocks, nearest, parse, read_change
from atoz_cli.policy.shape import Change, Policy, in_order


def read_bytes(path: Path) -> bytes:
    """The file as it stands, for the fingerprint and for `read_overlay`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadPolicy(
            f"the policy file {path} cannot be read: {error.strerror}", "mend the path in ATOZ_POLICY, or unset it"
        ) from error


def read_overlay(
    raw: bytes, file: str, names: tuple[str, ...], policy: Callable[[str], Policy]
) -> dict[str, tuple[Change, ...]]:
    """`[[NAME.change]]` blocks by NAME, in the order in which they are folded. Only the policies named are read."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPolicy(f"{file} is not UTF-8", "save it as UTF-8") from error
    found: dict[str, tuple[Change, ...]] = {}
    for name, body in parse(text, file).items():
        if name not in names:
            raise BadPolicy(f"{file}: there is no policy {name}", nearest(name, names))
        found[name] = in_order(_changes(body, f"{file}: {name}", policy(name)))
    return found


def _changes(body: Any, where: str, policy: Policy) -> list[Change]:
    example = f"write it under [[{policy.name}.change]]"
    if not isinstance(body, dict):
        raise BadPolicy(f"{where}: must be [[{policy.name}.change]] blocks", example)
    for key in body:
        if key != "change":
            raise BadPolicy(f"{where}: {key}: stands outside of a change", example)
    return [_checked(block, place, policy) for place, block in blocks(body.get("change"), where)]


def _checked(block: dict[str, Any], where: str, policy: Policy) -> Change:
    change = read_change(block, where, first=policy.first, yours=True)
    values = dict(change.values)
    for key, value in change.values.items():
        if key not in policy.kinds:
            raise BadPolicy(f"{where}: {key}: {policy.name} has no such key", nearest(key, policy.kinds))
        complaint = policy.complaint(key, value)
        if complaint is not None:
            raise BadPolicy(f"{where}: {key}: {complaint}", f"see `atoz rules {policy.name}`")
        if policy.kinds[key] == "a number":
            values[key] = Decimal(value)
    return replace(change, values=values)
