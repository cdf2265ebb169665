"""The report of a page says in each format what the page says; its data leaves it with all that explains them."""

from __future__ import annotations

import csv
import re
from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO, StringIO
from typing import get_args

import openpyxl
import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.language import Lang
from kpi.model.times import now
from kpi.model.viewer import Role
from kpi.reports.content import About, Report, ReportSection, Taken, page_report
from kpi.reports.files import as_csv
from kpi.reports.report_file import write_content
from kpi.services.administrator.baselines import baseline_overview
from kpi.services.enterprise.lock import own_results, receipt
from kpi.services.enterprise.what_if import what_if
from kpi.services.leader.coverage import city_coverage, coverage
from kpi.services.leader.recommendation import body_candidates
from kpi.services.operation.authentication import viewer_of
from pages.administrator.parts.baselines import about_baseline, baseline_sections
from pages.administrator.parts.city import about_city, city_sections, city_sentence
from pages.enterprise.parts.gap import about_gaps, gap_sections
from pages.enterprise.parts.lock import about_receipt, receipt_sections
from pages.leader.parts.coverage import about_coverage, coverage_sections
from pages.session.context import PageContext
from pages.session.language import in_language
from tests.pages.app_runs import Office, each_tab, opened, strings, submitted, unfolded
from tests.reports.text_extraction import page as read_html
from tests.reports.text_extraction import pdf_pages, pdf_words

PAGES: dict[str, tuple[Role, str]] = {
    "gap": ("enterprise", "way"),
    "receipt": ("enterprise", "submission"),
    "coverage": ("leader", "coverage"),
    "baseline": ("administrator", "baselines"),
    "city": ("administrator", "city-coverage"),
}
LINK = "http://127.0.0.1/x?lang=zh"


def report_of(office: Office, name: str, lang: Lang) -> Report:
    """The report as the page of that name makes it."""
    viewer = viewer_of(office.store, office.tokens[PAGES[name][0]])
    assert viewer is not None
    context = PageContext(viewer, office.store, lang, "light", nullcontext(), lambda: viewer)
    about: About
    sections: list[ReportSection]
    with in_language(lang):
        if name in ("gap", "receipt"):
            [result] = own_results(office.store, viewer)
            answer = result.answer
            if name == "gap":
                board = what_if(office.store, viewer, answer, {})
                about, sections = about_gaps(context, answer, board), gap_sections(context, answer, board)
            else:
                one = receipt(office.store, viewer, answer.application.credit_code, answer.application.year)
                about = about_receipt(context, answer, one)
                sections = receipt_sections(context, answer, one)
        elif name == "coverage":
            found = coverage(office.store, viewer)
            judged = body_candidates(office.store, viewer, found.year)
            about, sections = about_coverage(context, found), coverage_sections(context, found, judged)
        elif name == "city":
            whole = city_coverage(office.store, viewer)
            about, sections = about_city(whole, "全市覆盖", city_sentence(whole)), city_sections(context, whole)
        else:
            [overview] = baseline_overview(office.store, viewer)
            about, sections = about_baseline(overview), baseline_sections(context, overview)
        return page_report(about, sections, lang, Taken(now(), LINK))


def words(report: Report, form: str) -> str:
    data = write_content(report, f"x{form}")
    if form == ".html":
        return "\n".join(read_html(data.decode()).parts).replace("\u00a0", " ")
    if form == ".pdf":
        return pdf_words(data)
    if form == ".docx":
        document = Document(BytesIO(data))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    book = openpyxl.load_workbook(BytesIO(data))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def offered_by(page: AppTest) -> list[str]:
    """The files of the page, those of each tab and within each menu."""
    found = []
    for test in each_tab(page):
        assert not test.exception
        found += [item.proto.label for item in test._tree if item.type == "download_button"]
    return found


def cells(report: Report) -> list[str]:
    return [
        cell.text for section in report.sections if section.table for row in section.table.rows for cell in row.cells
    ]


@pytest.fixture
def locked(copied_office: Office) -> Office:
    submitted(copied_office, locked=True)
    return copied_office


@pytest.mark.campaign
def test_the_report_of_coverage_lists_candidates_in_the_order_of_the_page(locked: Office) -> None:
    listed = report_of(locked, "coverage", "zh").sections[2].table
    assert listed is not None
    places = [row.cells[0].text for row in listed.rows]
    forward = [int(place) for place in places if place.isdigit()]
    assert forward == list(range(1, len(forward) + 1))
    assert len(forward) > 1
    assert not any(place.isdigit() for place in places[len(forward) :]), "those put forward stand first"


@pytest.mark.campaign
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", get_args(Lang))
def test_every_figure_of_the_report_stands_on_the_page_and_in_each_format(
    locked: Office, name: str, lang: Lang
) -> None:
    role, address = PAGES[name]
    locked.sit(role)
    report = report_of(locked, name, lang)
    shown = squeezed("\n".join(words for page in each_tab(opened(address, lang)) for words in strings(page)))
    # The city's other figures stand in its pictures, not in tables.
    pictured = report.sections[1:2]
    of_the_page = {"receipt": report.sections[:1], "coverage": report.sections[:3], "city": pictured}.get(
        name, report.sections
    )
    figures = [
        cell.text for item in of_the_page if item.table for row in item.table.rows for cell in row.cells if cell.text
    ]
    assert len(figures) > 7
    assert [figure for figure in figures if squeezed(figure) not in shown] == []
    reported = [report.heading, report.subject, report.finding, report.warning, *cells(report)]
    reported += [line for section in report.sections for line in (section.title, *section.lines, *section.points)]
    reported += [line.text for line in report.provenance]
    for form in (".pdf", ".docx", ".html"):
        read = squeezed(words(report, form))
        assert [item for item in reported if squeezed(item) not in read] == [], form


