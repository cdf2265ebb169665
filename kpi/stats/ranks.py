"""How far an order depends on weights and on which enterprises are known: stochastic multicriteria acceptability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpi.stats.exact_test import Array

# How far an order depends on weights and on which enterprises are known: stochastic multicriteria acceptability.
#
# SMAA-2 (Lahdelma and Salminen, Operations Research 49, 2001) over weights, with the Bayesian bootstrap (Rubin, Annals
# of Statistics 9, 1981) over the reference set. Everything is drawn from the generator given: the same one, the same
# order.


Places = NDArray[np.int64]

SAME = 1e-12
"""Composites closer than this are equal: they are sums in different orders of the same shares."""

_BLOCK = 4_000_000
"""Numbers held at once while drawing: 32 MB."""


@dataclass(frozen=True, slots=True)
class DrawnWeights:
    """One row a draw. ``groups`` [draws x groups, in order of first appearance] and ``within`` [draws x KPIs], which
    sums to 1 over the KPIs of each group."""

    groups: Array
    within: Array


@dataclass(frozen=True, slots=True)
class RankDraws:
    """Composites and places of every draw, [draws x candidates]; those who are level share the better place."""

    weights: DrawnWeights
    composites: Array
    places: Places


def draw_weights(
    groups: Sequence[str], draws: int, rng: np.random.Generator, fixed: ArrayLike | None = None
) -> DrawnWeights:
    """Weights uniform over all that there are: Dirichlet(1) over the groups, and over the KPIs within each.

    ``fixed``: weights of the groups that hold in every draw. Raises ValueError unless they sum to 1.
    """
    labels = np.asarray(groups)
    names = list(dict.fromkeys(groups))
    between = rng.dirichlet(np.ones(len(names)), size=draws)
    if fixed is not None:
        given = np.asarray(fixed, dtype=np.float64)
        if given.shape != (len(names),) or abs(given.sum() - 1) > SAME:
            raise ValueError("one weight a group, 1 in all")
        between = np.tile(given, (draws, 1))
    within = np.empty((draws, len(groups)))
    for name in names:
        columns = np.flatnonzero(labels == name)
        within[:, columns] = rng.dirichlet(np.ones(columns.size), size=draws)
    return DrawnWeights(between, within)


def weighted_composite(scores: ArrayLike, groups: Sequence[str], group_weights: ArrayLike, within: ArrayLike) -> Array:
    """The weighted mean of the groups' weighted means, [... x candidates]; ``scores`` [... x candidates x KPIs].

    NaN scores are left out and the weights of the rest grow in proportion; nothing left is NaN. ``group_weights``
    [... x groups], ``within`` [... x KPIs].
    """
    table = np.asarray(scores, dtype=np.float64)
    shares, inside = np.asarray(group_weights, dtype=np.float64), np.asarray(within, dtype=np.float64)
    labels = np.asarray(groups)
    total, weight = np.zeros(table.shape[:-1]), np.zeros(table.shape[:-1])
    for at, name in enumerate(dict.fromkeys(groups)):
        columns = np.flatnonzero(labels == name)
        part, own = table[..., columns], inside[..., None, columns]
        present = ~np.isnan(part)
        counted = (own * present).sum(axis=-1)
        mean = np.divide(
            (own * np.where(present, part, 0.0)).sum(axis=-1), counted, out=np.zeros_like(counted), where=counted > 0
        )
        share = shares[..., at, None] * (counted > 0)
        total, weight = total + share * mean, weight + share
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def drawn_shares(values: ArrayLike, reference: ArrayLike, row_weights: ArrayLike) -> Array:
    """Mid-rank shares under each draw of row weights, [draws x candidates x KPIs]; NaN where there is no value.

    ``values`` [candidates x KPIs], ``reference`` [rows x KPIs] with NaN for a blank, ``row_weights`` [draws x rows].
    """
    own, rows, weights = (np.asarray(item, dtype=np.float64) for item in (values, reference, row_weights))
    by_row = np.ascontiguousarray(weights.T)
    out = np.full((weights.shape[0], *own.shape), np.nan)
    for kpi in range(own.shape[1]):
        there, column = np.flatnonzero(~np.isnan(own[:, kpi])), rows[:, kpi]
        known = np.flatnonzero(~np.isnan(column))
        ascending = known[np.argsort(column[known], kind="stable")]
        # Summed once along the order of the rows, where counting for each candidate would take a product of matrices.
        summed = np.zeros((ascending.size + 1, weights.shape[0]))
        np.cumsum(by_row[ascending], axis=0, out=summed[1:])
        below, up_to = (np.searchsorted(column[ascending], own[there, kpi], side) for side in ("left", "right"))
        with np.errstate(invalid="ignore"):
            out[:, there, kpi] = ((summed[below] + summed[up_to]) / (2 * summed[-1])).T
    return out


def draw_ranks(
    values: ArrayLike,
    reference: ArrayLike,
    counted_as: ArrayLike,
    groups: Sequence[str],
    draws: int,
    rng: np.random.Generator,
    fixed: ArrayLike | None = None,
) -> RankDraws:
    """Composites and places under drawn weights and drawn reference sets.

    One draw: weights as ``draw_weights``, and one weight a row of the reference set, Dirichlet(1), shared by all
    candidates and KPIs. A candidate's own row is among the rows: who dominates another is ahead of it in every draw.
    ``counted_as`` [candidates x KPIs]: the score where there is no value: 0, or NaN where it is left out.
    """
    own, rows = np.asarray(values, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    blank = np.asarray(counted_as, dtype=np.float64)
    weights = draw_weights(groups, draws, rng, fixed)
    block = max(1, _BLOCK // (own.shape[0] * max(own.shape) + rows.shape[0]))
    composites = np.empty((draws, own.shape[0]))
    for start in range(0, draws, block):
        part = slice(start, min(start + block, draws))
        sampled = rng.standard_exponential((part.stop - part.start, rows.shape[0]))
        scores = drawn_shares(own, rows, sampled)
        scores = np.where(np.isnan(scores), blank, scores)
        composites[part] = weighted_composite(scores, groups, weights.groups[part], weights.within[part])
    return RankDraws(weights, composites, places(composites))


def sampling_covariance(values: ArrayLike, reference: ArrayLike, kpi_weights: ArrayLike) -> Array:
    """How composites vary with the reference set alone, [candidates x candidates], at weights that do not vary.

    ``kpi_weights`` [candidates x KPIs]: what each score counts in its composite. The Bayesian bootstrap's covariance,
    exact where no row has a blank and to first order (the infinitesimal jackknife) elsewhere; nothing is drawn.
    """
    own, rows, counted = (np.asarray(item, dtype=np.float64) for item in (values, reference, kpi_weights))
    influence = np.zeros((rows.shape[0], own.shape[0]))
    for kpi in range(own.shape[1]):
        present = np.flatnonzero(~np.isnan(rows[:, kpi]))
        column, mine = rows[present, kpi, None], own[None, :, kpi]
        beaten = (column < mine) + 0.5 * (column == mine)
        weight = np.where(np.isnan(mine), 0.0, counted[:, kpi]) / max(present.size, 1)
        influence[present] += weight * (beaten - beaten.mean(axis=0))
    size = rows.shape[0]
    covariance: Array = influence.T @ influence * (size / (size + 1))
    return covariance


def places(scores: ArrayLike) -> Places:
    """1 + how many are higher, along the last axis; those who are level share the better place, NaN comes last."""
    table = np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=-np.inf)
    out = np.empty(table.shape, dtype=np.int64)
    for at in range(table.shape[-1]):
        out[..., at] = 1 + (table > table[..., at, None] + SAME).sum(axis=-1)
    return out


def acceptability(drawn: Places) -> Array:
    """The share of draws in which each candidate has each place, [candidates x places]; each row sums to 1."""
    ranks = np.arange(1, drawn.shape[1] + 1)
    shares: Array = (drawn[:, :, None] == ranks).mean(axis=0)
    return shares


def winning_shares(composites: ArrayLike) -> Array:
    """The share of draws in which i is ahead of j, [i x j]; level counts half, and the diagonal is a half."""
    table = np.nan_to_num(np.asarray(composites, dtype=np.float64), nan=-np.inf)
    out = np.empty((table.shape[1], table.shape[1]))
    for at in range(table.shape[1]):
        mine = table[:, at, None]
        ahead, behind = mine > table + SAME, table > mine + SAME
        out[at] = (0.5 * (1.0 + ahead - behind)).mean(axis=0)
    return out


def central_weights(drawn: Places, weights: ArrayLike) -> Array:
    """The mean weights of those draws in which each candidate is first, [candidates x weights]; NaN if in none."""
    first = (drawn == 1).astype(np.float64)
    with np.errstate(invalid="ignore"):
        means: Array = (first.T @ np.asarray(weights, dtype=np.float64)) / first.sum(axis=0)[:, None]
    return means


# Where the true rank of each of several estimates may lie: confidence intervals that hold for all ranks at once.
#
# Mogstad, Romano, Shaikh and Wilhelm, "Inference for Ranks with Applications to Mobility across Neighbourhoods and
# Academic Achievement across Countries", Review of Economic Studies 91 (2024) 476-518: two are different where their
# difference exceeds the critical value of the largest studentised difference; the best rank of one is 1 + how many are
# shown to be above it. Stepwise as their section 3.2; the distribution is normal with the covariance given.


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
