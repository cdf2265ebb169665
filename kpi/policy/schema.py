"""The shape of a policy file: one day from which its values are in force, and each value with its reason.

A later file replaces only the values it contains. A rule is repealed by ``repealed = true`` without ``value`` (TOML has
no null); verdicts need every rule, so a day on which one is repealed has no policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isfinite
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar, cast

from pydantic import Field, model_validator

from kpi.catalogue.schema import Checked
from kpi.model.application import Basis
from kpi.model.language import Text
from kpi.model.representation import Band as BandName

Value = TypeVar("Value")

Share = Annotated[float, Field(gt=0, lt=1)]
Quantiles = Annotated[tuple[Share, ...], Field(min_length=1)]
Percent = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
KpiCount = Annotated[int, Field(ge=0)]
Level = Annotated[int, Field(ge=1, le=5)]
DutyCount = Annotated[int, Field(ge=1, le=3)]
Points = Annotated[int, Field(ge=0, le=100)]
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
KpiCode = Annotated[str, Field(pattern=r"^K\d\d$")]
Codes = tuple[KpiCode, ...]
WhoNeedsCodes = Literal["optional", "administrators", "everyone"]
Release = Literal["at_locking", "at_close"]


class Band(NamedTuple):
    """A range of peer counts published as one; ``last`` None is open-ended."""

    first: int
    last: int | None = None

    @property
    def name(self) -> BandName:
        return cast(BandName, f"{self.first}+" if self.last is None else f"{self.first}-{self.last}")

    def covers(self, n: int) -> bool:
        return self.first <= n and (self.last is None or n <= self.last)


Bands = tuple[Band, ...]


RETIRED = frozenset({"disclosure.lower_quantile", "disclosure.upper_quantile"})
"""Keys that changes of earlier releases state, and that decide nothing any more: a table is published at the leading
line and as far from the other end. They stay readable, with the day from which the change was in force, because sealed
verdicts name that day; no policy holds them, and no new change may state them."""


class PolicyFileEntry(Checked, Generic[Value]):
    """One value with its name, unit, place in the notice and reason.

    ``silent`` marks values where the notice gives no number: they are the product's interpretation.
    """

    name: Text
    value: Value | None = None
    repealed: bool = False
    unit: Text
    reference: Text
    reason: Text
    silent: Text | None = None

    @model_validator(mode="after")
    def _value_or_repealed(self) -> PolicyFileEntry[Value]:
        if (self.value is None) != self.repealed:
            raise ValueError("needs a value, or repealed = true without one")
        return self


class DisclosureEntries(Checked):
    """What may be published of a cell."""

    min_groups: PolicyFileEntry[Count] | None = None
    max_group_share: PolicyFileEntry[Share] | None = None
    bands: PolicyFileEntry[Bands] | None = None
    quantile_groups: PolicyFileEntry[Count] | None = None
    quantile_groups_unbounded: PolicyFileEntry[Count] | None = None
    median_only: PolicyFileEntry[Codes] | None = None
    p_percent: PolicyFileEntry[Percent] | None = None
    rounding_divisor: PolicyFileEntry[Count] | None = None
    protection_divisor: PolicyFileEntry[Count] | None = None
    correction_groups: PolicyFileEntry[Count] | None = None
    exposing_words: PolicyFileEntry[Release] | None = None
    exposed_peers: PolicyFileEntry[Count] | None = None
    alert_values: PolicyFileEntry[Count] | None = None
    alert_days: PolicyFileEntry[Count] | None = None
    alert_what_ifs: PolicyFileEntry[Count] | None = None
    # Retired, see RETIRED.
    lower_quantile: PolicyFileEntry[Share] | None = None
    upper_quantile: PolicyFileEntry[Share] | None = None


class QuotaEntries(Checked):
    """How many candidates a recommending body may nominate."""

    base: PolicyFileEntry[Count] | None = None
    raised: PolicyFileEntry[Count] | None = None
    raised_from: PolicyFileEntry[Count] | None = None


class RecommendationEntries(Checked):
    """What a candidate's quality is made of, and how a body's list is weighed."""

    points_clause: PolicyFileEntry[Points] | None = None
    points_composite: PolicyFileEntry[Points] | None = None
    points_maturity: PolicyFileEntry[Points] | None = None
    points_conditions: PolicyFileEntry[Points] | None = None
    points_change: PolicyFileEntry[Points] | None = None
    points_year_on_year: PolicyFileEntry[Points] | None = None
    points_spread: PolicyFileEntry[Points] | None = None
    points_scenarios: PolicyFileEntry[Points] | None = None
    points_segments: PolicyFileEntry[Points] | None = None
    spread_kpis: PolicyFileEntry[Codes] | None = None
    undecided: PolicyFileEntry[Share] | None = None
    weight_quality: PolicyFileEntry[Weight] | None = None
    weight_industry: PolicyFileEntry[Weight] | None = None
    weight_scenario: PolicyFileEntry[Weight] | None = None
    near_best: PolicyFileEntry[Share] | None = None
    alternatives: PolicyFileEntry[Count] | None = None


class MaturityEntries(Checked):
    """The two maturity levels that the notice requires of an advanced factory."""

    annex1_advanced: PolicyFileEntry[Level] | None = None
    body_advanced: PolicyFileEntry[Level] | None = None


class GroupWeightEntries(Checked):
    """How much a KPI group may weigh where a reviewer weighs the groups for an order."""

    lowest: PolicyFileEntry[Share] | None = None
    highest: PolicyFileEntry[Share] | None = None


class PolicyFile(Checked):
    """One file of ``data/policy``. Industries are keyed by the catalogue's codes, bases by KPI code."""

    in_force_from: date
    leading_quantile: PolicyFileEntry[Share] | None = None
    confidence: PolicyFileEntry[Share] | None = None
    method_version: PolicyFileEntry[Literal[2, 3]] | None = None
    average: PolicyFileEntry[Literal["arithmetic_mean"]] | None = None
    clause_coverage: PolicyFileEntry[Share] | None = None
    clause_at_least: PolicyFileEntry[KpiCount] | None = None
    sensitivity_quantiles: PolicyFileEntry[Quantiles] | None = None
    power_percentiles: PolicyFileEntry[Quantiles] | None = None
    release: PolicyFileEntry[Release] | None = None
    window_closes: PolicyFileEntry[date] | None = None
    factory_name_hanzi: PolicyFileEntry[Count] | None = None
    contact_years: PolicyFileEntry[Count] | None = None
    duties_in_one_account: PolicyFileEntry[DutyCount] | None = None
    duties_of_a_person: PolicyFileEntry[DutyCount] | None = None
    people_of_an_enterprise: PolicyFileEntry[Count] | None = None
    panel_least_share: PolicyFileEntry[Share] | None = None
    second_factor: PolicyFileEntry[WhoNeedsCodes] | None = None
    published_open: PolicyFileEntry[bool] | None = None
    tcams_182_applied: PolicyFileEntry[bool] | None = None
    main_kpis: dict[str, PolicyFileEntry[Codes]] = Field(default_factory=dict)
    not_applicable_allowed: dict[str, PolicyFileEntry[Codes]] = Field(default_factory=dict)
    basis: dict[KpiCode, PolicyFileEntry[Basis]] = Field(default_factory=dict)
    disclosure: DisclosureEntries = DisclosureEntries()
    quota: QuotaEntries = QuotaEntries()
    recommendation: RecommendationEntries = RecommendationEntries()
    maturity: MaturityEntries = MaturityEntries()
    group_weight: GroupWeightEntries = GroupWeightEntries()


# What kind of value stands under a key of policy, and within which bounds, as the schema has it: for fields.


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
    return _rule(next(item for item in stated["anyOf"] if item.get("type") != "null"))


@cache
def _schema() -> Mapping[str, Any]:
    return PolicyFile.model_json_schema()


def _resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Behind a reference, and behind "or nothing"."""
    for item in part.get("anyOf") or part.get("allOf") or [part]:
        if "$ref" in item:
            found: Mapping[str, Any] = _schema()["$defs"][item["$ref"].rpartition("/")[2]]
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
