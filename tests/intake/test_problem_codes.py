"""Every code by a planted fault: one fault gives exactly one problem, at its cell, in CSV and workbook alike."""

from __future__ import annotations

import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import problem_message
from kpi.intake.read import read
from kpi.model.problem import PROBLEM_CODES
from kpi.reports.as_json import problem_json
from tests.intake.sample_files import row_of, rows, table, workbook

LONG = "长" * 2001
# code, changed items, the fault's item and column, what stood there as it is reported
ONE_CELL = [
    ("missing_fact", {"industry": ()}, "industry", "B", None),
    ("missing_fact", {"contact": ()}, "contact", "B", None),
    ("unknown_industry", {"industry": ("装备制造",)}, "industry", "B", "装备制造"),
    ("unknown_body", {"body": ("松江",)}, "body", "B", "松江"),
    ("unknown_district", {"district": ("临港新片区",)}, "district", "B", "临港新片区"),
    ("invalid_credit_code", {"credit_code": ("91000000MA9990001F",)}, "credit_code", "B", "91000000MA9990001F"),
    ("invalid_credit_code", {"credit_code": ("91000000MA",)}, "credit_code", "B", "91000000MA"),
    ("invalid_year", {"year": ("明年",)}, "year", "B", "明年"),
    ("invalid_year", {"year": (25,)}, "year", "B", "25"),
    ("invalid_maturity", {"maturity_level": ("L6",)}, "maturity_level", "B", "L6"),
    ("invalid_maturity", {"maturity_score": (32,)}, "maturity_score", "B", "32"),
    ("not_a_number", {"maturity_score": ("较高",)}, "maturity_score", "B", "较高"),
    ("invalid_phone", {"phone": ("1380000",)}, "phone", "B", "1380000"),
    ("unknown_scenario", {"scenarios": ("车间智能排产；智能排班",)}, "scenarios", "B", "智能排班"),
    ("ignored_cell", {"group": ("演示集团（虚构）", None, 3)}, "group", "D", "3"),
    ("not_a_number", {"K08": ("约45",)}, "K08", "B", "约45"),
    ("not_a_number", {"K08": ("12,5",)}, "K08", "B", "12,5"),
    ("not_a_number", {"K08": ("NaN",)}, "K08", "B", "NaN"),
    ("not_a_number", {"K08": ("inf",)}, "K08", "B", "inf"),
    ("not_a_number", {"K08": ("1e999",)}, "K08", "B", "1e999"),
    ("not_a_number", {"K05": ("12%",)}, "K05", "B", "12%"),
    ("not_a_number", {"K08": ("—",)}, "K08", "B", "—"),
    ("not_a_number", {"K08": (45, None, "很低", 3)}, "K08", "D", "很低"),
    ("above_maximum", {"K01": (100.1,)}, "K01", "B", "100.1"),
    ("above_maximum", {"K15": (101,)}, "K15", "B", "101"),
    ("above_maximum", {"K11": (101, "points")}, "K11", "B", "101"),
    ("above_maximum", {"K11": (20, "relative", 65, 780)}, "K11", "E", "780"),
    ("below_minimum", {"K01": (-1,)}, "K01", "B", "-1"),
    ("below_minimum", {"K08": (-100.5,)}, "K08", "B", "-100.5"),
    ("below_minimum", {"K10": (-101, "points")}, "K10", "B", "-101"),
    ("below_minimum", {"K08": (45, None, -2, 3)}, "K08", "D", "-2"),
    ("fractional_count", {"K05": (12.5,)}, "K05", "B", "12.5"),
    ("number_too_large", {"K05": ("1e16",)}, "K05", "B", "1e16"),
    ("number_too_large", {"K06": ("-1e17",)}, "K06", "B", "-1e17"),
    ("number_too_large", {"K08": ("1e300",)}, "K08", "B", "1e300"),
    ("missing_basis", {"K09": (12,)}, "K09", "C", None),
    ("unknown_basis", {"K09": (12, "绝对")}, "K09", "C", "绝对"),
    ("basis_not_allowed", {"K08": (45, "relative")}, "K08", "C", "relative"),
    ("reason_missing", {"K02": ("不适用",)}, "K02", "F", None),
    ("reason_missing", {"K02": ("n/a",)}, "K02", "F", None),
    ("ignored_cell", {"K06": ("不适用", None, 30, None, "没有研发")}, "K06", "D", "30"),
    ("zero_start", {"K08": (45, None, 0, 3)}, "K08", "D", "0"),
    ("zero_start", {"K08": (None, None, 0, 3)}, "K08", "D", "0"),
    ("zero_start", {"K08": (None, None, 1e-320, 1e300)}, "K08", "D", "1e-320"),
    ("zero_start", {"K09": (5, "relative", 1e-320, 90)}, "K09", "D", "1e-320"),
    ("before_after_incomplete", {"K08": (45, None, 2)}, "K08", "E", None),
    ("before_after_incomplete", {"K08": (None, None, None, 3)}, "K08", "D", None),
    ("stated_differs_from_computed", {"K10": (63, "relative", 3.2, 1.1)}, "K10", "B", "63"),
    ("stated_differs_from_computed", {"K10": (65.6, "points", 3.2, 1.1)}, "K10", "B", "65.6"),
    ("level_without_value", {"K03": (None, None, 60, 90)}, "K03", "B", None),
    ("direction_contradicted", {"K08": (45, None, 3, 2)}, "K08", "B", "45"),
    ("value_computed", {"K08": (None, None, 2, 3)}, "K08", "B", None),
    ("maybe_fraction", {"K01": (0.955,)}, "K01", "B", "0.955"),
    ("unusually_large", {"K08": (301,)}, "K08", "B", "301"),
    ("reduction_below_zero", {"K17": (-21,)}, "K17", "B", "-21"),
    ("ai_share_without_models", {"K04": (40,), "K05": (0,)}, "K05", "B", "0"),
    ("forbidden_characters", {"K08": ("4\u202e5",)}, "K08", "B", "4\\u202e5"),
    ("forbidden_characters", {"enterprise": ("演示\u200b企业",)}, "enterprise", "B", "演示\\u200b企业"),
    ("cell_too_long", {"K08": (45, None, None, None, LONG)}, "K08", "F", LONG[:119] + "…"),
]


