"""Changes stated with a verb, an arrow or a sign: asked about once, with every possible reading, and then read."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from kpi.i18n import problem_message
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.form.answer_sheet import read_sheet, sheet_of
from kpi.intake.read import read
from kpi.intake.result import ReadResult
from tests.freeform.hand_made_sheets import ZH, code
from tests.intake.sample_files import row_of, rows, table, workbook

KPI_NAMES = ZH | {"K18": "单位产值二氧化碳（CO₂）排放量降低"}
REDUCTIONS = ["K06", "K10", "K15", "K17", "K18"]
BLOCK = f"统一社会信用代码,{code(1)}\n所属行业,汽车\n年度,2025\n指标,数值,口径\n"


def listed(answers: Answers = NO_ANSWERS, /, **texts: str) -> ReadResult:
    """A table with these KPIs down its side; of two bases the relative one."""
    lines = [f"{KPI_NAMES[kpi]},{text},{'相对' if kpi in ('K10', 'K13') else ''}\n" for kpi, text in texts.items()]
    return read("a.csv", (BLOCK + "".join(lines)).encode(), answers)


def blocking(reading: ReadResult) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in reading.problems if problem.blocks]


def value(reading: ReadResult, kpi: str) -> float | None:
    return reading.applications[0].values[kpi].value


def readings(kpi: str, text: str) -> dict[str, float | None]:
    """Each option of the one question, the proposed first, with the value that it gives."""
    first = listed(**{kpi: text})
    [question] = first.questions
    assert blocking(first) == [(question.problem.code, 5, "B")]
    assert value(first, kpi) is None
    values: dict[str, float | None] = {}
    for option in sorted(question.options, key=lambda option: option != question.proposal):
        again = listed(NO_ANSWERS.give(question, option), **{kpi: text})
        assert blocking(again) == []
        values[option] = value(again, kpi)
    return values


@pytest.mark.parametrize("kpi", REDUCTIONS)
@pytest.mark.parametrize("text", ["-8.5%", "－８．５％", "−8.5%", "-8.5", "–8.5 %"])
def test_a_reduction_with_a_minus_sign_may_be_either(kpi, text):
    found = readings(kpi, text)
    assert list(found.items()) == [("decrease", 8.5), ("increase", -8.5), ("blank", None)]
    [problem] = [item for item in listed(**{kpi: text}).problems if item.blocks]
    assert (problem.code, problem.severity) == ("reduction_or_increase", "question")
    assert "降低 8.5%，还是增加 8.5%" in problem_message(problem, "zh")[0]
    assert "a reduction of 8.5%, or an increase of 8.5%" in problem_message(problem, "en")[0]


AGREEING = [
    ("K06", "降低7.3%", 7.3),
    ("K10", "下降 3.2％", 3.2),
    ("K15", "reduced by 7.3 %", 7.3),
    ("K15", "7.3% reduction", 7.3),
    ("K17", "↓9%", 9),
    ("K17", "9% ↓", 9),
    ("K06", "缩短了12.50%", 12.5),
    ("K18", "▼1,000.5%", 1000.5),
    ("K07", "增长12%", 12),
    ("K07", "同比增长12%", 12),
    ("K08", "提高5%", 5),
    ("K08", "Increase of 12%", 12),
    ("K12", "⬆\ufe0f 12", 12),
    ("K16", "提升：12%", 12),
    ("K16", "﹢12%", 12),
    ("K06", "改善5%", 5),
    ("K08", "提升了5个百分点", 5),
]


@pytest.mark.parametrize(("kpi", "text", "number"), AGREEING)
def test_a_verb_or_an_arrow_that_agrees_proposes_the_number(kpi, text, number):
    if number > 100:
        assert [question.proposal for question in listed(**{kpi: text}).questions] == ["decrease"]
        return
    own = "decrease" if kpi in REDUCTIONS else "increase"
    assert list(readings(kpi, text).items()) == [(own, number), ("blank", None)]


AGAINST = [
    ("K06", "增长12%", "increase", -12),
    ("K10", "提升5%", "increase", -5),
    ("K17", "↑9%", "increase", -9),
    ("K06", "+12%", "decrease", 12),
    ("K06", "降低-12%", "decrease", 12),
    ("K08", "下降5%", "decrease", -5),
    ("K07", "↓5%", "decrease", -5),
    ("K08", "—5%", "decrease", -5),
    ("K08", "‑5%", "decrease", -5),
    ("K07", "⁻5%", "decrease", -5),
    ("K08", "- 5%", "decrease", -5),
]


@pytest.mark.parametrize(("kpi", "text", "proposal", "number"), AGAINST)
def test_where_verb_and_indicator_contradict_each_other_both_readings_are_offered(kpi, text, proposal, number):
    found = readings(kpi, text)
    other = {"increase": "decrease", "decrease": "increase"}[proposal]
    assert next(iter(found)) == proposal
    assert found == {proposal: number, other: -number, "blank": None}


@pytest.mark.parametrize("dash", "-‐‑‒–—―−﹣－⁻₋➖")
def test_a_minus_sign_of_any_kind_is_one(dash):
    assert readings("K06", f"{dash}8.5%")["increase"] == -8.5


NO_NUMBER = [
    "降至3.2%",
    "提升到95%",
    "由3.2%降低到1.1%",
    "约降低5%",
    "降低5-8%",
    "降低5% 3",
    "降低7.3%以上",
    "降低",
    "↓",
    "降低↑5%",
]


@pytest.mark.parametrize("text", NO_NUMBER)
def test_an_end_a_range_or_a_guess_is_still_no_number(text):
    assert blocking(listed(K06=text)) == [("not_a_number", 5, "B")]


@pytest.mark.parametrize("kpi", ["K01", "K05"])
def test_a_level_or_a_count_has_no_direction(kpi):
    assert blocking(listed(**{kpi: "提高5%"})) == [("not_a_number", 5, "B")]


@pytest.mark.parametrize(("kpi", "text", "number"), [("K07", "+12%", 12), ("K07", "-3.5%", -3.5), ("K08", "−3", -3)])
def test_a_sign_that_says_what_the_indicator_says_is_read(kpi, text, number):
    reading = listed(**{kpi: text})
    assert (blocking(reading), value(reading, kpi)) == ([], number)


@pytest.mark.parametrize("word", ["变差 8.5%", "恶化8.5", "worse 8.5", "Worsened by 8.5 %"])
def test_a_word_for_worse_needs_no_question(word):
    reading = listed(K06=word, K08=word)
    assert (blocking(reading), value(reading, "K06"), value(reading, "K08")) == ([], -8.5, -8.5)


def test_zero_has_no_direction():
    reading = listed(K06="-0%", K10="降低0%")
    assert (blocking(reading), value(reading, "K06"), value(reading, "K10")) == ([], 0, 0)


def wide(*reductions: object, answers: Answers = NO_ANSWERS, percent: bool = False) -> ReadResult:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["统一社会信用代码", "所属行业", "年度", "研制周期缩短"])
    for number, reduction in enumerate(reductions, 1):
        sheet.append([code(number), "汽车", 2025, reduction])
        sheet.cell(number + 1, 4).number_format = "0.0%" if percent else "General"
    stream = io.BytesIO()
    book.save(stream)
    return read("a.xlsx", stream.getvalue(), answers)


def test_a_column_is_asked_once_for_each_way_of_writing():
    reading = wide("-8.5%", "降低3%", "-2%", "减少4%", "5%")
    assert blocking(reading) == [("reduction_or_increase", 2, "D"), ("number_in_words", 3, "D")]
    answers = NO_ANSWERS
    for question in reading.questions:
        answers = answers.give(question, "decrease")
    read_again = wide("-8.5%", "降低3%", "-2%", "减少4%", "5%", answers=answers)
    assert blocking(read_again) == []
    assert [application.values["K06"].value for application in read_again.applications] == [8.5, 3, 2, 4, 5]


@pytest.mark.parametrize("numbers", [(-8.5, -3), (-8.5,), (0, -8.5)])
def test_bare_minus_signs_without_a_positive_number_are_asked_about(numbers):
    assert [item[0] for item in blocking(wide(*numbers))] == ["reduction_or_increase"]


def test_beside_positive_numbers_a_bare_minus_sign_says_what_it_says():
    reading = wide(12, -3)
    assert (blocking(reading), [application.values["K06"].value for application in reading.applications]) == (
        [],
        [12, -3],
    )
    [question] = wide("12%", "-3%").questions
    assert (question.proposal, question.problem.row) == ("increase", 3)


def test_a_plus_sign_says_nothing_of_itself():
    """Under a reduction +12 may be an increase, with or without its unit: plain numbers must stand beside it."""
    assert readings("K06", "+12") == readings("K06", "+12%")
    assert [question.problem.code for question in wide("+12").questions] == ["reduction_or_increase"]
    assert [application.values["K06"].value for application in wide(5, "+12").applications] == [5, 12]


def test_a_percentage_of_a_kpi_with_two_bases_has_one_question():
    book = openpyxl.Workbook()
    book.active.append(["统一社会信用代码", "所属行业", "年度", "资源综合利用率提升"])
    book.active.append([code(1), "汽车", 2025, 0.085])
    book.active.cell(2, 4).number_format = "0.0%"
    stream = io.BytesIO()
    book.save(stream)
    [question] = read("a.xlsx", stream.getvalue()).questions
    assert question.topic == "basis"
    assert "8.5%" in problem_message(question.problem, "zh")[0]
    again = read("a.xlsx", stream.getvalue(), NO_ANSWERS.give(question, "points"))
    assert (again.questions, again.applications[0].values["K09"].value) == ((), 8.5)


def test_an_answer_of_one_year_says_nothing_of_another():
    table = f"统一社会信用代码,{code(1)}\n所属行业,汽车\n指标,2024年,2025年\n研制周期缩短,-3%,-8.5%\n".encode()
    questions = read("a.csv", table).questions
    assert [question.problem.column for question in questions] == ["B", "C"]
    answers = NO_ANSWERS.give(questions[0], "increase").give(questions[1], "decrease")
    reading = read("a.csv", table, answers)
    assert [application.values["K06"].value for application in reading.applications] == [-3, 8.5]


def test_a_percentage_format_is_asked_about_as_it_is_seen():
    reading = wide(-0.085, percent=True)
    assert [item.topic for item in reading.questions] == ["direction"]
    assert "降低 8.5%" in problem_message(reading.questions[-1].problem, "zh")[0]
    answers = NO_ANSWERS
    for question in reading.questions:
        answers = answers.give(question, question.proposal)
    assert [
        application.values["K06"].value for application in wide(-0.085, percent=True, answers=answers).applications
    ] == [8.5]


@pytest.mark.parametrize("text", ["-8.5%", "-8.5", "+8.5%"])
def test_a_basis_is_asked_for_after_the_direction(text):
    """Each cell has one question at a time; a zero has no direction, and its basis is asked for at once."""
    head = "统一社会信用代码,所属行业,年度,产品不良率下降\n"
    lines = f"{head}{code(1)},汽车,2025,{text}\n"
    first = read("a.csv", lines.encode())
    assert [(question.topic, question.problem.column) for question in first.questions] == [("direction", "D")]
    answers = NO_ANSWERS.give(first.questions[0], "decrease")
    second = read("a.csv", lines.encode(), answers)
    assert [question.topic for question in second.questions] == ["basis"]
    third = read("a.csv", lines.encode(), answers.give(second.questions[0], "relative"))
    assert (blocking(third), value(third, "K10")) == ([], 8.5)
    for zero in ("-0%", "降低0%"):
        assert [question.topic for question in read("a.csv", lines.replace(text, zero).encode()).questions] == ["basis"]


@pytest.mark.parametrize("text", ["-8.5", "-8.5%", "-850%", "+8.5", "—8.5%", "降低0%", "降低5%", "-0"])
@pytest.mark.parametrize("ends", ["3,4", "4,3", "0,3", ",", "3,"])
@pytest.mark.parametrize("others", ["", "5"])
def test_no_signed_number_without_a_basis_is_dropped_in_silence(text, ends, others):
    head = "统一社会信用代码,所属行业,年度,产品不良率下降,产品不良率（改造前）,产品不良率（改造后）\n"
    lines = f"{head}{code(1)},汽车,2025,{text},{ends}\n{code(2)},汽车,2025,{others},,\n"
    assert blocking(read("a.csv", lines.encode()))


def test_points_that_the_words_name_are_the_basis():
    text = BLOCK.replace(",口径", "") + "设备综合利用率提升,提升了5个百分点\n产品不良率下降,降低7.3%\n"
    reading = read("a.csv", text.encode())
    assert blocking(reading) == [("number_in_words", 5, "B"), ("number_in_words", 6, "B")]
    answers = NO_ANSWERS.give(reading.questions[0], "increase").give(reading.questions[1], "decrease")
    again = read("a.csv", text.encode(), answers)
    reported = again.applications[0].values["K11"]
    assert (reported.value, reported.basis) == (5, "points")
    assert blocking(again) == [("basis_unclear", 6, "B")]


# Our own form says that a negative number is an increase, so a bare minus sign is one.
@pytest.mark.parametrize("build", [table, workbook])
@pytest.mark.parametrize("text", ["-8.5%", "降低8.5%", "↓8.5％"])
def test_the_form_asks_too(build, text):
    lines = rows({"K15": (text,)})
    reading = read("a", build(lines))
    [question] = reading.questions
    assert (question.problem.row, question.problem.column, question.proposal) == (row_of(lines, "K15"), "B", "decrease")
    assert read("a", build(lines), NO_ANSWERS.give(question, "decrease")).applications[0].values["K15"].value == 8.5


def test_a_bare_minus_on_the_form_is_an_increase_unless_before_and_after_say_otherwise():
    reading = read("a", table(rows({"K15": (-8.5,), "K06": (-10, None, 100, 110), "K17": ("-10%", None, 100, 110)})))
    assert blocking(reading) == []
    assert [value(reading, kpi) for kpi in ("K15", "K06", "K17")] == [-8.5, -10, -10]
    against = read("a", table(rows({"K06": (-10, None, 100, 90)})))
    assert [(question.problem.code, question.proposal) for question in against.questions] == [
        ("reduction_or_increase", "decrease")
    ]
    again = read("a", table(rows({"K06": (-10, None, 100, 90)})), NO_ANSWERS.give(against.questions[0], "decrease"))
    assert (again.problems, value(again, "K06")) == ((), 10)


def test_the_form_shows_a_percentage_cell_with_its_sign():
    book = openpyxl.Workbook()
    for line in rows({"K15": (-0.085,)}):
        book.active.append(line)
    book.active.cell(row_of(rows({"K15": ()}), "K15"), 2).number_format = "0.0%"
    stream = io.BytesIO()
    book.save(stream)
    [direction] = read("a", stream.getvalue()).questions
    assert "降低 8.5%" in problem_message(direction.problem, "zh")[0]
    reading = read("a", stream.getvalue(), NO_ANSWERS.give(direction, "decrease"))
    assert (reading.questions, value(reading, "K15")) == ((), 8.5)


def test_what_before_and_after_say_is_proposed():
    [question] = read("a", table(rows({"K06": ("降低10%", None, 100, 110)}))).questions
    assert (question.problem.code, question.proposal) == ("reduction_or_increase", "increase")


def test_a_form_s_words_and_basis_must_agree():
    lines = rows({"K10": ("降低2个百分点", "points"), "K11": ("提升5个百分点", "relative"), "K13": ("提升5个百分点",)})
    reading = read("a", table(lines))
    assert blocking(reading) == [
        ("number_in_words", row_of(lines, "K10"), "B"),
        ("not_a_number", row_of(lines, "K11"), "B"),
        ("number_in_words", row_of(lines, "K13"), "B"),
    ]


def test_an_answered_increase_stays_one_on_the_answer_sheet():
    reading = listed(K06="增长12%")
    reading = listed(NO_ANSWERS.give(reading.questions[0], "increase"), K06="增长12%")
    again = read_sheet(sheet_of(reading.applications[0], reading.problems))
    assert (value(again, "K06"), again.questions) == (-12, ())


def test_answers_stored_before_directions_were_asked_are_still_good():
    dumped = json.loads(NO_ANSWERS.with_answer("basis", "产品不良率下降", "points").dump())
    del dumped["direction"]
    assert Answers.load(json.dumps(dumped)).basis == {"产品不良率下降": "points"}
