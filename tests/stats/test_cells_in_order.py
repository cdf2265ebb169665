"""Whole cells at once: against a count of each record by itself, and against the quantiles of one cell."""

from __future__ import annotations

from collections.abc import Callable
from math import fsum

import numpy as np
import pytest

from kpi.stats.cells_in_order import ALONE, CellsInOrder
from kpi.stats.quantiles import type7

SHARES = (0.0, 0.1, 0.2, 0.5, 0.75, 0.8, 0.9, 1.0)


def cells_of(records: np.ndarray) -> np.ndarray:
    """The cell of each record, one cell after the other."""
    return np.repeat(np.arange(len(records)), records)


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
    cells = CellsInOrder(values, of, cells_of(records))
    expected = counted(values, of, records)
    assert {name: counts.tolist() for name, counts in cells.counts().items()} == expected
    first = np.cumsum(records) - records
    assert cells.groups().tolist() == [
        sum(one == ALONE for one in part) + len({one for one in part if one != ALONE})
        for part in np.split(of, first[1:])
    ]
    for name in ("worse", "groups_worse"):
        assert max(expected[name]) > 0


def test_records_may_come_in_any_order() -> None:
    draw = np.random.default_rng(5)
    records = draw.integers(1, 25, 30)
    cells = cells_of(records)
    values, of = draw.normal(0, 2, len(cells)).round(1), draw.integers(0, 9, len(cells))
    shuffled = draw.permutation(len(cells))
    one, other = CellsInOrder(values, of, cells), CellsInOrder(values[shuffled], of[shuffled], cells[shuffled])
    for name, counts in one.counts().items():
        assert counts[shuffled].tolist() == other.counts()[name].tolist()
    assert one.quantile(0.8).tolist() == other.quantile(0.8).tolist()
    assert other.records.tolist() == records.tolist()


@pytest.mark.parametrize("share", SHARES)
def test_quantiles_are_those_of_each_cell_by_itself(share: float) -> None:
    draw = np.random.default_rng(2)
    records = np.append(draw.integers(1, 60, 40), 1)
    values = draw.normal(30, 15, records.sum()).round(1)
    cells = CellsInOrder(values, np.zeros(len(values), dtype=int), cells_of(records))
    each = [type7(part, share) for part in np.split(values, np.cumsum(records)[:-1])]
    assert cells.quantile(share).tolist() == each


def test_equal_values_have_that_value_for_every_quantile_and_mean() -> None:
    values = np.full(9, 33.3)
    cells = CellsInOrder(values, np.zeros(9, dtype=int), cells_of(np.array([7, 2])))
    for share in SHARES:
        assert cells.quantile(share).tolist() == [33.3, 33.3]
    assert cells.mean().tolist() == [33.3, 33.3]


def test_means_are_of_the_exact_sum() -> None:
    draw = np.random.default_rng(4)
    records = draw.integers(1, 5_000, 20)
    values = draw.normal(1e6, 1e3, records.sum()).round(1)
    cells = CellsInOrder(values, np.zeros(len(values), dtype=int), cells_of(records))
    exact = [fsum(part) / len(part) for part in np.split(values, np.cumsum(records)[:-1])]
    assert cells.mean() == pytest.approx(exact, rel=2e-16)


def test_zeros_of_both_signs_are_tied() -> None:
    counts = CellsInOrder(np.array([0.0, -0.0, -1.0, 0.0]), np.zeros(4, dtype=int), np.zeros(4, dtype=int)).counts()
    assert counts["tied"].tolist() == [2, 2, 0, 2]
    assert counts["worse"].tolist() == [1, 1, 0, 1]


def test_more_cells_than_sixteen_bits_number_are_kept_apart() -> None:
    cells = 70_000
    values = np.tile([2.0, 1.0], cells)
    values[-2:] = [1.0, 1.0]
    counts = CellsInOrder(values, np.zeros(2 * cells, dtype=int), np.repeat(np.arange(cells), 2)).counts()
    assert counts["worse"].tolist() == [1, 0] * (cells - 1) + [0, 0]
    assert counts["tied"].tolist() == [0, 0] * (cells - 1) + [1, 1]


def test_nothing_has_no_counts_and_no_lines() -> None:
    none = np.array([], dtype=int)
    cells = CellsInOrder(np.array([]), none, none)
    asked: list[Callable[[], np.ndarray]] = [cells.groups, cells.mean, lambda: cells.quantile(0.5)]
    assert all(len(counts) == 0 for counts in cells.counts().values())
    assert all(len(ask()) == 0 for ask in asked)
