"""Tables as bytes: xlsx as the other pages of our own making, xls record by record, ods as plain XML, text."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Self
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import column_index_from_string, range_boundaries

from tests.freeform.hand_made_sheets import Page
from tests.freeform.make import SEPARATORS, text, workbook
from tests.hostile.old_workbooks import compound, record
from tests.own_tables.marks import Mark, Table

_BOUNDSHEET, _BOF, _EOF, _FORMAT, _XF = 0x85, 0x809, 0x0A, 0x41E, 0xE0
_NUMBER, _LABEL, _BOOLERR, _MERGED, _ROW, _COLINFO = 0x203, 0x204, 0x205, 0xE5, 0x208, 0x7D
_PERCENT_BUILT_IN = 9
_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def written(table: Table) -> bytes:
    """``form`` is xlsx, xls, ods, or csv with encoding and separator: csv-utf-16-tab."""
    pages = tuple(replace(page, rows=[list(map(raw, row)) for row in page.rows]) for page in table.pages)
    kind, _, how = table.form.partition("-")
    if kind == "csv":
        encoding, _, separator = how.rpartition("-")
        return text(pages[0], encoding, SEPARATORS.get(separator, separator))
    return {"xlsx": _xlsx, "xls": _xls, "ods": _ods}[kind](pages)


def raw(cell: Any) -> Any:
    return cell.written if isinstance(cell, Mark) else cell


class Computed(str):
    """A formula with its kept result, as Excel saves it; a plain text that begins with = has none."""

    result: str

    def __new__(cls, formula: str, result: str) -> Self:
        made = super().__new__(cls, formula)
        made.result = result
        return made


def _xlsx(pages: Sequence[Page]) -> bytes:
    kept = {str(cell)[1:]: cell.result for page in pages for row in page.rows for cell in row if type(cell) is Computed}
    plain = [
        replace(
            page,
            rows=[[_plain(cell) for cell in row] for row in page.rows],
            percent=[block if ":" in block else f"{block}:{block}" for block in page.percent],
        )
        for page in pages
    ]
    data = workbook(tuple(plain))
    return _with_results(data, kept) if kept else data


def _plain(cell: Any) -> Any:
    return str(cell) if type(cell) is Computed else cell


def _with_results(data: bytes, kept: dict[str, str]) -> bytes:
    """openpyxl keeps no results of formulas."""

    def result(found: re.Match[str]) -> str:
        value = kept.get(found[2])
        if value is None:
            return found[0]
        kind = ' t="e"' if value.startswith("#") else ""
        return f"<c{found[1]}{kind}><f>{found[2]}</f><v>{value}</v></c>"

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = old.read(entry)
            if entry.startswith("xl/worksheets/"):
                part = re.sub(r"<c([^>]*)><f>([^<]*)</f><v ?/?>(?:</v>)?</c>", result, part.decode()).encode()
            new.writestr(entry, part)
    return stream.getvalue()


def _xls(pages: Sequence[Page]) -> bytes:
    """MS-XLS 2.4: numbers, texts, errors, merged and hidden cells; format 1 shows a percentage."""
    begin = record(_BOF, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    styles = b"".join(record(_XF, struct.pack("<HH16x", 0, format)) for format in (0, _PERCENT_BUILT_IN))
    names = [page.name.encode("utf-16-le") for page in pages]
    at = len(begin + styles) + sum(12 + len(name) for name in names) + 4
    bodies = [_page_records(page) for page in pages]
    listed = []
    for name, body in zip(names, bodies, strict=True):
        listed.append(record(_BOUNDSHEET, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name))
        at += len(body)
    return compound(b"".join([begin, styles, *listed, record(_EOF), *bodies]))


def _page_records(page: Page) -> bytes:
    percent = set(_places(page.percent))
    found = [record(_BOF, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))]
    for column in page.hidden_columns:
        place = column_index_from_string(column) - 1
        found.append(record(_COLINFO, struct.pack("<6H", place, place, 0, 0, 1, 0)))
    found += [record(_ROW, struct.pack("<HHHHHHHH", row - 1, 0, 0, 255, 0, 0, 0x20, 0)) for row in page.hidden_rows]
    for row, cells in enumerate(page.rows):
        for column, cell in enumerate(cells):
            if cell is not None:
                found.append(_old_cell(row, column, cell, (row, column) in percent))
    blocks = [range_boundaries(block) for block in page.merged]
    if blocks:
        body = b"".join(
            struct.pack("<4H", top - 1, bottom - 1, left - 1, right - 1) for left, top, right, bottom in blocks
        )
        found.append(record(_MERGED, struct.pack("<H", len(blocks)) + body))
    return b"".join([*found, record(_EOF)])


def _old_cell(row: int, column: int, cell: Any, percent: bool) -> bytes:
    at = struct.pack("<HHH", row, column, int(percent))
    if isinstance(cell, int | float):
        return record(_NUMBER, at + struct.pack("<d", cell))
    encoded = str(cell).encode("utf-16-le")
    return record(_LABEL, at + struct.pack("<HB", len(encoded) // 2, 1) + encoded)


def _places(blocks: Sequence[str]) -> Iterator[tuple[int, int]]:
    for block in blocks:
        left, top, right, bottom = range_boundaries(block)
        yield from ((row - 1, column - 1) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _ods(pages: Sequence[Page]) -> bytes:
    body = "".join(map(_ods_table, pages))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return stream.getvalue()


def _ods_table(page: Page) -> str:
    percent = set(_places(page.percent))
    spans = {
        (top, left): (bottom - top + 1, right - left + 1)
        for left, top, right, bottom in map(range_boundaries, page.merged)
    }
    covered = set(_places(page.merged)) - {(top - 1, left - 1) for top, left in spans}
    width = max(map(len, page.rows), default=0)
    hidden = {column_index_from_string(column) - 1 for column in page.hidden_columns}
    parts = [f"<table:table table:name={quoteattr(page.name)}>"]
    parts += [f"<table:table-column{_unseen(column in hidden)}/>" for column in range(width)]
    for row, cells in enumerate(page.rows):
        parts.append(f"<table:table-row{_unseen(row + 1 in page.hidden_rows)}>")
        for column in range(width):
            cell = cells[column] if column < len(cells) else None
            tag = "covered-table-cell" if (row, column) in covered else "table-cell"
            down, across = spans.get((row + 1, column + 1), (1, 1))
            span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
            value = _ods_value(cell, (row, column) in percent)
            parts.append(f"<table:{tag}{span if down * across > 1 else ''}{value}</table:{tag}>")
        parts.append("</table:table-row>")
    return "".join([*parts, "</table:table>"])


def _unseen(hidden: bool) -> str:
    return ' table:visibility="collapse"' if hidden else ""


def _ods_value(cell: Any, percent: bool) -> str:
    if cell is None:
        return ">"
    if isinstance(cell, int | float):
        kind = "percentage" if percent else "float"
        return f' office:value-type="{kind}" office:value="{cell!r}"><text:p>{cell}</text:p>'
    return f' office:value-type="string"><text:p>{escape(str(cell))}</text:p>'
