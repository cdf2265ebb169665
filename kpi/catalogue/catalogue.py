"""Everything the notice names, in one frozen object, found by code or exact name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from kpi.catalogue.schema import (
    DATA,
    Body,
    Checked,
    Condition,
    Fact,
    Industry,
    Kpi,
    KpiGroup,
    Scenario,
    Segment,
    Stage,
    Tier,
    check_schema,
    load_toml,
    read_toml,
)
from kpi.errors import InvalidData
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
        return _first((item for item in self.scenarios if item.name.zh == name), name)

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


# Loading ``data/catalogue``: each file against its schema, then every reference from one file to another.


class _Kpis(Checked):
    kpi: tuple[Kpi, ...]


class _Groups(Checked):
    group: tuple[KpiGroup, ...]


class _Stages(Checked):
    stage: tuple[Stage, ...]


class _Scenarios(Checked):
    scenario: tuple[Scenario, ...]


class _Segments(Checked):
    segment: tuple[Segment, ...]


class _Tiers(Checked):
    tier: tuple[Tier, ...]


class _Industries(Checked):
    industry: tuple[Industry, ...]


class _Bodies(Checked):
    body: tuple[Body, ...]


class _Facts(Checked):
    fact: tuple[Fact, ...]


class _Conditions(Checked):
    notice: Text
    condition: tuple[Condition, ...]


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships, read once per process."""
    return load_catalogue(DATA / "catalogue")


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in ``folder``. Raises ``InvalidData``, naming file and key."""
    conditions = load_toml(folder / "conditions.toml", _Conditions)
    loaded = Catalogue(
        kpis=_kpis(folder / "kpis.toml"),
        groups=load_toml(folder / "groups.toml", _Groups).group,
        stages=load_toml(folder / "stages.toml", _Stages).stage,
        scenarios=load_toml(folder / "scenarios.toml", _Scenarios).scenario,
        segments=load_toml(folder / "segments.toml", _Segments).segment,
        tiers=load_toml(folder / "tiers.toml", _Tiers).tier,
        industries=load_toml(folder / "industries.toml", _Industries).industry,
        bodies=load_toml(folder / "bodies.toml", _Bodies).body,
        facts=load_toml(folder / "facts.toml", _Facts).fact,
        conditions=conditions.condition,
        notice=conditions.notice,
    )
    _check_unique(loaded)
    _check_references(loaded)
    return loaded


def _kpis(path: Path) -> tuple[Kpi, ...]:
    """Most KPIs share a formula status: the file states each status once, and a KPI names it."""
    content = read_toml(path)
    statuses: dict[str, Any] = content.pop("formula_status", {})
    for place, kpi in enumerate(content.get("kpi", ())):
        status = kpi.get("formula_status")
        if status not in statuses:
            raise InvalidData(f"{path.name}: kpi[{place}].formula_status: unknown status {status!r}")
        kpi["formula_status"] = statuses[status]
    return check_schema(_Kpis, content, path.name).kpi


def _check_unique(loaded: Catalogue) -> None:
    _unique("kpis.toml: code", (kpi.code for kpi in loaded.kpis))
    _unique("groups.toml: code", (group.code for group in loaded.groups))
    _unique("stages.toml: code", (stage.code for stage in loaded.stages))
    _unique("scenarios.toml: number", (scenario.number for scenario in loaded.scenarios))
    _unique("segments.toml: code", (segment.code for segment in loaded.segments))
    _unique("tiers.toml: code", (tier.code for tier in loaded.tiers))
    _unique("industries.toml: code", (industry.code for industry in loaded.industries))
    _unique("bodies.toml: code", (body.code for body in loaded.bodies))
    _unique("bodies.toml: column, row", ((body.column, body.row) for body in loaded.bodies))
    _unique("facts.toml: code", (fact.code for fact in loaded.facts))
    _unique("conditions.toml: code", (condition.code for condition in loaded.conditions))


def _check_references(loaded: Catalogue) -> None:
    segments = {segment.code for segment in loaded.segments}
    stages = {stage.code for stage in loaded.stages}
    _known("kpis.toml: group", {kpi.group for kpi in loaded.kpis}, {group.code for group in loaded.groups})
    _known("stages.toml: segment", {stage.segment for stage in loaded.stages}, segments)
    _known("segments.toml: stages", {code for segment in loaded.segments for code in segment.stages}, stages)
    _known("scenarios.toml: stage", {scenario.stage for scenario in loaded.scenarios}, stages)
    _known("tiers.toml: segments", {code for tier in loaded.tiers for code in tier.segments}, segments)
    kpis = {kpi.code for kpi in loaded.kpis}
    _known("tiers.toml: ai_kpi", {tier.ai_kpi for tier in loaded.tiers if tier.ai_kpi}, kpis)
    conditions = {condition.code for condition in loaded.conditions}
    named = {
        name for condition in loaded.conditions for name in (condition.alternative_to, condition.stricter_than) if name
    }
    _known("conditions.toml: alternative_to, stricter_than", named, conditions)
    _known(
        "bodies.toml: overlaps",
        {name for body in loaded.bodies for name in body.overlaps},
        {body.name.zh for body in loaded.bodies},
    )


def _unique(key: str, values: Iterable[Hashable]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise InvalidData(f"{key}: given twice: {twice}")


def _known(key: str, named: set[str], known: set[str]) -> None:
    if named - known:
        raise InvalidData(f"{key}: not in the catalogue: {sorted(named - known)}")
