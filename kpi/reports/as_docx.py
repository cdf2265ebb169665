"""The report as a Word document to sign and attach, with complete tables and the strip drawn in them."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kpi.charts.theme import LIGHT
from kpi.reports.content import (
    Report,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    Tone,
    column_widths,
    kept_together,
    least_widths,
)
from kpi.reports.files import chart_png, picture_size

# What python-docx does not offer: words that stay on one line, East Asian fonts, shading, page numbers, rows that
# repeat or stay whole, a file without dates.


_END = b"PK\x05\x06"
"""Where a package's list of entries ends; each entry has a time and a day of two bytes, there and before its data."""
_FIRST_DAY = struct.pack("<HH", 0, (1 << 5) | 1)
"""Midnight of 1 January 1980, the first that the format knows."""
_WITHIN_DATE = re.compile(r"(?<=\d{4})-(?=\d\d-\d\d(?!\d))|(?<=\d{4}-\d\d)-(?=\d\d(?!\d))")


def add_words(paragraph: Paragraph, said: str) -> Run:
    """In which no line ends where it must not, nor within a date: Word ends lines behind a hyphen."""
    first, *others = _WITHIN_DATE.split(kept_together(said))
    run = paragraph.add_run(first)
    for part in others:
        run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(part)
    return run


def font(properties: Any, latin: str, eastern: str) -> None:
    """Without ``w:eastAsia`` the font of Chinese characters depends on the reader's machine."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    # A theme font would override the named one.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    for kind, name in (("w:ascii", latin), ("w:hAnsi", latin), ("w:cs", latin), ("w:eastAsia", eastern)):
        fonts.set(qn(kind), name)


def declare_sans(document: Doc, name: str) -> None:
    """This font has no serifs: a machine without it then takes another such face, and not its default with serifs."""
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = parse_xml(table.blob)
    entry = _element("w:font", name=name)
    entry.append(_element("w:family", val="swiss"))
    entry.append(_element("w:pitch", val="variable"))
    fonts.append(entry)
    table._blob = serialize_part_xml(fonts)


def shade(properties: Any, colour: str) -> None:
    properties.append(_element("w:shd", val="clear", color="auto", fill=colour.removeprefix("#")))


def borders(properties: Any, **edges: tuple[int, str]) -> None:
    """Edge -> (eighths of a point, colour)."""
    around = OxmlElement("w:tcBorders")
    for edge, (size, colour) in edges.items():
        around.append(_element(f"w:{edge}", val="single", sz=str(size), space="0", color=colour.removeprefix("#")))
    properties.append(around)


def cell_margins(table: Any, upright: int, sideways: int) -> None:
    """Room above and below the text of every cell, and beside it, in twentieths of a point."""
    margins = OxmlElement("w:tblCellMar")
    for edge, points20 in (("top", upright), ("left", sideways), ("bottom", upright), ("right", sideways)):
        margins.append(_element(f"w:{edge}", w=str(points20), type="dxa"))
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:  # Word refuses them in another order
        look.addprevious(margins)


def repeat(row: Any) -> None:
    """Repeat the row on every page of its table."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def whole(row: Any) -> None:
    """The row does not break over pages."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def page_number(paragraph: Paragraph) -> None:
    field = _element("w:fldSimple", instr="PAGE")
    paragraph._p.append(field)


def undated(document: bytes) -> bytes:
    """The package with fixed entry dates: python-docx writes the current time. Nothing is packed again."""
    package = bytearray(document)
    end = package.rindex(_END)
    entries, at = struct.unpack_from("<H", package, end + 10)[0], struct.unpack_from("<I", package, end + 16)[0]
    for _ in range(entries):
        name, extra, comment = struct.unpack_from("<HHH", package, at + 28)
        own_head = struct.unpack_from("<I", package, at + 42)[0]
        package[at + 12 : at + 16] = package[own_head + 10 : own_head + 14] = _FIRST_DAY
        at += 46 + name + extra + comment
    return bytes(package)


def _element(name: str, /, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


# A report's table in a document: columns no narrower than a word, repeated head, unbroken rows, notes below.


FEW_SIZE, MANY_SIZE, SMALL_SIZE, LEAST_SIZE, NOTE_SIZE, MANY_COLUMNS = 8.5, 7.5, 7.0, 6.0, 8.0, 9
CELL_MARGIN, SIDE_MARGIN, LINE_HEIGHT = 30, 70, 1.4
"""Above and below a cell's text and beside it, in twentieths of a point; a line's least height in font sizes. A machine
that replaces a font by a taller one would cut its letters off under the row above."""
_HEAD_RULE, _ROW_RULE = 12, 4
_MM = 25.4 / 72


def add_table(document: Doc, table: ReportTable, colours: Mapping[Tone, str], width: float) -> None:
    """``width`` in millimetres, divided among the columns as their texts need it."""
    made = document.add_table(rows=1, cols=len(table.columns))
    made.autofit = False
    cell_margins(made, CELL_MARGIN, SIDE_MARGIN)
    size, widths = sized_columns(table, width)
    for column, wide in zip(made.columns, widths, strict=True):
        column.width = Mm(wide)
    _table_head(made.rows[0], table.columns, size)
    band = ""
    for row in table.rows:
        if row.band and row.band != band:
            _band(made.add_row(), row.band, size)
        band = row.band
        line = made.add_row()
        _row(line, row, table.columns, colours, size)
        if row.notes:
            _notes(made.add_row(), row.notes)
    for line in made.rows:
        whole(line)
        _set_widths(line, widths)


def fits_upright(table: ReportTable, width: float) -> bool:
    """Whether every word has room on ``width`` millimetres at the usual size, or one that is little smaller."""
    return _fits(table, width, SMALL_SIZE)


def sized_columns(table: ReportTable, width: float) -> tuple[float, list[float]]:
    """The font's size in points, and millimetres, ``width`` in all. Words wider than the page take a smaller font."""
    size = MANY_SIZE if len(table.columns) >= MANY_COLUMNS else FEW_SIZE
    while not _fits(table, width, size) and size > LEAST_SIZE:
        size -= 0.25
    return size, [wide * size * _MM for wide in column_widths(table, *_in_sizes(width, size))]


