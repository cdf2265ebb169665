"""Deriving single values from the published figures of a cell: the attack a cell must withstand before publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kpi.stats.exact_test import Array
from kpi.stats.quantiles import weighted_sum

# Linear programs of a dozen rows and a few dozen columns, by pivoting from a known feasible point.
#
# A general solver takes longer to be handed such a program than to solve it. Here the tableau is one small array.
# What pivoting does not bring to an optimum that proves itself goes to HiGHS.
# Source: the simplex method for bounded variables (Dantzig 1963); the rule against cycling is Bland's (1977).


GAIN = 1e-9
"""A gain below it is none, and so is the entry of a column below it: rounding leaves as much."""
PROVED = 1e-7
"""To this much an optimum keeps its limits and signs of its prices: HiGHS' own tolerance."""
CAREFUL_AFTER, MOST_PIVOTS = 60, 300


@dataclass(frozen=True, slots=True)
class Program:
    """``aim`` @ x is to be largest where ``rows`` @ x <= ``limits`` and x >= ``least``; ``start`` is one such x.

    ``least`` may be -inf.
    """

    aim: Array
    rows: Array
    limits: Array
    least: Array
    start: Array


@dataclass(frozen=True, slots=True)
class SolvedProgram:
    """The variables, and for each row the price: what one more of its limit would add to the aim, 0 or more."""

    x: Array
    prices: Array


def optimum(program: Program) -> SolvedProgram | None:
    """None where no solver finishes: no limits, or no start that keeps them."""
    found = _by_pivots(program)
    return found if found and _proves_itself(program, found) else _by_highs(program)


def _by_pivots(program: Program) -> SolvedProgram | None:
    """Variables that are not basic stay where they are: at their least, or where the start has them."""
    count, size = program.rows.shape
    least = np.append(program.least, np.zeros(count))
    x = np.append(program.start, program.limits - program.rows @ program.start)
    basic = np.arange(size, size + count)
    # The last row is what each variable would add to the aim.
    tableau = np.zeros((count + 1, size + count))
    tableau[:count, :size], tableau[:count, size:], tableau[count, :size] = program.rows, np.eye(count), program.aim
    for pivot in range(MOST_PIVOTS):
        gains = tableau[count]
        useful = np.where(gains < 0, np.where(x > least, -gains, 0.0), gains)
        useful[basic] = 0.0
        entering = int(np.argmax(useful > GAIN) if pivot >= CAREFUL_AFTER else np.argmax(useful))
        if useful[entering] <= GAIN:
            return SolvedProgram(x[:size], -tableau[count, size:])
        sign = 1.0 if gains[entering] > 0 else -1.0
        falls = sign * tableau[:count, entering]
        # Rounding may have left a basic variable a little under its least.
        room = np.maximum(x[basic] - least[basic], 0.0)
        ratios = np.divide(room, falls, out=np.full(count, np.inf), where=falls > GAIN)
        step = float(ratios.min())
        own = np.inf if sign > 0 else x[entering] - least[entering]
        if not np.isfinite(min(step, own)):
            return None
        x[basic] -= min(step, own) * falls
        x[entering] += sign * min(step, own)
        if own <= step:
            x[entering] = least[entering]
            continue
        leaving = _leaving(ratios, step, falls, basic, careful=pivot >= CAREFUL_AFTER)
        x[basic[leaving]] = least[basic[leaving]]
        basic[leaving] = entering
        tableau[leaving] /= tableau[leaving, entering]
        others = tableau[:, entering].copy()
        others[leaving] = 0.0
        tableau -= np.outer(others, tableau[leaving])
    return None


def _leaving(ratios: Array, step: float, falls: Array, basic: NDArray[np.intp], careful: bool) -> int:
    """Of the rows that stop the step: that with the largest entry, which rounds least; if ``careful``, Bland's."""
    stopping = np.flatnonzero(ratios <= step + GAIN * (1 + step))
    return int(stopping[np.argmin(basic[stopping]) if careful else np.argmax(falls[stopping])])


def _proves_itself(program: Program, found: SolvedProgram) -> bool:
    """Whether it keeps all limits and its prices leave nothing to gain: then no other point has a larger aim."""
    spare = program.limits - program.rows @ found.x
    gains = program.aim - found.prices @ program.rows
    room = np.where(np.isfinite(program.least), found.x - program.least, np.inf)
    scale = 1 + abs(float(program.aim @ found.x))
    above = room > PROVED
    return bool(
        (spare >= -PROVED).all()
        and (room >= -PROVED).all()
        and (found.prices >= -PROVED).all()
        and (gains <= PROVED).all()
        and (np.abs(gains[above]) * np.minimum(room[above], scale) <= PROVED * scale).all()
        and (found.prices * np.maximum(spare, 0.0) <= PROVED * scale).all()
    )


