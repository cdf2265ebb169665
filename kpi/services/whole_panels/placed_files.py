"""The files of a placing: records region by region and the lines of all cells, as Parquet or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import pyarrow as pa
from pyarrow import csv, parquet

from kpi.files.text import no_formula
from kpi.store.folder import sha256_of_file
from kpi.tables.placing import CellOfRecords, PlacedCell

Form = Literal["parquet", "csv"]
CELL = ("region", "industry", "kpi", "basis")
COUNTS = ("worse", "tied", "n", "groups", "groups_worse", "groups_not_better")
LINES = ("mean", "p20", "p50", "p75", "p80", "p90")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""By which a spreadsheet knows that a CSV is UTF-8."""


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file written; ``region`` is that of its records, None for the file of cells."""

    name: str
    region: str | None
    rows: int
    sha256: str


class PlacedTable:
    """One file, written piece by piece. Close it, or use it as a context manager."""

    def __init__(self, path: Path, form: Form, columns: dict[str, Any]) -> None:
        self.path = path.with_suffix(f".{form}")
        self.rows = 0
        words = pa.string() if form == "csv" else pa.dictionary(pa.int32(), pa.string())
        self._inert = form == "csv"
        self._schema = pa.schema({**dict.fromkeys(CELL, words), **columns})
        self._stream = self.path.open("xb")
        if form == "csv":
            self._stream.write(_BYTE_ORDER_MARK)
            self._writer = csv.CSVWriter(self._stream, self._schema)
        else:
            self._writer = parquet.ParquetWriter(self._stream, self._schema, compression="zstd")

    @classmethod
    def of_records(cls, path: Path, form: Form) -> PlacedTable:
        """One row per record: its cell, credit code, value in the KPI's unit, and counts."""
        counts = dict.fromkeys(COUNTS, pa.int32())
        return cls(path, form, {"credit_code": pa.string(), "value": pa.float64(), **counts})

    @classmethod
    def of_cells(cls, path: Path, form: Form) -> PlacedTable:
        """One row per cell: records, groups, and lines in the KPI's unit."""
        counts = dict.fromkeys(("records", "groups"), pa.int32())
        return cls(path, form, counts | dict.fromkeys(LINES, pa.float64()))

    def add(self, cells: Sequence[CellOfRecords], piece: pa.RecordBatch) -> None:
        """Rows whose ``cell`` is a place in ``cells``."""
        which = piece.column("cell")
        words = [self._words([getattr(cell, name) for cell in cells], which) for name in CELL]
        rest = [piece.column(name) for name in self._schema.names[len(CELL) :]]
        self._writer.write_batch(pa.RecordBatch.from_arrays([*words, *rest], schema=self._schema))
        self.rows += piece.num_rows

    def add_cells(self, cells: Sequence[CellOfRecords], lines: Sequence[PlacedCell]) -> None:
        names = ("cell", *self._schema.names[len(CELL) :])
        types = [pa.int32(), *self._schema.types[len(CELL) :]]
        columns = [
            pa.array([getattr(line, name) for line in lines], kind) for name, kind in zip(names, types, strict=True)
        ]
        self.add(cells, pa.RecordBatch.from_arrays(columns, names=list(names)))

    def _words(self, of_cells: Sequence[str], which: pa.Array) -> pa.Array:
        """The word of each row's cell; a word that repeats is held once."""
        different = list(dict.fromkeys(of_cells))
        number = {word: place for place, word in enumerate(different)}
        places = pa.array([number[word] for word in of_cells], pa.int32()).take(which)
        if self._inert:
            return pa.array(map(no_formula, different), pa.string()).take(places)
        return pa.DictionaryArray.from_arrays(places, pa.array(different, pa.string()))

    def close(self) -> None:
        self._writer.close()
        self._stream.close()

    def written(self, region: str | None) -> PlacedFile:
        """What was written, once it is closed."""
        return PlacedFile(self.path.name, region, self.rows, sha256_of_file(self.path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
