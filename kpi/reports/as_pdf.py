"""The report as PDF, set by Typst. Text is passed as JSON data, never as markup."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

import typst

from kpi.charts.theme import LIGHT
from kpi.errors import UserError
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports.report_builder import report_content
from kpi.reports.report_content import Report

TEMPLATE = Path(__file__).with_name("report.typ")

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "SimSun",
)


def as_pdf(answer: Evaluation | EnterpriseView, lang: Lang) -> bytes:
    """Raises UserError("no_font") where no Chinese font is installed: both languages name Chinese enterprises."""
    report = report_content(answer, lang)
    made = datetime.combine(report.as_of, time(), UTC)
    return typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"report": payload(report, chinese_font())},
        format="pdf",
        timestamp=int(made.timestamp()),
    )


def payload(report: Report, font: str) -> str:
    """The template's input as JSON."""
    return json.dumps(_plain(asdict(report) | {"font": font, "look": asdict(LIGHT)}), ensure_ascii=False)


@cache
def chinese_font() -> str:
    """The first known Chinese font that is installed. Raises UserError("no_font")."""
    installed = set(typst.Fonts().families())
    for font in CHINESE_FONTS:
        if font in installed:
            return font
    raise UserError("no_font")


def _plain(value: Any) -> Any:
    """For JSON: NaN as null, dates as text."""
    if isinstance(value, dict):
        return {key: _plain(value) for key, value in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(value) for value in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value if value is None or isinstance(value, str | int | bool) else str(value)
