"""Many KPIs at once, against plain loops over the definitions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.stats import benjamini_hochberg, closed_testing_count, holm_count, smallest_tail

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=21)
# Benjamini & Hochberg 1995, section 3.2: at 0.05 their procedure rejects four, Bonferroni's and Hochberg's three.
PAPER = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.324,
    0.4262,
    0.5719,
    0.6528,
    0.759,
    1,
]


def test_the_example_of_benjamini_and_hochberg() -> None:
    assert benjamini_hochberg(PAPER, 0.05).sum() == 4
    assert holm_count(PAPER, 0.05) == 3


@given(P_VALUES, st.sampled_from([0.05, 0.1]))
def test_benjamini_hochberg_keeps_up_to_the_last_below_its_step(p_values: list[float], alpha: float) -> None:
    m, ordered = len(p_values), sorted(p_values)
    if any(abs(p * m / i - alpha) < 1e-9 for i, p in enumerate(ordered, 1)):
        return
    last = max((i for i, p in enumerate(ordered, 1) if p * m / i <= alpha), default=0)
    kept = benjamini_hochberg(p_values, alpha)
    assert kept.tolist() == [last > 0 and p <= ordered[last - 1] for p in p_values]


@given(P_VALUES)
def test_holm_stops_at_the_first_that_fails(p_values: list[float]) -> None:
    count, ordered = 0, sorted(p_values)
    while count < len(ordered) and ordered[count] * (len(ordered) - count) <= 0.05:
        count += 1
    assert holm_count(p_values, 0.05) == count


@given(P_VALUES)
def test_the_list_is_never_shorter_than_holms_count(p_values: list[float]) -> None:
    assert benjamini_hochberg(p_values, 0.05).sum() >= holm_count(p_values, 0.05)


def test_an_untested_kpi_is_outside_the_family() -> None:
    assert benjamini_hochberg([0.04, np.nan, np.nan], 0.05).tolist() == [True, False, False]
    assert holm_count([0.04, np.nan, np.nan], 0.05) == 1
    assert benjamini_hochberg([], 0.05).tolist() == []
    assert holm_count([np.nan], 0.05) == 0


def test_at_least_u_of_m() -> None:
    assert smallest_tail([0.01, 0.02, 0.03], 1) == pytest.approx(0.03)
    assert smallest_tail([0.01, 0.02, 0.03], 2) == pytest.approx(0.04)
    assert smallest_tail([0.01, 0.02, 0.03], 3) == pytest.approx(0.03)
    assert smallest_tail([0.5, 0.6, 0.7], 1) == 1


def test_an_untested_main_kpi_supports_no_claim_but_stays_in_m() -> None:
    assert smallest_tail([0.01, np.nan], 1) == pytest.approx(0.02)
    assert smallest_tail([0.01, np.nan], 2) == 1


@pytest.mark.parametrize("u", [0, 4])
def test_at_least_none_or_more_than_all_is_no_question(u: int) -> None:
    with pytest.raises(ValueError, match="no question"):
        smallest_tail([0.1, 0.2, 0.3], u)


def test_what_is_no_p_value_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm_count([1.2], 0.05)


def simes(p_values: tuple[float, ...], alpha: float) -> bool:
    return any(p * len(p_values) / rank <= alpha for rank, p in enumerate(sorted(p_values), 1))


def by_all_subsets(p_values: list[float], alpha: float) -> int:
    """The definition: all claims but the largest set that is not rejected as "none of these"."""
    m = len(p_values)
    subsets = (subset for size in range(1, m + 1) for subset in combinations(p_values, size))
    return m - max((len(subset) for subset in subsets if not simes(subset, alpha)), default=0)


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=7))
def test_closed_testing_is_what_all_subsets_say_and_never_weaker_than_holm(p_values: list[float]) -> None:
    count = closed_testing_count(p_values, 0.05)
    assert count == by_all_subsets(p_values, 0.05)
    assert count >= holm_count(p_values, 0.05)


def test_closed_testing_finds_more_than_holm_where_many_are_nearly_small_enough() -> None:
    """Six at 0.03: Holm asks 0.05 / 6 of the first and stops; Simes rejects every set of them."""
    assert (holm_count([0.03] * 6, 0.05), closed_testing_count([0.03] * 6, 0.05)) == (0, 6)
    assert closed_testing_count([0.03, float("nan")], 0.05) == 0
