"""Placing values among the peers of a frozen baseline: a look-up in what freezing wrote.

Three small questions find the few rows that say where the values stand; the rest is subtraction. See
``docs/decisions/0029-placing-is-a-look-up.md``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from math import ceil, copysign, floor, fsum, isfinite
from typing import NamedTuple, TypeAlias

from kpi.queries.rungs import ALL_PLACES, Places, Rungs
from kpi.queries.sql_runner import SqlRow, query_rows
from kpi.store.cursor import Cursor

MEDIAN = 0.5


class AskedValue(NamedTuple):
    """One value of one factory: its cell, the factory's code, and the group that is no peer of it."""

    region: str
    industry: str
    kpi: str
    basis: str
    value: float
    credit_code: str
    own_group: str


class Placed(NamedTuple):
    """Where one value stands among its peers.

    ``counts``: ``worse``, ``tied``, ``n`` are records without the own group; ``sibling_*`` records of the own group
    except the candidate itself; ``groups``, ``groups_worse``, ``groups_not_better`` one record per group, its best for
    "worse" and its worst for "not better", without the own group, and 1 or 0 in ``sibling_groups_*`` for the own group.

    ``lines``: mean, median and type-7 quantiles of the peers, whatever the value is; None where it has no peers.
    ``mean_place`` is the share of the peers at or below their mean, 0..1.
    """

    counts: SqlRow
    lines: SqlRow | None


