"""A skeleton of the application report (annex 4) in Word: its parts, and all of it that the answers already say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from kpi import i18n
from kpi.catalogue.catalogue import catalogue, report_form, requirements
from kpi.catalogue.forms import ReportPart
from kpi.charts.chart import Chart
from kpi.charts.distribution import published_distribution
from kpi.charts.gap import gap_chart
from kpi.charts.strip import position_strip
from kpi.charts.svg import PAPER_WIDTH, as_svg
from kpi.model.application import Application, ReportedValue
from kpi.model.claims import ScenarioAccount
from kpi.model.publication import EnterpriseView, GapAnalysis
from kpi.reports.as_docx import font, repeat, whole
from kpi.reports.evaluation import drawable_evaluation, report_footer
from kpi.reports.files import annex4_png, picture_size
from kpi.reports.forms import A4, MARGIN, TITLE_SIZE, add_line, as_bytes, form_document, form_fact, set_widths

NUMERALS = "一二三四五六七八九十"
COVER_WIDTHS, KPI_WIDTHS = (30, 57, 30, 57), (66, 30, 26, 52)
"""In millimetres."""

AT_A_TIME = 2
TEXT_WIDTH = A4[0] - 2 * MARGIN
TALLEST_PICTURE = 240
"""Millimetres: a page holds it with its caption below."""
_INK = RGBColor(0, 0, 0)


@dataclass(frozen=True, slots=True)
class CaptionedChart:
    """A chart and the words below it, without the number."""

    chart: Chart
    words: str


def annex4_charts(answer: EnterpriseView, gaps: GapAnalysis) -> list[CaptionedChart]:
    """As many as annex 4 asks for: the place and the gap of all KPIs, then main KPIs before others, one by one."""
    words, invented = report_form().skeleton, answer.baseline.illustrative
    of_all = [
        CaptionedChart(position_strip(drawable_evaluation(answer), "zh", titled=False), words.caption_strip),
        CaptionedChart(gap_chart(gaps, "zh", illustrative=invented, titled=False), words.caption_gap),
    ]
    wanted = requirements().pictures.least - len(of_all)
    of_one: list[CaptionedChart] = []
    reported = [kpi for kpi in answer.kpis if kpi.state == "reported"]
    for kpi in sorted(reported, key=lambda item: (item.published.withheld is not None, not item.main)):
        if len(of_one) >= wanted:
            break
        drawn = published_distribution(kpi, "zh", illustrative=invented, titled=False)
        name = catalogue().kpi(kpi.code).short.zh
        of_one.append(CaptionedChart(drawn, words.caption_kpi.format(name=name)))
    return [*of_all, *of_one]


def annex4_docx(
    answer: EnterpriseView,
    gaps: GapAnalysis,
    warning: str = "",
    progress: Callable[[float], object] = lambda _: None,
    accounts: Mapping[str, ScenarioAccount] | None = None,
) -> bytes:
    """``warning`` stands at the head of each page, for fictitious data; ``progress`` receives the share done;
    ``accounts`` say how scenarios are met.
    """
    form, application = catalogue().annex4, answer.application
    document = form_document(form.title, application.year, warning)
    _styles(document)
    add_line(document, form.number.zh, requirements().size.half_points / 2)
    add_line(document, form.title, TITLE_SIZE, centred=True)
    _cover(document, application)
    for part in report_form().part:
        _part(document, part, application)
        if part.holds == "answers":
            _kpis(document, application)
            _scenarios(document, application, accounts or {})
            _pictures(document, answer, annex4_charts(answer, gaps), progress)
    return as_bytes(document)


def _styles(document: Doc) -> None:
    """Body, headings and captions alike: the notice names one font, one size and one spacing."""
    asked = requirements()
    for name in ("Normal", "Heading 1", "Heading 2", "Caption"):
        style: Any = document.styles[name]
        font(style.element.get_or_add_rPr(), asked.font.name, asked.font.name)
        style.font.size, style.font.italic = Pt(asked.size.half_points / 2), False
        style.font.bold, style.font.color.rgb = name.startswith("Heading"), _INK
        spacing = style.paragraph_format
        spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(asked.spacing.points)
        spacing.space_before = spacing.space_after = Pt(0)


def _cover(document: Doc, application: Application) -> None:
    fields = report_form().cover.field
    table = document.add_table(rows=0, cols=len(COVER_WIDTHS), style="Table Grid")
    for at in range(0, len(fields), 2):
        texts = [text for item in fields[at : at + 2] for text in (item.name, form_fact(application, item.fact))]
        texts += [""] * (len(COVER_WIDTHS) - len(texts))
        _row(table, texts)
    set_widths(table, COVER_WIDTHS)


def _part(document: Doc, part: ReportPart, application: Application) -> None:
    words = report_form().skeleton
    title = words.part_heading.format(number=NUMERALS[part.number - 1], title=part.title.zh)
    _heading(document, title, 1).paragraph_format.page_break_before = part.number == 1
    for at, item in enumerate(part.item):
        _heading(document, words.item_heading.format(number=NUMERALS[at], item=item.text.zh), 2)
        to_write = words.to_write_required if item.required else words.to_write
        document.add_paragraph(to_write.format(item=item.text.zh))
    if part.holds == "self_assessment" and _asks_self_assessment(application):
        document.add_paragraph(words.self_assessment)


def _asks_self_assessment(application: Application) -> bool:
    level = application.facts.get("maturity_level")
    return not isinstance(level, int) or level >= report_form().self_assessment_level


def _kpis(document: Doc, application: Application) -> None:
    words = report_form().skeleton
    values = list(application.values.values())
    reported = sum(value.state == "reported" for value in values)
    _heading(document, _next(words.kpi_heading, 0), 2)
    document.add_paragraph(words.kpi_line.format(count=len(values), reported=reported))
    table = document.add_table(rows=0, cols=len(KPI_WIDTHS), style="Table Grid")
    _row(table, words.kpi_columns, centred=True)
    repeat(table.rows[0])
    for value in values:
        _row(table, list(_kpi_texts(value)))
    set_widths(table, KPI_WIDTHS)


def _kpi_texts(value: ReportedValue) -> Iterator[str]:
    words, kpi = report_form().skeleton, catalogue().kpi(value.code)
    yield kpi.short.zh
    if value.state == "reported" and value.value is not None:
        yield i18n.kpi_number(value.value, kpi, "zh", value.basis)
        yield i18n.text(f"report.basis.{value.basis or 'none'}", "zh")
        yield _measured(value) or words.not_known
        return
    yield i18n.verdict_word("not_applicable" if value.state == "not_applicable" else "not_reported", "zh").word
    yield words.not_known
    yield value.note or words.not_known


def _measured(value: ReportedValue) -> str:
    """What a change is the change of, where that was reported. A cell of the factory's file says nothing here."""
    if value.before is None or value.after is None:
        return ""
    before, after = i18n.plain_number(value.before), i18n.plain_number(value.after)
    return i18n.text("page.compare.before_after", "zh", before=before, after=after)


