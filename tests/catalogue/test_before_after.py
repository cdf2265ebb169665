"""Before and after: the notice's words leave the basis open, so both are computed from the same two numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import best_attainable, end_for, from_before_after

K = catalogue().kpi


def test_defects_from_3_2_to_1_1_are_65_625_per_cent_or_2_1_points() -> None:
    assert from_before_after(K("K10"), 3.2, 1.1, "relative") == 65.625
    assert from_before_after(K("K10"), 3.2, 1.1, "points") == 2.1


def test_utilisation_from_65_to_78_is_20_per_cent_or_13_points() -> None:
    assert from_before_after(K("K11"), 65, 78, "relative") == 20
    assert from_before_after(K("K11"), 65, 78, "points") == 13


def test_a_reduction_counts_down_and_an_improvement_up() -> None:
    assert from_before_after(K("K17"), 0.5, 0.4, None) == 20
    assert from_before_after(K("K17"), 0.4, 0.5, None) == -25
    assert from_before_after(K("K08"), 100, 300, None) == 200


@pytest.mark.parametrize("before", [0.0, -1.0, math.nan, math.inf])
def test_a_relative_change_without_a_positive_start_is_undefined(before: float) -> None:
    assert math.isnan(from_before_after(K("K08"), before, 5, None))


def test_a_start_so_small_that_no_number_holds_the_change_is_no_divisor() -> None:
    assert math.isnan(from_before_after(K("K08"), 1e-320, 1e300, None))
    assert math.isnan(from_before_after(K("K15"), 1e-308, 1e308, None))
    assert best_attainable(K("K14"), 1e-320, "relative") is None
    assert math.isnan(end_for(K("K08"), 1e300, 1e300, None))


def test_points_are_defined_from_a_start_of_zero() -> None:
    assert from_before_after(K("K13"), 0, 40, "points") == 40


def test_a_level_and_a_count_are_no_change() -> None:
    assert math.isnan(from_before_after(K("K01"), 50, 60, None))
    assert math.isnan(from_before_after(K("K05"), 5, 6, None))


@pytest.mark.parametrize("code", ["K09", "K11", "K13", "K14"])
def test_a_share_can_rise_to_100_and_no_further(code: str) -> None:
    assert best_attainable(K(code), 80, "relative") == 25
    assert best_attainable(K(code), 80, "points") == 20
    assert best_attainable(K(code), 0, "relative") is None


def test_a_reduction_ends_at_nothing() -> None:
    assert best_attainable(K("K10"), 3.2, "relative") == 100
    assert best_attainable(K("K10"), 3.2, "points") == 3.2
    assert best_attainable(K("K17"), 0.5, None) == 100


def test_nothing_limits_what_has_no_upper_bound() -> None:
    assert best_attainable(K("K08"), 10, None) is None


@given(
    st.sampled_from(["K09", "K11", "K13", "K14"]),
    st.integers(1, 1000),
    st.integers(0, 1000),
    st.sampled_from(["relative", "points"]),
)
def test_no_change_of_a_share_exceeds_the_best_attainable(code: str, before: int, after: int, basis: str) -> None:
    best = best_attainable(K(code), before / 10, basis)
    assert best is not None
    assert from_before_after(K(code), before / 10, after / 10, basis) <= best


@pytest.mark.parametrize("basis", ["relative", "points"])
@pytest.mark.parametrize("code", ["K10", "K11"])
@given(before=st.decimals(1, 100, places=2), gain=st.decimals(-50, 90, places=1))
def test_the_end_for_a_gain_gains_it(code: str, basis: str, before: object, gain: object) -> None:
    start, wanted = float(str(before)), float(str(gain))
    end = end_for(K(code), start, wanted, basis)
    assert from_before_after(K(code), start, end, basis) == pytest.approx(wanted, abs=1e-9)


def test_the_end_for_a_gain_is_reported_in_the_measured_quantity() -> None:
    assert end_for(K("K11"), 62.5, 16, "relative") == 72.5
    assert end_for(K("K10"), 3.2, 50, "relative") == 1.6
    assert end_for(K("K10"), 3.2, 1.1, "points") == 2.1
    assert math.isnan(end_for(K("K10"), 0, 50, "relative"))
    assert math.isnan(end_for(K("K01"), 50, 5, None))
    assert math.isnan(end_for(K("K10"), 3.2, math.nan, "relative"))
