"""A sheet seen so that its items stand across: as it is, or turned, with every cell knowing its true place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from kpi.files.text import cell_text, is_blank, is_forbidden, number_ranges
from kpi.files.workbook import CellFlag, CellValue, Sheet, column_letter
from kpi.intake.problems import Fault, Reading, SourceCell, SourceFile, fault_at, fault_of_sheet
from kpi.model.application import CellReference

# A sheet seen so that its items stand across: as it is, or turned, with every cell knowing its true place.


class Grid:
    """``rows`` are the sheet's rows, or its columns where ``turned``. Lines and places are 0-based in that view."""

    def __init__(self, sheet: Sheet, turned: bool, file: SourceFile) -> None:
        self.sheet, self.turned, self.file = sheet, turned, file
        self.rows = list(zip_longest(*sheet.rows)) if turned else sheet.rows
        self.width = max(map(len, self.rows), default=0)
        self.flags = {(c, r): flag for (r, c), flag in sheet.flags.items()} if turned else sheet.flags
        merged = sheet.meta.merged
        self.merged = tuple((b, a, d, c) for a, b, c, d in merged) if turned else merged
        self._origins = {
            (row, column): (first, left)
            for first, left, last, right in self.merged
            for row in range(first, last + 1)
            for column in range(left, right + 1)
        }
        self._letters = [column_letter(place) for place in range(max(self.width, len(self.rows)))]

    def upright(self) -> Grid:
        """The same sheet as its file has it."""
        return Grid(self.sheet, False, self.file) if self.turned else self

    def raw(self, row: int, column: int) -> CellValue:
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else None

    def blank(self, row: int, column: int) -> bool:
        return is_blank(self.raw(row, column))

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """Where the content of a cell stands that is merged into others; its own place otherwise."""
        return self._origins.get((row, column), (row, column))

    def text(self, row: int, column: int) -> str:
        """What a reader sees at a place: the content of the block it is merged into."""
        return cell_text(self.raw(*self.origin(row, column))).strip()

    def cell(self, row: int, column: int) -> CellReference:
        true_row, true_column = (column, row) if self.turned else (row, column)
        return CellReference(self.file.name, self.sheet.name, true_row + 1, self._letters[true_column])

    def spot(self, row: int, column: int) -> SourceCell:
        """A cell as it stands, unchecked: for a header."""
        return SourceCell(self.cell(row, column), self.raw(row, column))

    def checked(self, row: int, column: int) -> Reading[SourceCell]:
        """A cell of data, or its place alone, broken, where an error or what must not stand there is found."""
        cell, flag = self.spot(row, column), self.flags.get((row, column))
        found = _broken(cell, flag, self.file.limits.cell_characters)
        if found:
            yield found
            return cell.out_of_use()
        return cell.shown_as_percent() if flag else cell


def _broken(cell: SourceCell, flag: CellFlag | None, most: int) -> Fault | None:
    """What makes a cell unusable: an error, a formula without a result, forbidden characters, too long a text."""
    text = cell_text(cell.raw)
    if flag and flag.kind == "error":
        return fault_at(cell.holding(flag.text), "error_cell")
    if flag and flag.kind == "formula":
        return fault_at(cell, "formula_not_computed")
    if not text.isprintable() and (forbidden := {letter for letter in text if is_forbidden(letter)}):
        numbers = sorted(f"U+{ord(letter):04X}" for letter in forbidden)
        return fault_at(cell, "forbidden_characters", characters=", ".join(numbers))
    if len(text) > most:
        return fault_at(cell, "cell_too_long", found=len(text), limit=most)
    return None


# Numbers as people write them: full-width digits, thousands commas, a percent sign. Nothing else is guessed.
#
# Full width alone is turned into its plain form. Unicode's own folding would go further, and read 10² as 102.


