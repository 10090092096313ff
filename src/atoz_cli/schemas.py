"""The JSON Schema of each answer, made from the values that the answers are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args, get_type_hints

from msgspec import Struct
from msgspec.json import schema_components

from atoz_cli.answers.causes import CauseGroup
from atoz_cli.answers.check import Alert
from atoz_cli.answers.claims import OrderStory, Verdict, WinRate
from atoz_cli.answers.config import Origin, Place
from atoz_cli.answers.doctor import Finding
from atoz_cli.answers.export import Written
from atoz_cli.answers.files import Receipt, SourceCard
from atoz_cli.answers.health import HealthMeasure
from atoz_cli.answers.packs import EvidencePack
from atoz_cli.answers.prevent import Risk
from atoz_cli.answers.projection import ProjectedDay
from atoz_cli.answers.rates import (
    DefectiveOrder,
    FeedbackItem,
    FeedbackMeasure,
    GroupFeedbackMeasure,
    GroupMeasure,
    Measure,
    RatingSpan,
)
from atoz_cli.answers.reconcile import Reconciliation
from atoz_cli.answers.report import AccountReport
from atoz_cli.answers.rules import RuleLine
from atoz_cli.answers.status import AccountStatus
from atoz_cli.answers.trend import TrendPoint, TrendTest

ANSWERS: dict[str, type[Any]] = {
    "import": Receipt,
    "odr": Measure,
    "odr_by": GroupMeasure,
    "odr_orders": DefectiveOrder,
    "health": HealthMeasure,
    "feedback": FeedbackMeasure,
    "feedback_by": GroupFeedbackMeasure,
    "feedback_list": FeedbackItem,
    "feedback_ratings": RatingSpan,
    "project": ProjectedDay,
    "trend": TrendPoint,
    "trend_test": TrendTest,
    "causes": CauseGroup,
    "prevent": Risk,
    "triage": Verdict,
    "outcomes": WinRate,
    "evidence": EvidencePack,
    "why": OrderStory,
    "reconcile": Reconciliation,
    "report": AccountReport,
    "check": Alert,
    "status": AccountStatus,
    "config": Origin,
    "config_path": Place,
    "export": Written,
    "doctor": Finding,
    "rules": RuleLine,
    "sources": SourceCard,
}
NAMES = tuple(ANSWERS)


def schema_of(name: str) -> dict[str, Any]:
    """The schema of the whole answer `atoz.<name>/1`, envelope and all."""
    (row,), definitions = schema_components([ANSWERS[name]], ref_template="#/$defs/{name}")
    for shape in _within(ANSWERS[name]):
        _moments(shape, definitions[shape.__name__]["properties"])
    envelope = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"atoz.{name}/1",
        "type": "object",
        "required": ["schema", "tool_version", "as_of", "data", "warnings"],
        "properties": {
            "schema": {"const": f"atoz.{name}/1"},
            "tool_version": {"type": "string"},
            "as_of": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "data": {"type": "array", "items": row},
            "warnings": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
        "$defs": definitions,
    }
    renamed: dict[str, Any] = _renamed(envelope)
    return renamed


def _within(shape: Any) -> Iterator[type[Struct]]:
    """A value's type and those of all values in it."""
    if isinstance(shape, type) and issubclass(shape, Struct):
        yield shape
        for hint in get_type_hints(shape).values():
            yield from _within(hint)
    for inner in get_args(shape):
        yield from _within(inner)


def _moments(shape: type[Struct], properties: dict[str, Any]) -> None:
    """Every moment is written with its zone, which the type of a field does not say."""
    for name, hint in get_type_hints(shape).items():
        if datetime in (hint, *get_args(hint)):
            written = properties[name]
            next(one for one in written.get("anyOf", [written]) if one["type"] == "string")["format"] = "date-time"


def _renamed(node: Any) -> Any:
    """Every field is there, and a trailing underscore of a field name is not written."""
    if isinstance(node, list):
        return [_renamed(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: _renamed(value) for key, value in node.items() if key != "default"}
    if isinstance(found.get("properties"), dict):
        found["properties"] = {name.rstrip("_"): value for name, value in found["properties"].items()}
        found["required"] = list(found["properties"])
    return found
