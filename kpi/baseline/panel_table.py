"""A panel's bytes as one table of columns: text, XLSX, XLS, ODS or Parquet look the same from here on.

A column of numbers is float64 with NaN for a blank; any other is an object array of trimmed text with "" for a blank.
NaN is a value in Parquet and polars, so it is made a blank here, once, before anybody counts or sorts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from kpi.baseline.header_row import FOUND, HEADER_WITHIN, Likeness, Opening, header_at, likest, row_words, second_row
from kpi.baseline.panel_header import HeaderMeaning, header_meaning, kpi_named, nearest_kpi_name
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import match_kpi
from kpi.catalogue.schema import Kpi
from kpi.files import sandbox
from kpi.files.limits import FileLimits
from kpi.files.text import cell_text, decode_text
from kpi.files.workbook import CellFlag, MergedRange, Sheet, UnreadableFile, Workbook
from kpi.files.xls import MAGIC, open_xls
from kpi.files.xlsx import open_workbook
from kpi.intake.cells import hidden_content, shown_content, with_merged_texts
from kpi.intake.problems import Fault, Reading, fault_in_table, fault_of_sheet

RowIndices = NDArray[np.intp]
PanelColumn = NDArray[np.float64] | NDArray[np.object_]
_SEPARATORS = ",\t;"
_ROW_LABELS = re.compile(r"__index_level_\d+__")


@dataclass(frozen=True, slots=True)
class PanelTable:
    """``header[c]`` names ``columns[c]``; ``rows[i]`` is the 1-based row, headers counted, of every column's i-th cell.

    ``ragged`` are 1-based rows with more cells than the header has; ``others`` are sheets, ``above`` filled rows before
    the header with their words, that were not read. ``encoding`` is that of a text. ``nulls[c]`` counts the cells of
    ``columns[c]`` that are null or NaN in a file that knows such cells; empty where it does not. ``hidden`` names
    hidden rows and columns with content, which are not read.
    """

    sheet: str | None
    header: tuple[str, ...]
    rows: NDArray[np.int64]
    columns: tuple[PanelColumn, ...]
    ragged: tuple[int, ...] = ()
    others: tuple[str, ...] = ()
    flags: Mapping[tuple[int, int], CellFlag] = field(default_factory=dict)
    header_row: int = 1
    above: Mapping[int, str] = field(default_factory=dict)
    encoding: str | None = None
    nulls: tuple[int, ...] = ()
    hidden: tuple[str, str] = ("", "")
    merged: tuple[MergedRange, ...] = ()


def open_table(data: bytes, limits: FileLimits, cells: int, likeness: Likeness, how: Opening = FOUND) -> PanelTable:
    """The table of a file, recognised by its content and not by its name.

    ``likeness`` is for the choice among sheets and rows. Raises ``UnreadableFile``.
    """
    if len(data) > limits.file_bytes:
        raise UnreadableFile("panel_too_large", what="bytes", found=len(data), limit=limits.file_bytes)
    try:
        if data.startswith(b"PAR1"):
            return _parquet(data, limits, cells)
        if data.startswith(b"PK"):
            return _workbook(open_workbook(data, limits), limits, likeness, how)
        if data.startswith(MAGIC[:4]):
            return _workbook(open_xls(data, limits), limits, likeness, how)
        return _text(data, limits, cells, likeness, how)
    except UnreadableFile as fault:
        raise panel_fault(fault) from fault


def panel_fault(fault: UnreadableFile) -> UnreadableFile:
    """The same fault by its code for panels."""
    return UnreadableFile(_PANEL_CODE.get(fault.code, fault.code), **fault.params)


def column_texts(column: PanelColumn) -> NDArray[np.object_]:
    """The cells as trimmed text, "" for a blank; a whole number without its ".0"."""
    if column.dtype != np.float64:
        return column.astype(object)
    return np.array(["" if number != number else cell_text(number) for number in column.tolist()], dtype=object)


def _parquet(data: bytes, limits: FileLimits, cells: int) -> PanelTable:
    rows, width, named = sandbox.read_parquet(data, limits, cells)
    _check_size(rows, width, limits, cells)
    return parquet_table(named, limits)


def parquet_table(
    named: Sequence[tuple[str, sandbox.ParquetColumn]], limits: FileLimits, before: int = 0
) -> PanelTable:
    """The table of columns that were read; ``before`` is how many rows of the file stand before them."""
    # pandas stores its row labels beside the data; they are no column of anybody's.
    kept = [(name.strip(), column) for name, column in named if not _ROW_LABELS.fullmatch(name)]
    columns = tuple(_arrow_column(column, limits.cell_characters) for _, column in kept)
    nulls = [_nulls(column) for _, column in kept]
    table = _without_blank_rows(1, [name for name, _ in kept], columns)
    counted = tuple(int(cells[table.rows - 2].sum()) for cells in nulls)
    return replace(table, rows=table.rows + before, nulls=counted)


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


def _nulls(column: sandbox.ParquetColumn) -> NDArray[np.bool_]:
    if isinstance(column, bytes):
        return np.isnan(np.frombuffer(column, dtype=np.float64))
    return np.asarray(np.frombuffer(column[1], dtype=np.int32) < 0, dtype=bool)


def _workbook(book: Workbook, limits: FileLimits, likeness: Likeness, how: Opening) -> PanelTable:
    sheet = _chosen(book, likeness, how)
    others = tuple(str(other.name) for other in book.sheets if other is not sheet and len(other.rows))
    hidden, shown = hidden_content(sheet), shown_content(sheet)
    at = header_at(shown.rows[: max(how.header_row or 0, HEADER_WITHIN)], likeness, how)
    sheet = with_merged_texts(shown, at + 1)
    width = max(map(len, sheet.rows))
    first, *body = [[*row, *[""] * (width - len(row))] for row in sheet.rows[at:]]
    names, more = row_words(first), second_row(row_words(first), row_words(body[0]) if body else [])
    if more:
        names, body = more, body[1:]
    columns = tuple(_cells_column(cells, limits.cell_characters) for cells in zip(*body, strict=True)) if body else ()
    columns = columns or tuple(np.empty(0, object) for _ in range(width))
    table = replace(_without_blank_rows(at + (2 if more else 1), names, columns), header_row=at + 1)
    above = _filled(sheet.rows[:at])
    return replace(
        table, sheet=sheet.name, others=others, flags=sheet.flags, above=above, hidden=hidden, merged=sheet.meta.merged
    )


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


def _chosen(book: Workbook, likeness: Likeness, how: Opening) -> Sheet:
    filled = [sheet for sheet in book.sheets if len(sheet.rows)]
    if how.sheet is not None:
        filled = [sheet for sheet in filled if sheet.name == how.sheet]
        if not filled:
            raise UnreadableFile("panel_no_sheet", name=how.sheet)
    if not filled:
        raise UnreadableFile("panel_empty")
    return max(filled, key=lambda sheet: likest(sheet.rows, likeness)[1])  # of equal ones the first


def _filled(rows: Sequence[Sequence[object]]) -> dict[int, str]:
    return {row: words for row, cells in enumerate(rows, 1) if (words := " ".join(filter(None, row_words(cells))))}


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


def _text(data: bytes, limits: FileLimits, cells: int, likeness: Likeness, how: Opening) -> PanelTable:
    encoding, text = _decoded(data, how)
    first = "".join(text.lstrip("\r\n").split("\n", HEADER_WITHIN)[:HEADER_WITHIN])
    separator = max(_SEPARATORS, key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        begin = list(islice(lines, max(how.header_row or 0, HEADER_WITHIN)))
        at = header_at(begin, likeness, how)
        header, texts, ragged = _split(chain(begin[at:], lines), at + 1, limits, cells)
    except csv.Error as fault:
        raise UnreadableFile("unreadable_file") from fault
    columns = tuple(_trimmed(texts[place :: len(header)], limits.cell_characters) for place in range(len(header)))
    table = _without_blank_rows(at + 1, header, columns)
    return replace(table, ragged=ragged, above=_filled(begin[:at]), encoding=encoding)


def _decoded(data: bytes, how: Opening) -> tuple[str, str]:
    if how.encoding is None:
        return decode_text(data)
    if not how.certain and _is_utf_8(data):
        # What a recipe for another file says of this one would make other characters of them.
        return decode_text(data)
    try:
        return how.encoding, data.decode(how.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        raise UnreadableFile("panel_other_encoding", encoding=how.encoding) from fault


def _is_utf_8(data: bytes) -> bool:
    """Not by chance: other encodings of Chinese are hardly ever valid in it."""
    try:
        return not data.decode("utf-8").isascii() and b"\0" not in data
    except UnicodeDecodeError:
        return False


def _split(
    reader: Iterator[list[str]], header_row: int, limits: FileLimits, most: int
) -> tuple[list[str], list[str], tuple[int, ...]]:
    """Header, all cells row by row, and the 1-based rows with cells beyond the header.

    One flat list: a list kept for every row makes the garbage collector walk them all, over and over.
    """
    first = next(reader, [])
    width = len(first)
    if not width:
        raise UnreadableFile("panel_empty")
    _check_size(1, width, limits, most)
    header = row_words(first)
    cells: list[str] = []
    ragged: list[int] = []
    for row, line in enumerate(reader, header_row + 1):
        if len(line) != width:
            if any(cell.strip() for cell in line[width:]):
                ragged.append(row)
            line = (line + [""] * width)[:width]
        cells.extend(line)
        if row > limits.rows or len(cells) > most:
            _check_size(row, width, limits, most)
    return header, cells, tuple(ragged)


def _without_blank_rows(header_row: int, header: Sequence[str], columns: tuple[PanelColumn, ...]) -> PanelTable:
    count = len(columns[0]) if columns else 0
    filled = np.zeros(count, dtype=bool)
    for column in columns:
        filled |= ~blank_cells(column)
    rows = np.arange(header_row + 1, header_row + count + 1, dtype=np.int64)
    if not filled.all():
        rows, columns = rows[filled], tuple(column[filled] for column in columns)
    return PanelTable(None, tuple(header), rows, columns, header_row=header_row)


def blank_cells(column: PanelColumn) -> NDArray[np.bool_]:
    """Which cells say nothing."""
    if column.dtype == np.float64:
        return np.isnan(column.astype(np.float64))
    return np.asarray(column == "", dtype=bool)


# What a sheet of a panel or a register hides, merges or has not worked out: a blank left behind would say what nobody
# said.


_NOT_WRITTEN = {"error": "panel_error_cell", "formula": "panel_formula_not_computed"}


def check_left_out(table: PanelTable, width: int) -> Iterator[Fault]:
    """Cells right of the header's ``width`` columns, and other sheets: neither is read."""
    for row in table.ragged:
        yield fault_in_table("panel_extra_cells", (table.sheet, row, width, None))
    for sheet in table.others:
        yield fault_of_sheet(sheet, "panel_other_sheet")


