"""The attack on a published cell, against a slow twin that asks for both ends of every interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kpi.stats import harrell_davis_weights, reconstruction, type7_weights
from kpi.stats.reconstruction import PublishedBounds, Statement, exposes_any, first_exposed
from tests.stats.reference_intervals import slow_intervals

pytestmark = pytest.mark.slow

NO_BOUNDS = (None, None)


def table(values: np.ndarray, unit: float, shares: Sequence[float], mean: bool) -> list[PublishedBounds]:
    """What is known when these quantiles, and the mean, are published in ``unit``."""
    n = len(values)
    rows = [harrell_davis_weights(n, share) for share in shares] + ([np.full(n, 1 / n)] if mean else [])
    reported = [unit * round(float(weights @ np.sort(values)) / unit) for weights in rows]
    return [
        PublishedBounds(weights, item - unit / 2, item + unit / 2) for weights, item in zip(rows, reported, strict=True)
    ]


def spread(values: np.ndarray) -> float:
    q1, q3 = np.quantile(values, [0.25, 0.75])
    return float(q3 - q1)


DRAWS = {
    "normal": lambda draw, n: np.clip(draw.normal(50, 15, n), 0, 100),
    "lognormal": lambda draw, n: draw.lognormal(2.5, 0.8, n),
    "uniform": lambda draw, n: draw.uniform(0, 100, n),
    "many zeros": lambda draw, n: np.where(draw.random(n) < 0.4, 0, np.round(draw.gamma(2, 8, n))),
    "two clusters": lambda draw, n: np.clip(np.where(draw.random(n) < 0.5, 25, 75) + draw.normal(0, 4, n), 0, 100),
}


@pytest.mark.campaign
@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("bounds", [(0.0, 100.0), (-100.0, None), (None, 100.0)], ids=str)
def test_the_twin_finds_the_same_cells_safe(name: str, bounds: tuple[float | None, float | None]) -> None:
    """From few coarse numbers to many fine ones, so that both answers occur; who is exposed is so by the twin too."""
    draw = np.random.default_rng(len(name))
    verdicts = set()
    for n, divisor, shares in ((10, 5, 4), (14, 20, 6), (17, 200, 24), (21, 40, 12), (26, 5, 4)):
        values = np.minimum(DRAWS[name](draw, n), 100.0)
        width = spread(values) / 4
        known = table(values, spread(values) / divisor, np.arange(1, shares) / shares, mean=n % 2 == 0)
        widths = np.array([high - low for low, high in slow_intervals(known, bounds, n)])
        exposed = first_exposed(values, known, bounds, width)
        verdicts.add(exposed is None)
        assert (exposed is None) == bool((widths >= width * (1 - 1e-6)).all())
        assert exposed is None or widths[exposed] < width
    assert verdicts == {True, False}


@pytest.mark.campaign
@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("bounds", [(0.0, 100.0), (None, None)], ids=str)
def test_where_few_steps_are_solved_for_the_narrowest_interval_is_the_twins(
    name: str, bounds: tuple[float | None, float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more values than the first program holds, the width that is just kept is the narrowest of the whole one."""
    monkeypatch.setattr(reconstruction, "AT_FIRST", 4)
    draw = np.random.default_rng(len(name))
    for n, shares in ((20, 6), (41, 16)):
        values = np.minimum(DRAWS[name](draw, n), 100.0)
        known = table(values, spread(values) / 10, np.arange(1, shares) / shares, mean=True)
        narrowest = min(high - low for low, high in slow_intervals(known, bounds, n))
        assert narrowest > 0
        assert first_exposed(values, known, bounds, narrowest * (1 - 1e-4)) is None
        assert first_exposed(values, known, bounds, narrowest * (1 + 1e-4)) is not None


@pytest.mark.parametrize("n", [10, 12, 15])
def test_the_twin_agrees_on_whole_numbers(n: int) -> None:
    draw = np.random.default_rng(n)
    for unit in (0.2, 1.0, 2.0, 4.0):
        values = draw.geometric(0.3, n).astype(float) - 1
        width = spread(values) / 4
        known = table(values, unit, (0.5,), mean=False)
        ends = slow_intervals(known, (0.0, None), n)
        counted = np.array([np.floor(high + 1e-6) - np.ceil(low - 1e-6) for low, high in ends])
        exposed = first_exposed(values, known, (0.0, None), width, whole=True)
        assert (exposed is None) == bool((counted >= width).all())


def test_a_mean_to_the_last_digit_gives_nobody_away_and_all_quantiles_do() -> None:
    values = np.arange(10.0, 22.0)
    n, width = len(values), spread(values) / 4
    exact = float(values.mean())
    assert first_exposed(values, [PublishedBounds(np.full(n, 1 / n), exact, exact)], NO_BOUNDS, width) is None
    shares = np.arange(1, 24) / 24
    assert first_exposed(values, table(values, 0.001, shares, mean=True), NO_BOUNDS, width) is not None


