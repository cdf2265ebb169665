"""What a baseline can decide, before any candidate is looked at: from counts of its records alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi import queries, stats
from kpi.benchmark.method import CURRENT_METHOD
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.load import catalogue
from kpi.model.baseline import Baseline
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.queries import BaselineCell, IndustrySize
from kpi.services.authorization import requires
from kpi.services.evaluation import newest_baseline
from kpi.services.policies import policy_of_year
from kpi.store.cursor import Cursor
from kpi.store.store import Store

TRUE_PERCENTILES = (0.9, 0.95, 0.99)
LEADING_LINES = (0.75, 0.8, 0.9)
CONFIDENCES = (0.9, 0.95)


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


@dataclass(frozen=True, slots=True)
class AlternativePlan:
    """Another line or confidence that policy may choose: the clause's power by industry at ``TRUE_PERCENTILES``."""

    leading_quantile: float
    confidence: float
    clause: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one baseline under the policy of its year, and under each alternative."""

    baseline: Baseline
    policy: Policy
    industries: tuple[PlannedIndustry, ...]
    alternatives: tuple[AlternativePlan, ...]


@requires("see_baselines")
def decision_plan(store: Store, _: Viewer) -> Plan:
    """The plan of the baseline in force. No value of any enterprise is read, a candidate's least of all.

    Raises:
        UserError: no baseline is in force.
    """
    with store.cursor() as cursor:
        baseline = newest_baseline(cursor)
        return _plan(cursor, baseline, policy_of_year(cursor, baseline.year))


def _plan(cursor: Cursor, baseline: Baseline, policy: Policy) -> Plan:
    cells = {(cell.industry, cell.kpi, cell.basis): cell for cell in queries.cells(cursor, baseline.name)}
    sizes = {one.industry: one for one in queries.register_sizes(cursor, baseline.name, baseline.region)}
    industries = _industries(cells, sizes, policy, policy.leading_quantile, policy.alpha)
    alternatives = tuple(
        AlternativePlan(
            line,
            confidence,
            {
                one.industry: one.clause
                for one in _industries(cells, sizes, policy, line, stats.exact_alpha(confidence))
            },
        )
        for line in LEADING_LINES
        for confidence in CONFIDENCES
        if (line, confidence) != (policy.leading_quantile, policy.confidence)
    )
    return Plan(baseline, policy, industries, alternatives)


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
        planned.append(PlannedIndustry(name, size, kpis, _clause(kpis, line, alpha)))
    return tuple(planned)


def _kpi(code: str, cell: BaselineCell | None, size: IndustrySize | None, line: float, alpha: float) -> PlannedKpi:
    """The candidate is taken for one that is not in the panel, yet in the register: the others are one fewer."""
    records, groups = (cell.records, cell.groups) if cell else (0, 0)
    if groups and records / groups > CURRENT_METHOD.records_per_group:
        unit, n, registered = "groups", groups, size.groups if size else None
    else:
        unit, n, registered = "records", records, size.size if size else None
    # A register of the panel's enterprises alone leaves no outsider: then every other is a peer.
    population = None if registered is None else max(registered - 1, n)
    power = tuple(stats.power(n, line, alpha, at, population) for at in TRUE_PERCENTILES)
    return PlannedKpi(code, records, groups, unit, n, population, stats.smallest_n(line, alpha, population), power)


def _clause(kpis: Sequence[PlannedKpi], line: float, alpha: float) -> tuple[float, ...]:
    sizes, populations = [kpi.n for kpi in kpis], [kpi.population for kpi in kpis]
    return tuple(stats.clause_power(sizes, line, alpha, at, populations) for at in TRUE_PERCENTILES)