def check_unseen_cells(table: PanelTable, columns: Iterable[int]) -> Iterator[Fault]:
    """Hidden content, which is not read, and cells left blank below a merged one.

    ``columns`` are the 0-based ones in which a blank is no fault of its own: not reported, or belonging to none.
    """
    hidden_rows, hidden_columns = table.hidden
    if hidden_rows:
        yield fault_of_sheet(table.sheet, "panel_hidden_rows", rows=hidden_rows)
    if hidden_columns:
        yield fault_of_sheet(table.sheet, "panel_hidden_columns", columns=hidden_columns)
    sought = frozenset(columns)
    blocks = [
        (top, left, bottom, covered)
        for top, left, bottom, right in table.merged
        if top >= table.header_row and (covered := sought.intersection(range(left, right + 1)))
    ]
    begins = np.searchsorted(table.rows, [top + 1 for top, *_ in blocks]).tolist()
    ends = np.searchsorted(table.rows, [bottom + 2 for _, _, bottom, _ in blocks]).tolist()
    for (top, left, _, covered), begin, end in zip(blocks, begins, ends, strict=True):
        if begin == end or table.rows[begin] != top + 1:
            continue
        shown = column_texts(table.columns[left][begin : begin + 1])[0]
        if shown and any(blank_cells(table.columns[column][begin:end]).any() for column in covered):
            yield fault_in_table("panel_merged_cells", (table.sheet, top + 1, left, shown))


