"""Files as factories send them: read right, or asked about; then answered; and next year's file by the same answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import problem_message as words
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.read import read
from kpi.intake.result import ReadResult

FILES = Path(__file__).parent / "files"
NAMES = sorted(path.name[: -len(".json")] for path in FILES.glob("*.json"))
ASKED = [name for name in NAMES if json.loads((FILES / f"{name}.json").read_text("utf-8"))["questions"]]
REQUIRED = {fact.code for fact in catalogue().facts if fact.required_to_benchmark}


def reported(name: str) -> dict[str, Any]:
    return json.loads((FILES / f"{name}.json").read_text("utf-8"))


def reading_of(name: str, answers: Answers = NO_ANSWERS) -> ReadResult:
    return read(name, (FILES / name).read_bytes(), answers)


def answered(name: str) -> Answers:
    """Every question of a file answered as a person would, one by one."""
    options = {(topic, key): answer for topic, key, _, answer in reported(name)["questions"]}
    answers = NO_ANSWERS
    for question in reading_of(name).questions:
        answers = answers.give(question, options[question.topic, question.key])
    return answers


def problems(reading: ReadResult) -> list[str]:
    """``code@cell`` of all but the optional facts that no such table has."""
    return sorted(
        f"{problem.code}@{problem.column}{problem.row}" if problem.row else problem.code
        for problem in reading.problems
        if not (problem.code in ("missing_fact", "missing_facts") and problem.severity == "warning")
    )


def check_values(reading: ReadResult, wanted: Mapping[str, Any], after: bool) -> None:
    assert len(reading.applications) == len(wanted["applications"]) or "*" in wanted["held"]
    for number, (application, want) in enumerate(zip(reading.applications, wanted["applications"], strict=False)):
        assert want["facts"].items() <= application.facts.items()
        later = wanted["later"].get(str(number), {})
        computed = wanted["computed"].get(str(number), {})
        for code, value in application.values.items():
            reported = want["values"].get(code)
            held = {"*", code, f"{number}:{code}"} & set(wanted["held"])
            if after and code in later:
                check_later(value, later[code], reported)
            elif reported is None or held:
                assert (value.state, value.value) == ("not_reported", None), code
            else:
                number_told = computed.get(code, reported.get("value"))
                assert (value.state, value.value) == (reported["state"], number_told), code
                assert (value.before, value.after) == (reported.get("before"), reported.get("after"))
                assert str(value.cell) == reported["cell"]


def check_later(value: Any, wanted: float | str, stated: Mapping[str, Any]) -> None:
    if isinstance(wanted, str):
        assert (value.state, value.value) == (wanted, None)
    else:
        assert (value.state, value.value) == ("reported", pytest.approx(wanted, abs=1e-12))
    assert str(value.cell) == stated["cell"]


def test_there_are_enough_files_of_every_kind():
    kinds = Counter(Path(name).suffix for name in NAMES)
    assert len(NAMES) >= 25
    assert kinds.keys() == {".xlsx", ".xlsm", ".xls", ".ods", ".csv"}
    assert min(kinds[".xls"], kinds[".ods"], kinds[".csv"]) >= 5


@pytest.mark.campaign
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_right_or_asked_about(name):
    wanted = reported(name)
    reading = reading_of(name, answered(wanted["same_layout_as"] + ".xlsx") if wanted["same_layout_as"] else NO_ANSWERS)
    assert problems(reading) == wanted["problems"]
    assert sorted((question.topic, question.key, question.proposal) for question in reading.questions) == sorted(
        (topic, key, proposal) for topic, key, proposal, _ in wanted["questions"]
    )
    check_values(reading, wanted, after=False)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ASKED)
def test_answered_questions_are_asked_no_more_and_the_rest_is_read(name):
    wanted = reported(name)
    reading = reading_of(name, answered(name))
    assert reading.questions == ()
    assert [problem for problem in reading.problems if problem.severity == "question"] == []
    assert problems(reading) == wanted["come"]
    assert len(reading.applications) == len(wanted["applications"])
    check_values(reading, {**wanted, "held": [code for code in wanted["held"] if code != "*"]}, after=True)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ASKED)
def test_answers_survive_being_stored(name):
    answers = answered(name)
    assert Answers.load(answers.dump()) == answers
    assert reading_of(name, Answers.load(answers.dump())) == reading_of(name, answers)


@pytest.mark.campaign
@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_its_problem_its_options_and_its_words(name):
    reading = reading_of(name)
    asked = [item for item in reading.problems if item.severity == "question"]
    assert asked == [question.problem for question in reading.questions]
    for question in reading.questions:
        assert question.proposal in question.options
        assert len(question.options) > 1
    for problem in reading.problems:
        assert "{" not in "".join(words(problem, "zh") + words(problem, "en"))


@pytest.mark.campaign
@pytest.mark.parametrize("name", NAMES)
def test_the_layout_says_what_every_recognised_header_is(name):
    reading = reading_of(name)
    for page in reading.layout:
        for header in page.headers:
            assert 0 <= header.confidence <= 1
            assert (header.confidence == 0) == (header.reason == "unknown")
