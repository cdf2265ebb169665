"""The report as PDF, set by Typst. Text is passed as JSON data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from math import isfinite
from pathlib import Path
from typing import Any

import typst

from kpi.charts.theme import LIGHT
from kpi.reports.column_widths import column_widths, kept_together, least_widths
from kpi.reports.fonts import FAMILY, fonts
from kpi.reports.report_content import Report, ReportTable

TEMPLATE = Path(__file__).with_name("report.typ")

TEXT_WIDTH, STRIP = 178 * 72 / 25.4, 84.0
MANY_COLUMNS, MANY_SIZE, MANY_PADDING, FEW_SIZE, FEW_PADDING = 9, 7.2, 2.5, 8.0, 4.0
"""In points, as in the template."""
NARROWER = 0.92
"""Latin letters of the fonts below against the widest that columns are measured by. Chinese ones are as wide as they
are high in every font: counting on this is for tables that do not fit otherwise.
"""


def as_pdf(report: Report) -> bytes:
    made = datetime.combine(report.as_of, time(), UTC)
    return typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"report": payload(report)},
        format="pdf",
        timestamp=int(made.timestamp()),
        font_paths=fonts(),
    )


def payload(report: Report) -> str:
    """The template's input as JSON."""
    content = asdict(report) | {"font": FAMILY, "look": asdict(LIGHT)}
    for section, shown in zip(report.sections, content["sections"], strict=True):
        if section.table:
            shown["table"]["widths"] = _widths(section.table)
    return json.dumps(plain_data(content), ensure_ascii=False)


def _widths(table: ReportTable) -> list[float]:
    """Of the columns, against one another."""
    size, padding = (MANY_SIZE, MANY_PADDING) if len(table.columns) >= MANY_COLUMNS else (FEW_SIZE, FEW_PADDING)
    if sum(least_widths(table, TEXT_WIDTH / size, 2 * padding / size, STRIP / size)) > TEXT_WIDTH / size:
        size *= NARROWER
    return column_widths(table, TEXT_WIDTH / size, 2 * padding / size, STRIP / size)


def plain_data(value: Any) -> Any:
    """For JSON: NaN as null, dates as text; what stands together in a sentence or a cell stays on one line."""
    if isinstance(value, dict):
        return {key: value if key == "svg" else plain_data(value) for key, value in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(value) for value in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, str):
        return kept_together(value)
    return value if value is None or isinstance(value, int | bool) else str(value)
