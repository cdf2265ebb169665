"""Quantiles and percentiles against R, SciPy's documentation and exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from kpi.stats import (
    harrell_davis,
    harrell_davis_weights,
    percentile_mid,
    percentile_strict,
    percentile_weak,
    type7,
    type7_weights,
)
from kpi.stats.quantiles import weighted_sum
from tests.stats import reference

QUANTILES = reference.vectors("r_quantile_types.json")
RANKS = reference.vectors("r_ranks.json")["sets"]


@pytest.mark.parametrize("name", sorted(QUANTILES["sets"]))
def test_type_7_is_that_of_r(name: str) -> None:
    example = QUANTILES["sets"][name]
    values = np.array(np.atleast_1d(np.array(example["x"], dtype=object)), dtype=float)
    np.testing.assert_allclose(type7(values, QUANTILES["p"]), example["types"]["type7"], rtol=1e-12)


@pytest.mark.parametrize(("n", "p"), [(4, "0.2"), (9, "0.2"), (9, "0.5"), (19, "0.8"), (29, "0.8")])
def test_harrell_davis_weighs_by_exact_beta_increments(n: int, p: str) -> None:
    """Where (n+1)p is whole the beta distribution function is a binomial tail, so the weights are fractions."""
    values = [i * i % 17 for i in range(n)]
    a = int(Fraction(p) * (n + 1))
    below = [reference.binomial_at_least(a, n, Fraction(i, n)) for i in range(n + 1)]
    expected = sum((below[i + 1] - below[i]) * x for i, x in enumerate(sorted(values)))
    assert harrell_davis(values, float(p)) == pytest.approx(float(expected), abs=1e-12)


def test_quantiles_of_nothing_and_of_one() -> None:
    assert np.isnan(type7([], 0.5))
    assert np.isnan(harrell_davis([np.nan], [0.2, 0.8])).tolist() == [True, True]
    assert harrell_davis([42.0], [0.2, 0.8]).tolist() == [42, 42]
    assert type7([42.0, np.nan], 0.8) == 42


@pytest.mark.parametrize("quantile", [type7, harrell_davis])
def test_a_share_outside_0_to_1_is_refused(quantile: object) -> None:
    for p in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="shares"):
            quantile([1.0, 2.0], p)


VALUES = st.lists(st.floats(-1000, 1000), min_size=2, max_size=40)


@given(VALUES, st.sampled_from([0.2, 0.5, 0.8]))
def test_quantiles_stay_within_the_values_and_ignore_their_order(values: list[float], p: float) -> None:
    for quantile in (type7, harrell_davis):
        assert min(values) - 1e-9 <= quantile(values, p) <= max(values) + 1e-9
        assert quantile(values[::-1], p) == quantile(values, p)


def test_percentiles_are_those_of_scipys_documentation() -> None:
    kinds = {"strict": 0, "weak": 0, "mean": 0}
    for case in reference.vectors("scipy_percentileofscore_docs.json")["cases"]:
        peers, x = np.array(case["peers"]), case["score"]
        k, e, n = int((peers < x).sum()), int((peers == x).sum()), len(peers)
        ours = {"strict": percentile_strict(k, n), "weak": percentile_weak(k, e, n), "mean": percentile_mid(k, e, n)}
        if case["kind"] in ours:
            assert 100 * ours[case["kind"]] == pytest.approx(case["value"], abs=1e-12)
            kinds[case["kind"]] += 1
    assert min(kinds.values()) >= 1


@pytest.mark.parametrize("name", sorted(RANKS))
def test_strict_is_the_percent_rank_and_weak_the_ecdf_of_r(name: str) -> None:
    """percent_rank counts the candidate among n + 1, the ecdf of all counts it as tied with itself."""
    everyone = np.array([x for x in RANKS[name]["x"] if x is not None], dtype=float)
    worse = (everyone[None, :] < everyone[:, None]).sum(axis=1)
    tied = (everyone[None, :] == everyone[:, None]).sum(axis=1)
    rank, ecdf = ([v for v in RANKS[name][key] if v is not None] for key in ("coinr_n_prank", "ecdf"))
    np.testing.assert_allclose(percentile_strict(worse, everyone.size - 1), rank, atol=1e-12)
    np.testing.assert_allclose(percentile_weak(worse, tied, everyone.size), ecdf, atol=1e-12)


def test_no_peers_is_undefined_not_zero() -> None:
    assert np.isnan([percentile_strict(0, 0), percentile_weak(0, 0, 0), percentile_mid(0, 0, 0)]).all()


def test_more_peers_beaten_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        percentile_weak(3, 3, 5)


@pytest.mark.parametrize("n", [1, 2, 10, 37, 400])
@pytest.mark.parametrize("p", [0.2, 0.25, 0.5, 0.75, 0.8])
def test_a_quantile_is_the_weighted_sum_of_the_sorted_values(n: int, p: float) -> None:
    values = np.random.default_rng(n).lognormal(2, 1, n)
    assert type7_weights(n, p) @ np.sort(values) == pytest.approx(type7(values, p), rel=1e-12)
    assert harrell_davis_weights(n, p) @ np.sort(values) == pytest.approx(harrell_davis(values, p), rel=1e-12)
    assert type7_weights(n, p).sum() == pytest.approx(1)


@pytest.mark.parametrize("n", [2, 63, 64, 65, 1000, 12_345])
@pytest.mark.parametrize("p", [0.05, 0.2, 0.5, 0.8])
def test_the_weights_of_many_values_are_those_of_each_edge_asked_for(n: int, p: float) -> None:
    """Pieces in which nothing changes are not worked out: to the last bit it makes no difference."""
    edges = special.betainc((n + 1) * p, (n + 1) * (1 - p), np.arange(n + 1) / n)
    assert np.array_equal(harrell_davis_weights(n, p), np.diff(edges))


def test_a_long_weighted_sum_is_the_exact_one() -> None:
    draw = np.random.default_rng(3)
    for n in (10, 10_000, 10_001, 200_000):
        weights, values = draw.random(n), draw.normal(0, 50, n)
        exact = math.fsum((weights * values).tolist())
        assert weighted_sum(weights, values) == pytest.approx(exact, rel=1e-9, abs=1e-6)