def _scenarios(document: Doc, application: Application, accounts: Mapping[str, ScenarioAccount]) -> None:
    words = report_form().skeleton
    _heading(document, _next(words.scenario_heading, 1), 2)
    known = {scenario.name.zh: scenario for scenario in catalogue().scenarios}
    for place, name in enumerate(application.scenarios, start=1):
        stage = catalogue().stage(known[name].stage).name.zh if name in known else words.not_known
        document.add_paragraph(words.scenario_line.format(place=place, name=name, stage=stage))
        if account := accounts.get(name):
            document.add_paragraph(_account_words(account))
    if not application.scenarios:
        document.add_paragraph(words.no_scenario)


def _account_words(account: ScenarioAccount) -> str:
    model = i18n.text("report.scenario_ai", "zh", model=account.ai_model) if account.uses_ai else ""
    return f"{account.how}{model}"


def _pictures(
    document: Doc, answer: EnterpriseView, charts: Sequence[CaptionedChart], progress: Callable[[float], object]
) -> None:
    words = report_form().skeleton
    _heading(document, _next(words.picture_heading, 2), 2)
    document.add_paragraph(words.picture_line)
    foot = [report_footer(answer, "zh")]
    drawn = [as_svg(chart.chart, foot, width=PAPER_WIDTH) for chart in charts]
    # Typst and zlib leave Python's lock to others: two at a time take half as long, and 80 MB.
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for number, (item, png) in enumerate(zip(charts, pool.map(annex4_png, drawn), strict=True), start=1):
            _picture(document, number, item, png, _width(drawn[number - 1]))
            progress(number / len(charts))


def _width(svg: str) -> float:
    """In millimetres: the text's, but for what would be taller than a page."""
    wide, high = picture_size(svg)
    return min(TEXT_WIDTH, TALLEST_PICTURE * wide / high)


def _picture(document: Doc, number: int, one: CaptionedChart, png: bytes, width: float) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    # An exact spacing would cut the picture down to one line.
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.paragraph_format.keep_with_next = True
    picture: Any = line.add_run().add_picture(BytesIO(png), width=Mm(width))
    picture._inline.docPr.set("descr", one.chart.alt)
    below = document.add_paragraph(
        report_form().skeleton.caption.format(number=number, words=one.words), style="Caption"
    )
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _next(heading: str, after: int) -> str:
    """The heading with the number after the items of the part that holds the answers, and ``after`` more."""
    items = len(report_form().part[report_form().part_with("answers") - 1].item)
    return report_form().skeleton.item_heading.format(number=NUMERALS[items + after], item=heading)


def _heading(document: Doc, text: str, level: int) -> Paragraph:
    return document.add_paragraph(text, style=f"Heading {level}")


def _row(table: Any, texts: Sequence[str], *, centred: bool = False) -> None:
    row = table.add_row()
    whole(row)
    for cell, text in zip(row.cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(text)
        # A table's own style would set the lines closer again.
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = Pt(requirements().spacing.points)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
