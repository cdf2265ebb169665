"""How far several judges agree in their order: Kendall's W."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from kpi.stats.counts import Array


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
