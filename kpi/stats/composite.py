"""The composite score and the agreement of orders: for ordering and display, never a verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kpi.stats.exact_test import Array, ShareBounds, checked_counts

# The composite score: for ordering and display, never a verdict.
#
# Tables are [candidates x KPIs] of scores 0..1. NaN is left out (an accepted "not applicable"); what was not reported
# counts 0, or at best 1, and is marked by a mask of the same shape. ``groups`` labels the columns.


Combine = Callable[[ArrayLike, Sequence[str]], Array]
"""``composite``, ``equal_weight`` or ``geometric``: a table and its column groups to one score per candidate."""


def rank_score(worse: ArrayLike, tied: ArrayLike, n: ArrayLike) -> Array:
    """(k+(e+1)/2)/(n+1), in (0, 1): the mid-rank in the common reference set with the candidate itself in it.

    k, e and n count the *others* of that set, in records. Broadcasts. Raises ValueError unless 0 <= k + e <= n.
    """
    k, size, _ = checked_counts(worse, n, None)
    weak, _, _ = checked_counts(np.asarray(worse, dtype=np.float64) + np.asarray(tied, dtype=np.float64), n, None)
    return ((k + weak + 1) / 2 / (size + 1))[()]


def group_means(scores: ArrayLike, groups: Sequence[str]) -> Array:
    """Each candidate's mean score by KPI group, [candidates x groups in order of first appearance].

    NaN scores are left out; a group with nothing left is NaN. Raises ValueError unless each column has its group.
    """
    table = _table(scores, groups)
    labels = np.asarray(groups)
    return np.stack([_mean(table[:, labels == group]) for group in dict.fromkeys(groups)], axis=1)


def composite(scores: ArrayLike, groups: Sequence[str], weights: ArrayLike | None = None) -> Array:
    """The mean of the groups' means, [candidates]: a KPI alone in its group weighs as much as nine that share one.

    ``weights`` of the groups, in order of first appearance (None: equal); an empty group leaves its own to the rest.
    """
    return _mean(group_means(scores, groups), weights)


def kpi_weights(scores: ArrayLike, groups: Sequence[str], weights: ArrayLike | None = None) -> Array:
    """What each score counts in ``composite``, [candidates x KPIs]: 1 in all, and 0 for what is left out."""
    there = ~np.isnan(_table(scores, groups))
    labels, names = np.asarray(groups), list(dict.fromkeys(groups))
    share = np.ones(len(names)) if weights is None else np.asarray(weights, dtype=np.float64)
    counts = np.stack([there[:, labels == name].sum(axis=1) for name in names], axis=1)
    between = np.where(counts > 0, share, 0.0)
    with np.errstate(invalid="ignore"):
        each = between / np.maximum(counts, 1) / between.sum(axis=1, keepdims=True)
    found: Array = there * each[:, [names.index(label) for label in groups]]
    return found


def equal_weight(scores: ArrayLike, groups: Sequence[str]) -> Array:
    """The mean over KPIs whatever their group, [candidates]: the variant shown beside ``composite``."""
    return _mean(_table(scores, groups))


def geometric(scores: ArrayLike, groups: Sequence[str], weights: ArrayLike | None = None) -> Array:
    """The geometric mean of the groups' means, [candidates]: a weak group cannot be compensated; 0 if a group is 0.

    ``weights`` as in ``composite``. Not for close decisions: one factory more in the reference set can reorder others.
    """
    with np.errstate(divide="ignore"):
        return np.exp(_mean(np.log(group_means(scores, groups)), weights))


def score_range(
    scores: ArrayLike, missing: ArrayLike, groups: Sequence[str], combine: Combine = composite
) -> ShareBounds:
    """Lowest and highest score of each candidate: what was not reported counts 0, and 1. ``missing`` is the mask."""
    table, blank = _table(scores, groups), np.asarray(missing, dtype=np.bool_)
    return ShareBounds(combine(np.where(blank, 0.0, table), groups), combine(np.where(blank, 1.0, table), groups))


def leave_one_out(scores: ArrayLike, groups: Sequence[str], combine: Combine = composite) -> Array:
    """The score with each KPI in turn left out, [candidates x KPIs]: how much the order depends on a single KPI."""
    table = _table(scores, groups)
    columns = np.arange(table.shape[1])
    return np.stack([combine(np.where(columns == column, np.nan, table), groups) for column in columns], axis=1)


def _mean(table: Array, weights: ArrayLike | None = None) -> Array:
    present: NDArray[np.bool_] = ~np.isnan(table)
    shares = present * (1.0 if weights is None else np.asarray(weights, dtype=np.float64))
    counted = shares > 0
    with np.errstate(invalid="ignore"):
        mean: Array = (np.where(counted, table, 0.0) * shares).sum(axis=1) / shares.sum(axis=1)
    return mean


def _table(scores: ArrayLike, groups: Sequence[str]) -> Array:
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(groups):
        raise ValueError(f"a table of {len(groups)} columns is needed, not one of shape {table.shape}")
    return table


# How far several judges agree in their order: Kendall's W.


@dataclass(frozen=True, slots=True)
class Agreement:
    """``w`` from 0 (none) to 1 (the same order), NaN where nobody tells any subject from another.

    ``chi_square`` = judges (subjects - 1) w, and its ``p_value`` against no agreement on ``df`` degrees of freedom.
    """

    w: float
    chi_square: float
    df: int
    p_value: float
    judges: int
    subjects: int


def kendall_w(scores: ArrayLike) -> Agreement:
    """Kendall's coefficient of concordance of [judges x subjects], corrected for ties, with its chi-square test.

    Kendall and Babington Smith, Annals of Mathematical Statistics 10 (1939) 275-287. The test is Friedman's; it is an
    approximation, too generous to "no agreement" for up to seven subjects. Not for scores with blanks: leave out the
    subjects that not everybody judged. Raises ValueError for fewer than two judges or subjects, or a blank.
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or np.isnan(table).any():
        raise ValueError("at least two judges and two subjects, without a blank")
    judges, subjects = table.shape
    ranks = _average_ranks(table)
    totals = ranks.sum(axis=0)
    spread = float(((totals - totals.mean()) ** 2).sum())
    ties = sum(float((sizes**3 - sizes).sum()) for sizes in _tie_sizes(table))
    most = judges**2 * (subjects**3 - subjects) - judges * ties
    w = 12 * spread / most if most > 0 else float("nan")
    chi_square, df = judges * (subjects - 1) * w, subjects - 1
    return Agreement(w, chi_square, df, float(special.chdtrc(df, chi_square)), judges, subjects)


def _average_ranks(table: Array) -> Array:
    below = (table[:, :, None] > table[:, None, :]).sum(axis=2)
    level = (table[:, :, None] == table[:, None, :]).sum(axis=2)
    ranks: Array = below + (level + 1) / 2
    return ranks


def _tie_sizes(table: Array) -> list[Array]:
    return [np.unique(row, return_counts=True)[1].astype(np.float64) for row in table]
