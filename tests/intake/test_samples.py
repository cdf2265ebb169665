"""The shipped sample: the workbook and the table say the same, and both are what their script makes."""

from __future__ import annotations

from dataclasses import replace

from data.samples import make_samples
from kpi.intake.read import read
from kpi.intake.read_result import ReadResult


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
