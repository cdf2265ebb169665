"""The template: empty it lacks its facts only, filled in it says what was filled in, its example is never read."""

from __future__ import annotations

import io

import openpyxl
import pytest

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.i18n import text
from kpi.intake.form.template import template
from kpi.intake.read import read
from kpi.intake.settings import vocabulary
from kpi.intake.values.facts import fact_choices
from kpi.model.language import Lang

LANGS = ["zh", "en"]
SHEETS = {"zh": ["填报说明", "填报", "示例", "场景清单"], "en": ["How to", "Answers", "Example", "Scenarios"]}


def opened(lang: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template(lang)))


@pytest.mark.parametrize("lang", LANGS)
def test_the_guides_other_language_begins_a_page_in_print(lang: str) -> None:
    guide = opened(lang)[SHEETS[lang][0]]
    (before,) = (item.id for item in guide.row_breaks.brk)
    assert guide.cell(before + 1, 2).value == text("template.title", "en" if lang == "zh" else "zh")
    setup = guide.sheet_properties.pageSetUpPr
    assert not (setup and setup.fitToPage), "Excel drops the breaks of a sheet that is fitted"


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def answers(book: openpyxl.Workbook, lang: str):
    return book[SHEETS[lang][1]]


def header_row(sheet) -> int:
    words = vocabulary().columns
    return next(row for row in range(1, 10) if words.get(str(sheet.cell(row, 1).value)) == "item")


def with_unit(kpi: Kpi, lang: Lang) -> str:
    """As the template names it."""
    name, unit = kpi.name.in_(lang), kpi.unit.in_(lang)
    return f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_template_lacks_its_facts_only(lang):
    reading = read("模板.xlsx", template(lang))
    blank = {fact.code for fact in catalogue().facts} - set(vocabulary().facts.may_be_blank)
    assert {problem.code for problem in reading.problems} == {"missing_fact"}
    assert {problem.params["item"] for problem in reading.problems} == blank
    assert {problem.params["item"] for problem in reading.problems if problem.blocks} == {
        "credit_code",
        "industry",
        "year",
    }
    assert list(reading.file.sheets) == SHEETS[lang]
    assert len(reading.applications) == 1
    assert {value.state for value in reading.applications[0].values.values()} == {"not_reported"}


@pytest.mark.parametrize(
    ("lang", "head"), [("zh", "项目 数值 口径 改造前 改造后 说明"), ("en", "item value basis before after note")]
)
def test_the_answer_sheet_has_the_columns_of_the_application_table(lang, head):
    sheet = answers(opened(lang), lang)
    row = header_row(sheet)
    assert [sheet.cell(row, column).value for column in range(1, 7)] == head.split()


@pytest.mark.parametrize("lang", LANGS)
def test_it_lists_every_fact_and_every_kpi_under_its_group(lang):
    sheet = answers(opened(lang), lang)
    items = [sheet.cell(row, 1).value for row in range(header_row(sheet) + 1, sheet.max_row + 1)]
    facts = [fact.name.in_(lang) for fact in catalogue().facts]
    expected = [items[0], *facts]
    for group in catalogue().groups:
        expected.append(group.name.in_(lang))
        expected += [with_unit(kpi, lang) for kpi in catalogue().kpis_of(group.code)]
    assert items == expected


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_filled_in_is_what_is_read(lang):
    book = opened(lang)
    sheet = answers(book, lang)
    fill = {
        **{fact.name.in_(lang): [f"{fact.code} 文字"] for fact in catalogue().facts if fact.kind == "text"},
        catalogue().fact("credit_code").name.in_(lang): ["91000000MA9990001E"],
        catalogue().fact("industry").name.in_(lang): ["高端装备"],
        catalogue().fact("year").name.in_(lang): [2025],
    }
    for number, kpi in enumerate(catalogue().kpis, start=1):
        basis = {"zh": "百分点", "en": "points"}[lang] if kpi.bases else None
        fill[with_unit(kpi, lang)] = [number, basis]
    for row in range(header_row(sheet) + 1, sheet.max_row + 1):
        for column, value in enumerate(fill.get(sheet.cell(row, 1).value, []), start=2):
            sheet.cell(row, column).value = value
    reading = read("a.xlsx", saved(book))
    values = reading.applications[0].values
    assert not reading.blocked
    assert [values[kpi.code].value for kpi in catalogue().kpis] == [float(number) for number in range(1, 22)]
    assert [code for code, value in values.items() if value.basis] == ["K09", "K10", "K11", "K13", "K14"]
    assert reading.applications[0].facts["enterprise"] == "enterprise 文字"


