"""One-sided bounds: R's numbers, exact twins, and their agreement with the test that decides."""

from __future__ import annotations

import csv
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.stats import exact_alpha, lower_bound, p_leading, p_not_leading, share_count, upper_bound
from tests.stats import reference

TWENTIETH = Fraction(1, 20)


def test_bounds_are_those_of_r() -> None:
    table = list(csv.DictReader((reference.VECTORS / "r_binom_test_p80.csv").open(encoding="utf-8")))
    n, k, low, high = (np.array([float(row[name]) for row in table]) for name in ("n", "k", "lower", "upper"))
    np.testing.assert_allclose(lower_bound(k, n, 0.95), low, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(upper_bound(k, n, 0.95), high, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 5, 14, 30])
def test_bounds_equal_an_exact_search(n: int) -> None:
    for k in range(n + 1):
        assert lower_bound(k, n, 0.95) == pytest.approx(reference.clopper_pearson_lower(k, n, TWENTIETH), abs=1e-12)
        mirrored = 1 - reference.clopper_pearson_lower(n - k, n, TWENTIETH)
        assert upper_bound(k, n, 0.95) == pytest.approx(mirrored, abs=1e-12)


@pytest.mark.parametrize("population", [1, 2, 6, 16, 25, 31])
def test_finite_bounds_equal_trying_every_population(population: int) -> None:
    for n in range(population + 1):
        k = np.arange(n + 1)
        low = [float(reference.finite_lower(int(i), n, population, TWENTIETH)) for i in k]
        high = [float(reference.finite_upper(int(i), n, population, TWENTIETH)) for i in k]
        assert lower_bound(k, n, 0.95, population).tolist() == low
        assert upper_bound(k, n, 0.95, population).tolist() == high


@given(st.integers(1, 60), st.integers(0, 300), st.sampled_from([0.5, 0.75, 0.8, 0.9]), st.data())
def test_the_bound_reaches_the_line_just_where_the_test_says_so(
    n: int, unseen: int, p: float, data: st.DataObject
) -> None:
    k, population = data.draw(st.integers(0, n)), n + unseen
    line = -(-share_count(p, population) // 1)
    assert (p_leading(k, n, p, population) <= 0.05) == (
        round(float(lower_bound(k, n, 0.95, population)) * population) >= line
    )
    assert (p_not_leading(k, n, p, population) <= 0.05) == (
        round(float(upper_bound(k, n, 0.95, population)) * population) < line
    )


@given(st.integers(0, 60), st.integers(0, 300), st.data())
def test_bounds_bracket_the_counted_share_and_what_is_still_possible(n: int, unseen: int, data: st.DataObject) -> None:
    k, population = data.draw(st.integers(0, n)), n + unseen
    assert lower_bound(k, n, 0.95) <= (k / n if n else 0) + 1e-12
    assert upper_bound(k, n, 0.95) >= (k / n if n else 1) - 1e-12
    if population:
        assert k / population <= lower_bound(k, n, 0.95, population) <= (k + unseen) / population
        assert k / population <= upper_bound(k, n, 0.95, population) <= (k + unseen) / population


def test_a_whole_industry_leaves_no_doubt() -> None:
    assert lower_bound(17, 20, 0.95, 20) == upper_bound(17, 20, 0.95, 20) == 0.85


def test_ends_and_empty_cells() -> None:
    assert (float(lower_bound(0, 9, 0.95)), float(upper_bound(9, 9, 0.95))) == (0, 1)
    for population in (None, 0, 7):
        assert (float(lower_bound(0, 0, 0.95, population)), float(upper_bound(0, 0, 0.95, population))) == (0, 1)


def test_a_large_industry_approaches_the_binomial_bound() -> None:
    assert lower_bound(18, 20, 0.95, 10**6) == pytest.approx(lower_bound(18, 20, 0.95), abs=1e-5)
    assert upper_bound(18, 20, 0.95, 10**6) == pytest.approx(upper_bound(18, 20, 0.95), abs=1e-5)


def test_mixed_arrays_equal_their_scalars() -> None:
    k, n, sizes = [5, 3, 12], [5, 5, 14], [None, 20, float("nan")]
    assert lower_bound(k, n, 0.95, sizes).tolist() == [
        lower_bound(5, 5, 0.95),
        lower_bound(3, 5, 0.95, 20),
        lower_bound(12, 14, 0.95),
    ]


def test_alpha_is_exact() -> None:
    assert exact_alpha(0.95) == 0.05 != 1 - 0.95
    with pytest.raises(ValueError, match="confidence"):
        lower_bound(1, 2, 1.0)
