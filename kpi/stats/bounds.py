"""One-sided Clopper-Pearson bounds of the share of others that are worse (lower) or not better (upper).

They invert the test: a leading line above the lower bound could not have been claimed. The p-value decides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kpi.stats.counts import Array, Population, checked_counts, exact_alpha
from kpi.stats.exact_test import tail_at_least


def lower_bound(worse: ArrayLike, n: ArrayLike, confidence: float, population: Population = None) -> Array:
    """The least share of the others that may be strictly worse, 0..1; one-sided at ``confidence``.

    N unknown: ``beta.ppf(alpha, k, n-k+1)``, 0 at k = 0. N known: the smallest M/N, M = 0..N, that the test keeps:
    P(X >= k | M of N are worse) > alpha, with alpha = 1 - confidence exactly. So p_value <= alpha at a line p just
    where ceil(pN)/N <= the bound. Without peers 0 (also where N is 0).
    With ``upper_bound`` it makes a two-sided interval at 2 * confidence - 1, not at ``confidence``.
    Shapes broadcast; scalars give a scalar. Raises ValueError for impossible counts or confidence.
    Source: Clopper & Pearson 1934; R ``binom.test(..., "greater")$conf.int``; for N known Wright, Exact Confidence
    Bounds when Sampling from Small Finite Universes, 1991.
    """
    k, size, among = checked_counts(worse, n, population)
    alpha = exact_alpha(confidence)
    bound = np.where(k == 0, 0.0, special.betaincinv(np.maximum(k, 1), size - np.maximum(k, 1) + 1, alpha))
    known = np.isfinite(among)
    bound[known] = _fewest(k[known], size[known], among[known], alpha) / np.maximum(among[known], 1)
    return _scalar(bound)


def upper_bound(not_better: ArrayLike, n: ArrayLike, confidence: float, population: Population = None) -> Array:
    """The greatest share of the others that may be not better, 0..1; one-sided at ``confidence``.

    N unknown: ``beta.ppf(confidence, k+e+1, n-k-e)``, 1 at k+e = n. N known: the largest M/N that the test keeps:
    P(X <= k+e | M of N are not better) > alpha. So p_value_not <= alpha at a line p just where ceil(pN)/N > the bound.
    Without peers 1. Otherwise as ``lower_bound``, of which it is the mirror image (better peers for worse ones).
    """
    weak, size, among = checked_counts(not_better, n, population)
    alpha = exact_alpha(confidence)
    better = size - weak
    bound = np.where(better == 0, 1.0, special.betainccinv(weak + 1, np.maximum(better, 1), alpha))
    known = np.isfinite(among)
    fewest_better = _fewest(better[known], size[known], among[known], alpha)
    bound[known] = (among[known] - fewest_better) / np.maximum(among[known], 1)
    return _scalar(np.where(known & (among == 0), 1.0, bound))


def _fewest(hits: Array, n: Array, population: Array, alpha: float) -> Array:
    """The smallest M in 0..N with P(X >= hits | M of N) > alpha. The tail grows with M and is 1 at N: bisection."""
    refused, kept = np.full(hits.shape, -1.0), population.copy()
    while np.any(kept - refused > 1):
        middle = np.floor((kept + refused) / 2)
        keeps = (tail_at_least(hits, n, population, middle, 0.5) > alpha) & (middle >= 0)
        kept, refused = np.where(keeps, middle, kept), np.where(keeps, refused, middle)
    return kept


def _scalar(bound: Array) -> Array:
    scalar: Array = bound[()]
    return scalar
