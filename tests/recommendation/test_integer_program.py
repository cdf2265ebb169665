"""What a solver has got wrong before is refused here: the instances of two reports against scipy's milp."""

from __future__ import annotations

from itertools import product

from kpi.recommendation.proposal import IntegerProgram, Row, solve

# scipy 24141: "optimal", though no equation held.
EQUATIONS = [
    ([0, 1, 1, 0, 1, 0, 0, 0], 42),
    ([0, 0, 1, 1, 1, 0, 1, 1], 252),
    ([1, 1, 1, 1, 1, 1, 0, 1], 277),
    ([0, 1, 0, 1, 1, 1, 0, 0], 41),
    ([0, 1, 0, 0, 1, 1, 0, 1], 222),
    ([0, 1, 1, 1, 0, 1, 1, 0], 48),
]
# scipy 22812: "optimal", with a variable below its bound.
UPPER = [3, 3, 3, 3, 2, 1]
LIMITS = [([3, 2, 2, -2, 0, 1], None, 0), ([-3, -2, -4, 2, 0, 1], None, 0), ([1, 1, 1, 1, -1, 0], 1, 1)]


def row(factors: list[int], least: int | None, most: int | None) -> Row:
    return Row({at: factor for at, factor in enumerate(factors) if factor}, least, most)


def test_equations_that_the_solver_called_met() -> None:
    rows = [row(factors, total, total) for factors, total in EQUATIONS]
    program = IntegerProgram([-1] * 8, [0] * 8, [300] * 8, rows)
    assert program.feasible([16, 1, 24, 15, 17, 8, 0, 196])
    assert not program.feasible([16, 1, 10, 1, 31, 8, 0, 182]), "what the solver answered"
    answer = solve(program)
    assert answer is None or program.feasible(answer.values)
    if answer is not None and answer.proven:
        assert answer.objective == -277


def test_a_bound_that_the_solver_overstepped() -> None:
    program = IntegerProgram([0, 0, 0, 0, 0, 1], [0] * 6, UPPER, [row(*limit) for limit in LIMITS])
    points = [point for point in product(*(range(most + 1) for most in UPPER)) if program.feasible(point)]
    assert not program.feasible([0, 0, 0, 0, -1, 0]), "what the solver answered"
    answer = solve(program)
    assert points
    if answer is not None and answer.proven:
        assert answer.objective == max(map(program.worth, points))
        assert answer.values in points


def test_a_program_that_nothing_meets_has_no_answer() -> None:
    assert solve(IntegerProgram([1], [0], [1], [Row({0: 2}, 1, 1)])) is None
