"""Files to read in tests: a faultless application as CSV text or workbook, with some of its rows changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

HEADER = ("item", "value", "basis", "before", "after", "note")
FACTS: dict[str, Any] = {
    "enterprise": "演示企业001（虚构）",
    "factory_name": "精密传动部件智能工厂",
    "credit_code": "91000000MA9990001E",
    "industry": "高端装备",
    "district": "松江区",
    "body": "松江区",
    "address": "上海市松江区示例街道虚构路 1 号",
    "maturity_level": 3,
    "maturity_score": 3.2,
    "leader": "张示例",
    "leader_phone": "13800000001",
    "contact": "李示例",
    "phone": "13800000002",
    "filler": "王示例",
    "filler_phone": "13800000003",
    "scenarios": "车间智能排产；在线智能检测",
    "year": 2025,
}
VALUES: dict[str, tuple[Any, ...]] = {
    "K01": (95.5,),
    "K05": (12,),
    "K08": (45,),
    "K10": (62.5, "relative", 3.2, 1.2),
    "K15": (26,),
}
Row = Sequence[Any]


def rows(changes: Mapping[str, Row] | None = None, extra: Iterable[Row] = ()) -> list[list[Any]]:
    """Header and rows; ``changes`` gives an item's five answer cells, ``extra`` whole rows at the end."""
    answers: dict[str, Row] = {**{code: (value,) for code, value in FACTS.items()}, **VALUES, **(changes or {})}
    body = [[code, *cells, *[None] * (5 - len(cells))] for code, cells in answers.items()]
    return [list(HEADER), *body, *(list(row) for row in extra)]


def table(lines: list[list[Any]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(lines)
    return stream.getvalue().encode(encoding)


def workbook(lines: list[list[Any]], sheet: str = "填报", above: int = 0, left: int = 0) -> bytes:
    """The lines on one sheet, below ``above`` and right of ``left`` blank rows and columns."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False})
    book.set_properties({"created": datetime(2025, 7, 1)})  # the same bytes whenever it is written
    page = book.add_worksheet(sheet)
    for row, cells in enumerate(lines):
        for column, cell in enumerate(cells):
            if cell is not None:
                page.write(row + above, column + left, cell)
    book.close()
    return stream.getvalue()


def row_of(lines: list[list[Any]], item: str) -> int:
    """The 1-based row of an item, headers counted."""
    return 1 + next(place for place, cells in enumerate(lines) if cells[0] == item)