def _by_highs(program: Program) -> SolvedProgram | None:
    from scipy.optimize import linprog  # here and not above: it takes long to load, and is seldom needed

    box = np.column_stack([program.least, np.full(program.least.size, np.inf)])
    answer = linprog(-program.aim, A_ub=program.rows, b_ub=program.limits, bounds=box, method="highs")
    return SolvedProgram(answer.x, -answer.ineqlin.marginals) if answer.status == 0 else None


# Deriving single values from the published figures of a cell: the attack a cell must withstand before publication.
#
# Every published number is a weighted sum of the sorted values x_1 <= ... <= x_n (Harrell-Davis and type-7 quantiles,
# the mean), known to within its rounding. With the physical bounds they form a polytope; an attacker learns the
# interval of x_i in it, whose ends are two linear programs. Source of the idea: linear-programming audit of published
# tables, ESS Handbook on SDC, 2nd ed. 2024, chapter 4.


AT_FIRST = 32
"""So many steps, evenly spread, are in the first program; where there are no more values it is the whole one."""
OPTIMAL = 1e-7
"""Reduced costs below it count as 0: HiGHS' own tolerance."""
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
    polytope = _Polytope(true, [_Row.of(item) for item in (*known, *pinned)], bounds, width)
    found, _ = _exposed(polytope, [true], width if whole else None, 1, own)
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
    points, public = [true], [_Row.of(published) for published in known]
    for more, own in learned:
        polytope = _Polytope(true, [*public, *map(_Row.of, more)], bounds, width)
        found, reached = _exposed(polytope, _agreeing(points, more, width), width if whole else None, count, own)
        if len(found) >= count:
            return True
        points += reached
    return False


def _exposed(
    polytope: _Polytope, points: Sequence[Array], whole: float | None, count: int, own: int | None = None
) -> tuple[list[int], list[Array]]:
    """Up to ``count`` places that no point of the polytope widens, and the points that were found on the way.

    ``points`` are known ones of it, the true values among them.
    """
    low, high = points[0].copy(), points[0].copy()
    for point in points[1:]:
        np.minimum(low, point, out=low)
        np.maximum(high, point, out=high)
    if own is not None:
        low[own], high[own] = -np.inf, np.inf
    places: list[int] = []
    reached: list[Array] = []
    while len(places) < count and (narrow := np.flatnonzero(~_wide(low, high, whole))).size:
        place = _middle_of_longest_run(narrow)
        for point in polytope.ends(place):
            reached.append(point)
            np.minimum(low, point, out=low)
            np.maximum(high, point, out=high)
            if _wide(low[place], high[place], whole):
                break
        else:
            places.append(place)
            low[place], high[place] = -np.inf, np.inf
    return places, reached


