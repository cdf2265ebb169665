"""What a baseline can decide, before any candidate is looked at: from counts of its records alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

from kpi import stats, tables
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue
from kpi.model.evaluation import Baseline
from kpi.policy.policy import Policy
from kpi.services.authorization import reads_unscoped
from kpi.services.evaluation import newest_baseline
from kpi.services.notices import under_notice_of
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.tables.baselines import BaselineCell, IndustrySize

TRUE_PERCENTILES = (0.9, 0.95, 0.99)
LEADING_LINES = (0.75, 0.8, 0.9)
CONFIDENCES = (0.9, 0.95)
REGISTER_SIZES = (200, 100, 60)
"""Sizes of a register that the plan tries out: N of the exact test, in the unit that is tested."""
EXAMPLE_PERCENTILE = 0.95
"""The true place at which industries and registers are compared."""
POWER_WANTED = 0.8
"""From this power on a plan counts on a decision: the convention that ``stats.peers_needed`` follows too."""

Capability = Literal["clause", "words", "seldom", "nothing"]
"""What is decided with at least ``POWER_WANTED`` for a factory at ``EXAMPLE_PERCENTILE``: the clause; a single main
KPI at least; neither; or nothing ever, because every main KPI has too few peers."""


@dataclass(frozen=True, slots=True)
class PlannedKpi:
    """One main KPI: ``n`` as tested, in ``unit``; ``power`` of the word "leading" at ``TRUE_PERCENTILES``."""

    code: str
    records: int
    groups: int
    unit: str
    n: int
    population: int | None
    smallest_n: int
    power: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PlannedIndustry:
    """``industry_size`` is the register's, None where there is none; ``clause`` its power at ``TRUE_PERCENTILES``."""

    industry: str
    industry_size: int | None
    kpis: tuple[PlannedKpi, ...]
    clause: tuple[float, ...]

    @property
    def capability(self) -> Capability:
        """What a factory at ``EXAMPLE_PERCENTILE`` can count on."""
        at = TRUE_PERCENTILES.index(EXAMPLE_PERCENTILE)
        if self.clause[at] >= POWER_WANTED:
            return "clause"
        if any(kpi.power[at] >= POWER_WANTED for kpi in self.kpis):
            return "words"
        return "seldom" if any(kpi.n >= kpi.smallest_n for kpi in self.kpis) else "nothing"


@dataclass(frozen=True, slots=True)
class RegisterEffect:
    """The clause's power at ``EXAMPLE_PERCENTILE`` without a register, and with one of each of ``REGISTER_SIZES``.

    NaN where the panel holds more than a register of that size could. ``in_use``: every main KPI is tested with N.
    """

    industry: str
    in_use: bool
    without: float
    known: tuple[float, ...]

    @property
    def best_gain(self) -> float:
        """The largest gain over no register, 0 at least."""
        return max(0.0, *(power - self.without for power in self.known if not isnan(power)))


