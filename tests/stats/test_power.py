"""The chance to be called leading."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi.stats import clause_power, most_losing, p_leading, p_not_leading, peers_needed, power, smallest_winning
from tests.stats import reference


@pytest.mark.parametrize(("n", "k"), [(13, None), (14, 14), (21, 21), (22, 21), (30, 28), (37, 34), (44, 40), (50, 45)])
def test_fewest_beaten_peers_that_win_at_p80(n: int, k: int | None) -> None:
    assert smallest_winning(n, 0.8, 0.05) == k


@pytest.mark.parametrize("population", [None, 60, 200])
def test_the_fewest_that_win_are_the_first_that_p_leading_lets_through(population: int | None) -> None:
    for n in range(61):
        wins = [k for k in range(n + 1) if p_leading(k, n, 0.8, population) <= 0.05]
        assert smallest_winning(n, 0.8, 0.05, population) == (wins[0] if wins else None)


@pytest.mark.parametrize("population", [None, 60, 200])
def test_the_most_that_lose_are_the_last_that_p_not_leading_lets_through(population: int | None) -> None:
    for n in range(61):
        loses = [k for k in range(n + 1) if p_not_leading(k, n, 0.8, population) <= 0.05]
        assert most_losing(n, 0.8, 0.05, population) == (loses[-1] if loses else -1)


def test_power_is_the_exact_tail() -> None:
    expected = float(reference.binomial_at_least(33, 35, Fraction(19, 20)))
    assert smallest_winning(35, 0.8, 0.05) == 33
    assert power(35, 0.8, 0.05, 0.95) == pytest.approx(expected, abs=1e-12)
    known = float(reference.drawn_at_least(smallest_winning(35, 0.8, 0.05, 60) or 0, 35, 57, 60))
    assert power(35, 0.8, 0.05, 0.95, 60) == pytest.approx(known, abs=1e-12)


def test_power_at_the_line_is_the_size_of_the_test() -> None:
    sizes = [power(n, 0.8, 0.05, 0.8) for n in range(1, 121)]
    assert max(sizes) <= 0.05
    assert sizes[:13] == [0.0] * 13
    assert min(sizes[13:]) > 0


def test_power_grows_with_the_true_percentile() -> None:
    chances = [power(35, 0.8, 0.05, q / 100) for q in range(80, 101)]
    assert chances == sorted(chances)
    assert chances[-1] == 1


def test_six_main_kpis_among_35_peers_are_seldom_all_leading() -> None:
    """With independent KPIs: never at P90 everywhere, about one time in six at P95."""
    assert round(100 * clause_power([35] * 6, 0.8, 0.05, 0.90)) == 0
    assert round(100 * clause_power([35] * 6, 0.8, 0.05, 0.95)) == 17


def test_a_clause_that_asks_for_four_of_six_is_met_far_more_often() -> None:
    """P95 with 35 peers: 3 times the fourth p-value is at most alpha in 29 %, closed testing shows four in 57 %."""
    found = clause_power([35] * 6, 0.8, 0.05, 0.95, at_least=4)
    assert found == pytest.approx(0.57, abs=0.02)
    assert clause_power([35] * 6, 0.8, 0.05, 0.95, at_least=6) == clause_power([35] * 6, 0.8, 0.05, 0.95)
    assert clause_power([35] * 6, 0.8, 0.05, 0.95, [60] * 6, at_least=4) > found


def test_a_clause_needs_a_population_for_each_kpi() -> None:
    assert clause_power([14, 60], 0.8, 0.05, 0.95, [20, None]) == pytest.approx(
        power(14, 0.8, 0.05, 0.95, 20) * power(60, 0.8, 0.05, 0.95)
    )
    with pytest.raises(ValueError, match="shorter"):
        clause_power([14, 60], 0.8, 0.05, 0.95, [20])


@pytest.mark.parametrize("at", [0.9, 0.95, 0.99])
def test_from_the_peers_needed_on_the_power_never_falls_below_the_wanted(at: float) -> None:
    needed = peers_needed(0.8, 0.05, at)
    assert needed is not None
    assert power(needed - 1, 0.8, 0.05, at) < 0.8
    assert all(power(n, 0.8, 0.05, at) >= 0.8 for n in range(needed, 300))


def test_no_number_of_peers_shows_a_factory_that_stands_on_the_line() -> None:
    assert peers_needed(0.9, 0.05, 0.9) is None
