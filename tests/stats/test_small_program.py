"""Small linear programs by pivoting, against HiGHS."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from kpi.stats import reconstruction
from kpi.stats.reconstruction import Program, optimum


def drawn(draw: np.random.Generator) -> Program:
    """Small whole numbers, so that many limits meet in one corner; some limits are tight at the start already."""
    count, size = int(draw.integers(1, 14)), int(draw.integers(1, 40))
    rows = draw.integers(-2, 4, (count, size)).astype(float)
    rows[draw.random((count, size)) < 0.3] = 0.0
    if draw.random() < 0.5:
        rows = np.vstack([rows, -rows])
    start = draw.integers(0, 3, size) * 1.0
    least = np.where(draw.random(size) < 0.1, -np.inf, start - draw.integers(0, 2, size))
    spare = draw.integers(0, 4, len(rows)) * draw.choice([0.5, 1.0])
    aim = np.cumsum(draw.integers(-1, 2, size)).astype(float)
    return Program(aim, np.vstack([rows, aim]), np.append(rows @ start + spare, aim @ start + 7), least, start)


def by_highs(program: Program) -> float:
    box = np.column_stack([program.least, np.full(program.least.size, np.inf)])
    answer = linprog(-program.aim, A_ub=program.rows, b_ub=program.limits, bounds=box, method="highs-ds")
    assert answer.status == 0
    return -float(answer.fun)


@pytest.mark.slow
def test_a_thousand_programs_have_the_optimum_that_highs_finds_without_asking_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Program] = []
    monkeypatch.setattr(reconstruction, "_by_highs", asked.append)
    draw = np.random.default_rng(31)
    for _ in range(1000):
        program = drawn(draw)
        found = optimum(program)
        assert found is not None
        aim = float(program.aim @ found.x)
        assert aim == pytest.approx(by_highs(program), rel=1e-7, abs=1e-7)
        assert (program.rows @ found.x <= program.limits + 1e-7).all()
        assert (found.x >= program.least - 1e-7).all()
        # The prices say what a limit is worth: the optimum is what all limits, and the variables' own, sum to.
        left = program.aim - found.prices @ program.rows
        own = left[left < -1e-9] @ program.least[left < -1e-9]
        assert found.prices @ program.limits + own == pytest.approx(aim, rel=1e-6, abs=1e-6)
    assert not asked


def test_what_pivoting_does_not_finish_highs_does(monkeypatch: pytest.MonkeyPatch) -> None:
    program = drawn(np.random.default_rng(5))
    want = by_highs(program)
    for name, limit in (("MOST_PIVOTS", 1), ("PROVED", -1.0)):
        with monkeypatch.context() as changed:
            changed.setattr(reconstruction, name, limit)
            found = optimum(program)
        assert found is not None
        assert program.aim @ found.x == pytest.approx(want)


def test_the_rule_against_cycling_finds_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beale's example, in which the largest gain goes round in a circle; and programs at random by that rule alone."""
    rows = np.array([[0.25, -8.0, -1.0, 9.0], [0.5, -12.0, -0.5, 3.0], [0.0, 0.0, 1.0, 0.0]])
    aim = np.array([0.75, -20.0, 0.5, -6.0])
    beale = Program(aim, rows, np.array([0.0, 0.0, 1.0]), np.zeros(4), np.zeros(4))
    found = reconstruction._by_pivots(beale)
    assert found is not None
    assert aim @ found.x == pytest.approx(1.25)
    monkeypatch.setattr(reconstruction, "CAREFUL_AFTER", 0)
    draw = np.random.default_rng(6)
    for program in [drawn(draw) for _ in range(50)]:
        found = reconstruction._by_pivots(program)
        assert found is not None
        assert program.aim @ found.x == pytest.approx(by_highs(program), rel=1e-7, abs=1e-7)


def test_no_limit_and_no_feasible_start_have_no_optimum() -> None:
    one = Program(np.ones(1), np.zeros((1, 1)), np.ones(1), np.zeros(1), np.zeros(1))
    assert optimum(one) is None
    assert optimum(replace(one, rows=np.ones((1, 1)), limits=np.array([-1.0]))) is None