@dataclass(frozen=True, slots=True)
class AlternativePlan:
    """Another line or confidence that policy may choose."""

    leading_quantile: float
    confidence: float
    industries: tuple[PlannedIndustry, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one baseline under the policy of its year, and under each alternative."""

    baseline: Baseline
    policy: Policy
    industries: tuple[PlannedIndustry, ...]
    registers: tuple[RegisterEffect, ...]
    alternatives: tuple[AlternativePlan, ...]

    def peers_short(self, industry: PlannedIndustry) -> int | None:
        """How many more peers the main KPI with the fewest needs, so that from there on the clause can be counted on as
        at ``EXAMPLE_PERCENTILE``; 0 where it can be. None where that is no matter of peers alone: N is known, or policy
        asks for some of the main KPIs only; or where no number of them is enough.
        """
        if industry.capability == "clause":
            return 0
        if any(kpi.population is not None for kpi in industry.kpis) or self.policy.clause_at_least:
            return None
        # Each of them leads by itself: the clause's power is the product of theirs.
        each = POWER_WANTED ** (1 / len(industry.kpis))
        needed = stats.peers_needed(self.policy.leading_quantile, self.policy.alpha, EXAMPLE_PERCENTILE, each)
        return None if needed is None else max(needed - min(kpi.n for kpi in industry.kpis), 0)


@reads_unscoped("see_baselines")
def decision_plan(cursor: Cursor) -> Plan:
    """The plan of the baseline in force. No value of any enterprise is read, a candidate's least of all.

    Raises:
        UserError: no baseline is in force.
    """
    baseline = newest_baseline(cursor)
    cells = tables.baselines.cells(cursor, baseline.name)
    register = tables.baselines.register_sizes(cursor, baseline.name, baseline.region)
    with under_notice_of(cursor, baseline.year):
        return plan_from_counts(baseline, policy_of_year(cursor, baseline.year), cells, register)


def plan_from_counts(
    baseline: Baseline, policy: Policy, cells_found: Sequence[BaselineCell], register: Sequence[IndustrySize]
) -> Plan:
    """The plan of these cells, with the industries that the register counts."""
    cells = {(cell.industry, cell.kpi, cell.basis): cell for cell in cells_found}
    sizes = {size.industry: size for size in register}
    industries = _industries(cells, sizes, policy, policy.leading_quantile, policy.alpha)
    alternatives = tuple(
        AlternativePlan(line, confidence, _industries(cells, sizes, policy, line, stats.exact_alpha(confidence)))
        for line in LEADING_LINES
        for confidence in CONFIDENCES
        if (line, confidence) != (policy.leading_quantile, policy.confidence)
    )
    registers = tuple(_register_effect(industry, policy) for industry in industries)
    return Plan(baseline, policy, industries, registers, alternatives)


def _register_effect(industry: PlannedIndustry, policy: Policy) -> RegisterEffect:
    def with_register(size: int | None) -> float:
        if size is not None and any(kpi.n > size for kpi in industry.kpis):
            return nan
        sizes, line = [kpi.n for kpi in industry.kpis], policy.leading_quantile
        known = [size] * len(sizes)
        return stats.clause_power(sizes, line, policy.alpha, EXAMPLE_PERCENTILE, known, policy.clause_at_least)

    in_use = all(kpi.population is not None for kpi in industry.kpis)
    known = tuple(with_register(size) for size in REGISTER_SIZES)
    return RegisterEffect(industry.industry, in_use, with_register(None), known)


def _industries(
    cells: Mapping[tuple[str, str, str], BaselineCell],
    sizes: Mapping[str, IndustrySize],
    policy: Policy,
    line: float,
    alpha: float,
) -> tuple[PlannedIndustry, ...]:
    planned = []
    for name in (industry.name.zh for industry in catalogue().industries):
        kpis = tuple(
            _kpi(code, cells.get((name, code, policy.basis(code) or NO_BASIS)), sizes.get(name), line, alpha)
            for code in policy.main_kpis(name)
        )
        size = sizes[name].size if name in sizes else None
        planned.append(PlannedIndustry(name, size, kpis, _clause(kpis, line, alpha, policy.clause_at_least)))
    return tuple(planned)


def _kpi(code: str, cell: BaselineCell | None, size: IndustrySize | None, line: float, alpha: float) -> PlannedKpi:
    """The candidate is taken for one that is not in the panel, yet in the register: the others are one fewer."""
    records, groups = (cell.records, cell.groups) if cell else (0, 0)
    if records > groups:
        unit, n, registered = "groups", groups, size.groups if size else None
    else:
        unit, n, registered = "records", records, size.size if size else None
    # A register of the panel's enterprises alone leaves no outsider: then every other is a peer.
    population = None if registered is None else max(registered - 1, n)
    power = tuple(stats.power(n, line, alpha, at, population) for at in TRUE_PERCENTILES)
    return PlannedKpi(code, records, groups, unit, n, population, stats.smallest_n(line, alpha, population), power)


def _clause(kpis: Sequence[PlannedKpi], line: float, alpha: float, at_least: int) -> tuple[float, ...]:
    sizes, populations = [kpi.n for kpi in kpis], [kpi.population for kpi in kpis]
    return tuple(stats.clause_power(sizes, line, alpha, at, populations, at_least) for at in TRUE_PERCENTILES)
