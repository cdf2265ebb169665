"""Whole cells at once: against a count of each record by itself, and against the quantiles of one cell."""

from __future__ import annotations

from bisect import bisect_left
from math import fsum

import numpy as np
import pytest

from kpi.stats import cells_in_order
from kpi.stats.cells_in_order import ALONE, CountedCells, count_cells
from kpi.stats.quantiles import type7

SHARES = (0.0, 0.1, 0.2, 0.5, 0.75, 0.8, 0.9, 1.0)


def without_groups(values: np.ndarray, records: np.ndarray) -> CountedCells:
    return count_cells(values, np.full(len(values), ALONE), records, SHARES)


def counted(values: np.ndarray, groups: np.ndarray, records: np.ndarray) -> dict[str, list[int]]:
    """The slow twin."""
    names = ("worse", "tied", "n", "groups", "groups_worse", "groups_not_better")
    found: dict[str, list[int]] = {name: [] for name in names}
    for cell in np.split(np.arange(len(values)), np.cumsum(records)[:-1]):
        for own in cell:
            peers = [at for at in cell if at != own and (groups[at] == ALONE or groups[at] != groups[own])]
            of_group: dict[tuple[int, int], list[float]] = {}
            for at in peers:
                key = (groups[at], -1 if groups[at] != ALONE else at)
                of_group.setdefault(key, []).append(values[at])
            row = (
                sum(values[at] < values[own] for at in peers),
                sum(values[at] == values[own] for at in peers),
                len(peers),
                len(of_group),
                sum(max(one) < values[own] for one in of_group.values()),
                sum(min(one) <= values[own] for one in of_group.values()),
            )
            for name, count in zip(names, row, strict=True):
                found[name].append(count)
    return found


@pytest.mark.parametrize("decimals", [0, 1, 9])
@pytest.mark.parametrize("groups", [1, 3, 40])
def test_random_cells_are_counted_as_each_record_by_itself(decimals: int, groups: int) -> None:
    draw = np.random.default_rng([decimals, groups])
    records = draw.integers(1, 25, 30)
    values = draw.normal(0, 2, records.sum()).round(decimals)
    # A third is alone; the number of a group may come in several cells.
    of = np.where(draw.random(len(values)) < 1 / 3, ALONE, draw.integers(1, groups + 1, len(values)))
    found = count_cells(values, of, records, ())
    expected = counted(values, of, records)
    assert {name: counts.tolist() for name, counts in found.counts.items()} == expected
    parts = np.split(of, np.cumsum(records)[:-1])
    assert found.groups.tolist() == [
        sum(one == ALONE for one in part) + len({one for one in part if one != ALONE}) for part in parts
    ]
    for name in ("worse", "groups_worse"):
        assert max(expected[name]) > 0


def test_cells_counted_in_parts_are_as_counted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(5)
    records = draw.integers(1, 25, 300)
    values, of = draw.normal(0, 2, records.sum()).round(1), draw.integers(0, 9, records.sum())
    at_once = count_cells(values, of, records, SHARES)
    for size in (1, 10, 700):
        monkeypatch.setattr(cells_in_order, "RECORDS_OF_A_PART", size)
        in_parts = count_cells(values, of, records, SHARES)
        assert in_parts.counts.keys() == at_once.counts.keys()
        for name, counts in in_parts.counts.items():
            assert counts.tolist() == at_once.counts[name].tolist()
        assert in_parts.groups.tolist() == at_once.groups.tolist()
        assert in_parts.means.tolist() == at_once.means.tolist()
        assert np.array_equal(in_parts.quantiles, at_once.quantiles)


def test_quantiles_are_those_of_each_cell_by_itself() -> None:
    draw = np.random.default_rng(2)
    records = np.append(draw.integers(1, 60, 40), 1)
    values = draw.normal(30, 15, records.sum()).round(1)
    parts = np.split(values, np.cumsum(records)[:-1])
    for share, found in zip(SHARES, without_groups(values, records).quantiles, strict=True):
        assert found.tolist() == [type7(part, share) for part in parts]


def test_equal_values_have_that_value_for_every_quantile_and_mean() -> None:
    found = without_groups(np.full(9, 33.3), np.array([7, 2]))
    assert np.array_equal(found.quantiles, np.full((len(SHARES), 2), 33.3))
    assert found.means.tolist() == [33.3, 33.3]


def test_means_are_of_the_exact_sum() -> None:
    draw = np.random.default_rng(4)
    records = draw.integers(1, 5_000, 20)
    values = draw.normal(1e6, 1e3, records.sum()).round(1)
    exact = [fsum(part) / len(part) for part in np.split(values, np.cumsum(records)[:-1])]
    assert without_groups(values, records).means == pytest.approx(exact, rel=2e-16)


def test_zeros_of_both_signs_are_tied() -> None:
    counts = without_groups(np.array([0.0, -0.0, -1.0, 0.0]), np.array([4])).counts
    assert counts["tied"].tolist() == [2, 2, 0, 2]
    assert counts["worse"].tolist() == [1, 1, 0, 1]


def test_values_of_every_size_and_sign_and_their_nearest_are_in_order() -> None:
    draw = np.random.default_rng(6)
    values = draw.choice([-1.0, 1.0], 400) * 10.0 ** draw.uniform(-320, 307, 400)
    values = np.concatenate([values, np.nextafter(values, 0), np.nextafter(values, np.inf), [0.0]])
    draw.shuffle(values)
    in_order = sorted(values.tolist())
    assert min(in_order) < 0 < max(in_order)
    counts = without_groups(values, np.array([len(values)])).counts
    assert counts["worse"].tolist() == [bisect_left(in_order, value) for value in values.tolist()]


def test_more_cells_than_sixteen_bits_number_are_kept_apart() -> None:
    cells = 70_000
    values = np.tile([2.0, 1.0], cells)
    values[-2:] = [1.0, 1.0]
    counts = without_groups(values, np.full(cells, 2)).counts
    assert counts["worse"].tolist() == [1, 0] * (cells - 1) + [0, 0]
    assert counts["tied"].tolist() == [0, 0] * (cells - 1) + [1, 1]
