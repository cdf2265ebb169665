"""A slow twin of the attack on a published cell: every place's interval, by two programmes each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog

from kpi.stats.reconstruction_attack import PublishedBounds


def slow_intervals(
    known: Sequence[PublishedBounds], bounds: tuple[float | None, float | None], n: int
) -> list[tuple[float, float]]:
    """In the sorted values themselves and in their own unit; an end that nothing bounds is infinite."""
    order = np.zeros((n - 1, n))
    for row, (lower, upper) in enumerate(pairwise(range(n))):
        order[row, lower], order[row, upper] = 1, -1
    rows = np.vstack([order, *(one.weights for one in known), *(-one.weights for one in known)])
    limits = np.array([*[0.0] * (n - 1), *(one.high for one in known), *(-one.low for one in known)])
    # What is known from one side only says nothing of the other.
    rows, limits = rows[np.isfinite(limits)], limits[np.isfinite(limits)]
    found = []
    for place in range(n):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(n)
            aim[place] = sign
            answer = linprog(aim, A_ub=rows, b_ub=limits, bounds=[bounds] * n, method="highs-ds")
            assert answer.status in (0, 3), "solved, or without end"
            ends.append(sign * answer.fun if answer.status == 0 else -sign * np.inf)
        found.append((ends[0], ends[1]))
    return found
