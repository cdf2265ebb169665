"""How fragile a verdict is, and what can be said without assumptions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.stats import gamma, lower_bound, strict_bounds, upper_bound


def test_gamma_is_a_ratio_of_odds() -> None:
    assert gamma(0.9, 1.0, 0.8, "leading") == pytest.approx(9 / 4)
    assert gamma(0.0, 0.5, 0.8, "not_leading") == pytest.approx(4)


def test_gamma_at_the_ends_and_without_a_bound() -> None:
    assert gamma(1.0, 1.0, 0.8, "leading") == np.inf
    assert gamma(0.0, 0.0, 0.8, "not_leading") == np.inf
    assert gamma(0.0, 1.0, 0.8, "leading") == 0
    assert np.isnan(gamma([np.nan, 0.8], [1, 1], 0.8, "leading")).tolist() == [True, False]


def test_gamma_is_above_1_just_where_the_bound_clears_the_line() -> None:
    k = np.arange(41)
    low, high = lower_bound(k, 40, 0.95), upper_bound(k, 40, 0.95)
    assert ((gamma(low, high, 0.8, "leading") > 1) == (low > 0.8)).all()
    assert ((gamma(low, high, 0.8, "not_leading") > 1) == (high < 0.8)).all()


@pytest.mark.parametrize(("low", "p"), [(1.2, 0.8), (0.5, 1.0)])
def test_gamma_refuses_what_is_no_share(low: float, p: float) -> None:
    with pytest.raises(ValueError, match="shares"):
        gamma(low, 1.0, p, "leading")


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.data())
def test_assumption_free_bounds_hold_whatever_was_not_seen(
    k: int, e: int, b: int, unseen: int, data: st.DataObject
) -> None:
    n, population = k + e + b, k + e + b + unseen
    if not population:
        return
    hidden = data.draw(st.integers(0, unseen))
    strict, weak = strict_bounds(k, n, population), strict_bounds(k + e, n, population)
    assert strict.low <= (k + hidden) / population <= strict.high
    assert weak.low <= (k + e + hidden) / population <= weak.high


def test_an_unknown_industry_has_no_assumption_free_bounds() -> None:
    bounds = strict_bounds([3, 3], [5, 5], [None, 10])
    assert np.isnan([bounds.low[0], bounds.high[0]]).all()
    assert (bounds.low[1], bounds.high[1]) == (0.3, 0.8)