def test_the_receipts_table_has_few_notes_behind_it(locked: Office) -> None:
    """No definition of a KPI and no baseline: it proves what was submitted."""
    report = report_of(locked, "receipt", "zh")
    read = as_csv(replace(report, sections=report.sections[:1])).decode("utf-8-sig").splitlines()
    notes = [line for line in read if line.startswith(("# ", '"# '))]
    assert 4 <= len(notes) <= 9, notes
    assert "definitions" not in [section.code for section in report.sections]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", get_args(Lang))
def test_numbers_are_numbers_in_the_workbook_and_unrounded(locked: Office, name: str, lang: Lang) -> None:
    report = report_of(locked, name, lang)
    book = openpyxl.load_workbook(BytesIO(write_content(report, "x.xlsx")))
    found = {
        round(cell.value, 12) for sheet in book for row in sheet for cell in row if isinstance(cell.value, int | float)
    }
    tables = [section.table for section in report.sections if section.table]
    numbers = {round(cell.value, 12) for table in tables for row in table.rows for cell in row.cells if cell.is_number}
    assert numbers
    assert numbers <= found


@pytest.mark.campaign
@pytest.mark.parametrize("name", PAGES)
def test_the_illustrative_mark_is_on_every_page_of_the_pdf(locked: Office, name: str) -> None:
    report = report_of(locked, name, "zh")
    mark = i18n.text("report.illustrative.short", "zh")
    sheets = pdf_pages(write_content(report, "x.pdf"))
    assert sheets
    assert all(squeezed(mark) in squeezed(sheet) for sheet in sheets)


@pytest.mark.campaign
@pytest.mark.parametrize("name", PAGES)
def test_the_page_offers_its_report_and_its_data(locked: Office, name: str) -> None:
    role, address = PAGES[name]
    locked.sit(role)
    offered = offered_by(opened(address))
    assert {i18n.text(f"page.download.{form}", "zh") for form in ("pdf", "docx", "xlsx", "html")} <= set(offered)
    if name != "receipt":
        assert {"CSV", "Excel"} <= set(offered)


CHARTS: dict[str, Role] = {
    "result": "enterprise",
    "way": "enterprise",
    "candidate": "reviewer",
    "benchmarks": "leader",
}


@pytest.mark.campaign
@pytest.mark.parametrize("address", CHARTS)
def test_charts_and_tables_can_be_taken_away(locked: Office, address: str) -> None:
    locked.sit(CHARTS[address])
    page = unfolded(opened(address))
    assert not page.exception
    offered = [item.proto.label for item in page._tree if item.type == "download_button"]
    assert {"SVG", "PNG", i18n.text("page.carried.annex4", "zh"), "CSV", "Excel"} <= set(offered)


TABLES: dict[str, tuple[Role, int]] = {
    "coverage": ("leader", 12),
    "city-coverage": ("administrator", 10),
    "candidates": ("reviewer", 2),
    "nomination": ("leader", 2),
    "awards": ("administrator", 6),
    "accounts": ("administrator", 2),
    "progress": ("administrator", 2),
    "plan": ("administrator", 10),
}
"""The pages of lists with who reads them, and how many table files at least are offered there."""


@pytest.mark.parametrize("address", TABLES)
def test_the_tables_of_a_list_can_be_taken_away(office_here: Office, address: str) -> None:
    role, least = TABLES[address]
    office_here.sit(role)
    offered = offered_by(opened(address))
    assert len([item for item in offered if item in ("CSV", "Excel")]) >= least


def test_what_is_narrowed_offers_all_of_it_as_well(office_here: Office) -> None:
    office_here.sit("administrator")
    page = unfolded(opened("progress"))
    assert i18n.text("page.carried.everything", "zh") not in "\n".join(strings(page))
    page = unfolded(opened("progress", **{"progress-word": "001"}))
    assert i18n.text("page.carried.everything", "zh") in "\n".join(strings(page))
    assert page.text_input(key="progress-word").value == "001"


def test_what_explains_the_data_goes_with_it(locked: Office) -> None:
    report = report_of(locked, "gap", "zh")
    said = "\n".join(f"{line.label} {line.text}" for line in report.provenance)
    said += "\n".join(report.sections[-1].points)
    kpi = catalogue().kpis[0]
    for part in (kpi.formula.zh, kpi.unit.zh, "illustrative-2025", "UTC+8", LINK, "演示数据", "2025〕514", "估计"):
        assert part in said


def test_no_format_of_an_enterprises_report_holds_a_count_of_peers(locked: Office) -> None:
    """The way is drawn from published figures: the report has no more columns than the page."""
    report = report_of(locked, "gap", "zh")
    heads = {column.title for section in report.sections if section.table for column in section.table.columns}
    with StringIO() as out:
        csv.writer(out).writerow(sorted(heads))
        assert not re.search("家数|同行数|p 值", out.getvalue())
