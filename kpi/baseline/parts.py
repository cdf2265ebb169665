"""A panel that is a folder of Parquet files: its manifest, and each part read and checked piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from kpi.baseline.panel_header import is_panel
from kpi.baseline.panel_rows import PanelRows, PanelValues, read_rows, read_values
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import NO_LAYOUT, PanelLayout, PanelTable, panel_fault, panel_layout, parquet_table
from kpi.catalogue.catalogue import catalogue
from kpi.files import sandbox
from kpi.files.limits import FileLimits, panel_limits
from kpi.files.workbook import UnreadableFile
from kpi.intake.problems import Fault, Reading, capped, fault_of_file, report, taken
from kpi.model.problem import Problem

# One part of a panel that is a folder of Parquet files: read and checked piece by piece, whatever its size.
#
# A piece is checked as a whole file is. What only two pieces together can show - a value stated twice, an enterprise
# of two industries - is asked of the database that they are put into.


T = TypeVar("T")
ROWS_OF_A_PIECE = 500_000
"""A long table's columns are held at eight bytes a cell several times over: about 300 MB."""


@dataclass(frozen=True, slots=True)
class PartPiece:
    """Rows of a part without those at fault. ``records``: row, credit_code, kpi, basis (None for none), value.

    ``facts``: row, credit_code, group, industry, sub_industry, body, one row per enterprise, None for a blank.
    """

    records: pd.DataFrame
    facts: pd.DataFrame


@dataclass
class PanelPart:
    """A part while it is read: which column is what, its rows without blank ones, its values, and its faults."""

    path: Path
    layout: PanelLayout = field(default=NO_LAYOUT)
    rows: int = 0
    values: int = 0
    faults: list[Fault] = field(default_factory=list)

    def pieces(self, region: str) -> Iterator[PartPiece]:
        """What it holds; faults are in ``faults``.

        Raises:
            OSError: it cannot be read.
        """
        try:
            for number, table in enumerate(_tables(self.path, panel_limits())):
                if not number:
                    self.layout = self._taken(panel_layout(table, region))
                    # Without its columns a table has no values to check; their absence has been reported.
                    if not is_panel(table.header) or (self.layout.long and _LONG - self.layout.named.keys()):
                        return
                self.rows += len(table.rows)
                piece = self._taken(_piece(table, self.layout, region))
                self.values += len(piece.records)
                yield piece
        except UnreadableFile as unreadable:
            refused = panel_fault(unreadable)
            self.faults.append(fault_of_file(refused.code, refused.params))
            return
        if not self.values and not self.faults:
            self.faults.append(fault_of_file("panel_empty", {}))

    def problems(self) -> list[Problem]:
        """Those of its faults that are listed, in the file's order."""
        most = panel_settings().limits.problems
        problems, _ = report(self.path.name, capped(self.faults, most), panel_limits(), most)
        return [problem for problem in problems if problem.code != "panel_more_problems"]

    def _taken(self, reading: Reading[T]) -> T:
        most = panel_settings().limits.problems
        read, faults = taken(reading, most)
        self.faults = capped([*self.faults, *faults], most)
        return read


def _tables(path: Path, limits: FileLimits) -> Iterator[PanelTable]:
    """The table of a Parquet file piece by piece; rows are the file's. Raises ``UnreadableFile`` and ``OSError``."""
    before = 0
    for named in sandbox.read_parquet_pieces(path, limits, ROWS_OF_A_PIECE):
        yield parquet_table(named, limits, before)
        column = named[0][1] if named else b""
        before += len(column) // 8 if isinstance(column, bytes) else len(column[1]) // 4


_LONG = {"kpi", "value", "basis"}


def _piece(table: PanelTable, found: PanelLayout, region: str) -> Reading[PartPiece]:
    rows = yield from read_rows(table, found, region)
    which, _ = pd.factorize(rows.credit_code)
    values = yield from read_values(table, found, which)
    return PartPiece(_records(table, rows, values), _facts(table, rows, which))


def _records(table: PanelTable, rows: PanelRows, values: PanelValues) -> pd.DataFrame:
    good = values.good & rows.good[values.row]
    at = values.row[good]
    codes = np.array([kpi.code for kpi in catalogue().kpis], dtype=object)
    return pd.DataFrame(
        {
            "row": table.rows[at],
            "credit_code": _words(rows.credit_code[at]),
            "kpi": _words(codes[values.kpi[good]]),
            "basis": _words(values.basis_words()[good]),
            "value": values.value[good],
        }
    )


def _facts(table: PanelTable, rows: PanelRows, which: np.ndarray) -> pd.DataFrame:
    good = np.flatnonzero(rows.good & (which >= 0))
    _, first = np.unique(which[good], return_index=True)
    at = good[np.sort(first)]
    columns = {
        "credit_code": rows.credit_code,
        "group": rows.group,
        "industry": rows.industry,
        "sub_industry": rows.sub_industry,
        "body": rows.body,
    }
    return pd.DataFrame({"row": table.rows[at], **{name: _words(column[at]) for name, column in columns.items()}})


def _words(column: np.ndarray) -> pd.Categorical:
    """Each different word once: no string is made, or handed over, for every record."""
    which, different = pd.factorize(column)
    return pd.Categorical.from_codes(which, pd.Index(different, dtype=object))
