"""A workbook as sheets: the zip is checked and repacked before any library opens it, values come from calamine."""

from __future__ import annotations

import io
import zipfile

import python_calamine as calamine

from kpi.intake.book import Book, Refused, Sheet, too_large
from kpi.intake.safe_parts import UNREADABLE, open_zip
from kpi.intake.settings import Limits
from kpi.intake.workbook_scan import Places, scan

_OPENED = (".xml", ".rels")


def open_workbook(data: bytes, limits: Limits) -> Book:
    """Visible worksheets of an xlsx with their values and oddities.

    Raises ``Refused``: not an xlsx, encrypted, larger than the limits once unpacked, or with a document type.
    """
    parts = _unpack(data, limits)
    oddities = scan(parts, limits)
    try:
        book = calamine.CalamineWorkbook.from_filelike(_repack(parts))
        visible = [sheet.name for sheet in book.sheets_metadata if _visible(sheet)]
        if len(visible) > limits.sheets:
            raise Refused("too_many_sheets", found=len(visible), limit=limits.sheets)
        return Book(None, tuple(_sheet(book, name, oddities.get(name, {})) for name in visible))
    except (calamine.CalamineError, ValueError, OSError) as fault:
        raise Refused("unreadable_file") from fault


def _visible(sheet: calamine.SheetMetadata) -> bool:
    visible = sheet.visible == calamine.SheetVisibleEnum.Visible
    return visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet


def _sheet(book: calamine.CalamineWorkbook, name: str, oddities: Places) -> Sheet:
    # skip_empty_area=False keeps leading blank rows and columns, so that positions are those the sender sees.
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return Sheet(name, rows, oddities)


def _unpack(data: bytes, limits: Limits) -> dict[str, bytes]:
    """XML parts only, read with a counter: the sizes a zip states of itself may lie."""
    try:
        with open_zip(io.BytesIO(data), limits) as archive:
            wanted = [entry for entry in archive.infolist() if entry.filename.lower().endswith(_OPENED)]
            parts: dict[str, bytes] = {}
            left = limits.unpacked_bytes
            for entry in wanted:
                with archive.open(entry) as stream:
                    parts[entry.filename] = stream.read(left + 1)
                left -= len(parts[entry.filename])
                if left < 0:
                    raise too_large(limits.unpacked_bytes - left, limits.unpacked_bytes)
            return parts
    except UNREADABLE as fault:
        raise Refused("unreadable_file") from fault


def _repack(parts: dict[str, bytes]) -> io.BytesIO:
    """The checked parts in a plain zip, so that calamine unpacks nothing that was not counted."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    stream.seek(0)
    return stream
