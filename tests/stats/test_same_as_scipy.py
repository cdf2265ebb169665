"""What is computed by ``scipy.special`` alone, because ``scipy.stats`` takes a second to load, is what the latter says.

To the last bit at the leading lines in use: a sealed verdict comes out the same whichever of the two computed it.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from scipy.stats import mstats

from kpi.stats import benjamini_hochberg, harrell_davis, lower_bound, upper_bound
from kpi.stats.exact_test import tail_at_least, tail_at_most

N, K = (grid.ravel().astype(float) for grid in np.meshgrid(np.arange(1, 300), np.arange(300)))
N, K = N[K <= N], K[K <= N]
UNKNOWN = np.full(N.shape, np.nan)


def settled(tail: np.ndarray) -> np.ndarray:
    return np.where(tail >= 1e-3, np.round(tail, 15), tail)


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.55, 0.75, 0.8, 0.9, 0.95, 1.0])
def test_binomial_tails(p: float) -> None:
    above, below = settled(scipy_stats.binom.sf(K - 1, N, p)), settled(scipy_stats.binom.cdf(K, N, p))
    np.testing.assert_array_equal(tail_at_least(K, N, UNKNOWN, UNKNOWN, p), above)
    np.testing.assert_allclose(tail_at_most(K, N, UNKNOWN, UNKNOWN, p), below, rtol=1e-12)


@pytest.mark.parametrize("p", [0.8, 0.9, 0.95])
def test_the_lower_tail_at_leading_lines(p: float) -> None:
    below = settled(scipy_stats.binom.cdf(K, N, p))
    np.testing.assert_array_equal(tail_at_most(K, N, UNKNOWN, UNKNOWN, p), below)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_clopper_pearson_bounds(confidence: float) -> None:
    alpha = {0.9: 0.1, 0.95: 0.05, 0.99: 0.01}[confidence]
    some, all_but_some = K > 0, K < N
    np.testing.assert_array_equal(
        lower_bound(K[some], N[some], confidence), scipy_stats.beta.ppf(alpha, K[some], N[some] - K[some] + 1)
    )
    k, n = K[all_but_some], N[all_but_some]
    np.testing.assert_array_equal(upper_bound(k, n, confidence), scipy_stats.beta.isf(alpha, k + 1, n - k))


@pytest.mark.parametrize("n", [2, 3, 14, 100, 565])
def test_harrell_davis(n: int) -> None:
    values, shares = np.random.default_rng(n).lognormal(size=n), [0.05, 0.2, 0.5, 0.8, 0.9]
    np.testing.assert_array_equal(harrell_davis(values, shares), np.asarray(mstats.hdquantiles(values, prob=shares)))


# Eighths and their like, so that p-values tie and stand just on a step.
@given(st.lists(st.sampled_from([*np.arange(41) / 40, *np.arange(22) / 420]), min_size=1, max_size=21))
def test_benjamini_hochberg(p_values: list[float]) -> None:
    expected = scipy_stats.false_discovery_control(p_values, method="bh") <= 0.05
    assert benjamini_hochberg(p_values, 0.05).tolist() == expected.tolist()
