"""Every record of a baseline placed at once: as one factory is placed, and as a count in plain Python."""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import dataset

from kpi import tables
from kpi.errors import UserError
from kpi.services.whole_panels.year_on_spark import PlacedOnSpark
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.placing import CellOfRecords, PlacedCell
from tests.benchmark.panels import seeded
from tests.benchmark.test_placing_tables import YEAR, Asked, Row, freeze_rows, small_panel, turn
from tests.benchmark.test_placing_tables import counted as counted_by_the_product

pytestmark = pytest.mark.slow

COUNTS = ("worse", "tied", "n", "groups", "groups_worse", "groups_not_better")
LINES = ("mean", "p20", "p50", "p75", "p80", "p90")
CellKey = tuple[str, str, str, str]
Counts = dict[tuple[CellKey, str], tuple[int, ...]]


def key(cell: CellOfRecords) -> CellKey:
    return (cell.region, cell.industry, cell.kpi, cell.basis)


def placed(cursor: Cursor, baseline: str, together: int = 10**9) -> tuple[Counts, dict[CellKey, PlacedCell]]:
    """All counts and lines, so many cells at a time."""
    cells = tables.placing.cells_of_records(cursor, baseline)
    counts: Counts = {}
    lines: dict[CellKey, PlacedCell] = {}
    for first in range(0, len(cells), together):
        some = cells[first : first + together]
        found = tables.placing.place_cells(cursor, baseline, YEAR, some)
        lines |= {key(some[line.cell]): line for line in found.lines}
        for piece in found.records:
            rows = piece.to_pylist()
            assert [row["cell"] for row in rows] == sorted(row["cell"] for row in rows)
            counts |= {
                (key(some[row["cell"]]), row["credit_code"]): tuple(row[name] for name in COUNTS) for row in rows
            }
    return counts, lines


def counted(rows: Sequence[Row]) -> Counts:
    """The slow twin: each record compared with each of its cell."""
    cells = defaultdict(list)
    for *cell, code, group, value in rows:
        cells[tuple(cell)].append((code, group, value))
    found: Counts = {}
    for cell, records in cells.items():
        for code, group, x in records:
            peers = [(name, value) for _, name, value in records if name != group]
            speaks: dict[str, tuple[str, float]] = {}
            for other, name, value in records:
                if name != group:
                    speaks[name] = min(speaks.get(name, ("g", value)), (turn(other), value))
            found[cell, code] = (
                sum(value < x for _, value in peers),
                sum(value == x for _, value in peers),
                len(peers),
                len(speaks),
                sum(value < x for _, value in speaks.values()),
                sum(value <= x for _, value in speaks.values()),
            )
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """Type 7, exact."""
    ordered, rank = sorted(map(Fraction, values)), (len(values) - 1) * Fraction(share)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (rank - below) * (ordered[above] - ordered[below]))


def random_rows(draw: random.Random, panels: int) -> list[Row]:
    """Small panels, each with much, some or hardly any ties."""
    rows: list[Row] = []
    for number in range(panels):
        value = partial(_stepped, draw, *draw.choice([(3, 4), (12, 4), (90_000, 1000)]))
        rows += small_panel(f"{number}", draw, draw.randrange(1, 30), value, 0)[0]
    return rows


def _stepped(draw: random.Random, top: int, step: int) -> float:
    return draw.randrange(-1, top + 1) / step


def tied_and_alone(draw: random.Random) -> list[Row]:
    """Cells of one record, all tied, of zeros of both signs, with a mean that is a value; groups across cells."""

    def cell(name: str, values: Sequence[float], groups: Sequence[str] = ()) -> list[Row]:
        codes = [f"{name}-{place}" for place in range(len(values))]
        owners = [*groups, *codes[len(groups) :]]
        return [("上海市", name, "K08", "only", *row) for row in zip(codes, owners, values, strict=True)]

    spread = [draw.randrange(5) / 10 for _ in range(12)]
    return [
        *cell("alone", [3.0]),
        *cell("alone of a group", [3.0], ["G"]),
        *cell("tied", [33.3] * 9, ["G", "G", "H"]),
        *cell("one group", [1.0, 2.0, 2.0], ["G", "G", "G"]),
        *cell("zeros", [0.0, -0.0, -1.0, 0.0, -0.0], ["Z", "Z"]),
        *cell("mean", [0.1, 0.1, 0.1]),
        *cell("spread", spread, ["G", "H", "G", "H", "spread-5", "spread-5"]),
        *cell("infinitely near", [0.3, 0.1 + 0.2, 0.3]),
    ]


@pytest.mark.campaign
def test_small_panels_are_placed_as_one_by_one_and_as_counted_by_hand(fresh: Store) -> None:
    draw = seeded(71)
    with fresh.cursor() as cursor:
        cursor.begin()
        rows = random_rows(draw, 150)
        freeze_rows(cursor, "other", rows[:100])
        freeze_rows(cursor, "all", rows)
        counts, lines = placed(cursor, "all")
        in_parts = placed(cursor, "all", together=7)
        asked = [Asked(*row[:4], row[6], row[4], row[5]) for row in rows]
        one_by_one, _ = counted_by_the_product(cursor, "all", asked)
        cursor.rollback()
    assert len(counts) == len(rows) > 3_000
    assert counts == counted(rows)
    assert [counts[(item.region, item.industry, item.kpi, item.basis), item.credit_code] for item in asked] == [
        (
            *(row[name] for name in ("worse", "tied", "n", "chosen_n", "chosen_worse")),
            row["chosen_worse"] + row["chosen_tied"],
        )
        for row in one_by_one
    ]
    assert in_parts[0] == counts
    assert {cell: (in_part.mean, in_part.p80) for cell, in_part in in_parts[1].items()} == {
        cell: (line.mean, line.p80) for cell, line in lines.items()
    }