@pytest.mark.parametrize("lang", LANGS)
def test_drop_downs_stand_where_something_is_to_be_chosen(lang):
    book = opened(lang)
    sheet = answers(book, lang)
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    names = {sheet[place].row: formula for place, formula in lists.items() if place.startswith("B")}
    chosen = {sheet.cell(row, 1).value for row in names}
    assert chosen == {
        catalogue().fact(code).name.in_(lang) for code in ("industry", "district", "body", "maturity_level")
    }
    hidden = book["lists"]
    assert hidden.sheet_state == "hidden"
    industries = [hidden.cell(row, 1).value for row in range(1, 7)]
    assert industries == list(fact_choices(catalogue().fact("industry")))
    bases = [sheet.cell(sheet[place].row, 1).value for place in lists if place.startswith("C")]
    assert len(bases) == sum(bool(kpi.bases) for kpi in catalogue().kpis) == 5


@pytest.mark.parametrize("lang", LANGS)
def test_the_prompt_of_a_basis_subtracts_as_the_formula_of_its_kpi_does(lang):
    sheet = answers(opened(lang), lang)
    rules = [rule for rule in sheet.data_validations.dataValidation if str(rule.sqref).startswith("C")]
    prompts = {sheet.cell(sheet[str(rule.sqref)].row, 1).value: rule.prompt for rule in rules}
    growth, cut = {"zh": ("后−前", "前−后"), "en": ("after − before", "before − after")}[lang]
    for kpi in catalogue().kpis:
        if kpi.bases:
            said = prompts[with_unit(kpi, lang)]
            assert (cut in said, growth in said) == (kpi.reduces, not kpi.reduces)


def test_codes_and_telephones_are_text_and_only_answers_are_open():
    sheet = answers(opened("zh"), "zh")
    formats = {sheet.cell(row, 1).value: sheet.cell(row, 2).number_format for row in range(4, sheet.max_row + 1)}
    assert {formats[name] for name in ("统一社会信用代码", "企业联系人手机号码")} == {"@"}
    assert sheet.protection.sheet
    row = next(row for row in range(4, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith("产品不良率"))
    assert [sheet.cell(row, column).protection.locked for column in range(1, 8)] == [True, *[False] * 5, True]


@pytest.mark.parametrize("lang", LANGS)
def test_the_example_is_marked_as_fictitious_and_never_read(lang):
    book = opened(lang)
    example = book[SHEETS[lang][2]]
    assert any(word in str(example.cell(2, 1).value) for word in ("虚构", "fictitious"))
    for name in (SHEETS[lang][0], SHEETS[lang][1], SHEETS[lang][3]):
        del book[name]
    assert [problem.code for problem in read("a.xlsx", saved(book)).problems] == ["no_answer_sheet"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_forty_scenario_names_are_exact(lang):
    sheet = opened(lang)[SHEETS[lang][3]]
    names = [sheet.cell(row, 3).value for row in range(2, 42)]
    assert names == [scenario.name.zh for scenario in catalogue().scenarios]
    assert sheet.cell(42, 3).value is None


def test_the_guide_speaks_both_languages():
    sheet = opened("zh")["填报说明"]
    said = "".join(str(cell.value or "") for row in sheet.iter_rows() for cell in row)
    assert said.index("打开“填报”表") < said.index("Open the answer sheet")


@pytest.mark.parametrize("lang", LANGS)
def test_the_guide_says_which_columns_the_notice_does_not_have(lang):
    """Period and evidence stand beside names quoted from the notice, which asks for neither."""
    book = opened(lang)
    guide = "".join(str(cell.value or "") for row in book[SHEETS[lang][0]].iter_rows() for cell in row)
    for column in ("column_year", "column_evidence"):
        assert text(f"template.{column}", lang) in guide
    assert {"zh": "通知没有规定", "en": "the notice has neither"}[lang] in guide
