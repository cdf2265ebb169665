"""The shipped sample: the workbook and the table say the same, and both are what their script makes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from data.samples import make_samples
from kpi.intake.answers import NO_ANSWERS
from kpi.intake.read import read
from kpi.intake.result import ReadResult


def reading(path) -> ReadResult:
    return read(path.name, path.read_bytes())


def without_cells(reading: ReadResult):
    [application] = reading.applications
    return application.facts, {code: replace(value, cell=None) for code, value in application.values.items()}


def test_both_samples_are_faultless_and_equal_but_for_their_cells():
    book, table = reading(make_samples.WORKBOOK), reading(make_samples.TABLE)
    assert book.problems == table.problems == ()
    assert without_cells(book) == without_cells(table)
    assert (book.file.encoding, table.file.encoding) == (None, "gb18030")


def test_the_sample_shows_each_kind_of_answer():
    [application] = reading(make_samples.WORKBOOK).applications
    values = application.values
    assert values["K02"].state == "not_applicable"
    assert values["K02"].note
    assert values["K13"].state == "not_reported"
    assert (values["K10"].basis, values["K10"].before, values["K10"].after) == ("relative", 3.2, 1.2)
    assert sum(value.state == "reported" for value in values.values()) == 19


def test_the_sample_is_fictitious_by_name_and_code():
    facts = reading(make_samples.TABLE).applications[0].facts
    assert facts["enterprise"] == "演示企业001（虚构）"
    assert str(facts["credit_code"])[2:8] == "000000"
    assert str(facts["factory_name"]).endswith("智能工厂")
    assert len(str(facts["factory_name"])) <= 14


def test_the_script_makes_the_shipped_bytes():
    assert make_samples.table() == make_samples.TABLE.read_bytes()
    assert make_samples.workbook() == make_samples.WORKBOOK.read_bytes()
    assert make_samples.own_table() == make_samples.OWN_TABLE.read_bytes()


def test_the_factory_s_own_table_asks_each_kind_of_question_and_then_agrees_with_the_example():
    table = reading(make_samples.OWN_TABLE)
    assert Counter(item.topic for item in table.questions) == {"header": 2, "unit": 3, "basis": 2, "direction": 1}
    assert [problem.code for problem in table.problems if problem.severity == "error"] == []
    answers = NO_ANSWERS
    for question in table.questions:
        answers = answers.give(question, question.proposal)
    [own] = read(make_samples.OWN_TABLE.name, make_samples.OWN_TABLE.read_bytes(), answers).applications
    [example] = reading(make_samples.WORKBOOK).applications
    assert own.facts.items() <= example.facts.items()
    reported = {code: value for code, value in own.values.items() if value.state == "reported"}
    assert len(reported) == 14
    for code, value in reported.items():
        wanted = example.values[code]
        assert (value.value, value.basis, value.before) == (wanted.value, wanted.basis, value.before and wanted.before)


def test_what_is_asked_about_is_not_warned_of_as_well():
    table = reading(make_samples.OWN_TABLE)
    asked = {(question.problem.row, question.problem.column) for question in table.questions}
    assert not asked & {(problem.row, problem.column) for problem in table.problems if problem.severity == "warning"}