def _fits(table: ReportTable, width: float, size: float) -> bool:
    room, edges = _in_sizes(width, size)
    return sum(least_widths(table, room, edges)) <= room


def _in_sizes(width: float, size: float) -> tuple[float, float]:
    """The table's width and a cell's margins, in font sizes."""
    return width / _MM / size, 2 * SIDE_MARGIN / 20 / size


def _table_head(made: Any, columns: tuple[ReportColumn, ...], size: float) -> None:
    repeat(made)
    for cell, column in zip(made.cells, columns, strict=True):
        _write(cell, column.title, size, LIGHT.muted, bold=True, right=column.right)
        borders(cell._tc.get_or_add_tcPr(), bottom=(_HEAD_RULE, LIGHT.muted))


def _band(made: Any, text: str, size: float) -> None:
    cell = made.cells[0].merge(made.cells[-1])
    _write(cell, text, size, LIGHT.muted, bold=True)
    cell.paragraphs[0].paragraph_format.keep_with_next = True
    shade(cell._tc.get_or_add_tcPr(), LIGHT.grid)


def _row(
    made: Any, row: ReportRow, columns: tuple[ReportColumn, ...], colours: Mapping[Tone, str], size: float
) -> None:
    for at, (cell, written, column) in enumerate(zip(made.cells, row.cells, columns, strict=True)):
        bold = written.tone in ("leading", "error") or (row.strong and at == 0)
        _write(cell, written.text, size, colours[written.tone], bold=bold, right=column.right)
        if row.notes:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        else:
            borders(cell._tc.get_or_add_tcPr(), bottom=(_ROW_RULE, LIGHT.grid))


def _notes(made: Any, notes: tuple[str, ...]) -> None:
    """A separate row from the second column on, kept with the row above."""
    noted = made.cells[1].merge(made.cells[-1])
    _write(noted, "\n".join(notes), NOTE_SIZE, LIGHT.muted)
    for cell in (made.cells[0], noted):
        borders(cell._tc.get_or_add_tcPr(), bottom=(_ROW_RULE, LIGHT.grid))


def _write(cell: Any, text: str, size: float, colour: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    _add_run(paragraph, text, size, colour, bold=bold)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _add_run(paragraph: Any, text: str, size: float, colour: str, *, bold: bool = False) -> None:
    run = add_words(paragraph, text)
    run.font.size = Pt(size)
    run.font.color.rgb = RGBColor.from_string(colour[1:])
    run.bold = bold
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    paragraph.paragraph_format.line_spacing = Pt(size * LINE_HEIGHT)


def _set_widths(line: Any, widths: list[float]) -> None:
    """Word uses each cell's width; a merged row keeps the sum of its cells."""
    if len(line._tr.tc_lst) == len(widths):
        for cell, wide in zip(line.cells, widths, strict=True):
            cell.width = Mm(wide)


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
    _provenance(document, report)
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


def _clause(document: Doc, report: Report) -> None:
    _said(document, report.clause_label, "plain", size=9.5).paragraph_format.keep_with_next = True
    _said(document, report.clause_word, report.clause_tone, bold=True, size=16)
    _said(document, report.clause)
    for reason in report.clause_reasons:
        _said(document, reason, "plain")


def _provenance(document: Doc, report: Report) -> None:
    _heading(document, report.provenance_title)
    for line in report.provenance:
        paragraph = _said(document, f"{line.label}  ", "plain", size=10)
        paragraph.paragraph_format.space_after = Pt(1)
        _run(paragraph, line.text, size=10)


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
