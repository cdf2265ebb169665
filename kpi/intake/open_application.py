"""A file's bytes opened as sheets: its kind is recognised by its content, never by its name."""

from __future__ import annotations

from kpi.files.limits import FileLimits
from kpi.files.ole2 import MAGIC
from kpi.files.text_file import open_text
from kpi.files.workbook import Sheet, UnreadableFile, Workbook, too_large
from kpi.files.xls import open_xls
from kpi.files.xlsx import open_workbook
from kpi.intake.form.answer_table import find_header
from kpi.intake.freeform.header_matching import classify
from kpi.intake.freeform.heading_words import heading_words

_ZIP = b"PK"
_PDF = b"%PDF-"
_FORM = 1_000_000
"""More than any table can name: our own header decides at once."""


def open_application(data: bytes, limits: FileLimits) -> Workbook:
    """Raises ``UnreadableFile`` for what cannot be opened safely or at all."""
    if len(data) > limits.file_bytes:
        raise too_large(len(data), limits.file_bytes)
    if not data.strip():
        raise UnreadableFile("unreadable_file")
    if data.startswith(MAGIC[:4]):
        return open_xls(data, limits)
    if data.startswith(_ZIP):
        return open_workbook(data, limits, with_hidden=True)
    if data.lstrip().startswith(_PDF):
        raise UnreadableFile("pdf_file")
    return open_text(data, limits, lambda sheet: _known_in(sheet, limits))


def _known_in(sheet: Sheet, limits: FileLimits) -> int:
    """How much of a text's first rows is known when it is split so: what splits a table rightly shows its headers."""
    if find_header(sheet) is not None:
        return _FORM
    cells = (cell for row in sheet.rows[: limits.searched_rows] for cell in row[: limits.searched_columns])
    return sum(
        1
        for cell in cells
        if isinstance(cell, str) and classify(cell).confidence >= heading_words().confidence.quantity
    )
