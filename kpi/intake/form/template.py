"""The workbook to fill in: how to, answers, an example apart, and the names of the scenarios."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from math import ceil

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Checked, Fact, Kpi, Scenario, load_toml
from kpi.files.workbook import column_letter
from kpi.i18n import text
from kpi.intake.settings import INTAKE_DATA, vocabulary
from kpi.intake.values.facts import choice_items, fact_choices
from kpi.model.application import Basis
from kpi.model.language import Lang

# The invented example application: shown on the template's example sheet, filled into the sample files.


ExampleValue = str | int | float | None
"""What a sender would write into a cell; None is a blank."""


class _Value(Checked):
    value: ExampleValue = None
    basis: Basis | None = None
    before: float | int | None = None
    after: float | int | None = None
    note: str | None = None


class _Example(Checked):
    """What is chosen from a list of the notice stands as code, or as number of a scenario."""

    facts: dict[str, str | int | float | tuple[int, ...]]
    values: dict[str, _Value]


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One row of the example: an item's code and what stands in the five answer columns."""

    code: str
    value: ExampleValue = None
    basis: Basis | None = None
    before: ExampleValue = None
    after: ExampleValue = None
    note: str | None = None


def example() -> Iterator[ExampleRow]:
    """Facts, then KPIs, in the catalogue's order; blank where the example knows nothing of what this notice asks."""
    example = _load()
    for fact in catalogue().facts:
        stated = catalogue().notice.year if fact.code == "year" else example.facts.get(fact.code)
        yield ExampleRow(fact.code, _in_names(fact, stated))
    for kpi in catalogue().kpis:
        value = example.values.get(kpi.code, _Value())
        yield ExampleRow(kpi.code, value.value, value.basis, value.before, value.after, value.note)


def _in_names(fact: Fact, stated: ExampleValue | tuple[int, ...]) -> ExampleValue:
    """As a sender writes it: what this notice calls the codes; those that it has not are left out."""
    if fact.code == "address" and isinstance(stated, str):
        of_example = _load().facts["district"]
        district = next((item.name.zh for item in catalogue().districts if item.code == of_example), "")
        return stated.format(region=catalogue().notice.region.zh, district=district)
    codes = stated if isinstance(stated, tuple) else (stated,)
    if fact.choices is None:
        return codes[0]
    chosen = [
        item for item in choice_items(fact) if (item.number if isinstance(item, Scenario) else item.code) in codes
    ]
    return vocabulary().list_separators[0].join(item.name.zh for item in chosen) or None


@cache
def _load() -> _Example:
    return load_toml(INTAKE_DATA / "example.toml", _Example)


# Formats and row heights of the template: quiet, wrapped, the cells to fill in pale yellow.


INK, BLUE, PALE, FILL, LINE, GREY = "#1B2430", "#00619A", "#EAF2F8", "#FFFBE6", "#C9D3DC", "#5B6773"
_LINE_HEIGHT = 16.5
_PADDING = 5


@dataclass(frozen=True, slots=True)
class TemplateStyles:
    """The template's cell formats."""

    title: Format
    hint: Format
    header: Format
    section: Format
    item: Format
    guidance: Format
    answer: Format
    answer_text: Format
    closed: Format
    body: Format
    mark: Format


def styles(book: xlsxwriter.Workbook) -> TemplateStyles:
    """The formats, registered in ``book``. Only answers are unlocked."""
    font = {"font_name": "Microsoft YaHei", "font_size": 10.5, "font_color": INK}
    base = {**font, "valign": "vcenter", "text_wrap": True}
    boxed = {**base, "border": 1, "border_color": LINE}
    answer = {**boxed, "bg_color": FILL, "locked": False, "align": "left"}
    made = {
        "title": {**base, "font_size": 16, "bold": True, "font_color": BLUE, "text_wrap": False},
        "hint": {**base, "font_color": GREY, "text_wrap": False},
        "header": {**boxed, "bold": True, "font_color": "#FFFFFF", "bg_color": BLUE, "border_color": BLUE},
        "section": {**boxed, "bold": True, "font_color": BLUE, "bg_color": PALE},
        "item": {**boxed, "bold": True},
        "guidance": {**boxed, "font_size": 9.5, "font_color": GREY},
        "answer": answer,
        "answer_text": {**answer, "num_format": "@"},
        "closed": {**boxed, "bg_color": "#F1F3F5"},
        "body": base,
        "mark": {**base, "bold": True, "font_color": "#9C2A10", "text_wrap": False},
    }
    return TemplateStyles(**{name: book.add_format(look) for name, look in made.items()})


def height(texts: Mapping[str, float]) -> float:
    """Points that a row needs for its texts, each in a column so many characters wide (a hanzi is two)."""
    lines = max(
        (sum(max(1, ceil(_width(line) / (width - 1))) for line in text.split("\n")) for text, width in texts.items()),
        default=1,
    )
    return lines * _LINE_HEIGHT + _PADDING


