"""The workbook to fill in: how to, answers, an example apart, and the forty scenario names."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from kpi.catalogue.load import catalogue
from kpi.i18n import text
from kpi.intake.form.template_sheet import TemplateSheet, write_form, write_lists
from kpi.intake.form.template_styles import TemplateStyles, height, styles
from kpi.model.language import Lang

# A fixed date of creation, so that the same catalogue gives the same bytes.
_CREATED = datetime(2025, 7, 28)
_GUIDE_STEPS = ("step_1", "step_2", "step_3", "step_4", "step_5", "step_6", "step_7", "step_8", "step_9")
_GUIDE_WIDTH = 108


def template(language: Lang = "zh") -> bytes:
    """An xlsx whose answer sheet ``read`` understands; item names and headings are in ``language``."""
    stream = io.BytesIO()
    # Text that begins with "=" must stay text (formula injection).
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": text("template.title", language), "created": _CREATED})
    look = styles(book)
    _guide(book, look, language)
    write_form(book, look, TemplateSheet(language, example=False))
    write_form(book, look, TemplateSheet(language, example=True))
    _scenarios(book, look, language)
    write_lists(book)
    book.close()
    return stream.getvalue()


def _guide(book: xlsxwriter.Workbook, look: TemplateStyles, language: Lang) -> None:
    """Chinese first with English beneath, or the other way round: both are there for whoever opens the file."""
    sheet = book.add_worksheet(text("template.sheet_guide", language))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, _GUIDE_WIDTH)
    row = 1
    other: Lang = "en" if language == "zh" else "zh"
    for lang in (language, other):
        if lang == other:
            sheet.set_h_pagebreaks([row])  # or its title stands alone at the foot of a page
        sheet.set_row(row, 30)
        sheet.write_string(row, 1, text("template.title", lang), look.title)
        keys = (*(f"template.guide.{step}" for step in _GUIDE_STEPS), "template.guide.basis_note")
        for line in (text(key, lang) for key in keys):
            row += 1
            sheet.set_row(row, height({line: _GUIDE_WIDTH}) + 4)
            sheet.write_string(row, 1, line, look.body)
        row += 2
    _print(sheet, language, fitted=False)


def _scenarios(book: xlsxwriter.Workbook, look: TemplateStyles, language: Lang) -> None:
    sheet = book.add_worksheet(text("template.sheet_scenarios", language))
    sheet.freeze_panes(1, 0)
    heads = ("scenario_number", "scenario_stage", "scenario_name", "scenario_english")
    for column, (head, width) in enumerate(zip(heads, (8, 26, 46, 54), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, text(f"template.{head}", language), look.header)
    sheet.set_row(0, 36)
    for row, scenario in enumerate(catalogue().scenarios, start=1):
        sheet.write_number(row, 0, scenario.number, look.item)
        sheet.write_string(row, 1, catalogue().stage(scenario.stage).name.in_(language), look.guidance)
        sheet.write_string(row, 2, scenario.name.zh, look.item)
        sheet.write_string(row, 3, scenario.name.en, look.guidance)
    sheet.repeat_rows(0)
    _print(sheet, language)


def _print(sheet: xlsxwriter.worksheet.Worksheet, language: Lang, fitted: bool = True) -> None:
    """``fitted`` to the width of a page: a sheet without need of it keeps its breaks, which Excel drops otherwise."""
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    if fitted:
        sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C" + text("template.footer", language))
