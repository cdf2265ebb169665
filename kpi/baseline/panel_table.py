"""A panel's bytes as one table of columns: text, XLSX, XLS, ODS or Parquet look the same from here on.

A column of numbers is float64 with NaN for a blank; any other is an object array of trimmed text with "" for a blank.
NaN is a value in Parquet and polars, so it is made a blank here, once, before anybody counts or sorts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kpi.files import sandbox
from kpi.files.limits import FileLimits
from kpi.files.ole2 import MAGIC
from kpi.files.printable import cell_text
from kpi.files.text_file import decode_text
from kpi.files.workbook import CellFlag, Sheet, UnreadableFile, Workbook
from kpi.files.xls import open_xls
from kpi.files.xlsx import open_workbook

RowIndices = NDArray[np.intp]
PanelColumn = NDArray[np.float64] | NDArray[np.object_]
_SEPARATORS = ",\t;"
_ROW_LABELS = re.compile(r"__index_level_\d+__")


@dataclass(frozen=True, slots=True)
class PanelTable:
    """``header[c]`` names ``columns[c]``; ``rows[i]`` is the 1-based row, headers counted, of every column's i-th cell.

    ``ragged`` are 1-based rows with more cells than the header has; ``others`` are sheets that were not read.
    """

    sheet: str | None
    header: tuple[str, ...]
    rows: NDArray[np.int64]
    columns: tuple[PanelColumn, ...]
    ragged: tuple[int, ...] = ()
    others: tuple[str, ...] = ()
    flags: Mapping[tuple[int, int], CellFlag] = field(default_factory=dict)


def open_table(data: bytes, limits: FileLimits, cells: int, is_panel: Callable[[Sequence[str]], bool]) -> PanelTable:
    """The table of a file, told by its content and not by its name.

    ``is_panel`` says whether a header is the wanted one, for the choice among sheets. Raises ``UnreadableFile``.
    """
    if len(data) > limits.file_bytes:
        raise UnreadableFile("panel_too_large", what="bytes", found=len(data), limit=limits.file_bytes)
    try:
        if data.startswith(b"PAR1"):
            return _parquet(data, limits, cells)
        if data.startswith(b"PK"):
            return _workbook(open_workbook(data, limits), limits, is_panel)
        if data.startswith(MAGIC[:4]):
            return _workbook(open_xls(data, limits), limits, is_panel)
        return _text(data, limits, cells)
    except UnreadableFile as fault:
        raise UnreadableFile(_PANEL_CODE.get(fault.code, fault.code), **fault.params) from fault


def column_texts(column: PanelColumn) -> NDArray[np.object_]:
    """The cells as trimmed text, "" for a blank; a whole number without its ".0"."""
    if column.dtype != np.float64:
        return column.astype(object)
    return np.array(["" if number != number else cell_text(number) for number in column.tolist()], dtype=object)


def _parquet(data: bytes, limits: FileLimits, cells: int) -> PanelTable:
    rows, width, named = sandbox.read_parquet(data, limits, cells)
    _check_size(rows, width, limits, cells)
    # pandas stores its row labels beside the data; they are no column of anybody's.
    kept = [(name.strip(), column) for name, column in named if not _ROW_LABELS.fullmatch(name)]
    columns = tuple(_arrow_column(column, limits.cell_characters) for _, column in kept)
    return _without_blank_rows(None, [name for name, _ in kept], columns)


def _check_size(rows: int, columns: int, limits: FileLimits, cells: int) -> None:
    found = {"rows": (rows, limits.rows), "columns": (columns, limits.columns), "cells": (rows * columns, cells)}
    for what, (number, limit) in found.items():
        if number > limit:
            raise UnreadableFile("panel_too_large", what=what, found=number, limit=limit)


def _arrow_column(column: sandbox.ParquetColumn, most: int) -> PanelColumn:
    if isinstance(column, bytes):
        return np.frombuffer(column, dtype=np.float64).copy()
    different, which = column
    # -1 says that nothing stands there, and takes the last word.
    words = np.append(_trimmed(different, most), np.array([""], dtype=object))
    return words[np.frombuffer(which, dtype=np.int32)]


def _workbook(book: Workbook, limits: FileLimits, is_panel: Callable[[Sequence[str]], bool]) -> PanelTable:
    sheet = _chosen(book, is_panel)
    others = tuple(str(other.name) for other in book.sheets if other is not sheet and len(other.rows))
    width = max(map(len, sheet.rows))
    header, body = _split_header([[*row, *[""] * (width - len(row))] for row in sheet.rows])
    columns = tuple(_cells_column(cells, limits.cell_characters) for cells in zip(*body, strict=True)) if body else ()
    table = _without_blank_rows(sheet.name, header, columns or tuple(np.empty(0, object) for _ in range(width)))
    return PanelTable(table.sheet, table.header, table.rows, table.columns, (), others, sheet.flags)


_PANEL_CODE = {
    "unreadable_file": "panel_unreadable",
    "too_large": "panel_too_large",
    "too_many_sheets": "panel_too_large",
    "too_many_rows": "panel_too_large",
    "too_many_columns": "panel_too_large",
    "too_many_cells": "panel_too_large",
    "locked_file": "panel_unreadable",
    "unsafe_file": "panel_unsafe",
}


def _chosen(book: Workbook, is_panel: Callable[[Sequence[str]], bool]) -> Sheet:
    filled = [sheet for sheet in book.sheets if len(sheet.rows)]
    if not filled:
        raise UnreadableFile("panel_empty")
    return next((sheet for sheet in filled if is_panel(_split_header(sheet.rows)[0])), filled[0])


def _split_header(rows: Sequence[Sequence[object]]) -> tuple[list[str], Sequence[Sequence[object]]]:
    return [cell_text(cell).strip() for cell in rows[0]], rows[1:]


def _cells_column(cells: Sequence[object], most: int) -> PanelColumn:
    """Calamine gives numbers as floats and blanks as "": a column of nothing else is a column of numbers."""
    if all(type(cell) is float or cell == "" for cell in cells) and any(type(cell) is float for cell in cells):
        return np.array([np.nan if cell == "" else cell for cell in cells], dtype=np.float64)
    return _trimmed(cells, most)


def _trimmed(cells: Sequence[object], most: int) -> NDArray[np.object_]:
    """Blanks around and doubled blanks within are dropped; a panel's columns repeat, so each text is trimmed once.

    Of a text longer than ``most`` one character more is kept, so that it is seen to be: in a million rows it is
    compared a million times.
    """
    column = np.empty(len(cells), dtype=object)
    if set(map(type, cells)) == {str}:
        trimmed = {cell: " ".join(str(cell).split())[: most + 1] for cell in set(cells)}
        column[:] = [trimmed[cell] for cell in cells]
    else:
        column[:] = [" ".join(_written(cell).split())[: most + 1] for cell in cells]
    return column


def _written(cell: object) -> str:
    return "" if cell is None or cell != cell else cell_text(cell)


def _text(data: bytes, limits: FileLimits, cells: int) -> PanelTable:
    _, text = decode_text(data)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        header, told, ragged = _split(lines, limits, cells)
    except csv.Error as fault:
        raise UnreadableFile("unreadable_file") from fault
    columns = tuple(_trimmed(told[place :: len(header)], limits.cell_characters) for place in range(len(header)))
    table = _without_blank_rows(None, header, columns)
    return PanelTable(None, table.header, table.rows, table.columns, ragged)


def _split(reader: Iterator[list[str]], limits: FileLimits, most: int) -> tuple[list[str], list[str], tuple[int, ...]]:
    """Header, all cells row by row, and the 1-based rows with cells beyond the header.

    One flat list: a list kept for every row makes the garbage collector walk them all, over and over.
    """
    header = [cell.strip() for cell in next(reader, [])]
    width = len(header)
    if not width:
        raise UnreadableFile("panel_empty")
    _check_size(1, width, limits, most)
    cells: list[str] = []
    ragged: list[int] = []
    for row, line in enumerate(reader, 2):
        if len(line) != width:
            if any(cell.strip() for cell in line[width:]):
                ragged.append(row)
            line = (line + [""] * width)[:width]
        cells.extend(line)
        if row > limits.rows or len(cells) > most:
            _check_size(row, width, limits, most)
    return header, cells, tuple(ragged)


def _without_blank_rows(sheet: str | None, header: Sequence[str], columns: tuple[PanelColumn, ...]) -> PanelTable:
    count = len(columns[0]) if columns else 0
    filled = np.zeros(count, dtype=bool)
    for column in columns:
        filled |= ~blank_cells(column)
    rows = np.arange(2, count + 2, dtype=np.int64)
    if filled.all():
        return PanelTable(sheet, tuple(header), rows, columns)
    return PanelTable(sheet, tuple(header), rows[filled], tuple(column[filled] for column in columns))


def blank_cells(column: PanelColumn) -> NDArray[np.bool_]:
    """Which cells say nothing."""
    if column.dtype == np.float64:
        return np.isnan(column.astype(np.float64))
    return np.asarray(column == "", dtype=bool)