@pytest.mark.parametrize("own", [0, 3, 7, 11])
def test_a_member_that_knows_its_place_learns_what_the_twin_learns_of_the_others(own: int) -> None:
    """The twin is given the member's value as one more exact number, and its own interval is not counted."""
    values = np.sort(np.random.default_rng(own).normal(50, 15, 12))
    width, verdicts = spread(values) / 4, set()
    for unit, shares in ((0.05, np.arange(1, 24) / 24), (12.0, (0.2, 0.5, 0.8))):
        known = table(values, unit, shares, mean=True)
        pinned = PublishedBounds(np.eye(len(values))[own], values[own], values[own])
        ends = slow_intervals([*known, pinned], NO_BOUNDS, len(values))
        others = np.delete(np.array([high - low for low, high in ends]), own)
        exposed = first_exposed(values, known, NO_BOUNDS, width, own=own)
        verdicts.add(exposed is None)
        assert exposed != own
        assert (exposed is None) == bool((others >= width * (1 - 1e-6)).all())
    assert verdicts == {True, False}


def test_a_bound_helps_the_attacker() -> None:
    """Zeros below a low quantile of nought: with the bound they are known, without it they might be far below."""
    values = np.array([0.0] * 8 + [float(number) for number in range(10, 34)])
    known, width = table(values, 1.0, (0.2, 0.5, 0.8), mean=False), spread(values) / 4
    assert first_exposed(values, known, NO_BOUNDS, width) is None
    assert first_exposed(values, known, (0.0, 100.0), width) is not None


def test_whole_numbers_are_differing_though_their_interval_is_not_narrow() -> None:
    """Between 0 and 0.9 there is one whole number, and one between 0.5 and 1.8."""
    values = np.array([0.0] * 7 + [1.0] * 3 + [2.0] * 4)
    known = [PublishedBounds(type7_weights(14, 0.5), 0.5, 0.9)]
    assert first_exposed(values, known, (0.0, None), 0.4) is None
    assert first_exposed(values, known, (0.0, None), 0.4, whole=True) in range(8)


def test_no_spread_asks_for_nothing_and_what_cannot_be_solved_protects_nobody() -> None:
    values = np.full(12, 5.0)
    known = [PublishedBounds(np.full(12, 1 / 12), 5.0, 5.0)]
    assert first_exposed(values, known, (5.0, 5.0), 0.0) is None
    impossible = [PublishedBounds(np.full(12, 1 / 12), 9.0, 9.0)]
    assert first_exposed(values, impossible, (0.0, 6.0), 1.0) is not None


def test_order_and_unit_of_the_values_change_nothing() -> None:
    draw = np.random.default_rng(8)
    values = draw.lognormal(2, 1, 24)
    for divisor in (5, 30):
        known = table(values, spread(values) / divisor, (0.2, 0.5, 0.8), mean=True)
        thousand = [PublishedBounds(item.weights, 1000 * item.low, 1000 * item.high) for item in known]
        want = first_exposed(values, known, (0.0, None), spread(values) / 4)
        assert first_exposed(draw.permutation(values), known, (0.0, None), spread(values) / 4) == want
        assert first_exposed(1000 * values, thousand, (0.0, None), 250 * spread(values)) == want


def at(place: int, n: int, low: float, high: float) -> PublishedBounds:
    """What a word tells of the value at one place."""
    return PublishedBounds(np.eye(n)[place], low, high)


def words_of(values: np.ndarray) -> list[Statement]:
    """What newcomers read of one place, and members of two, of whom one knows its own."""
    n = len(values)
    reported: list[Statement] = [([at(place, n, values[place], np.inf)], None) for place in range(0, n, 3)]
    reported += [([at(place, n, -np.inf, values[place])], None) for place in range(1, n, 3)]
    reported += [([at(place, n, values[place], values[place])], place) for place in (2, n // 2)]
    pairs = [(2, n // 2), (n // 2, n - 2)]
    return [*reported, *(([at(a, n, -np.inf, values[b]), at(b, n, values[a], np.inf)], None) for a, b in pairs)]


def twin_counts(
    values: np.ndarray,
    known: Sequence[PublishedBounds],
    reported: Sequence[Statement],
    bounds: tuple[float | None, float | None],
    width: float,
) -> list[int]:
    """How many values each statement leaves narrower than ``width``."""
    counts = []
    for more, own in reported:
        ends = slow_intervals([*known, *more], bounds, len(values))
        narrow = [high - low < width * (1 - 1e-6) for low, high in ends]
        counts.append(sum(narrow) - (own is not None and narrow[own]))
    return counts


@pytest.mark.campaign
@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("bounds", [(0.0, 100.0), (None, None)], ids=str)
def test_the_twin_counts_as_many_values_that_a_word_exposes(
    name: str, bounds: tuple[float | None, float | None]
) -> None:
    draw = np.random.default_rng([9, len(name)])
    seen = set()
    for n, divisor, shares in ((12, 3, 4), (15, 10, 6), (18, 30, 12)):
        values = np.sort(np.minimum(DRAWS[name](draw, n), 100.0))
        width = spread(values) / 4
        known = table(values, spread(values) / divisor, np.arange(1, shares) / shares, mean=True)
        reported = words_of(values)
        counts = twin_counts(values, known, reported, bounds, width)
        seen |= set(counts)
        for count in {1, 2, max(counts), max(counts) + 1} - {0}:
            assert exposes_any(values, known, reported, bounds, width, count=count) == (max(counts) >= count)
        for item, exposed in zip(reported, counts, strict=True):
            assert exposes_any(values, known, [item], bounds, width, count=max(exposed, 1)) == (exposed > 0)
    assert len(seen) > 2
