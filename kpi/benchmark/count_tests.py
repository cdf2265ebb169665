"""What the exact tests say of counts, of all the counts of a factory at once.

It has some forty, each asked at five leading lines. SciPy answers forty as an array as fast as one alone, and to the
same last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import nan

import numpy as np

from kpi import stats
from kpi.model.evaluation import TestedCounts, TestResult
from kpi.stats import Array

REMEMBERED = 20_000
"""Sizes of tests: some megabytes, and more than the cells of a region have numbers of peers."""


@dataclass(frozen=True, slots=True)
class CountFigures:
    """What a count says whatever the line: the percentile's one-sided bounds, 0..1, and the p-value of "better than the
    median of the others".
    """

    lower: float
    upper: float
    p_value_median: float


def test_results(counts: Iterable[TestedCounts], quantile: float) -> Mapping[TestedCounts, TestResult]:
    """Both p-values of each with the leading line at ``quantile``; NaN without peers."""
    distinct = tuple(dict.fromkeys(counts))
    worse, not_better, n, population = _columns(distinct)
    leading = _of_peers(n, stats.p_leading(worse, n, quantile, population))
    not_leading = _of_peers(n, stats.p_not_leading(not_better, n, quantile, population))
    return {one: TestResult(one, *both) for one, *both in zip(distinct, leading, not_leading, strict=True)}


def count_figures(counts: Iterable[TestedCounts], confidence: float) -> Mapping[TestedCounts, CountFigures]:
    """Of each; NaN without peers."""
    distinct = tuple(dict.fromkeys(counts))
    worse, not_better, n, population = _columns(distinct)
    lower = _of_peers(n, stats.lower_bound(worse, n, confidence, population))
    upper = _of_peers(n, stats.upper_bound(not_better, n, confidence, population))
    median = _of_peers(n, stats.p_leading(worse, n, 0.5, population))
    return {one: CountFigures(*each) for one, *each in zip(distinct, lower, upper, median, strict=True)}


@lru_cache(maxsize=REMEMBERED)
def size_of_test(n: int, quantile: float, alpha: float, population: int | None) -> float:
    """How likely a factory exactly at the line is shown to lead among ``n``: at most alpha, 0 where nobody can be."""
    winning = stats.smallest_winning(n, quantile, alpha, population)
    return 0.0 if winning is None else float(stats.p_leading(winning, n, quantile, population))


def _columns(counts: Sequence[TestedCounts]) -> tuple[Array, Array, Array, Array]:
    """k, k + e, n, and N, NaN where it is unknown."""
    rows = [(one.worse, one.not_better, one.n, nan if one.population is None else one.population) for one in counts]
    worse, not_better, n, population = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return worse, not_better, n, population


def _of_peers(n: Array, figures: Array) -> list[float]:
    found: list[float] = np.where(n == 0, nan, figures).tolist()
    return found
