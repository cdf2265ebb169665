"""Wide tables as factories keep them, each awkward in its own way: header, names, numbers, years."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

YEAR = 2025
_FACTS = ("企业名称", "统一社会信用代码", "所属行业", "推荐单位")
_Columns = Mapping[str, Sequence[tuple[object, object]]]
"""Heading -> what stands in the second line below it, and the value; one column with "" has a heading of two lines."""

_MERGED: _Columns = {
    "关键设备数控化率（%）": [("", 95.5)],
    "工厂应用人工智能模型数量（个）": [("", 12)],
    "产品不良率下降（%，相对）": [("改造前", 3.2), ("改造后", 1.2)],
    "研制周期缩短（%）": [("改造前", 120), ("改造后", 90), ("数值", 25)],
    "全员劳动生产率提升（%）": [("", 48)],
}
_NEAR: _Columns = {
    "关键设备数控化比率（%）": [("", 95.5)],
    "数字化生产设备普及比率（%）": [("", 92)],
    "人工智能模型应用数量（个）": [("", 12)],
    "单位产值综合能耗下降（%）": [("", 21)],
    "工业用水重复利用率（%）": [("", 88)],
}
_FRACTIONS: _Columns = {
    "关键设备数控化率": [("", 0.955)],
    "数字化生产设备普及率": [("", 0.92)],
    "生产效率提升": [("", 0.45)],
    "一般固废综合利用率": [("", 0.9)],
    "水资源重复利用率": [("", 0.88)],
}
_YEARS: _Columns = {
    "关键设备数控化率（%）": [(2023, 90), (2024, 93), (2025, 95.5)],
    "全员劳动生产率提升（%）": [(2023, 30), (2024, 41), (2025, 48)],
    "水资源重复利用率（%）": [(2023, 80), (2024, 85), (2025, 88)],
}
TABLES = {"merged": _MERGED, "near": _NEAR, "fractions": _FRACTIONS, "years": _YEARS}


def factory_table(name: str, enterprise: str, credit_code: str) -> bytes:
    """The named table of one factory, with its facts before its KPIs."""
    columns: dict[str, Sequence[tuple[object, object]]] = {
        heading: [("", fact)]
        for heading, fact in zip(_FACTS, (enterprise, credit_code, "高端装备", "松江区"), strict=True)
    }
    if name != "years":
        columns["年度"] = [("", YEAR)]
    columns |= TABLES[name]
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "智能工厂关键指标汇总表（内容均为虚构）"
    at = 1
    for heading, parts in columns.items():
        last = at + len(parts) - 1
        sheet.cell(2, at).value = heading
        sheet.merge_cells(start_row=2, end_row=2 if parts[0][0] else 3, start_column=at, end_column=last)
        for place, (part, value) in enumerate(parts, start=at):
            if part:
                sheet.cell(3, place).value = part
            sheet.cell(4, place).value = value
        at = last + 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
