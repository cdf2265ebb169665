"""A workbook as sheets: the zip is checked and repacked before any library opens it, values come from calamine."""

from __future__ import annotations

import io
from collections.abc import Mapping

import python_calamine as calamine

from kpi.intake.book import Book, FileKind, Marks, Refused, Sheet
from kpi.intake.ods_file import CONTENT, open_ods
from kpi.intake.settings import Limits
from kpi.intake.workbook_scan import scan
from kpi.intake.zip_parts import repack, unpack

_MACROS = b"macroEnabled"


def open_workbook(data: bytes, limits: Limits, with_hidden: bool = False) -> Book:
    """Visible worksheets of an xlsx, xlsm or ods with their values and marks; macros are never unpacked.

    ``with_hidden`` gives the hidden ones too, apart. Raises ``Refused``: not such a file, encrypted, larger than the
    limits once unpacked, or with a document type.
    """
    parts = unpack(data, limits)
    if CONTENT in parts and "xl/workbook.xml" not in parts:
        return open_ods(parts, limits, with_hidden)
    marks = scan(parts, limits)
    kind: FileKind = "xlsm" if _MACROS in parts.get("[Content_Types].xml", b"") else "xlsx"
    return sheets_of(repack(parts), kind, marks, limits, with_hidden)


def sheets_of(
    stream: io.BytesIO, kind: FileKind, marks: Mapping[str, Marks], limits: Limits, with_hidden: bool
) -> Book:
    """A checked workbook's worksheets by calamine, each with the marks found for it."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(stream)
        pages = [sheet for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        visible = [page.name for page in pages if page.visible == calamine.SheetVisibleEnum.Visible]
        if len(pages if with_hidden else visible) > limits.sheets:
            raise Refused("too_many_sheets", found=len(pages), limit=limits.sheets)
        hidden = [page.name for page in pages if page.name not in visible] if with_hidden else []
        told = {name: _sheet(book, name, marks.get(name, Marks())) for name in (*visible, *hidden)}
    except (calamine.CalamineError, ValueError, OSError) as fault:
        raise Refused("unreadable_file") from fault
    except BaseException as fault:
        # A panic of calamine's comes as a BaseException of its own, so that nobody swallows it by accident.
        if type(fault).__name__ == "PanicException":
            raise Refused("unreadable_file") from fault
        raise
    return Book(kind, None, tuple(told[name] for name in visible), hidden=tuple(told[name] for name in hidden))


def _sheet(book: calamine.CalamineWorkbook, name: str, marks: Marks) -> Sheet:
    # skip_empty_area=False keeps leading blank rows and columns, so that positions are those the sender sees.
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return Sheet(name, rows, marks)
