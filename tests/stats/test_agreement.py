"""Kendall's W against R's printed value, SciPy's Friedman test, and its ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kpi.stats import kendall_w
from tests.stats import reference


def test_w_is_that_of_r_with_ties() -> None:
    example = reference.vectors("r_kendall_w.json")
    assert kendall_w(example["raters"]).w == pytest.approx(example["w"], abs=5e-8)


def test_the_test_is_friedmans() -> None:
    table = np.random.default_rng(1).integers(0, 5, (4, 9))
    found, other = kendall_w(table), stats.friedmanchisquare(*table.T)
    assert (found.chi_square, found.p_value) == pytest.approx((other.statistic, other.pvalue))
    assert (found.judges, found.subjects, found.df) == (4, 9, 8)


def test_full_agreement_is_1_opposite_orders_are_0_and_no_order_is_nothing() -> None:
    assert kendall_w([[1, 2, 3], [10, 20, 30]]).w == 1
    assert kendall_w([[1, 2, 3], [3, 2, 1]]).w == 0
    assert np.isnan(kendall_w([[1, 1, 1], [2, 2, 2]]).w)


@pytest.mark.parametrize("table", [[[1, 2, 3]], [[1], [2]], [[1, np.nan], [1, 2]]])
def test_one_judge_one_subject_and_blanks_are_refused(table: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="two judges"):
        kendall_w(table)
