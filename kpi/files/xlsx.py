"""A workbook as sheets: the zip is checked and repacked before any library opens it, values come from calamine."""

from __future__ import annotations

import io
from collections.abc import Mapping

from kpi.files import sandbox
from kpi.files.limits import FileLimits
from kpi.files.ods import CONTENT, open_ods
from kpi.files.printable import printable_name
from kpi.files.workbook import FileKind, Sheet, SheetMeta, UnreadableFile, Workbook
from kpi.files.xlsx_scan import scan_worksheets
from kpi.files.zip_parts import repack, unpack

_MACROS = b"macroEnabled"


def open_workbook(data: bytes, limits: FileLimits, with_hidden: bool = False) -> Workbook:
    """Visible worksheets of an xlsx, xlsm or ods with their values and flags; macros are never unpacked.

    ``with_hidden`` gives the hidden ones too, apart. Raises ``UnreadableFile``: not such a file, encrypted, larger
    than the limits once unpacked, or with a document type.
    """
    parts = unpack(data, limits)
    if CONTENT in parts and "xl/workbook.xml" not in parts:
        return open_ods(parts, limits, with_hidden)
    metas = scan_worksheets(parts, limits)
    kind: FileKind = "xlsm" if _MACROS in parts.get("[Content_Types].xml", b"") else "xlsx"
    return read_worksheets(repack(parts), kind, metas, limits, with_hidden)


def read_worksheets(
    stream: io.BytesIO, kind: FileKind, metas: Mapping[str, SheetMeta], limits: FileLimits, with_hidden: bool
) -> Workbook:
    """A checked workbook's worksheets, read in the sandbox, each with what the scan found of it."""
    sheets = sandbox.read_workbook(stream.getvalue(), limits, with_hidden)
    if len(sheets) > limits.sheets:
        raise UnreadableFile("too_many_sheets", found=len(sheets), limit=limits.sheets)
    most = limits.problem_value_characters
    pages = [
        (shown, Sheet(printable_name(name, most), rows, metas.get(name, SheetMeta()))) for name, shown, rows in sheets
    ]
    return Workbook(
        kind,
        None,
        tuple(page for shown, page in pages if shown),
        hidden=tuple(page for shown, page in pages if not shown),
    )
