"""A cell that holds no number is reported once: its basis is asked for where there is a number to have one."""

from __future__ import annotations

import pytest

from kpi.intake.read import read
from tests.freeform.hand_made_sheets import code
from tests.intake.sample_files import row_of, rows, table

CODE = "91000000MA9990001E"
TABLE = f"统一社会信用代码,{CODE}\n所属行业,汽车\n年度,2025\n指标,数值{{unit}}\n产品不良率下降,{{text}}\n"


def blocking(text: str, name: str = "a.csv") -> list[tuple[str, str | None, int | None]]:
    return [
        (problem.code, problem.column, problem.row) for problem in read(name, text.encode()).problems if problem.blocks
    ]


@pytest.mark.parametrize("text", ["约45", "10-12", "见第3页", "2024年测得", "１２以上"])
def test_a_text_in_a_table_is_not_asked_for_its_basis(text):
    assert blocking(TABLE.format(unit="", text=text)) == [("not_a_number", "B", 5)]


@pytest.mark.parametrize("text", ["45", "45%", "４５％", '"1,045"'])
def test_a_number_in_a_table_is(text):
    assert ("basis_unclear", "B", 5) in blocking(TABLE.format(unit="", text=text))


def test_a_signed_number_is_asked_for_its_direction_first():
    assert blocking(TABLE.format(unit="", text="-45")) == [("reduction_or_increase", "B", 5)]


def test_the_basis_is_asked_at_the_first_number_of_its_column():
    wide = f"统一社会信用代码,所属行业,年度,产品不良率下降\n{CODE},汽车,2025,约45\n{code(21)},汽车,2025,45\n"
    assert blocking(wide) == [("not_a_number", "D", 2), ("basis_unclear", "D", 3)]


@pytest.mark.parametrize("text", ["约45", "NaN", "12,5"])
def test_a_text_on_the_form_is_not_asked_for_its_basis(text):
    lines = rows({"K10": (text,)})
    found = [(problem.code, problem.row, problem.column) for problem in read("a.csv", table(lines)).problems]
    assert found == [("not_a_number", row_of(lines, "K10"), "B")]


def test_a_wrong_basis_is_reported_beside_a_text_all_the_same():
    lines = rows({"K10": ("约45", "绝对")})
    assert [problem.code for problem in read("a.csv", table(lines)).problems] == ["not_a_number", "unknown_basis"]