@pytest.mark.campaign
@pytest.mark.parametrize("build", [table, workbook])
@pytest.mark.parametrize(("code", "changes", "item", "column", "value"), ONE_CELL)
def test_one_fault_is_one_problem_at_its_cell(build, code, changes, item, column, value):
    lines = rows(changes)
    found = read("a.csv", build(lines)).problems
    assert [(problem.code, problem.row, problem.column, problem.value) for problem in found] == [
        (code, row_of(lines, item), column, value)
    ]
    assert found[0].severity in PROBLEM_CODES[code]
    assert found[0].sheet == ("填报" if build is workbook else None)


@pytest.mark.parametrize(
    ("code", "extra", "column", "value"),
    [
        ("unknown_item", ["设备联网律", 88], "A", "设备联网律"),
        ("missing_item_name", [None, 88], "A", None),
        ("duplicate_item", ["关键设备数控化率（%）", 88], "A", "关键设备数控化率（%）"),
    ],
)
@pytest.mark.parametrize("build", [table, workbook])
def test_a_row_at_fault_is_reported_at_its_item(build, code, extra, column, value):
    lines = rows(extra=[extra])
    found = read("a", build(lines)).problems
    assert [(problem.code, problem.row, problem.column, problem.value) for problem in found] == [
        (code, len(lines), column, value)
    ]


def test_an_unquoted_thousands_comma_in_text_is_reported():
    data = table(rows()) + "K12,1,234,,,,一,二\r\n".encode()
    found = read("a.csv", data).problems
    assert "extra_cells" in {problem.code for problem in found}
    assert next(problem for problem in found if problem.code == "extra_cells").column == "G"


@pytest.mark.parametrize(("line", "half"), [("K05,1,234", "234"), ("K07,9,5", "5"), ("K12,12,345%", "345%")])
def test_a_number_that_a_comma_cut_in_two_is_not_read_as_its_first_half(line, half):
    lines = [cells for cells in rows() if cells[0] != "K05"]
    [found] = read("a.csv", table(lines) + f"{line}\r\n".encode()).problems
    assert (found.code, found.severity, found.column, found.value) == ("basis_not_allowed", "error", "C", half)


