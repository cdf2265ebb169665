"""A whole year placed among its peers: asked in pieces, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.store.database import Cursor
from kpi.tables.baselines import unseen
from kpi.tables.sql_runner import query_batches, query_rows, sql_text

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


# Placing every record of a baseline at once, some cells at a time, because no count reaches beyond its cell.
#
# Two queries in SQL, which a cluster is asked unchanged.


ROWS_OF_A_PIECE = 250_000
RECORDS_AT_ONCE = 2_000_000
"""Cells are asked about together up to so many records: few queries for a panel of small cells. DuckDB lays out on
the disk what its memory does not hold."""


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


def place_cells(cursor: Cursor, baseline: str, year: int, cells: Sequence[CellOfRecords]) -> PlacedCells:
    """The lines of these cells, in their order, and the counts of every record in them.

    Nothing else may be asked of the cursor before the last record is taken.
    """
    lines = query_rows(cursor, "placed_cells", {"baseline": baseline}, wanted=_numbered(cells))
    asked = {"baseline": baseline, "year": str(year)}
    records = query_batches(cursor, "placed_records", ROWS_OF_A_PIECE, asked, wanted=_numbered(cells))
    return PlacedCells([PlacedCell(**row) for row in lines], records)


def _numbered(cells: Sequence[CellOfRecords]) -> dict[str, np.ndarray]:
    import numpy as np  # here and not above: commands that place nothing load the queries too

    names = {
        name: np.array([getattr(cell, name) for cell in cells], dtype=object)
        for name in ("region", "industry", "kpi", "basis")
    }
    return {"cell": np.arange(len(cells), dtype=np.int32), **names}


# The tables that peers are counted in, written once at freeze.


def add_placing(cursor: Cursor, baseline: str, year: int, progress: Callable[[float], None] = unseen) -> None:
    """Number the cells and enterprises of a baseline just added, and lay its records out by cell and value.

    ``progress`` is given the share that is done, 0..1: laying out the records is most of the work.
    """
    values = {"baseline": baseline}
    cursor.execute(f"insert into peer_cell {sql_text('peer_cells')}", values)
    cursor.execute(f"insert into peer_enterprise {sql_text('peer_enterprises')}", values | {"year": str(year)})
    progress(0.2)
    cursor.execute(f"insert into peer_record {sql_text('peer_records')}", values)
    progress(1)
