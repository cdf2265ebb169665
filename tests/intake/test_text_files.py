"""Text files: encodings, separators, header words, and what is no text at all."""

from __future__ import annotations

import hashlib

import pytest

from kpi.intake.read import read
from tests.freeform.hand_made_sheets import code
from tests.intake.sample_files import rows, table, workbook

ZH = ["项目", "数值", "口径", "改造前", "改造后", "说明"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found_out(encoding, separator):
    lines = [ZH, *rows()[1:]]
    data = table(lines, separator, encoding)
    reading = read("申报.csv", data)
    assert (reading.file.encoding, reading.problems, reading.file.sheets) == (encoding, (), ())
    assert (reading.file.kind, reading.file.separator) == ("text", separator)
    assert reading.file.sha256 == hashlib.sha256(data).hexdigest()
    assert reading.applications[0].facts["enterprise"] == "演示企业001（虚构）"


def test_columns_go_by_their_names_and_not_by_their_order():
    order = [1, 0, 5, 4, 3, 2]
    lines = [[cells[place] for place in order] for cells in rows()]
    reading = read("a.csv", table(lines))
    value = reading.applications[0].values["K10"]
    assert (value.value, value.before, value.after, value.basis) == (62.5, 3.2, 1.2, "relative")
    assert str(value.cell).startswith("A")


def test_rows_above_the_header_and_blank_lines_are_counted():
    data = "智能工厂填报表\r\n\r\n".encode() + table(rows({"K01": (101,)}))
    [found] = read("a.csv", data).problems
    assert found.row == 2 + 1 + len(rows()[1:18]) + 1


def test_the_name_of_the_file_decides_nothing():
    assert read("a.csv", workbook(rows())).problems == ()
    assert read("a.xlsx", table(rows())).problems == ()


def test_columns_without_a_header_are_reported_and_only_the_first_is_read():
    reading = read("a.csv", table(rows()[1:]))
    assert [(problem.code, problem.column) for problem in reading.problems if problem.severity == "error"] == [
        ("missing_header", "C"),
        ("missing_header", "D"),
        ("missing_header", "E"),
    ]
    assert [application.values["K01"].value for application in reading.applications] == [95.5]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_cell_under_an_empty_header_of_the_form_is_reported(separator):
    lines = [[*cells, None] for cells in rows()]
    lines[20][6] = 99
    found = [(problem.code, problem.row, problem.column) for problem in read("a.csv", table(lines, separator)).problems]
    assert found == [("extra_cells", 21, "G")]


@pytest.mark.parametrize("build", [table, workbook])
def test_numbers_in_a_column_of_the_form_without_a_header_are_reported_once(build):
    lines = [[cells[0], None, *cells[1:]] for cells in rows()]
    lines[20][1], lines[21][1] = 99, "98%"
    found = [(problem.code, problem.row, problem.column) for problem in read("a", build(lines)).problems]
    assert found == [("missing_header", 21, "B")]


def test_numbers_in_a_text_table_s_column_without_a_header_are_reported():
    text = f"统一社会信用代码,所属行业,年度,研制周期缩短,,生产效率提升\n{code(1)},汽车,2025,12,99,5\n"
    found = [
        (problem.code, problem.row, problem.column)
        for problem in read("a.csv", text.encode()).problems
        if problem.blocks
    ]
    assert found == [("missing_header", 2, "E")]


def test_a_text_that_names_no_kpi_holds_no_table():
    assert [problem.code for problem in read("a.csv", "客户,电话\n甲,1\n".encode()).problems] == ["no_answer_sheet"]


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码,所属行业,年度,关键设备数控化率,生产效率提升\n",
        "credit_code,industry,year,K01,K08\n\n,,,,\n",
        "统一社会信用代码\n所属行业\n年度\n关键设备数控化率\n生产效率提升\n",
    ],
    ids=["across", "blank rows", "down"],
)
def test_a_table_of_headers_alone_is_reported(text):
    reading = read("a.csv", text.encode())
    assert not reading.applications
    assert [problem.code for problem in reading.problems if problem.blocks] == ["empty_table"]


def test_big5_is_taken_only_where_it_is_certain():
    text = "企業名稱,演示企業001（虛構）\n關鍵設備數控化率,95.5\nK01,95.5\n年度,2025\n"
    assert read("a.csv", text.encode("big5")).file.encoding == "big5"
    plain = "企业名称,演示企业001（虚构）\nK01,95.5\n年度,2025\n"
    assert read("a.csv", plain.encode("gb18030")).file.encoding == "gb18030"


def test_a_quotation_mark_left_open_is_reported():
    assert [problem.code for problem in read("a.csv", b'item,value\r\nK01,"92\r\n').problems] == ["broken_csv"]


@pytest.mark.parametrize(
    "data",
    [b"", b"  \r\n", b"\x89PNG\x00\x01", "项目,数值".encode("utf-16-le"), b"\xd0\xcf\x11\xe0\xa1\xb1", b"PK\x03\x04x"],
)
def test_what_is_no_table_is_unreadable(data):
    reading = read("a.xlsx", data)
    assert [problem.code for problem in reading.problems] == ["unreadable_file"]
    assert (reading.applications, reading.blocked) == ((), True)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("企业名称,信用代码,行业,年度,K05,K21\n甲,91000000MA9990001E,汽车,2025,12,1,234\n", "G2"),
        ("信用代码,91000000MA9990001E\n行业,汽车\n年度,2025\n指标,数值\nK21,1,234\nK05,3\n", "C5"),
        ("信用代码,行业,年度,指标,数值\n91000000MA9990001E,汽车,2025,K21,1,234\n", "F2"),
    ],
)
def test_a_comma_of_thousands_without_quotes_is_reported_in_any_table(text, cell):
    found = [problem for problem in read("a.csv", text.encode()).problems if problem.code == "extra_cells"]
    assert [f"{problem.column}{problem.row}" for problem in found] == [cell]
