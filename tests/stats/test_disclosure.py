"""Rounding for publication, and the Handbook's examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.stats import nearest_step, p_percent_safe, round_to, rounding_unit, spreads_behind
from tests.stats import reference


def test_the_examples_of_the_handbook() -> None:
    examples = {example["rule"]: example for example in reference.vectors("sdc_rules.json")["examples"]}
    percent = examples["p% with p=10"]
    assert p_percent_safe(percent["contributions"], 10) is not percent["unsafe"]
    assert not p_percent_safe(examples["min frequency 3"]["contributions"], 10)


def test_p_percent_at_its_border_on_sizes_and_without_blanks() -> None:
    assert p_percent_safe([-100, 50, 10], 10)
    assert not p_percent_safe([-100, 50, 9.9], 10)
    assert p_percent_safe([100, np.nan, 50, 4, -6], 10)
    assert not p_percent_safe([], 10)


@pytest.mark.parametrize(
    ("x", "step"),
    [(1.41, 1), (1.42, 2), (3.16, 2), (3.17, 5), (7.07, 5), (7.08, 10), (0.06, 0.05), (0.3, 0.2), (250, 200), (0, 0)],
)
def test_steps_are_nearest_by_ratio(x: float, step: float) -> None:
    assert nearest_step(x) == step


@given(st.floats(1e-9, 1e9))
def test_a_step_is_one_two_or_five_and_within_a_factor_of_root_two_and_a_half(x: float) -> None:
    step = nearest_step(x)
    assert f"{step:.15e}"[0] in "125"
    assert float(f"{step:.0e}") == step
    assert max(x / step, step / x) <= math.sqrt(2.5) * (1 + 1e-12)


def test_the_unit_of_a_cell() -> None:
    assert rounding_unit(12.0, 5) == 2
    assert rounding_unit(0.0, 5) == 1
    assert rounding_unit(170.0, 5) == 50
    assert math.isnan(rounding_unit(float("nan"), 5))


def test_halves_go_away_from_zero_without_float_fuzz() -> None:
    assert round_to([0.5, 1.5, 2.5, -0.5, -2.5], 1).tolist() == [1, 2, 3, -1, -3]
    assert round_to([12.499999999999998, 12.49], 1).tolist() == [13, 12]
    assert round_to([0.15, 0.25, 1.005], 0.01).tolist() == [0.15, 0.25, 1.01]
    assert round_to(37.5, 25) == 50
    assert round_to(0.3, 0.1) == 0.3
    assert math.copysign(1, float(round_to(-0.2, 1))) == 1
    assert np.isnan(round_to([np.nan, 1], 5)).tolist() == [True, False]


@given(st.floats(-1e6, 1e6), st.sampled_from([1.0, 2.0, 5.0, 10.0, 0.5]))
def test_rounding_moves_a_value_by_at_most_half_a_step_and_only_once(value: float, step: float) -> None:
    rounded = round_to(value, step)
    assert abs(rounded - value) <= step / 2 + 1e-5
    assert round_to(rounded, step) == rounded


def test_what_cannot_be_a_step_or_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="step"):
        round_to(1.0, 0)
    with pytest.raises(ValueError, match="step"):
        nearest_step(-1)
    with pytest.raises(ValueError, match="percentage"):
        p_percent_safe([1, 2, 3], -1)


@pytest.mark.parametrize("unit", [1.0, 2.0, 5.0, 10.0, 20.0, 500.0])
def test_a_published_unit_tells_of_the_spread_what_it_was_made_from(unit: float) -> None:
    low, high = spreads_behind(unit, 5)
    inside = [low + share * (high - low) for share in (1e-6, 0.3, 0.7, 1 - 1e-6)]
    assert {rounding_unit(spread, 5) for spread in inside} == {unit}
    assert rounding_unit(high * (1 + 1e-6), 5) > unit
    assert low == 0 if unit == 1 else rounding_unit(low * (1 - 1e-6), 5) < unit


@pytest.mark.parametrize("unit", [3.0, 4.0, 40.0, 0.3])
def test_a_doubled_unit_is_not_taken_for_one_of_its_own(unit: float) -> None:
    with pytest.raises(ValueError, match="no 1-2-5 step"):
        spreads_behind(unit, 5)
