"""An answer sheet as rows: the header found wherever it stands, its columns by name, every cell with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi.files.workbook import CellValue, Sheet
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.cells import Grid, check_headless_numbers, check_stray_separators, filled_width, parse_number
from kpi.intake.freeform.headers import IDENTITY, classify
from kpi.intake.problems import Fault, Reading, SourceCell, all_of, fault_at
from kpi.intake.settings import comparable_word, vocabulary

_READ_PAST = ("beside", "item", "unit", "note")


@dataclass(frozen=True, slots=True)
class FormHeader:
    """Where an answer sheet's header stands: 0-based row, and 0-based column of each name."""

    row: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FormRow:
    """One item as answered. A column that the table lacks gives blank cells at the item's own column."""

    item: SourceCell
    value: SourceCell
    basis: SourceCell
    before: SourceCell
    after: SourceCell
    note: SourceCell

    @property
    def unanswered(self) -> bool:
        return all(
            item.blank and not item.broken for item in (self.value, self.basis, self.before, self.after, self.note)
        )


def find_header(sheet: Sheet) -> FormHeader | None:
    """The first row that names at least the columns without which there is no answer sheet."""
    known, needed = vocabulary().columns, vocabulary().needed
    for index, cells in enumerate(sheet.rows):
        columns: dict[str, int] = {}
        for place, raw in enumerate(cells):
            column = known.get(comparable_word(raw)) if isinstance(raw, str) else None
            if column:
                columns.setdefault(column, place)
        if all(column in columns for column in needed) and _is_ours(cells, columns):
            return FormHeader(index, columns)
    return None


def _is_ours(cells: Sequence[CellValue], columns: Mapping[str, int]) -> bool:
    """A header of our words and yet a table of another making: factories beside the items, or units without a basis."""
    matches = [classify(raw) for raw in cells if isinstance(raw, str)]
    has_units = any(match_.part == "unit" for match_ in matches) and "basis" not in columns
    return not has_units and not any(match_.item in IDENTITY for match_ in matches)


def form_rows(grid: Grid, header: FormHeader) -> Reading[list[FormRow]]:
    """The filled rows below the header; what makes a cell broken is found here, once."""
    rows = range(header.row + 1, len(grid.rows))
    yield from check_stray_separators(grid, filled_width(grid, [header.row]), rows)
    yield from check_headless_numbers(grid, range(header.columns["item"] + 1, grid.width), [header.row], rows)
    yield from _check_other_columns(grid, header, rows)
    filled: list[FormRow] = []
    for row in rows:
        cells = yield from all_of(_checked(grid, header, row, column) for column in ("item", *ANSWER_FIELDS))
        if any(not cell.blank or cell.broken for cell in cells):
            filled.append(FormRow(*cells))
    return filled


def _check_other_columns(grid: Grid, header: FormHeader, rows: Sequence[int]) -> Iterator[Fault]:
    """A second column of values, and numbers below any other header than one that is read past."""
    for place in sorted(set(range(grid.width)) - set(header.columns.values())):
        text = grid.text(header.row, place)
        part = vocabulary().columns.get(comparable_word(text)) or classify(text).part
        if not text or part in _READ_PAST or not any(_is_number(grid.raw(row, place)) for row in rows):
            continue
        code = "duplicate_header" if part in header.columns else "header_not_read"
        yield fault_at(grid.spot(header.row, place), code, name=text)


def _is_number(raw: CellValue) -> bool:
    return parse_number(raw, percent_sign=True) is not None


def _checked(grid: Grid, header: FormHeader, row: int, column: str) -> Reading[SourceCell]:
    place = header.columns.get(column)
    if place is None:
        return grid.spot(row, header.columns["value"]).holding(None)
    return (yield from grid.checked(row, place))
