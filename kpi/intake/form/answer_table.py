"""An answer sheet as rows: the header found wherever it stands, its columns by name, every cell with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi.files.printable import cell_text
from kpi.files.workbook import CellValue, Sheet
from kpi.intake.freeform.header_matching import IDENTITY, classify
from kpi.intake.grid import checked_cell
from kpi.intake.problem_collector import ProblemCollector, SourceCell, source_cell
from kpi.intake.settings import comparable_word, vocabulary

FORM_COLUMNS = ("value", "basis", "before", "after", "note")


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
        return all(one.blank and not one.broken for one in (self.value, self.basis, self.before, self.after, self.note))


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
    said = [classify(raw) for raw in cells if isinstance(raw, str)]
    has_units = any(one.part == "unit" for one in said) and "basis" not in columns
    return not has_units and not any(one.item in IDENTITY for one in said)


def form_rows(sheet: Sheet, header: FormHeader, faults: ProblemCollector) -> Iterator[FormRow]:
    """The filled rows below the header; broken cells are reported here, once, and come back broken."""
    for index in range(header.row + 1, len(sheet.rows)):
        if sheet.name is None:
            _check_width(sheet, header, index, faults)
        cells = {column: _checked(sheet, header, index, column, faults) for column in ("item", *FORM_COLUMNS)}
        if any(not one.blank or one.broken for one in cells.values()):
            yield FormRow(**cells)


def _check_width(sheet: Sheet, header: FormHeader, index: int, faults: ProblemCollector) -> None:
    """In a text file more cells than the header has mean an unquoted comma: "1,234" has fallen in two."""
    width = len(sheet.rows[header.row])
    extra = next((place for place in range(width, len(sheet.rows[index])) if _filled(sheet.rows[index][place])), None)
    if extra is not None:
        faults.at(source_cell(faults.file, sheet, index, extra), "extra_cells", columns=width)


def _filled(raw: CellValue) -> bool:
    return bool(cell_text(raw).strip())


def _checked(sheet: Sheet, header: FormHeader, index: int, column: str, faults: ProblemCollector) -> SourceCell:
    place = header.columns.get(column)
    if place is None:
        return source_cell(faults.file, sheet, index, None).at_column(header.columns["value"])
    return checked_cell(source_cell(faults.file, sheet, index, place), sheet.oddities.get((index, place)), faults)
