"""Counts of peers as arrays, and shares of a population without float fuzz."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
