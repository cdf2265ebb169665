"""The exact test: R's numbers, exact fractions, and the facts that the method states."""

from __future__ import annotations

import csv
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.stats import p_leading, p_not_leading, share_count, smallest_n
from tests.stats import reference

TWENTIETH = Fraction(1, 20)
TABLE = list(csv.DictReader((reference.VECTORS / "r_binom_test_p80.csv").open(encoding="utf-8")))


def test_p_values_at_p80_are_those_of_r() -> None:
    n, k, expected = (np.array([float(row[name]) for row in TABLE]) for name in ("n", "k", "p"))
    assert len(TABLE) > 100
    np.testing.assert_allclose(p_leading(k, n, 0.8), expected, rtol=1e-12, atol=1e-14)


def test_floats_miss_at_55_per_cent_but_shares_do_not() -> None:
    assert 0.55 * 100 > 55
    assert share_count(0.55, 100) == 55
    assert share_count(0.55, 20) == 11
    assert share_count(0.8, 7) == Fraction(28, 5)


@pytest.mark.parametrize("p", ["0.5", "0.55", "0.75", "0.8", "0.9"])
def test_binomial_tails_equal_exact_fractions(p: str) -> None:
    for n in (1, 2, 5, 14, 33, 60):
        k = np.arange(n + 1)
        up = [float(reference.leading(int(i), n, p, None)) for i in k]
        down = [float(reference.not_leading(int(i), n, p, None)) for i in k]
        np.testing.assert_allclose(p_leading(k, n, float(p)), up, rtol=0, atol=1e-12)
        np.testing.assert_allclose(p_not_leading(k, n, float(p)), down, rtol=0, atol=1e-12)


@pytest.mark.parametrize("p", ["0.5", "0.55", "0.8", "0.95"])
@pytest.mark.parametrize("population", [1, 2, 5, 20, 25, 47])
def test_hypergeometric_tails_equal_exact_fractions(p: str, population: int) -> None:
    for n in range(population + 1):
        k = np.arange(n + 1)
        up = [float(reference.leading(int(i), n, p, population)) for i in k]
        down = [float(reference.not_leading(int(i), n, p, population)) for i in k]
        np.testing.assert_allclose(p_leading(k, n, float(p), population), up, rtol=0, atol=1e-12)
        np.testing.assert_allclose(p_not_leading(k, n, float(p), population), down, rtol=0, atol=1e-12)


@pytest.mark.parametrize("p", ["0.5", "0.75", "0.8", "0.9"])
def test_no_verdict_hangs_on_float_fuzz_at_alpha(p: str) -> None:
    """At N = 25, n = 23, k = 19 and P80 the p-value is exactly 1/20: within alpha."""
    for population in (6, 16, 25, 30):
        for n in range(1, population + 1):
            k = np.arange(n + 1)
            exact = [reference.leading(int(i), n, p, population) <= TWENTIETH for i in k]
            assert ((p_leading(k, n, float(p), population) <= 0.05) == exact).all()
            denied = [reference.not_leading(int(i), n, p, population) <= TWENTIETH for i in k]
            assert ((p_not_leading(k, n, float(p), population) <= 0.05) == denied).all()
    assert reference.leading(19, 23, "0.8", 25) == TWENTIETH


@pytest.mark.parametrize(("p", "n"), [(0.5, 5), (0.75, 11), (0.8, 14), (0.9, 29), (0.95, 59)])
def test_fewest_peers_for_any_verdict(p: float, n: int) -> None:
    assert smallest_n(p, 0.05) == n
    assert p_leading(n, n, p) <= 0.05 < p_leading(n - 1, n - 1, p)


@pytest.mark.parametrize("population", range(1, 90))
def test_fewest_peers_with_the_industry_known_is_no_more_and_agrees_with_its_definition(population: int) -> None:
    n = smallest_n(0.8, 0.05, population)
    assert n <= min(14, population)
    assert reference.leading(n, n, "0.8", population) <= TWENTIETH
    assert reference.leading(n - 1, n - 1, "0.8", population) > TWENTIETH


