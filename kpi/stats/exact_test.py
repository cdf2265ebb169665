"""The exact test of "leading" and of "not leading", from counts of peers (method: the verdict on one KPI).

Binomial where the population's size N is unknown, hypergeometric where it is known. All arrays broadcast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

# Counts of peers as arrays, and shares of a population without float fuzz.


Array = NDArray[np.float64]
"""Floats of any shape; scalars give a ``numpy.float64``."""

Population = ArrayLike | Sequence[float | None] | None
"""N, one for all or one each; None or NaN if unknown."""


def share_count(p: float, population: int) -> Fraction:
    """pN exactly: ``p`` is read as the decimal written (0.55 of 100 is 55; in floats 55.00000000000001).

    Raises ValueError when ``p`` is outside 0..1 or the population is negative.
    """
    share = Fraction(str(p))
    if not 0 <= share <= 1 or population < 0:
        raise ValueError(f"no share of a population: {p!r} of {population!r}")
    return share * int(population)


def exact_alpha(confidence: float) -> float:
    """1 - confidence as the nearest float: 0.05 for 0.95, where ``1 - 0.95`` is 0.050000000000000044.

    Raises ValueError when the confidence is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is not between 0 and 1: {confidence!r}")
    return float(1 - Fraction(str(confidence)))


def members_at(p: float, population: Array) -> Array:
    """ceil(pN) exactly, elementwise: the fewest members that make up the share ``p``; NaN where N is unknown."""
    known = np.isfinite(population)
    out = np.full(population.shape, np.nan)
    sizes, place = np.unique(population[known], return_inverse=True)
    share = share_count(p, 1)
    # In whole numbers: fractions would reduce each product, and some ask about thousands of sizes.
    fewest = [-(-share.numerator * int(size) // share.denominator) for size in sizes]
    out[known] = np.array(fewest, dtype=np.float64)[place]
    return out


def checked_counts(successes: ArrayLike, n: ArrayLike, population: Population) -> tuple[Array, Array, Array]:
    """The three as float arrays of one shape; an unknown population (None, or None/NaN within an array) is NaN.

    Raises ValueError unless 0 <= successes <= n <= population.
    """
    sizes = np.nan if population is None else population
    parts = [np.asarray(part, dtype=np.float64) for part in (successes, n, sizes)]
    hits, draws, among = np.broadcast_arrays(*parts)
    if np.any(hits < 0) or np.any(hits > draws):
        raise ValueError("a count is below 0 or above n")
    if np.any(draws > among):
        raise ValueError("more peers than the population holds")
    return hits, draws, among


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


# One-sided Clopper-Pearson bounds of the share of others that are worse (lower) or not better (upper).
#
# They invert the test: a leading line above the lower bound could not have been claimed. The p-value decides.


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


# Robustness of a verdict against a panel that over-represents worse, or better, factories.


Direction = Literal["leading", "not_leading"]


@dataclass(frozen=True, slots=True)
class ShareBounds:
    """An interval that contains the truth whatever the unseen values: scalars or arrays of one shape, shares 0..1."""

    low: Array
    high: Array


def gamma(lower: ArrayLike, upper: ArrayLike, p: float, direction: Direction) -> Array:
    """How many times likelier the worse (better) factories must be in the panel for the verdict to change.

    Leading: odds(lower)/odds(p); not leading: odds(p)/odds(upper); odds(s) = s/(1-s). Above 1 where the verdict
    holds; infinite at lower = 1 (upper = 0); NaN where the bound is. ``lower`` and ``upper`` are shares.
    Meaningless for an undecided KPI, where it is 1 or less. Raises ValueError for p outside 0..1 or shares outside it.
    Source: Rosenbaum's sensitivity parameter, applied to the odds of being sampled.
    """
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    if not 0 < p < 1 or np.any((low < 0) | (low > 1)) or np.any((high < 0) | (high > 1)):
        raise ValueError("gamma takes shares between 0 and 1")
    line = p / (1 - p)
    with np.errstate(divide="ignore"):
        ratio: Array = (low / (1 - low)) / line if direction == "leading" else line * (1 - high) / high
    return ratio


def strict_bounds(worse: ArrayLike, n: ArrayLike, population: Population) -> ShareBounds:
    """The share of all N others that are strictly worse, assuming nothing about the N-n unseen: [k/N, (k+N-n)/N].

    NaN where N is unknown or 0. Raises ValueError for impossible counts.
    """
    k, size, among = checked_counts(worse, n, population)
    with np.errstate(invalid="ignore"):
        return ShareBounds(k / among, (k + among - size) / among)
