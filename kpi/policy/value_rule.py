"""What kind of value stands under a key of policy, and within which bounds, as the schema has it: for fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any, Literal

from kpi.policy.schema import PolicyFile

Kind = Literal["yes_no", "day", "whole", "number", "choice", "kpis", "numbers", "bands"]


@dataclass(frozen=True, slots=True)
class ValueRule:
    """``lowest`` and ``highest`` may be taken themselves, ``above`` and ``below`` may not; None is no bound."""

    kind: Kind
    lowest: float | None = None
    above: float | None = None
    highest: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether it is a part of one, or several: people read and write it in percent, files from 0 to 1."""
        return self.kind in ("number", "numbers") and 1 in (self.below, self.highest)

    def within(self, number: float) -> bool:
        """Whether a single number is within the bounds; one that is none is not."""
        return isfinite(number) and not (
            (self.kind == "whole" and number != int(number))
            or (self.lowest is not None and number < self.lowest)
            or (self.above is not None and number <= self.above)
            or (self.highest is not None and number > self.highest)
            or (self.below is not None and number >= self.below)
        )


def value_rule(key: str) -> ValueRule:
    """The rule of a key such as ``quota.base`` or ``main_kpis.automotive``. ``KeyError`` where there is no such key."""
    schema = _schema()
    table, _, name = key.partition(".")
    part = schema["properties"][table]
    if name and "allOf" not in part and "$ref" not in part:
        part = part.get("additionalProperties") or next(iter(part["patternProperties"].values()))
    elif name:
        part = _resolved(part)["properties"][name]
    stated = _resolved(part)["properties"]["value"]
    return _rule(next(one for one in stated["anyOf"] if one.get("type") != "null"))


@cache
def _schema() -> Mapping[str, Any]:
    return PolicyFile.model_json_schema()


def _resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Behind a reference, and behind "or nothing"."""
    for one in part.get("anyOf") or part.get("allOf") or [part]:
        if "$ref" in one:
            found: Mapping[str, Any] = _schema()["$defs"][one["$ref"].rpartition("/")[2]]
            return found
    return part


def _rule(value: Mapping[str, Any]) -> ValueRule:
    choices = tuple(value["enum"]) if "enum" in value else (value["const"],) if "const" in value else ()
    if value["type"] == "array":
        item = value["items"]
        if item.get("type") == "number":
            return _bounded("numbers", item)
        return ValueRule("kpis") if "pattern" in item else ValueRule("bands")
    if choices:
        return ValueRule("choice", choices=choices)
    if value["type"] in ("integer", "number"):
        return _bounded("whole" if value["type"] == "integer" else "number", value)
    return ValueRule("yes_no" if value["type"] == "boolean" else "day")


def _bounded(kind: Kind, value: Mapping[str, Any]) -> ValueRule:
    lowest, above, highest, below = (
        value.get(name) for name in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
    )
    return ValueRule(kind, lowest, above, highest, below)
