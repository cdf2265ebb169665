"""Faults are returned as values; ``report`` orders them, asks each question once and lists no more than can be."""

from __future__ import annotations

import pytest

from kpi.files.limits import application_limits
from kpi.intake.answers import Answers
from kpi.intake.problems import (
    Fault,
    PendingQuestion,
    Reading,
    SourceCell,
    all_of,
    capped,
    count_of,
    fault_at,
    fault_in_table,
    fault_of_file,
    fault_of_sheet,
    many_faults,
    problems_of,
    report,
    taken,
)
from kpi.model.application import CellReference

LIMITS = application_limits()


def cell(row: int, column: str = "A", raw: str | None = "x") -> SourceCell:
    return SourceCell(CellReference("a.xlsx", "S", row, column), raw)


def reading(number: int) -> Reading[int]:
    yield fault_at(cell(number), "not_a_number")
    return number


def blanks(rows: int, most: int) -> list[Fault]:
    return list(many_faults("panel_blank", range(rows), lambda at: (None, at + 2, 0, None), lambda _: {}, most))


def places(faults: list[Fault], most: int | None = None) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in report("a.xlsx", faults, LIMITS, most)[0]]


def test_what_is_read_comes_with_what_is_wrong():
    assert taken(reading(3)) == (3, [fault_at(cell(3), "not_a_number")])
    numbers, faults = taken(all_of(map(reading, (1, 2))))
    assert (numbers, [found.row for found in faults]) == ([1, 2], [1, 2])


def test_a_fault_knows_its_severity_and_no_other():
    assert fault_at(cell(1), "missing_fact", severity="warning").severity == "warning"
    with pytest.raises(ValueError, match="not_a_number is never a warning"):
        fault_at(cell(1), "not_a_number", severity="warning")


def test_a_blank_cell_shows_nothing_and_a_long_one_is_cut():
    long = "x" * (LIMITS.problem_value_characters + 1)
    shown = [
        problem.value
        for problem in problems_of("a", [fault_at(cell(1, raw=raw), "not_a_number") for raw in (" ", long)], LIMITS)
    ]
    assert shown[0] is None
    assert len(str(shown[1])) == LIMITS.problem_value_characters


def test_a_report_walks_through_the_file():
    found = [
        fault_at(cell(9, "B"), "not_a_number"),
        fault_at(cell(9, "AA"), "not_a_number"),
        fault_at(cell(2), "not_a_number"),
    ]
    listed, _ = report(
        "a.xlsx", [*found, fault_of_sheet("S", "hidden_sheet"), fault_of_file("empty_table", {})], LIMITS
    )
    assert [(found.row, found.column) for found in listed] == [
        (None, None),
        (2, "A"),
        (9, "B"),
        (9, "AA"),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("topic", "answer", "kept"), [("mark", "zero", "zero"), ("unit", "b", None), ("mark", "c", None)]
)
def test_a_question_is_asked_once_and_stands_beside_an_earlier_answer(topic, answer, kept):
    asked = PendingQuestion(topic, "k", "a", ("a", "b", "zero"))
    twice = [fault_at(cell(row), "mark_unclear", question=asked) for row in (5, 3)]
    problems, [question] = report("a.xlsx", twice, LIMITS, remembered=Answers(**{topic: {"k": answer}}))
    assert problems == (question.problem,)
    assert (question.problem.row, question.problem.severity, question.remembered) == (5, "question", kept)


def test_of_a_million_places_only_those_that_can_be_listed_are_built():
    assert (len(blanks(1_000_000, 4)), count_of(blanks(1_000_000, 4))) == (4, 1_000_000)
    assert [found.more for found in blanks(4, 4)] == [0, 0, 0, 0]
    assert blanks(0, 4) == []


def test_of_one_code_no_more_are_kept_than_can_be_listed():
    found = capped([*blanks(9, 3), *blanks(2, 3), fault_in_table("panel_unknown_kpi", (None, 4, 0, "y"))], 3)
    assert [(each.code, each.row) for each in found] == [("panel_blank", row) for row in (2, 3, 4)] + [
        ("panel_unknown_kpi", 4)
    ]
    assert count_of(found) == 12


def test_of_too_many_errors_go_before_warnings_and_the_rest_is_counted():
    warning = fault_of_sheet(None, "panel_other_sheet")
    assert not warning.blocks
    assert places([warning, *blanks(2, 2)], 3) == [("panel_other_sheet", None), ("panel_blank", 2), ("panel_blank", 3)]
    assert places([warning, *blanks(9, 2)], 2) == [
        ("panel_blank", 2),
        ("panel_blank", 3),
        ("panel_more_problems", None),
    ]
    listed, _ = report("a.xlsx", [warning, *blanks(9, 2)], LIMITS, 2)
    assert listed[-1].params == {"more": 8, "told": 2}
