"""Placing every record of a baseline at once: cell by cell, because no count reaches beyond its cell.

Records are sorted and counted in memory (``count_cells``), which takes a third of what DuckDB takes for it. Two
questions in SQL say the same, which a test holds: for a cell too large for memory, and on a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.queries.sql_runner import query_batches, query_rows, query_table
from kpi.store.cursor import Cursor

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROWS_OF_A_PIECE = 250_000
RECORDS_IN_MEMORY = 2_000_000
"""Cells are sorted together up to so many records: few questions for a panel of small cells. Two million take 600 MB,
with what DuckDB needs to hand them over in order."""
_SHARES = (0.2, 0.5, 0.75, 0.8, 0.9)
"""Of the quantiles of a ``PlacedCell``, in its order."""
_DECIMALS_OF_MEANS = 12
"""Three records at 0.1 sum to 0.30000000000000004: without rounding their mean would be above all of them."""


@dataclass(frozen=True, slots=True)
class CellOfRecords:
    """A cell and how many records it has."""

    region: str
    industry: str
    kpi: str
    basis: str
    records: int


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """The lines of all records of a cell (``sql/placed_cells.sql``). ``cell`` is its place among those asked for."""

    cell: int
    records: int
    groups: int
    mean: float
    p20: float
    p50: float
    p75: float
    p80: float
    p90: float


def cells_of_records(cursor: Cursor, baseline: str) -> list[CellOfRecords]:
    """By region, industry, KPI and basis."""
    return [CellOfRecords(**row) for row in query_rows(cursor, "cells_of_records", {"baseline": baseline})]


@dataclass(frozen=True, slots=True)
class PlacedCells:
    """Some cells and all their records, which come piece by piece, by cell and credit code, and can be read once.

    ``cell`` is a record's, by its place among the cells asked for; the counts are those of ``sql/placed_records.sql``.
    """

    lines: list[PlacedCell]
    records: Iterator[pa.RecordBatch]


def place_cells(cursor: Cursor, baseline: str, cells: Sequence[CellOfRecords]) -> PlacedCells:
    """The lines of these cells, in their order, and the counts of every record in them.

    Up to ``RECORDS_IN_MEMORY`` are held while they are counted; more are laid out by DuckDB. Nothing else may be asked
    of the cursor before the last record is taken.
    """
    if sum(cell.records for cell in cells) > RECORDS_IN_MEMORY:
        return PlacedCells(placed_cells(cursor, baseline, cells), placed_records(cursor, baseline, cells))
    return _counted_in_memory(cursor, baseline, cells)


def placed_records(cursor: Cursor, baseline: str, cells: Sequence[CellOfRecords]) -> Iterator[pa.RecordBatch]:
    """The counts of every record of these cells, as ``PlacedCells``, by ``sql/placed_records.sql``."""
    yield from query_batches(cursor, "placed_records", ROWS_OF_A_PIECE, {"baseline": baseline}, wanted=_numbered(cells))


def placed_cells(cursor: Cursor, baseline: str, cells: Sequence[CellOfRecords]) -> list[PlacedCell]:
    """The lines of these cells, in their order, by ``sql/placed_cells.sql``."""
    found = query_rows(cursor, "placed_cells", {"baseline": baseline}, wanted=_numbered(cells))
    return [PlacedCell(**row) for row in found]


def _counted_in_memory(cursor: Cursor, baseline: str, cells: Sequence[CellOfRecords]) -> PlacedCells:
    import numpy as np  # here and not above: commands that place nothing load the questions too

    from kpi.stats.cells_in_order import count_cells

    found = query_table(cursor, "records_to_place", {"baseline": baseline}, wanted=_numbered(cells))
    records = np.array([cell.records for cell in cells])
    counted = count_cells(found["value"].to_numpy(), found["group_number"].to_numpy(), records, _SHARES)
    columns: list[np.ndarray] = [
        records, counted.groups, np.round(counted.means, _DECIMALS_OF_MEANS), *counted.quantiles
    ]  # fmt: skip
    rows = zip(range(len(cells)), *(column.tolist() for column in columns), strict=True)
    placed = found.drop_columns("group_number")
    for name, counts in counted.counts.items():
        placed = placed.append_column(name, [counts])
    return PlacedCells([PlacedCell(*row) for row in rows], iter(placed.to_batches(ROWS_OF_A_PIECE)))


def _numbered(cells: Sequence[CellOfRecords]) -> dict[str, np.ndarray]:
    import numpy as np  # here and not above: commands that place nothing load the questions too

    names = {
        name: np.array([getattr(cell, name) for cell in cells], dtype=object)
        for name in ("region", "industry", "kpi", "basis")
    }
    return {"cell": np.arange(len(cells), dtype=np.int32), **names}
