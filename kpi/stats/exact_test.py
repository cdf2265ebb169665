"""The exact test of "leading" and of "not leading", from counts of peers (method: the verdict on one KPI).

Binomial where the population's size N is unknown, hypergeometric where it is known. All arrays broadcast.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kpi.stats.counts import Array, Population, checked_counts, members_at

FUZZ_DECIMALS = 15
"""Summation errors are about 3e-16. A p-value of exactly 1/20 (N=25, n=23, k=19 at P80) must not miss alpha."""


def p_leading(worse: ArrayLike, n: ArrayLike, p: float, population: Population = None) -> Array:
    """One-sided p-value against H0 "fewer than pN of the others are strictly worse"; small means leading.

    ``hypergeom.sf(k-1, N, ceil(pN)-1, n)``, or ``binom.sf(k-1, n, p)`` where N is unknown; 1 without peers.
    ``worse`` is k, the peers strictly worse; ``n`` all peers with a value; ``population`` N, the *other* enterprises
    of the industry (None or NaN: unknown). Ties do not support the claim.
    Not for peers selected by their results, nor for many records of one group (test one per group).
    Raises ValueError for impossible counts or p outside 0..1 (both ends excluded).
    Source: Conover, Practical Nonparametric Statistics, quantile test; R ``binom.test(k, n, p, "greater")``.
    """
    k, size, among = checked_counts(worse, n, population)
    return tail_at_least(k, size, among, members_at(_inside(p), among) - 1, p)


def p_not_leading(not_better: ArrayLike, n: ArrayLike, p: float, population: Population = None) -> Array:
    """One-sided p-value against H0 "at least pN of the others are not better"; small means not leading.

    ``hypergeom.cdf(k+e, N, ceil(pN), n)``, or ``binom.cdf(k+e, n, p)`` where N is unknown; 1 without peers.
    ``not_better`` is k + e: here ties count for the candidate. Shapes, limits, errors and source as ``p_leading``.
    """
    weak, size, among = checked_counts(not_better, n, population)
    return tail_at_most(weak, size, among, members_at(_inside(p), among), p)


def tail_at_least(hits: Array, n: Array, population: Array, members: Array, p: float) -> Array:
    """P(X >= hits): n drawn of N with ``members`` in it, or n independent draws at ``p`` where N is NaN."""
    known = np.isfinite(population)
    # binom.sf(hits - 1, n, p) and, below, binom.cdf(hits, n, p), as SciPy computes them.
    out = np.where(hits <= 0, 1.0, special.betainc(np.maximum(hits, 1), n - np.maximum(hits, 1) + 1, p))
    if known.any():
        among, inside = population[known], np.maximum(members[known], 0)
        out[known] = _hypergeometric().sf(hits[known] - 1, among, inside, n[known])
    return _settled(out, n)


def tail_at_most(hits: Array, n: Array, population: Array, members: Array, p: float) -> Array:
    """P(X <= hits), else as ``tail_at_least``."""
    known = np.isfinite(population)
    out = np.where(hits >= n, 1.0, special.betainc(np.maximum(n - hits, 1), hits + 1, 1 - p))
    if known.any():
        out[known] = _hypergeometric().cdf(hits[known], population[known], members[known], n[known])
    return _settled(out, n)


def smallest_n(p: float, alpha: float, population: int | None = None) -> int:
    """The fewest peers among whom beating everybody gives p_value <= alpha: 14 at P80 and 0.05, smaller with N known.

    Found by asking ``p_leading`` itself, so the two cannot disagree. With N known it never exceeds N
    (1 for an empty industry, which no n reaches). Raises ValueError for p or alpha outside 0..1.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is not between 0 and 1: {alpha!r}")
    return _smallest_n(_inside(p), alpha, population)


@lru_cache(maxsize=4096)
def _smallest_n(p: float, alpha: float, population: int | None) -> int:
    if population == 0:
        return 1
    start = 1
    while True:
        stop = 2 * start + 63 if population is None else min(2 * start + 63, population + 1)
        sizes = np.arange(start, stop)
        enough = np.flatnonzero(p_leading(sizes, sizes, p, population) <= alpha)
        if enough.size:
            return int(sizes[enough[0]])
        start = stop


def _inside(p: float) -> float:
    if not 0 < p < 1:
        raise ValueError(f"a leading line lies between 0 and 1: {p!r}")
    return float(p)


def _hypergeometric() -> Any:
    """SciPy's distribution, loaded where an industry's size is known: it takes longer than the rest of a verdict."""
    from scipy.stats import hypergeom

    return hypergeom


def _settled(tail: Array, n: Array) -> Array:
    """1 without peers. Tails of 0.001 and more are rounded to remove summation errors, smaller ones are kept."""
    calm = np.where(tail >= 1e-3, np.round(tail, FUZZ_DECIMALS), tail)
    settled: Array = np.where(n == 0, 1.0, calm)[()]
    return settled