def look_up(cursor: Cursor, baseline: str, asked: Sequence[AskedValue], quantiles: tuple[float, ...]) -> list[Placed]:
    """Where each value stands, in the order of ``asked``, with the lines at these shares."""
    places = _places(cursor, baseline, asked)
    lines = [one.lines((MEDIAN, *quantiles)) for one in places]
    rungs = Rungs(cursor, _wanted(places, [one for one in lines if one]))
    return [
        Placed(place.counts(rungs), line.found(rungs) if line else None)
        for place, line in zip(places, lines, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class LadderCell:
    """A cell of a frozen baseline: what it holds in all, and with which value and at which place its blocks begin."""

    cell: int
    records: int
    groups: int
    total: float
    first_block: int
    block_values: Sequence[float]
    block_places: Sequence[int]

    def block_of_value(self, value: float) -> int | None:
        """The block with the last value that is not above this one; None where all are above it."""
        before = bisect_right(self.block_values, value)
        return self.first_block + before - 1 if before else None

    def block_of_place(self, place: int) -> int:
        """The block with the record at this place, counted from 0."""
        return self.first_block + bisect_right(self.block_places, place) - 1


_NO_CELL = LadderCell(cell=0, records=0, groups=0, total=0.0, first_block=0, block_values=(), block_places=())


def cells_to_place_in(
    cursor: Cursor, baseline: str, industries: Sequence[str]
) -> dict[tuple[str, str, str, str], LadderCell]:
    """The cells of some industries, by region, industry, KPI and basis."""
    values = {"baseline": baseline, "industries": list(industries)}
    found = query_rows(cursor, "cells_to_place_in", values)
    keys = [(row.pop("region"), row.pop("industry"), row.pop("kpi"), row.pop("basis")) for row in found]
    return {key: LadderCell(**row) for key, row in zip(keys, found, strict=True)}


@dataclass(frozen=True, slots=True)
class FiledRecord:
    """One frozen record, and at which place of its cell it stands, counted from 0."""

    credit_code: str
    own_group: str
    value: float
    place: int


FiledRecords: TypeAlias = Mapping[tuple[int, str], Sequence[FiledRecord]]
"""Records by the number of their cell and a name: the enterprise's code, or that of its group."""


def filed_records(cursor: Cursor, names: Collection[str]) -> FiledRecords:
    """The records of enterprises and of groups, by credit codes and groups' names."""
    keys = [int.from_bytes(md5(name.encode(), usedforsecurity=False).digest()[:8], "little") for name in sorted(names)]
    found: defaultdict[tuple[int, str], list[FiledRecord]] = defaultdict(list)
    # One that is filed under two of the keys comes twice.
    for cell, *of_record in dict.fromkeys(
        tuple(row.values()) for row in query_rows(cursor, "records_of_keys", {"keys": keys})
    ):
        record = FiledRecord(*of_record)
        for name in {record.credit_code, record.own_group}:
            found[cell, name].append(record)
    return found


def _places(cursor: Cursor, baseline: str, asked: Sequence[AskedValue]) -> list[_Place]:
    cells = cells_to_place_in(cursor, baseline, sorted({one.industry for one in asked}))
    filed = filed_records(cursor, {name for one in asked for name in (one.credit_code, one.own_group)})
    found = [cells.get((one.region, one.industry, one.kpi, one.basis), _NO_CELL) for one in asked]
    return [_Place(one.value, cell, _left_out(one, cell.cell, filed)) for one, cell in zip(asked, found, strict=True)]


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """The candidate's own record, and the records of its group, which has the own one too unless that is ``apart``."""

    own: FiledRecord | None
    siblings: tuple[FiledRecord, ...]
    apart: bool

    def all(self) -> tuple[FiledRecord, ...]:
        return (*self.siblings, self.own) if self.own else self.siblings

    def group(self) -> list[float]:
        return [one.value for one in (self.siblings if self.apart else self.all())]


def _left_out(asked: AskedValue, cell: int, filed: FiledRecords) -> _LeftOut:
    own = next((one for one in filed.get((cell, asked.credit_code), ()) if one.credit_code == asked.credit_code), None)
    siblings = tuple(
        one
        for one in filed.get((cell, asked.own_group), ())
        if one.own_group == asked.own_group and one.credit_code != asked.credit_code
    )
    # Its frozen group need not be the candidate's, and then it is alone in it.
    return _LeftOut(own, siblings, own is not None and own.own_group != asked.own_group)


@dataclass(frozen=True, slots=True)
class _Place:
    """One value in its cell, and who is no peer of it there."""

    value: float
    cell: LadderCell
    left_out: _LeftOut

    def block_of_value(self) -> int | None:
        return self.cell.block_of_value(self.value)

    def counts(self, rungs: Rungs) -> SqlRow:
        x, out = self.value, self.left_out
        worse = not_better = groups_worse = groups_not_better = 0
        if (block := self.block_of_value()) is not None:
            rung = rungs.at_or_below(block, x)
            is_value = rung["value"] == x
            worse, not_better = int(rung["below" if is_value else "upto"]), int(rung["upto"])
            groups_worse = int(rung["bests_below" if is_value else "bests_upto"])
            groups_not_better = int(rung["worsts_upto"])
        siblings, everybody = [one.value for one in out.siblings], [one.value for one in out.all()]
        # Groups that are no peers: the own one, and that of an own record which is apart.
        groups = [group for group in (out.group(), [out.own.value] if out.own and out.apart else []) if group]
        return {
            "worse": worse - sum(value < x for value in everybody),
            "tied": not_better - worse - sum(value == x for value in everybody),
            "n": self.cell.records - len(everybody),
            "groups": self.cell.groups - len(groups),
            "groups_worse": groups_worse - sum(max(group) < x for group in groups),
            "groups_not_better": groups_not_better - sum(min(group) <= x for group in groups),
            "sibling_n": len(siblings),
            "sibling_worse": sum(value < x for value in siblings),
            "sibling_tied": sum(value == x for value in siblings),
            "sibling_groups_worse": int(bool(siblings) and max(siblings) < x),
            "sibling_groups_not_better": int(bool(siblings) and min(siblings) <= x),
        }

    def lines(self, shares: Sequence[float]) -> _Lines | None:
        out = self.left_out.all()
        n = self.cell.records - len(out)
        if not n:
            return None
        mean = to_twelve_decimals((self.cell.total - fsum(one.value for one in out)) / n)
        gaps = sorted(one.place for one in out)
        ranks = [(n - 1) * share for share in shares]
        between = [(rank, _with_gaps(floor(rank), gaps), _with_gaps(ceil(rank), gaps)) for rank in ranks]
        return _Lines(self.cell, n, mean, sum(one.value <= mean for one in out), between)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The mean of ``n`` peers, and for each quantile its rank among them and the two places that it lies between."""

    cell: LadderCell
    n: int
    mean: float
    left_out_up_to_mean: int
    between: Sequence[tuple[float, int, int]]

    def block_of_mean(self) -> int | None:
        return self.cell.block_of_value(self.mean)

    def blocks_of_places(self) -> Iterator[tuple[int, int]]:
        """Each place with its block."""
        for _, *pair in self.between:
            for place in map(int, pair):
                yield self.cell.block_of_place(place), place

    def found(self, rungs: Rungs) -> SqlRow:
        block = self.block_of_mean()
        # Rounding may put the mean of equal peers below all of them.
        up_to_mean = 0 if block is None else int(rungs.at_or_below(block, self.mean)["upto"])
        median, *lines = (
            between(rank, self._value_at(rungs, lower), self._value_at(rungs, upper))
            for rank, lower, upper in self.between
        )
        mean_place = (up_to_mean - self.left_out_up_to_mean) / self.n
        return {"mean": self.mean, "mean_place": mean_place, "median": median, "lines": lines}

    def _value_at(self, rungs: Rungs, place: int) -> float:
        return rungs.value_at(self.cell.block_of_place(place), place)


def _wanted(places: Sequence[_Place], lines: Sequence[_Lines]) -> dict[int, Places]:
    """All of the blocks in which values and means are looked for; of others the rungs of the quantiles alone."""
    wanted: dict[int, Places] = {}
    for line in lines:
        for block, place in line.blocks_of_places():
            first, last = wanted.get(block, (place, place))
            wanted[block] = (min(first, place), max(last, place))
    of_values = (*(one.block_of_value() for one in places), *(one.block_of_mean() for one in lines))
    return wanted | {block: ALL_PLACES for block in of_values if block is not None}


def _with_gaps(peer: int, gaps: Sequence[int]) -> int:
    """The place of a peer in the whole cell, of which the places ``gaps``, ascending, are no peers'."""
    return peer + bisect_right([gap - number for number, gap in enumerate(gaps)], peer)


def between(rank: float, lower: float, upper: float) -> float:
    """The quantile at ``rank`` between two neighbours, rounded as DuckDB's ``quantile_cont`` does, to the last bit."""
    share = rank - floor(rank)
    if not share:
        return lower
    # In whole numbers, so that it is rounded once.
    (a, b), (c, d), (e, f) = (one.as_integer_ratio() for one in (lower, 1 - share, upper * share))
    return (a * c * f + e * b * d) / (b * d * f)


def to_twelve_decimals(value: float) -> float:
    """Three peers at 0.1 sum to 0.30000000000000004: without rounding their mean would be above all of them.

    As DuckDB's ``round`` does it, to the last bit.
    """
    scaled = value * 1e12
    if not isfinite(scaled):
        return value
    whole = scaled if abs(scaled) >= 2**52 else copysign(floor(abs(scaled) + 0.5), scaled)
    return whole / 1e12
