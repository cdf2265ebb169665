"""A small integer program, solved by HiGHS; every answer is checked again in exact arithmetic.

HiGHS has called infeasible points optimal (scipy 22812, 24141) and feasible programs infeasible (18907): what it says
is a suggestion. All coefficients are integers, so the check is exact, and an objective within one unit of the bound is
the optimum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite

SECONDS = 10.0
"""The time one program may take: far above what a body's list needs, and a person waits for it."""

_TIME_LIMIT = 1
"""scipy's status of a run that was ended by its time."""

_TOLERANCE = 1e-6
"""How far HiGHS lets an integer be from a whole number, and the share of its bound that is rounding."""


@dataclass(frozen=True, slots=True)
class Row:
    """``least <= sum(coefficient * variable) <= most``; None is unbounded."""

    coefficients: Mapping[int, int]
    least: int | None = None
    most: int | None = None

    def holds(self, values: Sequence[int]) -> bool:
        total = sum(factor * values[at] for at, factor in self.coefficients.items())
        return (self.least is None or self.least <= total) and (self.most is None or total <= self.most)


@dataclass(frozen=True, slots=True)
class IntegerProgram:
    """Maximise ``gain`` over whole numbers between ``lower`` and ``upper`` that meet every row."""

    gain: Sequence[int]
    lower: Sequence[int]
    upper: Sequence[int]
    rows: Sequence[Row]

    def feasible(self, values: Sequence[int]) -> bool:
        within = all(low <= value <= high for low, value, high in zip(self.lower, values, self.upper, strict=True))
        return within and all(row.holds(values) for row in self.rows)

    def worth(self, values: Sequence[int]) -> int:
        return sum(factor * value for factor, value in zip(self.gain, values, strict=True))


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """A point that meets every rule exactly. ``bound``: no other is worth more, as far as the solver can say."""

    values: tuple[int, ...]
    objective: int
    bound: int
    in_time: bool

    @property
    def proven(self) -> bool:
        return self.objective == self.bound


def solve(program: IntegerProgram, seconds: float = SECONDS) -> CheckedAnswer | None:
    """The best point, or the best found in time; None where the solver found none that meets every rule.

    None is no proof that there is none.
    """
    if not program.gain:  # scipy takes no program without variables
        return CheckedAnswer((), 0, 0, in_time=True) if program.feasible(()) else None
    for presolve in (True, False):
        answer = _checked(program, presolve, seconds)
        if answer is not None:
            return answer
    return None


def _checked(program: IntegerProgram, presolve: bool, seconds: float) -> CheckedAnswer | None:
    # Loaded here: a page that does not optimise must not wait seconds for it.
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    cells = [(at, column, factor) for at, row in enumerate(program.rows) for column, factor in row.coefficients.items()]
    at, column, factor = (np.array(part) for part in zip(*cells, strict=True)) if cells else (np.zeros(0, int),) * 3
    matrix = coo_array((factor.astype(float), (at, column)), shape=(len(program.rows), len(program.gain)))
    least = [-np.inf if row.least is None else row.least for row in program.rows]
    most = [np.inf if row.most is None else row.most for row in program.rows]
    found = milp(
        c=-np.array(program.gain, dtype=float),
        integrality=np.ones(len(program.gain)),
        bounds=Bounds(np.array(program.lower, dtype=float), np.array(program.upper, dtype=float)),
        constraints=LinearConstraint(matrix.tocsc(), least, most) if program.rows else (),
        options={"presolve": presolve, "mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if found.x is None or not np.isfinite(found.x).all():
        return None
    values = tuple(round(float(value)) for value in found.x)
    if np.abs(found.x - np.array(values)).max(initial=0.0) > _TOLERANCE or not program.feasible(values):
        return None
    objective = program.worth(values)
    return CheckedAnswer(values, objective, _bound(found.mip_dual_bound, objective), found.status != _TIME_LIMIT)


def _bound(stated: float | None, objective: int) -> int:
    """The solver's bound as a whole number. Below the point's own objective it is no bound, and proves nothing."""
    if stated is None or not isfinite(stated):
        return objective + 1
    bound = floor(-stated + max(_TOLERANCE, abs(stated) * 1e-12))
    return bound if bound >= objective else objective + 1