def test_odd_cells_are_placed_as_counted_by_hand(fresh: Store) -> None:
    rows = tied_and_alone(seeded(72))
    with fresh.cursor() as cursor:
        cursor.begin()
        freeze_rows(cursor, "odd", rows)
        counts, lines = placed(cursor, "odd", together=3)
        cursor.rollback()
    assert counts == counted(rows)
    of = {(cell[1], code): found for (cell, code), found in counts.items()}
    assert of["alone", "alone-0"] == of["alone of a group", "alone of a group-0"] == (0,) * 6
    assert {of["one group", f"one group-{place}"] for place in range(3)} == {(0,) * 6}
    assert of["tied", "tied-8"] == (0, 8, 8, 7, 0, 7)
    assert of["tied", "tied-0"] == (0, 7, 7, 7, 0, 7)
    # Zeros of either sign are tied; the group of two counts once.
    assert of["zeros", "zeros-3"] == (1, 3, 4, 3, 1, 3)
    # 0.1 + 0.2 is above 0.3 and no tie.
    assert of["infinitely near", "infinitely near-1"][:2] == (2, 0)
    by_name = {cell[1]: line for cell, line in lines.items()}
    assert by_name["mean"].mean == 0.1
    assert by_name["tied"].mean == by_name["tied"].p20 == 33.3
    assert (by_name["tied"].records, by_name["tied"].groups) == (9, 8)
    assert (by_name["alone"].p20, by_name["alone"].p90) == (3.0, 3.0)


def test_lines_are_exact_quantiles_and_the_mean_of_all_records(fresh: Store) -> None:
    draw = seeded(73)
    rows = small_panel("lines", draw, 400, partial(_value, draw), 0)[0]
    with fresh.cursor() as cursor:
        cursor.begin()
        freeze_rows(cursor, "lines", rows)
        _, lines = placed(cursor, "lines")
        cursor.rollback()
    assert len(lines) == 2
    for cell, line in lines.items():
        values = [row[-1] for row in rows if row[:4] == cell]
        assert line.records == len(values)
        assert line.groups == len({row[5] for row in rows if row[:4] == cell})
        assert line.mean == pytest.approx(float(statistics.fmean(values)), abs=1e-12)
        for name, share in {"p20": 0.2, "p50": 0.5, "p75": 0.75, "p80": 0.8, "p90": 0.9}.items():
            assert getattr(line, name) == pytest.approx(quantile(values, share), rel=1e-12)


def _value(draw: random.Random) -> float:
    return draw.randrange(-(10**6), 10**6) / 997


def test_a_large_group_within_a_cell_is_no_peer_of_itself(fresh: Store) -> None:
    draw = seeded(74)
    groups = ["large"] * 1500 + [f"small-{place // 3}" for place in range(600)]
    rows: list[Row] = [
        ("上海市", "汽车", "K08", "only", f"c{place}", group, draw.randrange(300) / 10)
        for place, group in enumerate(groups)
    ]
    with fresh.cursor() as cursor:
        cursor.begin()
        freeze_rows(cursor, "large", rows)
        counts, _ = placed(cursor, "large")
        cursor.rollback()
    values, own = np.array([row[-1] for row in rows]), np.array(groups)
    for row in rows[::50]:
        others = values[own != row[5]]
        assert counts[row[:4], row[4]][:3] == ((others < row[6]).sum(), (others == row[6]).sum(), len(others))


def test_an_unknown_baseline_has_nothing_to_place(fresh: Store) -> None:
    with fresh.cursor() as cursor:
        found: Any = placed(cursor, "none")
    assert found == ({}, {})


def test_answers_of_a_cluster_that_are_missing_are_noticed() -> None:
    """As where a worker wrote into a folder of its own that only has the same name."""
    cells = [CellOfRecords("上海市", "A", "K08", "only", 2), CellOfRecords("上海市", "A", "K10", "only", 1)]
    rows: list[dict[str, Any]] = [
        {"cell": 0, "credit_code": "b", "value": 1.0, **dict.fromkeys(COUNTS, 0)},
        {"cell": 0, "credit_code": "a", "value": 2.0, **dict.fromkeys(COUNTS, 1)},
        {"cell": 0, "credit_code": None, "groups": 2, "records": 2, **dict.fromkeys(LINES, 1.5)},
    ]
    columns = {
        name: [row.get(name) for row in rows] for name in ("cell", "credit_code", "value", *COUNTS, "records", *LINES)
    }
    table = pa.table({**columns, "cell": pa.array(columns["cell"], pa.int32())})
    answered = PlacedOnSpark(dataset.dataset(table), {cell: number for number, cell in enumerate(cells)})
    found = answered.place(cells[:1])
    [piece] = found.records
    assert piece.column("credit_code").to_pylist() == ["a", "b"]
    assert found.lines == [PlacedCell(0, 2, 2, *[1.5] * len(LINES))]
    with pytest.raises(UserError, match="spark_incomplete"):
        answered.place(cells)
    of_one = {name: [row.get(name) for row in rows[1:]] for name in table.column_names}
    missing = pa.table({**of_one, "cell": pa.array(of_one["cell"], pa.int32())})
    short = PlacedOnSpark(dataset.dataset(missing), answered.numbers).place(cells[:1])
    with pytest.raises(UserError, match="spark_incomplete"):
        list(short.records)
