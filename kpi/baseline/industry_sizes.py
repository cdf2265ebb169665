"""Reading how many enterprises each industry has: N of the exact test, where the register is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import pandas as pd

from kpi.baseline.header_row import WANTED
from kpi.baseline.panel_header import NO_SUGGESTION
from kpi.baseline.panel_layout import named_columns
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.panel_table import PanelTable, column_texts, open_table
from kpi.catalogue.names import match_industry
from kpi.files.limits import panel_limits
from kpi.files.printable import is_forbidden
from kpi.files.workbook import UnreadableFile
from kpi.intake.cells import LARGEST, ParsedNumber, parse_number
from kpi.intake.problems import ProblemCollector
from kpi.intake.settings import comparable_word
from kpi.model.problem import Problem

SIZE_COLUMNS = ("region", "industry", "size")
GROUPS = "groups"
"""The optional column: how many groups the industry has, an enterprise that stands alone being one of its own."""

NO_SIZES = pd.DataFrame({"region": [], "industry": [], "size": [], GROUPS: []}).astype(
    {"size": "int64", GROUPS: "Int64"}
)
"""The register of an industry that has none."""


@dataclass(frozen=True, slots=True)
class PanelCount:
    """The enterprises and groups of one industry in the panel beside a register."""

    enterprises: int
    groups: int


@dataclass(frozen=True, slots=True)
class SizesReading:
    """``sizes``: one row a region and industry, ``size`` an integer above 0, ``groups`` too or missing.

    Use it only where not ``blocked``.
    """

    sizes: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def blocked(self) -> bool:
        """An error stands."""
        return any(problem.blocks for problem in self.problems)


def read_sizes(name: str, data: bytes, panel: Mapping[tuple[str, str], PanelCount] | None = None) -> SizesReading:
    """The sizes in ``data`` (CSV, Parquet or XLSX with region, industry, size, groups). Never raises for its content.

    ``panel`` is what the panel beside it holds, by region and industry: a register holds them all.
    """
    settings, limits = panel_settings().limits, panel_limits()
    faults = ProblemCollector(name, limits, most=settings.problems)
    found: dict[tuple[str, str], tuple[int, int | None]] = {}
    try:
        table = open_table(data, limits, settings.cells, _likeness)
        columns = named_columns(table, _column, SIZE_COLUMNS, faults, "panel_unknown_column", nearest=NO_SUGGESTION)
        if all(name in columns for name in SIZE_COLUMNS):
            found = _rows(table, columns, faults, panel or {})
            if not found and not faults.total:
                faults.of_sheet(table.sheet, "panel_sizes_empty")
    except UnreadableFile as fault:
        faults.of_file(fault.code, fault.params)
    rows = [(*key, *counts) for key, counts in sorted(found.items())]
    frame = pd.DataFrame(rows, columns=[*SIZE_COLUMNS, GROUPS]).astype(
        {"region": object, "industry": object, "size": "int64", GROUPS: "Int64"}
    )
    return SizesReading(frame, faults.in_order())


def _likeness(header: Sequence[str]) -> int:
    return WANTED if any(_column(name) == "size" for name in header) else 0


def _column(header: str) -> str | None:
    return panel_settings().sizes_words().get(comparable_word(header))


def _is_whole(size: ParsedNumber | None) -> TypeGuard[ParsedNumber]:
    return size is not None and 0 < size.value <= LARGEST and size.value.is_integer()


def _rows(
    table: PanelTable, columns: dict[str, int], faults: ProblemCollector, panel: Mapping[tuple[str, str], PanelCount]
) -> dict[tuple[str, str], tuple[int, int | None]]:
    found: dict[tuple[str, str], tuple[int, int | None]] = {}
    first: dict[tuple[str, str], int] = {}
    texts = {name: column_texts(table.columns[column]) for name, column in columns.items()}
    for place, row in enumerate(table.rows.tolist()):
        line = {name: str(column[place]) for name, column in texts.items()}
        industry = match_industry(line["industry"])
        size = parse_number(line["size"], percent_sign=False)
        for name in SIZE_COLUMNS:
            if not line[name]:
                faults.in_table("panel_blank", (table.sheet, row, columns[name], None), name=name)
        if line["industry"] and industry is None:
            faults.in_table("panel_unknown_industry", (table.sheet, row, columns["industry"], line["industry"]))
        groups = parse_number(line.get(GROUPS, ""), percent_sign=False)
        for name, count in (("size", size), (GROUPS, groups)):
            if line.get(name) and not _is_whole(count):
                faults.in_table("panel_size_not_whole", (table.sheet, row, columns[name], line[name]))
        if any(is_forbidden(one) for one in line["region"]):
            faults.in_table("panel_forbidden_characters", (table.sheet, row, columns["region"], line["region"]))
        if not (line["region"] and industry and _is_whole(size)):
            continue
        key = (line["region"], industry.name.zh)
        if key in first:
            faults.in_table(
                "panel_size_repeated", (table.sheet, row, columns["industry"], line["industry"]), first=first[key]
            )
            continue
        known = panel.get(key, PanelCount(0, 0))
        if size.value < known.enterprises:
            address = (table.sheet, row, columns["size"], line["size"])
            faults.in_table("panel_size_below_panel", address, panel=known.enterprises)
        counted = int(groups.value) if _is_whole(groups) else None
        if counted is not None:
            address = (table.sheet, row, columns[GROUPS], line[GROUPS])
            if counted > size.value:
                faults.in_table("panel_groups_above_size", address, size=int(size.value))
            elif counted < known.groups:
                faults.in_table("panel_groups_below_panel", address, panel=known.groups)
        first[key] = row
        found[key] = (int(size.value), counted)
    return found
