"""Deriving single values from the published figures of a cell: the attack a cell must withstand before publication.

Every published number is a weighted sum of the sorted values x_1 <= ... <= x_n (Harrell-Davis and type-7 quantiles,
the mean), known to within its rounding. With the physical bounds they form a polytope; an attacker learns the interval
of x_i in it, whose ends are two linear programs.
Source of the idea: linear-programming audit of published tables, ESS Handbook on SDC, 2nd ed. 2024, chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from kpi.stats.counts import Array

TOLERANCE = 1e-6
"""Relative to the required width; HiGHS keeps constraints to 1e-7 of it, as everything is scaled by that width."""


@dataclass(frozen=True, slots=True)
class PublishedBounds:
    """Public knowledge: the weighted sum of the sorted values is within ``low``..``high``."""

    weights: Array
    low: float
    high: float


PhysicalBounds = tuple[float | None, float | None]
Statement = tuple[Sequence[PublishedBounds], int | None]
"""What somebody learns, and the place of their own value where they know it."""


def first_exposed(
    values: ArrayLike,
    known: Sequence[PublishedBounds],
    bounds: PhysicalBounds,
    width: float,
    whole: bool = False,
    own: int | None = None,
) -> int | None:
    """The place (from 0, ascending) of a value whose interval is narrower than ``width``; None where all are safe.

    The attacker knows n, ``bounds`` and ``known``. ``values`` are the true ones, of one dimension, in the unit of
    ``width``; they must satisfy ``known``. ``whole`` values are known to be whole: only whole numbers count.
    ``own`` is the place of a member of the cell who knows its own value and place: it learns nothing by it of itself.
    A width of 0 requires nothing. A program the solver does not finish counts as exposed.

    Every point of the polytope, the true values included, gives possible values for all places at once. So one solution
    clears many places, and programs are solved only for places not yet cleared.
    """
    if width <= 0:
        return None
    true = np.sort(np.asarray(values, dtype=np.float64)) / width
    pinned = [] if own is None else [_at(own, float(true[own]) * width, true.size)]
    polytope = _Polytope(true, [*known, *pinned], bounds, width)
    found, _ = _exposed(polytope, true[np.newaxis], width if whole else None, 1, own)
    return next(iter(found), None)


def exposes_any(
    values: ArrayLike,
    known: Sequence[PublishedBounds],
    learned: Iterable[Statement],
    bounds: PhysicalBounds,
    width: float,
    whole: bool = False,
    count: int = 1,
) -> bool:
    """Whether one of ``learned``, on top of what is ``known``, leaves ``count`` values or more narrower than ``width``.

    As ``first_exposed``; each statement comes with the place of its reader's own value, None where that is not among
    them or not known. Each must hold for the true values. Points found for one of them clear places for
    the next where they agree with it, so that many similar statements cost little more than one.
    """
    if width <= 0:
        return False
    true = np.sort(np.asarray(values, dtype=np.float64)) / width
    points = true[np.newaxis]
    for more, own in learned:
        polytope = _Polytope(true, [*known, *more], bounds, width)
        found, reached = _exposed(polytope, points[polytope.holds(points)], width if whole else None, count, own)
        if len(found) >= count:
            return True
        points = np.vstack([points, reached])
    return False


def _exposed(
    polytope: _Polytope, points: Array, whole: float | None, count: int, own: int | None = None
) -> tuple[list[int], Array]:
    """Up to ``count`` places that no point of the polytope widens, and the points that were found on the way.

    ``points`` are known ones of it, the true values among them.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    if own is not None:
        low[own], high[own] = -np.inf, np.inf
    places: list[int] = []
    reached = [points[0]]
    while len(places) < count and (narrow := np.flatnonzero(~_wide(low, high, whole))).size:
        place = int(narrow[narrow.size // 2])
        for point in polytope.ends(place):
            reached.append(point)
            low, high = np.minimum(low, point), np.maximum(high, point)
            if _wide(low, high, whole)[place]:
                break
        else:
            places.append(place)
            low[place], high[place] = -np.inf, np.inf
    return places, np.array(reached)


def _at(place: int, value: float, n: int) -> PublishedBounds:
    """One value known exactly."""
    weights = np.zeros(n)
    weights[place] = 1.0
    return PublishedBounds(weights, value, value)


def _wide(low: Array, high: Array, whole: float | None) -> NDArray[np.bool_]:
    """Which intervals are at least 1 wide; counted between whole numbers of 1/``whole`` where values are whole."""
    if whole is not None:
        low, high = np.ceil(low * whole - TOLERANCE) / whole, np.floor(high * whole + TOLERANCE) / whole
    wide: NDArray[np.bool_] = high - low >= 1 - TOLERANCE
    return wide


class _Polytope:
    """All sorted vectors that agree with what is known, in units of the required width.

    The variables are x_1 and the steps x_i - x_(i-1) >= 0: the order costs no constraints, and a few thousand values
    remain a problem of a handful of rows.
    """

    def __init__(self, true: Array, known: Sequence[PublishedBounds], bounds: PhysicalBounds, width: float) -> None:
        # A step raises its own place and all above it, so its weight is the sum of theirs.
        sums = np.stack([np.cumsum(one.weights[::-1])[::-1] for one in known])
        lowest, highest = ((None if bound is None else bound / width) for bound in bounds)
        self.true, self.width = true, width
        self.rows = np.concatenate([sums, -sums, *([np.ones((1, true.size))] if highest is not None else [])])
        limits = [*(one.high / width for one in known), *(-one.low / width for one in known)]
        self.limits = np.array([*limits, *([highest] if highest is not None else [])])
        # What is known from one side only leaves the other open.
        stated = np.isfinite(self.limits)
        self.rows, self.limits = self.rows[stated], self.limits[stated]
        self.box = np.tile([0.0, np.inf], (true.size, 1))
        self.box[0, 0] = -np.inf if lowest is None else lowest

    def holds(self, points: Array) -> NDArray[np.bool_]:
        """Which points agree with everything that is known; of shape (points, places)."""
        inside: NDArray[np.bool_] = (np.diff(points, prepend=0.0) @ self.rows.T <= self.limits + TOLERANCE).all(axis=1)
        return inside

    def ends(self, place: int) -> Iterator[Array]:
        """A point where the value at ``place`` is as large as can be, then one where it is as small.

        Unbounded directions are stopped well beyond the required width: the polytope is convex and contains the true
        values, so what it reaches beyond the stop it also reaches at the stop.
        """
        reach = 2 + 1 / self.width + self.true[-1] - self.true[0]
        upto = (np.arange(self.true.size) <= place).astype(np.float64)
        for sign in (1.0, -1.0):
            answer = linprog(
                -sign * upto,
                A_ub=np.vstack([self.rows, sign * upto]),
                b_ub=np.append(self.limits, sign * self.true[place] + reach),
                bounds=self.box,
                method="highs",
            )
            if answer.status == 0:
                yield np.cumsum(answer.x)