def test_an_empty_industry_never_has_enough_peers() -> None:
    assert smallest_n(0.8, 0.05, 0) == 1
    assert p_leading(0, 0, 0.8, 0) == 1
    assert p_not_leading(0, 0, 0.8, 0) == 1


def test_how_many_peers_may_be_as_good_or_better_at_p80() -> None:
    first = [next(n for n in range(1, 80) if n > j and p_leading(n - j, n, 0.8) <= 0.05) for j in range(6)]
    assert first == [14, 22, 30, 37, 44, 50]


def test_a_factory_exactly_on_the_line_is_called_leading_in_at_most_one_of_twenty_at_every_n_to_200() -> None:
    """Exactly, in fractions: the rate is P(X >= the fewest that win) at a true share of 0.8."""
    for n in range(1, 201):
        wins = np.flatnonzero(p_leading(np.arange(n + 1), n, 0.8) <= 0.05)
        assert bool(wins.size) == (n >= 14)
        if wins.size:
            assert reference.binomial_at_least(int(wins[0]), n, Fraction(4, 5)) <= TWENTIETH


def test_the_naive_rule_calls_44_to_74_per_cent_of_factories_on_the_line_leading() -> None:
    rates = [float(reference.binomial_at_least(-(-4 * n // 5), n, Fraction(4, 5))) for n in range(5, 21)]
    assert (round(min(rates), 2), round(max(rates), 2)) == (0.44, 0.74)


def test_known_and_unknown_industries_may_stand_in_one_array() -> None:
    mixed = p_leading([14, 9, 0], [14, 9, 0], 0.8, [None, 20, 5])
    assert mixed.tolist() == [p_leading(14, 14, 0.8), p_leading(9, 9, 0.8, 20), 1.0]


def test_scipys_quantile_test_gives_the_same_p_values() -> None:
    """Its "greater" on the p-quantile is our not leading; the smaller tail doubled is its "two-sided"."""
    compared = 0
    for example in reference.vectors("scipy_quantile_test_docs.json")["examples"]:
        if "pvalue" not in example:
            continue
        x, n = np.array(example["x"]), len(example["x"])
        not_better = p_not_leading(int((x <= example["q"]).sum()), n, example["p"])
        worse = p_leading(int((x < example["q"]).sum()), n, example["p"])
        ours = not_better if example["alternative"] == "greater" else min(1, 2 * min(not_better, worse))
        assert ours == pytest.approx(example["pvalue"], rel=1e-12)
        compared += 1
    assert compared == 4


@pytest.mark.parametrize(("k", "n", "population"), [(-1, 5, None), (6, 5, None), (5, 5, 4)])
def test_impossible_counts_are_refused(k: int, n: int, population: int | None) -> None:
    with pytest.raises(ValueError, match=r"count|population"):
        p_leading(k, n, 0.8, population)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, float("nan")])
def test_a_line_outside_0_to_1_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="leading line"):
        p_leading(1, 5, p)


@given(st.integers(1, 80), st.integers(0, 60), st.sampled_from([0.5, 0.55, 0.75, 0.8, 0.9]))
def test_beating_more_peers_never_hurts(n: int, unseen: int, p: float) -> None:
    k = np.arange(n + 1)
    for population in (None, n + unseen):
        assert (np.diff(p_leading(k, n, p, population)) <= 1e-15).all()
        assert (np.diff(p_not_leading(k, n, p, population)) >= -1e-15).all()


@given(st.integers(1, 40), st.data())
def test_a_large_industry_is_as_good_as_an_unknown_one(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    gaps = [abs(p_leading(k, n, 0.8, size) - p_leading(k, n, 0.8)) for size in (10**5, 10**7)]
    assert gaps[1] <= 1e-4
    assert gaps[1] <= gaps[0] + 1e-9


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 9), st.randoms())
def test_the_order_of_peers_is_irrelevant(peers: list[int], x: int, random: Random) -> None:
    shuffled = peers.copy()
    random.shuffle(shuffled)
    p_values = {float(p_leading(int((np.array(some) < x).sum()), len(some), 0.8)) for some in (peers, shuffled)}
    assert len(p_values) == 1