def _width(text: str) -> float:
    # 1.1: letters of the CJK fonts are a little wider than the digit that a column's width is counted in.
    return 1.1 * sum(2 if unicodedata.east_asian_width(item) in "WFA" else 1 for item in text)


# The answer sheet and its example: the same rows, the same columns as the application CSV, guidance to their right.


ANSWERS = ("item", "value", "basis", "before", "after", "note")
GUIDANCE = ("unit", "meaning", "year", "evidence", "translation")
WIDTHS = (34, 22, 12, 12, 12, 34, 8, 52, 30, 38, 40)
HEADER_ROW = 2
_LISTS = "lists"
_TITLE, _MESSAGE = 32, 255  # what Excel holds of an input message
_YEAR = {"level": "year_level", "count": "year_count", "growth": "year_growth"}


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """Which of the two sheets, and in which language."""

    language: Lang
    example: bool

    def words(self, key: str) -> str:
        return text(f"template.{key}", self.language)

    @property
    def head(self) -> tuple[str, ...]:
        """The first six are the column names that intake looks for; the example's are others, so it is never read."""
        if self.example:
            return tuple(self.words(f"example_header_{name}") for name in ANSWERS)
        return tuple(vocabulary().headers(self.language)[name] for name in ANSWERS)


def write_form(book: xlsxwriter.Workbook, look: TemplateStyles, form: TemplateSheet) -> None:
    """Add the answer sheet or the example sheet to ``book``."""
    sheet = book.add_worksheet(form.words("sheet_example" if form.example else "sheet_answers"))
    _frame(sheet, look, form)
    lines = {line.code: line for line in example()} if form.example else {}
    row = HEADER_ROW + 1
    row = _section(sheet, look, row, form.words("section_facts"))
    for fact in catalogue().facts:
        _Row(sheet, look, form, row, lines.get(fact.code, ExampleRow(fact.code))).fact(fact)
        row += 1
    for group in catalogue().groups:
        row = _section(sheet, look, row, group.name.in_(form.language))
        for kpi in catalogue().kpis_of(group.code):
            _Row(sheet, look, form, row, lines.get(kpi.code, ExampleRow(kpi.code))).kpi(kpi)
            row += 1
    _finish(sheet, form, row)


def write_lists(book: xlsxwriter.Workbook) -> None:
    """The drop-downs' lists on a hidden sheet: typed into the cell they may hold 255 characters only."""
    sheet = book.add_worksheet(_LISTS)
    for column, listed in enumerate(_lists()):
        for row, name in enumerate(listed):
            sheet.write(row, column, name)
    sheet.hide()


def _lists() -> list[tuple[str | int, ...]]:
    """Each once, in the order of the facts that have them."""
    return list(dict.fromkeys(listed for fact in catalogue().facts if (listed := _listed(fact))))


def _listed(fact: Fact) -> tuple[str | int, ...]:
    """What its drop-down offers; nothing where anything may be typed."""
    if fact.code == "maturity_level":
        return tuple(range(int(fact.minimum or 0), int(fact.maximum or 0) + 1))
    return fact_choices(fact) if fact.kind == "choice" else ()


def _frame(sheet: Worksheet, look: TemplateStyles, form: TemplateSheet) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, form.words("title"), look.title)
    if form.example:
        sheet.write_string(1, 0, form.words("example_mark"), look.mark)
    else:
        sheet.write_string(1, 0, form.words("hint"), look.hint)
    sheet.set_row(HEADER_ROW, 24)
    heads = (*form.head, *(form.words(f"column_{name}") for name in GUIDANCE))
    for column, word in enumerate(heads):
        sheet.write_string(HEADER_ROW, column, word, look.header)


def _section(sheet: Worksheet, look: TemplateStyles, row: int, word: str) -> int:
    sheet.set_row(row, 22)
    for column in range(len(WIDTHS)):
        sheet.write_string(row, column, word if column == 0 else "", look.section)
    return row + 1


def _finish(sheet: Worksheet, form: TemplateSheet, rows: int) -> None:
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    # Wider than one readable page: answers, unit and meaning are printed, the rest is for the screen.
    sheet.print_area(0, 0, rows - 1, 7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C" + form.words("footer"))
    if not form.example:
        sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})


