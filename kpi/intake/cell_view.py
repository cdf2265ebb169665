"""A sent file opened at one cell: what stands around it, and nothing of anybody else.

A file may hold many factories, of which a reader reaches one. Then the lines of that factory alone are shown, and of
the lines above them (or the columns left of them) only words: a number there may be another factory's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from kpi.catalogue.names import is_mobile
from kpi.files.limits import application_limits
from kpi.files.text import cell_text, printable
from kpi.files.workbook import Sheet, column_letter
from kpi.intake.answers import NO_ANSWERS, Answers
from kpi.intake.cells import shown_content
from kpi.intake.read import open_application, read
from kpi.model.application import Application, CellReference

# A piece of a file as it was sent: the rows and columns around one cell, as text.


@dataclass(frozen=True, slots=True)
class CellView:
    """``rows`` are the row's number in the file and its texts, one a column of ``columns``.

    ``row`` and ``column`` name the cell it was opened at. ``own_only``: the file holds other factories too, of which
    nothing is shown; ``masked``: somebody's name or telephone number was covered.
    """

    file: str
    sheet: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    row: int
    column: str
    own_only: bool
    masked: bool


AROUND_ROWS, AROUND_COLUMNS = 4, 3
"""So many rows above and below the cell, and columns on either side."""
MOST_HEADINGS = 3
MASK = "＊＊＊"

Place = tuple[int, int]
"""Row and column, from 0."""


def cell_view(
    name: str,
    data: bytes,
    at: CellReference,
    application: Application,
    personal: Collection[str],
    answers: Answers = NO_ANSWERS,
) -> CellView | None:
    """The file around ``at``, a cell of ``application``; None where the file has no such cell.

    ``personal``: names and numbers of persons, which are covered wherever they stand, as mobile numbers are.

    Raises:
        UnreadableFile: it cannot be opened safely, or at all.
    """
    book = open_application(data, application_limits())
    found = next((item for item in book.sheets if item.name == at.sheet), None)
    place = _place(at)
    if found is None or not place[0] < len(found.rows):
        return None
    sheet = shown_content(found)
    others = read(name, data, answers).applications
    if len(others) == 1:
        rows, columns = _near(place[0], AROUND_ROWS, len(sheet.rows)), _near(place[1], AROUND_COLUMNS, _width(sheet))
        return _view(_Piece(sheet, rows, columns, lambda _: True), name, at, personal, own_only=False)
    every = {place for other in others for place in _places(other, at.sheet)}
    piece = _own_lines(sheet, place, _places(application, at.sheet) | {place}, every)
    return _view(piece, name, at, personal, own_only=True)


@dataclass(frozen=True, slots=True)
class _Piece:
    """``shows``: whether a place is shown, or left blank."""

    sheet: Sheet
    rows: Sequence[int]
    columns: Sequence[int]
    shows: Callable[[Place], bool]


def _own_lines(sheet: Sheet, place: Place, own: Collection[Place], every: Collection[Place]) -> _Piece:
    rows, columns = sorted({row for row, _ in own}), sorted({column for _, column in own})
    if len(columns) == 1 and len(rows) > 1:  # a factory a column
        first = min((column for _, column in every), default=place[1])
        headings = range(max(0, min(first, place[1]) - MOST_HEADINGS), min(first, place[1]))
        near = _near(place[0], AROUND_ROWS, len(sheet.rows))
        return _Piece(sheet, near, [*headings, place[1]], lambda at: at[1] == place[1] or _is_words(sheet, at))
    first = min((row for row, _ in every), default=place[0])
    above = range(max(0, min(first, *rows) - MOST_HEADINGS), min(first, *rows))
    at = rows.index(place[0])
    shown = [*above, *rows[max(0, at - AROUND_ROWS) : at + AROUND_ROWS + 1]]
    near = _near(place[1], AROUND_COLUMNS, _width(sheet))
    return _Piece(sheet, shown, near, lambda where: where[0] in rows or _is_words(sheet, where))


def _view(piece: _Piece, name: str, at: CellReference, personal: Collection[str], *, own_only: bool) -> CellView:
    most, masked = application_limits().problem_value_characters, False
    lines = []
    for row in piece.rows:
        texts = []
        for column in piece.columns:
            text = cell_text(_raw(piece.sheet, (row, column))).strip() if piece.shows((row, column)) else ""
            covered = bool(text) and (text in personal or is_mobile(text))
            masked = masked or covered
            texts.append(MASK if covered else printable(text, most))
        lines.append((row + 1, tuple(texts)))
    letters = tuple(column_letter(column) for column in piece.columns)
    return CellView(name, at.sheet, letters, tuple(lines), at.row, at.column, own_only, masked)


def _is_words(sheet: Sheet, at: Place) -> bool:
    raw = _raw(sheet, at)
    return isinstance(raw, str) and not any(item.isdigit() for item in raw)


def _raw(sheet: Sheet, at: Place) -> object:
    row = sheet.rows[at[0]]
    return row[at[1]] if at[1] < len(row) else None


def _near(place: int, around: int, length: int) -> range:
    return range(max(0, place - around), max(place + 1, min(length, place + around + 1)))


def _width(sheet: Sheet) -> int:
    return max(map(len, sheet.rows), default=0)


def _places(application: Application, sheet: str | None) -> set[Place]:
    return set(_in_sheet((value.cell for value in application.values.values()), sheet))


def _in_sheet(cells: Iterable[CellReference | None], sheet: str | None) -> Iterable[Place]:
    return (_place(cell) for cell in cells if cell is not None and cell.sheet == sheet)


def _place(cell: CellReference) -> Place:
    column = 0
    for letter in cell.column:
        column = column * 26 + ord(letter) - ord("A") + 1
    return cell.row - 1, column - 1
