"""Placing every record of a baseline on a Spark cluster, by the same two questions as on one machine.

No count reaches beyond its region and industry: each worker asks DuckDB about some of them, and the answers are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from pyarrow import dataset

from kpi.errors import UserError
from kpi.store.database import Cursor
from kpi.store.on_spark import answer_on_spark, spark_session, write_pieces
from kpi.tables.freezing import record_pieces
from kpi.tables.placing import ROWS_OF_A_PIECE, CellOfRecords, PlacedCell, PlacedCells
from kpi.tables.sql_runner import sql_text

_COUNTS = ("worse", "tied", "n", "groups", "groups_worse", "groups_not_better")
_LINES = ("mean", "p20", "p50", "p75", "p80", "p90")
_OF_RECORDS = {"cell": "int", "credit_code": "string", "value": "double", **dict.fromkeys(_COUNTS, "int")}
_OF_CELLS = {"records": "int", **dict.fromkeys(_LINES, "double")}
_IN_ORDER = [("cell", "ascending"), ("credit_code", "ascending")]


@dataclass(frozen=True, slots=True)
class PlacedOnSpark:
    """What Spark answered of some cells: a row per record, and a row per cell, which has no credit code."""

    answers: dataset.Dataset
    numbers: dict[CellOfRecords, int]

    def place(self, cells: Sequence[CellOfRecords]) -> PlacedCells:
        """As ``place_cells``; the cells are neighbours.

        Raises:
            UserError: answers are missing; those of records, once they are taken.
        """
        return PlacedCells(self._lines(cells), self._records(cells))

    def _records(self, cells: Sequence[CellOfRecords]) -> Iterator[pa.RecordBatch]:
        rows = self._rows(cells, list(_OF_RECORDS), dataset.field("credit_code").is_valid())
        _refuse_missing(rows, sum(cell.records for cell in cells))
        yield from rows.sort_by(_IN_ORDER).to_batches(max_chunksize=ROWS_OF_A_PIECE)

    def _lines(self, cells: Sequence[CellOfRecords]) -> list[PlacedCell]:
        names = [field.name for field in fields(PlacedCell)]
        rows = self._rows(cells, names, dataset.field("credit_code").is_null())
        _refuse_missing(rows, len(cells))
        return [PlacedCell(**row) for row in rows.sort_by("cell").to_pylist()]

    def _rows(self, cells: Sequence[CellOfRecords], names: Sequence[str], kind: dataset.Expression) -> pa.Table:
        """``cell`` counts from the first of ``cells``."""
        first, cell = self.numbers[cells[0]], dataset.field("cell")
        columns: dict[str, Any] = {name: dataset.field(name) for name in names}
        columns["cell"] = cell - pa.scalar(first, pa.int32())
        asked = (cell >= first) & (cell < first + len(cells)) & kind
        return self.answers.to_table(columns=columns, filter=asked)


def _refuse_missing(rows: pa.Table, expected: int) -> None:
    if rows.num_rows != expected:
        raise UserError("spark_incomplete")


@contextmanager
def placed_on_spark(
    cursor: Cursor,
    baseline: str,
    year: int,
    cells: Sequence[CellOfRecords],
    engine: str,
    folder: Path,
    memory: str,
) -> Iterator[PlacedOnSpark]:
    """Have all records of a baseline placed by the cluster ``engine``, of whose cells these are all.

    Records go to the cluster and come back through a folder below ``folder``, which every worker reaches under the
    same path and which is gone afterwards. ``engine`` as ``spark_session``, ``memory`` as ``answer_on_spark``.

    Raises:
        UserError: pyspark or Java is not there, or Spark gave up.
    """
    with TemporaryDirectory(dir=folder, prefix=".spark-") as own:
        shared = Path(own).resolve()
        tables = {"observation": shared / "observation", "wanted": shared / "wanted"}
        with spark_session(engine) as spark:
            write_pieces(_named(record_pieces(cursor, baseline), baseline), tables["observation"])
            write_pieces([_numbered(cells)], tables["wanted"])
            answer_on_spark(
                spark,
                [sql_text("placed_records"), sql_text("placed_cells")],
                {"baseline": baseline, "year": str(year)},
                tables,
                ("region", "industry"),
                _OF_RECORDS | _OF_CELLS,
                memory,
                shared / "placed",
            )
        files = sorted((shared / "placed").glob("*.parquet"))
        if not files:
            raise UserError("spark_incomplete")
        answers = dataset.dataset(files, format="parquet")
        yield PlacedOnSpark(answers, {cell: number for number, cell in enumerate(cells)})


def _named(pieces: Iterable[pa.RecordBatch], baseline: str) -> Iterator[pa.RecordBatch]:
    for piece in pieces:
        yield piece.append_column("baseline", pa.repeat(baseline, piece.num_rows))


def _numbered(cells: Sequence[CellOfRecords]) -> pa.Table:
    names = {name: [getattr(cell, name) for cell in cells] for name in ("region", "industry", "kpi", "basis")}
    return pa.table({"cell": pa.array(range(len(cells)), pa.int32()), **names})