@dataclass(frozen=True, slots=True)
class _Row:
    """One row being written; ``line`` is blank on the answer sheet."""

    sheet: Worksheet
    look: TemplateStyles
    form: TemplateSheet
    row: int
    line: ExampleRow

    def fact(self, fact: Fact) -> None:
        name, other = self._both(fact)
        meaning = fact.hint.in_(self.form.language)
        typed = fact.kind in ("code", "phone", "text", "list")
        self._names(name, "", meaning, "", fact.source.in_(self.form.language), other)
        self._cell(1, self.line.value, self.look.answer_text if typed else self.look.answer)
        for column in (2, 3, 4):
            self._cell(column, None, self.look.closed)
        self._cell(5, self.line.note, self.look.answer_text)
        self._fact_input(fact, name, meaning)

    def kpi(self, kpi: Kpi) -> None:
        name, other = self._both(kpi)
        unit = kpi.unit.in_(self.form.language)
        year = self.form.words(_YEAR.get(kpi.kind, "year_change"))
        self._names(self._with(name, unit), unit, self._meaning(kpi), year, kpi.evidence.in_(self.form.language), other)
        self._cell(1, self._value(), self.look.answer)
        self._cell(2, self.form.words(self.line.basis) if self.line.basis else None, self._open(bool(kpi.bases)))
        for column, value in ((3, self.line.before), (4, self.line.after)):
            self._cell(column, value, self._open(kpi.is_change))
        self._cell(5, self.line.note, self.look.answer_text)
        self._kpi_input(kpi)

    def _value(self) -> ExampleValue:
        value = self.line.value
        return self.form.words("not_applicable") if isinstance(value, str) else value

    def _both(self, thing: Fact | Kpi) -> tuple[str, str]:
        """The name in the sheet's language, and in the other."""
        zh, en = thing.name.zh, thing.name.en
        return (zh, en) if self.form.language == "zh" else (en, zh)

    def _meaning(self, kpi: Kpi) -> str:
        language = self.form.language
        lines = [self._with(f"{kpi.formula.in_(language)}\n", kpi.formula_status.in_(language))]
        if kpi.caution:
            lines.append(kpi.caution.in_(language))
        return "\n".join(lines)

    def _with(self, words: str, note: str) -> str:
        """The note in the brackets of the sheet's language."""
        if self.form.language == "zh":
            return f"{words}（{note}）"
        return f"{words}({note})" if words.endswith("\n") else f"{words} ({note})"

    def _names(self, item: str, *guidance: str) -> None:
        self.sheet.write_string(self.row, 0, item, self.look.item)
        for column, word in enumerate(guidance, start=len(ANSWERS)):
            self.sheet.write_string(self.row, column, word, self.look.guidance)
        widths = WIDTHS[len(ANSWERS) :]
        texts = {item: WIDTHS[0], **dict(zip(guidance, widths, strict=True))}
        if isinstance(self.line.value, str):
            texts[self.line.value] = WIDTHS[1]
        if self.line.note:
            texts[self.line.note] = WIDTHS[5]
        self.sheet.set_row(self.row, height(texts))

    def _cell(self, column: int, value: ExampleValue, look: Format) -> None:
        if value is None:
            self.sheet.write_blank(self.row, column, None, look)
        elif isinstance(value, str):
            self.sheet.write_string(self.row, column, value, look)
        else:
            self.sheet.write_number(self.row, column, value, look)

    def _open(self, needed: bool) -> Format:
        return self.look.answer if needed else self.look.closed

    def _fact_input(self, fact: Fact, name: str, meaning: str) -> None:
        if self.form.example:
            return
        prompt = {"input_title": name[:_TITLE], "input_message": meaning[:_MESSAGE]}
        source = _list_range(fact)
        if source:
            # "warning" lets a sender keep what the list lacks: intake reports what is wrong with it, and the remedy.
            listed = {"validate": "list", "source": source, "error_type": "warning"}
            self.sheet.data_validation(self.row, 1, self.row, 1, {**listed, **prompt})
        else:
            self.sheet.data_validation(self.row, 1, self.row, 1, {"validate": "any", **prompt})

    def _kpi_input(self, kpi: Kpi) -> None:
        if self.form.example:
            return
        words = self.form.words
        number = words("input_count" if kpi.whole else "input_percent")
        self._say(1, {"validate": "any"}, words("input_value_title"), number)
        if kpi.bases:
            names = [words(basis) for basis in kpi.bases]
            meaning = words("input_basis_reduction" if kpi.reduces else "input_basis")
            self._say(2, {"validate": "list", "source": names}, words("input_basis_title"), meaning)
        if kpi.is_change:
            for column in (3, 4):
                self._say(column, {"validate": "any"}, words("input_before_title"), words("input_before"))

    def _say(self, column: int, rule: dict[str, object], title: str, message: str) -> None:
        prompt = {"input_title": title[:_TITLE], "input_message": message[:_MESSAGE]}
        self.sheet.data_validation(self.row, column, self.row, column, {**rule, **prompt})


def _list_range(fact: Fact) -> str | None:
    """Where the hidden sheet holds a fact's choices; None where anything may be typed."""
    listed = _listed(fact)
    if not listed:
        return None
    letter = column_letter(_lists().index(listed))
    return f"={_LISTS}!${letter}$1:${letter}${len(listed)}"


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