def check_not_written(table: PanelTable, columns: Iterable[int]) -> Iterator[Fault]:
    """Formulas that give nothing, in ``columns`` where a blank is an answer."""
    sought, place = frozenset(columns), {row: at for at, row in enumerate(table.rows.tolist())}
    for (row, column), flag in sorted(table.flags.items()):
        if column in sought and flag.kind in _NOT_WRITTEN and row + 1 in place:
            shown = column_texts(table.columns[column])[place[row + 1]]
            yield fault_in_table(_NOT_WRITTEN[flag.kind], (table.sheet, row + 1, column, shown))


# Which column of a panel, or of a register beside it, is what. A panel is long, or wide: KPIs by any certain name.


_LONG = ("kpi", "value", "basis")


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """0-based columns by name. ``values`` and ``bases`` are KPI -> column in the wide form, empty in the long.

    ``meanings`` is what each header says. ``confirmed``: somebody has said of this very file how it is read. What
    then stands in brackets behind a KPI's name was seen, and is no question again.
    """

    named: Mapping[str, int]
    values: Mapping[str, int]
    bases: Mapping[str, int]
    meanings: tuple[HeaderMeaning, ...] = ()
    confirmed: bool = False

    @property
    def long(self) -> bool:
        return not self.values

    def kpi_named(self, text: str) -> Kpi | None:
        """The KPI of a cell of the long form."""
        return kpi_named(text) or (match_kpi(text) if self.confirmed else None)

    def code_named(self, text: str) -> str:
        """Its code, or the text itself."""
        kpi = self.kpi_named(text)
        return kpi.code if kpi else text


NO_LAYOUT = PanelLayout({}, {}, {})
"""That of a table which is not known yet."""


