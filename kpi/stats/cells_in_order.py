"""Whole cells placed at once: values are sorted once within their cell, and counted along."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kpi.stats.counts import Array

Counts = NDArray[np.int32]
ALONE = 0
"""The group number of a record that has no other of its group."""
RECORDS_OF_A_PART = 125_000
"""Cells are taken together up to about so many records: what is counted stays in the processor's cache."""
_COUNTS = ("worse", "tied", "n", "groups", "groups_worse", "groups_not_better")
"""Of ``CountedCells``."""


@dataclass(frozen=True, slots=True)
class CountedCells:
    """``counts`` by name, an entry a record: without its own group.

    ``worse``, ``tied`` and ``n`` are records; of ``groups`` so many are ``groups_worse`` by their best record and
    ``groups_not_better`` by their worst.

    All else has an entry a cell and is of all its records: how many groups, where who is alone is one, the mean, and
    the quantiles asked for, both in the values' unit.
    """

    counts: dict[str, Counts]
    groups: Counts
    means: Array
    quantiles: tuple[Array, ...]


def count_cells(
    values: Array, groups: NDArray[np.integer], records: NDArray[np.integer], shares: Sequence[float]
) -> CountedCells:
    """Count along some cells; ``records`` says how many each has, and none is empty.

    ``values``, without NaN, and ``groups`` have an entry a record, one cell after the other. Records of a cell with the
    same number in ``groups`` are of one group, unless it is ``ALONE``. Quantiles as ``type7``.
    """
    ends = np.append(0, np.cumsum(records))
    firsts = np.flatnonzero(np.diff(ends[1:] // RECORDS_OF_A_PART, prepend=-1))
    counts = {name: np.empty(len(values), dtype=np.int32) for name in _COUNTS}

    def counted(part: tuple[int, int]) -> tuple[Counts, Array, tuple[Array, ...]]:
        first, after = part
        rows = slice(ends[first], ends[after])
        cells = _InOrder(values[rows], groups[rows], records[first:after].astype(np.int32))
        for name, found in cells.counts().items():
            counts[name][rows] = found
        return cells.groups(), cells.means(), tuple(map(cells.quantile, shares))

    with ThreadPoolExecutor() as threads:  # NumPy lets others work while it sorts
        parts = list(threads.map(counted, pairwise([*firsts.tolist(), len(records)])))
    of_groups, means, quantiles = zip(*parts, strict=True)
    return CountedCells(
        counts,
        np.concatenate(of_groups),
        np.concatenate(means),
        tuple(np.concatenate(of_share) for of_share in zip(*quantiles, strict=True)),
    )


class _InOrder:
    """The records of some cells by value."""

    def __init__(self, values: Array, groups: NDArray[np.integer], records: Counts) -> None:
        self._records, self._first = records, np.cumsum(records, dtype=np.int32) - records
        cells = np.repeat(np.arange(len(records), dtype=np.int32), records)
        by_value = _by_digits(_whole_numbers(values), np.arange(len(values)))
        self._order = _by_digits(cells, by_value)
        self._values, self._cells = values[self._order], cells
        self._count_groups(groups[self._order])

    def _count_groups(self, groups: NDArray[np.integer]) -> None:
        """Look at the members of groups alone: most records are of none."""
        members = np.flatnonzero(groups != ALONE)
        # The sort is stable: within its cell a group's first is its worst, and its last its best.
        members = members[np.lexsort((groups[members], self._cells[members]))]
        worst = _differs_from_before(groups[members], self._cells[members])
        best = np.append(worst[1:], True)[: len(members)]
        first_of_group, of_group = _runs(worst)
        first_of_tie, of_tie = _runs(worst | _differs_from_before(self._values[members]))
        self._members = self._order[members]
        self._own_worse, self._own_tied, self._own_others = first_of_tie - first_of_group, of_tie - 1, of_group - 1
        self._not_best, self._not_worst = self._upto(members[~best]), self._upto(members[~worst])

    def counts(self) -> dict[str, Counts]:
        # A rung is all records of a cell with the same value: what is counted is the same for each of them.
        begins = _differs_from_before(self._values)
        begins[self._first] = True
        below = np.flatnonzero(begins).astype(np.int32)
        upto = np.append(below[1:], np.int32(len(begins)))
        first = self._first[self._cells[below]]
        rung = np.empty(len(begins), dtype=np.int32)
        rung[self._order] = np.repeat(np.arange(len(below), dtype=np.int32), upto - below)
        counts = {
            "worse": (below - first)[rung],
            "tied": (upto - below - 1)[rung],
            "n": np.repeat(self._records - 1, self._records),
            "groups": np.repeat(self.groups() - 1, self._records),
            "groups_worse": (below - self._not_best[below] - first + self._not_best[first])[rung],
            "groups_not_better": (upto - self._not_worst[upto] - first + self._not_worst[first] - 1)[rung],
        }
        counts["worse"][self._members] -= self._own_worse
        counts["tied"][self._members] -= self._own_tied
        counts["n"][self._members] -= self._own_others
        return counts

    def groups(self) -> Counts:
        others: Counts = self._not_best[self._first + self._records] - self._not_best[self._first]
        return self._records - others

    def quantile(self, share: float) -> Array:
        place = (self._records - 1) * share
        below, above = np.floor(place), np.ceil(place)
        low, high = (self._values[self._first + rank.astype(np.int32)] for rank in (below, above))
        part, step = place - below, high - low
        # From the nearer side, so that equal values give that value.
        quantiles: Array = np.where(part < 0.5, low + step * part, high - step * (1 - part))
        return quantiles

    def means(self) -> Array:
        """Summed with some digits more than a float has."""
        sums = np.add.reduceat(self._values.astype(np.longdouble), self._first)
        return (sums / self._records).astype(np.float64)

    def _upto(self, places: NDArray[np.intp]) -> Counts:
        """How many of ``places`` are among the first so many records of all cells."""
        steps = np.zeros(len(self._values) + 1, dtype=np.int32)
        steps[places + 1] = 1
        return np.cumsum(steps, dtype=np.int32)


def _whole_numbers(values: Array) -> NDArray[np.uint64]:
    """Numbers in the order of the values, and equal where these are.

    The bits of a float are in its order once the sign's is turned, and below zero all the others too.
    """
    bits = (values + 0.0).view(np.int64)  # of two equal zeros the one without a sign
    return (bits ^ (bits >> 63 | np.int64(-(2**63)))).view(np.uint64)


def _by_digits(numbers: NDArray[np.integer], order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where the entries go, ascending; equal ones stay as ``order`` has them. Numbers are not negative.

    NumPy sorts numbers of sixteen bits by their digits. Five such sorts take as long whatever vector instructions a
    processor has; its ``argsort`` of floats takes half as long with some of them, and twice as long with others.
    """
    for shift in range(0, int(numbers.max(initial=0)).bit_length(), 16):
        digits = (numbers >> shift).astype(np.uint16)
        order = order[np.argsort(digits[order], kind="stable")]
    return order


def _differs_from_before(*columns: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where an entry of any column is another than the one before it; the first always is."""
    differs = np.zeros(len(columns[0]), dtype=bool)
    differs[:1] = True
    for column in columns:
        differs[1:] |= column[1:] != column[:-1]
    return differs


def _runs(begins: NDArray[np.bool_]) -> tuple[Counts, Counts]:
    """For each entry, where its run begins and how long it is."""
    first = np.flatnonzero(begins).astype(np.int32)
    length = np.diff(first, append=np.int32(len(begins)))
    return np.repeat(first, length), np.repeat(length, length)
