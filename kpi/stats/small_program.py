"""Linear programs of a dozen rows and a few dozen columns, by pivoting from a known feasible point.

A general solver takes longer to be handed such a program than to solve it. Here the tableau is one small array.
What pivoting does not bring to an optimum that proves itself goes to HiGHS.
Source: the simplex method for bounded variables (Dantzig 1963); the rule against cycling is Bland's (1977).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpi.stats.counts import Array

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
