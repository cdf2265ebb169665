"""A sheet seen so that its items stand across: as it is, or turned, with every cell knowing its true place."""

from __future__ import annotations

from itertools import zip_longest

from kpi.files.printable import cell_text, is_blank, is_forbidden
from kpi.files.workbook import CellFlag, CellValue, Sheet, column_letter
from kpi.intake.problem_collector import ProblemCollector, SourceCell
from kpi.model.application import CellReference


class Grid:
    """``rows`` are the sheet's rows, or its columns where ``turned``. Lines and places are 0-based in that view."""

    def __init__(self, sheet: Sheet, turned: bool, faults: ProblemCollector) -> None:
        self.sheet, self.turned, self.faults = sheet, turned, faults
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
        return Grid(self.sheet, False, self.faults) if self.turned else self

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
        return CellReference(self.faults.file, self.sheet.name, true_row + 1, self._letters[true_column])

    def spot(self, row: int, column: int) -> SourceCell:
        """A cell as it stands, unchecked: for a header."""
        return SourceCell(self.cell(row, column), self.raw(row, column))

    def checked(self, row: int, column: int) -> SourceCell:
        """A cell of data; an error or what must not stand there is reported, and the cell comes back broken."""
        return checked_cell(self.spot(row, column), self.flags.get((row, column)), self.faults)


def checked_cell(cell: SourceCell, flag: CellFlag | None, faults: ProblemCollector) -> SourceCell:
    """``cell``, or its place alone, broken, after reporting an error cell, forbidden characters or too long a text."""
    text = cell_text(cell.raw)
    if flag and flag.kind == "error":
        faults.at(cell.holding(flag.text), "error_cell")
    elif flag and flag.kind == "formula":
        faults.at(cell, "formula_not_computed")
    elif not text.isprintable() and any(is_forbidden(one) for one in text):
        numbers = sorted({f"U+{ord(one):04X}" for one in text if is_forbidden(one)})
        faults.at(cell, "forbidden_characters", characters=", ".join(numbers))
    elif len(text) > faults.limits.cell_characters:
        faults.at(cell, "cell_too_long", found=len(text), limit=faults.limits.cell_characters)
    else:
        return cell.shown_as_percent() if flag else cell
    return cell.out_of_use()
