"""The measured workbook is what it says: so many factories, every planted fault found and nothing else at fault."""

from __future__ import annotations

from benchmarks.many_factories import workbook
from kpi.intake.read import read

PLANTED = {"not_a_number", "above_maximum", "invalid_credit_code"}


def test_every_planted_fault_of_the_measured_workbook_is_found():
    reading = read("factories.xlsx", workbook(60, 12))
    errors = [one for one in reading.problems if one.severity == "error"]
    assert {one.code for one in errors} == PLANTED
    assert len({one.row for one in errors}) == len(errors)
    assert (len(reading.applications), reading.questions) == (60, ())
    stated = [value for one in reading.applications for value in one.values.values() if value.state == "reported"]
    values = sum(one.code in ("not_a_number", "above_maximum") for one in errors)
    assert len(stated) == 60 * 21 - values
