"""Robustness of a verdict against a panel that over-represents worse, or better, factories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from kpi.stats.counts import Array, Population, checked_counts

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