def _middle_of_longest_run(narrow: NDArray[np.intp]) -> int:
    """Points found there clear most: at the edge of a run they would clear hardly more than the place itself."""
    ends = np.concatenate([[0], np.flatnonzero(np.diff(narrow) > 1) + 1, [narrow.size]])
    longest = int(np.diff(ends).argmax())
    return int(narrow[(ends[longest] + ends[longest + 1]) // 2])


def _agreeing(points: Sequence[Array], learned: Sequence[PublishedBounds], width: float) -> list[Array]:
    """Of the points, in units of ``width``, those that agree with all that is learned."""
    # What is learned is of a value or two: the others need not be multiplied by nought.
    of_few = [(bounds, np.flatnonzero(bounds.weights)) for bounds in learned]
    return [
        point
        for point in points
        if all(
            item.low / width - TOLERANCE <= point[few] @ item.weights[few] <= item.high / width + TOLERANCE
            for item, few in of_few
        )
    ]


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


@dataclass(frozen=True, slots=True)
class _Row:
    """Public knowledge of the steps. A step raises its own place and all above it: its weight is the sum of theirs."""

    sums: Array
    low: float
    high: float

    @classmethod
    def of(cls, known: PublishedBounds) -> _Row:
        return cls(np.ascontiguousarray(np.cumsum(known.weights[::-1])[::-1]), known.low, known.high)


class _Polytope:
    """All sorted vectors that agree with what is known, in units of the required width.

    The variables are x_1 and the steps x_i - x_(i-1) >= 0: the order costs no constraints, and a few thousand values
    remain a problem of a handful of rows.
    """

    def __init__(self, true: Array, known: Sequence[_Row], bounds: PhysicalBounds, width: float) -> None:
        lowest, highest = ((None if bound is None else bound / width) for bound in bounds)
        self.true, self.width = true, width
        # No value is above the highest: neither is the last one, the sum of all steps.
        top = [] if highest is None else [_Row(np.ones(true.size), -np.inf, highest * width)]
        rows = [*known, *top]
        self.sums = [row.sums for row in rows]
        # What is known from one side only leaves the other open.
        upper = [(at, 1.0, row.high / width) for at, row in enumerate(rows) if np.isfinite(row.high)]
        lower = [(at, -1.0, -row.low / width) for at, row in enumerate(rows) if np.isfinite(row.low)]
        of, signs, limits = zip(*upper, *lower, strict=True)
        self.row_of, self.signs, self.limits = np.array(of), np.array(signs), np.array(limits)
        self.least = np.zeros(true.size)
        self.least[0] = -np.inf if lowest is None else lowest
        self.true_steps = np.diff(true, prepend=true[0])
        self.true_sums = self.signs * np.array([weighted_sum(sums, self.true_steps) for sums in self.sums])[self.row_of]
        self.useful = np.unique(np.linspace(0, true.size - 1, AT_FIRST).round().astype(int))

    def ends(self, place: int) -> Iterator[Array]:
        """A point where the value at ``place`` is as large as can be, then one where it is as small.

        Unbounded directions are stopped well beyond the required width: the polytope is convex and contains the true
        values, so what it reaches beyond the stop it also reaches at the stop.
        """
        reach = 2 + 1 / self.width + self.true[-1] - self.true[0]
        for sign in (1.0, -1.0):
            steps = self._furthest(place, sign, sign * self.true[place] + reach)
            if steps is not None:
                yield np.cumsum(steps)

    def _furthest(self, place: int, sign: float, stop: float) -> Array | None:
        """The steps to the point where ``sign`` times the value at ``place`` is largest, at most ``stop``.

        None where the solver does not finish. A corner of a polytope of a handful of rows has a handful of steps, so
        the program is solved for a few of them, and for the true steps as a whole, which keep it feasible. Those that
        would improve the answer join until there are none: then it is the answer of the whole program (column
        generation, Gilmore & Gomory 1961). What is given up earlier, within the tolerance, is narrower than the truth.
        """
        joined = np.union1d(self.useful, [place, min(place + 1, self.true.size - 1)])
        while True:
            weights = np.stack([sums[joined] for sums in self.sums])[self.row_of]
            columns = np.column_stack([self.signs[:, np.newaxis] * weights, self.true_sums])
            upto = sign * np.append(joined <= place, self.true[place] - self.true[0])
            answer = optimum(
                Program(
                    upto,
                    np.vstack([columns, upto]),
                    np.append(self.limits, stop),
                    np.append(self.least[joined], 0.0),
                    # The true values: the lowest of them, no step of its own, and all true steps once.
                    np.concatenate([[self.true[0]], np.zeros(joined.size - 1), [1.0]]),
                )
            )
            if answer is None:
                return None
            improving = np.setdiff1d(_dips(self._reduced_costs(answer.prices, place, sign)), joined)
            if not improving.size:
                break
            joined = np.union1d(joined, improving)
        self.useful = np.union1d(self.useful, joined[answer.x[:-1] > 0])
        steps: Array = answer.x[-1] * self.true_steps
        steps[joined] += answer.x[:-1]
        return steps

    def _reduced_costs(self, prices: Array, place: int, sign: float) -> Array:
        """What each step, beyond the program it is priced by, would cost: below 0 it improves the answer."""
        reduced = np.zeros(self.true.size)
        # Of a dozen rows a few have a price, and a row of hundreds of thousands takes its time to read.
        for row, price in enumerate(np.bincount(self.row_of, self.signs * prices[:-1], len(self.sums)).tolist()):
            if price:
                reduced += price * self.sums[row]
        reduced[: place + 1] -= sign * (1 - prices[-1])
        return reduced


def _dips(reduced: Array) -> NDArray[np.intp]:
    """Where the reduced costs, which run smoothly, are lowest among their neighbours and below 0."""
    below = np.flatnonzero(reduced < -OPTIMAL)
    before, after = reduced[np.maximum(below - 1, 0)], reduced[np.minimum(below + 1, reduced.size - 1)]
    return below[(reduced[below] <= before) & (reduced[below] <= after)]