def test_a_word_in_place_of_a_basis_that_is_not_needed_is_a_warning():
    [found] = read("a.csv", table(rows({"K08": (45, "绝对")}))).problems
    assert (found.code, found.severity) == ("basis_not_allowed", "warning")


def test_an_absent_fact_has_no_cell():
    lines = [cells for cells in rows() if cells[0] != "year"]
    [found] = read("a.csv", table(lines)).problems
    assert (found.code, found.severity, found.row, found.column) == ("missing_fact", "error", None, None)


@pytest.mark.parametrize(
    "layout", ["item,value\ncredit_code,{code}\nK01,90", "统一社会信用代码,关键设备数控化率\n{code},90"]
)
def test_optional_facts_without_a_cell_are_one_problem_and_the_needed_ones_stay_single(layout):
    found = read("a.csv", layout.format(code="91000000MA9990001E").encode()).problems
    assert sorted(
        (problem.code, problem.params.get("item")) for problem in found if problem.code != "missing_facts"
    ) == [
        ("missing_fact", "industry"),
        ("missing_fact", "year"),
    ]
    [absent] = [problem for problem in found if problem.code == "missing_facts"]
    optional = [fact.code for fact in catalogue().facts if not fact.required_to_benchmark]
    assert list(absent.items) == [code for code in optional if code not in ("group", "honours", "remarks")]
    printed = problem_json(absent, "en")
    assert (printed["severity"], printed["items"]) == ("warning", list(absent.items))
    assert str(len(absent.items)) in printed["message"]
    assert "Factory" in printed["remedy"]
    assert all("items" not in problem_json(problem, "en") for problem in found if problem is not absent)


@pytest.mark.parametrize("blank", ["group", "honours", "remarks"])
def test_what_annex_3_leaves_open_may_be_absent(blank):
    assert blank not in {problem.params.get("item") for problem in read("a.csv", table(rows())).problems}


def test_a_faulty_value_is_not_reported_and_the_rest_is_read():
    [application] = read("a.csv", table(rows({"K01": ("abc",)}))).applications
    assert (application.values["K01"].state, application.values["K01"].value) == ("not_reported", None)
    assert application.values["K08"].value == 45
    assert list(application.values) == [f"K{number:02}" for number in range(1, 22)]


@pytest.mark.parametrize(
    ("cells", "value", "state"),
    [
        (("12.5%",), 12.5, "reported"),
        (("１２．５",), 12.5, "reported"),
        (("1,234",), 1234.0, "reported"),
        (("−3",), -3.0, "reported"),
        ((0,), 0.0, "reported"),
        ((), None, "not_reported"),
        (("不适用", None, None, None, "没有生产"), None, "not_applicable"),
    ],
)
def test_numbers_blanks_and_zero_are_what_they_say(cells, value, state):
    reading = read("a.csv", table(rows({"K08": cells})))
    reported = reading.applications[0].values["K08"]
    assert (reported.value, reported.state, reported.year) == (value, state, 2025)
    assert not reading.blocked


@pytest.mark.parametrize("word", ["relative", "相对", "相对变化", " RELATIVE "])
def test_the_basis_is_read_in_both_languages(word):
    assert read("a.csv", table(rows({"K09": (12, word)}))).applications[0].values["K09"].basis == "relative"


CARBON = [
    "K18",
    "k18",
    "单位产值二氧化碳（CO₂）排放量降低",
    "18.单位产值二氧化碳(CO2)排放量降低（%）",
    "K18 单位产值二氧化碳（CO₂）排放量降低",
    "Reduction in carbon dioxide (CO2) emissions per unit of output value",
]


@pytest.mark.parametrize("item", CARBON)
def test_an_item_is_known_with_or_without_unit_number_and_width(item):
    reading = read("a.csv", table(rows(extra=[[item, 20]])))
    assert (reading.applications[0].values["K18"].value, reading.problems) == (20.0, ())


@pytest.mark.campaign
@pytest.mark.parametrize(("code", "changes", "item", "column", "value"), ONE_CELL)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_problem_can_be_said_in_both_languages(lang, code, changes, item, column, value):
    for found in read("a.csv", table(rows(changes))).problems:
        message, remedy = problem_message(found, lang)
        assert message
        assert remedy
        assert "{" not in message + remedy
