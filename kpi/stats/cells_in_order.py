"""Whole cells placed at once: values are sorted once within their cell, and counted along."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kpi.stats.counts import Array

Counts = NDArray[np.int32]
ALONE = 0
"""The group number of a record that has no other of its group."""


class CellsInOrder:
    """The records of some cells by value, and what can be counted along them. ``records`` are those of each cell."""

    def __init__(self, values: Array, groups: NDArray[np.integer], cells: NDArray[np.integer]) -> None:
        """An entry a record in each, in any order; no value is NaN.

        ``cells`` are numbered from 0 on, and none is left out. Records of a cell with the same number in ``groups`` are
        of one group, unless it is ``ALONE``.
        """
        self.records: Counts = np.bincount(cells).astype(np.int32)
        self._first = np.cumsum(self.records, dtype=np.int32) - self.records
        by_value = np.argsort(values)
        self._order = by_value[_stable_order(cells[by_value])]
        self._values, self._cells = values[self._order], cells
        self._count_groups(groups[self._order])

    def _count_groups(self, groups: NDArray[np.integer]) -> None:
        """Look at the members of groups alone: most records are of none."""
        members = np.flatnonzero(groups != ALONE)
        # The sort is stable: within its cell a group's first is its worst, and its last its best.
        members = members[np.lexsort((groups[members], self._cells[self._order[members]]))]
        worst = _differs_from_before(groups[members], self._cells[self._order[members]])
        best = np.append(worst[1:], True)[: len(members)]
        first_of_group, of_group = _runs(worst)
        first_of_tie, of_tie = _runs(worst | _differs_from_before(self._values[members]))
        self._members = self._order[members]
        self._own_worse, self._own_tied, self._own_others = first_of_tie - first_of_group, of_tie - 1, of_group - 1
        self._not_best, self._not_worst = self._upto(members[~best]), self._upto(members[~worst])

    def counts(self) -> dict[str, Counts]:
        """Of each record, in the order in which they were given, without its own group.

        ``worse``, ``tied`` and ``n`` are records; of ``groups`` so many are ``groups_worse`` by their best record and
        ``groups_not_better`` by their worst.
        """
        # A rung is all records of a cell with the same value: what is counted is the same for each of them.
        begins = _differs_from_before(self._values)
        begins[self._first] = True
        below = np.flatnonzero(begins).astype(np.int32)
        upto = np.append(below[1:], np.int32(len(begins)))[: len(below)]
        first = self._first[self._cells[self._order[below]]]
        rung = np.empty(len(begins), dtype=np.int32)
        rung[self._order] = np.repeat(np.arange(len(below), dtype=np.int32), upto - below)
        counts = {
            "worse": (below - first)[rung],
            "tied": (upto - below - 1)[rung],
            "n": (self.records - 1)[self._cells],
            "groups": (self.groups() - 1)[self._cells],
            "groups_worse": (below - self._not_best[below] - first + self._not_best[first])[rung],
            "groups_not_better": (upto - self._not_worst[upto] - first + self._not_worst[first] - 1)[rung],
        }
        counts["worse"][self._members] -= self._own_worse
        counts["tied"][self._members] -= self._own_tied
        counts["n"][self._members] -= self._own_others
        return counts

    def groups(self) -> Counts:
        """Of each cell; who is alone is one."""
        others: Counts = self._not_best[self._first + self.records] - self._not_best[self._first]
        return self.records - others

    def quantile(self, share: float) -> Array:
        """Of all records of each cell, as ``type7`` counts it, in the values' unit."""
        place = (self.records - 1) * share
        below, above = np.floor(place), np.ceil(place)
        low, high = (self._values[self._first + rank.astype(np.int32)] for rank in (below, above))
        part, step = place - below, high - low
        # From the nearer side, so that equal values give that value.
        quantiles: Array = np.where(part < 0.5, low + step * part, high - step * (1 - part))
        return quantiles

    def mean(self) -> Array:
        """Of all records of each cell, in the values' unit: summed with some digits more than a float has."""
        sums = np.add.reduceat(self._values.astype(np.longdouble), self._first)
        return (sums / self.records).astype(np.float64)

    def _upto(self, places: NDArray[np.intp]) -> Counts:
        """How many of ``places`` are among the first so many records of all cells."""
        steps = np.zeros(len(self._values) + 1, dtype=np.int32)
        steps[places + 1] = 1
        return np.cumsum(steps, dtype=np.int32)


def _stable_order(numbers: NDArray[np.integer]) -> NDArray[np.intp]:
    """Where the entries go, ascending; equal ones stay as they stand. Numbers are not negative.

    NumPy sorts numbers of sixteen bits by their digits, several times as fast as longer ones.
    """
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    if numbers.max(initial=0) > 0xFFFF:
        order = order[np.argsort((numbers[order] >> 16).astype(np.uint16), kind="stable")]
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
