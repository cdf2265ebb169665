"""Reading a baseline panel: many enterprises' KPIs in one file, checked like any upload, all faults at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpi.baseline.industry_sizes import SizesReading, read_sizes
from kpi.baseline.panel_layout import is_panel, panel_layout
from kpi.baseline.panel_rows import PanelRows, read_rows
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelTable, open_table
from kpi.baseline.panel_values import PanelValues, read_values
from kpi.catalogue.load import catalogue
from kpi.files.limits import panel_limits
from kpi.files.workbook import UnreadableFile
from kpi.intake.problem_collector import ProblemCollector
from kpi.model.problem import Problem

__all__ = ["RECORD_COLUMNS", "PanelReading", "SizesReading", "read_panel", "read_sizes"]

RECORD_COLUMNS = ("credit_code", "group", "industry", "body", "kpi", "value", "basis")


@dataclass(frozen=True, slots=True)
class PanelReading:
    """A panel read. ``records`` holds one reported value a row, sorted by enterprise and KPI; a blank has no row.

    ``group``, ``body`` and ``basis`` are None where there is none; names are the catalogue's Chinese; ``value`` is
    float64 in the KPI's unit. Records come back even beside problems: use them only where ``blocked`` is False.
    """

    records: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def blocked(self) -> bool:
        """An error stands."""
        return any(problem.blocks for problem in self.problems)


def read_panel(name: str, data: bytes, region: str) -> PanelReading:
    """The panel in ``data`` (text, Parquet, XLSX, XLS or ODS, long or wide). ``name`` only appears in problems.

    Bodies are checked where ``region``'s are known. Never raises for what the file holds.
    """
    settings, limits = panel_settings().limits, panel_limits()
    faults = ProblemCollector(name, limits, most=settings.problems)
    try:
        table = open_table(data, limits, settings.cells, is_panel)
        records = _records(table, region, faults)
    except UnreadableFile as fault:
        faults.of_file(fault.code, fault.params)
        records = _nothing()
    return PanelReading(records, faults.in_order())


def _records(table: PanelTable, region: str, faults: ProblemCollector) -> pd.DataFrame:
    for row in table.ragged:
        faults.in_table("panel_extra_cells", (table.sheet, row, len(table.header), None))
    for sheet in table.others:
        faults.of_sheet(sheet, "panel_other_sheet")
    found = panel_layout(table, region, faults)
    # Without its columns a table has no values to check; their absence has been told.
    if not is_panel(table.header) or (found.long and not {"kpi", "value", "basis"} <= found.named.keys()):
        return _nothing()
    rows = read_rows(table, found, region, faults)
    values = read_values(table, found, pd.factorize(rows.credit_code)[0], faults)
    records = _frame(rows, values)
    if records.empty and not faults.total:
        faults.of_sheet(table.sheet, "panel_empty")
    return records


def _frame(rows: PanelRows, values: PanelValues) -> pd.DataFrame:
    good = values.good & rows.good[values.row]
    at, kpis = values.row[good], values.kpi[good]
    codes = np.array([kpi.code for kpi in catalogue().kpis], dtype=object)
    frame = pd.DataFrame(
        {
            "credit_code": pd.Series(rows.credit_code[at], dtype=object),
            "group": pd.Series(rows.group[at], dtype=object),
            "industry": pd.Series(rows.industry[at], dtype=object),
            "body": pd.Series(rows.body[at], dtype=object),
            "kpi": pd.Series(codes[kpis], dtype=object),
            "value": values.value[good],
            "basis": pd.Series(values.basis_words()[good], dtype=object),
        }
    )
    return frame.sort_values(["credit_code", "kpi"], kind="stable", ignore_index=True)


def _nothing() -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in RECORD_COLUMNS})
    return frame.astype({"value": "float64"})
