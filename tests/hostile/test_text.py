"""Text that is not what it looks like: read as what it says, or refused in words, and never read as something else."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from kpi.baseline.panel import read_panel
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import is_valid, match_kpi, normalise_credit_code
from kpi.files.limits import application_limits
from kpi.intake.cells import parse_number
from kpi.intake.read import read
from tests.hostile.containers import CONTAINERS, TEXT
from tests.intake.sample_files import rows, table

READ: dict[str, float] = {
    "３５．２％": 35.2,
    "35.2％": 35.2,
    "３5.２%": 35.2,
    "35.2 %": 35.2,
    "\u300035.2\u3000": 35.2,
    "35.2\u00a0%": 35.2,
    "１，２３４": 1234.0,
    "1，234.5": 1234.5,
    "−5": -5.0,
    "－５": -5.0,
    "﹣5": -5.0,
    "＋５": 5.0,
    "1e2": 100.0,
    "1E+2": 100.0,
    ".5": 0.5,
}
REFUSED = (
    *("٣", "۳", "३", "๓", "𝟑", "③", "⑶", "⒊", "³", "₃", "Ⅲ", "三", "〇", "½", "⅓", "1⁄2", "1/2"),
    *("10²", "10₂", "1①", "1½", "10^2", "１０²"),
    *("1_000", "0x10", "0b1", "1e", "e5", "1e5e5", "1e999", "inf", "Infinity", "NaN", "nan", "None", "true", "＃"),
    *("1,23", "12,34", "1,2345", "1.234,5", "1 234", "1'000", "1’000", "1٫5", "1٬000", "1。5", "1．2．3", "1..2"),
    *("--5", "+-5", "5-", "(5)", "5−", "—5", "\u06445", "5%%", "5‰", "5٪", "%5", "¥5", "5元", "约5", "≥5", "5~6"),
    *("=5", "=1+1", "@5", "'5", '"5"', "5;", "5\n6", "5\t6"),
)
INVISIBLE = (
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u061c", "\u202a", "\u202e"),
    *("\u2066", "\u2069", "\u0000", "\u0001", "\u0008", "\u001b", "\u007f", "\u0085", "\ue000", "\U000e0041"),
    *("\U000e007f", "\ufff9", "\U000f0000", "\uffff", "\U0001fffe"),
)
CODE = "91000000MA9990001E"
Write = Callable[[list[list[Any]]], bytes]
containers = pytest.mark.parametrize("write", CONTAINERS.values(), ids=CONTAINERS)
XML_FREE = [entry for entry in INVISIBLE if entry not in "\0\x01\x08\x1b\uffff"]
"""Those that XML can hold: no workbook has the others."""


@pytest.mark.parametrize(("written", "value"), READ.items())
def test_a_number_in_full_width_is_read_as_what_it_says(written: str, value: float) -> None:
    reported = parse_number(written, percent_sign=True)
    assert reported is not None
    assert reported.value == value


@pytest.mark.parametrize("written", REFUSED, ids=ascii)
def test_what_is_no_plain_number_is_refused(written: str) -> None:
    assert parse_number(written, percent_sign=True) is None


@pytest.mark.campaign
def test_no_character_but_plain_and_full_width_ones_is_part_of_a_number() -> None:
    """Every character there is, beside a digit: it is refused, or it is one of the known signs and blanks."""
    taken = {code for code in range(0x110000) if parse_number(f"1{chr(code)}2", percent_sign=True) is not None}
    plain = {ord(item) for item in "0123456789.eE"}
    assert taken == plain | {code + 0xFEE0 for code in plain}


@pytest.mark.parametrize("written", [item for item in REFUSED if "\n" not in item and "\t" not in item], ids=ascii)
def test_a_refused_number_is_one_problem_at_its_cell_and_no_value(written: str) -> None:
    reading = read("a.csv", table(rows({"K08": (written,)})))
    blocking = [problem for problem in reading.problems if problem.blocks]
    assert blocking
    assert {problem.column for problem in blocking} == {"B"}
    assert reading.applications[0].values["K08"].value is None


@pytest.mark.campaign
@pytest.mark.parametrize("written", REFUSED, ids=ascii)
def test_a_panel_refuses_the_same_numbers(written: str) -> None:
    head = ["credit_code", "group", "industry", "body", "kpi", "value", "basis"]
    data = table([head, [CODE, "", "高端装备", "松江区", "K08", written, ""]])
    reading = read_panel("a.csv", data, "上海市")
    assert reading.blocked
    assert reading.records.empty


@containers
def test_full_width_answers_are_read_alike_in_every_container(write: Write) -> None:
    reported = rows({"K08": ("４５．５％",), "K10": ("６２．５", "相对", "３．２", "１．２"), "year": ("２０２５",)})
    [application] = read("a", write(reported)).applications
    assert (application.values["K08"].value, application.values["K10"].value) == (45.5, 62.5)
    assert application.year == 2025


IN_CONTAINERS = [
    pytest.param(write, letter, id=f"{kind} {letter!a}")
    for kind, write in CONTAINERS.items()
    for letter in (INVISIBLE if kind in TEXT else XML_FREE)
]


@pytest.mark.campaign
@pytest.mark.parametrize(("write", "letter"), IN_CONTAINERS)
def test_an_invisible_letter_is_refused_wherever_it_stands(write: Write, letter: str) -> None:
    places = {"K08": (f"4{letter}5",), "enterprise": (f"演示{letter}企业",), "credit_code": (f"{CODE}{letter}",)}
    for item, cells in places.items():
        reading = read("a", write(rows({item: cells})))
        codes = {problem.code for problem in reading.problems if problem.blocks}
        assert codes & {"forbidden_characters", "unreadable_file", "broken_csv"}, (item, codes)
        for application in reading.applications:
            assert application.values["K08"].value in (None, 45.0)
            assert item == "K08" or item not in application.facts


@pytest.mark.parametrize("text", ["x", "长", "\U0001f600", "＝", "\n"])
def test_an_overlong_cell_is_one_problem_that_shows_its_beginning(text: str) -> None:
    long = text * (application_limits().cell_characters + 1)
    for item in ("enterprise", "K08"):
        found = [problem for problem in read("a.csv", table(rows({item: (f"甲{long}乙",)}))).problems if problem.blocks]
        assert [problem.code for problem in found] == ["cell_too_long"]
        assert len(found[0].value or "") <= application_limits().problem_value_characters


CONFUSABLE = {"A": "АΑ𝖠", "E": "ЕΕ", "M": "МΜ", "0": "OОΟ०", "1": "lI|١", "9": "९"}
"""Letters of other alphabets that look like those of a credit code."""


@pytest.mark.parametrize(("plain", "other"), [(item, more) for item, some in CONFUSABLE.items() for more in some])
def test_a_credit_code_of_letters_that_only_look_alike_is_refused(plain: str, other: str) -> None:
    code = CODE.replace(plain, other, 1)
    assert code != CODE
    if normalise_credit_code(code) == CODE:
        assert unicodedata.normalize("NFKC", other) == plain
        return
    assert not is_valid(normalise_credit_code(code))
    problems = read("a.csv", table(rows({"credit_code": (code,)}))).problems
    assert [problem.code for problem in problems if problem.blocks] == ["invalid_credit_code"]


@pytest.mark.parametrize(
    "code", ["９１０００００0ＭＡ9990001Ｅ", "91000000ma9990001e", "91000000-MA9990001-E", f" {CODE} "]
)
def test_a_credit_code_written_otherwise_is_the_same(code: str) -> None:
    assert read("a.csv", table(rows({"credit_code": (code,)}))).applications[0].credit_code == CODE


@pytest.mark.parametrize("mark", "²₂②")
def test_a_footnotes_mark_makes_no_other_kpi(mark: str) -> None:
    for kpi in catalogue().kpis:
        for name in (kpi.code, f"K{kpi.number}", f"{kpi.code} {kpi.name.zh}"):
            assert match_kpi(name) == kpi
            assert match_kpi(f"{name}{mark}") in (kpi, None)
