"""The same pages with rows, columns and cells lost, doubled, turned and overwritten: no number is made up."""

from __future__ import annotations

import io
import random
from itertools import zip_longest
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from kpi.intake.answers import NO_ANSWERS
from kpi.intake.cells import parse_number
from kpi.intake.read import read
from kpi.intake.result import ReadResult
from tests.freeform.cases_long import CASES as LONG
from tests.freeform.cases_wide import CASES as WIDE
from tests.freeform.hand_made_sheets import Page, V

pytestmark = pytest.mark.slow

JUNK = [
    *("", "改造前", "2024年", "单位", "%", "合计", "—", "备注", "指标", "数值", "K01", "企业名称", "阶段", "目标值"),
    *("关键设备数控化率", "信用代码", "年度", "天", "产品不良率", "口径", "相对", "4\u202e5", "字" * 2001),
    *(None, 5, 2024, 0.5),
]
Rows = list[list[Any]]


def mangled(page: Page, chance: random.Random) -> Rows:
    rows = [[cell.written if isinstance(cell, V) else cell for cell in row] for row in page.rows]
    for _ in range(chance.randrange(1, 6)):
        row = chance.randrange(len(rows))
        width = max(1, len(rows[row]))
        match chance.randrange(6):
            case 0 if len(rows) > 1:
                del rows[row]
            case 1:
                place = chance.randrange(width)
                rows = [[*cells[:place], *cells[place + 1 :]] for cells in rows]
            case 2 if rows[row]:
                rows[row][chance.randrange(width)] = chance.choice(JUNK)
            case 3:
                rows.insert(row, list(chance.choice(rows)))
            case 4:
                rows = [list(cells) for cells in zip_longest(*rows)] or rows
            case _:
                rows[row].insert(chance.randrange(width), chance.choice(JUNK))
    return rows


def saved(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells, 1):
            book.active.cell(row, column, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(rows: Rows) -> bytes:
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


def check_cells(reading: ReadResult, rows: Rows) -> None:
    """Every number read stands in its cell: as it is, as a fraction of it, or computed where the cell says nothing."""
    computed = {(problem.row, problem.column) for problem in reading.problems if problem.code == "value_computed"}
    for application in reading.applications:
        for value in application.values.values():
            if value.value is None or (value.cell.row, value.cell.column) in computed:
                continue
            raw = rows[value.cell.row - 1][column_index_from_string(value.cell.column) - 1]
            digits = raw if not isinstance(raw, str) else raw.rstrip(" 家个百分点")
            stands = parse_number(digits, percent_sign=True)
            assert stands is not None, raw
            assert value.value in (stands.value, pytest.approx(stands.value * 100))


@pytest.mark.parametrize("seed", range(60))
def test_a_mangled_page_is_read_or_asked_about_and_no_number_is_made_up(seed):
    chance = random.Random(seed)
    rows = mangled(chance.choice(chance.choice([*LONG, *WIDE]).pages), chance)
    for data in (saved(rows), text(rows)):
        reading = read("a", data)
        if reading.file.separator in (None, ","):
            check_cells(reading, rows)
        answers = NO_ANSWERS
        for question in reading.questions:
            answers = answers.give(question, chance.choice(question.options))
        asked = {(item.topic, item.key) for item in reading.questions}
        assert not asked & {(item.topic, item.key) for item in read("a", data, answers).questions}
