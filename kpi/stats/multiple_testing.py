"""Many KPIs at once: the corrected list, how many at least, and "at least u of m".

A corrected p-value is a product, and one that is alpha on paper may come out of floating point a little above it: 11
times 1/220 is 0.05000000000000001. Where such a tie must pass, hand over ``alpha_with_ties``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

TIE = 1e-12
"""How far apart, relative to themselves, two equal numbers may come out here. Rounding to 15 decimals moves a p-value
of 0.001 by 5e-13, and summing it by 3e-13; products and quotients add 2e-16 each."""


def alpha_with_ties(alpha: float) -> float:
    """The alpha by which a corrected p-value that equals ``alpha`` passes, whatever floating point made of it.

    It adds to the error rate a millionth of a millionth of ``alpha``.
    """
    return alpha * (1 + TIE)


def benjamini_hochberg(p_values: ArrayLike, alpha: float) -> NDArray[np.bool_]:
    """Which p-values remain when the false discovery rate is controlled at ``alpha``.

    One dimension in, the same length out. NaN is "not tested": outside the family, and False. The family must be fixed
    before looking at the values. Valid for independent and positively dependent tests.
    Raises ValueError for a p-value outside 0..1.
    Source: Benjamini & Hochberg 1995; the same as ``scipy.stats.false_discovery_control``.
    """
    values = _family(p_values)
    ordered = np.sort(values[np.isfinite(values)])
    passed = np.flatnonzero(ordered * (ordered.size / np.arange(1, ordered.size + 1)) <= alpha)
    if not passed.size:
        return np.zeros(values.shape, dtype=np.bool_)
    kept: NDArray[np.bool_] = values <= ordered[passed[-1]]
    return kept


def holm_count(p_values: ArrayLike, alpha: float) -> int:
    """At least this many of the claims are true, with confidence 1 - alpha: Holm's step-down rejections.

    The i-th smallest of m p-values must be <= alpha/(m-i+1), stopping at the first that is not. Any dependence.
    NaN is "not tested" and outside the family. Raises ValueError for a p-value outside 0..1.
    Source: Holm 1979.
    """
    values = _family(p_values)
    values = np.sort(values[np.isfinite(values)])
    passed = values * np.arange(values.size, 0, -1) <= alpha
    return int(np.logical_and.accumulate(passed).sum())


def closed_testing_count(p_values: ArrayLike, alpha: float) -> int:
    """At least this many of the m claims are true, with confidence 1 - alpha: closed testing with Simes' local test.

    m less the size of the largest set of claims that Simes does not reject as "none of these". Of all sets of one size
    the hardest to reject is that of the largest p-values, so m sets are enough. Never less than ``holm_count``, whose
    local test is Bonferroni's. Valid for independent and positively dependent tests, as ``benjamini_hochberg``.
    NaN is "not tested" and counts as 1. Raises ValueError for a p-value outside 0..1.
    Source: Goeman & Solari 2011, Statistical Science 26(4), section 3; Simes 1986.
    """
    values = _family(p_values)
    ordered = np.sort(np.where(np.isfinite(values), values, 1.0))
    for size in range(ordered.size, 0, -1):
        if _simes(ordered[ordered.size - size :]) > alpha:
            return int(ordered.size - size)
    return int(ordered.size)


def closed_testing_p(p_values: ArrayLike, at_least: int) -> NDArray[np.float64]:
    """The p-value of "at least u of the m claims are true": the least alpha at which ``closed_testing_count`` is u.

    The largest of Simes' p-values of the s largest, s from m-u+1 to m: all those sets must be rejected.
    The claims lie along the last axis, so that many families of one size are asked at once.
    NaN is "not tested" and counts as 1. Raises ValueError unless 1 <= u <= m, or for a p-value outside 0..1.
    Source: as ``closed_testing_count``.
    """
    values = np.asarray(p_values, dtype=np.float64)
    m = values.shape[-1]
    _family(values)
    _check_count(at_least, m)
    ordered = np.sort(np.where(np.isfinite(values), values, 1.0))
    sizes = range(m - at_least + 1, m + 1)
    largest: NDArray[np.float64] = np.max([_simes(ordered[..., m - size :]) for size in sizes], axis=0)
    return largest


def smallest_tail(p_values: ArrayLike, at_least: int) -> float:
    """The p-value of "at least u of the m KPIs are leading": (m-u+1) * p_(u), at most 1; p_(u) the u-th smallest.

    Valid under any dependence. NaN is "not tested" and counts as 1: such a KPI supports no claim but stays in m.
    Raises ValueError unless 1 <= u <= m, or for a p-value outside 0..1.
    Source: partial conjunction of Benjamini & Heller 2008, Bonferroni form.
    """
    values = _family(p_values)
    _check_count(at_least, values.size)
    ordered = np.sort(np.where(np.isfinite(values), values, 1.0))
    return min(1.0, float((values.size - at_least + 1) * ordered[at_least - 1]))


def _family(p_values: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(p_values, dtype=np.float64).ravel()
    if np.any((values < 0) | (values > 1)):
        raise ValueError("a p-value is between 0 and 1")
    return values


def _simes(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Simes' p-value of "none of these", of rising p-values along the last axis."""
    size = ordered.shape[-1]
    smallest: NDArray[np.float64] = (ordered * (size / np.arange(1, size + 1))).min(axis=-1)
    return smallest


def _check_count(at_least: int, of: int) -> None:
    if not 1 <= at_least <= of:
        raise ValueError(f"at least {at_least!r} of {of} is no question")
