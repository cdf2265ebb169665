"""The measured workbook is what it says: so many factories, every planted fault found and nothing else at fault."""

from __future__ import annotations

import pytest

from benchmarks.many_factories import workbook
from kpi.intake.read import read

pytestmark = pytest.mark.campaign

PLANTED = {"not_a_number", "above_maximum", "invalid_credit_code"}


def test_every_planted_fault_of_the_measured_workbook_is_found():
    reading = read("factories.xlsx", workbook(60, 12))
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert {error.code for error in errors} == PLANTED
    assert len({error.row for error in errors}) == len(errors)
    assert (len(reading.applications), reading.questions) == (60, ())
    stated = [
        value
        for application in reading.applications
        for value in application.values.values()
        if value.state == "reported"
    ]
    values = sum(error.code in ("not_a_number", "above_maximum") for error in errors)
    assert len(stated) == 60 * 21 - values
