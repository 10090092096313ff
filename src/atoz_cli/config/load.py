"""Files, environment and flags in; the settings out, checked, and for each value where it is from.

What is wrong names the file, the key, the value, the reason and the nearest known key. A path is meant from the folder
of the file that it stands in.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, InitSettingsSource, PydanticBaseSettingsSource

from atoz_cli.answers.config import Origin, Place
from atoz_cli.config.model import Settings
from atoz_cli.config.paths import files, here, of_the_user
from atoz_cli.config.plain import read
from atoz_cli.errors import BadConfig

Values = Mapping[str, Any]
Keys = tuple[str, ...]


def load(flags: Values | None = None, paths: Sequence[Path] | None = None) -> Settings:
    """The settings of this folder and user. BadConfig where a file cannot be read or says what nobody knows."""
    return _settings(_sources(flags or {}, files() if paths is None else paths))


def origins(flags: Values | None = None, paths: Sequence[Path] | None = None) -> list[Origin]:
    """Every value with where it is from: a flag, ATOZ_*, a file, or the default."""
    sources = _sources(flags or {}, files() if paths is None else paths)
    return [
        Origin(".".join(keys), _shown(value), _origin(sources, keys), text)
        for keys, value, text in _leaves(_settings(sources), ())
    ]


def places() -> list[Place]:
    """Where a file is looked for; ATOZ_CONFIG names one instead of both."""
    named = os.environ.get("ATOZ_CONFIG")
    if named is not None:
        path = Path(os.path.expanduser(named))
        return [Place(str(path), bool(named) and path.is_file(), "named by ATOZ_CONFIG: instead of any other")]
    return [
        Place(str(here()), here().is_file(), "of this folder"),
        Place(str(of_the_user()), of_the_user().is_file(), "the user's own"),
    ]


def _sources(flags: Values, paths: Sequence[Path]) -> dict[str, Values]:
    """By what it is called, what each source says; the one that counts more first."""
    environment = EnvSettingsSource(Settings)
    found: dict[str, Values] = {"flag": flags}
    try:
        found["environment"] = environment()
    except Exception as error:  # a nested value that is no JSON
        raise BadConfig(f"the environment: {error}", "write ATOZ_CHECK__DUE=24h, and lists as JSON") from None
    return found | {str(path): read(path) for path in paths}


def _settings(sources: Mapping[str, Values]) -> Settings:
    """All sources over each other: tables merge, anything else of the first that says it."""
    given = [_absolute(values, Path(name).parent) if os.sep in name else values for name, values in sources.items()]

    class Read(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: Any, **__: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(InitSettingsSource(settings_cls, dict(values)) for values in given)

    try:
        return Read()
    except ValidationError as error:
        raise _complaint(error, sources) from None


def _complaint(error: ValidationError, sources: Mapping[str, Values]) -> BadConfig:
    """The first thing that is wrong, with the source that says it."""
    first = error.errors(include_url=False)[0]
    keys = tuple(str(one) for one in first["loc"])
    where = next((name for name, values in sources.items() if _said(values, keys) is not None), "the configuration")
    key = ".".join(keys)
    if first["type"] == "extra_forbidden":
        known = _known(keys[:-1])
        near = difflib.get_close_matches(keys[-1], known, n=1, cutoff=0.5)
        hint = f"did you mean {'.'.join([*keys[:-1], near[0]])}?" if near else f"known are {', '.join(known)}"
        return BadConfig(f"{where}: {key}: there is no such key", hint)
    reason = str(first["msg"]).removeprefix("Value error, ")
    reason = reason[:1].lower() + reason[1:]
    shown = "" if "targets" in keys else f" {first['input']!r}"
    return BadConfig(f"{where}: {key}:{shown} {reason}", "`atoz config show --origin` lists all keys")


def _known(keys: Keys) -> list[str]:
    """The keys of the table at a place."""
    model: Any = Settings
    for key in keys:
        inner = model.model_fields.get(key) if isinstance(model, type) and issubclass(model, BaseModel) else None
        annotation = inner.annotation if inner is not None else model
        model = _model_in(annotation)
        if model is None:
            return []
    return sorted(model.model_fields)


def _model_in(annotation: Any) -> Any:
    """The table that an annotation such as `dict[str, Account]` or `Limits | None` speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)


def _said(values: Values, keys: Keys) -> Any:
    """What a source says at a place, None where it says nothing."""
    at: Any = values
    for key in keys:
        if isinstance(at, Mapping) and key in at:
            at = at[key]
        elif isinstance(at, list) and key.isdecimal() and int(key) < len(at):
            at = at[int(key)]
        else:
            return None
    return at


def _origin(sources: Mapping[str, Values], keys: Keys) -> str:
    return next((name for name, values in sources.items() if _said(values, keys) is not None), "default")


@cache
def _paths() -> frozenset[str]:
    """The names of the keys that hold a path."""
    return frozenset(("store", "policy", "folders", "done", "refused", "reports", "log"))


def _absolute(values: Values, folder: Path) -> dict[str, Any]:
    """The same with every path made absolute: `~` is the user's home."""
    return {key: _in(folder, value, key in _paths()) for key, value in values.items()}


def _in(folder: Path, value: Any, is_path: bool) -> Any:
    if isinstance(value, Mapping):
        return _absolute(value, folder)
    if isinstance(value, list):
        return [_in(folder, one, is_path) for one in value]
    return str(folder / os.path.expanduser(value)) if is_path and isinstance(value, str) else value


def _leaves(table: BaseModel, before: Keys) -> Iterator[tuple[Keys, Any, str]]:
    """Dotted keys, values and what they mean, in the order of the model."""
    for name, field in type(table).model_fields.items():
        value, keys = getattr(table, name), (*before, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, keys)
        elif isinstance(value, dict) and value and all(isinstance(one, BaseModel) for one in value.values()):
            for inner, one in value.items():
                yield from _leaves(one, (*keys, inner))
        elif isinstance(value, dict) and value:
            yield from (((*keys, inner), one, field.description or "") for inner, one in value.items())
        else:
            yield keys, value, field.description or ""


def _shown(value: Any) -> Any:
    """A value as it can be shown: of an address only what kind it is."""
    if isinstance(value, SecretStr):
        return f"{value.get_secret_value().partition('://')[0]}://…"
    if isinstance(value, tuple):
        return [_shown(one) for one in value]
    if isinstance(value, timedelta):
        return _span(value)
    return str(value) if isinstance(value, (Path, Decimal)) else value


def _span(value: timedelta) -> str:
    """As it is written: `14d`, `24h`, `2s`; `0d` is switched off."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds % size == 0 and (unit != "d" or seconds == 0 or seconds > size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
