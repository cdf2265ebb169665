"""What the exact tests say of one count, each kept once it is known.

A result is a function of a few whole numbers, which come again with every reader of a factory and every factory of an
industry. SciPy's answers to the hundred counts of a factory took as long as all else that decides it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import nan

from kpi import stats
from kpi.model.evaluation import TestedCounts

REMEMBERED = 20_000
"""Results of each kind: some megabytes, and more than the cells of a region have counts."""


@dataclass(frozen=True, slots=True)
class TestResult:
    """What the exact test says of one count: of the peers, or of the peers with the siblings among them."""

    tested: TestedCounts
    p_value: float
    p_value_not: float


@lru_cache(maxsize=REMEMBERED)
def tested_at(tested: TestedCounts, quantile: float) -> TestResult:
    """Both p-values with the leading line at ``quantile``; NaN without peers."""
    if not tested.n:
        return TestResult(tested, nan, nan)
    return TestResult(
        tested,
        float(stats.p_leading(tested.worse, tested.n, quantile, tested.population)),
        float(stats.p_not_leading(tested.not_better, tested.n, quantile, tested.population)),
    )


@lru_cache(maxsize=REMEMBERED)
def percentile_bounds(tested: TestedCounts, confidence: float) -> tuple[float, float]:
    """The lower and the upper one-sided bound of the percentile."""
    return (
        float(stats.lower_bound(tested.worse, tested.n, confidence, tested.population)),
        float(stats.upper_bound(tested.not_better, tested.n, confidence, tested.population)),
    )


@lru_cache(maxsize=REMEMBERED)
def median_p_value(tested: TestedCounts) -> float:
    """The p-value of "better than the median of the others"; NaN without peers."""
    return float(stats.p_leading(tested.worse, tested.n, 0.5, tested.population)) if tested.n else nan


@lru_cache(maxsize=REMEMBERED)
def size_of_test(n: int, quantile: float, alpha: float, population: int | None) -> float:
    """How likely a factory exactly at the line is shown to lead among ``n``: at most alpha, 0 where nobody can be."""
    winning = stats.smallest_winning(n, quantile, alpha, population)
    return 0.0 if winning is None else float(stats.p_leading(winning, n, quantile, population))
