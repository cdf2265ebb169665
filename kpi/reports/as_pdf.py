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
from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.model.times import year_end
from kpi.reports import fonts
from kpi.reports.comparison import comparison_words, parted_strip
from kpi.reports.content import Report, ReportTable, column_widths, kept_together, least_widths
from kpi.reports.heat import YearBefore

TEMPLATE = Path(__file__).with_name("report.typ")

TEXT_WIDTH = 178 * 72 / 25.4
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
        font_paths=fonts.fonts(),
    )


def payload(report: Report) -> str:
    """The template's input as JSON."""
    content = asdict(report) | {"font": fonts.FAMILY, "look": asdict(LIGHT)}
    for section, shown in zip(report.sections, content["sections"], strict=True):
        if section.table:
            shown["table"]["widths"] = _widths(section.table)
    return json.dumps(plain_data(content), ensure_ascii=False)


def _widths(table: ReportTable) -> list[float]:
    """Of the columns, against one another."""
    size, padding = (MANY_SIZE, MANY_PADDING) if len(table.columns) >= MANY_COLUMNS else (FEW_SIZE, FEW_PADDING)
    if sum(least_widths(table, TEXT_WIDTH / size, 2 * padding / size)) > TEXT_WIDTH / size:
        size *= NARROWER
    return column_widths(table, TEXT_WIDTH / size, 2 * padding / size)


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


# The comparison as PDF, set by Typst. Text is passed as JSON data, never as markup.


COMPARISON_TEMPLATE = Path(__file__).with_name("comparison.typ")


def comparison_pdf(found: Comparison, lang: Lang, year_before: YearBefore) -> bytes:
    """The same for the same comparison."""
    words = comparison_words(found, lang, year_before)
    words |= {"font": fonts.FAMILY, "strip": asdict(parted_strip(found, lang, even=False))}
    made = datetime.combine(year_end(found.first.application.year), time(), UTC)
    return typst.compile(
        COMPARISON_TEMPLATE.read_bytes(),
        sys_inputs={"comparison": json.dumps(plain_data(words), ensure_ascii=False)},
        format="pdf",
        timestamp=int(made.timestamp()),
        font_paths=fonts.fonts(),
    )
