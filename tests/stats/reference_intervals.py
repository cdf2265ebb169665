"""A slow twin of the attack on a published cell: both ends of every place's interval are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.optimize import OptimizeResult, linprog

from kpi.stats.reconstruction import PublishedBounds

Bounds = tuple[float | None, float | None]

UNBOUNDED = 3


def slow_intervals(known: Sequence[PublishedBounds], bounds: Bounds, n: int) -> list[tuple[float, float]]:
    """In the sorted values themselves and in their own unit; an end that nothing bounds is infinite."""
    order = np.zeros((n - 1, n))
    for row, (lower, upper) in enumerate(pairwise(range(n))):
        order[row, lower], order[row, upper] = 1, -1
    rows = np.vstack([order, *(published.weights for published in known), *(-published.weights for published in known)])
    limits = np.array(
        [*[0.0] * (n - 1), *(published.high for published in known), *(-published.low for published in known)]
    )
    # What is known from one side only says nothing of the other.
    rows, limits = rows[np.isfinite(limits)], limits[np.isfinite(limits)]
    return _all_at_once(rows, limits, bounds) or _one_by_one(rows, limits, bounds)


def _all_at_once(rows: np.ndarray, limits: np.ndarray, bounds: Bounds) -> list[tuple[float, float]] | None:
    """By one program with values of its own for each end, whose sum is least where each end is. None without end."""
    n = rows.shape[1]
    aims = np.repeat(np.eye(n), 2, axis=0) * np.tile([[1], [-1]], (n, 1))
    apart = sparse.kron(sparse.eye(2 * n), sparse.csr_matrix(rows), format="csc")
    answer = _solved(aims.ravel(), apart, np.tile(limits, 2 * n), bounds)
    if answer.status == UNBOUNDED:
        return None
    values = answer.x.reshape(n, 2, n)
    return [(float(values[place, 0, place]), float(values[place, 1, place])) for place in range(n)]


def _one_by_one(rows: np.ndarray, limits: np.ndarray, bounds: Bounds) -> list[tuple[float, float]]:
    n = rows.shape[1]
    found = []
    for place in range(n):
        ends = []
        for sign in (1, -1):
            answer = _solved(sign * np.eye(n)[place], rows, limits, bounds)
            ends.append(-sign * np.inf if answer.status == UNBOUNDED else sign * answer.fun)
        found.append((ends[0], ends[1]))
    return found


def _solved(
    aim: np.ndarray, rows: np.ndarray | sparse.csc_matrix, limits: np.ndarray, bounds: Bounds
) -> OptimizeResult:
    answer = linprog(aim, A_ub=rows, b_ub=limits, bounds=[bounds] * len(aim), method="highs-ds")
    assert answer.status in (0, UNBOUNDED), "solved, or without end"
    return answer
