"""Where the true rank of each of several estimates may lie: confidence intervals that hold for all ranks at once.

Mogstad, Romano, Shaikh and Wilhelm, "Inference for Ranks with Applications to Mobility across Neighbourhoods and
Academic Achievement across Countries", Review of Economic Studies 91 (2024) 476-518: two are different where their
difference exceeds the critical value of the largest studentised difference; the best rank of one is 1 + how many are
shown to be above it. Stepwise as their section 3.2; the distribution is normal with the covariance given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpi.stats.counts import Array


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """``best`` and ``worst`` rank of each estimate, 1 for the largest; ``above`` [i x j]: i is shown to exceed j."""

    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    above: NDArray[np.bool_]


def rank_intervals(
    estimates: ArrayLike,
    covariance: ArrayLike,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 2000,
    of: Sequence[int] | None = None,
) -> RankIntervals:
    """Rank intervals that hold together with probability ``confidence`` for those ``of`` (by place; None: for all).

    A difference without any error is one: estimates that differ are then different for certain. NaN among the
    estimates is not allowed. Not for few observations: the estimates have to be near normal.
    """
    scores, spread = np.asarray(estimates, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    size = scores.size
    first, second = np.triu_indices(size, k=1)
    if of is not None:
        wanted = np.isin(first, of) | np.isin(second, of)
        first, second = first[wanted], second[wanted]
    difference = scores[first] - scores[second]
    error = np.sqrt(np.clip(spread[first, first] + spread[second, second] - 2 * spread[first, second], 0.0, None))
    certain = error <= 1e-12 * max(1.0, float(np.abs(scores).max(initial=0.0)))
    ratio = np.divide(difference, error, out=np.zeros_like(error), where=~certain)
    studentised = _Studentised(_normal(spread, draws, rng), first, second, error)
    shown = np.where(certain, np.sign(difference) * (np.abs(difference) > 1e-12), 0.0)
    shown += _stepwise(ratio, studentised, confidence, ~certain)
    above = np.zeros((size, size), dtype=np.bool_)
    up, down = shown > 0, shown < 0
    above[first[up], second[up]] = True
    above[second[down], first[down]] = True
    return RankIntervals(1 + above.sum(axis=0), size - above.sum(axis=1), above)


@dataclass(frozen=True, slots=True)
class _Studentised:
    """Drawn differences of pairs over their errors, some pairs at a time."""

    noise: Array
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    error: Array

    def largest(self, shown: Array, tested: NDArray[np.bool_]) -> Array:
        """The largest of each draw over all claims not yet shown: of a pair already shown only the opposite claim."""
        pairs = np.flatnonzero(tested)
        largest = np.full(self.noise.shape[0], -np.inf)
        block = max(1, 4_000_000 // self.noise.shape[0])
        for start in range(0, pairs.size, block):
            part = pairs[start : start + block]
            drawn = (self.noise[:, self.first[part]] - self.noise[:, self.second[part]]) / self.error[part]
            drawn = np.where(shown[part] == 0, np.abs(drawn), -shown[part] * drawn)
            largest = np.maximum(largest, drawn.max(axis=1))
        return largest


def _stepwise(ratio: Array, studentised: _Studentised, confidence: float, tested: NDArray[np.bool_]) -> Array:
    """The sign of each difference that is shown, else 0. What is shown leaves the next critical value smaller.

    Claims have a direction, so that no more than 5 % of answers hold a pair in the wrong order either.
    """
    shown = np.zeros(ratio.size)
    while tested.any():
        critical = np.quantile(studentised.largest(shown, tested), confidence)
        more = tested & (shown == 0) & (np.abs(ratio) > critical)
        if not more.any():
            break
        shown[more] = np.sign(ratio[more])
    return shown


def _normal(covariance: Array, draws: int, rng: np.random.Generator) -> Array:
    """Draws from N(0, covariance), which may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    drawn: Array = rng.standard_normal((draws, values.size)) * np.sqrt(np.clip(values, 0.0, None)) @ vectors.T
    return drawn
