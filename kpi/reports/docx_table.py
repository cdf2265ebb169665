"""A report's table in a document: columns no narrower than a word, repeated head, unbroken rows, notes below."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import docx  # noqa: F401 - the package before its parts (tests/house/test_imports.py)
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt, RGBColor

from kpi.charts.theme import LIGHT
from kpi.reports.column_widths import column_widths, least_widths
from kpi.reports.docx_formatting import add_words, borders, cell_margins, repeat, shade, whole
from kpi.reports.report_content import ReportColumn, ReportRow, ReportTable, Tone
from kpi.reports.strip_picture import strip_picture

FEW_SIZE, MANY_SIZE, SMALL_SIZE, LEAST_SIZE, NOTE_SIZE, MANY_COLUMNS = 8.5, 7.5, 7.0, 6.0, 8.0, 9
CELL_MARGIN, SIDE_MARGIN, LINE_HEIGHT = 30, 70, 1.4
"""Above and below a cell's text and beside it, in twentieths of a point; a line's least height in font sizes. A machine
that replaces a font by a taller one would cut its letters off under the row above."""
_PADDING = 7.0
"""Millimetres of a column's width that the picture leaves free: Writer sets it in a little, and would cut it off."""
_HEAD_RULE, _ROW_RULE = 12, 4
_PICTURE = 30.0
"""Millimetres that the strip needs to be read."""
_MM = 25.4 / 72


def add_table(document: Doc, table: ReportTable, colours: Mapping[Tone, str], width: float) -> None:
    """``width`` in millimetres, divided among the columns as their texts need it."""
    made = document.add_table(rows=1, cols=len(table.columns))
    made.autofit = False
    cell_margins(made, CELL_MARGIN, SIDE_MARGIN)
    size, widths = sized_columns(table, width)
    for column, wide in zip(made.columns, widths, strict=True):
        column.width = Mm(wide)
    _head(made.rows[0], table.columns, size)
    band = ""
    for row in table.rows:
        if row.band and row.band != band:
            _band(made.add_row(), row.band, size)
        band = row.band
        line = made.add_row()
        _row(line, row, table.columns, colours, size)
        if row.strip:
            _strip(line.cells[table.strip_column], row, colours, widths[table.strip_column] - _PADDING)
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
    room, *edges = _in_sizes(width, size)
    return sum(least_widths(table, room, *edges)) <= room


def _in_sizes(width: float, size: float) -> tuple[float, float, float]:
    """The table's width, a cell's margins, and the least width of a strip, in font sizes."""
    return width / _MM / size, 2 * SIDE_MARGIN / 20 / size, _PICTURE / _MM / size


def _head(made: Any, columns: tuple[ReportColumn, ...], size: float) -> None:
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


def _strip(cell: Any, row: ReportRow, colours: Mapping[Tone, str], width: float) -> None:
    """The place drawn above its words, which are the picture's text for who cannot see it."""
    if row.strip is None:
        return
    words = cell.paragraphs[0]
    drawn = words.insert_paragraph_before()
    drawn.paragraph_format.space_after = Pt(0)
    drawn.paragraph_format.keep_with_next = True
    picture = drawn.add_run().add_picture(BytesIO(strip_picture(row.strip, dict(colours))), width=Mm(width))
    picture._inline.docPr.set("descr", words.text.replace("\u00a0", " "))


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
