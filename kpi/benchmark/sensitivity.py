"""The clause under other readings of "leading" and of "main": for reviewers and the authority."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpi import stats
from kpi.benchmark.clause import MainKpi
from kpi.model.evaluation import ClauseResult, SensitivityRow


def sensitivity_by_quantile(
    quantiles: Sequence[float], decided_at: Callable[[float], tuple[ClauseResult, int]]
) -> list[SensitivityRow]:
    """The clause with the leading line at each of ``quantiles``; ``decided_at``: clause, number of main KPIs."""
    rows = []
    for quantile in quantiles:
        clause, of = decided_at(quantile)
        rows.append(SensitivityRow("quantile", quantile, None, of, float("nan"), clause.verdict))
    return rows


def sensitivity_at_least(main: Sequence[MainKpi], quantile: float, alpha: float) -> list[SensitivityRow]:
    """ "At least u of the m main KPIs are leading", for every u: (m - u + 1) times the u-th smallest p-value."""
    # A KPI that was not tested can support no claim: its p-value counts as 1.
    p_values = [kpi.judged.p_value if kpi.tested else 1.0 for kpi in main]
    rows = []
    for u in range(1, len(p_values) + 1):
        p_value = float(stats.smallest_tail(p_values, u))
        rows.append(
            SensitivityRow("at_least", quantile, u, len(p_values), p_value, "met" if p_value <= alpha else "undecided")
        )
    return rows
