"""Everything the notice names, in one frozen object, found by code or exact name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kpi.catalogue.schema import Body, Condition, Fact, Industry, Kpi, KpiGroup, Scenario, Segment, Stage, Tier
from kpi.model.language import Text


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Named(_Coded, Protocol):
    @property
    def name(self) -> Text: ...


Coded = TypeVar("Coded", bound=_Coded)
Named = TypeVar("Named", bound=_Named)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The notice's lists, each in the notice's order. Lookups raise ``KeyError``."""

    kpis: tuple[Kpi, ...]
    groups: tuple[KpiGroup, ...]
    stages: tuple[Stage, ...]
    scenarios: tuple[Scenario, ...]
    segments: tuple[Segment, ...]
    tiers: tuple[Tier, ...]
    industries: tuple[Industry, ...]
    bodies: tuple[Body, ...]
    facts: tuple[Fact, ...]
    conditions: tuple[Condition, ...]
    notice: Text

    def kpi(self, code: str) -> Kpi:
        return _by_code(self.kpis, code)

    def group(self, code: str) -> KpiGroup:
        return _by_code(self.groups, code)

    def kpis_of(self, group: str) -> tuple[Kpi, ...]:
        return tuple(kpi for kpi in self.kpis if kpi.group == group)

    def stage(self, code: str) -> Stage:
        return _by_code(self.stages, code)

    def segment(self, code: str) -> Segment:
        return _by_code(self.segments, code)

    def tier(self, code: str) -> Tier:
        return _by_code(self.tiers, code)

    def fact(self, code: str) -> Fact:
        return _by_code(self.facts, code)

    def condition(self, code: str) -> Condition:
        return _by_code(self.conditions, code)

    def industry(self, name: str) -> Industry:
        """By its exact Chinese name or its code."""
        return _by_name(self.industries, name)

    def body(self, name: str) -> Body:
        """By its exact Chinese name or its code."""
        return _by_name(self.bodies, name)

    def body_place(self, name: str | None) -> tuple[int, str]:
        """To sort bodies by their exact Chinese name as the notice has them; those that it does not name come last."""
        return _place(self.bodies, name or "")

    def industry_place(self, name: str) -> tuple[int, str]:
        """As ``body_place``, for industries."""
        return _place(self.industries, name)

    def scenario(self, name: str) -> Scenario:
        """By its exact Chinese name."""
        return _first((one for one in self.scenarios if one.name.zh == name), name)

    @property
    def districts(self) -> tuple[Body, ...]:
        """The bodies that are administrative districts: annex 3's 行政区."""
        return tuple(body for body in self.bodies if body.kind == "district")

    def scenarios_of(self, segment: str) -> tuple[Scenario, ...]:
        """The scenarios whose stages fall into a segment, in the notice's order."""
        stages = self.segment(segment).stages
        return tuple(scenario for scenario in self.scenarios if scenario.stage in stages)

    def segments_of(self, scenarios: Iterable[str]) -> frozenset[str]:
        """The codes of the segments that scenarios, by exact Chinese name, fall into."""
        return frozenset(self.stage(self.scenario(name).stage).segment for name in scenarios)


def _by_code(entries: Iterable[Coded], code: str) -> Coded:
    return _first((entry for entry in entries if entry.code == code), code)


def _by_name(entries: Iterable[Named], name: str) -> Named:
    return _first((entry for entry in entries if name in (entry.name.zh, entry.code)), name)


def _place(entries: Sequence[Named], name: str) -> tuple[int, str]:
    return next((place for place, entry in enumerate(entries) if entry.name.zh == name), len(entries)), name


_Entry = TypeVar("_Entry")


def _first(found: Iterable[_Entry], wanted: str) -> _Entry:
    for entry in found:
        return entry
    raise KeyError(wanted)
