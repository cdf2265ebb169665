"""Quantiles of the peers' values, and the three percentiles of a candidate among them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kpi.stats.exact_test import Array, checked_counts

PIECE = 64
"""So many neighbouring weights are worked out, or seen to be 0, together."""
ALONE = 10_000
"""So many products are summed by one thread."""


def type7(values: ArrayLike, p: ArrayLike) -> Array:
    """The counted quantile, linear between order statistics: DuckDB's ``quantile_cont``, R's default type 7.

    ``values`` one dimension in the KPI's unit, NaN left out; ``p`` shares 0..1, scalar or array, which the answer
    follows. NaN without values. Not for publication: it reveals single values (``harrell_davis`` blends them).
    Raises ValueError for p outside 0..1. Source: Hyndman & Fan 1996.
    """
    present, shares = _present(values), _shares(p)
    if present.size == 0:
        return np.full(shares.shape, np.nan)[()]
    return np.asarray(np.quantile(present, shares, method="linear"), dtype=np.float64)[()]


def harrell_davis(values: ArrayLike, p: ArrayLike) -> Array:
    """The quantile as a mean of all order statistics, weighted by Beta((n+1)p, (n+1)(1-p)): for publication.

    Arguments as ``type7``; p strictly between 0 and 1, else ValueError. NaN without values, the value itself at n = 1.
    Changes with any value: not a robust estimate at the tails of small samples.
    Source: Harrell & Davis 1982; the same as ``scipy.stats.mstats.hdquantiles``.
    """
    present, shares = _present(values), _shares(p)
    if np.any((shares <= 0) | (shares >= 1)):
        raise ValueError("Harrell-Davis needs shares strictly between 0 and 1")
    if present.size < 2:
        return np.full(shares.shape, present[0] if present.size else np.nan)[()]
    ordered = np.sort(present)
    blended = [weighted_sum(harrell_davis_weights(present.size, share), ordered) for share in shares.ravel()]
    return np.array(blended, dtype=np.float64).reshape(shares.shape)[()]


def type7_weights(n: int, p: float) -> Array:
    """``type7`` of n values as a weighted sum of the sorted values: their weights, [n]. Raises as it does."""
    place = float(_shares(p)) * (n - 1)
    below = int(place)
    weights = np.zeros(n)
    weights[below] = 1 - (place - below)
    weights[min(below + 1, n - 1)] += place - below
    return weights


@lru_cache(maxsize=8)
def harrell_davis_weights(n: int, p: float) -> Array:
    """``harrell_davis`` of n values as a weighted sum of the sorted values: their weights, [n], not to be written to.

    The same few are asked for again and again of one cell.
    """

    def up_to(edge: NDArray[np.intp]) -> Array:
        return np.asarray(special.betainc((n + 1) * p, (n + 1) * (1 - p), edge / n), dtype=np.float64)

    # Of many values nearly all have a weight of 0. Where the distribution is 0, or 1, at both ends of a piece it is so
    # between them.
    edges = np.arange(n + 1)
    ends = np.unique(np.append(edges[::PIECE], n))
    summed = up_to(ends)
    rising = np.append(np.diff(summed) != 0, False)
    piece = edges // PIECE
    cumulated, inside = summed[piece], np.flatnonzero(rising[piece])
    cumulated[inside] = up_to(inside)
    weights: Array = np.diff(cumulated)
    weights.setflags(write=False)
    return weights


def weighted_sum(weights: Array, values: Array) -> float:
    """The sum of their products; both of one length.

    Beyond ten thousand NumPy's own product shares the sum out among threads, which costs hundreds of times the sum.
    """
    return float(weights @ values if len(values) <= ALONE else np.einsum("i,i->", weights, values))


def percentile_strict(worse: ArrayLike, n: ArrayLike) -> Array:
    """k/n, the share of peers strictly beaten, 0..1: what supports a claim. NaN without peers.

    SQL ``percent_rank()`` over peers and candidate together. Raises ValueError unless 0 <= k <= n.
    """
    k, size, _ = checked_counts(worse, n, None)
    with np.errstate(invalid="ignore"):
        return (k / size)[()]


def percentile_weak(worse: ArrayLike, tied: ArrayLike, n: ArrayLike) -> Array:
    """(k+e)/n, the share of peers that are not better, 0..1: what a denial must overcome; the ecdf. NaN without peers.

    Raises ValueError unless 0 <= k + e <= n.
    """
    return percentile_strict(np.asarray(worse, dtype=np.float64) + np.asarray(tied, dtype=np.float64), n)


def percentile_mid(worse: ArrayLike, tied: ArrayLike, n: ArrayLike) -> Array:
    """(k+e/2)/n, ties shared, 0..1: shown to reviewers, never a verdict. NaN without peers.

    ``scipy.stats.percentileofscore(kind="mean")`` / 100. Raises ValueError unless 0 <= k + e <= n.
    """
    return (percentile_strict(worse, n) + percentile_weak(worse, tied, n)) / 2


def _present(values: ArrayLike) -> Array:
    numbers = np.asarray(values, dtype=np.float64).ravel()
    return numbers[~np.isnan(numbers)]


def _shares(p: ArrayLike) -> Array:
    shares = np.asarray(p, dtype=np.float64)
    if not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError("a quantile is asked for at shares between 0 and 1")
    return shares
