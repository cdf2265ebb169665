"""Reading a register of groups: which group or legal person an enterprise belongs to, whatever a panel says of it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kpi.baseline.panel_header import header_meaning, panel_likeness
from kpi.baseline.panel_layout import PanelLayout, named_columns
from kpi.baseline.panel_rows import read_rows
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelTable, open_table
from kpi.files.limits import panel_limits
from kpi.files.workbook import UnreadableFile
from kpi.intake.problems import ProblemCollector
from kpi.model.problem import Problem

GROUP_COLUMNS = ("credit_code", "group")
NO_GROUPS = pd.DataFrame({name: pd.Series(dtype=object) for name in GROUP_COLUMNS})
"""The register of a baseline that has none."""


@dataclass(frozen=True, slots=True)
class GroupsReading:
    """``groups``: one row an enterprise, sorted by credit code; ``group`` None where it belongs to none.

    Use it only where no problem blocks.
    """

    groups: pd.DataFrame
    problems: tuple[Problem, ...]


def read_groups(name: str, data: bytes) -> GroupsReading:
    """The register in ``data`` (CSV, Parquet or XLSX with credit_code and group). Never raises for its content."""
    settings, limits = panel_settings().limits, panel_limits()
    faults = ProblemCollector(name, limits, most=settings.problems)
    groups = NO_GROUPS
    try:
        table = open_table(data, limits, settings.cells, panel_likeness)
        columns = named_columns(table, _column, GROUP_COLUMNS, faults, "groups_unknown_column")
        if all(name in columns for name in GROUP_COLUMNS):
            groups = _rows(table, columns, faults)
            if groups.empty and not faults.total:
                faults.of_sheet(table.sheet, "groups_empty")
    except UnreadableFile as fault:
        faults.of_file(fault.code, fault.params)
    return GroupsReading(groups, faults.in_order())


def _column(header: str) -> str | None:
    """As in a panel, of which a register has two columns."""
    held = header_meaning(header).holds
    return held if held in GROUP_COLUMNS else None


def _rows(table: PanelTable, columns: dict[str, int], faults: ProblemCollector) -> pd.DataFrame:
    rows = read_rows(table, PanelLayout(columns, {}, {}), "", faults)
    registered = pd.DataFrame(
        {"credit_code": rows.credit_code[rows.good], "group": rows.group[rows.good]}, dtype=object
    )
    return registered.drop_duplicates("credit_code").sort_values("credit_code", ignore_index=True)
