"""An answer sheet as rows: the header found wherever it stands, its columns by name, every cell with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi.files.printable import written
from kpi.files.workbook import Raw, Sheet
from kpi.intake.freeform.grid import checked
from kpi.intake.freeform.header_matching import IDENTITY, say
from kpi.intake.problem_collector import Faults, Spot, spot
from kpi.intake.settings import plain, vocabulary

ANSWERS = ("value", "basis", "before", "after", "note")


@dataclass(frozen=True, slots=True)
class Header:
    """Where an answer sheet's header stands: 0-based row, and 0-based column of each name."""

    row: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One item as answered. A column that the table lacks gives blank cells at the item's own column."""

    item: Spot
    value: Spot
    basis: Spot
    before: Spot
    after: Spot
    note: Spot

    @property
    def unanswered(self) -> bool:
        return all(one.blank and not one.broken for one in (self.value, self.basis, self.before, self.after, self.note))


def find_header(sheet: Sheet) -> Header | None:
    """The first row that names at least the columns without which there is no answer sheet."""
    known, needed = vocabulary().columns, vocabulary().needed
    for index, cells in enumerate(sheet.rows):
        columns: dict[str, int] = {}
        for place, raw in enumerate(cells):
            column = known.get(plain(raw)) if isinstance(raw, str) else None
            if column:
                columns.setdefault(column, place)
        if all(column in columns for column in needed) and _is_ours(cells, columns):
            return Header(index, columns)
    return None


def _is_ours(cells: Sequence[Raw], columns: Mapping[str, int]) -> bool:
    """A header of our words and yet a table of another making: factories beside the items, or units without a basis."""
    said = [say(raw) for raw in cells if isinstance(raw, str)]
    has_units = any(one.part == "unit" for one in said) and "basis" not in columns
    return not has_units and not any(one.item in IDENTITY for one in said)


def rows(sheet: Sheet, header: Header, faults: Faults) -> Iterator[Row]:
    """The filled rows below the header; broken cells are reported here, once, and come back broken."""
    for index in range(header.row + 1, len(sheet.rows)):
        if sheet.name is None:
            _check_width(sheet, header, index, faults)
        cells = {column: _checked(sheet, header, index, column, faults) for column in ("item", *ANSWERS)}
        if any(not one.blank or one.broken for one in cells.values()):
            yield Row(**cells)


def _check_width(sheet: Sheet, header: Header, index: int, faults: Faults) -> None:
    """In a text file more cells than the header has mean an unquoted comma: "1,234" has fallen in two."""
    width = len(sheet.rows[header.row])
    extra = next((place for place in range(width, len(sheet.rows[index])) if _filled(sheet.rows[index][place])), None)
    if extra is not None:
        faults.at(spot(faults.file, sheet, index, extra), "extra_cells", columns=width)


def _filled(raw: Raw) -> bool:
    return bool(written(raw).strip())


def _checked(sheet: Sheet, header: Header, index: int, column: str, faults: Faults) -> Spot:
    place = header.columns.get(column)
    if place is None:
        return spot(faults.file, sheet, index, None).at_column(header.columns["value"])
    return checked(spot(faults.file, sheet, index, place), sheet.oddities.get((index, place)), faults)
