"""Acceptability against exact enumeration, and what every draw must keep."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from kpi.stats import (
    acceptability,
    central_weights,
    composite,
    draw_ranks,
    draw_weights,
    drawn_shares,
    geometric,
    kpi_weights,
    places,
    sampling_covariance,
    weighted_composite,
    winning_shares,
)

GROUPS = ["A", "A", "B"]
NAN = np.nan


def test_two_groups_are_as_acceptable_as_the_exact_line_says() -> None:
    """Two KPIs of two groups and no sampling: who is first changes where w = 1/3 and w = 3/4, and w is uniform."""
    scores = np.array([[0.9, 0.1], [0.6, 0.7], [0.1, 0.95]])
    rng = np.random.default_rng(5)
    weights = draw_weights(["A", "B"], 40_000, rng)
    found = acceptability(places(weighted_composite(scores[None], ["A", "B"], weights.groups, weights.within)))
    # i is ahead of j where w (a_i - a_j) > (1 - w)(b_j - b_i): an interval of w, of which the length is its chance.
    grid = (np.arange(1_000_000) + 0.5) / 1_000_000
    exact = grid[:, None] * scores[:, 0] + (1 - grid[:, None]) * scores[:, 1]
    order = 1 + (exact[:, None, :] > exact[:, :, None]).sum(axis=2)
    expected = np.stack([(order == place).mean(axis=0) for place in (1, 2, 3)], axis=1)
    assert found == pytest.approx(expected, abs=0.01)
    assert expected[0, 0] == pytest.approx(1 - 0.6 / 0.9, abs=1e-5)


def test_resampled_rows_are_as_likely_as_every_resample_enumerated() -> None:
    """Integer row weights in place of drawn ones: all 27 resamples of three rows, each by counting its rows."""
    values, rows = np.array([[2.0], [1.0]]), np.array([[0.0], [1.0], [3.0]])
    resamples = list(product(range(3), repeat=3))
    weights = np.array([[sample.count(row) for row in range(3)] for sample in resamples], dtype=float)
    shares = drawn_shares(values, rows, weights)[:, :, 0]
    for sample, (first, second) in zip(resamples, shares, strict=True):
        drawn = [rows[row, 0] for row in sample]
        assert first == pytest.approx(sum((x < 2) + (x == 2) / 2 for x in drawn) / 3)
        assert second == pytest.approx(sum((x < 1) + (x == 1) / 2 for x in drawn) / 3)


def test_equal_weights_are_the_composite_and_blanks_pass_their_weight_on() -> None:
    table = np.array([[0.2, 0.6, 0.5], [NAN, 0.3, 0.9], [NAN, NAN, 0.4], [NAN, NAN, NAN]])
    found = weighted_composite(table, GROUPS, [0.5, 0.5], [0.5, 0.5, 1.0])
    assert found[:3] == pytest.approx(composite(table, GROUPS)[:3])
    assert np.isnan(found[3])
    assert not np.allclose(found[:3], geometric(table, GROUPS)[:3])


def test_who_dominates_is_ahead_in_every_draw() -> None:
    rng = np.random.default_rng(2)
    rows = rng.integers(0, 6, (30, 3)).astype(float)
    values = np.array([[3.0, 4, 2], [3, 3, 2], [5, 0, 5]])
    drawn = draw_ranks(values, np.vstack([rows, values]), np.zeros((3, 3)), GROUPS, 3000, rng)
    assert winning_shares(drawn.composites)[0, 1] == 1.0
    assert (drawn.places[:, 0] < drawn.places[:, 1]).all()


def test_shares_and_winning_shares_add_up() -> None:
    rng = np.random.default_rng(4)
    values = rng.random((5, 3))
    values[0, 2] = NAN
    drawn = draw_ranks(values, np.vstack([rng.random((20, 3)), values]), np.zeros((5, 3)), GROUPS, 500, rng)
    assert acceptability(drawn.places).sum(axis=1) == pytest.approx(np.ones(5))
    shares = winning_shares(drawn.composites)
    assert shares + shares.T == pytest.approx(np.ones((5, 5)))
    first = acceptability(drawn.places)[:, 0]
    central = central_weights(drawn.places, drawn.weights.groups)
    assert np.isnan(central[first == 0]).all()
    assert central[first > 0].sum(axis=1) == pytest.approx(np.ones((first > 0).sum()))


def test_the_same_seed_gives_the_same_order_and_weights_sum_to_1() -> None:
    values = np.random.default_rng(6).random((4, 3))
    first, again = (
        draw_ranks(values, values, np.zeros((4, 3)), GROUPS, 50, np.random.default_rng(9), [0.25, 0.75])
        for _ in range(2)
    )
    assert (first.composites == again.composites).all()
    assert (first.weights.groups == [0.25, 0.75]).all()
    assert first.weights.within[:, :2].sum(axis=1) == pytest.approx(np.ones(50))
    with pytest.raises(ValueError, match="1 in all"):
        draw_weights(GROUPS, 3, np.random.default_rng(1), [0.5, 0.6])


def test_level_candidates_share_the_better_place_and_nothing_comes_last() -> None:
    assert places([0.5, 0.7, 0.7, NAN, 0.1 + 0.4]).tolist() == [3, 1, 1, 5, 3]


def test_the_covariance_is_that_of_many_drawn_reference_sets() -> None:
    """Against 40,000 Bayesian bootstraps; blanks among the rows and the candidates included."""
    rng = np.random.default_rng(8)
    rows = rng.normal(size=(60, 3))
    rows[rng.random((60, 3)) < 0.1] = NAN
    values = np.array([[0.2, 0.5, 0.1], [NAN, -0.3, 1.0], [1.1, 0.0, NAN]])
    table = drawn_shares(values, rows, np.ones((1, 60)))[0]
    counted = kpi_weights(table, GROUPS)
    found = sampling_covariance(values, rows, counted)
    drawn = drawn_shares(values, rows, rng.standard_exponential((40_000, 60)))
    expected = np.cov((np.nan_to_num(drawn) * counted).sum(axis=2), rowvar=False)
    np.testing.assert_allclose(found, expected, rtol=0.06, atol=2e-5)


def test_a_composite_is_its_scores_by_what_each_counts() -> None:
    table = np.array([[0.2, 0.6, 0.5], [NAN, 0.3, 0.9], [NAN, NAN, 0.4]])
    for weights in (None, [0.3, 0.7]):
        counted = kpi_weights(table, GROUPS, weights)
        assert counted.sum(axis=1) == pytest.approx(np.ones(3))
        assert (counted * np.nan_to_num(table)).sum(axis=1) == pytest.approx(composite(table, GROUPS, weights))
