"""Answers are kept as JSON and believed only where every word of it is one."""

from __future__ import annotations

import json

import pytest

from kpi.files.limits import application_limits
from kpi.i18n import problem_message
from kpi.intake.answers import NO_ANSWERS, Answers, AnswersInvalid
from kpi.intake.read import read

WIDE = "统一社会信用代码,所属行业,年度,关键设备数控化率,产品不良率下降\n91000000MA9990001E,汽车,{year},0.95,12\n"
FORM = {"form": 1, "header": {}, "unit": {}, "basis": {}, "mark": {}, "sheet": {}}


def data(year: int = 2025) -> bytes:
    return WIDE.format(year=year).encode()


def test_nothing_is_answered_at_first_and_a_given_answer_is_kept_beside_others():
    reading = read("a.csv", data())
    unit, basis = reading.questions
    answers = NO_ANSWERS.give(unit, "fraction").give(basis, "points")
    assert answers == Answers(unit={"关键设备数控化率": "fraction"}, basis={"产品不良率下降": "points"})
    assert Answers() == NO_ANSWERS
    for year in (2025, 2026):
        again = read("b.csv", data(year), answers)
        values = again.applications[0].values
        assert (again.questions, values["K01"].value, values["K10"].value) == ((), 95, 12)
        assert (values["K10"].basis, values["K10"].year) == ("points", year)


def test_an_answer_must_be_one_of_the_options():
    [unit, _] = read("a.csv", data()).questions
    for wrong in ("", "points", "K01", "ignore"):
        with pytest.raises(AnswersInvalid):
            NO_ANSWERS.give(unit, wrong)


def test_a_header_nobody_asked_about_can_be_answered_too():
    text = "企业名称,统一社会信用代码,所属行业,年度,APC 使用情况,K01\n甲,91000000MA9990001E,汽车,2025,40,90\n"
    assert read("a.csv", text.encode()).applications[0].values["K02"].value is None
    answers = NO_ANSWERS.with_answer("header", "apc使用情况", "K02")
    assert read("a.csv", text.encode(), answers).applications[0].values["K02"].value == 40
    with pytest.raises(AnswersInvalid):
        NO_ANSWERS.with_answer("header", "apc使用情况", "K99")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "{" * 5000,
        json.dumps({**FORM, "more": {}}),
        json.dumps({**FORM, "form": 2}),
        json.dumps({**FORM, "header": []}),
        json.dumps({**FORM, "header": {"a": 1}}),
        json.dumps({**FORM, "header": {"a": "K22"}}),
        json.dumps({**FORM, "header": {"": "K01"}}),
        json.dumps({**FORM, "unit": {"a": "per mille"}}),
        json.dumps({**FORM, "mark": {"—": "one"}}),
        json.dumps({**FORM, "sheet": {"a": {"b": "across"}}}),
        json.dumps({**FORM, "header": {"长" * 2001: "K01"}}),
    ],
)
def test_what_was_not_dumped_is_not_loaded(text):
    with pytest.raises(AnswersInvalid):
        Answers.load(text)


def test_too_much_is_not_even_parsed():
    with pytest.raises(AnswersInvalid):
        Answers.load(json.dumps(FORM) + " " * application_limits().answers_characters)


def test_a_form_s_percentage_cell_can_be_answered():
    import io

    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("填报")
    sheet.write_row(0, 0, ["项目", "数值"])
    sheet.write_row(1, 0, ["关键设备数控化率"])
    sheet.write_number(1, 1, 0.955, book.add_format({"num_format": "0.0%"}))
    book.close()
    reading = read("a.xlsx", stream.getvalue())
    [question] = reading.questions
    for option, value in (("fraction", 95.5), ("percent", 0.955)):
        answered = read("a.xlsx", stream.getvalue(), NO_ANSWERS.give(question, option))
        assert (answered.questions, answered.applications[0].values["K01"].value) == ((), value)


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("统一社会信用代码,所属行业,年度,关键设备数控化率（天）\n91000000MA9990001E,汽车,2025,95\n", "天"),
        ("指标,单位,数值\n关键设备数控化率,万元/人,95\n年度,,2025\n产品不良率下降,%,12\n", "万元/人"),
    ],
)
def test_a_unit_that_does_not_fit_is_named_beside_the_one_that_would(table: str, found: str) -> None:
    [asked] = [item for item in read("a.csv", table.encode()).problems if item.code == "unit_unfit"]
    assert f"表中单位为“{found}”，本项应为“%”" in problem_message(asked, "zh")[0]
    assert f'has the unit "{found}", this KPI has "%"' in problem_message(asked, "en")[0]