_NUMBER = re.compile(r"[+-]?(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Minus sign, small hyphen, en dash; small percent sign; the blanks of Chinese text and of copied web pages.
_PLAIN = _FULL_WIDTH | str.maketrans({"−": "-", "﹣": "-", "–": "-", "﹪": "%", "\u3000": " ", "\xa0": " "})

LARGEST = 2.0**53
"""The largest whole number that a float can tell from every other below it. No KPI comes near, and up to it sums of
squares of a whole panel stay finite: lines and rounding can be worked out."""


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number read, with the decimals its sender wrote: 12.50 has two."""

    value: float
    decimals: int


def plain_width(text: str) -> str:
    """Full-width characters, minus signs and blanks in their plain form."""
    return text.translate(_PLAIN)


def parse_number(raw: CellValue, percent_sign: bool) -> ParsedNumber | None:
    """``raw`` as a finite number, or None: text, a date, a truth value, NaN and infinity are no numbers.

    ``percent_sign`` says whether a trailing % belongs to the unit ("12.5%" is 12.5).
    """
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        # A whole float prints as "92.0" though its sender wrote 92.
        return _parsed(float(raw), repr(raw).removesuffix(".0")) if math.isfinite(raw) else None
    if not isinstance(raw, str):
        return None
    text = plain_width(raw).strip()
    if percent_sign and text.endswith("%"):
        text = text[:-1].rstrip()
    if not text.isascii() or not _NUMBER.fullmatch(text):
        return None
    plain = text.replace(",", "")
    value = float(plain)
    return _parsed(value, plain) if math.isfinite(value) else None


def tolerance(parsed: ParsedNumber, against: float) -> float:
    """How far a stated value may be from a computed one: half a unit of its last decimal, and a float's own noise."""
    return 0.5 * 10.0**-parsed.decimals + 1e-9 * max(1.0, abs(against))


def _parsed(value: float, text: str) -> ParsedNumber:
    exponent = Decimal(text).as_tuple().exponent
    return ParsedNumber(value + 0.0, max(0, -int(exponent)))  # "-0" is nought: the sum has no sign


# What a workbook hides is not read: its sender does not see it. Where something stands there, that is reported.


def without_hidden(sheet: Sheet) -> Reading[Sheet]:
    """``sheet`` with its hidden rows and columns blank; every other cell keeps its place."""
    rows, columns = hidden_content(sheet)
    if rows:
        yield fault_of_sheet(sheet.name, "hidden_rows", rows=rows)
    if columns:
        yield fault_of_sheet(sheet.name, "hidden_columns", columns=columns)
    return shown_content(sheet)


def hidden_content(sheet: Sheet) -> tuple[str, str]:
    """Hidden rows, and hidden columns, in which something stands: "5–7, 9" and "B", each "" for none."""
    rows, columns = sheet.meta.hidden_rows, sheet.meta.hidden_columns
    if not rows and not columns:
        return "", ""
    used_rows = [row for row in sorted(rows) if row < len(sheet.rows) and _filled(sheet.rows[row])]
    shown = [row for place, row in enumerate(sheet.rows) if place not in rows]
    used_columns = [column for column in sorted(columns) if _filled(row[column] for row in shown if column < len(row))]
    return _ranges(used_rows, lambda place: str(place + 1)), _ranges(used_columns, column_letter)


def shown_content(sheet: Sheet) -> Sheet:
    """``sheet`` without its hidden content, of which nothing is reported."""
    rows, columns = sheet.meta.hidden_rows, sheet.meta.hidden_columns
    if not rows and not columns:
        return sheet
    seen = [[] if place in rows else _blanked(row, columns) for place, row in enumerate(sheet.rows)]
    flags = {at: flag for at, flag in sheet.flags.items() if at[0] not in rows and at[1] not in columns}
    return replace(sheet, rows=seen, meta=replace(sheet.meta, flags=flags))


def _filled(cells: Iterable[CellValue]) -> bool:
    return not all(map(is_blank, cells))


def _blanked(row: Sequence[CellValue], columns: Collection[int]) -> Sequence[CellValue]:
    return [None if place in columns else raw for place, raw in enumerate(row)] if columns else row


def _ranges(places: Iterable[int], name: Callable[[int], str]) -> str:
    """5–7, 9."""
    runs = number_ranges(places)
    return ", ".join(name(first) if first == last else f"{name(first)}–{name(last)}" for first, last in runs)


# Cells merged over several rows of a list: a text holds for each of them, as a reader sees it.
#
# The file keeps the content in the first cell alone. A number is not repeated: whose it is cannot be known.


def with_merged_texts(sheet: Sheet, first: int = 1) -> Sheet:
    """``sheet`` with texts merged over rows from the 0-based ``first`` on in each row that holds anything else."""
    blocks = [block for block in sheet.meta.merged if block[0] >= first and block[2] > block[0]]
    if not blocks:
        return sheet
    rows = [list(row) for row in sheet.rows]
    filled = [not all(map(is_blank, row)) for row in rows]
    for top, left, bottom, _ in blocks:
        raw = _raw(rows, top, left)
        if not isinstance(raw, str) or is_blank(raw) or parse_number(raw, percent_sign=True):
            continue
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if filled[row]:
                rows[row] += [None] * (left + 1 - len(rows[row]))
                rows[row][left] = raw
    return replace(sheet, rows=rows)


def _raw(rows: list[list[CellValue]], row: int, column: int) -> CellValue:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


# In a text file more cells than the header has mean an unquoted comma: "1,234" has fallen in two.


def check_stray_separators(grid: Grid, width: int, rows: Iterable[int]) -> Iterator[Fault]:
    """The first cell of each 0-based row that stands right of ``width`` columns; a workbook cannot slip so."""
    if grid.sheet.name is not None or not width:
        return
    flat = grid.upright()
    for row in rows:
        extra = next((at for at in range(width, len(flat.rows[row])) if not flat.blank(row, at)), None)
        if extra is not None:
            yield fault_at(flat.spot(row, extra), "extra_cells", columns=width)


def filled_width(grid: Grid, rows: Iterable[int]) -> int:
    """Up to which column the fullest of the sheet's 0-based rows is filled; 0 in a workbook."""
    if grid.sheet.name is not None:
        return 0
    flat = grid.upright()
    return max((at + 1 for row in rows for at in range(len(flat.rows[row])) if not flat.blank(row, at)), default=0)


# Numbers in a column without a header: whose they are cannot be known, and they must not go missing in silence.


def check_headless_numbers(
    grid: Grid, places: Iterable[int], header: Sequence[int], lines: Sequence[int]
) -> Iterator[Fault]:
    """The first number of each 0-based place that has nothing above it in the lines of ``header``.

    Beyond the header of a text file stand cells that have slipped: see ``check_stray_separators``.
    """
    end = (0 if grid.turned else filled_width(grid, header)) or grid.width
    for place in places:
        if place >= end or any(grid.text(line, place) for line in header):
            continue
        line = next((line for line in lines if parse_number(grid.raw(line, place), percent_sign=True)), None)
        if line is not None:
            yield fault_at(grid.spot(line, place), "missing_header")
