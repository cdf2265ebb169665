"""How far an order depends on weights and on which enterprises are known: stochastic multicriteria acceptability.

SMAA-2 (Lahdelma and Salminen, Operations Research 49, 2001) over weights, with the Bayesian bootstrap (Rubin, Annals of
Statistics 9, 1981) over the reference set. Everything is drawn from the generator given: the same one, the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpi.stats.counts import Array

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
    own, rows, weights = (np.asarray(one, dtype=np.float64) for one in (values, reference, row_weights))
    out = np.empty((weights.shape[0], *own.shape))
    for kpi in range(own.shape[1]):
        column, mine = rows[:, kpi, None], own[None, :, kpi]
        beaten = (column < mine) + 0.5 * (column == mine)
        with np.errstate(invalid="ignore"):
            out[:, :, kpi] = (weights @ beaten) / (weights @ ~np.isnan(column))
        out[:, np.isnan(own[:, kpi]), kpi] = np.nan
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
    composites = _sampled_composites(own, rows, blank, groups, weights, rng)
    return RankDraws(weights, composites, places(composites))


def sampling_covariance(
    values: ArrayLike,
    reference: ArrayLike,
    counted_as: ArrayLike,
    groups: Sequence[str],
    draws: int,
    rng: np.random.Generator,
    fixed: ArrayLike | None = None,
) -> Array:
    """How the composites vary with the reference set alone, [candidates x candidates]; arguments as ``draw_ranks``.

    Weights do not vary: ``fixed`` between the groups (None: equal), equal within each.
    """
    own, rows = np.asarray(values, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    names, sizes = np.unique(np.asarray(groups), return_counts=True)
    size = dict(zip(names.tolist(), sizes.tolist(), strict=True))
    between = np.full(len(size), 1 / len(size)) if fixed is None else np.asarray(fixed, dtype=np.float64)
    within = np.array([1 / size[name] for name in groups])
    weights = DrawnWeights(np.tile(between, (draws, 1)), np.tile(within, (draws, 1)))
    composites = _sampled_composites(own, rows, np.asarray(counted_as, dtype=np.float64), groups, weights, rng)
    return np.atleast_2d(np.cov(composites, rowvar=False))


def _sampled_composites(
    own: Array, rows: Array, blank: Array, groups: Sequence[str], weights: DrawnWeights, rng: np.random.Generator
) -> Array:
    draws = weights.groups.shape[0]
    block = max(1, _BLOCK // (own.shape[0] * max(own.shape) + rows.shape[0]))
    composites = np.empty((draws, own.shape[0]))
    for start in range(0, draws, block):
        part = slice(start, min(start + block, draws))
        sampled = rng.standard_exponential((part.stop - part.start, rows.shape[0]))
        scores = drawn_shares(own, rows, sampled)
        scores = np.where(np.isnan(scores), blank, scores)
        composites[part] = weighted_composite(scores, groups, weights.groups[part], weights.within[part])
    return composites


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