def panel_layout(table: PanelTable, region: str, confirmed: bool = False) -> Reading[PanelLayout]:
    """The columns of a table; every column that is missing, unknown or there twice is a fault."""
    meanings = _meanings(table.header, confirmed)
    named: dict[str, int] = {}
    values: dict[str, int] = {}
    bases: dict[str, int] = {}
    for column, (name, meaning) in enumerate(zip(table.header, meanings, strict=True)):
        if meaning.holds is None:
            yield from _unknown(table, column, name)
            continue
        code, basis, _ = meaning.holds.partition("_basis")
        target, key = (bases, code) if basis else (values, code) if _is_kpi(code) else (named, meaning.holds)
        if key in target:
            yield fault_in_table("panel_repeated_column", (table.sheet, table.header_row, column, name))
        else:
            target[key] = column
    found = PanelLayout(named, values, bases, meanings, confirmed)
    for name in missing_columns(found, region):
        yield fault_of_sheet(table.sheet, "panel_missing_column", row=table.header_row, name=name)
    return found


def _meanings(header: Sequence[str], confirmed: bool) -> tuple[HeaderMeaning, ...]:
    """What each header says, beside the others: a table has a column a KPI, or one of KPIs and one of values."""
    read = [header_meaning(name) if name else HeaderMeaning() for name in header]
    if confirmed:
        read = [_as_seen(name, meaning) for name, meaning in zip(header, read, strict=True)]
    wide = any(_is_kpi(meaning.holds) for meaning in read)
    if wide or not any(meaning.holds in ("kpi", "value") for meaning in read):
        read = [HeaderMeaning() if meaning.holds in _LONG else meaning for meaning in read]
    return tuple(_beside_its_neighbours(read, at) for at in range(len(read)))


def _as_seen(name: str, meaning: HeaderMeaning) -> HeaderMeaning:
    kpi = match_kpi(name) if name and meaning.holds is None else None
    return replace(meaning, holds=kpi.code) if kpi else meaning


def _beside_its_neighbours(read: Sequence[HeaderMeaning], at: int) -> HeaderMeaning:
    """A name that is merely like a KPI's, where the notice's order has that KPI too."""
    meaning = read[at]
    if "similar" not in meaning.grounds or not _is_kpi(meaning.proposal):
        return meaning
    number = catalogue().kpi(str(meaning.proposal)).number
    before = next((header.holds for header in reversed(read[:at]) if _is_kpi(header.holds)), None)
    after = next((header.holds for header in read[at + 1 :] if _is_kpi(header.holds)), None)
    beside = [catalogue().kpi(code).number for code in (before, after) if code]
    here = (before is None or beside[0] == number - 1) and (after is None or beside[-1] == number + 1)
    return meaning.with_ground("position") if beside and here else meaning


def _is_kpi(code: str | None) -> bool:
    return any(kpi.code == code for kpi in catalogue().kpis)


def _unknown(table: PanelTable, column: int, name: str) -> Iterator[Fault]:
    # A column without a name and without a cell is what spreadsheets leave behind a deleted one.
    if name or (table.columns[column].astype(str) != "").any():
        cell = table.sheet, table.header_row, column, name
        yield fault_in_table("panel_unknown_column", cell, nearest=nearest_kpi_name(name))


def missing_columns(found: PanelLayout, region: str) -> list[str]:
    """The columns of the format that a table lacks, each by the name it would have."""
    long = any(word in found.named for word in ("kpi", "value"))
    needed = ["credit_code", "group", "industry"]
    if region == catalogue().notice.region.zh:
        needed.append("body")
    if long:
        needed += _LONG
    absent = [name for name in needed if name not in found.named]
    absent += [f"{code}_basis" for code in found.values if catalogue().kpi(code).bases and code not in found.bases]
    absent += [code for code in found.bases if code not in found.values]
    if not long and not found.values:
        absent += _LONG
    return absent


def named_columns(
    table: PanelTable,
    meaning: Callable[[str], str | None],
    needed: Iterable[str],
    unknown: str,
    **params: str,
) -> Reading[dict[str, int]]:
    """The columns of a small register beside a panel, 0-based, by what they hold.

    Every column that is missing, unknown or there twice is a fault.

    ``meaning`` gives what a header names; ``unknown`` and ``params`` are the fault of a header that names nothing.
    """
    yield from check_left_out(table, len(table.header))
    columns: dict[str, int] = {}
    for column, name in enumerate(table.header):
        word = meaning(name)
        if word is None:
            yield fault_in_table(unknown, (table.sheet, table.header_row, column, name), **params)
        elif word in columns:
            yield fault_in_table("panel_repeated_column", (table.sheet, table.header_row, column, name))
        else:
            columns[word] = column
    for name in needed:
        if name not in columns:
            yield fault_of_sheet(table.sheet, "panel_missing_column", row=table.header_row, name=name)
    blank_is_said = [columns[name] for name in ("group", "groups") if name in columns]
    yield from check_unseen_cells(table, blank_is_said)
    yield from check_not_written(table, blank_is_said)
    return columns
