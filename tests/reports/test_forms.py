"""Both views, both languages, four forms: the same figures, nothing cut, nothing counted shown to an enterprise."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape
from io import BytesIO
from math import isfinite
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from docx import Document
from docx.enum.text import WD_LINE_SPACING

from kpi.catalogue.catalogue import catalogue
from kpi.charts import theme
from kpi.i18n import text
from kpi.model.application import CellReference
from kpi.reports import as_pdf
from kpi.reports.as_docx import FONT, sized_columns
from kpi.reports.content import Report, ReportCell
from kpi.reports.evaluation import kpi_table, report_content, strip_chart
from kpi.reports.files import chart_png
from kpi.reports.fonts import FAMILY, fonts
from kpi.reports.report_file import is_report_name, write_report, write_summary
from tests.reports import planted
from tests.reports.text_extraction import FORMS, page, pdf_pages, words

VIEWS: dict[str, Any] = {
    "authority": planted.authority(),
    "released": planted.enterprise(),
    "unreleased": planted.enterprise(released=False),
}
LANGUAGES = ("zh", "en")

every_view = pytest.mark.parametrize("view", VIEWS)
every_language = pytest.mark.parametrize("lang", LANGUAGES)
every_form = pytest.mark.parametrize("form", FORMS)
enterprise_views = pytest.mark.parametrize("view", ["released", "unreleased"])


def _cells(reported: Report) -> list[ReportCell]:
    return [cell for section in reported.sections if section.table for row in section.table.rows for cell in row.cells]


def _squeezed(reported: str) -> str:
    return re.sub(r"\s", "", reported)


def test_an_english_report_names_the_places_of_the_notice_in_english() -> None:
    section = next(
        report for report in report_content(VIEWS["authority"], "en").sections if report.code == "eligibility"
    )
    assert section.table is not None
    places = [row.cells[2].text for row in section.table.rows]
    assert places
    assert {place.split(",")[0] for place in places} == {"Notice No. 514 (2025)"}
    assert not re.search("[\u4e00-\u9fff]", "".join(places))


@pytest.mark.campaign
@every_view
@every_language
@pytest.mark.parametrize("form", [".html", ".docx", ".pdf"])
def test_every_word_and_figure_of_the_content_stands_in_the_form(view, lang, form):
    reported, shown = report_content(VIEWS[view], lang), _squeezed(words(VIEWS[view], lang, form))
    expected = [cell.text for cell in _cells(reported)]
    expected += [
        reported.heading,
        reported.subject,
        reported.view,
        reported.warning,
        reported.finding,
        reported.clause,
        reported.clause_word,
    ]
    expected += [*reported.clause_reasons, *(line.text for line in reported.provenance)]
    for section in reported.sections:
        rows = section.table.rows if section.table else ()
        expected += [section.title, *section.lines, *section.points, *(note for row in rows for note in row.notes)]
    assert len(expected) > 150
    missing = [item for item in expected if _squeezed(item) not in shown]
    assert missing == []


@every_view
@every_language
def test_the_workbook_holds_numbers_as_numbers_and_undefined_ones_blank(view, lang):
    reported = report_content(VIEWS[view], lang)
    book = openpyxl.load_workbook(BytesIO(write_report(VIEWS[view], lang, "x.xlsx")))
    assert book.sheetnames == [reported.first_sheet, *(section.title for section in reported.sections)]
    for section in reported.sections:
        if section.table is None:
            continue
        rows = list(book[section.title].iter_rows(values_only=True))
        for row in section.table.rows:
            wanted = [_in_workbook(cell) for cell in row.cells]
            assert any(list(found[: len(wanted)]) == wanted for found in rows), (section.title, wanted)


def _in_workbook(cell: ReportCell) -> object:
    """A workbook keeps 16 digits of a number, one fewer than a float may need."""
    return pytest.approx(cell.value, rel=1e-15) if cell.is_number else None if cell.text == "—" else cell.text


@every_language
def test_a_number_is_shown_in_the_workbook_with_its_decimals_and_unit(lang):
    book = openpyxl.load_workbook(BytesIO(write_report(VIEWS["authority"], lang, "x.xlsx")))
    formats = {cell.number_format for row in book[text("report.kpis.title", lang)] for cell in row}
    assert {'0.0" %";−0.0" %"', f'+0.0" {text("number.points", lang)}";−0.0" {text("number.points", lang)}";'
            f'0.0" {text("number.points", lang)}"'} <= formats  # fmt: skip


@every_view
@every_language
@every_form
def test_no_form_prints_nan_or_none(view, lang, form):
    assert not re.search(r"\b(nan|none|inf|null)\b", words(VIEWS[view], lang, form), re.IGNORECASE)


@every_view
@every_language
@every_form
def test_an_illustrative_baseline_is_said_in_long_and_in_short(view, lang, form):
    shown = words(VIEWS[view], lang, form)
    assert text("report.illustrative.long", lang, baseline=VIEWS[view].baseline.name)[:20] in shown
    assert text("report.illustrative.short", lang) in shown


@every_language
def test_every_sheet_opens_with_the_illustrative_notice_and_prints_it(lang):
    book = openpyxl.load_workbook(BytesIO(write_report(VIEWS["authority"], lang, "x.xlsx")))
    short = text("report.illustrative.short", lang)
    assert {sheet["A1"].value for sheet in book} == {short}
    assert {sheet.oddHeader.center.text for sheet in book} == {short}


@every_form
def test_a_real_baseline_is_not_called_illustrative(form):
    answer = planted.authority()
    answer = replace(answer, baseline=planted.official(answer.baseline))
    assert "演示数据" not in words(answer, "zh", form)


@every_language
@every_form
def test_the_authority_reads_counts_p_values_and_bounds(lang, form):
    shown = words(VIEWS["authority"], lang, form)
    bounds = ("0.719", "0.833") if form == ".xlsx" else planted.BOUNDS
    assert [bound for bound in (*planted.COUNTED.values(), *bounds) if bound not in shown] == []


@enterprise_views
@every_language
@every_form
def test_an_enterprise_reads_no_count_p_value_or_bound(view, lang, form):
    shown = words(VIEWS[view], lang, form)
    for section in ("counts", "tests", "sensitivity"):
        assert text(f"report.{section}.title", lang) not in shown.splitlines()
    for key in ("counts.worse", "counts.tied", "counts.better", "tests.p_value", "tests.gamma", "groups.highest"):
        column = _squeezed(text(f"report.{key}", lang))
        assert column in _squeezed(words(VIEWS["authority"], lang, form)), "where it stands, it is found"
        assert column not in _squeezed(shown)
    assert not re.search(r"\bp [=<]|γ|Holm|Benjamini", shown)


@enterprise_views
@every_language
def test_an_enterprise_report_is_made_of_the_reduced_view_alone(view, lang):
    """Its figures are the value, published numbers, estimates from them, and nothing else."""
    answer = VIEWS[view]
    allowed = {group.score for group in answer.groups} | {float(group.reported) for group in answer.groups}
    for kpi in answer.kpis:
        published = kpi.published
        allowed |= {kpi.value, round(kpi.gap_to_line, 9), kpi.place.estimate}
        allowed |= {published.median, published.mean, published.p20, published.p80, published.step}
    figures = {cell.value for cell in _cells(report_content(answer, lang)) if isfinite(cell.value)}
    assert len(figures) > 30
    assert figures <= allowed


@enterprise_views
@every_language
def test_an_enterprise_report_says_that_it_estimates(view, lang):
    reported = report_content(VIEWS[view], lang)
    titles = {column.title for section in reported.sections if section.table for column in section.table.columns}
    assert {text(f"report.kpis.{word}", lang) for word in ("place_estimated", "gap_estimated")} <= titles
    assert reported.view == text("report.view.enterprise", lang)


def test_a_withheld_cell_has_its_reason_and_no_place():
    reported = report_content(VIEWS["released"], "zh")
    row = next(row for row in reported.sections[1].table.rows if row.cells[0].text.startswith("K03"))
    assert [cell.text for cell in row.cells[1:]] == ["—"] * 6
    assert row.notes == (text("reason.few_groups.plain", "zh"),)
    placed = next(row for row in reported.sections[0].table.rows if row.cells[0].text.startswith("K03"))
    assert placed.cells[3].text == "—"


@pytest.mark.campaign
@pytest.mark.parametrize("view", ["authority", "released"])
@every_form
def test_hostile_words_are_shown_as_words(view, form):
    answer = planted.hostile(VIEWS[view])
    shown = words(answer, "zh", form)
    assert _squeezed(planted.HOSTILE_SHOWN) in _squeezed(shown)


@pytest.mark.parametrize("view", ["authority", "released"])
def test_a_hostile_name_adds_no_element_to_the_page(view):
    plain = page(write_report(VIEWS[view], "zh", "x.html").decode()).tags
    attacked = page(write_report(planted.hostile(VIEWS[view]), "zh", "x.html").decode()).tags
    assert "script" not in attacked
    assert set(attacked) == set(plain)


def test_a_name_that_looks_like_a_formula_stays_a_string():
    book = openpyxl.load_workbook(BytesIO(write_report(planted.hostile(VIEWS["authority"]), "zh", "x.xlsx")))
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}


@every_view
@every_language
def test_the_page_asks_nothing_of_the_network(view, lang):
    # The name of a picture's language looks like an address, and is asked for by nobody.
    html = write_report(VIEWS[view], lang, "x.html").decode().replace(' xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"""(src|href)\s*=|url\(|@import|https?://""", html)


@pytest.mark.campaign
@every_view
@every_form
def test_the_same_answer_gives_the_same_bytes(view, form):
    assert write_report(VIEWS[view], "zh", f"x{form}") == write_report(VIEWS[view], "zh", f"x{form}")


@pytest.mark.campaign
def test_office_files_carry_the_answers_day_and_no_other():
    for form in (".docx", ".xlsx"):
        with ZipFile(BytesIO(write_report(VIEWS["authority"], "zh", f"x{form}"))) as package:
            assert {entry.date_time[0] for entry in package.infolist()} == {1980}
            dates = set(re.findall(rb"\d{4}-\d\d-\d\dT", package.read("docProps/core.xml")))
        assert dates == {b"2025-12-31T"}


def test_the_document_names_a_chinese_font_for_chinese_letters():
    with ZipFile(BytesIO(write_report(VIEWS["authority"], "zh", "x.docx"))) as package:
        styles = package.read("word/styles.xml").decode()
        declared = package.read("word/fontTable.xml").decode()
    assert f'<w:font w:name="{FONT}"><w:family w:val="swiss"/>' in declared, "else Writer takes a face with serifs"
    assert f'w:ascii="{FONT}"' in styles
    assert f'w:eastAsia="{FONT}"' in styles


@pytest.mark.campaign
@every_view
@every_language
def test_the_document_draws_the_strip_and_says_it_in_words(view, lang):
    document = Document(BytesIO(write_report(VIEWS[view], lang, "x.docx")))
    drawn = strip_chart(VIEWS[view], lang)
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == [drawn.alt]
    assert all(row.cells[1].text in drawn.alt for row in kpi_table(VIEWS[view], lang).rows)


@every_view
@every_language
@pytest.mark.parametrize("form", [".html", ".docx", ".pdf"])
def test_the_answer_comes_first_and_what_it_rests_on_last(view, lang, form):
    reported, shown = report_content(VIEWS[view], lang), _squeezed(words(VIEWS[view], lang, form))
    order = [reported.subject, reported.clause_word, reported.sections[0].title, reported.provenance_title]
    places = [shown.index(_squeezed(item)) for item in order[:-1]] + [shown.rindex(_squeezed(order[-1]))]
    assert places == sorted(places)
    behind = shown[places[-1] :]
    assert VIEWS[view].baseline.sha256 in behind
    assert _squeezed(reported.sections[-1].title) not in behind


@enterprise_views
@every_language
def test_the_summary_is_one_page_of_the_reports_own_figures(view, lang):
    """With every KPI missed, a long name and many claims open, nothing of it goes over the page."""
    facts = dict(VIEWS[view].application.facts) | {"factory_name": "精密传动部件智能工厂" * 4}
    kpis = tuple(replace(kpi, verdict=kpi.verdict and "not_leading") for kpi in VIEWS[view].kpis)
    answer = replace(
        VIEWS[view], application=replace(VIEWS[view].application, facts=facts), kpis=kpis, clause_reasons=()
    )
    pending = "、".join(["设备综合利用率提升改造前数值"] * 8)
    [sheet] = pdf_pages(write_summary(answer, lang, pending))
    shown = _squeezed(sheet)
    assert _squeezed(report_content(answer, lang).clause_word) in shown
    assert _squeezed(report_content(answer, lang).warning) in shown
    assert pending in shown
    for kpi, row in zip(answer.kpis, kpi_table(answer, lang).rows, strict=True):
        if kpi.main:
            assert all(_squeezed(row.cells[at].text) in shown for at in (1, 4, 5, 6)), kpi.code


def test_the_summary_names_what_no_verdict_calls_leading_and_no_more():
    answer = VIEWS["released"]
    shown = _squeezed(pdf_pages(write_summary(answer, "zh", ""))[0])
    below = shown[shown.index(_squeezed(text("report.summary.missed", "zh"))) :]
    named = {kpi.code: _squeezed(catalogue().kpi(kpi.code).short.in_("zh")) in below for kpi in answer.kpis}
    missed = {kpi.code for kpi in answer.kpis if not kpi.main and kpi.verdict != "leading" and kpi.verdict}
    assert {code for code, there in named.items() if there and not answer.kpi(code).main} == missed


@every_view
@every_language
def test_no_column_of_the_document_is_narrower_than_a_word(view, lang):
    # Writer's and Word's own faces are narrower than seven tenths of the font's size a letter.
    for section in report_content(VIEWS[view], lang).sections:
        if table := section.table:
            size, widths = sized_columns(table, 170)
            assert sum(widths) == pytest.approx(170)
            for at, wide in enumerate(widths):
                reported = [table.columns[at].title, *(row.cells[at].text for row in table.rows)]
                longest = max(len(word) for text in reported for word in re.findall(r"[A-Za-z]+", text) or [""])
                assert longest * size * 0.59 * 25.4 / 72 < wide, (section.code, table.columns[at].title)


@pytest.mark.campaign
def test_a_number_stays_with_its_sign_and_a_shape_with_its_word():
    words = "\n".join(
        cell.text
        for table in Document(BytesIO(write_report(VIEWS["authority"], "en", "x.docx"))).tables
        for row in table.rows
        for cell in row.cells
    )
    assert re.search(r"\d\u00a0%", words)
    assert "◆\u00a0Leading" in words
    assert not re.search(r"\d %|[◆●■] ", words)


@pytest.mark.campaign
def test_no_line_of_a_word_file_ends_within_a_date():
    document = Document(BytesIO(write_report(VIEWS["authority"], "en", "x.docx")))
    dated = [
        run
        for paragraph in document.paragraphs
        for run in paragraph.runs
        if re.search(r"\d{4}-\d\d-\d\d", run.text) and "http" not in run.text
    ]
    assert len(dated) > 1
    assert not [item.text for run in dated for item in run._r.xpath("w:t") if re.search(r"\d{4}-\d\d", item.text)]


@every_view
@every_form
def test_no_report_names_a_cell_of_the_factorys_file(view, form):
    """They go on to an authority, which has no use for it; the JSON and the enterprise's own receipt say it."""
    cell = CellReference("own.xlsx", "填报", 26, "B")
    answer = replace(VIEWS[view], kpis=tuple(replace(kpi, cell=cell) for kpi in VIEWS[view].kpis))
    shown = words(answer, "zh", form)
    assert "own.xlsx" in shown
    assert not re.search("填报!|B26", shown)


@every_view
@every_language
def test_a_report_writes_its_dates_in_one_way(view, lang):
    reported = report_content(VIEWS[view], lang)
    said = "\n".join([reported.footer, reported.clause, *(line.text for line in reported.provenance)])
    assert len(re.findall(r"\d{4}-\d\d-\d\d", said)) >= 3
    assert not re.search(r"\d 日|\d{4}年|\d [A-Z][a-z]+ \d{4}", said)


def test_on_paper_no_number_and_no_range_is_parted_from_its_sign():
    sections = json.loads(as_pdf.payload(report_content(VIEWS["authority"], "en")))["sections"]
    cells = [
        cell["text"]
        for section in sections
        if section["table"]
        for row in section["table"]["rows"]
        for cell in row["cells"]
    ]
    said = "\n".join(cells + [line for section in sections for line in section["lines"]])
    assert re.search(r"\d\u00a0%\u00a0–\u00a0\d", said)
    assert not re.search(r"\d %|[\d%] – \d", said)


@pytest.mark.campaign
def test_no_line_of_a_table_is_lower_than_a_taller_face_needs():
    document = Document(BytesIO(write_report(VIEWS["authority"], "zh", "x.docx")))
    for table in document.tables:
        assert table._tbl.tblPr.xpath("w:tblCellMar/w:top/@w:w") == ["30"]
        rules = {
            row.cells[0].paragraphs[0].paragraph_format.line_spacing_rule for row in table.rows if row.cells[0].text
        }
        assert rules == {WD_LINE_SPACING.AT_LEAST}


def test_the_font_of_paper_and_pictures_comes_with_the_requirements():
    assert FAMILY in fonts().families()
    pdf = write_report(VIEWS["authority"], "zh", "x.pdf")
    assert set(re.findall(rb"[A-Z]{6}\+(KurintoSansSC-\w+)", pdf)) == {b"KurintoSansSC-Rg", b"KurintoSansSC-Bd"}
    looks = [f'font-family="{escape(theme.FONT)}" font-weight="{weight}"' for weight in ("400", "700")]
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30" {}>{}</text></svg>'
    drawn = {chart_png(svg.format(look, letter)) for letter in "骨直门" for look in looks}
    assert len(drawn) == 6, "letters without a font are all one box"


def test_a_pdf_is_a_pdf():
    assert write_report(VIEWS["authority"], "zh", "x.PDF").startswith(b"%PDF-")


def test_the_ending_names_the_form():
    assert [name for name in ("a.pdf", "a.DOCX", "a.b.xlsx", "a.html") if not is_report_name(name)] == []
    assert [name for name in ("pdf", "a.txt", "a.pdf.exe", "") if is_report_name(name)] == []


def test_a_word_longer_than_a_line_stays_on_the_page():
    """Its letters are all there, and none stands beyond the right margin."""
    answer = VIEWS["authority"]
    facts = dict(answer.application.facts) | {"factory_name": "X" * 90}
    long = replace(answer, application=replace(answer.application, facts=facts))
    sheets = pdf_pages(write_report(long, "en", "x.pdf"))
    assert re.sub(r"[\s\u200b]", "", "".join(sheets)).count("X" * 90) >= 2
    lines = "".join(sheets).replace("\u200b", "").splitlines()
    assert max(len(run) for line in lines for run in re.findall("X+", line)) < 90
