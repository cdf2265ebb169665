"""Placing every record of a baseline at once: cell by cell, because no count reaches beyond its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.queries.sql_runner import query_batches, query_rows
from kpi.store.cursor import Cursor

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROWS_OF_A_PIECE = 250_000


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


def placed_records(cursor: Cursor, baseline: str, cells: Sequence[CellOfRecords]) -> Iterator[pa.RecordBatch]:
    """The counts of every record of these cells, piece by piece (``sql/placed_records.sql``).

    ``cell`` is the place of a record's cell in ``cells``. All records of the cells are held at once while they are
    sorted: about 150 bytes each.
    """
    yield from query_batches(cursor, "placed_records", ROWS_OF_A_PIECE, {"baseline": baseline}, wanted=_numbered(cells))


def placed_cells(cursor: Cursor, baseline: str, cells: Sequence[CellOfRecords]) -> list[PlacedCell]:
    """In the order of ``cells``."""
    found = query_rows(cursor, "placed_cells", {"baseline": baseline}, wanted=_numbered(cells))
    return [PlacedCell(**row) for row in found]


def _numbered(cells: Sequence[CellOfRecords]) -> dict[str, np.ndarray]:
    import numpy as np  # here and not above: commands that place nothing load the questions too

    names = {
        name: np.array([getattr(cell, name) for cell in cells], dtype=object)
        for name in ("region", "industry", "kpi", "basis")
    }
    return {"cell": np.arange(len(cells), dtype=np.int32), **names}
