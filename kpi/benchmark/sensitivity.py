"""The clause under other readings of "leading" and of "main": for reviewers and the authority."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized

from kpi import stats
from kpi.benchmark.clause import ClauseTerms, MainKpi, p_values_of, remaining, word_with_at_least
from kpi.model.evaluation import ClauseResult, ClauseVerdict, SensitivityRow


def sensitivity_by_quantile(
    quantiles: Sequence[float], decided_at: Callable[[float], tuple[ClauseResult, int]]
) -> list[SensitivityRow]:
    """The clause with the leading line at each of ``quantiles``; ``decided_at``: clause, number of main KPIs."""
    rows = []
    for quantile in quantiles:
        clause, of = decided_at(quantile)
        rows.append(SensitivityRow("quantile", quantile, None, of, float("nan"), clause.verdict))
    return rows


def sensitivity_at_least(main: Mapping[str, MainKpi], terms: ClauseTerms) -> list[SensitivityRow]:
    """ "At least u of the m main KPIs are leading", for every u: the clause as it would be with u in policy."""
    if not terms.line.method.simes:
        return _by_bonferroni(list(main.values()), terms)
    p_values = p_values_of(remaining(main, terms))
    return [
        _row(u, p_values, float(stats.closed_testing_p(p_values, u)), word_with_at_least(main, terms, u), terms)
        for u in range(1, len(p_values) + 1)
    ]


def _by_bonferroni(main: Sequence[MainKpi], terms: ClauseTerms) -> list[SensitivityRow]:
    """(m - u + 1) times the u-th smallest p-value, of all main KPIs."""
    p_values = p_values_of(main)
    tails = [float(stats.smallest_tail(p_values, u)) for u in range(1, len(p_values) + 1)]
    return [
        _row(u, p_values, tail, "met" if tail <= terms.corrected_alpha else "undecided", terms)
        for u, tail in enumerate(tails, start=1)
    ]


def _row(u: int, family: Sized, p_value: float, word: ClauseVerdict, terms: ClauseTerms) -> SensitivityRow:
    return SensitivityRow("at_least", terms.line.quantile, u, len(family), p_value, word)
