"""Many KPIs at once, against plain loops over the definitions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import norm

from kpi.stats import (
    alpha_with_ties,
    benjamini_hochberg,
    closed_testing_count,
    closed_testing_p,
    holm_count,
    p_leading,
    p_not_leading,
    smallest_tail,
)
from tests.benchmark import reference

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
    # In this order: 0.05 * 3 / 3 is more than 0.05 as computers multiply.
    return any(p * (len(p_values) / rank) <= alpha for rank, p in enumerate(sorted(p_values), 1))


def by_all_subsets(p_values: list[float], alpha: float) -> int:
    """The definition: all claims but the largest set that is not rejected as "none of these"."""
    m = len(p_values)
    subsets = (subset for size in range(1, m + 1) for subset in combinations(p_values, size))
    return m - max((len(subset) for subset in subsets if not simes(subset, alpha)), default=0)


@example([0.03125, 0.046875, 0.05])
@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=7))
def test_closed_testing_is_what_all_subsets_say_and_never_weaker_than_holm(p_values: list[float]) -> None:
    count = closed_testing_count(p_values, 0.05)
    assert count == by_all_subsets(p_values, 0.05)
    assert count >= holm_count(p_values, 0.05)


def test_closed_testing_finds_more_than_holm_where_many_are_nearly_small_enough() -> None:
    """Six at 0.03: Holm asks 0.05 / 6 of the first and stops; Simes rejects every set of them."""
    assert (holm_count([0.03] * 6, 0.05), closed_testing_count([0.03] * 6, 0.05)) == (0, 6)
    assert closed_testing_count([0.03, float("nan")], 0.05) == 0


@given(st.lists(st.floats(0, 0.2), min_size=1, max_size=7), st.data())
def test_the_p_value_of_at_least_u_is_the_least_alpha_that_shows_so_many(p_values: list[float], data) -> None:
    u = data.draw(st.integers(1, len(p_values)))
    p_value = float(closed_testing_p(p_values, u))
    assert closed_testing_count(p_values, p_value) >= u
    assert p_value == 0 or closed_testing_count(p_values, np.nextafter(p_value, 0)) < u


def test_many_families_of_one_size_are_asked_at_once() -> None:
    families = np.random.default_rng(1).uniform(0, 0.1, (50, 6))
    for u in range(1, 7):
        each = [float(closed_testing_p(family, u)) for family in families]
        assert closed_testing_p(families, u).tolist() == each
    with pytest.raises(ValueError, match="no question"):
        closed_testing_p(families, 7)


# A corrected p-value that equals alpha.

LINES = [Fraction(part, 20) for part in (6, 10, 12, 15, 16, 18)]
ALPHAS = [Fraction(1, 20), Fraction(1, 10), Fraction(1, 100)]


@cache
def tied_p_values(alpha: Fraction) -> list[tuple[Fraction, float]]:
    """P-values of counts that are exactly alpha * i / m for some i <= m <= 21, and as many others below alpha: as
    fractions, and as the product's tests give them.
    """
    levels = {alpha * i / m for m in range(1, 22) for i in range(1, m + 1)}
    ties, others = [], []
    for p, size in product(LINES, (None, *range(2, 25))):
        for n in range(1, (size or 12) + 1):
            for k in range(n + 1):
                asked = k, n, p, size
                for exact, of_product in ((reference.p_leading, p_leading), (reference.p_not_leading, p_not_leading)):
                    tail = exact(*asked)
                    if tail <= alpha:
                        (ties if tail in levels else others).append((tail, of_product, asked))
    kept = ties + others[:: len(others) // len(ties)]
    return [(tail, float(of_product(k, n, float(p), size))) for tail, of_product, (k, n, p, size) in kept]


def holm_of(p_values: list[Fraction], alpha: Fraction) -> int:
    ordered, m = sorted(p_values), len(p_values)
    return next((i for i in range(m) if ordered[i] * (m - i) > alpha), m)


def listed_of(p_values: list[Fraction], alpha: Fraction) -> list[bool]:
    ordered, m = sorted(p_values), len(p_values)
    last = max((p for i, p in enumerate(ordered, 1) if p * m / i <= alpha), default=Fraction(-1))
    return [p <= last for p in p_values]


def closed_of(p_values: list[Fraction], alpha: Fraction) -> int:
    ordered, m = sorted(p_values), len(p_values)
    for size in range(m, 0, -1):
        if all(p * size / i > alpha for i, p in enumerate(ordered[m - size :], 1)):
            return m - size
    return m


def tails_of(p_values: list[Fraction], alpha: Fraction) -> list[bool]:
    ordered, m = sorted(p_values), len(p_values)
    return [(m - u + 1) * ordered[u - 1] <= alpha for u in range(1, m + 1)]


@pytest.mark.parametrize("alpha", ALPHAS, ids=str)
def test_a_corrected_p_value_that_equals_alpha_passes(alpha: Fraction) -> None:
    """Against the same rules in fractions, with p-values that tie as often as not."""
    known = tied_p_values(alpha)
    chance, ties = np.random.default_rng(1), 0
    as_given, with_ties = float(alpha), alpha_with_ties(float(alpha))
    for m in [*range(1, 22)] * 12:
        drawn = [known[place] for place in chance.integers(len(known), size=m)]
        exact, floats = [item for item, _ in drawn], [item for _, item in drawn]
        assert holm_count(floats, with_ties) == holm_of(exact, alpha)
        assert benjamini_hochberg(floats, with_ties).tolist() == listed_of(exact, alpha)
        assert closed_testing_count(floats, with_ties) == closed_of(exact, alpha)
        assert [smallest_tail(floats, u) <= with_ties for u in range(1, m + 1)] == tails_of(exact, alpha)
        ties += holm_count(floats, as_given) != holm_of(exact, alpha)
        ties += benjamini_hochberg(floats, as_given).tolist() != listed_of(exact, alpha)
    assert ties or alpha != Fraction(1, 20), "the p-values drawn are no test of ties"


def test_eleven_at_a_220th_are_eleven() -> None:
    """All 3 of 12 drawn: 1/220, which times 11 comes out of floating point above 0.05."""
    p_values = [float(p_leading(3, 3, 0.3, 12))] * 11
    assert p_values[0] == pytest.approx(1 / 220, abs=1e-15)
    assert (holm_count(p_values, 0.05), holm_count(p_values, alpha_with_ties(0.05))) == (0, 11)


# How often Simes' test refuses, with KPIs that are correlated: docs/method.md 4 says for which it is valid.


def refused_share(n: int, true_place: float, correlation: float) -> float:
    """Of 4,000 factories at ``true_place`` on six KPIs, whose peers' values are correlated between the KPIs."""
    draws, m = 4_000, 6
    chance = np.random.default_rng(3)
    alike = np.linalg.cholesky((1 - correlation) * np.eye(m) + correlation * np.ones((m, m)))
    peers = chance.standard_normal((draws, n, m)) @ alike.T
    not_better = (peers < norm.ppf(true_place)).sum(axis=1)
    p_values = p_not_leading(np.arange(n + 1), n, 0.8)[not_better]
    return float(np.mean(closed_testing_p(p_values, 1) <= alpha_with_ties(0.05)))


@pytest.mark.parametrize("correlation", [-0.19, 0.0, 0.6, 0.95])
def test_a_factory_on_the_line_everywhere_is_refused_in_at_most_5_per_cent(correlation: float) -> None:
    assert max(refused_share(n, 0.8, correlation) for n in (14, 50)) <= 0.05


def test_factories_below_the_line_are_refused_more_often_than_by_the_smallest_p_value() -> None:
    """By alpha / m it was 62 % and 80 %."""
    assert refused_share(14, 0.6, 0.0) == pytest.approx(0.74, abs=0.03)
    assert refused_share(60, 0.7, 0.0) == pytest.approx(0.86, abs=0.03)
