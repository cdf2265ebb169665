"""The report as a Word document to sign and attach, with complete tables and the strip drawn in them."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from kpi.charts.theme import LIGHT
from kpi.reports.data.chart_files import chart_png, picture_size
from kpi.reports.docx_formatting import add_words, declare_sans, font, page_number, shade, undated
from kpi.reports.docx_table import add_table, fits_upright
from kpi.reports.report_content import Report, ReportSection, Tone

FONT = "Microsoft YaHei"
"""For Latin and Chinese letters alike, as in the workbook; where it is missing, another without serifs."""
MARGIN, SIDE, PAGE_WIDTH, PAGE_HEIGHT = 20, 16, 210, 297
_COLOURS: dict[Tone, str] = {
    "": LIGHT.ink,
    "leading": LIGHT.leading,
    "undecided": LIGHT.undecided_text,
    "plain": LIGHT.plain_text,
    "error": LIGHT.error,
}

LONGEST_PROPERTY = 255
"""The format's limit of characters; the full name is in the document."""
FOOT_SIZE = 8
ABOVE_CHART = 42
"""Millimetres of a page's text that its heading and a few lines may take: below them a chart still fits."""


def as_docx(report: Report) -> bytes:
    document = Document()
    _properties(document, report)
    _styles(document)
    _page(document, report)
    _head(document, report)
    for section in report.sections:
        _turn(document, section)
        _section(document, section)
    out = BytesIO()
    document.save(out)
    return undated(out.getvalue())


def _properties(document: Doc, report: Report) -> None:
    made = datetime.combine(report.as_of, time())
    properties = document.core_properties
    properties.title, properties.subject, properties.author = report.heading, report.subject[:LONGEST_PROPERTY], ""
    properties.comments = report.warning[:LONGEST_PROPERTY]
    properties.created = properties.modified = made
    properties.language = {"zh": "zh-CN", "en": "en-GB"}[report.lang]


def _styles(document: Doc) -> None:
    declare_sans(document, FONT)
    for name, size in (
        ("Normal", 10.5),
        ("Title", 20),
        ("Heading 1", 14),
        ("List Bullet", 10.5),
        ("Footer", FOOT_SIZE),
    ):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            font(style.element.get_or_add_rPr(), FONT, FONT)
            style.font.size = Pt(size)
            style.font.color.rgb = RGBColor.from_string(LIGHT.ink[1:])
            style.paragraph_format.space_after = Pt(4)


def _page(document: Doc, report: Report) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(PAGE_WIDTH), Mm(PAGE_HEIGHT)
    page.top_margin = page.bottom_margin = Mm(MARGIN)
    page.left_margin = page.right_margin = Mm(SIDE)
    if report.warning_short:
        top = page.header.paragraphs[0]
        # Shading before centring: Word refuses paragraph properties in another order.
        shade(top._p.get_or_add_pPr(), LIGHT.leading_zone)
        top.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(top, report.warning_short, "error", bold=True)
    bottom = page.footer.paragraphs[0]
    _run(bottom, f"{report.footer}    ", "plain", size=FOOT_SIZE)
    page_number(bottom)


def _head(document: Doc, report: Report) -> None:
    add_words(document.add_paragraph(style="Title"), report.heading)
    if report.subject:
        _said(document, report.subject, bold=True, size=13)
    if report.view:
        _said(document, report.view, "plain")
    if report.warning:
        _said(document, report.warning, "error", bold=True)
    if report.finding:
        _said(document, report.finding, bold=True, size=14)
    if report.clause_label:
        _clause(document, report)
    _heading(document, report.provenance_title)
    for line in report.provenance:
        paragraph = _said(document, f"{line.label}  ", "plain", size=10)
        paragraph.paragraph_format.space_after = Pt(1)
        _run(paragraph, line.text, size=10)


def _clause(document: Doc, report: Report) -> None:
    _heading(document, report.clause_label)
    _said(document, report.clause_word, report.clause_tone, bold=True, size=13)
    _said(document, report.clause)
    for reason in report.clause_reasons:
        _said(document, reason, "plain")


def _turn(document: Doc, section: ReportSection) -> None:
    """What is wide has pages of its own on their side; what follows it stands upright again."""
    wide = section.table is not None and not fits_upright(section.table, PAGE_WIDTH - 2 * SIDE)
    lying = wide or section.lying
    if lying == (document.sections[-1].orientation == WD_ORIENT.LANDSCAPE):
        return
    page = document.add_section(WD_SECTION.NEW_PAGE)
    page.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = page.page_height, page.page_width


def _section(document: Doc, section: ReportSection) -> None:
    _heading(document, section.title)
    for line in section.lines:
        _said(document, line, "plain", size=9.5).paragraph_format.keep_with_next = True
    for chart in section.charts:
        wide, high = picture_size(chart.svg)
        width = min(_text_width(document), (_text_height(document) - ABOVE_CHART) * wide / high)
        drawn = document.add_paragraph().add_run().add_picture(BytesIO(chart_png(chart.svg)), width=Mm(width))
        drawn._inline.docPr.set("descr", chart.alt)
    if section.table:
        add_table(document, section.table, _COLOURS, _text_width(document))
    for point in section.points:
        add_words(document.add_paragraph(style="List Bullet"), point)


def _text_width(document: Doc) -> float:
    """In millimetres."""
    lying = document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    return (PAGE_HEIGHT if lying else PAGE_WIDTH) - 2 * SIDE


def _text_height(document: Doc) -> float:
    """In millimetres."""
    lying = document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    return (PAGE_WIDTH if lying else PAGE_HEIGHT) - 2 * MARGIN


def _heading(document: Doc, words: str) -> None:
    add_words(document.add_paragraph(style="Heading 1"), words)


def _said(document: Doc, words: str, tone: Tone = "", *, bold: bool = False, size: float | None = None) -> Paragraph:
    paragraph = document.add_paragraph()
    _run(paragraph, words, tone, bold=bold, size=size)
    return paragraph


def _run(paragraph: Paragraph, words: str, tone: Tone = "", *, bold: bool = False, size: float | None = None) -> None:
    run = add_words(paragraph, words)
    run.bold = bold
    run.font.color.rgb = RGBColor.from_string(_COLOURS[tone][1:])
    if size:
        run.font.size = Pt(size)
